import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AssertionError } from "node:assert";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  actionCases,
  checkApp,
  type CheckAppOptions,
  dialects,
  judgeRecording,
  readRecording,
  writeRecording,
} from "../conformance/mod.ts";
import { runInTurns } from "../conformance/record/limits.ts";
import { findCauses } from "../conformance/report/causes.ts";
import { html } from "../html.ts";
import { apps, mistakes } from "./peers/apps/mod.ts";
import { conformHere, freePort, withHttp } from "./support/conform.ts";
import { slow } from "./support/process.ts";
import { checkProgram, summarizeApps } from "./support/programs.ts";

const folder = fileURLToPath(new URL("peers/apps/", import.meta.url));

/** A stream that goes on is watched for so long: two of its events come within it. */
const wait = 2_000;

const all: CheckAppOptions = { allow: ["POST", "PUT", "PATCH", "DELETE"], wait, live: false };

/** Runs an application, and checks it. */
const check = (file: string, options = all) => checkProgram(file, options);

test("applications as developers write them have no fault, and deserve no warning", slow, async () => {
  const found = await summarizeApps(folder, apps, all);
  assertEquals(found, apps.map(({ file, actions }) => ({ file, causes: [], exitCode: 0, actions })));
});

test("a feed of an application is opened by many readers", slow, async () => {
  const ids = (run: Awaited<ReturnType<typeof check>>) =>
    run.report.checks.filter(({ id, verdict }) => id.startsWith("app-live-") && verdict !== "untested")
      .map(({ id, verdict }) => [id, verdict]);
  const run = await check(join(folder, "dashboard.mjs"), { wait });
  assertEquals(ids(run), [
    ["app-live-many", "pass"],
    ["app-live-limit", "pass"],
    ["app-live-prompt", "pass"],
    ["app-live-starved", "pass"],
    ["app-live-vanished-target", "pass"],
    ["app-live-vanished-feed", "pass"],
  ]);
  assertEquals(ids(await check(join(folder, "dashboard.mjs"), { wait, gentle: true })), []);
});

describe("a mistake is the first cause in the report", () => {
  let temporary: string;
  before(async () => temporary = await mkdtemp(join(tmpdir(), "fragstar-")));
  after(() => rm(temporary, { recursive: true }));

  test(`each of ${mistakes.length} mistakes`, { timeout: 5 * slow.timeout }, async () => {
    assert(mistakes.length >= 25);
    const found = await runInTurns(mistakes, 4, async ({ name, file, from, to, wait = all.wait }) => {
      const text = await readFile(join(folder, file), "utf8");
      assert(text.includes(from), `${name}: ${file} has no ${from}`);
      const changed = join(temporary, `${mistakes.findIndex((mistake) => mistake.name === name)}.mjs`);
      await writeFile(changed, text.replace(from, () => to));
      const run = await check(changed, { ...all, wait });
      return [name, findCauses(run)[0]?.id];
    });
    assertEquals(found, mistakes.map(({ name, cause }) => [name, cause]));
  });
});

const event = (html: string) => `event: datastar-fragment\ndata: fragment ${html}\n\n`;

/** A page with an action of each method, and a server that records what it is asked. */
async function recordRequests(options: CheckAppOptions) {
  const requests: { method: string; url: string; body: string; headers: IncomingHttpHeaders; beside: number }[] = [];
  let open = 0;
  const methods = ["get", "post", "put", "patch", "delete"];
  const page = `<!DOCTYPE html><body data-store="{text: 'a', _own: 1, n: {inner: 'b'}}"><p id="p"></p>${
    methods.map((method) => `<button data-on-click="$$${method}('/rows/${method}?x=1')">${method}</button>`).join("")
  }</body>`;
  const run = await withHttp(async (request, response) => {
    const beside = open++;
    response.on("close", () => open--);
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, body: await text(request), headers, beside });
    if (url === "/") return response.writeHead(200, { "content-type": "text/html" }).end(page);
    const { searchParams } = new URL(url, "http://localhost");
    const shown = html`<p id="p">${searchParams.get("datastar") ?? ""}</p>`;
    response.writeHead(200, { "content-type": "text/event-stream" }).end(event(String(shown)));
  }, (url) => checkApp(url, options));
  return { run, requests, asked: requests.filter(({ url }) => url !== "/") };
}

const methodsOf = (requests: { method: string }[]) => [...new Set(requests.map(({ method }) => method))].sort();

