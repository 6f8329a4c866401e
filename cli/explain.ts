/**
 * Explains a stream in a terminal: each line with what it is, and each event with what it does, as soon as its blank line
 * has come.
 *
 * @module
 */

import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs, styleText } from "node:util";
import { columnsOf, cutAt, quote, visible, wrap } from "../conformance/report/visible.ts";
import { applyEvents, type Changes, type Page } from "../harness/mod.ts";
import { createCollector } from "../harness/sse/lines.ts";
import { type Block, endsOf, readBlock } from "../learn/blocks.ts";
import { describeChanges, describeEvent, type ExplainedLine, type Piece, type PieceKind } from "../learn/explain.ts";

const help = `Explains a stream of the classic Datastar protocol: what each line is, and what each event does.

  explain <capture>             a recorded stream, as raw bytes
  curl -N <url> | explain       a stream that is still running: each event as soon as it has come
  explain --page FILE ...       the HTML of the page that the stream is for: what each event changes in it

  --help                        this text

A line without a sign at its end ends with LF. Beside it stand the clauses of docs/PROTOCOL.md and what they say of it;
! is before what is wrong, or not what it seems. Below, → is before what the event does, = before what it changes.

Exit code: 0 explained, 2 wrong usage, 3 something could not be read.
`;

/** A wrong use of the command line. */
class UsageError extends Error {}

interface Command {
  /** A file; none is standard input. */
  file?: string;
  page?: string;
}

/** What a stream may hold until a blank line comes: what the harness reads at most. */
const maxPending = 16 * 1024 * 1024;

/** Bytes of a piece, characters of a text and changes of an event that are shown. */
const limits = { bytes: 400, text: 400, changes: 20 };

type Format = Parameters<typeof styleText>[0];

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

/** How text comes out: how wide, and in colour or not. */
interface Paper {
  width: number;
  paint: (format: Format | undefined, text: string) => string;
}

/** Explains a stream to its end. Gives the exit code. */
async function main(args: string[]): Promise<number> {
  try {
    const command = readArguments(args);
    if (command === "help") {
      await write(help);
      return 0;
    }
    if (command.file === undefined && process.stdin.isTTY) {
      await write(help, process.stderr);
      return 2;
    }
    await explain(command);
    return 0;
  } catch (error) {
    if (error === gone) return 0; // whoever read has seen enough, as with `| head`
    await write(`${visible((error as Error).message)}\n`, process.stderr);
    return error instanceof UsageError ? 2 : 3;
  }
}

/** By hand where node:util would: its messages differ from runtime to runtime. */
function readArguments(args: string[]): Command | "help" {
  const options = { page: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const command: Command = {};
  const files: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") files.push(token.value);
    if (token.kind !== "option") continue;
    if (token.name === "help") return "help";
    if (token.name !== "page") {
      throw new UsageError(`Cannot understand ${quote(token.rawName)}: there is no such option; see explain --help`);
    }
    if (!token.value || !token.inlineValue && /^-./.test(token.value)) {
      throw new UsageError("Cannot understand --page: it has no value; give a file behind it");
    }
    if (command.page !== undefined) {
      throw new UsageError("Cannot understand --page: it is given twice; leave one of them out");
    }
    command.page = token.value;
  }
  const [file, more] = files;
  if (more !== undefined) throw new UsageError(`Cannot explain ${quote(more)} too: give one capture`);
  if (file !== undefined && /^https?:\/\//.test(file)) {
    throw new UsageError(`Cannot explain ${quote(file)}: it is a URL and no file; use curl -N URL | deno task explain`);
  }
  if (file !== undefined && file !== "-") command.file = file;
  return command;
}

