/**
 * Morphs elements as the clients 1.0.x do, with their copy of idiomorph 0.7.
 *
 * For each new child, from left to right, an old one is searched from the insertion point on: one that contains the same
 * persistent ids, or one of the same kind that contains none. The old nodes before it go. Where there is none, an old
 * element with the new child's id is fetched from wherever it is; else the new child itself is inserted. In the end, the
 * old children that are left go.
 *
 * @module
 */

import { isHtml, trySetAttribute } from "../dom/html.ts";
import { type Budget, quoteText } from "../limits.ts";
import { raise } from "./errors.ts";

/** The parts of a client that a morph needs. */
export interface MorphHost {
  budget: Budget;
  /** Finds the first element of the document with an id. */
  findById: (id: string) => Element | undefined;
  /** Called with each node of the new content that is put into the page. */
  onInsert: (node: Node) => void;
}

interface Morph extends MorphHost {
  /** The ids that one old and one new element have, both of the same tag [MPH-1]. */
  persistentIds: Set<string>;
  /** The persistent ids in an element, for each that contains one [MPH-2]. */
  idSets: Map<Node, Set<string>>;
  /** Takes old nodes with persistent ids until they are fetched from it [MPH-5]. */
  pantry: Element;
}

/** Whether a node is an element that the client looks at. */
export function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

/** Morphs an element (`outer`) or its children (`inner`) into new content [MPH-1 to MPH-18]. */
export function morph(
  old: Element,
  content: DocumentFragment | Element,
  mode: "outer" | "inner",
  host: MorphHost,
): void {
  const isIgnored = isElement(old) && isElement(content) && ignoresMorph(old) && ignoresMorph(content);
  if (isIgnored || old.parentElement?.closest("[data-ignore-morph]")) return; // [MPH-9, MPH-10]
  const document = old.ownerDocument;
  const fresh = document.createElement("div");
  fresh.append(content);
  const pantry = document.createElement("div");
  pantry.hidden = true;
  if (!document.body) raise("no-parent", "The client cannot morph in a page without a body");
  document.body.after(pantry);

  const oldElements = withId(old);
  const newElements = withId(fresh);
  const persistentIds = findPersistentIds(old.id === "" ? oldElements : [...oldElements, old], newElements);
  const run: Morph = { ...host, persistentIds, idSets: new Map(), pantry };
  const parent = mode === "outer" ? old.parentElement : old;
  collectIds(parent, oldElements, run);
  collectIds(fresh, newElements, run);
  try {
    if (mode === "outer") morphChildren(parent, fresh, run, old, old.nextSibling);
    else morphChildren(old, fresh, run, old.firstChild, old.nextSibling);
  } finally {
    pantry.remove();
  }
}

const ignoresMorph = (element: Element) => element.hasAttribute("data-ignore-morph");
const withId = (top: Element) => [...top.querySelectorAll("[id]")];

/** [MPH-1] */
function findPersistentIds(old: Element[], fresh: Element[]): Set<string> {
  const tags = new Map<string, string>();
  const duplicates = new Set<string>();
  for (const { id, tagName } of old) {
    if (tags.has(id)) duplicates.add(id);
    else tags.set(id, tagName);
  }
  const persistent = new Set<string>();
  for (const { id, tagName } of fresh) {
    if (persistent.has(id)) duplicates.add(id);
    else if (tags.get(id) === tagName) persistent.add(id);
  }
  return persistent.difference(duplicates);
}

/** [MPH-2] The element that is morphed is not among the elements itself. */
function collectIds(top: Element | null, elements: Element[], { persistentIds, idSets, budget }: Morph): void {
  for (const element of elements) {
    if (!persistentIds.has(element.id)) continue;
    for (let at: Element | null = element; at && at !== top; at = at.parentElement) {
      budget.checkTime();
      const ids = idSets.get(at) ?? new Set();
      idSets.set(at, ids.add(element.id));
    }
  }
}

