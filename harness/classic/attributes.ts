/**
 * What the client does with the `data-*` attributes of the whole body after each merge [APP-1], as far as nothing has
 * to run for it: the store, ids, attributes that it removes or refuses, texts and values that come from a signal, and
 * what is assigned to a signal when an element is loaded. What is left out is noted in `Page.notRun`.
 *
 * @module
 */

import type { Page } from "./apply.ts";
import { setAttribute } from "./morph.ts";
import { compiles, evaluate, type Signals, statementsOf, UnknownValue } from "./expression.ts";
import { type Budget, exceed, fail, isStackOverflow, quote } from "./failure.ts";
import { type PluginRules, plugins as rules } from "./plugins.ts";
import { mergeStore, readStoreAttribute, setSignal, type Store } from "./signals.ts";

/** The work of a plugin. */
interface Plugin extends PluginRules {
  apply?: Apply;
  /** Whether it does its work again when a signal that it has read changes. */
  reacts?: boolean;
}

type Apply = (page: Page, element: HTMLElement, attribute: Attribute) => void;

interface Attribute {
  /** The attribute's name in the page. */
  name: string;
  /** What stands between the prefix and the first dot. */
  key: string;
  modifiers: string[];
  expression: string;
}

const work: Partial<Record<typeof rules[number]["prefix"], Apply>> = {
  store: applyStore,
  computed: leaveOut,
  ref: applyRef,
  fetchIndicator: applyIndicator,
  show: applyShow,
  intersects: leaveOut,
  teleport: applyTeleport,
  scrollIntoView: drop,
  viewTransition: leaveOut,
  bind: applyBind,
  model: applyModel,
  text: applyText,
  on: applyOn,
  class: applyClass,
};

const reactive = ["show", "bind", "model", "text"];

const plugins: Plugin[] = rules.map((rule) => ({
  ...rule,
  apply: work[rule.prefix],
  reacts: reactive.includes(rule.prefix),
}));

/** Applies all plugins to the body. */
export function applyPlugins(page: Page): void {
  const keys = new Set<string>();
  eachElement(page, (element) => {
    for (const name of element.getAttributeNames()) if (name.startsWith("data-")) keys.add(keyOf(name));
  });
  for (const plugin of plugins) {
    // Most pages use few of them, and none of them brings what another one would look for.
    const first = plugin === plugins[0];
    const cleansUp = first && page.own.references.size > 0;
    if (!cleansUp && ![...keys].some((key) => key.startsWith(plugin.prefix))) continue;
    eachElement(page, (element) => {
      if (first) cleanUp(page.own, element);
      applyPlugin(page, plugin, element);
    });
  }
}

/** Does again what has read a signal that became another. */
function react(page: Page): void {
  let first: Error | undefined;
  for (const plugin of plugins) {
    if (!plugin.reacts) continue;
    eachElement(page, (element) => {
      try {
        applyPlugin(page, plugin, element);
      } catch (error) {
        if (error instanceof RangeError) throw error;
        first ??= error as Error;
      }
    });
  }
  if (first) throw new TypeError(first.message); // to whoever has assigned it
}

/** Goes through the body in the order of the document. */
function eachElement({ document, budget }: Page, visit: (element: Element) => void): void {
  const walk: (Element | null)[] = [document.body]; // a merge may have taken the body away
  while (walk.length > 0) {
    const element = walk.pop();
    budget.tick();
    if (!element || !isHtmlOrSvg(element)) continue; // [APP-12]
    visit(element);
    // The client goes on from the element as it is now: what it has put in or taken out counts.
    // Not from sibling to sibling: some DOMs search for each.
    for (const child of [...element.children].reverse()) walk.push(child);
  }
}

/** `data-on-load.once` is `onLoad.once` to the client. */
function keyOf(name: string): string {
  return name.slice(5).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
}

