/**
 * The npm package and the binary, as people get them: packed, installed into an empty folder, and run by each runtime. npm
 * fetches the oldest Node that the package is for, an older one, and Vitest.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "./support/conform.ts";
import { end, type Ended, launchServer, slow, startServer } from "./support/process.ts";
import { timeServer } from "./support/time_server.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFile(join(root, file), "utf8");
const manifest = JSON.parse(await read("package.json"));
const doors: Record<string, string> = JSON.parse(await read("deno.json")).exports;
const capture = 'event: datastar-fragment\ndata: fragment <p id="time">12:00</p>\n\n';

/** Folders of one test run. */
let folder: string;
const sources = () => join(folder, "sources");
const app = () => join(folder, "app");
/** Folders with the only programs that a process may find. */
const oldNode = () => join(folder, "path20");
const node22 = () => join(folder, "path22");
let packed: { filename: string; size: number; files: { path: string }[] };

/** Runs a program to its end, in the folder of the app if no other is given. */
function run(
  command: string[],
  { path = process.env.PATH!, cwd = app(), env = {} }: { path?: string; cwd?: string; env?: Record<string, string> } =
    {},
): Promise<Ended> {
  const [program, ...args] = command;
  // Through a shell, which looks for the program in the PATH that is given.
  return end(spawn("/bin/sh", ["-c", 'exec "$@"', "sh", program, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", PATH: path, ...env },
  }));
}

async function runWell(...[command, options]: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  assertEquals(code, 0, `${command.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** Finds a program in the PATH of this process. */
async function findProgram(name: string): Promise<string> {
  const { stdout } = await end(spawn("/bin/sh", ["-c", `command -v ${name}`]));
  return await realpath(stdout.trim());
}

/** The programs of each system that a shell script needs. */
const tools = ["sh", "cat", "cut", "grep", "ps", "sed", "sleep"];

/** Makes a folder for a PATH: a Node, npm, a shell and what its scripts need, and nothing else. */
async function makePath(path: string, node: string): Promise<void> {
  await mkdir(path);
  const found = await Promise.all(["npm", "npx", ...tools].map(async (name) => [name, await findProgram(name)]));
  const programs = { node, ...Object.fromEntries(found) };
  await Promise.all(Object.entries<string>(programs).map(([name, file]) => symlink(file, join(path, name))));
}

/** Fetches a version of Node, and makes a PATH for it. */
async function fetchNode(version: string, path: string): Promise<void> {
  const prefix = join(folder, `node${version}`);
  await runWell(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", prefix, `node@${version}`], {
    cwd: folder,
  });
  await makePath(path, join(prefix, "node_modules/node/bin/node"));
}

/** Packs a copy of the sources, because packing builds, and a test leaves no files. */
async function pack(): Promise<void> {
  const left = new Set(["node_modules", "dist", ".git"]);
  for (const name of await readdir(root)) {
    if (!left.has(name)) await cp(join(root, name), join(sources(), name), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(sources(), "node_modules"));
  const path = join(folder, "path");
  await makePath(path, await findProgram("node")); // without Bun
  const options = { cwd: sources(), path };
  [packed] = JSON.parse(await runWell(["npm", "pack", "--json", "--silent", "--pack-destination", folder], options));
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fragstar-package-"));
  const oldest = manifest.engines.node.replace(">=", "");
  await Promise.all([pack(), fetchNode(`${oldest}.0`, node22()), fetchNode("20.19.5", oldNode())]);
  await mkdir(app());
  await writeFile(join(app(), "package.json"), '{ "type": "module" }');
  const packages = [join(folder, packed.filename), "vitest@4.1.12"];
  await runWell(["npm", "install", "--silent", "--no-audit", "--no-fund", ...packages], { path: node22() });
  await writeFile(join(app(), "server.cjs"), timeServer);
  await writeFile(join(app(), "capture.sse"), capture);
}, slow);
after(() => rm(folder, { recursive: true }));

const fragstar = "node_modules/.bin/fragstar";

describe("the package", slow, () => {
  test("has the compiled modules, the vectors and nothing else, with links that work", async () => {
    const known = /^(package\.json|README\.md|LICENSE|cli\/bin\.cjs|dist\/.+\.js|dist\/vectors\/.+\.(json|md))$/;
    const types = /^dist\/(\w+|(conformance|fragments|harness|vectors)\/.+)\.d\.ts$/;
    const paths = packed.files.map(({ path }) => path);
    assertEquals(paths.filter((path) => !known.test(path) && !types.test(path)), []);
    assert(packed.size < 1_200_000, `${packed.size} bytes`);
    const readme = await readFile(join(app(), "node_modules/fragstar/README.md"), "utf8");
    assertEquals(readme.match(/\]\((?!https?:|#)[^)]*\)/g), null);
    assertStringIncludes(readme, `(https://github.com/fragstar/fragstar/blob/v${manifest.version}/docs/PROTOCOL.md)`);
    assertEquals(await readFile(join(sources(), "README.md"), "utf8"), await read("README.md"));
  });

  test("depends on what its modules import", async () => {
    const dist = join(app(), "node_modules/fragstar/dist");
    const files = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith(".js"));
    const codes = await Promise.all(files.map((file) => readFile(join(dist, file), "utf8")));
    const names = codes.flatMap((code) =>
      [...code.matchAll(/^(?:import|export|\}).*? from "(?!node:)((?:@[^/"]+\/)?[^./"][^/"]*)/gm)].map(([, name]) =>
        name
      )
    );
    assertEquals([...new Set(names)].sort(), Object.keys(manifest.dependencies).sort());
  });

  test("has types that resolve for Node and for bundlers, under the strictest settings", async () => {
    const names = Object.keys(doors).map((door) => door.replace(".", "fragstar"));
    await writeFile(
      join(app(), "types.ts"),
      names.map((name, i) => `import * as module${i} from "${name}";\n`).join("") +
        'import framing from "fragstar/vectors/classic/framing.json" with { type: "json" };\n' +
        `export const family: string = framing.family;\nexport { ${names.map((_, i) => `module${i}`).join(", ")} };\n` +
        "// @ts-expect-error: types are known\nexport const wrong: number = module0.fragment;\n",
    );
    await Promise.all([["nodenext", "nodenext"], ["esnext", "bundler"]].map(async ([module, moduleResolution]) => {
      const options = { noEmit: true, strict: true, target: "esnext", lib: ["esnext"], resolveJsonModule: true };
      const compilerOptions = { ...options, module, moduleResolution };
      const file = `tsconfig.${moduleResolution}.json`;
      await writeFile(join(app(), file), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
      await runWell(["node", join(root, "node_modules/typescript/bin/tsc"), "--project", file], { path: node22() });
    }));
  });
});

