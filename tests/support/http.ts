/**
 * HTTP by hand, over a raw socket: `fetch` can neither send a foreign Host nor stop reading.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An answer, byte for byte. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Opens a connection and sends `request`, whose lines are joined by CRLF. */
export async function open(port: number, ...request: string[]): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {}); // a server may reset the connection: what arrived until then is what counts
  socket.write(request.join("\r\n") + "\r\n\r\n");
  return socket;
}

/** Waits until a connection is closed, cleanly or not. */
export async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}

/** Sends a request and reads the answer until the server closes the connection. */
export async function send(port: number, ...request: string[]): Promise<Answer> {
  const socket = await open(port, ...request, "Connection: close");
  const chunks: Uint8Array[] = [];
  socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
  await closed(socket);
  const text = Buffer.concat(chunks).toString();
  const end = text.indexOf("\r\n\r\n");
  const [statusLine, ...lines] = text.slice(0, end).split("\r\n");
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: Object.fromEntries(lines.map((line) => {
      const [name, ...value] = line.split(": ");
      return [name.toLowerCase(), value.join(": ")];
    })),
    body: text.slice(end + 4),
  };
}

/** Whether an answer is complete. */
export function isWhole(text: string): boolean {
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length === undefined) return text.endsWith("\r\n0\r\n\r\n");
  return new TextEncoder().encode(text.slice(head.length + 4)).length === Number(length);
}

/** A path with an answer of some 60 KB. */
export const longPath = `/get?datastar=${encodeURIComponent(JSON.stringify({ input: "x".repeat(30_000) }))}`;

/** Asks for more on one connection than all buffers hold: while the client reads nothing, the server cannot send the rest. */
export function askForMore(port: number): Promise<Socket> {
  const request = `GET ${longPath} HTTP/1.1\r\nHost: localhost:${port}`;
  return open(port, Array.from({ length: 200 }, () => request).join("\r\n\r\n"));
}

/** `GET path`, with headers. */
export function get(port: number, path: string, ...headers: string[]): Promise<Answer> {
  return send(port, `GET ${path} HTTP/1.1`, `Host: localhost:${port}`, ...headers);
}

/** Opens a feed and waits for its first event. Returns nothing if the server refuses it. */
export async function openFeed(port: number): Promise<Socket | undefined> {
  const socket = await open(port, "GET /feed HTTP/1.1", `Host: localhost:${port}`);
  let text = "";
  while (!text.includes("data: ")) text += (await once(socket, "data"))[0];
  if (text.startsWith("HTTP/1.1 200 ")) return socket;
  socket.destroy();
}

/** Opens feeds until all are open: those that have just been left may still take a place. */
export async function openFeeds(port: number, count: number): Promise<Socket[]> {
  return await eventually(async () => {
    const feeds = (await Promise.all(Array.from({ length: count }, () => openFeed(port)))).filter((feed) =>
      feed !== undefined
    );
    if (feeds.length === count) return feeds;
    for (const feed of feeds) feed.destroy();
  });
}

/** Tries again until `attempt` returns something: a server learns only from the network, and so later, what a client did. */
export async function eventually<T>(
  attempt: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const result = await attempt();
    if (result !== undefined && result !== false) return result;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`It did not happen within ${seconds} s`);
}
