import { assertEquals } from "@std/assert";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { consoleMessage, fragment, html, redirect, remove, signal, storeAttribute } from "../../fragments.ts";
import { launch } from "../support/browser.ts";
import { ask } from "../support/client_page.ts";
import { eventually } from "../support/http.ts";
import { slow } from "../support/process.ts";

let browser: Browser;
before(async () => {
  browser = await launch();
}, slow);
after(() => browser.close());

describe("the real client reads back what was written", () => {
  test("fragments of several lines, with any start of a line", slow, async () => {
    const texts = [
      "a\nb\n  c",
      "a\n\n\nb",
      "a\nmerge conflict\nselector\nvt is great\nsettle down\nfragment of it\nerror 1\nredirect 2\nb",
      "a\n\nsettle\n \n\n b\n",
      "a\n\uFEFFb\n\uFEFF\nc",
      "a\u2028b\u2029c\u0085d\ve\ff",
      "data: x\nevent: y\n:z",
    ];
    const body = texts.map((_, i) => `<pre id="p${i}"></pre>`).join("");
    const stream = texts.map((text, i) => fragment(`<pre id="p${i}">${text}</pre>`, { viewTransition: false })).join(
      "",
    );
    const { page, requests, close } = await ask(browser, body, stream);
    await page.waitForFunction((last) => document.querySelector(last)!.textContent !== "", `#p${texts.length - 1}`);
    const seen = await page.locator("pre").evaluateAll((elements) => elements.map((element) => element.textContent));
    assertEquals(seen, texts);
    assertEquals(requests(), 1);
    await close();
  });

  test("text in an html template, in an element and in an attribute", slow, async () => {
    const text = `<b a="1" c='2'>&amp;&quot;\r\n\r\n\nmerge x\r\t\u2028😀`;
    const element = html`<pre id="p" title="${text}">${text}</pre>`;
    const { page, close } = await ask(browser, '<pre id="p"></pre>', fragment(element));
    await page.waitForFunction(() => document.querySelector("#p")!.textContent !== "");
    const seen = await page.locator("#p").evaluate((p) => [p.textContent, p.getAttribute("title")]);
    assertEquals(seen, [text, text]);
    await close();
  });

  test("stores, as an attribute and as signals, with every character that the client rewrites", slow, async () => {
    const text =
      "; $a $$get('/x') ~b ${c} $& ' \" < > & ` \\ \n \r \0 \u2028 \u2029 &quot; </main> \ud800 😀 __proto__";
    const store = { text, "a;$~'\"<b": text, deep: { text }, list: [text, JSON.parse('{"__proto__":"p","value":1}')] };
    const stream =
      fragment(html`<i id="i" ${storeAttribute({ attribute: store })}></i>`, { merge: "upsert_attributes" }) +
      signal({ signal: store });
    const { page, requests, close } = await ask(browser, '<i id="i" data-store="{}"></i>', stream);
    const ds = "globalThis.ds.store.value";
    await page.waitForFunction(`${ds}.signal && ${ds}.attribute`);
    for (const name of ["attribute", "signal"]) {
      assertEquals(await page.evaluate(`JSON.stringify(${ds}.${name})`), JSON.stringify(store));
    }
    assertEquals(requests(), 1);
    await close();
  });

  test("deletes and messages", slow, async () => {
    const stream = remove({ selector: "#a, .b" }) + remove({ paths: ["x.y", "z"] }) +
      consoleMessage("warn", "two\n\n lines");
    const body = `<i id="a"></i><i class="b"></i><i id="c" data-store="{x:{y:1,k:2},z:3,k:4}"></i>`;
    const { page, messages, close } = await ask(browser, body, stream);
    await eventually(() => messages.length > 0);
    assertEquals(messages, ["warning: two\n\n lines"]);
    assertEquals(
      await page.evaluate("JSON.stringify({ ...ds.store.value, _dsPlugins: 0 })"),
      '{"_dsPlugins":0,"x":{"k":2},"k":4}',
    );
    assertEquals(await page.locator("i").evaluateAll((elements) => elements.map(({ id }) => id)), ["c"]);
    await close();
  });

  test("a redirect", slow, async () => {
    const { page, close } = await ask(browser, "", redirect("/there?a=b c#d"));
    await page.waitForURL("**/there?a=b%20c#d");
    await close();
  });

  /** Has the client read an event with this field, and then breaks the connection. */
  async function cutAfter(field: string) {
    const stream = `${field}\nevent: datastar-fragment\ndata: fragment <b id="b">1</b>\n\n`;
    const outcome = await ask(browser, '<b id="b"></b>', stream, false);
    await outcome.page.waitForFunction(() => document.querySelector("#b")!.textContent === "1");
    outcome.cut();
    return outcome;
  }

  test("an id; one that fits no header makes the client throw", slow, async () => {
    const good = await cutAfter("id: é 7");
    await eventually(() => good.requests() > 1);
    assertEquals(good.headers[1]["last-event-id"], "é 7");
    await good.close();

    const bad = await cutAfter("retry: 1\nid: €");
    await eventually(() => bad.messages.length > 9);
    assertEquals(bad.requests(), 1); // fetch() has thrown each time
    await bad.close();
  });

  test("a retry of more than 31 bits is no wait at all", slow, async () => {
    const { requests, close } = await cutAfter("retry: 2147483648");
    await eventually(() => requests() > 1); // at once, and not in 24 days
    await close();
  });
});