describe("a run sends", () => {
  test("GET alone, unless other methods are allowed", async () => {
    const { run, requests } = await recordRequests({});
    assertEquals(methodsOf(requests), ["GET"]);
    const unasked = run.app!.actions.filter(({ leftOut }) => leftOut !== undefined).map(({ name }) => name);
    assertEquals(unasked, ["POST", "PUT", "PATCH", "DELETE"].map((name) => `${name} /rows/${name.toLowerCase()}?x=1`));
    const results = run.report.checks.filter(({ subject }) => subject.startsWith("POST"));
    assertEquals(new Set(results.map(({ verdict }) => verdict)), new Set(["untested"]));
  });

  test("the methods that are allowed", async () => {
    const { requests } = await recordRequests({ allow: ["POST", "PATCH"] });
    assertEquals(methodsOf(requests), ["GET", "PATCH", "POST"]);
  });

  test("requests for the routes that are chosen", async () => {
    const only = await recordRequests({ ...all, onlyRoutes: ["/rows/p*"] });
    assertEquals(methodsOf(only.asked), ["PATCH", "POST", "PUT"]);
    const others = await recordRequests({ ...all, skipRoutes: ["/rows/p*", "*/delete"] });
    assertEquals(methodsOf(others.asked), ["GET"]);
  });

  test("no request for a route that is left out, whatever its spelling, and by no redirect", async () => {
    const asked: string[] = [];
    const page = `<body data-store="{'a.b': 'x'}">${
      ["/go", "/lösch en", "/%6Cogout", "/fine"].map((path) => `<b data-on-click="$$get('${path}')"></b>`).join("")
    }</body>`;
    await withHttp((request, response) => {
      const path = request.url!.split("?")[0];
      asked.push(path);
      if (path === "/") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
      if (path === "/go") return response.writeHead(302, { location: "/logout" }).end();
      response.writeHead(200, { "content-type": "text/event-stream" }).end(event("<b></b>"));
    }, (url) => checkApp(url, { skipRoutes: ["/logout", "/lösch*n"], gentle: true }));
    assertEquals([...new Set(asked)].sort(), ["/", "/fine", "/go"]);
  });

  test("no request for a route that is left out by a redirect of an action with the address of the page", async () => {
    const asked: string[] = [];
    await withHttp((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.method === "POST") return response.writeHead(307, { location: "/logout?x" }).end();
      if (request.url === "/") return response.writeHead(302, { location: "/reset" }).end();
      response.writeHead(200, { "content-type": "text/html" }).end(`<b id="b" data-on-click="$$post('/')"></b>`);
    }, (url) => checkApp(url, { ...all, dialect: dialects.classic, skipRoutes: ["/logout*", "/reset"], gentle: true }));
    assertEquals(asked, ["GET /", "GET /reset", "POST /", "GET /", "GET /reset"]);
  });

  test("one request at a time and no hostile text, if it is gentle", async () => {
    const { requests, asked } = await recordRequests({ ...all, gentle: true });
    assertEquals(asked.length, 5);
    assertEquals(requests.filter(({ beside }) => beside > 0), []);
  });

  test("what the client sends", async () => {
    const { asked } = await recordRequests({ ...all, signals: { text: "other" }, gentle: true });
    const [get, post] = asked;
    const store = JSON.stringify({ text: "other", n: { inner: "b" } });
    assertEquals(get.url, `/rows/get?${new URLSearchParams({ x: "1", datastar: store })}`);
    assertEquals([post.url, post.body], ["/rows/post?x=1", store]);
    const { headers: { host, referer, origin, accept, ...headers } } = post;
    assertEquals([referer, origin, accept], [`http://${host}/`, `http://${host}`, "text/event-stream"]);
    assertEquals([headers["content-type"], headers["datastar-request"]], ["application/json", "true"]);
  });

  test(
    "few requests for a page with many actions, and hostile texts in a signal with a dot in its name",
    slow,
    async () => {
      const seen: string[] = [];
      const rows = Array.from({ length: 1_000 }, (_, i) => `<i data-on-click="$$get('/rows/${i}')"></i>`).join("");
      const run = await withHttp((request, response) => {
        seen.push(request.url!);
        const isPage = request.url === "/";
        response.writeHead(200, { "content-type": isPage ? "text/html" : "text/event-stream" });
        const store = new URLSearchParams(request.url!.slice(request.url!.indexOf("?"))).get("datastar") ?? "{}";
        const text = store.startsWith('{"a.b"') ? html`<p id="p">${JSON.parse(store)["a.b"]}</p>` : "";
        response.end(isPage ? `<body data-store="{'a.b': 'x'}"><p id="p"></p>${rows}` : event(String(text)));
      }, (url) => checkApp(url));
      assertEquals(run.app!.actions.length, 500);
      assert(seen.length < 120, `${seen.length}`);
      assertEquals(run.report.checks.find(({ id }) => id === "app-injection")!.verdict, "pass");
    },
  );

  test("hostile texts only in signals whose text comes back", async () => {
    const { asked } = await recordRequests({});
    const stores = asked.map(({ url }) => new URLSearchParams(url.slice(url.indexOf("?"))).get("datastar") ?? "");
    assert(stores.some((store) => store.includes("<intruder>")));
    const silent = await withHttp((request, response) => {
      const page = request.url === "/"
        ? `<body data-store="{a: 'b'}"><p id="p" data-on-load="$$get('/x')">`
        : undefined;
      assert(!decodeURIComponent(request.url!).includes("<intruder>"));
      response.writeHead(200, { "content-type": page ? "text/html" : "text/event-stream" });
      response.end(page ?? event(`<p id="p">${Math.random()}</p>`));
    }, (url) => checkApp(url));
    const found = silent.report.checks.find(({ id }) => id === "app-injection")!;
    assertEquals([found.verdict, found.reason], ["untested", "not-applicable"]);
  });
});