async function explain({ file, page: pageFile }: Command): Promise<void> {
  const page = pageFile === undefined ? undefined : await openPage(pageFile);
  const paper = createPaper();
  const counts = { events: 0, ignored: 0, raised: 0, remarks: 0 };
  const blanks = new Set<string>();
  let isStopped = false; // the client reads no further

  async function show(block: Block, offset: number): Promise<void> {
    const { event } = block;
    const lines: string[] = [];
    if (event) {
      counts.events++;
      counts.remarks += block.remarks.length;
      const title = `Event ${counts.events}`;
      lines.push(
        "",
        paper.paint("bold", title) + paper.paint("dim", `  bytes ${offset} to ${offset + block.bytes.length}`),
      );
    }
    const told: Told = { blanks, wrong: new Set(), clauses: new Set() };
    for (const line of block.lines) lines.push(...writeLine(line, block, told, paper));
    if (event) {
      for (const { clause, message } of block.remarks) {
        if (!told.clauses.has(clause)) lines.push(...writeNote("!", `${message} (${clause})`, "yellow", paper));
      }
      const does = describeEvent(event);
      const raises = does.startsWith("Raises ");
      if (raises) counts.raised++;
      else if (/^Is (ignored|lost)/.test(does)) counts.ignored++;
      lines.push(...writeNote("→", does, raises ? "red" : "bold", paper));
      if (page && !isStopped) {
        const { texts, error } = effectOf(page, block);
        for (const text of texts) lines.push(...writeNote("=", text, undefined, paper));
        if (error && !raises) {
          counts.raised++;
          lines.push(...writeNote("✗", error, "red", paper));
        }
        isStopped ||= error !== undefined;
        if (isStopped) {
          lines.push(...writeNote("✗", "What follows is not applied: the client reads no further.", "red", paper));
        }
      }
    }
    await write(lines.map((line) => `${line}\n`).join(""));
  }

  const source = file === undefined ? process.stdin : createReadStream(file, { highWaterMark: 1024 * 1024 });
  const collector = createCollector();
  let bytes = 0;
  let last: number | undefined;

  async function showAll({ bytes: own, offset }: { bytes: Uint8Array; offset: number }): Promise<void> {
    let start = 0;
    if (last === CR && own[0] === LF) {
      start = 1;
      await write(half(paper));
    }
    last = own.at(-1);
    const rest = own.subarray(start);
    let from = 0;
    for (const end of endsOf(rest)) {
      const at = offset + start + from;
      await show(await readBlock(rest.subarray(from, end), at === 0), at);
      from = end;
    }
  }

  const name = file === undefined ? "standard input" : visible(file);
  let isBegun = false;
  async function begin(): Promise<void> {
    if (isBegun) return;
    isBegun = true;
    const effects = page ? "" : " With --page FILE, the HTML of a page, it also tells what each event changes there.";
    const parts = wrap(`How client 0.19.9 reads ${name}.${effects}`, paper.width);
    await write(parts.map((part) => `${paper.paint("dim", part)}\n`).join(""));
  }

  try {
    for await (const chunk of source) {
      await begin(); // and not before: a file that cannot be read has no heading
      bytes += chunk.length;
      const segments = collector.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      for (const segment of segments) await showAll(segment);
      if (collector.pending() > maxPending) {
        throw new Error(`Cannot go on: an event is over ${maxPending} bytes, and no blank line has come`);
      }
    }
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (error === gone || code === undefined) throw error;
    throw new Error(`Cannot read ${file === undefined ? name : quote(file)}: ${reasons[code] ?? message}`);
  }
  await begin();
  await showAll(collector.rest());
  await write(`\n${paper.paint("bold", summaryOf(counts, bytes))}\n`);
  for (const text of page?.notRun.slice(0, limits.changes) ?? []) {
    await write(
      writeNote("!", `The client runs code here, and this does not: ${text}`, "yellow", paper).join("\n") + "\n",
    );
  }
}

const LF = 10;
const CR = 13;

/** What a chunk began with: the CR before it was shown already. */
const half = ({ paint }: Paper) => `${paint("dim", "  ‹LF›")}  SSE-1  Ends the line before it together with its CR\n`;

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

/** What has been said already. */
interface Told {
  /** Of blank lines, in the whole stream. */
  blanks: Set<string>;
  /** Of what is wrong with the event. */
  wrong: Set<string>;
  /** The clauses of that. */
  clauses: Set<string>;
}

/** What says nothing by itself. */
const silent = new Set<PieceKind>(["colon", "space", "separator", "end", "field", "key"]);

/** Whether a piece says what a remark says too: then that need not be told twice. */
function isWrong({ why, clause, kind }: Piece, { remarks }: Block): boolean {
  return remarks.some((remark) =>
    remark.clause === clause && (remark.message === why || kind === "ignored" || clause === "SSE-3")
  );
}

