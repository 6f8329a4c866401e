/**
 * The conformance checker: what a server, or a recorded stream, does right and wrong, clause by clause.
 *
 * ```ts ignore
 * import { checkServer, reporters, testCases } from "fragstar/conformance";
 * import { test } from "node:test";
 *
 * const run = await checkServer("http://localhost:3000");
 * console.log(run.report.exitCode, reporters.markdown(run));
 *
 * // Each check is a test of any runner: of node:test, Deno, Bun, Vitest ...
 * for (const { title, assert } of testCases(run)) test(title, assert);
 * ```
 *
 * @module
 */

// For those whose own settings know of no document.
/// <reference lib="dom" preserve="true" />
/// <reference lib="dom.iterable" preserve="true" />

import type { Dialect } from "./dialect.ts";
import { defaultDialect } from "./dialects.ts";
import { readEvidence, type StreamEvidence } from "./interpret.ts";
import { selectChecks, type Selection } from "./judge.ts";
import { type RecordOptions, recordServer, type ServerEvidence } from "./record/record.ts";
import { judgeRun, type Run } from "./run.ts";

export {
  applyBaseline,
  type Baseline,
  baselineOf,
  type Comparison,
  type KnownFailure,
  parseBaseline,
  type StaleFailure,
  writeBaseline,
} from "./baseline.ts";
export type { Check, CheckInfo, FamilyName, Finding, Level, ServerCheck, StreamCheck } from "./check.ts";
export type { Field } from "./checks/fields.ts";
export type { LiveFacts, Route, ServerFacts } from "./checks/server_facts.ts";
export type { Dialect } from "./dialect.ts";
export { dialects } from "./dialects.ts";
export type { Effect, PageSource, SeenEvent, StreamEvidence } from "./interpret.ts";
export type { Element as MarkupElement, Markup, Spot } from "./markup.ts";
export type { Bytes, CheckResult, Selection, UntestedReason, Verdict } from "./judge.ts";
export type { Chunk, Ending, Exchange, Head } from "./record/exchange.ts";
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
export {
  type NamedReport,
  type Outcome,
  parseReport,
  type ReporterName,
  reporters,
  type TextOptions,
  writeMatrix,
} from "./report/mod.ts";
export type { Report, Run } from "./run.ts";
export type { StreamParts, StreamView } from "./stream_view.ts";
export { type TestCase, testCases } from "./test_cases.ts";

/** The dialect and the checks of a run. */
export interface JudgeOptions extends Selection {
  /** The dialect that the server should speak. Default: classic. */
  dialect?: Dialect;
}

/** Options of a run against a server. */
export interface CheckOptions extends RecordOptions, JudgeOptions {}

/** Judges evidence that was recorded, and makes the report. */
export function reportOn(
  target: string,
  began: Date,
  evidence: { streams: StreamEvidence[]; server?: ServerEvidence },
  { dialect = defaultDialect, ...selection }: JudgeOptions = {},
): Run {
  return judgeRun({ target, began, dialect }, evidence, selection);
}

/**
 * Checks a running server of the example contract.
 *
 * @throws {NotRecorded} If there is no server.
 */
export async function checkServer(url: string | URL, options: CheckOptions = {}): Promise<Run> {
  const began = new Date();
  const { dialect = defaultDialect } = options;
  // Many readers are sent only if a check asks for them.
  const live = options.live ?? selectChecks(dialect.checks, options).some(({ family }) => family === "live");
  const server = await recordServer(new URL(url), { ...options, live });
  return reportOn(String(url), began, { streams: server.streams, server }, options);
}

/** Checks the bytes of a recorded stream. */
export async function checkStream(
  source: string | Uint8Array | Response,
  { name = "stream", page, ...options }: JudgeOptions & {
    /** The name of the stream in the report. */
    name?: string;
    /** HTML of the page to which the stream is applied. */
    page?: string;
  } = {},
): Promise<Run> {
  const began = new Date();
  const bytes = typeof source === "string"
    ? new TextEncoder().encode(source)
    : source instanceof Uint8Array
    ? source
    : new Uint8Array(await source.arrayBuffer());
  const stream = await readEvidence(
    { subject: name, name, bytes, ended: true, endless: false },
    page === undefined ? undefined : { html: page },
  );
  return reportOn(name, began, { streams: [stream] }, options);
}
