/** The probes in the places that only v1 has: each wrong server is found, and no right one is. */

import { assert, assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { interpretExchange } from "../conformance/v1/interpret.ts";
import { findIntrusion } from "../conformance/v1/intrusion.ts";
import { type ProbeName, probeNames, probes } from "../conformance/probes.ts";
import type { Exchange } from "../conformance/recording.ts";

/** Writes the answer to a text. */
type Answer = (text: string) => string;

const html: Answer = (text) => text.replace(/[&<>"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
const oneLine: Answer = (text) => text.replace(/[\r\n]+/g, " ");
const event = (name: string, ...lines: string[]) =>
  `event: datastar-patch-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
const elements = (text: string) => event("elements", ...text.split(/\r\n|\r|\n/).map((line) => `elements ${line}`));

/** The probes that find something in the answers of a server. */
async function findingsOf(answer: Answer, type = "text/event-stream"): Promise<ProbeName[]> {
  const found: ProbeName[] = [];
  for (const name of probeNames) {
    const body = new TextEncoder().encode(answer(probes[name]));
    const head = {
      version: "1.1",
      status: 200,
      reason: "OK",
      headers: [["content-type", type] as [string, string]],
      at: 0,
    };
    const request = { method: "GET", path: "/", headers: {} };
    const exchange: Exchange = { name, request, head, body, chunks: [], ending: "complete", endedAt: 0 };
    if (findIntrusion(await interpretExchange("/", exchange))) found.push(name);
  }
  return found;
}

const wrong: [place: string, by: ProbeName, answer: Answer, type?: string][] = [
  ["in an element", "tag", (text) => elements(`<p id="p">${text}</p>`)],
  ["in lines that a carriage return ends", "cr", (text) => event("elements", `elements <p id="p">${text}</p>`)],
  ["in an option", "option-lf", (text) => event("elements", ...`elements <p>${text}</p>`.split("\n"))],
  [
    "as a selector",
    "selector-double",
    (text) => event("elements", `selector [title="${oneLine(text)}"]`, "elements <p>"),
  ],
  ["as a mode", "name", (text) => event("elements", `mode ${oneLine(text)}`, "elements <p>")],
  [
    "in the expression of an event",
    "code-single",
    (text) => elements(`<p data-on:click="@get('/x?q=${html(text)}')">`),
  ],
  ["in data-signals", "signal-single", (text) => elements(`<p data-signals="{a: '${html(text)}'}">`)],
  ["as the name of a signal", "name", (text) => elements(`<p data-bind="${html(oneLine(text))}">`)],
  [
    "in data-attr:href",
    "script-url",
    (text) => elements(`<a data-attr:href="'${html(JSON.stringify(text).slice(1, -1))}'">`),
  ],
  ["in signals by hand", "signal-double", (text) => event("signals", `signals {"a": "${oneLine(text)}"}`)],
  ["in an answer of HTML", "tag", (text) => `<p id="p">${text}</p>`, "text/html"],
  ["in an answer of JSON", "signal-double", (text) => `{"a": "${text}"}`, "application/json"],
  ["in an answer of JavaScript", "code-double", (text) => `alert("${text}")`, "text/javascript"],
];

const right: [place: string, answer: Answer, type?: string][] = [
  ["in an element", (text) => elements(`<p id="p" title="${html(text)}">${html(text)}</p>`)],
  ["in data-signals", (text) => elements(`<p data-signals="${html(JSON.stringify({ a: text }))}">`)],
  [
    "in the expression of an event",
    (text) => elements(`<p data-on:click="@get(${html(JSON.stringify(`/x?q=${encodeURIComponent(text)}`))})">`),
  ],
  ["in signals", (text) => event("signals", `signals ${JSON.stringify({ a: text })}`)],
  ["in an answer of HTML", (text) => `<p id="p">${html(text)}</p>`, "text/html"],
  ["in an answer of JSON", (text) => JSON.stringify({ a: text }), "application/json"],
  ["in an answer of JavaScript", (text) => `alert(${JSON.stringify(text)})`, "text/javascript"],
];

describe("it is found in v1 that the text is written", () => {
  for (const [place, by, answer, type] of wrong) {
    test(place, async () => {
      const found = await findingsOf(answer, type);
      assert(found.includes(by), `${by} is not among ${found.join(", ")}`);
    });
  }
});

describe("nothing is found in v1 where the text is written", () => {
  for (const [place, answer, type] of right) {
    test(place, async () => assertEquals(await findingsOf(answer, type), []));
  }
});
