/**
 * The checks of the events that bring no HTML: `datastar-signal`, `datastar-delete`, `datastar-redirect` and `datastar-console`.
 *
 * @module
 */

import { dialect, type StreamEvent } from "../../harness/mod.ts";
import { notApplicable, type StreamCheck, unobserved } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { type Definition, type Fault, firstFew, streamChecks, toFinding } from "../checks/stream_checks.ts";
import type { SeenEvent } from "../interpret.ts";
import { faultOfEvent } from "./fragment_parts.ts";
import { dataOf } from "./source.ts";
import { checkNames, storeChecks } from "./store.ts";
import { faultInStore, type PlacedStore, wholeText } from "./store_texts.ts";
import type { ClassicView } from "./view.ts";
import { expectedWord, foreignInstructionKeys, originOfWord } from "./words.ts";

const { checkStream, checkEach } = streamChecks<ClassicView>("signals");

/** A line of an event's data. */
interface DataLine {
  event: StreamEvent;
  /** The text up to its first space. */
  key: string;
  /** The text after that space. */
  value: string;
  /** Its offset in the data. */
  from: number;
}

/** The lines of each event of this name that has data. One without data is for another check [SSE-15]. */
const linesOfEach = (name: string) => ({ events }: Pick<ClassicView, "events">): DataLine[][] =>
  events.flatMap(({ event }) => {
    const data = event.client?.event === name ? event.client.data.trim() : "";
    if (data === "") return [];
    let from = 0;
    const lines = data.split("\n").map((text) => {
      const [key] = text.split(" ", 1);
      const line = { event, key, value: text.slice(key.length + 1), from };
      from += text.length + 1;
      return line;
    });
    // Only a signal is read line by line: elsewhere a line without a space runs on into the next [CON-3].
    if (name !== "datastar-signal") [lines[0].key] = data.split(" ", 1);
    return [lines];
  });

const bytesOfKey = ({ event, key, from }: DataLine) => dataOf(event).at(from, from + Math.max(key.length, 1));
const bytesOfLine = ({ event, key, value, from }: DataLine) =>
  dataOf(event).at(from, from + key.length + 1 + value.length);

const signalKeys = ["store", "onlyIfMissing"];

/** A check that lines begin with one of these words. */
const checkKeys = (
  { event, keys, firstLineOnly, ...info }: Definition<{
    event: string;
    keys: readonly string[];
    firstLineOnly: boolean;
  }>,
): StreamCheck<ClassicView> =>
  checkEach({
    ...info,
    noun: `event ${event} with data`,
    items: linesOfEach(event),
    fault(lines) {
      const wrong = (firstLineOnly ? lines.slice(0, 1) : lines).find(({ key }) => !keys.includes(key));
      if (!wrong) return;
      const { key } = wrong;
      const actual = key === "" ? "an empty word" : `${quoteSource(key)}${originOfWord(key, foreignInstructionKeys)}`;
      return { expected: expectedWord(key, keys, foreignInstructionKeys), actual, at: bytesOfKey(wrong) };
    },
  });

const eachSignalText = {
  noun: "datastar-signal that the client reads",
  items: ({ signalTexts }: ClassicView) => signalTexts,
};

const deletesWith = (word: string) => (view: ClassicView) =>
  linesOfEach("datastar-delete")(view).filter(([{ key }]) => key === word);

const eachRedirect = {
  noun: "datastar-redirect with url",
  items: (view: ClassicView) => linesOfEach("datastar-redirect")(view).filter(([{ key }]) => key === "url"),
};

/** A text with blank strings, so that only code is left. */
function withoutStrings({ text, strings }: PlacedStore): string {
  return strings.reduce((code, { from, to }) => code.slice(0, from) + " ".repeat(to - from) + code.slice(to), text);
}

/** A path of a `datastar-delete`, with its offset in the data. */
interface Path {
  path: string;
  line: DataLine;
  from: number;
}

function pathsOfEach(view: ClassicView): Path[][] {
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
): StreamCheck<ClassicView> =>
  checkEach({
    ...info,
    noun: "datastar-delete with one line of paths",
    items: pathsOfEach,
    fault: (paths) =>
      firstFew(paths.values().filter(({ path }) => problem(path) !== undefined)).map(({ path, line, from }) => ({
        expected,
        actual: `${quoteSource(path)} ${problem(path)}`,
        at: path === "" ? bytesOfLine(line) : dataOf(line.event).at(from, from + path.length),
      })),
  });