/** `from` is the first old child, and `end` the one after the last. */
function morphChildren(
  oldParent: Element | null,
  newParent: Node,
  run: Morph,
  from: Node | null,
  end: Node | null,
): void {
  let at = from;
  for (const fresh of [...newParent.childNodes]) {
    run.budget.checkTime();
    const match = at && at !== end ? findMatch(fresh, at, end, run) : undefined;
    if (match) {
      while (at !== match) at = removeNode(at!, run); // [MPH-4]
      morphNode(match, fresh, run);
      at = match.nextSibling;
      continue;
    }
    if (!oldParent) raise("no-parent", "The client cannot insert beside the element <html>");
    if (fresh.nodeType === 1 && run.persistentIds.has((fresh as Element).id)) {
      const moved = fetchElement((fresh as Element).id, run); // [MPH-5]
      insertNode(oldParent, moved, at === moved ? moved.nextSibling : at);
      morphNode(moved, fresh, run);
      at = moved.nextSibling;
    } else if (run.idSets.has(fresh)) {
      const empty = createEmptyCopy(fresh as Element); // [MPH-6]
      insertNode(oldParent, empty, at);
      morphNode(empty, fresh, run);
      at = empty.nextSibling;
    } else {
      const added = withoutChoice(fresh); // [MPH-7]
      insertNode(oldParent, added, at);
      run.onInsert(added);
      at = added.nextSibling;
    }
  }
  while (at && at !== end) at = removeNode(at, run); // [MPH-8]
}

/** [MPH-3] Finds the old node that is morphed into a new one. */
function findMatch(fresh: Node, from: Node, end: Node | null, { idSets, budget }: Morph): Node | undefined {
  const newIds = idSets.get(fresh);
  const gain = newIds?.size ?? 0;
  let fallback: Node | undefined;
  let loss = 0;
  for (let old: Node | null = from; old && old !== end; old = old.nextSibling) {
    budget.checkTime();
    const oldIds = idSets.get(old);
    if (isSoftMatch(old, fresh)) {
      if (newIds && oldIds && !oldIds.isDisjointFrom(newIds)) return old;
      if (!fallback && !oldIds) {
        if (gain === 0) return old;
        fallback = old;
      }
    }
    loss += oldIds?.size ?? 0;
    if (loss > gain) break;
  }
  return fallback;
}

/** [MPH-3] An old element without an id may get one, and one with an id keeps it. */
function isSoftMatch(old: Node, fresh: Node): boolean {
  const [a, b] = [old as Element, fresh as Element];
  return old.nodeType === fresh.nodeType && a.tagName === b.tagName && (!a.id || a.id === b.id);
}

/** Fetches the element with a persistent id. Its old ancestors contain it no more. */
function fetchElement(id: string, { findById, idSets, budget }: Morph): Element {
  const element = findById(id) ?? raise("no-parent", `The client finds no element with the id ${quoteText(id)}`);
  for (let at = element.parentNode; at; at = at.parentNode) {
    budget.checkTime();
    const ids = idSets.get(at);
    ids?.delete(id);
    if (ids?.size === 0) idSets.delete(at);
  }
  return element;
}

function insertNode(parent: Node, node: Node, before: Node | null): void {
  if (node.contains(parent)) raise("no-parent", "The client cannot move an element into itself");
  parent.insertBefore(node, before);
}

/** The client inserts copies. This counts for options: a copy is not chosen, although the new select had chosen it. */
function withoutChoice(node: Node): Node {
  return isElement(node) && isHtml(node, "option", "optgroup") ? node.cloneNode(true) : node;
}

function createEmptyCopy({ ownerDocument, namespaceURI, tagName, localName }: Element): Element {
  return ownerDocument.createElementNS(namespaceURI, namespaceURI?.endsWith("xhtml") ? localName : tagName);
}

/** Removes an old node, or keeps it aside if it contains persistent ids. Returns the next one. */
function removeNode(node: Node, { idSets, pantry }: Morph): Node | null {
  const next = node.nextSibling;
  if (idSets.has(node)) pantry.append(node);
  else node.parentNode?.removeChild(node);
  return next;
}

