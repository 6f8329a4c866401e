/** The checks of the example's page, beside those of any page: its two places, its three actions and its signals. */

import { fail, type Finding, notApplicable, pass, type ServerCheck } from "../check.ts";
import { quoteText } from "../checks/quote.ts";
import { serverChecks } from "../checks/server_checks.ts";
import type { Definition } from "../checks/stream_checks.ts";
import { attributeOf, type ParsedPage, parsePage } from "../markup.ts";
import { examplePage as anyPage } from "./page.ts";
import type { WithPageView } from "./page_view.ts";
import type { ServerEvidence } from "./server_evidence.ts";

/** A check of the page, if there is one. */
function checkHtml({ run, ...info }: Definition<{ run: (page: ParsedPage, server: ServerEvidence) => Finding }>) {
  return serverChecks<ServerEvidence>("example", "page")({
    ...info,
    run: (server) =>
      server.source ? run(parsePage(server.source.html), server) : notApplicable("the answer is not an HTML page"),
  });
}

/** A check that the element of one part of the example is there once. */
const checkElement = ({ element, ...info }: Definition<{ element: string }>) =>
  checkHtml({
    ...info,
    run({ elements }) {
      const { length } = elements.filter((found) => attributeOf(found, "id") === element);
      if (length === 1) return pass(`#${element}`);
      const actual = length === 0 ? `no element has the id ${quoteText(element)}` : `${length} elements have it`;
      return fail(`one element with the id ${quoteText(element)}`, actual);
    },
  });

const exampleChecks: ServerCheck<ServerEvidence>[] = [
  checkElement({
    rule: ["v1-page-target", "MUST", "PEL-12"],
    title: "The page has one element with the id target",
    why: "The answer with the time finds no element, or the wrong one: the button does nothing.",
    fix: 'Put `<div id="target"></div>` into the page, once.',
    element: "target",
  }),
  checkElement({
    rule: ["v1-page-feed", "MUST", "PEL-12"],
    title: "The page has one element with the id feed",
    why: "The events of the feed find no element, or the wrong one: the number does not appear.",
    fix: 'Put `<span id="feed"></span>` into the page, once.',
    element: "feed",
  }),
  checkHtml({
    rule: ["v1-page-actions", "SHOULD", "V1-REQ-1"],
    title: "The page requests each endpoint",
    why: "The page cannot request the endpoints of the server.",
    fix: "Give buttons `data-on:click=\"@get('/get')\"` and `\"@get('/target')\"`, and the element around the feed " +
      "`data-init=\"@get('/feed')\"`.",
    run(_, { routes, actions }) {
      const asks = (path: string) =>
        actions.some(({ url, method }) => method === "GET" && url?.pathname === path.split("?")[0]);
      const missing = [routes.get, routes.target, routes.feed].filter((path) => !asks(path));
      if (missing.length === 0) return pass("the page requests all three");
      if (actions.some(({ url }) => !url)) return notApplicable("a request of the page is known only if its code runs");
      return fail("an action for each endpoint", missing.map((path) => `no @get('${path}')`).join(", "));
    },
  }),
  checkHtml({
    rule: ["v1-page-bindings", "SHOULD", "V1-APP-14"],
    title: "The page sets the signal input and shows the signal output",
    why: "The user's text is not sent, or the answer is not shown.",
    fix: 'Write `<input data-bind:input>` and `<div data-text="$output"></div>`.',
    run({ elements }) {
      const attributes = elements.flatMap(({ attrs }) => attrs).filter(({ name }) => name.startsWith("data-"));
      const binds = (signal: string) =>
        attributes.some(({ name, value }) =>
          new RegExp(`^data-bind:${signal}(?:__|$)`).test(name) || /^data-bind(?:__|$)/.test(name) && value === signal
        );
      const uses = (pattern: RegExp) => attributes.some(({ value }) => pattern.test(value));
      if (!binds("input") && !uses(/\$input\s*=(?!=)/)) return fail("a field for the signal input", "there is none");
      const isShown = binds("output") || uses(/\$output\b/) ||
        attributes.some(({ name }) => name.startsWith("data-json-signals"));
      return isShown ? pass("both are used") : fail("an element that shows the signal output", "there is none");
    },
  }),
];

export const page: ServerCheck<ServerEvidence & WithPageView>[] = [...anyPage, ...exampleChecks];
