/**
 * Reads the client's store out of a request. The client sends the whole store with every request.
 *
 * ```ts
 * import { readSignals } from "@fragstar/fragstar/signals";
 * import { assertEquals } from "@std/assert";
 *
 * const request = new Request("http://localhost/save", { method: "POST", body: '{"input":"hello"}' });
 * const result = await readSignals(request);
 * assertEquals(result.ok && result.signals.input, "hello");
 * ```
 *
 * @module
 */

/** A store, or the reason why there is none: `status` and `message` can be the answer. */
export type SignalsResult =
  | { ok: true; signals: Record<string, unknown> }
  | { ok: false; status: 400 | 413; message: string };

/** Options of {@linkcode readSignals}. */
export interface SignalsOptions {
  /** The most bytes of JSON that are read. Default: 32 KiB. */
  maxBytes?: number;
}

/**
 * Reads the signals of a request: from the last `datastar` parameter of its URL if the method is GET or HEAD,
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
 * The object comes from outside: read the signals that you know by their names, and check their types.
 */
export async function readSignals(request: Request, options: SignalsOptions = {}): Promise<SignalsResult> {
  const { maxBytes = 32 * 1024 } = options;
  if (request.method !== "GET" && request.method !== "HEAD") return await readBody(request, maxBytes);
  const json = findParameter(request.url);
  if (json === undefined) return bad(`the URL has no "datastar" parameter`);
  if (isLonger(json, maxBytes)) return tooLong(`the "datastar" parameter`, maxBytes);
  return parseStore(`the "datastar" parameter`, json);
}

/** The last `datastar` parameter of a URL. */
function findParameter(url: string): string | undefined {
  const [, query = ""] = /\?([^#]*)/.exec(url) ?? [];
  // Fast path for a query as the client writes it. It is decoded in 0.50 us, otherwise in 0.93 under Deno, 0.71 under Bun.
  if (query.startsWith("datastar=") && !query.includes("&")) {
    try {
      return decodeURIComponent(query.slice("datastar=".length).replaceAll("+", " "));
    } catch {
      // It is malformed: URLSearchParams writes U+FFFD for what cannot be decoded.
    }
  }
  return new URLSearchParams(query).getAll("datastar").at(-1);
}

/** Whether a text has more bytes in UTF-8, where each UTF-16 unit of a string takes one to three. */
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
    return parseStore(
      "the body",
      new TextDecoder("utf-8", { fatal: true }).decode(await new Blob(chunks).arrayBuffer()),
    );
  } catch {
    return bad("the body is not UTF-8");
  }
}

function parseStore(source: string, json: string): SignalsResult {
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
