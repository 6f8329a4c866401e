/**
 * Servers with one small fault each.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { inputNames } from "../../conformance/classic/contract.ts";
import { event, finish, head, type Parts, type WrongPeer } from "./base.ts";

const kept = (...names: string[]) => names.map((name) => `get-keeps-${name}`);

/** A server that changes the text that it sends back. */
const echoes = (echo: Parts["echo"]) => (): Partial<Parts> => ({ echo });

/** A server with another page. */
const withPage = (from: string | RegExp, to: string) => ({ page }: Parts): Partial<Parts> => {
  const changed = page.replace(from, () => to);
  if (changed === page) throw new Error(`The page has no ${from}`);
  return { page: changed };
};

/** The text that comes back. */
const texts: WrongPeer[] = [
  {
    name: "the text that comes back is decoded twice",
    fails: kept("spaces"),
    parts: echoes((text) => text.replace(/%20/g, " ")),
  },
  {
    name: "letters beyond ASCII are decoded as Latin-1",
    fails: kept("emoji", "letters", "right-to-left", "line-separator", "lone-surrogate"),
    parts: echoes((text) => Buffer.from(text).toString("latin1")),
  },
  {
    name: "the text is brought into a form with letters and accents apart",
    fails: kept("emoji", "letters"),
    parts: echoes((text) => text.normalize("NFD")),
  },
  {
    name: "invisible joiners are taken out of the text",
    fails: kept("emoji"),
    parts: echoes((text) => text.replaceAll("\u200d", "")),
  },
  {
    name: "white space in the text is collapsed",
    fails: kept("spaces", "tab", "cr", "lf", "line-separator"),
    parts: echoes((text) => text.replace(/\s+/g, " ")),
  },
  {
    name: "only a less-than sign is escaped in the text, which needs no escape",
    fails: kept("angle-brackets"),
    parts: echoes((text) => text.replaceAll("<", "&lt;")),
  },
  {
    name: "the text comes back with two of three bytes of a letter where a buffer ends",
    fails: kept("8-kb"),
    parts: echoes((text) => text.length > 4096 ? `${text.slice(0, 4095)}\uFFFD${text.slice(4096)}` : text),
  },
  {
    name: "the length is that in bytes of UTF-16",
    fails: ["get-length"],
    parts: () => ({ count: (text) => text.length * 2 }),
  },
  {
    name: "the length leaves out white space at the ends",
    fails: ["get-length"],
    parts: () => ({ count: (text) => text.trim().length }),
  },
  {
    name: "a hand-made encoder of JSON forgets control characters",
    fails: [
      ...kept("cr", "lf", "nul"),
      "sse-field",
      "frg-merge",
      "frg-option-once",
      "html-root",
      "get-no-injection",
    ],
    parts: () => ({
      store: ({ input, output, show }) =>
        JSON.stringify({ input, output, show })
          .replace(/\\r/g, "\r").replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\u0000/g, "\0")
          .replace(/[;$~'<>&`\u2028\u2029]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    }),
  },
  {
    name: "whether the feed is shown comes back as a text",
    fails: ["get-other-signals"],
    parts: () => ({ answer: ({ show, ...signals }) => ({ ...signals, show: String(show) }) }),
  },
  {
    name: "the text stands in an attribute without quotes, too",
    fails: ["get-no-injection", "get-keeps-empty"],
    parts: ({ update }) => ({
      update: (attribute, input) =>
        update(`title=${input.replace(/[&<>"'`\r\n]/g, (unit) => `&#${unit.charCodeAt(0)};`)} ${attribute}`, input),
    }),
  },
];

/** What the server does with a text, or with what it knew before. */
const memories: WrongPeer[] = [
  {
    name: "answers are kept under the length of a short text",
    fails: kept("backtick", "tab", "nul", "lone-surrogate", "line-separator", "digits", "number"),
    parts() {
      const texts = new Map<number, string>();
      return {
        echo(text) {
          if (text.length > 5) return text;
          texts.set(text.length, texts.get(text.length) ?? text);
          return texts.get(text.length)!;
        },
      };
    },
  },
  {
    name: "the answer is added to the output of before",
    fails: ["get-output"],
    parts: ({ answer }) => ({
      answer: (signals) => ({ ...answer(signals), output: `old ${signals.output}` }),
    }),
  },
  {
    name: "the answer empties the input",
    fails: kept(...inputNames.filter((name) => name !== "empty")),
    parts: ({ answer }) => ({ answer: (signals) => ({ ...answer(signals), input: "" }) }),
  },
  {
    name: "half of a surrogate pair is refused",
    fails: kept("lone-surrogate"),
    parts: ({ read }) => ({
      read(parameter) {
        const signals = read(parameter);
        if (signals?.input?.isWellFormed?.() === false) throw new Error("The text is not well-formed");
        return signals;
      },
    }),
  },
  {
    name: "the text stands in a comment, too",
    fails: ["get-no-injection", "html-tags"],
    parts: ({ update }) => ({
      update: (attribute, input) =>
        update(attribute, input).replace("</main>", () => `<!-- ${input.replace(/[\r\n\0]/g, " ")} --></main>`),
    }),
  },
  {
    name: "the text is the address of a link in the fragment, without its scheme being looked at",
    fails: ["get-no-injection"],
    parts: ({ update }) => ({
      update: (attribute, input) =>
        update(attribute, input).replace(
          "</main>",
          () => `<a href="${input.replace(/[&<>"\r\n\0]/g, (unit) => `&#${unit.charCodeAt(0)};`)}">again</a></main>`,
        ),
    }),
  },
];

