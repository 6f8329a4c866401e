/** The files that a command reads and writes. */

import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { RecordOptions } from "../conformance/record/contract.ts";
import { quote, UsageError } from "./options.ts";
import { type Terminal, write } from "./terminal.ts";

/** The most bytes of a file, and the milliseconds until the first of them has to come. */
const limits = { bytes: 64 * 1024 * 1024, wait: 10_000 };

/**
 * Reads the pieces of a file, which may also be a pipe or a device. `name` names it in messages.
 *
 * @throws {Error} If it cannot be read, or nothing comes from it.
 */
export async function* readPieces(name: string, file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  try {
    // A pipe is opened only once a program writes into it.
    await once(source, "readable", { signal: AbortSignal.timeout(limits.wait) });
    for await (const piece of source) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
  } catch (error) {
    const isLate = /^(Abort|Timeout)Error$/.test((error as Error).name);
    const why = isLate ? `nothing has come from it within ${limits.wait} ms; name another` : reasonOf(error);
    throw new Error(`Cannot read ${name}: ${why}`);
  }
}

/**
 * Reads a file, or another input, up to a limit. `name` names it in messages.
 *
 * @throws {Error} If it cannot be read, or is too long.
 */
export async function readWhole(
  name: string,
  file: string | AsyncIterable<Uint8Array | string>,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of typeof file === "string" ? readPieces(name, file) : file) {
    const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
    pieces.push(bytes);
    size += bytes.length;
    if (size > limits.bytes) throw new Error(`Cannot read ${name}: it has more than ${limits.bytes} bytes; cut it`);
  }
  return Buffer.concat(pieces);
}

/**
 * Reads the page at an address. `name` names it in messages.
 *
 * @throws {Error} If its status is not 200, or there is no answer.
 */
export async function fetchPage(name: string, url: URL, options?: Omit<RecordOptions, "live">): Promise<string> {
  // Loaded here because it takes long, and few runs need it.
  const { recordPage } = await import("../conformance/record/record.ts");
  const { head, body, why } = await recordPage(url, options);
  if (head?.status !== 200) throw new Error(`Cannot read ${name}: ${why ?? `its status is ${head?.status}`}`);
  return new TextDecoder().decode(body);
}

/** Reads a file. `kind` names it in messages: "the page". */
export async function readBytes(kind: string, file: string): Promise<Uint8Array> {
  try {
    return await readWhole(`the ${kind} ${quote(file)}`, file);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Reads a file as text, and parses it. */
export async function readText<T = string>(kind: string, file: string, parse?: (text: string) => T): Promise<T> {
  const text = new TextDecoder().decode(await readBytes(kind, file));
  if (!parse) return text as T;
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`Cannot use the ${kind} ${quote(file)}: ${(error as Error).message}`);
  }
}

/** Reads a recorded stream from a file, or from standard input if the file is `-`. */
export async function readCapture(path: string, { stdin, stderr }: Terminal): Promise<Uint8Array> {
  if (/^https?:\/\//.test(path)) {
    throw new UsageError(`Cannot read ${quote(path)}: it is a URL and no file; use --stream`);
  }
  if (path !== "-") return await readBytes("capture", path);
  if (stdin.isTTY) await write(stderr, "Reading a stream from the terminal: end it with Ctrl-D\n");
  try {
    return await readWhole("standard input", stdin);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export async function writeText(file: string, text: string, flag: "w" | "a" = "w"): Promise<void> {
  try {
    await writeFile(file, text, { flag });
  } catch (error) {
    throw new UsageError(`Cannot write ${quote(file)}: ${reasonOf(error)}`);
  }
}

/** Why a file cannot be read or written, in words, and what to do. */
export function reasonOf(error: unknown): string {
  const { name, code, message } = error as Error & { code?: string };
  if (name === "NotCapable") {
    return "Deno does not let it; run it with deno task, or add --allow-read and --allow-write";
  }
  const reasons: Record<string, string> = {
    ENOENT: "there is no such file or directory; name another",
    EISDIR: "it is a directory; name a file",
    ENOTDIR: "a part of its path is no directory; name another",
    EACCES: "this user may not; name another, or change its mode",
    EROFS: "its disk is read-only; name another",
  };
  return (code && reasons[code]) ?? `${message}; name another`;
}
