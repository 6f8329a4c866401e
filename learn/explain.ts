/**
 * What each byte of a stream is, and why: as client 0.19.9 reads it, with a word on the standard where that reads
 * otherwise. What is wrong is said in the words of harness/diagnose.ts.
 *
 * @module
 */

import { eachFragmentLine, type Instruction, type MergeMode, readInstruction } from "../harness/classic/instruction.ts";
import { fieldOf, type Line, linesOf } from "../harness/sse/lines.ts";
import type { StreamEvent } from "../harness/sse/parse.ts";
import { isCode } from "./classic/describe.ts";

export { type Buffers, buffersAt } from "./buffers.ts";
export { describeChanges, describeEvent } from "./classic/describe.ts";

/** What bytes are. `ignored` are those that the client makes nothing of, whatever they say. */
export type PieceKind =
  | "bom"
  | "field"
  | "colon"
  | "space"
  | "event-name"
  | "key"
  | "separator"
  | "option"
  | "html"
  | "text"
  | "value"
  | "comment"
  | "ignored"
  | "end"
  | "blank";

/** Bytes that mean one thing. The pieces of a line cover all its bytes, line end included, without gaps or overlaps. */
export interface Piece {
  /** Offset of the first byte in the stream. */
  start: number;
  /** Offset behind the last byte. */
  end: number;
  /** What the bytes are. */
  kind: PieceKind;
  /** What they do, in one line, without a full stop. Code stands between backticks. */
  why: string;
  /** The clause of docs/PROTOCOL.md that says so. */
  clause: string;
}

/** A line of a stream, and what it is made of. */
export interface ExplainedLine {
  /** Offset of the first byte in the stream. */
  start: number;
  /** Offset behind the last byte, without the line end. */
  end: number;
  /** Offset behind the line end. */
  next: number;
  /** How the line ends; not at all if the stream ends first. */
  ending: "" | "LF" | "CR" | "CRLF";
  /** The text, decoded, without the line end. */
  text: string;
  /**
   * Which event of the stream the line is part of, counted from 0. The blank line that ends an event is part of it;
   * other blank lines, and comments on their own, are part of none.
   */
  event?: number;
  /** What the line is made of. */
  pieces: Piece[];
}

type Message = NonNullable<StreamEvent["client"]>;

type Reason = [why: string, clause: string];

/** A part of a field's value: from where the one before ends. */
interface Part {
  /** Where it ends, in characters of the value. */
  to: number;
  kind: PieceKind;
  reason: Reason;
}

/** What a `data` line says. */
interface Row {
  /** Its parts. They reach to the value's end. */
  parts: Part[];
  /** Why the line as a whole says nothing. */
  dropped?: Reason;
}

/** Finds what diagnose() says of a line, by its clauses. Without a line: of the event, wherever it says so. */
type Remarks = (line: Line | undefined, ...clauses: string[]) => Reason | undefined;

const LF = 10;
const BOM = "\uFEFF";

/**
 * All lines of a stream.
 *
 * @param bytes The whole stream.
 * @param events What `readStream` gives for just these bytes, in either reading.
 */
export function explainLines(bytes: Uint8Array, events: readonly StreamEvent[]): ExplainedLine[] {
  const explained: ExplainedLine[] = [];
  let next = 0;
  let block: Line[] = [];

  function endBlock(blank?: Line): void {
    // What readStream takes for an event is what stands between two blank lines, but for comments alone.
    const isEvent = block.some((line) => fieldOf(line, "standard") !== undefined);
    const event = isEvent ? next++ : undefined;
    const open = (line: Line): ExplainedLine => {
      const shaped = event === undefined ? shape(bytes, line) : { ...shape(bytes, line), event };
      explained.push(shaped);
      return shaped;
    };
    explainEvent(bytes, block, block.map(open), event === undefined ? undefined : events[event], !blank);
    if (blank) {
      const { start, next: end, pieces } = open(blank);
      const [why, clause] = isEvent ? blanks.event : block.length > 0 ? blanks.comment : blanks.further;
      pieces.push({ start, end, kind: "blank", why, clause });
    }
    block = [];
  }

  for (const line of linesOf({ bytes, offset: 0 })) {
    if (line.start < line.end) block.push(line);
    else endBlock(line);
  }
  if (block.length > 0) endBlock();
  return explained;
}