/** How events are written. */
const events: WrongPeer[] = [
  {
    name: "the second line of the HTML has no field name",
    fails: ["sse-junk", "html-tags"],
    parts: ({ element }) => ({ element: (time) => element(time).replace("</div>", "\n</div>") }),
  },
  {
    name: "the time comes in two events, and a blank line is missing after the second",
    fails: ["sse-final-blank"],
    parts: ({ element }) => ({ element: (time) => element(time) + element(time).slice(0, -1) }),
  },
  {
    name: "the feed's events have the name in the plural",
    fails: ["sse-known-name", "feed-goes-on"],
    parts: ({ tick }) => ({ tick: (value, n) => tick(value, n).replace("-fragment", "-fragments") }),
  },
  {
    name: "each event of the feed begins with a byte order mark",
    fails: ["sse-bom-inside"],
    parts: ({ tick }) => ({ tick: (value, n) => `\uFEFF${tick(value, n)}` }),
  },
  {
    name: "each event of the feed has an id in Greek",
    fails: ["sse-id-letters"],
    parts: ({ tick }) => ({ tick: (value, n) => `id: τ${n}\n${tick(value, n)}` }),
  },
  {
    name: "the option for the merge mode has the name that a function's parameter has",
    fails: ["frg-key"],
    parts: ({ element }) => ({ element: (time) => element(time).replace("data:", "data: mergeMode morph\ndata:") }),
  },
  {
    name: "the merge mode is written as in later generations",
    fails: ["frg-merge", "get-event"],
    parts: ({ update }) => ({
      update: (attribute, input) => update(attribute, input).replace("upsert_attributes", "upsertAttributes"),
    }),
  },
  {
    name: "the new store is sent as a signal, which an older client would not know",
    fails: ["get-event"],
    parts: ({ store }) => ({
      attribute: (expression) => expression,
      store,
      update: (expression) => event("signal", `store ${expression}`),
    }),
  },
  {
    name: "the feed is for another element from the second event on",
    fails: ["feed-element", "dom-target"],
    parts: ({ tick }) => ({
      tick: (value, n) => n === 0 ? tick(value, n) : tick(value, n).replace('"feed"', `"feed-${n}"`),
    }),
  },
  {
    name: "the feed's element is addressed by its class, which it does not have",
    fails: ["feed-element", "dom-target"],
    parts: ({ tick }) => ({ tick: (value, n) => tick(value, n).replace("data: vt", "data: selector .feed\ndata: vt") }),
  },
  {
    name: "the id of the time's element is in capitals",
    fails: ["target-element", "dom-target"],
    parts: ({ element }) => ({ element: (time) => element(time).replace('"target"', '"Target"') }),
  },
  {
    name: "the feed changes only an attribute, which shows nothing",
    fails: ["feed-varies"],
    parts: ({ tick }) => ({
      tick: (value, n) => tick("now", n).replace("<span", `<span title="${value}"`),
    }),
  },
  {
    name: "the time is shown without its seconds",
    fails: ["target-moves"],
    parts: () => ({ time: () => new Date().toISOString().slice(0, 16) }),
  },
  {
    name: "the truth is written as in Python",
    fails: ["get-output"],
    parts: ({ store }) => ({ store: (signals) => store(signals).replace(/(true|false)\}$/, "False}") }),
  },
];

