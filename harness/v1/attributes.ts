/**
 * The `data-*` attributes, as far as no code has to run: signals, texts, visibility, classes and other attributes that
 * follow signals, and controls that are bound to them. Expressions that only running would evaluate are recorded.
 *
 * @module
 */

import { isHtml } from "../dom/html.ts";
import { quoteText } from "../limits.ts";
import { UnknownValue } from "../script/evaluate.ts";
import { bindElement } from "./bind.ts";
import { raise } from "./errors.ts";
import { evaluateExpression } from "./expression.ts";
import { isElement } from "./morph.ts";
import { listValues, mergePatch, mergePath } from "./signals.ts";
import { type ClientState, recordUnevaluated } from "./state.ts";

/** An attribute of a plugin. */
export interface Attribute {
  /** The name in the page, such as `data-on:click`. */
  name: string;
  /** The plugin's name. */
  plugin: string;
  /** The part between the colon and the modifiers. */
  key?: string;
  /** The modifiers with their values, such as `case` with `snake`. */
  modifiers: ReadonlyMap<string, readonly string[]>;
  value: string;
}

/** Ends the effect of an attribute. */
type End = () => void;

interface Plugin {
  /** Whether there has to be a key, or must not be one; `exclusive` means either a key or a value [V1-APP-4]. */
  key?: "must" | "denied" | "exclusive";
  value?: "must" | "exclusive";
  apply: (state: ClientState, element: HTMLElement, attribute: Attribute) => End | void;
}

/** The plugins of the client, by name. */
const plugins: Readonly<Record<string, Plugin>> = {
  attr: { value: "must", apply: applyAttr },
  bind: { key: "exclusive", value: "exclusive", apply: applyBind },
  class: { value: "must", apply: applyClass },
  computed: { value: "must", apply: leaveSignal },
  effect: { key: "denied", value: "must", apply: leaveUnevaluated },
  indicator: { key: "exclusive", value: "exclusive", apply: applyIndicator },
  init: { key: "denied", value: "must", apply: leaveUnevaluated },
  "json-signals": { key: "denied", apply: applyJsonSignals },
  on: { key: "must", value: "must", apply: () => {} },
  "on-intersect": { key: "denied", value: "must", apply: leaveUnevaluated },
  "on-interval": { key: "denied", value: "must", apply: leaveUnevaluated },
  "on-signal-patch": { value: "must", apply: leaveUnevaluated },
  ref: { key: "exclusive", value: "exclusive", apply: leaveSignal },
  show: { key: "denied", value: "must", apply: applyShow },
  signals: { apply: applySignals },
  style: { value: "must", apply: leaveUnevaluated },
  text: { key: "denied", value: "must", apply: applyText },
};

/** The names of the client's plugins. */
export const pluginNames: readonly string[] = Object.keys(plugins);

/** Reads the name of an attribute [V1-APP-1]. Returns undefined for one that is not the client's. */
export function readAttribute(name: string, value: string): Attribute | undefined {
  if (!name.startsWith("data-")) return;
  const [before, ...modifiers] = name.slice(5).split("__");
  const [plugin, key] = before.split(/:(.+)/);
  if (!Object.hasOwn(plugins, plugin)) return;
  return {
    name,
    plugin,
    key,
    modifiers: new Map(modifiers.map((text) => {
      const [label, ...values] = text.split(".");
      return [label, values];
    })),
    value,
  };
}

/** The ends of the attributes in effect, for each element. */
type Ends = Map<string, End>;

/** The attributes of a page in effect. */
export class Attributes {
  readonly #state: ClientState;
  readonly #ends = new WeakMap<Node, Ends>();

  constructor(state: ClientState) {
    this.#state = state;
  }

  /**
   * Applies the attributes of the page, and observes it from then on.
   *
   * @throws {ClientError} If one fails: then all after it, and each change of the page, remain without effect [V1-APP-5].
   */
  start(): void {
    const { document, observer } = this.#state;
    const observation = observer.observe(document.documentElement, (records) => this.#follow(records));
    this.#applyTree(document.documentElement);
    observation.start({ subtree: true, childList: true, attributes: true });
  }

  #follow(records: MutationRecord[]): void {
    for (const { type, target, attributeName, addedNodes, removedNodes } of records) {
      if (type === "childList") {
        for (const node of removedNodes) for (const element of treeOf(node)) this.#end(element);
        for (const node of addedNodes) if (isElement(node)) this.#applyTree(node);
      } else if (type === "attributes" && attributeName!.startsWith("data-") && !isIgnored(target as Element)) {
        const value = (target as Element).getAttribute(attributeName!);
        if (value === null) this.#endOne(target as Element, attributeName!);
        else this.#applyOne(target as HTMLElement, attributeName!, value);
      }
    }
  }

