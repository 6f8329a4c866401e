/** The files that a command reads and writes. */

import { Buffer } from "node:buffer";
import { readFile, stat, writeFile } from "node:fs/promises";
import { quote, UsageError } from "./options.ts";
import { type Terminal, write } from "./terminal.ts";

/** The most bytes of a file: the harness reads no more of a stream. */
const maxSize = 256 * 1024 * 1024;

/** Reads a file. `kind` names it in messages: "the page". */
export async function readBytes(kind: string, file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > maxSize) throw new Error(`it has more than ${maxSize} bytes`);
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`Cannot read the ${kind} ${quote(file)}: ${reasonOf(error)}`);
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
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stdin) {
    const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
    pieces.push(bytes);
    size += bytes.length;
    if (size > maxSize) throw new UsageError(`Cannot read standard input: it has more than ${maxSize} bytes`);
  }
  return Buffer.concat(pieces);
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
