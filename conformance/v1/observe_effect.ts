/** Observations of the page around one event: the targets that it misses, and the signals that it meets. */

import { v1 } from "../../harness/mod.ts";
import { suggest } from "../checks/words.ts";
import { attributeOf, type Markup } from "../markup.ts";

/** A target that is not in the page [PEL-12]. */
export interface MissingTarget {
  /** Its id, or the selector. Absent for a root without an id. */
  name?: string;
  /** An id or a class of the page that is nearly the same. */
  near?: string;
}

/** Ids and classes that are compared with one that is missing. */
const maxNames = 2_000;

/** The targets that an event has missed. `targets` has the number of elements that each root or selector met. */
export function findMissing(
  { selector }: v1.ElementsInstruction,
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
    const near = words.length > 0 ? suggest(word, words) : undefined;
    return [{ name: selector, near: near && sign + near }];
  }
  const roots = markup?.roots ?? [];
  if (roots.length !== targets.length) return [{ name: "the id of a root" }];
  return roots.filter((_, i) => targets[i] === 0).map((root) => {
    const id = attributeOf(root, "id");
    return id ? { name: `#${id}`, near: ids.length > 0 ? suggest(id, ids) : undefined } : {};
  });
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

/** Compares a patch with the signals before it. `isShown` says whether the page reads a signal. */
export function compareSignals(
  instruction: v1.SignalsInstruction,
  before: v1.Store,
  isShown: (path: string) => boolean,
): MetSignal[] {
  if (instruction.onlyIfMissing) return [];
  const met: MetSignal[] = [];
  const compare = (patch: unknown, old: unknown, path: string) => {
    if (!isObject(patch) || !isObject(old)) return;
    for (const [name, value] of Object.entries(patch)) {
      if (!Object.hasOwn(old, name)) continue;
      const inner = path + name;
      const is = compareValues(value, old[name]);
      if (is && (is !== "deleted" || isShown(inner))) met.push({ path: inner, is });
      compare(value, old[name], `${inner}.`);
    }
  };
  try {
    compare(v1.readSignals(instruction.signals).value, before, "");
  } catch {
    // The client cannot read it, or it is too much.
  }
  return met;
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

/** Whether an attribute of the page reads a signal or what is inside it. */
export function isShown(document: Document, path: string): boolean {
  const names = path.split(".").map((name) => name.replace(/[^\w$]/g, "\\$&"));
  const pattern = new RegExp(`\\$${names.join("\\.")}(?![\\w-])`);
  return [...document.getElementsByTagName("*")].some((element) =>
    [...element.attributes].some(({ name, value }) => {
      const attribute = v1.readAttribute(name, value);
      if (!attribute || !showing.includes(attribute.plugin)) return false;
      return attribute.plugin === "bind" ? (attribute.key ?? value) === path : pattern.test(value);
    })
  );
}
