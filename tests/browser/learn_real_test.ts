import { assert, assertEquals } from "@std/assert";
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type * as harness from "../../harness/core.ts";
import type * as real from "../../learn/real.ts";
import type * as compareModule from "../../vectors/compare.ts";
import type * as vectorModule from "../../vectors/vector.ts";
import { families } from "../../vectors/classic/mod.ts";
import { useBrowser, watch } from "../support/browser.ts";
import { differences } from "../support/differences.ts";
import { slow } from "../support/process.ts";

/** For a test of all vectors, each in a frame of its own. */
const many = { ...slow, timeout: 600_000 };

const used = useBrowser();

/** A proxy between the browser and the server, which records each request. */
let proxy: Server;
let port: number;
let requests: string[] = [];
before(async () => {
  proxy = createServer((incoming, outgoing) => {
    requests.push(`${incoming.headers.host?.split(":")[0]}${incoming.url}`);
    const { method, url: path, headers } = incoming;
    const forwarded = request({ host: "localhost", port: used.server.port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  }).listen(0);
  await once(proxy, "listening");
  ({ port } = proxy.address() as AddressInfo);
}, slow);
after(() => {
  proxy.closeAllConnections();
  proxy.close();
});

type Vector = vectorModule.Vector;
type Case = Pick<Vector, "id" | "page" | "stream"> & Partial<Vector>;

/** The comparison of one case by the real client and by the model. */
interface Compared {
  id: string;
  /** The differences from what the vector expects. */
  unexpected: vectorModule.Difference[];
  agreement: real.Agreement;
  notRun: readonly string[];
}

declare global {
  var compared: (cases: Case[]) => Promise<Compared[]>;
}

/** Opens a page that can compare cases, some at a time. */
async function openComparing(): Promise<Page> {
  const page = await used.browser.newPage();
  await page.goto(`${used.server.url}/learn`);
  await page.evaluate(async () => {
    const load = (path: string) => import(`/learn/modules/${path}`);
    const { compareWithModel, runReal }: typeof real = await load("learn/real.ts");
    const { openDocument, readStream }: typeof harness = await load("harness/core.ts");
    const { compare, treeOf }: typeof compareModule = await load("vectors/compare.ts");
    const { bytesOf, readValues, setValues }: typeof vectorModule = await load("vectors/vector.ts");
    const newBody = (html: string) => {
      const { body } = document.implementation.createHTMLDocument();
      body.innerHTML = html;
      return body;
    };

    async function runModel({ page: html, initiator, values, expect, ...bytes }: Case) {
      const document = newBody(html).ownerDocument;
      setValues(document, values);
      const page = openDocument(document, { initiator });
      const events = [];
      for await (const event of readStream(bytesOf(bytes))) events.push(event);
      const { errors: [error] } = page.apply(events, { viewTransitions: true });
      const body = document.body as HTMLElement | null;
      const outcome: vectorModule.Outcome = {
        tree: body ? treeOf(body) : "",
        html: "",
        error: error?.code,
        store: page.signals,
        location: page.location,
        console: page.console.filter(({ own }) => !own).map(({ mode, message }) => [mode, message]),
        values: readValues(document, expect?.values),
      };
      return { outcome, notRun: page.unevaluated };
    }

    const container = document.createElement("div");
    document.body.append(container);
    globalThis.compared = async (cases) => {
      const results: Compared[] = [];
      const waiting = cases.entries();
      await Promise.all(Array.from({ length: 4 }, async () => {
        for (const [index, one] of waiting) {
          const { id, page, initiator, values, expect } = one;
          const scene = { page, bytes: bytesOf(one), initiator, values };
          const outcome = await runReal(scene, { container, timeout: 60_000, values: expect?.values });
          const { outcome: model, notRun } = await runModel(one);
          results[index] = {
            id,
            unexpected: expect ? compare(expect, outcome, { parseBody: newBody, origin: location.origin }) : [],
            agreement: compareWithModel(model, outcome, notRun),
            notRun,
          };
        }
      }));
      return results;
    };
  });
  return page;
}

describe("the real client in its frame", () => {
  let page: Page;
  before(async () => page = await openComparing(), slow);
  after(() => page.close());
  const run = (cases: Case[]) => page.evaluate((cases) => globalThis.compared(cases), cases);

  test("fulfils each vector, and the model agrees or says why not", many, async () => {
    const results = await run(families.flatMap(({ vectors }) => vectors) as Case[]);
    assertEquals(results.filter(({ unexpected }) => unexpected.length > 0), []);
    const differing = results.filter(({ agreement }) => !agreement.agrees);
    const explained = differences.flatMap(({ vectors }) => vectors);
    assertEquals(differing.filter(({ id }) => !explained.includes(id)), []);
    assertEquals(differing.map(({ id }) => id).sort(), explained.toSorted());
    for (const { id, agreement, notRun } of differing) {
      assert(notRun.length > 0, id);
      assertEquals(agreement.reason?.startsWith(`The client runs ${notRun[0]}`), true, id);
    }
    const more = results.filter(({ id, notRun }) => notRun.length > 0 && !explained.includes(id));
    console.log(
      `${results.length} vectors: ${differing.length} differ from the model, which says why, and ` +
        `${more.length} agree by chance`,
    );
  });

  test("assigns the same as the model when an element is loaded", slow, async () => {
    const expressions = [
      "$a = $a + 1",
      "$a++",
      "--$a; $a -= 4; $a /= -2",
      "$a = $o.b = 'y'",
      "$o.b = $o.b.toUpperCase()\n$a = [$o.b]",
      "$a = null",
      "$a = undefined",
      "$a > 0 && ($a = 5), $o.b += $a",
      "$a = 2; $none = 1; $a = 3",
      "$a = 'b'.none; $a = 3",
      "$a = ['x', 'y'].reverse()",
      "$a = ' x '.trim() + $a.trim()",
      "$a = '<b>x</b>'",
      "$a = 1 ? '' : 2",
      "$o.b = $o",
      "$a = 2; $o = 1",
    ];
    const stream = 'event: datastar-fragment\ndata: vt false\ndata: fragment <i id="t">1</i>\n\n' +
      'event: datastar-signal\ndata: store {"c":1}\n\n';
    const cases = expressions.flatMap((expression) =>
      ["data-on-load", "data-on-load.once", "data-on-load.window.remote"].map((name) => ({
        id: `${name}: ${expression}`,
        page: `<p data-store="{a: 1, o: {b: 'x'}}" data-text="$a" data-show="$a" data-bind-title="$o.b"></p>` +
          `<input data-model="a"><b data-class="{x: $a}" ${name}="${expression}"></b><i id="t"></i>`,
        stream,
      }))
    );
    const differing = (await run(cases)).filter(({ agreement, notRun }) => !agreement.agrees && notRun.length === 0);
    assertEquals(differing, []);
  });

  test("agrees with the model on internal state and on the console", slow, async () => {
    const merge = (html: string) => `event: datastar-fragment\ndata: vt false\ndata: fragment ${html}\n\n`;
    const signal = (store: string) => `event: datastar-signal\ndata: store ${store}\n\n`;
    const cases: [page: string, stream: string][] = [
      [`<i data-ref="i"></i>`, signal("{_dsPlugins: null}") + signal("{a: 1}")],
      [`<i data-ref="i"></i>`, "event: datastar-delete\ndata: paths _dsPlugins\n\n"],
      [`<i id="i"></i>`, signal("{_dsPlugins: null}") + merge(`<i id="i" data-ref="i"></i>`) + signal("{}")],
      [
        `<i data-ref="i"></i>`,
        "event: datastar-fragment\ndata: selector i\ndata: merge upsert_attributes\ndata: vt false\n" +
        'data: fragment <i data-store="{_dsPlugins: null}"></i>\n\n' + signal("{}"),
      ],
      [`<i data-ref="i"></i>`, "event: datastar-signal\ndata: onlyIfMissing true\ndata: store {_dsPlugins: null}\n\n"],
      ["", signal("{oops") + "event: datastar-console\ndata: error x\n\nevent: datastar-console\ndata: log\n\n"],
      ["", "event: datastar-redirect\ndata: url http://[\n\n"],
      [`<i data-store.local="{a: 1}"></i>`, signal("{b: 2}")],
      [`<i data-store.session="{a: 1}"></i>`, signal("{b: 2}")],
    ];
    const results = await run(cases.map(([page, stream], id) => ({ id: String(id), page, stream })));
    assertEquals(results.filter(({ agreement }) => !agreement.agrees).map(({ id }) => id), []);
  });
});

describe("runReal()", () => {
  let page: Page;
  let complaints: string[];
  const others: string[] = [];
  before(async () => {
    page = await used.browser.newPage();
    complaints = watch(page);
    page.on("popup", (popup) => others.push(popup.url()));
    page.on("download", (download) => others.push(download.url()));
    await page.goto(`http://localhost:${port}/learn/all`);
    await page.evaluate(async () => {
      const load = (path: string) => import(path);
      const { runReal }: typeof real = await load("/learn/modules/learn/real.ts");
      const container = document.createElement("div");
      document.body.append(container);
      localStorage.setItem("own", "1");
      document.cookie = "own=1";
      globalThis.inFrame = ({ page, stream }, options = {}) =>
        runReal({ page, bytes: new TextEncoder().encode(stream) }, { container, ...options });
      globalThis.container = container;
    });
  }, slow);
  after(() => page.close());

  const run = (page_: string, stream: string, options: { keep?: boolean; timeout?: number } = {}) =>
    page.evaluate(
      ([page, stream, options]) => globalThis.inFrame({ page, stream }, options),
      [page_, stream, options] as const,
    );
  const fragment = (html: string) => `event: datastar-fragment\ndata: vt false\ndata: fragment ${html}\n\n`;
  const frames = () => page.evaluate(() => globalThis.container.childElementCount);

  /** Makes an attribute that runs code. The code must not have a `;`, `$` or `~`, which the client would replace. */
  const onLoad = (code: string) =>
    `<b data-on-load="eval(atob('${btoa(`document.querySelector("#ran").textContent += "ran"; ${code}`)}'))"></b>`;

  test("keeps a frame that shows the page, until the next one is kept", slow, async () => {
    const shown = () => page.frameLocator("iframe").locator("#a").textContent();
    await run(`<p id="a">1</p>`, fragment(`<p id="a">2</p>`), { keep: true });
    assertEquals([await frames(), await shown()], [1, "2"]);
    await run(`<p id="a">1</p>`, fragment(`<p id="a">3</p>`), { keep: true });
    assertEquals([await frames(), await shown()], [1, "3"]);
    await run(`<p id="a">1</p>`, fragment(`<p id="a">4</p>`));
    assertEquals([await frames(), await shown()], [1, "3"]);
    const frame = page.locator("iframe");
    assertEquals([await frame.getAttribute("style"), await frame.getAttribute("tabindex")], [null, null]);
    assert(await frame.getAttribute("title"));
    const { incomplete } = await page.evaluate(() =>
      globalThis.inFrame({ page: `<i data-store="{"></i>`, stream: "" }, { keep: true })
    );
    assert(incomplete?.startsWith("The client made no request"), incomplete);
    assertEquals(await frames(), 0);
  });

  test("keeps only the newest of two that run at the same time", slow, async () => {
    await page.evaluate(() =>
      Promise.all(["1", "2"].map((page) => globalThis.inFrame({ page, stream: "" }, { keep: true })))
    );
    assertEquals([await frames(), await page.frameLocator("iframe").locator("body").textContent()], [1, "2"]);
  });

  test("gives up a page that never ends, while this page stays responsive", slow, async () => {
    for (const where of ["page", "stream"]) {
      const loop = `<p id="ran">${onLoad("while (true);")}</p>`;
      const [outcome, turns, left] = await page.evaluate(async ([page, stream]) => {
        let turns = 0;
        const timer = setInterval(() => turns++, 100);
        const outcome = await globalThis.inFrame({ page, stream }, { timeout: 3000, keep: true });
        clearInterval(timer);
        return [outcome, turns, globalThis.container.childElementCount] as const;
      }, where === "page" ? [loop, ""] as const : [`<p id="ran"></p>`, fragment(loop)] as const);
      assertEquals([outcome.incomplete, left], ["It did not finish within 3000 ms", 0]);
      assert(turns > 8, `it had ${turns} turns in 3 s`); // a blocked page has none on any machine
      // The next frame is in the same process until the browser ends it.
      for (let ready = false; !ready;) ready = (await run("", "", { timeout: 3000 })).incomplete === undefined;
    }
  });

  test("reads any answer as data", slow, async () => {
    const valid = { tree: "", html: "", console: [] };
    const answers = [
      "undefined",
      "7",
      "null",
      "{tree: '', html: '', console: []}",
      "[new ArrayBuffer(1e7)]",
      `'x'.repeat(5e6)`,
      `'{'`,
      `'[]'`,
      `'null'`,
      `'['.repeat(1e6) + ']'.repeat(1e6)`,
      ...[
        { ...valid, tree: 1 },
        { ...valid, html: null },
        { ...valid, error: {} },
        { ...valid, location: ["/"] },
        { ...valid, console: { length: 1 } },
        { ...valid, console: [["log"]] },
        { ...valid, console: [["log", "a", "b"]] },
        { ...valid, values: { a: {} } },
        { ...valid, incomplete: 1 },
      ].map((answer) => `'${JSON.stringify(answer)}'`),
    ];
    for (const answer of answers) {
      const code = `const { postMessage } = MessagePort.prototype;
        MessagePort.prototype.postMessage = function (sent) {
          if (typeof sent === "string") for (let i = 0; i < 3; i++) postMessage.call(this, ${answer});
          else postMessage.call(this, sent);
        }`;
      const { incomplete, ...rest } = await run(`<p id="ran"></p>${onLoad(code)}`, "");
      assertEquals([answer.slice(0, 80), incomplete], [answer.slice(0, 80), "The frame sent an unexpected answer"]);
      assertEquals(JSON.parse(JSON.stringify(rest)), { tree: "", html: "", console: [] });
    }
    const forged =
      `'{"__proto__":{"polluted":1},"tree":"","html":"<b>","console":[],"store":{"__proto__":1},"more":2}'`;
    const outcome = await run(
      `<p id="ran"></p>${
        onLoad(`const { postMessage } = MessagePort.prototype;
          MessagePort.prototype.postMessage = function (sent) {
            postMessage.call(this, typeof sent === "string" ? ${forged} : sent);
          }`)
      }`,
      "",
    );
    assertEquals([outcome.html, "more" in outcome, "polluted" in outcome], ["<b>", false, false]);
  });

  const here = () => `http://localhost:${port}`;
  const elsewhere = () => `http://127.0.0.1:${port}`;
  /** Code that tries several ways, each even if the one before fails. */
  const each = (...ways: string[]) => ways.map((way) => `try { ${way} } catch {}`).join("\n");
  const urls = () => ["/get", "/learn/all", "/vectors/frame", `${here()}/source/server.ts`, `${elsewhere()}/x`];
  const forUrls = (...ways: ((url: string) => string)[]) =>
    each(...urls().flatMap((url) => ways.map((way) => way(JSON.stringify(url)))));

  const attacks: [name: string, attack: () => [page: string, stream?: string]][] = [
    ["code that reaches for the page around it", () => [onLoad(each(
      ...["parent", "top", "opener", "window.frameElement"].flatMap((target) => [
        `${target}.document.title = "hacked"`,
        `${target}.document.body.textContent = "hacked"`,
        `${target}.hacked = 1`,
        `${target}.localStorage.setItem("hacked", 1)`,
        `${target}.eval("hacked = 1")`,
        `${target}.focus()`,
        `${target}.close()`,
      ]),
    ))]],
    ["code that stores things", () => [onLoad(each(
      `localStorage.setItem("hacked", 1)`,
      `sessionStorage.setItem("hacked", 1)`,
      `document.cookie = "hacked=1"`,
      `indexedDB.open("hacked")`,
      `caches.open("hacked")`,
      `navigator.serviceWorker.register("/learn/modules/learn/frame_app.ts")`,
    ))]],
    ["code that asks a server", () => [onLoad(forUrls(
      (url) => `fetch(${url})`,
      (url) => `const x = new XMLHttpRequest(); x.open("GET", ${url}); x.send()`,
      (url) => `navigator.sendBeacon(${url})`,
      (url) => `new EventSource(${url})`,
      (url) => `new WebSocket(new URL(${url}, document.baseURI).href.replace("http", "ws"))`,
      (url) => `new Worker(${url})`,
      (url) => `new SharedWorker(${url})`,
      (url) => `import(${url})`,
      (url) => `new Image().src = ${url}`,
      (url) => `new Audio(${url}).load()`,
      (url) => `const s = document.createElement("script"); s.src = ${url}; document.head.append(s)`,
      (url) => `const f = document.createElement("iframe"); document.body.append(f); f.contentWindow.fetch(${url})`,
      (url) => `new FontFace("x", "url(" + ${url} + ")").load()`,
      (url) => `document.body.style.background = "url(" + ${url} + ")"`,
      (url) => `navigator.serviceWorker.register(${url})`,
    ))]],
    ["markup that asks a server", () => {
      const markup = urls().map((url) =>
        `<img src="${url}"><video src="${url}"></video><iframe src="${url}"></iframe>
        <link rel="stylesheet" href="${url}"><link rel="prefetch" href="${url}"><link rel="preload" as="script" href="${url}">
        <object data="${url}"></object><embed src="${url}"><style>@import "${url}"; b { background: url("${url}") }</style>
        <script src="${url}"></script><input type="image" src="${url}"><audio src="${url}" autoplay></audio>`
      ).join("");
      return [markup, fragment(`<p id="ran">${markup.replaceAll("\n", " ")}</p>`)];
    }],
    ["scripts and handlers", () => {
      const markup = `<script>parent.postMessage("hacked", "*"); alert(1)</script><img src="x" onerror="alert(2)">` +
        `<svg onload="alert(3)"></svg><body onload="alert(4)"><details open ontoggle="alert(5)"></details>` +
        `<iframe srcdoc="<script>top.location = '/get'</script>"></iframe>`;
      return [markup, fragment(`<p id="ran">${markup}</p>`)];
    }],
    ["dialogs and windows", () => [onLoad(each(
      "alert(1)",
      "confirm(1)",
      "prompt(1)",
      "print()",
      `window.open("/get")`,
      `window.open("about:blank")`,
      `document.documentElement.requestFullscreen()`,
      `onbeforeunload = () => "stay"`,
      `Notification.requestPermission()`,
    ))]],
    ["links and forms that are clicked", () => [
      urls().flatMap((url) =>
        ["_top", "_parent", "_blank", "other"].map((target) =>
          `<a href="${url}" target="${target}">x</a><a href="${url}" target="${target}" download>x</a>` +
          `<form action="${url}" target="${target}"><button>x</button></form>`
        )
      ).join("") + `<a href="javascript:parent.hacked = 1">x</a><form action="/get"><button>x</button></form>` +
      onLoad(`document.querySelectorAll("a, button").forEach((x) => x.click());
        document.querySelectorAll("form").forEach((x) => { try { x.submit() } catch {} })`),
    ]],
    ["code that sends the page around it elsewhere", () => [onLoad(forUrls(
      (url) => `top.location = ${url}`,
      (url) => `parent.location.href = ${url}`,
      (url) => `parent.location.replace(${url})`,
      (url) => `top.history.pushState(0, "", ${url})`,
      (url) => `window.open(${url}, "_top")`,
      () => `top.location = "javascript:hacked = 1"`,
      () => `top.location.hash = "hacked"`,
      () => `parent.history.back()`,
      () => `top.location.reload()`,
    ))]],
    ...["/get", "/learn/all", "/vectors/frame", "other", "javascript:alert(1)", "data:text/html,x", "about:blank"]
      .flatMap(
        (to): typeof attacks => {
          const url = () => to === "other" ? `${elsewhere()}/x` : to;
          return [
            [`a page that goes to ${to}`, () => [onLoad(`location = ${JSON.stringify(url())}`)]],
            [`a page that opens ${to} by name`, () => [onLoad(`window.open(${JSON.stringify(url())}, "_self")`)]],
            [`a refresh to ${to}`, () => [`<meta http-equiv="refresh" content="0; url=${url()}">`]],
            [`a redirect to ${to}`, () => [
              "<p>here</p>",
              `event: datastar-redirect\ndata: url ${url()}\n\n`.repeat(2) + fragment(`<p id="ran">after it</p>`),
            ]],
          ];
        },
      ),
    ["a base", () => [
      `<base href="${elsewhere()}/" target="_top"><img src="x"><a href="x">x</a>` +
      onLoad(`document.querySelector("a").click()`),
    ]],
    ["a flood of messages", () => [onLoad(`
      const much = "x".repeat(1000);
      for (let i = 0; i < 5000; i++) parent.postMessage(much, "*");
      for (let i = 0; i < 2000; i++) console.log(much);
    `)]],
    [
      "a page that takes itself apart",
      () => [onLoad(`document.open(); document.write("<p id=ran>x"); document.close()`)],
    ],
    ["names that reach prototypes", () => [
      `<i data-store='{"__proto__": {"hacked": 1}, "constructor": {"prototype": {"hacked": 1}}}'></i>`,
      `event: datastar-signal\ndata: store {["__proto__"]: {hacked: 1}, constructor: {prototype: {hacked: 1}}}\n\n` +
      "event: datastar-delete\ndata: paths __proto__.toString constructor.prototype.toString\n\n",
    ]],
    ["a page of the names that a page has", () => [
      `<form name="body"><input name="parentNode"><input name="attributes"></form><img name="querySelector">` +
      `<a id="fetch"></a><a id="parent"></a><a id="ds"></a><p id="setTimeout"></p>`,
    ]],
  ];

  const around = () =>
    page.evaluate(() => {
      const copy = document.documentElement.cloneNode(true) as Element;
      copy.querySelector("body > div:last-of-type")!.remove();
      return {
        html: copy.outerHTML,
        title: document.title,
        location: location.href,
        storage: [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie],
        hacked: ["hacked" in globalThis, "toString" in {}],
        focus: document.activeElement?.localName,
      };
    });

  for (const [name, attack] of attacks) {
    test(`shields this page from ${name}`, slow, async () => {
      complaints.length = others.length = 0;
      const before = await around();
      const [html, stream = ""] = attack();
      requests = [];
      const outcome = await run(`${html}<p id="ran"></p>`, stream, { keep: true, timeout: 8000 });
      // When a second run has ended, all that the first one began has had time to take effect.
      const { html: next } = await run("<p>next</p>", "");
      assertEquals(next, "<p>next</p>");
      assertEquals(await around(), before);
      const allowed = /^localhost\/(datastar\.js|learn\/(frame|modules\/(learn|vectors)\/(classic\/)?\w+\.ts))$/;
      assertEquals(requests.filter((path) => !allowed.test(path)), []);
      assertEquals(others, []);
      assertEquals(complaints.filter((complaint) => /^dialog|^exception/.test(complaint)), []);
      if (html.includes("eval(") && outcome.incomplete === undefined && !html.includes("<base")) {
        assert(outcome.html.includes("ran"), outcome.html.slice(0, 500));
      }
      if (name.startsWith("a redirect")) {
        assertEquals([outcome.incomplete, outcome.html.includes("after it")], [undefined, true]);
      }
    });
  }
});

declare global {
  var inFrame: (
    scene: { page: string; stream: string },
    options?: { keep?: boolean; timeout?: number },
  ) => Promise<vectorModule.Outcome>;
  var container: Element;
}
