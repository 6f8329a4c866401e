/**
 * The explanation of a stream: its lines, and the pieces that they consist of.
 *
 * @module
 */

import type { ByteRange, Diagnostic, Line, Source, SseEvent } from "../harness/core.ts";

/** An event as a dialect reads it. */
export interface ReadEvent extends SseEvent {
  /** Mistakes and surprises in the lines. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The kinds of bytes. The client makes nothing of those that are `ignored`. */
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

/** Bytes with one meaning. The pieces of a line cover all its bytes, line end included, without gaps or overlaps. */
export interface Piece extends ByteRange {
  kind: PieceKind;
  /** The effect of the bytes, in one line without a full stop. Code is between backticks. */
  why: string;
  /** The clause of the dialect's document that says so. */
  clause: string;
  /** Whether the bytes are not UTF-8. */
  isBroken?: true;
}

/** A line of a stream with its pieces. Its range is without the line end. */
export interface ExplainedLine extends ByteRange {
  /** Offset after the line end. */
  next: number;
  /** The line end. Empty if the stream ends first. */
  ending: "" | "LF" | "CR" | "CRLF";
  /** The text, decoded, without the line end. */
  text: string;
  /**
   * The number of the event that the line is part of, counted from 0. The blank line that ends an event is part of it;
   * other blank lines, and comments on their own, are part of none.
   */
  event?: number;
  pieces: Piece[];
}

/** A reason, and its clause. */
export type Reason = [why: string, clause: string];

/** A part of a field's value: from the end of the part before. */
export interface Part {
  /** Offset in the value after the part's last character. */
  to: number;
  kind: PieceKind;
  reason: Reason;
}

/** The explanation of a `data` line. */
export interface ExplainedRow {
  /** The parts of the value. The last one reaches to its end. */
  parts: Part[];
  /** Why the line as a whole has no effect. */
  ignoredBecause?: Reason;
}

/** Finds the remark on a line that has one of the clauses; without a line, the first remark on the event. */
export type FindRemark = (line: Line | undefined, ...clauses: string[]) => Reason | undefined;

/** The clauses by which a dialect describes lines and fields. */
export interface LineClauses {
  lineEnd: string;
  /** Bytes that are not UTF-8. */
  encoding: string;
  colon: string;
  unknownField: string;
  comment: string;
  /** The last of several `event` lines counts. */
  lastName: string;
  blankLine: string;
  /** Several `data` lines are joined. */
  data: string;
  /** A byte order mark at the beginning of the stream. */
  firstMark: string;
  /** A byte order mark before a name or a value. */
  innerMark: string;
  /** The names of events. */
  name: string;
  /** The field `id`. */
  id: string;
  /** The field `retry`. */
  retry: string;
  /** The id that the next request sends. */
  sentId: string;
  /** The delay before the next request. */
  delay: string;
  /** Remarks on a line that the client does not read as a field. */
  notField: readonly string[];
}

/** The part of an explanation that a dialect knows. Its events are given to no other dialect. */
export interface Explainer<Event extends ReadEvent = ReadEvent> {
  clauses: LineClauses;
  /** Reads a stream event by event. */
  readStream(source: Source): AsyncIterable<Event>;
  /** Reads the milliseconds of a `retry`; NaN if the client ignores it. */
  readRetry(value: string): number;
  /** Explains an event's name. `hasText` is whether the event's data has more than white space. */
  explainName(name: string, hasText: boolean, remark: FindRemark): [PieceKind, Reason];
  /** Explains the `data` lines of an event, by the offset of each line in the stream. */
  explainRows(event: Event, remark: FindRemark): Map<number, ExplainedRow>;
}
