/**
 * A good server of the example, and versions of it with one fault each. It shares nothing with the project's own server:
 * a fault that is in both would not be found.
 *
 * @module
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { InputName } from "../../conformance/classic/contract.ts";
import type { Mutant } from "./mutant.ts";

/** An answer that is written at once. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Whether the answer stays open after its body. */
  open?: boolean;
  /** Whether HEAD is answered with the body, too. */
  ignoresHead?: true;
  /** Number of times that the body is written, as fast as it is read: for ever if this is Infinity. Default: 1. */
  times?: number;
}

type Signals = Record<string, unknown>;

/** The parts of the server. A fault replaces one of them. */
export interface Parts {
  /** `GET /`. */
  page: () => Reply;
  /** `GET /datastar.js`. */
  client: () => Reply;
  /** `GET /get`. */
  get: (url: URL) => Reply;
  /** `GET /target`. */
  target: () => Reply;
  /** Writes that, now or later. */
  later: (write: () => void) => void;
  /** `GET /feed`: writes until the reader has left. */
  feed: (response: ServerResponse) => void;
  /** The answer to a request that no route is to see, if it is one. */
  refuse: (request: Pick<IncomingMessage, "method" | "url" | "headers">, host: string) => Reply | undefined;
  /** The text of the parameter, if there is one. */
  parameterOf: (url: URL) => string | undefined;
  /** The signals that are sent back. */
  answer: (signals: Signals & { input: string }) => Signals;
  /** The text that is sent back. */
  textOf: (input: string) => string;
  /** Its length. */
  lengthOf: (text: string) => number;
  /** The store as JSON. */
  json: (signals: Signals) => string;
  /** The attribute of a start tag that holds it. */
  attribute: (json: string) => string;
  /** The events that `/get` sends. */
  update: (attribute: string) => string;
  /** The time that `/target` shows. */
  time: () => string;
  /** The events that `/target` sends. */
  element: (time: string) => string;
  /** The next event of the feed. */
  tick: () => string;
  /** The headers of the feed. */
  feedHeaders: Record<string, string>;
  /** Milliseconds between two events. */
  every: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

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

const streamHeaders = { "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no" };

/** An answer with events in it. */
const stream = (body: string, status = 200): Reply => ({ status, headers: { ...streamHeaders }, body });

const event = (name: string, ...lines: string[]) =>
  `event: datastar-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;

const refusal = (status: number, message: string) => stream(event("console", `error ${message}`), status);

const plainText = (status: number, body: string): Reply => ({
  status,
  headers: { "content-type": "text/plain" },
  body,
});

const escapes = /[;$~'<>&`\u2028\u2029]/g;
const escapeCode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const quoted = (json: string) => `data-store="${json.replaceAll('"', "&quot;")}"`;

/** Creates the parts of a server, some of which may have a fault. */
export function createParts(alter: (good: Parts) => Partial<Parts> = () => ({}), now = Date.now): Parts {
  let ticks = 0xfeed0000;
  const good: Parts = {
    page: () => ({
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
      body: html,
    }),
    client: () => ({
      status: 200,
      headers: { "content-type": "text/javascript" },
      body: 'const names = ["datastar-fragment"];', // the part that shows what it is
    }),
    get(url) {
      const text = parts.parameterOf(url);
      if (text === undefined) return refusal(400, "There is no store");
      let signals: Signals;
      try {
        signals = JSON.parse(text);
      } catch {
        return refusal(400, "The store is no JSON");
      }
      if (typeof signals?.input !== "string") return refusal(400, "The signal input is no text");
      return stream(parts.update(parts.attribute(parts.json(parts.answer(signals as Signals & { input: string })))));
    },
    target: () => stream(parts.element(parts.time())),
    later: (write) => write(),
    feed(response) {
      response.writeHead(200, parts.feedHeaders);
      response.write(parts.tick());
      const timer = setInterval(() => response.write(parts.tick()), parts.every);
      response.on("close", () => clearInterval(timer));
    },
    refuse({ method = "", headers }, host) {
      if (headers.host !== host) return refusal(403, "This is another host");
      if (!["GET", "HEAD"].includes(method)) return refusal(405, "There is only GET");
    },
    parameterOf: (url) => url.searchParams.getAll("datastar").at(-1),
    answer: ({ input, show = true }) => {
      const text = parts.textOf(input);
      return { input, output: `Your input: ${text}, is ${parts.lengthOf(text)} long.`, show };
    },
    textOf: (input) => input,
    lengthOf: (text) => text.length,
    json: (signals) => JSON.stringify(signals).replace(escapes, escapeCode),
    attribute: quoted,
    update: (attribute) =>
      event("fragment", "merge upsert_attributes", `fragment <main id="main" ${attribute}></main>`),
    time: () => new Date(now()).toISOString().replace("T", " ").slice(0, 19),
    element: (time) => event("fragment", `fragment <div id="target"><b>${time}</b></div>`),
    tick: () => event("fragment", "vt false", `fragment <span id="feed">${(ticks++).toString(16)}</span>`),
    feedHeaders: streamHeaders,
    every: 1_000,
    now,
  };
  const parts: Parts = { ...good, ...alter(good) };
  return parts;
}

