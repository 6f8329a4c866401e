/** Decodes compressed bodies while they arrive. */

import { Buffer } from "node:buffer";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

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

/** Creates a decoder. Returns nothing for an encoding that is not known. */
export function createDecoder(encoding: string, { onBytes, onEnd, onError }: DecoderCallbacks): Decoder | undefined {
  const create = {
    gzip: createGunzip,
    "x-gzip": createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[encoding];
  if (!create) return;
  const decoder = create();
  const isBrotli = encoding === "br";
  const brotli: Uint8Array[] = [];
  decoder.on("data", onBytes);
  decoder.on("end", () => isBrotli ? checkBrotli(brotli).then(onEnd, ({ message }) => onError(message)) : onEnd());
  decoder.on("error", ({ message }) => onError(message));
  return {
    write(bytes) {
      if (isBrotli) brotli.push(bytes);
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
