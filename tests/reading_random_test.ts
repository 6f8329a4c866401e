import { assertEquals } from "@std/assert";
import process from "node:process";
import { describe, test } from "node:test";
import { readStream, type StreamEvent } from "../harness/mod.ts";
import { slow } from "./support/process.ts";
import { fc } from "./support/random.ts";

/** `RUNS=20000` looks longer. */
const numRuns = Number(process.env.RUNS || 300);

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** A character, and the bytes it came from: those of the whole line where these are not UTF-8. None for a joint. */
interface Character {
  text: string;
  bytes: [start: number, end: number][];
}

interface SlowLine {
  start: number;
  end: number;
  characters: Character[];
}

/** An event as the slow reading has it. */
interface SlowEvent {
  start: number;
  ended: boolean;
  name: string | undefined;
  id: string | undefined;
  data: Character[];
  keptLines: number[];
  content: Character[];
  throws: boolean;
  errorLine: number | undefined;
}

const textOf = (characters: Character[]) => characters.map(({ text }) => text).join("");

/** Decodes one line byte by byte: with the longest sequence that is one character. */
function decodeLine(stream: Uint8Array, start: number, end: number): SlowLine {
  const characters: Character[] = [];
  const whole = stream.subarray(start, end);
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    let at = start;
    for (const text of strict.decode(whole)) {
      const length = encode(text).length;
      characters.push({ text, bytes: [[at, at + length]] });
      at += length;
    }
  } catch {
    for (const text of decode(whole)) characters.push({ text, bytes: [[start, end]] });
  }
  return { start, end, characters };
}

function splitLines(stream: Uint8Array): SlowLine[] {
  const lines: SlowLine[] = [];
  let start = 0;
  for (let i = 0; i < stream.length; i++) {
    if (stream[i] !== 10 && stream[i] !== 13) continue;
    lines.push(decodeLine(stream, start, i));
    if (stream[i] === 13 && stream[i + 1] === 10) i++;
    start = i + 1;
  }
  if (start < stream.length) lines.push(decodeLine(stream, start, stream.length));
  return lines;
}

/** The field of a line by the client's rules: its name, and the characters of its value. */
function splitField({ characters }: SlowLine): { name: string; value: Character[] } | undefined {
  const colon = characters.findIndex(({ text }) => text === ":");
  if (colon <= 0) return;
  const dropMark = (some: Character[]) => some[0]?.text === "\uFEFF" ? some.slice(1) : some;
  const after = characters.slice(colon + 1);
  return {
    name: textOf(dropMark(characters.slice(0, colon))),
    value: dropMark(after[0]?.text === " " ? after.slice(1) : after),
  };
}

/** Joins the values of lines with line feeds. */
function join(values: Character[][]): Character[] {
  return values.flatMap((value, i) => i === 0 ? value : [{ text: "\n", bytes: [] }, ...value]);
}

function trim(characters: Character[]): Character[] {
  const isText = ({ text }: Character) => text.trim() !== "";
  const first = characters.findIndex(isText);
  return first < 0 ? [] : characters.slice(first, characters.findLastIndex(isText) + 1);
}

function splitRows(data: Character[]): Character[][] {
  const rows: Character[][] = [[]];
  for (const character of data) character.text === "\n" ? rows.push([]) : rows.at(-1)!.push(character);
  return rows;
}

/** The first word of a row, and what follows after one space. */
function splitRow(row: Character[]): [word: string, rest: Character[]] {
  const space = row.findIndex(({ text }) => text === " ");
  return space < 0 ? [textOf(row), []] : [textOf(row.slice(0, space)), row.slice(space + 1)];
}

const modes = ["morph", "inner", "outer", "prepend", "append", "before", "after", "upsert_attributes"];
const consoleModes = ["debug", "error", "info", "group", "groupEnd", "log", "warn"];

