/**
 * The client model: what a 0.19.9 client makes of a stream, in any `Document`. It knows nothing of this project's
 * server and works on anybody's.
 *
 * ```ts
 * import { applyEvent, createPage, readStream } from "./mod.ts";
 * import { Window } from "happy-dom";
 * import { assertEquals } from "@std/assert";
 *
 * const { document } = new Window();
 * document.body.innerHTML = '<p id="time"></p>';
 * const page = createPage(document as unknown as Document);
 * for await (const event of readStream('event: datastar-fragment\ndata: fragment <p id="time">12:00</p>\n\n')) {
 *   applyEvent(page, event);
 * }
 * assertEquals(document.querySelector("#time")?.textContent, "12:00");
 * ```
 *
 * @module
 */

// For those whose own settings know of no document.
/// <reference lib="dom" preserve="true" />
/// <reference lib="dom.iterable" preserve="true" />

export { applyEvent, applyEvents, createPage, type Outcome, type Page, type PageLimits } from "./classic/apply.ts";
export type { Changes } from "./dom/changes.ts";
export type { Diagnostic } from "./classic/diagnose.ts";
export { parseHtml, voidElements, writePage } from "./dom/html.ts";
export { compiles, type Preparation, statementsOf } from "./classic/expression.ts";
export { type Budget, type BudgetLimits, createBudget, type FailureName } from "./classic/failure.ts";
export { dialect, eachFragmentLine, type Instruction, type MergeMode, readInstruction } from "./classic/instruction.ts";
export { type PluginRules, plugins } from "./classic/plugins.ts";
export { type ByteRange, fieldOf, type Line } from "./sse/lines.ts";
export type { EventSourceMessage } from "eventsource-parser";
export { type ReadOptions, readStream, type Source, type StreamEvent } from "./sse/parse.ts";
export { type Evaluated, readStoreAttribute, type Store } from "./classic/signals.ts";
export { characterNames, isInvisible, nameCharacter, replaceInvisible, showInvisible } from "./sse/visible.ts";
