/**
 * The model of the clients 1.0.x: what they make of a stream, in any document.
 *
 * ```ts
 * import { v1 } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const page = v1.openPage('<p id="a">1</p>');
 * const { errors, warnings } = await page.receive('event: datastar-patch-elements\ndata: elements <p id="b">2</p>\n\n');
 * assertEquals([page.html, errors.length, warnings.map(({ code }) => code)], ['<p id="a">1</p>', 0, ["no-target"]]);
 * ```
 *
 * @module
 */

export type { ApplyOptions, Effect } from "./apply.ts";
export { type Attribute, isCompiledLater, pluginNames, readAttribute, whyRefused } from "./attributes.ts";
export { pagePartsOf, parseElements } from "./content.ts";
export { errorClauses, type ErrorCode } from "./errors.ts";
export { compilesExpression, readSignals, type SignalsText } from "./expression.ts";
export { findOldAttribute, findOldEvent, findOldKey, findOldMode, type OldWord } from "./generations.ts";
export {
  dialect,
  type ElementsInstruction,
  type Instruction,
  isReservedKey,
  type Namespace,
  type PatchMode,
  readInstruction,
  type SignalsInstruction,
} from "./instruction.ts";
export { type OpenOptions, openPage, Page, readStream, type Received } from "./page.ts";
export type { Diagnostic, Reading, Row, StreamEvent } from "./reading.ts";
export { findRequests, type RequestCall, type RequestMethod, type RequestOptions, selectSignals } from "./requests.ts";
export type { Store } from "./signals.ts";
