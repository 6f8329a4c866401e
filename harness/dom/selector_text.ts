/**
 * Reads the text of selectors, as Chromium does: what it accepts, and what it refuses.
 *
 * @module
 */

import type { Budget } from "../limits.ts";
import { documentPseudoClasses } from "./pseudo_classes.ts";

/** A part of a selector's text that CSS Syntax calls a token. */
export interface Token {
  /** `function` is a name with its bracket, `number` any number with its unit. Others are the character itself. */
  type: "space" | "name" | "function" | "hash" | "string" | "number" | "end" | string;
  /** The text with its escapes resolved, without quotes, `#` or bracket. */
  value: string;
}

/** A list of selectors, such as `p, li > a`. */
export interface SelectorList {
  selectors: Selector[];
}

/** Compounds with combinators between them, such as `li > a`. */
export interface Selector {
  compounds: Compound[];
  /** One before each compound; the first is a descendant's unless the selector is relative, as in `:has(> a)`. */
  combinators: string[];
}

/** The conditions on one element, such as `a.b:not(.c)`. */
export interface Compound {
  parts: Part[];
}

/** One condition of a compound. */
export type Part =
  | { type: "tag" | "id" | "class"; name: string }
  | { type: "attribute"; name: string; anyNamespace: boolean; operator?: string; value: string; ignoresCase: boolean }
  | { type: "pseudo-class"; name: string; argument: string }
  | { type: "not" | "is" | "has"; list: SelectorList }
  | { type: "nth"; name: string; step: number; offset: number; of?: SelectorList }
  | { type: "nothing" };

const escape = String.raw`\\(?:[\da-f]{1,6}[\n\t ]?|[^\n\da-f]|$)`;
const letter = String.raw`(?:[a-z_\u0080-\uffff]|${escape})`;
const character = String.raw`(?:[\w\u0080-\uffff-]|${escape})`;
const name = `(?:--|-?${letter})${character}*`;
const startsName = new RegExp(`^(?:--|-?${letter})`, "i");
// The end of each pattern is optional: a text that does not end as it should is not tried again in shorter pieces.
const tokenPatterns = [
  String.raw`(?<comment>/\*[^]*?(?:\*/|$))`,
  String.raw`(?<space>[\n\t ]+)`,
  String.raw`"(?<double>(?:[^"\n\\]|\\[^])*\\?)(?:"|$)`,
  String.raw`'(?<single>(?:[^'\n\\]|\\[^])*\\?)(?:'|$)`,
  String.raw`(?<broken>"(?:[^"\n\\]|\\[^])*|'(?:[^'\n\\]|\\[^])*)`, // a string that a line end breaks off
  `#(?<hash>${character}+)`,
  "(?<arrow>-->)", // the end of a comment of HTML
  String.raw`(?<number>[+-]?(?:\d*\.)?\d+(?:e[+-]?\d+)?(?:${name}|%)?)`,
  String.raw`(?<name>${name})(?<bracket>\()?`,
  "(?<other>[^])",
];
const tokenPattern = new RegExp(tokenPatterns.join("|"), "gi");

/** Splits a text into tokens. A comment is left out, but still separates the tokens on its two sides. */
function readTokens(text: string): Token[] {
  const clean = text.replace(/\r\n?|\f/g, "\n").replaceAll("\0", "\ufffd");
  const tokens: Token[] = [];
  for (const { groups } of clean.matchAll(tokenPattern)) {
    const { comment, space, double, single, broken, hash, arrow, number, name, bracket, other } = groups!;
    const string = double ?? single;
    if (comment !== undefined) continue;
    else if (space !== undefined) tokens.push({ type: "space", value: " " });
    else if (string !== undefined) tokens.push({ type: "string", value: decode(string) });
    else if (broken !== undefined) tokens.push({ type: "broken string", value: broken });
    else if (hash !== undefined) tokens.push({ type: startsName.test(hash) ? "hash" : "#", value: decode(hash) });
    else if (arrow !== undefined) tokens.push({ type: arrow, value: arrow });
    else if (number !== undefined) tokens.push({ type: "number", value: decodeNumber(number) });
    else if (name !== undefined) tokens.push({ type: bracket ? "function" : "name", value: decode(name) });
    else tokens.push({ type: other, value: other });
  }
  return tokens;
}

/** Resolves the escapes in the unit of a number. A unit that begins with a digit stays as it is written. */
function decodeNumber(text: string): string {
  const decoded = decode(text);
  const digits = /^[+-]?[\d.]+/;
  return digits.exec(text)![0] === digits.exec(decoded)![0] ? decoded : text;
}

