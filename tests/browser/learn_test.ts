import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import axe from "axe-core";
import { describe, test } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { lessons } from "../../learn/classic/lessons.ts";
import { encodeState } from "../../learn/link.ts";
import { toText } from "../../learn/notation.ts";
import { bytesOf, type Vector } from "../../vectors/vector.ts";
import { families } from "../../vectors/classic/mod.ts";
import { useBrowser, watch } from "../support/browser.ts";
import { slow } from "../support/process.ts";

const used = useBrowser();
const vectors = new Map(
  families.flatMap(({ vectors }) => vectors.map((vector): [string, Vector] => [vector.id, vector])),
);

interface Opened {
  page: Page;
  complaints: string[];
  close: () => Promise<void>;
}

/** Opens a page below /learn, and waits until it works. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await used.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  const complaints = watch(page);
  await page.goto(`${used.server.url}/learn${path}`);
  if (options.javaScriptEnabled !== false && !/^\/(all|protocol)/.test(path)) {
    await page.waitForSelector("main[data-ready]");
  }
  await settled(page);
  return { page, complaints, close: () => context.close() };
}

/** Waits until the model has run on the newest bytes. */
async function settled(page: Page): Promise<void> {
  if (await page.locator("main[data-ready]").count() === 0) return;
  await page.waitForSelector("main[data-settled]");
}

/** Writes into a field by keyboard alone. */
async function retype(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label).focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
  await settled(page);
}

const text = (page: Page, selector: string) => page.locator(selector).innerText();

describe("the task of each lesson", () => {
  for (const { vector, title, task: { solution } } of lessons) {
    test(`${title}: is done by keyboard, and not before`, slow, async () => {
      const { page, complaints, close } = await open(`/${vector}`);
      assertEquals(await text(page, "#done"), "Not done yet");
      const { page: before } = vectors.get(vector)!;
      const stream = toText(bytesOf(vectors.get(vector)!));
      const replace = (from: string) => {
        assertStringIncludes(from, solution.replace);
        return from.replace(solution.replace, () => solution.by);
      };
      if (solution.in === "page") await retype(page, "Edit the page before", replace(before));
      else await retype(page, "Edit the bytes", replace(stream));
      assertEquals(await text(page, "#done"), "✓ Done");
      await page.getByRole("button", { name: "Start over" }).press("Enter");
      await settled(page);
      assertEquals(await text(page, "#done"), "✓ Done before");
      await page.getByRole("button", { name: "Show me" }).press("Enter");
      await settled(page);
      assertEquals(await text(page, "#done"), "✓ Done");
      assertEquals(complaints, []);
      await close();
    });
  }
});

test("a wrong try says what is missing, and nothing is said before", slow, async () => {
  const { page, close } = await open("/mrg-morph-text");
  const stream = await page.getByLabel("Edit the bytes").inputValue();
  assertEquals([await text(page, "#missing"), await text(page, "#state")], ["", "Not done yet"]);
  await retype(page, "Edit the bytes", stream.replace("2.80", "2.90"));
  const missing = `The page has "2.90"; the task asks for "3.00".`;
  assertEquals([await text(page, "#missing"), await text(page, "#state")], [missing, `Not done yet. ${missing}`]);
  await retype(page, "Edit the bytes", stream.replace("2.80", "3.00"));
  assertEquals([await text(page, "#missing"), await text(page, "#state")], ["", "✓ Done"]);
  await page.getByRole("button", { name: "Go to the beginning" }).press("Enter");
  await settled(page);
  assertStringIncludes(await text(page, "#missing"), "Step to the end");
  await close();
});