describe("the command fragstar", slow, () => {
  test("checks a server of others, on a machine that has only Node", slow, async () => {
    const empty = await mkdtemp(join(folder, "empty-"));
    const port = String(await freePort());
    const server = ["--spawn", `node ${join(app(), "server.cjs")}`, "--app", `http://localhost:${port}`];
    const { code, stdout, stderr } = await run([
      "npx",
      "--yes",
      `file:${join(folder, packed.filename)}`,
      "conform",
      ...server,
    ], {
      path: node22(),
      cwd: empty,
      env: { npm_config_cache: join(empty, "cache"), PORT: port },
    });
    assertEquals(code, 0, stdout + stderr);
    assertMatch(stdout, /^✓ conforms: /m);
    assert(!stderr.includes("Warning"), stderr);
  });

  test("names the needed version to an older Node, and nothing else", async () => {
    for (const args of [[], ["conform", "http://localhost:1"], ["--version"]]) {
      const { code, stdout, stderr } = await run([fragstar, ...args], { path: oldNode() });
      const line = "fragstar needs Node 22.12 or newer, and this is Node 20.19.5\n";
      assertEquals([code, stdout, stderr], [2, "", line]);
    }
  });

  const runtimes = {
    "Node": () => run([fragstar, "explain", "capture.sse"], { path: node22() }),
    "Bun": () => run(["bunx", "--bun", "fragstar", "explain", "capture.sse"]),
    "Deno": () => run(["deno", "run", "-A", "npm:fragstar", "explain", "capture.sse"]),
  };
  for (const [name, explain] of Object.entries(runtimes)) {
    test(`explains a capture under ${name}`, async () => {
      const { code, stdout, stderr } = await explain();
      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, /→ Morphs the element `#time`/);
    });
  }

  test("serves the example under Deno and Bun, and says so under Node", async () => {
    for (const command of ["deno run -A npm:fragstar serve", "bunx --bun fragstar serve"]) {
      const server = await launchServer({
        program: "sh",
        args: ["-c", `cd "$APP" && exec ${command}`],
        env: { APP: app() },
      });
      const source = await (await fetch(`${server.url}/source/server.ts`)).text();
      const pages = await Promise.all(["", "learn", "vectors"].map((page) => fetch(`${server.url}/${page}`)));
      await Promise.all(pages.map((page) => page.body!.cancel()));
      assertEquals(pages.map(({ status }) => status), [200, 200, 200]);
      assertEquals(source, await read("server.ts"));
      assertEquals(await server.stop(), 0);
    }
    const { code, stdout, stderr } = await run([fragstar, "serve"], { path: node22() });
    assertEquals([code, stdout], [2, ""]);
    assertMatch(
      stderr,
      /^Cannot serve with Node: .* run bunx --bun fragstar serve, or deno run -A npm:fragstar serve\n$/,
    );
  });

  test("says which commands there are", async () => {
    const ended = (...args: string[]) => run([fragstar, ...args], { path: node22() });
    const help = await ended("--help");
    assertEquals([help.code, help.stderr], [0, ""]);
    for (const name of ["conform", "explain", "list", "matrix", "serve"]) {
      assertStringIncludes(help.stdout, `fragstar ${name}`);
    }
    assertEquals(await ended(), { code: 2, stdout: "", stderr: help.stdout });
    assertEquals((await ended("--version")).stdout, `fragstar ${manifest.version}\n`);
    assertMatch((await ended("list")).stdout, /\d+ checks of v1; /);
    const cases = {
      confrom: "did you mean conform?",
      "http://localhost:1": "did you mean fragstar conform http://localhost:1?",
    };
    for (const [word, hint] of Object.entries(cases)) {
      const { code, stderr } = await ended(word);
      assertEquals([code, stderr], [2, `Cannot run "${word}": there is no such command; ${hint}\n`]);
    }
  });
});

