/**
 * Explains the names and the data of the classic dialect's events.
 *
 * @module
 */

import {
  errorClauses,
  type Instruction,
  type Line,
  type MergeMode,
  readStream,
  type Row,
  signalKeys,
  type StreamEvent,
} from "../../harness/core.ts";
import type { ExplainedRow, Explainer, FindRemark, Part, PieceKind, Reason } from "../explanation.ts";
import { isCode } from "./describe.ts";
import { clauses, readRetry } from "./fields.ts";

/** Explains streams of the classic dialect. */
export const explainer: Explainer<StreamEvent> = { clauses, readStream, readRetry, explainName, explainRows };

const eventNames: Record<string, Reason> = {
  "datastar-fragment": ["This event merges HTML into the page", "SSE-14"],
  "datastar-signal": ["This event merges values into the store", "SSE-14"],
  "datastar-delete": ["This event removes elements from the page, or values from the store", "SSE-14"],
  "datastar-redirect": ["This event sends the browser to a different address", "SSE-14"],
  "datastar-console": ["This event writes to the browser's console", "SSE-14"],
};

/** The clauses of the remark at a row where the client throws. */
const rowErrors: string[] = [
  errorClauses["unknown-merge"],
  errorClauses["unknown-signal-key"],
  errorClauses["unknown-delete-key"],
  errorClauses["unknown-redirect-key"],
  errorClauses["unknown-console-mode"],
];

/** Explains an event's name, with a mistake of the event as a whole. */
function explainName(name: string, hasText: boolean, remark: FindRemark): [PieceKind, Reason] {
  if (!Object.hasOwn(eventNames, name)) {
    return ["ignored", remark(undefined, "SSE-14") ?? ["The client does not know this event", "SSE-14"]];
  }
  const whole = remark(undefined, "SSE-15", "FRG-16") ?? (hasText ? undefined : remark(undefined, ...rowErrors));
  return ["event-name", whole ?? eventNames[name]];
}

const trimmed: Reason = ["The client trims white space at either end of the data", "SSE-16"];
const trimmedHtml: Reason = ["The client trims white space at either end of the HTML", "FRG-27"];

/** The space after a key. */
const separatorBy = (clause: string): Reason => ["One space separates the key from its value", clause];

/** Explains the `data` lines of an event, by the offset of each line in the stream. */
function explainRows(event: StreamEvent, remark: FindRemark): Map<number, ExplainedRow> {
  const { lines, client, reading: { data, rows } } = event;
  const explained = new Map<number, ExplainedRow>();
  const explainer = explainers[client?.event ?? ""];
  if (!explainer) {
    const reason = remark(undefined, "SSE-14") ?? ["The client ignores this event", "SSE-14"];
    for (const { line, from, to } of data.pieces) explained.set(line.start, ignore(to - from, reason));
    return explained;
  }
  for (const line of lines) { // those that are no rows: empty ones before the first text
    const reason: Reason = remark(line, ...rowErrors) ??
      ["The client drops empty `data` lines before the first one with text; the standard keeps them", "SSE-9"];
    explained.set(line.start, { parts: [], ignoredBecause: reason });
  }
  const isKept = ({ effect }: Row) => effect !== "trimmed";
  const values = explainer({ event, rows: rows.filter(isKept), remark });
  let next = 0;
  for (const [i, row] of rows.entries()) {
    const piece = data.pieces[i];
    const length = piece.to - piece.from;
    if (!isKept(row)) {
      explained.set(row.line.start, ignoreLine(length, remark(row.line, ...rowErrors) ?? trimmed));
      continue;
    }
    const { parts, ignoredBecause } = values[next++];
    const lead = row.lineOffset - piece.from;
    explained.set(row.line.start, {
      parts: [
        { to: lead, kind: "ignored", reason: trimmed },
        ...parts.map((part) => ({ ...part, to: part.to + lead })),
        { to: length, kind: "ignored", reason: trimmed },
      ],
      ignoredBecause,
    });
  }
  return explained;
}

/** A value that has no effect. */
function ignore(length: number, reason: Reason): ExplainedRow {
  return { parts: [{ to: length, kind: "ignored", reason }] };
}

/** The same, but if the value is empty, the whole line is ignored. */
function ignoreLine(length: number, reason: Reason): ExplainedRow {
  return length > 0 ? ignore(length, reason) : { parts: [], ignoredBecause: reason };
}

/** An event whose rows are explained. */
interface RowsToExplain {
  event: StreamEvent;
  /** The rows of which something is left once the data is trimmed, and the blank ones between these. */
  rows: Row[];
  remark: FindRemark;
}

/** Explains the rows of an event, each from the row's first character. */
const explainers: Record<string, (event: RowsToExplain) => ExplainedRow[]> = {
  "datastar-fragment": explainFragment,
  "datastar-signal": explainSignal,
  "datastar-delete": explainWordAndRest,
  "datastar-redirect": explainWordAndRest,
  "datastar-console": explainWordAndRest,
};

