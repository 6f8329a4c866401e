/**
 * Morphs elements as client 0.19.9 does, with the copy of an early idiomorph that it contains [idiomorph.ts]. The current
 * idiomorph package differs: it keeps other nodes, and removes attributes that this client leaves.
 *
 * @module
 */

import { trySetAttribute } from "../dom/html.ts";
import { type Budget, quoteText } from "../limits.ts";
import { raise } from "./errors.ts";

/** The ids of a node and of its descendants, for each node that contains an element with an id. */
type IdSets = Map<Node, Set<string>>;

interface Morph {
  idSets: IdSets;
  /** Ids that have found their place: no node is kept because of them. */
  settled: Set<string>;
  budget: Budget;
  /** Called with each node right before it is removed or replaced. */
  onRemove: (node: Node) => void;
}

/**
 * Morphs `old` into `root`: attributes, children and texts. Nodes that match stay, the others come from `root` itself.
 *
 * @returns The element that is in the page afterwards: `root`, if the tags differ [MRG-2].
 */
export function morphElement(
  old: Element,
  root: Element,
  budget: Budget,
  onRemove: (node: Node) => void = () => {},
): Element {
  const parent = old.ownerDocument.createElement("div");
  parent.append(root);
  const morph: Morph = { idSets: new Map(), settled: new Set(), budget, onRemove };
  collectIds(old, morph);
  collectIds(parent, morph);
  morphNode(old, root, morph);
  return isSameKind(old, root) ? old : root;
}

function collectIds(top: Element, { idSets, budget }: Morph): void {
  for (const element of top.querySelectorAll("[id]")) {
    for (let node: Element | null = element; node && node !== top.parentElement; node = node.parentElement) {
      budget.checkTime();
      const ids = idSets.get(node) ?? new Set();
      idSets.set(node, ids.add(element.id));
    }
  }
}

function morphNode(old: Node, fresh: Node, morph: Morph): void {
  if (!isSameKind(old, fresh)) {
    morph.onRemove(old);
    if (!old.parentElement) {
      raise("no-parent", "An element without a parent cannot be replaced with a different element");
    }
    old.parentElement.replaceChild(fresh, old);
  } else {
    copyState(fresh, old, morph.budget);
    morphChildren(old, fresh, morph); // [MRG-8] the content of a template is not among its children
  }
}

/** For each new child, from left to right: finds an old one to keep, by ids or by kind, or inserts the new one. */
function morphChildren(oldParent: Node, freshParent: Node, morph: Morph): void {
  let old = oldParent.firstChild;
  for (const fresh of [...freshParent.childNodes]) {
    morph.budget.checkTime();
    if (old && isIdMatch(fresh, old, morph)) {
      morphNode(old, fresh, morph);
      old = old.nextSibling;
    } else {
      const match = old &&
        (findByIds(fresh, old, oldParent, freshParent, morph) ?? findByKind(fresh, old, freshParent, morph));
      if (match) {
        while (old !== match) old = removeNode(old!, morph);
        settleIds(match, morph);
        old = match.nextSibling;
        morphNode(match, fresh, morph);
      } else {
        oldParent.insertBefore(fresh, old);
      }
    }
    settleIds(fresh, morph);
  }
  while (old) old = removeNode(old, morph);
}

/** Searches for a child that shares ids with the new one, unless skipping to it loses more ids than it gains. */
function findByIds(fresh: Node, from: ChildNode, oldParent: Node, freshParent: Node, morph: Morph): ChildNode | null {
  const gain = sharedIds(fresh, oldParent, morph);
  if (gain === 0) return null;
  let loss = 0;
  for (let old: ChildNode | null = from; old; old = old.nextSibling) {
    morph.budget.checkTime();
    if (isIdMatch(fresh, old, morph)) return old;
    loss += sharedIds(old, freshParent, morph);
    if (loss > gain) return null;
  }
  return null;
}

