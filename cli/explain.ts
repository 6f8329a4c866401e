/**
 * The command `explain`: explains each line and each event of a stream in a terminal, as soon as the blank line of the
 * event has arrived.
 */

import { stat } from "node:fs/promises";
import process from "node:process";
import { styleText } from "node:util";
import { describeForm, recognizeForm } from "../conformance/body_form.ts";
import { columnsOf, cutAt, wrap } from "../conformance/report/columns.ts";
import { maxEventBytes, type Page, SegmentCollector, showInvisible } from "../harness/core.ts";
import { type Block, findBlockEnds, readBlock } from "../learn/blocks.ts";
import type { Dialect } from "../learn/dialect.ts";
import { explainers } from "../learn/explainers.ts";
import type { ExplainedLine, Piece, PieceKind } from "../learn/explanation.ts";
import { fetchPage, readPieces, readWhole, reasonOf } from "./files.ts";
import { describeOptions, type Option, quote, readCommandLine, UsageError } from "./options.ts";
import { type Format, hasColor, ignoreErrors, type OutputStream, type Terminal, widthOf, write } from "./terminal.ts";

const options = {
  page: {
    type: "string",
    value: "URL|FILE",
    help: "the page that the stream is for: shows what each event changes in it",
  },
  help: { type: "boolean", short: "h", help: "this text" },
} satisfies Record<string, Option>;

const help = `Explains a stream of the classic Datastar protocol: what each line is, and what each event does.

  explain <capture>             a recorded stream, as raw bytes
  curl -N <url> | explain       a stream that is still running: each event as soon as it has come
  explain <ID>                  one clause of docs/PROTOCOL.md, or one check of conform

${describeOptions(options)}
A line without a sign at its end ends with LF. Beside it stand the clauses of docs/PROTOCOL.md and what they say of it;
! is before what is wrong, or not what it seems. Below, → is before what the event does, = before what it changes.

Exit code: 0 explained, 2 wrong usage, 3 something could not be read.
`;

/** The files of a run. Without a capture it reads standard input. */
interface Command {
  file?: string;
  page?: string;
}

/** The most bytes of a piece, characters of a text, and changes of an event. */
const limits = { bytes: 400, text: 400, changes: 20 };

const formats: Partial<Record<PieceKind, Format>> = {
  field: "dim",
  colon: "dim",
  "event-name": "bold",
  key: "yellow",
  option: "cyan",
  html: "green",
  text: "green",
  value: "cyan",
  comment: "dim",
  ignored: ["dim", "strikethrough"],
  end: "dim",
  blank: "dim",
};

/** The form of the output: its width, and colours if there are any. */
interface Paper {
  width: number;
  paint: (format: Format | undefined, text: string) => string;
}

/** Runs a command line, and returns the exit code. */
export async function main(args: string[], terminal: Terminal = process): Promise<number> {
  ignoreErrors(terminal);
  const { stdin, stdout, stderr } = terminal;
  try {
    const command = parseExplain(args);
    if (command === "help") {
      await write(stdout, help);
      return 0;
    }
    if (command.file === undefined && stdin.isTTY) {
      await write(stderr, help);
      return 2;
    }
    const text = command.file === undefined ? undefined : await explainWord(command.file, widthOf(stdout));
    if (text === undefined) await explain(command, terminal);
    else await write(stdout, text);
    return 0;
  } catch (error) {
    if (error === readerGone) return 0; // as with `| head`
    await write(stderr, `${showInvisible((error as Error).message)}\n`);
    return error instanceof UsageError ? 2 : 3;
  }
}

function parseExplain(args: string[]): Command | "help" {
  const { values, words: [file, more] } = readCommandLine("explain", args, options);
  if (values.help) return "help";
  if (more !== undefined) throw new UsageError(`Cannot explain ${quote(more)} too: give one capture`);
  if (file !== undefined && /^https?:\/\//.test(file)) {
    throw new UsageError(`Cannot explain ${quote(file)}: it is a URL and no file; use curl -N URL | explain`);
  }
  return { file: file === "-" ? undefined : file, page: values.page?.[0] };
}

