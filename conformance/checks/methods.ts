/** The checks of requests by other methods than the page uses: HEAD, and one that no route expects. */

import { fail, type Finding, notApplicable, pass, type ServerCheck, unobserved } from "../check.ts";
import { type Exchange, headerValues } from "../recording.ts";
import { describeAnswer } from "./http.ts";
import { serverChecks, unanswered } from "./server_checks.ts";
import type { ServerFacts } from "./server_facts.ts";

const checkPage = serverChecks<ServerFacts>("requests", "page");
const checkGet = serverChecks<ServerFacts>("requests", "get");
const checkTarget = serverChecks<ServerFacts>("requests", "target");

/** Compares the answer to HEAD with the one to GET. */
function compareHead(server: ServerFacts, head: Exchange, get: Exchange): Finding {
  if (!get.head) return notApplicable(`${get.name} has no answer`);
  if (!head.head) return unanswered(server, head, "an answer without a body");
  const firstType = (exchange: Exchange) => headerValues(exchange, "content-type")[0]?.toLowerCase().replace(/\s/g, "");
  const summary = (exchange: Exchange) => `${exchange.head?.status}, ${firstType(exchange) ?? "no content-type"}`;
  if (summary(head) === summary(get)) return pass(summary(head));
  return fail(`as ${get.name}: ${summary(get)}`, `${head.name}: ${summary(head)}`);
}

const headWhy = "Programs that test a URL with HEAD, such as monitors, report it as broken.";
const headFix = "Handle HEAD like GET: most frameworks do so if the route is registered for both.";

export const methods: ServerCheck<ServerFacts>[] = [
  checkPage({
    rule: ["req-head-page", "SHOULD", "EXA-1"],
    title: "HEAD of the page is answered like GET, without a body",
    why: headWhy,
    fix: headFix,
    run: (server) => compareHead(server, server.heads.page, server.page),
  }),
  checkGet({
    rule: ["req-head", "SHOULD", "REQ-6"],
    title: "HEAD of an endpoint that ends is answered like GET, without a body",
    why: headWhy,
    fix: headFix,
    run(server) {
      const found = [
        compareHead(server, server.heads.get, server.get.plain.exchange!),
        compareHead(server, server.heads.target, server.target[0].exchange!),
      ];
      return found.find(({ outcome }) => outcome === "fail") ?? found[0];
    },
  }),
  checkPage({
    rule: ["req-head-body", "MUST", "EXA-1"],
    title: "Answers to HEAD have no body",
    why: "On a reused connection, the client reads the body as the next answer, and that answer is lost.",
    fix: "Send only the status and the headers, and end the answer there.",
    run({ heads }) {
      const answers = Object.values(heads).filter(({ head }) => head !== undefined);
      if (answers.length === 0) return notApplicable("no HEAD is answered");
      const wrong = answers.find(({ surplus }) => surplus !== undefined);
      return wrong ? fail("no body", `${wrong.name}: ${wrong.surplus} bytes of a body`) : pass("no body");
    },
  }),
  checkTarget({
    rule: ["req-method", "SHOULD", "REQ-7"],
    title: "An unexpected method is handled, or refused with a 4xx",
    why: "An unexpected request gets a server error, or no answer at all.",
    fix: "Refuse other methods with 405, the header `allow: GET, HEAD`, and an event stream as body.",
    run(server) {
      const { otherMethod } = server;
      if (!otherMethod.head) return unanswered(server, otherMethod, "a status below 500");
      const { status } = otherMethod.head;
      if (status < 500 && otherMethod.tooLong) return unobserved(otherMethod.why!);
      if (status < 500 && otherMethod.ending === "complete") return pass(`DELETE is answered with ${status}`);
      return fail("a status below 500, and an end", `DELETE: ${describeAnswer(otherMethod)}`);
    },
  }),
];
