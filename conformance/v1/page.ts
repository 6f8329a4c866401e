/** The checks of a page of v1: of the example's, and of any application's. */

import { type CheckInfo, fail, type Finding, notApplicable, pass, type ServerCheck, unobserved } from "../check.ts";
import { appChecks } from "../app/checks.ts";
import { pageAnswer, pageText } from "../checks/document.ts";
import { quoteSource, quoteText } from "../checks/quote.ts";
import { reword } from "../checks/reword.ts";
import { serverChecks } from "../checks/server_checks.ts";
import type { ServerFacts } from "../checks/server_facts.ts";
import type { Definition } from "../checks/stream_checks.ts";
import { v1 } from "../../harness/mod.ts";
import { attributeOf, type Element, type ParsedPage } from "../markup.ts";
import { findObstacle } from "../policy.ts";
import type { Exchange } from "../recording.ts";
import type { Action } from "./actions.ts";
import { attributeChecks, writtenKey } from "./attributes.ts";
import type { AppEvidence } from "./app.ts";
import { isIgnored, makesRequest } from "./client_attributes.ts";
import type { PageSource, V1Stream } from "./interpret.ts";
import { marks } from "./marks.ts";
import type { PageView, WithPageView } from "./page_view.ts";
import { faultOfAttribute } from "./patch.ts";
import type { V1View } from "./view.ts";

/** A check of a page. Its id goes on after that of the kind of page. */
interface PageCheck extends Pick<CheckInfo, "level" | "clause" | "title" | "why" | "fix"> {
  id: string;
  run: (page: PageView) => Finding;
}

const define = ({ rule: [id, level, clause], ...rest }: Definition<Pick<PageCheck, "run">>): PageCheck => ({
  id,
  level,
  clause,
  ...rest,
});

/** Defines a check of the text of a page. */
const defineText = ({ run, ...info }: Definition<{ run: (parsed: ParsedPage, page: Exchange) => Finding }>) =>
  define({ ...info, run: ({ parsed, page }) => run(parsed, page) });

const restIsDead =
  "all attributes after it are dead, those of the rest of the page and of all that is patched in later.";

/** The checks of attributes that patches bring, for those of the page. */
const ofAttributes: PageCheck[] = reword(attributeChecks, {
  "v1-el-old-attribute": { rule: ["old-attribute", "MUST", "V1-APP-18"] },
  "v1-el-old-action": { rule: ["old-action", "MUST", "V1-APP-18"] },
  "v1-el-attribute-form": {
    rule: ["attribute-form", "MUST", "V1-APP-4"],
    why: `The client reports \`bad-attribute\`, and ${restIsDead}`,
  },
  "v1-el-expression": {
    rule: ["expression", "MUST", "V1-APP-5"],
    why: `The client reports \`bad-expression\`, and ${restIsDead}`,
    fix:
      "Correct the expression, and escape it as an attribute. In JSON, write `@` as `\\u0040`: up to 1.0.2 the client " +
      "reads an action even in a string.",
  },
  "v1-el-expression-later": { rule: ["expression-later", "MUST", "V1-APP-6"] },
  "v1-el-modifier": { rule: ["modifier", "MUST", "V1-APP-1"] },
  "v1-el-modifier-name": { rule: ["modifier-name", "SHOULD", "V1-APP-1"] },
  "v1-el-plugin-name": { rule: ["plugin-name", "SHOULD", "V1-APP-1"] },
  "v1-el-action": { rule: ["action-name", "SHOULD", "V1-APP-8"] },
  "v1-el-key-case": { rule: ["key-case", "SHOULD", "V1-APP-9"] },
  "v1-el-indicator": { rule: ["indicator", "SHOULD", "V1-APP-15"] },
}).map(({ run, id, level, clause, title, why, fix }) => ({
  id,
  level,
  clause,
  title,
  why,
  fix,
  run(page) {
    const { outcome, expected, actual } = run(page as unknown as V1View); // the parts that they read
    return { outcome, expected, actual };
  },
}));

