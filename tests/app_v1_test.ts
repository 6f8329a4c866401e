import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  checkApp,
  type CheckAppOptions,
  dialects,
  judgeRecording,
  readRecording,
  writeRecording,
} from "../conformance/mod.ts";
import { runInTurns } from "../conformance/record/limits.ts";
import type { AppRecording } from "../conformance/recording.ts";
import { findCauses } from "../conformance/report/causes.ts";
import { findActions } from "../conformance/v1/actions.ts";
import { describeIdlePage } from "../conformance/v1/page_kind.ts";
import { v1 } from "../harness/mod.ts";
import { html } from "../html.ts";
import { apps, mistakes } from "./peers/v1apps/mod.ts";
import { withHttp } from "./support/conform.ts";
import { slow } from "./support/process.ts";
import { checkProgram, summarizeApps } from "./support/programs.ts";

const folder = fileURLToPath(new URL("peers/v1apps/", import.meta.url));
const dialect = dialects.v1;

/** A stream that goes on is watched for so long: two of its events come within it. */
const wait = 2_000;

const all: CheckAppOptions = { dialect, allow: ["POST", "PUT", "PATCH", "DELETE"], wait, live: false };

/** Runs an application, and checks it. */
const check = (file: string, options = all) => checkProgram(file, options);

test("applications of v1 as developers write them have no fault, and deserve no warning", slow, async () => {
  const found = await summarizeApps(folder, apps, all);
  assertEquals(found, apps.map(({ file, actions }) => ({ file, causes: [], exitCode: 0, actions })));
});

test("a feed of an application of v1 is opened by many readers", slow, async () => {
  const ids = (run: Awaited<ReturnType<typeof check>>) =>
    run.report.checks.filter(({ id, verdict }) => id.startsWith("v1-app-live-") && verdict !== "untested")
      .map(({ id, verdict }) => [id, verdict]);
  const checks = ["many", "limit", "prompt", "starved", "vanished-target", "vanished-feed"];
  const run = await check(join(folder, "dashboard.mjs"), { dialect, wait });
  assertEquals(ids(run), checks.map((name) => [`v1-app-live-${name}`, "pass"]));
});

describe("a mistake in an application of v1 has one cause", () => {
  let temporary: string;
  before(async () => temporary = await mkdtemp(join(tmpdir(), "fragstar-")));
  after(() => rm(temporary, { recursive: true }));

  test(`each of ${mistakes.length} mistakes`, { timeout: 5 * slow.timeout }, async () => {
    const found = await runInTurns(
      [...mistakes.entries()],
      4,
      async ([i, { name, file, edits, gentle, wait = all.wait }]) => {
        let program = await readFile(join(folder, file), "utf8");
        for (const [from, to] of edits) {
          assert(program.includes(from), `${name}: ${file} has no ${from}`);
          program = program.replace(from, () => to);
        }
        const changed = join(temporary, `${i}.mjs`);
        await writeFile(changed, program);
        const run = await check(changed, { ...all, gentle, wait });
        return [name, findCauses(run).map(({ id }) => id)];
      },
    );
    assertEquals(found, mistakes.map(({ name, cause }) => [name, [cause]]));
  });

  test("each check of an application finds one", () => {
    const ids = dialect.checks.filter(({ of, id }) => of === "app" && !id.startsWith("v1-app-live-")).map(({ id }) =>
      id
    );
    const seen = new Set(mistakes.map(({ cause }) => cause));
    // A page without actions has no verdict: see below.
    assertEquals(ids.filter((id) => !seen.has(id)), ["v1-app-has-action"]);
  });
});

const event = (html: string) => `event: datastar-patch-elements\ndata: elements ${html}\n\n`;

interface Asked {
  method: string;
  url: string;
  body: string;
  headers: IncomingHttpHeaders;
}

