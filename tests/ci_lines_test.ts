/**
 * action.yml and the lines of docs/CI.md, run as they are against a real server. Only `npx fragstar@VERSION` is replaced:
 * it runs the checker of this repository.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { freePort } from "./support/conform.ts";
import { end, type Ended, launch, runtime, slow } from "./support/process.ts";
import { timeServer } from "./support/time_server.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFile(join(root, file), "utf8");
const { version } = JSON.parse(await read("package.json"));

/** A step of a job or of a composite action. */
interface Step {
  id?: string;
  if?: string;
  uses?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
  run?: string;
}

interface Action {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
}

const action: Action = parse(await read("action.yml"));
const blocks = [...(await read("docs/CI.md")).matchAll(/^```(\w+)\n(.*?)^```/gms)]
  .map(([, language, text]) => ({ language, text }));

/** The command \`npx\`: the checker of this repository, in the place of the published one. */
const npxSource = `#!/bin/sh
[ "$1 $2 $3" = "--yes fragstar@${version} conform" ] || { echo "Cannot run npx $*" >&2; exit 99; }
shift 3
exec "$RUNTIME" ${runtime === "deno" ? `run --config "$ROOT/deno.json" -A` : ""} "$ROOT/conform.ts" "$@"
`;

let folder: string;
let port: number;
const inFolder = (file: string) => readFile(join(folder, file), "utf8");

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fragstar-ci-"));
  await mkdir(join(folder, "bin"));
  await writeFile(join(folder, "server.js"), timeServer);
  await writeFile(join(folder, "bin/npx"), npxSource);
  await chmod(join(folder, "bin/npx"), 0o755);
});
after(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  port = await freePort();
  await Promise.all(["summary.md", "output"].map((file) => writeFile(join(folder, file), "")));
  await rm(join(folder, "fragstar.xml"), { force: true });
});

/** Runs a script with bash, as a step of GitHub Actions is run. */
function runBash(script: string, env: Record<string, string | undefined> = {}): Promise<Ended> {
  const args = ["-c", 'cd "$FOLDER" && exec bash --noprofile --norc -eo pipefail -c "$SCRIPT"'];
  return end(launch({
    program: "sh",
    args,
    env: {
      FOLDER: folder,
      SCRIPT: script,
      ROOT: root,
      RUNTIME: process.execPath,
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      PORT: String(port),
      GITHUB_ACTION_PATH: root,
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
      GITHUB_OUTPUT: join(folder, "output"),
      ...env,
    },
  }));
}

const withPort = (text: string) => text.replaceAll("localhost:3000", `localhost:${port}`);

/** Runs the last step of the action with inputs. */
function runAction(given: Record<string, unknown>, env: Record<string, string> = {}): Promise<Ended> {
  const step = action.runs.steps.at(-1)!;
  const valueOf = (name: string) => String(given[name] ?? action.inputs[name].default ?? "");
  const inputs = Object.entries(step.env!).map(([variable, expression]) => {
    const [, name] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)!;
    return [variable, withPort(valueOf(name))];
  });
  return runBash(step.run!, { ...Object.fromEntries(inputs), ...env });
}

