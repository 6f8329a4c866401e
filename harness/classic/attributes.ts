/**
 * The `data-*` attributes of the body, which the client applies after each merge [APP-1]: as far as no code has to run,
 * the store, ids, attributes that are removed or refused, texts and values that come from a signal, and what
 * `data-on-load` assigns to a signal. Everything else is recorded as unevaluated.
 *
 * @module
 */

import { isHtml, svgNamespace } from "../dom/html.ts";
import { findInDocument, type Found } from "../dom/selector.ts";
import { quoteText } from "../limits.ts";
import { raise } from "./errors.ts";
import { ClientError } from "../client_error.ts";
import { compiles, evaluate, findSignal, type Preparation, type Signals, statementsOf } from "./expression.ts";
import { UnknownValue } from "../script/evaluate.ts";
import { setAttribute } from "./morph.ts";
import { inheritedNames, inheritedValues, mustWork } from "./paths.ts";
import { type PluginPrefix, type PluginRules, plugins as rules } from "./plugins.ts";
import { addPart, mustHavePart, plainPatch, referencesOf, resetReferences, withReferences } from "./own_data.ts";
import { isJson, mergeStore, readStoreAttribute, setSignal, type Store } from "./signals.ts";
import { type ClientState, failStore, recordUnevaluated, signalsOf } from "./state.ts";

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
  /** The step that makes the code of each statement, if its plugin has one. */
  after?: Preparation["after"];
}

const work: Partial<Record<PluginPrefix, Apply>> = {
  store: applyStore,
  computed: leaveUnevaluated,
  ref: applyRef,
  fetchIndicator: applyIndicator,
  header: applyHeader,
  show: applyShow,
  intersects: leaveUnevaluated,
  teleport: applyTeleport,
  scrollIntoView: applyScrollIntoView,
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
  const bringsMore = [...keys].some((key) => key.startsWith("bindData")); // an attribute for a later plugin
  const inherited = inheritedNames(state.sharedChanges);
  for (const plugin of plugins) {
    for (const name of inherited) if (name.startsWith(plugin.prefix)) refuseInherited(plugin, name);
    // Most pages use few of them.
    const first = plugin === plugins[0];
    const cleansUp = first && state.removals.size > 0;
    if (!cleansUp && !bringsMore && ![...keys].some((key) => key.startsWith(plugin.prefix))) continue;
    visitElements(state, (element) => {
      if (first) undoPlugins(state, element);
      applyPlugin(state, plugin, element);
    });
  }
}

/** [DEL-8] The client takes a name that each object has for an attribute of each element. Its value is no text. */
function refuseInherited({ prefix, key }: Plugin, name: string): never {
  const isKeyWrong = key === (name === prefix ? "some" : "none");
  return raise(isKeyWrong ? "bad-attribute" : "bad-path", `The client finds ${quoteText(name)} on each element`);
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

function isHtmlOrSvg(element: Element): boolean {
  if (element.localName === "math") return false; // happy-dom has no namespace for it
  return isHtml(element) || element.namespaceURI === svgNamespace;
}

/** The names of modifiers without their arguments: `debounce_1s` is `debounce`. */
const labelsOf = (modifiers: string[]) => modifiers.map((modifier) => modifier.split("_")[0]);

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
    for (const label of labelsOf(modifiers)) {
      if (plugin.modifiers && !plugin.modifiers.includes(label)) refuse(`it has no modifier ${quoteText(label)}`);
    }
    if (plugin.expression === "none" && value !== "") refuse("it does not take an expression");
    if (plugin.expression === "some" && value === "") refuse("it needs an expression");
    const { after } = plugin;
    const attribute = { name, key: key && key[0].toLowerCase() + key.slice(1), modifiers, expression: value, after };
    plugin.apply?.(state, element as HTMLElement, attribute);
  }
}

function applyStore(state: ClientState, element: HTMLElement, { name, expression, modifiers }: Attribute): void {
  const read = readStoreAttribute(expression, signalsOf(state), state.budget);
  const labels = labelsOf(modifiers);
  if (labels.includes("local") || labels.includes("session")) state.plainParts.clear();
  if ("message" in read) {
    failStore(state, name, expression, read);
    const statements = statementsOf(expression, state.budget, { joinLines: true });
    if (!read.unevaluated) describeFailure(state, name, { expression, statements, signals: signalsOf(state) });
  }
  if ("patch" in read && !read.isEmpty) mergePatch(state, read.patch, labels.includes("ifmissing"));
  else if (!("message" in read && read.unevaluated)) state.plainParts.clear(); // the client merges an empty object
  element.removeAttribute(name);
}

