/**
 * A scene as a link: all of it stands behind the `#` of the address, which no browser sends anywhere.
 *
 * `#s=`, the version `1`, and as base64url: the checksum of the content in four bytes, then the content itself, packed as
 * raw deflate. The content is a line of JSON, an LF and the bytes of the stream.
 *
 * @module
 */

import { fromBase64Url, toBase64Url } from "./base64.ts";
import type { Scene } from "./scene.ts";

/** What a link leads to. */
export interface LinkState {
  /** The page, and the response that it gets. */
  scene: Scene;
  /** How many of the bytes have come, if not all. */
  at?: number;
  /** How many bytes come at a time, if not all. */
  chunk?: number;
}

/** What a link may have in it. */
export const linkLimits = {
  /** Characters behind the version. */
  encoded: 64 * 1024,
  /** Bytes of the content. */
  content: 1024 * 1024,
} as const;

const version = "1";
const checksumBytes = 4;
const LF = 10;

/**
 * Makes the part of an address that leads to a state, beginning with `#`.
 *
 * @throws {RangeError} If that would be too much for a link.
 */
export async function encodeState({ scene, at, chunk }: LinkState): Promise<string> {
  const { page, initiator, values, bytes } = scene;
  const head = new TextEncoder().encode(JSON.stringify({ page, initiator, values, at, chunk }) + "\n");
  const content = join([head, bytes]);
  if (content.length > linkLimits.content) refuseLong("page and stream", `${linkLimits.content} bytes`);
  const packed = await readAll(inPieces(content).pipeThrough(new CompressionStream("deflate-raw")), Infinity);
  const encoded = toBase64Url(join([checksumOf(content), packed]));
  if (encoded.length > linkLimits.encoded) refuseLong("it", `${linkLimits.encoded} characters`);
  return `#s=${version}${encoded}`;
}

function refuseLong(what: string, limit: string): never {
  throw new RangeError(`Cannot make a link: ${what} would have more than ${limit}; copy it as a vector instead`);
}

/**
 * Takes a state out of the part of an address that begins with `#`. It may be anybody's: only what a state consists of is
 * taken, and no more than the limits allow.
 *
 * @returns The state, or `undefined` if the address has none.
 * @throws {SyntaxError} If the link is damaged.
 * @throws {RangeError} If it is of another version, or over a limit.
 */
export async function decodeState(hash: string): Promise<LinkState | undefined> {
  const text = /(?:^#?|&)s=([^&]*)/.exec(hash)?.[1];
  if (text === undefined) return undefined;
  if (/^\d/.test(text) && !text.startsWith(version)) {
    throw new RangeError(
      `Cannot open the link: it is of version ${
        text[0]
      } and this page knows version ${version}; open it where it was made`,
    );
  }
  const encoded = text.slice(version.length);
  if (encoded.length > linkLimits.encoded) exceed(`${linkLimits.encoded} characters`);
  const checked = text.startsWith(version) ? fromBase64Url(encoded) : undefined;
  if (!checked || checked.length < checksumBytes) return refuseDamaged();
  const content = await inflate(checked.subarray(checksumBytes));
  if (checksumOf(content).some((byte, i) => byte !== checked[i])) refuseDamaged();
  return readContent(content);
}

function exceed(limit: string): never {
  throw new RangeError(`Cannot open the link: it has more than ${limit} in it; ask its author for a file instead`);
}

function refuseDamaged(): never {
  throw new SyntaxError("Cannot open the link: a part of it is missing or changed; copy the whole of it once more");
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readAll(inPieces(packed).pipeThrough(new DecompressionStream("deflate-raw")), linkLimits.content);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return refuseDamaged();
  }
}

/** What has the right checksum was made by somebody, but not always by {@linkcode encodeState}. */
function readContent(content: Uint8Array): LinkState {
  const end = content.indexOf(LF);
  if (end < 0) refuseDamaged();
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder().decode(content.subarray(0, end)));
  } catch {
    refuseDamaged();
  }
  const { page, initiator, values, at, chunk } = ownFields(head);
  if (typeof page !== "string") refuseDamaged();
  const scene: Scene = { page, bytes: new Uint8Array(content.subarray(end + 1)) };
  if (initiator !== undefined) {
    if (typeof initiator !== "string") refuseDamaged();
    scene.initiator = initiator;
  }
  if (values !== undefined) scene.values = readValues(values);
  const state: LinkState = { scene };
  if (at !== undefined) state.at = readNumber(at, 0);
  if (chunk !== undefined) state.chunk = readNumber(chunk, 1);
  return state;
}

/** The fields of an object without what it inherits: an absent one must not be found further up. */
function ownFields(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuseDamaged();
  return Object.assign(Object.create(null), value);
}

function readValues(value: unknown): Record<string, string | boolean> {
  const entries = Object.entries(ownFields(value));
  if (!entries.every((entry): entry is [string, string | boolean] => ["string", "boolean"].includes(typeof entry[1]))) {
    refuseDamaged();
  }
  return Object.fromEntries(entries); // which sets no prototype
}

function readNumber(value: unknown, least: number): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least ? value : refuseDamaged();
}

/** FNV-1a, against what gets lost on the way: deflate alone takes much for valid. */
function checksumOf(bytes: Uint8Array): Uint8Array {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return new Uint8Array([sum >>> 24, sum >>> 16, sum >>> 8, sum]);
}

/** In pieces so small that none inflates to more than a limit: Deno inflates a whole chunk before it gives anything. */
function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at += 1024));
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

async function readAll(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return join(chunks);
    size += value.length;
    if (size > limit) {
      reader.cancel().catch(() => {}); // not awaited: nobody needs to know how it ends
      exceed(`${limit} bytes`);
    }
    chunks.push(value);
  }
}

function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  parts.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
  return joined;
}
