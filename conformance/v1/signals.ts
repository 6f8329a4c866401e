/** The checks of signals: those of `datastar-patch-signals`, and those of `data-signals` in patches. */

import type { StreamCheck } from "../check.ts";
import { type Definition, firstFew, type Items, streamChecks } from "../checks/stream_checks.ts";
import type { Spot } from "../markup.ts";
import type { NamedSignal } from "../store_text.ts";
import type { Chunk } from "../recording.ts";
import type { ClientAttribute } from "./client_attributes.ts";
import type { V1Event } from "./interpret.ts";
import type { MetSignal } from "./observe_effect.ts";
import { chunkOf, faultOfAttribute } from "./patch.ts";
import { faultInSignals, innerNames, type PlacedSignals, wholeText } from "./signal_texts.ts";
import type { V1View } from "./view.ts";

const { checkEach } = streamChecks<V1View>("signals");

const eachText = { noun: "text that gives signals", items: ({ signalTexts }: V1View) => signalTexts };
const eachEventText = {
  noun: "datastar-patch-signals",
  items: ({ signalTexts }: V1View) => signalTexts.filter(({ of }) => of === "event"),
};
const eachAttributeText = {
  noun: "data-signals with an object",
  items: ({ signalTexts }: V1View) => signalTexts.filter(({ of }) => of === "attribute"),
};

/** A check of the names in texts that give signals. */
const checkNames = (
  { isFault, expected, problem, ...info }: Definition<
    Items<V1View, PlacedSignals> & {
      isFault: (name: NamedSignal, text: PlacedSignals) => boolean;
      expected: string;
      problem: string;
    }
  >,
): StreamCheck<V1View> =>
  checkEach({
    ...info,
    fault: (text) =>
      firstFew(text.names.filter((name) => isFault(name, text))).map((name) =>
        faultInSignals(text, name, expected, problem)
      ),
  });

/** A check of the signals that meet a different value in the page. */
const checkMet = (
  { is, expected, problem, ...info }: Definition<
    { is: readonly MetSignal["is"][]; expected: string; problem: string }
  >,
): StreamCheck<V1View> =>
  checkEach({
    ...info,
    noun: "datastar-patch-signals that was applied to a page",
    items: ({ signalTexts }) => signalTexts.filter(({ of, seen }) => of === "event" && seen.effect),
    fault: (text) =>
      firstFew(text.seen.effect!.metSignals.filter((met) => is.includes(met.is))).map(({ path }) => {
        const spot = text.names.find((name) => name.path === path) ?? wholeText(text);
        return faultInSignals(text, spot, expected, problem);
      }),
  });

/** [PSG-12] Whether a name breaks the client. In JavaScript, `__proto__` is no name. */
function isHostile(name: NamedSignal, text: PlacedSignals): boolean {
  if (name.name === "constructor") {
    return innerNames(text, name).some(({ path }) => path === `${name.path}.prototype`);
  }
  return name.name === "__proto__" && text.read?.kind === "json" && innerNames(text, name).length > 0;
}

/** Integers that JavaScript cannot hold. */
function largeIntegers({ text }: PlacedSignals): Spot[] {
  return [...text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\w.+-]+/g)].flatMap(({ 0: word, index }) =>
    /^-?\d{16,400}$/.test(word) && BigInt(word) !== BigInt(Number(word))
      ? [{ name: word, from: index, to: index + word.length }]
      : []
  );
}

/** Whether a value has a list with a null in it. Without recursion: the value may be deep. */
function hasNullInList(value: unknown): boolean {
  const open = [value];
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
    if (typeof inner !== "object" || inner === null) continue;
    if (Array.isArray(inner) && inner.includes(null)) return true;
    for (const member of Object.values(inner)) open.push(member);
  }
  return false;
}

/** The names that are in the same object twice, without the first of each. */
function repeatedNames({ names }: PlacedSignals): NamedSignal[] {
  const seen = new Set<string>();
  return names.filter(({ path }) => seen.has(path) || !seen.add(path));
}

