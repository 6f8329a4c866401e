/** Decodes compressed bodies while they arrive. */

import { Buffer } from "node:buffer";
import { createBrotliDecompress, createInflate, createInflateRaw } from "node:zlib";

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
  /** All has been decoded. */
  onEnd: () => void;
  onError: (message: string) => void;
}

/** Creates a decoder. Returns nothing for an encoding that cannot be read here. */
export function createDecoder(encoding: string, { onBytes, onEnd, onError }: DecoderCallbacks): Decoder | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGzipDecoder({ onBytes, onEnd, onError });
    case "deflate":
      return createDeflateDecoder({ onBytes, onEnd, onError });
    case "br":
      return createBrotliDecoder({ onBytes, onEnd, onError });
  }
}

/**
 * Decodes the first member of a gzip body: browsers show no other, and check neither its checksum nor its length.
 * `createGunzip` reads all members, so the bytes around the compressed data are read here: RFC 1952, section 2.3.
 */
function createGzipDecoder({ onBytes, onEnd, onError }: DecoderCallbacks): Decoder {
  const inflate = createInflateRaw();
  /** The bytes of a head that is not complete. */
  let head: Buffer | undefined = Buffer.alloc(0);
  const compressed: Uint8Array[] = [];
  /** The bytes after the compressed data, once it has ended. */
  let rest: Buffer | undefined;
  let isReceived = false;

  function checkRest() {
    // Eight bytes with a checksum and a length come before the next member.
    if (rest?.subarray(8, 10).equals(gzipMark)) onError("it has a second member, and browsers read the first only");
    else if (isReceived) onEnd();
  }
  inflate.on("data", onBytes);
  inflate.on("error", ({ message }) => onError(message));
  inflate.on("end", () => {
    rest = Buffer.concat(compressed).subarray(inflate.bytesWritten);
    checkRest();
  });
  return {
    write(bytes) {
      if (head) {
        head = Buffer.concat([head, bytes]);
        if (head.length > 1 && !head.subarray(0, 2).equals(gzipMark)) return onError("it does not begin as gzip does");
        const start = findCompressed(head);
        if (start === undefined) return;
        bytes = head.subarray(start);
        head = undefined;
      }
      if (rest) {
        rest = Buffer.concat([rest, bytes]);
        return checkRest();
      }
      compressed.push(bytes);
      inflate.write(bytes);
    },
    end() {
      isReceived = true;
      if (head && head.length > 0) onError("unexpected end of file");
      else if (head || rest) onEnd();
      else inflate.end();
    },
    stop: () => inflate.destroy(),
  };
}

const gzipMark = Buffer.from([0x1f, 0x8b]);

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
function createDeflateDecoder({ onBytes, onEnd, onError }: DecoderCallbacks): Decoder {
  let inflate: ReturnType<typeof createInflate> | ReturnType<typeof createInflateRaw> | undefined;
  return {
    write(bytes) {
      if (!inflate) {
        inflate = (bytes[0] & 15) === 8 ? createInflate() : createInflateRaw();
        inflate.on("data", onBytes).on("end", onEnd).on("error", ({ message }) => onError(message));
      }
      inflate.write(bytes);
    },
    end: () => inflate ? inflate.end() : onEnd(),
    stop: () => inflate?.destroy(),
  };
}

function createBrotliDecoder({ onBytes, onEnd, onError }: DecoderCallbacks): Decoder {
  const decoder = createBrotliDecompress();
  const pieces: Uint8Array[] = [];
  decoder.on("data", onBytes);
  decoder.on("end", () => checkBrotli(pieces).then(onEnd, ({ message }) => onError(message)));
  decoder.on("error", ({ message }) => onError(message));
  return {
    write(bytes) {
      pieces.push(bytes);
      decoder.write(bytes);
    },
    end: () => decoder.end(),
    stop: () => decoder.destroy(),
  };
}

/**
 * Rejects if the encoding breaks off, which zlib of Deno 2.9.6 does not notice. The size of the output needs no check: it
 * was limited when the pieces were decoded first.
 */
async function checkBrotli(pieces: Uint8Array[]): Promise<void> {
  const encoded = new Blob([Buffer.concat(pieces)]).stream();
  const decoded = encoded.pipeThrough(new DecompressionStream("brotli" as CompressionFormat));
  await decoded.pipeTo(new WritableStream());
}