/** Merges signals into the store. */
export function mergePatch(state: ClientState, patch: Store, onlyIfMissing: boolean): void {
  if (Object.keys(patch).length > 0) mustWork("merge", state.sharedChanges);
  const merged = { ...onlyIfMissing ? inheritedValues(state.sharedChanges) : plainPatch(state), ...patch };
  state.store = mergeStore(state.store, merged, onlyIfMissing ? "if missing" : "with store", state.budget);
  state.plainParts.clear();
  if (!isJson(state.store)) raise("bad-store", "The client cannot write the store as JSON");
}

/** Undoes what was applied to an element, as the client does before it applies an element's attributes again. */
export function undoPlugins({ removals }: ClientState, node: Node): void {
  for (const undo of removals.get(node) ?? []) undo();
  removals.delete(node);
}

function addRemoval({ removals }: ClientState, element: Element, undo: () => void): void {
  removals.set(element, [...removals.get(element) ?? [], undo]);
}

/** [STO-19] */
function applyRef(state: ClientState, element: HTMLElement, { name, expression }: Attribute): void {
  const refs = { ...referencesOf(state), [expression]: `#${element.id}` };
  state.store = mergeStore(withReferences(state), { _dsPlugins: { refs } }, "alone", state.budget);
  state.plainParts.clear();
  addRemoval(state, element, () => {
    mustHavePart(state, "refs", name);
    resetReferences(state);
  });
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
  mustMeet(findElements(state, expression), name, expression);
  leaveUnevaluated(state, element, attribute);
}

function applyIndicator(state: ClientState, _element: HTMLElement, attribute: Attribute): void {
  mustCompile(state, attribute.name, attribute.expression);
  const selector = evaluateExpression(state, attribute);
  if (selector === unknown) return;
  const text = textOf(selector, attribute.name);
  const found = selectElements(state, text);
  mustMeet(found, attribute.name, text);
  for (const indicator of found.elements) setClass(indicator, "datastar-indicator", true);
}

/** The client takes each statement as a text in single quotes, and compiles these. */
function applyHeader(state: ClientState, element: HTMLElement, { name, expression, after }: Attribute): void {
  addPart(state, "headers");
  mustCompile(state, name, expression, { after });
  addRemoval(state, element, () => mustHavePart(state, "headers", name));
}

/** The elements that a selector matches, or undefined if it is not a selector. */
export function findElements(state: ClientState, selector: string): Found | undefined {
  const found = findInDocument(state.document, selector, state.budget);
  if (found?.mayBeMore) recordUnevaluated(state, "selector", selector);
  return found;
}

/** The elements that a selector matches, where the client raises `bad-selector` for what is not a selector. */
export function selectElements(state: ClientState, selector: string): Found {
  return findElements(state, selector) ?? raise("bad-selector", `${quoteText(selector)} is not a CSS selector`);
}

/** [APP-6] Raises if an attribute's selector finds nothing, or is not a selector. */
function mustMeet(found: Found | undefined, name: string, selector: string): void {
  if (!found?.mayBeMore && !found?.elements.length) {
    raise("bad-attribute", `The client cannot find ${quoteText(selector)} for ${quoteText(name)}`);
  }
}

function applyShow(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const labels = labelsOf(attribute.modifiers);
  if (labels.includes("duration")) return leaveUnevaluated(state, element, attribute); // by classes, and in frames to come
  const shown = evaluateLater(state, attribute);
  if (shown === unknown) return;
  const priority = labels.includes("important") ? "important" : "";
  state.later.push(() => setDisplay(element, Boolean(shown), priority));
}

function setDisplay(element: HTMLElement, shown: boolean, priority: string): void {
  const { style } = element;
  if (!shown) {
    if (style.display === "none" && style.getPropertyPriority("display") === priority) return;
    style.setProperty("display", "none", priority);
  } else if (style.display !== "") {
    style.removeProperty("display");
    // The browser leaves an empty attribute, happy-dom none.
    if (!element.hasAttribute("style")) element.setAttribute("style", "");
  }
}

function applyBind(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const value = evaluateLater(state, attribute);
  if (value === unknown) return;
  const name = attribute.key.replace(
    /[A-Z]+(?![a-z])|[A-Z]/g,
    (letters, at) => (at ? "-" : "") + letters.toLowerCase(),
  );
  const text: string | undefined = typeof value === "string" ? value : JSON.stringify(value);
  if (!text || /^(false|null|undefined)$/.test(text)) return element.removeAttribute(name);
  try {
    setAttribute(element, name, text);
  } catch {
    // The client ignores the browser's error, because this runs in an async function there.
  }
}

