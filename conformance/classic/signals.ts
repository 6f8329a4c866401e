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
    title: "Each line of a signal begins with store or onlyIfMissing",
    why: `The client raises: ${afterError}.`,
    fix: "Begin each line of the text with `store`, the second and all others too.",
    event: "datastar-signal",
    keys: ["store", "onlyIfMissing"],
    firstLineOnly: false,
  }),
  checkEach({
    rule: ["sig-compile", "SHOULD", "SIG-5"],
    title: "The text of each signal compiles",
    why: "The store stays as it was, and only the browser's console says so.",
    fix: "Write the signals with a serializer for JSON.",
    ...eachSignalText,
    fault: (text) =>
      text.kind === "broken" && faultInStore(text, text.problem, "JSON", `is where it breaks: ${text.problem.name}`),
  }),
  checkEach({
    rule: ["sig-object", "MUST", "SIG-3"],
    title: "The text of each signal is an object",
    why: "A number or `null` changes nothing; of a text or a list the client makes signals `0`, `1` and so on.",
    fix: "Send an object: signals by name.",
    ...eachSignalText,
    fault: (text) => text.kind === "other" && faultInStore(text, wholeText(text), "an object", "is none"),
  }),
  checkEach({
    rule: ["sig-reference", "SHOULD", "SIG-4"],
    title: "No signal reads another with a dollar sign",
    why: "The client rewrites nothing here: `$x` is a variable that is not there, and the text fails as it runs.",
    fix: "Send values; to compute from signals use `data-store` or `data-computed-…` in the page.",
    ...eachSignalText,
    fault(text) {
      if (text.kind === "broken") return;
      const found = /(?<![\w$.])\$[a-z_][\w.]*(?!\s*:)(?![\w.])/i.exec(withoutStrings(text));
      if (!found) return;
      const spot = { name: found[0], from: found.index, to: found.index + found[0].length };
      return faultInStore(text, spot, "a value", "is no signal here");
    },
  }),
  checkEach({
    rule: ["sig-only-if-missing", "SHOULD", "SIG-6"],
    title: "onlyIfMissing is true or false",
    why: "All but `true` counts as `false`: what the reader has entered is overwritten.",
    fix: "Write `data: onlyIfMissing true`, or leave the line out.",
    noun: "line onlyIfMissing",
    items: (view) => linesOfEach("datastar-signal")(view).flat().filter(({ key }) => key === "onlyIfMissing"),
    fault: (line) =>
      !["true", "false"].includes(line.value.trim()) &&
      { expected: "true or false", actual: quoteSource(line.value), at: bytesOfLine(line) },
  }),
  checkNames({
    rule: ["sig-name", "MUST", "STO-16"],
    title: "No signal is named value or peek",
    why: "The client merges nothing of the event, and only the browser's console says so.",
    fix: "Give the signal another name.",
    ...eachSignalText,
    names: ["value", "peek"],
    problem: "is a name that the client's signals use themselves",
  }),
  checkNames({
    rule: ["sig-proto", "MUST", "STO-17"],
    title: "No signal is named hasOwnProperty or __proto__",
    why: "With `hasOwnProperty` this merge or the next one fails; `__proto__` is lost without a word.",
    fix: "Give the signal another name; take no names from strangers.",
    ...eachSignalText,
    names: ["hasOwnProperty", "__proto__"],
    problem: "is a name that objects use themselves",
  }),
  checkNames({
    rule: ["sig-own", "MUST", "STO-19"],
    title: "No signal is named _dsPlugins",
    why: "It belongs to the client: without it no further request can be made.",
    fix: "Leave it out; do not send the whole store back that came with the request.",
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