/** The content of an event, and the row at which the client throws, counted from the first row with text. */
function readRows(name: string | undefined, data: Character[]): { content: Character[]; errorRow?: number } {
  const rows = splitRows(data);
  const content: Character[][] = [];
  const wordOf = (row: Character[]) => splitRow(row)[0];
  switch (name) {
    case "datastar-fragment": {
      let open = "";
      let errorRow: number | undefined;
      for (const [i, row] of rows.entries()) {
        if (row.length === 0) continue;
        const [word, rest] = splitRow(row);
        if (["selector", "merge", "settle", "vt", "fragment"].includes(word) && word !== open) {
          open = word;
          if (word === "fragment") content.push(rest);
          if (word === "merge" && !modes.includes(textOf(rest))) errorRow ??= i;
        } else if (open === "fragment") content.push(row);
      }
      return { content: trim(join(content)), errorRow };
    }
    case "datastar-signal": {
      for (const row of rows) if (wordOf(row) === "store") content.push(splitRow(row)[1]);
      const wrong = rows.findIndex((row) => !["store", "onlyIfMissing"].includes(wordOf(row)));
      return { content: trim(join(content)), errorRow: wrong < 0 ? undefined : wrong };
    }
    // The word ends at the first space of the data, and not of the row.
    case "datastar-delete":
      return { content: [], errorRow: ["selector", "paths"].includes(wordOf(data)) ? undefined : 0 };
    case "datastar-redirect":
      return { content: [], errorRow: wordOf(data) === "url" ? undefined : 0 };
    case "datastar-console":
      return { content: [], errorRow: consoleModes.includes(wordOf(data)) ? undefined : 0 };
  }
  return { content: [] };
}

function readSlowly(stream: Uint8Array): SlowEvent[] {
  const events: SlowEvent[] = [];
  let block: SlowLine[] = [];
  const finish = (ended: boolean) => {
    const isComment = ({ start, characters }: SlowLine) => {
      const [first] = start === 0 && characters[0].text === "\uFEFF" ? characters.slice(1) : characters;
      return first === undefined || first.text === ":";
    };
    if (!block.every(isComment)) events.push(readBlock(block, ended));
    block = [];
  };
  for (const line of splitLines(stream)) {
    if (line.start < line.end) block.push(line);
    else if (block.length > 0) finish(true);
  }
  if (block.length > 0) finish(false);
  return events;
}

function readBlock(block: SlowLine[], ended: boolean): SlowEvent {
  const event: SlowEvent = {
    start: block[0].start,
    ended,
    name: undefined,
    id: undefined,
    data: [],
    keptLines: [],
    content: [],
    throws: false,
    errorLine: undefined,
  };
  if (!ended) return event;
  const kept: { start: number; value: Character[] }[] = [];
  for (const line of block) {
    const { name, value } = splitField(line) ?? {};
    if (name === "event") event.name = textOf(value!) || undefined;
    if (name === "id") event.id = textOf(value!);
    if (name === "data" && (kept.length > 0 || value!.length > 0)) kept.push({ start: line.start, value: value! });
  }
  const all = join(kept.map(({ value }) => value));
  event.data = trim(all);
  event.keptLines = kept.map(({ start }) => start);
  const { content, errorRow } = readRows(event.name, event.data);
  event.content = content;
  event.throws = errorRow !== undefined;
  if (errorRow !== undefined && event.data.length > 0) {
    const lost = splitRows(all.slice(0, all.indexOf(event.data[0]))).length - 1; // rows before the first text
    event.errorLine = event.keptLines[lost + errorRow];
  }
  return event;
}

type Source = StreamEvent["reading"]["data"];

/** The characters of a text of the harness, with the bytes that it names for each. */
function charactersOf(source: Source): Character[] {
  const characters: Character[] = [];
  let at = 0;
  for (const text of source.text) {
    const ranges = source.bytesAt(at, at + text.length);
    characters.push({ text, bytes: ranges.map(({ start, end }) => [start, end]) });
    at += text.length;
  }
  return characters;
}

/** An event of the harness in the form of the slow reading. */
function describeEvent(event: StreamEvent): SlowEvent {
  const { client, error, reading: { data, rows, content, errorRow } } = event;
  return {
    start: event.range.start,
    ended: client !== undefined,
    name: client?.event,
    id: client?.id,
    data: charactersOf(data),
    keptLines: rows.map(({ line }) => line.start),
    content: charactersOf(content),
    throws: error !== undefined,
    errorLine: errorRow?.line.start,
  };
}

