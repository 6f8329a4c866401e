/** The checks of the example's page, on pages that are right in an unusual way, and on pages with a small fault. */

import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import type { ServerEvidence } from "../conformance/classic/evidence.ts";
import { findActions } from "../conformance/classic/actions.ts";
import { page as checks } from "../conformance/classic/page.ts";
import { sourceOf, startOn } from "../conformance/classic/page_source.ts";
import { planScripts } from "../conformance/classic/scripts.ts";
import { viewServer } from "../conformance/classic/view.ts";
import { parsePage } from "../conformance/markup.ts";
import type { Exchange } from "../conformance/recording.ts";
import { createParts } from "./mutants/server.ts";

const html = createParts().page().body;
const address = new URL("http://127.0.0.1:3000/");
const routes = { page: "/", get: "/get", target: "/target", feed: "/feed" };

interface Page {
  /** What is special about it. */
  name: string;
  html: string;
  /** The value of the header `content-security-policy`. */
  policy?: string;
}

/** Replaces texts of the page, each of which has to be there. */
function change(...changes: [from: string | RegExp, to: string][]): string {
  return changes.reduce((before, [from, to]) => {
    const after = before.replace(from, () => to);
    if (after === before) throw new Error(`The page has no ${from}`);
    return after;
  }, html);
}

/** Adds HTML to the end of the element with the store. */
const add = (more: string) => change(["</main>", `${more}</main>`]);

