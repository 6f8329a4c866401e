/**
 * Whether a page has become what a vector expects. Pure: the same in a browser, in happy-dom, under Deno and under Bun.
 *
 * @module
 */

/** A page before, bytes on the wire, and what must have become of the page: see vectors/README.md. */
export interface Vector {
  /** Unique over all families. */
  id: string;
  /** What the vector is about, in one line. */
  title: string;
  /** The clause of docs/PROTOCOL.md that it shows. */
  clause: string;
  /** HTML of the body before. */
  page: string;
  /** The bytes of the response's body, as text. */
  stream?: string;
  /** The same as base64, where the bytes are no UTF-8. */
  streamBase64?: string;
  /** Selector of the element whose action makes the request. Default: the body. */
  initiator?: string;
  /** What the user has typed or ticked before, by selector. */
  values?: Record<string, string | boolean>;
  /** What must be so afterwards. */
  expect: Expectation;
  /** What there is to learn, in one sentence. */
  teach: string;
}

/** What must be so afterwards. What is absent is not looked at, but for `error`: then nothing may have been raised. */
export interface Expectation {
  /** HTML of the body. */
  page?: string;
  /** The name of what was raised. */
  error?: string;
  /** The signals. */
  store?: unknown;
  /** Where a redirect led to. */
  location?: string;
  /** What was written to the console: mode and text. */
  console?: [mode: string, text: string][];
  /** Values of inputs (or whether they are checked) by selector. */
  values?: Record<string, string | boolean>;
}

/** Vectors of one subject: one file. */
export interface Family {
  /** The file's name without `.json`. */
  family: string;
  /** What its vectors have in common. */
  about: string;
  /** The vectors. */
  vectors: Vector[];
}

/** What has become of a page. */
export interface Outcome {
  /** The body's children, as {@linkcode treeOf} writes them. */
  tree: string;
  /** The body's HTML, for the reader: it is not compared. */
  html: string;
  /** The name of what was raised, or `unnamed`. */
  error?: string;
  /** What the client said of it, for the reader: it is not compared. */
  message?: string;
  /** The signals, if they are known. */
  store?: unknown;
  /** Where a redirect led to. */
  location?: string;
  /** What was written to the console: mode and text. */
  console: [mode: string, text: string][];
  /** Values of inputs (or whether they are checked) by selector; those that were not found are absent. */
  values?: Record<string, string | boolean>;
  /** Why there is no outcome worth comparing, if that is so. */
  incomplete?: string;
}

/** What is not as expected. */
export interface Difference {
  /** The field of the expectation, or `run` if there was no complete run. */
  what: "run" | "error" | "page" | "store" | "location" | "console" | "values";
  /** What should be, as text. */
  expected: string;
  /** What is, as text. */
  actual: string;
}

/** The bytes of a vector's response. */
export function bytesOf({ stream, streamBase64 }: Pick<Vector, "stream" | "streamBase64">): Uint8Array<ArrayBuffer> {
  if (streamBase64 === undefined) return new TextEncoder().encode(stream ?? "");
  return Uint8Array.from(atob(streamBase64), (character) => character.charCodeAt(0));
}

/** Types and ticks what a vector says that the user has. */
export function setValues(document: Document, values: Vector["values"] = {}): void {
  for (const [selector, value] of Object.entries(values)) {
    const input = document.querySelector(selector) as HTMLInputElement | null;
    if (!input) throw new Error(`No element of the page matches ${selector} of the values`);
    if (typeof value === "boolean") input.checked = value;
    else input.value = value;
  }
}

/** The values of the elements that an expectation names. */
export function readValues(document: Document, expected: Expectation["values"]): Outcome["values"] {
  if (!expected) return undefined;
  const found: Record<string, string | boolean> = {};
  for (const [selector, value] of Object.entries(expected)) {
    const input = document.querySelector(selector) as HTMLInputElement | null;
    if (input) found[selector] = typeof value === "boolean" ? input.checked : input.value;
  }
  return found;
}

/** Where the page of every vector seems to be: a relative redirect is relative to it. */
const place = "/vectors/frame";

/** What a comparison takes from the place where it is made. */
export interface Surroundings {
  /** Gives a body with this HTML in it, by a parser that is a browser's or as good. */
  parseBody: (html: string) => Element;
  /** The origin of the page. */
  origin: string;
}

/** A body with this HTML in it, by the parser of the browser that this runs in: nothing in it runs or loads. */
export function parseInert(html: string): Element {
  const { body } = document.implementation.createHTMLDocument("");
  body.innerHTML = html;
  return body;
}

/**
 * Compares what is with what should be. No difference: the vector passes.
 *
 * - `page` is compared as trees, see {@linkcode treeOf}; `store` by its content, whatever the order of its keys;
 *   `location` after both were resolved against the page's URL.
 * - An error named `unnamed` is any error: another client has other messages. But no error is not an error.
 * - `console` holds the messages that must have been written, in this order. Others may stand between them, since clients
 *   write messages of their own; an empty list means no message at all.
 */
