/** The checks of an application: its page, and each of its actions. */

import { type AppCheck, fail, notApplicable, pass, unobserved } from "../check.ts";
import { appChecks, judgeMissing, judgePace, judgeProbes, judgeTexts } from "../app/checks.ts";
import { asksAgain } from "../checks/failure.ts";
import { describeAnswer, isStream } from "../checks/http.ts";
import { failIn } from "../checks/server_checks.ts";
import { readerChecks } from "../checks/live.ts";
import { parsePage } from "../markup.ts";
import type { Action } from "./actions.ts";
import { errorIn, mergesIn, namedEventsIn } from "./answer.ts";
import { type AppEvidence, type BadStoreName, badStoreNames } from "./app.ts";
import { attributesOf, findWrongEvent, quoteAttribute } from "./bindings.ts";
import type { ClassicStream, PageSource } from "./interpret.ts";
import { findIntrusion } from "./intrusion.ts";
import { whyNotPage } from "../page_kind.ts";
import { describeIdlePage } from "./page_kind.ts";

const { checkPage, checkAction, checkAnswered, checkCrowd } = appChecks<Action, ClassicStream, PageSource>();

const missing = [404, 405, 410, 501];

const pageChecks: AppCheck<AppEvidence>[] = [
  checkPage({
    rule: ["app-page", "MUST", "APP-1"],
    title: "The page is HTML, and the client starts on it",
    why: "No attribute of the page works, so no action can run.",
    fix: "Answer the URL with status 200 and HTML, and correct the attribute that the finding names.",
    run({ page, source, pageError, address }) {
      const why = whyNotPage(page, address);
      if (why !== undefined) return unobserved(why);
      if (!source || page.head?.status !== 200) return fail("200, text/html", describeAnswer(page));
      if (pageError !== undefined) return fail("a page on which the client starts", pageError);
      return pass("the client starts");
    },
  }),
  checkPage({
    rule: ["app-events", "MUST", "APP-21"],
    title: "The page's `data-on-*` attributes compile, have modifiers of the client, and keep forms on the page",
    why:
      "The client throws at the event, or the browser leaves the page: the action is not made, or its answer is lost.",
    fix:
      "Correct the attribute that is named. The client has no `.prevent` and no `.stop`: call `evt.preventDefault()` " +
      "or `evt.stopPropagation()` in the expression, before the action.",
    run({ actions, source, pageError }) {
      if (!source || pageError !== undefined) return notApplicable("the client does not start on the page");
      if (actions.length === 0) return notApplicable("no attribute of the page has an action");
      const wrong = findWrongEvent(attributesOf(parsePage(source.html)));
      if (!wrong) return pass("each can do what it is written for");
      return fail("events that the client handles", `${quoteAttribute(wrong.attribute)}: ${wrong.problem}`);
    },
  }),
  checkPage({
    rule: ["app-has-action", "MUST", "APP-1"],
    title: "The page has an action that can be checked",
    why: "Nothing is checked, because no request is made.",
    fix:
      "Give the address of a page with `$$get('/path')` or the like in an attribute. Where all actions are left out, " +
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
];

const answerChecks: AppCheck<AppEvidence>[] = [
  checkAction({
    rule: ["app-answer", "MUST", "REQ-6"],
    title: "The action is answered with success",
    why: "The user clicks, and nothing happens.",
    fix: "Register the route for this method, or correct the address in the page; see what the server logs for the " +
      "request. If it needs a login, send its cookie with `--header`.",
    run({ answer: { exchange } }) {
      const { head, why } = exchange!;
      if (!head) return fail("an answer", `the server did not answer: ${why}`);
      const { status } = head;
      if (status < 400) return pass(`status ${status}`);
      if (status >= 500 || missing.includes(status)) return fail("an answer below 400", describeAnswer(exchange!));
      return unobserved(`the server refuses: ${describeAnswer(exchange!)}`);
    },
  }),
  checkAnswered({
    rule: ["app-effect", "MAY", "APP-1"],
    title: "The answer changes the page",
    why: "The user clicks, and sees no change. This may be intended.",
    fix: "Send a fragment or a signal with the change.",
    run({ answer }) {
      const named = namedEventsIn(answer);
      if (named.length === 0) return notApplicable("the stream has no event");
      const changing = named.filter(({ effect, event }) => effect?.changed || event.instruction?.type === "redirect");
      if (changing.length > 0) return pass(`${changing.length} of ${named.length} events`);
      return failIn(
        answer,
        "a change",
        "the page and its signals do not change",
        named.map(({ event }) => event.range),
      );
    },
  }),
  checkAnswered({
    rule: ["app-pace", "MUST", "REQ-14"],
    title: "The events of a stream come one by one, while it is open",
    why: "Something holds back the events: the page does not change for a while and then jumps, or it shows nothing.",
    fix: "Flush each event. Turn off compression and buffering for event streams, also in the proxy " +
      "(`x-accel-buffering: no`), and do not build the body before it is sent.",
    run: ({ answer }) => judgePace(answer),
  }),
];

/** The texts of the checks of stores that the page does not send. */
const badStores: Record<BadStoreName, { title: string; level: "MUST" | "SHOULD"; fix: string }> = {
  "empty-store": {
    title: "A request with an empty store is answered",
    level: "MUST",
    fix: "Check that each signal exists before you use it: the store of a page may lack it.",
  },
  "missing": {
    title: "A request without a store is answered",
    level: "SHOULD",
    fix: "Treat a missing store as an empty one, or refuse the request with an event that says so.",
  },
  "malformed": {
    title: "A store that is not JSON is refused with an event",
    level: "SHOULD",
    fix: "Catch the error of the JSON parser.",
  },
  "list": {
    title: "A store that is a list is refused with an event",
    level: "SHOULD",
    fix: "Check that the store is an object before you use it.",
  },
  "wrong-type": {
    title: "Signals of an unexpected type are refused with an event",
    level: "SHOULD",
    fix: "Check the type of each signal before you use it.",
  },
};

const badChecks = badStoreNames.map((name) => {
  const { title, level, fix } = badStores[name];
  return checkAnswered({
    rule: [`app-bad-${name}`, level, "REQ-3"],
    title,
    why: "The client looks at the type of an answer and not at the status. If it is not that of an event stream, it " +
      `${asksAgain}.`,
    fix: `${fix} A refusal is an event stream too: a 4xx with a \`datastar-console\` event, or with a fragment.`,
    run({ bad, missing }) {
      const stream = bad[name];
      if (!stream) return judgeMissing(missing, name) ?? notApplicable("no such request was sent");
      const exchange = stream.exchange!;
      const expected = "an event stream with a status below 500";
      if (!exchange.head) return failIn(stream, expected, describeAnswer(exchange));
      if (exchange.head.status >= 500 || !isStream(exchange)) return failIn(stream, expected, describeAnswer(exchange));
      if (exchange.body.length === 0) return failIn(stream, "an answer with an event", "it is empty");
      const error = errorIn(stream);
      if (error) return failIn(stream, "events that do not throw", error.actual, error.at);
      return pass(`${exchange.head.status}, an event stream`);
    },
  });
});

const injection = checkAnswered({
  rule: ["app-injection", "MUST", "APP-19"],
  title: "The text of a signal cannot inject events, elements, attributes, code or URLs",
  why: "A link with a prepared text, or the text of a different user, runs an attacker's code in the user's page.",
  fix: "Escape the text for its context: `&`, `<`, `>`, `\"` and `'` in HTML; JSON with `\\uXXXX` for " +
    "``; $ ~ ' < > & ` `` in a store; no CR or LF in a `data:` line.",
  run: (action) => judgeProbes(action, findIntrusion),
});

const textRaises = checkAnswered({
  rule: ["app-text", "MUST", "STO-9"],
  title: "Each text of a signal gets an answer, at which the client does not throw",
  why: "A user types a semicolon, a quotation mark or a `$`, and the rest of the answer is lost.",
  fix:
    "If there is no answer, see the server's log: the handler has probably thrown. Otherwise escape the text for its " +
    "context. In a `data-store`, write ``; $ ~ ' < > & ` `` as \\uXXXX in the JSON; a `datastar-signal` needs a JSON encoder alone.",
  run: (action) => judgeTexts(action, errorIn),
});

const crowdChecks = checkCrowd(readerChecks((feed) => mergesIn(feed as ClassicStream)), (id) => `app-${id}`);

export const app: AppCheck<AppEvidence>[] = [
  ...pageChecks,
  ...answerChecks,
  ...badChecks,
  injection,
  textRaises,
  ...crowdChecks,
];
