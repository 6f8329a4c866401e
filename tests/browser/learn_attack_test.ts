import { assert, assertEquals, assertMatch } from "@std/assert";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { encodeState } from "../../learn/link.ts";
import type * as real from "../../learn/real.ts";
import type { Scene } from "../../learn/scene.ts";
import { useBrowser, watch } from "../support/browser.ts";
import { slow } from "../support/process.ts";

const used = useBrowser();
const encode = (text: string) => new TextEncoder().encode(text);

/** Opens the learn page, and waits until the model has finished. */
async function open(hash = ""): Promise<{ page: Page; complaints: string[] }> {
  const page = await used.browser.newPage();
  const complaints = watch(page);
  await page.goto(`${used.server.url}/learn${hash}`, { waitUntil: "commit" });
  await page.waitForSelector("#main[data-ready][data-settled]", { state: "attached", timeout: 60_000 });
  return { page, complaints };
}

describe("a link to an enormous scene is shown, in part", () => {
  const upsert =
    "event: datastar-fragment\ndata: selector .a\ndata: merge upsert_attributes\ndata: fragment <i x></i>\n\n";
  const scenes: Record<string, Partial<Scene> & { chunk?: number }> = {
    "a line of NULs": { bytes: new Uint8Array(1_000_000) },
    "blank lines": { bytes: encode("\n".repeat(100_000)) },
    "events without a name": { bytes: encode("data:x\n\n".repeat(30_000)) },
    "a name of backticks": { bytes: encode(`event: ${"`".repeat(500_000)}\n\n`) },
    "a chunk for each byte": { bytes: encode(":\n\n".repeat(6600)), chunk: 1 },
    "an element of attributes": { page: `<p ${Array.from({ length: 10_000 }, (_, i) => `a${i}`).join(" ")}>` },
    "control characters in the page": { page: "\u0001".repeat(150_000) },
    "formats that are opened again and again": {
      page: Array.from({ length: 5000 }, (_, i) => `<b a=${i}>`).join("") + "<p>x</p>".repeat(5000),
    },
    "more events than there is time for at once": {
      page: "<b class=a></b>".repeat(1900),
      bytes: encode(upsert.repeat(190)),
    },
    "an initiator that matches nothing": {
      page: "<b></b>".repeat(100_000),
      initiator: ":has(~ i) ~ b ~ b ~ b ~ i",
    },
  };
  for (const [what, { chunk, ...scene }] of Object.entries(scenes)) {
    test(what, slow, async () => {
      const { page, complaints } = await open(
        await encodeState({ scene: { page: "", bytes: new Uint8Array(), ...scene }, chunk }),
      );
      const elements = await page.evaluate(() => document.getElementsByTagName("*").length);
      assert(elements < 60_000, String(elements));
      assertEquals(complaints, []);
      await page.close();
    });
  }
});

describe("code of a page in the frame of the real client", () => {
  let page: Page;
  let socket: Socket;
  const received: unknown[] = [];
  before(async () => {
    socket = createSocket("udp4").on("message", (message) => received.push(message));
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    ({ page } = await open());
  }, slow);
  after(async () => {
    await page.close();
    socket.close();
  });
  const run = (code: string) =>
    page.evaluate(async (page) => {
      const path = "/learn/modules/learn/real.ts";
      const { runReal }: typeof real = await import(path);
      const container = document.querySelector("#frames")!;
      return await runReal({ page, bytes: new Uint8Array() }, { container, keep: true });
    }, `<input id="i"><b data-on-load="eval(atob('${btoa(code)}'))"></b>`);

  test("has no way to send requests that the policy does not cover", slow, async () => {
    const { console } = await run(`
      try {
        const rtc = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:${socket.address().port}" }] });
        rtc.createDataChannel("x");
        rtc.createOffer().then((offer) => rtc.setLocalDescription(offer));
      } catch {}
      const frame = document.body.appendChild(document.createElement("iframe"));
      try { new frame.contentWindow.RTCPeerConnection(); console.log("has one of another realm") } catch {}`);
    assertEquals(console, []);
    await page.waitForTimeout(700);
    assertEquals(received, []);
  });

  test("sends nothing to a server by leaving its page, though Chromium connects to it", slow, async () => {
    const sent: string[] = [];
    const server = createServer((socket) => socket.on("error", () => {}).on("data", (bytes) => sent.push(`${bytes}`)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const ways = [
      (url: string) => `location.href = "${url}"`,
      (url: string) => `document.body.insertAdjacentHTML("beforeend", '<iframe src="${url}"></iframe>')`,
      (url: string) =>
        `document.head.insertAdjacentHTML("beforeend", '<meta http-equiv="refresh" content="0;${url}">')`,
      (url: string) => `document.head.insertAdjacentHTML("beforeend", '<link rel="prefetch" href="${url}">')`,
    ];
    // The second path is one that the page's policy allows in a frame.
    for (const way of ways) for (const path of ["", "learn/frame"]) await run(way(`http://127.0.0.1:${port}/${path}`));
    await page.waitForTimeout(700);
    server.close();
    assertEquals(sent, []);
  });
});

test("a connection that was stopped does not replace a capture that was opened", slow, async () => {
  const { page, complaints } = await open();
  const text = (id: string) => page.locator(id).textContent();
  await page.click("#start");
  await page.waitForFunction(() => document.querySelector("#live")!.textContent!.startsWith("Connected"));
  await page.evaluate(() => {
    const files = new DataTransfer();
    files.items.add(new File(["data: opened\n\n"], "x.sse"));
    const input = document.querySelector<HTMLInputElement>("#open")!;
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
  });
  await page.waitForFunction(() =>
    document.querySelector<HTMLTextAreaElement>("#stream")!.value === "data: opened\n\n"
  );
  await page.waitForTimeout(300);
  assertEquals(await page.locator("#stream").inputValue(), "data: opened\n\n");
  assertEquals([await text("#start"), await text("#live")], ["Connect", "Opened x.sse: 14 bytes"]);
  await page.evaluate(() => { // faster than a person
    for (const id of ["replay", "replay", "pause", "replay", "start", "replay", "pause", "pause"]) {
      document.querySelector<HTMLElement>(`#${id}`)!.click();
    }
  });
  await page.waitForTimeout(500);
  assertMatch((await text("#live"))!, /^Replayed 1 chunk/);
  assertEquals(await text("#start"), "Connect");
  assertEquals(await page.locator("#pause").getAttribute("aria-pressed"), "false");
  assertEquals(complaints, []);
  await page.close();
});
