import { assertEquals, assertStringIncludes } from "@std/assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { useBrowser, watch } from "../../support/browser.ts";
import { conform } from "../../support/conform.ts";
import { slow } from "../../support/process.ts";

const used = useBrowser();

test("on /learn an endpoint can be recorded, paused, replayed, saved, and opened again", slow, async () => {
  const page = await used.browser.newPage();
  const complaints = watch(page);
  await page.goto(`${used.server.url}/learn`);
  const settled = () => page.waitForSelector("main[data-ready][data-settled]");
  const text = (selector: string) => page.locator(selector).innerText();
  await settled();
  const entries = () => page.locator("#timeline li").count();
  const atLeast = (count: number) =>
    page.waitForFunction((count) => document.querySelectorAll("#timeline li").length >= count, count);
  await page.getByLabel("Endpoint of this server").fill("https://example.com/");
  await page.getByRole("button", { name: "Connect", exact: true }).press("Enter");
  assertStringIncludes(await text("#live"), "Cannot");
  await page.getByLabel("Endpoint of this server").fill("/feed");
  await page.getByRole("button", { name: "Connect", exact: true }).press("Enter");
  await atLeast(2);
  await page.getByRole("button", { name: "Pause" }).press("Enter");
  const paused = await entries();
  await page.waitForFunction(
    (count) => Number(/(\d+) chunks/.exec(document.querySelector("#live")!.textContent!)?.[1]) > count,
    paused,
  );
  assertEquals(await entries(), paused);
  await page.getByRole("button", { name: "Pause" }).press("Enter");
  await atLeast(paused + 1);
  await page.getByRole("button", { name: "Disconnect" }).press("Enter");
  await page.getByRole("button", { name: "Connect", exact: true }).waitFor();
  await settled();
  const bytes = await page.getByLabel("Edit the bytes").inputValue();
  assertStringIncludes(bytes, `<span id="feed">`);
  await page.getByRole("button", { name: "Replay" }).press("Enter");
  await page.waitForFunction(() => document.querySelector("#live")!.textContent!.startsWith("Replayed"));
  await settled();
  assertEquals(await page.getByLabel("Edit the bytes").inputValue(), bytes);

  const folder = await mkdtemp(join(tmpdir(), "fragstar-"));
  try {
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save capture" }).press("Enter");
    const file = join(folder, "capture.sse");
    await (await downloading).saveAs(file);
    const { code, stdout, stderr } = await conform(["--file", file]);
    assertEquals([code, stderr], [0, ""], stdout);
    const other = join(folder, "other.sse");
    const stream = 'event: datastar-fragment\ndata: fragment <p id="price">6</p>\n\n';
    await writeFile(other, stream);
    await page.getByLabel("Open a capture file").setInputFiles(other);
    await page.waitForFunction(() => document.querySelector("#live")!.textContent!.startsWith("Opened"));
    await page.waitForFunction(
      (stream) => (document.querySelector("#stream") as HTMLTextAreaElement).value === stream,
      stream,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
  assertEquals(complaints, []);
  await page.close();
});
