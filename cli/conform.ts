/** The command `conform`: reads the input, makes the run, writes the report, and tells by the exit code how it went. */

import { resolve } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { styleText } from "node:util";
import { applyBaseline, baselineOf, parseBaseline, writeBaseline } from "../conformance/baseline.ts";
import { describeForm, recognizeForm } from "../conformance/body_form.ts";
import type { Dialect } from "../conformance/dialect.ts";
import { detectInPage } from "../conformance/detect.ts";
import { defaultDialect, dialects } from "../conformance/dialects.ts";
import { checkApp, checkSdk, checkServer, checkStream, judgeRecording } from "../conformance/mod.ts";
import { recordStream } from "../conformance/record/record.ts";
import { isTaken, type Spawned, startCommand, waitUntilAnswers } from "../conformance/record/spawn.ts";
import { cutAt } from "../conformance/report/columns.ts";
import { countsOf, groupByFamily } from "../conformance/report/groups.ts";
import { type Outcome, parseReport, reasonsOf, reporters, verdictOf, writeMatrix } from "../conformance/report/mod.ts";
import { readRecording, writeRecording } from "../conformance/recording.ts";
import { emptyRun } from "../conformance/run.ts";
import { version } from "../conformance/version.ts";
import { showInvisible } from "../harness/mod.ts";
import { type CheckCommand, type Command, help, parseCommand, type Source } from "./arguments.ts";
import { fetchPage, readCapture, readText, writeText } from "./files.ts";
import { explainId } from "./ids.ts";
import { quote, UsageError } from "./options.ts";
import { hasColor, ignoreErrors, type Terminal, widthOf, write } from "./terminal.ts";

/** Runs a command line, and returns the exit code. */
export async function main(args: string[], terminal: Terminal = process): Promise<number> {
  ignoreErrors(terminal);
  try {
    if (args.length === 0) {
      await write(terminal.stderr, help);
      return 2;
    }
    // As it is written after `npx fragstar`.
    return await runCommand(parseCommand(args[0] === "conform" ? args.slice(1) : args), terminal);
  } catch (error) {
    await write(terminal.stderr, `${showInvisible((error as Error).message)}\n`);
    return error instanceof UsageError ? 2 : 3;
  }
}

async function runCommand(command: Command, terminal: Terminal): Promise<number> {
  if (command.name === "check") return await runCheck(command, terminal);
  const output = "output" in command ? command.output : undefined;
  const width = output === undefined && terminal.stdout.isTTY ? widthOf(terminal.stdout) : 80;
  await deliver(await writeAnswer(command, width), output, terminal);
  return 0;
}

/** Writes the text that answers a command without a run. */
async function writeAnswer(command: Exclude<Command, CheckCommand>, width: number): Promise<string> {
  switch (command.name) {
    case "help":
      return help;
    case "version":
      return `fragstar ${version}\n`;
    case "list":
      return command.dialects.map(listChecks).join("\n");
    case "explain":
      return command.ids.map((id) => explainId(id, command.dialects, width)).join("\n");
    case "matrix": {
      const read = async (file: string) => ({ file, report: await readText("report", file, parseReport) });
      return writeMatrix(await Promise.all(command.files.map(read)), dialects);
    }
  }
}

async function runCheck(command: CheckCommand, terminal: Terminal): Promise<number> {
  const { source, dialect, output, reports, only, skip, reporter } = command;
  assertNoOverwriting(command);
  const page = command.page && await readPage(command);
  const baseline = command.baseline ? await readText("baseline", command.baseline, parseBaseline) : undefined;
  const capture = source.kind === "file" ? await readCapture(source.path, terminal) : undefined;
  const recording = source.kind === "replay" ? await readText("recording", source.path, readRecording) : undefined;
  for (const file of [output, ...reports.map(({ file }) => file), command.writeBaseline, command.record]) {
    if (file !== undefined) await writeText(file, "", "a"); // a wrong name is found before the run
  }

  let outcome: Outcome;
  if (source.kind === "file") {
    outcome = await checkCapture(capture!, source.path, page, command);
  } else if (source.kind === "replay") {
    outcome = await judgeRecording(recording!, { dialect, only, skip });
  } else {
    outcome = await runAgainstServer(command, source, page, terminal);
  }

  let note = "";
  if (command.record !== undefined) {
    const file = showInvisible(command.record);
    if (outcome.recording) await writeText(command.record, writeRecording(outcome.recording));
    note += outcome.recording ? `Wrote the recording to ${file}\n` : `Did not write ${file}: nothing was recorded\n`;
  }
  if (baseline) outcome = applyBaseline(outcome, baseline, { only, skip });
  if (command.writeBaseline !== undefined) {
    const file = showInvisible(command.writeBaseline);
    if (outcome.report.complete) {
      const list = baselineOf(outcome);
      await writeText(command.writeBaseline, writeBaseline(list));
      outcome = applyBaseline(outcome, list);
      note += `Wrote ${list.checks.length} known ${list.checks.length === 1 ? "failure" : "failures"} to ${file}\n`;
    } else {
      note += `Did not write ${file}: the run was cut short\n`;
    }
  }
  const { stdout, stderr } = terminal;
  const { verbose } = command;
  const options = output === undefined
    ? { columns: widthOf(stdout), cuts: stdout.isTTY, color: hasColor(stdout), verbose }
    : { verbose };
  for (const { reporter, file } of reports) await writeText(file, reporters[reporter](outcome, { verbose }));
  await deliver(reporters[reporter](outcome, options), output, terminal);
  // A text report on standard output says it all already.
  if (output !== undefined || reporter !== "text") await write(stderr, summarizeOutcome(outcome));
  await write(stderr, note);
  return outcome.report.exitCode;
}

