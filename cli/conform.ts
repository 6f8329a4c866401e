/**
 * What `conform` does: reads what it needs, makes the run, writes the report, and says how it went by its exit code.
 *
 * @module
 */

import { readFile, stat, writeFile } from "node:fs/promises";
import process from "node:process";
import { styleText } from "node:util";
import { type CheckCommand, type Command, help, parseCommand, UsageError } from "./arguments.ts";
import { applyBaseline, type Baseline, baselineOf, parseBaseline, writeBaseline } from "../conformance/baseline.ts";
import { checkServer, checkStream, reportOn } from "../conformance/mod.ts";
import { recordStream } from "../conformance/record/record.ts";
import { clauseText } from "../conformance/report/clauses.ts";
import { groupByFamily } from "../conformance/report/groups.ts";
import {
  type Outcome,
  parseReport,
  reasonsOf,
  reporters,
  reportNothing,
  verdictOf,
  writeMatrix,
} from "../conformance/report/mod.ts";
import { cutAt, visible, wrap } from "../conformance/report/visible.ts";
import { isThere, type Spawned, startCommand, waitUntilAnswers } from "../conformance/record/spawn.ts";
import { checks } from "../conformance/classic/mod.ts";
import { version } from "../conformance/version.ts";

/** Bytes that a recorded stream may have: what the harness reads at most. */
const maxCapture = 256 * 1024 * 1024;

/** Does what the words of a command line say, and gives the exit code. */
export async function main(args: string[]): Promise<number> {
  try {
    if (args.length === 0) {
      await note(help);
      return 2;
    }
    return await run(parseCommand(args));
  } catch (error) {
    await note(`${visible((error as Error).message)}\n`);
    return error instanceof UsageError ? 2 : 3;
  }
}

async function run(command: Command): Promise<number> {
  switch (command.name) {
    case "help":
      await deliver(help);
      return 0;
    case "version":
      await deliver(`fragstar ${version}\n`);
      return 0;
    case "list":
      await deliver(list(widthOf(command.output)), command.output);
      return 0;
    case "explain":
      await deliver(command.ids.map((id) => explain(id, widthOf(command.output))).join("\n"), command.output);
      return 0;
    case "matrix": {
      const reports = await Promise.all(command.files.map(async (file) => {
        const text = await readText("report", file);
        return { file, report: reading("report", file, () => parseReport(text)) };
      }));
      await deliver(writeMatrix(reports), command.output);
      return 0;
    }
    case "check":
      return await check(command);
  }
}

async function check(command: CheckCommand): Promise<number> {
  const { source, output, only, skip } = command;
  const page = command.page === undefined ? undefined : await readText("page", command.page);
  let baseline: Baseline | undefined;
  if (command.baseline !== undefined) {
    const text = await readText("baseline", command.baseline);
    baseline = reading("baseline", command.baseline, () => parseBaseline(text));
  }
  const capture = source.kind === "file" ? await readCapture(source.path) : undefined;
  for (const file of [output, command.writeBaseline]) if (file !== undefined) await assertWritable(file);

  const name = source.kind === "file" && source.path === "-"
    ? "standard input"
    : source.kind === "file"
    ? source.path
    : "";
  const began = new Date();
  let outcome: Outcome;
  if (source.kind === "file") {
    outcome = await checkStream(capture!, { name, page, only, skip });
  } else {
    outcome = await observe(command, source, page, began);
  }

  if (baseline) outcome = applyBaseline(outcome, baseline, { only, skip });
  let written: string | undefined;
  if (command.writeBaseline !== undefined) {
    if (outcome.report.complete) {
      const list = baselineOf(outcome);
      await save(command.writeBaseline, writeBaseline(list));
      outcome = applyBaseline(outcome, list);
      written = `Wrote ${list.checks.length} known ${list.checks.length === 1 ? "failure" : "failures"} to ` +
        `${visible(command.writeBaseline)}\n`;
    } else {
      written = `Did not write ${visible(command.writeBaseline)}: the run was cut short\n`;
    }
  }
  const { report } = outcome;
  await deliver(
    reporters[command.reporter](outcome, { columns: widthOf(output), color: !output && hasColor() }),
    output,
  );

  // A report that somebody looks at says it all; with others the person at the terminal hears how it went.
  if (output !== undefined || command.reporter !== "text") {
    const reasons = [
      ...reasonsOf(outcome),
      ...(outcome.baseline?.stale ?? []).map(({ id, subject, reason }) =>
        `the baseline is stale: ${id} ${subject}, ${reason}`
      ),
    ].map((reason) => `\n  ${cutAt(visible(reason), 400)}`).join("");
    await note(`${visible(report.target)} ${verdictOf(outcome)} (exit code ${report.exitCode})${reasons}\n`);
  }
  if (written) await note(written);
  return report.exitCode;
}