/** Replaces the page's store. */
const withStore = (store: string, ...changes: [from: string | RegExp, to: string][]) =>
  change([/data-store="[^"]*"/, `data-store="${store}"`], ...changes);

const answer = (text: string, headers: Record<string, string>): Exchange => {
  const body = new TextEncoder().encode(text);
  return {
    name: "GET /",
    request: { method: "GET", path: "/", headers: {} },
    head: { version: "1.1", status: 200, reason: "OK", headers: Object.entries(headers), at: 1 },
    body,
    chunks: [{ at: 1, start: 0, end: body.length }],
    ending: "complete",
    endedAt: 1,
  };
};

/** The checks of the page that fail, with what was seen. The client is at `/datastar.js` alone. */
function failuresOn({ html, policy }: Page): Record<string, string> {
  const headers = { "content-type": "text/html; charset=utf-8", ...policy && { "content-security-policy": policy } };
  const page = answer(html, headers);
  const source = sourceOf(page)!;
  const start = startOn(source);
  const answers: Record<string, Exchange> = {};
  for (const { id, path } of planScripts(parsePage(html), address, answers)) {
    answers[id] = answer('const names = ["datastar-fragment"];', { "content-type": "text/javascript" });
    if (path !== "/datastar.js") answers[id].head!.status = 404;
  }
  const actions = start.store ? findActions(source, address) : [];
  const stream = { events: [] };
  const evidence = {
    routes,
    page,
    source,
    address,
    answers,
    actions,
    ...start,
    target: [stream, stream],
    feed: stream,
  };
  const server = viewServer({ ...evidence, get: { plain: stream } } as unknown as ServerEvidence);
  const findings = checks.map(({ id, run }) => ({ id, ...run(server) }));
  return Object.fromEntries(findings.filter(({ outcome }) => outcome === "fail").map(({ id, actual }) => [id, actual]));
}

const right: Page[] = [
  {
    name: "attributes in another order",
    html: change(['id="input" data-model="input"', 'data-model=input id="input"']),
  },
  {
    name: "a store in single quotes",
    html: change([/data-store="[^"]*"/, `data-store='{"input":"","output":"","show":true}'`]),
  },
  {
    name: "other quotes in actions",
    html: change(["$$get('/get')", "$$get(`/get`)"], ["$$get('/feed')", "$$get(&quot;/feed&quot;)"]),
  },
  { name: "references in expressions", html: change(["$show = !$show", "$show &#61; !$show &amp;&amp; true"]) },
  { name: "a page in a comment", html: change(["<body>", "<!-- <main data-store='{' data-on-clik> --><body>"]) },
  { name: "one line", html: html.replace(/\n/g, "") },
  { name: "no tags of html, head and body", html: html.replace(/<\/?(?:html|head|body)[^>]*>\n?/g, "") },
  { name: "text from right to left", html: change(['lang="en"', 'lang="ar" dir="rtl"'], ["Send", "إرسال"]) },
  {
    name: "a template with other bindings",
    html: add('<template><b data-text="$no" data-on-clik="$$gett()"></b></template>'),
  },
  {
    name: "one more form",
    html: add('<form data-on-submit="evt.preventDefault(); $$post(\'/x\')"><input name="q"><button>Go</button></form>'),
  },
  {
    name: "signals in objects",
    html: withStore("{input:'',output:'',show:true,user:{name:{first:'A'}}}", [
      "</main>",
      '<input data-model="user.name.first"><b data-text="$user.name.first.toUpperCase()"></b></main>',
    ]),
  },
  {
    name: "an object named store",
    html: withStore("{input:'',output:'',show:true,store:{x:1}}", ["</main>", '<b data-text="$store.x"></b></main>']),
  },
  { name: "a modifier of the field", html: change(['data-model="input"', 'data-model.debounce_500ms="input"']) },
  { name: "white space around the field's signal", html: change(['data-model="input"', 'data-model=" input "']) },
  {
    name: "a field without data-model",
    html: change(['data-model="input"', 'data-on-input="$input = evt.target.value"']),
  },
  {
    name: "a field in a component",
    html: change(['<input id="input" data-model="input">', '<x-field data-model="input"></x-field>']),
  },
  { name: "the output in an attribute", html: change(['data-text="$output"', 'data-bind-title="$output"']) },
  {
    name: "the output in a field",
    html: change(['<div id="output" data-text="$output"></div>', '<textarea readonly data-model="output"></textarea>']),
  },
  {
    name: "a computed output",
    html: change(['"$output"', '"$shownText"'], ["<main ", '<main data-computed-shown-text="$output.trim()" ']),
  },
  {
    name: "attributes of other libraries",
    html: add(
      '<i data-toggle="x" data-action="click->a#b" data-price="$price" data-bs-target="$$x" hx-get="/y" x-data="{a:1}" @click="$dispatch(1)"></i>',
    ),
  },
  {
    name: "events of a component",
    html: add('<x-thing data-on-changed="$show = true" data-on-x-click="$show = true"></x-thing>'),
  },
  {
    name: "an event that a script makes",
    html: change([
      "</body>",
      '<p id="p" data-on-clicked="1"></p><script>p.dispatchEvent(new Event("clicked"))</script></body>',
    ]),
  },
  {
    name: "an event that a script of another server may make",
    html: change(["<title>", '<script src="https://cdn.example/x.js"></script><title>'], [
      "</main>",
      '<i data-on-closed="$show = true"></i></main>',
    ]),
  },
  {
    name: "modifiers of events",
    html: add(
      '<i data-on-keydown.window.key_escape="$show = false" data-on-click.debounce_1s.once="$show = true"></i>',
    ),
  },
  {
    name: "events of browsers in several words",
    html: add('<i data-on-dblclick="1" data-on-animationend="1" data-on-DOMContentLoaded.window="1"></i>'),
  },
  { name: "actions that make no requests", html: change(["$show = !$show", "$$toggleAll('show')"]) },
  {
    name: "an indicator",
    html: add('<i id="w"></i><b data-fetch-indicator="\'#w\'" data-bind-aria-busy="$$isFetching(\'#w\')"></b>'),
  },
  { name: "a request now and then", html: add("<i data-on-raf.throttle_1s=\"$$get('/target')\"></i>") },
  {
    name: "a request with each frame until a signal stops it",
    html: add("<i data-on-raf=\"$show && ($show = false, $$get('/target'))\"></i>"),
  },
  {
    name: "a request when signals change, whose answer changes none",
    html: add("<i data-on-store-change.debounce_1s=\"$$get('/target')\"></i>"),
  },
  { name: "a request when an element is first seen", html: add("<i data-intersects.once=\"$$get('/target')\"></i>") },
  {
    name: "a store that needs the time",
    html: withStore("{input:'',output:'',show:true,now:new Date().getTime()}", [
      "</main>",
      '<b data-bind-title="$now"></b></main>',
    ]),
  },
  { name: "a store that is spread", html: withStore("{...{input:'',output:'',show:true}}") },
  { name: "a base for other links", html: change(["<title>", '<base href="/docs/" target="_blank"><title>']) },
  {
    name: "a base for the client",
    html: change(["<title>", '<base href="/"><title>'], ['"/datastar.js"', '"datastar.js"']),
  },
  {
    name: "the client by an import map",
    html: change([
      'type="module" src="/datastar.js">',
      'type="importmap">{"imports":{"ds":"/datastar.js"}}</script><script type="module">import "ds";',
    ]),
  },
  {
    name: "a script for old browsers, too",
    html: change(["<title>", '<script nomodule src="/old.js"></script><title>']),
  },
  { name: "prices in texts", html: add("<p>It costs $5 or $money, and $$get('/feed')</p>") },
  {
    name: "a policy that allows what the client needs",
    html,
    policy: "default-src 'self'; script-src 'self' 'UNSAFE-EVAL'",
  },
  { name: "a policy of other things", html, policy: "frame-ancestors 'none'; img-src *, object-src 'none'" },
  {
    name: "a policy with a nonce",
    html: change(["<script", '<script nonce="abc"']),
    policy: "script-src 'nonce-abc' 'strict-dynamic' 'unsafe-eval'; connect-src 'self'",
  },
  {
    name: "a policy with a host and a port",
    html,
    policy: "script-src http://127.0.0.1:3000/datastar.js 'unsafe-eval'; connect-src http:",
  },
  {
    name: "a policy in the page",
    html: change([
      "<title>",
      `<meta http-equiv="Content-Security-Policy" content="default-src 'self' 'unsafe-eval'"><title>`,
    ]),
  },
];

interface WrongPage extends Page {
  /** The check that fails. */
  fails: string;
  /** A part of the message. */
  says?: string;
}

const wrong: WrongPage[] = [
  {
    name: "the bindings are crossed",
    html: change(['data-model="input"', 'data-model="output"'], ['"$output"', '"$input"']),
    fails: "page-bindings",
  },
  {
    name: "the output is a constant text",
    html: change(['"$output"', "\"'output'\""]),
    fails: "page-bindings",
    says: "output",
  },
  { name: "the field is hidden", html: change(["<input", '<input type="hidden"']), fails: "page-bindings" },
  { name: "the field cannot be changed", html: change(["<input", "<input readonly"]), fails: "page-bindings" },
  {
    name: "data-model is misspelt",
    html: change(["data-model", "data-modle"]),
    fails: "page-bindings",
    says: "did you mean data-model?",
  },
  {
    name: "data-text is misspelt",
    html: change(["data-text", "data-txt"]),
    fails: "page-bindings",
    says: "did you mean data-text?",
  },
  {
    name: "an event is misspelt",
    html: change(["data-on-click", "data-on-clik"]),
    fails: "page-bindings",
    says: "did you mean click?",
  },
  {
    name: "an event has a hyphen too many",
    html: add('<i data-on-key-down="$show = true"></i>'),
    fails: "page-bindings",
    says: "did you mean keydown?",
  },
  {
    name: "a signal is misspelt",
    html: change(["$show = !$show", "$shwo = !$show"]),
    fails: "page-bindings",
    says: "did you mean show?",
  },
  {
    name: "an event with two letters in the wrong order",
    html: add('<i data-on-clcik="$show = true"></i>'),
    fails: "page-bindings",
    says: "did you mean click?",
  },
  {
    name: "a signal in another case",
    html: change(['data-show="$show"', 'data-show="$Show"']),
    fails: "page-bindings",
    says: "did you mean show?",
  },
  {
    name: "an action is misspelt",
    html: change(["$$get('/target')", "$$gett('/target')"]),
    fails: "page-bindings",
    says: "did you mean get?",
  },
  {
    name: "an action in another case",
    html: change(["$$get('/target')", "$$Get('/target')"]),
    fails: "page-bindings",
    says: "did you mean get?",
  },
  {
    name: "an action of other libraries",
    html: change(["$$get('/target')", "$$fetch('/target')"]),
    fails: "page-bindings",
  },
  { name: "a request with each frame", html: add("<i data-on-raf=\"$$get('/target')\"></i>"), fails: "page-loop" },
  {
    name: "one more feed with each change",
    html: add("<i data-on-store-change=\"$$get('/feed')\"></i>"),
    fails: "page-loop",
  },
  {
    name: "a request whenever an element is seen",
    html: add("<i data-intersects=\"$$get('/target')\"></i>"),
    fails: "page-loop",
  },
  { name: "data-on-load with a modifier", html: change(["data-on-load", "data-on-load.once"]), fails: "page-loop" },
  { name: "a request in data-show", html: add("<i data-show=\"$$get('/target')\"></i>"), fails: "page-loop" },
  {
    name: "a request in data-bind",
    html: add("<i data-bind-title=\"$show && $$get('/target')\"></i>"),
    fails: "page-loop",
  },
  { name: "the client only for old browsers", html: change(['type="module"', "nomodule defer"]), fails: "page-client" },
  {
    name: "an import map alone",
    html: change(['type="module" src="/datastar.js">', 'type="importmap">{"imports":{"ds":"/datastar.js"}}']),
    fails: "page-client",
  },
  { name: "the client as data", html: change(['type="module"', 'type="application/json"']), fails: "page-client" },
  {
    name: "a base that leads elsewhere",
    html: change(["<title>", '<base href="/js/"><title>'], ['"/datastar.js"', '"datastar.js"']),
    fails: "page-client",
  },
  ...[
    "script-src 'self'",
    "default-src 'self'",
    "script-src 'none'",
    "script-src https://cdn.example 'unsafe-eval'",
    "script-src 127.0.0.1 'unsafe-eval'",
    "script-src 'nonce-abc' 'unsafe-eval'",
    "script-src 'self' 'strict-dynamic' 'unsafe-eval'",
    "script-src 'self' 'unsafe-eval'; script-src-elem 'none'",
    "script-src 'self' 'unsafe-eval', script-src 'self'",
    "connect-src 'none'",
    "sandbox allow-forms",
    "require-trusted-types-for 'script'",
  ].map((policy) => ({ name: `the policy ${policy}`, html, policy, fails: "page-csp" })),
  {
    name: "a policy in the page",
    html: change(["<title>", `<meta http-equiv="content-security-policy" content="script-src 'self'"><title>`]),
    fails: "page-csp",
  },
  {
    name: "a policy against code in the page",
    html: change(['src="/datastar.js">', '>import "/datastar.js";']),
    policy: "script-src 'self' 'unsafe-eval'",
    fails: "page-csp",
  },
];

describe("nothing is wrong with a page that has", () => {
  for (const page of right) test(page.name, () => assertEquals(failuresOn(page), {}));
});

describe("the cause is found where a page has", () => {
  for (const { fails, says = "", ...page } of wrong) {
    test(page.name, () => {
      const { "page-actions": _, "page-module": __, ...failures } = failuresOn(page); // each is a SHOULD
      assertEquals(Object.keys(failures), [fails], JSON.stringify(failures));
      assertEquals(failures[fails].includes(says), true, failures[fails]);
    });
  }
});