/** What becomes of the page. */
const effects: WrongPeer[] = [
  {
    name: "the element with the store is addressed by the attribute with the store, which the client takes away",
    fails: ["get-root", "get-output", "dom-target"],
    parts: () => ({
      update: (attribute) =>
        event("fragment", "selector [data-store]", "merge upsert_attributes", `fragment <main ${attribute}></main>`),
    }),
  },
  {
    name: "the template escapes the fragment of the time as a whole",
    fails: ["html-root", "target-element", "target-time", "target-moves"],
    parts: ({ element }) => ({ element: (time) => element(time).replaceAll("<", "&lt;") }),
  },
  {
    name: "each event of the feed is put into the one before",
    fails: ["dom-nested"],
    parts: ({ tick }) => ({ tick: (value, n) => tick(value, n).replace("data: vt", "data: merge append\ndata: vt") }),
  },
  {
    name: "the feed replaces its element by one that asks for the feed again",
    fails: ["html-load-loop"],
    parts: ({ tick }) => ({
      tick: (value, n) =>
        tick(value, n).replace("data: vt", "data: merge outer\ndata: vt")
          .replace("<span", () => `<span data-on-load="$$get('/feed')"`),
    }),
  },
  {
    name: "the feed replaces its element by one with another id",
    fails: ["dom-target"],
    parts: ({ tick }) => ({
      tick: (value, n) =>
        tick(value, n).replace("data: vt", "data: selector #feed\ndata: merge outer\ndata: vt")
          .replace('"feed"', '"value"'),
    }),
  },
  {
    name: "the time is merged by its attributes, and so not shown",
    fails: ["target-time", "target-moves"],
    parts: ({ element }) => ({
      element: (time) => element(time).replace("data:", "data: merge upsert_attributes\ndata:"),
    }),
  },
  {
    name: "the feed's element is addressed as the one that asked, which is a different one",
    fails: ["feed-element", "dom-raises"],
    parts: ({ page, tick }) => ({
      page: page.replace(` data-on-load="$$get('/feed')"`, "").replace(
        "data-show",
        () => `data-on-load="$$get('/feed')" data-show`,
      ),
      tick: (value, n) => tick(value, n).replace("data: vt", "data: selector self\ndata: vt"),
    }),
  },
];

/** What a reader sees only after a while. */
const later: WrongPeer[] = [
  {
    name: "the feed ends after five events",
    fails: ["feed-lasts"],
    live: true,
    parts: ({ open }) => ({
      open(socket, headers) {
        const write = open(socket, headers);
        let n = 0;
        return (bytes) => n++ < 5 ? write(bytes) : socket.end("0\r\n\r\n");
      },
    }),
  },
  {
    name: "the feed stands still after five events",
    fails: ["feed-lasts"],
    live: true,
    parts: ({ open }) => ({
      open(socket, headers) {
        const write = open(socket, headers);
        let n = 0;
        return (bytes) => n++ < 5 && write(bytes);
      },
    }),
  },
  {
    name: "the blank line after an event of the feed comes with the next event",
    fails: ["live-blank-line"],
    parts: ({ tick }) => ({ tick: (value, n) => (n === 0 ? "" : "\n") + tick(value, n).slice(0, -1) }),
  },
];

