/**
 * Bytes as text that can be edited: each byte can be seen, and none is lost on the way to a text field and back.
 *
 * Text stands for itself and a line break for LF. `␍` is CR, `␀` is NUL, `⟨BOM⟩` is U+FEFF, and `⟨1B⟩` is any other byte,
 * in hex: where it is no UTF-8, where its character cannot be seen or looks like a space, and where that character would
 * be taken for this notation.
 *
 * @module
 */

/** What a text field would not show, or not as it is: what a reader cannot tell from nothing, or from a space. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

const encoder = new TextEncoder();

/** Writes bytes down. Takes time in proportion to their number. */
export function toText(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i];
    if (first >= 0x20 && first < 0x7f || first === 0x0a) {
      text += String.fromCharCode(first);
      i++;
      continue;
    }
    const length = characterLength(bytes, i);
    if (first === 0x0d) text += "␍";
    else if (first === 0) text += "␀";
    else if (length === 0) text += markOf(first);
    else text += show(bytes, i, length);
    i += Math.max(length, 1);
  }
  return text;
}

/** A character that is neither ASCII that can be seen, nor CR or NUL. */
function show(bytes: Uint8Array, start: number, length: number): string {
  const character = characterAt(bytes, start, length);
  if (character === "\ufeff") return "⟨BOM⟩";
  const isMark = character === "␍" || character === "␀" || character === "⟨" && isByteMark(bytes, start);
  if (!isMark && !unseen.test(character)) return character;
  let text = "";
  for (let i = start; i < start + length; i++) text += markOf(bytes[i]);
  return text;
}

/** Whether there is a text in the bytes that would be taken for `⟨1B⟩` or `⟨BOM⟩`. */
function isByteMark(bytes: Uint8Array, start: number): boolean {
  const ascii = String.fromCharCode(...bytes.subarray(start + 3, start + 6)); // a mark has no more than three of these
  const inside = /^(?:BOM|[\da-f]{2})/i.exec(ascii)?.[0];
  if (inside === undefined || inside.length === 3 && inside !== "BOM") return false;
  const close = start + 3 + inside.length;
  return bytes[close] === 0xe2 && bytes[close + 1] === 0x9f && bytes[close + 2] === 0xa9;
}

function markOf(byte: number): string {
  return `⟨${byte.toString(16).toUpperCase().padStart(2, "0")}⟩`;
}

/** How many bytes the character there has, or 0 if it is none: the table of the Unicode standard, 3-7. */
function characterLength(bytes: Uint8Array, i: number): number {
  const first = bytes[i];
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (i + length > bytes.length) return 0;
  for (let k = 1; k < length; k++) {
    // The second byte has narrower bounds: no longer form than needed, no surrogates, nothing above U+10FFFF.
    const least = k > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const most = k > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (bytes[i + k] < least || bytes[i + k] > most) return 0;
  }
  return length;
}

function characterAt(bytes: Uint8Array, i: number, length: number): string {
  if (length === 1) return String.fromCharCode(bytes[i]);
  let point = bytes[i] & (0xff >> (length + 1));
  for (let k = 1; k < length; k++) point = point << 6 | bytes[i + k] & 0x3f;
  return String.fromCodePoint(point);
}

/** A place in a text, and how many bytes stand before it. */
interface Place {
  index: number;
  offset: number;
}

const bom: readonly number[] = [0xef, 0xbb, 0xbf];

/** The bytes that the mark at an index is for, if there is one. */
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
 * Goes through a text, character by character and mark by mark, as long as none ends behind either limit.
 *
 * @param meet Is told of each mark on the way: where it begins, where it ends, and its bytes.
 */
function walk(
  text: string,
  maxIndex: number,
  maxOffset: number,
  meet?: (start: Place, end: number, bytes: readonly number[]) => void,
): Place {
  let index = 0;
  let offset = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    const mark = code < 0x80 ? undefined : readMark(text, index);
    const isPair = code >= 0xd800 && code < 0xdc00 && text.codePointAt(index)! > 0xffff;
    const next = index + (mark ? mark.units : isPair ? 2 : 1);
    const after = offset + (mark ? mark.bytes.length : code < 0x80 ? 1 : code < 0x800 ? 2 : isPair ? 4 : 3);
    if (next > maxIndex || after > maxOffset) break;
    if (mark) meet?.({ index, offset }, next, mark.bytes);
    index = next;
    offset = after;
  }
  return { index, offset };
}

/**
 * Reads what {@linkcode toText} has written, or what somebody has made of it. There is no text that cannot be read: what
 * is no mark stands for itself, and half a surrogate pair for U+FFFD.
 */
export function fromText(text: string): Uint8Array<ArrayBuffer> {
  const end = walk(text, Infinity, Infinity);
  const bytes = new Uint8Array(end.offset);
  let plain: Place = { index: 0, offset: 0 }; // where text begins that is not yet written
  const write = ({ index }: Place) => {
    if (plain.index < index) encoder.encodeInto(text.slice(plain.index, index), bytes.subarray(plain.offset));
  };
  walk(text, Infinity, Infinity, (start, next, mark) => {
    write(start);
    bytes.set(mark, start.offset);
    plain = { index: next, offset: start.offset + mark.length };
  });
  write(end);
  return bytes;
}

/**
 * How many bytes stand before a place in a text. Inside a mark or a surrogate pair, that is before the whole of it.
 *
 * @param index Counted in UTF-16 units, as the selection of a text field is.
 */
export function byteOffset(text: string, index: number): number {
  return walk(text, index, Infinity).offset;
}

/**
 * Where a byte stands in a text: before the character or mark that has it, and at the end of the text for what lies
 * behind all bytes.
 *
 * @param from The text; or the bytes, and the text is what {@linkcode toText} makes of them.
 * @returns An index in UTF-16 units.
 */
export function textIndex(from: string | Uint8Array, offset: number): number {
  return walk(typeof from === "string" ? from : toText(from), Infinity, offset).index;
}
