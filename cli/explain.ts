/**
 * The command `explain`: explains each line and each event of a stream in a terminal, as soon as the blank line of the
 * event has arrived.
 */

import { stat } from "node:fs/promises";
import process from "node:process";
import { styleText } from "node:util";
import { describeForm, recognizeForm } from "../conformance/body_form.ts";
import { detectInPage, detectInStream } from "../conformance/detect.ts";
import { defaultDialect, dialects } from "../conformance/dialects.ts";
import { columnsOf, cutAt, wrap } from "../conformance/report/columns.ts";
import { createDocument, maxEventBytes, type Segment, SegmentCollector, showInvisible } from "../harness/mod.ts";
import { type Block as BlockOf, findBlockEnds, readBlock } from "../learn/blocks.ts";
import type { ExplainedDialect, ExplainedPage } from "../learn/dialect.ts";
import { explainers } from "../learn/explainers.ts";
import type { ExplainedLine, Piece, PieceKind, ReadEvent } from "../learn/explanation.ts";
import { fetchPage, readPieces, readWhole, reasonOf } from "./files.ts";
import { explainId, findId, suggestIds } from "./ids.ts";
import { describeOptions, didYouMean, type Option, quote, readCommandLine, UsageError } from "./options.ts";
import { type Format, hasColor, ignoreErrors, type OutputStream, type Terminal, widthOf, write } from "./terminal.ts";

const names = Object.keys(explainers);

const dialectHint = `--dialect ${names.join("|")} chooses it.`;

const options = {
  dialect: {
    type: "string",
    value: names.join("|"),
    help: "the dialect of the stream (default: the one that the page or the stream speaks)",
  },
  page: {
    type: "string",
    value: "URL|FILE",
    help: "the page that the stream is for: shows what each event changes in it",
  },
  help: { type: "boolean", short: "h", help: "this text" },
} satisfies Record<string, Option>;

const help = `Explains a stream of the Datastar protocol: what each line is, and what each event does.

  explain <capture>             a recorded stream, as raw bytes
  curl -N <url> | explain       a stream that is still running: each event as soon as it has come
  explain <ID>                  one clause of the protocol, or one check of conform

${describeOptions(options)}
A line without a sign at its end ends with LF; ␠ is a space at the end of a line. Beside it are the clauses of the
protocol, and what they say of it; ! is before what is wrong, or not what it seems. Below, → is before what the event
does, = before what it changes, and ✗ before an error. docs/PROTOCOL.md has the clauses of the dialect classic,
docs/PROTOCOL-V1.md those of v1: V1-…, PEL-…, MPH-… and PSG-….

Exit code: 0 explained, 2 wrong usage, 3 something could not be read.
`;

/** The files of a run. Without a capture it reads standard input. */
interface Command {
  file?: string;
  page?: string;
  dialect?: ExplainedDialect;
}

type Block = BlockOf<ReadEvent>;

/** The most bytes of a piece, characters of a text, and changes of an event. */
const limits = { bytes: 400, text: 400, changes: 20 };

/** The most bytes that wait for an event that shows the dialect. */
const maxWaiting = 64 * 1024;

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
  return { file: file === "-" ? undefined : file, page: values.page?.[0], dialect: readDialect(values.dialect?.[0]) };
}

function readDialect(name: string | undefined): ExplainedDialect | undefined {
  if (name === undefined) return undefined;
  if (Object.hasOwn(explainers, name)) return explainers[name];
  const hint = didYouMean(name, names) || `write ${names.join(" or ")}`;
  throw new UsageError(`Cannot use the dialect ${quote(name)}: it is not known; ${hint}`);
}

/** Explains the id of a clause or of a check. Any other word is the name of a file. */
async function explainWord(word: string, width: number): Promise<string | undefined> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/i.test(word) || await stat(word).catch(() => undefined)) return;
  const all = Object.values(dialects);
  const found = findId(word, all);
  if (found) return explainId(found.id, all, width);
  const hint = suggestIds(word, all) ||
    "docs/PROTOCOL.md and docs/PROTOCOL-V1.md have the clauses, conform list the checks";
  throw new UsageError(`Cannot explain ${quote(word)}: it is no file, no clause and no check; ${hint}`);
}

