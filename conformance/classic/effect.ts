/**
 * What the events do to the page, as the client applies them.
 *
 * @module
 */

import { type Check, notApplicable, type StreamCheck, unobserved } from "../check.ts";
import type { Effect, SeenEvent, StreamEvidence } from "../interpret.ts";
import type { MergeMode } from "../../harness/mod.ts";
import { type Fault, findingOf, type Info, ofEach, ofStream, quote } from "../checks/each.ts";
import { fragments } from "./fragments.ts";
import { startTagOf } from "../checks/markup.ts";
import { signals } from "./signals.ts";
import { signalTextsOf, storesOf } from "./store.ts";
import { bytesOf, faultOfEvent, type Fragment, fragmentsOf, isDefault } from "./fragment_view.ts";

/** An event that was applied to the page. */
export interface Applied extends SeenEvent {
  effect: Effect;
}

/** A check of each event that was applied to the page, if it is one of these. */
function ofApplied(
  what: string,
  applies: (applied: Applied) => boolean,
  info: Info,
  faultOf: (applied: Applied, stream: StreamEvidence) => Fault | undefined,
): StreamCheck {
  return ofStream("effect", info, (stream) => {
    if (stream.pageError) return unobserved(`the client cannot start on the page: ${stream.pageError}`);
    if (!stream.hasPage) return notApplicable("there is no page that the stream is for");
    const applied = stream.events.flatMap(({ event, effect }) => effect ? [{ event, effect }] : []).filter(applies);
    if (applied.length === 0) return notApplicable(`there is no ${what}`);
    const fine = `${applied.length} of ${stream.events.length} event${stream.events.length === 1 ? "" : "s"}`;
    return findingOf(applied.flatMap((one) => faultOf(one, stream) ?? []), fine);
  });
}

const isFragment = ({ event }: SeenEvent) => event.instruction?.type === "fragment";
const modeOf = ({ event: { instruction } }: SeenEvent): MergeMode | undefined =>
  instruction?.type === "fragment" ? instruction.merge : undefined;
const isMode = (...modes: MergeMode[]) => (applied: Applied) => modes.some((mode) => mode === modeOf(applied));
const most = ({ effect }: Applied) => Math.max(0, ...effect.targets);

/** What chooses the targets, in words. */
function addressOf({ event: { instruction, client } }: SeenEvent): string {
  if (instruction?.type !== "fragment") return quote(client?.data ?? "");
  return instruction.selector === "" ? "the id of the root" : quote(instruction.selector);
}

/** Events that several roots with one selector are in, by mode. */
const withSeveralRoots = (stream: StreamEvidence): Fragment[] =>
  fragmentsOf(stream).filter(({ markup: { roots }, instruction: { selector } }) => selector !== "" && roots.length > 1);

const ofSeveralRoots = (info: Info, modes: MergeMode[], says: string): StreamCheck =>
  ofEach("effect", "fragment with several roots and one selector", withSeveralRoots, info, (fragment) => {
    const { markup: { roots }, instruction: { merge } } = fragment;
    if (!modes.includes(merge)) return;
    return {
      expected: `one root with \`${merge}\``,
      actual: `${roots.length} roots: ${says}`,
      at: bytesOf(fragment, startTagOf(roots[1])),
    };
  });

/** Checks that say why the client raises so; what they have found is not said again. */
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

/** Whether another check says why an event raises. */
function isExplained({ event, effect }: Applied, stream: StreamEvidence): boolean {
  const { error } = effect;
  if (!error) return true;
  if (!event.instruction) return true; // the lines are at fault: the checks of each event speak of them
  if (error.name === "no-target" && isDefault(event)) return true;
  const alone = { ...stream, events: [{ event, effect }] };
  return [...fragments, ...effectChecks, ...signals].some((check) =>
    check.of === "stream" && causes[error.name]?.includes(check.id) && check.run(alone).outcome === "fail"
  );
}

const isTargetless = ({ effect }: Applied) => effect.error?.name === "no-target";

/** Whether something in an event has a value that only running it would tell: what comes of it is not known. */
function isUnknown(seen: SeenEvent, stream: StreamEvidence): boolean {
  const alone = { ...stream, events: [seen] };
  return [...storesOf(alone), ...signalTextsOf(alone)].some(({ kind }) => kind === "code" || kind === "broken") ||
    effectUnknown(seen);
}

const effectUnknown = ({ effect }: SeenEvent) =>
  effect?.console.some(({ message }) => message.includes("nothing runs here")) ?? false;

/** Signals that an event names to remove them: with null, or as a path. */
function removedBy({ event }: SeenEvent, stream: StreamEvidence): Set<string> {
  const { instruction } = event;
  if (instruction?.type === "delete") {
    return new Set("paths" in instruction ? instruction.paths.map((path) => path.split(".")[0]) : []);
  }
  const alone = { ...stream, events: [{ event }] };
  const names = [...storesOf(alone), ...signalTextsOf(alone)].flatMap(({ names }) => names);
  return new Set(names.filter(({ top, isNull }) => top && isNull).map(({ name }) => name));
}

