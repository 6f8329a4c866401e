/**
 * The net changes of a page: observed while events are applied, and computed when everything has settled.
 *
 * @module
 */

/** Signals by name. */
type Signals = Record<string, unknown>;

/** The changes of a page from beginning to end. What came and went in between is left out. */
export interface Changes {
  /** Elements that are new, without those inside a new element. */
  added: Element[];
  /** Elements that are gone, without those inside an element that is gone. */
  removed: Element[];
  /** Targets whose place another element has taken. They are neither in `added` nor in `removed`. */
  replaced: { old: Element; new: Element }[];
  /** Attributes whose value changed; `null` means that there is no such attribute. */
  attributes: { element: Element; name: string; before: string | null; after: string | null }[];
  /** Elements whose own text changed. */
  texts: Element[];
  /** Paths of signals that changed, such as `user.name`. */
  signals: string[];
}

/** The place that an added or removed node had before. */
interface Moved {
  /** Its parent at the beginning; `null` for a new node. */
  from: Node | null;
}

/** Starts to record changes. Call the returned function to stop, and to get the net changes. */
export function observeChanges(
  document: Document,
  store: Signals,
): (store: Signals, replaced: Changes["replaced"]) => Changes {
  const Observer = document.defaultView?.MutationObserver ?? globalThis.MutationObserver;
  const records: MutationRecord[] = [];
  const observer = new Observer((delivered) => void records.push(...delivered));
  const empty = emptyAttributes(document);
  observer.observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeOldValue: true,
    characterData: true,
    characterDataOldValue: true,
  });

  return (now, replacements) => {
    records.push(...observer.takeRecords());
    observer.disconnect();
    const moved = new Map<Node, Moved>();
    const attributes = new Map<Element, Map<string, string | null>>();
    const texts = new Map<Node, string>(); // before the first change
    for (const { type, target, addedNodes, removedNodes, attributeName, oldValue } of records) {
      if (type === "attributes") {
        const names = attributes.get(target as Element) ?? new Map();
        attributes.set(target as Element, names);
        const before = oldValue ?? (empty.get(target as Element)?.has(attributeName!) ? "" : null);
        if (!names.has(attributeName!)) names.set(attributeName!, before);
      } else if (type === "characterData") {
        if (!texts.has(target)) texts.set(target, oldValue ?? "");
      } else {
        for (const node of removedNodes) if (!moved.has(node)) moved.set(node, { from: target });
        for (const node of addedNodes) if (!moved.has(node)) moved.set(node, { from: null });
      }
    }

    const isThere = (node: Node) => document.contains(node);
    /** The parent of a node at the beginning. A node that has not moved itself may have been moved with its parent. */
    const originOf = (node: Node) => moved.has(node) ? moved.get(node)!.from : node.parentNode;
    const isNew = (node: Node): boolean => {
      for (let at: Node | null = node; at; at = at.parentNode) if (moved.has(at)) return moved.get(at)!.from === null;
      return false;
    };
    const isGone = (node: Node | null) => node !== null && !isThere(node);
    const stayed = (node: Node) => isThere(node) && !isNew(node);

    const replaced = lastReplacements(replacements).filter((pair) =>
      isThere(pair.new) && isGone(pair.old) && !isNew(pair.old)
    );
    const partners = new Set<Node>(replaced.flatMap((pair) => [pair.old, pair.new]));
    const elements = [...moved.keys()].filter((node) => node.nodeType === 1 && !partners.has(node)) as Element[];
    return {
      added: elements.filter((element) => isThere(element) && isNew(element) && !isNew(element.parentNode!)),
      removed: elements.filter((element) => isGone(element) && !isNew(element) && !isGone(originOf(element))),
      replaced,
      attributes: [...attributes].filter(([element]) => stayed(element)).flatMap(
        ([element, names]) =>
          [...names].flatMap(([name, before]) => {
            const after = element.getAttribute(name);
            // An element that had no class is left with an empty one [APP-11].
            const same = before === after || name === "class" && (before ?? "") === (after ?? "");
            return same ? [] : [{ element, name, before, after }];
          }),
      ),
      texts: changedTexts(moved, texts).filter(stayed),
      signals: differences(store, now),
    };
  };
}

/** Finds the empty attributes: happy-dom reports their old value as if there had been no attribute. */
function emptyAttributes(document: Document): Map<Element, Set<string>> {
  const empty = new Map<Element, Set<string>>();
  // Not querySelectorAll("*"): in happy-dom that takes twenty times as long.
  for (const element of [...document.getElementsByTagName("*")]) {
    const names = [...element.attributes].filter(({ value }) => value === "").map(({ name }) => name);
    if (names.length > 0) empty.set(element, new Set(names));
  }
  return empty;
}

/** The final replacement of each target: a root that moves on leaves nothing in the place of the one before [MRG-22]. */
function lastReplacements(replacements: Changes["replaced"]): Changes["replaced"] {
  const targets = new Map<Element, Element>(); // by their replacement
  for (const { old, new: root } of replacements) {
    const target = targets.get(old) ?? old;
    targets.delete(old);
    targets.set(root, target);
  }
  return [...targets].map(([root, old]) => ({ old, new: root }));
}

/** The elements whose own text changed. Text that is written again as it was, as `data-text` does, did not change. */
function changedTexts(moved: Map<Node, Moved>, texts: Map<Node, string>): Element[] {
  const own = new Map<Node, { gone: string; come: string; changed: boolean }>();
  const of = (parent: Node) => {
    if (!own.has(parent)) own.set(parent, { gone: "", come: "", changed: false });
    return own.get(parent)!;
  };
  for (const [node, { from }] of moved) {
    if (node.nodeType !== 3) continue;
    if (from) of(from).gone += texts.get(node) ?? node.nodeValue;
    if (node.parentNode) of(node.parentNode).come += node.nodeValue;
  }
  for (const [node, before] of texts) {
    if (node.nodeType !== 3 || moved.has(node) || !node.parentNode) continue;
    if (before !== node.nodeValue) of(node.parentNode).changed = true;
  }
  return [...own].flatMap(([node, { gone, come, changed }]) =>
    node.nodeType === 1 && (changed || gone !== come) ? [node as Element] : []
  );
}

/** The paths at which two stores differ. */
function differences(before: Signals, after: Signals, path: string[] = []): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const own = [...path, name];
    const both = Object.hasOwn(before, name) && Object.hasOwn(after, name);
    if (both && isObject(before[name]) && isObject(after[name])) return differences(before[name], after[name], own);
    return both && isSame(before[name], after[name]) ? [] : [own.join(".")];
  });
}

function isObject(value: unknown): value is Signals {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => isSame(value, b[i]));
  if (isObject(a) && isObject(b)) return differences(a, b).length === 0;
  return Object.is(a, b);
}