describe("the library", slow, () => {
  test("runs the tests in the documents as they are written, under each runtime", slow, async () => {
    const documents = (await readdir(join(root, "docs"))).map((name) => `docs/${name}`).filter((path) =>
      path.endsWith(".md")
    );
    const texts = await Promise.all(["README.md", ...documents].map(read));
    const examples = texts.flatMap((text) => [...text.matchAll(/^```ts ignore\n(.*?)^```/gms)].map(([, code]) => code))
      .filter((code) => code.includes('"node:test"'));
    assert(examples.length >= 2);
    const server = await startServer();
    try {
      for (const [i, code] of examples.entries()) {
        // In a clone, the doors are files.
        const packed = Object.entries(doors).reduce(
          (text, [door, file]) => text.replace(`"${file}"`, `"${door.replace(".", "fragstar")}"`),
          code,
        );
        await writeFile(join(app(), `example${i}.test.mjs`), packed.replaceAll("http://localhost:3000", server.url));
      }
      const files = examples.map((_, i) => `./example${i}.test.mjs`);
      const [node, deno, bun] = await Promise.all([
        runWell(["node", "--test", ...files], { path: node22() }),
        runWell(["deno", "test", "-A", "--no-check", ...files]),
        run(["bun", "test", ...files]),
      ]);
      assertMatch(node, /^# fail 0$/m);
      assertMatch(deno, /^ok \| \d+ passed/m);
      assertEquals(bun.code, 0, bun.stderr);
      assertMatch(bun.stderr, /^ 0 fail$/m);
    } finally {
      await server.stop();
    }
  });

  test("has checks as tests for Vitest, and a report to read", slow, async () => {
    await writeFile(
      join(app(), "conform.test.js"),
      `import { checkStream, reporters, testCases } from "fragstar/conformance";
import { openPage } from "fragstar/harness";
import { expect, test } from "vitest";

const stream = ${JSON.stringify(capture)};
const run = await checkStream(stream);
for (const { title, assert } of testCases(run)) test(title, assert);
test("the report is readable", () => expect(reporters.text(run)).toContain("conforms: "));
test("the page changes", async () => {
  const page = openPage('<p id="time"></p>');
  await page.receive(stream);
  expect(page.document.querySelector("#time").textContent).toBe("12:00");
});
`,
    );
    const output = await runWell(["node_modules/.bin/vitest", "run", "conform.test.js"], { path: node22() });
    assertMatch(output, /Tests +\d{2,} passed/);
  });
});

test("the binary checks, explains and serves with no runtime and no variables", slow, async () => {
  const compile = manifest.scripts.compile.split(" && ").at(-1);
  await runWell(["sh", "-c", compile], { cwd: sources() });
  const binary = join(sources(), "dist/fragstar");
  const alone = (...args: string[]) => run(["env", "-i", "PORT=0", binary, ...args]);
  assertEquals((await alone("--version")).stdout, `fragstar ${manifest.version}\n`);
  assertMatch((await alone("explain", "STO-3")).stdout, /^STO-3: A server MUST NOT write/);
  const server = await launchServer({ program: "env", args: ["-i", "PORT=0", binary, "serve"] });
  try {
    const { code, stdout } = await alone("conform", "--app", server.url, "--gentle");
    assertEquals(code, 0, stdout);
    assertMatch(stdout, /^✓ conforms: /m);
  } finally {
    assertEquals(await server.stop(), 0);
  }
});
