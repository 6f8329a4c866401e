import { assert, assertEquals, assertMatch } from "@std/assert";
import axe from "axe-core";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { Summary } from "../../runner/app.ts";
import type { Family, Outcome, Vector } from "../../vectors/vector.ts";
import { families } from "../../vectors/classic/mod.ts";
import { useBrowser, watch } from "../support/browser.ts";
import { serverFlags, slow, startServer } from "../support/process.ts";

const used = useBrowser();

/** Opens the page, with vectors of the test's own or with the real ones. */
async function open(query = "", vectors?: Family[]): Promise<{ page: Page; complaints: string[] }> {
  const page = await used.browser.newPage();
  const complaints = watch(page);
  if (vectors) {
    await page.route("**/all.json", (route) => route.fulfill({ json: { families: vectors } }));
  }
  await page.goto(`${used.server.url}/vectors${query}`);
  return { page, complaints };
}

async function summaryOf(page: Page): Promise<Summary> {
  await page.waitForFunction(() => globalThis.summary, undefined, { timeout: 90_000 });
  return await page.evaluate(() => globalThis.summary!);
}

/** Runs one vector on a page that is open. */
const runIn = (page: Page, vector: Partial<Vector>): Promise<Outcome> =>
  page.evaluate((vector) => globalThis.fragstar.runVector(vector as Vector), { id: "test", ...vector });

const fragment = (html: string, ...options: string[]) =>
  `event: datastar-fragment\n${options.map((option) => `data: ${option}\n`).join("")}data: fragment ${html}\n\n`;

const passes: Vector = {
  id: "passes",
  title: "A fragment <b>that</b> is put in place",
  clause: "FRG-1",
  page: `<p id="a">before</p>`,
  stream: "\ufeff" + fragment(`<p id="a">after</p>`, "vt false").replaceAll("\n", "\r\n") + ": \0\n",
  expect: { page: `<p id="a">after</p>` },
  teach: "This one passes.",
};
const fails: Vector = {
  ...passes,
  id: "fails",
  clause: "SIG-2",
  stream: fragment(`<p id="a">after</p>`),
  expect: { page: `<p id="a">something <i>else</i></p>`, store: { a: 1 } },
};
const own: Family[] = [
  { family: "one", about: "", vectors: [passes, { ...passes, id: "passes-too", clause: "FRG-10", title: "Another" }] },
  { family: "two", about: "", vectors: [fails] },
];

test("the real client passes every vector", slow, async () => {
  const { page } = await open("?run");
  const { failures, ...summary } = await summaryOf(page);
  console.log(JSON.stringify(summary));
  assertEquals(failures, []);
  assertEquals(summary.total, families.flatMap(({ vectors }) => vectors).length);
  assertEquals([summary.pass, summary.unnamed], [summary.total, 0]);
  assertEquals(Object.keys(summary.families), families.map(({ family }) => family));
  await page.close();
});

