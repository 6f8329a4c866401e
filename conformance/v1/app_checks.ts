/** The checks of an application: its page, and each of its actions. */

import { type AppCheck, fail, type Finding, type Level, notApplicable, pass, unobserved } from "../check.ts";
import { appChecks, judgeMissing, judgePace, judgeProbes, judgeTexts } from "../app/checks.ts";
import { describeAnswer, hasNoBody, isRedirect } from "../checks/http.ts";
import { isRefusal, readerChecks } from "../checks/live.ts";
import { reword } from "../checks/reword.ts";
import { failIn } from "../checks/server_checks.ts";
import { whyNotPage } from "../page_kind.ts";
import type { Exchange } from "../recording.ts";
import { type Action, findActions } from "./actions.ts";
import { errorIn, instructionsIn } from "./answer.ts";
import { type ActionEvidence, type AppEvidence, type BadDataName, badDataNames } from "./app.ts";
import type { PageSource, V1Stream } from "./interpret.ts";
import { findIntrusion } from "./intrusion.ts";
import { crowdWords } from "./live.ts";
import { appPage } from "./page.ts";
import { describeIdlePage } from "./page_kind.ts";

const { checkPage, checkAction, checkAnswered, checkCrowd } = appChecks<Action, V1Stream, PageSource>();

const pageChecks: AppCheck<AppEvidence>[] = [
  checkPage({
    rule: ["v1-app-page", "MUST", "V1-APP-1"],
    title: "The address answers with an HTML page",
    why: "A user who opens the page sees an error, or a page that never finishes loading.",
    fix: "Answer the URL with status 200 and HTML, and end the response.",
    run({ page, source, address }) {
      const why = whyNotPage(page, address);
      if (why !== undefined) return unobserved(why);
      if (!source || page.head?.status !== 200) return fail("a whole page: 200, text/html", describeAnswer(page));
      return pass("200, text/html");
    },
  }),
  ...appPage,
  checkPage({
    rule: ["v1-app-has-action", "MUST", "V1-APP-1"],
    title: "The page has an action that can be checked",
    why: "Nothing is checked, because no request is made.",
    fix:
      "Give the address of a page with `@get('/path')` or the like in an attribute. Where all actions are left out, " +
      "see the reasons: `--allow` allows methods other than GET.",
    run({ page, address, actions, source, pageError }) {
      if (!source || whyNotPage(page, address) !== undefined) {
        return notApplicable("the client does not start on the page");
      }
      if (pageError !== undefined) return unobserved(`the page cannot be opened: ${pageError}`);
      const asked = actions.filter(({ leftOut }) => leftOut === undefined);
      if (asked.length > 0) return pass(`${asked.length} of ${actions.length} actions are asked`);
      if (actions.length === 0) return unobserved(describeIdlePage(source.html));
      return unobserved(`no action of the page can be asked: ${actions[0].name}: ${actions[0].leftOut}`);
    },
  }),
  {
    ...checkAction({
      rule: ["v1-app-same-request", "SHOULD", "V1-REQ-12"],
      title: "A request that goes on is made by one element only",
      why:
        "The client aborts a running request when any element makes one with the same method and URL: the feed of the " +
        "first element ends.",
      fix: "Make the request in one place, or give each its own URL, for example with a parameter.",
      run: () => notApplicable("there is no page"),
    }),
    run: ({ actions, source, page, address }) => {
      const all = source ? findActions(source, new URL(page.request.path, address)) : [];
      return actions.map((action) => ({ subject: action.name, finding: judgeSame(action, all) }));
    },
  },
];

/** Judges whether another element makes the request of a feed, and ends it [V1-REQ-12]. */
function judgeSame({ method, given, answer, leftOut }: ActionEvidence, all: readonly Action[]): Finding {
  if (leftOut !== undefined) return notApplicable(`not asked: ${leftOut}`);
  if (!answer?.endless) return notApplicable("the answer ends");
  const same = all.filter((other) =>
    other.method === method && other.given === given &&
    (other.options.requestCancellation ?? "auto") === "auto"
  );
  if (same.length < 2) return pass("one element");
  return fail("one element", `${same.length} attributes make it: ${same.map(({ attribute }) => attribute).join(", ")}`);
}

