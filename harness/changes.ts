/**
 * What an event has changed: watched while it is applied, told when all has settled.
 *
 * @module
 */

import type { Store } from "./store.ts";

/** What has changed in a page, end against beginning: what came and went in between is not told. */
export interface Changes {
  /** Elements that are new, each without those inside it. */
  added: Element[];
  /** Elements that are gone, each without those inside it. */
  removed: Element[];
  /** Targets that another element has taken the place of. They are not told as added and removed. */
  replaced: { old: Element; new: Element }[];
  /** Attributes that have another value; `null` is none. */
  attributes: { element: Element; name: string; before: string | null; after: string | null }[];
  /** Elements in which text has come, gone or become another. */
  texts: Element[];
  /** Paths of signals that have come, gone or become another, such as `user.name`. */
  signals: string[];
}

/** Begins to watch. The function that it gives ends that, and tells. */
export function watch(document: Document, store: Store): (store: Store, replaced: Changes["replaced"]) => Changes {
  const Observer = document.defaultView?.MutationObserver ?? globalThis.MutationObserver;
  const observer = new Observer(() => {});
  const what = { subtree: true, childList: true, attributes: true, attributeOldValue: true, characterData: true };
  observer.observe(document, what);

  return (now, replaced) => {
    const records = observer.takeRecords();
    observer.disconnect();
    const wasThere = new Map<Node, boolean>();
    const attributes = new Map<Element, Map<string, string | null>>();
    const texts = new Set<Element>();
    for (const { type, target, addedNodes, removedNodes, attributeName, oldValue } of records) {
      if (type === "attributes") {
        const names = attributes.get(target as Element) ?? new Map();
        attributes.set(target as Element, names);
        if (!names.has(attributeName!)) names.set(attributeName!, oldValue);
      } else if (type === "characterData") {
        if (target.parentElement) texts.add(target.parentElement);
      } else {
        for (const [nodes, there] of [[removedNodes, true], [addedNodes, false]] as const) {
          for (const node of [...nodes]) {
            if (node.nodeType === 1) wasThere.set(node, wasThere.get(node) ?? there);
            else if (node.nodeType === 3) texts.add(target as Element);
          }
        }
      }
    }
    const isThere = (node: Node) => document.contains(node);
    const isReplaced = (node: Node) => replaced.some((pair) => pair.old === node || pair.new === node);
    const elements = [...wasThere.keys()].filter((node) => !isReplaced(node)) as Element[];
    const isNew = (node: Node | null): boolean => node !== null && wasThere.get(node) === false;
    return {
      added: elements.filter((element) => isNew(element) && isThere(element) && !isNew(element.parentElement)),
      removed: elements.filter((element) => wasThere.get(element) && !isThere(element)),
      replaced,
      attributes: [...attributes].filter(([element]) => !isNew(element) && isThere(element)).flatMap(
        ([element, names]) =>
          [...names].flatMap(([name, before]) => {
            const after = element.getAttribute(name);
            // An element that had no class is left with an empty one [APP-11].
            const same = before === after || name === "class" && (before ?? "") === (after ?? "");
            return same ? [] : [{ element, name, before, after }];
          }),
      ),
      texts: [...texts].filter((element) => !isNew(element) && isThere(element)),
      signals: differences(store, now),
    };
  };
}

/** Paths at which two stores differ. */
function differences(before: unknown, after: unknown, path = ""): string[] {
  const isObject = (value: unknown): value is Store =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differences(before[name], after[name], path ? `${path}.${name}` : name));
}