/** An event's text, and its names that elements of earlier events of its chunk set after it [V1-APP-2]. */
interface TextAfterElements {
  text: PlacedSignals;
  doubled: NamedSignal[];
}

/** Of a file no chunks are known: it counts as one. */
function textsAfterElements(view: V1View): TextAfterElements[] {
  const { exchange, signalTexts, clientAttributes } = view;
  const chunkIn = (seen: V1Event) => exchange && chunkOf(exchange, seen);
  const set = new Map<Chunk | undefined, Set<string>>();
  const given = [
    ...signalTexts.map((text) => ({ seen: text.seen, text, paths: text.of === "event" ? [] : pathsOf(text) })),
    ...clientAttributes.map((attribute) => ({ seen: attribute.patch, text: undefined, paths: pathsOfKey(attribute) })),
  ];
  return given.sort((a, b) => a.seen.event.range.start - b.seen.event.range.start).flatMap(({ seen, text, paths }) => {
    const chunk = chunkIn(seen);
    const before = set.get(chunk) ?? new Set();
    set.set(chunk, before);
    for (const path of paths) before.add(path);
    return text?.of === "event" ? [{ text, doubled: text.names.filter(({ path }) => before.has(path)) }] : [];
  });
}

/** The signals that an object gives, without those that exist, and without the objects around them. */
function pathsOf({ names, onlyIfMissing }: PlacedSignals): string[] {
  if (onlyIfMissing) return [];
  const around = new Set(names.map(({ path }) => path.slice(0, Math.max(path.lastIndexOf("."), 0))));
  return names.map(({ path }) => path).filter((path) => !around.has(path));
}

/** The signal of `data-signals:name`. */
function pathsOfKey({ read: { plugin, key, modifiers } }: ClientAttribute): string[] {
  if (plugin !== "signals" || !key || modifiers.has("ifmissing") || modifiers.has("case")) return [];
  return [key.replace(/-[a-z]/g, ([, letter]) => letter.toUpperCase())]; // [V1-APP-9]
}

