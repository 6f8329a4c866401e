/**
 * UTF-8, byte by byte.
 *
 * @module
 */

/**
 * Reads the byte sequence of one character.
 *
 * @returns Its length in bytes, and whether it is a valid character. An invalid sequence is as long as the part that a
 * decoder replaces by one U+FFFD.
 */
export function readSequence(bytes: Uint8Array, at: number, end = bytes.length): { length: number; valid: boolean } {
  const first = bytes[at];
  if (first < 0x80) return { length: 1, valid: true };
  if (first < 0xc2 || first > 0xf4) return { length: 1, valid: false };
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte has narrower bounds where an overlong form, a surrogate, or more than U+10FFFF would begin.
  let least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  let most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    if (at + i >= end || bytes[at + i] < least || bytes[at + i] > most) return { length: i, valid: false };
    [least, most] = [0x80, 0xbf];
  }
  return { length, valid: true };
}

/** Number of bytes that a text takes in UTF-8. A lone surrogate takes the three bytes of U+FFFD. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    const isPair = (code & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    bytes += code < 0x800 ? 1 : 2; // a pair has four bytes, and two units
    if (isPair) i++;
  }
  return bytes;
}
