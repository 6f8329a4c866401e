/**
 * Faults of servers of the example that know no dialect, with the ids of the shared checks, and differences that are no
 * faults.
 *
 * @module
 */

import type { TextName } from "../../conformance/inputs.ts";
import {
  type BaseParts,
  hangUp,
  hold,
  html500,
  is,
  plainText,
  type Reply,
  type ServerMutant,
  whileCrowded,
  withBad,
  withPage,
  withPlaces,
  withText,
} from "./serve.ts";

/** A mistake for each text: how it is named, and how the text comes back. */
const changes: Record<TextName, { name: string; textOf: (text: string) => string; also?: TextName[] }> = {
  "plain": { name: "greets", textOf: (text) => text.replace(/^hello$/, "Hello") },
  "quotes": { name: "makes quotation marks curly", textOf: (text) => text.replace(/said "(.*)"/, "said “$1”") },
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

export const kept = (input: string) => `get-keeps-${input}`;

/** Faults of the page. */
export const pageFaults: ServerMutant[] = [
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
];

/** Faults of the round trip. */
export const getFaults: ServerMutant[] = [
  ...(Object.keys(changes) as TextName[]).map((input): ServerMutant => ({
    name: `The server ${changes[input].name}`,
    trips: [input, ...changes[input].also ?? []].map(kept),
    alter: withText(changes[input].textOf),
  })),
  {
    name: "The answer is in a different signal",
    trips: ["get-output"],
    alter: ({ answer }) => ({
      answer(signals) {
        const { output, ...rest } = answer(signals);
        return { ...rest, result: output };
      },
    }),
  },
  {
    name: "The answer is a different sentence",
    trips: ["get-output"],
    alter: ({ answer }) => ({ answer: (signals) => ({ ...answer(signals), output: `You said ${signals.input}` }) }),
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
];

/** Faults of the target and of the feed. */
export const updateFaults: ServerMutant[] = [
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
    name: "The feed is for a different element",
    trips: ["feed-element"],
    alter: ({ tick }) => ({ tick: () => tick().replace('id="feed"', 'id="output"') }),
  },
];

/** Faults where a request is none that the page makes. */
export const requestFaults: ServerMutant[] = [
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
  { name: "A list is an error", trips: ["bad-list"], alter: withBad(is("[1,2]"), () => html500) },
  { name: "A text is an error", trips: ["bad-text"], alter: withBad(is('"hello"'), () => plainText(500, "Error")) },
  {
    name: "Names of every object are an error",
    trips: ["bad-proto"],
    alter: withBad((text = "") => text.includes("__proto__"), () => html500),
  },
  ...["/", "/get", "/target"].map((path): ServerMutant => ({
    name: `HEAD of ${path} is not known`,
    trips: [path === "/" ? "req-head-page" : "req-head"],
    alter: ({ refuse, refusal }) => ({
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
];

/** Faults of a server in use. */
export const liveFaults: ServerMutant[] = [
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
    alter: withPlaces(40, (response, good) => {
      const { status, headers, body } = good.refusal(429, "There are too many readers");
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

/** Differences that servers may have: no MUST fails. */
export const sharedDeviations: Omit<ServerMutant, "trips">[] = [
  {
    name: "the length in bytes, as in Go",
    alter: () => ({ lengthOf: (text) => new TextEncoder().encode(text).length }),
  },
  ...["٣:٥٩:", "3時59分"].map((start) => ({
    name: `a time that begins like ${start}`,
    alter: ({ time }: BaseParts) => ({ time: () => start + time().slice(-2) }),
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
    name: "other requests refused until the server notices, after a while, that many readers have left",
    needsSocket: true,
    alter: ({ feed, target, refusal }) => {
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
];