describe("action.yml", slow, () => {
  const inputs = { command: "node server.js", url: "http://localhost:3000", app: true };

  test("gives each input to its script as a variable, and never as text", () => {
    const { run, env } = action.runs.steps.at(-1)!;
    assertEquals(action.runs.steps.filter(({ run }) => run?.includes("${{")), []);
    assertEquals(
      Object.values(env!).sort(),
      Object.keys(action.inputs).map((name) => `\${{ inputs.${name} }}`).sort(),
    );
    for (const variable of Object.keys(env!)) assertStringIncludes(run!, `$${variable}`);
  });

  test("asks for a Node only if that of the job does not fit", async () => {
    const [look, setUp] = action.runs.steps;
    assertEquals(setUp.if, `steps.${look.id}.outputs.fits != 'true'`);
    assertMatch(setUp.uses!, /^actions\/setup-node@v\d+$/);
    const withNode = async (version: string) => {
      await writeFile(join(folder, "output"), "");
      // The real Node judges the version.
      const define =
        `node() { "$NODE" -e 'Object.defineProperty(process, "versions", { value: { node: "${version}" } });'"$2"; }`;
      const { stdout } = await runBash("command -v node");
      const { code } = await runBash(`${define}\n${look.run}`, { NODE: stdout.trim() });
      return [code, await inFolder("output")];
    };
    assertEquals(await withNode("22.11.0"), [0, ""]);
    assertEquals(await withNode("22.12.0"), [0, "fits=true\n"]);
    assertEquals(await withNode("24.0.0"), [0, "fits=true\n"]);
  });

  test("writes the summary, the JUnit file and the exit code of a server that conforms", slow, async () => {
    const { code, stdout, stderr } = await runAction(inputs);
    assertEquals(code, 0, stdout + stderr);
    assertMatch(stdout, /^✓ conforms: /m);
    assertMatch(await inFolder("summary.md"), /^## ✅ .* conforms\n/);
    assertMatch(await inFolder("fragstar.xml"), /^<\?xml/);
    assertEquals(await inFolder("output"), "exit-code=0\n");
  });

  test("fails with the checker's exit code", slow, async () => {
    const { code, stdout } = await runAction({ ...inputs, junit: "own.xml" }, { BROKEN: "yes" });
    assertEquals(code, 1, stdout);
    assertMatch(await inFolder("summary.md"), /^## ❌ .* does not conform\n/);
    assertStringIncludes(await inFolder("own.xml"), "<failure ");
    assertEquals(await inFolder("output"), "exit-code=1\n");
  });

  test("gives the checker every input, and each line of args as one argument", slow, async () => {
    const known = join(folder, "known.json");
    await writeFile(known, `{ "checks": [] }`);
    const args = "--skip=http-cache\n\n--header=X-Text: a b; $(exit 9) `exit 9`\n--only=http-type\n";
    const { code, stdout, stderr } = await runAction({ ...inputs, baseline: known, dialect: "classic", args });
    assertEquals([code, stderr.includes("exit 9")], [0, false], stdout + stderr);
    const wrong = await runAction({ ...inputs, dialect: "v9" });
    assertEquals(wrong.code, 2);
    assertMatch(wrong.stderr, /^Cannot use the dialect "v9"/);
    assertEquals((await inFolder("output")).split("\n").at(-2), "exit-code=2");
    assertMatch((await runAction({})).stderr, /^Cannot check: no server is named/);
  });
});

describe("docs/CI.md", slow, () => {
  test("names the inputs and the version of the action", async () => {
    const text = await read("docs/CI.md");
    const rows = [...text.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, name]) => name);
    assertEquals(rows.sort(), Object.keys(action.inputs).sort());
    const versions = [...text.matchAll(/fragstar@v?([\d.]+)/g)].map(([, found]) => found);
    assert(versions.length > 0);
    assertEquals(versions.filter((found) => found !== version), []);
  });

  test("has lines for GitHub Actions that run", slow, async () => {
    const { steps }: { steps: Step[] } = parse(blocks[0].text);
    const given = steps.find(({ uses }) => uses?.includes("/fragstar@"))!.with!;
    for (const name of Object.keys(given)) assert(name in action.inputs, name);
    const { code, stdout } = await runAction(given);
    assertEquals(code, 0, stdout);
    assertMatch(await inFolder("summary.md"), /^## ✅/);
  });

  test("has lines for GitLab that run", slow, async () => {
    const { conform } = parse(blocks[1].text);
    const { code, stdout } = await runBash(withPort(conform.script.join("\n")));
    assertEquals(code, 0, stdout);
    assertMatch(await inFolder(conform.artifacts.reports.junit), /^<\?xml/);
  });

  test("has lines for a shell that run", slow, async () => {
    const [plain, withBaseline, ...others] = blocks.slice(2);
    assertEquals([plain.language, withBaseline.language, others.length], ["sh", "sh", 0]);
    assertEquals((await runBash(withPort(plain.text))).code, 0);
    assertMatch(await inFolder("fragstar.xml"), /^<\?xml/);
    // The failures of a broken server are known, and nothing else fails.
    const { code, stdout } = await runBash(withPort(withBaseline.text), { BROKEN: "yes" });
    assertEquals(code, 0, stdout);
    assertMatch(stdout, /no new failure/);
  });
});
