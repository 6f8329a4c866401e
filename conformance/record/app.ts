/** The recorder of an application: asks its page, and each action that its contract finds there or in the answers. */

import type { AppOptions, AppRecording, Exchange } from "../recording.ts";
import type { AppContract, RecordOptions } from "./contract.ts";
import { limits, runInTurns } from "./limits.ts";
import { recordLive } from "./live.ts";
import { followRedirects } from "./redirects.ts";
import { whyNotChosen } from "./routes.ts";
import {
  askForPage,
  assertAnswered,
  createAsk,
  explainGone,
  observeEnd,
  watchesAgain,
  withLessPatience,
} from "./record.ts";

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
  const askOnce = createAsk(url, contract, limited, (why) => late = why);
  // The user has named the page: what its redirects lead to is asked in any case.
  const loadPage = followRedirects(askOnce, url);
  const ask = followRedirects(askOnce, url, (next, method) => whyNotChosen(next, method, asked) === undefined);
  onProgress("Reading the page");
  const path = url.pathname + url.search;
  const page = await askForPage(loadPage, `GET ${path}`, path);
  await assertAnswered(url, page);

  const answers: Record<string, Exchange> = {};
  await onPlan(await contract.announce(page));
  const observed = observeEnd(ask, page);
  const patient = withLessPatience(observed.ask, options);
  const askAgain = () =>
    askForPage(loadPage, `GET ${path} (again)`, path, { timeout: Math.min(timeout, limits.longestWatch) });
  let gone: string | undefined;
  for (;;) {
    const groups = await contract.plan(page, answers);
    const requests = groups.flatMap(({ requests }) => requests);
    if (requests.length === 0 || late !== undefined || gone !== undefined) break;
    onProgress(`Asking ${requests[0].name}${requests.length > 1 ? ` and ${requests.length - 1} more` : ""}`);
    await Promise.all(
      groups.map(({ parallel, requests }) =>
        runInTurns(requests, parallel, async ({ id, name, path, leaveAfter = wait, ...request }) => {
          const watch = () =>
            patient(name, path, { maxBytes: limits.answerBytes, leaveAfter, waitsForBody: true, ...request });
          let exchange = await watch();
          // A busy machine makes events come late too: a server that holds them back does so each time.
          const isSafe = (request.method ?? "GET") === "GET" && !asked.gentle;
          for (let again = 0; isSafe && exchange.ending === "left" && again < watchesAgain(exchange); again++) {
            exchange = await watch();
          }
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
    ask: (name, path, more) =>
      path === feed.path ? ask(name, path, { headers: feed.headers, ...more }) : loadPage(name, path, more),
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
