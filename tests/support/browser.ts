/**
 * Starts a real Chromium, and collects what goes wrong on its pages.
 *
 * @module
 */

import { existsSync } from "node:fs";
import process from "node:process";
import { after, before } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { type RunningServer, slow } from "./process.ts";
import { useServer } from "./use_server.ts";

const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";

/** Starts a browser without a window that sends no requests of its own. */
export async function launch(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(`Cannot start a browser: there is no ${executablePath}. Install chromium, or name it in CHROMIUM`);
  }
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  return await chromium.launch({ executablePath, args: [...args, "--disable-component-update", "--disable-sync"] });
}

/** Collects what should not happen on a page: errors and warnings, uncaught exceptions, dialogs. */
export function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() !== "log") complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  return complaints;
}

/** Starts a server and a browser before the first test of a file, and stops them after the last. */
export function useBrowser(): { server: RunningServer; browser: Browser } {
  const used = {} as { server: RunningServer; browser: Browser };
  before(async () => void (used.browser = await launch()), slow);
  after(() => used.browser.close(), slow);
  used.server = useServer();
  return used;
}

/** A page, and what should not happen on it. */
export interface WatchedPage {
  page: Page;
  /** Errors and warnings on the console, uncaught exceptions, dialogs. */
  complaints: string[];
  /** Paths of the requests, except `/datastar.js` and the page itself. */
  requests: string[];
}

/** Opens a page and waits for the feed's first event, which shows that the client runs. */
export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const page = await browser.newPage();
  const complaints = watch(page);
  const requests: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname !== "/" && pathname !== "/datastar.js" && request.url().startsWith("http")) requests.push(pathname);
  });
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector("#feed")!.textContent!.length === 16);
  return { page, complaints, requests };
}
