/**
 * Explains each byte of a stream: what it is and why, as the client reads it, with a word on the standard where that
 * differs. Mistakes are explained in the words of the event's diagnostics.
 *
 * @module
 */

import { BOM, fieldNames, type Line, readField, readLines, readSequence, type StreamEvent } from "../harness/core.ts";
import type { ExplainedLine, ExplainedRow, Explainer, FindRemark, Piece, PieceKind, Reason } from "./explanation.ts";

const LF = 10;

/**
 * Explains all lines of a stream.
 *
 * @param bytes The whole stream.
 * @param events What `readStream` gives for exactly these bytes.
 */
export function explainLines(
  bytes: Uint8Array,
  events: readonly StreamEvent[],
  explainer: Explainer,
): ExplainedLine[] {
  const explained: ExplainedLine[] = [];
  let next = 0;
  let block: Line[] = [];

  function endBlock(blank?: Line): void {
    // readStream() gives an event for each block that is more than comments.
    const isEvent = block.some((line) => readField(line, "standard") !== undefined);
    const event = isEvent ? next++ : undefined;
    const open = (line: Line): ExplainedLine => {
      const shaped = event === undefined ? shapeLine(bytes, line) : { ...shapeLine(bytes, line), event };
      explained.push(shaped);
      return shaped;
    };
    explainEvent({
      bytes,
      lines: block,
      explained: block.map(open),
      event: event === undefined ? undefined : events[event],
      isCut: !blank,
      explainer,
    });
    if (blank) {
      const { start, next: end, pieces } = open(blank);
      const [why, clause] = isEvent ? blanks.event : block.length > 0 ? blanks.comment : blanks.further;
      pieces.push({ start, end, kind: "blank", why, clause });
    }
    block = [];
  }

  for (const line of readLines({ bytes, offset: 0 })) {
    if (line.start < line.end) block.push(line);
    else endBlock(line);
  }
  if (block.length > 0) endBlock();
  return explained;
}

const blanks: Record<"event" | "comment" | "further", Reason> = {
  event: ["A blank line ends the event: the client handles it now", "SSE-8"],
  comment: ["A blank line after comments does nothing", "SSE-6"],
  further: ["This blank line does not end an event: it does nothing", "SSE-8"],
};

const lineEnds: Record<"LF" | "CR" | "CRLF", Reason> = {
  LF: ["A line feed ends the line", "SSE-1"],
  CR: ["A carriage return ends the line, as a line feed does", "SSE-1"],
  CRLF: ["A carriage return and a line feed end the line together", "SSE-1"],
};

/** Creates an explained line without pieces. */
export function shapeLine(bytes: Uint8Array, { start, end, text }: Line): ExplainedLine {
  const ending = end === bytes.length ? "" : bytes[end] === LF ? "LF" : bytes[end + 1] === LF ? "CRLF" : "CR";
  return { start, end, next: end + ending.length / 2, ending, text, pieces: [] }; // two letters for each byte
}

/** The lines between two blank lines, and what is known of them. */
interface Block {
  bytes: Uint8Array;
  lines: Line[];
  explained: ExplainedLine[];
  event: StreamEvent | undefined;
  /** Whether the stream ends before the blank line. */
  isCut: boolean;
  explainer: Explainer;
}

/** Adds the pieces to the lines of an event. */
function explainEvent({ bytes, lines, explained, event, isCut, explainer }: Block): void {
  const remark = createRemarkFinder(event);
  const reads = lines.map((line) => readField(line, "client"));
  const lastName = reads.findLastIndex((read) => read?.field === "event");
  const hasText = reads.some((read) => read?.field === "data" && read.value.trim() !== "");
  const rows = event?.client ? explainer.explainRows(event, remark) : undefined;

  /** Explains a field's value. */
  function explainValue(i: number, field: string, value: string): ExplainedRow {
    const whole = ([kind, reason]: [PieceKind, Reason]): ExplainedRow => (
      { parts: [{ to: value.length, kind, reason }] }
    );
    if (explained[i].ending === "") return whole(["ignored", cutLine]);
    if (field === "id") return whole(explainId(lines[i], isCut, remark));
    if (field === "retry") return whole(explainRetry(lines[i], value, remark));
    if (isCut) return whole(["ignored", remark(undefined, "SSE-8") ?? cutLine]);
    if (field === "data") return rows?.get(lines[i].start) ?? whole(["ignored", fields.data]);
    if (i < lastName) return whole(["ignored", ["A later `event` line of this event counts", "SSE-7"]]);
    return whole(explainer.explainName(value, hasText, remark));
  }

  for (const [i, line] of lines.entries()) {
    const { pieces, ending, next } = explained[i];
    const read = reads[i];
    const { length } = line.text;
    const cut = createCutter(bytes, line, pieces);
    if (line.first && line.text.startsWith(BOM)) cut(1, "bom", bom);
    const value = read && fieldNames.includes(read.field) ? explainValue(i, read.field, read.value) : undefined;
    if (!read || !value) {
      cut(length, ...explainOther(line, remark));
    } else if (value.ignoredBecause) {
      cut(length, "ignored", value.ignoredBecause);
    } else {
      const colon = line.text.indexOf(":");
      if (!line.first && line.text.startsWith(BOM)) cut(1, "bom", remark(line, "SSE-13") ?? strippedBom);
      cut(colon, "field", read.value === "" && emptyFields[read.field] || fields[read.field]);
      cut(colon + 1, "colon", colonReason);
      cut(colon + (line.text[colon + 1] === " " ? 2 : 1), "space", spaceReason);
      const start = length - read.value.length;
      cut(start, "bom", remark(line, "SSE-13") ?? strippedBom);
      for (const { to, kind, reason } of value.parts) cut(start + to, kind, reason);
    }
    if (ending === "") continue;
    const [why, clause] = lineEnds[ending];
    pieces.push({ start: line.end, end: next, kind: "end", why, clause });
  }
}