describe("progress", () => {
  const lessonsDone = (page: Page) => page.locator(".lessons li:has(.tick-mark)").allTextContents();
  const next = (page: Page) => page.getByRole("link", { name: "Next lesson" });
  const solve = async (page: Page) => {
    await page.getByRole("button", { name: "Show me" }).press("Enter");
    await settled(page);
  };

  test("is kept in the browser, and shown in the list of lessons", slow, async () => {
    const { page, complaints, close } = await open(`/${lessons[1].vector}`);
    assertEquals([await lessonsDone(page), await next(page).count()], [[], 0]);
    await solve(page);
    assertEquals(await lessonsDone(page), [`${lessons[1].title} ✓ (done)`]);
    await page.reload();
    await settled(page);
    await page.waitForSelector("main[data-ready][data-settled]");
    assertEquals(await text(page, "#done"), "✓ Done before");
    assertEquals(await lessonsDone(page), [`${lessons[1].title} ✓ (done)`]);
    assertEquals(await text(page, "#progress"), `(1 of ${lessons.length} done)`);
    await next(page).click();
    await page.waitForURL(`**/learn/${lessons[2].vector}`);
    assertEquals(complaints, []);
    await close();
  });

  test("lasts as long as the page if the browser blocks its storage", slow, async () => {
    const context = await used.browser.newContext();
    const page = await context.newPage();
    const complaints = watch(page);
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, "localStorage", {
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      });
    });
    await page.goto(`${used.server.url}/learn`);
    await page.waitForSelector("main[data-ready][data-settled]");
    await solve(page);
    assertEquals(await text(page, "#done"), "✓ Done");
    assertEquals(await lessonsDone(page), [`${lessons[0].title} ✓ (done)`]);
    assertEquals(complaints, []);
    await context.close();
  });
});

const two = `event: datastar-fragment
data: fragment <p id="price">6</p>

event: datastar-fragment
data: merge append
data: selector #list
data: fragment <li>milk</li>

`;

/** A page with a stream of the test's own. */
async function openTwo(options?: BrowserContextOptions): Promise<Opened> {
  const opened = await open("", options);
  await retype(opened.page, "Edit the page before", `<p id="price">5</p><ul id="list"><li>tea</li></ul>`);
  await retype(opened.page, "Edit the bytes", two);
  return opened;
}

test("typed text is shown at once: lines, events, the page and its changes", slow, async () => {
  const { page, complaints, close } = await openTwo();
  assertEquals(await page.locator("#lines .line").count(), 8);
  assertEquals(await page.locator("#events .event").count(), 2);
  assertStringIncludes(await text(page, "#after"), `<p id="price" class="">6</p>`);
  assertStringIncludes(await text(page, "#after .row.added"), "<li>milk</li>");
  assertStringIncludes(await text(page, "#after .row.added"), "event 2");
  await retype(page, "Edit the bytes", two.replace("append", "appendd"));
  assertStringIncludes(await text(page, "#events .event:nth-child(2) .remarks"), "FRG-13");
  assertStringIncludes(await text(page, "#said"), "unknown-merge");
  assertEquals(await page.locator("#lines .line.wrong").allInnerTexts(), ["wrong:\ndata: merge appenddLF"]);
  assertEquals(complaints, []);
  await close();
});

test("a choice is highlighted in all panes", slow, async () => {
  const { page, close } = await openTwo();
  await page.locator("#lines").focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowDown");
  const lit = async () => ({
    line: await page.locator("#lines .line.lit-more").allInnerTexts(),
    field: await page.locator("#events .fields > .lit-more").allInnerTexts(),
    event: await page.locator("#events .event.lit .pick").allInnerTexts(),
    row: (await page.locator("#after .row.lit").allInnerTexts()).map((text) => text.replace(/\s+/g, " ")),
  });
  const chosen = await lit();
  assertEquals(chosen.row, ["<li>milk</li> + added by event 2"]);
  assertEquals(chosen.event, ["datastar-fragment"]);
  assertStringIncludes(chosen.line.join(), "data: merge append");
  assertStringIncludes(chosen.field.join(), "merge append");
  assertStringIncludes(await text(page, "#why"), "MRG-14"); // the line’s option, and not its field name
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assertStringIncludes(await text(page, "#why"), "SSE-4");
  // From the other side, by pointer.
  await page.locator("#after .row .pick").first().click();
  assertEquals((await lit()).event, ["datastar-fragment"]);
  assertEquals(await page.locator("#lines [aria-selected=true]").count(), 3);
  await close();
});