function decode(text: string): string {
  return text.replace(/\\(?:([\da-f]{1,6})[\n\t ]?|(\n)|([^]?))/giu, (_, code, newline, other) => {
    if (newline) return "";
    if (!code) return other || "\ufffd";
    const point = parseInt(code, 16);
    return point === 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)
      ? "\ufffd"
      : String.fromCodePoint(point);
  });
}

/** Reads a list of selectors. Returns undefined if Chromium refuses it. */
export function parseSelectorList(text: string, budget: Budget): SelectorList | undefined {
  const reader = { tokens: readTokens(text), at: 0, depth: 0, budget };
  try {
    const list = readList(reader, { pseudoElements: true, has: true });
    if (typeAt(reader) === "end") return list;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

/** The place in a text at which it is being read. */
interface Reader {
  tokens: Token[];
  at: number;
  /** The number of brackets that are open. */
  depth: number;
  budget: Budget;
}

/** The syntax that a selector may use, by the place where it stands. */
interface Allowed {
  /** Whether a pseudo-element may follow. */
  pseudoElements: boolean;
  /** Whether `:has()` may be used: not inside another one. */
  has: boolean;
  /** Whether the list is that of `:has()`, whose selectors may begin with a combinator. */
  relative?: boolean;
  /** Whether combinators are refused. */
  single?: boolean;
}

function refuse(): never {
  throw new SyntaxError("not a selector");
}

function typeAt({ tokens, at }: Reader, ahead = 0): string {
  return tokens[at + ahead]?.type ?? "end";
}

function next(reader: Reader): Token {
  reader.budget.checkTime();
  return reader.tokens[reader.at++] ?? { type: "end", value: "" };
}

function skipSpace(reader: Reader): boolean {
  const found = typeAt(reader) === "space";
  while (typeAt(reader) === "space") reader.at++;
  return found;
}

/** Takes a token of a type if it is the next one. */
function accept(reader: Reader, type: string): Token | undefined {
  if (typeAt(reader) === type) return next(reader);
}

function expect(reader: Reader, type: string): Token {
  return accept(reader, type) ?? refuse();
}

/** Ends a bracket. The end of the text closes all that are open. */
function close(reader: Reader, bracket: string): void {
  skipSpace(reader);
  if (typeAt(reader) !== "end") expect(reader, bracket);
}

function readList(reader: Reader, allowed: Allowed): SelectorList {
  const selectors = [readSelector(reader, allowed)];
  while (accept(reader, ",")) selectors.push(readSelector(reader, allowed));
  return { selectors };
}

/** Reads the list of `:is()` or `:where()`, which leaves out what is not a selector. */
function readForgivingList(reader: Reader, allowed: Allowed): SelectorList {
  const selectors: Selector[] = [];
  for (;;) {
    const { at } = reader;
    try {
      const selector = readSelector(reader, allowed);
      if (allowed.single && typeAt(reader) === "{") refuse();
      selectors.push(selector);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      reader.at = at;
      skipTo(reader);
    }
    if (!accept(reader, ",")) return { selectors };
  }
}

/** Goes on to the next comma or closing bracket that belongs to this list. */
function skipTo(reader: Reader): void {
  const open: string[] = [];
  for (let type; (type = typeAt(reader)) !== "end"; next(reader)) {
    if (open.length === 0 && (type === "," || type === ")")) return;
    if (type === open.at(-1)) open.pop();
    else if (type === "(" || type === "function") open.push(")");
    else if (type === "[") open.push("]");
    else if (type === "{") open.push("}");
  }
}

function readSelector(reader: Reader, allowed: Allowed): Selector {
  skipSpace(reader);
  const selector: Selector = { compounds: [], combinators: [] };
  let combinator = " ";
  if (allowed.relative && /^[>+~]$/.test(typeAt(reader))) combinator = next(reader).type;
  for (;;) {
    skipSpace(reader);
    selector.combinators.push(combinator);
    const hasEnded = readCompound(reader, allowed, selector);
    const isApart = skipSpace(reader);
    if (/^[,){]$|^end$/.test(typeAt(reader))) return selector; // no list goes on after `{`
    if (hasEnded || allowed.single) refuse();
    if (/^[>+~]$/.test(typeAt(reader))) combinator = next(reader).type;
    else if (isApart) combinator = " ";
    else refuse();
  }
}

/** Reads a compound into a selector. Returns whether it ends with a pseudo-element. */
function readCompound(reader: Reader, allowed: Allowed, selector: Selector): boolean {
  const parts: Part[] = readTag(reader);
  const { at } = reader;
  let element: string | undefined;
  for (;;) {
    const type = typeAt(reader);
    if (type === ":") {
      const found = readPseudo(reader, allowed, element);
      if ("element" in found) element = found.element;
      else parts.push(found);
    } else if (element !== undefined) break;
    else if (type === "hash") parts.push({ type: "id", name: next(reader).value });
    else if (type === ".") {
      next(reader);
      parts.push({ type: "class", name: expect(reader, "name").value });
    } else if (type === "[") parts.push(readAttribute(reader));
    else if (type === "&") {
      next(reader);
      parts.push({ type: "pseudo-class", name: "scope", argument: "" });
    } else break;
  }
  if (parts.length === 0 && at === reader.at) refuse();
  if (element !== undefined) parts.push({ type: "nothing" }); // no element is a pseudo-element
  selector.compounds.push({ parts });
  return element !== undefined;
}

/** Reads a tag's name with its namespace. None is declared here, so it can be any (`*|p`) or none (`|p`). */
function readTag(reader: Reader): Part[] {
  const parts: Part[] = [];
  const first = reader.tokens[reader.at]?.value === "*" ? "*" : typeAt(reader); // `\*|` is any namespace too
  const isTag = (type: string) => type === "name" || type === "*";
  if (first === "|" || (first === "*" && typeAt(reader, 1) === "|")) {
    if (next(reader).value === "*") next(reader);
    else parts.push({ type: "nothing" }); // elements of HTML and SVG have a namespace
    if (!isTag(typeAt(reader))) refuse();
  }
  if (!isTag(typeAt(reader))) return parts;
  const { type, value } = next(reader);
  if (typeAt(reader) === "|") refuse();
  if (type === "name" && value === "*") return [...parts, { type: "nothing" }]; // `\*` is a name
  return [...parts, { type: "tag", name: value }];
}

function readAttribute(reader: Reader): Part {
  next(reader);
  skipSpace(reader);
  const anyNamespace = typeAt(reader) === "*";
  if (anyNamespace) {
    next(reader);
    expect(reader, "|");
  } else accept(reader, "|");
  const { value: name } = expect(reader, "name");
  skipSpace(reader);
  const part = { type: "attribute" as const, name, anyNamespace, value: "", ignoresCase: false };
  if (typeAt(reader) === "end" || accept(reader, "]")) return part;
  const sign = typeAt(reader) === "=" ? "" : next(reader).type;
  if (!/^[~|^$*]?$/.test(sign)) refuse();
  expect(reader, "=");
  skipSpace(reader);
  const { value } = accept(reader, "string") ?? expect(reader, "name");
  skipSpace(reader);
  const flag = accept(reader, "name");
  if (flag && flag.value.toLowerCase() !== "i") refuse();
  close(reader, "]");
  return { ...part, operator: `${sign}=`, value, ignoresCase: flag !== undefined };
}

const words = (text: string) => new Set(text.split(" "));

const nth = (name: string): Part => ({ type: "nth", name, step: 0, offset: 1 });
const both = (...parts: Part[]): Part => ({
  type: "is",
  list: { selectors: [{ compounds: [{ parts }], combinators: [" "] }] },
});

/** Short names for positions of `:nth-child()` and the like. */
const positions: Record<string, () => Part> = {
  "first-child": () => nth("nth-child"),
  "last-child": () => nth("nth-last-child"),
  "only-child": () => both(nth("nth-child"), nth("nth-last-child")),
  "first-of-type": () => nth("nth-of-type"),
  "last-of-type": () => nth("nth-last-of-type"),
  "only-of-type": () => both(nth("nth-of-type"), nth("nth-last-of-type")),
};

/** Pseudo-classes that depend on what the user or a script does in a window, which a document does not tell. */
export const windowPseudoClasses: ReadonlySet<string> = words(
  "hover active focus focus-within focus-visible visited target fullscreen -webkit-full-screen autofill " +
    "-webkit-autofill modal popover-open picture-in-picture user-valid user-invalid",
);

/** Pseudo-classes that Chromium knows, and that no element of a page matches. */
const emptyPseudoClasses = words(
  "host current past future target-current target-before target-after xr-overlay horizontal vertical increment " +
    "decrement start end single-button double-button no-button corner-present window-inactive interest-source " +
    "interest-target active-view-transition -webkit-drag -webkit-full-page-media -webkit-full-screen-ancestor granted " +
    "-internal-autofill-previewed -internal-popover-in-top-layer -internal-dialog-in-top-layer " +
    "-internal-relative-anchor -internal-select-has-slotted-button",
);

/** Pseudo-elements without brackets. Those that begin with `-webkit-` are accepted too. */
const pseudoElements = words(
  "before after first-line first-letter selection marker placeholder backdrop cue target-text spelling-error " +
    "grammar-error search-text file-selector-button details-content view-transition scroll-marker " +
    "scroll-marker-group column checkmark picker-icon interest-button",
);

/** The arguments of pseudo-elements in brackets, as the types of their tokens. */
const pseudoElementArguments: Record<string, RegExp> = {
  part: /^name( name)*$/,
  highlight: /^name$/,
  "view-transition-group": /^(name|\*)?(\.name)*$/,
  "view-transition-group-children": /^(name|\*)?(\.name)*$/,
  "view-transition-image-pair": /^(name|\*)?(\.name)*$/,
  "view-transition-old": /^(name|\*)?(\.name)*$/,
  "view-transition-new": /^(name|\*)?(\.name)*$/,
};
const scrollButtons = words("* up down left right block-start block-end inline-start inline-end");

/** Reads a pseudo-class, or a pseudo-element. */
function readPseudo(reader: Reader, allowed: Allowed, after?: string): Part | { element: string } {
  next(reader);
  const isElement = accept(reader, ":") !== undefined;
  const type = typeAt(reader);
  if (type !== "name" && type !== "function") refuse();
  const name = next(reader).value.toLowerCase();
  const isOld = /^(before|after|first-line|first-letter)$/.test(name) && type === "name";
  if (isElement || isOld) {
    if (!allowed.pseudoElements || (after !== undefined && !mayFollow(after, name))) refuse();
    if (type === "function") readInBrackets(reader, () => readElementArgument(reader, name, allowed));
    else if (!pseudoElements.has(name) && !name.startsWith("-webkit-")) refuse();
    return { element: type === "function" ? `${name}()` : name };
  }
  if (after !== undefined && !mayFollow(after, `:${name}`)) refuse();
  if (type === "function") {
    const pseudoElements = name.startsWith("nth-") && allowed.pseudoElements;
    const inner = { ...allowed, pseudoElements, relative: false };
    return readInBrackets(reader, () => readArgument(reader, name, inner, after));
  }
  if (emptyPseudoClasses.has(name)) return { type: "nothing" };
  if (Object.hasOwn(positions, name)) return positions[name]();
  if (!documentPseudoClasses.has(name) && !windowPseudoClasses.has(name)) refuse();
  return { type: "pseudo-class", name, argument: "" };
}

const structural = /^:((first|last|only|nth)-|empty$|root$|scope$|has$|host|-webkit-any$|defined$)/;
const userAction = /^:(hover|active|focus|focus-visible|focus-within)$/;

/** Whether a pseudo-class (with its colon) or pseudo-element may follow a pseudo-element. */
function mayFollow(element: string, name: string): boolean {
  if (element === "slotted()") return /^(before|after|marker|placeholder|details-content|backdrop)$/.test(name);
  if (element === "column") return name === "scroll-marker";
  if (/^:(is|where|not)$/.test(name)) return true;
  if (/^(part\(\)|details-content|picker\(\))$/.test(element)) {
    return name.startsWith(":") ? !structural.test(name) && !isScrollbar(name) : !/^(part|slotted)$/.test(name);
  }
  if (/^(before|after)$/.test(element)) return name === "marker";
  if (name === ":target-current" || name === ":target-before" || name === ":target-after") {
    return element === "scroll-marker";
  }
  if (element === "search-text") return name === ":current";
  if (element === "selection") return name === ":window-inactive";
  if (name === ":enabled" || name === ":disabled") {
    return /^scroll-button\(\)$|^-webkit-scrollbar|^-webkit-resizer/.test(element);
  }
  if (/^-webkit-(scrollbar|resizer)/.test(element)) {
    return /^:(hover|active|window-inactive)$/.test(name) || isScrollbar(name);
  }
  return /^(cue|file-selector-button|scroll-marker|scroll-button\(\)|-webkit-.*)$/.test(element) &&
    userAction.test(name);
}

function isScrollbar(name: string): boolean {
  return /^:(horizontal|vertical|increment|decrement|start|end|single-button|double-button|no-button|corner-present)$/
    .test(name);
}

function readElementArgument(reader: Reader, name: string, allowed: Allowed): void {
  if (name === "slotted" || name === "cue") {
    const inner = { ...allowed, pseudoElements: false, has: false, single: true };
    if (name === "cue") readList(reader, inner);
    else readSelector(reader, inner);
  } else {
    const tokens: Token[] = [];
    while (!/^(\)|end)$/.test(typeAt(reader))) tokens.push(next(reader));
    const shape = tokens.map(({ type }) => type === "space" ? " " : type).join("").trim();
    const value = tokens.map(({ value }) => value).join("").trim().toLowerCase();
    const fits = name === "picker"
      ? shape === "name" && value === "select"
      : name === "scroll-button"
      ? /^(name|\*)$/.test(shape) && scrollButtons.has(value)
      : Object.hasOwn(pseudoElementArguments, name) && shape !== "" && pseudoElementArguments[name].test(shape);
    if (!fits) refuse();
  }
}

/** Reads an argument and the bracket that ends it. */
function readInBrackets<T>(reader: Reader, readArgument: () => T): T {
  reader.budget.checkSize("a selector", 0, ++reader.depth);
  try {
    const read = readArgument();
    close(reader, ")");
    return read;
  } finally {
    reader.depth--;
  }
}

/** Reads the argument of a pseudo-class. */
function readArgument(reader: Reader, name: string, inner: Allowed, after?: string): Part {
  switch (name) {
    case "is":
    case "where":
      return { type: "is", list: readForgivingList(reader, inner) };
    case "not":
      return {
        type: "not",
        list: after === undefined ? readList(reader, inner) : readAfterElement(reader, inner, after),
      };
    case "-webkit-any":
      return { type: "is", list: readList(reader, { ...inner, has: false, single: true }) };
    case "has":
      if (!inner.has) refuse();
      return { type: "has", list: readList(reader, { ...inner, has: false, relative: true }) };
    case "host":
    case "host-context":
      readSelector(reader, { ...inner, has: false, single: true });
      if (typeAt(reader) === ",") refuse();
      return { type: "nothing" };
    case "lang":
    case "dir":
    case "state": {
      skipSpace(reader);
      const { value } = expect(reader, "name");
      return name === "state" ? { type: "nothing" } : { type: "pseudo-class", name, argument: value.toLowerCase() };
    }
    case "active-view-transition-type":
      do {
        skipSpace(reader);
        expect(reader, "name");
        skipSpace(reader);
      } while (accept(reader, ","));
      return { type: "nothing" };
    case "nth-child":
    case "nth-last-child":
    case "nth-of-type":
    case "nth-last-of-type":
      return readNth(reader, name, inner);
    default:
      refuse();
  }
}

/** Reads `:not()` after a pseudo-element, where it takes what could follow the pseudo-element itself. */
function readAfterElement(reader: Reader, inner: Allowed, after: string): SelectorList {
  skipSpace(reader);
  if (typeAt(reader) !== ":") refuse();
  while (typeAt(reader) === ":") readPseudo(reader, inner, after);
  skipSpace(reader);
  return { selectors: [] };
}

/** The forms of a position, in tokens, with commas between tokens that no space separates. */
const position = /^(?:([+-]?\d+)|([+-]?\d*|\+,)n(?:(-\d+)|[ ,]([+-]\d+)|(-)[ ,](\d+)|[ ,]([+-])[ ,](\d+))?)$/;

/** Reads `2n + 1`, `odd` or `3`, and the list after `of`. */
function readNth(reader: Reader, name: string, inner: Allowed): Part {
  const tokens: string[] = [];
  const isOf = () => typeAt(reader) === "name" && reader.tokens[reader.at].value === "of";
  while (!isOf() && !/^(\)|end)$/.test(typeAt(reader))) {
    const { type, value } = next(reader);
    if (type === "name" && !/^(?:-?n|even$|odd$)/i.test(value)) refuse(); // an escaped digit or sign is none
    tokens.push(value.toLowerCase());
  }
  const text = tokens.join(",").replace(/,? ,?/g, " ").trim();
  const of = name.endsWith("child") && accept(reader, "name")
    ? readList(reader, { ...inner, single: false })
    : undefined;
  const part = { type: "nth" as const, name, of };
  if (text === "even") return { ...part, step: 2, offset: 0 };
  if (text === "odd") return { ...part, step: 2, offset: 1 };
  const [, alone, times, joined] = position.exec(text) ?? refuse();
  if (Number(joined) < -(2 ** 31)) refuse(); // written as one name, it must fit
  const step = alone !== undefined ? 0 : /\d/.test(times) ? Number(times) : times.startsWith("-") ? -1 : 1;
  const offset = Number(alone ?? text.replace(/^[^n]*n/, "").replace(/[ ,]/g, ""));
  const isInRange = (value: number) => value >= -(2 ** 30) && value < 2 ** 30;
  return isInRange(step) && isInRange(offset) ? { ...part, step, offset } : { type: "nothing" };
}
