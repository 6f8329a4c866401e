/** The checks of the effects that events have on the page, as the client applies them. */

import type { v1 } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import { appliedChecks, type AppliedEvent } from "../checks/applied.ts";
import { quoteSource } from "../checks/quote.ts";
import { elements } from "./elements.ts";
import type { V1Event } from "./interpret.ts";
import { hasLostLine } from "./patch.ts";
import { signals } from "./signals.ts";
import { type V1View, viewStream } from "./view.ts";

/** An event that was applied to the page. */
type Applied = AppliedEvent<V1Event>;

const checkApplied = appliedChecks<V1Event, V1View>(addressOf);

/** The choice of the targets, in words. */
function addressOf({ event: { instruction, client } }: Applied): string {
  if (instruction?.type !== "elements") return quoteSource(client?.data ?? "");
  return instruction.selector === "" ? "the id of the root" : quoteSource(instruction.selector);
}

const isPatch = ({ event }: Applied) => event.instruction?.type === "elements";
const modeOf = ({ event: { instruction } }: Applied): v1.PatchMode | undefined =>
  instruction?.type === "elements" ? instruction.mode : undefined;
const hasMode = (...modes: v1.PatchMode[]) => (applied: Applied) => modes.some((mode) => mode === modeOf(applied));

const quoteAll = (texts: string[]) => texts.map((text) => quoteSource(text)).join(", ");

/** The checks that already report the cause of an error of the client, which is then not reported again. */
const causes: Partial<Record<v1.ErrorCode, string[]>> = {
  "no-parent": ["v1-el-inner-own-id"],
  "bad-html": ["v1-el-attribute-name"],
  "bad-signals": ["v1-sig-broken"],
  "hostile-key": ["v1-sig-hostile"],
  "bad-attribute": ["v1-el-attribute-form"],
  "bad-expression": ["v1-el-expression"],
};

/** Whether a different check explains an error of an event. */
function isExplained(applied: Applied, code: v1.ErrorCode, view: V1View): boolean {
  const { event } = applied;
  if (event.error) return true; // the lines are at fault, which other checks report
  if (code === "bad-selector") return true; // as a selector is judged without a page
  if (code === "bad-signals" && hasLostLine(event)) return true;
  const alone = viewStream({ ...view, events: [applied] });
  return [...elements, ...signals].some(({ id, run }) => causes[code]?.includes(id) && run(alone).outcome === "fail");
}