/** Serves a page, answers all else with an event, and records what is asked. */
async function recordRequests(body: string, options: CheckAppOptions = { ...all, gentle: true }) {
  const asked: Asked[] = [];
  const run = await withHttp(async (request, response) => {
    const { method = "", url = "", headers } = request;
    if (url === "/app/") {
      return response.writeHead(200, { "content-type": "text/html" })
        .end(
          `<!DOCTYPE html><html><head><script type="module" src="/datastar.js"></script></head><body>${body}</body></html>`,
        );
    }
    asked.push({ method, url, body: await text(request), headers });
    const sent = new URL(url, "http://localhost").searchParams.get("datastar") ?? "";
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" }).end(
      event(String(html`<p id="p">${sent.replaceAll("\n", " ")}</p>`)),
    );
  }, (url) => checkApp(`${url}/app/`, options));
  return { run, asked };
}

const query = (signals: object) => new URLSearchParams({ datastar: JSON.stringify(signals) });

describe("a run sends what the clients 1.0.x send", () => {
  const signals = { a: "x", n: { inner: 1 } };
  const page = (attributes: string) =>
    `<div data-signals="{a: 'x', _own: 1, n: {inner: 1, _b: 2}, e: {}}"><p id="p" ${attributes}></p></div>`;

  test("with signals", async () => {
    const { asked } = await recordRequests(
      page(
        `data-init="@get('rows?datastar=old&x=1')" data-on:click="@delete('/rows')" data-on:keydown="@patch('/rows', {headers: {'X-Token': 't', accept: 'text/html'}})"`,
      ),
    );
    const [get, patch, remove] = asked;
    assertEquals(get.url, `/app/rows?${new URLSearchParams({ datastar: JSON.stringify(signals), x: "1" })}`);
    assertEquals([remove.method, remove.url, remove.body], ["DELETE", `/rows?${query(signals)}`, ""]);
    assertEquals([patch.url, patch.body], ["/rows", JSON.stringify(signals)]);
    assertEquals(get.headers["content-type"], undefined);
    assertEquals(remove.headers["content-type"], undefined);
    assertEquals(get.headers.accept, "text/event-stream, text/html, application/json");
    assertEquals(get.headers["datastar-request"], "true");
    const { host, referer, origin, accept, "content-type": type, "x-token": token } = patch.headers;
    assertEquals([referer, origin], [`http://${host}/app/`, `http://${host}`]);
    assertEquals([accept, type, token], ["text/html", "application/json", "t"]);
  });

  test("with options", async () => {
    const { asked, run } = await recordRequests(page(
      `data-on:a="@post('/a', {filterSignals: {include: /^_/, exclude: /b$/}})" data-on:b="@post('/b', {payload: {q: $a}})"
       data-on:c="@post('/c' + $a)" data-on:d="$n.inner = 5; @post('/d')" data-on:e="@post(el.id)" data-on:f="@post('/f', el.dataset)"
       data-on:g="@post('//elsewhere.invalid/')" data-on:h="@post('/h', {payload: {x: el.id}})"`,
    ));
    assertEquals(asked.map(({ url, body }) => [url, body]), [
      ["/a", '{"_own":1}'],
      ["/b", '{"q":"x"}'],
      ["/cx", JSON.stringify(signals)],
      ["/d", '{"a":"x","n":{"inner":5}}'],
    ]);
    assertEquals(run.app!.actions.filter(({ leftOut }) => leftOut !== undefined).map(({ leftOut }) => leftOut), [
      "its URL is known only if its code runs",
      "its options are known only if its code runs",
      "it is on a different origin",
      "its option payload is known only if its code runs",
    ]);
  });

  test("and nothing else, whatever the options are", async () => {
    const { asked, run } = await recordRequests(page(
      `data-on:a="@post('/list', {payload: [1, 2]})" data-on:b="@post('/null', {payload: null})" data-on:c="@post('/big', {payload: {a: 1n}})"
       data-on:d="@get('/header', {headers: {a: {toString: 1}}})" data-on:e="@get('/selector', {contentType: 'form', selector: '[['})"
       data-on:f="@get('/form', {contentType: 'form', selector: '#p'})" data-on:g="@get('/filter', {filterSignals: {include: /^(a+)+$/}})"
       data-on:h="@get('//user:secret@localhost/x')" data-on:i="@get({toString: 1})"`,
    ));
    assertEquals(asked.map(({ url, body }) => [url, body]), [["/list", "[1,2]"], ["/null", "null"]]);
    assertEquals(run.app!.actions.flatMap(({ leftOut }) => leftOut ?? []), [
      "its payload cannot be written as JSON",
      "the browser refuses the header a",
      "the selector of its form is not valid",
      "its selector finds a <p>, and not a form",
      "a pattern of its filterSignals is not run here: it could take too long",
      "the browser refuses a URL with a user name or a password",
      "its URL is not a text",
    ]);
  });

  test("with the fields of a form", async () => {
    const fields =
      `<input name="a" value="1 2"><input name="constructor" value="k"><input name="off" type="checkbox"><input name="on" type="checkbox" checked>
      <select name="s"><option>x</option><option selected>y</option></select><textarea name="t">z</textarea>
      <input name="no" disabled value="1"><input value="nameless">`;
    const { asked } = await recordRequests(
      `<p id="p"></p><form>${fields}<button name="b" value="c" data-on:click="@post('/form', {contentType: 'form'})"></button></form>
       <form id="f">${fields}</form><i data-on:click="@get('/get', {contentType: 'form', selector: '#f'})"></i>
       <form enctype="multipart/form-data" data-on:submit="@put('/parts', {contentType: 'form'})"><input name="é" value="1"></form>
       <i data-on:click="@post('/none', {contentType: 'form'})"></i>`,
    );
    const sent = "a=1+2&constructor=k&on=on&s=y&t=z";
    const [get, post, put, ...others] = asked;
    assertEquals(get.url, `/get?${sent}`);
    assertEquals([post.body, post.headers["content-type"]], [`${sent}&b=c`, "application/x-www-form-urlencoded"]);
    const request = new Request("http://localhost", {
      method: "PUT",
      body: put.body,
      headers: { "content-type": put.headers["content-type"]! },
    });
    assertEquals([...(await request.formData()).entries()], [["é", "1"]]);
    assertEquals(others, []);
  });

  test("relative to <base>, and for no element with data-ignore", async () => {
    const { asked } = await recordRequests(
      `<base href="/other/"><p id="p" data-init="@get('x')"></p><div data-ignore><i data-on:click="@get('/a')"></i></div>
       <i data-ignore__self data-on:click="@get('/b')"></i>`,
    );
    assertEquals(asked.map(({ url }) => url.split("?")[0]), ["/other/x"]);
  });

  test("for one request", () => {
    const url = new URL("http://localhost/x?y=1");
    const { path, method } = dialect.createRequest(url, { method: "DELETE", page: `<p data-signals="{a: 1, _b: 2}">` });
    assertEquals([method, path], ["DELETE", `/x?y=1&${query({ a: 1 })}`]);
    const post = dialect.createRequest(url, { method: "POST", store: { a: 2 } });
    assertEquals([post.path, post.body, post.headers?.["content-type"]], ["/x?y=1", '{"a":2}', "application/json"]);
    const odd = new URL("http://localhost/x?q=a b&r");
    assertEquals(dialect.createRequest(odd, { method: "POST", store: {} }).path, "/x?q=a+b&r=");
  });
});