const effectChecks: StreamCheck[] = [
  ofApplied(
    "fragment",
    isFragment,
    {
      id: "dom-target",
      level: "MUST",
      title: "Each fragment finds its target in the page",
      clause: "FRG-24",
      why: "The client raises: the rest of the answer is lost, and the request is sent again, nine times.",
      fix: "Put an element with that id into the page, or send the id or selector of one that is there.",
    },
    (applied, stream) =>
      isTargetless(applied) && !isExplained(applied, stream)
        ? faultOfEvent(applied.event, "an element of the page", applied.effect.error!.message)
        : undefined,
  ),
  ofApplied("event that does something", ({ event }) => event.instruction !== undefined || event.error !== undefined, {
    id: "dom-raises",
    level: "MUST",
    title: "Nothing else makes the client raise",
    clause: "APP-16",
    why: "All that follows in the answer is lost, and the request is sent again, nine times.",
    fix: "Look at the clause of the error in docs/PROTOCOL.md, section APP, and at what the page has at that time.",
  }, (applied, stream) => {
    const { event, effect: { error } } = applied;
    if (!error || isTargetless(applied) || isExplained(applied, stream)) return;
    return faultOfEvent(
      event,
      "an event that the client can apply",
      `the client raises ${error.name}: ${error.message}`,
    );
  }),
  ofApplied(
    "fragment whose mode moves the root",
    isMode("prepend", "append", "before", "after", "outer"),
    {
      id: "dom-many",
      level: "MUST",
      title: "A mode that moves the root has one target",
      clause: "MRG-22",
      why: "The client has one node and moves it on: the last target gets it, and `outer` removes all others.",
      fix: "Send a selector for one element, or an event for each.",
    },
    (applied) =>
      most(applied) > 1 && !applied.effect.nested
        ? faultOfEvent(applied.event, "one target", `${addressOf(applied)} finds ${most(applied)}`)
        : undefined,
  ),
  ofApplied(
    "fragment that is morphed",
    isMode("morph"),
    {
      id: "dom-many-morph",
      level: "SHOULD",
      title: "A fragment is morphed into one target",
      clause: "MRG-23",
      why: "Children that are new go to the first target only, and are missing in the others.",
      fix: "Use `inner` for several targets, or send an event for each.",
    },
    (applied) =>
      most(applied) > 1 && !applied.effect.nested
        ? faultOfEvent(applied.event, "one target", `${addressOf(applied)} finds ${most(applied)}`)
        : undefined,
  ),
  ofApplied(
    "fragment whose mode changes more than attributes",
    (applied) => isFragment(applied) && modeOf(applied) !== "upsert_attributes",
    {
      id: "dom-nested",
      level: "MUST",
      title: "No target is inside another",
      clause: "MRG-24",
      why: "The merge of the outer target takes the inner one away: it is lost, or the client raises.",
      fix: "Write a selector that finds the outer or the inner elements only.",
    },
    (applied) =>
      applied.effect.nested
        ? faultOfEvent(
          applied.event,
          "targets beside each other",
          `${addressOf(applied)} finds elements inside each other`,
        )
        : undefined,
  ),
  ofSeveralRoots(
    {
      id: "dom-roots-inner",
      level: "MUST",
      title: "With inner and a selector there is one root",
      clause: "MRG-19",
      why: "Each root replaces the content that the one before has brought: only the last one is seen.",
      fix: "Put one element around the roots: `inner` drops its tag.",
    },
    ["inner"],
    "only the last one is seen",
  ),
  ofSeveralRoots(
    {
      id: "dom-roots-outer",
      level: "MUST",
      title: "With morph or outer and a selector there is one root",
      clause: "MRG-20",
      why:
        "The first root takes the target's place: the selector then finds nothing and the client raises, or the last counts.",
      fix: "Leave the selector out and give each root the id of its target; or use `append` or `before`.",
    },
    ["morph", "outer"],
    "the second finds the first in its place, or nothing",
  ),
  ofApplied(
    "fragment that is put beside or into its target",
    isMode("prepend", "append", "before", "after"),
    {
      id: "dom-id-twice",
      level: "SHOULD",
      title: "No id is in the page twice because of a fragment",
      clause: "MRG-16",
      why: "Later fragments with that id meet both elements.",
      fix: "Send a selector for the target, and give the new element an id of its own.",
    },
    ({ event, effect: { doubled } }) =>
      doubled.length > 0
        ? faultOfEvent(
          event,
          "each id once",
          `${doubled.map((id) => quote(id)).join(", ")} is in the page twice afterwards`,
        )
        : undefined,
  ),
  ofApplied(
    "event",
    () => true,
    {
      id: "dom-lost",
      level: "MUST",
      title: "No element is lost that the event did not mean",
      clause: "APP-7",
      why: "What the reader saw or had entered there is gone.",
      fix: "Address only what is to be replaced; put no `data-text` on an element that has others inside.",
    },
    ({ event, effect: { lost } }) =>
      lost.length > 0
        ? faultOfEvent(
          event,
          "no element lost",
          `${lost.slice(0, 3).map((tag) => quote(tag)).join(", ")} is gone afterwards`,
        )
        : undefined,
  ),
  ofApplied(
    "fragment into an element",
    isMode("inner", "append", "prepend"),
    {
      id: "dom-data-text",
      level: "MUST",
      title: "No content is put into an element with data-text",
      clause: "APP-7",
      why: "The client writes its own text there after each merge: the content is gone at once.",
      fix: "Change the signal that `data-text` shows, or take another element.",
    },
    ({ event, effect: { ownText } }) =>
      ownText.length > 0
        ? faultOfEvent(event, "a target without data-text", `the target is ${quote(ownText[0])}`)
        : undefined,
  ),
  ofApplied("fragment event without `fragment`", (applied) => isFragment(applied) && isDefault(applied.event), {
    id: "dom-default",
    level: "MUST",
    title: "No content is destroyed for want of the line fragment",
    clause: "FRG-16",
    why: "The client merges an empty `<div>`: what was in the target is gone.",
    fix: "Send the HTML in lines that begin with `fragment`; to remove something, send `datastar-delete`.",
  }, ({ event, effect }) => {
    if (effect.emptied.length === 0) return;
    return faultOfEvent(
      event,
      "a line that begins with fragment",
      `the content of ${quote(effect.emptied[0])} is gone`,
    );
  }),
  ofApplied(
    "event that changes signals",
    ({ event: { instruction } }) =>
      instruction?.type === "fragment" || instruction?.type === "signal" ||
      instruction?.type === "delete" && "paths" in instruction,
    {
      id: "dom-lost-signals",
      level: "MUST",
      title: "No signal is lost that the event did not name",
      clause: "STO-12",
      why: "A value that comes out as null removes the signal: what reads it fails.",
      fix: "Compute no value that can be null; send values.",
    },
    (applied, stream) => {
      if (applied.effect.lostSignals.length === 0) return;
      const named = removedBy(applied, stream);
      const lost = applied.effect.lostSignals.filter((name) => !named.has(name));
      if (lost.length === 0) return;
      return faultOfEvent(
        applied.event,
        "no signal lost",
        `${lost.map((name) => quote(name)).join(", ")} is gone afterwards`,
      );
    },
  ),
  ofApplied(
    "fragment, signal or delete",
    ({ event: { instruction } }) => ["fragment", "signal", "delete"].includes(instruction?.type ?? ""),
    {
      id: "dom-console",
      level: "SHOULD",
      title: "The client logs no error",
      clause: "APP-5",
      why: "Something of the event is not applied, and only the browser's console says so.",
      fix: "Look at what the error names: an expression that throws, or a signal that is not there.",
    },
    (applied, stream) => {
      const error = applied.effect.console.find(({ mode }) => mode === "error");
      if (!error || isUnknown(applied, stream)) return;
      return faultOfEvent(applied.event, "no error", error.message);
    },
  ),
  ofApplied(
    "fragment that is morphed or put beside its target",
    isMode("morph", "before", "after"),
    {
      id: "dom-html",
      level: "MUST",
      title: "Nothing is morphed into or put beside the element html",
      clause: "MRG-26",
      why: "The client raises: the rest of the answer is lost, and the request is sent again.",
      fix: "Address the body, or an element inside it.",
    },
    (applied) =>
      applied.effect.wholePage
        ? faultOfEvent(applied.event, "a target inside the page", `${addressOf(applied)} finds <html>`)
        : undefined,
  ),
  ofApplied(
    "selector self",
    ({ event: { instruction } }) => instruction?.type === "fragment" && instruction.selector === "self",
    {
      id: "dom-self",
      level: "SHOULD",
      title: "The target self is still in the page",
      clause: "FRG-26",
      why: "The client merges into an element that nobody sees.",
      fix: "Send an id or a selector once the element may have been replaced.",
    },
    ({ event, effect }) =>
      effect.detached
        ? faultOfEvent(event, "an element of the page", "the element that made the request is gone")
        : undefined,
  ),
  ofApplied(
    "event that can change the page",
    ({ event: { instruction }, effect }) =>
      !effect.error && ["fragment", "signal", "delete"].includes(instruction?.type ?? "") &&
      !(instruction?.type === "fragment" && instruction.selector === "self"),
    {
      id: "dom-change",
      level: "MAY",
      title: "Each event changes something",
      clause: "APP-1",
      why: "The client goes over the whole page for nothing.",
      fix: "Send an event only when something is another; to keep a connection open, send a comment.",
    },
    (applied, stream) =>
      applied.effect.changed || isUnknown(applied, stream)
        ? undefined
        : faultOfEvent(applied.event, "a change", "the page and the store are as they were"),
  ),
];

/** The checks. */
export const effect: Check[] = effectChecks;