const modes: Record<MergeMode, Reason> = {
  morph: ["`morph`: the target stays, and is changed to match the root", "MRG-1"],
  inner: ["`inner`: the root's content replaces the target's content", "MRG-11"],
  outer: ["`outer`: the root replaces the target", "MRG-13"],
  prepend: ["`prepend`: the root becomes the target's first child", "MRG-14"],
  append: ["`append`: the root becomes the target's last child", "MRG-14"],
  before: ["`before`: the root is inserted before the target", "MRG-15"],
  after: ["`after`: the root is inserted after the target", "MRG-15"],
  upsert_attributes: ["`upsert_attributes`: the root's attributes are set on the target", "MRG-17"],
};

const keyReasons: Record<string, Reason> = {
  selector: ["`selector`: which elements are the targets", "FRG-19"],
  merge: ["`merge`: how each root is put into the page", "FRG-13"],
  settle: ["`settle`: when the client removes its classes", "FRG-14"],
  vt: ["`vt`: whether the merge waits for a view transition", "FRG-15"],
  fragment: ["`fragment`: the HTML begins; it continues until a line with a different key", "FRG-3"],
};

function explainFragment({ event, rows, remark }: RowsToExplain): ExplainedRow[] {
  const { data: { text }, content } = event.reading;
  const spans = content.spans();
  const options = new Map<string, Part>(); // the newest of each
  let htmlRows = 0;
  return rows.map((row): ExplainedRow => {
    const { line, from, to, key, effect } = row;
    if (effect === "blank") {
      return {
        parts: [],
        ignoredBecause: ["The client drops empty lines of a fragment, even inside `<pre>`", "FRG-7"],
      };
    }
    const length = to - from;
    const start = row.valueFrom - from;
    const isHtml = key === "fragment";
    const parts: Part[] = [];
    if (effect === "opens") {
      const option = isHtml ? undefined : explainOption(key, text.slice(row.valueFrom, to), line, remark);
      const reason: Reason = isHtml && htmlRows > 0
        ? ["`fragment`: the fragment continues, and the HTML after the word is added to it", "FRG-5"]
        : start === length && option || keyReasons[key];
      parts.push({ to: key.length, kind: "key", reason: remark(line, "FRG-6") ?? reason });
      parts.push({ to: start, kind: "separator", reason: separatorBy("FRG-1") });
      if (option) parts.push(addOption(options, key, { to: length, kind: "option", reason: option }));
    }
    if (isHtml) {
      const span = spans[htmlRows++];
      const keptFrom = span.lineOffset - row.lineOffset;
      const word = effect === "opens" ? undefined : remark(line, "FRG-4");
      const reason: Reason = effect === "opens"
        ? ["HTML for the page", "FRG-3"]
        : ["The next line of the HTML: it is added after a line feed", "FRG-3"];
      parts.push({ to: keptFrom, kind: "ignored", reason: trimmedHtml });
      if (word) parts.push({ to: keptFrom + key.length, kind: "html", reason: word });
      parts.push({ to: keptFrom + span.to - span.from, kind: "html", reason });
      parts.push({ to: length, kind: "ignored", reason: trimmedHtml });
    } else if (effect === "ignored") {
      const reason: Reason = remark(line, "FRG-9", "FRG-10", "FRG-12") ??
        [`\`${key}\` is repeated: the client ignores the second line`, "FRG-10"];
      parts.push({ to: length, kind: "ignored", reason });
    }
    return { parts };
  });
}

/** Adds an option. An earlier one with the same key no longer counts. */
function addOption(options: Map<string, Part>, key: string, part: Part): Part {
  const before = options.get(key);
  options.set(key, part);
  // An unknown mode makes the client throw even if a later line would replace it.
  if (before && before.reason[1] !== errorClauses["unknown-merge"]) {
    before.kind = "ignored";
    before.reason = [`A later \`${key}\` of this event counts`, "FRG-10"];
  }
  return part;
}

function explainOption(key: string, value: string, line: Line, remark: FindRemark): Reason {
  if (key === "selector") {
    if (value === "") return ["An empty `selector` has no effect", "FRG-19"];
    if (value === "self") return ["`self`: the element whose action made the request", "FRG-25"];
    return ["All elements that this CSS selector matches are targets", "FRG-19"];
  }
  if (key === "merge") return remark(line, "FRG-13") ?? modes[value as MergeMode] ?? keyReasons.merge;
  if (key === "settle") {
    const ms = Number.parseInt(value) || 0;
    const when = ms > 0 ? `${ms} ms after the merge` : "directly after the merge";
    return remark(line, "FRG-14") ?? [`The client removes its classes ${when}`, "FRG-14"];
  }
  if (value === "true") return ["The client merges within a view transition, if the browser supports them", "FRG-15"];
  return remark(line, "FRG-15") ?? ["The client merges at once, without a view transition", "FRG-15"];
}

