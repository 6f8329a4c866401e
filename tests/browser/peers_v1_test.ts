/** The checker's verdicts for v1 on servers of others, in the real client, where its file is given. */

import { assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { checkServer, dialects } from "../../conformance/mod.ts";
import { badQueries, type QueryName, queryNames } from "../../conformance/example/queries.ts";
import { type InputName, inputNames, inputs } from "../../conformance/v1/inputs.ts";
import { canStart, peersV1, startPeer } from "../peers/v1/mod.ts";
import { useBrowser } from "../support/browser.ts";
import { clientFile } from "../support/client_v1.ts";
import { slow } from "../support/process.ts";

if (!clientFile) console.log("not run: no v1 client");

const used = useBrowser();

/** A text that calls a function, where it becomes code in a text between single quotes. */
const attack = "' + alert('run') + '";

/** Milliseconds after which an action without an answer has none. */
const patience = 3_000;

const only = [...inputNames.map((name) => `v1-get-keeps-${name}`), ...queryNames.map((name) => `v1-bad-${name}`)];

/** One in this many passing checks is repeated in the browser, and all failing ones. */
const sample = 4;

describe("the checker's verdicts for v1 on servers of others agree with the real client", () => {
  for (const peer of peersV1) {
    test(peer.name, { ...slow, skip: !clientFile || !canStart(peer) }, async () => {
      const server = await startPeer(peer);
      const { report } = await checkServer(server.url, { only: [...only, "v1-get-no-injection"], dialect: dialects.v1 })
        .finally(() => server.stop());
      const judged = report.checks.filter(({ verdict }) => verdict !== "untested");
      const sampled = judged.filter(({ verdict }, i) => verdict !== "pass" || i % sample === 0);
      const seen: Record<string, boolean> = {};
      for (const { id } of sampled) seen[id] = await passesInClient(id, peer);
      assertEquals(seen, Object.fromEntries(sampled.map(({ id, verdict }) => [id, verdict === "pass"])));
    });
  }
});

/** Tries one check with a server of its own, which the request may end. */
async function passesInClient(id: string, peer: (typeof peersV1)[number]): Promise<boolean> {
  const server = await startPeer(peer);
  const page = await used.browser.newPage();
  try {
    const client = await readFile(clientFile!, "utf8");
    await page.route("https://cdn.jsdelivr.net/**", (route) => {
      return route.fulfill({ contentType: "text/javascript", body: client });
    });
    if (id.startsWith("v1-bad-")) return await isHandled(page, server.url, id.replace("v1-bad-", "") as QueryName);
    if (id === "v1-get-no-injection") return await runsNoCode(page, server.url);
    return await comesBack(page, server.url, inputs[id.replace("v1-get-keeps-", "") as InputName]);
  } finally {
    await page.close();
    await server.stop();
  }
}

/** Opens the page of a server. The end of each request of its first button becomes the title of its root. */
async function open(page: Page, url: string): Promise<void> {
  await page.addInitScript(() =>
    document.addEventListener("datastar-fetch", (event) => {
      const { type, el } = (event as CustomEvent).detail;
      const isEnd = ["finished", "error", "retrying"].includes(type);
      if (isEnd && el === document.querySelector("button")) document.documentElement.title ||= type;
    })
  );
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector("#feed")!.textContent !== ""); // the client has started
}

/** Presses the button for the round trip, and replaces the query of its request. Resolves to the end of the request. */
async function send(page: Page, url: string, query: string): Promise<string> {
  await page.unroute(/\/get\?/);
  await page.route(/\/get\?/, (route) => route.continue({ url: `${url}/get${query}` }));
  await page.evaluate(() => {
    document.documentElement.title = "";
    document.querySelector("button")!.click();
  });
  const end = page.waitForFunction(() => document.documentElement.title, null, { timeout: patience });
  return await end.then((title) => title.jsonValue(), () => "none");
}

const queryWith = (input: string) => `?${new URLSearchParams({ datastar: JSON.stringify({ input }) })}`;

const outputOf = (page: Page) => page.locator("#output").evaluate(({ textContent }) => textContent ?? "");

/** Whether the client shows a text unchanged after the server has returned it. */
async function comesBack(page: Page, url: string, text: string): Promise<boolean> {
  await open(page, url);
  await send(page, url, queryWith(text));
  return (await outputOf(page)).startsWith(`Your input: ${text}, is `);
}

/** Whether a text that calls a function stays text. */
async function runsNoCode(page: Page, url: string): Promise<boolean> {
  await open(page, url);
  let hasRun = false;
  page.on("dialog", async (dialog) => {
    hasRun = true;
    await dialog.dismiss();
  });
  await send(page, url, queryWith(attack));
  return !hasRun;
}

/** Whether a request with such a query ends, is not made again, and leaves a page and a server that work. */
async function isHandled(page: Page, url: string, name: QueryName): Promise<boolean> {
  await open(page, url);
  let hasError = false;
  page.on("pageerror", () => hasError = true);
  const end = await send(page, url, badQueries[name]);
  if (end === "none" || end === "retrying" || hasError) return false;
  await send(page, url, queryWith("then"));
  return (await outputOf(page)).startsWith("Your input: then, is ");
}