const blanks: Record<"event" | "comment" | "further", Reason> = {
  event: ["A blank line ends the event: now the client handles it", "SSE-8"],
  comment: ["A blank line behind comments does nothing", "SSE-6"],
  further: ["There is no event that this blank line could end: it does nothing", "SSE-8"],
};

const ends: Record<"LF" | "CR" | "CRLF", Reason> = {
  LF: ["A line feed ends the line", "SSE-1"],
  CR: ["A carriage return ends the line, as a line feed does", "SSE-1"],
  CRLF: ["Carriage return and line feed end the line together", "SSE-1"],
};

/** A line's place, and how it ends. */
function shape(bytes: Uint8Array, { start, end, text }: Line): ExplainedLine {
  const ending = end === bytes.length ? "" : bytes[end] === LF ? "LF" : bytes[end + 1] === LF ? "CRLF" : "CR";
  return { start, end, next: end + ending.length / 2, ending, text, pieces: [] }; // two letters for each byte
}

/** Finds out what the lines between two blank lines are made of. */
function explainEvent(
  bytes: Uint8Array,
  lines: Line[],
  explained: ExplainedLine[],
  event: StreamEvent | undefined,
  isCut: boolean,
): void {
  const found = event?.diagnostics ?? [];
  // An event can have as many remarks as lines: to go through all of them for each line would take minutes.
  const byLine = Map.groupBy(found, ({ range }) => range.start);
  const byClause = new Map(found.toReversed().map((one) => [one.clause, one]));
  const remark: Remarks = (line, ...clauses) => {
    const hits = line
      ? byLine.get(line.start)?.filter(({ clause, range }) => clauses.includes(clause) && line.end === range.end)
      : clauses.flatMap((clause) => byClause.get(clause) ?? []);
    if (!hits || hits.length === 0) return;
    const hit = hits.length === 1 ? hits[0] : found.find((one) => hits.includes(one))!;
    return [hit.message, hit.clause];
  };
  const reads = lines.map((line) => fieldOf(line, "client"));
  const lastName = reads.findLastIndex((read) => read?.field === "event");
  const dataLines = lines.filter((_, i) => reads[i]?.field === "data");
  const values = reads.flatMap((read) => read?.field === "data" ? [read.value] : []);
  const rows = event?.client && explainData(event.client, values, dataLines, remark);
  const hasText = values.some((value) => value.trim() !== "");
  let row = 0;

  /** What a field's value says, or the whole line if it says nothing. */
  function explainField(i: number, field: string, value: string): Row {
    const whole = ([kind, reason]: [PieceKind, Reason]): Row => ({ parts: [{ to: value.length, kind, reason }] });
    if (explained[i].ending === "") return whole(["ignored", cutLine]);
    if (field === "id") return whole(explainId(lines[i], isCut, remark));
    if (field === "retry") return whole(explainRetry(lines[i], value, remark));
    if (isCut) return whole(["ignored", remark(undefined, "SSE-8") ?? cutLine]);
    if (field === "data") return rows?.[row++] ?? whole(["ignored", fields.data]);
    if (i < lastName) return whole(["ignored", ["A later `event` line of this event counts", "SSE-7"]]);
    return whole(explainName(value, hasText, remark));
  }

  for (const [i, line] of lines.entries()) {
    const { pieces, ending, next } = explained[i];
    const read = reads[i];
    const { length } = line.text;
    const cut = createCutter(bytes, line, pieces);
    if (line.first && line.text.startsWith(BOM)) cut(1, "bom", bom);
    const said = read && Object.hasOwn(fields, read.field) ? explainField(i, read.field, read.value) : undefined;
    if (!read || !said) {
      cut(length, ...explainOther(line, remark));
    } else if (said.dropped) {
      cut(length, "ignored", said.dropped);
    } else {
      const colon = line.text.indexOf(":");
      if (!line.first && line.text.startsWith(BOM)) cut(1, "bom", remark(line, "SSE-13") ?? strippedBom);
      cut(colon, "field", read.value === "" && emptyFields[read.field] || fields[read.field]);
      cut(colon + 1, "colon", colonReason);
      cut(colon + (line.text[colon + 1] === " " ? 2 : 1), "space", spaceReason);
      const start = length - read.value.length;
      cut(start, "bom", remark(line, "SSE-13") ?? strippedBom);
      for (const { to, kind, reason } of said.parts) cut(start + to, kind, reason);
    }
    if (ending === "") continue;
    const [why, clause] = ends[ending];
    pieces.push({ start: line.end, end: next, kind: "end", why, clause });
  }
}