function explainSignal({ event, rows, remark }: RowsToExplain): ExplainedRow[] {
  const { text } = event.reading.data;
  const firstStore = rows.findIndex(({ key }) => key === "store");
  const lastOnly = rows.findLastIndex(({ key }) => key === "onlyIfMissing");
  return rows.map((row, i): ExplainedRow => {
    const { line, key, from, valueFrom, to } = row;
    const length = to - from;
    if (!signalKeys.includes(key)) {
      const reason: Reason = remark(line, errorClauses["unknown-signal-key"]) ??
        ["The client has thrown before it reads this line, and would throw here too", "SIG-1"];
      return ignoreLine(length, reason);
    }
    const keyReason: Reason = key === "store"
      ? ["`store`: values for the store follow; each of their lines begins with this word", "SIG-2"]
      : ["`onlyIfMissing`: whether existing values are kept", "SIG-6"];
    const [kind, reason]: [PieceKind, Reason] = key === "store"
      ? ["text", i === firstStore ? storeReason : furtherReason]
      : i < lastOnly
      ? ["ignored", ["A later `onlyIfMissing` of this event counts", "SIG-6"]]
      : ["option", text.slice(valueFrom, to).trim() === "true" ? onlyReason : anyReason];
    return {
      parts: [
        { to: key.length, kind: "key", reason: keyReason },
        { to: valueFrom - from, kind: "separator", reason: separatorBy("SIG-1") },
        { to: length, kind, reason },
      ],
    };
  });
}

const storeReason: Reason = [
  "An object in JSON or JavaScript: the client runs it as code and merges it into the store",
  "SIG-3",
];
const furtherReason: Reason = ["The next line of the object: it is added after a line feed", "SIG-2"];
const onlyReason: Reason = ["Only names that the store does not have are merged", "SIG-7"];
const anyReason: Reason = ["Any text but `true` means false: all values are merged", "SIG-6"];

/** Explains data that is one word and what follows it [DEL-1, RED-1, CON-1]. */
function explainWordAndRest({ event, rows, remark }: RowsToExplain): ExplainedRow[] {
  const { instruction, reading: { data } } = event;
  const error = remark(undefined, ...rowErrors);
  if (error || !instruction) return rows.map(({ from, to }) => ignore(to - from, error ?? trimmed));
  const [{ key }] = rows;
  const [keyReason, first, further] = reasonsOf(instruction, key);
  return rows.map(({ from, valueFrom, to }, i) => {
    const start = valueFrom - from;
    const parts: Part[] = i > 0 ? [] : [
      { to: Math.min(key.length, start), kind: "key", reason: keyReason },
      { to: start, kind: "separator", reason: separatorBy(keyReason[1]) },
    ];
    const reason = i === 0 ? first : further;
    if (instruction.type === "delete" && "paths" in instruction) {
      let end = start;
      for (const path of data.text.slice(valueFrom, to).split(" ")) {
        parts.push({ to: end += path.length, kind: "value", reason });
        parts.push({
          to: end = Math.min(end + 1, to - from),
          kind: "separator",
          reason: ["One space separates two paths", "DEL-4"],
        });
      }
    } else {
      parts.push({ to: to - from, kind: instruction.type === "console" ? "text" : "value", reason });
    }
    return { parts };
  });
}

/** The reasons for the first word, for what follows it, and for further lines. */
function reasonsOf(instruction: Instruction, key: string): [word: Reason, first: Reason, further: Reason] {
  if (instruction.type === "redirect") {
    const { url } = instruction;
    return [
      url === ""
        ? ["`url` without an address: the client reloads the page", "RED-5"]
        : ["`url`: the address follows", "RED-1"],
      isCode(url)
        ? ["The browser runs a `javascript:` address in the page", "RED-4"]
        : ["The browser goes to this address", "RED-1"],
      ["The next line of the address: the browser drops the line feed before it", "RED-3"],
    ];
  }
  if (instruction.type === "console") {
    const mode = `\`${key}\`: the console function that the client calls`;
    return [
      instruction.message === "" ? [`${mode}, with an empty message`, "CON-4"] : [mode, "CON-1"],
      ["The message, unchanged", "CON-4"],
      ["The next line of the message: it is added after a line feed", "CON-3"],
    ];
  }
  if (instruction.type === "delete" && "selector" in instruction) {
    return [
      instruction.selector === ""
        ? ["`selector` without a value: the client throws bad-selector", "DEL-2"]
        : ["`selector`: a CSS selector follows", "DEL-1"],
      ["The client removes all elements that this CSS selector matches", "DEL-1"],
      ["The next line: all lines together are one selector", "DEL-3"],
    ];
  }
  return [
    ["`paths`: paths of the store follow", "DEL-4"],
    ["The client removes this path from the store", "DEL-4"],
    ["The next line: its first word is joined to the path before it", "DEL-5"],
  ];
}
