/**
 * What the client does with the `data-*` attributes of the whole body after each merge [APP-1], as far as nothing has
 * to run for it: the store, ids, attributes that it removes or refuses, texts and values that come from a signal.
 *
 * @module
 */

import type { Page } from "./apply.ts";
import { compiles, evaluate, statementsOf } from "./expression.ts";
import { fail } from "./failure.ts";
import { mergeStore, readStoreAttribute, type Store } from "./store.ts";

interface Plugin {
  prefix: string;
  key?: "none" | "some";
  expression?: "none" | "some";
  modifiers?: string[];
  apply?: (page: Page, element: HTMLElement, attribute: Attribute) => void;
}

interface Attribute {
  /** The attribute's name in the page. */
  name: string;
  /** What stands between the prefix and the first dot. */
  key: string;
  modifiers: string[];
  expression: string;
}

const intoView = "smooth instant auto hstart hcenter hend hnearest vstart vcenter vend vnearest focus".split(" ");

/** In the order in which the client applies them: each to the whole body, before the next one. */
const plugins: Plugin[] = [
  { prefix: "store", modifiers: ["local", "session", "ifmissing"], apply: applyStore },
  { prefix: "computed", key: "some" },
  { prefix: "ref", key: "none", expression: "some" },
  { prefix: "fetchIndicator", key: "none", expression: "some", apply: applyIndicator },
  { prefix: "header", key: "some", expression: "some" },
  { prefix: "show", modifiers: ["important", "duration"], apply: applyShow },
  { prefix: "intersects", key: "none", modifiers: ["once", "half", "full"] },
  { prefix: "teleport", modifiers: ["prepend", "append"], apply: applyTeleport },
  { prefix: "scrollIntoView", key: "none", expression: "none", modifiers: intoView, apply: drop },
  { prefix: "viewTransition" },
  { prefix: "bind", key: "some", expression: "some" },
  { prefix: "model", key: "none", apply: applyModel },
  { prefix: "text", key: "none", apply: applyText },
  { prefix: "on", key: "some", expression: "some", apply: applyOn },
  { prefix: "class", key: "none", expression: "some", apply: applyClass },
];

/** Applies all plugins to the body. */
export function applyPlugins(page: Page): void {
  const { body } = page.document;
  for (const plugin of plugins) {
    const walk: (Element | null)[] = [body]; // a merge may have taken the body away
    while (walk.length > 0) {
      const element = walk.pop();
      if (!element || !isHtmlOrSvg(element)) continue; // [APP-12]
      applyPlugin(page, plugin, element);
      // The client goes on from the element as it is now: what it has put in or taken out counts.
      for (let child = element.lastElementChild; child; child = child.previousElementSibling) walk.push(child);
    }
  }
}

function isHtmlOrSvg({ localName, namespaceURI }: Element): boolean {
  if (localName === "math") return false; // happy-dom has no namespace for it
  return namespaceURI === "http://www.w3.org/1999/xhtml" || namespaceURI === "http://www.w3.org/2000/svg";
}

function applyPlugin(page: Page, plugin: Plugin, element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    if (!name.startsWith("data-")) continue;
    const rawKey = name.slice(5).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    if (!rawKey.startsWith(plugin.prefix) || !element.hasAttribute(name)) continue;
    if (element.id === "") element.id = `ds--${page.nextId++}`; // [APP-2]
    const [key, ...modifiers] = rawKey.slice(plugin.prefix.length).split(".");
    const refuse = (why: string) => fail("bad-attribute", `The client refuses ${name}: ${why}`);
    if (plugin.key === "none" && key !== "") refuse(`nothing may follow ${plugin.prefix}`);
    if (plugin.key === "some" && key === "") refuse(`something has to follow ${plugin.prefix}`);
    for (const modifier of modifiers) {
      const [label] = modifier.split("_");
      if (plugin.modifiers && !plugin.modifiers.includes(label)) refuse(`there is no modifier ${label}`);
    }
    if (plugin.expression === "none" && value !== "") refuse("it takes no expression");
    if (plugin.expression === "some" && value === "") refuse("it needs an expression");
    const attribute = { name, key: key && key[0].toLowerCase() + key.slice(1), modifiers, expression: value };
    plugin.apply?.(page, element as HTMLElement, attribute);
  }
}

