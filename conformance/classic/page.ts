/** The checks of the example's page. */

import { fail, type Finding, notApplicable, pass, type ServerCheck, unobserved } from "../check.ts";
import { asksAgain } from "../checks/failure.ts";
import { pageAnswer, pageText } from "../checks/document.ts";
import { quoteText } from "../checks/quote.ts";
import { serverChecks } from "../checks/server_checks.ts";
import type { Definition } from "../checks/stream_checks.ts";
import { attributeOf, type ParsedPage, parseMarkup, type Spot } from "../markup.ts";
import type { Exchange } from "../recording.ts";
import type { Store } from "../../harness/mod.ts";
import { readStoreText } from "../store_text.ts";
import {
  attributesOf,
  canHappen,
  eventOf,
  findMisnomer,
  findMisspelt,
  hasFieldFor,
  isShown,
  type PageAttribute,
  quoteAttribute,
  wordsIn,
} from "./bindings.ts";
import type { Routes } from "../example/plan.ts";
import { makesRequest, repeats } from "./endless.ts";
import type { ClassicStream } from "./interpret.ts";
import { findObstacle } from "../policy.ts";
import { findClient, ownCodeOf } from "./scripts.ts";
import type { ServerView } from "./view.ts";

const checkPage = serverChecks<ServerView>("example", "page");

/** A check of the page's HTML, if there is any. */
function checkHtml(
  { run, ...info }: Definition<{ run: (page: ParsedPage, server: ServerView) => Finding }>,
) {
  return checkPage({
    ...info,
    run(server) {
      if (server.page.tooLong) return unobserved(server.page.why!);
      return server.parsedPage ? run(server.parsedPage, server) : notApplicable("the answer is not an HTML page");
    },
  });
}

/** A check of the text of a page. */
const checkText = ({ run, ...info }: Definition<{ run: (parsed: ParsedPage, page: Exchange) => Finding }>) =>
  checkHtml({ ...info, run: (parsed, { page }) => run(parsed, page) });

/** A check that the element of one part of the example is there once. */
function checkElement(
  { idOf, ...info }: Definition<{ idOf: (page: ParsedPage) => string }>,
) {
  return checkHtml({
    ...info,
    run(page) {
      const id = idOf(page);
      const found = page.elements.filter((element) => attributeOf(element, "id") === id);
      if (found.length === 1) return pass(`<${found[0].tagName} id="${id}">`);
      const actual = found.length === 0 ? `no element has the id ${quoteText(id)}` : `${found.length} elements have it`;
      return fail(`one element with the id ${quoteText(id)}`, actual);
    },
  });
}

/** The id of the page's element with the store: `main`, or a different one. */
export function storeIdOf({ parsedPage }: Pick<ServerView, "parsedPage">): string {
  return parsedPage ? idOfStore(parsedPage) : "main";
}

/** The id of the element whose store has the signal `output`: a page may have other stores before it. */
function idOfStore({ elements }: ParsedPage): string {
  const holders = elements.flatMap((element) =>
    element.attrs.filter(({ name }) => /^data-store(\.|$)/.test(name)).map(({ value }) => ({ element, value }))
  );
  const hasOutput = ({ value }: { value: string }) => readStoreText(value).names.some(({ path }) => path === "output");
  const holder = holders.find(hasOutput) ?? holders[0];
  return (holder && attributeOf(holder.element, "id")) ?? "main";
}

/** Whether an attribute of the page makes signals that are not known, since code would have to run for them. */
function hasUnknownStore({ elements }: ParsedPage, store: Store): boolean {
  const texts = elements.flatMap(({ attrs }) => attrs.filter(({ name }) => /^data-store(\.|$)/.test(name)));
  return texts.map(({ value }) => readStoreText(value)).some(({ kind, names }) =>
    kind === "code" || names.some(({ top, name, isNull }) => top && !isNull && !Object.hasOwn(store, name))
  );
}