function morphNode(old: Node, fresh: Node, run: Morph): void {
  if (fresh.nodeType === 3 || fresh.nodeType === 8) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue; // [MPH-18]
  } else if (fresh.nodeType === 1) {
    morphElement(old as Element, fresh as Element, run);
  }
}

function morphElement(old: Element, fresh: Element, run: Morph): void {
  if (ignoresMorph(old) && ignoresMorph(fresh)) return; // [MPH-9]
  const isChanged = copyFormState(old, fresh);
  copyAttributes(old, fresh, run.budget);
  if (isChanged) reportChange(old);
  if (isHtml(old, "template") && isHtml(fresh, "template")) {
    const content = (fresh as HTMLTemplateElement).content; // [MPH-17]
    (old as HTMLTemplateElement).content.replaceChildren(...content.childNodes);
  } else {
    // The client leaves out equal elements here, which saves time and changes nothing.
    morphChildren(old, fresh, run, old.firstChild, null);
  }
}

/** The attributes that stay as they are, by the new element [MPH-12]. */
const preservedNames = (fresh: Element) => (fresh.getAttribute("data-preserve-attr") ?? "").split(" ");

/** Sets the live values of a control whose attributes change [MPH-13 to MPH-15]. Returns whether one may have changed. */
function copyFormState(old: Element, fresh: Element): boolean {
  const preserved = preservedNames(fresh);
  const copyFlag = (name: "checked" | "disabled" | "selected"): boolean => {
    const isSet = fresh.hasAttribute(name);
    if (old.hasAttribute(name) === isSet || preserved.includes(name)) return false;
    (old as HTMLInputElement & HTMLOptionElement)[name] = isSet;
    return true;
  };
  if (isHtml(old, "input") && isHtml(fresh, "input") && (fresh as HTMLInputElement).type !== "file") {
    const value = fresh.getAttribute("value");
    const isOther = old.getAttribute("value") !== value && !preserved.includes("value");
    if (isOther) setValue(old as HTMLInputElement, value ?? "");
    const isChecked = copyFlag("checked");
    copyFlag("disabled");
    return isOther || isChecked;
  }
  if (isHtml(old, "textarea") && isHtml(fresh, "textarea")) {
    const { value } = fresh as HTMLTextAreaElement;
    if ((old as HTMLTextAreaElement).defaultValue === value) return false;
    (old as HTMLTextAreaElement).value = value;
    return true;
  }
  return isHtml(old, "option") && isHtml(fresh, "option") && copyFlag("selected");
}

/** Sets the value of an input. One that is a file throws for any other value than an empty one. */
function setValue(input: HTMLInputElement, value: string): void {
  if (input.type === "file" && value !== "") raise("no-parent", "The client cannot set the value of a file input");
  input.value = value;
}

/** [MPH-11] */
function copyAttributes(old: Element, fresh: Element, budget: Budget): void {
  const preserved = preservedNames(fresh);
  const isScope = old.hasAttribute("data-scope-children");
  for (const { name, value } of [...fresh.attributes]) {
    budget.checkTime();
    if (old.getAttribute(name) !== value && !preserved.includes(name)) setAttribute(old, name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !preserved.includes(name)) old.removeAttribute(name);
  }
  if (isScope && !old.hasAttribute("data-scope-children")) old.setAttribute("data-scope-children", "");
}

/** [MPH-16] Lets `data-bind` take the value over. */
function reportChange(element: Element): void {
  const { defaultView } = element.ownerDocument;
  const target = isHtml(element, "option") ? element.closest("select") : element;
  target?.dispatchEvent(new (defaultView?.Event ?? Event)("datastar-prop-change", { bubbles: true }));
}

/** [PEL-23] Sets an attribute, as far as a browser does. */
function setAttribute(element: Element, name: string, value: string): void {
  if (!trySetAttribute(element, name, value)) {
    raise("bad-html", `The browser refuses to set an attribute ${quoteText(name)}`);
  }
}
