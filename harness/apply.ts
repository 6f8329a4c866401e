/**
 * Instructions to a document, as [backend.ts] of client 0.19.9 applies them, once View Transitions and the time to
 * settle are over.
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
      mergeStore(page, readObject(instruction.store), instruction.onlyIfMissing);
      return readStores(page);
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

/** [engine.ts, core.ts] What the client makes of an expression before it evaluates it: it does not know of strings. */
function rewriteExpression(expression: string): string {
  if (/[;\u2028\u2029]/.test(expression)) fail("bad-store", "The client splits the expression of a store at ;");
  return expression.split("\n").map((line) => line.trim()).join(" ")
    .replace(/\$[a-zA-Z_$][0-9a-zA-Z_$.]*/g, (name) => `ctx.store().${name.slice(1)}.value`)
    .replace(/~[a-zA-Z_$]+/g, (name) => `document.querySelector(ctx.store()._dsPlugins.refs.${name.slice(1)})`);
}

/** The client evaluates the text as JavaScript. Here nothing runs: it has to be JSON. */
function readObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
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

/** Objects merge, `null` deletes, everything else replaces. */
function mergeValue(into: Record<string, unknown>, name: string, value: unknown): void {
  if (value === null) {
    delete into[name];
  } else if (isObject(value)) {
    const present = isObject(into[name]) ? into[name] : {};
    into[name] = present;
    for (const key of Object.keys(value)) mergeValue(present, key, value[key]);
  } else {
    into[name] = value;
  }
}

function deletePath(store: Record<string, unknown>, path: string): void {
  const names = path.split(".");
  const last = names.pop()!;
  let inner = store;
  for (const name of names) {
    if (!isObject(inner[name])) inner[name] = {};
    inner = inner[name] as Record<string, unknown>;
  }
  delete inner[last];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
