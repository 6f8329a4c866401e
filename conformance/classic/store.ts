/** The checks of `data-store`, and of the names of signals. */

import type { StreamCheck } from "../check.ts";
import { type Definition, firstFew, type Items, streamChecks } from "../checks/stream_checks.ts";
import { faultInStore, type PlacedStore, wholeText } from "./store_texts.ts";
import type { ClassicView } from "./view.ts";

const { checkEach } = streamChecks<ClassicView>("signals");

const eachStore = { noun: "data-store", items: ({ stores }: ClassicView) => stores };

/** A check that no string of a store has a piece like this. */
const checkStrings = (
  { pattern, problem, ...info }: Definition<{ pattern: RegExp; problem: string }>,
) =>
  checkEach({
    ...info,
    ...eachStore,
    fault: (store) =>
      store.strings.flatMap(({ name, from }) =>
        firstFew(name.matchAll(pattern)).map(({ 0: text, index }) => {
          const spot = { name: text, from: from + index, to: from + index + text.length };
          return faultInStore(store, spot, `${escapeText(text)} instead`, problem);
        })
      ),
  });

const escapeText = (text: string) =>
  [...text].map((letter) =>
    /[;$~'<>&`\u2028\u2029{]/.test(letter) ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}` : letter
  ).join("");

/** A check that no signal has one of these names. */
export const checkNames = (
  { names, problem, ...info }: Definition<Items<ClassicView, PlacedStore> & { names: string[]; problem: string }>,
): StreamCheck<ClassicView> =>
  checkEach({
    ...info,
    fault: (store) =>
      firstFew(store.names.filter(({ name }) => names.includes(name))).map((name) =>
        faultInStore(store, name, "a different name", problem)
      ),
  });

const escapeFix =
  "Write `;`, `$`, `~`, `'`, `<`, `>`, `&`, the backtick, U+2028 and U+2029 of a string as `\\uXXXX`, " +
  'and then `"` as `&quot;`.';

/** The values between semicolons, which JSON may have inside strings only. */
const piecesOf = (text: string) => text.split(";").filter((piece) => piece.trim() !== "");

const textChecks: StreamCheck<ClassicView>[] = [
  checkEach({
    rule: ["sto-compile", "MUST", "STO-10"],
    title: "Each data-store is a valid expression",
    why: "The client throws, and leaves the attribute in the page: each later event fails too.",
    fix: 'Write an object in JSON, and escape it as an attribute: `"` as `&quot;`. Leave out an empty data-store.',
    ...eachStore,
    fault(store) {
      const expected = "an object, such as {&quot;name&quot;:1}";
      if (store.kind === "empty") return faultInStore(store, wholeText(store), expected, "is empty");
      if (store.kind === "broken" && !store.compiles()) {
        return faultInStore(store, store.problem, expected, `is the first error: ${store.problem.name}`);
      }
      // Problems in strings are for other checks.
      if (!store.compiles() && !store.strings.some(({ name }) => /[;$~`]/.test(name))) {
        return faultInStore(store, wholeText(store), expected, "does not compile as the client rewrites it");
      }
    },
  }),
  checkEach({
    rule: ["sto-object", "MUST", "STO-2"],
    title: "Each data-store is an object",
    why: "The client turns a string or a list into signals `0`, `1` and so on; a number changes nothing.",
    fix: "Write an object with the signals as its properties.",
    ...eachStore,
    fault: (store) => store.kind === "other" && faultInStore(store, wholeText(store), "an object", "is not one"),
  }),
  checkEach({
    rule: ["sto-semicolon", "MUST", "STO-3"],
    title: "A data-store has no semicolon",
    why: "The client splits the value at each `;`, even inside strings, and throws.",
    fix: escapeFix,
    ...eachStore,
    fault(store) {
      const problem = "splits the value in two";
      const faults = store.strings.flatMap(({ name, from }) =>
        firstFew(name.matchAll(/;/g)).map(({ index }) =>
          faultInStore(store, { name: ";", from: from + index, to: from + index + 1 }, "\\u003b instead", problem)
        )
      );
      if (store.kind !== "broken" || !store.compiles() || piecesOf(store.text).length < 2) return faults;
      const from = store.text.indexOf(";");
      const spot = { name: ";", from, to: from + 1 };
      return faultInStore(store, spot, "one object", `${problem}, and only the last part counts`);
    },
  }),
];

const stringChecks: StreamCheck<ClassicView>[] = [
  checkStrings({
    rule: ["sto-dollar", "MUST", "STO-5"],
    title: "The strings of a data-store have no `$` before a name",
    why: "The client reads it as a signal, even inside strings: `cost $money` becomes `cost ctx.store().money.value`.",
    fix: escapeFix,
    pattern: /\$(?=[a-zA-Z_])/g,
    problem: "is read as the beginning of a signal",
  }),
  checkStrings({
    rule: ["sto-tilde", "MUST", "STO-6"],
    title: "The strings of a data-store have no `~` before a name",
    why: "The client reads it as a reference to an element, even inside strings.",
    fix: escapeFix,
    pattern: /~(?=[a-zA-Z_$])/g,
    problem: "is read as a reference",
  }),
  checkStrings({
    rule: ["sto-pattern", "MUST", "STO-7"],
    title: "The strings of a data-store have no replacement patterns ($$, $&)",
    why: "`$$` becomes `$`; `$&`, `$'` and `$` with a backtick repeat a part of the value, and the client throws.",
    fix: escapeFix,
    pattern: /\$[$&'`]/g,
    problem: "is a replacement pattern of String.replace",
  }),
  checkStrings({
    rule: ["sto-template", "MUST", "STO-8"],
    title: "The strings of a data-store have no `${` and no escaped backtick",
    why: "The client copies the value into a template literal, and throws if that literal is not valid.",
    fix: escapeFix,
    pattern: /\$\{|\\`/g,
    problem: "is read as code in a template literal",
  }),
  checkStrings({
    rule: ["sto-escape", "SHOULD", "STO-9"],
    title: "The strings of a data-store are escaped",
    why: "These characters are dangerous or harmless depending on the characters next to them.",
    fix: escapeFix,
    pattern: /[;$~'<>&`\u2028\u2029]/g,
    problem: "is not escaped",
  }),
];

const nameChecks: StreamCheck<ClassicView>[] = [
  checkEach({
    rule: ["sto-null", "SHOULD", "STO-12"],
    title: "A data-store has no null",
    why: "`null` removes the signal, and expressions that read the signal fail.",
    fix: 'Send an empty value such as `""`; to remove a signal on purpose, send `datastar-delete` with `paths`.',
    ...eachStore,
    fault: (store) =>
      firstFew(store.names.filter(({ isNull }) => isNull)).map((name) =>
        faultInStore(store, name, "a value, or datastar-delete", "is removed by null")
      ),
  }),
  checkNames({
    rule: ["sto-name", "MUST", "STO-16"],
    title: "Signals in a data-store are not named value or peek",
    why: "The client throws and does not merge the value.",
    fix: "Rename the signal.",
    ...eachStore,
    names: ["value", "peek"],
    problem: "is a name that the client reserves",
  }),
  checkNames({
    rule: ["sto-proto", "MUST", "STO-17"],
    title: "Signals in a data-store are not named hasOwnProperty or __proto__",
    why: "With `hasOwnProperty` this merge or the next one throws; `__proto__` is silently lost.",
    fix: "Rename the signal; do not take names from user input.",
    ...eachStore,
    names: ["hasOwnProperty", "__proto__"],
    problem: "is a name that every object inherits",
  }),
  checkNames({
    rule: ["sto-own", "MUST", "STO-19"],
    title: "A data-store does not contain _dsPlugins",
    why: "It belongs to the client: without it the client cannot make any request.",
    fix: "Leave it out; do not send back the whole store of the request.",
    ...eachStore,
    names: ["_dsPlugins"],
    problem: "belongs to the client",
  }),
];

export const storeChecks: StreamCheck<ClassicView>[] = [...textChecks, ...stringChecks, ...nameChecks];
