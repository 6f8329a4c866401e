/**
 * The script of the page `/vectors`. Everything from a vector is put into the page as text only.
 *
 * Tests drive the page by `globalThis.fragstar` and read `globalThis.summary`.
 *
 * @module
 */

import type { ReferenceClient } from "../vectors/client.ts";
import { bytesOf, type Difference, type Family, type Outcome, type Vector } from "../vectors/vector.ts";
import { diffLines } from "./diff.ts";
import { findLoadError, type Result, runAll, runVector } from "./run.ts";

/** The results of all vectors. */
export interface Summary {
  /** Path of the client's script. */
  client: string;
  total: number;
  pass: number;
  fail: number;
  /** Vectors with an error whose message is unknown, which counts as any error. */
  unnamed: number;
  families: Record<string, { total: number; pass: number; fail: number }>;
  failures: { id: string; clause: string; differences: Difference[] }[];
}

declare global {
  /** The functions that drive this page from outside. */
  var fragstar: {
    runVector: (vector: Vector) => Promise<Outcome>;
    runAll: (vectors: readonly Vector[]) => Promise<Result[]>;
  };
  /** `null` until all vectors have been run. */
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

const { dialect } = document.documentElement.dataset;
const { client }: { client: ReferenceClient } = await import(`../vectors/${dialect}/client.ts`);

globalThis.fragstar = {
  runVector: (vector) => runVector(vector, { client }),
  runAll: (vectors) => runAll(vectors, { client }),
};
globalThis.summary = null;

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const startButton = byId<HTMLButtonElement>("start");
const copyButton = byId<HTMLButtonElement>("copy");
const downloadButton = byId<HTMLButtonElement>("download");
const wordFilter = byId<HTMLInputElement>("word");
const familyFilter = byId<HTMLSelectElement>("family");
const clauseFilter = byId<HTMLSelectElement>("clause");
const failedFilter = byId<HTMLInputElement>("failed");
const progress = byId<HTMLProgressElement>("progress");
const container = byId("frames");

const clientLink = byId<HTMLAnchorElement>("client");

/** Path of the script that is run. */
let script = clientLink.getAttribute("href")!;
let rows: Row[] = [];
/** The timer that announces how many rows a filter shows. */
let announcement: ReturnType<typeof setTimeout> | undefined;

/** Makes an element. Strings become text, whatever they contain. */
function createElement<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Gives a text to screen readers. */
const announce = (text: string) => byId("spoken").textContent = text;

/** Shows why nothing can be run. */
function showError(message: string): void {
  document.body.className = "failed";
  byId("verdict").textContent = message;
  progress.hidden = true;
  announce(message);
}

async function start(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const named = query.get("client");
  if (named !== null) {
    const url = URL.parse(named, location.href);
    // A path that begins with "//" would name a host where it is read again.
    if (url?.origin !== location.origin || url.pathname.startsWith("//")) {
      return showError(`Cannot run ${named}: a client has to be a script of this server, such as ${client.script}`);
    }
    script = url.pathname + url.search;
    clientLink.href = script;
    clientLink.replaceChildren(createElement("code", {}, script));
  }
  const { families }: { families: Family[] } = await (await fetch(`/vectors/${dialect}/all.json`)).json();
  rows = families.flatMap(({ family, vectors }) => vectors.map((vector) => createRow(family, vector)));
  byId("rows").append(...rows.flatMap(({ row, detail }) => [row, detail]));
  for (const { family } of families) familyFilter.append(createElement("option", {}, family));
  const clauses = [...new Set(rows.map(({ vector }) => vector.clause))];
  clauses.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  for (const clause of clauses) clauseFilter.append(createElement("option", {}, clause));
  filterRows();
  openNamedVector();
  addListeners();
  if ("lacksClient" in document.documentElement.dataset && named === null) {
    return showError(`Not run: no ${dialect} client. Start the server with CLIENT=/path/to/client.js`);
  }
  byId("verdict").textContent = `${rows.length} vectors, not run yet`;
  setBusy(false);
  if (query.has("run")) await runVectors();
}

function addListeners(): void {
  addEventListener("hashchange", openNamedVector);
  byId("filters").addEventListener("input", filterRows);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  startButton.addEventListener("click", () => {
    if (startButton.ariaDisabled === "false") runVectors();
  });
  copyButton.addEventListener("click", async () => {
    if (!globalThis.summary) return;
    await navigator.clipboard.writeText(byId("json").textContent!);
    announce("Copied");
  });
  downloadButton.addEventListener("click", () => {
    if (!globalThis.summary) return;
    const url = URL.createObjectURL(new Blob([byId("json").textContent!], { type: "application/json" }));
    createElement("a", { href: url, download: "vectors.json" }).click();
    URL.revokeObjectURL(url);
  });
}

/** Marks the buttons that wait for the end of a run. They are not disabled, because that would move the focus away. */
function setBusy(busy: boolean): void {
  startButton.ariaDisabled = String(busy);
  for (const button of [copyButton, downloadButton]) button.ariaDisabled = String(!globalThis.summary);
}

/** Runs all vectors. */
async function runVectors(): Promise<void> {
  globalThis.summary = null;
  setBusy(true);
  document.body.className = "";
  for (const row of rows) showResult(row, undefined);
  const error = await findLoadError(script, container);
  if (error !== undefined) {
    showError(`Cannot run: the client ${script} does not load: ${error}`);
    return setBusy(false);
  }
  progress.hidden = false;
  progress.max = rows.length;
  showProgress(0, 0);
  announce(`Running ${rows.length} vectors`);
  const byVector = new Map(rows.map((row) => [row.vector, row]));
  let done = 0;
  let failed = 0;
  await runAll(rows.map(({ vector }) => vector), {
    client,
    script,
    container,
    onResult(result) {
      if (result.differences.length > 0) failed++;
      showResult(byVector.get(result.vector)!, result);
      showProgress(++done, failed);
    },
  });
  progress.hidden = true;
  startButton.textContent = "Run again";
  announce(showSummary());
}

function showProgress(done: number, failed: number): void {
  progress.value = done;
  byId("verdict").textContent = `Running: ${done} of ${rows.length}${failed > 0 ? `, ${failed} failed` : ""}`;
}

/** Counts the results and shows the counts. Returns them as a sentence. */
function showSummary(): string {
  const summary: Summary = {
    client: script,
    total: rows.length,
    pass: 0,
    fail: 0,
    unnamed: 0,
    families: {},
    failures: [],
  };
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
  setBusy(false);
  return text;
}

function createRow(family: string, vector: Vector): Row {
  const title = createElement("span", { class: "title" }, vector.title);
  const label = createElement("span", {}, title, createElement("code", {}, vector.id));
  const detailId = `detail-${vector.id}`;
  const attributes = { type: "button", class: "open", "aria-expanded": "false", "aria-controls": detailId };
  const button = createElement("button", attributes, label);
  const row = createElement(
    "tr",
    { id: `vector-${vector.id}` },
    createElement("td", { class: "result" }, "not run"),
    createElement("th", { scope: "row" }, button),
    createElement("td", { class: "wide" }, family),
    createElement("td", { class: "wide" }, vector.clause),
    createElement("td", { class: "wide number" }),
  );
  const detail = createElement("tr", { id: detailId, class: "detail", hidden: "" });
  const created: Row = { family, vector, row, detail, button };
  button.addEventListener("click", () => toggleDetail(created, Boolean(detail.hidden)));
  return created;
}

/** Shows the result of a vector, or that there is none yet. */
function showResult(row: Row, result: Result | undefined): void {
  row.result = result;
  const failed = result && result.differences.length > 0;
  row.row.className = result ? failed ? "fail" : "pass" : "";
  row.row.querySelector(".result")!.textContent = result ? failed ? "✗ fail" : "✓ pass" : "not run";
  row.row.querySelector(".number")!.textContent = result ? String(Math.round(result.ms)) : "";
  if (!row.detail.hidden) fillDetail(row);
  if (failedFilter.checked) filterRows();
}

function toggleDetail(row: Row, open: boolean): void {
  row.detail.hidden = !open;
  row.button.setAttribute("aria-expanded", String(open));
  if (open) fillDetail(row);
}

function filterRows(event?: Event): void {
  const words = wordFilter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { family, vector, row, detail, button, result } of rows) {
    const text = `${vector.id} ${vector.title} ${vector.teach} ${vector.clause} ${family}`.toLowerCase();
    const fits = words.every((word) => text.includes(word)) &&
      (familyFilter.value === "" || familyFilter.value === family) &&
      (clauseFilter.value === "" || clauseFilter.value === vector.clause) &&
      (!failedFilter.checked || result !== undefined && result.differences.length > 0);
    row.hidden = !fits;
    detail.hidden = !fits || button.getAttribute("aria-expanded") !== "true";
    if (fits) shown++;
  }
  const text = `Showing ${shown} of ${rows.length}`;
  byId("shown").textContent = text;
  if (!event) return;
  clearTimeout(announcement);
  announcement = setTimeout(() => announce(text), 700); // once, after the reader has typed the whole word
}

