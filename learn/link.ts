/**
 * Writes a scene as a link. All of it is in the URL fragment, after the `#`, which browsers do not send to the server.
 *
 * The form is `#s=`, the version `1`, and then base64url of the checksum of the content in four bytes and of the content
 * itself, compressed as raw deflate. The content is a line of JSON, an LF and the bytes of the stream.
 *
 * @module
 */

import type { Scene } from "./scene.ts";

/** The state of the page that a link leads to. */
export interface LinkState {
  scene: Scene;
  /** The number of bytes that have arrived, if not all. */
  at?: number;
  /** The number of bytes in a chunk, if not all arrive in one. */
  chunk?: number;
}

/** The limits for links. */
export const linkLimits = {
  /** Characters after the version. */
  encoded: 64 * 1024,
  /** Bytes of the content. */
  content: 1024 * 1024,
} as const;

const version = "1";
const checksumBytes = 4;
const LF = 10;

/**
 * Writes the part of an address that leads to a state, beginning with `#`.
 *
 * @throws {RangeError} If the state is too large for a link.
 */
export async function encodeState({ scene, at, chunk }: LinkState): Promise<string> {
  const { page, initiator, values, bytes } = scene;
  const head = new TextEncoder().encode(JSON.stringify({ page, initiator, values, at, chunk }) + "\n");
  const content = await join(head, bytes);
  if (content.length > linkLimits.content) refuseLong("page and stream", `${linkLimits.content} bytes`);
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const checked = await join(checksumOf(content), await new Response(packed).arrayBuffer());
  const encoded = checked.toBase64(base64url);
  if (encoded.length > linkLimits.encoded) refuseLong("it", `${linkLimits.encoded} characters`);
  return `#s=${version}${encoded}`;
}

function refuseLong(what: string, limit: string): never {
  throw new RangeError(`Cannot make a link: ${what} would have more than ${limit}; copy it as a vector instead`);
}

/**
 * Reads a state out of the part of an address that begins with `#`. The link may come from anyone, so only the fields of
 * a state are read, and only within the limits.
 *
 * @returns The state, or `undefined` if the address has none.
 * @throws {SyntaxError} If the link is damaged.
 * @throws {RangeError} If it is of another version, or over a limit.
 */
export async function decodeState(hash: string): Promise<LinkState | undefined> {
  const text = /(?:^#?|&)s=([^&]*)/.exec(hash)?.[1];
  if (text === undefined) return undefined;
  const [found = ""] = text;
  if (/\d/.test(found) && found !== version) {
    const versions = `its version is ${found}, but this page reads version ${version}`;
    throw new RangeError(`Cannot open the link: ${versions}; open it on the server where it was made`);
  }
  const encoded = text.slice(version.length);
  if (encoded.length > linkLimits.encoded) exceed(`${linkLimits.encoded} characters`);
  const checked = found === version ? decodeBase64Url(encoded) : undefined;
  if (!checked || checked.length < checksumBytes) return refuseDamaged();
  const content = await inflate(checked.subarray(checksumBytes));
  if (checksumOf(content).some((byte, i) => byte !== checked[i])) refuseDamaged();
  return readContent(content);
}

function exceed(limit: string): never {
  throw new RangeError(`Cannot open the link: it has more than ${limit}; ask its author for a file instead`);
}

function refuseDamaged(): never {
  throw new SyntaxError("Cannot open the link: a part of it is missing or changed; copy the whole link again");
}

const base64url = { alphabet: "base64url", omitPadding: true } as const;

/** Decodes base64url. White space, padding and unused bits make a text invalid. */
function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text, base64url);
    return bytes.toBase64(base64url) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = cutInPieces(packed).pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(refuseDamaged);
    if (done) return await join(...chunks);
    size += value.length;
    if (size > linkLimits.content) {
      reader.cancel().catch(() => {}); // its end does not matter
      exceed(`${linkLimits.content} bytes`);
    }
    chunks.push(value);
  }
}

/** Joins bytes. */
async function join(...parts: BlobPart[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Reads the content. A right checksum does not mean that {@linkcode encodeState} wrote it. */
function readContent(content: Uint8Array): LinkState {
  const end = content.indexOf(LF);
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder().decode(content.subarray(0, Math.max(end, 0))));
  } catch {
    refuseDamaged();
  }
  const { page, initiator, values, at, chunk } = ownFields(head);
  if (typeof page !== "string" || initiator !== undefined && typeof initiator !== "string") refuseDamaged();
  return {
    scene: {
      page,
      bytes: new Uint8Array(content.subarray(end + 1)),
      ...initiator !== undefined && { initiator },
      ...values !== undefined && { values: readValues(values) },
    },
    ...at !== undefined && { at: readNumber(at, 0) },
    ...chunk !== undefined && { chunk: readNumber(chunk, 1) },
  };
}

/** Returns an object's own fields, so that no inherited one takes the place of an absent one. */
function ownFields(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuseDamaged();
  return Object.assign(Object.create(null), value);
}

function readValues(values: unknown): Record<string, string | boolean> {
  const entries = Object.entries(ownFields(values));
  if (entries.some(([, value]) => typeof value !== "string" && typeof value !== "boolean")) refuseDamaged();
  return Object.fromEntries(entries) as Record<string, string | boolean>; // which sets no prototype
}

function readNumber(value: unknown, least: number): number {
  return Number.isSafeInteger(value) && value as number >= least ? value as number : refuseDamaged();
}

/** Computes FNV-1a. It finds damage that deflate alone does not notice. */
function checksumOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return new Uint8Array([sum >>> 24, sum >>> 16, sum >>> 8, sum]);
}

/** Streams bytes in pieces so small that none inflates beyond the limit: Deno inflates a whole chunk at once. */
function cutInPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at += 1024));
      else controller.close();
    },
  }, { highWaterMark: 0 });
}