const documentChecks: PageCheck[] = [
  defineText({ rule: ["utf8", "MUST", "V1-SSE-3"], ...pageText.utf8 }),
  defineText({ rule: ["charset", "SHOULD", "V1-SSE-3"], ...pageText.charset }),
  defineText({ rule: ["doctype", "SHOULD", "V1-APP-1"], ...pageText.doctype }),
  define({
    rule: ["ids", "SHOULD", "PEL-10"],
    title: "Each id is in the page once",
    why: "The client patches the first element with the id only; the other one goes on showing old content.",
    fix: "Give each element an id of its own, for example with the number of its row.",
    run({ parsed: { elements } }) {
      const ids = elements.flatMap((element) => attributeOf(element, "id") || []);
      const doubled = [...new Set(ids.filter((id, i) => ids.indexOf(id) < i))];
      if (doubled.length === 0) return pass(`${ids.length} ids`);
      const more = doubled.length > 1 ? ` and ${doubled.length - 1} more` : "";
      return fail("each id once", `id=${quoteSource(doubled[0])}${more} is there more than once`);
    },
  }),
];

/** A script of a page that loads a client, by its name. */
const clientName = /datastar/i;
/** The versions in addresses of packages, such as `datastar@1.0.2`. Those before 1.0.0 speak another generation. */
const oldVersion = /datastar@v?(0\.[\d.]+|1\.0\.0-(?:beta|RC)\.\d+)/i;

const scriptsOf = ({ elements }: ParsedPage) => elements.filter(({ tagName }) => tagName === "script");
const codeOf = ({ childNodes }: Element) => childNodes.map((node) => "value" in node ? node.value : "").join("");
const srcOf = (script: Element) => attributeOf(script, "src");
const loadsClient = (script: Element) => clientName.test(srcOf(script) ?? codeOf(script));
const isModule = (script: Element) => attributeOf(script, "type")?.trim().toLowerCase() === "module";