/** A line of the stream, with what it is beside it or below. */
function writeLine(line: ExplainedLine, block: Block, told: Told, paper: Paper): string[] {
  const { paint, width } = paper;
  const speaking = line.pieces.filter((piece) => !silent.has(piece.kind) || isWrong(piece, block));
  // A key says something where there is nothing behind it, and a field where there is no key.
  const last = line.pieces.findLast(({ kind }) => kind === "key" || kind === "field");
  const meanings: string[] = [];
  const own = new Set<string>();
  const left = Math.floor(width * 0.4);
  for (const piece of speaking.length > 0 ? speaking : last ? [last] : []) {
    const { why, clause, kind } = piece;
    const wrong = isWrong(piece, block);
    // What is wrong with an event as a whole is said of many lines, and what a blank line does is soon known.
    const before = kind === "blank" ? told.blanks : wrong ? told.wrong : own;
    if (before.has(why)) continue;
    before.add(why);
    if (wrong) told.clauses.add(clause);
    const head = `${wrong ? "!" : " "} ${clause.padEnd(7)} `;
    for (const [i, part] of wrap(cutAt(visible(why), limits.text), width - left - head.length).entries()) {
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

/** What stands for a character: many stand for themselves. */
interface Sign {
  text: string;
  columns: number;
  format: Format | undefined;
}

/** The signs of a line: each byte that cannot be seen has a name. */
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
      // Not cut within a character.
      for (const character of decoder.decode(bytes.subarray(start, stop), { stream: end > stop })) {
        const text = visible(character);
        yield sign(text, text === character ? format : "dim");
      }
      decoder.decode();
    }
    if (end > stop) yield sign(`… ${end - stop} more bytes …`, "dim");
  }
}

/** A long line, as several. */
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

/** Neighbours that look alike are painted as one. */
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

/** A sentence on an event, behind a sign. */
function writeNote(sign: string, text: string, format: Format | undefined, { width, paint }: Paper): string[] {
  return wrap(cutAt(visible(text), 2 * limits.text), width - 4).map((part, i) =>
    `${i === 0 ? `  ${paint(format, sign)} ` : "    "}${format === "bold" ? part : paint(format, part)}`
  );
}

/** What an event makes of the page. */
function effectOf(page: Page, { event }: Block): { texts: string[]; error?: string } {
  const before = { console: page.console.length, location: page.location };
  let changes: Changes;
  let error: Error | undefined;
  try {
    ({ changes, error } = applyEvents(page, [event!]));
  } catch (limit) {
    return { texts: [], error: (limit as Error).message };
  }
  const texts = [
    ...describeChanges(changes),
    ...page.location === before.location ? [] : [`The browser goes to ${JSON.stringify(page.location)}.`],
    ...page.console.slice(before.console).map(({ mode, message }) =>
      `The console gets ${JSON.stringify(message)} as ${mode}.`
    ),
  ];
  const more = texts.length - limits.changes;
  return {
    texts: [
      ...texts.slice(0, limits.changes),
      ...more > 0 ? [`And ${more} more.`] : [],
      ...texts.length === 0 && !error ? ["Nothing changes."] : [],
    ],
    error: error &&
      `Raises ${error.name}: ${error.message}. The client reads no further (APP-16), and sends the request again (APP-17).`,
  };
}

async function openPage(file: string): Promise<Page> {
  let html: string;
  try {
    html = await readFile(file, "utf8");
  } catch (error) {
    const { code = "", message } = error as Error & { code?: string };
    throw new Error(`Cannot read the page ${quote(file)}: ${reasons[code] ?? message}`);
  }
  // Only now: most of the time there is no need for a document, and it takes long to load.
  const { openPage } = await import("../conformance/interpret.ts");
  try {
    return openPage({ html });
  } catch (error) {
    throw new Error(`Cannot use the page ${quote(file)}: the client raises on it, ${(error as Error).message}`);
  }
}

const reasons: Record<string, string> = {
  ENOENT: "there is no such file or directory; name another",
  EISDIR: "it is a directory; name a file",
  ENOTDIR: "a part of its path is no directory; name another",
  EACCES: "this user may not; name another, or change its mode",
};

/** The terminal that standard output is, if it is one. Lines over 120 columns are hard to read. */
function createPaper(): Paper {
  const { isTTY, columns } = process.stdout;
  const hasColor = Boolean(isTTY) && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return {
    width: isTTY ? Math.max(40, Math.min(120, columns || 80)) : 80,
    paint: (format, text) => hasColor && format && text ? styleText(format, text, { validateStream: false }) : text,
  };
}

/** What is thrown when nobody reads any more. */
const gone = new Error("Nobody reads any more");

/** Writes all of it, and waits until it is taken. */
function write(text: string, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  if (text === "") return Promise.resolve();
  return new Promise((resolve, reject) => stream.write(text, (error) => error ? reject(gone) : resolve()));
}

if (import.meta.main) {
  process.stdout.on("error", () => {}); // write() tells
  process.exit(await main(process.argv.slice(2)));
}