/** A stream that is being explained. */
interface Draft {
  dialect: ExplainedDialect;
  /** The columns of the longest clause. */
  clauseWidth: number;
  paper: Paper;
  page: ExplainedPage<ReadEvent> | undefined;
  counts: Counts;
  /** Explanations of blank lines that were written already. */
  blanks: Set<string>;
  /** Whether the last block was an event. */
  isAfterEvent: boolean;
  /** Whether the client has stopped reading. */
  isStopped: boolean;
}

/** Numbers of events, and of remarks. */
interface Counts {
  events: number;
  ignored: number;
  failed: number;
  warned: number;
  remarks: number;
}

async function explain({ file, page: pageFile, dialect: asked }: Command, { stdin, stdout }: Terminal): Promise<void> {
  const paper = createPaper(stdout);
  const page = pageFile === undefined ? undefined : { file: pageFile, html: await readPage(pageFile) };
  let dialect = asked ?? findExplainer(page && detectInPage(page.html));
  let draft: Draft | undefined; // once the dialect is known
  const waiting: Segment[] = []; // for that
  const name = file === undefined ? "standard input" : showInvisible(file);
  const collector = new SegmentCollector();
  let size = 0;
  let isToldToWait = false;
  let lastByte: number | undefined;

  async function print(lines: string[]): Promise<void> {
    if (!await write(stdout, lines.map((line) => `${line}\n`).join(""))) throw readerGone;
  }

  /** Writes the heading. */
  async function begin(found: ExplainedDialect | undefined): Promise<Draft> {
    const begun = createDraft(found ?? findExplainer(defaultDialect)!, paper, page);
    const guess = found || size === 0 ? "" : ` No event shows the dialect: ${dialectHint}`;
    const effects = page ? "" : " With --page URL|FILE, it also shows what each event changes in that page.";
    await print(writeAside(begun.dialect.describeReading(name) + guess + effects, paper));
    await print((begun.page?.errors ?? []).flatMap((error) => writeNote("✗", error, "red", paper)));
    return begun;
  }

  function refuseOtherForm(bytes: Uint8Array): void {
    const found = recognizeForm(bytes);
    if (found) throw new Error(`Cannot explain ${name}: ${describeForm(found)}`);
  }

  async function printSegment({ bytes, offset }: Segment, draft: Draft): Promise<void> {
    const { explainer } = draft.dialect;
    let from = 0;
    if (lastByte === CR && bytes[0] === LF) { // the CR was shown with the segment before
      from = 1;
      const clause = explainer.clauses.lineEnd;
      await print([`${paper.paint("dim", "  ‹LF›")}  ${clause}  Ends the line before it together with its CR`]);
    }
    lastByte = bytes.at(-1);
    const first = from;
    for (const end of findBlockEnds(bytes.subarray(first))) {
      const block = await readBlock(bytes.subarray(from, first + end), offset + from === 0, explainer);
      await print(writeBlock(block, offset + from, draft));
      from = first + end;
    }
  }

  /** Writes the explanation of a segment, or lets it wait until the dialect is known. */
  async function receive(segment: Segment, isLast = false): Promise<Draft | undefined> {
    if (segment.offset === 0) refuseOtherForm(segment.bytes);
    waiting.push(segment);
    dialect ??= findInSegment(segment.bytes);
    if (!dialect && !isLast && segment.offset + segment.bytes.length < maxWaiting) return;
    draft ??= await begin(dialect);
    for (const next of waiting.splice(0)) await printSegment(next, draft);
    return draft;
  }

  try {
    for await (const chunk of file === undefined ? stdin : readPieces(quote(file), file)) {
      const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
      if (size === 0) refuseOtherForm(bytes); // a stream that runs may have no segment for a long time
      size += bytes.length;
      if (dialect) draft ??= await begin(dialect); // a file that cannot be read gets no heading
      const segments = collector.push(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
      for (const segment of segments) await receive(segment);
      if (!draft && !isToldToWait && file === undefined) {
        await print(writeAside(`Waiting for an event that shows the dialect. ${dialectHint}`, paper));
        isToldToWait = true;
      }
      if (collector.pending > maxEventBytes) {
        throw new Error(`Cannot go on: an event is over ${maxEventBytes} bytes, and no blank line has come`);
      }
    }
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error;
    throw new Error(`Cannot read ${name}: ${reasonOf(error)}`);
  }
  const ended = (await receive(collector.end(), true))!;
  await print(["", ...wrap(summaryOf(ended.counts, size), paper.width).map((part) => paper.paint("bold", part))]);
  for (const text of ended.page?.unevaluated.slice(0, limits.changes) ?? []) {
    await print(writeNote("!", `The client runs code here, and this does not: ${text}`, "yellow", paper));
  }
}

function createDraft(dialect: ExplainedDialect, paper: Paper, page?: { file: string; html: string }): Draft {
  const clauses: string[] = Object.values(dialect.explainer.clauses).flat();
  return {
    dialect,
    paper,
    clauseWidth: Math.max(7, ...clauses.map(({ length }) => length)),
    page: page && openPage(page.file, page.html, dialect),
    counts: { events: 0, ignored: 0, failed: 0, warned: 0, remarks: 0 },
    blanks: new Set(),
    isAfterEvent: false,
    isStopped: false,
  };
}

/** The explainer of a dialect that was found. */
const findExplainer = (found: { id: string } | undefined) => found && explainers[found.id];

/** Finds the dialect of the first event that shows one. */
function findInSegment(bytes: Uint8Array): ExplainedDialect | undefined {
  let from = 0;
  for (const end of findBlockEnds(bytes)) {
    const found = findExplainer(detectInStream(bytes.subarray(from, end)));
    if (found) return found;
    from = end;
  }
}

const LF = 10;
const CR = 13;

/** Writes a block of the stream: its lines, and below them what its event does. */
function writeBlock(block: Block, offset: number, draft: Draft): string[] {
  const { paper, counts, blanks } = draft;
  const { event, remarks } = block;
  const written: Written = { blanks, reasons: new Set(), remarks: new Set() };
  const lines = block.lines.flatMap((line) => writeLine(line, block, written, draft));
  const gap = draft.isAfterEvent ? [""] : [];
  draft.isAfterEvent = event !== undefined;
  if (!event) return [...gap, ...lines];
  counts.events++;
  counts.remarks += remarks.length;
  const range = paper.paint("dim", `  bytes ${offset} to ${offset + block.bytes.length}`);
  return [
    "",
    paper.paint("bold", `Event ${counts.events}`) + range,
    ...lines,
    ...remarks.filter((remark) => !written.remarks.has(remark)).flatMap(({ clause, message }) =>
      writeNote("!", `${message} (${clause})`, "yellow", paper)
    ),
    ...writeEffect(block, draft),
  ];
}

/** Writes what an event does, and what it changes in the page if there is one. */
function writeEffect(block: Block, draft: Draft): string[] {
  const { dialect, paper, page, counts } = draft;
  const { outcome, text } = dialect.describeEvent(block.event!);
  const fails = outcome === "error";
  const lines = writeNote("→", text, fails ? "red" : "bold", paper);
  const effect = page && !draft.isStopped ? applyEvent(page, block.event!) : undefined;
  if (fails || effect && effect.errors.length > 0) counts.failed++;
  else if (effect && effect.warnings.length > 0) counts.warned++;
  else if (outcome === "ignored") counts.ignored++;
  if (!effect) return lines;
  draft.isStopped = effect.ended;
  const more = effect.changes.length - limits.changes;
  const changes = [
    ...effect.changes.slice(0, limits.changes),
    ...more > 0 ? [`And ${more} more.`] : [],
    ...effect.changes.length === 0 && effect.errors.length === 0 ? ["Nothing changes."] : [],
  ];
  return [
    ...lines,
    ...effect.warnings.slice(0, limits.changes).flatMap((text) => writeNote("!", text, "yellow", paper)),
    ...changes.flatMap((text) => writeNote("=", text, undefined, paper)),
    // An error that the event alone causes was described already.
    ...effect.errors.slice(fails ? 1 : 0, limits.changes).flatMap((text) => writeNote("✗", text, "red", paper)),
    ...effect.ended
      ? writeNote("✗", "What follows is not applied here: the client reads no further.", "red", paper)
      : [],
  ];
}

/** Applies an event to the page. A limit of the model ends that. */
function applyEvent(page: ExplainedPage<ReadEvent>, event: ReadEvent): ReturnType<typeof page.apply> {
  try {
    return page.apply(event);
  } catch (limit) {
    return { changes: [], warnings: [], errors: [(limit as Error).message], ended: true };
  }
}

function summaryOf({ events, ignored, failed, warned, remarks }: Counts, bytes: number): string {
  const count = (number: number, one: string, more = `${one}s`) => `${number} ${number === 1 ? one : more}`;
  if (bytes === 0) return "There is nothing to explain: no bytes have come.";
  return [
    count(bytes, "byte"),
    count(events, "event"),
    ...ignored > 0 ? [`${ignored} without effect`] : [],
    ...failed > 0 ? [`${failed} with an error`] : [],
    ...warned > 0 ? [`${warned} with a warning`] : [],
    ...remarks > 0 ? [count(remarks, "remark")] : [],
  ].join(", ");
}

/** Explanations that were written already. */
interface Written {
  /** Of blank lines, in the whole stream. */
  blanks: Set<string>;
  /** Of other pieces of the event. */
  reasons: Set<string>;
  /** The remarks that are among those. */
  remarks: Set<Block["remarks"][number]>;
}

/** Kinds of pieces that need no explanation. */
const silent = new Set<PieceKind>(["colon", "space", "separator", "end", "field", "key"]);

/** Whether a piece explains the same as a remark: then it is written once. */
function isWrong({ why, clause, kind, isBroken }: Piece, { remarks }: Block): boolean {
  return remarks.some((remark) =>
    remark.clause === clause && (remark.message === why || kind === "ignored" || isBroken === true)
  );
}

/** Writes a line of the stream, with its explanation beside it or below. */
function writeLine(line: ExplainedLine, block: Block, written: Written, { paper, clauseWidth }: Draft): string[] {
  const { paint, width } = paper;
  const speaking = line.pieces.filter((piece) => !silent.has(piece.kind) || isWrong(piece, block));
  // Without any other piece the key is explained, and without a key the field.
  const last = line.pieces.findLast(({ kind }) => kind === "key" || kind === "field");
  const meanings: string[] = [];
  const left = Math.floor(width * 0.4);
  for (const piece of speaking.length > 0 ? speaking : last ? [last] : []) {
    const { why, clause, kind } = piece;
    const wrong = isWrong(piece, block);
    const remarks = block.remarks.filter(({ clause: id, range: { start, end } }) =>
      wrong && id === clause && start <= line.end && end >= line.start
    );
    const before = kind === "blank" ? written.blanks : written.reasons;
    const isKnown = before.has(why);
    // A reason that several lines share is written once. A remark on this line alone is always written.
    if (isKnown && remarks.every((remark) => written.remarks.has(remark))) continue;
    before.add(why);
    for (const remark of remarks) written.remarks.add(remark);
    const text = isKnown ? "As above" : cutAt(showInvisible(why), limits.text);
    const head = `${wrong ? "!" : " "} ${clause.padEnd(clauseWidth)} `;
    for (const [i, part] of wrap(text, width - left - head.length).entries()) {
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

/** The signs of a line. Invisible characters, broken bytes and a space at the end of the line can be seen. */
function* signsOf(line: ExplainedLine, block: Block): Generator<Sign> {
  const { bytes } = block;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const piece of line.pieces) {
    const { start, end, kind, isBroken } = piece;
    if (kind === "end" && line.ending === "LF") continue;
    const format = kind !== "ignored" && isWrong(piece, block) ? "yellow" : formats[kind];
    const sign = (text: string, format: Format | undefined) => ({ text, columns: columnsOf(text), format });
    const stop = Math.min(end, start + limits.bytes);
    if (isBroken) {
      for (const byte of bytes.subarray(start, stop)) {
        yield sign(`‹${byte.toString(16).toUpperCase().padStart(2, "0")}›`, "red");
      }
    } else {
      // The last character may be cut: the decoder keeps it back.
      const text = decoder.decode(bytes.subarray(start, stop), { stream: end > stop });
      for (const character of stop === line.end ? text.replace(/ $/, "␠") : text) {
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

/** Writes a sentence about the whole stream. */
function writeAside(text: string, { width, paint }: Paper): string[] {
  return wrap(text, width).map((part) => paint("dim", part));
}

/** Writes a sentence about an event, after a sign. */
function writeNote(sign: string, text: string, format: Format | undefined, { width, paint }: Paper): string[] {
  return wrap(cutAt(showInvisible(text), 2 * limits.text), width - 4).map((part, i) =>
    `${i === 0 ? `  ${paint(format, sign)} ` : "    "}${format === "bold" ? part : paint(format, part)}`
  );
}

async function readPage(file: string): Promise<string> {
  const what = `the page ${quote(file)}`;
  return /^https?:\/\//.test(file)
    ? await fetchPage(what, new URL(file))
    : new TextDecoder().decode(await readWhole(what, file));
}

function openPage(file: string, html: string, dialect: ExplainedDialect): ExplainedPage<ReadEvent> {
  try {
    return dialect.openPage(createDocument(html));
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
