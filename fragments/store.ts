/**
 * Writes the client's store, as an attribute and as the text of an event.
 *
 * @module
 */

import { describe, isPlainObject, quote, refuse, refuseToJson } from "./checks.ts";
import { type Html, trustedHtml } from "../html.ts";

/** The value of a signal: JSON. */
export type StoreValue = string | number | boolean | null | StoreValue[] | { [name: string]: StoreValue };

/** Signals by name. A signal that is `null` is deleted from the client's store. */
export type Store = { [name: string]: StoreValue };

/**
 * Names that no signal can have. [deepsignal.ts] refuses the first two, the next two break the plain objects it works
 * with, and the client uses the last one itself.
 */
export const reserved: ReadonlySet<string> = new Set(["value", "peek", "hasOwnProperty", "__proto__", "_dsPlugins"]);

/**
 * Writes a store as a `data-store` attribute, to put into a tag of {@linkcode html}.
 *
 * [engine.ts, core.ts] The client reads the attribute as an expression: it splits it at `;` and rewrites `$name` and
 * `~name` even inside string literals. These characters, and those that HTML or the client's own templates would read,
 * are written as `\uXXXX`, so that every string arrives unchanged.
 *
 * ```ts
 * import { html, storeAttribute } from "../fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   String(html`<main id="main" ${storeAttribute({ note: "$5; it's" })}></main>`),
 *   '<main id="main" data-store="{&quot;note&quot;:&quot;\\u00245\\u003b it\\u0027s&quot;}"></main>',
 * );
 * ```
 *
 * @throws {TypeError} If the store holds a name or a value that the client's cannot.
 */
export function storeAttribute(store: Store): Html {
  return trustedHtml(`data-store="${writePlain(store) ?? escapeExpression(storeText(store))}"`);
}

/** Whether JSON and JavaScript write the value as `String()` does. */
const isLiteral = (value: unknown) => value === null || typeof value === "boolean" || Number.isFinite(value);

const plainText = /^[ !#%(-:=?-[\]^_a-}]*$/;

/** Whether the text is the same in JSON, in a client's expression and in HTML. Long texts are escaped faster. */
const isPlain = (text: string) => text.length < 1000 && plainText.test(text);

/**
 * Fast path for a store of plain texts, numbers, booleans and `null`, as most are. Returns `undefined` for any other,
 * and a test holds it to the same text. Without it a small store takes 0.64 us and not 0.47 under Deno, 0.48 and not
 * 0.32 under Bun: longer than eventsource-encoder, which escapes quotes alone (0.53 and 0.46).
 */
function writePlain(store: Store): string | undefined {
  if (!isPlainObject(store)) return undefined;
  let text = "";
  for (const name of Object.keys(store)) {
    if (!isPlain(name) || reserved.has(name)) return undefined;
    const value = store[name];
    let written: string;
    if (typeof value === "string" && isPlain(value)) written = `&quot;${value}&quot;`;
    else if (isLiteral(value)) written = String(value);
    else return undefined;
    text += `${text && ","}&quot;${name}&quot;:${written}`;
  }
  return `{${text}}`;
}

const escapes = [...";$~'<>&`\u2028\u2029"].map((character) =>
  [character, "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0")] as const
);
escapes.push(['"', "&quot;"]); // last, as it has two of the others in it

function escapeExpression(text: string): string {
  for (const [character, escape] of escapes) text = text.replaceAll(character, escape);
  return text;
}

/**
 * Writes a store as the text of a JavaScript object, as the client reads it.
 *
 * @throws {TypeError} If the store holds a name or a value that the client's cannot.
 */
export function storeText(store: Store): string {
  if (!isPlainObject(store)) refuse("a store", `it is ${describe(store)}; give an object of signals by name`);
  assertStorable(store, "", false);
  const text = JSON.stringify(store);
  // JSON and JavaScript differ in one name: {"__proto__": x} sets the prototype, {["__proto__"]: x} a property.
  return text.includes("__proto__") ? text.replace(/(?<=[{,])"__proto__":/g, '["__proto__"]:') : text;
}

/** The depth of a store. Chromium's JavaScript cannot compile objects that are between 1,000 and 1,500 deep. */
const maxDepth = 500;

function assertStorable(value: unknown, path: string, inArray: boolean, depth = 0): void {
  if (typeof value === "string" || isLiteral(value)) return;
  if (!Array.isArray(value) && !isPlainObject(value)) {
    refuse("a store", `${quote(path)} is ${describe(value)}; use strings, finite numbers, booleans, lists and objects`);
  }
  if (depth > maxDepth) {
    refuse("a store", `${quote(path)} lies more than ${maxDepth} deep, or it is circular; use fewer levels`);
  }
  refuseToJson("a store", path, value);
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) assertStorable(item, `${path}[${i}]`, true, depth + 1);
    return;
  }
  // A list is one signal, with all that is in it; elsewhere each name becomes a signal.
  for (const name of Object.keys(value)) {
    const here = path ? `${path}.${name}` : name;
    if (!inArray && reserved.has(name)) {
      refuse("a store", `${quote(here)} is a name the client cannot keep; choose another`);
    }
    assertStorable(value[name], here, inArray, depth + 1);
  }
}