/** Opens the vector that the URL names. */
function openNamedVector(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  const row = rows.find(({ vector }) => vector.id === id);
  if (!row) return;
  if (row.row.hidden) {
    byId<HTMLFormElement>("filters").reset();
    filterRows();
  }
  toggleDetail(row, true);
  row.button.focus({ preventScroll: true });
  row.row.scrollIntoView();
}

function fillDetail(row: Row): void {
  const { vector, result } = row;
  // The old button is replaced too. If it had the focus, the new one gets it.
  const hadFocus = row.detail.contains(document.activeElement);
  const runButton = createRunButton(row);
  const link = createElement("a", { href: `#${vector.id}` }, "Link to this vector");
  const cell = createElement(
    "td",
    { colspan: "5" },
    createElement("p", {}, vector.teach),
    createElement("p", { class: "buttons" }, runButton, link),
    createFacts(row),
  );
  for (const { what, expected, actual } of result?.differences ?? []) {
    cell.append(createElement("h2", {}, `Not as expected: ${what}`), createKey(), createDiff(expected, actual));
  }
  cell.append(createPanes(row));
  row.detail.replaceChildren(cell);
  if (hadFocus) runButton.focus();
}

function createRunButton(row: Row): HTMLButtonElement {
  const { vector } = row;
  const button = createElement("button", { type: "button" }, "Run this one");
  let busy = false; // not `disabled`, which would move the focus away
  button.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    const [result] = await runAll([vector], { client, script, container });
    showResult(row, result);
    if (rows.every((row) => row.result)) showSummary();
    announce(`${vector.id}: ${result.differences.length === 0 ? "pass" : "fail"}`);
  });
  return button;
}

