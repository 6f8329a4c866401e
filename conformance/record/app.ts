/** The recorder of an application: asks its page, and each action that its contract finds there or in the answers. */

import type { AppOptions, AppRecording, Exchange } from "../recording.ts";
import { headerValues } from "../recording.ts";
import type { AppContract, RecordOptions } from "./contract.ts";
import type { Ask } from "./exchange.ts";
import { limits, runInTurns } from "./limits.ts";
import { recordLive } from "./live.ts";
import { whyNotChosen } from "./routes.ts";
import { askForPage, assertAnswered, createAsk, explainGone, observeEnd, withLessPatience } from "./record.ts";

/** Options of the recorder of an application. */
export interface RecordAppOptions extends RecordOptions {
  /** Milliseconds that an answer which goes on is watched. Default: `timeout` if it is given, else 5,000. */
  wait?: number;
  /** Called before the first action is asked, with a text that says what will be sent. */
  onPlan?: (announcement: string) => unknown;
}

/**
 * Records an application.
 *
 * @throws {NotRecorded} If there is no answer from its page.
 */
export async function recordApp(
  url: URL,
  contract: AppContract,
  asked: AppOptions,
  options: RecordAppOptions = {},
): Promise<AppRecording> {
  const {
    timeout = limits.timeout,
    wait = options.timeout ?? limits.longestWatch,
    onProgress = () => {},
    onPlan = () => {},
  } = options;
  const began = new Date();
  let late: string | undefined;
  const limited = { ...options, runTime: limits.appRun };
  const ask = followRedirects(createAsk(url, contract, limited, (why) => late = why), url, asked);
  onProgress("Reading the page");
  const path = url.pathname + url.search;
  const page = await askForPage(ask, `GET ${path}`, path);
  await assertAnswered(url, page);

  const answers: Record<string, Exchange> = {};
  await onPlan(await contract.announce(page));
  const observed = observeEnd(ask, page);
  const patient = withLessPatience(observed.ask, options);
  const askAgain = () =>
    askForPage(ask, `GET ${path} (again)`, path, { timeout: Math.min(timeout, limits.longestWatch) });
  let gone: string | undefined;
  for (;;) {
    const groups = await contract.plan(page, answers);
    const requests = groups.flatMap(({ requests }) => requests);
    if (requests.length === 0 || late !== undefined || gone !== undefined) break;
    onProgress(`Asking ${requests[0].name}${requests.length > 1 ? ` and ${requests.length - 1} more` : ""}`);
    await Promise.all(
      groups.map(({ parallel, requests }) =>
        runInTurns(requests, parallel, async ({ id, name, path, leaveAfter = wait, ...request }) => {
          const exchange = await patient(name, path, {
            maxBytes: limits.answerBytes,
            leaveAfter,
            waitsForBody: true,
            ...request,
          });
          // One that has found no server, or that the limit of the run has cut short, shows nothing.
          if (exchange.unconnected && (await askAgain()).unconnected) gone ??= explainGone(exchange);
          else if (late === undefined) answers[id] = exchange;
        })
      ),
    );
  }
  const isQuiet = asked.gentle || options.live === false || gone !== undefined;
  const feed = isQuiet ? undefined : await contract.findFeed(page, answers);
  const live = feed && await recordLive({
    readers: limits.concurrentReaders,
    routes: { feed: feed.path, target: path },
    ask: (name, path, more) => ask(name, path, path === feed.path ? { headers: feed.headers, ...more } : more),
    before: { feed: answers[feed.id], target: page },
    timeout,
    onProgress,
  });
  const after = await askAgain();
  gone ??= after.ending === "no answer" ? explainGone(after) : undefined;
  const suspects = observed.suspects();
  return {
    kind: "app",
    target: url.href,
    recordedAt: began.toISOString(),
    durationMs: Date.now() - began.getTime(),
    contract: contract.id,
    options: asked,
    page,
    answers,
    live,
    why: late ?? (gone && suspects ? `after ${suspects.join(" or ")} ${gone}` : gone),
  };
}

/** The number of redirects that a browser follows. */
const maxRedirects = 20;

/**
 * Follows redirects on the same origin as fetch does, but for those of an action to a route that may not be asked. The
 * exchange is the last one.
 */
function followRedirects(ask: Ask, url: URL, asked: AppOptions): Ask {
  const pagePath = url.pathname + url.search;
  return async (name, path, options = {}) => {
    let exchange = await ask(name, path, options);
    let { method = "GET", body } = options;
    for (let i = 0; i < maxRedirects; i++) {
      const { status = 0 } = exchange.head ?? {};
      const [location] = headerValues(exchange, "location");
      if (![301, 302, 303, 307, 308].includes(status) || location === undefined) break;
      const next = URL.parse(location, new URL(exchange.request.path, url));
      const becomesGet = status === 303 && method !== "HEAD" || status < 303 && method === "POST";
      const nextMethod = becomesGet ? "GET" : method;
      if (next?.origin !== url.origin) break;
      if (path !== pagePath && whyNotChosen(next, nextMethod, asked) !== undefined) break;
      if (becomesGet) [method, body] = ["GET", undefined];
      exchange = await ask(name, next.pathname + next.search, { ...options, method, body });
    }
    return exchange;
  };
}
