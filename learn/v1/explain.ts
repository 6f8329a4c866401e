/**
 * Explains the names and the data of the events of v1.
 *
 * @module
 */

import { isSelector, v1 } from "../../harness/mod.ts";
import type { ExplainedRow, Explainer, FindRemark, LineClauses, Part, PieceKind, Reason } from "../explanation.ts";

/** The clauses on lines and fields. */
const clauses: LineClauses = {
  lineEnd: "V1-SSE-1",
  encoding: "V1-SSE-3",
  colon: "V1-SSE-4",
  unknownField: "V1-SSE-5",
  comment: "V1-SSE-6",
  lastName: "V1-SSE-7",
  blankLine: "V1-SSE-8",
  data: "V1-SSE-9",
  firstMark: "V1-SSE-12",
  innerMark: "V1-SSE-13",
  name: "V1-SSE-14",
  id: "V1-SSE-22",
  retry: "V1-SSE-23",
  sentId: "V1-SSE-22",
  delay: "V1-SSE-23",
  notField: ["V1-SSE-12", "V1-SSE-5", "V1-SSE-10"],
};

/** Explains streams of v1. */
export const explainer: Explainer<v1.StreamEvent> = {
  clauses,
  readStream: v1.readStream,
  readRetry: Number, // [V1-SSE-23]
  explainName,
  explainRows,
};

const eventNames: Record<string, Reason> = {
  "datastar-patch-elements": ["This event patches elements of the page", "V1-SSE-14"],
  "datastar-patch-signals": ["This event patches signals", "V1-SSE-14"],
};

/** Explains an event's name, with an error that no line of data causes. */
function explainName(name: string, _hasText: boolean, remark: FindRemark): [PieceKind, Reason] {
  if (Object.hasOwn(eventNames, name)) return ["event-name", remark(undefined, "PSG-1") ?? eventNames[name]];
  return ["ignored", explainUnknown(remark)];
}

/** Explains why the client ignores an event with an unknown name, or with none. */
function explainUnknown(remark: FindRemark): Reason {
  return remark(undefined, "V1-SSE-14", "V1-SSE-15") ?? ["The client does not know this event", "V1-SSE-14"];
}

/** Explains the `data` lines of an event, by the offset of each line in the stream. */
function explainRows(event: v1.StreamEvent, remark: FindRemark): Map<number, ExplainedRow> {
  const { rows } = event.reading;
  const seen = new Set<string>(); // the keys so far
  return new Map(rows.map((row) => {
    const explained = explainRow(row, { event, isFirst: !seen.has(row.key), remark });
    if (row.effect === "value") seen.add(row.key);
    return [row.line.start, explained];
  }));
}

/** The surroundings of a row. */
interface RowContext {
  event: v1.StreamEvent;
  /** Whether no row before it has the same key. */
  isFirst: boolean;
  remark: FindRemark;
}

function explainRow(row: v1.Row, context: RowContext): ExplainedRow {
  const { line, from, valueFrom, key, effect } = row;
  const length = line.text.length - from;
  if (effect !== "value") {
    const reason = explainIgnored(row, context);
    return length === 0 ? { parts: [], ignoredBecause: reason } : { parts: [{ to: length, kind: "ignored", reason }] };
  }
  const { remark } = context;
  const wrong = remark(line, "V1-SSE-18") ?? remark(line, "V1-SSE-19", "PEL-3", "PEL-4", "PEL-5");
  const value = line.text.slice(valueFrom);
  const [kind, reason] = explainValue(key, value, context);
  // [V1-SSE-18] Without a space the whole line is the value.
  const parts: Part[] = valueFrom === from ? [] : [
    { to: key.length, kind: "key", reason: value === "" ? wrong ?? explainEmpty(key) : keyReasons[key] },
    { to: key.length + 1, kind: "separator", reason: ["One space separates the key from its value", "V1-SSE-17"] },
  ];
  return { parts: [...parts, { to: length, kind, reason: wrong ?? reason }] };
}

/** Explains why a row gives no value. */
function explainIgnored({ line, key, effect }: v1.Row, { event: { client }, remark }: RowContext): Reason {
  if (effect === "dropped") {
    return ["The client drops empty `data` lines before the first one with text; the standard keeps them", "V1-SSE-9"];
  }
  const found = remark(line, "V1-SSE-21", "V1-SSE-15", "V1-SSE-17", "V1-SSE-18", "V1-SSE-20");
  if (found) return found;
  if (!Object.hasOwn(eventNames, client?.event ?? "")) return explainUnknown(remark);
  return key === ""
    ? ["The client ignores a `data` line without a key", "V1-SSE-17"]
    : ["The client has failed before it reads this line, and would fail here too", "V1-SSE-21"];
}

