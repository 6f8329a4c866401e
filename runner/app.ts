/**
 * The page `/vectors`. What vectors say is only ever put into it as text.
 *
 * From outside the page is driven by `globalThis.fragstar` (see {@linkcode Fragstar}) and read by `globalThis.summary`.
 *
 * @module
 */

import { bytesOf, type Difference, type Family, type Vector } from "../vectors/compare.ts";
import { diffLines } from "./diff.ts";
import { type Result, runAll, runVector } from "./run.ts";

/** What became of all vectors. */
export interface Summary {
  client: string;
  total: number;
  pass: number;
  fail: number;
  /** Vectors with an error whose message is of no known client, which counts as any error. */
  unnamed: number;
  families: Record<string, { total: number; pass: number; fail: number }>;
  failures: { id: string; clause: string; differences: Difference[] }[];
}

/** The ways to drive this page from outside. */
export interface Fragstar {
  runVector: typeof runVector;
  runAll: typeof runAll;
}

declare global {
  var fragstar: Fragstar;
  /** `null` until all vectors have run. */
  var summary: Summary | null;
}

/** One vector on the page. */
interface Row {
  family: string;
  vector: Vector;
  row: HTMLTableRowElement;
  detail: HTMLTableRowElement;
  button: HTMLButtonElement;
  result?: Result;
}

globalThis.fragstar = { runVector, runAll };
globalThis.summary = null;

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const again = byId<HTMLButtonElement>("again");
const copy = byId<HTMLButtonElement>("copy");
const download = byId<HTMLButtonElement>("download");
const word = byId<HTMLInputElement>("word");
const familyFilter = byId<HTMLSelectElement>("family");
const clauseFilter = byId<HTMLSelectElement>("clause");
const failedOnly = byId<HTMLInputElement>("failed");
const progress = byId<HTMLProgressElement>("progress");
const container = byId("frames");

/** Makes an element. Texts become text, whatever is in them. */
function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

let client = "/datastar.js";
let rows: Row[] = [];

/** Says something to those who do not see the page. */
const say = (text: string) => byId("spoken").textContent = text;

function stop(why: string): void {
  document.body.className = "failed";
  byId("verdict").textContent = why;
  progress.hidden = true;
  say(why);
}

