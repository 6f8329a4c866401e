import { assertEquals } from "@std/assert";
import process from "node:process";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import type {} from "../../runner/app.ts"; // declares globalThis.fragstar and globalThis.summary
import { compare } from "../../vectors/compare.ts";
import type { Outcome } from "../../vectors/vector.ts";
import { useBrowser } from "../support/browser.ts";
import { surroundings } from "../support/dom.ts";
import { runInHarness } from "../support/model.ts";
import { slow } from "../support/process.ts";
import { fc, seed } from "../support/random.ts";

/** SEED and RUNS repeat a run: `SEED=7 RUNS=50 deno task test:browser`. */
const runs = Number(process.env.RUNS || 2000);
/** Cases that are sent to the page at a time. */
const batch = 100;

const used = useBrowser();
let page: Page;
before(async () => {
  page = await used.browser.newPage();
  await page.route("**/all.json", (route) => route.fulfill({ json: { families: [] } }));
  await page.goto(`${used.server.url}/vectors`);
  await page.waitForFunction(() => globalThis.summary);
}, slow);

interface Case {
  page: string;
  stream: string;
}

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const rarely = (text: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant("") }, { weight: 1, arbitrary: text });
const joined = (parts: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(parts, { maxLength }).map((all) => all.join(""));

const id = oneOf("a", "b", "c", "d");
const ownId = fc.oneof(id.map((name) => ` id="${name}"`), fc.constant(""));
const attributes = fc.dictionary(
  oneOf("class", "title", "lang", "hidden", "x", "y", "z", "value", "checked"),
  oneOf("", "1", "two", "a b"),
  { maxKeys: 4 },
).map((all) => Object.entries(all).map(([name, value]) => ` ${name}="${value}"`).join(""));
/** Attributes that the client applies again with each event. */
const plugins = [
  ' data-text="$n"',
  ' data-text="$o.x"',
  ' data-show="$n"',
  ' data-class="{two: $n === 2}"',
  ' data-store="{n: 2}"',
  ' data-bind-title="$n"',
  ' data-on-load="$n = $n + 1"',
  ' data-on-load.once="$o.x = $n; $n += 1"',
  ' data-other="x"',
];
/** Attributes that it refuses each time. No page begins with one, because the client would not send its request. */
const refused = [' data-store=\'{"o":{"x":"a;b"}}\'', ' data-reference="x"'];
const text = oneOf("", "one", "two", " ", "&lt;&amp;", "é😀", "<!-- note -->");

const row = fc.tuple(ownId, text).map(([own, words]) => `<tr${own}><td>${words}</td></tr>`);

/** HTML that every parser reads the same: nothing has to be rearranged. */
const elements = (plugins: string[]) =>
  fc.letrec<{ element: string; children: string }>((tie) => ({
    element: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.tuple(
          oneOf("div", "span", "ul", "article", "b", "section"),
          ownId,
          attributes,
          rarely(oneOf(...plugins)),
          tie("children"),
        )
          .map(([name, own, rest, more, inner]) => `<${name}${own}${rest}${more}>${inner}</${name}>`),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(ownId, attributes, text).map(([own, rest, inner]) => `<p${own}${rest}>${inner}</p>`),
      },
      { weight: 1, arbitrary: fc.tuple(ownId, attributes).map(([own, rest]) => `<input${own}${rest}>`) },
      {
        weight: 1,
        arbitrary: fc.tuple(ownId, row, row).map(([own, a, b]) => `<table${own}><tbody>${a}${b}</tbody></table>`),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(ownId, oneOf("1", "2")).map(([own, r]) => `<svg${own}><circle r="${r}"></circle></svg>`),
      },
      {
        weight: 1,
        // Without an id, so that no selector finds it: the parsers differ on what may be put into it.
        arbitrary: oneOf("", " selected").map((selected) =>
          `<select><option>1</option><option${selected}>2</option></select>`
        ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(ownId, oneOf("", "x")).map(([own, words]) => `<textarea${own}>${words}</textarea>`),
      },
    ),
    children: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      text,
      joined(fc.oneof(text, tie("element")), 4),
    ),
  })).element;