const unknown = Symbol("unknown");

/** The value of an expression, or `unknown` where only running it would give one. */
function evaluateExpression(
  state: ClientState,
  { name, expression }: Attribute,
  signals: Signals = signalsOf(state),
): unknown {
  if (expression === "") return unknown; // the client makes no function of it
  const { budget } = state;
  const statements = statementsOf(expression, budget);
  let value: unknown;
  try {
    for (const statement of statements) value = evaluate(statement, signals, budget);
    return isJson(value) ? value : undefined; // [APP-5] the client writes each value as JSON, in the same `try`
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (error instanceof TypeError) return describeFailure(state, name, { expression, statements, signals });
    if (error instanceof UnknownValue || compiles(statements, budget)) recordUnevaluated(state, name, expression);
    return unknown;
  }
}

/**
 * [APP-5] Evaluates what the client's message on a failed expression contains: the expression itself, as a part of a
 * template, so that each `${...}` in it is evaluated again.
 *
 * @returns The value of the expression: undefined, or `unknown`.
 * @throws {ClientError} If the message fails too.
 */
function describeFailure(
  state: ClientState,
  name: string,
  { expression, statements, signals }: { expression: string; statements: string[]; signals: Signals },
): unknown {
  try {
    evaluate(`\`${statements.join(";\n").replaceAll("`", "\\`")}\``, signals, state.budget);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (error instanceof TypeError) {
      return raise(
        "bad-attribute",
        `The client's error message for ${quoteText(name)}=${quoteText(expression)} fails itself`,
      );
    }
    recordUnevaluated(state, name, expression);
    return unknown;
  }
}

/** The value of an expression that the client evaluates in an async function, which hides each error. */
function evaluateLater(state: ClientState, attribute: Attribute): unknown {
  try {
    if (!compiles(statementsOf(attribute.expression, state.budget), state.budget)) return unknown;
    return evaluateExpression(state, attribute);
  } catch (error) {
    if (error instanceof ClientError) return unknown;
    throw error;
  }
}

/** Elements that can have the focus without a `tabindex`: their `tabIndex` is 0. */
const focusable = new Set("a area audio button frame iframe input object select textarea video".split(" "));

function isFocusable(element: Element): boolean {
  const { localName, parentElement } = element;
  if (localName !== "summary") return focusable.has(localName);
  return parentElement?.localName === "details" &&
    [...parentElement.children].find((child) => child.localName === "summary") === element;
}

function applyScrollIntoView(_state: ClientState, element: HTMLElement, { name }: Attribute): void {
  const own = /^[\t\n\f\r ]*([+-]?\d+)/.exec(element.getAttribute("tabindex") ?? "")?.[1];
  const tabIndex = own === undefined ? isFocusable(element) ? 0 : -1 : Number(own);
  if (tabIndex === 0) element.setAttribute("tabindex", "0");
  element.removeAttribute(name);
}

/** Modifiers that change nothing of what is done at once. With `debounce` and `throttle` it is done later. */
const harmlessModifiers = ["window", "once", "passive", "capture", "remote", "outside"];

