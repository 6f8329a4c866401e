/**
 * Writes a scene as a vector.
 *
 * @module
 */

import { writeHtml } from "../harness/core.ts";
import { parseInert, treeOf } from "../vectors/compare.ts";
import type { Expectation, Outcome, Vector } from "../vectors/vector.ts";
import type { Dialect } from "./dialect.ts";
import type { Scene } from "./scene.ts";

/** Options of {@linkcode writeVector}. */
interface VectorOptions {
  /** The dialect of the stream. */
  dialect: Pick<Dialect, "vectors">;
  /** The vector in one line. The id is made from it. */
  title?: string;
  /** The clause that the vector shows. */
  clause?: string;
  /** Returns a body with this HTML in it, in which nothing runs. Default: {@linkcode parseInert}. */
  parseBody?: (html: string) => Element;
}

/**
 * Writes a scene and its outcome as a vector, in JSON: see vectors/README.md. The author has to replace some of its
 * texts.
 *
 * @throws {TypeError} If no vector can express the outcome.
 */
export function writeVector(scene: Scene, outcome: Outcome, options: VectorOptions): string {
  const { page, bytes, initiator, values } = scene;
  const title = [...(options.title ?? "").replace(/\s+/g, " ").trim()].slice(0, 120).join("");
  const text = decode(bytes);
  const vector: Vector = {
    id: idFrom(title) || "my-vector",
    title: title || "The title, in one line",
    clause: /^[A-Z]{3}-[1-9]\d*$/.test(options.clause ?? "") ? options.clause! : "XXX-1",
    page,
    ...text === undefined ? { streamBase64: bytes.toBase64() } : { stream: text },
    initiator,
    values: values && Object.keys(values).length > 0 ? values : undefined,
    expect: expectationFrom(scene, outcome, options),
    teach: "The lesson to learn from it, in one sentence.",
  };
  return JSON.stringify(vector, null, 2) + "\n";
}

function idFrom(title: string): string {
  return title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refuse(why: string): never {
  throw new TypeError(`Cannot write a vector: ${why}`);
}

function expectationFrom(scene: Scene, outcome: Outcome, options: VectorOptions): Expectation {
  const { dialect: { vectors }, parseBody = parseInert } = options;
  const { error, store, location, values, incomplete } = outcome;
  if (incomplete !== undefined) refuse(`the run did not finish: ${incomplete}`);
  if (error !== undefined && !vectors.isErrorCode(error)) {
    refuse(`the error has no name in docs/PROTOCOL.md: ${outcome.message ?? error}`);
  }
  const expect: Expectation = {};
  const body = parseBody(outcome.html);
  removeClasses(body, vectors.isClientClass);
  const html = writeHtml(body, false);
  // A script can build what no parser does: no text stands for such a page.
  if (treeOf(parseBody(html)) === outcome.tree) expect.page = html;
  if (error !== undefined) expect.error = error;
  const stream = new TextDecoder().decode(scene.bytes);
  if (isWritable(store) && (Object.keys(store).length > 0 || vectors.mentionsSignals(scene.page + stream))) {
    expect.store = store;
  }
  if (location !== undefined) expect.location = location.replace(/[\t\n\r]/g, ""); // as browsers read addresses
  // Messages of the client's own differ from client to client.
  const sent = outcome.console.filter(([mode, message]) =>
    vectors.isConsoleMode(mode) && message.split("\n").every((line) => stream.includes(line))
  );
  if (sent.length > 0) expect.console = sent;
  if (values && Object.keys(values).length > 0) expect.values = values;
  if (Object.keys(expect).length === 0) refuse("HTML cannot express the page that results");
  return expect;
}

/** Whether the store is known, and has a text in JSON. A BigInt has none. */
function isWritable(store: unknown): store is object {
  if (typeof store !== "object" || store === null) return false;
  try {
    JSON.stringify(store);
    return true;
  } catch {
    return false;
  }
}

/** Removes the classes that no vector compares, see vectors/README.md. */
function removeClasses(parent: ParentNode, isClientClass: (name: string) => boolean): void {
  for (const template of parent.querySelectorAll("template")) removeClasses(template.content, isClientClass);
  for (const element of parent.querySelectorAll("[class]")) {
    const classes = [...element.classList].filter((name) => !isClientClass(name));
    if (classes.length === 0) element.removeAttribute("class");
    else if (classes.length < element.classList.length) element.setAttribute("class", classes.join(" "));
  }
}
