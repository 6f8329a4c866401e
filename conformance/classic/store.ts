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
          return faultInStore(store, spot, `${escapeText(text)} in its place`, problem);
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
        faultInStore(store, name, "another name", problem)
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
    title: "Each data-store compiles",
    why: "The client raises, and leaves the attribute in the page: each later event fails too.",
    fix: 'Write an object in JSON, and escape it as an attribute: `"` as `&quot;`. Leave out an empty data-store.',
    ...eachStore,
    fault(store) {
      const expected = "an object, such as {&quot;name&quot;:1}";
      if (store.kind === "empty") return faultInStore(store, wholeText(store), expected, "is empty");
      if (store.kind === "broken" && !store.compiles) {
        return faultInStore(store, store.problem, expected, `is where it breaks: ${store.problem.name}`);
      }
      // Problems in strings are for other checks.
      if (!store.compiles && !store.strings.some(({ name }) => /[;$~`]/.test(name))) {
        return faultInStore(store, wholeText(store), expected, "does not compile as the client rewrites it");
      }
    },
  }),
  checkEach({
    rule: ["sto-object", "MUST", "STO-2"],
    title: "Each data-store is an object",
    why: "Of a text or a list the client makes signals `0`, `1` and so on; a number changes nothing.",
    fix: "Write an object: signals by name.",
    ...eachStore,
    fault: (store) => store.kind === "other" && faultInStore(store, wholeText(store), "an object", "is none"),
  }),
  checkEach({
    rule: ["sto-semicolon", "MUST", "STO-3"],
    title: "There is no semicolon in a data-store",
    why: "The client splits the value at each `;`, in strings too, and raises.",
    fix: escapeFix,
    ...eachStore,
    fault(store) {
      const problem = "splits the value in two";
      const faults = store.strings.flatMap(({ name, from }) =>
        firstFew(name.matchAll(/;/g)).map(({ index }) =>
          faultInStore(store, { name: ";", from: from + index, to: from + index + 1 }, "\\u003b in its place", problem)
        )
      );
      if (store.kind !== "broken" || !store.compiles || piecesOf(store.text).length < 2) return faults;
      const from = store.text.indexOf(";");
      const spot = { name: ";", from, to: from + 1 };
      return faultInStore(store, spot, "one object", `${problem}, and only the last part counts`);
    },
  }),
];

const stringChecks: StreamCheck<ClassicView>[] = [
  checkStrings({
    rule: ["sto-dollar", "MUST", "STO-5"],
    title: "No string of a data-store has a `$` before a name",
    why: "The client takes it for a signal, in strings too: `cost $money` becomes `cost ctx.store().money.value`.",
    fix: escapeFix,
    pattern: /\$(?=[a-zA-Z_])/g,
    problem: "is taken for the beginning of a signal",
  }),
  checkStrings({
    rule: ["sto-tilde", "MUST", "STO-6"],
    title: "No string of a data-store has a `~` before a name",
    why: "The client takes it for a reference to an element, in strings too.",
    fix: escapeFix,
    pattern: /~(?=[a-zA-Z_$])/g,
    problem: "is taken for a reference",
  }),
  checkStrings({
    rule: ["sto-pattern", "MUST", "STO-7"],
    title: "No string of a data-store has a pattern of replacing",
    why: "`$$` becomes `$`; `$&`, `$'` and `$` with a backtick repeat a part of the value, and the client raises.",
    fix: escapeFix,
    pattern: /\$[$&'`]/g,
    problem: "is a pattern of replacing",
  }),
  checkStrings({
    rule: ["sto-template", "MUST", "STO-8"],
    title: "No string of a data-store has `${` or an escaped backtick",
    why: "The client copies the value into a template of its own: what is no valid template there makes it raise.",
    fix: escapeFix,
    pattern: /\$\{|\\`/g,
    problem: "is read as code in a template",
  }),
  checkStrings({
    rule: ["sto-escape", "SHOULD", "STO-9"],
    title: "The strings of a data-store are escaped",
    why: "Which of these characters do harm depends on what stands beside them.",
    fix: escapeFix,
    pattern: /[;$~'<>&`\u2028\u2029]/g,
    problem: "is not escaped",
  }),
];

const nameChecks: StreamCheck<ClassicView>[] = [
  checkEach({
    rule: ["sto-null", "SHOULD", "STO-12"],
    title: "No data-store says null",
    why: "`null` is no value: it removes the signal, and what reads it fails.",
    fix: 'Send another empty value, such as `""`; to remove a signal on purpose, send `datastar-delete` with `paths`.',
    ...eachStore,
    fault: (store) =>
      firstFew(store.names.filter(({ isNull }) => isNull)).map((name) =>
        faultInStore(store, name, "a value, or datastar-delete", "is removed by null")
      ),
  }),
  checkNames({
    rule: ["sto-name", "MUST", "STO-16"],
    title: "No signal in a data-store is named value or peek",
    why: "The client raises and merges nothing of the value.",
    fix: "Give the signal another name.",
    ...eachStore,
    names: ["value", "peek"],
    problem: "is a name that the client's signals use themselves",
  }),
  checkNames({
    rule: ["sto-proto", "MUST", "STO-17"],
    title: "No signal in a data-store is named hasOwnProperty or __proto__",
    why: "With `hasOwnProperty` this merge or the next one raises; `__proto__` is lost without a word.",
    fix: "Give the signal another name; take no names from strangers.",
    ...eachStore,
    names: ["hasOwnProperty", "__proto__"],
    problem: "is a name that objects use themselves",
  }),
  checkNames({
    rule: ["sto-own", "MUST", "STO-19"],
    title: "No data-store names _dsPlugins",
    why: "It belongs to the client: without it no further request can be made.",
    fix: "Leave it out; do not send the whole store back that came with the request.",
    ...eachStore,
    names: ["_dsPlugins"],
    problem: "belongs to the client",
  }),
];

export const storeChecks: StreamCheck<ClassicView>[] = [...textChecks, ...stringChecks, ...nameChecks];