/** Makes a run against a server, which is started for it if there is a command. */
async function observe(
  { spawn, headers, timeout, routes, only, skip }: CheckCommand,
  source: { kind: "server" | "stream"; url: URL },
  page: string | undefined,
  began: Date,
): Promise<Outcome> {
  const { url, kind } = source;
  const options = { headers, timeout, routes, only, skip, onProgress: progress };
  const interruption = awaitInterruption();
  let spawned: Spawned | undefined;

  async function record(): Promise<Outcome> {
    if (spawn !== undefined) {
      progress("Starting the server");
      if (await isThere(url)) {
        throw new Error(
          `Cannot check ${url.href}: something answers there before the command is started; stop it first`,
        );
      }
      interruption.onForce = () => spawned?.kill();
      spawned = startCommand(spawn);
      await waitUntilAnswers(url, spawned, { timeout, headers });
    }
    if (kind === "server") return await checkServer(url, options);
    return reportOn(url.href, began, { streams: [await recordStream(url, page, options)] }, { only, skip });
  }

  try {
    return await Promise.race([record(), interruption.happens]);
  } catch (error) {
    const why = (error as Error).message;
    return reportNothing({ target: url.href, subject: url.pathname, of: kind, began, why, only, skip });
  } finally {
    progress("");
    if (spawned) await stop(spawned, interruption.happened());
    interruption.forget();
  }
}

/** Stops a command, and shows what it said last if it has ended by itself. */
async function stop(spawned: Spawned, interrupted: boolean): Promise<void> {
  const ended = spawned.ended();
  await spawned.stop();
  if (ended === undefined || interrupted) return;
  const lines = spawned.lastLines().map((line) => `  ${cutAt(visible(line), 200)}\n`).join("");
  await note(`The command has ended by itself: ${ended}\n${lines || "  (it wrote nothing)\n"}`);
}

/** Waits for a signal that asks to stop. A second one forces it. */
function awaitInterruption() {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let happened = false;
  let reject: (error: Error) => void;
  const happens = new Promise<never>((_, no) => reject = no);
  happens.catch(() => {}); // also where nobody listens any more
  const interruption = {
    happens,
    happened: () => happened,
    onForce() {},
    forget: () => signals.forEach((signal) => process.removeListener(signal, hear)),
  };
  function hear(signal: string) {
    if (happened) {
      interruption.onForce();
      process.exit(3);
    }
    happened = true;
    reject(new Error(`Cannot finish: the run was interrupted by ${signal}`));
  }
  for (const signal of signals) process.on(signal, hear);
  return interruption;
}

/** The checks, by family. */
function list(width: number): string {
  const idWidth = Math.max(...checks.map(({ id }) => id.length));
  const lines = groupByFamily(checks).flatMap(([family, some]) => [
    "",
    family,
    ...some.map(({ id, level, title, clause }) => {
      const before = `  ${level.padEnd(6)} ${id.padEnd(idWidth)} `;
      const room = Math.max(20, width - before.length - 8);
      return `${before}${cutAt(title, room).padEnd(room)} ${clause}`;
    }),
  ]);
  return [...lines.slice(1), "", `${checks.length} checks; conform explain <ID> tells about one`].join("\n") + "\n";
}