const bom: Reason = ["The byte order mark at the beginning of a stream counts for nothing", "SSE-12"];
const strippedBom: Reason = ["The client removes the byte order mark here, the standard keeps it", "SSE-13"];
const colonReason: Reason = ["The first colon of a line ends the field's name", "SSE-4"];
const spaceReason: Reason = ["One space behind the colon is removed", "SSE-4"];
const cutLine: Reason = ["The stream ends before this line does: it is lost", "SSE-8"];
const trimmed: Reason = ["The client trims white space at either end of the data", "SSE-16"];
const trimmedHtml: Reason = ["The client trims white space at either end of the HTML", "FRG-27"];

const fields: Record<string, Reason> = {
  event: ["The field `event` says what kind of instruction this is", "SSE-14"],
  data: ["The field `data` holds the instruction; several such lines are joined with line feeds", "SSE-9"],
  id: ["The field `id` gives the event an id", "SSE-17"],
  retry: ["The field `retry` says how long to wait before the next request", "SSE-17"],
};

const emptyFields: Record<string, Reason | undefined> = {
  event: ["An empty `event` takes the name away, and an event without one is ignored", "SSE-7"],
  id: ["An empty `id`: from now on the client sends no `last-event-id`", "REQ-11"],
};

/** A line that is no field of the client's. */
function explainOther(line: Line, remark: Remarks): [PieceKind, Reason] {
  const text = line.first && line.text.startsWith(BOM) ? line.text.slice(1) : line.text;
  if (text.startsWith(":")) {
    return ["comment", ["A line that begins with a colon is a comment: it is ignored", "SSE-6"]];
  }
  const reason = remark(line, "SSE-12", "SSE-5", "SSE-10", "SSE-11", "REQ-11", "REQ-10");
  return ["ignored", reason ?? ["The client ignores a line that is no field", "SSE-5"]];
}

/** What is wrong with an event as a whole is said of its name. */
function explainName(name: string, hasText: boolean, remark: Remarks): [PieceKind, Reason] {
  if (!Object.hasOwn(names, name)) {
    return ["ignored", remark(undefined, "SSE-14") ?? ["The client knows no such event", "SSE-14"]];
  }
  const whole = remark(undefined, "SSE-15", "FRG-16") ?? (hasText ? undefined : remark(undefined, ...raises));
  return ["event-name", whole ?? names[name]];
}

const names: Record<string, Reason> = {
  "datastar-fragment": ["This event merges HTML into the page", "SSE-14"],
  "datastar-signal": ["This event merges values into the store", "SSE-14"],
  "datastar-delete": ["This event removes elements of the page, or paths of the store", "SSE-14"],
  "datastar-redirect": ["This event sends the browser to another address", "SSE-14"],
  "datastar-console": ["This event writes to the browser's console", "SSE-14"],
};

/** An id counts as soon as its line has ended, in the client. */
function explainId(line: Line, isCut: boolean, remark: Remarks): [PieceKind, Reason] {
  const sends = "The client sends this as `last-event-id` when it sends the request again";
  const early = `${sends}; in the standard it counts only once a blank line has come`;
  return ["value", remark(line, "REQ-11") ?? [isCut ? early : sends, "REQ-11"]];
}

