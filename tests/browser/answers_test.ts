import { assertEquals } from "@std/assert";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { performExchange } from "../../conformance/record/exchange.ts";
import { healthy, mutants } from "../mutants/answers.ts";
import type { Answer } from "../mutants/http.ts";
import { launch } from "../support/browser.ts";
import { slow } from "../support/process.ts";

/** The text of an answer, and whether it ends well. */
interface Read {
  ends: boolean;
  text: string;
}

/** Redirects, and an encoding that the recorder does not ask for. */
const isOther = /^a redirect|not asked for$/;
/** Answers that the recorder keeps, and checks refuse. */
const isRefused = /which Chromium refuses$|^two lengths$/;

const isChecked = ({ name, leaveAfter, timeout }: Answer & { name: string }) =>
  leaveAfter === undefined && timeout === undefined && !isOther.test(name);
const answers = [...mutants, ...healthy].filter(isChecked);

describe("the recorder reads an answer as Chromium's fetch() does:", slow, () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let url: string;

  before(async () => {
    const sockets = new Set<Socket>();
    server = createServer((socket) => {
      sockets.add(socket.on("error", () => {}));
      socket.once("data", (bytes) => {
        const [, number] = /^GET \/(\d+) /.exec(String(bytes)) ?? [];
        if (number) answers[Number(number)].answer(socket);
        else socket.end("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launch();
    page = await browser.newPage();
    await page.goto(url);
  }, slow);

  after(async () => {
    await browser.close();
    server.close();
  }, slow);

  for (const [number, { name }] of answers.entries()) {
    test(name, slow, async () => {
      const read = await page.evaluate(async (path): Promise<Read> => {
        let text = "";
        try {
          const response = await fetch(path, { redirect: "manual" });
          const decoder = new TextDecoder();
          for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
          return { ends: true, text };
        } catch {
          return { ends: false, text };
        }
      }, `/${number}`);
      if (isRefused.test(name)) return assertEquals(read, { ends: false, text: "" });
      const { ending, body } = await performExchange("GET", new URL(String(number), url), { timeout: 20_000 });
      assertEquals(ending === "complete", read.ends);
      // Of an answer that breaks off, as much is read as comes in time.
      if (read.ends) assertEquals(new TextDecoder().decode(body), read.text);
    });
  }
});