/** Joins the rows of which something is left. */
function joinRows({ data, rows }: StreamEvent["reading"]): string {
  return rows.filter(({ effect }) => effect !== "trimmed").map(({ from, to }) => data.text.slice(from, to)).join("\n");
}

async function* cut(stream: Uint8Array, sizes: number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = sizes[i % sizes.length];
    yield await Promise.resolve(stream.slice(at, at + size));
    at += size;
  }
}

const [invalidByte, cutCharacter] = "\uE000\uE001"; // these stand for bytes that are not UTF-8
const encodeBroken = (text: string) =>
  [...text].flatMap((character) =>
    character === invalidByte ? [0xff] : character === cutCharacter ? [0xe2, 0x82] : [...encode(character)]
  );

const split = (text: string) => text.split(" ");
const key = fc.constantFrom(...split("fragment fragment fragment merge selector settle vt store store onlyIfMissing"));
const name = fc.constantFrom(...split("fragment fragment fragment signal delete redirect console x"));
const word = fc.constantFrom(
  ...split("event data id retry fragment paths url log groupEnd inner upsert_attributes true 7 #a datastar-signal"),
  ...[
    invalidByte,
    cutCharacter,
    "<p id=a>é😀</p>",
    "{a: 1}",
    "\uFEFF",
    "\0",
    "\u00a0",
    "\u2028",
    "\t",
    "é",
    "😀",
    "x",
    "",
  ],
);
const space = fc.constantFrom(" ", " ", "", "  ", ":");
const lineEnd = fc.constantFrom("\n", "\n", "\n", "\r\n", "\r");
const blankLine = fc.constantFrom("\n\n", "\n\n", "\r\n\r\n", "\r\r", "\n", "");

/** Joins the texts of arbitraries. */
const inARow = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(""));
const several = (part: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(part, { maxLength }).map((texts) => texts.join(""));

const words = several(inARow(word, space), 4);
const row = fc.oneof(
  { weight: 4, arbitrary: inARow(key, space, words) },
  { weight: 3, arbitrary: words },
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 2, arbitrary: fc.constantFrom("merge inner", "merge no", "vt true", "store {", "fragment <p>") },
);
const dataLine = inARow(fc.constantFrom("data: ", "data: ", "data:", "data"), row, lineEnd);
const event = inARow(fc.constant("event: datastar-"), name, lineEnd, several(dataLine, 8), blankLine);
const line = inARow(words, space, words, lineEnd);
const bytes = fc.oneof(
  { weight: 8, arbitrary: event.map(encodeBroken) },
  { weight: 2, arbitrary: dataLine.map(encodeBroken) },
  { weight: 2, arbitrary: line.map(encodeBroken) },
  { weight: 1, arbitrary: blankLine.map(encodeBroken) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }) },
);
const streams = fc.tuple(fc.constantFrom("", "", "\uFEFF"), fc.array(bytes, { maxLength: 8 })).map(([mark, some]) =>
  Uint8Array.from([...encode(mark), ...some.flatMap((one) => [...one])])
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

describe("the reading of random streams", () => {
  test("is that of a slow reader, which knows the bytes of each character, in chunks of any sizes", slow, async () => {
    await fc.assert(
      fc.asyncProperty(streams, sizes, async (stream, sizes) => {
        const events = await Array.fromAsync(readStream(cut(stream, sizes)));
        assertEquals(events.map(describeEvent), readSlowly(stream));
        for (const { instruction, reading } of events) {
          const { content, data } = reading;
          assertEquals(joinRows(reading), data.text);
          if (instruction?.type === "signal") assertEquals(content.text, instruction.store.trim());
          if (instruction?.type !== "fragment") continue;
          const hasFragment = reading.rows.some(({ key }) => key === "fragment");
          assertEquals(instruction.html, hasFragment ? content.text : "<div></div>");
        }
      }),
      { numRuns },
    );
  });
});
