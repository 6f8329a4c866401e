/** The bindings of a page: the signals, actions and events that its attributes name. Nothing is run. */

import { plugins, type Store } from "../../harness/mod.ts";
import { suggest } from "../checks/words.ts";
import { attributeOf, type Element, elementsIn, type ParsedPage } from "../markup.ts";
import { quoteText } from "../checks/quote.ts";
import { readStoreText } from "../store_text.ts";
import { canCompile } from "./code.ts";
import { attributeName, type OwnAttributeOf, ownAttributesIn, pluginOf, toKebabCase } from "./own_attributes.ts";

/** An attribute of a page that the client evaluates. */
export type PageAttribute = OwnAttributeOf<{ element: Element; name: string; value: string }>;

/** The attributes that the client takes for its own: those in the body. */
export function attributesOf({ elements }: ParsedPage): PageAttribute[] {
  const body = elements.find(({ tagName }) => tagName === "body");
  const attributes = (body ? elementsIn(body) : []).flatMap((element) =>
    element.attrs.map(({ name, value }) => ({ element, name, value }))
  );
  return ownAttributesIn(attributes).filter(({ refusal }) => refusal === undefined);
}

/** An attribute with its element, as in `data-text="$output" of <div>`. */
export const quoteAttribute = ({ element, name, value }: PageAttribute): string =>
  `${name}=${quoteText(value, 60)} of <${element.tagName}>`;

/** The actions of client 0.19.9. */
const actions = ("get post put patch delete isFetching remote setAll toggleAll clipboard scroll " +
  "fit fitInt clampFit clampFitInt").split(" ");

/** Events of browsers that elements and windows have, and those of the client. */
const events =
  ("abort afterprint animationcancel animationend animationiteration animationstart auxclick beforeinput " +
    "beforematch beforeprint beforetoggle beforeunload blur cancel canplay canplaythrough change click close command " +
    "compositionend compositionstart compositionupdate contextmenu copy cuechange cut dblclick drag dragend dragenter " +
    "dragleave dragover dragstart drop durationchange emptied ended error focus focusin focusout formdata " +
    "fullscreenchange gotpointercapture hashchange input invalid keydown keypress keyup languagechange load loadeddata " +
    "loadedmetadata loadstart lostpointercapture message mousedown mouseenter mouseleave mousemove mouseout mouseover " +
    "mouseup offline online pagehide pageshow paste pause play playing pointercancel pointerdown pointerenter " +
    "pointerleave pointermove pointerout pointerover pointerup popstate progress raf ratechange readystatechange reset " +
    "resize scroll scrollend search securitypolicyviolation seeked seeking select selectionchange selectstart slotchange " +
    "stalled storage store-change submit suspend timeupdate toggle touchcancel touchend touchmove touchstart " +
    "transitioncancel transitionend transitionrun transitionstart unload visibilitychange volumechange waiting wheel")
    .split(" ");

/** The event that a `data-on-…` waits for. */
export const eventOf = ({ key }: Pick<PageAttribute, "key">): string =>
  toKebabCase(key).replace(/^-/, "").toLowerCase();

/** The rewrites of the client see names in strings, too [STO-5, STO-6]. */
const actionName = /\$\$([a-zA-Z_$]+[0-9a-zA-Z_$.]*)/g;
const signalName = /\$([a-zA-Z_$]+[0-9a-zA-Z_$.]*)(\([^)]*\))?/g;

/** The paths of the signals that an expression names. */
export function signalsIn(expression: string): string[] {
  return [...expression.replace(actionName, " ").matchAll(signalName)].map(([, path, call]) =>
    (call === undefined ? path : path.split(".").slice(0, -1).join(".")).replace(/\.+$/, "")
  ).filter((path) => path !== "");
}

const actionsIn = (expression: string) => [...expression.matchAll(actionName)].map(([, name]) => name);

/** The names that a page may use. */
export interface KnownNames {
  /** The signals of the page, and those that the answers bring. */
  stores: Store[];
  /** The code of its own scripts, which may make more of them. */
  code: string;
}

/** A name that the client does not know. */
export interface Misnomer {
  attribute: PageAttribute;
  /** The missing thing, in words. */
  problem: string;
  /** The name that was probably meant. */
  meant?: string;
}

/** Modifiers of `data-on-…`. The client looks up others among the members of the event. */
const modifiers = ["window", "once", "passive", "capture", "debounce", "throttle", "remote", "outside"];

/** Members of events that are texts or booleans, by which a modifier filters them. */
const eventMembers =
  ("altKey bubbles cancelable code composed ctrlKey data defaultPrevented inputType isComposing isPrimary " +
    "isTrusted key metaKey newURL oldURL persisted pointerType propertyName repeat returnValue shiftKey type animationName")
    .split(" ");

/** Finds the first `data-on-…` that cannot do what it is written for. */
export function findWrongEvent(attributes: PageAttribute[]): Misnomer | undefined {
  for (const attribute of attributes) {
    const problem = attribute.plugin.prefix === "on" ? problemOfEvent(attribute) : undefined;
    if (problem) return { attribute, problem };
  }
}

/** Finds out why a `data-on-…` cannot do what it is written for: the client has no modifier `prevent`, for example. */
function problemOfEvent({ element, key, modifiers: own, value }: PageAttribute): string | undefined {
  if (!canCompile(value)) return "its expression is not JavaScript, so nothing happens at the event";
  const unknown = own.map((modifier) => modifier.split("_")[0])
    .find((label) => !modifiers.includes(label) && !eventMembers.includes(label));
  if (unknown !== undefined) {
    const method = ["preventDefault", "stopPropagation"].find((name) => name.startsWith(unknown));
    const instead = method ? `: call evt.${method}() in the expression` : "";
    return `the client has no modifier ${unknown}, and throws at the event${instead}`;
  }
  if (element.tagName !== "form" || eventOf({ key }) !== "submit" || /preventDefault|returnValue/.test(value)) return;
  return "the browser sends the form and leaves the page: call evt.preventDefault() in the expression";
}