function explainRetry(line: Line, value: string, remark: Remarks): [PieceKind, Reason] {
  const ms = Number.parseInt(value);
  const reason = remark(line, "REQ-10");
  if (Number.isNaN(ms)) return ["ignored", reason ?? ["There are no digits: the client ignores it", "REQ-10"]];
  return [
    "value",
    reason ?? [`The client waits ${ms} ms before it sends the request again, and longer later`, "REQ-10"],
  ];
}

/** What each `data` line of an event says. */
function explainData(client: Message, values: string[], lines: Line[], remark: Remarks): Row[] {
  const name = client.event ?? "";
  if (!Object.hasOwn(names, name)) {
    const reason = remark(undefined, "SSE-14") ?? ["The client ignores this event", "SSE-14"];
    return values.map((value) => ({ parts: [{ to: value.length, kind: "ignored", reason }] }));
  }
  // The client's data begins at the first line with text, and is then trimmed: what is left may be less than these.
  const firstText = values.findIndex((value) => value !== "");
  const empty = firstText < 0 ? values : values.slice(0, firstText);
  const rows: Row[] = empty.map((_, i) => ({
    parts: [],
    dropped: remark(lines[i], ...raises) ??
      ["The client drops an empty `data` line before the first one with text, the standard keeps it", "SSE-9"],
  }));
  if (firstText < 0) return rows;
  const rest = values.slice(firstText);
  const kept = trimRows(rest);
  const first = kept.findIndex(({ from, to }) => from < to);
  const last = kept.findLastIndex(({ from, to }) => from < to);
  const inner = first < 0
    ? []
    : rest.slice(first, last + 1).map((value, i) => value.slice(kept[first + i].from, kept[first + i].to));
  const said = first < 0 ? [] : explainers[name](inner, lines.slice(firstText + first), remark, client);
  for (const [i, value] of rest.entries()) {
    const { from, to } = kept[i];
    if (first < 0 || i < first || i > last) {
      const reason = remark(lines[firstText + i], ...raises) ?? trimmed;
      rows.push({ parts: [{ to: value.length, kind: "ignored", reason }], dropped: value === "" ? reason : undefined });
      continue;
    }
    const { parts, dropped } = said[i - first];
    const shifted = parts.map((part) => ({ ...part, to: part.to + from }));
    const lead: Part[] = from > 0 ? [{ to: from, kind: "ignored", reason: trimmed }] : [];
    const trail: Part[] = to < value.length ? [{ to: value.length, kind: "ignored", reason: trimmed }] : [];
    rows.push({ parts: [...lead, ...shifted, ...trail], dropped });
  }
  return rows;
}

/** Clauses by which diagnose() tells what a data line is raised for. */
const raises = ["FRG-13", "SIG-1", "DEL-9", "RED-2", "CON-2"];

/** Of each row, what is left of it once the text that they make together is trimmed. */
function trimRows(rows: string[]): { from: number; to: number }[] {
  const text = rows.join("\n");
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  let at = 0;
  return rows.map(({ length }) => {
    const from = Math.min(Math.max(start - at, 0), length);
    const to = Math.min(Math.max(end - at, from), length);
    at += length + 1;
    return { from, to };
  });
}

/** By the event's name: gives a row for each line of its data, which begins and ends with something to be seen. */
const explainers: Record<string, (rows: string[], lines: Line[], remark: Remarks, client: Message) => Row[]> = {
  "datastar-fragment": explainFragment,
  "datastar-signal": explainSignal,
  "datastar-delete": explainWordAndRest,
  "datastar-redirect": explainWordAndRest,
  "datastar-console": explainWordAndRest,
};