test("few Tab stops lead to the editor, and arrow keys move inside the panes", slow, async () => {
  const { page, complaints, close } = await open("");
  const focused = () => page.evaluate(() => document.activeElement!.id || document.activeElement!.textContent!.trim());
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
    return await focused();
  };
  await page.locator("h1").click();
  const stops: string[] = [];
  do stops.push(await press("Tab")); while (!stops.includes("stream") && stops.length < 30);
  assertEquals(stops, ["MRG-1", "solve", "Hint", "unit", "first", "chunk", "lines", "stream"]);
  assertEquals(await press("Shift+Tab"), "lines");
  assertEquals(await press("Home", "ArrowDown"), "lines");
  assertStringIncludes((await page.locator("#active-line").textContent())!, "data: vt false");
  assertEquals(await page.locator("#lines").getAttribute("aria-activedescendant"), "active-line");
  await page.getByRole("button", { name: "Go to the beginning" }).focus();
  assertEquals(await press("ArrowRight", "ArrowRight"), "on");
  assertEquals(await press("End", "ArrowRight", "Tab", "Shift+Tab"), "last");
  // Two events, and a link to a clause: one Tab stop.
  await retype(page, "Edit the page before", `<p id="price">5</p><ul id="list"><li>tea</li></ul>`);
  await retype(page, "Edit the bytes", two.replace("append", "appendd"));
  await page.getByLabel("Edit the bytes").focus();
  stops.length = 0;
  while (!stops.includes("page")) stops.push(await press("Tab"));
  const before = await page.locator("#before").textContent(); // it has no change, so that the pane itself is the stop
  assertEquals(stops, ["+ CR", "buffers", "datastar-fragment", before!.trim(), "~changed by event 1", "page"]);
  await page.locator("#events .pick").first().focus();
  assertEquals(await press("ArrowDown"), "datastar-fragment");
  assertEquals(await press("ArrowDown"), "FRG-13");
  assertEquals(await press("Home", "ArrowUp"), "datastar-fragment");
  assertEquals(complaints, []);
  await close();
});

test("an event that is cut off is named", slow, async () => {
  const { page, close } = await openTwo();
  await retype(page, "Edit the bytes", two.slice(0, -1));
  assertEquals(await page.locator("#events .pick").allInnerTexts(), [
    "datastar-fragment",
    "datastar-fragment, cut off",
  ]);
  await close();
});

test("steps go by byte, line, event and chunk, with the buffers of the parser", slow, async () => {
  const { page, close } = await openTwo();
  const place = () => text(page, "#place");
  const press = async (name: string) => {
    await page.getByRole("button", { name }).press("Enter");
    await settled(page);
  };
  await press("Go to the beginning");
  assertEquals(await place(), `0 of ${two.length} bytes`);
  assertEquals(await page.locator("#after .row.added, #after .row.changed").count(), 0);
  await page.getByLabel("Step by").selectOption("event");
  await press("Step forward");
  assertEquals(await place(), `${two.indexOf("\n\n") + 2} of ${two.length} bytes`);
  assertStringIncludes(await text(page, "#after"), `<p id="price" class="">6</p>`);
  assertEquals((await text(page, "#after")).includes("milk"), false);
  await page.getByLabel("Step by").selectOption("line");
  await press("Step forward");
  await page.getByLabel("Step by").selectOption("byte");
  for (const _ of "data:") await press("Step forward");
  const buffers = await text(page, "#buffers");
  assertStringIncludes(buffers, "data:");
  assertStringIncludes(buffers, "datastar-fragment");
  await press("Step back");
  assertStringIncludes(await text(page, "#buffers"), "data");
  await page.getByLabel("Bytes per chunk").focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
  await page.getByLabel("Step by").selectOption("chunk");
  await press("Go to the beginning");
  await press("Step forward");
  assertEquals(await place(), `7 of ${two.length} bytes`);
  await press("Go to the end");
  assertEquals(await place(), `All ${two.length} bytes`);
  await close();
});

test("a long stream is drawn around the reader’s place", slow, async () => {
  const { page, complaints, close } = await open("");
  const number = 1000;
  await page.evaluate((number) => {
    const field = document.querySelector<HTMLTextAreaElement>("#stream")!;
    const event = (i: number) => `event: datastar-fragment\ndata: vt false\ndata: fragment <p id="price">${i}</p>\n\n`;
    field.value = Array.from({ length: number }, (_, i) => event(i)).join("");
    field.setSelectionRange(0, 0);
    field.dispatchEvent(new InputEvent("input"));
  }, number);
  const isDrawn = (i: number) =>
    page.waitForFunction((text) => document.querySelector("#lines")!.textContent!.includes(text), `>${i}<`);
  await isDrawn(0);
  assertStringIncludes(await text(page, "#place"), "lines are not shown");
  await page.getByLabel("Edit the bytes").focus();
  await page.keyboard.press("Control+End");
  await isDrawn(number - 1);
  assertEquals(await page.locator("#events .event.lit .does").count(), 0); // there is none after the last event
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  // This is not the visible text: the card may be out of sight.
  assertStringIncludes((await page.locator("#events .event.lit .fields").textContent())!, `>${number - 1}<`);
  await settled(page);
  assertStringIncludes((await page.locator("#events .event.lit .effects").textContent())!, `is now ${number - 1}`);
  assertEquals(complaints, []);
  await close();
});

