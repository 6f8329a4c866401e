/** The checks of `datastar-signal`, and all others of the family: those of the events that bring no HTML. */

import { afterError } from "./failure.ts";
import type { StreamCheck } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { streamChecks } from "../checks/stream_checks.ts";
import { bytesOfLine, checkKeys, linesOfEach } from "./data_lines.ts";
import { deleteChecks } from "./deletes.ts";
import { messageChecks } from "./messages.ts";
import { redirectChecks } from "./redirects.ts";
import { checkNames, storeChecks } from "./store.ts";
import { faultInStore, type PlacedStore, wholeText } from "./store_texts.ts";
import type { ClassicView } from "./view.ts";

const { checkEach } = streamChecks<ClassicView>("signals");

const eachSignalText = {
  noun: "datastar-signal that the client reads",
  items: ({ signalTexts }: ClassicView) => signalTexts,
};

/** A text with blank strings, so that only code is left. */
function withoutStrings({ text, strings }: PlacedStore): string {
  return strings.reduce((code, { from, to }) => code.slice(0, from) + " ".repeat(to - from) + code.slice(to), text);
}

const signalChecks: StreamCheck<ClassicView>[] = [
  checkKeys({
    rule: ["sig-key", "MUST", "SIG-1"],
    title: "Each line of datastar-signal begins with store or onlyIfMissing",
    why: `The client throws: ${afterError}.`,
    fix: "Begin each line of the text with `store`, not only the first.",
    event: "datastar-signal",
    keys: ["store", "onlyIfMissing"],
    firstLineOnly: false,
  }),
  checkEach({
    rule: ["sig-compile", "SHOULD", "SIG-5"],
    title: "The text of each datastar-signal is valid",
    why: "The store does not change, and only the browser's console shows the error.",
    fix: "Write the signals with a JSON library.",
    ...eachSignalText,
    fault: (text) =>
      text.kind === "broken" && faultInStore(text, text.problem, "JSON", `is the first error: ${text.problem.name}`),
  }),
  checkEach({
    rule: ["sig-object", "MUST", "SIG-3"],
    title: "The text of each datastar-signal is an object",
    why: "A number or `null` changes nothing; the client turns a string or a list into signals `0`, `1` and so on.",
    fix: "Send an object with the signals as its properties.",
    ...eachSignalText,
    fault: (text) => text.kind === "other" && faultInStore(text, wholeText(text), "an object", "is not one"),
  }),
  checkEach({
    rule: ["sig-reference", "SHOULD", "SIG-4"],
    title: "datastar-signal does not read signals with a dollar sign",
    why: "The client does not rewrite `$x` here: the variable does not exist, and the text fails when it runs.",
    fix: "Send values; to compute from signals use `data-store` or `data-computed-…` in the page.",
    ...eachSignalText,
    fault(text) {
      if (text.kind === "broken") return;
      const found = /(?<![\w$.])\$[a-z_][\w.]*(?!\s*:)(?![\w.])/i.exec(withoutStrings(text));
      if (!found) return;
      const spot = { name: found[0], from: found.index, to: found.index + found[0].length };
      return faultInStore(text, spot, "a value", "is not a signal here");
    },
  }),
  checkEach({
    rule: ["sig-only-if-missing", "SHOULD", "SIG-6"],
    title: "onlyIfMissing is true or false",
    why: "Any value except `true` counts as `false`: the user's input is overwritten.",
    fix: "Write `data: onlyIfMissing true`, or leave out the line.",
    noun: "line onlyIfMissing",
    items: (view) => linesOfEach("datastar-signal")(view).flat().filter(({ key }) => key === "onlyIfMissing"),
    fault: (line) =>
      !["true", "false"].includes(line.value.trim()) &&
      { expected: "true or false", actual: quoteSource(line.value), at: bytesOfLine(line) },
  }),
  checkNames({
    rule: ["sig-name", "MUST", "STO-16"],
    title: "Signals are not named value or peek",
    why: "The client does not merge the event, and only the browser's console shows the error.",
    fix: "Rename the signal.",
    ...eachSignalText,
    names: ["value", "peek"],
    problem: "is a name that the client reserves",
  }),
  checkNames({
    rule: ["sig-proto", "MUST", "STO-17"],
    title: "Signals are not named hasOwnProperty or __proto__",
    why: "With `hasOwnProperty` this merge or the next one fails; `__proto__` is silently lost.",
    fix: "Rename the signal; do not take names from user input.",
    ...eachSignalText,
    names: ["hasOwnProperty", "__proto__"],
    problem: "is a name that every object inherits",
  }),
  checkNames({
    rule: ["sig-own", "MUST", "STO-19"],
    title: "Signals are not named _dsPlugins",
    why: "It belongs to the client: without it the client cannot make any request.",
    fix: "Leave it out; do not send back the whole store of the request.",
    ...eachSignalText,
    names: ["_dsPlugins"],
    problem: "belongs to the client",
  }),
];

export const signals: StreamCheck<ClassicView>[] = [
  ...storeChecks,
  ...signalChecks,
  ...deleteChecks,
  ...redirectChecks,
  ...messageChecks,
];