const mode = oneOf("morph", "inner", "outer", "prepend", "append", "before", "after", "upsert_attributes");
const selector = oneOf("#a", "#b", "#c", "div", "p", "tr", "span, b", "[class]", ".two", "#none", "#1", "self");
const line = fc.oneof(
  { weight: 6, arbitrary: mode.map((value) => `data: merge ${value}\n`) },
  { weight: 4, arbitrary: selector.map((value) => `data: selector ${value}\n`) },
  { weight: 2, arbitrary: oneOf("data: settle 0\n", "data: settle x\n", "data:\n", "data\n", ": hi\n") },
  { weight: 1, arbitrary: oneOf("data: merge  inner\n", "event\n", "data: vt\n", "id: 1\n", "\uFEFFdata: x\n") },
);
const fragment = fc.record({
  vt: fc.oneof({ weight: 6, arbitrary: fc.constant("data: vt false\n") }, { weight: 1, arbitrary: fc.constant("") }),
  lines: joined(line, 3),
  roots: fc.oneof(
    { weight: 12, arbitrary: fc.array(elements([...plugins, ...refused]), { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(row, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(text, { maxLength: 2 }) },
  ),
  split: oneOf("", "\ndata: ", "\ndata:", "\ndata: fragment "),
}).map(({ vt, lines, roots, split }) =>
  `event: datastar-fragment\n${vt}${lines}data: fragment ${roots.join(split)}\n\n`
);
const event = fc.oneof(
  { weight: 8, arbitrary: fragment },
  { weight: 1, arbitrary: selector.map((value) => `event: datastar-delete\ndata: selector ${value}\n\n`) },
  {
    weight: 2,
    arbitrary: oneOf(
      'event: datastar-signal\ndata: store {"n":1,"o":{"x":1}}\n\n',
      'event: datastar-signal\ndata: store {"n":null,"o":{"y":[1,2]}}\n\n',
      'event: datastar-signal\ndata: onlyIfMissing true\ndata: store {"n":2}\n\n',
      "event: datastar-delete\ndata: paths o.x n\n\n",
      "event: datastar-signal\ndata: nothing\n\n",
      "event: datastar-fragment\n\n",
      "event: other\ndata: x\n\n",
      'event: datastar-fragment\ndata: vt false\ndata: merge upsert_attributes\ndata: selector body\ndata: fragment <i data-store="{n:3}"></i>\n\n',
    ),
  },
);
const cases = fc.record({
  page: joined(elements(plugins), 4),
  events: joined(event, 4),
  /** The change that is made to the bytes. */
  way: fc.oneof({ weight: 6, arbitrary: fc.constant("plain") }, {
    weight: 1,
    arbitrary: oneOf("CR", "CRLF", "byte order mark", "cut off"),
  }),
}).map(({ page, events, way }): Case => ({
  page: `<i data-store="{n: 1, o: {x: 1}}"></i>${page}`,
  stream: ways[way](events),
}));

const ways: Record<string, (events: string) => string> = {
  "plain": (events) => events,
  "CR": (events) => events.replaceAll("\n", "\r"),
  "CRLF": (events) => events.replaceAll("\n", "\r\n"),
  "byte order mark": (events) => `\uFEFF${events}`,
  "cut off": (events) => events.slice(0, -1),
};

async function inBrowser(some: Case[]): Promise<Outcome[]> {
  return await page.evaluate(async (vectors) => {
    const results = await globalThis.fragstar.runAll(vectors);
    return results.map(({ outcome }) => outcome);
  }, some.map((one) => ({ ...one, id: "random", title: "", clause: "", teach: "", expect: {} })));
}

/** Compares the browser's page with that of the harness. */
async function differences(one: Case, browser: Outcome) {
  const harness = await runInHarness(one, true);
  const found: unknown[] = compare({ store: harness.store, error: harness.error }, browser, surroundings);
  for (const what of ["tree", "error"] as const) {
    if (browser[what] !== harness[what]) found.push({ what, browser: browser[what], harness: harness[what] });
  }
  return found;
}

test(
  `${runs} random sequences have the same result in the harness and in Chromium`,
  { timeout: 1_200_000 },
  async () => {
    console.log(`random sequences: SEED=${seed} RUNS=${runs}`);
    const sampled = fc.sample(cases, { seed, numRuns: runs });
    for (let start = 0; start < runs; start += batch) {
      const some = sampled.slice(start, start + batch);
      const outcomes = await inBrowser(some);
      for (const [i, one] of some.entries()) {
        const found = await differences(one, outcomes[i]);
        if (found.length > 0) await shrink(start + i, { ...one, found });
      }
    }
  },
);

/** Repeats case `i` of the same sample as a property, so that fast-check finds the smallest case that differs. */
async function shrink(i: number, seen: unknown): Promise<never> {
  await fc.assert(
    fc.asyncProperty(cases, async (smaller) => {
      const [outcome] = await inBrowser([smaller]);
      assertEquals(await differences(smaller, outcome), []);
    }),
    { seed, path: String(i), numRuns: 1 },
  );
  throw new Error(`Differs once and not again: ${JSON.stringify(seen)}`);
}
