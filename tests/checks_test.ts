import { assert, assertEquals, assertMatch } from "@std/assert";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { clearImmediate, setImmediate } from "node:timers";
import { canCompile } from "../conformance/classic/code.ts";
import { type PluginRules, plugins } from "../harness/mod.ts";
import { checkApp, checkStream, type Dialect, dialects, judgeRecording } from "../conformance/mod.ts";
import { addLazy } from "../conformance/stream_view.ts";
import { mutants as answers } from "./mutants/answers.ts";
import { mutants as events } from "./mutants/events.ts";
import { mutants as lines } from "./mutants/lines.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { mutants as servers } from "./mutants/server.ts";
import { mutants as answersV1 } from "./mutants/v1/answers.ts";
import { mutants as contentV1 } from "./mutants/v1/content.ts";
import { mutants as linesV1 } from "./mutants/v1/lines.ts";
import { mutants as sdks } from "./mutants/v1/sdk.ts";
import { mutants as serversV1 } from "./mutants/v1/server.ts";
import { mistakes } from "./peers/apps/mod.ts";
import { mistakes as mistakesV1 } from "./peers/v1apps/mod.ts";
import { withHttp } from "./support/conform.ts";

const ofApps = (mistakes: readonly { name: string; cause: string }[]) =>
  mistakes.map(({ name, cause }) => ({ name, trips: [cause] }));

/** The checks of an application with many readers are those of a server. */
const ofCrowds = (servers: readonly Mutant[], prefix: string) =>
  servers.map(({ name, trips }) => ({
    name,
    trips: trips.filter((id) => /^(?:v1-)?live-(?:many|limit|prompt|starved|vanished)/.test(id))
      .map((id) => id.replace(/^(?:v1-)?/, prefix)),
  })).filter(({ trips }) => trips.length > 0);

const table: { dialect: Dialect; mutants: readonly Mutant[] }[] = [
  {
    dialect: dialects.classic,
    mutants: [
      ...[...answers, ...lines, ...events, ...servers, ...ofApps(mistakes), ...ofCrowds(servers, "app-")],
      // Without a verdict where it does not pass: no fault trips it.
      { name: "page without an action", trips: ["app-has-action"] },
    ],
  },
  {
    dialect: dialects.v1,
    mutants: [
      ...[...answersV1, ...linesV1, ...contentV1, ...serversV1, ...sdks],
      ...ofApps(mistakesV1),
      ...ofCrowds(serversV1, "v1-app-"),
      { name: "page without an action", trips: ["v1-app-has-action"] },
    ],
  },
];

for (const { dialect: { id: dialect, checks, clauseText }, mutants } of table) {
  test(`each check of ${dialect} has a mutant, and each mutant trips a check that exists`, () => {
    const ids = checks.map(({ id }) => id);
    const tripped = new Set(mutants.flatMap(({ trips }) => trips));
    assertEquals(ids.filter((id) => !tripped.has(id)), []);
    assertEquals([...tripped].filter((id) => !ids.includes(id)), []);
    assertEquals(mutants.filter(({ trips }) => trips.length === 0).map(({ name }) => name), []);
    console.log(`${ids.length} checks of ${dialect}, ${mutants.length} mutants`);
  });

  test(`each check of ${dialect} has an id of its own, a clause of the protocol, a family and texts`, () => {
    for (const { id, clause, level, title, why, fix } of checks) {
      assertMatch(id, /^[a-z0-9]+(-[a-z0-9]+)+$/);
      assert(clauseText(clause), `${id}: there is no ${clause}`);
      assert(["MUST", "SHOULD", "MAY"].includes(level), `${id}: ${level}`);
      assert(title && why && fix, id);
    }
    assert(checks.length >= 90, `there are ${checks.length}`);
  });
}

test("an id belongs to one check or clause of one dialect", () => {
  const ids = table.flatMap(({ dialect: { checks, clauseIds } }) => [...checks.map(({ id }) => id), ...clauseIds]);
  assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
  assertEquals(dialects.v1.checks.filter(({ id }) => !id.startsWith("v1-")), []);
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

test("what waits goes on between two checks, and between two answers of an application", async () => {
  let turns = 0;
  let timer: ReturnType<typeof setImmediate>;
  function takeTurn() {
    turns++;
    timer = setImmediate(takeTurn);
  }
  takeTurn();
  try {
    const checks = dialects.v1.checks.filter(({ of }) => of === "stream").slice(0, 10);
    await checkStream("", { dialect: { ...dialects.v1, checks } });
    assert(turns >= 10);
    const page = `<p id="p" data-init="@get('/a'); @get('/b')" data-on:click="@get('/c')">`;
    const dialect = { ...dialects.v1, checks: [] };
    const { recording } = await withHttp((request, response) => {
      response.writeHead(200, { "content-type": request.url === "/" ? "text/html" : "text/event-stream" });
      response.end(request.url === "/" ? page : 'event: datastar-patch-elements\ndata: elements <p id="p">\n\n');
    }, (url) => checkApp(url, { dialect, gentle: true }));
    turns = 0;
    await judgeRecording(recording!, { dialect });
    assert(turns >= 3);
  } finally {
    clearImmediate(timer!);
  }
});
