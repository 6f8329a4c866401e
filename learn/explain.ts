/**
 * Explains each byte of a stream: what it is and why, as the client reads it, with a word on the standard where that
 * differs. Mistakes are explained in the words of the event's diagnostics.
 *
 * @module
 */

import { BOM, fieldNames, type Line, readField, readLines, readSequence } from "../harness/core.ts";
import type {
  ExplainedLine,
  ExplainedRow,
  Explainer,
  FindRemark,
  LineClauses,
  Piece,
  PieceKind,
  ReadEvent,
  Reason,
} from "./explanation.ts";

const LF = 10;

/**
 * Explains all lines of a stream.
 *
 * @param bytes The whole stream.
 * @param events What `readStream` gives for exactly these bytes.
 */
export function explainLines(
  bytes: Uint8Array,
  events: readonly ReadEvent[],
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
      const [why, clause] = explainBlank(
        isEvent ? "event" : block.length > 0 ? "comment" : "further",
        explainer.clauses,
      );
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

function explainBlank(after: "event" | "comment" | "further", { blankLine, comment }: LineClauses): Reason {
  switch (after) {
    case "event":
      return ["A blank line ends the event: the client handles it now", blankLine];
    case "comment":
      return ["A blank line after comments does nothing", comment];
    case "further":
      return ["This blank line does not end an event: it does nothing", blankLine];
  }
}

const lineEnds: Record<"LF" | "CR" | "CRLF", string> = {
  LF: "A line feed ends the line",
  CR: "A carriage return ends the line, as a line feed does",
  CRLF: "A carriage return and a line feed end the line together",
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
  event: ReadEvent | undefined;
  /** Whether the stream ends before the blank line. */
  isCut: boolean;
  explainer: Explainer;
}

/** Adds the pieces to the lines of an event. */
function explainEvent({ bytes, lines, explained, event, isCut, explainer }: Block): void {
  const { clauses } = explainer;
  const reasons = createReasons(clauses);
  const { cutLine } = reasons;
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
    if (field === "id") return whole(explainId(lines[i], isCut, clauses, remark));
    if (field === "retry") return whole(explainRetry(lines[i], value, explainer, remark));
    if (isCut) return whole(["ignored", remark(undefined, clauses.blankLine) ?? cutLine]);
    if (field === "data") return rows?.get(lines[i].start) ?? whole(["ignored", reasons.fields.data]);
    if (i < lastName) return whole(["ignored", ["A later `event` line of this event counts", clauses.lastName]]);
    return whole(explainer.explainName(value, hasText, remark));
  }

  for (const [i, line] of lines.entries()) {
    const { pieces, ending, next } = explained[i];
    const read = reads[i];
    const { length } = line.text;
    const cut = createCutter({ bytes, line, pieces, encoding: clauses.encoding });
    if (line.first && line.text.startsWith(BOM)) cut(1, "bom", reasons.firstMark);
    const value = read && fieldNames.includes(read.field) ? explainValue(i, read.field, read.value) : undefined;
    if (!read || !value) {
      cut(length, ...explainOther(line, clauses, remark));
    } else if (value.ignoredBecause) {
      cut(length, "ignored", value.ignoredBecause);
    } else {
      const colon = line.text.indexOf(":");
      if (!line.first && line.text.startsWith(BOM)) cut(1, "bom", remark(line, clauses.innerMark) ?? reasons.innerMark);
      cut(colon, "field", read.value === "" && reasons.emptyFields[read.field] || reasons.fields[read.field]);
      cut(colon + 1, "colon", reasons.colon);
      cut(colon + (line.text[colon + 1] === " " ? 2 : 1), "space", reasons.space);
      const start = length - read.value.length;
      cut(start, "bom", remark(line, clauses.innerMark) ?? reasons.innerMark);
      for (const { to, kind, reason } of value.parts) cut(start + to, kind, reason);
    }
    if (ending === "") continue;
    pieces.push({ start: line.end, end: next, kind: "end", why: lineEnds[ending], clause: clauses.lineEnd });
  }
}