/** Explains the id of a clause or of a check. Any other word is the name of a file. */
async function explainWord(word: string, width: number): Promise<string | undefined> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/i.test(word) || await stat(word).catch(() => undefined)) return;
  // Loaded here because it takes long, and streams need none of it.
  const [{ dialects }, { explainId, findId, suggestIds }] = await Promise.all([
    import("../conformance/dialects.ts"),
    import("./ids.ts"),
  ]);
  const all = Object.values(dialects);
  const found = findId(word, all);
  if (found) return explainId(found.id, all, width);
  const hint = suggestIds(word, all) || "docs/PROTOCOL.md has the clauses, conform list the checks";
  throw new UsageError(`Cannot explain ${quote(word)}: it is no file, no clause and no check; ${hint}`);
}

interface Draft {
  dialect: Dialect;
  paper: Paper;
  page: Page | undefined;
  counts: { events: number; ignored: number; raised: number; remarks: number };
  /** Explanations of blank lines that were written already. */
  blanks: Set<string>;
  /** Whether the client has stopped reading. */
  isStopped: boolean;
}

async function explain({ file, page: pageFile }: Command, { stdin, stdout }: Terminal): Promise<void> {
  const paper = createPaper(stdout);
  const dialect = explainers.classic;
  const page = pageFile === undefined ? undefined : await openPage(pageFile, dialect);
  const counts = { events: 0, ignored: 0, raised: 0, remarks: 0 };
  const draft: Draft = { dialect, paper, page, counts, blanks: new Set(), isStopped: false };
  const name = file === undefined ? "standard input" : showInvisible(file);
  const collector = new SegmentCollector();
  let size = 0;
  let lastByte: number | undefined;

  async function print(lines: string[]): Promise<void> {
    if (!await write(stdout, lines.map((line) => `${line}\n`).join(""))) throw readerGone;
  }

  async function printHead(): Promise<void> {
    const effects = page ? "" : " With --page URL|FILE, it also shows what each event changes in that page.";
    const parts = wrap(`How client 0.19.9 reads ${name}.${effects}`, paper.width);
    await print(parts.map((part) => paper.paint("dim", part)));
  }

  function refuseOtherForm(bytes: Uint8Array): void {
    const found = recognizeForm(bytes);
    if (found) throw new Error(`Cannot explain ${name}: ${describeForm(found)}`);
  }

  async function printSegment({ bytes, offset }: { bytes: Uint8Array; offset: number }): Promise<void> {
    if (offset === 0) refuseOtherForm(bytes);
    let from = 0;
    if (lastByte === CR && bytes[0] === LF) { // the CR was shown with the segment before
      from = 1;
      await print([`${paper.paint("dim", "  ‹LF›")}  SSE-1  Ends the line before it together with its CR`]);
    }
    lastByte = bytes.at(-1);
    const first = from;
    for (const end of findBlockEnds(bytes.subarray(first))) {
      const block = await readBlock(bytes.subarray(from, first + end), offset + from === 0, dialect.explainer);
      await print(writeBlock(block, offset + from, draft));
      from = first + end;
    }
  }

  try {
    for await (const chunk of file === undefined ? stdin : readPieces(quote(file), file)) {
      const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
      if (size === 0) {
        refuseOtherForm(bytes); // a stream that runs may have no segment for a long time
        await printHead(); // a file that cannot be read gets no heading
      }
      size += bytes.length;
      const segments = collector.push(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
      for (const segment of segments) await printSegment(segment);
      if (collector.pending > maxEventBytes) {
        throw new Error(`Cannot go on: an event is over ${maxEventBytes} bytes, and no blank line has come`);
      }
    }
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error;
    throw new Error(`Cannot read ${name}: ${reasonOf(error)}`);
  }
  if (size === 0) await printHead();
  await printSegment(collector.end());
  await print(["", paper.paint("bold", summaryOf(counts, size))]);
  for (const text of page?.unevaluated.slice(0, limits.changes) ?? []) {
    await print(writeNote("!", `The client runs code here, and this does not: ${text}`, "yellow", paper));
  }
}

const LF = 10;
const CR = 13;

/** Writes a block of the stream: its lines, and below them what its event does. */
function writeBlock(block: Block, offset: number, draft: Draft): string[] {
  const { paper, counts, blanks } = draft;
  const { event, remarks } = block;
  const written: Written = { blanks, wrong: new Set(), clauses: new Set() };
  const lines = block.lines.flatMap((line) => writeLine(line, block, written, paper));
  if (!event) return lines;
  counts.events++;
  counts.remarks += remarks.length;
  const range = paper.paint("dim", `  bytes ${offset} to ${offset + block.bytes.length}`);
  return [
    "",
    paper.paint("bold", `Event ${counts.events}`) + range,
    ...lines,
    ...remarks.filter(({ clause }) => !written.clauses.has(clause)).flatMap(({ clause, message }) =>
      writeNote("!", `${message} (${clause})`, "yellow", paper)
    ),
    ...writeEffect(block, draft),
  ];
}

/** Writes what an event does, and what it changes in the page if there is one. */
function writeEffect(block: Block, draft: Draft): string[] {
  const { dialect, paper, page, counts } = draft;
  const { outcome, text } = dialect.describeEvent(block.event!);
  const raises = outcome === "error";
  if (raises) counts.raised++;
  else if (outcome === "ignored") counts.ignored++;
  const lines = writeNote("→", text, raises ? "red" : "bold", paper);
  if (!page || draft.isStopped) return lines;
  const { texts, error } = effectOf(page, block, dialect);
  lines.push(...texts.flatMap((text) => writeNote("=", text, undefined, paper)));
  if (error === undefined) return lines;
  draft.isStopped = true;
  if (!raises) {
    counts.raised++;
    lines.push(...writeNote("✗", error, "red", paper));
  }
  lines.push(...writeNote("✗", "What follows is not applied here: the client reads no further.", "red", paper));
  return lines;
}

function summaryOf({ events, ignored, raised, remarks }: Record<string, number>, bytes: number): string {
  const count = (number: number, one: string, more: string) => `${number} ${number === 1 ? one : more}`;
  if (bytes === 0) return "There is nothing to explain: no bytes have come.";
  return [
    count(bytes, "byte", "bytes"),
    count(events, "event", "events"),
    ...ignored > 0 ? [`${ignored} without effect`] : [],
    ...raised > 0 ? [count(raised, "that raises", "that raise")] : [],
    ...remarks > 0 ? [count(remarks, "remark", "remarks")] : [],
  ].join(", ");
}

/** Explanations that were written already. */
interface Written {
  /** Of blank lines, in the whole stream. */
  blanks: Set<string>;
  /** Of faults of the event. */
  wrong: Set<string>;
  /** The clauses of those faults. */
  clauses: Set<string>;
}

/** Kinds of pieces that need no explanation. */
const silent = new Set<PieceKind>(["colon", "space", "separator", "end", "field", "key"]);

/** Whether a piece explains the same as a remark: then it is written once. */
function isWrong({ why, clause, kind }: Piece, { remarks }: Block): boolean {
  return remarks.some((remark) =>
    remark.clause === clause && (remark.message === why || kind === "ignored" || clause === "SSE-3")
  );
}

/** Writes a line of the stream, with its explanation beside it or below. */
function writeLine(line: ExplainedLine, block: Block, written: Written, paper: Paper): string[] {
  const { paint, width } = paper;
  const speaking = line.pieces.filter((piece) => !silent.has(piece.kind) || isWrong(piece, block));
  // Without any other piece the key is explained, and without a key the field.
  const last = line.pieces.findLast(({ kind }) => kind === "key" || kind === "field");
  const meanings: string[] = [];
  const own = new Set<string>();
  const left = Math.floor(width * 0.4);
  for (const piece of speaking.length > 0 ? speaking : last ? [last] : []) {
    const { why, clause, kind } = piece;
    const wrong = isWrong(piece, block);
    // A fault of a whole event belongs to many lines, and all blank lines do the same.
    const before = kind === "blank" ? written.blanks : wrong ? written.wrong : own;
    if (before.has(why)) continue;
    before.add(why);
    if (wrong) written.clauses.add(clause);
    const head = `${wrong ? "!" : " "} ${clause.padEnd(7)} `;
    for (const [i, part] of wrap(cutAt(showInvisible(why), limits.text), width - left - head.length).entries()) {
      const start = i > 0 ? " ".repeat(head.length) : paint(wrong ? "yellow" : "dim", head);
      meanings.push(start + paint(wrong ? "yellow" : undefined, part));
    }
  }
  const signs = [...signsOf(line, block)];
  const columns = signs.reduce((sum, sign) => sum + sign.columns, 2);
  if (columns >= left) return [...breakSigns(signs, paper), ...meanings.map((text) => " ".repeat(left) + text)];
  const [first = "", ...rest] = meanings;
  const shown = `  ${join(signs, paper)}${first && " ".repeat(left - columns)}${first}`;
  return [shown, ...rest.map((text) => " ".repeat(left) + text)];
}

/** The shown form of a character: itself, or its name. */
interface Sign {
  text: string;
  columns: number;
  format: Format | undefined;
}

/** The signs of a line. Invisible characters and broken bytes have names. */
function* signsOf(line: ExplainedLine, block: Block): Generator<Sign> {
  const { bytes } = block;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const piece of line.pieces) {
    const { start, end, kind, clause } = piece;
    if (kind === "end" && line.ending === "LF") continue;
    const format = kind !== "ignored" && isWrong(piece, block) ? "yellow" : formats[kind];
    const sign = (text: string, format: Format | undefined) => ({ text, columns: columnsOf(text), format });
    const stop = Math.min(end, start + limits.bytes);
    if (clause === "SSE-3") {
      for (const byte of bytes.subarray(start, stop)) {
        yield sign(`‹${byte.toString(16).toUpperCase().padStart(2, "0")}›`, "red");
      }
    } else {
      // The last character may be cut: the decoder keeps it back.
      for (const character of decoder.decode(bytes.subarray(start, stop), { stream: end > stop })) {
        const text = showInvisible(character);
        yield sign(text, text === character ? format : "dim");
      }
      decoder.decode();
    }
    if (end > stop) yield sign(`… ${end - stop} more bytes …`, "dim");
  }
}

