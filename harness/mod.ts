/**
 * The client model: what a client makes of a stream, in any document. It knows nothing of this project's server and works
 * on any server's.
 *
 * ```ts
 * import { openPage } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const page = openPage('<main data-store="{}"><p id="time"></p></main>');
 * const stream = 'event: datastar-fragment\ndata: fragment <p id="time">12:00</p>\n\n';
 * const { changes, errors, diagnostics } = await page.receive(stream);
 * assertEquals(page.document.querySelector("#time")?.textContent, "12:00");
 * assertEquals(changes.texts.map(({ id }) => id), ["time"]);
 * assertEquals([errors, diagnostics], [[], []]);
 * ```
 *
 * @module
 */

// For projects whose own settings have no DOM types.
/// <reference lib="dom" preserve="true" />
/// <reference lib="dom.iterable" preserve="true" />

export type { EventSourceMessage } from "eventsource-parser";
export { ClientError } from "./client_error.ts";
export type { PageLimits } from "./limits.ts";
export { createDocument } from "./dom/document.ts";
export { parseHtml, voidElements, writePage } from "./dom/html.ts";
export type { Changes } from "./dom/changes.ts";
export { BOM, type Field, fieldNames, type FieldRules, readField } from "./sse/fields.ts";
export { type ByteRange, findLines, type Line, readLines, SegmentCollector } from "./sse/lines.ts";
export { bytesInLine, SourceText } from "./sse/source_text.ts";
export { readSequence } from "./sse/utf8.ts";
export { characterNames, isInvisible, nameCharacter, replaceInvisible, showInvisible } from "./sse/visible.ts";
export type { ReadOptions, SseEvent } from "./sse/events.ts";
export type { Source } from "./sse/source.ts";
export { errorClauses, type ErrorCode } from "./classic/errors.ts";
export {
  dialect,
  type Instruction,
  type InstructionOf,
  isConsoleMode,
  isMergeMode,
  type MergeMode,
  readInstruction,
  signalKeys,
} from "./classic/instruction.ts";
export type { Diagnostic, Reading, Row, RowEffect, StreamEvent } from "./classic/reading.ts";
export type { ApplyOptions, Effect } from "./classic/apply.ts";
export {
  type AnyDocument,
  type OpenOptions,
  openPage,
  type Page,
  readStream,
  type Received,
} from "./classic/page.ts";
export type { ConsoleMessage } from "./classic/state.ts";
export { compilesExpression } from "./classic/expression.ts";
export { type PluginRules, plugins } from "./classic/plugins.ts";
export { compilesStore, type Evaluated, readSignalValue, type Store } from "./classic/signals.ts";