const documentChecks: ServerCheck<ServerView>[] = [
  checkPage({ rule: ["page-status", "MUST", "EXA-1"], ...pageAnswer.status }),
  checkPage({ rule: ["page-type", "MUST", "EXA-1"], ...pageAnswer.type }),
  checkText({ rule: ["page-utf8", "MUST", "EXA-1"], ...pageText.utf8 }),
  checkText({ rule: ["page-charset", "SHOULD", "EXA-1"], ...pageText.charset }),
  checkText({ rule: ["page-doctype", "SHOULD", "EXA-1"], ...pageText.doctype }),
  checkHtml({
    rule: ["page-markup", "SHOULD", "EXA-1"],
    title: "The page has no markup errors",
    why: "Browsers correct errors in their own way: elements may end up in unexpected places.",
    fix: "Correct the markup at the given line and column.",
    run({ html }) {
      const wrong = markupErrors(html);
      if (wrong.length === 0) return pass("no markup error");
      const [{ what, from }] = wrong;
      const lines = html.slice(0, from).split("\n");
      const place = `line ${lines.length}, column ${lines[lines.length - 1].length + 1}`;
      const more = wrong.length > 1 ? `, and ${wrong.length - 1} more` : "";
      return fail("no markup error", `${what} at ${place}: ${quoteText(html.slice(from, from + 40), 40)}${more}`);
    },
  }),
];

