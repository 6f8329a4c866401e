/** The checks of the effects that events have on the page, as the client applies them. */

import type { MergeMode } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import { appliedChecks, type AppliedEvent } from "../checks/applied.ts";
import { quoteSource } from "../checks/quote.ts";
import { type Definition, streamChecks } from "../checks/stream_checks.ts";
import { afterError, afterMergeError, describeError } from "./failure.ts";
import type { ClassicEvent } from "./interpret.ts";
import { startTagOf } from "../markup.ts";
import { bytesOfHtml, isDefault } from "./fragment_parts.ts";
import { fragments } from "./fragments.ts";
import { signals } from "./signals.ts";
import { type ClassicView, viewStream } from "./view.ts";

const { checkEach } = streamChecks<ClassicView>("effect");

/** An event that was applied to the page. */
export type Applied = AppliedEvent<ClassicEvent>;

const checkApplied = appliedChecks<ClassicEvent, ClassicView>(addressOf);

const isFragment = ({ event }: ClassicEvent) => event.instruction?.type === "fragment";
const modeOf = ({ event: { instruction } }: ClassicEvent): MergeMode | undefined =>
  instruction?.type === "fragment" ? instruction.merge : undefined;
const hasMode = (...modes: MergeMode[]) => (applied: Applied) => modes.some((mode) => mode === modeOf(applied));

const quoteAll = (texts: string[]) => texts.map((text) => quoteSource(text)).join(", ");

/** The choice of the targets, in words. */
function addressOf({ event: { instruction, client } }: ClassicEvent): string {
  if (instruction?.type !== "fragment") return quoteSource(client?.data ?? "");
  return instruction.selector === "" ? "the id of the root" : quoteSource(instruction.selector);
}

/** The number of targets in words, where a root has more than one and none is inside another. */
function severalTargets(applied: Applied): string | undefined {
  const { targets, nested } = applied.effect;
  const most = Math.max(0, ...targets);
  if (most > 1 && !nested) return `${addressOf(applied)} finds ${most}`;
}

/** A check that no fragment with a selector and one of these modes has several roots. */
const checkRoots = (
  { modes, problem, ...info }: Definition<{ modes: MergeMode[]; problem: string }>,
) =>
  checkEach({
    ...info,
    noun: "fragment with several roots and one selector",
    items: ({ fragments }) =>
      fragments.filter(({ markup: { roots }, instruction }) => instruction.selector !== "" && roots.length > 1),
    fault(fragment) {
      const { markup: { roots }, instruction: { merge } } = fragment;
      if (!modes.includes(merge)) return;
      const at = bytesOfHtml(fragment, startTagOf(roots[1]));
      return { expected: `one root with \`${merge}\``, actual: `${roots.length} roots: ${problem}`, at };
    },
  });

/** The checks that already report the cause of an error of the client, which is then not reported again. */
const causes: Record<string, string[]> = {
  "unknown-merge": ["frg-merge"],
  "unknown-signal-key": ["sig-key"],
  "unknown-delete-key": ["del-key"],
  "unknown-redirect-key": ["red-key"],
  "unknown-console-mode": ["con-mode"],
  "bad-selector": ["html-selector", "html-id", "del-selector"],
  "no-target": ["html-root-id", "html-id", "html-selector", "html-tags", "html-moved", "dom-roots-outer"],
  "no-parent": ["dom-nested", "dom-html"],
  "bad-store": signals.filter(({ id, level }) => id.startsWith("sto-") && level === "MUST").map(({ id }) => id),
  "bad-attribute": ["html-plugin-refused", "html-expression-raises", "del-own"],
  "bad-path": ["del-inherited", "del-through"],
  "bad-html": ["html-attribute-name"],
};

/** Whether another check explains why an event raises. */
function isExplained(applied: Applied, view: ClassicView): boolean {
  const { event, effect: { error } } = applied;
  if (!error) return true;
  if (!event.instruction) return true; // the lines are at fault, which other checks report
  if (error.code === "no-target" && isDefault(event)) return true;
  const alone = viewStream({ ...view, events: [applied] });
  return [...fragments, ...effect, ...signals].some(({ id, run }) =>
    causes[error.code]?.includes(id) && run(alone).outcome === "fail"
  );
}

const isTargetless = ({ effect }: Applied) => effect.error?.code === "no-target";

/** Whether an event has a value that only running it would tell: then its effect is not known. */
function isUnknown({ event, effect }: Applied, { storesByEvent }: ClassicView): boolean {
  return storesByEvent.get(event)?.some(({ kind }) => kind === "code" || kind === "broken") ||
    effect.console.some(({ unevaluated }) => unevaluated);
}