const modes: Record<MergeMode, Reason> = {
  morph: ["`morph`: the target stays, and becomes like the root", "MRG-1"],
  inner: ["`inner`: the root's content takes the place of the target's", "MRG-11"],
  outer: ["`outer`: the root takes the target's place", "MRG-13"],
  prepend: ["`prepend`: the root becomes the target's first child", "MRG-14"],
  append: ["`append`: the root becomes the target's last child", "MRG-14"],
  before: ["`before`: the root goes before the target", "MRG-15"],
  after: ["`after`: the root goes behind the target", "MRG-15"],
  upsert_attributes: ["`upsert_attributes`: the root's attributes are set on the target", "MRG-17"],
};

const keyReasons: Record<string, Reason> = {
  selector: ["`selector`: which elements are the targets", "FRG-19"],
  merge: ["`merge`: how each root meets its targets", "FRG-13"],
  settle: ["`settle`: when the client takes its classes away", "FRG-14"],
  vt: ["`vt`: whether the merge waits for a view transition", "FRG-15"],
  fragment: ["`fragment`: the HTML begins; it goes on until another key opens", "FRG-3"],
};

function explainFragment(rows: string[], lines: Line[], remark: Remarks): Row[] {
  const said: Row[] = rows.map(() => ({
    parts: [],
    dropped: ["The client drops empty lines of a fragment, in `<pre>` too", "FRG-7"],
  }));
  const html: { row: number; from: number; text: string; opens: boolean }[] = [];
  const options = new Map<string, Part>(); // the newest of each
  let row = 0;
  let ends = rows[0]?.length ?? 0; // where the row ends in the data
  let isBegun = false;
  eachFragmentLine(rows.join("\n"), (open, opens, from, to) => {
    while (ends < to) ends += rows[++row].length + 1;
    const value = rows[row];
    const line = lines[row];
    const parts: Part[] = [];
    said[row] = { parts };
    const start = value.length - (to - from); // where the text begins that counts
    if (opens) {
      const option = open === "fragment" ? undefined : explainOption(open, value.slice(start), line, remark);
      const reason = open === "fragment" && isBegun
        ? ["`fragment`: the fragment is opened anew, and what follows is added to it", "FRG-5"] as Reason
        : keyReasons[open];
      const eaten = remark(line, "FRG-6");
      parts.push({ to: open.length, kind: "key", reason: eaten ?? (start === value.length && option || reason) });
      if (value.length > open.length) parts.push({ to: start, kind: "separator", reason: separator });
      if (option) {
        const before = options.get(open);
        const part: Part = { to: value.length, kind: "option", reason: option };
        parts.push(part);
        options.set(open, part);
        // An unknown mode raises even if a later line would overrule it.
        if (before && before.reason[1] !== "FRG-13") {
          before.kind = "ignored";
          before.reason = [`A later \`${open}\` of this event counts`, "FRG-10"];
        }
      }
    }
    if (open === "fragment") {
      html.push({ row, from: start, text: value.slice(start), opens });
      isBegun = true;
    } else if (!opens) {
      const reason = remark(line, "FRG-9", "FRG-10", "FRG-12") ??
        [`\`${open}\` follows itself: the client ignores the second line`, "FRG-10"];
      parts.push({ to: value.length, kind: "ignored", reason });
    }
  });

  const kept = trimRows(html.map(({ text }) => text));
  for (const [i, { row, from: start, text, opens }] of html.entries()) {
    const { parts } = said[row];
    const { from, to } = kept[i];
    const word = opens ? undefined : remark(lines[row], "FRG-4");
    const reason: Reason = opens
      ? ["HTML for the page", "FRG-3"]
      : ["A further line of the HTML: it is added with a line feed", "FRG-3"];
    if (from > 0) parts.push({ to: start + from, kind: "ignored", reason: trimmedHtml });
    if (word) parts.push({ to: start + from + "fragment".length, kind: "html", reason: word });
    if (from < to) parts.push({ to: start + to, kind: "html", reason });
    if (to < text.length) parts.push({ to: start + text.length, kind: "ignored", reason: trimmedHtml });
  }
  return said;
}

const separator: Reason = ["One space behind the key separates it from what it is for", "FRG-1"];

