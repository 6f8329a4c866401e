/**
 * Opens a page with the real client, and a server that answers its one request with the bytes of a test.
 *
 * @module
 */

import client from "@sudodevnull/datastar" with { type: "text" };
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";

/** A page whose client has requested the stream. */
export interface ClientPage {
  page: Page;
  /** The number of requests of the stream: more than one if the client mistook an event for a lost connection. */
  requests: () => number;
  /** Headers of the requests, the newest last. */
  headers: Record<string, string | string[] | undefined>[];
  /** Messages on the console. */
  messages: string[];
  /** Breaks the open connections. */
  cut: () => void;
  close: () => Promise<void>;
}

/**
 * Loads a page with this body and makes the client request `stream`.
 *
 * @param end Whether the response ends with the stream, or stays open until {@linkcode ClientPage.cut}.
 */
export async function ask(browser: Browser, body: string, stream: string, end = true): Promise<ClientPage> {
  const headers: ClientPage["headers"] = [];
  const open: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/datastar.js") {
      response.setHeader("content-type", "text/javascript").end(client);
    } else if (request.url?.startsWith("/stream")) {
      headers.push(request.headers);
      response.setHeader("content-type", "text/event-stream");
      response.write(stream);
      if (end) response.end();
      else open.push(response);
    } else {
      response.setHeader("content-type", "text/html; charset=utf-8").end(
        `<!doctype html><script type="module" src="/datastar.js"></script><link rel="icon" href="data:,">${body}` +
          `<button id="go" data-on-click="$$get('/stream')"></button>`,
      );
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const page = await browser.newPage();
  const messages: string[] = [];
  page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => "ds" in globalThis); // the client has run
  await page.locator("#go").click();
  await page.waitForFunction(() => !document.querySelector(".datastar-swapping, .datastar-settling"));
  return {
    page,
    requests: () => headers.length,
    headers,
    messages,
    cut: () => open.splice(0).forEach((response) => response.destroy()),
    async close() {
      await page.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