test("chunks of any size give the same events", slow, async () => {
  const { page, close } = await openTwo();
  await page.getByLabel("Bytes per chunk").focus();
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector("#chunks")!.textContent!.includes("the same"));
  assertEquals(await text(page, "#chunks"), `${two.length} chunks of 1: the same 2 events`);
  assertEquals(await page.locator("#lines .border").count(), two.length - 1);
  await close();
});

test("both readings of an event are shown where they differ", slow, async () => {
  const { page, close } = await openTwo();
  assertEquals(await page.locator(".readings").count(), 0);
  await retype(page, "Edit the bytes", two.replace("data: merge", "data\ndata: merge"));
  assertEquals(await page.locator(".readings").count(), 1);
  await close();
});

test("a link restores the state, and none of it reaches the server", slow, async () => {
  const { page, close } = await openTwo();
  await page.getByRole("button", { name: "Copy a link" }).press("Enter");
  await page.waitForFunction(() => document.querySelector("#taken")!.textContent !== "");
  const url = await page.evaluate(() => navigator.clipboard.readText());
  assert(url.includes("#"), url);
  await close();
  const context = await used.browser.newContext();
  const other = await context.newPage();
  const asked: string[] = [];
  other.on("request", (request) => asked.push(request.url()));
  await other.goto(url);
  await other.waitForSelector("main[data-ready]");
  await settled(other);
  assertEquals(await other.getByLabel("Edit the bytes").inputValue(), two);
  assertStringIncludes(await text(other, "#after .row.added"), "<li>milk</li>");
  const state = new URL(url).hash.slice(1);
  assertEquals(asked.filter((url) => url.includes(state.slice(3, 20))), []);
  await context.close();
});

test("curl, vector and code can be copied", slow, async () => {
  const { page, close } = await openTwo();
  const copy = async (name: string) => {
    await page.getByRole("button", { name }).press("Enter");
    await page.waitForFunction(
      (before) => (document.querySelector("#copied") as HTMLTextAreaElement).value !== before,
      copied,
    );
    copied = await page.getByLabel("Copied text").inputValue();
    return copied;
  };
  let copied = "";
  const curl = await copy("Copy as curl");
  const [, url] = /^curl -N '?([^']+)'?$/.exec(curl)!;
  assertEquals(await (await fetch(url)).text(), two);
  const vector = JSON.parse(await copy("Copy as vector"));
  assertEquals([vector.stream, vector.page.slice(0, 3)], [two, "<p "]);
  assertStringIncludes(await copy("Copy as code"), "fragment(");
  await close();
});

test("the real client agrees, and says so", slow, async () => {
  const { page, close } = await openTwo();
  await page.getByLabel("Also apply the bytes with the real client").press("Space");
  await page.waitForFunction(() => document.querySelector("#agreement")!.textContent!.includes("agree"));
  assertEquals(await text(page, "#agreement"), "Model and real client agree");
  await close();
});

test("all vectors can be searched by word, family and clause", slow, async () => {
  const { page, complaints, close } = await open("/all");
  const shown = () => page.locator(".family li:visible").count();
  assertEquals(await shown(), vectors.size);
  await page.getByLabel("Word").fill("upsert");
  const byWord = await shown();
  assert(byWord > 0 && byWord < vectors.size);
  await page.getByLabel("Word").fill("");
  await page.getByLabel("Family").selectOption("console");
  assertEquals(await shown(), families.find(({ family }) => family === "console")!.vectors.length);
  await page.getByLabel("Family").selectOption("");
  await page.getByLabel("Clause").selectOption("FRG-4");
  assertEquals(await shown(), [...vectors.values()].filter(({ clause }) => clause === "FRG-4").length);
  assertEquals(await text(page, "#shown"), `Showing ${await shown()} of ${vectors.size}`);
  assertEquals(complaints, []);
  await close();
});

test("without JavaScript all lessons can be read", slow, async () => {
  const { page, close } = await open(`/${lessons[0].vector}`, { javaScriptEnabled: false });
  const vector = vectors.get(lessons[0].vector)!;
  assertStringIncludes(await text(page, "#after"), vector.expect.page!.slice(0, 10));
  assert(await page.locator("#lines .line").count() > 2);
  assertEquals(await page.locator(".script:visible").count(), 0);
  await page.locator(".plain summary").click();
  assert(await page.locator(".plain tbody tr:visible").count() > 5);
  await page.getByRole("link", { name: "Next: " }).click();
  assertEquals(await page.locator("[aria-current=page]").textContent(), lessons[1].title);
  await close();
});

