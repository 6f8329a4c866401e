/**
 * Instructions to a document, as [backend.ts] of client 0.19.9 applies them in a browser without View Transitions, once
 * the time to settle is over.
 *
 * @module
 */

import { fail } from "./failure.ts";
import { morphElement } from "./morph.ts";
import type { Instruction, MergeMode, Reading } from "./parse.ts";

/** A page as the client has it. */
export interface Page {
  /** The document that fragments are merged into. */
  document: Document;
  /** The signals by name. */
  store: Record<string, unknown>;
  /** The element whose action made the request: the target of the selector `self`. */
  initiator?: Element;
  /** Where the last redirect pointed to. */
  location?: string;
  /** What was written to the console. */
  console: { mode: string; message: string }[];
}

/** Takes a document in as the client does when it is loaded: every `data-store` is read and removed. */
export function createPage(document: Document, initiator?: Element): Page {
  const page: Page = { document, store: {}, initiator, console: [] };
  readStores(page);
  return page;
}

/**
 * Applies one event of a stream to a page.
 *
 * @throws {Error} Where the client throws, with a {@linkcode FailureName} for a name.
 */
export function applyEvent(page: Page, { instruction, error }: Reading): void {
  if (error) throw error;
  if (!instruction) return;
  switch (instruction.type) {
    case "fragment":
      return applyFragment(page, instruction);
    case "signal":
      return applySignal(page, instruction);
    case "delete":
      if ("paths" in instruction) instruction.paths.forEach((path) => deletePath(page.store, path));
      else for (const element of select(page, instruction.selector)) element.remove();
      return;
    case "redirect":
      page.location = instruction.url;
      return;
    case "console":
      page.console.push({ mode: instruction.mode, message: instruction.message });
  }
}

function applySignal(page: Page, { store, onlyIfMissing }: Extract<Instruction, { type: "signal" }>): void {
  if (store.trim() === "") return;
  let patch: Record<string, unknown>;
  try {
    patch = readObject(store);
  } catch (error) {
    page.console.push({ mode: "error", message: (error as Error).message }); // here the client catches what it throws
    return;
  }
  mergeStore(page, patch, onlyIfMissing);
  readStores(page);
}

function applyFragment(page: Page, fragment: Extract<Instruction, { type: "fragment" }>): void {
  const template = page.document.createElement("template");
  template.innerHTML = fragment.html;
  // Text beside the roots is lost. Each root is applied for itself, and looks its targets up anew.
  for (const root of [...template.content.children]) {
    const selector = fragment.selector || `#${root.getAttribute("id")}`;
    const targets = selector === "self" ? [page.initiator].filter((el) => el !== undefined) : select(page, selector);
    if (targets.length === 0) fail("no-target", `Nothing matches ${JSON.stringify(selector)}`);
    // Every target gets the same root: where it is put into the page, it moves on from target to target.
    for (const target of targets) {
      merge(fragment.merge, target, root);
      readStores(page);
    }
  }
}

function merge(mode: MergeMode, target: Element, root: Element): void {
  switch (mode) {
    case "morph":
      morphElement(target, root);
      return;
    case "inner":
      target.innerHTML = root.innerHTML;
      return;
    case "outer":
      return target.replaceWith(root);
    case "prepend":
    case "append":
    case "before":
    case "after":
      return target[mode](root);
    case "upsert_attributes":
      for (const { name, value } of [...root.attributes]) target.setAttribute(name, value);
  }
}

function select(page: Page, selector: string): Element[] {
  try {
    return [...page.document.querySelectorAll(selector)];
  } catch {
    return fail("bad-selector", `${JSON.stringify(selector)} is no CSS selector`);
  }
}

/** [core.ts] The attribute `data-store` is an expression, evaluated and removed after every merge. */
function readStores(page: Page): void {
  for (const element of page.document.querySelectorAll("[data-store]")) {
    mergeStore(page, readObject(rewriteExpression(element.getAttribute("data-store")!)), false);
    element.removeAttribute("data-store");
  }
}

/** [core.ts] What the client replaces in an expression, one after the other: it does not know of strings. */
const rewrites: [RegExp, (...groups: string[]) => string][] = [
  [/.+/g, (all) => `Object.assign({...ctx.store()}, ${all})`],
  [
    /\$\$([a-zA-Z_$]+[0-9a-zA-Z_$.]*)(?:\((.*)\))?/g,
    (_, action, args) => `ctx.actions.${action}(${["ctx", ...args ? args.split(",").map((arg) => arg.trim()) : []]})`,
  ],
  [/\$([a-zA-Z_$]+[0-9a-zA-Z_$.]*)(\([^)]*\))?/g, (_, signal, call) => {
    if (!call) return `ctx.store().${signal}.value`;
    const dot = signal.lastIndexOf(".");
    return `ctx.store().${signal.slice(0, Math.max(dot, 0))}.value.${signal.slice(dot + 1)}${call}`;
  }],
  [/~([a-zA-Z_$]+)/g, (_, ref) => `document.querySelector(ctx.store()._dsPlugins.refs.${ref})`],
];

/** [engine.ts] The text of the store that is left when the client has rewritten its expression. */
function rewriteExpression(expression: string): string {
  let text = expression.split("\n").map((line) => line.trim()).join(" ");
  for (const [pattern, rewrite] of rewrites) {
    // replace() with a text, as the client does it: `$&` and `$'` in that text mean something again.
    text = text.split(";").map((part) =>
      [...part.matchAll(pattern)].reduce((done, match) => done.replace(match[0], rewrite(...match)), part)
    ).join("; ");
  }
  const [statement = "", ...others] = text.split(";").map((part) => part.trim()).filter(Boolean);
  const store = /^Object\.assign\(\{\.\.\.ctx\.store\(\)\}, (.*)\)$/s.exec(statement)?.[1];
  if (others.length > 0 || store === undefined) fail("bad-store", "The client splits the expression of a store at ;");
  try {
    // The client puts the statement into a template literal. A function that is made of it is only parsed here.
    new Function(`\`${statement.replaceAll("`", "\\`")}\``);
  } catch {
    fail("bad-store", "The client reads \${ in a store as its own template's");
  }
  return store;
}

/** The client evaluates the text as JavaScript. Here nothing runs: it has to be JSON. */
function readObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)); // of `null` nothing is merged
  } catch {
    return fail("bad-store", `The store is not JSON: ${text}`);
  }
}

function mergeStore(page: Page, patch: Record<string, unknown>, onlyIfMissing: boolean): void {
  for (const name of Object.keys(patch)) {
    if (onlyIfMissing && (page.store[name] ?? null) !== null) continue;
    mergeValue(page.store, name, patch[name]);
  }
}

/** [ts-merge-patch.ts] Objects merge, into lists too; `null` deletes; everything else replaces. */
function mergeValue(into: Record<string, unknown>, name: string, value: unknown): void {
  if (value === null) {
    delete into[name];
  } else if (isObject(value) && !Array.isArray(value)) {
    const present = isObject(into[name]) ? into[name] : {};
    into[name] = present;
    for (const key of Object.keys(value)) mergeValue(present, key, value[key]);
  } else {
    into[name] = value;
  }
}

/** [engine.ts] What stands in the way becomes an object only if it is nothing, `false`, zero or an empty text. */
function deletePath(store: Record<string, unknown>, path: string): void {
  const names = path.split(".");
  const last = names.pop()!;
  let inner = store;
  for (const name of names) {
    if (!inner[name]) inner[name] = {};
    inner = inner[name] as Record<string, unknown>;
  }
  if (isObject(inner)) delete inner[last];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