describe("runVector()", () => {
  let page: Page;
  const elsewhere: string[] = [];
  before(async () => {
    ({ page } = await open("", [{ family: "none", about: "", vectors: [] }]));
    await page.waitForFunction(() => "fragstar" in globalThis);
    page.on("request", (request) => {
      if (!request.url().startsWith(used.server.url)) elsewhere.push(request.url());
    });
  }, slow);
  after(() => page.close());

  const cases: [name: string, vector: Partial<Vector>, outcome: Partial<Outcome>][] = [
    ["a fragment within a View Transition", {
      page: `<p id="a">1</p>`,
      stream: fragment(`<p id="a">2</p>`),
    }, { tree: `| <p>\n|   id="a"\n|   "2"`, error: undefined }],
    // Both look for their target before the first has replaced it.
    ["two fragments within View Transitions", {
      page: `<p id="a">1</p>`,
      stream: fragment(`<p id="a">2</p>`, "merge outer") + fragment(`<p id="a">3</p>`, "merge outer"),
    }, { tree: `| <p>\n|   id="a"\n|   "2"`, error: undefined }],
    ["an error, and what was changed before it", {
      page: `<p id="a">1</p>`,
      stream: fragment(`<p id="a">2</p>`, "vt false") + fragment(`<p id="b">3</p>`) + fragment(`<p id="a">4</p>`),
    }, { tree: `| <p>\n|   id="a"\n|   "2"`, error: "no-target" }],
    ["an error within a View Transition, which the client does not notice", {
      page: `<p id="a">1</p>`,
      stream: fragment(`<p id="a" data-reference="x">2</p>`),
    }, { error: undefined }],
    ["a store, with all of its signals", {
      page: `<p data-store="{a: {b: 1, c: 2}, _d: 3}"></p>`,
      stream: "event: datastar-signal\ndata: store {a: {b: null}, e: [null]}\n\n",
    }, { store: { a: { c: 2 }, _d: 3, e: [null] }, tree: `| <p>\n|   id="ds--*"` }],
    ["a redirect, which does not happen", {
      page: "",
      stream: "event: datastar-redirect\ndata: url https://example.com/a\n\n",
    }, { location: "https://example.com/a" }],
    ["a redirect, and what comes after it", {
      page: `<p id="a"></p>`,
      stream: "event: datastar-redirect\ndata: url /\n\n" + fragment(`<p id="a">1</p>`).repeat(3),
    }, { html: `<p id="a" class="">1</p>` }],
    ["messages, without the client's own", {
      page: "",
      stream:
        "event: datastar-console\ndata: warn a b\n\nevent: x\ndata: y\n\nevent: datastar-console\ndata: error c\n\n" +
        fragment(`<p id="b"></p>`),
    }, { console: [["warn", "a b"], ["error", "c"]], error: "no-target" }],
    ["what was typed", {
      page: `<input id="a"><input id="b" type="checkbox"><input id="c">`,
      values: { "#a": "x", "#b": true, "#c": "y" },
      stream: fragment(`<input id="c">`, "vt false"),
      expect: { values: { "#a": "", "#b": false, "#c": "", "#d": "" } },
    }, { values: { "#a": "x", "#b": true, "#c": "" } }],
    ["the initiator, and nothing that was put there to run the vector", {
      page: `<p><button>x</button></p>`,
      initiator: "button",
      stream: fragment("<i></i>", "selector self", "merge append", "vt false"),
    }, { html: `<p><button class="">x<i></i></button></p>` }],
    ["the body, without an initiator", {
      page: `<p></p>`,
      stream: fragment("<i></i>", "selector self", "merge append", "vt false") +
        fragment("<b></b>", "selector [id], [data-on-load], div", "merge append", "vt false"),
    }, { html: `<p></p><i></i>`, error: "no-target" }],
    ["bytes that are no UTF-8", {
      page: "",
      streamBase64: btoa("event: datastar-signal\ndata: store {a: '\xff'}\n\n"),
    }, { store: { a: "\ufffd" } }],
    ["scripts that do not run", {
      page: `<script>parent.ran = 1</script><img src="x" onerror="parent.ran = 2">`,
      stream: fragment(
        `<p><script>parent.ran = 3</script><b onclick="parent.ran = 4">x</b></p>`,
        "selector body",
        "merge append",
      ),
    }, { error: undefined }],
    ["no body any more", {
      page: `<p></p>`,
      stream: fragment("<div></div>", "selector body", "merge outer", "vt false"),
    }, { tree: "", store: {} }],
    ["a store that the client cannot send any more", {
      page: `<p data-store="{a: 1}"></p>`,
      stream: "event: datastar-delete\ndata: paths _dsPlugins\n\n",
    }, { store: { a: 1 } }],
    ["an initiator that is not there", { page: "", initiator: "#a", stream: "" }, {
      incomplete: "No element of the page matches the initiator #a",
    }],
    ["more bytes than a URL can hold", { page: "", stream: ":".repeat(45_000) }, {
      incomplete: "The server did not give the stream: 400 event: datastar-console\n" +
        "data: error Cannot send a stream: it has more than 40960 bytes",
    }],
  ];
  for (const [name, vector, expected] of cases) {
    test(name, slow, async () => {
      const outcome = await runIn(page, vector);
      for (const [key, value] of Object.entries({ incomplete: undefined, ...expected })) {
        assertEquals(outcome[key as keyof Outcome], value, key);
      }
    });
  }

  const merge = (html: string, ...options: string[]) => fragment(html, "vt false", ...options);
  const attribute = (text: string) => ({ page: `<p id="a"></p>`, stream: merge(`<p id="a" ${text}></p>`) });
  const event = (name: string, data: string) => `event: datastar-${name}\ndata: ${data}\n\n`;
  const errors: [name: string, vectors: Partial<Vector>[]][] = [
    ["unknown-merge", [{ stream: merge("<p></p>", "merge x") }]],
    ["unknown-signal-key", [{ stream: event("signal", "x") }, { stream: "event: datastar-signal\n\n" }]],
    ["unknown-delete-key", [{ stream: event("delete", "x") }, { stream: "event: datastar-delete\n\n" }]],
    ["unknown-redirect-key", [{ stream: event("redirect", "x") }, { stream: "event: datastar-redirect\n\n" }]],
    ["bad-url", [{ stream: event("redirect", "url https://") }, { stream: event("redirect", "url http://h:99999/") }]],
    ["unknown-console-mode", [{ stream: event("console", "x y") }, { stream: "event: datastar-console\n\n" }]],
    ["bad-selector", [
      { stream: merge("<p></p>", "selector ]") },
      { stream: merge(`<p id="1a"></p>`) },
      { stream: event("delete", "selector") },
    ]],
    ["no-target", [{ stream: merge("<p></p>") }, { stream: "event: datastar-fragment\n\n" }]],
    ["no-parent", [
      { stream: merge("<p></p>", "selector html") },
      { stream: merge("<p></p>", "selector html", "merge before") },
      {
        page: "<p><b></b></p>",
        initiator: "b",
        stream: merge("<i></i>", "selector p", "merge inner") +
          merge("<u></u>", "selector self"),
      },
    ]],
    ["bad-store", [
      attribute(`data-store="{a: ';'}"`),
      attribute(`data-store="{a: '$&'}"`),
      attribute("data-store"),
      attribute(`data-store="{a: {peek: 1}}"`),
      attribute(`data-store="{hasOwnProperty: 1, b: 2}"`),
      attribute(`data-store="a b" data-text="a b"`),
    ]],
    [
      "bad-attribute",
      [
        ..."data-reference|data-on|data-on-click|data-show.x=1|data-teleport|data-text='a b'|data-on-load='a b'".split(
          "|",
        ),
        ..."data-store.x={}|data-model=x|data-model=$x|data-class=x|data-class={'a&#32;b':1}|data-fetch-indicator=\"'#x'\""
          .split("|"),
      ].map(attribute),
    ],
    ["bad-path", [
      { page: `<p data-store="{a: 'text'}"></p>`, stream: event("delete", "paths a.length") },
      { page: `<p data-store="{a: 1}"></p>`, stream: event("delete", "paths a.b.c") },
      { stream: event("delete", "paths constructor.assign") },
      { stream: event("delete", "paths a.value.b") },
    ]],
    ["bad-html", [{ page: "<p id=a></p>", stream: merge("<p id=a =x></p>", "merge upsert_attributes") }]],
    ["unnamed", [attribute('data-text="`${null.x}`"')]],
  ];
  for (const [name, vectors] of errors) {
    test(`recognises the error ${name}`, slow, async () => {
      for (const vector of vectors) {
        const { error, message } = await runIn(page, { page: "", ...vector });
        assertEquals(error, name, `${vector.stream}: ${message}`);
      }
    });
  }

  test("nothing of a vector has left its frame", async () => {
    assertEquals(await page.evaluate(() => ["ran" in globalThis, document.querySelectorAll("iframe").length]), [
      false,
      0,
    ]);
  });

  test("waits neither for settle times nor for retries", slow, async () => {
    const start = performance.now();
    const stream = "retry: 60000\n" + fragment(`<p id="a">2</p>`, "settle 60000") + fragment(`<p id="b">2</p>`);
    const outcome = await runIn(page, { page: `<p id="a">1</p>`, stream });
    assertEquals([outcome.html, outcome.error], [`<p id="a" class="">2</p>`, "no-target"]);
    assert(performance.now() - start < 5000);
  });
});