function isHtmlOrSvg({ localName, namespaceURI }: Element): boolean {
  if (localName === "math") return false; // happy-dom has no namespace for it
  return namespaceURI === "http://www.w3.org/1999/xhtml" || namespaceURI === "http://www.w3.org/2000/svg";
}

function applyPlugin(page: Page, plugin: Plugin, element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    page.budget.tick();
    if (!name.startsWith("data-")) continue;
    const rawKey = keyOf(name);
    if (!rawKey.startsWith(plugin.prefix) || !element.hasAttribute(name)) continue;
    if (element.id === "") element.id = `ds--${page.nextId++}`; // [APP-2]
    const [key, ...modifiers] = rawKey.slice(plugin.prefix.length).split(".");
    const refuse = (why: string) => fail("bad-attribute", `The client refuses ${quote(name)}: ${why}`);
    if (plugin.key === "none" && key !== "") refuse(`nothing may follow ${plugin.prefix}`);
    if (plugin.key === "some" && key === "") refuse(`something has to follow ${plugin.prefix}`);
    for (const modifier of modifiers) {
      const [label] = modifier.split("_");
      if (plugin.modifiers && !plugin.modifiers.includes(label)) refuse(`there is no modifier ${quote(label)}`);
    }
    if (plugin.expression === "none" && value !== "") refuse("it takes no expression");
    if (plugin.expression === "some" && value === "") refuse("it needs an expression");
    const attribute = { name, key: key && key[0].toLowerCase() + key.slice(1), modifiers, expression: value };
    plugin.apply?.(page, element as HTMLElement, attribute);
  }
}

function applyStore(page: Page, element: HTMLElement, { name, expression, modifiers }: Attribute): void {
  const read = readStoreAttribute(expression, page.store, page.budget);
  if ("message" in read) {
    page.console.push({ mode: "error", message: read.message, own: true });
    if (read.unknown) note(page, name, expression);
  } else {
    mergePatch(page, read.patch, modifiers.includes("ifmissing"));
  }
  element.removeAttribute(name);
}

/** Merges signals into the page's store. */
export function mergePatch(page: Page, patch: Store, onlyIfMissing: boolean): void {
  page.store = mergeStore(page.store, patch, onlyIfMissing, page.budget);
  if (patch._dsPlugins === null && !onlyIfMissing) page.own.lost = true;
}

/** [STO-19] What a reference has to undo before it is read anew, it cannot without what the client keeps in the store. */
function cleanUp({ references, lost }: Page["own"], element: Element): void {
  if (!references.has(element)) return;
  if (lost) fail("bad-attribute", "The client cannot undo a data-ref: _dsPlugins is gone");
  references.delete(element);
}

function applyRef({ own }: Page, element: HTMLElement): void {
  own.references.add(element);
  own.lost = false;
}

/** Notes what the client would do here and the harness does not. */
function leaveOut(page: Page, _element: HTMLElement, { name, expression }: Attribute): void {
  note(page, name, expression);
}

/** Notes what was left out, for those who compare with a client. */
export function note({ notRun, limits }: Page, name: string, expression: string): void {
  const text = `${name}=${quote(expression)}`;
  if (notRun.length < limits.maxNotRun && !notRun.includes(text)) notRun.push(text);
}

function applyTeleport(page: Page, element: HTMLElement, attribute: Attribute): void {
  const { name, expression } = attribute;
  if (element.localName !== "template") fail("bad-attribute", `The client refuses ${name}: it belongs on a <template>`);
  mustFind(page, name, expression);
  leaveOut(page, element, attribute);
}

function applyIndicator(page: Page, _element: HTMLElement, attribute: Attribute): void {
  const selector = known(attribute, page);
  if (typeof selector === "string") mustFind(page, attribute.name, selector);
}

/** What a selector finds in a page, or nothing at all if it is no selector. */
export function find(page: Page, selector: string): Element[] | undefined {
  checkSelector(page, selector);
  try {
    return [...page.document.querySelectorAll(selector)];
  } catch (error) {
    if (isStackOverflow(error as Error)) throw error;
  }
}