test("requests are found in an expression without running it", () => {
  const found = (value: string) =>
    [...v1.findRequests({ value, plugin: "on" }, { id: 3 })].map(({ method, url, why }) => [method, url ?? why]);
  assertEquals(found("evt.key === 'Enter' && @post(`/rows/${$id}`)"), [["POST", "/rows/3"]]);
  assertEquals(found("$id++; setTimeout(() => { @get('/a/' + $id) }, 100); @put('/b')"), [["GET", "/a/4"], [
    "PUT",
    "/b",
  ]]);
  assertEquals(found("@get('/a'"), [["GET", "its expression does not compile"]]);
  assertEquals(found("@get()"), [["GET", "it has no URL"]]);
  assertEquals(found("@get({toString: 1})"), [["GET", "its URL is not a text"]]);
  const tooDeep = [["GET", "its expression is too long, or nested too deeply"]];
  assertEquals(found("`${".repeat(3000) + "@get('/x')"), tooDeep);
  assertEquals(found("(".repeat(9000) + "@get('/x')"), tooDeep);
  assertEquals(found("if ($id === 3) {\n  $id = 4\n  @get('/a')\n}\n// end"), [["GET", "/a"]]);
  assertEquals(found("for (const x of [1]) { @put('/b') }; try { @get('/c') } catch {}"), [["PUT", "/b"], [
    "GET",
    "/c",
  ]]);
  assertEquals(found("'no @get of a string'; $get('/x'); @peek(() => 1)"), []);
});