function createFacts({ vector, result, family }: Row): HTMLDListElement {
  const facts: [name: string, value: string][] = [["Family", family], ["Clause", vector.clause]];
  if (result) facts.push(["Time", `${Math.round(result.ms)} ms`]);
  if (vector.initiator !== undefined) facts.push(["Initiator", vector.initiator]);
  for (const [selector, value] of Object.entries(vector.values ?? {})) {
    facts.push(["Typed before", `${selector}: ${JSON.stringify(value)}`]);
  }
  if (result?.outcome.message !== undefined) facts.push(["The client said", result.outcome.message]);
  const items = facts.flatMap(([name, value]) => [createElement("dt", {}, name), createElement("dd", {}, value)]);
  return createElement("dl", {}, ...items);
}

/** Makes the panes: the page before and after, the bytes, and the expectation. */
function createPanes({ vector, result }: Row): HTMLElement {
  const panes = createElement("div", { class: "beside" });
  const addPane = (title: string, content: Node | string) =>
    panes.append(createElement("div", {}, createElement("h2", {}, title), createElement("pre", {}, content)));
  addPane("Page before", showBytes(new TextEncoder().encode(vector.page), { markLineFeeds: false }));
  addPane("Bytes", showBytes(bytesOf(vector), { markLineFeeds: true }));
  const { page, ...others } = vector.expect;
  if (page !== undefined) addPane("Expected page", page);
  if (result && result.outcome.incomplete === undefined) addPane("Page after", result.outcome.html);
  for (const [name, value] of Object.entries(others)) {
    if (result?.differences.some(({ what }) => what === name)) continue; // its diff is shown above
    addPane(`Expected: ${name}`, typeof value === "string" ? value : JSON.stringify(value, null, 2));
  }
  return panes;
}

const signs = { both: "  ", expected: "− ", actual: "+ " };

/** Makes the line that says what the signs of a diff mean, as they are in `node:assert`. */
function createKey(): HTMLParagraphElement {
  const words = (["actual", "expected"] as const).map((side) =>
    createElement("span", { class: side }, signs[side] + side)
  );
  return createElement("p", { class: "key" }, ...words);
}

function createDiff(expected: string, actual: string): HTMLPreElement {
  const lines = diffLines(expected, actual).map(({ side, text }) => {
    const line = createElement("span", { class: side }, signs[side] + text);
    if (side !== "both") line.prepend(createElement("span", { class: "spoken" }, `${side}: `));
    return line;
  });
  return createElement("pre", { class: "diff" }, ...lines);
}

/** Names of invisible characters. */
const characterNames: Record<string, string> = { "\0": "NUL", "\t": "TAB", "\n": "LF", "\r": "CR", "\ufeff": "BOM" };

/** Writes bytes as text, with marks in the place of invisible characters and of bytes that are not UTF-8. */
function showBytes(bytes: Uint8Array, { markLineFeeds }: { markLineFeeds: boolean }): DocumentFragment {
  const shown = document.createDocumentFragment();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const addMark = (text: string) => shown.append(createElement("span", { class: "mark" }, text));
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at];
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let character: string;
    try {
      character = decoder.decode(bytes.subarray(at, at + length));
    } catch {
      addMark(`\\x${first.toString(16).padStart(2, "0")}`);
      at++;
      continue;
    }
    at += length;
    const isVisible = !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/u.test(character);
    if (isVisible || character === "\n" && !markLineFeeds) {
      shown.append(character);
      continue;
    }
    addMark(characterNames[character] ?? `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`);
    if (character === "\n" || character === "\r" && bytes[at] !== 10) shown.append("\n");
  }
  shown.normalize();
  return shown;
}

start().catch((error) => showError(`Cannot run: ${error.message}`));