export function compare(expected: Expectation, actual: Outcome, { parseBody, origin }: Surroundings): Difference[] {
  if (actual.incomplete !== undefined) return [{ what: "run", expected: "an end", actual: actual.incomplete }];
  const differences: Difference[] = [];
  const add = (what: Difference["what"], expected: string, actual: string) => {
    if (expected !== actual) differences.push({ what, expected, actual });
  };
  if (actual.error !== "unnamed" || expected.error === undefined) {
    add("error", expected.error ?? "none", actual.error ?? "none");
  }
  if (expected.page !== undefined) add("page", treeOf(parseBody(expected.page)), actual.tree);
  if ("store" in expected) add("store", textOf(expected.store), textOf(actual.store));
  if (expected.location !== undefined) {
    const resolve = (url: string) => URL.parse(url, new URL(place, origin))?.href ?? url;
    add("location", resolve(expected.location), actual.location === undefined ? "none" : resolve(actual.location));
  }
  if (expected.console && !isWithin(expected.console, actual.console)) {
    add("console", linesOf(expected.console), linesOf(actual.console));
  }
  for (const [selector, value] of Object.entries(expected.values ?? {})) {
    const found = actual.values?.[selector];
    add("values", `${selector}: ${textOf(value)}`, `${selector}: ${found === undefined ? "not found" : textOf(found)}`);
  }
  return differences;
}

/** JSON with the keys in order. */
function textOf(value: unknown): string {
  if (value === undefined) return "none";
  return JSON.stringify(value, (_, inner) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const sorted = Object.create(null); // so that __proto__ is a key like any other
    for (const key of Object.keys(inner).sort()) sorted[key] = inner[key];
    return sorted;
  }, 2);
}

const linesOf = (messages: Outcome["console"]) =>
  messages.map(([mode, text]) => `${mode}: ${JSON.stringify(text)}`).join("\n") || "nothing";

function isWithin(expected: Outcome["console"], actual: Outcome["console"]): boolean {
  if (expected.length === 0) return actual.length === 0;
  let found = 0;
  for (const [mode, text] of actual) {
    if (found < expected.length && expected[found][0] === mode && expected[found][1] === text) found++;
  }
  return found === expected.length;
}

/**
 * What a body contains, one line for each element, attribute, text and comment, in the form of html5lib's tests of tree
 * construction:
 *
 * ```text
 * | <p>
 * |   class="a b"
 * |   id="x"
 * |   "text"
 * ```
 *
 * Two pages that differ only in what the client leaves behind have the same tree: classes that begin with `datastar-`
 * and a class attribute without classes do not count, an id that the client gave is `ds--*`, and neighbouring texts are
 * one. Classes are a set that keeps its order. Nothing else is made equal.
 */
export function treeOf(body: Element): string {
  const lines: string[] = [];
  let text = "";
  let textDepth = 0;
  const endText = () => {
    if (text !== "") lines.push(line(textDepth, `"${text}"`));
    text = "";
  };
  // A stack and no recursion: a page may be deeper than the stack of calls.
  const stack: { node: Node | null; depth: number }[] = [{ node: body.firstChild, depth: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const { node, depth } = top;
    if (node === null) {
      endText();
      stack.pop();
      continue;
    }
    top.node = node.nextSibling;
    if (node.nodeType === 3 || node.nodeType === 4) {
      text += node.nodeValue ?? "";
      textDepth = depth;
      continue;
    }
    endText();
    if (node.nodeType === 8) lines.push(line(depth, `<!-- ${node.nodeValue} -->`));
    if (node.nodeType !== 1) continue;
    const element = node as Element;
    lines.push(line(depth, `<${element.localName}>`));
    for (const attribute of attributesOf(element)) lines.push(line(depth + 1, attribute));
    const content = element.localName === "template" ? (element as HTMLTemplateElement).content : undefined;
    // A template may have children beside its content. In happy-dom it gives its content's for its own.
    const shared = content && element.firstChild === content.firstChild;
    if (!shared) stack.push({ node: element.firstChild, depth: depth + 1 });
    if (content) {
      lines.push(line(depth + 1, "content"));
      stack.push({ node: content.firstChild, depth: depth + 2 });
    }
  }
  return lines.join("\n");
}

const line = (depth: number, text: string) => `| ${"  ".repeat(depth)}${text}`;

function attributesOf(element: Element): string[] {
  const found: string[] = [];
  for (const { name, value } of element.attributes) {
    let meant = value;
    if (name === "id" && /^ds--\d+$/.test(value)) meant = "ds--*";
    if (name === "class") {
      const classes = new Set(value.split(/[\t\n\f\r ]+/));
      meant = [...classes].filter((token) => token !== "" && !token.startsWith("datastar-")).join(" ");
      if (meant === "") continue;
    }
    found.push(`${name}="${meant}"`);
  }
  return found.sort();
}
