/**
 * A good server of the example, and versions of it with one fault each.
 *
 * @module
 */

import {
  type BaseParts,
  createBaseParts,
  type DialectParts,
  hangUp,
  hold,
  html500,
  is,
  plainText,
  serveAll,
  type ServerMutant as BaseMutant,
  type Signals,
  stream,
  withBad,
  withGet,
  withPage,
} from "./serve.ts";
import {
  getFaults,
  kept,
  liveFaults,
  pageFaults,
  requestFaults,
  sharedDeviations,
  updateFaults,
} from "./server_faults.ts";

/** The parts of the server. A fault replaces one of them. */
export interface Parts extends BaseParts {
  /** The store as JSON. */
  json: (signals: Signals) => string;
  /** The attribute of a start tag that holds it. */
  attribute: (json: string) => string;
  /** The events that `/get` sends. */
  update: (attribute: string) => string;
}

/** A server with one fault. */
export type ServerMutant = BaseMutant<Parts>;

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Example</title>
<script type="module" src="/datastar.js"></script>
</head>
<body>
<main id="main" data-store="{&quot;input&quot;:&quot;&quot;,&quot;output&quot;:&quot;&quot;,&quot;show&quot;:true}">
<input id="input" data-model="input">
<button id="send" data-on-click="$$get('/get')">Send</button>
<button id="ask" data-on-click="$$get('/target')">Ask</button>
<button id="toggle" data-on-click="$show = !$show">Toggle</button>
<div id="output" data-text="$output"></div>
<div id="target"></div>
<div id="shown" data-show="$show"><span id="feed" data-on-load="$$get('/feed')"></span></div>
</main>
</body>
</html>
`;

const event = (name: string, ...lines: string[]) =>
  `event: datastar-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;

const refusal = (status: number, message: string) => stream(event("console", `error ${message}`), status);