/** The first name that every object has. */
const inheritedName = (names: string[]) => names.find((name) => name in Object.prototype);

/** A check that no second instruction stands in an event. */
const checkOneInstruction = (
  { key, ...info }: Definition<{ key: "selector" | "paths" }>,
): StreamCheck<ClassicView> =>
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
function removedPaths({ event: { instruction } }: SeenEvent): string[] | undefined {
  return instruction?.type === "delete" && "paths" in instruction ? instruction.paths : undefined;
}

/** A check of the page where paths are removed. */
const checkRemovals = (
  { faults, ...info }: Definition<{ faults: (seen: SeenEvent) => Fault[] }>,
): StreamCheck<ClassicView> =>
  checkStream({
    ...info,
    run({ events, pageError, hasPage }) {
      const removals = events.filter(removedPaths);
      if (removals.length === 0) return notApplicable("there is no datastar-delete with paths");
      if (pageError) return unobserved(`the client cannot start on the page: ${pageError}`);
      if (!hasPage) return notApplicable("there is no page that the stream is for");
      return toFinding(removals.flatMap(faults), `${removals.length} datastar-delete with paths`);
    },
  });

const ownName = "_dsPlugins";

/** The checks. */
export const signals: StreamCheck<ClassicView>[] = [
  ...storeChecks,
  checkKeys({
    id: "sig-key",
    level: "MUST",
    title: "Each line of a signal begins with store or onlyIfMissing",
    clause: "SIG-1",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Begin each line of the text with `store`, the second and all others too.",
    event: "datastar-signal",
    keys: signalKeys,
    firstLineOnly: false,
  }),
  checkEach({
    id: "sig-compile",
    level: "SHOULD",
    title: "The text of each signal compiles",
    clause: "SIG-5",
    why: "The store stays as it was, and only the browser's console says so.",
    fix: "Write the signals with a serializer for JSON.",
    ...eachSignalText,
    fault: (text) =>
      text.kind === "broken" && faultInStore(text, text.problem, "JSON", `is where it breaks: ${text.problem.name}`),
  }),
  checkEach({
    id: "sig-object",
    level: "MUST",
    title: "The text of each signal is an object",
    clause: "SIG-3",
    why: "A number or `null` changes nothing; of a text or a list the client makes signals `0`, `1` and so on.",
    fix: "Send an object: signals by name.",
    ...eachSignalText,
    fault: (text) => text.kind === "other" && faultInStore(text, wholeText(text), "an object", "is none"),
  }),
  checkEach({
    id: "sig-reference",
    level: "SHOULD",
    title: "No signal reads another with a dollar sign",
    clause: "SIG-4",
    why: "The client rewrites nothing here: `$x` is a variable that is not there, and the text fails as it runs.",
    fix: "Send values; to compute from signals use `data-store` or `data-computed-…` in the page.",
    ...eachSignalText,
    fault(text) {
      if (text.kind === "broken") return;
      const found = /(?<![\w$.])\$[a-z_][\w.]*(?!\s*:)(?![\w.])/i.exec(withoutStrings(text));
      if (!found) return;
      const spot = { name: found[0], from: found.index, to: found.index + found[0].length };
      return faultInStore(text, spot, "a value", "is no signal here");
    },
  }),
  checkEach({
    id: "sig-only-if-missing",
    level: "SHOULD",
    title: "onlyIfMissing is true or false",
    clause: "SIG-6",
    why: "All but `true` counts as `false`: what the reader has entered is overwritten.",
    fix: "Write `data: onlyIfMissing true`, or leave the line out.",
    noun: "line onlyIfMissing",
    items: (view) => linesOfEach("datastar-signal")(view).flat().filter(({ key }) => key === "onlyIfMissing"),
    fault: (line) =>
      !["true", "false"].includes(line.value.trim()) &&
      { expected: "true or false", actual: quoteSource(line.value), at: bytesOfLine(line) },
  }),
  checkNames({
    id: "sig-name",
    level: "MUST",
    title: "No signal is named value or peek",
    clause: "STO-16",
    why: "The client merges nothing of the event, and only the browser's console says so.",
    fix: "Give the signal another name.",
    ...eachSignalText,
    names: ["value", "peek"],
    problem: "is a name that the client's signals use themselves",
  }),
  checkNames({
    id: "sig-proto",
    level: "MUST",
    title: "No signal is named hasOwnProperty or __proto__",
    clause: "STO-17",
    why: "With `hasOwnProperty` this merge or the next one fails; `__proto__` is lost without a word.",
    fix: "Give the signal another name; take no names from strangers.",
    ...eachSignalText,
    names: ["hasOwnProperty", "__proto__"],
    problem: "is a name that objects use themselves",
  }),
  checkNames({
    id: "sig-own",
    level: "MUST",
    title: "No signal is named _dsPlugins",
    clause: "STO-19",
    why: "It belongs to the client: without it no further request can be made.",
    fix: "Leave it out; do not send the whole store back that came with the request.",
    ...eachSignalText,
    names: [ownName],
    problem: "belongs to the client",
  }),
  checkKeys({
    id: "del-key",
    level: "MUST",
    title: "Each delete begins with selector or paths",
    clause: "DEL-9",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Write `data: selector CSS` to remove elements, `data: paths a b.c` to remove signals.",
    event: "datastar-delete",
    keys: ["selector", "paths"],
    firstLineOnly: true,
  }),
  checkEach({
    id: "del-selector",
    level: "MUST",
    title: "The selector of each delete is valid",
    clause: "DEL-2",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Write a CSS selector; escape what is no letter or digit in an id with a backslash, as `CSS.escape` does it.",
    noun: "datastar-delete with selector",
    items: deletesWith("selector"),
    fault(lines, { isSelector }) {
      const selector = lines.map(({ key, value }, i) => i === 0 ? value : value === "" ? key : `${key} ${value}`)
        .join("\n");
      if (isSelector(selector)) return;
      return { expected: "a CSS selector", actual: `${quoteSource(selector)} is none`, at: lines.flatMap(bytesOfLine) };
    },
  }),
  checkOneInstruction({
    id: "del-one-selector",
    level: "MUST",
    title: "No delete with a selector has a second instruction",
    clause: "DEL-3",
    why: "The lines become one selector, which finds nothing: nothing is removed, and nothing says so.",
    fix: "Put a comma between selectors, or send two events.",
    key: "selector",
  }),
  checkOneInstruction({
    id: "del-one-paths",
    level: "MUST",
    title: "No delete with paths has a second line",
    clause: "DEL-5",
    why: "The last path of the first line is glued to the second line and stays.",
    fix: "Write all paths on one line, with a space between them.",
    key: "paths",
  }),
  checkPaths({
    id: "del-path",
    level: "MUST",
    title: "Paths are names with dots between them, and one space stands between paths",
    clause: "DEL-4",
    why: "What is no path removes nothing, and nothing says so.",
    fix: "Write `data: paths a b.c`.",
    expected: "paths a b.c",
    problem(path) {
      if (path === "") return "is no path: is there a space too many?";
      return /[\s,;]/.test(path) || path.split(".").includes("") ? "names no signal" : undefined;
    },
  }),
  checkPaths({
    id: "del-inherited",
    level: "MUST",
    title: "No path leads through what every object has",
    clause: "DEL-8",
    why: "The client walks on into the browser's own objects and breaks the page: most later events raise too.",
    fix: "Look at each path that comes from outside, and refuse names such as constructor and __proto__.",
    expected: "names of signals",
    problem(path) {
      const name = inheritedName(path.split(".").slice(0, -1));
      return name === undefined ? undefined : `leads through ${name}`;
    },
  }),
  checkPaths({
    id: "del-own",
    level: "MUST",
    title: "No path removes _dsPlugins",
    clause: "STO-19",
    why: "It belongs to the client: without it no further request can be made.",
    fix: "Leave it out.",
    expected: "signals of the page only",
    problem: (path) => path.split(".")[0] === ownName ? "belongs to the client" : undefined,
  }),
  checkRemovals({
    id: "del-through",
    level: "MUST",
    title: "No path leads through a value that is no object",
    clause: "DEL-7",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Remove the whole signal, or send its new value.",
    faults(seen) {
      const { event, effect } = seen;
      const isInherited = removedPaths(seen)?.some((path) => inheritedName(path.split(".").slice(0, -1)));
      if (effect?.error?.name !== "bad-path" || isInherited) return [];
      return [faultOfEvent(event, "a path through objects", effect.error.message)];
    },
  }),
  checkRemovals({
    id: "del-parents",
    level: "SHOULD",
    title: "All that paths lead through is there",
    clause: "DEL-6",
    why: "The client makes what is missing as `{}`, also in the place of an empty text, 0 or false.",
    fix: "Remove only what the page's store has.",
    faults: ({ event, effect }) =>
      (effect?.lonePaths ?? []).map((path) =>
        faultOfEvent(event, "a path whose parents are there", `${quoteSource(path)}: its parents are not in the store`)
      ),
  }),
  checkRemovals({
    id: "del-used",
    level: "SHOULD",
    title: "No path is removed that the page uses",
    clause: "DEL-11",
    why: "`data-text` shows `undefined`; `data-model` raises.",
    fix: "Send an empty value instead, or remove what uses the signal first.",
    faults: ({ event, effect }) =>
      (effect?.usedPaths ?? []).map(({ path, attribute }) =>
        faultOfEvent(event, "a path that nothing uses", `${quoteSource(path)} is used by ${quoteSource(attribute)}`)
      ),
  }),
  checkKeys({
    id: "red-key",
    level: "MUST",
    title: "Each redirect begins with url",
    clause: "RED-2",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Write `data: url /address`.",
    event: "datastar-redirect",
    keys: ["url"],
    firstLineOnly: true,
  }),
  checkEach({
    id: "red-address",
    level: "MUST",
    title: "Each redirect has an address",
    clause: "RED-5",
    why: "The client loads the page again: what the reader has entered is lost, and it may go on for ever.",
    fix: "Write the address after `url`.",
    ...eachRedirect,
    fault: (lines) =>
      lines.length === 1 && lines[0].value.trim() === "" &&
      { expected: "url and an address", actual: "url without an address", at: bytesOfLine(lines[0]) },
  }),
  checkEach({
    id: "red-one-line",
    level: "MUST",
    title: "Each redirect is one line",
    clause: "RED-3",
    why: "The browser drops the line feed: the pieces become another address.",
    fix: "Write the address on one line.",
    ...eachRedirect,
    fault: ([, ...more]) =>
      more.length > 0 && { expected: "one line", actual: `${more.length + 1} lines`, at: more.flatMap(bytesOfLine) },
  }),
  checkEach({
    id: "red-script",
    level: "MUST",
    title: "No redirect leads to a script",
    clause: "RED-4",
    why:
      "A `javascript:` address is run in the page: those who have chosen the address can do all that the reader can.",
    fix: "Look at the scheme of each address that comes from outside: let only http, https and relative ones through.",
    ...eachRedirect,
    fault(lines) {
      const [{ value }] = lines;
      if (URL.parse(value, "http://localhost/")?.protocol !== "javascript:") return;
      return { expected: "an address of a page", actual: quoteSource(value), at: bytesOfLine(lines[0]) };
    },
  }),
  checkKeys({
    id: "con-mode",
    level: "MUST",
    title: "Each message has a mode that the console has",
    clause: "CON-2",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Begin with one of debug, error, info, group, groupEnd, log and warn.",
    event: "datastar-console",
    keys: dialect.consoleModes,
    firstLineOnly: true,
  }),
  checkEach({
    id: "con-message",
    level: "MUST",
    title: "Each message has a text",
    clause: "CON-1",
    why: "The client logs an empty text.",
    fix: "Write the message after the mode.",
    noun: "datastar-console with a mode",
    items: (view) =>
      linesOfEach("datastar-console")(view).filter(([{ key }]) => dialect.consoleModes.some((mode) => mode === key)),
    fault: ([line, ...more]) =>
      line.key !== "groupEnd" && line.value.trim() === "" && more.length === 0 && {
        expected: "a mode and a message",
        actual: `${quoteSource(line.key)} without a message`,
        at: bytesOfLine(line),
      },
  }),
];