test("actions are found up to a limit, also in one attribute", () => {
  const calls = Array.from({ length: 4000 }, (_, i) => `@get('/${i}');`).join("\n");
  const actions = findActions({ html: `<p data-on:click="${calls}"></p>` }, new URL("http://localhost/"));
  assertEquals([actions.length, actions[499].name], [500, "GET /499"]);
  const html = "<b></b>".repeat(20_001) + `<p data-on:click="@get('/x')">`;
  assertStringIncludes(describeIdlePage(html), "the first 20,000 elements");
});

test("a form is read once for all of its actions", () => {
  const fields = Array.from({ length: 1000 }, (_, i) => `<input name="a${i}">`).join("");
  const action = `<i data-on:click="@get('/x', {contentType: 'form'})"></i>`;
  const actions = findActions({ html: `<form>${fields}${action.repeat(100)}</form>` }, new URL("http://localhost/"));
  assertEquals([actions.length, Object.keys(actions[99].store).length], [100, 1000]);
});

test("a saved recording of an application of v1 has the report of its run", async () => {
  const { run } = await recordRequests(`<p id="p" data-init="@get('/x')"></p>`);
  const again = await judgeRecording(readRecording(writeRecording(run.recording!)));
  assertEquals(again.report, run.report);
});

test("a recording of an application of v1 that lacks answers has no verdict of what they would show", async () => {
  const page = `<div data-signals="{a: 'x'}"><p id="p" data-init="@get('/x')"></p></div>`;
  const { recording } = (await recordRequests(page, all)).run;
  async function judgeWithout(id: string, gentle = false) {
    const changed = readRecording(writeRecording(recording!)) as AppRecording;
    assert(id in changed.answers, id);
    delete changed.answers[id];
    const { report } = await judgeRecording({ ...changed, options: { ...changed.options, gentle } });
    const unobserved = report.checks.filter(({ reason }) => reason === "unobserved");
    return [report.exitCode, ...unobserved.filter(({ actual }) => actual.includes(id)).map(({ id }) => id)];
  }
  const texts = ["v1-app-injection", "v1-app-text"];
  assertEquals((await judgeRecording(recording!)).report.exitCode, 0);
  assertEquals(await judgeWithout("word:GET /x a"), [3, ...texts]);
  assertEquals(await judgeWithout("word:GET /x a", true), [0]);
  assertEquals(await judgeWithout("probe:GET /x a lf"), [3, ...texts]);
  assertEquals(await judgeWithout("bad:GET /x list"), [3, "v1-app-bad-list"]);
});

describe("a page of v1 without an action that can be asked has no verdict", () => {
  const pages: [name: string, body: string, reason: string][] = [
    ["with no attribute", "<p>Hello</p>", "no attribute of Datastar at all"],
    ["of another generation", `<p data-on-click="$$get('/x')"></p>`, "for another Datastar"],
    ["of htmx", `<p hx-get="/x"></p>`, "htmx"],
    ["with signals only", `<p data-signals="{}"></p>`, "no attribute of the page has an action"],
    [
      "that is too deep",
      `<b data-init="@get('/x')"></b><p data-signals="${"[".repeat(5_000)}"></p>`,
      "the page cannot be opened",
    ],
    ["with an unknown URL", `<p data-on:click="@get(el.id)"></p>`, "known only if its code runs"],
  ];
  for (const [name, body, reason] of pages) {
    test(name, async () => {
      const { run } = await recordRequests(body);
      const { verdict, actual } = run.report.checks.find(({ id }) => id === "v1-app-has-action")!;
      assertEquals(verdict, "untested");
      assertStringIncludes(actual, reason);
      assert(run.report.exitCode > 0);
    });
  }
});