/** The complaints of axe about a page. */
async function complaintsOfAxe(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe("the pages are accessible", () => {
  const failing = lessons.find(({ vector }) => vectors.get(vector)!.expect.error !== undefined)!;
  const cases: [path: string, colorScheme: "light" | "dark", width: number][] = [
    ["", "light", 320],
    ["", "dark", 1440],
    ["/all", "dark", 320],
    ["/all", "light", 1440],
    ["/protocol", "light", 320],
    ["/protocol", "dark", 1440],
    [`/${failing.vector}`, "light", 800],
    [`/${failing.vector}`, "dark", 320],
  ];
  for (const [path, colorScheme, width] of cases) {
    test(`/learn${path}, ${colorScheme}, ${width} pixels wide`, slow, async () => {
      const { page, complaints, close } = await open(path, { colorScheme, viewport: { width, height: 900 } });
      if (!["/all", "/protocol"].includes(path)) {
        await page.locator("#lines").focus();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowRight");
      }
      assertEquals(await complaintsOfAxe(page), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(overflow <= 0, `${overflow} pixels are outside of the window`);
      assertEquals(complaints, []);
      await close();
    });
  }

  test("the layout is stable while a page loads", slow, async () => {
    const context = await used.browser.newContext({ viewport: { width: 1440, height: 1200 } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const shifts: number[] = (globalThis as unknown as { shifts: number[] }).shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const { vector } of lessons) {
      await page.goto(`${used.server.url}/learn/${vector}`);
      await page.waitForSelector("main[data-settled]");
      const shift = await page.evaluate(async () => {
        await new Promise(requestAnimationFrame);
        return (globalThis as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0);
      });
      // The effects of an event enter its card and move the next one. A shift of up to 0.1 counts as good.
      assert(shift < 0.02, `${vector}: ${shift}`);
    }
    await context.close();
  });
});

describe("a malicious link has no effect", () => {
  const pages = [
    `<img src=x onerror="alert(1)"><svg onload="alert(2)"></svg><script>alert(3)</script>`,
    `<iframe src="javascript:alert(1)"></iframe><iframe srcdoc="<script>alert(2)</script>"></iframe>`,
    `<p data-on-load="alert(1); parent.document.title='x'" data-text="alert(2)">a</p>`,
    `<meta http-equiv="refresh" content="0;url=/get"><base href="https://example.com/"><link rel="stylesheet" href="/feed">`,
    `<textarea></textarea><script>alert(1)</script></textarea></pre></ol></main><script>alert(2)</script>`,
    `<form action="/get"><input autofocus onfocus="alert(1)"></form><details open ontoggle="alert(2)"></details>`,
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
    `<div id="main"></div><div id="lines"></div><form name="body"></form><img name="getElementById">`,
    "${alert(1)}`<b>`",
  ];
  for (const html of pages) {
    test(html.slice(0, 60), slow, async () => {
      const line = html.replaceAll("\n", " ");
      const stream = `: ${line}\nevent: ${line}\ndata: ${line}\nid: ${line}\n\n` +
        `event: datastar-fragment\ndata: selector body\ndata: merge append\ndata: vt false\ndata: fragment ${line}\n\n` +
        "event: datastar-redirect\ndata: url javascript:alert(9)\n\n";
      const hash = await encodeState({ scene: { page: html, bytes: new TextEncoder().encode(stream) } });
      const context = await used.browser.newContext();
      const page = await context.newPage();
      const complaints = watch(page);
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const url = `${used.server.url}/learn${hash}`;
      await page.goto(url);
      await page.waitForSelector("main[data-settled]");
      assertEquals(await page.getByLabel("Edit the page before").inputValue(), html);
      await page.locator("#lines").focus();
      for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
      for (const name of ["Go to the beginning", "Step forward", "Step forward"]) {
        await page.getByRole("button", { name }).press("Enter");
        await settled(page);
      }
      assertEquals([await page.title(), page.url()], [`1. ${lessons[0].title} – fragstar`, url]);
      const own = new RegExp(
        `^(data:|${used.server.url}/learn($|#|/(style\\.css|app\\.js|packages\\.js|no_parse5\\.js|modules/)))`,
      );
      assertEquals(asked.filter((url) => !own.test(url)), []);
      assertEquals(complaints.filter((text) => !text.includes("Content Security Policy")), []);
      await context.close();
    });
  }
});