/** The reply of a route that sends one. */
export function replyTo(parts: Parts, url: URL): Reply {
  if (url.pathname === "/") return parts.page();
  if (url.pathname === "/get") return parts.get(url);
  if (url.pathname === "/target") return parts.target();
  if (url.pathname === "/datastar.js") return parts.client();
  return plainText(404, "There is nothing here");
}

function writeReply(response: ServerResponse, { status, headers, body, open, times = 1 }: Reply, hasBody: boolean) {
  if (open) return void response.writeHead(status, headers).write(body);
  const length = new TextEncoder().encode(body).length * times;
  response.writeHead(status, times === Infinity ? headers : { ...headers, "content-length": String(length) });
  if (!hasBody) return void response.end();
  let missing = times;
  function writeMore() {
    while (missing > 1 && !response.destroyed) {
      missing--;
      if (!response.write(body)) return;
    }
    if (missing === 1) response.end(body);
  }
  response.on("drain", writeMore);
  writeMore();
}

/** A running server. */
export interface Running {
  url: string;
  stop: () => Promise<void>;
}

/** Starts a server on a free port of this machine. */
export async function serveParts(parts: Parts): Promise<Running> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const write = (reply: Reply) => writeReply(response, reply, request.method !== "HEAD");
    request.resume();
    response.on("error", () => {}); // the reader has left
    const { port } = server.address() as AddressInfo;
    const refused = parts.refuse(request, `127.0.0.1:${port}`);
    if (refused) return write(refused);
    try {
      if (url.pathname === "/feed") parts.feed(response);
      else if (url.pathname === "/target") parts.later(() => write(replyTo(parts, url)));
      else write(replyTo(parts, url));
    } catch (error) {
      if (error !== hold) response.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Thrown by a part that never answers. */
const hold = new Error("no answer");

/** Thrown by a part that closes the connection instead. */
const hangUp = new Error("the connection is closed");

/** A server with one fault. */
export interface ServerMutant extends Mutant {
  alter: (good: Parts) => Partial<Parts>;
  /** Whether the fault is one of connections or of time, which only a real server shows. Others are recorded in memory. */
  needsSocket?: boolean;
}

/** Changes the page. */
const withPage = (from: string | RegExp, to: string) => ({ page }: Parts): Partial<Parts> => ({
  page() {
    const reply = page();
    const body = reply.body.replace(from, () => to);
    if (body === reply.body) throw new Error(`The page has no ${from}`);
    return { ...reply, body };
  },
});

/** Changes the answers of `/get`. */
const withGet = (change: (reply: Reply, url: URL) => Reply) => ({ get }: Parts): Partial<Parts> => ({
  get: (url) => change(get(url), url),
});

/** Changes the text that is sent back. */
const withText = (textOf: Parts["textOf"]) => (): Partial<Parts> => ({ textOf });

/** Replaces the answer to one bad query, which `matches` recognises by its parameter. */
const withBad = (matches: (parameter: string | undefined) => boolean, answer: () => Reply) => (good: Parts) => ({
  get: (url: URL) => matches(url.searchParams.getAll("datastar").at(-1)) ? answer() : good.get(url),
});

const html500: Reply = {
  status: 500,
  headers: { "content-type": "text/html" },
  body: "<h1>Internal Server Error</h1>",
};
const is = (text: string | undefined) => (parameter: string | undefined) => parameter === text;

/** A feed that only some can read at a time. `otherwise` answers the others. */
const withPlaces = (places: number, otherwise: (response: ServerResponse, good: Parts) => void) => (good: Parts) => {
  let readers = 0;
  return {
    feed(response: ServerResponse) {
      if (readers >= places) return otherwise(response, good);
      readers++;
      good.feed(response);
      response.on("close", () => readers--);
    },
  };
};

/** Lets `/target` wait while more than forty feeds are open. */
const whileCrowded = (wait: (answer: () => void) => void) => ({ feed }: Parts): Partial<Parts> => {
  let readers = 0;
  return {
    feed(response) {
      readers++;
      feed(response);
      response.on("close", () => readers--);
    },
    later: (answer) => readers > 40 ? wait(answer) : answer(),
  };
};

/** A mistake for each text: how it is named, and how the text comes back. */
const changes: Record<InputName, { name: string; textOf: (text: string) => string; also?: InputName[] }> = {
  "plain": { name: "greets", textOf: (text) => text.replace(/^hello$/, "Hello") },
  "quotes": { name: "makes quotation marks curly", textOf: (text) => text.replace(/"(.*)"/, "“$1”") },
  "single-quote": { name: "doubles single quotes", textOf: (text) => text.replace(/'/g, "''"), also: ["quotes"] },
  "angle-brackets": { name: "cuts tags out", textOf: (text) => text.replace(/<[^>]*>/g, "") },
  "ampersand": {
    name: "escapes ampersands twice",
    textOf: (text) => text.replaceAll("&", "&amp;"),
    also: ["references", "dollar"],
  },
  "references": { name: "reads character references", textOf: (text) => text.replaceAll("&quot;", '"') },
  "semicolon": { name: "cuts the text at a semicolon", textOf: (text) => text.replace(/^(\w);.*/, "$1") },
  "dollar": { name: "drops dollar signs", textOf: (text) => text.replaceAll("$", "") },
  "tilde": { name: "expands a tilde", textOf: (text) => text.replace(/^~/, "/home/") },
  "backtick": { name: "turns backticks into quotes", textOf: (text) => text.replaceAll("`", "'") },
  "backslash": { name: "strips backslashes", textOf: (text) => text.replaceAll("\\", "") },
  "cr": { name: "turns CR into LF", textOf: (text) => text.replaceAll("\r", "\n") },
  "lf": { name: "turns LF into CRLF", textOf: (text) => text.replaceAll("\n", "\r\n") },
  "tab": { name: "turns tabs into spaces", textOf: (text) => text.replaceAll("\t", "  ") },
  "nul": { name: "cuts the text at a NUL", textOf: (text) => text.split("\0")[0] },
  "line-separator": { name: "turns U+2028 into LF", textOf: (text) => text.replace(/[\u2028\u2029]/g, "\n") },
  "lone-surrogate": { name: "replaces lone surrogates", textOf: (text) => text.toWellFormed() },
  "emoji": { name: "drops what is beyond the BMP", textOf: (text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, "") },
  "letters": { name: "normalises", textOf: (text) => text.normalize("NFC") },
  "digits": { name: "drops zeros", textOf: (text) => text.replace(/^00(?=7)/, "") },
  "number": { name: "reads numbers", textOf: (text) => /^\de\d$/.test(text) ? String(Number(text)) : text },
  "right-to-left": { name: "drops control characters of bidi", textOf: (text) => text.replace(/[\u202a-\u202e]/g, "") },
  "spaces": { name: "trims", textOf: (text) => text.trim() },
  "empty": { name: "has a word for nothing", textOf: (text) => text || "nothing" },
  "8-kb": { name: "cuts the text at 4096 characters", textOf: (text) => text.slice(0, 4096) },
};

const kept = (input: string) => `get-keeps-${input}`;

/** The checks of streams that a store with these texts trips if it is not written for the client. */
const inStore = ["compile", "dollar", "pattern", "semicolon", "template", "tilde"].map((name) => `sto-${name}`);

/** All faults. */
export const mutants: ServerMutant[] = [
  // The page.
  {
    name: "The page is an error",
    trips: ["page-status"],
    alter: ({ page }) => ({ page: () => ({ ...page(), status: 500 }) }),
  },
  {
    name: "The page is a redirect",
    trips: ["page-status", "page-type"],
    alter: () => ({ page: () => ({ status: 302, headers: { location: "/login" }, body: "" }) }),
  },
  {
    name: "The page is plain text",
    trips: ["page-type"],
    alter: ({ page }) => ({ page: () => ({ ...page(), headers: { "content-type": "text/plain" } }) }),
  },
  {
    name: "The page says that it is Latin-1",
    trips: ["page-utf8"],
    alter: ({ page }) => ({
      page: () => ({ ...page(), headers: { "content-type": "text/html; charset=iso-8859-1" } }),
    }),
  },
  {
    name: "The page does not say how it is encoded",
    trips: ["page-charset"],
    alter: ({ page }) => ({
      page: () => ({
        status: 200,
        headers: { "content-type": "text/html" },
        body: page().body.replace('<meta charset="utf-8">', ""),
      }),
    }),
  },
  { name: "The page has no doctype", trips: ["page-doctype"], alter: withPage("<!doctype html>\n", "") },
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
    name: "The page's policy forbids the client to make functions",
    trips: ["page-csp"],
    alter: ({ page }) => ({
      page() {
        const reply = page();
        return { ...reply, headers: { ...reply.headers, "content-security-policy": "default-src 'self'" } };
      },
    }),
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
    name: "The page has no target",
    trips: ["page-target", "dom-target"],
    alter: withPage('<div id="target"></div>', ""),
  },
  {
    name: "The page has two targets",
    trips: ["page-target"],
    alter: withPage('<div id="target"></div>', '<div id="target"></div><div id="target"></div>'),
  },
  {
    name: "The page has no place for the feed",
    trips: ["page-feed", "dom-target"],
    alter: withPage('<span id="feed"', "<span"),
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
  {
    name: "The answer is in another signal",
    trips: ["get-output"],
    alter: ({ answer }) => ({
      answer(signals) {
        const { output, ...rest } = answer(signals);
        return { ...rest, result: output };
      },
    }),
  },
  {
    name: "The answer is another sentence",
    trips: ["get-output"],
    alter: ({ answer }) => ({ answer: (signals) => ({ ...answer(signals), output: `You said ${signals.input}` }) }),
  },
  ...(Object.keys(changes) as InputName[]).map((input): ServerMutant => ({
    name: `The server ${changes[input].name}`,
    trips: [input, ...changes[input].also ?? []].map(kept),
    alter: withText(changes[input].textOf),
  })),
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
  {
    name: "The length is one too much",
    trips: ["get-length"],
    alter: () => ({ lengthOf: ({ length }) => length + 1 }),
  },
  {
    name: "The length is that of the text in JSON",
    trips: ["get-length"],
    alter: () => ({ lengthOf: (text) => JSON.stringify(text).length - 2 }),
  },
  {
    name: "The feed is shown again by each answer",
    trips: ["get-other-signals"],
    alter: ({ answer }) => ({ answer: (signals) => ({ ...answer(signals), show: true }) }),
  },
  {
    name: "The answer removes a signal",
    trips: ["get-other-signals"],
    alter: ({ answer }) => ({ answer: (signals) => ({ ...answer(signals), show: null }) }),
  },
  {
    name: "A + in the query stays one",
    trips: [
      "get-plus",
      ...[
        "quotes",
        "single-quote",
        "ampersand",
        "references",
        "dollar",
        "cr",
        "lf",
        "emoji",
        "letters",
        "right-to-left",
        "spaces",
      ]
        .map(kept),
    ],
    alter: () => ({
      parameterOf({ search }) {
        const value = /.*[?&]datastar=([^&]*)/.exec(search)?.[1];
        try {
          return value && decodeURIComponent(value);
        } catch {
          return "";
        }
      },
    }),
  },
  {
    name: "The first of two parameters counts",
    trips: ["get-last-parameter"],
    alter: () => ({ parameterOf: (url) => url.searchParams.get("datastar") ?? undefined }),
  },

  // The target.
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
  {
    name: "The time is put into the output",
    trips: ["target-element"],
    alter: ({ element }) => ({ element: (time) => element(time).replace('id="target"', 'id="output"') }),
  },
  {
    name: "The target shows no time",
    trips: ["target-time"],
    alter: () => {
      let asked = 0;
      return { time: () => `answer ${++asked}` };
    },
  },
  {
    name: "The time is that of the server's start",
    trips: ["target-moves"],
    alter: ({ time }) => {
      const start = time();
      return { time: () => start };
    },
  },

  // The feed.
  { name: "The feed has one event", trips: ["feed-goes-on"], needsSocket: true, alter: () => ({ every: 1_000_000 }) },
  {
    name: "The feed ends after two events",
    trips: ["feed-open"],
    needsSocket: true,
    alter: ({ tick, feedHeaders }) => ({
      feed(response) {
        response.writeHead(200, feedHeaders);
        response.write(tick());
        setTimeout(() => response.end(tick()), 1_000);
      },
    }),
  },
  {
    name: "The feed ends after four events",
    trips: ["feed-lasts"],
    needsSocket: true,
    alter: ({ tick, feedHeaders }) => ({
      feed(response) {
        response.writeHead(200, feedHeaders);
        let ticks = 0;
        const timer = setInterval(() => {
          response.write(tick());
          if (++ticks < 4) return;
          clearInterval(timer);
          response.end();
        }, 700);
        response.on("close", () => clearInterval(timer));
      },
    }),
  },
  {
    name: "The blank line of each event comes with the next event",
    trips: ["live-blank-line"],
    alter({ tick }) {
      let before = "";
      return {
        tick() {
          const text = before + tick().slice(0, -1);
          before = "\n";
          return text;
        },
      };
    },
  },
  {
    name: "The feed waits before its first event",
    trips: ["feed-first"],
    needsSocket: true,
    alter: ({ tick, feedHeaders, every }) => ({
      feed(response) {
        response.writeHead(200, feedHeaders);
        response.flushHeaders();
        let timer: ReturnType<typeof setInterval>;
        const first = setTimeout(() => {
          response.write(tick());
          timer = setInterval(() => response.write(tick()), every);
        }, 2_500);
        response.on("close", () => {
          clearTimeout(first);
          clearInterval(timer);
        });
      },
    }),
  },
  { name: "The feed runs fast", trips: ["feed-pace"], needsSocket: true, alter: () => ({ every: 250 }) },
  { name: "The feed runs slowly", trips: ["feed-pace"], needsSocket: true, alter: () => ({ every: 4_000 }) },
  {
    name: "The feed says the same again and again",
    trips: ["feed-varies"],
    alter: ({ tick }) => {
      const first = tick();
      return { tick: () => first };
    },
  },
  {
    name: "The feed is for another element",
    trips: ["feed-element"],
    alter: ({ tick }) => ({ tick: () => tick().replace('id="feed"', 'id="output"') }),
  },

  {
    name: "HEAD of the page is answered with the page",
    trips: ["req-head-body"],
    alter: ({ page }) => ({ page: () => ({ ...page(), ignoresHead: true }) }),
  },

  // Bad requests.
  { name: "No parameter is an error", trips: ["bad-missing"], alter: withBad(is(undefined), () => html500) },
  {
    name: "No parameter closes the connection",
    trips: ["bad-missing"],
    needsSocket: true,
    alter: withBad(is(undefined), () => {
      throw hangUp;
    }),
  },
  {
    name: "No parameter is never answered",
    trips: ["bad-missing"],
    needsSocket: true,
    alter: withBad(is(undefined), () => {
      throw hold;
    }),
  },
  { name: "An empty parameter is an error", trips: ["bad-empty"], alter: withBad(is(""), () => html500) },
  {
    name: "A parameter that is no JSON is refused in HTML",
    trips: ["bad-malformed"],
    alter: withBad(is("{oops"), () => ({ ...html500, status: 400 })),
  },
  { name: "A list is an error", trips: ["bad-list"], alter: withBad(is("[1,2]"), () => html500) },
  { name: "A text is an error", trips: ["bad-text"], alter: withBad(is('"hello"'), () => plainText(500, "Error")) },
  {
    name: "null is an error, in an event stream",
    trips: ["bad-null"],
    alter: withBad(is("null"), () => refusal(500, "Internal Server Error")),
  },
  {
    name: "Signals of another type are answered with 204",
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
    name: "Names of every object are an error",
    trips: ["bad-proto"],
    alter: withBad((text = "") => text.includes("__proto__"), () => html500),
  },
  {
    name: "The whole store is sent back",
    trips: ["bad-proto-echo"],
    alter: ({ answer }) => ({ answer: (signals) => ({ ...signals, ...answer(signals) }) }),
  },
  ...["/", "/get", "/target"].map((path): ServerMutant => ({
    name: `HEAD of ${path} is not known`,
    trips: [path === "/" ? "req-head-page" : "req-head"],
    alter: ({ refuse }) => ({
      refuse: (request, host) =>
        request.method === "HEAD" && request.url?.split("?")[0] === path
          ? refusal(405, "There is only GET")
          : refuse(request, host),
    }),
  })),
  {
    name: "An unexpected method is an error",
    trips: ["req-method"],
    alter: ({ refuse }) => ({
      refuse: (request, host) => request.method === "DELETE" ? html500 : refuse(request, host),
    }),
  },

  // Live behaviour.
  {
    name: "A query that is no JSON ends the server",
    trips: ["live-survives"],
    needsSocket: true,
    alter({ page, get, target }) {
      let isDead = false;
      const whileAlive = (answer: () => Reply): Reply => {
        if (isDead) throw hangUp;
        return answer();
      };
      return {
        page: () => whileAlive(page),
        target: () => whileAlive(target),
        get(url) {
          isDead ||= url.searchParams.get("datastar")?.endsWith("oops") ?? false;
          return whileAlive(() => get(url));
        },
      };
    },
  },
  {
    name: "The feed is sent when it is complete",
    trips: ["live-first-event", "live-one-by-one", "feed-open", "feed-first"],
    needsSocket: true,
    alter: ({ tick, feedHeaders }) => ({
      feed(response) {
        setTimeout(() => response.writeHead(200, feedHeaders).end(tick() + tick() + tick()), 2_000);
      },
    }),
  },
  {
    name: "A buffer keeps all that the feed says",
    trips: ["live-first-event", "feed-goes-on"],
    needsSocket: true,
    alter: ({ feedHeaders }) => ({
      feed: (response) => response.writeHead(200, feedHeaders).flushHeaders(),
    }),
  },
  {
    name: "A buffer keeps every second event",
    trips: ["live-one-by-one"],
    needsSocket: true,
    alter: ({ tick, feedHeaders, every }) => ({
      feed(response) {
        response.writeHead(200, feedHeaders);
        response.write(tick() + tick());
        const timer = setInterval(() => response.write(tick() + tick()), every);
        response.on("close", () => clearInterval(timer));
      },
    }),
  },
  {
    name: "Forty feeds go on at a time",
    trips: ["live-many"],
    needsSocket: true,
    alter: withPlaces(40, (response, { feedHeaders, tick }) => {
      response.writeHead(200, feedHeaders);
      response.write(tick());
    }),
  },
  {
    name: "Forty feeds are answered at a time",
    trips: ["live-many"],
    needsSocket: true,
    alter: withPlaces(40, () => {}),
  },
  {
    name: "More than forty feeds are refused",
    trips: ["live-limit"],
    needsSocket: true,
    alter: withPlaces(40, (response) => {
      const { status, headers, body } = refusal(429, "There are too many readers");
      response.writeHead(status, headers).end(body);
    }),
  },
  {
    name: "Other requests take longer while feeds are open",
    trips: ["live-prompt"],
    needsSocket: true,
    alter: whileCrowded((answer) => setTimeout(answer, 1_200)),
  },
  {
    name: "Other requests wait until feeds are closed",
    trips: ["live-starved", "live-prompt"],
    needsSocket: true,
    alter: whileCrowded(() => {}),
  },
  {
    name: "Readers that left are counted for ever",
    trips: ["live-vanished-feed"],
    needsSocket: true,
    alter: ({ feed }) => {
      let readers = 0;
      return { feed: (response) => ++readers > 150 ? response.writeHead(503).end() : feed(response) };
    },
  },
  {
    name: "Readers that left exhaust the server",
    trips: ["live-vanished-target"],
    needsSocket: true,
    alter: ({ feed, target }) => {
      let left = 0;
      return {
        feed(response) {
          feed(response);
          response.on("close", () => left++);
        },
        target: () => left > 150 ? html500 : target(),
      };
    },
  },
  {
    name: "Every host is answered",
    trips: ["live-host"],
    alter: ({ refuse }) => ({ refuse: ({ method }, host) => refuse({ method, headers: { host } }, host) }),
  },
  ...["*", "http://evil.example"].map((allowed): ServerMutant => ({
    name: `The origin ${allowed} may read the answer`,
    trips: ["live-origin"],
    alter: ({ target }) => ({
      target() {
        const reply = target();
        return { ...reply, headers: { ...reply.headers, "access-control-allow-origin": allowed } };
      },
    }),
  })),
];

/** Differences that the family of servers may have: no MUST fails. */
export const deviations: Omit<ServerMutant, "trips">[] = [
  {
    name: "the length in code points, JSON with spaces and escapes beyond ASCII, as in Python",
    alter: ({ json }) => ({
      lengthOf: (text) => [...text].length,
      json: (signals) => json(signals).replace(/[\u0080-\uffff]/g, escapeCode).replace(/([:,])(?=["tf])/g, "$1 "),
    }),
  },
  {
    name: "the length in bytes, as in Go",
    alter: () => ({ lengthOf: (text) => new TextEncoder().encode(text).length }),
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
  ...["٣:٥٩:", "3時59分"].map((start) => ({
    name: `a time that begins like ${start}`,
    alter: ({ time }: Parts) => ({ time: () => start + time().slice(-2) }),
  })),
  {
    name: "a time in words",
    alter: () => {
      const words = ["a quarter to three", "nearly three"];
      let asked = 0;
      return { time: () => words[asked++ % 2] };
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
    name: "a first feed that comes all at once, as from a busy machine",
    needsSocket: true,
    alter({ feed, feedHeaders, tick }) {
      let isFirst = true;
      return {
        feed(response) {
          if (!isFirst) return feed(response);
          isFirst = false;
          setTimeout(() => response.writeHead(200, feedHeaders).end(tick() + tick()), 1_000);
        },
      };
    },
  },
  {
    name: "a date in words, as in Express, and only the signal that changes",
    alter: ({ answer, now }) => ({
      answer: (signals) => ({ output: answer(signals).output }),
      time: () => `${new Date(now()).toDateString()} ${new Date(now()).toTimeString().slice(0, 8)}`,
    }),
  },
  {
    name: "other requests refused until the server notices, after a while, that many readers have left",
    needsSocket: true,
    alter: ({ feed, target }) => {
      let readers = 0;
      return {
        feed(response) {
          readers++;
          feed(response);
          response.on("close", () => setTimeout(() => readers--, 700));
        },
        target: () => readers > 40 ? refusal(503, "There are too many readers") : target(),
      };
    },
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

// Runs in a process of its own, so that reading the answers does not delay them. Prints the URL of each server.
if (import.meta.main) {
  for (const { name, alter } of socketServers) {
    const { url } = await serveParts(createParts(alter));
    console.log(JSON.stringify([name, url]));
  }
  console.log(JSON.stringify(["ready"]));
}
