/**
 * The client's store, read out of a request. The client sends it whole with every request it makes.
 *
 * @module
 */

/** A store, or why there is none: `status` and `message` are fit to be answered. */
export type SignalsResult =
  | { ok: true; signals: Record<string, unknown> }
  | { ok: false; status: 400 | 413; message: string };

/** What a request may bring. */
export interface SignalsOptions {
  /** Bytes of JSON that are read at most. Default: 32 KiB. */
  maxBytes?: number;
}

/**
 * Reads the signals that a request brings: from the last `datastar` parameter of its URL if the method is GET or HEAD,
 * from its body otherwise. Never throws and never rejects: bad input is a result like any other.
 *
 * ```ts
 * import { readSignals } from "./signals.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const request = new Request("http://localhost/get?datastar=" + encodeURIComponent('{"input":"hello"}'));
 * assertEquals(await readSignals(request), { ok: true, signals: { input: "hello" } });
 * ```
 *
 * The object comes from outside: take the signals you know out of it by name, and check their types.
 */
export async function readSignals(request: Request, options: SignalsOptions = {}): Promise<SignalsResult> {
  const { maxBytes = 32 * 1024 } = options;
  if (request.method !== "GET" && request.method !== "HEAD") return await readBody(request, maxBytes);
  const json = findParameter(request.url);
  if (json === undefined) return bad(`the URL has no "datastar" parameter`);
  if (isLonger(json, maxBytes)) return tooLong(`the "datastar" parameter`, maxBytes);
  return parse(`the "datastar" parameter`, json);
}

function findParameter(url: string): string | undefined {
  const [, query = ""] = /\?([^#]*)/.exec(url) ?? []; // half the time of new URL(), which looks at the rest as well
  // What the client sends has this one parameter, and is decoded in a third of the time.
  if (query.startsWith("datastar=") && !query.includes("&")) {
    try {
      return decodeURIComponent(query.slice("datastar=".length).replaceAll("+", " "));
    } catch {
      // It is malformed: below is who puts U+FFFD for what cannot be decoded.
    }
  }
  return new URLSearchParams(query).getAll("datastar").at(-1);
}

/** Whether a text has more bytes than that as UTF-8, in which a character of a string takes one to three. */
function isLonger(text: string, maxBytes: number): boolean {
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).byteLength > maxBytes;
}

async function readBody(request: Request, maxBytes: number): Promise<SignalsResult> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) return tooLong("the body", maxBytes);
      chunks.push(chunk);
    }
  } catch {
    return bad("the body broke off, or has been read before");
  }
  try {
    return parse("the body", new TextDecoder("utf-8", { fatal: true }).decode(await new Blob(chunks).arrayBuffer()));
  } catch {
    return bad("the body is not UTF-8");
  }
}

function parse(source: string, json: string): SignalsResult {
  if (json === "") return bad(`${source} is empty`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return bad(`${source} is not JSON`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const kind = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
    return bad(`${source} is ${kind}`);
  }
  return { ok: true, signals: value as Record<string, unknown> };
}

function bad(why: string): SignalsResult {
  return { ok: false, status: 400, message: `Cannot read signals: ${why}; expected a JSON object of signals by name` };
}

function tooLong(source: string, maxBytes: number): SignalsResult {
  return { ok: false, status: 413, message: `Cannot read signals: ${source} is longer than ${maxBytes} bytes` };
}
