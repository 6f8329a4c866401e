/**
 * The events that bring no HTML: `datastar-signal`, `datastar-delete`, `datastar-redirect` and `datastar-console`.
 *
 * @module
 */

import { type Check, notApplicable, type StreamCheck, unobserved } from "../check.ts";
import type { SeenEvent, StreamEvidence } from "../interpret.ts";
import { dialect, type StreamEvent } from "../../harness/mod.ts";
import { type Fault, findingOf, type Info, ofEach, ofStream, quote } from "../checks/each.ts";
import { isSelector } from "./selector.ts";
import { dataOf } from "./source.ts";
import { faultInStore, ofNames, type PlacedStore, signalTextsOf, storeChecks } from "./store.ts";
import { eventsOf, faultOfEvent, few } from "./fragment_view.ts";
import { expectedFor, type Foreign, originOf } from "./words.ts";

/** A line of an event's data. */
interface DataLine {
  event: StreamEvent;
  /** The text up to its first space, and what follows it. */
  key: string;
  value: string;
  /** Where it begins in the data. */
  from: number;
}

/** The lines of all events of this name that have data: without any, another check speaks [SSE-15]. */
const linesOf = (name: string) => (stream: StreamEvidence): DataLine[][] =>
  stream.events.flatMap(({ event }) => {
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

const bytesOf = ({ event }: DataLine, from: number, to: number) => dataOf(event).at(from, to);
const keyAt = (line: DataLine) => bytesOf(line, line.from, line.from + Math.max(line.key.length, 1));
const lineAt = (line: DataLine) => bytesOf(line, line.from, line.from + line.key.length + 1 + line.value.length);

const signalKeys = ["store", "onlyIfMissing"];
const beta = "generation 0.20 to 1.0.0-beta.11";

/** Words that others use in the place of these keys. */
const foreignKeys: Record<string, Foreign> = {
  signals: { of: "every later generation", classic: "store" },
  ifmissing: { of: "data-store", classic: "onlyIfMissing" },
  ifMissing: { of: "data-store", classic: "onlyIfMissing" },
  path: { of: beta, classic: "paths" },
  signal: { of: "no generation", classic: "paths" },
  fragment: { of: "datastar-fragment", classic: "selector" },
  location: { of: "no generation", classic: "url" },
  href: { of: "no generation", classic: "url" },
};

/** A check that lines begin with one of these words. */
const ofKeys = (
  name: string,
  known: readonly string[],
  first: boolean,
  info: Info,
): StreamCheck =>
  ofEach("signals", `event ${name} with data`, linesOf(name), info, (lines) => {
    const wrong = (first ? lines.slice(0, 1) : lines).find(({ key }) => !known.includes(key));
    if (!wrong) return;
    const { key } = wrong;
    const actual = key === "" ? "an empty word" : `${quote(key)}${originOf(key, foreignKeys)}`;
    return { expected: expectedFor(key, known, foreignKeys, (word) => word), actual, at: keyAt(wrong) };
  });

const ofTexts = (info: Info, faultOf: (text: PlacedStore) => Fault | undefined): StreamCheck =>
  ofEach("signals", "datastar-signal that the client reads", signalTextsOf, info, faultOf);

const whole = ({ text }: PlacedStore) => ({ name: "", from: 0, to: text.length });

/** A text with nothing in its strings, so that only code is left. */
function codeOf({ text, strings }: PlacedStore): string {
  return strings.reduce((code, { from, to }) => code.slice(0, from) + " ".repeat(to - from) + code.slice(to), text);
}

/** Paths of an event `datastar-delete`, with where each stands. */
interface Path {
  path: string;
  line: DataLine;
  from: number;
}

const pathsOf = (stream: StreamEvidence): Path[][] =>
  linesOf("datastar-delete")(stream).flatMap(([line, ...more]) => {
    if (line.key !== "paths" || more.length > 0) return [];
    let from = line.from + line.key.length + 1;
    return [
      line.value.split(" ").map((path) => {
        const here = { path, line, from };
        from += path.length + 1;
        return here;
      }),
    ];
  });

/** A check of each path: what is wrong with it, if anything is. */
const ofPaths = (info: Info, expected: string, saysOf: (path: string) => string | undefined): StreamCheck =>
  ofEach(
    "signals",
    "datastar-delete with one line of paths",
    pathsOf,
    info,
    (paths) =>
      few(paths.values().filter(({ path }) => saysOf(path) !== undefined)).map(({ path, line, from }) => ({
        expected,
        actual: `${quote(path)} ${saysOf(path)}`,
        at: path === "" ? lineAt(line) : bytesOf(line, from, from + path.length),
      })),
  );

const inheritedIn = (names: string[]) => names.find((name) => name in Object.prototype);

/** A check that no second instruction stands in an event. */
const noSecond = (key: "selector" | "paths", info: Info): StreamCheck =>
  ofEach(
    "signals",
    `datastar-delete with ${key}`,
    (stream) => linesOf("datastar-delete")(stream).filter(([line]) => line.key === key),
    info,
    ([, ...more]) => {
      const second = more.find((line) => key === "paths" || ["selector", "paths"].includes(line.key));
      if (!second) return;
      const actual = `a second line ${quote(`${second.key} ${second.value}`.trim())}`;
      return { expected: "one instruction in an event", actual, at: lineAt(second) };
    },
  );

/** A check of what happens to a page where paths are removed. */
const ofRemovals = (info: Info, faultsOf: (seen: SeenEvent) => Fault[]): StreamCheck =>
  ofStream("signals", info, (stream) => {
    const deletes = eventsOf(stream, "delete").filter(({ instruction }) => "paths" in instruction);
    if (deletes.length === 0) return notApplicable("there is no datastar-delete with paths");
    if (stream.pageError) return unobserved(`the client cannot start on the page: ${stream.pageError}`);
    if (!stream.hasPage) return notApplicable("there is no page that the stream is for");
    return findingOf(deletes.flatMap(faultsOf), `${deletes.length} datastar-delete with paths`);
  });

const redirectsOf = linesOf("datastar-redirect");
const messagesOf = linesOf("datastar-console");

const ofRedirects = (info: Info, faultOf: (lines: DataLine[]) => Fault | undefined): StreamCheck =>
  ofEach(
    "signals",
    "datastar-redirect with url",
    (stream) => redirectsOf(stream).filter(([{ key }]) => key === "url"),
    info,
    faultOf,
  );

const ownName = "_dsPlugins";

/** The checks. */
export const signals: Check[] = [
  ...storeChecks,
  ofKeys("datastar-signal", signalKeys, false, {
    id: "sig-key",
    level: "MUST",
    title: "Each line of a signal begins with store or onlyIfMissing",
    clause: "SIG-1",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Begin each line of the text with `store`, the second and all others too.",
  }),
  ofTexts(
    {
      id: "sig-compile",
      level: "SHOULD",
      title: "The text of each signal compiles",
      clause: "SIG-5",
      why: "The store stays as it was, and only the browser's console says so.",
      fix: "Write the signals with a serializer for JSON.",
    },
    (text) =>
      text.kind === "broken"
        ? faultInStore(text, text.problem, "JSON", `is where it breaks: ${text.problem.name}`)
        : undefined,
  ),
  ofTexts({
    id: "sig-object",
    level: "MUST",
    title: "The text of each signal is an object",
    clause: "SIG-3",
    why: "A number or `null` changes nothing; of a text or a list the client makes signals `0`, `1` and so on.",
    fix: "Send an object: signals by name.",
  }, (text) => text.kind === "other" ? faultInStore(text, whole(text), "an object", "is none") : undefined),
  ofTexts({
    id: "sig-reference",
    level: "SHOULD",
    title: "No signal reads another with a dollar sign",
    clause: "SIG-4",
    why: "The client rewrites nothing here: `$x` is a variable that is not there, and the text fails as it runs.",
    fix: "Send values; to compute from signals use `data-store` or `data-computed-…` in the page.",
  }, (text) => {
    if (text.kind === "broken") return;
    const found = /(?<![\w$.])\$[a-z_][\w.]*(?!\s*:)(?![\w.])/i.exec(codeOf(text));
    if (!found) return;
    const spot = { name: found[0], from: found.index, to: found.index + found[0].length };
    return faultInStore(text, spot, "a value", "is no signal here");
  }),
  ofEach(
    "signals",
    "line onlyIfMissing",
    (stream) => linesOf("datastar-signal")(stream).flat().filter(({ key }) => key === "onlyIfMissing"),
    {
      id: "sig-only-if-missing",
      level: "SHOULD",
      title: "onlyIfMissing is true or false",
      clause: "SIG-6",
      why: "All but `true` counts as `false`: what the reader has entered is overwritten.",
      fix: "Write `data: onlyIfMissing true`, or leave the line out.",
    },
    (line) =>
      ["true", "false"].includes(line.value.trim())
        ? undefined
        : { expected: "true or false", actual: quote(line.value), at: lineAt(line) },
  ),
  ofNames(
    "datastar-signal that the client reads",
    signalTextsOf,
    {
      id: "sig-name",
      level: "MUST",
      title: "No signal is named value or peek",
      clause: "STO-16",
      why: "The client merges nothing of the event, and only the browser's console says so.",
      fix: "Give the signal another name.",
    },
    ["value", "peek"],
    "is a name that the client's signals use themselves",
  ),
  ofNames(
    "datastar-signal that the client reads",
    signalTextsOf,
    {
      id: "sig-proto",
      level: "MUST",
      title: "No signal is named hasOwnProperty or __proto__",
      clause: "STO-17",
      why: "With `hasOwnProperty` this merge or the next one fails; `__proto__` is lost without a word.",
      fix: "Give the signal another name; take no names from strangers.",
    },
    ["hasOwnProperty", "__proto__"],
    "is a name that objects use themselves",
  ),
  ofNames(
    "datastar-signal that the client reads",
    signalTextsOf,
    {
      id: "sig-own",
      level: "MUST",
      title: "No signal is named _dsPlugins",
      clause: "STO-19",
      why: "It belongs to the client: without it no further request can be made.",
      fix: "Leave it out; do not send the whole store back that came with the request.",
    },
    [ownName],
    "belongs to the client",
  ),
  ofKeys("datastar-delete", ["selector", "paths"], true, {
    id: "del-key",
    level: "MUST",
    title: "Each delete begins with selector or paths",
    clause: "DEL-9",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Write `data: selector CSS` to remove elements, `data: paths a b.c` to remove signals.",
  }),
  ofEach(
    "signals",
    "datastar-delete with selector",
    (stream) => linesOf("datastar-delete")(stream).filter(([{ key }]) => key === "selector"),
    {
      id: "del-selector",
      level: "MUST",
      title: "The selector of each delete is valid",
      clause: "DEL-2",
      why: "The client raises: the rest of the answer is lost, and the request is sent again.",
      fix:
        "Write a CSS selector; escape what is no letter or digit in an id with a backslash, as `CSS.escape` does it.",
    },
    (lines) => {
      const selector = lines.map(({ key, value }, i) => i === 0 ? value : value === "" ? key : `${key} ${value}`)
        .join("\n");
      if (isSelector(selector)) return;
      return { expected: "a CSS selector", actual: `${quote(selector)} is none`, at: lines.flatMap(lineAt) };
    },
  ),
  noSecond("selector", {
    id: "del-one-selector",
    level: "MUST",
    title: "No delete with a selector has a second instruction",
    clause: "DEL-3",
    why: "The lines become one selector, which finds nothing: nothing is removed, and nothing says so.",
    fix: "Put a comma between selectors, or send two events.",
  }),
  noSecond("paths", {
    id: "del-one-paths",
    level: "MUST",
    title: "No delete with paths has a second line",
    clause: "DEL-5",
    why: "The last path of the first line is glued to the second line and stays.",
    fix: "Write all paths on one line, with a space between them.",
  }),
  ofPaths(
    {
      id: "del-path",
      level: "MUST",
      title: "Paths are names with dots between them, and one space stands between paths",
      clause: "DEL-4",
      why: "What is no path removes nothing, and nothing says so.",
      fix: "Write `data: paths a b.c`.",
    },
    "paths a b.c",
    (path) => {
      if (path === "") return "is no path: is there a space too many?";
      return /[\s,;]/.test(path) || path.split(".").includes("") ? "names no signal" : undefined;
    },
  ),
  ofPaths(
    {
      id: "del-inherited",
      level: "MUST",
      title: "No path leads through what every object has",
      clause: "DEL-8",
      why: "The client walks on into the browser's own objects and breaks the page: most later events raise too.",
      fix: "Look at each path that comes from outside, and refuse names such as constructor and __proto__.",
    },
    "names of signals",
    (path) => {
      const name = inheritedIn(path.split(".").slice(0, -1));
      return name === undefined ? undefined : `leads through ${name}`;
    },
  ),
  ofPaths(
    {
      id: "del-own",
      level: "MUST",
      title: "No path removes _dsPlugins",
      clause: "STO-19",
      why: "It belongs to the client: without it no further request can be made.",
      fix: "Leave it out.",
    },
    "signals of the page only",
    (path) => path.split(".")[0] === ownName ? "belongs to the client" : undefined,
  ),
  ofRemovals({
    id: "del-through",
    level: "MUST",
    title: "No path leads through a value that is no object",
    clause: "DEL-7",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Remove the whole signal, or send its new value.",
  }, ({ event, effect }) => {
    const { instruction } = event;
    const paths = instruction?.type === "delete" && "paths" in instruction ? instruction.paths : [];
    const isInherited = paths.some((path) => inheritedIn(path.split(".").slice(0, -1)));
    if (effect?.error?.name !== "bad-path" || isInherited) return [];
    return [faultOfEvent(event, "a path through objects", effect.error.message)];
  }),
  ofRemovals(
    {
      id: "del-parents",
      level: "SHOULD",
      title: "All that paths lead through is there",
      clause: "DEL-6",
      why: "The client makes what is missing as `{}`, also in the place of an empty text, 0 or false.",
      fix: "Remove only what the page's store has.",
    },
    ({ event, effect }) =>
      (effect?.lonePaths ?? []).map((path) =>
        faultOfEvent(event, "a path whose parents are there", `${quote(path)}: its parents are not in the store`)
      ),
  ),
  ofRemovals(
    {
      id: "del-used",
      level: "SHOULD",
      title: "No path is removed that the page uses",
      clause: "DEL-11",
      why: "`data-text` shows `undefined`; `data-model` raises.",
      fix: "Send an empty value instead, or remove what uses the signal first.",
    },
    ({ event, effect }) =>
      (effect?.usedPaths ?? []).map(({ path, attribute }) =>
        faultOfEvent(event, "a path that nothing uses", `${quote(path)} is used by ${quote(attribute)}`)
      ),
  ),
  ofKeys("datastar-redirect", ["url"], true, {
    id: "red-key",
    level: "MUST",
    title: "Each redirect begins with url",
    clause: "RED-2",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Write `data: url /address`.",
  }),
  ofRedirects(
    {
      id: "red-address",
      level: "MUST",
      title: "Each redirect has an address",
      clause: "RED-5",
      why: "The client loads the page again: what the reader has entered is lost, and it may go on for ever.",
      fix: "Write the address behind `url`.",
    },
    (lines) =>
      lines.length === 1 && lines[0].value.trim() === ""
        ? { expected: "url and an address", actual: "url without an address", at: lineAt(lines[0]) }
        : undefined,
  ),
  ofRedirects(
    {
      id: "red-one-line",
      level: "MUST",
      title: "Each redirect is one line",
      clause: "RED-3",
      why: "The browser drops the line feed: the pieces become another address.",
      fix: "Write the address on one line.",
    },
    ([, ...more]) =>
      more.length > 0
        ? { expected: "one line", actual: `${more.length + 1} lines`, at: more.flatMap(lineAt) }
        : undefined,
  ),
  ofRedirects({
    id: "red-script",
    level: "MUST",
    title: "No redirect leads to a script",
    clause: "RED-4",
    why: "A `javascript:` address is run in the page: whoever has chosen the address can do all that the reader can.",
    fix: "Look at the scheme of each address that comes from outside: let only http, https and relative ones through.",
  }, (lines) => {
    const [{ value }] = lines;
    if (URL.parse(value, "http://localhost/")?.protocol !== "javascript:") return;
    return { expected: "an address of a page", actual: quote(value), at: lineAt(lines[0]) };
  }),
  ofKeys("datastar-console", dialect.consoleModes, true, {
    id: "con-mode",
    level: "MUST",
    title: "Each message has a mode that the console has",
    clause: "CON-2",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Begin with one of debug, error, info, group, groupEnd, log and warn.",
  }),
  ofEach(
    "signals",
    "datastar-console with a mode",
    (stream) => messagesOf(stream).filter(([{ key }]) => dialect.consoleModes.some((mode) => mode === key)),
    {
      id: "con-message",
      level: "MUST",
      title: "Each message has a text",
      clause: "CON-1",
      why: "The client logs an empty text.",
      fix: "Write the message behind the mode.",
    },
    ([line, ...more]) =>
      line.key !== "groupEnd" && line.value.trim() === "" && more.length === 0
        ? { expected: "a mode and a message", actual: `${quote(line.key)} without a message`, at: lineAt(line) }
        : undefined,
  ),
];
