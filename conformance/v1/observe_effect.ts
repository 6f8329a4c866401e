/** Observations of the page around one event: the targets that it misses, and the signals that it meets. */

import { v1 } from "../../harness/mod.ts";
import { suggest } from "../checks/words.ts";
import { attributeOf, type Markup } from "../markup.ts";
import { parseParts } from "./parts.ts";

/** A target that is not in the page [PEL-12]. */
export interface MissingTarget {
  /** Its id, or the selector. Absent for a root without an id. */
  name?: string;
  /** An id or a class of the page that is nearly the same. */
  near?: string;
}

/** Targets of an event that are named, and elements whose ids and classes are compared with theirs. */
const [maxMissing, maxNames] = [20, 2_000];

/** The targets that an event has missed. `targets` has the number of elements that each root or selector met. */
export function findMissing(
  { selector, namespace, elements = "" }: v1.ElementsInstruction,
  markup: Markup | undefined,
  targets: readonly number[],
  document: Document,
): MissingTarget[] {
  if (targets.every((count) => count > 0)) return [];
  const all = [...document.querySelectorAll("[id], [class]")].slice(0, maxNames);
  const ids = all.map(({ id }) => id).filter(Boolean);
  if (selector !== "") {
    const [, sign, word = ""] = /^([#.])([\w-]+)$/.exec(selector.trim()) ?? [];
    const words = sign === "#" ? ids : all.flatMap(({ classList }) => [...classList]);
    const near = findNear(word, words);
    return [{ name: selector, near: near && sign + near }];
  }
  const roots = markup?.roots ?? (namespace === "html" ? [] : parseParts(elements, namespace).kept);
  // Of a page the client takes other roots [PEL-7].
  if (roots.length !== targets.length) return [{ name: "a root of the patch" }];
  return roots.filter((_, i) => targets[i] === 0).slice(0, maxMissing).map((root) => {
    const id = attributeOf(root, "id");
    return id ? { name: `#${id}`, near: findNear(id, ids) } : {};
  });
}

/** Finds a name that is nearly the same. Short ones are near to any other. */
function findNear(name: string, names: string[]): string | undefined {
  const long = names.filter(({ length }) => length > 2);
  return long.length > 0 && name.length > 2 ? suggest(name, long) : undefined;
}

/** A signal of a patch that meets a different value in the page. */
export interface MetSignal {
  /** The names that lead to it, with dots between. */
  path: string;
  /**
   * `kept object`: `{}` meets an object, and changes nothing [PSG-8]. `object into list`: only its places are set [PSG-7].
   * `text for number`, `text for boolean`: the text has the same meaning, and a different type [PSG-13]. `deleted`: it is
   * deleted while an attribute of the page reads it [PSG-14].
   */
  is: "kept object" | "object into list" | "text for number" | "text for boolean" | "deleted";
}

/** Compares a patch with the signals before it. `findShown` finds those that the page shows. */
export function compareSignals(
  { signals, onlyIfMissing }: v1.SignalsInstruction,
  before: v1.Store,
  findShown: () => ReadonlySet<string>,
): MetSignal[] {
  if (onlyIfMissing) return [];
  const met: MetSignal[] = [];
  const compare = (patch: unknown, old: unknown, path: string) => {
    if (!isObject(patch) || !isObject(old)) return;
    for (const [name, value] of Object.entries(patch)) {
      if (!Object.hasOwn(old, name)) continue;
      const inner = path + name;
      const is = compareValues(value, old[name]);
      if (is) met.push({ path: inner, is });
      compare(value, old[name], `${inner}.`);
    }
  };
  try {
    compare(v1.readSignals(signals).value, before, "");
  } catch {
    // The client cannot read them, or they are too much.
  }
  if (!met.some(({ is }) => is === "deleted")) return met;
  const shown = findShown();
  return met.filter(({ is, path }) => is !== "deleted" || shown.has(path));
}

function compareValues(value: unknown, old: unknown): MetSignal["is"] | undefined {
  if (value === null) return "deleted";
  if (isObject(value) && Array.isArray(old)) return "object into list";
  if (isObject(value) && isObject(old) && Object.keys(value).length === 0) return "kept object";
  if (typeof value !== "string") return;
  if (typeof old === "boolean" && (value === "true" || value === "false")) return "text for boolean";
  if (typeof old === "number" && value.trim() !== "" && Number.isFinite(Number(value))) return "text for number";
}

const isObject = (value: unknown): value is v1.Store =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Plugins that show a signal, and do not show that it is deleted. */
const showing = ["attr", "bind", "class", "computed", "effect", "show", "style", "text"];

/** The paths of the signals that attributes of the page show, and of those that they are inside of. */
export function findShownSignals(document: Document): Set<string> {
  const shown = new Set<string>();
  for (const element of document.getElementsByTagName("*")) {
    for (const { name, value } of element.attributes) {
      const attribute = v1.readAttribute(name, value);
      if (!attribute || !showing.includes(attribute.plugin)) continue;
      const paths = attribute.plugin === "bind"
        ? [attribute.key ?? value]
        : [...value.matchAll(/\$([\w-]+(?:\.[\w-]+)*)/g)].map(([, path]) => path);
      for (const path of paths) {
        for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) shown.add(path.slice(0, end));
      }
    }
  }
  return shown;
}
