/**
 * A small server of the example's contract, and a table's row for one that differs from it. It writes HTTP itself, byte
 * by byte: no library would write what some of the servers of right.ts and wrong.ts do.
 *
 * @module
 */

import client from "@sudodevnull/datastar" with { type: "text" };
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { page } from "./page.js";

/** The signals of the example. */
export interface Signals {
  input: string;
  output: string;
  show: boolean;
}

/** An answer that has an end. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** A request without its body. */
export interface Request {
  method: string;
  url: URL;
  headers: Record<string, string>;
}

/** The parts of the server. A row of a table replaces some of them. */
export interface Parts {
  /** The HTML of `GET /`, and the headers that it is sent with. */
  page: string;
  pageHeaders: Record<string, string>;
  /** The headers of each stream. */
  headers: Record<string, string>;
  /** The text that comes back for a text. */
  echo: (input: string) => string;
  /** Its length. */
  count: (text: string) => number;
  /** The text of the parameter as the signals that it holds. Throws if it is none. */
  read: (parameter: string | null) => Partial<Signals>;
  /** The signals that are sent back. */
  answer: (signals: Signals) => Record<string, unknown>;
  /** The expression for the signals. */
  store: (signals: Record<string, unknown>) => string;
  /** The attribute of a start tag that holds the expression. */
  attribute: (expression: string) => string;
  /** The events of `/get`, of `/target`, of each tick of `/feed`, and of a refusal. */
  update: (attribute: string, input: string) => string;
  element: (time: string) => string;
  tick: (value: string, n: number) => string;
  refusal: (why: string) => string;
  /** The time that `/target` shows. */
  time: () => string;
  /** The bytes of a text. */
  encode: (text: string) => Uint8Array;
  /** Writes an answer that has an end. */
  send: (socket: Socket, answer: Answer, request: Request) => void;
  /** Begins an answer without an end. Returns the function that writes more of its body. */
  open: (socket: Socket, headers: Record<string, string>) => (bytes: Uint8Array) => unknown;
  /** Milliseconds before the first event of the feed, and between two of them. */
  before: number;
  every: number;
  /** Answers a request itself, or calls `go` for the usual answer. */
  handle: (request: Request, socket: Socket, go: () => void) => void;
}

/** A server that differs from the base. */
export interface Peer {
  /** The difference, as a plain sentence. */
  name: string;
  /** The parts that it replaces. It gets those of the base. */
  parts: (base: Parts) => Partial<Parts>;
  /** Whether only the load tests show it. */
  live?: true;
  /** Why the checker is not right about it yet. */
  todo?: string;
}

/** A server with a fault. */
export interface WrongPeer extends Peer {
  /** The checks that fail: these and no other. */
  fails: string[];
}

/** The text of an event with these lines of data. */
export const event = (name: string, ...lines: string[]): string =>
  [`event: datastar-${name}`, ...lines.map((line) => `data: ${line}`), "", ""].join("\n");

/** The head of an answer. */
export const head = (status: number, headers: Record<string, string>): string =>
  `HTTP/1.1 ${status} So\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;

/** A chunk with these bytes. */
export const chunk = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);

/** Writes an answer with this head and this body, if it is to have one, and closes the connection. */
export function finish(socket: Socket, { method }: Request, start: string, ...body: (string | Uint8Array)[]): void {
  socket.write(start);
  if (method !== "HEAD") { for (const piece of body) socket.write(piece); }
  socket.end();
}

/** Escapes what is neither a letter, a digit nor harmless in HTML and in the client's expressions. */
const escapeJson = (json: string) =>
  json.replace(/[^\w "\\{}[\]:,.()+%/-]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const base: Parts = {
  page,
  pageHeaders: { "content-type": "text/html; charset=utf-8" },
  headers: { "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no" },
  echo: (input) => input,
  count: (text) => text.length,
  read: (parameter) => JSON.parse(parameter ?? ""),
  answer: (signals) => ({ ...signals }),
  store: (signals) => escapeJson(JSON.stringify(signals)),
  attribute: (expression) => `data-store="${expression.replaceAll('"', "&quot;")}"`,
  update: (attribute) => event("fragment", "merge upsert_attributes", `fragment <main id="main" ${attribute}></main>`),
  element: (time) => event("fragment", `fragment <div id="target"><b>${time}</b></div>`),
  tick: (value) => event("fragment", "vt false", `fragment <span id="feed">${value}</span>`),
  refusal: (why) => event("console", `error ${why}`),
  time: () => new Date().toISOString(),
  encode: (text) => new TextEncoder().encode(text),
  send(socket, { status, headers, body }, request) {
    finish(socket, request, head(status, { ...headers, "content-length": String(body.length) }), body);
  },
  open(socket, headers) {
    socket.write(head(200, { ...headers, "transfer-encoding": "chunked" }));
    return (bytes) => socket.write(chunk(bytes));
  },
  before: 0,
  every: 450,
  handle: (_request, _socket, go) => go(),
};

/** Answers one request. */
function respond(parts: Parts, request: Request, socket: Socket): void {
  const { url: { pathname, searchParams }, method } = request;
  const send = (status: number, headers: Record<string, string>, text: string) =>
    parts.send(socket, { status, headers, body: parts.encode(text) }, request);
  const refuse = (status: number, why: string) => send(status, parts.headers, parts.refusal(why));
  if (request.headers.host !== `127.0.0.1:${socket.localPort}`) {
    return refuse(403, "This server does not have that host name");
  }
  if (method !== "GET" && method !== "HEAD") return refuse(405, "There is only GET");
  if (pathname === "/") return send(200, parts.pageHeaders, parts.page);
  if (pathname === "/datastar.js") return send(200, { "content-type": "text/javascript" }, client);
  if (pathname === "/target") return send(200, parts.headers, parts.element(parts.time()));
  if (pathname === "/feed") return feed(parts, socket);
  if (pathname !== "/get") return send(404, { "content-type": "text/plain" }, "There is nothing here");
  try {
    const { input, show = true } = parts.read(searchParams.getAll("datastar").at(-1) ?? null);
    if (typeof input !== "string") return refuse(400, "The signal input is no text");
    const text = parts.echo(input);
    const output = `Your input: ${text}, is ${parts.count(text)} long.`;
    const expression = parts.store(parts.answer({ input, output, show }));
    send(200, parts.headers, parts.update(parts.attribute(expression), input));
  } catch {
    refuse(400, "There is no store");
  }
}

function feed(parts: Parts, socket: Socket): void {
  const write = parts.open(socket, parts.headers);
  let n = 0;
  const tick = () => write(parts.encode(parts.tick(crypto.randomUUID().slice(0, 8), n++)));
  let timer = setTimeout(() => {
    tick();
    timer = setInterval(tick, parts.every);
  }, parts.before);
  socket.on("close", () => clearTimeout(timer));
}

function readRequest(text: string): Request {
  const [first, ...lines] = text.split("\r\n\r\n")[0].split("\r\n");
  const [method, target] = first.split(" ");
  const headers = Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  return { method, url: new URL(target, "http://localhost"), headers };
}

/** Runs a server on a free port for as long as `use` takes. */
export async function withPeer<T>({ parts: change }: Peer, use: (url: string) => Promise<T>): Promise<T> {
  const parts: Parts = { ...base, ...change(base) };
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    let text = "";
    socket.setEncoding("latin1").on("data", (more) => {
      const wasWhole = text.includes("\r\n\r\n");
      text += more;
      if (wasWhole || !text.includes("\r\n\r\n")) return;
      const request = readRequest(text);
      parts.handle(request, socket, () => respond(parts, request, socket));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
