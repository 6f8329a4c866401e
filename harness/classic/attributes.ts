/**
 * The `data-*` attributes of the body, which the client applies after each merge [APP-1]: as far as no code has to run,
 * the store, ids, attributes that are removed or refused, texts and values that come from a signal, and what
 * `data-on-load` assigns to a signal. Everything else is recorded as unevaluated.
 *
 * @module
 */

import { findInDocument, type Found } from "../dom/selector.ts";
import { quoteText } from "../limits.ts";
import { raise } from "./errors.ts";
import { compiles, evaluate, type Signals, statementsOf, UnknownValue } from "./expression.ts";
import { setAttribute } from "./morph.ts";
import { type PluginRules, plugins as rules } from "./plugins.ts";
import { mergeStore, readStoreAttribute, setSignal, type Store } from "./signals.ts";
import { type ClientState, recordUnevaluated } from "./state.ts";

/** A plugin with its work. */
interface Plugin extends PluginRules {
  apply?: Apply;
  /** Whether it works again when a signal that it has read changes. */
  reacts: boolean;
}

type Apply = (state: ClientState, element: HTMLElement, attribute: Attribute) => void;

interface Attribute {
  /** The attribute's name in the page. */
  name: string;
  /** The part of the name between the plugin's prefix and the first dot. */
  key: string;
  modifiers: string[];
  expression: string;
}