const escapes = /[;$~'<>&`\u2028\u2029]/g;
const escapeCode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const quoted = (json: string) => `data-store="${json.replaceAll('"', "&quot;")}"`;

/** Creates the parts of a server, some of which may have a fault. */
export function createParts(alter: (good: Parts) => Partial<Parts> = () => ({}), now = Date.now): Parts {
  let ticks = 0xfeed0000;
  const parts = {} as Parts;
  const own: DialectParts = {
    html,
    clientText: 'const names = ["datastar-fragment"];',
    refusal,
    write: (signals) => parts.update(parts.attribute(parts.json(signals))),
    element: (time) => event("fragment", `fragment <div id="target"><b>${time}</b></div>`),
    tick: () => event("fragment", "vt false", `fragment <span id="feed">${(ticks++).toString(16)}</span>`),
  };
  const good: Parts = {
    ...createBaseParts(parts, own, now),
    json: (signals) => JSON.stringify(signals).replace(escapes, escapeCode),
    attribute: quoted,
    update: (attribute) =>
      event("fragment", "merge upsert_attributes", `fragment <main id="main" ${attribute}></main>`),
  };
  return Object.assign(parts, good, alter(good));
}

/** The checks of streams that a store with these texts trips if it is not written for the client. */
const inStore = ["compile", "dollar", "pattern", "semicolon", "template", "tilde"].map((name) => `sto-${name}`);

/** All faults. */
export const mutants: ServerMutant[] = [
  // The page.
  ...pageFaults,
  { name: "The page closes an element twice", trips: ["page-markup"], alter: withPage("</main>", "</main></main>") },
  {
    name: "The page loads no module",
    trips: ["page-module"],
    alter: withPage('<script type="module" src="/datastar.js"></script>', '<script src="/datastar.js"></script>'),
  },
  {
    name: "The page loads no client",
    trips: ["page-client"],
    alter: withPage('<script type="module" src="/datastar.js"></script>', ""),
  },
  {
    name: "The page loads a script that is not the client",
    trips: ["page-client"],
    alter: ({ client }) => ({ client: () => ({ ...client(), body: "console.log(1);" }) }),
  },
  {
    name: "The client is not there",
    trips: ["page-client"],
    alter: () => ({ client: () => plainText(404, "There is nothing here") }),
  },
  {
    name: "The client is a page",
    trips: ["page-client"],
    alter: ({ client }) => ({ client: () => ({ ...client(), headers: { "content-type": "text/html" } }) }),
  },
  {
    name: "The page's field and text are crossed",
    trips: ["page-bindings"],
    alter: ({ page }) => ({
      page() {
        const reply = page();
        const body = reply.body.replace('data-model="input"', 'data-model="output"').replace('"$output"', '"$input"');
        return { ...reply, body };
      },
    }),
  },
  {
    name: "The page asks for the time with each frame",
    trips: ["page-loop"],
    alter: withPage("</main>", "<i data-on-raf=\"$$get('/target')\"></i></main>"),
  },
  {
    name: "The page has an attribute that the client refuses",
    trips: ["page-starts"],
    alter: withPage('<div id="output"', '<div data-reference="1"></div><div id="output"'),
  },
  {
    name: "The page's store cannot be read",
    trips: ["page-starts"],
    alter: withPage(/data-store="[^"]*"/, 'data-store="{input: "'),
  },
  {
    name: "The page has no signal for the answer",
    trips: ["page-store"],
    alter: withPage(/,&quot;output&quot;:&quot;&quot;/, ""),
  },
  {
    name: "Whether the feed is shown is a text",
    trips: ["page-store"],
    alter: withPage(":true}", ":&quot;yes&quot;}"),
  },
  {
    name: "The id of the page's main element is there twice",
    trips: ["page-main"],
    alter: withPage('<div id="output"', '<p id="main"></p><div id="output"'),
  },
  {
    name: "The page asks for no target",
    trips: ["page-actions"],
    alter: withPage("$$get('/target')", "$$get('/time')"),
  },

  // The round trip.
  {
    name: "The round trip is answered with JSON",
    trips: ["get-event", "http-type"],
    alter: withGet((reply) =>
      reply.status === 200 ? { ...reply, headers: { "content-type": "application/json" }, body: "{}" } : reply
    ),
  },
  {
    name: "The round trip names a later generation's event",
    trips: ["get-event", "sse-known-name"],
    alter: withGet((reply) => ({
      ...reply,
      body: reply.body.replace("datastar-fragment", "datastar-merge-fragments"),
    })),
  },
  {
    name: "The round trip is answered with a merge mode that the client does not know",
    trips: ["get-event", "frg-merge"],
    alter: withGet((reply) => ({ ...reply, body: reply.body.replace("upsert_attributes", "upsertAttributes") })),
  },
  {
    name: "The round trip is answered with two events",
    trips: ["get-one-event"],
    alter: withGet((reply) => ({ ...reply, body: reply.body + event("console", "log done") })),
  },
  {
    name: "The round trip is answered by morph",
    trips: ["get-merge"],
    alter: withGet((reply) => ({ ...reply, body: reply.body.replace("data: merge upsert_attributes\n", "") })),
  },
  {
    name: "The new store is put on another element",
    trips: ["get-root"],
    alter: withGet((reply) => ({ ...reply, body: reply.body.replace('<main id="main"', '<main id="output"') })),
  },
  {
    name: "The new store comes on two elements",
    trips: ["get-root"],
    alter: withGet((reply) => ({ ...reply, body: reply.body.replace("</main>", '</main><i id="target"></i>') })),
  },
  ...getFaults,
  {
    name: "The store is raw JSON between single quotes",
    trips: [
      "get-no-injection",
      ...inStore,
      ...["quotes", "single-quote", "ampersand", "references", "semicolon", "dollar", "tilde", "line-separator"].map(
        kept,
      ),
    ],
    alter: () => ({ json: (signals) => JSON.stringify(signals), attribute: (json) => `data-store='${json}'` }),
  },
  {
    name: "The store is escaped for its quotation marks only",
    trips: [
      "get-no-injection",
      ...inStore,
      ...["ampersand", "references", "semicolon", "dollar", "tilde", "line-separator"].map(kept),
    ],
    alter: () => ({ json: (signals) => JSON.stringify(signals) }),
  },
  {
    name: "The store is escaped for HTML and not for the client",
    trips: [...inStore, ...["references", "semicolon", "dollar", "tilde", "line-separator"].map(kept)],
    alter: () => ({
      json: (signals) => JSON.stringify(signals),
      attribute: (json) => quoted(json.replaceAll("&", "&amp;")),
    }),
  },
  {
    name: "Backticks are escaped by a backslash",
    trips: ["get-keeps-backtick", "sto-template"],
    alter: ({ json }) => ({ json: (signals) => json(signals).replaceAll("\\u0060", "\\`") }),
  },
  ...[
    ["as HTML", "", ""],
    ["as HTML in a comment", "<!--", "-->"],
    ["as HTML in a <textarea>", "<textarea>", "</textarea>"],
    ["as HTML in a <style>", "<style>", "</style>"],
  ].map(([how, before, after]): ServerMutant => ({
    name: `The text is also shown ${how}`,
    trips: ["get-no-injection", "html-tags"],
    alter: ({ answer, update }) => {
      let shown = "";
      return {
        answer(signals) {
          shown = before + signals.input.replace(/\s/g, " ") + after;
          return answer(signals);
        },
        update: (attribute) => update(attribute).replace("></main>", () => `>${shown}</main>`),
      };
    },
  })),
  {
    name: "The text is also written into a handler",
    trips: ["get-no-injection"],
    alter: ({ answer, update }) => {
      let handler = "";
      return {
        answer(signals) {
          handler = ` onclick="log('${signals.input.replace(/[\s"]/g, "")}')"`;
          return answer(signals);
        },
        update: (attribute) => update(attribute + handler),
      };
    },
  },
  {
    name: "The text is also sent as a line of its own",
    trips: ["get-no-injection", "frg-option-repeated", "sse-junk"],
    alter: ({ answer, update }) => {
      let sent = "";
      return {
        answer(signals) {
          sent = signals.input;
          return answer(signals);
        },
        update: (attribute) => `: ${sent}\n${update(attribute)}`,
      };
    },
  },
  {
    name: "The answer asks for itself again",
    trips: ["html-load-loop"],
    alter: ({ update }) => ({ update: (attribute) => update(`data-on-load="$$get('/get')" ${attribute}`) }),
  },

  // The target and the feed.
  {
    name: "The target is answered with nothing",
    trips: ["target-event", "http-body"],
    alter: () => ({ element: () => "" }),
  },
  {
    name: "The target's route is missing",
    trips: ["target-event", "http-type"],
    alter: () => ({ target: () => plainText(404, "Not Found") }),
  },
  ...updateFaults,
  {
    name: "The target is answered with two events",
    trips: ["target-one-event"],
    alter: ({ element }) => ({ element: (time) => element(time) + event("console", "log done") }),
  },
  {
    name: "The target is replaced",
    trips: ["target-merge"],
    alter: ({ element }) => ({
      element: (time) => element(time).replace("data: fragment", "data: merge outer\ndata: fragment"),
    }),
  },

  // Bad requests.
  ...requestFaults,
  {
    name: "A parameter that is no JSON is refused in HTML",
    trips: ["bad-malformed"],
    alter: withBad(is("{oops"), () => ({ ...html500, status: 400 })),
  },
  {
    name: "null is an error, in an event stream",
    trips: ["bad-null"],
    alter: withBad(is("null"), () => refusal(500, "Internal Server Error")),
  },
  {
    name: "Signals of a different type are answered with 204",
    trips: ["bad-wrong-type"],
    alter: withBad((text) => text?.includes("[1]") === true, () => ({ ...stream(""), status: 204 })),
  },
  {
    name: "null for a signal is refused by an event that raises",
    trips: ["bad-null-input"],
    alter: withBad(is('{"input":null}'), () => stream(event("console", "alert no text"), 400)),
  },
  {
    name: "A store without input is a redirect",
    trips: ["bad-no-input"],
    alter: withBad(is('{"other":1}'), () => ({ status: 302, headers: { location: "/" }, body: "" })),
  },
  {
    name: "A query that is no UTF-8 is an error",
    trips: ["bad-encoding"],
    alter: withBad((text) => text?.includes("\ufffd") === true, () => plainText(400, "URIError")),
  },
  {
    name: "A long query is refused by the runtime",
    trips: ["bad-huge"],
    alter: withBad((text = "") => text.length > 12_000, () => ({ status: 431, headers: {}, body: "" })),
  },
  {
    name: "The whole store is sent back",
    trips: ["bad-proto-echo"],
    alter: ({ answer }) => ({ answer: (signals) => ({ ...signals, ...answer(signals) }) }),
  },

  // Live behaviour.
  ...liveFaults,
];

/** Differences that the family of servers may have: no MUST fails. */
export const deviations: Omit<ServerMutant, "trips">[] = [
  ...sharedDeviations,
  {
    name: "the length in code points, JSON with spaces and escapes beyond ASCII, as in Python",
    alter: ({ json }) => ({
      lengthOf: (text) => [...text].length,
      json: (signals) => json(signals).replace(/[\u0080-\uffff]/g, escapeCode).replace(/([:,])(?=["tf])/g, "$1 "),
    }),
  },
  {
    name: "a typing error, a time as Haskell writes it, eight digits in upper case, two blank lines, id and retry",
    alter: ({ answer, time, update, tick }) => ({
      answer: (signals) => ({ ...answer(signals), output: String(answer(signals).output).replace("Your", "Yout") }),
      update: (attribute) => `id: 1\nretry: 1000\n${update(attribute)}\n`,
      time: () => `${time()}.123456 UTC`,
      tick: () => tick().replace("vt false\ndata: ", "").replace(/[0-9a-f]{8}/, (digits) => digits.toUpperCase()),
    }),
  },
  {
    name: "a counter, the time and a length in the answer, which differ from answer to answer",
    alter: ({ answer, update }) => {
      let count = 8;
      return {
        answer: (signals) => ({
          ...answer(signals),
          visits: count++,
          at: Date.now() + count,
          length: signals.input.length,
        }),
        update: (attribute) => update(`${attribute} title="Answer ${count}" data-other="${count}" class="c${count}"`),
      };
    },
  },
  {
    name: "a token, booleans and the text itself, in attributes and a link, which differ from answer to answer",
    alter: ({ answer, update }) => {
      let text = "";
      let count = 0;
      return {
        answer(signals) {
          text = signals.input;
          return { ...answer(signals), isOdd: count++ % 2 === 1 };
        },
        update(attribute) {
          const token = crypto.randomUUID();
          const link = `/q?${new URLSearchParams({ x: text.toWellFormed() })}`.replaceAll("&", "&amp;");
          const title = text.replace(/[^a-z0-9 ]/gi, (character) => `&#${character.charCodeAt(0)};`);
          const attributes = `data-token="${token}" nonce=${btoa(token)} data-odd="${
            count % 2 === 0
          }" title="${title}"`;
          return update(`${attribute} ${attributes}`).replace(
            "></main>",
            () => `><a href="${link}">${token}</a></main>`,
          );
        },
      };
    },
  },
  {
    name: "a div with single quotes, every option, and two seconds between events, as in FastAPI",
    alter: ({ page, tick }) => ({
      page() {
        const reply = page();
        return { ...reply, body: reply.body.replace("<main ", "<div ").replace("</main>", "</div>") };
      },
      update: (attribute) =>
        event(
          "fragment",
          "merge upsert_attributes",
          "settle 500",
          "vt true",
          `fragment <div id='main' ${attribute}></div>`,
        ),
      attribute: (text) => `data-store='${text}'`,
      every: 2_000,
      tick: () => tick().replace("vt false", "selector #feed\ndata: merge morph\ndata: settle 500\ndata: vt false"),
    }),
  },
  {
    name: "a date in words, as in Express, and only the signal that changes",
    alter: ({ answer, now }) => ({
      answer: (signals) => ({ output: answer(signals).output }),
      time: () => `${new Date(now()).toDateString()} ${new Date(now()).toTimeString().slice(0, 8)}`,
    }),
  },
  {
    name: "CRLF, and every byte in a chunk of its own",
    needsSocket: true,
    alter: ({ update, element, tick, feedHeaders, every }) => ({
      update: (attribute) => update(attribute).replaceAll("\n", "\r\n"),
      element: (time) => element(time).replaceAll("\n", "\r\n"),
      feed(response) {
        response.writeHead(200, feedHeaders);
        const say = () => {
          for (const character of tick().replaceAll("\n", "\r\n")) response.write(character);
        };
        say();
        const timer = setInterval(say, every);
        response.on("close", () => clearInterval(timer));
      },
    }),
  },
];

/** A server that makes a run hard, and the exit code of the run. The checks that `trips` names fail, and others too. */
export interface HardServer extends ServerMutant {
  exitCode: 0 | 1 | 3;
}

const megabyte = "x".repeat(1024 * 1024);

/** Servers that never end, flood, or die. */
export const hardServers: HardServer[] = [
  {
    name: "a page that never ends",
    exitCode: 1,
    trips: ["page-status"],
    alter: ({ page }) => ({ page: () => ({ ...page(), open: true }) }),
  },
  {
    name: "a page that says it has 1 GB",
    exitCode: 3,
    trips: [],
    alter: ({ page }) => ({ page: () => ({ ...page(), body: megabyte, times: 1024 }) }),
  },
  {
    name: "endless answers to every text",
    exitCode: 3,
    trips: [],
    alter: () => ({ get: () => ({ ...stream(`data: ${megabyte}`), times: Infinity }) }),
  },
  {
    name: "an endpoint that never answers",
    exitCode: 1,
    trips: ["get-event", "bad-missing"],
    alter: () => ({
      get: () => {
        throw hold;
      },
    }),
  },
  {
    name: "feeds that never begin",
    exitCode: 1,
    trips: ["feed-goes-on"],
    alter: () => ({ feed: () => {} }),
  },
  {
    name: "a feed without a pause",
    exitCode: 0,
    trips: ["feed-pace"],
    alter: ({ tick, feedHeaders }) => ({
      feed(response) {
        response.writeHead(200, feedHeaders);
        const events = Array.from({ length: 500 }, tick).join("");
        response.write(events);
        const timer = setInterval(() => response.writableNeedDrain || response.write(events), 20);
        response.on("close", () => clearInterval(timer));
      },
    }),
  },
  {
    name: "a feed of comments that look like nested ones, and of no event",
    exitCode: 1,
    trips: ["feed-goes-on"],
    alter: ({ feedHeaders }) => ({
      feed: (response) =>
        response.writeHead(200, feedHeaders).write(`${":".repeat(100_000)}\r${"data: x\n".repeat(9)}`),
    }),
  },
  {
    name: "a server that dies while it is asked",
    exitCode: 1,
    trips: ["live-survives"],
    alter: ({ get, page }) => {
      let dead = false;
      let asked = 0;
      const live = <T>(answer: () => T): T => {
        if (dead) throw hangUp;
        return answer();
      };
      return {
        page: () => live(page),
        get: (url) => {
          dead ||= ++asked > 12;
          return live(() => get(url));
        },
      };
    },
  },
];

/** The servers that need a socket. */
export const socketServers: (Omit<ServerMutant, "trips"> & Partial<ServerMutant>)[] = [
  { name: "good", alter: () => ({}) },
  ...[...deviations, ...mutants].filter(({ needsSocket }) => needsSocket),
  ...hardServers,
];
// Runs in a process of its own, so that reading the answers does not delay them.
if (import.meta.main) await serveAll(socketServers, createParts);