const clientChecks: PageCheck[] = [
  define({
    rule: ["client", "MUST", "V1-APP-1"],
    title: "The page loads the client",
    why: "Without the client the page does nothing: nothing reads its attributes, and no request is made.",
    fix: 'Add `<script type="module" src="…"></script>` with the URL of a client 1.0.x.',
    run({ parsed }) {
      const scripts = scriptsOf(parsed);
      if (scripts.length === 0) return fail('<script type="module" src="…">', "the page has no script");
      const own = scripts.find(loadsClient);
      if (!own) return notApplicable("no script is named datastar; one of them may contain the client");
      return pass(srcOf(own) ?? "a module in the page");
    },
  }),
  define({
    rule: ["client-module", "MUST", "V1-APP-1"],
    title: "The page loads the client as a module script",
    why:
      "The client is a module: a browser that takes it for a classic script stops at its `export`, and nothing works.",
    fix: 'Write `<script type="module" src="…"></script>`.',
    run({ parsed }) {
      // A script with a different name, or code in the page, may load it in a way of its own.
      const own = scriptsOf(parsed).filter((script) => /datastar[^/]*\.m?js(?:[?#]|$)/i.test(srcOf(script) ?? ""));
      if (own.length === 0) return notApplicable("no script is named datastar.js");
      const classic = own.find((script) => !isModule(script));
      if (!classic || own.some(isModule)) return pass('type="module"');
      return fail('type="module"', `<script src=${quoteSource(srcOf(classic)!)}>`);
    },
  }),
  define({
    rule: ["client-version", "SHOULD", "V1-APP-18"],
    title: "The page loads a client 1.0.x",
    why: "An older client does not know the attributes and events of 1.0.x, and ignores them without a message.",
    fix: "Load a client 1.0.x.",
    run({ parsed }) {
      const versions = scriptsOf(parsed).flatMap((script) =>
        oldVersion.exec(srcOf(script) ?? codeOf(script))?.[1] ?? []
      );
      if (versions.length > 0) return fail("a client 1.0.x", `the page loads ${versions[0]}`);
      return scriptsOf(parsed).some(loadsClient)
        ? pass("no older version is named")
        : notApplicable("no client is named");
    },
  }),
  define({
    rule: ["key-name", "MUST", "V1-APP-9"],
    title: "No key with capital letters is meant for a signal that other attributes write so",
    why: "HTML makes the key lower case, so the attribute has a signal of its own: the others never see its value.",
    fix:
      "Write a hyphen before the letter, as in `data-bind:user-name` for `$userName`, or put the name into the value.",
    run({ clientAttributes, started: { store = {} } }) {
      const named = clientAttributes.filter(({ read }) =>
        ["bind", "computed", "indicator", "ref", "signals"].includes(read.plugin)
      )
        .map((attribute) => ({ attribute, key: writtenKey(attribute) }))
        .filter(({ key }) => key !== key.toLowerCase());
      if (named.length === 0) return notApplicable("no key has a capital letter");
      const texts = clientAttributes.map(({ value }) => value).join("\n");
      const isUsed = (key: string) => Object.hasOwn(store, key) || new RegExp(`\\$${key}(?![\\w])`).test(texts);
      const [lost] = named.filter(({ key }) => /^\w+$/.test(key) && isUsed(key));
      if (!lost) return pass("the names are not used elsewhere");
      const { attribute, key } = lost;
      const { expected, actual } = faultOfAttribute(
        attribute,
        `the signal ${key}`,
        `names the signal ${key.toLowerCase()}`,
      );
      return fail(expected, actual);
    },
  }),
  define({
    rule: ["csp", "MUST", "V1-APP-17"],
    title: "The policy of the page lets the client run and make requests",
    why: "The client compiles each expression, and a policy without 'unsafe-eval' forbids that: nothing works.",
    fix:
      "Send `content-security-policy: script-src 'self' 'unsafe-eval'; connect-src 'self'`, or leave out the policy. " +
      "Clients from 1.0.3 on can do with a nonce, if `<html data-nonce>` has it too.",
    run({ parsed, page, address }) {
      const own = scriptsOf(parsed).find(loadsClient);
      const src = own && srcOf(own);
      const url = src === undefined ? undefined : URL.parse(src, address);
      const script = own && {
        element: own,
        urls: url ? [url] : [],
        ...src === undefined && { text: codeOf(own) },
      };
      const root = parsed.elements.find(({ tagName }) => tagName === "html");
      const nonce = root && attributeOf(root, "data-nonce");
      const obstacle = findObstacle(parsed, { exchange: page, address, script, nonce });
      return obstacle === undefined ? pass("nothing is forbidden") : fail("scripts, functions and requests", obstacle);
    },
  }),
  define({
    rule: ["starts", "MUST", "V1-APP-6"],
    title: "The client reports no error as it starts on the page",
    why: `At the first error the client stops: ${restIsDead}`,
    fix: "Correct the attribute that the finding names.",
    run(page) {
      const { errors: [error], why } = page.started;
      if (why !== undefined) return unobserved(`the page cannot be opened: ${why}`);
      if (!error) return pass("no error");
      const isCause = ({ id, run }: PageCheck) =>
        /^(?:attribute-form|expression|old-action)$/.test(id) && run(page).outcome === "fail";
      const form = ofAttributes.find(isCause);
      if (form) return notApplicable(`an attribute of the page fails: see ${form.id}`);
      return fail("no error", `the client reports ${error.code}: ${error.message}`);
    },
  }),
  define({
    rule: ["leaves", "MUST", "V1-APP-1"],
    title: "No action is made as the browser sends a form to the page itself",
    why: "The browser loads the page again at the same click: the answer to the action is lost.",
    fix: 'Write `data-on:submit` on the form, which prevents the sending by itself, or `type="button"` on the button.',
    run: (page) => judgeClicks(page, "reload"),
  }),
  define({
    rule: ["leads-away", "SHOULD", "V1-APP-1"],
    title: "No action is made as the browser follows a link or sends a form",
    why: "The browser leaves the page at the same click: the answer to the action is lost.",
    fix: "Write `data-on:click__prevent`, unless the answer does not matter.",
    run: (page) => judgeClicks(page, "away"),
  }),
];

/** Judges the clicks that make a request, and lead somewhere too. */
function judgeClicks({ clientAttributes, parsed }: PageView, way: Way): Finding {
  const own = clientAttributes.filter(({ read, value }) =>
    read.plugin === "on" && read.key === "click" && makesRequest(value) && !read.modifiers.has("prevent") &&
    !/preventDefault/.test(value)
  );
  if (own.length === 0) return notApplicable("no click makes a request");
  const leaving = own.find(({ element, value }) => wayOf(element, value) === way);
  if (!leaving) return pass(`${own.length} clicks`);
  if (scriptsOf(parsed).some((script) => !loadsClient(script) && isCode(script))) {
    return notApplicable("a script of the page may prevent it");
  }
  const { name, value, element: { tagName } } = leaving;
  const actual = way === "reload" ? "the browser sends the form to the page" : "the browser leaves the page";
  return fail("an event that stays on the page", `${name}=${quoteText(value, 60)} of <${tagName}>: ${actual}`);
}

/** Whether a script is code, and not data. */
const isCode = (script: Element) =>
  /^(?:|module|(?:text|application)\/(?:java|ecma)script)$/i.test(attributeOf(script, "type")?.trim() ?? "");

/** The way in which a click leaves a page: it is loaded again, or a different one is. */
type Way = "reload" | "away";

/** The way in which a click on an element leaves the page, if it does. */
function wayOf(element: Element, expression: string): Way | undefined {
  const link = findAround(element, "a");
  const href = link && attributeOf(link, "href");
  if (link && href !== undefined) {
    const stays = isScript(href) || /^\s*#/.test(href) || attributeOf(link, "download") !== undefined ||
      opensBeside(link);
    return stays ? undefined : "away";
  }
  const { tagName } = element;
  const type = attributeOf(element, "type")?.toLowerCase() || (tagName === "button" ? "submit" : "");
  const isSubmit = ["button", "input"].includes(tagName) &&
    (type === "submit" || tagName === "input" && type === "image");
  if (
    !isSubmit ||
    ["form", "disabled", "formaction", "formtarget"].some((name) => attributeOf(element, name) !== undefined)
  ) {
    return;
  }
  const form = findAround(element, "form");
  // The client prevents the sending while a request with the fields of the form runs.
  if (!form || /contentType/.test(expression)) return;
  const listens = form.attrs.some(({ name }) => name === "onsubmit" || /^data-on:submit(?:__|$)/.test(name));
  const isDialog = attributeOf(form, "method")?.toLowerCase() === "dialog";
  const action = attributeOf(form, "action") ?? "";
  if (listens && !isIgnored(form) || isDialog || isScript(action) || opensBeside(form)) return;
  return action === "" ? "reload" : "away";
}

const isScript = (url: string) => /^\s*javascript:/i.test(url);

/** Whether a link or a form opens a different window or frame. */
const opensBeside = (element: Element) => !["", "_self"].includes(attributeOf(element, "target")?.toLowerCase() ?? "");

/** The element, or the first one around it, with a name. */
function findAround(element: Element, tagName: string): Element | undefined {
  for (let at: Element["parentNode"] = element; at && "attrs" in at; at = at.parentNode) {
    if (at.tagName === tagName) return at;
  }
}

const pageChecks: PageCheck[] = [...documentChecks, ...clientChecks, ...ofAttributes];

const runOn = (run: PageCheck["run"], { pageView }: WithPageView): Finding =>
  pageView ? run(pageView) : notApplicable("the answer is not an HTML page");

/** Whether a page has an attribute of Datastar, of whatever generation. */
const isDatastar = ({ attributes }: PageView) =>
  attributes.some(({ name, value }) =>
    v1.readAttribute(name, value) || v1.findOldAttribute(name) || marks.isAttribute(name, value)
  );

const { define: defineAppCheck } = appChecks<Action, V1Stream, PageSource>();

/** The checks of the page of an application: `v1-app-starts` and the like. */
export const appPage = pageChecks.map(({ id, level, clause, run, ...texts }) =>
  defineAppCheck({
    rule: [`v1-app-${id}`, level, clause],
    ...texts,
    run(app) {
      const { pageView } = app as AppEvidence;
      const finding = pageView && !isDatastar(pageView)
        ? notApplicable("the page has no attribute of Datastar") // v1-app-has-action says what it is
        : runOn(run, { pageView });
      return [{ subject: app.page.request.path, finding }];
    },
  })
);

const checkPage = serverChecks<ServerFacts & WithPageView>("example", "page");

/** The checks of the example's page: `v1-page-starts` and the like. */
export const examplePage: ServerCheck<ServerFacts & WithPageView>[] = [
  checkPage({ rule: ["v1-page-status", "MUST", "V1-APP-1"], ...pageAnswer.status }),
  checkPage({ rule: ["v1-page-type", "MUST", "V1-APP-1"], ...pageAnswer.type }),
  ...pageChecks.map(({ id, level, clause, run, ...texts }) =>
    checkPage({
      rule: [`v1-page-${id}`, level, clause],
      ...texts,
      run: (server) => server.page.tooLong ? unobserved(server.page.why!) : runOn(run, server),
    })
  ),
];