  #applyTree(top: Element): void {
    this.#applyElement(top);
    for (const element of top.querySelectorAll("*")) this.#applyElement(element); // those that are left in it
  }

  #applyElement(element: Element): void {
    this.#state.budget.checkTime();
    if (isIgnored(element)) return;
    for (const { name, value } of [...element.attributes]) this.#applyOne(element as HTMLElement, name, value);
  }

  #applyOne(element: HTMLElement, name: string, value: string): void {
    const attribute = readAttribute(name, value);
    if (!attribute) return;
    const refusal = whyRefused(attribute);
    if (refusal !== undefined) raise("bad-attribute", `The client refuses the attribute ${name}: ${refusal}`);
    const end = plugins[attribute.plugin].apply(this.#state, element, attribute) ?? undefined;
    this.#endOne(element, name); // after the new one has begun, as in the client
    if (!end) return;
    const ends: Ends = this.#ends.get(element) ?? new Map();
    this.#ends.set(element, ends.set(name, end));
  }

  #endOne(element: Element, name: string): void {
    const ends = this.#ends.get(element);
    ends?.get(name)?.();
    ends?.delete(name);
  }

  #end(element: Element): void {
    const ends = this.#ends.get(element);
    this.#ends.delete(element);
    for (const end of ends?.values() ?? []) end();
  }
}

/** An element and those in it, in document order. */
function treeOf(node: Node): Element[] {
  return isElement(node) ? [node, ...node.querySelectorAll("*")] : [];
}

/** [V1-APP-3] */
function isIgnored(element: Element): boolean {
  return element.hasAttribute("data-ignore__self") || element.closest("[data-ignore]") !== null;
}

/** Plugins that compile their expression as they run it for the first time, and not as the attribute is applied. */
const latePlugins = ["on", "on-intersect", "on-interval", "on-signal-patch"];

/** Whether the client compiles the expression of an attribute only after it has applied the others [V1-APP-5]. */
export function isCompiledLater({ plugin, modifiers }: Attribute): boolean {
  if (plugin === "init") return modifiers.has("delay") || modifiers.has("viewtransition");
  if (plugin === "on-interval" && modifiers.get("duration")?.includes("leading")) {
    return modifiers.has("viewtransition");
  }
  return latePlugins.includes(plugin);
}

/** Why the client refuses an attribute for its form, if it does [V1-APP-4]. */
export function whyRefused({ plugin, key, value }: Attribute): string | undefined {
  const { key: keyRule, value: valueRule } = plugins[plugin];
  const hasKey = key !== undefined && key !== "";
  const hasValue = value !== "";
  if (hasKey && keyRule === "denied") return "it takes no key";
  if (!hasKey && keyRule === "must") return "it needs a key";
  if (!hasValue && valueRule === "must") return "it needs a value";
  if (keyRule !== "exclusive") return;
  if (hasKey && hasValue) return "it takes a key or a value, and not both";
  if (!hasKey && !hasValue) return "it needs a key or a value";
}

/** Changes the case of a key [V1-APP-9]. */
function caseOf(key: string, { modifiers }: Attribute, usual: "camel" | "kebab" = "camel"): string {
  return (modifiers.get("case") ?? [usual]).reduce((text, name) => cases[name]?.(text) || text, key);
}

/** The path of the signal that an attribute names by its key or by its value. */
function signalPathOf(attribute: Attribute): string {
  return attribute.key !== undefined ? caseOf(attribute.key, attribute) : attribute.value;
}

const camel = (text: string) => text.replace(/-[a-z]/g, (match) => match[1].toUpperCase());
const cases: Record<string, (text: string) => string> = {
  camel,
  snake: (text) => text.replaceAll("-", "_"),
  pascal: (text) => text[0].toUpperCase() + camel(text.slice(1)),
};

/** Evaluates the expression of an attribute. What only running would tell is recorded, and gives undefined. */
function evaluate(state: ClientState, attribute: Attribute): { value: unknown } | undefined {
  const { name, value } = attribute;
  try {
    if (state.isStoreUnknown && value.includes("$")) throw new UnknownValue(value);
    return { value: evaluateExpression(attribute, state.signals, state.budget) };
  } catch (error) {
    if (!(error instanceof UnknownValue)) throw error;
    recordUnevaluated(state, name, value);
    return undefined;
  }
}

/** [PSG-16] */
function applySignals(state: ClientState, _: HTMLElement, attribute: Attribute): void {
  const { key, value, modifiers } = attribute;
  const read = value === "" ? { value: undefined } : evaluate(state, attribute);
  if (!read) {
    state.isStoreUnknown = true;
    return;
  }
  const onlyIfMissing = modifiers.has("ifmissing");
  if (key) mergePath(state.signals, caseOf(key, attribute), read.value, onlyIfMissing, state.budget);
  else mergePatch(state.signals, { ...read.value as object }, onlyIfMissing, state.budget);
}

