/**
 * What is merged into the store: `data-store` in fragments, and the text of `datastar-signal`.
 *
 * @module
 */

import type { StreamCheck } from "../check.ts";
import type { StreamEvidence } from "../interpret.ts";
import type { ByteRange } from "../../harness/mod.ts";
import { canCompileStore, readStoreText, type StoreText } from "./code.ts";
import { type Fault, type Info, ofEach, quote } from "../checks/each.ts";
import { attributeSpot, parseMarkup, type Spot } from "../checks/markup.ts";
import { placeIn, storeTextOf } from "./source.ts";
import { type Attribute, attributesOf, bytesOf, eventsOf, few, once } from "./fragment_view.ts";

/** A text that gives signals, and the bytes of its pieces. */
export interface PlacedStore extends StoreText {
  at: (spot: Pick<Spot, "from" | "to">) => ByteRange[];
  /** Whether the client can compile it. */
  compiles: boolean;
}

/** The `data-store` of all fragments. */
export const storesOf: (stream: StreamEvidence) => PlacedStore[] = once((stream) =>
  attributesOf(stream).filter(({ name }) => /^data-store(?:\.|$)/.test(name)).map((attribute) => ({
    ...readStoreText(attribute.value),
    compiles: canCompileStore(attribute.value),
    at: ({ from, to }) => bytesOfValue(attribute, from, to),
  }))
);

/** The texts of all `datastar-signal`. */
export const signalTextsOf: (stream: StreamEvidence) => PlacedStore[] = once((stream) =>
  eventsOf(stream, "signal").map(({ event, instruction }) => ({
    ...readStoreText(instruction.store.trim()),
    compiles: true,
    at: ({ from, to }) => storeTextOf(event).at(from, to),
  }))
);