/** [APP-8] `data-on-load` runs once and is removed: its assignments to signals are made. Other events do not happen. */
function applyOn(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const { name, key, modifiers, expression } = attribute;
  if (key === "raf" || key === "storeChange") recordUnevaluated(state, name, expression);
  if (key !== "load") return;
  mustCompile(state, name, expression);
  const labels = labelsOf(modifiers);
  if (labels.some((label) => ![...harmlessModifiers, "debounce", "throttle"].includes(label))) {
    raise(
      "bad-attribute",
      `The client refuses ${quoteText(name)}: it looks for the modifier in an event, but no event exists`,
    );
  }
  if (labels.every((label) => harmlessModifiers.includes(label))) {
    const signals = {
      ...signalsOf(state),
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
  if (classes === undefined || classes === null) {
    raise("bad-attribute", `The client refuses ${quoteText(name)}: its value is not an object`);
  }
  const labels = Object.entries(classes);
  for (const [label, on] of labels) {
    state.budget.checkTime();
    if (/^$|[\t\n\f\r ]/.test(label)) {
      raise("bad-attribute", `The browser refuses the class ${quoteText(label)} of ${quoteText(name)}`);
    }
    setClass(element, label, Boolean(on));
  }
  addRemoval(state, element, () => labels.forEach(([label]) => setClass(element, label, false)));
}

/** Adds or removes a class. By hand, since happy-dom gives an element an empty `class` when there is nothing to remove. */
function setClass(element: Element, label: string, on: boolean): void {
  const classes = new Set((element.getAttribute("class") ?? "").split(/[\t\n\f\r ]+/).filter(Boolean));
  if (on) classes.add(label);
  else classes.delete(label);
  if (classes.size > 0 || element.hasAttribute("class")) element.setAttribute("class", [...classes].join(" "));
}

/** [APP-7] */
function applyText(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  const { name, expression } = attribute;
  if (!isHtml(element)) raise("bad-attribute", `The client refuses ${quoteText(name)}: it is not an HTML element`);
  mustCompile(state, name, expression);
  const text = evaluateExpression(state, attribute);
  if (text !== unknown) element.textContent = textOf(text, name);
}

/** [APP-6] The client tells inputs apart by parts of their names, so custom elements can be inputs too. */
function applyModel(state: ClientState, element: HTMLElement, { name, expression, after }: Attribute): void {
  const { store, budget } = state;
  const statements = mustCompile(state, name, expression, { after });
  if (statements.join("; ").startsWith("ctx.store().ctx.store()")) {
    raise("bad-attribute", `The client does not accept ${quoteText("$")} in ${quoteText(name)}`);
  }
  let found: { value: unknown } | undefined;
  try {
    if (state.isStoreUnknown) throw new UnknownValue("store");
    for (const statement of statements) found = findSignal(statement, store, budget);
  } catch (error) {
    // A statement that is no code by itself, as `a /* b`, is a part of code that compiles.
    if (error instanceof UnknownValue || error instanceof SyntaxError) {
      return recordUnevaluated(state, name, expression);
    }
    if (!(error instanceof TypeError)) throw error;
  }
  const tag = element.localName;
  const type = tag.includes("input") ? element.getAttribute("type") : undefined;
  const isRadio = tag.includes("radio") || type === "radio";
  if (isRadio && !element.getAttribute("name")) {
    element.setAttribute("name", statements.join("; ").replaceAll("ctx.store().", ""));
  }
  if (!found) {
    raise("bad-attribute", `The client cannot find the signal ${quoteText(expression)} for ${quoteText(name)}`);
  }
  const { value } = found;
  const input = element as HTMLInputElement;
  if (tag.includes("checkbox") || type === "checkbox") input.checked = Boolean(value);
  else if (isRadio) input.checked = textOf(value, name) === input.value;
  else if (type === "file") return;
  else if (tag === "select" && (element as HTMLSelectElement).multiple) selectOptions(element, value, name);
  else if (valueElements.has(tag) || tag.includes("select")) setValue(input, textOf(value, name), name);
  else element.setAttribute("value", textOf(value, name));
}

/** Elements with a property `value`. */
const valueElements = new Set(
  "button data input li meter option output param progress select textarea video".split(" "),
);

function setValue(element: HTMLInputElement, text: string, name: string): void {
  if (isHtml(element, "progress", "meter") && !Number.isFinite(Number(text))) {
    raise("bad-attribute", `The browser refuses ${quoteText(text)} for ${quoteText(name)}: it is not a number`);
  }
  element.value = text;
}

/** Selects the options that a list names, or whose values are parts of a text. */
function selectOptions(select: HTMLElement, value: unknown, name: string): void {
  for (const option of (select as HTMLSelectElement).options) {
    if (option.disabled || option.closest("select") !== select) continue;
    if (!Array.isArray(value) && typeof value !== "string") {
      raise("bad-attribute", `The client needs a list for ${quoteText(name)} of a select with "multiple"`);
    }
    option.selected = value.includes(option.value);
  }
}

/** The text of a value. An object may have a `toString` of its own that is not a function. */
function textOf(value: unknown, name: string): string {
  try {
    return String(value);
  } catch {
    return raise("bad-attribute", `The client cannot convert to text the value of ${quoteText(name)}`);
  }
}

/** Returns the statements of an expression, which the client compiles when it applies the attribute. */
function mustCompile({ budget }: ClientState, name: string, expression: string, preparation?: Preparation): string[] {
  const statements = statementsOf(expression, budget, preparation);
  if (expression !== "" && compiles(statements, budget)) return statements;
  return raise("bad-attribute", `The client cannot compile ${quoteText(name)}=${quoteText(expression)}`);
}