function explainOption(key: string, value: string, line: Line, remark: Remarks): Reason {
  if (key === "selector") {
    if (value === "") return ["An empty `selector` counts as none", "FRG-19"];
    if (value === "self") return ["`self`: the element whose action made the request", "FRG-25"];
    return ["All elements that this CSS selector matches are targets", "FRG-19"];
  }
  if (key === "merge") return remark(line, "FRG-13") ?? modes[value as MergeMode] ?? keyReasons.merge;
  if (key === "settle") {
    const ms = Number.parseInt(value) || 0;
    const when = ms > 0 ? `${ms} ms after the merge` : "at once after the merge";
    return remark(line, "FRG-14") ?? [`The client takes its classes away ${when}`, "FRG-14"];
  }
  if (value === "true") return ["The client merges within a view transition, where the browser has them", "FRG-15"];
  return remark(line, "FRG-15") ?? ["The client merges at once, without a view transition", "FRG-15"];
}

function explainSignal(rows: string[], lines: Line[], remark: Remarks): Row[] {
  const keys = rows.map((row) => row.split(" ", 1)[0]);
  const firstStore = keys.indexOf("store");
  const lastOnly = keys.lastIndexOf("onlyIfMissing");
  return rows.map((row, i) => {
    const key = keys[i];
    if (key !== "store" && key !== "onlyIfMissing") {
      const reason = remark(lines[i], "SIG-1") ??
        ["The client has raised before it comes to this line, and would raise here", "SIG-1"];
      return { parts: [{ to: row.length, kind: "ignored", reason }], dropped: row === "" ? reason : undefined };
    }
    const isStore = key === "store";
    const parts: Part[] = [{
      to: key.length,
      kind: "key",
      reason: isStore
        ? ["`store`: values for the store follow; each of their lines begins so", "SIG-2"]
        : ["`onlyIfMissing`: whether values that are there already stay", "SIG-6"],
    }];
    if (row.length > key.length) parts.push({ to: key.length + 1, kind: "separator", reason: signalSeparator });
    const value = row.slice(key.length + 1);
    if (isStore) {
      parts.push({
        to: row.length,
        kind: "text",
        reason: i === firstStore
          ? ["An object, in JSON or JavaScript: the client runs it, and merges it into the store", "SIG-3"]
          : ["A further line of the object: it is added with a line feed", "SIG-2"],
      });
    } else if (i < lastOnly) {
      parts.push({
        to: row.length,
        kind: "ignored",
        reason: ["A later `onlyIfMissing` of this event counts", "SIG-6"],
      });
    } else {
      const why = value.trim() === "true"
        ? ["Only names that are missing in the store are merged", "SIG-7"] as Reason
        : ["All that is not `true` means no: the values are merged in any case", "SIG-6"] as Reason;
      parts.push({ to: row.length, kind: "option", reason: why });
    }
    return { parts: parts.filter(({ to }, j) => j === 0 || to > parts[j - 1].to) };
  });
}

const signalSeparator: Reason = ["One space behind the key separates it from what it is for", "SIG-1"];

/** Data that is one word and what follows it [DEL-1, RED-1, CON-1]. */
function explainWordAndRest(rows: string[], _: Line[], remark: Remarks, client: Message): Row[] {
  const raised = remark(undefined, ...raises);
  if (raised) return rows.map((row) => ({ parts: [{ to: row.length, kind: "ignored", reason: raised }] }));
  const instruction = readInstruction(client)!;
  const key = rows[0].split(" ", 1)[0];
  const [keyReason, first, further] = reasonsOf(instruction, key);
  return rows.map((row, i) => {
    const parts: Part[] = [];
    let at = 0;
    const add = (to: number, kind: PieceKind, reason: Reason) => {
      if (to > at) parts.push({ to, kind, reason });
      at = to;
    };
    if (i === 0) {
      add(key.length, "key", keyReason);
      add(Math.min(key.length + 1, row.length), "separator", [separator[0], keyReason[1]]);
    }
    const reason = i === 0 ? first : further;
    if (instruction.type === "delete" && "paths" in instruction) {
      for (const path of row.slice(at).split(" ")) {
        add(at + path.length, "value", reason);
        add(Math.min(at + 1, row.length), "separator", ["One space separates two paths", "DEL-4"]);
      }
    } else {
      add(row.length, instruction.type === "console" ? "text" : "value", reason);
    }
    return { parts };
  });
}