function applyStore(page: Page, element: HTMLElement, { name, expression, modifiers }: Attribute): void {
  const read = readStoreAttribute(expression, page.store);
  if ("message" in read) page.console.push({ mode: "error", message: read.message });
  else page.store = mergeStore(page.store, read.patch, modifiers.includes("ifmissing"));
  element.removeAttribute(name);
}

function applyTeleport({ document }: Page, element: HTMLElement, { name, expression }: Attribute): void {
  if (element.localName !== "template") fail("bad-attribute", `The client refuses ${name}: it belongs on a <template>`);
  mustFind(document, name, expression);
}

function applyIndicator({ document, store }: Page, _element: HTMLElement, { name, expression }: Attribute): void {
  const selector = known(expression, store);
  if (typeof selector === "string") mustFind(document, name, selector);
}

/** [APP-6] */
function mustFind(document: Document, name: string, selector: string): void {
  let found;
  try {
    found = document.querySelector(selector);
  } catch {
    // As bad as nothing.
  }
  if (!found) fail("bad-attribute", `The client finds no ${selector} for ${name}`);
}

function applyShow({ store }: Page, { style }: HTMLElement, { expression }: Attribute): void {
  const shown = known(expression, store);
  if (shown === unknown) return;
  if (!shown) style.setProperty("display", "none");
  else if (style.length === 1 && style.display === "none") style.removeProperty("display");
}

const unknown = Symbol("unknown");

/** The value of an expression, where it has one without running. */
function known(expression: string, store: Store): unknown {
  try {
    return evaluate(statementsOf(expression).at(-1) ?? "", store);
  } catch (error) {
    return error instanceof TypeError ? undefined : unknown; // [APP-5]
  }
}

function drop(_page: Page, element: HTMLElement, { name }: Attribute): void {
  element.removeAttribute(name);
}

/** [APP-8] Runs once, and goes. What it does is not known here. */
function applyOn(_page: Page, element: HTMLElement, { name, key, expression }: Attribute): void {
  if (key !== "load") return;
  mustCompile(name, expression);
  if (name === "data-on-load") element.removeAttribute(name);
}

/** [APP-6] */
function applyClass({ store }: Page, element: HTMLElement, { name, expression }: Attribute): void {
  mustCompile(name, expression);
  const classes = known(expression, store);
  if (classes === unknown) return;
  if (typeof classes !== "object" || classes === null) {
    fail("bad-attribute", `The client refuses ${name}: it gives no object`);
  }
  for (const [label, on] of Object.entries(classes)) element.classList.toggle(label, Boolean(on));
}

/** [APP-7] */
function applyText({ store }: Page, element: HTMLElement, { name, expression }: Attribute): void {
  mustCompile(name, expression);
  const text = known(expression, store);
  if (text !== unknown) element.textContent = String(text);
}

/** [APP-6] */
function applyModel(page: Page, element: HTMLElement, { name, expression }: Attribute): void {
  const path = expression.trim().split(".");
  let value: unknown = page.store;
  for (const step of path) {
    value = typeof value === "object" && value !== null && Object.hasOwn(value, step)
      ? (value as Record<string, unknown>)[step]
      : fail("bad-attribute", `The client finds no signal ${expression} for ${name}`);
  }
  const input = element as HTMLInputElement;
  const type = element.getAttribute("type");
  if (element.localName === "input" && type === "checkbox") input.checked = Boolean(value);
  else if (element.localName === "input" && type === "radio") input.checked = String(value) === input.value;
  else if (element.localName === "input" && type === "file") return;
  else if ("value" in element) input.value = String(value);
  else element.setAttribute("value", String(value));
}

function mustCompile(name: string, expression: string): void {
  if (expression === "" || !compiles(statementsOf(expression))) {
    fail("bad-attribute", `The client cannot compile ${name}=${JSON.stringify(expression)}`);
  }
}