test("a saved recording of an application has the report of its run", async () => {
  const { run } = await recordRequests({ allow: ["POST"] });
  const again = await judgeRecording(readRecording(writeRecording(run.recording!)));
  assertEquals(again.report, run.report);
});

test("each action is a test", async () => {
  const run = await withHttp((request, response) => {
    const page = `<body data-store="{}"><p id="p" data-on-load="$$get('/good'); $$get('/bad'); $$post('/post')"></p>`;
    const isPage = request.url === "/";
    response.writeHead(200, { "content-type": isPage ? "text/html" : "text/event-stream" });
    response.end(isPage ? page : event(request.url!.startsWith("/good") ? `<p id="p">1</p>` : "<p>2</p>"));
  }, (url) => checkApp(url));
  const cases = actionCases(run);
  assertEquals(cases.map(({ title }) => title), [
    "GET /good",
    "GET /bad",
    "/",
    "POST /post (not asked: POST is not allowed: give --allow POST)",
  ]);
  for (const { title, assert } of cases) {
    if (title === "GET /bad") assertThrows(assert, AssertionError, "html-root-id");
    else assert();
  }
});

test("a page without an action that can be asked has no verdict", async () => {
  const pages = ["<p>Hello</p>", `<p data-on-click="$$post('/save')"></p>`, `<p data-on-click="$$get(el.id)"></p>`];
  for (const page of pages) {
    const run = await withHttp((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end(page);
    }, (url) => checkApp(url, { dialect: dialects.classic }));
    const { verdict, reason } = run.report.checks.find(({ id }) => id === "app-has-action")!;
    assertEquals([verdict, reason, run.report.exitCode], ["untested", "unobserved", 3]);
  }
});

test("an answer that is slow is not called endless", slow, async () => {
  const run = await withHttp((request, response) => {
    const isPage = request.url === "/";
    response.writeHead(200, { "content-type": isPage ? "text/html" : "text/event-stream" });
    if (isPage) return response.end(`<p id="p" data-on-load="$$get('/slow')">`);
    response.flushHeaders();
    setTimeout(() => response.end(event(`<p id="p">1</p>`)), 600);
  }, (url) => checkApp(url, { wait: 200, gentle: true }));
  const verdicts = run.report.checks.filter(({ id }) => id === "app-pace" || id === "app-effect")
    .map(({ id, verdict, actual }) => [id, verdict, actual]);
  assertEquals(verdicts, [["app-effect", "pass", "1 of 1 events"], ["app-pace", "untested", "the answer ends"]]);
});

test("a redirect is followed as fetch does", async () => {
  const asked: string[] = [];
  const run = await withHttp((request, response) => {
    asked.push(`${request.method} ${request.url!.split("?")[0]}`);
    if (request.url === "/start") return response.writeHead(302, { location: "/" }).end();
    if (request.url === "/") {
      response.writeHead(200, { "content-type": "text/html" });
      return response.end(`<p id="p" data-on-load="$$post('/save')">`);
    }
    if (request.url === "/save") return response.writeHead(303, { location: "/saved" }).end();
    response.writeHead(200, { "content-type": "text/event-stream" }).end(event(`<p id="p">Saved</p>`));
  }, (url) => checkApp(`${url}/start`, { ...all, dialect: dialects.classic, gentle: true }));
  assertEquals(asked.slice(0, 4), ["GET /start", "GET /", "POST /save", "GET /saved"]);
  assertEquals(findCauses(run).map(({ id }) => id), ["http-cache"]);
});

