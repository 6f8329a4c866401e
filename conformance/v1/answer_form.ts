/**
 * The forms of an answer. By its type, the client takes a body that is no event stream for one event, or for a script, and
 * reads its options from headers [V1-REQ-7, V1-REQ-8].
 */

import { joinedHeader } from "../checks/http.ts";
import type { Exchange } from "../recording.ts";

/** The form of an answer. */
export type AnswerForm = "stream" | "elements" | "signals" | "script";

/** The forms, in the order in which the client looks for a part of the type. It compares letter by letter. */
const forms: readonly [part: string, form: AnswerForm][] = [
  ["text/html", "elements"],
  ["application/json", "signals"],
  ["text/javascript", "script"],
];

/** The form that the client sees in an answer. Of other statuses than 200 it reads nothing. */
export function formOf(exchange: Exchange): AnswerForm {
  if (exchange.head?.status !== 200) return "stream";
  const type = joinedHeader(exchange, "content-type");
  return forms.find(([part]) => type.includes(part))?.[1] ?? "stream";
}

/** Whether a type has the letters of such a part, but in capitals: the client reads the body as an event stream. */
export function isInCapitals(exchange: Exchange): boolean {
  const type = joinedHeader(exchange, "content-type");
  return !forms.some(([part]) => type.includes(part)) && forms.some(([part]) => type.toLowerCase().includes(part));
}

/** Bytes at the beginning of a body that are looked at. */
const looked = 64 * 1024;

/** Whether a body is an event stream with events of Datastar, whatever its type says. HTML may only quote one. */
export function holdsEvents({ body }: Pick<Exchange, "body">): boolean {
  const lines = new TextDecoder().decode(body.subarray(0, looked)).split(/\r\n|\r|\n/);
  const first = lines.find((line) => line !== "" && !line.startsWith(":")) ?? "";
  return /^(?:event|data|id|retry):/.test(first) && lines.some((line) => /^event: ?datastar-/.test(line));
}

/** The headers that the client reads of each form, and the keys of the event that they stand for. */
export const headersOf: Record<AnswerForm, Readonly<Record<string, string>>> = {
  stream: {},
  elements: {
    "datastar-selector": "selector",
    "datastar-mode": "mode",
    "datastar-namespace": "namespace",
    "datastar-use-view-transition": "useViewTransition",
  },
  signals: { "datastar-only-if-missing": "onlyIfMissing" },
  script: { "datastar-script-attributes": "attributes" },
};

/**
 * Writes an answer as the event stream that has the same effect. There is none for a script, nor for an answer without its
 * end, since the client uses no part of it. An empty body has an effect: HTML can remove its target [PEL-20].
 */
export function toStream(form: Exclude<AnswerForm, "stream">, exchange: Exchange): Uint8Array {
  if (form === "script" || exchange.ending !== "complete") return new Uint8Array();
  const options = Object.entries(headersOf[form]).flatMap(([header, key]) => {
    const value = joinedHeader(exchange, header);
    return value === "" ? [] : [`data: ${key} ${value}`];
  });
  const content = new TextDecoder().decode(exchange.body).split(/\r\n|\r|\n/).map((line) => `data: ${form} ${line}`);
  const lines = [`event: datastar-patch-${form}`, ...options, ...content, "", ""];
  return new TextEncoder().encode(lines.join("\n"));
}
