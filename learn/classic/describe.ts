/**
 * Describes in sentences what an event tells the client to do, and what it has changed. Code is between backticks.
 *
 * @module
 */

import { type Changes, type Instruction, type MergeMode, type StreamEvent, voidElements } from "../../harness/core.ts";
import { describeAllChanges } from "../changes.ts";
import type { Description } from "../dialect.ts";
import { describeKeptFields } from "../kept_fields.ts";
import { listWords, quoteCode as code, shorten } from "../quote.ts";
import { clauses, readRetry } from "./fields.ts";

/** Most roots that are named; of more, only the number is given. */
const mostRoots = 3;

/** The behaviour of the client after an error. */
export const afterRaise = "The client stops reading (APP-16) and sends the request again (APP-17).";

/** Describes an event. */
export function describeEvent({ client, lines, instruction, error }: StreamEvent): Description {
  if (!client) {
    return { outcome: "ignored", text: "The client drops this event: the stream ends before its blank line (SSE-8)." };
  }
  if (error) {
    const why = shorten(error.message, 200).replaceAll("`", "'"); // a backtick in it is of the stream
    return { outcome: "error", text: `Throws ${error.code}: ${why}. ${afterRaise}` };
  }
  if (instruction) return { outcome: "instruction", text: describeInstruction(instruction, client.data) };
  const kept = describeKeptFields(lines, { clauses, readRetry });
  const rest = kept && ` ${kept}`;
  if (client.event) {
    return {
      outcome: "ignored",
      text: `The client ignores this event: it does not know the name ${code(client.event)} (SSE-14).${rest}`,
    };
  }
  if (kept && client.data === "") return { outcome: "instruction", text: kept };
  return { outcome: "ignored", text: `The client ignores this event: it has no name (SSE-14).${rest}` };
}

function describeInstruction(instruction: Instruction, data: string): string {
  switch (instruction.type) {
    case "fragment":
      return describeFragment(instruction, data);
    case "signal": {
      const store = instruction.store.trim();
      if (store === "") return "Leaves the store as it is: there are no values (SIG-8).";
      const only = instruction.onlyIfMissing ? ", but only the names that the store does not have" : "";
      return `Merges ${code(store)} into the store${only}.`;
    }
    case "delete":
      if ("paths" in instruction) {
        return `Removes ${listWords(instruction.paths.map((path) => code(path)))} from the store.`;
      }
      if (instruction.selector === "") return "The selector is empty: the client throws bad-selector (DEL-2).";
      return `Removes all elements that ${code(instruction.selector)} matches.`;
    case "redirect":
      if (instruction.url === "") return "Reloads the page, because there is no address (RED-5).";
      if (isCode(instruction.url)) return `Runs ${code(instruction.url)} as code in the page (RED-4).`;
      return `Sends the browser to ${code(instruction.url.replace(/[\t\n\r]/g, ""))}.`; // [RED-3]
    case "console": {
      const message = instruction.message === "" ? "an empty message" : code(instruction.message);
      return `Calls \`console.${instruction.mode}\` with ${message}.`;
    }
  }
}

/** Whether a browser takes an address for code, however it is written [RED-4]. */
export function isCode(url: string): boolean {
  return /^javascript:/i.test(url.replace(/[\t\n\r]/g, "").replace(/^[\0- ]+/, ""));
}

/** The effect of each mode on a root and its targets. */
const merges: Record<MergeMode, (root: string, target: string, of: (part: string) => string) => string> = {
  morph: (root, target) => `Morphs ${target} into ${root}`,
  inner: (_, target, of) => `Replaces the content of ${target} with ${of("content")}`,
  outer: (root, target) => `Puts ${root} in place of ${target}`,
  prepend: (root, target) => `Puts ${root} into ${target}, as its first child`,
  append: (root, target) => `Puts ${root} into ${target}, as its last child`,
  before: (root, target) => `Puts ${root} before ${target}`,
  after: (root, target) => `Puts ${root} after ${target}`,
  upsert_attributes: (_, target, of) => `Sets ${of("attributes")} on ${target}`,
};

function describeFragment(
  { selector, merge, settle, viewTransition, html }: Extract<Instruction, { type: "fragment" }>,
  data: string,
): string {
  const roots = rootsOf(html);
  if (roots.length === 0) return "Does nothing: its HTML has no element at the top level (FRG-17).";
  const named = roots.slice(0, mostRoots).map(({ tag }) => code(tag));
  const more = roots.length - named.length;
  const isOne = roots.length === 1;
  const target = selector === "self"
    ? "the element whose action made the request"
    : selector !== ""
    ? targetsOf(selector, merge)
    : isOne
    ? `the element ${code(`#${roots[0].id ?? "null"}`)}`
    : "the element with its id";
  const of = (part: string) => isOne ? `the ${part} of ${named[0]}` : `its ${part}`;
  const what = merges[merge](isOne ? named[0] : "it", target, of);
  return [
    isOne
      ? what
      : `For each root, ${more > 0 ? `${named.join(", ")} and ${more} more` : listWords(named)}: ${lower(what)}`,
    /(?:^|\n)fragment(?: |\n|$)/.test(data.trim()) ? "" : ", because there is no `fragment` line (FRG-16)",
    viewTransition ? ", within a view transition if the browser supports them" : "",
    merge !== "outer" && /(?:^|\n)settle /.test(data) ? `; the client removes its own classes after ${settle} ms` : "", // [APP-11]
    ".",
    selector === "" && roots.some(({ id }) => id === undefined)
      ? " Without a selector and an id, the client looks for an element with the id `null` (FRG-22)."
      : "",
  ].join("");
}