/** Searches for a child of the same kind. The last new child takes the next old one, of whatever kind. */
function findByKind(fresh: Node, from: ChildNode, freshParent: Node, morph: Morph): ChildNode | null {
  let old: ChildNode | null = from;
  let sibling = fresh.nextSibling;
  let siblingMatches = 0;
  while (old && sibling) {
    morph.budget.checkTime();
    if (sharedIds(old, freshParent, morph) > 0) return null;
    if (isSameKind(fresh, old)) return old;
    if (isSameKind(sibling, old)) {
      siblingMatches++;
      sibling = sibling.nextSibling;
      if (siblingMatches >= 2) return null;
    }
    old = old.nextSibling;
  }
  return old;
}

function isSameKind(a: Node, b: Node): boolean {
  return a.nodeType === b.nodeType && (a as Element).tagName === (b as Element).tagName;
}

function isIdMatch(a: Node, b: Node, morph: Morph): boolean {
  if (!isSameKind(a, b)) return false;
  return Boolean((a as Element).id) && (a as Element).id === (b as Element).id || sharedIds(a, b, morph) > 0;
}

function sharedIds(a: Node, b: Node, { idSets, settled, budget }: Morph): number {
  const others = idSets.get(b);
  if (!others) return 0;
  let shared = 0;
  for (const id of idSets.get(a) ?? []) {
    budget.checkTime();
    if (!settled.has(id) && others.has(id)) shared++;
  }
  return shared;
}

function settleIds(node: Node, { idSets, settled, budget }: Morph): void {
  for (const id of idSets.get(node) ?? []) {
    budget.checkTime();
    settled.add(id);
  }
}

function removeNode(node: ChildNode, morph: Morph): ChildNode | null {
  morph.budget.checkTime();
  const next = node.nextSibling;
  settleIds(node, morph);
  morph.onRemove(node);
  node.remove();
  return next;
}

function copyState(fresh: Node, old: Node, budget: Budget): void {
  if (fresh.nodeType !== 1) {
    const isCopied = fresh.nodeType === 3 || fresh.nodeType === 8; // and no processing instruction
    if (isCopied && old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  copyAttributes(fresh as Element, old as Element, budget);
  const tag = (fresh as Element).localName;
  if (tag === "input" && (fresh as HTMLInputElement).type !== "file") {
    (old as HTMLInputElement).value = (fresh as HTMLInputElement).value;
    for (const name of ["value", "checked", "disabled"]) copyOrRemove(name, fresh as Element, old as Element);
  } else if (tag === "option") {
    copyOrRemove("selected", fresh as Element, old as Element);
  } else if (tag === "textarea") {
    const { value } = fresh as HTMLTextAreaElement;
    if ((old as HTMLTextAreaElement).value !== value) (old as HTMLTextAreaElement).value = value;
    if (old.firstChild && old.firstChild.nodeValue !== value) old.firstChild.nodeValue = value;
  }
}

function copyAttributes(fresh: Element, old: Element, budget: Budget): void {
  for (const { name, value } of [...fresh.attributes]) {
    budget.checkTime();
    if (old.getAttribute(name) !== value) setAttribute(old, name, value);
  }
  // The client iterates over the live list while it removes from it, so each removal skips the next attribute.
  for (let i = 0; i < old.attributes.length; i++) {
    budget.checkTime();
    const { name } = old.attributes[i];
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

/** Copies an attribute, or removes it where it is missing or empty: the client does not tell these apart. */
function copyOrRemove(name: string, fresh: Element, old: Element): void {
  const value = fresh.getAttribute(name);
  if (value === old.getAttribute(name)) return;
  if (value) old.setAttribute(name, value);
  else old.removeAttribute(name);
}

/** [MRG-25] Sets an attribute, as far as a browser does. */
export function setAttribute(element: Element, name: string, value: string): void {
  if (!trySetAttribute(element, name, value)) {
    raise("bad-html", `The browser refuses to set an attribute ${quoteText(name)}`);
  }
}