async function start(): Promise<void> {
  const named = new URLSearchParams(location.search).get("client");
  if (named !== null) {
    const url = URL.parse(named, location.href);
    if (url?.origin !== location.origin) {
      return stop(`Cannot run ${named}: a client has to be a script of this server, such as /datastar.js`);
    }
    client = url.pathname + url.search;
    const link = byId<HTMLAnchorElement>("client");
    link.href = client;
    link.replaceChildren(make("code", {}, client));
  }
  const { families }: { families: Family[] } = await (await fetch("/vectors/all.json")).json();
  rows = families.flatMap(({ family, vectors }) => vectors.map((vector) => makeRow(family, vector)));
  byId("rows").append(...rows.flatMap(({ row, detail }) => [row, detail]));
  for (const { family } of families) familyFilter.append(make("option", {}, family));
  const clauses = [...new Set(rows.map(({ vector }) => vector.clause))];
  clauses.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  for (const clause of clauses) clauseFilter.append(make("option", {}, clause));
  filter();
  openNamed();
  addEventListener("hashchange", openNamed);
  byId("filters").addEventListener("input", filter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  again.addEventListener("click", () => {
    if (globalThis.summary) run();
  });
  copy.addEventListener("click", async () => {
    if (!globalThis.summary) return;
    await navigator.clipboard.writeText(byId("json").textContent!);
    say("Copied");
  });
  download.addEventListener("click", () => {
    if (!globalThis.summary) return;
    const url = URL.createObjectURL(new Blob([byId("json").textContent!], { type: "application/json" }));
    make("a", { href: url, download: "vectors.json" }).click();
    URL.revokeObjectURL(url);
  });
  await run();
}

/** Buttons that wait for the end of a run. They are not disabled in it: that would take the focus away. */
function setBusy(busy: boolean): void {
  for (const button of [again, copy, download]) button.setAttribute("aria-disabled", String(busy));
}

/** Runs all vectors. */
async function run(): Promise<void> {
  globalThis.summary = null;
  setBusy(true);
  document.body.className = "";
  progress.hidden = false;
  progress.max = rows.length;
  let failed = 0;
  for (const row of rows) show(row, undefined);
  report(0, 0);
  say(`Running ${rows.length} vectors`);
  const byVector = new Map(rows.map((row) => [row.vector, row]));
  let done = 0;
  await runAll(rows.map(({ vector }) => vector), {
    client,
    container,
    onResult(result) {
      if (result.differences.length > 0) failed++;
      show(byVector.get(result.vector)!, result);
      report(++done, failed);
    },
  });
  progress.hidden = true;
  setBusy(false);
  say(summarize());
}

function report(done: number, failed: number): void {
  progress.value = done;
  byId("verdict").textContent = `Running: ${done} of ${rows.length}${failed > 0 ? `, ${failed} failed` : ""}`;
}

/** Counts what there is, and shows it. */
function summarize(): string {
  const summary: Summary = { client, total: rows.length, pass: 0, fail: 0, unnamed: 0, families: {}, failures: [] };
  for (const { family, vector, result } of rows) {
    const { differences, outcome } = result!;
    if (outcome.error === "unnamed") summary.unnamed++;
    const counts = summary.families[family] ??= { total: 0, pass: 0, fail: 0 };
    const verdict = differences.length === 0 ? "pass" : "fail";
    counts.total++;
    counts[verdict]++;
    summary[verdict]++;
    if (verdict === "fail") summary.failures.push({ id: vector.id, clause: vector.clause, differences });
  }
  const { total, pass, fail } = summary;
  const text = fail === 0 ? `All ${total} vectors pass` : `${fail} of ${total} vectors fail, ${pass} pass`;
  document.body.className = fail === 0 ? "passed" : "failed";
  byId("verdict").textContent = text;
  byId("json").textContent = JSON.stringify(summary, null, 2);
  globalThis.summary = summary;
  return text;
}

function makeRow(family: string, vector: Vector): Row {
  const label = make("span", {}, make("span", { class: "title" }, vector.title), make("code", {}, vector.id));
  const detailId = `detail-${vector.id}`;
  const button = make("button", { type: "button", class: "open", "aria-expanded": "false" }, label);
  const row = make(
    "tr",
    { id: `vector-${vector.id}` },
    make("td", { class: "result" }),
    make("th", { scope: "row" }, button),
    make("td", { class: "wide" }, family),
    make("td", { class: "wide" }, vector.clause),
    make("td", { class: "wide number" }),
  );
  const detail = make("tr", { id: detailId, class: "detail", hidden: "" });
  button.setAttribute("aria-controls", detailId);
  const made: Row = { family, vector, row, detail, button };
  button.addEventListener("click", () => toggle(made, Boolean(detail.hidden)));
  return made;
}

/** Shows what became of a vector, or that nothing did so far. */
function show(row: Row, result: Result | undefined): void {
  row.result = result;
  const failed = result && result.differences.length > 0;
  row.row.className = result ? failed ? "fail" : "pass" : "";
  row.row.querySelector(".result")!.textContent = result ? failed ? "✗ fail" : "✓ pass" : "…";
  row.row.querySelector(".number")!.textContent = result ? String(Math.round(result.ms)) : "";
  if (!row.detail.hidden) fillDetail(row);
  if (failedOnly.checked) filter();
}

function toggle(row: Row, open: boolean): void {
  row.detail.hidden = !open;
  row.button.setAttribute("aria-expanded", String(open));
  if (open) fillDetail(row);
}

let filtered: ReturnType<typeof setTimeout> | undefined;

function filter(event?: Event): void {
  const words = word.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { family, vector, row, detail, button, result } of rows) {
    const text = `${vector.id} ${vector.title} ${vector.teach} ${vector.clause} ${family}`.toLowerCase();
    const fits = words.every((word) => text.includes(word)) &&
      (familyFilter.value === "" || familyFilter.value === family) &&
      (clauseFilter.value === "" || clauseFilter.value === vector.clause) &&
      (!failedOnly.checked || result !== undefined && result.differences.length > 0);
    row.hidden = !fits;
    detail.hidden = !fits || button.getAttribute("aria-expanded") !== "true";
    if (fits) shown++;
  }
  const text = `Showing ${shown} of ${rows.length}`;
  byId("shown").textContent = text;
  if (!event) return;
  clearTimeout(filtered);
  filtered = setTimeout(() => say(text), 700); // once, when the reader has typed the word
}