test("nothing runs before the reader asks for it", slow, async () => {
  const { page, complaints } = await open("#fails", own);
  await page.waitForFunction(() => document.querySelector("#start")!.ariaDisabled === "false");
  assertEquals(await page.locator("#verdict").textContent(), "3 vectors, not run yet");
  assertEquals(await page.locator("#rows .result").allTextContents(), ["not run", "not run", "not run"]);
  assert(await page.locator("#detail-fails").isVisible()); // the URL names it
  assertEquals(await page.locator("iframe").count(), 0);
  assertEquals(await page.locator("nav [aria-current=page]").getAttribute("href"), "/vectors");
  assertEquals(await page.locator("nav [href='/learn']").count(), 1);
  await page.getByRole("button", { name: "Run all" }).click();
  assertEquals((await summaryOf(page)).total, 3);
  assertEquals(await page.locator("#start").textContent(), "Run again");
  assertEquals(complaints, []);
  await page.close();
});

test("runs the client that CLIENT names", slow, async () => {
  const folder = await mkdtemp(join(tmpdir(), "fragstar-client-"));
  const file = join(folder, "mine.js");
  await writeFile(file, "");
  const server = await startServer({ CLIENT: file }, undefined, [...serverFlags, `--allow-read=${file}`]);
  const page = await used.browser.newPage();
  try {
    await page.route("**/all.json", (route) => route.fulfill({ json: { families: own } }));
    await page.goto(`${server.url}/vectors?run`);
    const { client, fail } = await summaryOf(page);
    assertEquals([client, fail], ["/client.js", 3]);
  } finally {
    await page.close();
    await server.stop();
    await rm(folder, { recursive: true });
  }
});