describe("conform", () => {
  const page = `<!DOCTYPE html><body data-store="{q: ''}"><p id="p"></p><b data-on-click="$$get('/find')"></b></body>`;
  const serve = (path: string) =>
    path === "/"
      ? { type: "text/html", body: page }
      : path.startsWith("/find")
      ? { type: "text/event-stream", body: event(`<p id="p">found</p>`) }
      : undefined;
  const withApp = <T>(use: (url: string) => Promise<T>) =>
    withHttp((request, response) => {
      const found = serve(request.url!);
      response.writeHead(found ? 200 : 404, {
        "content-type": found?.type ?? "text/plain",
        "cache-control": "no-cache",
      });
      response.end(found?.body ?? "Not found");
    }, use);

  test("--app says what it will send, and checks the actions", async () => {
    const { code, stdout, stderr } = await withApp((url) => conformHere(["--app", url]));
    assertStringIncludes(stderr, "Actions of the page: 1, of which 1 will be asked: GET /find.");
    assertStringIncludes(stdout, "conforms");
    assertEquals(code, 0);
  });

  test("--spawn shows what the server wrote beside the request", slow, async () => {
    const folder = await mkdtemp(join(tmpdir(), "fragstar-"));
    const file = join(folder, "server.mjs");
    await writeFile(
      file,
      `import { createServer } from "node:http";
      createServer((request, response) => {
        if (request.url === "/") return response.setHeader("content-type", "text/html").end(\`${page}\`);
        console.error("TypeError: q is not a function");
        response.writeHead(500).end("Internal Server Error");
      }).listen(process.env.PORT);`,
    );
    const port = await freePort();
    try {
      const args = ["--spawn", `PORT=${port} node ${file}`, "--app", `http://localhost:${port}`];
      const { stdout } = await conformHere([...args, "--gentle"]);
      assertStringIncludes(stdout, "  server log TypeError: q is not a function\n");
      assertStringIncludes(stdout, "  answer     Internal Server Error\n");
      const report = JSON.parse((await conformHere([...args, "--gentle", "--reporter", "json"])).stdout);
      assertEquals([report.causes[0].id, report.causes[0].output], ["app-answer", ["TypeError: q is not a function"]]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("without --app says that the server is not the example's, and how to check it", async () => {
    const { code, stdout } = await withApp((url) => conformHere([url]));
    assertStringIncludes(stdout.replaceAll(/\s+/g, " "), "This is not a server of the example contract");
    assertStringIncludes(
      stdout.replaceAll(/\s+/g, " "),
      "GET /find. To check the actions of its own page: conform --app",
    );
    assertEquals(code, 3);
  });

  test("--stream sends the store of --page, which may be a URL", async () => {
    const { stdout, code } = await withApp((url) =>
      conformHere(["--stream", `${url}/find`, "--page", url, "--reporter", "json"])
    );
    const { checks } = JSON.parse(stdout);
    assertEquals(checks.find(({ id }: { id: string }) => id === "dom-target").verdict, "pass");
    assertEquals(code, 0);
  });

  const wrong: [args: string[], message: string][] = [
    [["--app", "http://localhost", "--allow", "push"], "Cannot allow"],
    [["--app", "http://localhost", "--signal", "x"], "name=value"],
    [["--app", "http://localhost", "--only-route", "rows"], 'write "/rows"'],
    [["--app", "http://localhost", "--page", "x"], "--page"],
    [["http://localhost", "--gentle"], "--gentle"],
    [["--stream", "http://localhost", "--method", "HEAD"], "no such method"],
    [["--stream", "http://localhost", "--signals", "[1]"], "Cannot"],
    [["--file", "x", "--wait", "5"], "--wait"],
  ];
  for (const [args, message] of wrong) {
    test(`refuses ${args.slice(-2).join(" ")}`, async () => {
      const { code, stderr } = await conformHere(args);
      assertEquals(code, 2, stderr);
      assertStringIncludes(stderr, message);
    });
  }
});