/** Opens the vector that the URL names. */
function openNamed(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  const row = rows.find(({ vector }) => vector.id === id);
  if (!row) return;
  if (row.row.hidden) {
    byId<HTMLFormElement>("filters").reset();
    filter();
  }
  toggle(row, true);
  row.button.focus({ preventScroll: true });
  row.row.scrollIntoView();
}

function fillDetail(row: Row): void {
  const { vector, result, family } = row;
  const { expect } = vector;
  // Once more with the row, which is rewritten when the vector has run: what had the focus must not lose it.
  const hadFocus = row.detail.contains(document.activeElement);
  const runThis = make("button", { type: "button" }, "Run this one");
  let busy = false; // and not disabled, which would take the focus away
  runThis.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    const [result] = await runAll([vector], { client, container });
    show(row, result);
    if (rows.every((row) => row.result)) summarize();
    say(`${vector.id}: ${result.differences.length === 0 ? "pass" : "fail"}`);
  });
  const cell = make("td", { colspan: "5" }, make("p", {}, vector.teach));
  cell.append(make("p", { class: "buttons" }, runThis, make("a", { href: `#${vector.id}` }, "Link to this vector")));
  const facts = make("dl");
  const addFact = (name: string, value: string) => facts.append(make("dt", {}, name), make("dd", {}, value));
  addFact("Family", family);
  addFact("Clause", vector.clause);
  if (result) addFact("Time", `${Math.round(result.ms)} ms`);
  if (vector.initiator !== undefined) addFact("Initiator", vector.initiator);
  for (const [selector, value] of Object.entries(vector.values ?? {})) {
    addFact("Typed before", `${selector}: ${JSON.stringify(value)}`);
  }
  if (result?.outcome.message !== undefined) addFact("The client said", result.outcome.message);
  cell.append(facts);

  for (const { what, expected, actual } of result?.differences ?? []) {
    cell.append(make("h2", {}, `Not as expected: ${what} (− expected, + actual)`), makeDiff(expected, actual));
  }
  const beside = make("div", { class: "beside" });
  const add = (title: string, content: Node | string) =>
    beside.append(make("div", {}, make("h2", {}, title), make("pre", {}, content)));
  add("Page before", visible(new TextEncoder().encode(vector.page), false));
  add("Bytes", visible(bytesOf(vector), true));
  const { page, ...others } = expect;
  if (page !== undefined) add("Page expected", page);
  if (result && result.outcome.incomplete === undefined) add("Page after", result.outcome.html);
  for (const [name, value] of Object.entries(others)) {
    if (result?.differences.some(({ what }) => what === name)) continue; // it is above
    add(`Expected: ${name}`, typeof value === "string" ? value : JSON.stringify(value, null, 2));
  }
  cell.append(beside);
  row.detail.replaceChildren(cell);
  if (hadFocus) runThis.focus();
}

function makeDiff(expected: string, actual: string): HTMLPreElement {
  const signs = { both: "  ", expected: "− ", actual: "+ " };
  return make(
    "pre",
    { class: "diff" },
    ...diffLines(expected, actual).map(({ side, text }) => {
      const line = make("span", { class: side }, signs[side] + text);
      if (side !== "both") line.prepend(make("span", { class: "spoken" }, `${side}: `));
      return line;
    }),
  );
}

/** Names of characters that have no look of their own. */
const marks: Record<string, string> = { "\0": "NUL", "\t": "TAB", "\n": "LF", "\r": "CR", "\ufeff": "BOM" };

/** Bytes as text, with all that cannot be seen made visible. */
function visible(bytes: Uint8Array, lineFeeds: boolean): DocumentFragment {
  const all = document.createDocumentFragment();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let plain = "";
  const mark = (text: string) => {
    all.append(plain, make("span", { class: "mark" }, text));
    plain = "";
  };
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at];
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let character: string;
    try {
      character = decoder.decode(bytes.subarray(at, at + length));
    } catch {
      mark(`\\x${first.toString(16).padStart(2, "0")}`);
      at++;
      continue;
    }
    at += length;
    if (character === "\n" && !lineFeeds) plain += character;
    else if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/u.test(character)) {
      mark(marks[character] ?? `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`);
      if (character === "\n" || character === "\r" && bytes[at] !== 10) plain += "\n";
    } else plain += character;
  }
  all.append(plain);
  return all;
}

start().catch((error) => stop(`Cannot run: ${error.message}`));
