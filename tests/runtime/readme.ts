import { assertEquals, assertMatch } from "@std/assert";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { runtime, slow } from "../support/process.ts";

const root = new URL("../..", import.meta.url);
const readDocument = (name: string) => readFile(new URL(`docs/${name}.md`, root), "utf8");
const server = await readDocument("SERVER");
const library = await readDocument("LIBRARY");

test("the small server in docs/SERVER.md answers as it says", async () => {
  const source = /```ts ignore\n(.*?)```/s.exec(server)![1];
  const printed = /http:\/\/localhost:3000\/greet\n(.*?)```/s.exec(server)![1];
  const folder = await mkdtemp(join(tmpdir(), "readme-"));
  try {
    const file = join(folder, "mine.ts");
    await writeFile(file, source.replaceAll('from "./', `from "${root}`));
    const { default: mine } = await import(pathToFileURL(file).href);
    assertEquals([mine.hostname, mine.port], ["localhost", 3000]);

    const ask = (path: string, body?: string): Promise<Response> =>
      mine.fetch(new Request(`http://localhost${path}`, { method: body === undefined ? "GET" : "POST", body }));
    assertEquals(await (await ask("/greet", '{"name":"<you>"}')).text(), printed + "\n");
    assertMatch(await (await ask("/greet", "{}")).text(), /Hello stranger!/);
    assertEquals([(await ask("/greet", "oops")).status, (await ask("/")).status], [400, 404]);
    const clock = (await ask("/clock")).body!.getReader();
    assertMatch(
      new TextDecoder().decode((await clock.read()).value),
      /^event: datastar-fragment\n.*<time id="clock">/s,
    );
    await clock.cancel();
    const count = (n: number) => `event: datastar-fragment\ndata: fragment <p id="count">${n}</p>\n\n`;
    assertEquals(await (await ask("/countdown")).text(), count(3) + count(2) + count(1));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the test of a backend in docs/LIBRARY.md passes", slow, async () => {
  const source = /## The harness.*?```ts ignore\n(.*?)```/s.exec(library)![1];
  const folder = await mkdtemp(fileURLToPath(new URL("tests/readme-", root))); // inside, for the packages
  try {
    const file = join(folder, "backend_test.ts");
    await writeFile(file, source.replaceAll('from "./', 'from "../../'));
    const flags = runtime === "deno" ? ["test", "-A"] : ["test"];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, file], {
      env: { ...process.env, NO_COLOR: "1" },
    });
    assertMatch(stdout + stderr, runtime === "deno" ? /ok \| 1 passed/ : /1 pass\n/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