export const signals: StreamCheck<V1View>[] = [
  checkEach({
    rule: ["v1-sig-broken", "MUST", "PSG-3"],
    title: "The client can read the signals of each event",
    why: "The client reports `bad-signals`: no signal changes.",
    fix: "Write the signals with a JSON library, each line of them with `data: signals `.",
    ...eachEventText,
    fault: (text) =>
      !text.isReadable() &&
      (text.kind === "broken"
        ? faultInSignals(text, text.problem, "JSON", `is the first error: ${text.problem.name}`)
        : faultInSignals(text, wholeText(text), "JSON", text.text.trim() === "" ? "is empty" : "cannot be read")),
  }),
  checkEach({
    rule: ["v1-sig-json", "SHOULD", "PSG-3"],
    title: "Signals are JSON",
    why: "The client runs other text as JavaScript: user input in it becomes code.",
    fix: "Write the signals with a JSON library.",
    ...eachEventText,
    fault: (text) =>
      text.read && text.read.kind !== "json" &&
      faultInSignals(text, wholeText(text), "JSON", "is run as JavaScript"),
  }),
  checkEach({
    rule: ["v1-sig-object", "MUST", "PSG-5"],
    title: "Signals are an object",
    why: "The client makes signals `0`, `1` and so on of a list or a text; a number, a boolean or `null` does nothing.",
    fix: "Send an object with the signals as its properties.",
    ...eachEventText,
    fault(text) {
      const { read } = text;
      if (!read || read.kind === "unknown") return;
      const isObject = typeof read.value === "object" && read.value !== null && !Array.isArray(read.value);
      return !isObject && faultInSignals(text, wholeText(text), "an object", "is not one");
    },
  }),
  checkEach({
    rule: ["v1-sig-attribute-object", "MUST", "PSG-16"],
    title: "Each data-signals is an object",
    why: "The client makes signals `0`, `1` and so on of a list or a text; a number does nothing.",
    fix: "Write an object; for one signal write `data-signals:name`.",
    ...eachAttributeText,
    fault: (text) => text.kind === "other" && faultInSignals(text, wholeText(text), "an object", "is not one"),
  }),
  checkNames({
    rule: ["v1-sig-hostile", "MUST", "PSG-12"],
    title: "No name of a signal breaks the client",
    why:
      "With `__proto__` the page shows no change any more; with `constructor` every object of the page gets a member.",
    fix: "Leave the name out; do not take names from user input.",
    ...eachText,
    isFault: isHostile,
    expected: "a different name",
    problem: "breaks the client",
  }),
  checkNames({
    rule: ["v1-sig-reserved", "SHOULD", "PSG-12"],
    title: "No signal is named `__proto__` or `constructor`",
    why: "With a different value the name breaks the client.",
    fix: "Rename the signal; do not take names from user input.",
    ...eachText,
    isFault: (name, text) => ["__proto__", "constructor"].includes(name.name) && !isHostile(name, text),
    expected: "a different name",
    problem: "is a name that each object inherits",
  }),
  checkNames({
    rule: ["v1-sig-dot", "MUST", "PSG-10"],
    title: "No name of a signal has a dot",
    why: "`$a.b` does not find the signal, requests do not carry it, and the client can fail to make a request at all.",
    fix: 'Send an object, `{"a": {"b": 1}}`, or a name without a dot.',
    ...eachText,
    isFault: ({ name }) => name.includes("."),
    expected: "a name without a dot",
    problem: "is a name that no expression finds",
  }),
  checkEach({
    rule: ["v1-sig-twice", "SHOULD", "PSG-2"],
    title: "Each name is in an object only once",
    why: "The last value counts, and the others are silently lost.",
    fix: "Write the signals with a JSON library.",
    ...eachText,
    fault: (text) =>
      firstFew(repeatedNames(text)).map((name) => faultInSignals(text, name, "each name once", "is a duplicate")),
  }),
  checkEach({
    rule: ["v1-sig-integer", "SHOULD", "PSG-2"],
    title: "JavaScript can hold all integers",
    why: "The client rounds integers above 2^53: the signal, and the next request, have a different number.",
    fix: "Send long numbers, such as ids, as strings.",
    ...eachText,
    fault: (text) =>
      firstFew(largeIntegers(text)).map((spot) =>
        faultInSignals(text, spot, "a string", `becomes ${Number(spot.name)}`)
      ),
  }),
  checkEach({
    rule: ["v1-sig-list-null", "SHOULD", "PSG-11"],
    title: "No list of signals has a null in it",
    why: "Expressions and requests read it as an empty text.",
    fix: 'Send a value such as `""` or `0`, or leave the place out.',
    ...eachEventText,
    fault: (text) =>
      hasNullInList(text.read?.value) && faultInSignals(text, wholeText(text), "a value", "has null in a list"),
  }),
  checkNames({
    rule: ["v1-sig-missing-null", "SHOULD", "PSG-9"],
    title: "With onlyIfMissing no signal is null",
    why: "The client ignores it: nothing is deleted.",
    fix: "Send the deletion in an event without `onlyIfMissing`.",
    ...eachEventText,
    isFault: ({ isNull }, { onlyIfMissing }) => isNull && onlyIfMissing,
    expected: "a value",
    problem: "is null and ignored",
  }),
  checkNames({
    rule: ["v1-sig-private", "MAY", "V1-REQ-4"],
    title: "Signals from the server have names without an underscore at the beginning",
    why: "The client does not send them back: the server has to know their values in another way.",
    fix: "Rename the signal if the server needs it in requests.",
    ...eachEventText,
    isFault: ({ name, isNull }) => /^_(?!_proto__$)/.test(name) && !isNull,
    expected: "a name without `_` at the beginning",
    problem: "is not sent back",
  }),
  checkMet({
    rule: ["v1-sig-empty-object", "MUST", "PSG-8"],
    title: "No `{}` is meant to empty an object",
    why: "The client merges it name by name: the old signals remain, and the page shows them.",
    fix: "Send `null` for each name, or `null` for the object and the new object in a second event.",
    is: ["kept object"],
    expected: "null for the names",
    problem: "is `{}`, and the signals inside remain",
  }),
  checkMet({
    rule: ["v1-sig-list-object", "SHOULD", "PSG-7"],
    title: "No object is merged into a list",
    why: "The client sets the places that the object names, and the rest of the list remains.",
    fix: "Send the whole list, or `null` first in a separate event.",
    is: ["object into list"],
    expected: "a list",
    problem: "is a list in the page",
  }),
  checkMet({
    rule: ["v1-sig-type", "SHOULD", "PSG-13"],
    title: "Numbers and booleans do not become texts",
    why: 'Expressions calculate wrongly: `"1" + 1` is `11`, and `"false"` counts as true.',
    fix: "Send numbers and booleans without quotes.",
    is: ["text for boolean", "text for number"],
    expected: "a value of the same type",
    problem: "was a number or a boolean, and becomes a text",
  }),
  checkMet({
    rule: ["v1-sig-delete-shown", "SHOULD", "PSG-14"],
    title: "No signal is deleted that the page shows",
    why: "The old text remains in the page: the client does not run expressions again after a deletion.",
    fix: 'Send an empty value such as `""`.',
    is: ["deleted"],
    expected: "an empty value",
    problem: "is deleted, and the page shows the old value",
  }),
  checkEach({
    rule: ["v1-sig-both", "SHOULD", "V1-APP-2"],
    title: "A signal is not both in data-signals and in a later event of the chunk",
    why: "The client applies the attribute after all events of the chunk: the older value wins.",
    fix: "Send the signal in one way only, or write `data-signals__ifmissing`.",
    noun: "datastar-patch-signals",
    items: textsAfterElements,
    fault: ({ text, doubled }) =>
      firstFew(doubled).map((name) =>
        faultInSignals(text, name, "one of the two", "is in data-signals of an earlier event too")
      ),
  }),
  checkEach({
    rule: ["v1-sig-attribute-null", "SHOULD", "PSG-16"],
    title: "No data-signals deletes a signal",
    why:
      "`null`, or a key without a value, deletes the signal: expressions then read an empty text, or keep the old one.",
    fix: 'Send an empty value such as `""`, or `null` in a `datastar-patch-signals` if you mean it.',
    ...eachAttributeText,
    fault: (text) =>
      firstFew(text.names.filter(({ isNull }) => isNull)).map((name) =>
        faultInSignals(text, name, "a value", "is null: the signal is deleted")
      ),
  }),
  checkEach({
    rule: ["v1-sig-attribute-empty", "SHOULD", "PSG-16"],
    title: "Each data-signals with a key has a value",
    why: "A key without a value deletes the signal: expressions then read an empty text, or keep the old one.",
    fix: "Write an empty value such as `data-signals:name=\"''\"`.",
    noun: "data-signals with a key",
    items: ({ clientAttributes }) => clientAttributes.filter(({ read }) => read.plugin === "signals" && read.key),
    fault: (attribute) =>
      attribute.value === "" && faultOfAttribute(attribute, "a value", "has no value: the signal is deleted"),
  }),
  checkEach({
    rule: ["v1-sig-attribute-action", "SHOULD", "PSG-16"],
    title: "No string of data-signals has `@name(`",
    why: "Clients up to 1.0.2 rewrite it in strings too: the text changes.",
    fix: "Write `@` as `\\u0040` in the strings of data-signals.",
    ...eachAttributeText,
    fault: (text, { canCompile }) =>
      canCompile(text.text, "signals") &&
      text.strings.flatMap(({ name, from }) =>
        firstFew(name.matchAll(/@(?=[a-z_$][\w$]*\()/gi)).map(({ index }) => {
          const spot = { name: "@", from: from + index, to: from + index + 1 };
          return faultInSignals(text, spot, "`\\u0040`", "begins an action");
        })
      ),
  }),
];
