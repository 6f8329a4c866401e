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
 * assertEquals(document.body.innerHTML, '<p id="time">12:00</p>');
 * ```
 *
 * @module
 */

export { applyEvent, createPage, type Page } from "./apply.ts";
export type { FailureName } from "./failure.ts";
export { type Instruction, type MergeMode, type Reading, readInstruction, readStream, type Source } from "./parse.ts";
