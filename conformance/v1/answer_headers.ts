/** The checks of the headers by which a server gives the options of an answer that is not an event stream [V1-REQ-8]. */

import { v1 } from "../../harness/mod.ts";
import { fail, type Finding, notApplicable, pass, type StreamCheck } from "../check.ts";
import { joinedHeader } from "../checks/http.ts";
import { quoteSource } from "../checks/quote.ts";
import type { Definition } from "../checks/stream_checks.ts";
import { expectedWord } from "../checks/words.ts";
import { type AnswerForm, headersOf } from "./answer_form.ts";
import { checkRead } from "./answers.ts";
import { asksForEver } from "./failure.ts";
import { needsSelector } from "./modes.ts";
import type { V1View } from "./view.ts";

type Read = (name: string) => string;

/** A check of a header of answers that the client takes for this form. The client leaves out an empty header. */
function checkHeader(
  { form, header, run, ...info }: Definition<{
    form: AnswerForm;
    header: string;
    run: (value: string, read: Read, view: V1View) => Finding;
  }>,
): StreamCheck<V1View> {
  return checkRead({
    ...info,
    run(answer, view) {
      if (view.form !== form || view.whyNoStream !== undefined) {
        return notApplicable("the client does not read this header of such an answer");
      }
      const value = joinedHeader(answer, header);
      return value === ""
        ? notApplicable(`the answer has no ${header}`)
        : run(value, (name) => joinedHeader(answer, name), view);
    },
  });
}

/** The finding about a header with one of these values. */
const findWord = (header: string, value: string, words: readonly string[]): Finding =>
  words.includes(value) ? pass(value) : fail(expectedWord(value, words), `${header}: ${quoteSource(value)}`);

const booleans = ["true", "false"];

export const headerChecks: StreamCheck<V1View>[] = [
  checkHeader({
    rule: ["v1-header-mode", "MUST", "V1-REQ-8"],
    title: "The header datastar-mode has a mode that the client knows",
    why: "The client reports an error, and the page does not change.",
    fix: `Use one of ${v1.dialect.modes.join(", ")}, or leave the header out for outer.`,
    form: "elements",
    header: "datastar-mode",
    run: (mode) => findWord("datastar-mode", mode, v1.dialect.modes),
  }),
  checkHeader({
    rule: ["v1-header-selector-needed", "MUST", "V1-REQ-8"],
    title: "A datastar-mode that needs a selector has a datastar-selector",
    why: "The client reports an error, and the page does not change.",
    fix: "Send the header `datastar-selector` too. Only the modes outer and replace find their targets by ids.",
    form: "elements",
    header: "datastar-mode",
    run(mode, read) {
      if (!needsSelector(mode)) return notApplicable(`the mode ${quoteSource(mode)} needs no selector`);
      const selector = read("datastar-selector");
      return selector === "" ? fail("a datastar-selector", `datastar-mode: ${mode} without it`) : pass(selector);
    },
  }),
  checkHeader({
    rule: ["v1-header-selector", "MUST", "V1-REQ-8"],
    title: "The header datastar-selector is a valid selector",
    why: "The client reports an error, and the page does not change.",
    fix: "Write a CSS selector, such as `#list`. In selectors, escape ids that begin with a digit or have other signs.",
    form: "elements",
    header: "datastar-selector",
    run: (selector, _, { isSelector }) =>
      isSelector(selector) ? pass(selector) : fail("a selector", `datastar-selector: ${quoteSource(selector)}`),
  }),
  checkHeader({
    rule: ["v1-header-namespace", "MUST", "V1-REQ-8"],
    title: "The header datastar-namespace is html, svg or mathml",
    why: "The client reports an error, and the page does not change.",
    fix: "Use one of html, svg, mathml, or leave the header out for html.",
    form: "elements",
    header: "datastar-namespace",
    run: (namespace) => findWord("datastar-namespace", namespace, v1.dialect.namespaces),
  }),
  checkHeader({
    rule: ["v1-header-view-transition", "SHOULD", "V1-REQ-8"],
    title: "The header datastar-use-view-transition is true or false",
    why: "The client takes all other values for false: the change is not animated.",
    fix: "Write `true`, or leave the header out.",
    form: "elements",
    header: "datastar-use-view-transition",
    run: (value) => findWord("datastar-use-view-transition", value, booleans),
  }),
  checkHeader({
    rule: ["v1-header-only-if-missing", "SHOULD", "V1-REQ-8"],
    title: "The header datastar-only-if-missing is true or false",
    why: "The client takes all other values for false, and overwrites signals that the user has changed.",
    fix: "Write `true`, or leave the header out.",
    form: "signals",
    header: "datastar-only-if-missing",
    run: (value) => findWord("datastar-only-if-missing", value, booleans),
  }),
  checkHeader({
    rule: ["v1-header-script-attributes", "MUST", "V1-REQ-8"],
    title: "The header datastar-script-attributes is a JSON object of attributes",
    why: `The client fails before the script runs: it ${asksForEver}.`,
    fix: 'Write JSON with the names and values of attributes, such as `{"type": "module"}`.',
    form: "script",
    header: "datastar-script-attributes",
    run(value) {
      const name = findBadAttribute(value);
      if (name === undefined) return pass(value);
      const actual = `datastar-script-attributes: ${quoteSource(value)}`;
      return fail(
        "a JSON object",
        name === "" ? actual : `${actual}: the browser refuses the name ${quoteSource(name)}`,
      );
    },
  }),
  checkRead({
    rule: ["v1-header-read", "SHOULD", "V1-REQ-8"],
    title: "The client reads each header that begins with datastar-",
    why: "The client ignores the header, and its option has no effect.",
    fix:
      "Send the options of an event stream as lines of data. HTML has the headers datastar-selector, datastar-mode, " +
      "datastar-namespace and datastar-use-view-transition, and JSON has datastar-only-if-missing.",
    run({ head: { headers } }, { form }) {
      const given = headers.map(([name]) => name.toLowerCase()).filter((name) => name.startsWith("datastar-"));
      if (given.length === 0) return notApplicable("the answer has no such header");
      const known = Object.keys(headersOf[form]);
      const unread = given.find((name) => !known.includes(name));
      if (unread === undefined) return pass(given.join(", "));
      return fail(
        known.length > 0 ? expectedWord(unread, known) : "no such header",
        unread,
      );
    },
  }),
];

/** The first name that the browser refuses; nothing if there is none; an empty text for what cannot be read. */
function findBadAttribute(json: string): string | undefined {
  try {
    const attributes: unknown = JSON.parse(json);
    if (attributes === null) return "";
    return Object.keys(Object(attributes)).find((name) => !/^[^\0\s>/=]+$/.test(name));
  } catch {
    return "";
  }
}