function breakSigns(signs: Sign[], paper: Paper): string[] {
  const rows: Sign[][] = [[]];
  let room = paper.width - 2;
  for (const sign of signs) {
    if (sign.columns > room) {
      rows.push([]);
      room = paper.width - 4;
    }
    rows.at(-1)!.push(sign);
    room -= sign.columns;
  }
  return rows.map((row, i) => `${i === 0 ? "  " : "    "}${join(row, paper)}`);
}

/** Joins signs into a text. Neighbours of one format are painted together. */
function join(signs: Sign[], { paint }: Paper): string {
  let text = "";
  for (let i = 0; i < signs.length;) {
    const { format } = signs[i];
    let run = "";
    for (; i < signs.length && signs[i].format === format; i++) run += signs[i].text;
    text += paint(format, run);
  }
  return text;
}

/** Writes a sentence about an event, after a sign. */
function writeNote(sign: string, text: string, format: Format | undefined, { width, paint }: Paper): string[] {
  return wrap(cutAt(showInvisible(text), 2 * limits.text), width - 4).map((part, i) =>
    `${i === 0 ? `  ${paint(format, sign)} ` : "    "}${format === "bold" ? part : paint(format, part)}`
  );
}

/** Applies an event to the page, and describes the changes. */
function effectOf(page: Page, { event }: Block, dialect: Dialect): { texts: string[]; error?: string } {
  let effect: ReturnType<Page["apply"]>;
  try {
    effect = page.apply([event!]);
  } catch (limit) {
    return { texts: [], error: (limit as Error).message };
  }
  const { changes, errors: [error], console, location } = effect;
  const texts = [
    ...dialect.describeChanges(changes),
    ...location === undefined ? [] : [`The browser goes to ${JSON.stringify(location)}.`],
    ...console.map(({ mode, message, unevaluated }) =>
      unevaluated
        ? `The store is not known from here on. ${message}.`
        : `The console gets ${JSON.stringify(message)} as ${mode}.`
    ),
  ];
  const more = texts.length - limits.changes;
  return {
    texts: [
      ...texts.slice(0, limits.changes),
      ...more > 0 ? [`And ${more} more.`] : [],
      ...texts.length === 0 && !error ? ["Nothing changes."] : [],
    ],
    error: error && `Throws ${error.code}: ${error.message}. ${dialect.describeRest(event!, error)}`,
  };
}

async function openPage(file: string, { openDocument }: Dialect): Promise<Page> {
  const what = `the page ${quote(file)}`;
  const html = /^https?:\/\//.test(file)
    ? await fetchPage(what, new URL(file))
    : new TextDecoder().decode(await readWhole(what, file));
  // Loaded here because it takes long, and most runs need no document.
  const { createDocument } = await import("../harness/mod.ts");
  try {
    return openDocument(createDocument(html), { initiator: null });
  } catch (error) {
    throw new Error(`Cannot use the page ${quote(file)}: the client throws on it: ${(error as Error).message}`);
  }
}

function createPaper(stdout: OutputStream): Paper {
  const isColored = hasColor(stdout);
  return {
    width: Math.max(40, widthOf(stdout)),
    paint: (format, text) => isColored && format && text ? styleText(format, text, { validateStream: false }) : text,
  };
}

/** Thrown when the reader of the output has gone. */
const readerGone = new Error("The reader has gone");

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
