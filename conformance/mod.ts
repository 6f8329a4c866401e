/**
 * The conformance checker: what a server, or a recorded stream, does right and wrong, clause by clause.
 *
 * ```ts
 * import { checkStream } from "@fragstar/fragstar/conformance";
 * import { assertEquals } from "@std/assert";
 *
 * const run = await checkStream('event: datastar-fragment\ndata: <p id="time">12:00</p>\n\n');
 * const failed = run.report.checks.filter(({ verdict }) => verdict === "fail");
 * assertEquals(failed.map(({ id }) => id), ["frg-fragment", "frg-key"]);
 * ```
 *
 * Each check of a running server can be a test of any runner: of node:test, Deno, Bun, Vitest ...
 *
 * ```ts ignore
 * import { checkServer, testCases } from "@fragstar/fragstar/conformance";
 * import { test } from "node:test";
 *
 * const run = await checkServer("http://localhost:3000");
 * for (const { title, assert } of testCases(run)) test(title, assert);
 * ```
 *
 * @module
 */

// For those whose own settings know of no document.
/// <reference lib="dom" preserve="true" />
/// <reference lib="dom.iterable" preserve="true" />

import { pageOf } from "./checks/http.ts";
import { detectInPage } from "./detect.ts";
import type { Dialect } from "./dialect.ts";
import { defaultDialect } from "./dialects.ts";
import { selectChecks } from "./judge.ts";
import { recordApp, type RecordAppOptions } from "./record/app.ts";
import type { RecordOptions } from "./record/contract.ts";
import type { AppOptions } from "./recording.ts";
import { record, recordPage } from "./record/record.ts";
import { type JudgeOptions, judgeRecording, type Run } from "./run.ts";

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
export type { AppCheck, Check, CheckInfo, FamilyName, Finding, Level, ServerCheck, StreamCheck } from "./check.ts";
export type { Field } from "./checks/fields.ts";
export type { LiveFacts, Route, ServerFacts } from "./checks/server_facts.ts";
export type { BodyForm } from "./body_form.ts";
export type { Action } from "./classic/actions.ts";
export { type ProbeName, probes } from "./probes.ts";
export type { Consequences } from "./consequences.ts";
export type { Cause } from "./report/causes.ts";
export type { AppFacts, Dialect, Evidence, Marks } from "./dialect.ts";
export { dialects } from "./dialects.ts";
export type { ClassicEvent, ClassicStream, Effect, PageSource } from "./classic/interpret.ts";
export type { Element as MarkupElement, Markup, Spot } from "./markup.ts";
export type { Bytes, CheckResult, Selection, UntestedReason, Verdict } from "./judge.ts";
export { type InputName, inputs } from "./classic/contract.ts";
export type { TextName } from "./inputs.ts";
export type { ExampleFacts } from "./example/evidence.ts";
export type { Routes } from "./example/plan.ts";
export { badQueries, type QueryName } from "./example/queries.ts";
export type { ServerEvidence } from "./classic/evidence.ts";
export type { SeenEvent, StreamEvidence } from "./stream_evidence.ts";
export type { RecordAppOptions } from "./record/app.ts";
export type { AppContract, Contract, Plan, PlannedRequest, RecordOptions } from "./record/contract.ts";
export { NotRecorded } from "./record/record.ts";
export {
  type AppOptions,
  type AppRecording,
  type Chunk,
  type Ending,
  type Exchange,
  type Head,
  type LiveRecording,
  type OutputLine,
  readRecording,
  type Recording,
  type RecordingHead,
  type ServerRecording,
  type StreamRecording,
  writeRecording,
} from "./recording.ts";
export {
  type NamedReport,
  type Outcome,
  parseReport,
  type ReporterName,
  reporters,
  type TextOptions,
  writeMatrix,
} from "./report/mod.ts";
export { type JudgeOptions, judgeRecording, type Report, type Run } from "./run.ts";
export type { StreamParts, StreamView } from "./stream_view.ts";
export { actionCases, type TestCase, testCases } from "./test_cases.ts";

/** Options of a run against a server. */
export interface CheckOptions extends RecordOptions, JudgeOptions {
  /** The whole paths of endpoints that are not where the contract of the dialect has them. */
  routes?: Record<string, string>;
}

/**
 * Checks a running server of the example contract. The URL is that of its page. If it has a path, such as `/app/`, the
 * endpoints are below it: `/app/get`, `/app/target` and `/app/feed`.
 *
 * @throws {NotRecorded} If there is no server.
 */
export async function checkServer(url: string | URL, options: CheckOptions = {}): Promise<Run> {
  const { routes } = options;
  const dialect = options.dialect ?? await detectAt(new URL(routes?.page ?? "", url), options);
  // Many readers are sent only if a check needs them.
  const live = options.live ?? selectChecks(dialect.checks, options).some(({ family }) => family === "live");
  const contract = dialect.createContract({ ...routesBelow(new URL(url), dialect.createContract().routes), ...routes });
  return await judgeRecording(await record(url, contract, { ...options, live }), { ...options, dialect });
}

/** The routes of a server whose page has this URL. Where the page is a file, such as `/app/index.html`, they are beside it. */
function routesBelow({ pathname, search }: URL, routes: Record<string, string>): Record<string, string> {
  const prefix = pathname.replace(/\/[^/]*\.[^/]*$/, "").replace(/\/+$/, "");
  const below = Object.entries(routes).map(([name, path]) => [name, prefix + path]);
  return { ...Object.fromEntries(below), page: pathname + search };
}

/** Options of a run against an application. */
export interface CheckAppOptions extends RecordAppOptions, AppOptions, JudgeOptions {}

/**
 * Checks any page of a running application: finds its actions, and asks each as the client would. Only GET is asked
 * unless `allow` names other methods.
 *
 * @throws {NotRecorded} If there is no answer.
 */
export async function checkApp(url: string | URL, options: CheckAppOptions = {}): Promise<Run> {
  const { allow, onlyRoutes, skipRoutes, signals, gentle } = options;
  const asked = { allow, onlyRoutes, skipRoutes, signals, gentle };
  const address = new URL(url);
  const dialect = options.dialect ?? await detectAt(address, options);
  const recording = await recordApp(address, dialect.createAppContract(address, asked), asked, options);
  return await judgeRecording(recording, { ...options, dialect });
}

/** Finds the dialect of the page at an address: which requests a run makes depends on it. */
async function detectAt(url: URL, options: RecordOptions): Promise<Dialect> {
  const html = pageOf(await recordPage(url, options));
  return html !== undefined && detectInPage(html) || defaultDialect;
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
  return await judgeRecording({
    kind: "stream",
    target: name,
    recordedAt: began.toISOString(),
    durationMs: Date.now() - began.getTime(),
    subject: name,
    bytes,
    page,
  }, options);
}
