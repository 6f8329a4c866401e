/** Decodes compressed bodies while they arrive. */

import { Buffer } from "node:buffer";
import {
  type BrotliDecompress,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  type Inflate,
  type InflateRaw,
} from "node:zlib";

/** A decoder of one content encoding. */
export interface Decoder {
  write: (bytes: Uint8Array) => void;
  /** Ends the input. */
  end: () => void;
  /** Frees what the decoder holds, in whatever state it is. */
  stop: () => void;
}

/** The functions that a decoder calls. */
export interface DecoderCallbacks {
  onBytes: (bytes: Uint8Array) => void;
  /** A part of the body is not shown by browsers, which take what they show for the whole. May be called again. */
  onLost: (why: string) => void;
  /** All has been decoded. */
  onEnd: () => void;
  onError: (message: string) => void;
}

/** The functions that the decoders of a body call, and the bytes that each of them may be given. */
export interface DecodeOptions extends Pick<DecoderCallbacks, "onLost" | "onError"> {
  maxBytes: number;
  onTooLong: () => void;
}

/** Creates the decoder of a body with these encodings, in the order in which they were made. It writes to the target. */
export function decodeInto(
  target: Decoder,
  encodings: string[],
  { maxBytes, onLost, onError, onTooLong }: DecodeOptions,
): Decoder {
  return encodings.reduce((next, encoding) => {
    let size = 0;
    const decoder = createDecoder(encoding, {
      onBytes: next.write,
      onLost: (why) => onLost(`${encoding}: ${why}`),
      onEnd: next.end,
      onError: (message) => onError(`its ${encoding} encoding is broken: ${message}`),
    });
    return {
      write(bytes) {
        decoder.write(bytes);
        if ((size += bytes.length) > maxBytes) onTooLong(); // some encodings make nothing of much
      },
      end: decoder.end,
      stop() {
        decoder.stop();
        next.stop();
      },
    };
  }, target);
}

/** Creates a decoder of an encoding that can be read here. It does what browsers do. */
function createDecoder(encoding: string, callbacks: DecoderCallbacks): Decoder {
  switch (encoding) {
    case "deflate":
      return createDeflateDecoder(callbacks);
    case "br":
      return decodeBy(createBrotliDecompress(), callbacks, hasBytes, isWholeBrotli);
    default: // gzip, x-gzip
      return createGzipDecoder(callbacks);
  }
}

const breaksOff = "its compression breaks off";

/**
 * Decodes by a stream of zlib. Browsers read what comes before the end of the compressed data, and end well where it
 * breaks off.
 *
 * @param isMore Whether the bytes after the compressed data are more of the body.
 * @param isWhole Whether the compressed data is whole, where its stream does not tell.
 */
function decodeBy(
  stream: BrotliDecompress | Inflate | InflateRaw,
  { onBytes, onLost, onEnd, onError }: DecoderCallbacks,
  isMore: (rest: Buffer) => boolean,
  isWhole: (compressed: Buffer<ArrayBuffer>) => Promise<boolean> = () => Promise.resolve(true),
): Decoder {
  const compressed: Uint8Array[] = [];
  /** The bytes after the compressed data, once it has ended. */
  let rest: Buffer | undefined;
  let isReceived = false;

  function checkRest() {
    if (rest && isMore(rest)) onLost("it has more after the end of its compressed data");
    if (isReceived) onEnd();
  }
  stream.on("data", onBytes);
  stream.on("error", (error: Error & { code?: string }) => {
    if (error.code !== "Z_BUF_ERROR") return onError(error.message);
    onLost(breaksOff);
    onEnd();
  });
  stream.on("end", async () => {
    const all = Buffer.concat(compressed);
    const { bytesWritten } = stream;
    rest = all.subarray(bytesWritten);
    if (!await isWhole(all.subarray(0, bytesWritten))) onLost(breaksOff);
    checkRest();
  });
  return {
    write(bytes) {
      if (rest) {
        rest = Buffer.concat([rest, bytes]);
        return checkRest();
      }
      compressed.push(bytes);
      stream.write(bytes);
    },
    end() {
      isReceived = true;
      if (rest) checkRest();
      else stream.end();
    },
    stop: () => stream.destroy(),
  };
}

const hasBytes = (rest: Buffer) => rest.length > 0;

const gzipMark = Buffer.from([0x1f, 0x8b]);

/** Eight bytes with a checksum and a length come before the next member. */
const hasMember = (rest: Buffer) => rest.subarray(8, 10).equals(gzipMark);

/**
 * Decodes the first member of a gzip body: browsers show no other, and check neither its checksum nor its length.
 * `createGunzip` reads all members, so the bytes around the compressed data are read here: RFC 1952, section 2.3.
 */
function createGzipDecoder(callbacks: DecoderCallbacks): Decoder {
  const inflate = decodeBy(createInflateRaw(), callbacks, hasMember);
  /** The bytes of a head that is not complete. */
  let head: Buffer | undefined = Buffer.alloc(0);
  return {
    ...inflate,
    write(bytes) {
      if (!head) return inflate.write(bytes);
      head = Buffer.concat([head, bytes]);
      if (head.length > 1 && !head.subarray(0, 2).equals(gzipMark)) {
        return callbacks.onError("it does not begin as gzip does");
      }
      const start = findCompressed(head);
      if (start === undefined) return;
      inflate.write(head.subarray(start));
      head = undefined;
    },
    end() {
      if (!head) return inflate.end();
      if (head.length > 0) callbacks.onLost(breaksOff);
      callbacks.onEnd();
    },
  };
}

/** Finds where the compressed data of a member begins. Returns nothing if more bytes have to come first. */
function findCompressed(member: Buffer): number | undefined {
  if (member.length < 12) return;
  const flags = member[3];
  let at = 10;
  if (flags & 4) at += 2 + member.readUInt16LE(at); // extra fields
  for (const text of [8, 16]) { // a file name and a comment, each with a zero at its end
    if (!(flags & text)) continue;
    const zero = member.indexOf(0, at);
    if (zero < 0) return;
    at = zero + 1;
  }
  if (flags & 2) at += 2; // a checksum of the head
  return at <= member.length ? at : undefined;
}

/** Decodes `deflate`: with the head of zlib, or without one, as browsers do. */
function createDeflateDecoder(callbacks: DecoderCallbacks): Decoder {
  let inflate: Decoder | undefined;
  return {
    write(bytes) {
      inflate ??= decodeBy((bytes[0] & 15) === 8 ? createInflate() : createInflateRaw(), callbacks, hasBytes);
      inflate.write(bytes);
    },
    end: () => inflate ? inflate.end() : callbacks.onEnd(),
    stop: () => inflate?.stop(),
  };
}

/**
 * Whether the encoding does not break off, which zlib of Deno 2.9.6 does not notice. The size of the output needs no
 * check: it was limited when the pieces were decoded first.
 */
async function isWholeBrotli(compressed: Buffer<ArrayBuffer>): Promise<boolean> {
  const decoded = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("brotli" as CompressionFormat));
  return await decoded.pipeTo(new WritableStream()).then(() => true, () => false);
}
