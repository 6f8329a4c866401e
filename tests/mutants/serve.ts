/**
 * The parts of a server of the example that know no dialect, and how it is run. It shares nothing with the project's own
 * servers: a fault that is in both would not be found.
 *
 * @module
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
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

export type Signals = Record<string, unknown>;

/** The parts of a server. A fault replaces one of them. */
export interface BaseParts {
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
  /** A refusal. */
  refusal: (status: number, message: string) => Reply;
  /** The events that `/get` sends for these signals. */
  write: (signals: Signals) => string;
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

/** The headers of an event stream. */
export const streamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
};

/** An answer with events in it. */
export const stream = (body: string, status = 200): Reply => ({ status, headers: { ...streamHeaders }, body });

export const plainText = (status: number, body: string): Reply => ({
  status,
  headers: { "content-type": "text/plain" },
  body,
});

/** The parts in the words of a dialect. */
export interface DialectParts extends Pick<BaseParts, "refusal" | "write" | "element" | "tick"> {
  html: string;
  /** The part of the client that shows what it is. */
  clientText: string;
}

/**
 * Creates the good parts of a server.
 *
 * @param parts The parts of the running server, some of which may have a fault.
 */
export function createBaseParts(
  parts: BaseParts,
  { html, clientText, ...own }: DialectParts,
  now: () => number,
): BaseParts {
  return {
    page: () => ({
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
      body: html,
    }),
    client: () => ({
      status: 200,
      headers: { "content-type": "text/javascript" },
      body: clientText,
    }),
    get(url) {
      const text = parts.parameterOf(url);
      if (text === undefined) return parts.refusal(400, "There is no store");
      let signals: Signals;
      try {
        signals = JSON.parse(text);
      } catch {
        return parts.refusal(400, "The store is no JSON");
      }
      if (typeof signals?.input !== "string") return parts.refusal(400, "The signal input is no text");
      return stream(parts.write(parts.answer(signals as Signals & { input: string })));
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
      if (headers.host !== host) return parts.refusal(403, "This server does not have that host name");
      if (!["GET", "HEAD"].includes(method)) return parts.refusal(405, "There is only GET");
    },
    parameterOf: (url) => url.searchParams.getAll("datastar").at(-1),
    answer: ({ input, show = true }) => {
      const text = parts.textOf(input);
      return { input, output: `Your input: ${text}, is ${parts.lengthOf(text)} long.`, show };
    },
    textOf: (input) => input,
    lengthOf: (text) => text.length,
    time: () => new Date(now()).toISOString().replace("T", " ").slice(0, 19),
    feedHeaders: streamHeaders,
    every: 1_000,
    now,
    ...own,
  };
}

/** The reply of a route that sends one. */
export function replyTo(parts: BaseParts, url: URL): Reply {
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
export async function serveParts(parts: BaseParts): Promise<Running> {
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
export const hold = new Error("no answer");

/** Thrown by a part that closes the connection instead. */
export const hangUp = new Error("the connection is closed");

/** A server with one fault. */
export interface ServerMutant<Parts extends BaseParts = BaseParts> extends Mutant {
  alter: (good: Parts) => Partial<Parts>;
  /** Whether the fault is one of connections or of time, which only a real server shows. Others are recorded in memory. */
  needsSocket?: boolean;
}

/** Changes the page. */
export const withPage = (from: string | RegExp, to: string) => ({ page }: BaseParts): Partial<BaseParts> => ({
  page() {
    const reply = page();
    const body = reply.body.replace(from, () => to);
    if (body === reply.body) throw new Error(`The page has no ${from}`);
    return { ...reply, body };
  },
});

/** Changes the answers of `/get`. */
export const withGet = (change: (reply: Reply, url: URL) => Reply) => ({ get }: BaseParts): Partial<BaseParts> => ({
  get: (url) => change(get(url), url),
});

/** Changes the text that is sent back. */
export const withText = (textOf: BaseParts["textOf"]) => (): Partial<BaseParts> => ({ textOf });

/** Replaces the answer to one bad query, which `matches` recognises by its parameter. */
export const withBad =
  (matches: (parameter: string | undefined) => boolean, answer: () => Reply) => (good: BaseParts) => ({
    get: (url: URL) => matches(url.searchParams.getAll("datastar").at(-1)) ? answer() : good.get(url),
  });

export const html500: Reply = {
  status: 500,
  headers: { "content-type": "text/html" },
  body: "<h1>Internal Server Error</h1>",
};
export const is = (text: string | undefined) => (parameter: string | undefined) => parameter === text;

/** A feed that only some can read at a time. `otherwise` answers the others. */
export const withPlaces =
  (places: number, otherwise: (response: ServerResponse, good: BaseParts) => void) => (good: BaseParts) => {
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
export const whileCrowded = (wait: (answer: () => void) => void) => ({ feed }: BaseParts): Partial<BaseParts> => {
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

/** Starts servers, and prints the name and the URL of each. */
export async function serveAll<Parts extends BaseParts>(
  servers: Pick<ServerMutant<Parts>, "name" | "alter">[],
  createParts: (alter: ServerMutant<Parts>["alter"]) => Parts,
): Promise<void> {
  for (const { name, alter } of servers) {
    const { url } = await serveParts(createParts(alter));
    console.log(JSON.stringify([name, url]));
  }
  console.log(JSON.stringify(["ready"]));
}
