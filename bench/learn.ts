/**
 * The learn page in Chromium: its bytes over the wire, the time until it works, and the time of a keystroke in a stream
 * of 1,000 events, against the same keystroke in a bare text field with the same text. Prints medians.
 *
 * @module
 */

import process from "node:process";
import type { BrowserContext, Page } from "playwright-core";
import { launch } from "../tests/support/browser.ts";
import { startServer } from "../tests/support/process.ts";
import { median } from "./part.ts";

const stream = Array.from(
  { length: 1000 },
  (_, i) => `event: datastar-fragment\ndata: vt false\ndata: fragment <p id="price">${i}</p>\n\n`,
).join("");

/** Types in the middle of a field's text. Returns the milliseconds that the page is busy with each keystroke. */
async function typeInto(page: Page, selector: string): Promise<number[]> {
  await page.evaluate((selector) => {
    const field = document.querySelector<HTMLTextAreaElement>(selector)!;
    const at = field.value.indexOf("</p>", field.value.length / 2);
    field.focus();
    field.setSelectionRange(at, at);
    const times: number[] = (globalThis as unknown as { times: number[] }).times = [];
    let begin = 0;
    // From the key to the first moment that the page could do something else.
    field.addEventListener("keydown", () => {
      begin = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => times.push(performance.now() - begin);
      port2.postMessage(undefined);
    });
  }, selector);
  const keys = "abcdefghijklmnopqrstuvwxyz";
  for (const [i, key] of [...keys].entries()) {
    await page.keyboard.press(key);
    await page.waitForFunction((count) => (globalThis as unknown as { times: number[] }).times.length === count, i + 1);
  }
  return await page.evaluate(() => (globalThis as unknown as { times: number[] }).times);
}

/** Fills a field at once: line by line, as a keyboard would, it takes Chromium a minute. */
async function fill(page: Page, selector: string): Promise<void> {
  await page.locator(selector).evaluate((field: HTMLTextAreaElement, text) => {
    field.value = text;
    field.dispatchEvent(new InputEvent("input"));
  }, stream);
}

/** Opens the learn page and waits until it works. */
async function openLearnPage(context: BrowserContext): Promise<{ page: Page; bytes: number; time: number }> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => bytes += encodedDataLength);
  await page.goto(`${server.url}/learn`);
  await page.waitForSelector("main[data-ready]");
  const time = await page.evaluate(() => performance.getEntriesByName("ready")[0].startTime);
  return { page, bytes, time };
}

/** Opens the learn page several times. */
async function measureOpening(context: BrowserContext): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 11; i++) {
    const { page, bytes, time } = await openLearnPage(context);
    if (i === 10) console.log(`/learn: ${bytes} bytes over the wire`);
    times.push(time);
    await page.close();
  }
  console.log(`until it works: first ${Math.round(times[0])} ms, then ${Math.round(median(times.slice(1)))} ms`);
}

async function measureTyping(context: BrowserContext): Promise<void> {
  const { page } = await openLearnPage(context);
  await fill(page, "#stream");
  await page.waitForFunction(
    (length) => document.querySelector("#place")!.textContent!.includes(`${length} `),
    stream.length,
  );
  await page.waitForSelector("main[data-settled]");
  const describe = (times: number[]) =>
    `median ${median(times).toFixed(1)} ms, longest ${Math.max(...times).toFixed(1)} ms`;
  console.log(`a keystroke in 1,000 events: ${describe(await typeInto(page, "#stream"))}`);
  const bare = await context.newPage(); // and not before: a page in the background is slower
  await bare.setContent('<textarea rows="6" style="width: 27rem"></textarea>');
  await fill(bare, "textarea");
  console.log(`a keystroke in a bare field: ${describe(await typeInto(bare, "textarea"))}`);
}

const server = await startServer();
const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  await measureOpening(context);
  await measureTyping(context);
} finally {
  await browser.close();
  process.exitCode = await server.stop() ?? 1;
}
