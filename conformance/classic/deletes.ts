/** The checks of `datastar-delete`. */

import { afterError } from "./failure.ts";
import { notApplicable, type StreamCheck, unobserved } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { type Definition, type Fault, firstFew, streamChecks, toFinding } from "../checks/stream_checks.ts";
import type { ClassicEvent } from "./interpret.ts";
import { bytesOfLine, checkKeys, linesOfEach } from "./data_lines.ts";
import { faultOfEvent } from "./fragment_parts.ts";
import type { ClassicView } from "./view.ts";

const { checkStream, checkEach } = streamChecks<ClassicView>("signals");

const deletesWith = (word: string) => (view: ClassicView) =>
  linesOfEach("datastar-delete")(view).filter(([{ key }]) => key === word);

/** The paths of each `datastar-delete` that has one line of them, with their offsets in the data. */
function pathsOfEach(view: ClassicView) {
  return deletesWith("paths")(view).filter(({ length }) => length === 1).map(([line]) => {
    let from = line.from + line.key.length + 1;
    return line.value.split(" ").map((path) => {
      const placed = { path, line, from };
      from += path.length + 1;
      return placed;
    });
  });
}

/** A check that no path has a problem of one kind. */
const checkPaths = (
  { expected, problem, ...info }: Definition<{ expected: string; problem: (path: string) => string | undefined }>,
) =>
  checkEach({
    ...info,
    noun: "datastar-delete with one line of paths",
    items: pathsOfEach,
    fault: (paths) =>
      firstFew(paths.values().filter(({ path }) => problem(path) !== undefined)).map(({ path, line, from }) => ({
        expected,
        actual: `${quoteSource(path)} ${problem(path)}`,
        at: path === "" ? bytesOfLine(line) : line.event.reading.data.bytesAt(from, from + path.length),
      })),
  });

/** The first name that every object has. */
const inheritedName = (names: string[]) => names.find((name) => name in Object.prototype);

/** A check that no second instruction stands in an event. */
const checkOneInstruction = (
  { key, ...info }: Definition<{ key: "selector" | "paths" }>,
) =>
  checkEach({
    ...info,
    noun: `datastar-delete with ${key}`,
    items: deletesWith(key),
    fault([, ...more]) {
      const second = more.find((line) => key === "paths" || ["selector", "paths"].includes(line.key));
      if (!second) return;
      const actual = `a second line ${quoteSource(`${second.key} ${second.value}`.trim())}`;
      return { expected: "one instruction in an event", actual, at: bytesOfLine(second) };
    },
  });

/** The paths that an event removes, if it is a `datastar-delete` with paths. */
function removedPaths({ event: { instruction } }: ClassicEvent): string[] | undefined {
  return instruction?.type === "delete" && "paths" in instruction ? instruction.paths : undefined;
}

/** A check of the page where paths are removed. */
const checkRemovals = (
  { faults, ...info }: Definition<{ faults: (seen: ClassicEvent) => Fault[] }>,
) =>
  checkStream({
    ...info,
    run({ events, pageError, hasPage }) {
      const removals = events.filter(removedPaths);
      if (removals.length === 0) return notApplicable("the stream has no datastar-delete with paths");
      if (pageError) return unobserved(`the client cannot start on the page: ${pageError}`);
      if (!hasPage) return notApplicable("no page was given for the stream");
      return toFinding(removals.flatMap(faults), `${removals.length} datastar-delete with paths`);
    },
  });