/** Statuses that say that there is no such route. */
const missing = [404, 405, 410, 501];

const answerChecks: AppCheck<AppEvidence>[] = [
  checkAction({
    rule: ["v1-app-answer", "MUST", "V1-REQ-6"],
    title: "The action is answered with status 200",
    why: "The user clicks, and nothing happens: the client ignores every other answer without a message.",
    fix: "Register the route for this method, or correct the address in the page; see what the server logs for the " +
      "request. Answer with 200, not with 201 or 202. If it needs a login, send its cookie with `--header`.",
    run({ answer: { exchange } }) {
      const { head, why, body } = exchange!;
      if (!head) return fail("an answer", `the server did not answer: ${why}`);
      const { status } = head;
      if (status === 200) return pass("200");
      if (status < 300 && (hasNoBody(exchange!) || body.length === 0)) return pass(`${status}, which changes nothing`);
      if (status < 300) return fail("200", `the client ignores the body of ${describeAnswer(exchange!)}`);
      if (isRedirect(exchange!)) return unobserved(`the redirect was not followed: ${describeAnswer(exchange!)}`);
      if (status >= 500 || missing.includes(status)) return fail("200", describeAnswer(exchange!));
      return unobserved(`the server refuses: ${describeAnswer(exchange!)}`);
    },
  }),
  checkAnswered({
    rule: ["v1-app-redirect", "SHOULD", "V1-REQ-6"],
    title: "The action is answered itself, not by a redirect",
    why:
      "The browser follows a redirect after a POST with a GET that has no signals: the answer cannot depend on them.",
    fix:
      "Answer the action with the events. To lead the user to a different page, send a `<script>` that sets `location`.",
    run({ method, answer }) {
      const { request } = answer.exchange!;
      if (method === "GET") return notApplicable("a GET keeps its method");
      if (request.method === method) return pass(method);
      return fail(method, `a redirect leads to ${request.method} ${request.path.split("?")[0]}`);
    },
  }),
  checkAnswered({
    rule: ["v1-app-effect", "MAY", "V1-APP-1"],
    title: "The answer changes the page",
    why: "The user clicks, and sees no change. This may be intended.",
    fix: "Send an element or a signal with the change.",
    run({ answer }) {
      const { status } = answer.exchange!.head!;
      if (status !== 200) {
        return status < 300 ? fail("a change", `status ${status} changes nothing`) : notApplicable(`status ${status}`);
      }
      const seen = instructionsIn(answer);
      if (seen.length === 0) return notApplicable("the stream has no event");
      if (seen.every(({ effect }) => !effect)) return notApplicable(answer.why ?? "the page cannot be opened");
      const changing = seen.filter(({ effect }) => effect?.changed || effect && effect.scriptRuns > 0);
      if (changing.length > 0) return pass(`${changing.length} of ${seen.length} events`);
      const ranges = seen.map(({ event }) => event.range);
      return failIn(answer, "a change", "the page and its signals do not change", ranges);
    },
  }),
  checkAnswered({
    rule: ["v1-app-pace", "MUST", "V1-SSE-8"],
    title: "The events of a stream come one by one, while it is open",
    why: "Something holds back the events: the page does not change for a while and then jumps, or it shows nothing.",
    fix: "Flush each event. Turn off compression and buffering for event streams, also in the proxy " +
      "(`x-accel-buffering: no`), and do not build the body before it is sent.",
    run: ({ answer }) => judgePace(answer),
  }),
];