/** Reads the page that a stream is for: from a file, or from its address. */
async function readPage({ page = "", headers, timeout }: CheckCommand): Promise<string> {
  const url = /^https?:\/\//.test(page) && URL.parse(page);
  if (!url) return await readText("page", page);
  try {
    return await fetchPage(`the page ${quote(page)}`, url, { headers, timeout });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Reads the store that is sent: JSON, or a file with it. */
async function readStore(text: string | undefined): Promise<Record<string, unknown> | undefined> {
  if (text === undefined) return undefined;
  const json = text.trimStart().startsWith("{") ? text : await readText("store", text);
  try {
    const store: unknown = JSON.parse(json);
    if (typeof store === "object" && store !== null && !Array.isArray(store)) return store as Record<string, unknown>;
  } catch { /* said below */ }
  throw new UsageError(`Cannot send the store ${quote(text)}: it is not a JSON object, such as {"input":"hello"}`);
}

/** Checks a recorded stream. A capture that is none, but a known form of an answer, is told and not judged. */
async function checkCapture(
  capture: Uint8Array,
  path: string,
  page: string | undefined,
  { dialect, only, skip }: CheckCommand,
): Promise<Outcome> {
  const name = path === "-" ? "standard input" : path;
  const found = recognizeForm(capture);
  if (!found) return await checkStream(capture, { name, page, dialect, only, skip });
  const why = `Cannot check ${name}: ${describeForm(found)}`;
  return emptyRun({ target: name, began: new Date(), dialect: dialect ?? defaultDialect }, {
    subject: name,
    of: "stream",
    why,
    only,
    skip,
  });
}

/** Makes sure that no file is written that is also read, or written twice: its content would be lost. */
function assertNoOverwriting(
  { source, page, baseline, output, reports, writeBaseline, record }: CheckCommand,
): void {
  const known = new Set(
    ["path" in source ? source.path : undefined, page, baseline].map((file) => file && resolve(file)),
  );
  for (const file of [output, ...reports.map(({ file }) => file), writeBaseline, record]) {
    if (file === undefined || file.startsWith("/dev/")) continue;
    if (known.has(resolve(file))) {
      throw new UsageError(`Cannot write ${quote(file)}: the same file is used for something else; name another`);
    }
    known.add(resolve(file));
  }
}

/** Summarizes a run for standard error: its verdict, and the reasons for it. */
function summarizeOutcome(outcome: Outcome): string {
  const { target, exitCode, summary } = outcome.report;
  const reasons = [
    ...reasonsOf(outcome),
    ...(outcome.baseline?.stale ?? []).map(({ id, subject, reason }) =>
      `the baseline is stale: ${id} ${subject}, ${reason}`
    ),
  ].map((reason) => `\n  ${cutAt(showInvisible(reason), 400)}`).join("");
  return `${showInvisible(target)} ${verdictOf(outcome)}: ${countsOf(summary)} (exit code ${exitCode})${reasons}\n`;
}

/** Makes a run against a server. Starts the server first if there is a command for that. */
async function runAgainstServer(
  { spawn, dialect, headers, timeout, wait, routes, only, skip }: CheckCommand,
  source: Extract<Source, { url: URL }>,
  page: string | undefined,
  terminal: Terminal,
): Promise<Outcome> {
  const { url, kind } = source;
  const began = new Date();
  const onProgress = (step: string) => showProgress(step, terminal);
  const options = { headers, timeout, wait, routes, dialect, only, skip, onProgress };
  const store = source.kind === "stream" ? await readStore(source.signals) : undefined;
  const interruption = awaitInterruption();
  let spawned: Spawned | undefined;

  /** The path that a server has to answer before the run begins. */
  function firstPath(): string {
    if (kind === "server" && routes.page !== undefined) return routes.page;
    const [first] = kind === "sdk" ? dialect!.createSdkContract!(url).requests : [];
    return first?.path ?? url.pathname + url.search;
  }

  async function record(): Promise<Outcome> {
    if (spawn !== undefined) {
      onProgress("Starting the server");
      if (await isTaken(url)) {
        const why = "something listens there before the command is started; stop it first, or use a different port";
        throw new Error(`Cannot check ${url.href}: ${why}`);
      }
      spawned = startCommand(spawn);
      await waitUntilAnswers(new URL(firstPath(), url), spawned, { timeout, headers });
    }
    if (source.kind === "app") {
      const onPlan = (text: string) => write(terminal.stderr, `${text}\n`);
      return await checkApp(url, { ...options, ...source.asked, onPlan });
    }
    if (source.kind === "sdk") return await checkSdk(url, options);
    if (source.kind === "server") return await checkServer(url, options);
    const asker = dialect ?? (page === undefined ? undefined : detectInPage(page)) ?? defaultDialect;
    const request = asker.createRequest(url, { method: source.method, store, page });
    return await judgeRecording(
      await recordStream(url, asker.createContract(), { ...options, request, page }),
      options,
    );
  }

  try {
    const outcome = await Promise.race([record(), interruption.happens]);
    if (spawned && outcome.recording) outcome.recording.output = spawned.output();
    return outcome;
  } catch (error) {
    const why = (error as Error).message;
    return emptyRun({ target: url.href, began, dialect: dialect ?? defaultDialect }, {
      subject: url.pathname,
      of: kind,
      why,
      only,
      skip,
    });
  } finally {
    onProgress("");
    if (spawned) await stopServer(spawned, url, interruption.happened(), terminal);
    interruption.forget();
  }
}

/** Stops a command. Shows its last output if it had ended by itself. */
async function stopServer(spawned: Spawned, url: URL, interrupted: boolean, { stderr }: Terminal): Promise<void> {
  let ended = await spawned.ended();
  if (ended === undefined && !interrupted && !await isTaken(url)) {
    await pause(300); // it no longer listens, and ends at this moment
    ended = await spawned.ended();
  }
  await spawned.stop();
  if (await isTaken(url)) {
    await write(stderr, `Something still listens on ${url.host}: it does not belong to the command that was stopped\n`);
  }
  if (ended === undefined || interrupted) return;
  const lines = spawned.output().slice(-20).map(({ text }) => `  ${cutAt(showInvisible(text), 200)}\n`).join("");
  await write(stderr, `The command has ended by itself: ${ended}\n${lines || "  (it wrote nothing)\n"}`);
}

/** Listens for signals that ask to stop. After a second one nothing is waited for: a started server is stopped all the same. */
function awaitInterruption() {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let happened = false;
  let reject: (error: Error) => void;
  const happens = new Promise<never>((_, no) => reject = no);
  happens.catch(() => {}); // the run may be over by then
  const interruption = {
    happens,
    happened: () => happened,
    forget: () => signals.forEach((signal) => process.removeListener(signal, interrupt)),
  };
  function interrupt(signal: string) {
    if (happened) process.exit(3);
    happened = true;
    reject(new Error(`Cannot finish: the run was interrupted by ${signal}`));
  }
  for (const signal of signals) process.on(signal, interrupt);
  return interruption;
}

function listChecks({ id, checks }: Dialect): string {
  const idWidth = Math.max(...checks.map(({ id }) => id.length));
  const lines = groupByFamily(checks, checks).flatMap(([family, some]) => [
    "",
    family,
    ...some.map(({ id, level, title, clause }) =>
      `  ${level.padEnd(6)} ${id.padEnd(idWidth)} ${clause.padEnd(6)} ${title}`
    ),
  ]);
  const total = `${checks.length} checks of ${id}; conform explain <ID> explains one, or a clause`;
  return [...lines.slice(1), "", total].join("\n") + "\n";
}

/** Writes the result of a command to a file, or to standard output. */
async function deliver(text: string, output: string | undefined, { stdout }: Terminal): Promise<void> {
  if (output === undefined) await write(stdout, text);
  else await writeText(output, text);
}

/** Shows on a terminal what is being done, in place of what was shown before. */
function showProgress(step: string, { stderr }: Terminal): void {
  if (!stderr.isTTY) return;
  const text = step && styleText("dim", cutAt(showInvisible(`${step} …`), (stderr.columns || 80) - 1));
  stderr.write(`\r\x1b[2K${text}`);
}