test("a vector that fails shows the page before, the expected one and the actual one", slow, async () => {
  const { page, complaints } = await open("?run#fails", own);
  const { failures, families, ...counts } = await summaryOf(page);
  assertEquals(counts, { client: "/datastar.js", total: 3, pass: 2, fail: 1, unnamed: 0 });
  assertEquals(families, { one: { total: 2, pass: 2, fail: 0 }, two: { total: 1, pass: 0, fail: 1 } });
  assertEquals(failures.map(({ id, clause, differences }) => [id, clause, differences.map(({ what }) => what)]), [
    ["fails", "SIG-2", ["page", "store"]],
  ]);
  assertEquals(await page.locator("#verdict").textContent(), "1 of 3 vectors fail, 2 pass");
  assertEquals(JSON.parse((await page.locator("#json").textContent())!).fail, 1);
  assertMatch(await page.locator("#vector-fails").innerText(), /✗ fail/);
  assertMatch(await page.locator("#vector-passes").innerText(), /✓ pass.*<b>that<\/b>/s); // text, and no markup
  const detail = page.locator("#detail-fails"); // the URL names it, so it is open
  assert(await detail.isVisible());
  assert(!await page.locator("#detail-passes").isVisible());
  const text = await detail.innerText();
  for (const part of [`<p id="a">before</p>`, `<p id="a">something <i>else</i></p>`, `<p id="a" class="">after</p>`]) {
    assert(text.includes(part), text);
  }
  assertEquals(await detail.locator(".diff .actual").first().textContent(), `actual: + |   "after"`);
  assertEquals(await detail.locator(".key").first().innerText(), "+ actual\n− expected");
  const shadeOf = (side: string) =>
    detail.locator(`.diff .${side}`).first().evaluate((line) => getComputedStyle(line).backgroundColor);
  const [red, , blue] = (await shadeOf("expected")).match(/\d+/g)!.map(Number);
  const [, green] = (await shadeOf("actual")).match(/\d+/g)!.map(Number);
  assert(red > blue && green > blue, `${red} ${green} ${blue}`); // red for what is missing, green for what is there

  // Invisible characters have marks.
  await page.locator("#vector-passes button").click();
  const marks = await page.locator("#detail-passes .mark").allTextContents();
  assertEquals(marks, ["BOM", "CR", "LF", "CR", "LF", "CR", "LF", "CR", "LF", "NUL", "LF"]);
  assertEquals(await page.locator("#vector-passes button").getAttribute("aria-expanded"), "true");

  await page.locator("#detail-passes").getByRole("button", { name: "Run this one" }).click();
  await page.waitForFunction(() => document.querySelector("#spoken")!.textContent === "passes: pass");
  assertEquals(complaints, []);
  await page.close();
});

