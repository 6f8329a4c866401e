import { assert, assertEquals, assertMatch } from "@std/assert";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { canCompile } from "../conformance/classic/code.ts";
import { type PluginRules, plugins } from "../harness/mod.ts";
import { checks } from "../conformance/classic/mod.ts";
import { addLazy } from "../conformance/stream_view.ts";
import { mutants as answers } from "./mutants/answers.ts";
import { mutants as events } from "./mutants/events.ts";
import { mutants as lines } from "./mutants/lines.ts";
import { mutants as servers } from "./mutants/server.ts";
import { mistakes } from "./peers/apps/mod.ts";

const apps = mistakes.map(({ name, cause }) => ({ name, trips: [cause] }));
/** Without a verdict where it does not pass: no fault trips it. */
const withoutFault = { name: "page without an action", trips: ["app-has-action"] };
/** The checks of an application with many readers are those of a server. */
const crowds = servers.map(({ name, trips }) => ({
  name,
  trips: trips.filter((id) => /^live-(?:many|limit|prompt|starved|vanished)/.test(id)).map((id) => `app-${id}`),
})).filter(({ trips }) => trips.length > 0);
const mutants = [...crowds, ...answers, ...lines, ...events, ...servers, ...apps, withoutFault];

test("each check has a mutant, and each mutant trips a check that exists", () => {
  const ids = checks.map(({ id }) => id);
  const tripped = new Set(mutants.flatMap(({ trips }) => trips));
  assertEquals(ids.filter((id) => !tripped.has(id)), []);
  assertEquals([...tripped].filter((id) => !ids.includes(id)), []);
  assertEquals(mutants.filter(({ trips }) => trips.length === 0).map(({ name }) => name), []);
  console.log(`${ids.length} checks, ${mutants.length} mutants`);
});

test("each check has an id of its own, a clause of the protocol, a family and texts", async () => {
  const protocol = await readFile(new URL("../docs/PROTOCOL.md", import.meta.url), "utf8");
  const clauses = new Set([...protocol.matchAll(/^- \*\*([A-Z]{3}-\d+)\*\*/gm)].map(([, clause]) => clause));
  for (const { id, clause, level, title, why, fix } of checks) {
    assertMatch(id, /^[a-z0-9]+(-[a-z0-9]+)+$/);
    assert(clauses.has(clause), `${id}: there is no ${clause}`);
    assert(["MUST", "SHOULD", "MAY"].includes(level), `${id}: ${level}`);
    assert(title && why && fix, id);
  }
  const ids = checks.map(({ id }) => id);
  assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
  assert(ids.length >= 80, `there are ${ids.length}`);
});

test("the shared checks, the judge and the reports know no dialect", async () => {
  const room = new URL("../conformance/", import.meta.url);
  const filesIn = async (folder: string) =>
    (await readdir(new URL(`${folder}/`, room))).map((file) => `${folder}/${file}`);
  const files = [...await filesIn("checks"), ...await filesIn("report"), "check.ts", "markup.ts", "dialect.ts"];
  for (const file of [...files, "stream_view.ts", "judge.ts", "run.ts", "baseline.ts", "test_cases.ts"]) {
    const source = await readFile(new URL(file, room), "utf8");
    assert(!source.includes("datastar-"), `${file} names an event`);
    assert(!/from "[^"]*\/classic\//.test(source), `${file} imports a dialect`);
  }
});

test("a part of a view is computed when it is first read, and once", () => {
  const computed: string[] = [];
  const view = addLazy<{ length: number }, { double: number; quadruple: number }>({ length: 3 }, {
    double: ({ length }) => (computed.push("double"), length * 2),
    quadruple: ({ double }) => (computed.push("quadruple"), double * 2),
  });
  assertEquals(computed, []);
  assertEquals([view.quadruple, view.double, view.quadruple], [12, 6, 12]);
  assertEquals(computed, ["double", "quadruple"]);
  assertEquals({ ...view }, { length: 3 }, "a copy does not compute what no one has read");
});

test("a header is compiled as a text, and a model as the name of a signal", () => {
  const after = (name: string) => plugins.find(({ prefix }) => prefix === name) as PluginRules;
  const compiled = ["a b", "it's", "n", "$n", "l.0"].map((value) => [
    canCompile(value, after("header").after),
    canCompile(value, after("model").after),
  ]);
  assertEquals(compiled, [[true, false], [false, false], [true, true], [true, true], [true, false]]);
});
