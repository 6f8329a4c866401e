import { assert, assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { byteOffset, fromText, toText } from "../learn/notation.ts";
import { bytesOf } from "../vectors/vector.ts";
import { families } from "../vectors/classic/mod.ts";
import { measureCpu } from "./support/cpu_time.ts";
import { fc } from "./support/random.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...values: number[]) => new Uint8Array(values);

/** Bytes of which many have a notation of their own, or look like it. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((array) => new Uint8Array(array)),
  fc.array(
    fc.oneof(
      fc.constantFrom(
        "⟨",
        "⟩",
        "BOM",
        "⟨BOM⟩",
        "⟨0A⟩",
        "⟨ff⟩",
        "␍",
        "␀",
        "\r",
        "\n",
        "\0",
        "\ufeff",
        "\u200b",
        "F",
        "é",
        "😀",
      )
        .map(utf8),
      fc.uint8Array({ maxLength: 3 }),
    ),
    { maxLength: 30 },
  ).map((parts) => new Uint8Array(parts.flatMap((part) => [...part]))),
);

/** Texts as a reader may write them. */
const anyText = fc.array(
  fc.oneof(
    fc.constantFrom(
      "⟨",
      "⟩",
      "⟨BOM⟩",
      "⟨bom⟩",
      "⟨0A⟩",
      "⟨e2⟩",
      "⟨zz⟩",
      "⟨1⟩",
      "␍",
      "␀",
      "\r\n",
      "\t",
      "\ud83d",
      "\ude00",
      "a",
    ),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
  { maxLength: 20 },
).map((parts) => parts.join(""));

describe("toText()", () => {
  test("makes each byte visible", () => {
    const table: [written: string, bytes: Uint8Array][] = [
      ["", bytes()],
      ["data: fragment <p>é 漢 😀</p>\n\n", utf8("data: fragment <p>é 漢 😀</p>\n\n")],
      ["a␍\nb␍c", utf8("a\r\nb\rc")],
      ["␀", bytes(0)],
      ["⟨BOM⟩data⟨BOM⟩", utf8("\ufeffdata\ufeff")],
      ["⟨FF⟩a⟨C3⟩", bytes(0xff, 0x61, 0xc3)],
      ["⟨E2⟩⟨82⟩a", bytes(0xe2, 0x82, 0x61)], // the first two bytes of a €
      [
        "⟨C0⟩⟨80⟩ ⟨E0⟩⟨80⟩⟨80⟩ ⟨F0⟩⟨80⟩⟨80⟩⟨80⟩", // longer than needed
        bytes(0xc0, 0x80, 0x20, 0xe0, 0x80, 0x80, 0x20, 0xf0, 0x80, 0x80, 0x80),
      ],
      ["⟨ED⟩⟨A0⟩⟨80⟩ ⟨F4⟩⟨90⟩⟨80⟩⟨80⟩", bytes(0xed, 0xa0, 0x80, 0x20, 0xf4, 0x90, 0x80, 0x80)], // a surrogate; too high
      ["\ud7ff \ufffd 􏿿", utf8("\ud7ff \ufffd \u{10ffff}")],
      ["⟨E2⟩⟨90⟩⟨8D⟩ ⟨E2⟩⟨90⟩⟨80⟩", utf8("␍ ␀")],
      ["⟨E2⟩⟨9F⟩⟨A8⟩1B⟩ ⟨E2⟩⟨9F⟩⟨A8⟩ff⟩ ⟨E2⟩⟨9F⟩⟨A8⟩BOM⟩", utf8("⟨1B⟩ ⟨ff⟩ ⟨BOM⟩")],
      ["⟨zz⟩ ⟨1⟩ ⟨1B ⟨bom⟩ ⟨⟩ ⟨", utf8("⟨zz⟩ ⟨1⟩ ⟨1B ⟨bom⟩ ⟨⟩ ⟨")], // are no marks
      ["⟨1␀⟩", utf8("⟨1\0⟩")],
      ["⟨09⟩⟨1B⟩⟨7F⟩⟨C2⟩⟨85⟩", utf8("\t\x1b\x7f\x85")],
      ["⟨C2⟩⟨A0⟩⟨E3⟩⟨80⟩⟨80⟩ ", utf8("\u00a0\u3000 ")], // look like a space
      ["⟨C2⟩⟨AD⟩⟨E2⟩⟨80⟩⟨8B⟩⟨E2⟩⟨80⟩⟨8F⟩", utf8("\u00ad\u200b\u200f")],
      ["⟨E2⟩⟨80⟩⟨AE⟩⟨E2⟩⟨81⟩⟨A6⟩⟨E2⟩⟨80⟩⟨A8⟩⟨E2⟩⟨80⟩⟨A9⟩", utf8("\u202e\u2066\u2028\u2029")],
      ["⟨F3⟩⟨A0⟩⟨81⟩⟨81⟩", utf8("\u{e0041}")], // a tag
      ["❤⟨EF⟩⟨B8⟩⟨8F⟩⟨E3⟩⟨85⟩⟨A4⟩⟨CD⟩⟨8F⟩", utf8("❤\ufe0f\u3164\u034f")], // are letters and marks by their category
      ["⟨C1⟩⟨81⟩⟨E0⟩⟨81⟩⟨81⟩⟨F0⟩⟨80⟩⟨81⟩⟨81⟩", bytes(0xc1, 0x81, 0xe0, 0x81, 0x81, 0xf0, 0x80, 0x81, 0x81)], // no A
    ];
    assertEquals(table.map(([, bytes]) => toText(bytes)), table.map(([written]) => written));
    assertEquals(table.map(([written]) => fromText(written)), table.map(([, bytes]) => new Uint8Array(bytes)));
  });

  test("loses no byte", () => {
    fc.assert(fc.property(anyBytes, (bytes) => assertEquals(fromText(toText(bytes)), bytes)), { numRuns: 1000 });
    const every = new Uint8Array(65536 * 2).map((_, i) => i % 2 ? i >> 1 & 0xff : i >> 9);
    assertEquals(fromText(toText(every)), every);
    for (const vector of families.flatMap(({ vectors }) => vectors)) {
      assertEquals(fromText(toText(bytesOf(vector))), bytesOf(vector), vector.id);
    }
  });

  test("writes no invisible character, and none that a text field changes", () => {
    fc.assert(fc.property(anyBytes, (bytes) => {
      const text = toText(bytes);
      assert(text.isWellFormed());
      assert(!/[^\P{C}\n\p{Co}\p{Cn}]|[\u2028\u2029\u00a0\u3000\ufe0f]/u.test(text), text);
    }));
  });
});

describe("fromText()", () => {
  test("reads any text", () => {
    const table: [text: string, bytes: Uint8Array][] = [
      ["⟨e2⟩⟨82⟩⟨AC⟩", utf8("€")],
      ["⟨0A⟩\n⟨0D⟩\r\t⟨41⟩", utf8("\n\n\r\r\tA")],
      ["\ufeff\0\u200b", utf8("\ufeff\0\u200b")],
      ["\ud800|\udc00|\ude00\ud83d|\ud83d\ude00", utf8("\ufffd|\ufffd|\ufffd\ufffd|😀")],
      ["⟨⟨BOM⟩", utf8("⟨\ufeff")],
      ["⟨0⟨41⟩⟩", utf8("⟨0A⟩")],
    ];
    assertEquals(table.map(([text]) => fromText(text)), table.map(([, bytes]) => new Uint8Array(bytes)));
  });

  test("reads a text without marks as an encoder does", () => {
    fc.assert(fc.property(anyText.filter((text) => !/[⟨␍␀]/.test(text)), (text) => {
      assertEquals(fromText(text), utf8(text));
    }));
  });
});

describe("byteOffset()", () => {
  test("counts the bytes before a place, which may be inside a mark or a surrogate pair", () => {
    const text = "a⟨FF⟩é⟨BOM⟩😀␍\n";
    const starts = [[0, 0], [1, 1], [5, 2], [6, 4], [11, 7], [13, 11], [14, 12], [15, 13]];
    assertEquals(starts.map(([index]) => byteOffset(text, index)), starts.map(([, offset]) => offset));
    assertEquals([2, 3, 4].map((index) => byteOffset(text, index)), [1, 1, 1]);
    assertEquals([7, 8, 9, 10].map((index) => byteOffset(text, index)), [4, 4, 4, 4]);
    assertEquals(byteOffset(text, 12), 7); // between both halves of a surrogate pair
    assertEquals([byteOffset(text, -1), byteOffset(text, 99)], [0, 13]);
  });

  test("is the length of what a text up to the place is read as", () => {
    fc.assert(fc.property(anyText, fc.nat(), (text, number) => {
      const index = number % (text.length + 1);
      const offset = byteOffset(text, index);
      const start = [index, index - 1, index - 2, index - 3, index - 4].find((start) =>
        start <= 0 || byteOffset(text, start - 1) < offset
      )!; // of the character or mark that the place is in
      assert(byteOffset(text, start) === offset);
      assertEquals(fromText(text.slice(0, Math.max(0, start))), fromText(text).slice(0, offset));
    }));
  });
});

test("the notation takes time in proportion to the bytes", async () => {
  const measure = (bytes: Uint8Array) =>
    measureCpu(() => {
      const text = toText(bytes);
      fromText(text);
      byteOffset(text, text.length);
    });
  for (const part of ["data: <p>é</p>\n", "⟨AA⟩", "⟨", "\r", "\xff"]) {
    const own = part === "\xff" ? bytes(0xff) : utf8(part);
    const repeat = (size: number) => new Uint8Array(size).map((_, i) => own[i % own.length]);
    await measure(repeat(20_000)); // to warm up
    const [small, large] = [await measure(repeat(20_000)), await measure(repeat(160_000))];
    assert(large < 8 * small * 5 + 50, `${JSON.stringify(part)}: ${small} ms, ${large} ms for 8 times as much`);
  }
});
