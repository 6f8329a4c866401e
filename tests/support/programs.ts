/**
 * Applications that are programs for Node: started, and checked.
 *
 * @module
 */

import { join } from "node:path";
import { checkApp, type CheckAppOptions, type Run } from "../../conformance/mod.ts";
import { runInTurns } from "../../conformance/record/limits.ts";
import { findCauses } from "../../conformance/report/causes.ts";
import { launchServer } from "./process.ts";

/** Runs an application, and checks it. */
export async function checkProgram(file: string, options: CheckAppOptions): Promise<Run> {
  const server = await launchServer({ program: "node", args: [file] });
  try {
    return await checkApp(server.url, options);
  } finally {
    await server.stop();
  }
}

/** Checks applications of a folder: their causes, exit codes and actions. */
export function summarizeApps(folder: string, apps: readonly { file: string }[], options: CheckAppOptions) {
  return runInTurns(apps, 3, async ({ file }) => {
    const run = await checkProgram(join(folder, file), options);
    const causes = findCauses(run).map(({ id, actual }) => [id, actual]);
    return { file, causes, exitCode: run.report.exitCode, actions: run.app!.actions.map(({ name }) => name) };
  });
}
