/**
 * The harness without a DOM of its own, for browsers and for servers that have no need of one: see harness/mod.ts.
 *
 * @module
 */

// For projects whose own settings have no DOM types.
/// <reference lib="dom" preserve="true" />
/// <reference lib="dom.iterable" preserve="true" />

export type { EventSourceMessage } from "eventsource-parser";
export { ClientError } from "./client_error.ts";
export type { PageLimits } from "./limits.ts";
export { isSelector } from "./dom/selector.ts";
export { writeHtml } from "./dom/serializer.ts";
export { parseHtml, voidElements, writePage } from "./dom/html.ts";
export { ChromiumParser } from "./dom/parser.ts";
export type { Changes } from "./dom/changes.ts";
export { BOM, type Field, fieldNames, type FieldRules, readField } from "./sse/fields.ts";
export {
  type ByteRange,
  findLines,
  type Line,
  readBlocks,
  readLines,
  type Segment,
  SegmentCollector,
} from "./sse/lines.ts";
export { bytesInLine, type Piece, SourceText } from "./sse/source_text.ts";
export { readSequence } from "./sse/utf8.ts";
export { characterNames, isInvisible, nameCharacter, replaceInvisible, showInvisible } from "./sse/visible.ts";
export { maxEventBytes, type ReadOptions, type SseEvent } from "./sse/events.ts";
export type { ResponseLike, Source } from "./sse/source.ts";
export { errorClauses, type ErrorCode } from "./classic/errors.ts";
export {
  type ConsoleMode,
  dialect,
  type Instruction,
  type InstructionOf,
  isConsoleMode,
  isHiddenByTransition,
  isMergeMode,
  type MergeMode,
  readInstruction,
  signalKeys,
} from "./classic/instruction.ts";
export type { Diagnostic, Reading, Row, RowEffect, StreamEvent } from "./classic/reading.ts";
export type { ApplyOptions, Effect } from "./classic/apply.ts";
export {
  type AnyDocument,
  openDocument,
  type OpenOptions,
  type Page,
  readStream,
  type Received,
} from "./classic/page.ts";
export type { ConsoleMessage } from "./classic/state.ts";
export { compilesExpression, type Preparation } from "./classic/expression.ts";
export { type PluginPrefix, type PluginRules, plugins } from "./classic/plugins.ts";
export { findRequests, type RequestCall, type RequestMethod } from "./classic/requests.ts";
export {
  compilesStore,
  type Evaluated,
  type FailedText,
  type ReadPatch,
  readSignalValue,
  type Store,
} from "./classic/signals.ts";
