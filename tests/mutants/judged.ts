/**
 * The results of the servers that need a socket: judge.ts judges them in a process of its own.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Report } from "../../conformance/mod.ts";
import { start } from "../support/process.ts";
import type { Judged } from "./judge.ts";

/**
 * Judges the servers of a dialect that need a socket, beside the other tests: it takes a minute, of which most is waiting.
 */
export function judgeServers(dialect: string, servers: readonly { name: string }[]) {
  const judged = new Map(servers.map(({ name }) => [name, Promise.withResolvers<Judged>()]));

  async function judgeAll(): Promise<void> {
    const child = start("tests/mutants/judge.ts", {}, ["run", "-A"], [dialect]);
    let complaints = "";
    child.stderr!.on("data", (data) => complaints += data);
    try {
      let rest = "";
      for await (const text of child.stdout!.setEncoding("utf8")) {
        const lines = (rest + text).split("\n"); // not node:readline, which also ends lines at U+2028
        rest = lines.pop()!;
        for (const line of lines) {
          const result: Judged = JSON.parse(line);
          judged.get(result.name)!.resolve(result);
        }
      }
      assertEquals(complaints, "");
    } finally {
      for (const [name, { resolve }] of judged) resolve({ name, error: `It was not judged: ${complaints}` });
    }
  }

  async function judgedOf(name: string): Promise<{ report: Report; ms: number }> {
    const result = await judged.get(name)!.promise;
    if ("error" in result) throw new Error(result.error);
    return result;
  }

  return { judgeAll, judgedOf };
}

export function findingsOf({ checks }: Report, ...verdicts: string[]): string[] {
  return checks.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id, actual }) => `${id}: ${actual}`);
}