/** Of the first word, of what follows it, and of further lines. */
type WordReasons = [word: Reason, first: Reason, further: Reason];

function reasonsOf(instruction: Instruction, key: string): WordReasons {
  if (instruction.type === "redirect") return redirectReasons(instruction.url);
  if (instruction.type === "console") return consoleReasons(key, instruction.message);
  if (instruction.type === "delete" && "selector" in instruction) return selectorReasons(instruction.selector);
  return pathsReasons;
}

function redirectReasons(url: string): WordReasons {
  return [
    url === ""
      ? ["`url` without an address: the client loads the page again", "RED-5"]
      : ["`url`: the address follows", "RED-1"],
    isCode(url)
      ? ["The browser runs a `javascript:` address in the page", "RED-4"]
      : ["The browser goes to this address", "RED-1"],
    ["A further line: the browser drops the line feed before it", "RED-3"],
  ];
}

function consoleReasons(mode: string, message: string): WordReasons {
  const what = `\`${mode}\`: the function of the console that the client calls`;
  return [
    message === "" ? [`${what}, with an empty text`, "CON-4"] : [what, "CON-1"],
    ["The message, just as it is", "CON-4"],
    ["A further line of the message: it is added with a line feed", "CON-3"],
  ];
}

const pathsReasons: WordReasons = [
  ["`paths`: paths of the store follow", "DEL-4"],
  ["The client removes this path from the store", "DEL-4"],
  ["A further line: its first word is glued to the path before it", "DEL-5"],
];

const selectorReasons = (selector: string): WordReasons => [
  selector === ""
    ? ["`selector` without one: the client raises bad-selector", "DEL-2"]
    : ["`selector`: a CSS selector follows", "DEL-1"],
  ["The client removes all elements that this CSS selector matches", "DEL-1"],
  ["A further line: all lines together are one selector", "DEL-3"],
];

/** Makes a function that cuts a line into pieces, each from where the one before ends. Places are characters. */
function createCutter(bytes: Uint8Array, { start, end, text }: Line, pieces: Piece[]) {
  const isAscii = end - start === text.length;
  let character = 0;
  let at = start; // where that character begins
  return (to: number, kind: PieceKind, [why, clause]: Reason): void => {
    let from = at; // what is not in a piece yet
    const add = (why: string, clause: string) => {
      if (at > from) pieces.push({ start: from, end: at, kind, why, clause });
      from = at;
    };
    if (isAscii) at = start + to;
    for (; !isAscii && character < to; character++) {
      const code = text.charCodeAt(character);
      const isSent = bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
      if (code === 0xfffd && !isSent) {
        add(why, clause);
        at += brokenLength(bytes, at, end);
        add("This is no UTF-8: it becomes U+FFFD", "SSE-3");
      } else {
        // Of the four bytes of a character outside the BMP each half of its pair gets two.
        at += code < 0x80 ? 1 : code < 0x800 || code >= 0xd800 && code <= 0xdfff ? 2 : 3;
      }
    }
    add(why, clause);
  };
}

/** How many bytes a decoder puts one U+FFFD for: as many as a character could begin with. */
function brokenLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at];
  let missing = lead >= 0xc2 && lead <= 0xdf
    ? 1
    : lead >= 0xe0 && lead <= 0xef
    ? 2
    : lead >= 0xf0 && lead <= 0xf4
    ? 3
    : 0;
  let least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  let length = 1;
  for (; missing > 0 && at + length < end && bytes[at + length] >= least && bytes[at + length] <= most; missing--) {
    length++;
    [least, most] = [0x80, 0xbf];
  }
  return length;
}
