/**
 * The conformance checker: what a server, or a recorded stream, does right and wrong, clause by clause.
 *
 * @module
 */

// For those whose own settings know of no document.
/// <reference lib="dom" preserve="true" />
/// <reference lib="dom.iterable" preserve="true" />

import { exitCodeOf, judge, type Report, select, type Selection, summarize } from "./judge.ts";
import { type PageSource, readEvidence, type StreamEvidence } from "./interpret.ts";
import { type RecordOptions, recordServer, type ServerEvidence } from "./record/record.ts";
import { version } from "./version.ts";

export type { Bytes, CheckResult, Report, Selection, Verdict } from "./judge.ts";
export type { Level } from "./check.ts";
export type { Chunk, Ending, Exchange, Head } from "./record/exchange.ts";
export type { Effect, PageSource, SeenEvent, StreamEvidence } from "./interpret.ts";
export type { Element as MarkupElement, Markup, Spot } from "./markup.ts";
export {
  badQueries,
  type InputName,
  inputs,
  type LiveEvidence,
  NotRecorded,
  type QueryName,
  type RecordOptions,
  type Routes,
  type ServerEvidence,
} from "./record/record.ts";

/** How a run is made. */
export interface CheckOptions extends RecordOptions, Selection {}

/** A run: its report, and what it was drawn from. */
export interface Run {
  /** The report. */
  report: Report;
  /** Whether a MUST that applies was left untested. */
  open: boolean;
  /** The streams that were looked at. */
  streams: StreamEvidence[];
  /** All that was recorded of a server. */
  server?: ServerEvidence;
}

/** Judges evidence, and makes the report. */
export function reportOn(
  target: string,
  began: Date,
  evidence: { streams: StreamEvidence[]; server?: ServerEvidence },
  selection?: Selection,
): Run {
  const { checks, open } = judge(evidence, selection);
  const complete = evidence.server?.why === undefined && evidence.streams.every(({ why }) => why === undefined);
  const failed = checks.some(({ verdict }) => verdict === "fail");
  return {
    report: {
      tool: "fragstar",
      version,
      dialect: "classic",
      target,
      startedAt: began.toISOString(),
      durationMs: Date.now() - began.getTime(),
      complete,
      exitCode: exitCodeOf({ checks, complete, failed, open }),
      summary: summarize(checks),
      checks,
    },
    open,
    ...evidence,
  };
}

/**
 * Checks a running server of the example contract.
 *
 * @throws {NotRecorded} If there is no server.
 */
export async function checkServer(url: string | URL, options: CheckOptions = {}): Promise<Run> {
  const began = new Date();
  // Many readers are not sent for nothing.
  const live = options.live ?? select(options).some(({ family }) => family === "live");
  const server = await recordServer(new URL(url), { ...options, live });
  return reportOn(String(url), began, { streams: server.streams, server }, options);
}

/** Checks the bytes of a stream, as they were recorded. */
export async function checkStream(
  source: string | Uint8Array | Response,
  { name = "stream", page, ...selection }: Selection & { name?: string; page?: string } = {},
): Promise<Run> {
  const began = new Date();
  const bytes = typeof source === "string"
    ? new TextEncoder().encode(source)
    : source instanceof Uint8Array
    ? source
    : new Uint8Array(await source.arrayBuffer());
  const html: PageSource | undefined = page === undefined ? undefined : { html: page };
  const stream = await readEvidence({ subject: name, name, bytes, ended: true, endless: false }, html);
  return reportOn(name, began, { streams: [stream] }, selection);
}