const exampleChecks: ServerCheck<ServerView>[] = [
  checkHtml({
    rule: ["page-client", "MUST", "EXA-2"],
    title: "The page loads the client",
    why: "Without the client the page does nothing: nothing reads its attributes, and no request is made.",
    fix: 'Add `<script type="module" src="…"></script>` with the URL of the client 0.19.9, as ' +
      "`text/javascript`.",
    run(page, { address, answers }) {
      const { is, why } = findClient(page, address, answers);
      if (is === "unknown") return unobserved(why);
      return is === "missing" ? fail("a script that is the client", why) : pass(why);
    },
  }),
  checkHtml({
    rule: ["page-module", "SHOULD", "EXA-2"],
    title: "The page loads the client as a module script",
    why: "A classic script may run before the page is parsed, and then finds no attributes.",
    fix: 'Write `<script type="module" src="…"></script>`, or add `defer`.',
    run({ elements }) {
      const scripts = elements.filter(({ tagName }) => tagName === "script");
      const late = scripts.find((script) =>
        attributeOf(script, "type")?.toLowerCase() === "module" || attributeOf(script, "defer") !== undefined
      );
      if (late) return pass(attributeOf(late, "src") ?? "a module in the page");
      if (scripts.length === 0) return notApplicable("the page has no script");
      return fail('<script type="module" src="…">', "no script is a module");
    },
  }),
  checkHtml({
    rule: ["page-csp", "MUST", "EXA-2"],
    title: "The policy of the page lets the client run and make requests",
    why: "The client compiles each expression, and a policy without 'unsafe-eval' forbids that: nothing works.",
    fix:
      "Send `content-security-policy: script-src 'self' 'unsafe-eval'; connect-src 'self'`, or leave out the policy.",
    run(parsed, { page, address, answers }) {
      const { script } = findClient(parsed, address, answers);
      const code = ownCodeOf(parsed, address, answers);
      const obstacle = findObstacle(parsed, { exchange: page, address, script, code });
      return obstacle === undefined ? pass("nothing is forbidden") : fail("scripts, functions and requests", obstacle);
    },
  }),
  checkHtml({
    rule: ["page-starts", "MUST", "EXA-2"],
    title: "The client starts on the page",
    why: "The client stops at the first attribute that it refuses: no button of the page works.",
    fix:
      "Correct the attribute that the finding names; the clauses STO and APP-4 to APP-6 list what the client accepts.",
    run(_, { pageError }) {
      if (pageError === undefined) return pass("no error");
      return fail("no error", `the client throws: ${pageError}`);
    },
  }),
  checkHtml({
    rule: ["page-store", "MUST", "EXA-3"],
    title: "The page's store has the strings input and output, and the boolean show",
    why: "The page needs these three signals to show and send its data.",
    fix:
      'Give the main element `data-store="{&quot;input&quot;:&quot;&quot;,&quot;output&quot;:&quot;&quot;,&quot;show&quot;:true}"`.',
    run(parsed, { store }) {
      if (!store) return notApplicable("the client does not start on the page");
      if (hasUnknownStore(parsed, store)) {
        return notApplicable("the signals of the page are known only if its code runs");
      }
      const wrong = ["input", "output"].filter((name) => typeof store[name] !== "string");
      if (typeof store.show !== "boolean") wrong.push("show");
      if (wrong.length === 0) return pass(quoteText(JSON.stringify(store)));
      const actual = wrong.map((name) => `${name}: ${JSON.stringify(store[name]) ?? "missing"}`).join(", ");
      return fail("input and output are strings, show is a boolean", actual);
    },
  }),
  checkElement({
    rule: ["page-main", "MUST", "EXA-3"],
    title: "The element with the store has a unique id",
    why: `The answer of the round trip finds no element: the client throws, and ${asksAgain}.`,
    fix: 'Put the store on an element with a unique id: `<main id="main" data-store="…">`.',
    idOf: idOfStore,
  }),
  checkElement({
    rule: ["page-target", "MUST", "EXA-3"],
    title: "The page has one element with the id target",
    why: `The answer with the time finds no element: the client throws, and ${asksAgain}.`,
    fix: 'Put `<div id="target"></div>` into the page, once.',
    idOf: () => "target",
  }),
  checkElement({
    rule: ["page-feed", "MUST", "EXA-3"],
    title: "The page has one element with the id feed",
    why: `The events of the feed find no element: the client throws, and ${asksAgain}.`,
    fix: 'Put `<span id="feed" data-on-load="$$get(\'/feed\')"></span>` into the page, once.',
    idOf: () => "feed",
  }),
  checkHtml({
    rule: ["page-actions", "SHOULD", "EXA-4"],
    title: "The page requests each endpoint with $$get",
    why: "The page cannot request the endpoints of the server.",
    fix: "Give buttons `data-on-click=\"$$get('/get')\"` and `\"$$get('/target')\"`, and the feed's element " +
      "`data-on-load=\"$$get('/feed')\"`.",
    run(parsed, { routes, actions, pageError, address, answers }) {
      if (pageError !== undefined) return notApplicable("the client does not start on the page");
      const attributes = attributesOf(parsed);
      const code = ownCodeOf(parsed, address, answers);
      const words = code === undefined ? undefined : wordsIn(code);
      const idle = attributes.filter((attribute) =>
        attribute.plugin.prefix === "on" && words && !canHappen(eventOf(attribute), attributes, words)
      ).map(({ name }) => name);
      const possible = actions.filter(({ attributeName }) => !idle.includes(attributeName));
      const isUnknown = possible.some(({ url, method }) => !url && method === "GET");
      const asks = (path: string) =>
        possible.some(({ url, method }) => method === "GET" && url?.pathname === path.split("?")[0]);
      const missing = (["get", "target", "feed"] satisfies (keyof Routes)[]).filter((route) => !asks(routes[route]));
      if (missing.length === 0) return pass("the page requests all three");
      if (isUnknown) return notApplicable("the requests of the page are known only if its code runs");
      const actual = missing.map((route) => `no $$get('${routes[route]}')`).join(", ");
      return fail("an action for each endpoint", actual);
    },
  }),
  checkHtml({
    rule: ["page-bindings", "MUST", "EXA-10"],
    title: "A field sets input, an element shows output, and each name in an attribute exists",
    why: "The user's text is not sent, or the answer is not shown; a wrong name makes the client throw or do nothing.",
    fix:
      'Write `<input data-model="input">` and `<div data-text="$output"></div>`, and correct the name that the finding names.',
    run: judgeBindings,
  }),
  checkHtml({
    rule: ["page-loop", "MUST", "EXA-11"],
    title: "The page does not make endless requests",
    why: "Each answer, or each frame, starts the next request: the browser and the server are busy all the time.",
    fix: "Make requests on events such as `click`, or once with `data-on-load` without modifiers.",
    run(parsed, server) {
      for (const attribute of attributesOf(parsed)) {
        const when = repeats(attribute) ?? repeatsOnChange(attribute, server);
        if (when) {
          return fail("no request that is made again and again", `${quoteAttribute(attribute)} makes one ${when}`);
        }
      }
      return pass("no endless requests");
    },
  }),
];