/** Changes that an attribute observes, to do its work again where something else has changed it. */
const contentChanges = { childList: true, characterData: true, subtree: true };
const changesOf = (...names: string[]) => ({ attributes: true, attributeFilter: names });

/**
 * Lets an attribute follow the signals that its work reads. The work returns the changes of the element after which it is
 * done again; if it throws, the client observes the element no more.
 */
function follow(state: ClientState, element: HTMLElement, update: () => MutationObserverInit): End {
  const run = () => {
    observation.pause();
    observation.start(update());
  };
  const observation = state.observer.observe(element, run);
  const effect = state.signals.start(run);
  return () => {
    observation.end();
    state.signals.end(effect);
  };
}

/** [V1-APP-10] */
function applyText(state: ClientState, element: HTMLElement, attribute: Attribute): End {
  return follow(state, element, () => {
    const read = evaluate(state, attribute);
    if (read) element.textContent = `${read.value}`;
    return contentChanges;
  });
}

/** [V1-APP-11] */
function applyShow(state: ClientState, element: HTMLElement, attribute: Attribute): End {
  return follow(state, element, () => {
    const read = evaluate(state, attribute);
    if (read && !read.value) element.style.setProperty("display", "none");
    else if (read && element.style.display === "none") {
      element.style.removeProperty("display");
      // The browser leaves an empty attribute, happy-dom none.
      if (!element.hasAttribute("style")) element.setAttribute("style", "");
    }
    return changesOf("style");
  });
}

/** [V1-APP-12] */
function applyClass(state: ClientState, element: HTMLElement, attribute: Attribute): End {
  const key = attribute.key && caseOf(attribute.key, attribute, "kebab");
  let names: string[] = [];
  const end = follow(state, element, () => {
    const read = evaluate(state, attribute);
    const classes = (key ? { [key]: read?.value } : Object(read?.value)) as Record<string, unknown>;
    const given = Object.entries(read ? classes : {}).flatMap(([text, isOn]) =>
      text.split(/\s+/).filter(Boolean).map((name) => ({ name, isOn: Boolean(isOn) }))
    );
    names = given.map(({ name }) => name);
    for (const { name, isOn } of given) {
      if (isOn !== element.classList.contains(name)) element.classList.toggle(name);
    }
    return changesOf("class");
  });
  return () => {
    end();
    for (const name of names) element.classList.remove(name);
  };
}

/** [V1-APP-13] */
function applyAttr(state: ClientState, element: HTMLElement, attribute: Attribute): End {
  const { key } = attribute;
  return follow(state, element, () => {
    const read = evaluate(state, attribute);
    const values = (key ? { [key]: read?.value } : Object(read?.value)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(read ? values : {})) writeAttribute(element, name, value);
    return changesOf(...Object.keys(values));
  });
}

function writeAttribute(element: Element, name: string, value: unknown): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else if (value === true || value === "") element.setAttribute(name, "");
  else element.setAttribute(name, typeof value === "string" ? value : JSON.stringify(value));
}

/** [V1-APP-14] */
function applyBind(state: ClientState, element: HTMLElement, attribute: Attribute): End | void {
  if (attribute.modifiers.has("prop") || !isHtml(element, "input", "select", "textarea")) {
    return leaveUnevaluated(state, element, attribute);
  }
  return bindElement(state, element as HTMLInputElement, signalPathOf(attribute));
}

/** [V1-APP-15] */
function applyIndicator(state: ClientState, _: HTMLElement, attribute: Attribute): End {
  const setFalse = () => mergePath(state.signals, signalPathOf(attribute), false, false, state.budget);
  setFalse();
  return setFalse;
}

/** [V1-APP-16] */
function applyJsonSignals(state: ClientState, element: HTMLElement, attribute: Attribute): End | void {
  if (attribute.value !== "") return leaveUnevaluated(state, element, attribute);
  const spaces = attribute.modifiers.has("terse") ? 0 : 2;
  return follow(state, element, () => {
    element.textContent = JSON.stringify(listValues(state.signals), null, spaces);
    return contentChanges;
  });
}

/** An attribute that gives a signal which only running code would tell. */
function leaveSignal(state: ClientState, element: HTMLElement, attribute: Attribute): void {
  state.isStoreUnknown = true;
  leaveUnevaluated(state, element, attribute);
}

function leaveUnevaluated(state: ClientState, _: HTMLElement, { name, value }: Attribute): void {
  recordUnevaluated(state, name, value === "" ? name : quoteText(value).slice(1, -1));
}