/** One check. */
function explain(id: string, width: number): string {
  const { level, family, title, clause, why, fix, of } = checks.find((check) => check.id === id)!;
  const part = (label: string, text: string) =>
    wrap(text, width - 10).map((line, i) => `${(i === 0 ? label : "").padEnd(10)}${line}`);
  return [
    `${id}: ${title}`,
    "",
    ...part("level", level),
    ...part("family", family),
    ...part("looks at", of === "stream" ? "each stream: of a server, of one endpoint, from a file" : "a whole server"),
    ...part("clause", `${clause}: ${clauseText(clause) ?? "docs/PROTOCOL.md"}`),
    ...part("why", why),
    ...part("repair", fix),
  ].join("\n") + "\n";
}

/** Reads a file that has to be text. */
async function readText(what: string, file: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(what, file));
}

async function readBytes(what: string, file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > maxCapture) throw new Error(`it has more than ${maxCapture} bytes`);
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`Cannot read the ${what} "${visible(file)}": ${reasonOf(error)}`);
  }
}

/** Makes something of a file's text, or says which file is wrong. */
function reading<T>(what: string, file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`Cannot use the ${what} "${visible(file)}": ${(error as Error).message}`);
  }
}

async function readCapture(path: string): Promise<Uint8Array> {
  if (/^https?:\/\//.test(path)) {
    throw new UsageError(`Cannot read "${visible(path)}": it is a URL and no file; use --stream`);
  }
  if (path !== "-") return await readBytes("capture", path);
  if (process.stdin.isTTY) await note("Reading a stream from the terminal: end it with Ctrl-D\n");
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of process.stdin) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxCapture) throw new UsageError(`Cannot read standard input: it has more than ${maxCapture} bytes`);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Before a run and not after it: nobody should lose a report to a wrong name. */
async function assertWritable(file: string): Promise<void> {
  try {
    await writeFile(file, "", { flag: "a" });
  } catch (error) {
    throw new UsageError(`Cannot write "${visible(file)}": ${reasonOf(error)}`);
  }
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`Cannot write "${visible(file)}": ${reasonOf(error)}`);
  }
}

/** Why a file cannot be read or written, in words, and what to do. */
function reasonOf(error: unknown): string {
  const { name, code, message } = error as Error & { code?: string };
  if (name === "NotCapable") {
    return "Deno does not let it; run deno task conform, or add --allow-read and --allow-write";
  }
  const reasons: Record<string, string> = {
    ENOENT: "there is no such file or directory; name another",
    EISDIR: "it is a directory; name a file",
    ENOTDIR: "a part of its path is no directory; name another",
    EACCES: "this user may not; name another, or change its mode",
    EROFS: "its disk is read-only; name another",
  };
  return (code && reasons[code]) ?? `${message}; name another`;
}

/** Writes to a file, or to standard output. */
async function deliver(text: string, output?: string): Promise<void> {
  if (output === undefined) await write(process.stdout, text);
  else await save(output, text);
}

/** Says something that is no part of the report. */
const note = (text: string): Promise<void> => write(process.stderr, text);

/** Writes all of it. Whoever reads may have gone (`| head`): then there is nobody to tell. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.on("error", () => resolve());
    stream.write(text, () => resolve());
  });
}

/** Shows what is being done, on a terminal, in place of what was shown before. */
function progress(what: string): void {
  if (!process.stderr.isTTY) return;
  const text = what && styleText("dim", cutAt(visible(`${what} …`), columnsOfTerminal(process.stderr) - 1));
  process.stderr.write(`\r\x1b[2K${text}`);
}

function hasColor(): boolean {
  return Boolean(process.stdout.isTTY) && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

/** Columns that a text may take: those of the terminal that it goes to. Longer lines than 120 are hard to read. */
function widthOf(output?: string): number {
  return output === undefined && process.stdout.isTTY ? Math.min(120, columnsOfTerminal(process.stdout)) : 80;
}

const columnsOfTerminal = (stream: NodeJS.WriteStream) => stream.columns || 80;