/** [EXA-10] */
function judgeBindings(parsed: ParsedPage, { get, target, feed, store, address, answers }: ServerView): Finding {
  if (!store) return notApplicable("the client does not start on the page");
  if (store.input === undefined || store.output === undefined) return notApplicable("see page-store");
  const client = findClient(parsed, address, answers);
  if (client.is === "unknown") return unobserved(client.why);
  const attributes = attributesOf(parsed);
  const code = ownCodeOf(parsed, address, answers);
  if (code === undefined) return notApplicable("a script from a different server may do the same");
  const stores = [store, get.plain.store, target[0].store, feed.store].filter((known) => known !== undefined);
  const wrong = findMisnomer(attributes, { stores, code });
  if (wrong) {
    const { attribute, problem, meant } = wrong;
    const actual = `${quoteAttribute(attribute)}: ${problem}${meant ? `; did you mean ${meant}?` : ""}`;
    return fail("signals of the page, actions of the client and events of browsers", actual);
  }
  const near = (prefix: "model" | "text") => {
    const found = findMisspelt(parsed, prefix);
    return found ? `; the page has ${found.name}: did you mean ${found.meant}?` : "";
  };
  // Scripts of the page may do the same.
  if (!hasFieldFor("input", attributes) && !/\binput\b/.test(code)) {
    return fail('a field with data-model="input"', `no field sets the signal input${near("model")}`);
  }
  if (!isShown("output", attributes) && !/\boutput\b/.test(code)) {
    return fail('an element with data-text="$output"', `no element shows the signal output${near("text")}`);
  }
  return pass("input is set, and output is shown");
}

/** Whether answers to the same action have different signals, besides those of the round trip. */
function bringChanges(answers: readonly ClassicStream[]): boolean {
  const others = answers.flatMap(({ store }) => store ? [JSON.stringify({ ...store, input: "", output: "" })] : []);
  return new Set(others).size > 1;
}

/** When an attribute that waits for changes of signals makes requests that change them, or that never end. */
function repeatsOnChange(
  attribute: PageAttribute,
  { actions, routes, target, get }: ServerView,
): string | undefined {
  const { plugin, name, value } = attribute;
  if (plugin.prefix !== "on" || eventOf(attribute) !== "store-change" || !makesRequest(value)) return;
  const asked = actions.filter(({ attributeName }) => attributeName === name).map(({ url }) => url?.pathname);
  const asks = (route: keyof Routes) => asked.includes(routes[route].split("?")[0]);
  if (asks("feed")) return "with each change of a signal, and none of them ends";
  const changing = asks("target") && bringChanges(target) || asks("get") && bringChanges(Object.values(get));
  if (changing) return "with each change of a signal, of which its answer makes one";
}

export const page: ServerCheck<ServerView>[] = [...documentChecks, ...exampleChecks];

/** The errors in the markup, in the order of the text. */
function markupErrors(html: string): { what: string; from: number }[] {
  // It is parsed as a fragment, in which there is no document: the tags of one are no error here.
  const { errors, dropped, unclosed, stray, moved } = parseMarkup(html);
  const isOfDocument = ({ name }: Spot) => /^(html|head|body)$/.test(name);
  return [
    ...errors.filter(({ name }) => !/doctype/.test(name)).map(({ name, from }) => ({ what: name, from })),
    ...dropped.filter((spot) => !isOfDocument(spot)).map(({ name, from }) => ({ what: `<${name}> not allowed`, from })),
    ...unclosed.map(({ name, from }) => ({ what: `<${name}> without an end tag`, from })),
    ...stray.filter((spot) => !isOfDocument(spot)).map(({ name, from }) => ({ what: `</${name}> too many`, from })),
    ...moved.map(({ name, from }) => ({ what: `${name} in the wrong place`, from })),
  ].sort((a, b) => a.from - b.from);
}