test("filters by word, family, clause and failure", slow, async () => {
  const { page } = await open("?run", own);
  await summaryOf(page);
  const shown = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("#rows > tr:not(.detail)")].filter((row) => !row.hidden).map((row) =>
        row.id.replace("vector-", "")
      )
    );
  assertEquals(await shown(), ["passes", "passes-too", "fails"]);
  await page.locator("#word").fill("ANOTHER too");
  assertEquals(await shown(), ["passes-too"]);
  assertEquals(await page.locator("#shown").textContent(), "Showing 1 of 3");
  await page.locator("#word").fill("");
  await page.locator("#family").selectOption("one");
  assertEquals(await shown(), ["passes", "passes-too"]);
  await page.locator("#clause").selectOption("FRG-10");
  assertEquals(await shown(), ["passes-too"]);
  await page.locator("#family").selectOption("");
  await page.locator("#clause").selectOption("");
  await page.locator("#failed").check();
  assertEquals(await shown(), ["fails"]);
  assertEquals(await page.locator("#clause option").allTextContents(), ["All", "FRG-1", "FRG-10", "SIG-2"]);
  // A vector that the URL names is shown whatever the filters say.
  await page.evaluate(() => location.hash = "#passes");
  await page.waitForFunction(() => document.activeElement?.closest("#vector-passes"));
  assertEquals(await shown(), ["passes", "passes-too", "fails"]);
  await page.close();
});

