/** A server that is started for a run, and stopped after it with all that it has started itself. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { OutputLine } from "../recording.ts";
import { performExchange } from "./exchange.ts";
import { NotRecorded } from "./record.ts";

/** A running command. */
export interface Spawned {
  /** The last lines that it wrote, to standard output and to standard error. */
  output: () => OutputLine[];
  /** Its ending, in words; nothing while it runs, or a process that it has started. */
  ended: () => Promise<string | undefined>;
  /** Ends it with all that it has started: asks first, and forces it after two seconds. */
  stop: () => Promise<void>;
}

/** Milliseconds between two requests, and how much of the output of a command is kept. */
const limits = { poll: 100, lines: 2_000, characters: 500 };

/**
 * A shell function that lists the processes of a command. On Linux they are those of its group, and those with the mark
 * in their environment, which a daemon keeps. Elsewhere the group itself is listed, as `kill` takes it: a daemon that
 * leaves the group is not found there.
 */
const listProcesses = `list() {
  if [ -r /proc/self/environ ]; then
    grep -ls "$mark" /proc/[0-9]*/environ | cut -d/ -f3
    cat /proc/[0-9]*/stat 2>/dev/null | sed -n "s/^\\([0-9]*\\) (.*) [^XZ] [0-9]* $group .*/\\1/p"
  elif kill -s 0 -- "-$group"; then
    echo "-$group"
  fi
}`;

/** Tells by its exit code whether a process of a command is left. */
const isLeftScript = `mark=$1 group=$2
${listProcesses}
[ -n "$(list)" ]`;

/**
 * Ends a command once its input has ended: when the checker asks for it, or was itself killed. It is a process of its own,
 * so that no signal to the checker meets it.
 */
const stopScript = `trap "" HUP INT QUIT TERM
mark=$1
${listProcesses}
read -r group
read -r end
kill -s TERM -- $(list)
tries=0
while [ -n "$(list)" ] && [ $tries -lt 40 ]; do sleep 0.05; tries=$((tries + 1)); done
tries=0
while left=$(list) && [ -n "$left" ] && [ $tries -lt 40 ]; do kill -s KILL -- $left; sleep 0.05; tries=$((tries + 1)); done`;

function runScript(script: string, args: string[]): ChildProcess {
  return spawn("sh", ["-c", script, "fragstar", ...args], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
}

/** Starts a command in a shell. It leads a process group of its own. */
export function startCommand(command: string): Spawned {
  const output: OutputLine[] = [];
  let ended: string | undefined;
  const mark = `FRAGSTAR_SPAWN=${randomUUID()}`;
  const [name, value] = mark.split("=");
  const stopper = runScript(stopScript, [mark]);
  const stopped = once(stopper, "close");
  stopped.catch(({ message }) => ended ??= `it could not be started, since the shell is missing: ${message}`);
  const env = { ...process.env, [name]: value };
  const child = spawn(command, { shell: true, detached: true, stdio: ["ignore", "pipe", "pipe"], env });
  stopper.stdin!.write(`${child.pid ?? 0}\n`);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (line.trim() === "") return;
      output.push({ at: Date.now(), text: line.slice(0, limits.characters) });
      if (output.length > limits.lines) output.shift();
    });
  }
  child.on("error", ({ message }) => ended ??= `it could not be started: ${message}`);
  child.on("exit", (code, signal) => ended ??= signal ? `it was ended by ${signal}` : `its exit code is ${code}`);
  return {
    output: () => [...output],
    async ended() {
      if (child.exitCode !== 0) return ended;
      // A server that goes into the background leaves its starter, which ends well.
      const [isLeft] = await once(runScript(isLeftScript, [mark, String(child.pid)]), "close");
      return isLeft === 0 ? undefined : ended;
    },
    async stop() {
      stopper.stdin!.end();
      await stopped;
    },
  };
}

/**
 * Waits until a server that was started answers with success or with a redirect. If all of its answers are others, it is
 * taken as it is when the time is over.
 *
 * @throws {NotRecorded} If it ends before, or does not answer in time.
 */
export async function waitUntilAnswers(
  url: URL,
  spawned: Spawned,
  { timeout, headers }: { timeout: number; headers?: Record<string, string> },
): Promise<void> {
  const until = Date.now() + timeout;
  let why = "the server did not answer";
  let answers = false;
  while (true) {
    const left = until - Date.now();
    const ended = await spawned.ended();
    if (ended !== undefined) {
      throw new NotRecorded(`Cannot check ${url.href}: the command has ended before it answered, ${ended}`);
    }
    if (left <= 0) {
      if (answers) return;
      throw new NotRecorded(`Cannot check ${url.href}: the command does not answer there after ${timeout} ms: ${why}`);
    }
    // The first answer may take long, and a request that is sent too early may never be answered.
    const patience = Math.max(1, Math.min(left, Math.max(1_000, left / 2)));
    const { head, why: reason } = await performExchange(`GET ${url.pathname}`, url, {
      timeout: patience,
      leaveAfter: Math.min(1_000, patience),
      headers,
      maxBytes: 1,
    });
    if (head && head.status < 400) return;
    answers ||= head !== undefined; // the last request may have had too little time
    why = reason ?? why;
    await pause(Math.min(limits.poll, Math.max(0, until - Date.now())));
  }
}

/** Whether something listens where a server is to be started. */
export async function isTaken({ hostname, port, protocol }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({ host, port: Number(port || (protocol === "https:" ? 443 : 80)) });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.on("error", () => {}).destroy();
  }
}
