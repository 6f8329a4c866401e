/** The difference between the answer to a case and its expected result. */

import type { ByteRange } from "../../harness/mod.ts";
import type { CaseResult, ExpectedScript } from "../../vectors/v1/sdk/mod.ts";
import { describeAnswer } from "../checks/http.ts";
import { quoteSource, quoteText } from "../checks/quote.ts";
import { attributeOf, normalizeHtml } from "../markup.ts";
import type { V1Event } from "./interpret.ts";
import type { SdkAnswer } from "./sdk_evidence.ts";

/** A fault in one answer. */
export interface SdkFault {
  expected: string;
  actual: string;
  at?: ByteRange[];
}

/** Why an answer has no events that the client reads, if so. */
export function whyUnread({ stream: { exchange, form, events } }: SdkAnswer): string | undefined {
  if (exchange?.head?.status !== 200 || form !== "stream") return describeAnswer(exchange!);
  return events.length === 0 ? "an answer without an event" : undefined;
}

/** The difference between an answer and the expected result. */
export function differenceIn(answer: SdkAnswer): SdkFault | undefined {
  const { case: { expect, mayRefuse }, outcome, stream: { events } } = answer;
  const unread = whyUnread(answer);
  if (unread !== undefined) return mayRefuse ? undefined : { expected: "a stream with the events", actual: unread };
  const at = events.map(({ event }) => event.range);
  const changed = outcome?.intact.find(({ before, after }) => before !== after);
  if (changed) {
    const actual = changed.after === undefined ? `${changed.selector} is gone` : `it is ${quoteText(changed.after)}`;
    return { expected: `${quoteText(changed.before ?? "")} is not changed`, actual, at };
  }
  const isExact = expect.page !== undefined || expect.signals !== undefined;
  const [error] = outcome?.errors ?? [];
  if (error && isExact) {
    const { code, message } = error.error;
    return {
      expected: "events that the client can apply",
      actual: `it reports ${code}: ${message}`,
      at: [at[error.index]],
    };
  }
  const wrong = wrongPage(expect, outcome?.html) ?? wrongSignals(expect, outcome?.signals) ??
    wrongScripts(expect, events) ?? wrongRuns(expect, outcome?.scriptRuns);
  return wrong && { at, ...wrong };
}

function wrongPage({ page }: CaseResult, html: string | undefined): SdkFault | undefined {
  if (page === undefined || html === undefined) return;
  const [expected, actual] = [page, html].map((text) => normalizeHtml(text.replace(/\r\n?/g, "\n")));
  return expected === actual ? undefined : differenceOf("the page", expected, actual);
}

function wrongSignals({ signals }: CaseResult, found: unknown): SdkFault | undefined {
  if (signals === undefined || found === undefined) return;
  const [expected, actual] = [signals, found].map((value) => JSON.stringify(sortKeys(value)));
  return expected === actual ? undefined : differenceOf("the signals", expected, actual);
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, sortKeys(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Quotes two texts from a little before the place where they begin to differ. */
function differenceOf(what: string, expected: string, actual: string): SdkFault {
  let same = 0;
  while (same < expected.length && expected[same] === actual[same]) same++;
  const from = Math.max(0, same - 30);
  const quote = (text: string) => (from > 0 ? "…" : "") + quoteSource(text.slice(from), 80);
  return { expected: `${what} is ${quote(expected)}`, actual: quote(actual) };
}

/** An element of a script, as it came. */
interface SentScript extends Required<ExpectedScript> {
  at: ByteRange;
}

/** The elements of scripts that an answer brings. */
function scriptsIn(events: readonly V1Event[]): SentScript[] {
  return events.flatMap(({ event, markup }) => {
    const { instruction, range } = event;
    if (instruction?.type !== "elements") return [];
    const { mode, selector } = instruction;
    return (markup?.roots ?? []).filter(({ nodeName }) => nodeName === "script").map((root): SentScript => ({
      text: root.childNodes.map((node) => "value" in node ? node.value : "").join(""),
      attributes: Object.fromEntries(root.attrs.map(({ name, value }) => [name, value])),
      removed: /\bel\.remove\(\)/.test(attributeOf(root, "data-effect") ?? ""),
      place: `${mode} ${selector}`,
      at: range,
    }));
  });
}

function wrongScripts({ scripts }: CaseResult, events: readonly V1Event[]): SdkFault | undefined {
  if (!scripts) return;
  const sent = scriptsIn(events);
  if (sent.length !== scripts.length) {
    return { expected: `${scripts.length} <script> as the root of a patch`, actual: `there are ${sent.length}` };
  }
  for (const [i, { text, attributes = {}, removed, place }] of scripts.entries()) {
    const { at, ...script } = sent[i];
    if (text !== undefined && plainScript(script.text) !== plainScript(text)) {
      return { ...differenceOf("the script", plainScript(text), plainScript(script.text)), at: [at] };
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (script.attributes[name] === value) continue;
      const given = script.attributes[name];
      const actual = given === undefined ? `there is no ${name}` : quoteSource(given);
      return { expected: `the attribute ${name} is ${quoteSource(value)}`, actual, at: [at] };
    }
    if (removed !== undefined && script.removed !== removed) {
      const actual = script.removed ? "it removes itself" : "it does not remove itself";
      return { expected: `${removed ? "a" : "no"} data-effect="el.remove()"`, actual, at: [at] };
    }
    if (place !== undefined && script.place !== place) {
      return { expected: place, actual: quoteSource(script.place), at: [at] };
    }
  }
}

/** A script without the differences that do not matter: line ends, white space around it, and escapes of an end tag. */
const plainScript = (text: string) =>
  text.replace(/\r\n?/g, "\n").replace(/(?:<|\\u003c|\\x3c)\\?\/script/gi, "</script").trim();

function wrongRuns({ runs }: CaseResult, found: number | undefined): SdkFault | undefined {
  if (runs === undefined || found === undefined || runs === found) return;
  return { expected: `scripts run ${runs === 1 ? "once" : `${runs} times`}`, actual: `they run ${found} times` };
}