/** Indexes the remarks on an event: it can have as many as lines. */
function createRemarkFinder(event: ReadEvent | undefined): FindRemark {
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

/** The reasons that do not depend on the line. */
function createReasons(clauses: LineClauses) {
  const { firstMark, innerMark, colon, blankLine, lastName, sentId } = clauses;
  return {
    firstMark: reason("The byte order mark at the beginning of a stream is skipped", firstMark),
    innerMark: reason("The client removes the byte order mark here; the standard keeps it", innerMark),
    colon: reason("The first colon of a line ends the field's name", colon),
    space: reason("One space after the colon is removed", colon),
    cutLine: reason("The stream ends before the line does: the line is lost", blankLine),
    fields: {
      event: reason("The field `event` says what kind of instruction this is", clauses.name),
      data: reason(
        "The field `data` holds the instruction; several `data` lines are joined with line feeds",
        clauses.data,
      ),
      id: reason("The field `id` gives the event an id", clauses.id),
      retry: reason("The field `retry` says how long to wait before the next request", clauses.retry),
    } as Record<string, Reason>,
    emptyFields: {
      event: reason("An empty `event` removes the name, and the client ignores an event without a name", lastName),
      id: reason("An empty `id`: from now on the client sends no `last-event-id`", sentId),
    } as Record<string, Reason | undefined>,
  };
}

const reason = (why: string, clause: string): Reason => [why, clause];

/** Explains a line that the client does not read as a field. */
function explainOther(
  line: Line,
  { comment, unknownField, notField }: LineClauses,
  remark: FindRemark,
): [PieceKind, Reason] {
  const text = line.first && line.text.startsWith(BOM) ? line.text.slice(1) : line.text;
  if (text.startsWith(":")) {
    return ["comment", ["A line that begins with a colon is a comment: the client ignores it", comment]];
  }
  return ["ignored", remark(line, ...notField) ?? ["The client ignores a line that is not a field", unknownField]];
}

/** Explains an id, which in the client counts as soon as its line has ended. */
function explainId(line: Line, isCut: boolean, { sentId }: LineClauses, remark: FindRemark): [PieceKind, Reason] {
  const sends = "The client sends this as `last-event-id` when it repeats the request";
  const early = `${sends}; in the standard it counts only after a blank line`;
  return ["value", remark(line, sentId) ?? [isCut ? early : sends, sentId]];
}

function explainRetry(
  line: Line,
  value: string,
  { clauses: { delay }, readRetry }: Explainer,
  remark: FindRemark,
): [PieceKind, Reason] {
  const ms = readRetry(value);
  const reason = remark(line, delay);
  if (Number.isNaN(ms)) return ["ignored", reason ?? ["It has no digits: the client ignores it", delay]];
  return [
    "value",
    reason ?? [`The client waits ${ms} ms before it repeats the request, and longer each time`, delay],
  ];
}

/** Creates a function that cuts the next piece off a line, up to an offset in characters. */
function createCutter(
  { bytes, line: { start, end, text }, pieces, encoding }: {
    bytes: Uint8Array;
    line: Line;
    /** Gets the pieces. */
    pieces: Piece[];
    /** The clause on bytes that are not UTF-8. */
    encoding: string;
  },
) {
  const isAscii = end - start === text.length;
  let character = 0;
  let at = start; // the byte at which that character begins
  return (to: number, kind: PieceKind, [why, clause]: Reason): void => {
    let from = at; // where the next piece begins
    const addPiece = (piece: Pick<Piece, "why" | "clause" | "isBroken">) => {
      if (at > from) pieces.push({ start: from, end: at, kind, ...piece });
      from = at;
    };
    if (isAscii) at = start + to;
    for (; !isAscii && character < to; character++) {
      const code = text.charCodeAt(character);
      const isSent = bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
      if (code === 0xfffd && !isSent) {
        addPiece({ why, clause });
        at += readSequence(bytes, at, end).length;
        addPiece({ why: "This is not UTF-8: it becomes U+FFFD", clause: encoding, isBroken: true });
      } else {
        // Of the four bytes of a character outside the BMP each half of its pair gets two.
        at += code < 0x80 ? 1 : code < 0x800 || code >= 0xd800 && code <= 0xdfff ? 2 : 3;
      }
    }
    addPiece({ why, clause });
  };
}
