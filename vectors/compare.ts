/**
 * Compares a page with the expectation of a vector. The same in a browser and in happy-dom, under Deno and under Bun.
 *
 * @module
 */

import type { Difference, Expectation, Outcome } from "./vector.ts";

/** The path that relative redirects are resolved against. */
const pagePath = "/vectors/frame";

/** The parts of a comparison that depend on the document at hand. */
export interface Surroundings {
  /** Returns a body that contains this HTML, as a browser would parse it. */
  parseBody: (html: string) => Element;
  /** The origin of the page. */
  origin: string;
}

/** Returns a body that contains this HTML, with the parser of the current browser. Nothing in it runs or loads. */
export function parseInert(html: string): Element {
  const { body } = document.implementation.createHTMLDocument("");
  body.innerHTML = html;
  return body;
}

/**
 * Compares an outcome with an expectation. Without differences the vector passes.
 *
 * - `page` is compared as trees, see {@linkcode treeOf}; `store` by its content, whatever the order of its keys;
 *   `location` after both were resolved against the page's URL.
 * - An error `unnamed` matches any expected error, because other clients have other messages.
 * - `console` holds the messages that must have been written, in this order. Others may stand between them, since clients
 *   write messages of their own; an empty list means no message at all.
 */
export function compare(expected: Expectation, actual: Outcome, { parseBody, origin }: Surroundings): Difference[] {
  if (actual.incomplete !== undefined) return [{ what: "run", expected: "an end", actual: actual.incomplete }];
  const differences: Difference[] = [];
  const add = (what: Difference["what"], expected: string, actual: string) => {
    if (expected !== actual) differences.push({ what, expected, actual });
  };
  const wanted = errorsOf(expected);
  const raised = errorsOf(actual).map((code, i) => code === "unnamed" ? wanted[i] ?? code : code);
  add("error", wanted.join("\n") || "none", raised.join("\n") || "none");
  add("warnings", expected.warnings?.join("\n") || "none", actual.warnings?.join("\n") || "none");
  if (expected.page !== undefined) add("page", treeOf(parseBody(expected.page)), actual.tree);
  if ("store" in expected) add("store", writeJson(expected.store), writeJson(actual.store));
  if (expected.location !== undefined) {
    const resolve = (url: string) => URL.parse(url, new URL(pagePath, origin))?.href ?? url;
    add("location", resolve(expected.location), actual.location === undefined ? "none" : resolve(actual.location));
  }
  if (expected.console && !isSubsequence(expected.console, actual.console)) {
    add("console", writeMessages(expected.console), writeMessages(actual.console));
  }
  if (expected.scripts !== undefined) add("scripts", String(expected.scripts), String(actual.scripts));
  for (const [selector, place] of Object.entries(expected.kept ?? {})) {
    const found = actual.kept?.[selector];
    add(
      "kept",
      `${selector}: ${writeJson(place)}`,
      `${selector}: ${found === undefined ? "not found" : writeJson(found)}`,
    );
  }
  for (const [selector, value] of Object.entries(expected.values ?? {})) {
    const found = actual.values?.[selector];
    add(
      "values",
      `${selector}: ${writeJson(value)}`,
      `${selector}: ${found === undefined ? "not found" : writeJson(found)}`,
    );
  }
  return differences;
}

/** The codes of all errors, whether the stream ended with the first or went on. */
const errorsOf = ({ error, errors }: Pick<Outcome, "error" | "errors">): string[] =>
  errors ?? (error === undefined ? [] : [error]);

/** JSON with sorted keys. */
function writeJson(value: unknown): string {
  if (value === undefined) return "none";
  return JSON.stringify(value, (_, inner) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const sorted = Object.create(null); // so that __proto__ is a key like any other
    for (const key of Object.keys(inner).sort()) sorted[key] = inner[key];
    return sorted;
  }, 2);
}

const writeMessages = (messages: Outcome["console"]) =>
  messages.map(([mode, text]) => `${mode}: ${JSON.stringify(text)}`).join("\n") || "nothing";

function isSubsequence(expected: Outcome["console"], actual: Outcome["console"]): boolean {
  if (expected.length === 0) return actual.length === 0;
  let found = 0;
  for (const [mode, text] of actual) {
    if (found < expected.length && expected[found][0] === mode && expected[found][1] === text) found++;
  }
  return found === expected.length;
}

/**
 * Writes the content of a body, one line for each element, attribute, text, comment and processing instruction, in the form of html5lib's tests
 * of tree construction:
 *
 * ```text
 * | <p>
 * |   class="a b"
 * |   id="x"
 * |   "text"
 * ```
 *
 * Two pages that differ only in the traces of a client have the same tree: classes that begin with `datastar-` and a
 * class attribute without classes do not count, an id that the client gave is `ds--*`, and adjacent texts are one.
 * Classes are a set that keeps its order. Nothing else is made equal.
 */
export function treeOf(body: Element): string {
  const lines: string[] = [];
  let text = "";
  let textDepth = 0;
  const endText = () => {
    if (text !== "") lines.push(indent(textDepth, `"${text}"`));
    text = "";
  };
  // A stack and no recursion: a page may be deeper than the call stack.
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
    if (node.nodeType === 8) lines.push(indent(depth, `<!-- ${node.nodeValue} -->`));
    if (node.nodeType === 7) {
      lines.push(indent(depth, `<?${(node as ProcessingInstruction).target} ${node.nodeValue}>`));
    }
    if (node.nodeType !== 1) continue;
    const element = node as Element;
    lines.push(indent(depth, `<${element.localName}>`));
    for (const attribute of attributesOf(element)) lines.push(indent(depth + 1, attribute));
    const content = element.localName === "template" ? (element as HTMLTemplateElement).content : undefined;
    stack.push({ node: element.firstChild, depth: depth + 1 }); // a template may have children besides its content
    if (content) {
      lines.push(indent(depth + 1, "content"));
      stack.push({ node: content.firstChild, depth: depth + 2 });
    }
  }
  return lines.join("\n");
}

const indent = (depth: number, text: string) => `| ${"  ".repeat(depth)}${text}`;

function attributesOf(element: Element): string[] {
  const found: string[] = [];
  for (const { name, value } of element.attributes) {
    let normalized = value;
    if (name === "id" && /^ds--\d+$/.test(value)) normalized = "ds--*";
    if (name === "class") {
      const classes = new Set(value.split(/[\t\n\f\r ]+/));
      normalized = [...classes].filter((token) => token !== "" && !token.startsWith("datastar-")).join(" ");
      if (normalized === "") continue;
    }
    found.push(`${name}="${normalized}"`);
  }
  return found.sort();
}