export const effect: StreamCheck<V1View>[] = [
  checkApplied({
    rule: ["v1-dom-target", "MUST", "PEL-12"],
    title: "Each patch finds its target in the page",
    why: "The client writes a warning to the console, and the content is lost.",
    fix: "Add an element with that id to the page, or send the id or selector of an element that exists.",
    noun: "patch of elements",
    applies: isPatch,
    expected: "an element of the page",
    problem({ effect: { missing } }) {
      const named = missing.filter(({ name }) => name !== undefined);
      const near = named.find(({ near }) => near !== undefined)?.near;
      const names = quoteAll(named.slice(0, 3).map(({ name }) => name!));
      return named.length > 0 && `nothing in the page is ${names}${near ? `; the page has ${quoteSource(near)}` : ""}`;
    },
  }),
  checkApplied({
    rule: ["v1-dom-raises", "MUST", "V1-APP-6"],
    title: "The client can apply each event without an error",
    why: "The client reports an error: the event has no further effect, or attributes are dead.",
    fix: "See the error in the table of docs/PROTOCOL-V1.md, and check the page at that moment.",
    needsStore: true,
    noun: "event with an effect",
    applies: ({ event }) => event.instruction !== undefined || event.error !== undefined,
    expected: "an event that the client can apply",
    problem(applied, view) {
      const error = applied.effect.errors.find(({ code }) => !isExplained(applied, code, view));
      return error && `the client reports ${error.code}: ${error.message}`;
    },
  }),
  checkApplied({
    rule: ["v1-dom-ignored", "MUST", "PEL-21"],
    title: "No patch by outer or inner goes into an element with data-ignore-morph",
    why: "The client ignores the patch and does not report it: the page shows the old content.",
    fix: "Use `replace`, `append` or the like there, or remove the attribute from the page.",
    noun: "patch by outer or inner",
    applies: hasMode("outer", "inner"),
    expected: "a target that can be morphed",
    problem: ({ effect: { ignored } }) => ignored.length > 0 && `${quoteAll(ignored.slice(0, 3))} is left as it was`,
  }),
  checkApplied({
    rule: ["v1-dom-data-text", "MUST", "V1-APP-10"],
    title: "Elements with data-text get no other content",
    why: "The client overwrites the content with the text of `data-text` at once.",
    fix: "Change the signal that `data-text` shows, or target a different element.",
    noun: "patch into an element",
    applies: hasMode("inner", "append", "prepend"),
    expected: "a target without data-text",
    problem: ({ effect: { ownText } }) => ownText.length > 0 && `the target is ${quoteSource(ownText[0])}`,
  }),
  checkApplied({
    rule: ["v1-dom-nested", "MUST", "PEL-13"],
    title: "Targets whose content is replaced are not nested",
    why: "The patch of the outer target removes the inner one: its content is lost, and the client does not report it.",
    fix: "Write a selector that matches only the outer or only the inner elements.",
    noun: "patch by outer, inner or replace",
    applies: hasMode("outer", "inner", "replace"),
    expected: "targets outside each other",
    problem: (applied) => applied.effect.nested && `${addressOf(applied)} matches nested elements`,
  }),
  checkApplied({
    rule: ["v1-dom-id-twice", "SHOULD", "MPH-1"],
    title: "Patches do not duplicate ids in the page",
    why: "Later patches with that id find only the first element, which may be the wrong one.",
    fix: "Send a selector for the target, and give the new element a unique id.",
    noun: "patch of elements",
    applies: isPatch,
    expected: "each id once",
    problem: ({ effect: { doubled } }) =>
      doubled.length > 0 && `${quoteAll(doubled.slice(0, 3))} is in the page twice after the event`,
  }),
  checkApplied({
    rule: ["v1-dom-script", "SHOULD", "PEL-24"],
    title: "Scripts come to one target",
    why: "The client runs the script once for each target.",
    fix: "Append the script to the body: `data: selector body` and `data: mode append`.",
    noun: "patch that inserts scripts",
    applies: (applied) =>
      applied.effect.scriptRuns > 0 && hasMode("prepend", "append", "before", "after", "replace")(applied),
    expected: "one target",
    problem: (applied) => {
      const { effect: { scriptRuns, targets } } = applied;
      return targets.some((count) => count > 1) &&
        `${addressOf(applied)} finds several: scripts run ${scriptRuns} times`;
    },
  }),
  checkApplied({
    rule: ["v1-dom-template", "SHOULD", "MPH-17"],
    title: "No content is put into a `<template>`",
    why: "The client puts the nodes beside its content, where nothing shows or finds them.",
    fix: "Send the whole `<template>` with `mode outer`.",
    noun: "patch into an element",
    applies: hasMode("inner", "append", "prepend"),
    expected: "a target that is no `<template>`",
    problem: ({ effect: { templates } }) => templates.length > 0 && `the target is ${quoteSource(templates[0])}`,
  }),
  checkApplied({
    rule: ["v1-dom-change", "MAY", "PEL-15"],
    title: "Each event changes something",
    why: "The client does its work without need.",
    fix: "Send an event only when something has changed; to keep a connection open, send a comment.",
    needsStore: true,
    noun: "event that the client applies without an error",
    applies: ({ event: { instruction }, effect: { errors, warnings, ignored } }) =>
      instruction !== undefined && [errors, warnings, ignored].every(({ length }) => length === 0),
    expected: "a change",
    problem: ({ effect }, { isPageAssumed }) =>
      !effect.changed && effect.scriptRuns === 0 && !isPageAssumed && "the page and the signals do not change",
  }),
];