/** Indexes the remarks on an event: it can have as many as lines. */
function createRemarkFinder(event: StreamEvent | undefined): FindRemark {
  const found = event?.diagnostics ?? [];
  const byLine = Map.groupBy(found, ({ range }) => range.start);
  const byClause = new Map(found.toReversed().map((one) => [one.clause, one]));
  return (line, ...clauses) => {
    const hits = line
      ? byLine.get(line.start)?.filter(({ clause, range }) => clauses.includes(clause) && line.end === range.end)
      : clauses.flatMap((clause) => byClause.get(clause) ?? []);
    if (!hits || hits.length === 0) return;
    const hit = hits.length === 1 ? hits[0] : found.find((one) => hits.includes(one))!;
    return [hit.message, hit.clause];
  };
}

const bom: Reason = ["The byte order mark at the beginning of a stream is skipped", "SSE-12"];
const strippedBom: Reason = ["The client removes the byte order mark here; the standard keeps it", "SSE-13"];
const colonReason: Reason = ["The first colon of a line ends the field's name", "SSE-4"];
const spaceReason: Reason = ["One space after the colon is removed", "SSE-4"];
const cutLine: Reason = ["The stream ends before the line does: the line is lost", "SSE-8"];

const fields: Record<string, Reason> = {
  event: ["The field `event` says what kind of instruction this is", "SSE-14"],
  data: ["The field `data` holds the instruction; several `data` lines are joined with line feeds", "SSE-9"],
  id: ["The field `id` gives the event an id", "SSE-17"],
  retry: ["The field `retry` says how long to wait before the next request", "SSE-17"],
};

const emptyFields: Record<string, Reason | undefined> = {
  event: ["An empty `event` removes the name, and the client ignores an event without a name", "SSE-7"],
  id: ["An empty `id`: from now on the client sends no `last-event-id`", "REQ-11"],
};

/** Explains a line that the client does not read as a field. */
function explainOther(line: Line, remark: FindRemark): [PieceKind, Reason] {
  const text = line.first && line.text.startsWith(BOM) ? line.text.slice(1) : line.text;
  if (text.startsWith(":")) {
    return ["comment", ["A line that begins with a colon is a comment: the client ignores it", "SSE-6"]];
  }
  const reason = remark(line, "SSE-12", "SSE-5", "SSE-10", "SSE-11", "REQ-11", "REQ-10");
  return ["ignored", reason ?? ["The client ignores a line that is not a field", "SSE-5"]];
}

/** Explains an id, which in the client counts as soon as its line has ended. */
function explainId(line: Line, isCut: boolean, remark: FindRemark): [PieceKind, Reason] {
  const sends = "The client sends this as `last-event-id` when it repeats the request";
  const early = `${sends}; in the standard it counts only after a blank line`;
  return ["value", remark(line, "REQ-11") ?? [isCut ? early : sends, "REQ-11"]];
}

function explainRetry(line: Line, value: string, remark: FindRemark): [PieceKind, Reason] {
  const ms = Number.parseInt(value);
  const reason = remark(line, "REQ-10");
  if (Number.isNaN(ms)) return ["ignored", reason ?? ["It has no digits: the client ignores it", "REQ-10"]];
  return [
    "value",
    reason ?? [`The client waits ${ms} ms before it repeats the request, and longer each time`, "REQ-10"],
  ];
}

/** Creates a function that cuts the next piece off a line, up to an offset in characters. */
function createCutter(bytes: Uint8Array, { start, end, text }: Line, pieces: Piece[]) {
  const isAscii = end - start === text.length;
  let character = 0;
  let at = start; // the byte at which that character begins
  return (to: number, kind: PieceKind, [why, clause]: Reason): void => {
    let from = at; // where the next piece begins
    const addPiece = (why: string, clause: string) => {
      if (at > from) pieces.push({ start: from, end: at, kind, why, clause });
      from = at;
    };
    if (isAscii) at = start + to;
    for (; !isAscii && character < to; character++) {
      const code = text.charCodeAt(character);
      const isSent = bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
      if (code === 0xfffd && !isSent) {
        addPiece(why, clause);
        at += readSequence(bytes, at, end).length;
        addPiece("This is not UTF-8: it becomes U+FFFD", "SSE-3");
      } else {
        // Of the four bytes of a character outside the BMP each half of its pair gets two.
        at += code < 0x80 ? 1 : code < 0x800 || code >= 0xd800 && code <= 0xdfff ? 2 : 3;
      }
    }
    addPiece(why, clause);
  };
}