/** The targets that a selector finds. A root that cannot be in two places goes to the last of them [MRG-22]. */
function targetsOf(selector: string, merge: MergeMode): string {
  if (/^#[\w-]+$/.test(selector)) return `the element ${code(selector)}`;
  if (["morph", "inner", "upsert_attributes"].includes(merge)) return `each element that ${code(selector)} matches`;
  if (merge === "outer") return `all elements that ${code(selector)} matches, where the last of them is (MRG-22)`;
  return `the last of the elements that ${code(selector)} matches (MRG-22)`;
}

const lower = (text: string) => text[0].toLowerCase() + text.slice(1);

/** A start tag at the top level of some HTML. */
interface Root {
  /** The tag as it is written. */
  tag: string;
  /** Its id, as far as that can be read without decoding. */
  id?: string;
}

const words = (text: string) => new Set(text.split(" "));
const rawTexts = words("script style textarea title xmp iframe noembed noframes plaintext");
/** Tags that are dropped in a `<template>` [FRG-27]. */
const dropped = words("html head body");
/** The kinds of elements that need no end tag: one ends where one of the same kind begins. */
const kinds: Record<string, string> = { dd: "dt", dt: "dt", li: "li", option: "option", td: "td", th: "td", tr: "tr" };
/** Elements that end a paragraph [FRG-29]. */
const blocks = words(
  "address article aside blockquote details dialog div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "header hr main menu nav ol p pre section table ul",
);
/** Elements that the parser drops after others [FRG-28]. */
const tableParts = words("caption col colgroup tbody td tfoot th thead tr");
/** Most levels of elements, as in the harness. */
const maxDepth = 512;

/**
 * Finds the roots of a fragment by its tags. A parser would need a document in a browser and a package outside of one,
 * would lose how the tags are written, and would take more than linear time for hostile text.
 */
export function rootsOf(html: string): Root[] {
  const roots: Root[] = [];
  const open: string[] = [];
  let isPart = false; // whether the first root is one of a table
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at)) {
    if (html.startsWith("<!--", at)) {
      const end = html.indexOf("-->", at + 2);
      if (end < 0) break;
      at = end + 3;
      continue;
    }
    tagName.lastIndex = at;
    const [, slash, written] = tagName.exec(html) ?? [];
    if (written === undefined) {
      at++;
      continue;
    }
    const name = written.toLowerCase();
    const { end, id } = readAttributes(html, tagName.lastIndex);
    if (end < 0) break; // the text ends within the tag, which is lost
    const tag = html.slice(at, end);
    at = end;
    if (dropped.has(name)) continue;
    if (slash) {
      const i = open.lastIndexOf(name);
      if (i >= 0) open.length = i;
      else if (name === "p" && open.length === 0) roots.push({ tag: "<p>" }); // the parser makes one of it
      continue;
    }
    const isForeign = name === "svg" || name === "math" || open.includes("svg") || open.includes("math");
    while (open.length > 0 && isEndedBy(name, open[open.length - 1])) open.pop();
    if (open.length === 0) {
      if (tableParts.has(name) && roots.length > 0 && !isPart) continue;
      if (roots.length === 0) isPart = tableParts.has(name);
      roots.push({ tag, id });
    }
    if (voidElements.has(name) || isForeign && tag.endsWith("/>")) continue;
    if (open.length > maxDepth) break;
    if (rawTexts.has(name) && !isForeign) {
      const close = new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, "gi");
      close.lastIndex = at;
      const found = close.exec(html);
      if (!found) break;
      at = found.index;
    }
    open.push(name);
  }
  return roots;
}

/** Whether an open element ends where another begins. */
function isEndedBy(name: string, open: string): boolean {
  if (name === "tr" && kinds[open] === "td" || open === "p" && blocks.has(name)) return true;
  return Object.hasOwn(kinds, name) && kinds[name] === kinds[open];
}

const tagName = /<(\/?)([a-z][^\t\n\f\r />]*)/iy;
const attribute =
  /[\t\n\f\r /]*(?:([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*("[^"]*"|'[^']*'|[^\t\n\f\r >]*))?)?/y;

const quoted = /^(["'])([^]*)\1$/;

/** Reads a tag from the end of its name: the offset after it, or -1, and the id in it. */
function readAttributes(html: string, from: number): { end: number; id?: string } {
  let id: string | undefined;
  for (let at = from; at < html.length;) {
    if (html[at] === ">") return { end: at + 1, id };
    attribute.lastIndex = at;
    const [, name, value = ""] = attribute.exec(html)!;
    if (name?.toLowerCase() === "id") id ??= value.replace(quoted, "$2");
    if (/^["']/.test(value) && !quoted.test(value)) break; // never closed
    at = attribute.lastIndex;
  }
  return { end: -1 };
}

/** Describes what an event has changed, in one sentence each. */
export function describeChanges(changes: Changes): string[] {
  return describeAllChanges(changes, ({ element, name, before, after }) => {
    if (name !== "id" || before !== null || !/^ds--\d+$/.test(after ?? "")) return;
    return `The client gave ${code(`<${element.localName}>`)} the id ${code(after!)} (APP-2).`;
  });
}