/** Finds the first name in the page that is neither a signal of it, an action of the client nor an event. */
export function findMisnomer(attributes: PageAttribute[], { stores, code }: KnownNames): Misnomer | undefined {
  const words = wordsIn(code);
  const signals = signalNamesOf(attributes, stores);
  const wrong = findWrongEvent(attributes);
  if (wrong) return wrong;
  for (const attribute of attributes) {
    const { plugin, value } = attribute;
    if (plugin.prefix === "on" && !canHappen(eventOf(attribute), attributes, words)) {
      const event = eventOf(attribute);
      const meant = suggest(event, events);
      if (meant) return { attribute, problem: `browsers have no event ${event}`, meant };
    }
    if (!plugin.compiles && plugin.prefix !== "store") continue;
    const action = actionsIn(value).find((name) => !actions.includes(name) && !words.has(name));
    if (action) return { attribute, problem: `the client has no action ${action}`, meant: suggest(action, actions) };
    const signal = signals && signalsIn(value).find((path) => {
      const [top] = path.split(".");
      return !words.has(top) && !signals.has(top) && !stores.some((store) => hasSignal(path.split("."), store));
    });
    if (signal) {
      return { attribute, problem: `the page has no signal ${signal}`, meant: suggest(signal, namesIn(stores)) };
    }
  }
}

/** The words of code, for example of scripts. */
export const wordsIn = (code: string) => new Set(code.match(/[\w$-]+/g));

/** Whether an event can happen: other events than those of browsers are made by scripts and components. */
export function canHappen(event: string, attributes: PageAttribute[], words: ReadonlySet<string>): boolean {
  return events.includes(event) || words.has(event) ||
    attributes.some(({ element }) => element.tagName.includes("-"));
}

/**
 * The names of the signals whose values the stores do not have: those of code. Nothing, if code may make any signal.
 */
function signalNamesOf(attributes: PageAttribute[], stores: Store[]): Set<string> | undefined {
  const names = new Set(["_dsPlugins"]);
  for (const { plugin, key, value } of attributes) {
    if (plugin.prefix === "computed") names.add(key[0].toLowerCase() + key.slice(1));
    if (plugin.prefix !== "store") continue;
    const { kind, names: named } = readStoreText(value);
    if (kind !== "object" && kind !== "empty" || /\.\.\.|\[[^\]]*\]\s*:/.test(value)) return;
    for (const { name, top } of named) if (top && !stores.some((store) => Object.hasOwn(store, name))) names.add(name);
  }
  return names;
}

/** Whether a store has a signal, as far as its parts are objects. */
function hasSignal(path: string[], store: Store): boolean {
  let value: unknown = store;
  for (const name of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return true;
    if (!Object.hasOwn(value, name)) return false;
    value = (value as Store)[name];
  }
  return true;
}

/** The names of all signals, those in objects as paths. */
function namesIn(stores: readonly Store[]): string[] {
  return stores.flatMap((store) =>
    Object.entries(store).flatMap(([name, value]) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? namesIn([value as Store]).map((inner) => `${name}.${inner}`)
        : name
    )
  );
}

/** Types of inputs that nothing can be typed into. */
const buttons = ["hidden", "submit", "reset", "button", "image", "file"];

/** Whether a reader can enter something into an element, as far as its tag says. */
function isField(element: Element): boolean {
  const { tagName } = element;
  const isOff = ["disabled", "readonly"].some((name) => attributeOf(element, name) !== undefined);
  if (tagName === "input") return !isOff && !buttons.includes(attributeOf(element, "type")?.toLowerCase() ?? "");
  return !isOff && (["textarea", "select"].includes(tagName) || tagName.includes("-"));
}

/** Whether something that the reader enters gets into a signal. */
export function hasFieldFor(signal: string, attributes: PageAttribute[]): boolean {
  const assigns = new RegExp(`\\$${signal}\\s*=(?!=)`);
  return attributes.some(({ plugin, element, value }) =>
    plugin.prefix === "model"
      ? value.trim() === signal && isField(element)
      : plugin.prefix === "on" && assigns.test(value)
  );
}

/** Whether an element shows a signal, or what is computed of it. */
export function isShown(signal: string, attributes: PageAttribute[]): boolean {
  const shown = new Set([signal]);
  const reads = (value: string) => signalsIn(value).some((path) => shown.has(path) || shown.has(path.split(".")[0]));
  for (let size = 0; size < shown.size;) {
    size = shown.size;
    for (const { plugin, key, value } of attributes) {
      if (plugin.prefix === "computed" && reads(value)) shown.add(key[0].toLowerCase() + key.slice(1));
    }
  }
  return attributes.some(({ plugin, value }) =>
    plugin.prefix === "model" ? shown.has(value.trim()) : ["text", "bind"].includes(plugin.prefix) && reads(value)
  );
}

/** Finds an attribute whose name is nearly that of one of the client's, such as `data-modle`. */
export function findMisspelt(
  { elements }: ParsedPage,
  prefix: "model" | "text",
): { name: string; meant: string } | undefined {
  const own = plugins.map((plugin) => attributeName(plugin));
  const meant = `data-${prefix}`;
  const names = elements.flatMap(({ attrs }) => attrs.map(({ name }) => name)).filter((name) => !pluginOf(name));
  const name = names.find((name) => suggest(name, own) === meant);
  return name === undefined ? undefined : { name, meant };
}