/** The texts of the checks of data that the page does not send. */
const badData: Record<BadDataName, { title: string; level: Level; clause: string; fix: string }> = {
  "empty": {
    title: "A request with no signal in it is answered or refused",
    level: "MUST",
    clause: "V1-REQ-4",
    fix: "Check that each signal exists before you use it.",
  },
  "missing": {
    title: "A request without signals is answered or refused",
    level: "MUST",
    clause: "V1-REQ-4",
    fix: "Treat missing signals, or missing fields of a form, as empty, or refuse the request.",
  },
  "malformed": {
    title: "Signals that are not JSON are answered or refused",
    level: "MUST",
    clause: "V1-REQ-2",
    fix: "Catch the error of the JSON parser.",
  },
  "list": {
    title: "A list in place of the signals is answered or refused",
    level: "MUST",
    clause: "V1-REQ-4",
    fix: "Check that the value is an object before you read a signal.",
  },
  "wrong-type": {
    title: "Signals of an unexpected type are answered or refused",
    level: "MUST",
    clause: "V1-REQ-4",
    fix: "Check the type of each signal before you use it.",
  },
};

const badChecks = badDataNames.map((name) => {
  const { title, level, clause, fix } = badData[name];
  return checkAnswered({
    rule: [`v1-app-bad-${name}`, level, clause],
    title,
    why:
      "A link, a bot or an attacker makes the handler fail: the user sees nothing, or loses the page, and the server may " +
      "stop.",
    fix: `${fix} A refusal is a plain 4xx: the client ignores its body, and does not send the request again.`,
    run({ bad, missing, answer }) {
      const stream = bad[name];
      if (!stream) return judgeMissing(missing, name) ?? notApplicable("no such request was sent");
      const expected = "an event stream, or a refusal with a 4xx";
      const exchange = stream.exchange!;
      if (!exchange.head) return failIn(stream, expected, describeAnswer(exchange));
      const { status } = exchange.head;
      if (status >= 500) {
        if (answer.exchange!.head!.status >= 500) return notApplicable("the action fails whatever is sent");
        return failIn(stream, expected, describeAnswer(exchange));
      }
      if (status !== 200) return pass(`${status}`);
      if (isWholePage(stream)) {
        return failIn(stream, expected, `a page that replaces this one: ${describeAnswer(exchange)}`);
      }
      const error = errorIn(stream);
      if (error && !errorIn(answer)) return failIn(stream, "events without an error", error.actual, error.at);
      return pass(`${status}`);
    },
  });
});

/** Whether an answer is a page, which the client patches over the one that the user has [V1-REQ-7, PEL-7]. */
const isWholePage = ({ form, exchange }: V1Stream): boolean =>
  form === "elements" && exchange !== undefined && !hasSelector(exchange) &&
  /<\/(?:html|head|body)>/.test(new TextDecoder().decode(exchange.body));

const hasSelector = ({ head }: Exchange): boolean =>
  head?.headers.some(([name]) => name.toLowerCase() === "datastar-selector") ?? false;

const injection = checkAnswered({
  rule: ["v1-app-injection", "MUST", "PEL-24"],
  title: "The text of a signal cannot inject events, elements, attributes, code or URLs",
  why: "A link with a prepared text, or the text of a different user, runs an attacker's code in the user's page.",
  fix:
    "Escape the text for its context: `&`, `<`, `>`, `\"` and `'` in HTML; JSON, with `@` as `\\u0040`, in `data-signals`; " +
    "JSON alone in `datastar-patch-signals`. Split content at CRLF, LF and CR, with the key on each line.",
  run: (action) => judgeProbes(action, findIntrusion),
});

const textFails = checkAnswered({
  rule: ["v1-app-text", "MUST", "V1-APP-5"],
  title: "Each text of a signal gets an answer, at which the client reports no error",
  why: "A user types a quotation mark or an address with an `@`, and the answer, or the rest of the page, is dead.",
  fix:
    "If there is no answer, see the server's log: the handler has probably thrown. Otherwise escape the text for its context: JSON made by a JSON encoder in `datastar-patch-signals`; in `data-signals` the " +
    "same with `@` as `\\u0040`, and then as an attribute; no text of users in other expressions.",
  run: (action) => judgeTexts(action, errorIn),
});

const crowdChecks = checkCrowd(
  reword(readerChecks((feed) => instructionsIn(feed as V1Stream), isRefusal), crowdWords),
  (id) => id.replace("v1-live-", "v1-app-live-"),
);

export const app: AppCheck<AppEvidence>[] = [
  ...pageChecks,
  ...answerChecks,
  ...badChecks,
  injection,
  textFails,
  ...crowdChecks,
];
