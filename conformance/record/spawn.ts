/** A server that is started for a run, and stopped after it with all that it has started itself. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { performExchange } from "./exchange.ts";
import { NotRecorded } from "./record.ts";

/** A running command. */
export interface Spawned {
  /** The last lines that it wrote. */
  lastLines: () => string[];
  /** Its ending, in words; nothing while it runs. */
  ended: () => string | undefined;
  /** Ends it: asks first, and forces it after two seconds. */
  stop: () => Promise<void>;
  /** Ends it at once, without waiting. */
  kill: () => void;
}

/** Milliseconds between two requests, milliseconds for a command to end, and how much of its output is kept. */
const limits = { poll: 100, stop: 2_000, lines: 20, bytes: 64 * 1024 };

/** Starts a command in a shell. It leads a process group of its own, so that it can be stopped with all its processes. */
export function startCommand(command: string): Spawned {
  const child = spawn(command, { shell: true, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let ended: string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => output = (output + text).slice(-limits.bytes));
  }
  child.on("error", ({ message }) => ended ??= `it could not be started: ${message}`);
  child.on("exit", (code, signal) => ended ??= signal ? `it was ended by ${signal}` : `its exit code is ${code}`);
  /** Signals the command and all that it has started. Returns whether any of it was still there. */
  function signalGroup(signal: "SIGTERM" | "SIGKILL" | 0): boolean {
    if (child.pid === undefined) return false;
    try {
      process.kill(-child.pid, signal);
      return true;
    } catch {
      return false;
    }
  }
  return {
    lastLines: () => output.trimEnd().split(/\r?\n/).filter((line) => line !== "").slice(-limits.lines),
    ended: () => ended,
    async stop() {
      signalGroup("SIGTERM");
      const until = Date.now() + limits.stop;
      while (signalGroup(0) && Date.now() < until) await pause(20);
      if (signalGroup("SIGKILL")) { while (signalGroup(0) && Date.now() < until + limits.stop) await pause(20); }
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child, "exit"), pause(limits.stop)]);
      }
    },
    kill: () => void signalGroup("SIGKILL"),
  };
}

/**
 * Waits until a server that was started answers, with whatever status.
 *
 * @throws {NotRecorded} If it ends before it answers, or does not answer in time.
 */
export async function waitUntilAnswers(
  url: URL,
  spawned: Spawned,
  { timeout, headers }: { timeout: number; headers?: Record<string, string> },
): Promise<void> {
  const until = Date.now() + timeout;
  let why = "";
  while (true) {
    const left = until - Date.now();
    if (spawned.ended() !== undefined) {
      throw new NotRecorded(`Cannot check ${url.href}: the command has ended before it answered, ${spawned.ended()}`);
    }
    if (left <= 0) {
      throw new NotRecorded(`Cannot check ${url.href}: the command does not answer there after ${timeout} ms: ${why}`);
    }
    const { head, why: reason } = await answerOf(url, left, headers);
    if (head) return;
    why = reason ?? "there is no answer";
    await pause(Math.min(limits.poll, Math.max(0, until - Date.now())));
  }
}

/** Whether a server answers. */
export async function isThere(url: URL): Promise<boolean> {
  return (await answerOf(url, 1_000)).head !== undefined;
}

function answerOf(url: URL, timeout: number, headers?: Record<string, string>) {
  const patience = Math.max(1, Math.min(1_000, timeout));
  return performExchange(`GET ${url.pathname}`, url, { timeout: patience, headers, maxBytes: 1 });
}
