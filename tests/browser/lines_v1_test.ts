/** The faults of v1's answers and lines in the real client, where its file is given: each has the harm that its check says. */

import { assertEquals } from "@std/assert";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { healthy as healthyAnswers, mutants as answerMutants, silent } from "../mutants/v1/answers.ts";
import { healthy as healthyStreams, mutants as streamMutants } from "../mutants/v1/lines.ts";
import { answersOf } from "../mutants/http.ts";
import { launch } from "../support/browser.ts";
import { clientFile } from "../support/client_v1.ts";
import { slow } from "../support/process.ts";

/** The end of a request in the client. */
interface Seen {
  /** Whether the client sends the request again. */
  again: boolean;
  /** Whether it reports an error. */
  error: boolean;
  /** Whether the page has changed. */
  changed: boolean;
}

/** The harm of a fault, by the check that finds it. Of other checks, the harm is not seen in one request. */
const harms: Readonly<Record<string, Partial<Seen>>> = {
  "v1-http-status": { changed: false },
  "v1-http-type-case": { changed: false },
  "v1-http-end": { again: true },
  "v1-header-mode": { error: true, changed: false },
  "v1-header-selector-needed": { error: true, changed: false },
  "v1-header-selector": { error: true, changed: false },
  "v1-header-namespace": { error: true, changed: false },
  "v1-header-script-attributes": { again: true },
  "v1-sse-events": { changed: false },
  "v1-sse-name": { changed: false },
  "v1-sse-known-name": { changed: false },
  "v1-sse-data": { changed: false },
  "v1-key-reserved": { again: true, changed: false },
  "v1-mode": { error: true, changed: false },
  "v1-mode-generation": { error: true, changed: false },
  "v1-value-space": { error: true, changed: false },
  "v1-namespace": { error: true, changed: false },
  "v1-mode-selector": { error: true, changed: false },
  "v1-remove-selector": { error: true, changed: false },
  "v1-selector": { error: true, changed: false },
  "v1-transition-selector": { error: true, changed: false },
  "v1-signals-key": { error: true, changed: false },
};

const { sized } = answersOf("", ["content-type: text/event-stream", "cache-control: no-store"]);

/** An answer, and what has to be seen of it. */
interface Case {
  name: string;
  answer: (socket: Socket) => void;
  expected: Partial<Seen>;
}

const answerTo = (stream: string | Uint8Array) => sized(new TextEncoder().encode(String(stream)).length, stream);

const cases: Case[] = [
  ...answerMutants.filter(({ leaveAfter, timeout }) => leaveAfter === undefined && timeout === undefined),
  ...streamMutants.filter(({ name, stream }) => !name.includes("second event") && typeof stream === "string")
    .map(({ name, trips, stream }) => ({ name, trips, answer: answerTo(stream) })),
].flatMap(({ name, trips, answer }) => {
  const expected = Object.assign({}, ...trips.map((id) => harms[id]));
  return Object.keys(expected).length > 0 ? [{ name: `${trips.join(", ")}: ${name}`, answer, expected }] : [];
});

const right: Case[] = [
  ...healthyAnswers.filter(({ leaveAfter }) => leaveAfter === undefined),
  ...silent,
  ...healthyStreams.map((stream) => ({ name: JSON.stringify(stream).slice(0, 100), answer: answerTo(stream) })),
].map(({ name, answer }) => ({ name, answer, expected: { again: false, error: false } }));

const all = [...cases, ...right];

/** A page that makes one request, and tells when it has ended. */
const pageFor = (number: string) =>
  `<!doctype html><script>
    globalThis.ended = new Promise((resolve) => document.addEventListener("datastar-fetch", ({ detail: { type } }) => {
      if (type === "finished" || type === "retrying") resolve(type);
    }));
  </script>
  <body data-signals="{a: 0}"><p id="price">old</p><p id="a">a</p><p id="b">b</p><ul id="list"></ul>
  <svg id="chart"></svg><b data-init="@get('/answers/${number}')"></b>
  <script type="module" src="/client.js"></script><script>globalThis.text = document.body.innerHTML</script>`;

describe("in the real client of v1", { skip: !clientFile, ...slow }, () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let url: string;
  let errors = 0;

  before(async () => {
    const client = await readFile(clientFile!, "utf8");
    const send = (socket: Socket, type: string, body: string) =>
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n${body}`);
    server = createServer((socket) => {
      socket.on("error", () => {}); // the browser has left
      socket.once("data", (bytes) => {
        const [, folder, number] = /^GET \/(\w+)[/.](\w+)/.exec(String(bytes)) ?? [];
        if (folder === "answers") all[Number(number)].answer(socket);
        else if (folder === "client") send(socket, "text/javascript", client);
        else send(socket, "text/html", pageFor(number));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launch();
    page = await browser.newPage();
    page.on("pageerror", () => errors++);
  }, slow);

  after(async () => {
    await browser.close();
    server.close();
  }, slow);

  async function see(number: number): Promise<Seen> {
    errors = 0;
    await page.goto(`${url}pages/${number}`, { waitUntil: "domcontentloaded" });
    const seen = await page.evaluate(async () => {
      const { ended, text } = globalThis as unknown as { ended: Promise<string>; text: string };
      const again = await ended === "retrying";
      return { again, changed: document.body.innerHTML !== text };
    });
    return { ...seen, error: errors > 0 };
  }

  for (const [number, { name, expected }] of all.entries()) {
    test(`${number < cases.length ? "" : "nothing is wrong with "}${name}`, slow, async () => {
      const seen = await see(number);
      assertEquals({ ...seen, ...expected }, seen);
    });
  }
});