const keyReasons: Record<string, Reason> = {
  elements: ["`elements`: HTML follows; each of its lines begins with this word", "V1-SSE-19"],
  selector: ["`selector`: which elements are the targets", "PEL-13"],
  mode: ["`mode`: how the elements are put into the page", "PEL-3"],
  namespace: ["`namespace`: whether the elements are HTML, SVG or MathML", "PEL-5"],
  useViewTransition: ["`useViewTransition`: whether the patch is made in a view transition", "PEL-25"],
  viewTransitionSelector: ["`viewTransitionSelector`: which element makes the transition", "PEL-26"],
  signals: ["`signals`: JSON follows; each of its lines begins with this word", "PSG-2"],
  onlyIfMissing: ["`onlyIfMissing`: whether existing signals are kept", "PSG-9"],
};

/** Explains a key with an empty value. */
function explainEmpty(key: string): Reason {
  if (key === "elements") return ["`elements` with a space after it: an empty line of the HTML", "V1-SSE-18"];
  if (key === "selector") return ["An empty `selector` is none", "PEL-4"];
  return keyReasons[key];
}

const modes: Record<v1.PatchMode, Reason> = {
  outer: ["`outer`: the target stays, and is changed to match the elements", "PEL-15"],
  inner: ["`inner`: the target's content is changed to match the elements", "PEL-16"],
  replace: ["`replace`: the elements replace the target", "PEL-17"],
  prepend: ["`prepend`: the elements are inserted into the target, before its content", "PEL-18"],
  append: ["`append`: the elements are inserted into the target, after its content", "PEL-18"],
  before: ["`before`: the elements are inserted before the target", "PEL-18"],
  after: ["`after`: the elements are inserted after the target", "PEL-18"],
  remove: ["`remove`: the target is removed", "PEL-19"],
};

const namespaces: Record<v1.Namespace, Reason> = {
  html: ["The elements are HTML, as they are without this line", "PEL-5"],
  svg: ["The elements are parts of an `<svg>`", "PEL-8"],
  mathml: ["The elements are parts of a `<math>`", "PEL-8"],
};

/** Explains the value of a key that the client knows. */
function explainValue(key: string, value: string, { event, isFirst }: RowContext): [PieceKind, Reason] {
  switch (key) {
    case "elements":
      return ["html", isFirst ? ["HTML for the page", "PEL-2"] : nextLine("HTML", "V1-SSE-19")];
    case "signals":
      return [
        "text",
        isFirst ? ["An object whose values are merged into the signals", "PSG-4"] : nextLine("JSON", "PSG-2"),
      ];
    case "selector":
      return [
        "option",
        explainSelector(value, ["All elements that this CSS selector matches are targets", "PEL-13"], "PEL-14"),
      ];
    case "mode":
      return ["option", Object.hasOwn(modes, value) ? modes[value as v1.PatchMode] : keyReasons.mode];
    case "namespace":
      return ["option", Object.hasOwn(namespaces, value) ? namespaces[value as v1.Namespace] : keyReasons.namespace];
    case "useViewTransition":
      return ["option", value.trim() === "true" ? inTransition : atOnce];
    case "viewTransitionSelector":
      if (event.instruction?.type !== "elements" || !event.instruction.useViewTransition) {
        return ["ignored", noTransition];
      }
      return ["option", explainSelector(value, transitionOf, "PEL-26")];
    default:
      return ["option", value.trim() === "true" ? onlyMissing : allSignals];
  }
}

const nextLine = (what: string, clause: string): Reason => [
  `The next line of the ${what}: it is added after a line feed`,
  clause,
];

/** Explains a selector: by `meaning` if it is one. */
function explainSelector(selector: string, meaning: Reason, clause: string): Reason {
  return !isNoSelector(selector) ? meaning : ["This is not a CSS selector: the client reports bad-selector", clause];
}

/** Whether the client refuses a selector. False for one that is too long to be read. */
export function isNoSelector(text: string): boolean {
  try {
    return !isSelector(text);
  } catch {
    return false;
  }
}

const inTransition: Reason = ["The client patches in a view transition, if the browser supports them", "PEL-25"];
const atOnce: Reason = ["The client patches at once: any text but `true` means false", "PEL-25"];
const transitionOf: Reason = ["The first element that this CSS selector matches makes the transition", "PEL-26"];
const noTransition: Reason = ["The client ignores this without `useViewTransition true`", "PEL-26"];
const onlyMissing: Reason = ["Only signals that do not exist yet are set", "PSG-9"];
const allSignals: Reason = ["All signals are set: any text but `true` means false", "PSG-1"];
