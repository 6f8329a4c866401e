import { assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { checkServer, type Report } from "../../conformance/mod.ts";
import { peers } from "../peers/mod.ts";
import { slow, startServer } from "../support/process.ts";

/** The rows of docs/PEERS.md: checks that not all of them pass. */
function tableOf(reports: Report[]): string[] {
  const ids = [...new Set(reports.flatMap(({ checks }) => checks.map(({ id }) => id)))];
  const cellOf = ({ checks }: Report, id: string) => {
    const verdicts = checks.filter((check) => check.id === id).map(({ verdict }) => verdict);
    return ["fail", "warn", "pass"].find((verdict) => verdicts.some((one) => one === verdict)) ?? "untested";
  };
  const rows = ids.map((id) => ({ id, cells: reports.map((report) => cellOf(report, id)) }));
  return rows.filter(({ cells }) => cells.includes("fail") || cells.includes("warn"))
    .map(({ id, cells }) => [`\`${id}\``, ...cells].join(" "));
}

test("docs/PEERS.md has the checker's verdicts on servers of others", slow, async () => {
  const reports = await Promise.all(peers.map(async ({ file }) => {
    const server = await startServer({}, file, ["run", "-A"]);
    try {
      return (await checkServer(server.url)).report;
    } finally {
      await server.stop();
    }
  }));
  const text = await readFile(new URL("../../docs/PEERS.md", import.meta.url), "utf8");
  const rows = text.split("\n## ")[0].split("\n").filter((line) => line.startsWith("| `"));
  const written = rows.map((row) => row.split("|").map((cell) => cell.trim()).filter(Boolean).join(" "));
  assertEquals(written, tableOf(reports));
});