/**
 * Gives up on selectors that are too much work. Some DOMs try every way to put the parts of a selector onto elements
 * inside each other, and nothing can stop them once they have begun.
 */
function checkSelector({ document, budget, limits }: Page, selector: string): void {
  let steps = selector.length ** 2; // to read it
  if (steps <= limits.maxSteps && /[\s,>+~(]/.test(selector)) {
    const { elements, depth, breadth } = measure(document, budget);
    const waysOf = (list: string) =>
      list.split(",").reduce((sum, part) => {
        const spaces = part.split(/\s/).length - 1;
        return sum + choose(depth, spaces) * choose(breadth, part.split("~").length - 1);
      }, 0);
    let outer = selector.replace(/\\.|"[^"]*"|'[^']*'/gs, "x").trim().replace(/\s*([\s,>+~()])\s*/g, "$1");
    let ways = 1;
    for (let found; (found = /([\w-]*)\(([^()]*)\)/.exec(outer));) {
      const [all, name, inner] = found;
      // Each element looks at all those inside it, or at those beside it.
      ways *= waysOf(inner) * (name === "has" ? depth : name.startsWith("nth") ? breadth : 1);
      outer = outer.replace(all, "");
    }
    steps += elements * ways * waysOf(outer);
  }
  if (steps > limits.maxSteps) {
    exceed(`the work for the selector ${quote(selector)}`, `${limits.maxSteps} steps`, "maxSteps");
  }
}

/** In how many ways `count` elements can be taken out of so many. */
function choose(from: number, count: number): number {
  let ways = 1;
  for (let i = 0; i < count && i < from; i++) ways *= (from - i) / (i + 1);
  return Math.max(ways, 1);
}

/** How many elements a document has, inside each other and beside each other at most. */
function measure(document: Document, { tick }: Budget): { elements: number; depth: number; breadth: number } {
  const size = { elements: 0, depth: 0, breadth: 0 };
  const open: [ParentNode, number][] = [[document, 0]];
  while (open.length > 0) {
    const [{ children }, depth] = open.pop()!;
    tick();
    size.elements++;
    size.depth = Math.max(size.depth, depth);
    size.breadth = Math.max(size.breadth, children.length);
    for (const child of children) open.push([child, depth + 1]);
  }
  return size;
}

/** [APP-6] */
function mustFind(page: Page, name: string, selector: string): void {
  // What is no selector is as bad as one that finds nothing.
  if (!find(page, selector)?.length) fail("bad-attribute", `The client finds no ${quote(selector)} for ${quote(name)}`);
}

function applyShow(page: Page, element: HTMLElement, attribute: Attribute): void {
  const labels = attribute.modifiers.map((modifier) => modifier.split("_")[0]);
  if (labels.includes("duration")) return leaveOut(page, element, attribute); // by classes, and in frames to come
  const shown = known(attribute, page);
  if (shown === unknown) return;
  const { style } = element;
  if (!shown) style.setProperty("display", "none", labels.includes("important") ? "important" : "");
  else if (style.length === 1 && style.display === "none") style.removeProperty("display");
}

function applyBind(page: Page, element: HTMLElement, attribute: Attribute): void {
  const value = known(attribute, page);
  if (value === unknown) return;
  const name = attribute.key.replace(
    /[A-Z]+(?![a-z])|[A-Z]/g,
    (letters, at) => (at ? "-" : "") + letters.toLowerCase(),
  );
  const text = typeof value === "string" ? value : jsonOf(value);
  if (text === unknown) return;
  if (!text || /^(false|null|undefined)$/.test(text as string)) return element.removeAttribute(name);
  try {
    setAttribute(element, name, text as string);
  } catch {
    // What a browser refuses here reaches nobody: the client does it in an async function.
  }
}

function jsonOf(value: unknown): unknown {
  try {
    return JSON.stringify(value);
  } catch {
    return unknown; // a bigint
  }
}

const unknown = Symbol("unknown");

/** The value of an expression, where it has one without running. */
function known({ name, expression }: Attribute, page: Page, signals: Signals = { store: page.store }): unknown {
  if (expression === "") return unknown; // the client makes no function of it
  const statements = statementsOf(expression, page.budget);
  let value: unknown;
  try {
    for (const statement of statements) value = evaluate(statement, signals, page.budget);
    return value;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (error instanceof TypeError) return undefined; // [APP-5]
    if (error instanceof UnknownValue || compiles(statements, page.budget)) note(page, name, expression);
    return unknown;
  }
}

function drop(_page: Page, element: HTMLElement, { name }: Attribute): void {
  element.removeAttribute(name);
}

/** Modifiers that make no difference to what is done at once. With another one it is done later, or raises. */
const harmless = ["window", "once", "passive", "capture", "remote", "outside"];

/** [APP-8] Runs once, and goes: what it assigns to signals is assigned. Listeners hear nothing here. */
function applyOn(page: Page, element: HTMLElement, attribute: Attribute): void {
  const { name, key, modifiers, expression } = attribute;
  if (key === "raf" || key === "storeChange") note(page, name, expression);
  if (key !== "load") return;
  mustCompile(page, name, expression);
  if (modifiers.every((modifier) => harmless.includes(modifier.split("_")[0]))) {
    const signals = {
      store: page.store,
      assign(path: string[], value: unknown) {
        page.store = signals.store = setSignal(page.store, path, value, page.budget);
        react(page);
      },
    };
    known(attribute, page, signals);
  } else note(page, name, expression);
  element.removeAttribute("data-on-load");
}

/** [APP-6] */
function applyClass(page: Page, element: HTMLElement, attribute: Attribute): void {
  const { name, expression } = attribute;
  mustCompile(page, name, expression);
  const classes = known(attribute, page);
  if (classes === unknown) return;
  if (typeof classes !== "object" || classes === null) {
    fail("bad-attribute", `The client refuses ${quote(name)}: it gives no object`);
  }
  for (const [label, on] of Object.entries(classes)) {
    page.budget.tick();
    element.classList.toggle(label, Boolean(on));
  }
}

/** [APP-7] */
function applyText(page: Page, element: HTMLElement, attribute: Attribute): void {
  const { name, expression } = attribute;
  mustCompile(page, name, expression);
  const text = known(attribute, page);
  if (text !== unknown) element.textContent = textOf(text, name);
}

/** [APP-6] */
function applyModel(page: Page, element: HTMLElement, { name, expression }: Attribute): void {
  const path = expression.trim().split(".");
  let value: unknown = page.store;
  for (const step of path) {
    value = typeof value === "object" && value !== null && Object.hasOwn(value, step)
      ? (value as Record<string, unknown>)[step]
      : fail("bad-attribute", `The client finds no signal ${quote(expression)} for ${quote(name)}`);
  }
  const input = element as HTMLInputElement;
  const type = element.getAttribute("type");
  if (element.localName === "input" && type === "checkbox") input.checked = Boolean(value);
  else if (element.localName === "input" && type === "radio") input.checked = textOf(value, name) === input.value;
  else if (element.localName === "input" && type === "file") return;
  else if ("value" in element) input.value = textOf(value, name);
  else element.setAttribute("value", textOf(value, name));
}

/** An object may have a `toString` of its own, which is no function. */
function textOf(value: unknown, name: string): string {
  try {
    return String(value);
  } catch {
    return fail("bad-attribute", `The client cannot make a text of the value of ${quote(name)}`);
  }
}

function mustCompile({ budget }: Page, name: string, expression: string): void {
  if (expression === "" || !compiles(statementsOf(expression, budget), budget)) {
    fail("bad-attribute", `The client cannot compile ${quote(name)}=${quote(expression)}`);
  }
}