export const deleteChecks: StreamCheck<ClassicView>[] = [
  checkKeys({
    rule: ["del-key", "MUST", "DEL-9"],
    title: "Each datastar-delete begins with selector or paths",
    why: `The client throws: ${afterError}.`,
    fix: "Write `data: selector CSS` to remove elements, `data: paths a b.c` to remove signals.",
    event: "datastar-delete",
    keys: ["selector", "paths"],
    firstLineOnly: true,
  }),
  checkEach({
    rule: ["del-selector", "MUST", "DEL-2"],
    title: "The selector of each datastar-delete is valid",
    why: `The client throws: ${afterError}.`,
    fix: "Write a CSS selector; escape special characters in an id with a backslash, as `CSS.escape` does.",
    noun: "datastar-delete with selector",
    items: deletesWith("selector"),
    fault(lines, { isSelector }) {
      const selector = lines.map(({ key, value }, i) => i === 0 ? value : value === "" ? key : `${key} ${value}`)
        .join("\n");
      if (isSelector(selector)) return;
      return {
        expected: "a CSS selector",
        actual: `${quoteSource(selector)} is not one`,
        at: lines.flatMap(bytesOfLine),
      };
    },
  }),
  checkOneInstruction({
    rule: ["del-one-selector", "MUST", "DEL-3"],
    title: "A datastar-delete with a selector has one instruction",
    why: "The lines become one selector that finds nothing: nothing is removed, and the client does not report it.",
    fix: "Put a comma between selectors, or send two events.",
    key: "selector",
  }),
  checkOneInstruction({
    rule: ["del-one-paths", "MUST", "DEL-5"],
    title: "A datastar-delete with paths has one line",
    why: "The client glues the last path of the first line to the second line, so that signal stays.",
    fix: "Write all paths on one line, with a space between them.",
    key: "paths",
  }),
  checkPaths({
    rule: ["del-path", "MUST", "DEL-4"],
    title: "Paths are names with dots between them, with one space between two paths",
    why: "An invalid path removes nothing, and the client does not report it.",
    fix: "Write `data: paths a b.c`.",
    expected: "paths a b.c",
    problem(path) {
      if (path === "") return "is not a path: is there an extra space?";
      return /[\s,;]/.test(path) || path.split(".").includes("") ? "names no signal" : undefined;
    },
  }),
  checkPaths({
    rule: ["del-inherited", "MUST", "DEL-8"],
    title: "Paths do not lead through inherited names",
    why: "The client follows the path into the browser's own objects and breaks the page: most later events throw too.",
    fix: "Check each path that comes from outside, and refuse names such as constructor and __proto__.",
    expected: "names of signals",
    problem(path) {
      const name = inheritedName(path.split(".").slice(0, -1));
      return name === undefined ? undefined : `leads through ${name}`;
    },
  }),
  checkPaths({
    rule: ["del-own", "MUST", "STO-19"],
    title: "Paths do not remove _dsPlugins",
    why: "It belongs to the client: without it the client cannot make any request.",
    fix: "Leave it out.",
    expected: "signals of the page only",
    problem: (path) => path.split(".")[0] === "_dsPlugins" ? "belongs to the client" : undefined,
  }),
  checkRemovals({
    rule: ["del-through", "MUST", "DEL-7"],
    title: "Paths lead through objects only",
    why: `The client throws: ${afterError}.`,
    fix: "Remove the whole signal, or send its new value.",
    faults(seen) {
      const { event, effect } = seen;
      const isInherited = removedPaths(seen)?.some((path) => inheritedName(path.split(".").slice(0, -1)));
      if (effect?.error?.code !== "bad-path" || isInherited) return [];
      return [faultOfEvent(event, "a path through objects", effect.error.message)];
    },
  }),
  checkRemovals({
    rule: ["del-parents", "SHOULD", "DEL-6"],
    title: "The parents of each path exist",
    why: "The client creates missing parents as `{}`, and replaces an empty string, 0 or false with `{}`.",
    fix: "Remove only paths that the page's store has.",
    faults: ({ event, effect }) =>
      (effect?.lonePaths ?? []).map((path) =>
        faultOfEvent(event, "a path whose parents exist", `${quoteSource(path)}: its parents are not in the store`)
      ),
  }),
  checkRemovals({
    rule: ["del-used", "SHOULD", "DEL-11"],
    title: "Paths that the page uses are not removed",
    why: "`data-text` shows `undefined`; `data-model` throws.",
    fix: "Send an empty value instead, or first remove the elements that use the signal.",
    faults: ({ event, effect }) =>
      (effect?.usedPaths ?? []).map(({ path, attribute }) =>
        faultOfEvent(
          event,
          "a path that the page does not use",
          `${quoteSource(path)} is used by ${quoteSource(attribute)}`,
        )
      ),
  }),
];
