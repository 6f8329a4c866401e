/**
 * The arrows between the rooms of docs and code: no import circle, the harness only by its door, and dialects only in
 * their seats.
 */

import { assert, assertEquals } from "@std/assert";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path/posix";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A module of production code. */
interface Module {
  path: string;
  text: string;
  /** Paths of the modules of this repository that it imports, types included. */
  imports: string[];
}

async function readModule(path: string): Promise<Module> {
  const text = await readFile(join(root, path), "utf8");
  const code = text.replace(/^\s*(\/\/|\/?\*).*$/gm, ""); // no examples in comments
  const specifiers = [
    ...code.matchAll(/^(?:import|export|\})[^;]*? from "(\.[^"]+)"(?! with \{ type: "text" \})/gm),
    ...code.matchAll(/\bimport\("(\.[^"]+)"\)/g),
  ];
  return { path, text: code, imports: specifiers.map(([, specifier]) => normalize(join(dirname(path), specifier))) };
}

const generated = ["learn/app.js", "learn/packages.js"];
const paths = (await readdir(root, { recursive: true }))
  .filter((path) => path.endsWith(".ts") && !/^(node_modules|dist|\.git)\//.test(path) && !generated.includes(path));
const modules = await Promise.all(paths.sort().map(readModule));
const production = modules.filter(({ path }) => !/^(tests|bench)\//.test(path));

/** The dialects: each has a folder of that name in the rooms. */
const dialects = ["classic", "v1"];
const dialectOf = (path: string) => dialects.find((dialect) => path.includes(`/${dialect}/`));

/** The doors of the harness: with a DOM of its own, and without. */
const harnessDoors = ["harness/mod.ts", "harness/core.ts"];

/** The exports of a dialect, besides types, that the doors have. */
const valuesOfDialects = modules.filter(({ path }) => harnessDoors.includes(path)).flatMap(({ text }) =>
  [...text.matchAll(/^export \{([^}]*)\} from "\.\/(\w+)\//gm)].flatMap(([, names, folder]) =>
    dialects.includes(folder) ? names.split(",").map((name) => name.trim()).filter((name) => /^\w+$/.test(name)) : []
  )
);

/** The modules that list the dialects of a room, and the doors that export their types. */
const lists = [
  "harness/core.ts",
  "harness/mod.ts",
  "conformance/dialects.ts",
  "conformance/mod.ts",
  "learn/dialects.ts",
  "learn/explainers.ts",
  "vectors/mod.ts",
];

describe("the modules of this repository", () => {
  test("have no import circle", () => {
    const importsOf = new Map(modules.map(({ path, imports }) => [path, imports]));
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, way: string[]) => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" -> "));
      if (done.has(path) || way.includes(path)) return;
      for (const next of importsOf.get(path) ?? []) visit(next, [...way, path]);
      done.add(path);
    };
    for (const { path } of modules) visit(path, []);
    assertEquals(circles, []);
  });

  test("import only modules that exist", () => {
    const known = new Set(modules.map(({ path }) => path));
    const missing = modules.flatMap(({ path, imports }) =>
      imports.filter((file) => file.endsWith(".ts") && !known.has(file)).map((file) => `${path}: ${file}`)
    );
    assertEquals(missing, []);
  });

  test("enter the harness by its doors", () => {
    const deep = production.filter(({ path }) => !path.startsWith("harness/")).flatMap(({ path, imports }) =>
      imports.filter((file) => file.startsWith("harness/") && !harnessDoors.includes(file))
        .map((file) => `${path}: ${file}`)
    );
    assertEquals(deep, []);
  });

  test("import a dialect only from its own seats and from the lists of dialects", () => {
    const strays = production.flatMap(({ path, imports }) =>
      imports.filter((file) => {
        const dialect = dialectOf(file);
        return dialect !== undefined && dialectOf(path) !== dialect && !lists.includes(path);
      }).map((file) => `${path}: ${file}`)
    );
    assertEquals(strays, []);
  });

  test("call a dialect's part of the harness only from its own seats", () => {
    assert(valuesOfDialects.includes("readStream") && valuesOfDialects.includes("dialect"));
    const strays = production.filter(({ path }) => dialectOf(path) === undefined && !path.startsWith("harness/"))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^import \{([^}]*)\} from "[./]+harness\/\w+\.ts"/gm)].flatMap(([, names]) =>
          names.split(",").map((name) => name.trim()).filter((name) => valuesOfDialects.includes(name))
            .map((name) => `${path}: ${name}`)
        )
      );
    assertEquals(strays, []);
  });

  test("name events of a dialect, and compare dialects, only in the dialect's seats", () => {
    // The example server and the classic writer speak classic themselves.
    const own = /^(server|page|fragments|signals|stream)\.ts$|^(fragments|server)\//;
    const names = /datastar-(?:fragment|signal|delete|redirect|console|patch|merge|remove|execute)/;
    const comparison = /[=!]==?\s*[\w.]*dialect\.id\b|\bdialect\.id\s*[=!]==?|[=!]==?\s*"(?:classic|v1)"/;
    const shells = production.filter(({ path }) => !dialectOf(path) && !own.test(path));
    assert(shells.length > 40);
    assertEquals(shells.filter(({ text }) => names.test(text)).map(({ path }) => path), []);
    assertEquals(shells.filter(({ text }) => comparison.test(text)).map(({ path }) => path), []);
  });

  test("of the server know of the rest only the pages that it serves", () => {
    const server = /^(server|page|fragments|signals|stream|html)\.ts$|^(fragments|server)\//;
    const pages = ["learn/mod.ts", "runner/mod.ts"];
    const others = production.filter(({ path }) => server.test(path)).flatMap(({ path, imports }) =>
      imports.filter((file) => !server.test(file) && !pages.includes(file)).map((file) => `${path}: ${file}`)
    );
    assertEquals(others, []);
  });
});