describe("?client=", () => {
  const withClient = async (script: string) => {
    const page = await used.browser.newPage();
    await page.route("**/all.json", (route) => route.fulfill({ json: { families: own } }));
    await page.route(
      ({ pathname }) => pathname === "/own.js",
      (route) => route.fulfill({ contentType: "text/javascript", body: script }),
    );
    await page.goto(`${used.server.url}/vectors?run&client=/own.js`);
    const summary = await summaryOf(page);
    await page.close();
    return summary;
  };
  const runs = ({ failures }: Summary) => failures.map(({ id, differences }) => [id, differences[0].actual]);

  test("a client that does nothing fails every vector", slow, async () => {
    const summary = await withClient("");
    assertEquals([summary.client, summary.pass, summary.fail], ["/own.js", 0, 3]);
    assertEquals(
      runs(summary),
      own.flatMap(({ vectors }) => vectors).map(({ id }) => [
        id,
        "The client made no request",
      ]),
    );
  });

  test("a client that throws says why", slow, async () => {
    assertMatch(runs(await withClient("throw new Error('broken')"))[0][1], /^The client made no request: .*broken/);
  });

  test("a client that ignores the answer fails the vectors that need one", slow, async () => {
    const summary = await withClient(`
      const element = document.querySelector("[data-on-load]");
      fetch(/'(.*)'/.exec(element.dataset.onLoad)[1]);
    `);
    assertEquals(summary.failures.map(({ id, differences }) => [id, differences[0].what]), [
      ["passes", "page"],
      ["passes-too", "page"],
      ["fails", "page"],
    ]);
  });

  test("a small client of other authors can pass", slow, async () => {
    const summary = await withClient(`
      const element = document.querySelector("[data-on-load]");
      const asker = document.querySelector("[data-on-vectors-store]");
      const url = /'(.*)'/.exec(asker.dataset.onVectorsStore)[1];
      asker.addEventListener("vectors-store", () => fetch(url + "&datastar=" + encodeURIComponent('{"a":1}')));
      const response = await fetch(/'(.*)'/.exec(element.dataset.onLoad)[1]);
      const text = await response.text();
      await new Promise((resolve) => setTimeout(resolve, 30));
      const template = document.createElement("template");
      template.innerHTML = text.match(/fragment (.*)/)[1];
      const [root] = template.content.children;
      document.getElementById(root.id).replaceWith(root);
    `);
    assertEquals([summary.pass, summary.failures.map(({ id }) => id)], [2, ["fails"]]);
    assertEquals(summary.failures[0].differences.map(({ what }) => what), ["page"]); // but not the store
  });

  const scripts: [name: string, answer: { status?: number; contentType?: string; body: string }, why: string][] = [
    ["a script that is not there", { status: 404, body: "" }, "the server answers with status 404"],
    ["a text", { contentType: "text/plain", body: "" }, "its type is text/plain"],
    ["a script with an import that is not there", {
      contentType: "text/javascript",
      body: `import "/nowhere.js";`,
    }, "a module that it imports does not load"],
    ["a script that is not JavaScript", { contentType: "text/javascript", body: "a b" }, "SyntaxError: "],
  ];
  for (const [name, answer, why] of scripts) {
    test(`${name} is reported once, and nothing is run with it`, slow, async () => {
      const page = await used.browser.newPage();
      await page.route("**/all.json", (route) => route.fulfill({ json: { families: own } }));
      await page.route(({ pathname }) => pathname === "/own.js", (route) => route.fulfill(answer));
      await page.goto(`${used.server.url}/vectors?run&client=/own.js`);
      await page.waitForFunction(() => document.body.className === "failed");
      const verdict = (await page.locator("#verdict").textContent())!;
      assert(verdict.startsWith("Cannot run: the client /own.js does not load: "), verdict);
      assert(verdict.includes(why), verdict);
      assertEquals(await page.locator("#rows .result").allTextContents(), ["not run", "not run", "not run"]);
      assertEquals(await page.locator("iframe").count(), 0);
      // The developer repairs the file, and starts again.
      await page.route(
        ({ pathname }) => pathname === "/own.js",
        (route) => route.fulfill({ contentType: "text/javascript", body: "" }),
      );
      await page.locator("#start").click();
      assertEquals((await summaryOf(page)).fail, 3);
      await page.close();
    });
  }

  test("a script from elsewhere is refused", slow, async () => {
    const elsewhere = [
      "https://example.com/x.js",
      "//example.com/x.js",
      "/.//example.com/x.js",
      "..//example.com/x.js",
      "/\\\\example.com/x.js",
      "data:text/javascript,1",
    ];
    for (const client of elsewhere) {
      const { page } = await open(`?client=${encodeURIComponent(client)}`, own);
      await page.waitForFunction(() => /^Cannot run /.test(document.querySelector("#verdict")!.textContent!));
      assertEquals(await page.evaluate(() => [globalThis.summary, document.querySelectorAll("iframe").length]), [
        null,
        0,
      ]);
      await page.close();
    }
  });
});

test("the page is accessible at any width, in light and dark colours", slow, async () => {
  const folder = process.env.SCREENSHOTS;
  if (folder) await mkdir(folder, { recursive: true });
  const { page } = await open("?run#fails", own);
  await summaryOf(page);
  await page.locator("#report summary").click();
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [320, 800, 1400]) {
      await page.setViewportSize({ width, height: 900 });
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join()}`);
      });
      assertEquals(violations, []);
      assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), width);
      const title = await page.locator("#vector-fails th").boundingBox();
      assert(title!.width >= 160, `${title!.width} of ${width}`);
      if (folder) await page.screenshot({ path: `${folder}/vectors-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
  await page.close();
});

test("the page can be used with the keyboard", slow, async () => {
  const { page } = await open("?run", own);
  await summaryOf(page);
  await page.locator("#vector-passes button").focus();
  await page.keyboard.press("Enter");
  assert(await page.locator("#detail-passes").isVisible());
  await page.keyboard.press("Tab");
  assertEquals(await page.evaluate(() => document.activeElement!.textContent), "Run this one");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#spoken")!.textContent === "passes: pass");
  assertEquals(await page.evaluate(() => document.activeElement!.textContent), "Run this one"); // the focus is not lost
  const before = await page.evaluateHandle(() => globalThis.summary);
  await page.locator("#start").press("Enter");
  await page.waitForFunction((before) => globalThis.summary && globalThis.summary !== before, before); // null between
  assertEquals(await page.evaluate(() => document.activeElement!.id), "start");
  await page.close();
});