/** The bytes of a piece of an attribute's value, which may be written with character references. */
function bytesOfValue({ fragment, element, name, value }: Attribute, from: number, to: number): ByteRange[] {
  const spot = attributeSpot(element, name);
  const written = fragment.markup.html.slice(spot.from, spot.to);
  const begin = /^[^=]*=\s*["']?/.exec(written)?.[0].length ?? 0;
  const offsets: number[] = []; // in the text, for each character of the value
  for (let i = begin; offsets.length < value.length && i < written.length;) {
    const reference = /^&(?:#x?[\da-f]+|[a-z\d]+);?/i.exec(written.slice(i, i + 40))?.[0];
    const length = reference ? Math.min(lengthOfReference(reference), reference.length) : 1;
    for (let k = 0; k < length; k++) offsets.push(i);
    i += reference && length < reference.length ? reference.length : length;
  }
  const end = /["']$/.test(written) ? written.length - 1 : written.length;
  const place = (offset: number) => spot.from + (offsets[offset] ?? end);
  return bytesOf(fragment, { from: place(from), to: Math.max(place(to), place(from) + 1) });
}

/** Characters that a character reference stands for in a value. */
function lengthOfReference(reference: string): number {
  const { roots: [root] } = parseMarkup(`<a x="${reference}">`);
  return root.attrs[0].value.length;
}

/** A fault in a text that gives signals. */
export function faultInStore(store: PlacedStore, spot: Spot, expected: string, says: string): Fault {
  const { from, to } = spot;
  return {
    expected,
    actual: `${quote(store.text.slice(from, Math.max(to, from + 1)))} (${
      placeIn(store.text, from)
    } of the value) ${says}`,
    at: store.at(spot),
  };
}

const whole = ({ text }: StoreText): Spot => ({ name: "", from: 0, to: text.length });

const ofStores = (info: Info, faultOf: (store: PlacedStore) => Fault | Fault[] | undefined): StreamCheck =>
  ofEach("signals", "data-store", storesOf, info, faultOf);

/** A check that strings have nothing of this kind in them. */
const noneInStrings = (info: Info, pattern: RegExp, says: string): StreamCheck =>
  ofStores(
    info,
    (store) =>
      store.strings.flatMap(({ name, from }) =>
        few(name.matchAll(pattern)).map(({ 0: text, index }) =>
          faultInStore(
            store,
            { name: text, from: from + index, to: from + index + text.length },
            `${escaped(text)} in its place`,
            says,
          )
        )
      ),
  );

const escaped = (text: string) =>
  [...text].map((letter) =>
    /[;$~'<>&`\u2028\u2029{]/.test(letter) ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}` : letter
  ).join("");

/** A check of the names of signals. */
export const ofNames = (
  kind: string,
  texts: (stream: StreamEvidence) => PlacedStore[],
  info: Info,
  names: string[],
  says: string,
): StreamCheck =>
  ofEach(
    "signals",
    kind,
    texts,
    info,
    (store) =>
      few(store.names.filter(({ name }) => names.includes(name))).map((name) =>
        faultInStore(store, name, "another name", says)
      ),
  );

const escapeFix =
  "Write `;`, `$`, `~`, `'`, `<`, `>`, `&`, the backtick, U+2028 and U+2029 of a string as `\\uXXXX`, " +
  'and then `"` as `&quot;`.';

/** What a JSON text may have inside strings only: pieces between semicolons are several values. */
const piecesOf = (text: string) => text.split(";").filter((piece) => piece.trim() !== "");

/** The checks of `data-store`. */
export const storeChecks: StreamCheck[] = [
  ofStores({
    id: "sto-compile",
    level: "MUST",
    title: "Each data-store compiles",
    clause: "STO-10",
    why: "The client raises, and leaves the attribute in the page: each later event fails too.",
    fix: 'Write an object in JSON, and escape it as an attribute: `"` as `&quot;`. Leave out an empty data-store.',
  }, (store) => {
    const expected = "an object, such as {&quot;name&quot;:1}";
    if (store.kind === "empty") return faultInStore(store, whole(store), expected, "is empty");
    if (store.kind === "broken" && !store.compiles) {
      return faultInStore(store, store.problem, expected, `is where it breaks: ${store.problem.name}`);
    }
    // What strings do to it other checks say.
    if (!store.compiles && !store.strings.some(({ name }) => /[;$~`]/.test(name))) {
      return faultInStore(store, whole(store), expected, "does not compile as the client rewrites it");
    }
  }),
  ofStores({
    id: "sto-object",
    level: "MUST",
    title: "Each data-store is an object",
    clause: "STO-2",
    why: "Of a text or a list the client makes signals `0`, `1` and so on; a number changes nothing.",
    fix: "Write an object: signals by name.",
  }, (store) => store.kind === "other" ? faultInStore(store, whole(store), "an object", "is none") : undefined),
  ofStores({
    id: "sto-semicolon",
    level: "MUST",
    title: "There is no semicolon in a data-store",
    clause: "STO-3",
    why: "The client splits the value at each `;`, in strings too, and raises.",
    fix: escapeFix,
  }, (store) => {
    const says = "splits the value in two";
    const faults = store.strings.flatMap(({ name, from }) =>
      few(name.matchAll(/;/g)).map(({ index }) =>
        faultInStore(store, { name: ";", from: from + index, to: from + index + 1 }, "\\u003b in its place", says)
      )
    );
    if (store.kind !== "broken" || !store.compiles || piecesOf(store.text).length < 2) return faults;
    const from = store.text.indexOf(";");
    return faultInStore(
      store,
      { name: ";", from, to: from + 1 },
      "one object",
      `${says}, and only the last part counts`,
    );
  }),
  noneInStrings(
    {
      id: "sto-dollar",
      level: "MUST",
      title: "No string of a data-store has a `$` before a name",
      clause: "STO-5",
      why: "The client takes it for a signal, in strings too: `cost $money` becomes `cost ctx.store().money.value`.",
      fix: escapeFix,
    },
    /\$(?=[a-zA-Z_])/g,
    "is taken for the beginning of a signal",
  ),
  noneInStrings(
    {
      id: "sto-tilde",
      level: "MUST",
      title: "No string of a data-store has a `~` before a name",
      clause: "STO-6",
      why: "The client takes it for a reference to an element, in strings too.",
      fix: escapeFix,
    },
    /~(?=[a-zA-Z_$])/g,
    "is taken for a reference",
  ),
  noneInStrings(
    {
      id: "sto-pattern",
      level: "MUST",
      title: "No string of a data-store has a pattern of replacing",
      clause: "STO-7",
      why: "`$$` becomes `$`; `$&`, `$'` and `$` with a backtick repeat a part of the value, and the client raises.",
      fix: escapeFix,
    },
    /\$[$&'`]/g,
    "is a pattern of replacing",
  ),
  noneInStrings(
    {
      id: "sto-template",
      level: "MUST",
      title: "No string of a data-store has `${` or an escaped backtick",
      clause: "STO-8",
      why: "The client copies the value into a template of its own: what is no valid template there makes it raise.",
      fix: escapeFix,
    },
    /\$\{|\\`/g,
    "is read as code in a template",
  ),
  noneInStrings(
    {
      id: "sto-escape",
      level: "SHOULD",
      title: "The strings of a data-store are escaped",
      clause: "STO-9",
      why: "Which of these characters do harm depends on what stands beside them.",
      fix: escapeFix,
    },
    /[;$~'<>&`\u2028\u2029]/g,
    "is not escaped",
  ),
  ofStores(
    {
      id: "sto-null",
      level: "SHOULD",
      title: "No data-store says null",
      clause: "STO-12",
      why: "`null` is no value: it removes the signal, and what reads it fails.",
      fix:
        'Send another empty value, such as `""`; to remove a signal on purpose, send `datastar-delete` with `paths`.',
    },
    (store) =>
      few(store.names.filter(({ isNull }) => isNull)).map((name) =>
        faultInStore(store, name, "a value, or datastar-delete", "is removed by null")
      ),
  ),
  ofNames(
    "data-store",
    storesOf,
    {
      id: "sto-name",
      level: "MUST",
      title: "No signal in a data-store is named value or peek",
      clause: "STO-16",
      why: "The client raises and merges nothing of the value.",
      fix: "Give the signal another name.",
    },
    ["value", "peek"],
    "is a name that the client's signals use themselves",
  ),
  ofNames(
    "data-store",
    storesOf,
    {
      id: "sto-proto",
      level: "MUST",
      title: "No signal in a data-store is named hasOwnProperty or __proto__",
      clause: "STO-17",
      why: "With `hasOwnProperty` this merge or the next one raises; `__proto__` is lost without a word.",
      fix: "Give the signal another name; take no names from strangers.",
    },
    ["hasOwnProperty", "__proto__"],
    "is a name that objects use themselves",
  ),
  ofNames(
    "data-store",
    storesOf,
    {
      id: "sto-own",
      level: "MUST",
      title: "No data-store names _dsPlugins",
      clause: "STO-19",
      why: "It belongs to the client: without it no further request can be made.",
      fix: "Leave it out; do not send the whole store back that came with the request.",
    },
    ["_dsPlugins"],
    "belongs to the client",
  ),
];
