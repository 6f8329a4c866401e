/**
 * The client model: what a client makes of a stream, in any document. It knows nothing of this project's server and works
 * on any server's. A dialect's seat is a folder such as classic/: it reads events (instruction.ts, and reading.ts
 * with their bytes), applies them (apply.ts, morph.ts) and holds the page (page.ts). core.ts exports it.
 *
 * ```ts
 * import { openPage } from "@fragstar/fragstar/harness";
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

import { openDocument } from "./core.ts";
import { closeDocument, createDocument } from "./dom/document.ts";
import type { AnyDocument, OpenOptions, Page } from "./core.ts";

export * from "./core.ts";
/** The model of the clients 1.0.x. */
export * as v1 from "./v1/mod.ts";
export { closeDocument, createDocument };

/**
 * Opens a page and starts the client on it.
 *
 * @param page HTML of a page, or a document of any DOM.
 * @throws {ClientError} If the client throws: then no action of the page works.
 * @throws {RangeError} If the page exceeds a limit.
 * @throws {TypeError} If it is not a page, nothing matches the initiator, or a signal cannot be cloned.
 */
export function openPage(page: string | AnyDocument, options: OpenOptions = {}): Page {
  return openDocument(typeof page === "string" ? createDocument(page) : page, options);
}