/** How answers are sent. */
const answers: WrongPeer[] = [
  {
    name: "the length is that of the body before it was compressed",
    fails: ["http-end", ...kept("8-kb")],
    parts: () => ({
      send(socket, { status, headers, body }, request) {
        const more = { "content-length": String(body.length), "content-encoding": "gzip" };
        if (body.length < 8_000 || request.url.pathname !== "/get") {
          finish(socket, request, head(status, headers), body);
        } else finish(socket, request, head(status, { ...headers, ...more }), gzipSync(body));
      },
    }),
  },
  {
    name: "chunks are counted in characters",
    fails: ["http-end", "target-event"],
    parts: ({ element }) => ({
      element: (time) => element(`à ${time}`),
      send(socket, { status, headers, body }, request) {
        const size = new TextDecoder().decode(body).length.toString(16);
        const start = head(status, { ...headers, "transfer-encoding": "chunked" });
        finish(socket, request, start, `${size}\r\n`, body, "\r\n0\r\n\r\n");
      },
    }),
  },
  {
    name: "HEAD is answered with the body, a moment after the head",
    fails: ["req-head-body"],
    parts: ({ send }) => ({
      send(socket, answer, request) {
        if (request.method !== "HEAD") return send(socket, answer, request);
        socket.write(head(answer.status, { ...answer.headers, "content-length": String(answer.body.length) }));
        setTimeout(() => socket.end(answer.body), 15);
      },
    }),
  },
  {
    name: "an empty parameter is answered with half an event stream",
    fails: ["bad-empty"],
    parts: () => ({
      handle(request, socket, go) {
        if (request.url.searchParams.get("datastar") !== "") return go();
        const headers = { "content-type": "text/event-stream", "content-length": "90" };
        finish(socket, request, head(400, headers), "event: datastar-console\n");
      },
    }),
  },
  {
    name: "the feed deals its events out among its readers",
    live: true,
    fails: ["live-many"],
    parts({ open }) {
      const readers: ((bytes: Uint8Array) => unknown)[] = [];
      let next = 0;
      return {
        open(socket, headers) {
          const write = open(socket, headers);
          readers.push(write);
          socket.on("close", () => readers.splice(readers.indexOf(write), 1));
          return (bytes) => write === readers[0] && readers[next++ % readers.length](bytes);
        },
      };
    },
  },
];

/** The page. */
const pages: WrongPeer[] = [
  {
    name: "whether the feed is shown is a number in the page",
    fails: ["page-store"],
    parts: withPage('"show":true', '"show":1'),
  },
  {
    name: "the signal of the input is misspelt in the page's store",
    fails: ["page-starts"],
    parts: withPage('"input":""', '"imput":""'),
  },
  {
    name: "the page has a second element for the feed",
    fails: ["page-feed"],
    parts: withPage("</main>", '<div hidden id="feed"></div></main>'),
  },
  {
    name: "all of the page that matters is in a template",
    fails: ["page-main", "page-target", "page-feed", "page-store", "dom-target", "get-output"],
    parts: ({ page }) => ({ page: page.replace("<main", "<template><main").replace("</main>", "</main></template>") }),
  },
  {
    name: "the element with the store has no id",
    fails: ["page-main", "dom-target", "get-output"],
    parts: withPage(' id="main"', ""),
  },
  {
    name: "the page is in Latin-1 and says that it is UTF-8",
    fails: ["page-utf8"],
    parts: ({ page }) => ({
      page: page.replace("Type here", "Écrivez"),
      encode: (text) => Buffer.from(text, text.includes("<html") ? "latin1" : "utf8"),
    }),
  },
  {
    name: "the client has another address than the page says",
    fails: ["page-client"],
    parts: withPage("/datastar.js", "/js/datastar.js"),
  },
  {
    name: "the client is sent as plain text, which is no module to a browser",
    fails: ["page-client"],
    parts: () => ({
      handle({ url }, socket, go) {
        if (url.pathname !== "/datastar.js") return go();
        socket.end(head(200, { "content-type": "text/plain", "content-length": "1" }) + ";");
      },
    }),
  },
  {
    name: "the page's policy forbids the client to make functions of its attributes",
    fails: ["page-csp"],
    parts: ({ pageHeaders }) => ({
      pageHeaders: { ...pageHeaders, "content-security-policy": "default-src 'self'; script-src 'self'" },
    }),
  },
  {
    name: "the output shows the input",
    fails: ["page-bindings"],
    parts: withPage('data-text="$output"', 'data-text="$input"'),
  },
];

/** The servers, each of which the checker finds the fault of. */
export const wrong: WrongPeer[] = [...texts, ...memories, ...events, ...effects, ...later, ...answers, ...pages];
