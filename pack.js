/**
 * Makes what the npm package and the binary are made of, with nothing but Node and npm:
 *
 * - `node pack.js build` compiles the modules to JavaScript and types, in `dist`;
 * - `node pack.js link` makes the links of README.md absolute, for a reader of the package;
 * - `node pack.js unlink` puts README.md back. npm runs it after it has packed.
 */

import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path/posix";
import process from "node:process";

const keptReadme = ".kept-readme.md";

/** Rooms that no export leads to: their types are left out. */
const untypedRooms = ["cli", "learn", "runner", "server"];

function build() {
  unlink(); // if packing was interrupted
  rmSync("dist", { recursive: true, force: true });
  if (!existsSync("node_modules/typescript")) run("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"]);
  run(process.execPath, ["node_modules/typescript/bin/tsc", "--project", "tsconfig.pack.json"]);
  rmSync("dist/package.json");
  for (const path of listFiles("dist", ".js")) writeFileSync(path, mendModule(path));
  for (const path of untypedRooms.flatMap((room) => listFiles(`dist/${room}`, ".d.ts"))) rmSync(path);
  const isData = (path) => !/\.\w+$/.test(path) || /\.json$|README\.md$/.test(path);
  cpSync("vectors", "dist/vectors", { recursive: true, filter: isData });
}

function link() {
  const { version, repository } = JSON.parse(readFileSync("package.json", "utf8"));
  const page = repository.url.replace(/^git\+|\.git$/g, "");
  const raw = page.replace("github.com", "raw.githubusercontent.com");
  copyFileSync("README.md", keptReadme);
  const text = readFileSync("README.md", "utf8");
  const linked = text.replace(
    /(!?)(\[[^\]]*\]\()(?![a-z]+:|#)/g,
    (_, image, label) => `${image}${label}${image ? raw : `${page}/blob`}/v${version}/`,
  );
  writeFileSync("README.md", linked);
}

function unlink() {
  if (existsSync(keptReadme)) renameSync(keptReadme, "README.md");
}

function run(program, args) {
  // The compiler writes its errors to standard output, which here is npm's: they go to standard error.
  execFileSync(program, args, { stdio: ["ignore", 2, 2] });
}

function listFiles(folder, end) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(end));
  return names.map((name) => join(folder, name));
}

/**
 * Puts into a compiled module the texts that its source imports: Node cannot import a text.
 */
function mendModule(path) {
  const quoteFile = (file) => {
    const compiled = relative("dist", join(dirname(path), file));
    // The compiler has renamed the sources that are imported as text, too.
    return JSON.stringify(readFileSync(existsSync(compiled) ? compiled : compiled.replace(/\.js$/, ".ts"), "utf8"));
  };
  return readFileSync(path, "utf8")
    .replace(
      /^import (\w+) from "(\.[^"]+)" with \{ type: "text" \};/gm,
      (_, name, file) => `const ${name} = ${quoteFile(file)};`,
    )
    .replace(
      /import\("(\.[^"]+)", \{ with: \{ type: "text" \} \}\)/g,
      (_, file) => `Promise.resolve({ default: ${quoteFile(file)} })`,
    )
    .replace('"../package.json"', '"../../package.json"');
}

const commands = { build, link, unlink };
commands[process.argv[2]]();
