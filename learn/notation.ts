/**
 * Writes bytes as text that can be edited: each byte is visible, and none is lost on the way to a text field and back.
 *
 * Text is written as it is, and LF as a line break. `␍` is CR, `␀` is NUL, `⟨BOM⟩` is U+FEFF, and `⟨1B⟩` is any other byte,
 * in hex. This form is used for bytes that are not UTF-8, for characters that are invisible or look like a space, and for
 * characters that would be taken for this notation.
 *
 * @module
 */

import { readSequence } from "../harness/core.ts";

/** Characters that a text field does not show. Others that the harness names stay as they are: a font may have them. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Writes bytes in the notation, in time proportional to their number. */
export function toText(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i];
    if (first >= 0x20 && first < 0x7f || first === 0x0a) {
      text += String.fromCharCode(first);
      i++;
      continue;
    }
    const { length, valid } = readSequence(bytes, i);
    if (first === 0x0d) text += "␍";
    else if (first === 0) text += "␀";
    else text += valid ? writeCharacter(bytes, i, length) : writeBytes(bytes.subarray(i, i + length));
    i += length;
  }
  return text;
}

/** Writes a character that is neither visible ASCII, nor CR or NUL. */
function writeCharacter(bytes: Uint8Array, start: number, length: number): string {
  const character = decoder.decode(bytes.subarray(start, start + length));
  if (character === "\ufeff") return "⟨BOM⟩";
  const isMark = readMark(decoder.decode(bytes.subarray(start, start + 9)), 0) !== undefined; // no mark has more bytes
  if (!isMark && !invisible.test(character)) return character;
  return writeBytes(bytes.subarray(start, start + length));
}

function writeBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += `⟨${byte.toString(16).toUpperCase().padStart(2, "0")}⟩`;
  return text;
}

/** A place in a text, and the number of bytes before it. */
interface Place {
  index: number;
  offset: number;
}

const bom: readonly number[] = [0xef, 0xbb, 0xbf];

/** Reads the mark at an index, if there is one: its length in UTF-16 units, and its bytes. */
function readMark(text: string, index: number): { units: number; bytes: readonly number[] } | undefined {
  const first = text[index];
  if (first === "␍") return { units: 1, bytes: [0x0d] };
  if (first === "␀") return { units: 1, bytes: [0] };
  if (first !== "⟨") return;
  if (text.startsWith("BOM⟩", index + 1)) return { units: 5, bytes: bom };
  const digits = text.slice(index + 1, index + 3);
  if (text[index + 3] === "⟩" && /^[\da-f]{2}$/i.test(digits)) return { units: 4, bytes: [parseInt(digits, 16)] };
}

/**
 * Walks through a text, character by character and mark by mark, as long as none ends after an index.
 *
 * @param onMark Is called for each mark with its beginning, its end, and its bytes.
 */
function walk(
  text: string,
  maxIndex: number,
  onMark?: (start: Place, end: number, bytes: readonly number[]) => void,
): Place {
  let index = 0;
  let offset = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    const mark = code < 0x80 ? undefined : readMark(text, index);
    const isPair = code >= 0xd800 && code < 0xdc00 && text.codePointAt(index)! > 0xffff;
    const next = index + (mark ? mark.units : isPair ? 2 : 1);
    if (next > maxIndex) break;
    if (mark) onMark?.({ index, offset }, next, mark.bytes);
    index = next;
    offset += mark ? mark.bytes.length : code < 0x80 ? 1 : code < 0x800 ? 2 : isPair ? 4 : 3;
  }
  return { index, offset };
}

/**
 * Reads a text in the notation. Every text can be read: anything but a mark is read as it is, and half a surrogate pair as
 * U+FFFD.
 */
export function fromText(text: string): Uint8Array<ArrayBuffer> {
  const end = walk(text, Infinity);
  const bytes = new Uint8Array(end.offset);
  let plain: Place = { index: 0, offset: 0 }; // the beginning of text that is not written yet
  const writePlain = ({ index }: Place) => {
    if (plain.index < index) encoder.encodeInto(text.slice(plain.index, index), bytes.subarray(plain.offset));
  };
  walk(text, Infinity, (start, next, mark) => {
    writePlain(start);
    bytes.set(mark, start.offset);
    plain = { index: next, offset: start.offset + mark.length };
  });
  writePlain(end);
  return bytes;
}

/**
 * The number of bytes before a place in a text. A place inside a mark or a surrogate pair counts as the beginning of it.
 *
 * @param index In UTF-16 units, as the selection of a text field is counted.
 */
export function byteOffset(text: string, index: number): number {
  return walk(text, index).offset;
}
