/** The forms in which tools keep an answer, and in which its bytes are no event stream. */

import { Buffer } from "node:buffer";
import { brotliDecompressSync, constants, inflateRawSync, inflateSync } from "node:zlib";

/** A form that is no event stream. */
export interface BodyForm {
  /** The form, in words that complete "it is". */
  form: string;
  /** The way to capture the stream itself. */
  advice: string;
}

/** Describes a form, and what to do, for a message: "Cannot check a.sse: it is ...". */
export const describeForm = ({ form, advice }: BodyForm): string => `it is ${form}; ${advice}`;

/** The bytes at the beginning that are looked at. */
const looked = 4096;

/** Finds out whether bytes are a known form of an answer, and no event stream. The beginning of a capture is enough. */
export function recognizeForm(bytes: Uint8Array): BodyForm | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = buffer.toString("latin1", 0, looked);
  const unicode = findUnicode(start);
  if (unicode) {
    const advice =
      "a stream is UTF-8; keep its bytes as they come, by `curl -sN -o FILE URL` (`>` of PowerShell changes them)";
    return { form: `text in ${unicode}`, advice };
  }
  const compression = findCompression(buffer.subarray(0, looked), start);
  if (compression) {
    const advice = "decompress it, or capture it by `curl -sN --compressed URL`";
    return { form: `compressed with ${compression}`, advice };
  }
  if (headStart.test(start)) {
    return {
      form: "an answer with its head, as `curl -i` writes it",
      advice: "capture it without `-i`: `curl -sN URL`",
    };
  }
  if (/^[*<>] /.test(start) && /^< HTTP\/\d/m.test(start)) {
    return { form: "a log of `curl -v`", advice: "keep standard output only: `curl -sN URL`" };
  }
  if (hasChunkSizes(buffer, start)) {
    const form = "in chunks with their sizes, as `curl --raw` writes it";
    return { form, advice: "capture it without `--raw`: `curl -sN URL`" };
  }
}

/** A status line, a line with a request, or headers of which one is the type of a stream. */
const headStart =
  /^(?:\xef\xbb\xbf)?\s*(?:HTTP\/\d(?:\.\d)? \d{3}\b|[A-Z]+ \S+ HTTP\/\d|(?:(?!event:|data:)[\w-]+:.*\r?\n)*content-type: *text\/event-stream)/i;

/** UTF-16 or UTF-32, with a byte order mark, or with the zeros that it has around letters. */
function findUnicode(start: string): string | undefined {
  if (/^(?:\xff\xfe\0\0|\0\0\xfe\xff|(?:[\t-~]\0{3}){2}|(?:\0{3}[\t-~]){2})/.test(start)) return "UTF-32";
  if (/^(?:\xff\xfe|\xfe\xff|(?:[\t-~]\0){4}|(?:\0[\t-~]){4})/.test(start)) return "UTF-16";
}

/** The compression of bytes: two have a mark, and of the others fields of events have to come out. */
function findCompression(bytes: Buffer, start: string): string | undefined {
  if (start.startsWith("\x1f\x8b")) return "gzip";
  if (start.startsWith("\x28\xb5\x2f\xfd")) return "zstd";
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = constants;
  const attempts: [name: string, decompress: typeof inflateSync, finishFlush: number][] = [
    ["deflate", inflateSync, Z_SYNC_FLUSH],
    ["deflate", inflateRawSync, Z_SYNC_FLUSH],
    ["br", brotliDecompressSync, BROTLI_OPERATION_FLUSH],
  ];
  return attempts.find(([, decompress, finishFlush]) => {
    try {
      const text = decompress(bytes, { finishFlush, maxOutputLength: 1024 * looked }).toString("latin1", 0, looked);
      return /^(?:event|data|id|retry):/m.test(text);
    } catch {
      return false;
    }
  })?.[0];
}

/** Whether a first chunk is there: its size in a line of its own, as many bytes, and the end of the chunk. */
function hasChunkSizes(bytes: Buffer, start: string): boolean {
  const [line, size] = /^([0-9a-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n/i.exec(start) ?? [];
  if (line === undefined) return false;
  const end = line.length + Number.parseInt(size, 16);
  return end <= bytes.length && /^(?:\r\n[0-9a-f]?)?$/i.test(bytes.toString("latin1", end, end + 3));
}