/** The signals that an event removes by name: with null, or as a path. */
function removedBy({ event }: ClassicEvent, { storesByEvent }: ClassicView): Set<string> {
  const { instruction } = event;
  if (instruction?.type === "delete") {
    return new Set("paths" in instruction ? instruction.paths.map((path) => path.split(".")[0]) : []);
  }
  const names = (storesByEvent.get(event) ?? []).flatMap(({ names }) => names);
  return new Set(names.filter(({ top, isNull }) => top && isNull).map(({ name }) => name));
}

export const effect: StreamCheck<ClassicView>[] = [
  checkApplied({
    rule: ["dom-target", "MUST", "FRG-24"],
    title: "Each fragment finds its target in the page",
    why: `The client throws: ${afterError}.`,
    fix: "Add an element with that id to the page, or send the id or selector of an element that exists.",
    noun: "fragment",
    applies: isFragment,
    expected: "an element of the page",
    problem: (applied, view) => isTargetless(applied) && !isExplained(applied, view) && applied.effect.error!.message,
  }),
  checkApplied({
    rule: ["dom-raises", "MUST", "APP-16"],
    title: "The client can apply each event without an error",
    why: `The client throws: ${afterMergeError}.`,
    fix: "See the clause of the error in docs/PROTOCOL.md, section APP, and check the page at that moment.",
    needsStore: true,
    noun: "event with an effect",
    applies: ({ event }) => event.instruction !== undefined || event.error !== undefined,
    expected: "an event that the client can apply",
    problem(applied, view) {
      const { error } = applied.effect;
      if (!error || isTargetless(applied) || isExplained(applied, view)) return;
      return describeError(applied.event.instruction, error);
    },
  }),
  checkApplied({
    rule: ["dom-many", "MUST", "MRG-22"],
    title: "A mode that moves the root has one target",
    why: "The client moves one node from target to target: the last target gets it, and `outer` removes all others.",
    fix: "Send a selector for one element, or one event for each target.",
    noun: "fragment whose mode moves the root",
    applies: hasMode("prepend", "append", "before", "after", "outer"),
    expected: "one target",
    problem: severalTargets,
  }),
  checkApplied({
    rule: ["dom-many-morph", "SHOULD", "MRG-23"],
    title: "A morph has one target",
    why: "New children go to the first target only, and are missing in the others.",
    fix: "Use `inner` for several targets, or send one event for each.",
    noun: "fragment that is morphed",
    applies: hasMode("morph"),
    expected: "one target",
    problem: severalTargets,
  }),
  checkApplied({
    rule: ["dom-nested", "MUST", "MRG-24"],
    title: "Targets are not nested",
    why: "The merge of the outer target removes the inner one: its change is lost, or the client throws.",
    fix: "Write a selector that matches only the outer or only the inner elements.",
    noun: "fragment whose mode changes more than attributes",
    applies: (applied) => isFragment(applied) && modeOf(applied) !== "upsert_attributes",
    expected: "targets outside each other",
    problem: (applied) => applied.effect.nested && `${addressOf(applied)} matches nested elements`,
  }),
  checkRoots({
    rule: ["dom-roots-inner", "MUST", "MRG-19"],
    title: "A fragment with inner and a selector has one root",
    why: "Each root replaces the content of the previous one: only the last one is visible.",
    fix: "Wrap the roots in one element: `inner` drops its tag.",
    modes: ["inner"],
    problem: "only the last one is visible",
  }),
  checkRoots({
    rule: ["dom-roots-outer", "MUST", "MRG-20"],
    title: "A fragment with morph or outer and a selector has one root",
    why:
      "The first root replaces the target: the selector then finds nothing and the client throws, or the last root wins.",
    fix: "Leave out the selector and give each root the id of its target; or use `append` or `before`.",
    modes: ["morph", "outer"],
    problem: "the second finds the first one, or no target",
  }),
  checkApplied({
    rule: ["dom-id-twice", "SHOULD", "MRG-16"],
    title: "Fragments do not duplicate ids in the page",
    why: "Later fragments with that id target both elements.",
    fix: "Send a selector for the target, and give the new element a unique id.",
    noun: "fragment that is inserted beside or into its target",
    applies: hasMode("prepend", "append", "before", "after"),
    expected: "each id once",
    problem: ({ effect: { doubled } }) =>
      doubled.length > 0 && `${quoteAll(doubled)} is in the page twice after the event`,
  }),
  checkApplied({
    rule: ["dom-lost", "MUST", "APP-7"],
    title: "The event removes only the elements that it names",
    why: "The content or the user's input there is lost.",
    fix: "Target only the elements to replace; do not put `data-text` on an element that contains others.",
    noun: "event",
    applies: () => true,
    expected: "no element lost",
    problem: ({ effect: { lost } }) => lost.length > 0 && `${quoteAll(lost.slice(0, 3))} is gone after the event`,
  }),
  checkApplied({
    rule: ["dom-data-text", "MUST", "APP-7"],
    title: "Elements with data-text get no other content",
    why: "The client overwrites the content with the text of `data-text` after each merge.",
    fix: "Change the signal that `data-text` shows, or target a different element.",
    noun: "fragment into an element",
    applies: hasMode("inner", "append", "prepend"),
    expected: "a target without data-text",
    problem: ({ effect: { ownText } }) => ownText.length > 0 && `the target is ${quoteSource(ownText[0])}`,
  }),
  checkApplied({
    rule: ["dom-default", "MUST", "FRG-16"],
    title: "A missing fragment line does not destroy content",
    why: "The client merges an empty `<div>`: the content of the target is lost.",
    fix: "Send the HTML in lines that begin with `fragment`; to remove something, send `datastar-delete`.",
    noun: "fragment event without `fragment`",
    applies: (applied) => isFragment(applied) && isDefault(applied.event),
    expected: "a line that begins with fragment",
    problem: ({ effect: { emptied } }) => emptied.length > 0 && `the content of ${quoteSource(emptied[0])} is gone`,
  }),
  checkApplied({
    rule: ["dom-lost-signals", "MUST", "STO-12"],
    title: "The event removes only the signals that it names",
    why: "A value that evaluates to null removes the signal: expressions that read it fail.",
    fix: "Do not send expressions that can be null; send values.",
    needsStore: true,
    noun: "event that changes signals",
    applies: ({ event: { instruction } }) =>
      instruction?.type === "fragment" || instruction?.type === "signal" ||
      instruction?.type === "delete" && "paths" in instruction,
    expected: "no signal lost",
    problem(applied, view) {
      const named = removedBy(applied, view);
      const lost = applied.effect.lostSignals.filter((name) => !named.has(name));
      return lost.length > 0 && `${quoteAll(lost)} is gone after the event`;
    },
  }),
  checkApplied({
    rule: ["dom-console", "SHOULD", "APP-5"],
    title: "The client logs no error",
    why: "A part of the event is not applied, and only the browser's console shows it.",
    fix: "Correct the cause that the error names: an expression that throws, or a missing signal.",
    needsStore: true,
    noun: "fragment, signal or delete",
    applies: ({ event: { instruction } }) => ["fragment", "signal", "delete"].includes(instruction?.type ?? ""),
    expected: "no error",
    problem(applied, view) {
      const error = applied.effect.console.find(({ mode }) => mode === "error");
      return error && !isUnknown(applied, view) && error.message;
    },
  }),
  checkApplied({
    rule: ["dom-html", "MUST", "MRG-26"],
    title: "The html element is not morphed and has no siblings",
    why: `The client throws: ${afterMergeError}.`,
    fix: "Target the body, or an element inside it.",
    noun: "fragment that is morphed or inserted beside its target",
    applies: hasMode("morph", "before", "after"),
    expected: "a target inside the page",
    problem: (applied) => applied.effect.wholePage && `${addressOf(applied)} finds <html>`,
  }),
  checkApplied({
    rule: ["dom-self", "SHOULD", "FRG-26"],
    title: "The target self is still in the page",
    why: "The client merges into an element that is no longer in the page.",
    fix: "Send an id or a selector if the element may have been replaced.",
    noun: "selector self",
    applies: ({ event: { instruction } }) => instruction?.type === "fragment" && instruction.selector === "self",
    expected: "an element of the page",
    problem: ({ effect }) => effect.detached && "the element that made the request is gone",
  }),
  checkApplied({
    rule: ["dom-change", "MAY", "APP-1"],
    title: "Each event changes something",
    why: "The client goes over the whole page without need.",
    fix: "Send an event only when something has changed; to keep a connection open, send a comment.",
    needsStore: true,
    noun: "event that can change the page",
    applies: ({ event: { instruction }, effect }) =>
      !effect.error && ["fragment", "signal", "delete"].includes(instruction?.type ?? "") &&
      !(instruction?.type === "fragment" && instruction.selector === "self"),
    expected: "a change",
    problem: (applied, view) =>
      !applied.effect.changed && !view.isPageAssumed && !isUnknown(applied, view) &&
      "the page and the store do not change",
  }),
];