const work: Partial<Record<typeof rules[number]["prefix"], Apply>> = {
  store: applyStore,
  computed: leaveUnevaluated,
  ref: applyRef,
  fetchIndicator: applyIndicator,
  show: applyShow,
  intersects: leaveUnevaluated,
  teleport: applyTeleport,
  scrollIntoView: removeAttribute,
  viewTransition: leaveUnevaluated,
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
export function applyPlugins(state: ClientState): void {
  const keys = new Set<string>();
  visitElements(state, (element) => {
    for (const name of element.getAttributeNames()) if (name.startsWith("data-")) keys.add(keyOf(name));
  });
  for (const plugin of plugins) {
    // Most pages use few of them, and none of them brings what another one would look for.
    const first = plugin === plugins[0];
    const cleansUp = first && state.references.size > 0;
    if (!cleansUp && ![...keys].some((key) => key.startsWith(plugin.prefix))) continue;
    visitElements(state, (element) => {
      if (first) undoReference(state, element);
      applyPlugin(state, plugin, element);
    });
  }
}

/** Re-applies every plugin that depends on signals, after a signal changed. */
function rerunReactivePlugins(state: ClientState): void {
  let first: Error | undefined;
  for (const plugin of plugins) {
    if (!plugin.reacts) continue;
    visitElements(state, (element) => {
      try {
        applyPlugin(state, plugin, element);
      } catch (error) {
        if (error instanceof RangeError) throw error;
        first ??= error as Error;
      }
    });
  }
  if (first) throw new TypeError(first.message); // in the expression that assigned the signal
}

/** Visits the body and the elements in it, in document order. */
function visitElements({ document, budget }: ClientState, visit: (element: Element) => void): void {
  const walk: (Element | null)[] = [document.body]; // a merge may have taken the body away
  while (walk.length > 0) {
    const element = walk.pop();
    budget.checkTime();
    if (!element || !isHtmlOrSvg(element)) continue; // [APP-12]
    visit(element);
    // The client continues from the element as it is after the visit. Not from sibling to sibling, which is slow in happy-dom.
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

function applyPlugin(state: ClientState, plugin: Plugin, element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    state.budget.checkTime();
    if (!name.startsWith("data-")) continue;
    const rawKey = keyOf(name);
    if (!rawKey.startsWith(plugin.prefix) || !element.hasAttribute(name)) continue;
    if (element.id === "") element.id = `ds--${state.nextId++}`; // [APP-2]
    const [key, ...modifiers] = rawKey.slice(plugin.prefix.length).split(".");
    const refuse = (why: string) => raise("bad-attribute", `The client refuses ${quoteText(name)}: ${why}`);
    if (plugin.key === "none" && key !== "") refuse(`nothing may follow ${plugin.prefix}`);
    if (plugin.key === "some" && key === "") refuse(`something has to follow ${plugin.prefix}`);
    for (const modifier of modifiers) {
      const [label] = modifier.split("_");
      if (plugin.modifiers && !plugin.modifiers.includes(label)) refuse(`there is no modifier ${quoteText(label)}`);
    }
    if (plugin.expression === "none" && value !== "") refuse("it takes no expression");
    if (plugin.expression === "some" && value === "") refuse("it needs an expression");
    const attribute = { name, key: key && key[0].toLowerCase() + key.slice(1), modifiers, expression: value };
    plugin.apply?.(state, element as HTMLElement, attribute);
  }
}

function applyStore(state: ClientState, element: HTMLElement, { name, expression, modifiers }: Attribute): void {
  const read = readStoreAttribute(expression, state.store, state.budget);
  if ("message" in read) {
    const { message, unevaluated } = read;
    if (unevaluated) recordUnevaluated(state, name, expression);
    state.console.push({ mode: "error", message, own: true, ...unevaluated && { unevaluated } });
  } else {
    mergePatch(state, read.patch, modifiers.includes("ifmissing"));
  }
  element.removeAttribute(name);
}

/** Merges signals into the store. */
export function mergePatch(state: ClientState, patch: Store, onlyIfMissing: boolean): void {
  state.store = mergeStore(state.store, patch, onlyIfMissing, state.budget);
  if (patch._dsPlugins === null && !onlyIfMissing) state.isReferencesLost = true;
}

/** [STO-19] Undoes a `data-ref` before it is applied again, which needs `_dsPlugins` in the store. */
function undoReference({ references, isReferencesLost }: ClientState, element: Element): void {
  if (!references.has(element)) return;
  if (isReferencesLost) raise("bad-attribute", "The client cannot undo a data-ref: _dsPlugins is gone");
  references.delete(element);
}

function applyRef(state: ClientState, element: HTMLElement): void {
  state.references.add(element);
  state.isReferencesLost = false;
}

/** Records an attribute whose effect only running code would show. */
function leaveUnevaluated(state: ClientState, _element: HTMLElement, { name, expression }: Attribute): void {
  recordUnevaluated(state, name, expression);
}

function applyTeleport(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const { name, expression } = attribute;
  if (element.localName !== "template") {
    raise("bad-attribute", `The client refuses ${name}: it belongs on a <template>`);
  }
  mustFind(state, name, expression);
  leaveUnevaluated(state, element, attribute);
}

function applyIndicator(state: ClientState, _element: HTMLElement, attribute: Attribute): void {
  const selector = evaluateExpression(state, attribute);
  if (typeof selector === "string") mustFind(state, attribute.name, selector);
}

/** The elements that a selector matches, or undefined if it is not a selector. */
export function findElements(state: ClientState, selector: string): Found | undefined {
  const found = findInDocument(state.document, selector, state.budget);
  if (found?.mayBeMore) recordUnevaluated(state, "selector", selector);
  return found;
}

/** [APP-6] */
function mustFind(state: ClientState, name: string, selector: string): void {
  // An invalid selector is as bad as one that finds nothing.
  const found = findElements(state, selector);
  if (!found?.mayBeMore && !found?.elements.length) {
    raise("bad-attribute", `The client finds no ${quoteText(selector)} for ${quoteText(name)}`);
  }
}

function applyShow(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const labels = attribute.modifiers.map((modifier) => modifier.split("_")[0]);
  if (labels.includes("duration")) return leaveUnevaluated(state, element, attribute); // by classes, and in frames to come
  const shown = evaluateExpression(state, attribute);
  if (shown === unknown) return;
  const { style } = element;
  if (!shown) style.setProperty("display", "none", labels.includes("important") ? "important" : "");
  else if (style.length === 1 && style.display === "none") style.removeProperty("display");
}

function applyBind(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const value = evaluateExpression(state, attribute);
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
    // The client ignores the browser's error, because this runs in an async function there.
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

/** The value of an expression, or `unknown` where only running it would give one. */
function evaluateExpression(
  state: ClientState,
  { name, expression }: Attribute,
  signals: Signals = { store: state.store },
): unknown {
  if (expression === "") return unknown; // the client makes no function of it
  const { budget } = state;
  const statements = statementsOf(expression, budget);
  let value: unknown;
  try {
    for (const statement of statements) value = evaluate(statement, signals, budget);
    return value;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (error instanceof TypeError) return undefined; // [APP-5]
    if (error instanceof UnknownValue || compiles(statements, budget)) recordUnevaluated(state, name, expression);
    return unknown;
  }
}

function removeAttribute(_state: ClientState, element: HTMLElement, { name }: Attribute): void {
  element.removeAttribute(name);
}

/** Modifiers that change nothing of what is done at once. With any other it is done later, or the client throws. */
const harmlessModifiers = ["window", "once", "passive", "capture", "remote", "outside"];

/** [APP-8] `data-on-load` runs once and is removed: its assignments to signals are made. Other events do not happen. */
function applyOn(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const { name, key, modifiers, expression } = attribute;
  if (key === "raf" || key === "storeChange") recordUnevaluated(state, name, expression);
  if (key !== "load") return;
  mustCompile(state, name, expression);
  if (modifiers.every((modifier) => harmlessModifiers.includes(modifier.split("_")[0]))) {
    const signals = {
      store: state.store,
      assign(path: string[], value: unknown) {
        state.store = signals.store = setSignal(state.store, path, value, state.budget);
        rerunReactivePlugins(state);
      },
    };
    evaluateExpression(state, attribute, signals);
  } else recordUnevaluated(state, name, expression);
  element.removeAttribute("data-on-load");
}

/** [APP-6] */
function applyClass(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const { name, expression } = attribute;
  mustCompile(state, name, expression);
  const classes = evaluateExpression(state, attribute);
  if (classes === unknown) return;
  if (typeof classes !== "object" || classes === null) {
    raise("bad-attribute", `The client refuses ${quoteText(name)}: it gives no object`);
  }
  for (const [label, on] of Object.entries(classes)) {
    state.budget.checkTime();
    // Not otherwise: happy-dom gives the element an empty `class` when there is nothing to remove.
    if (on || element.hasAttribute("class")) element.classList.toggle(label, Boolean(on));
  }
}

/** [APP-7] */
function applyText(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const { name, expression } = attribute;
  mustCompile(state, name, expression);
  const text = evaluateExpression(state, attribute);
  if (text !== unknown) element.textContent = textOf(text, name);
}

/** [APP-6] */
function applyModel(state: ClientState, element: HTMLElement, { name, expression }: Attribute): void {
  const path = expression.trim().split(".");
  let value: unknown = state.store;
  for (const step of path) {
    value = typeof value === "object" && value !== null && Object.hasOwn(value, step)
      ? (value as Record<string, unknown>)[step]
      : raise("bad-attribute", `The client finds no signal ${quoteText(expression)} for ${quoteText(name)}`);
  }
  const input = element as HTMLInputElement;
  const type = element.getAttribute("type");
  if (element.localName === "input" && type === "checkbox") input.checked = Boolean(value);
  else if (element.localName === "input" && type === "radio") input.checked = textOf(value, name) === input.value;
  else if (element.localName === "input" && type === "file") return;
  else if ("value" in element) input.value = textOf(value, name);
  else element.setAttribute("value", textOf(value, name));
}

/** The text of a value. An object may have a `toString` of its own that is not a function. */
function textOf(value: unknown, name: string): string {
  try {
    return String(value);
  } catch {
    return raise("bad-attribute", `The client cannot make a text of the value of ${quoteText(name)}`);
  }
}

function mustCompile({ budget }: ClientState, name: string, expression: string): void {
  if (expression === "" || !compiles(statementsOf(expression, budget), budget)) {
    raise("bad-attribute", `The client cannot compile ${quoteText(name)}=${quoteText(expression)}`);
  }
}
