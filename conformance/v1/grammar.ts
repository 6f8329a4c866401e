/** The checks of the lines of data: their keys, and the values of options. */

import { bytesInLine, fieldNames, type SseEvent, v1 } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import type { Field } from "../checks/fields.ts";
import { quoteSource } from "../checks/quote.ts";
import { type Definition, type Fault, faultOfLine, firstFew, streamChecks } from "../checks/stream_checks.ts";
import { expectedWord } from "../checks/words.ts";
import { forEventStreams } from "./event_streams.ts";
import { asksForEver } from "./failure.ts";
import { needsSelector } from "./modes.ts";
import { type DataRow, type EventRows, type RowKind, valueOf } from "./rows.ts";
import type { V1View } from "./view.ts";

const { checkEach } = streamChecks<V1View>("grammar");

const { elementKeys, signalKeys, modes, namespaces } = v1.dialect;

const eachPatch = (contentKey: EventRows["contentKey"]) => ({
  noun: `event that patches ${contentKey}`,
  items: ({ eventRows }: V1View) => eventRows.filter((event) => event.contentKey === contentKey),
});

/** The value of an option that an event has once: one that it repeats is for `v1-option-once`. */
interface Option {
  event: EventRows;
  row: DataRow;
  value: string;
}

const eachOption = (...keys: string[]) => ({
  noun: `option \`${keys.join("` or `")}\``,
  items: ({ eventRows }: V1View): Option[] =>
    eventRows.flatMap((event) =>
      keys.flatMap((key) => {
        const rows = event.options.get(key) ?? [];
        return rows.length === 1 ? [{ event, row: rows[0], value: rows[0].value }] : [];
      })
    ),
});

/** A check that no line is of these kinds. */
const checkRows = (
  { kinds, fault, ...info }: Definition<
    { kinds: readonly RowKind[]; fault: (row: DataRow, event: EventRows) => Fault }
  >,
) =>
  checkEach({
    ...info,
    noun: "line of data",
    items: ({ eventRows }) => eventRows.flatMap((event) => event.rows.map((row) => ({ row, event }))),
    fault: ({ row, event }) => kinds.includes(row.kind) && fault(row, event),
  });

/** A fault of a line. `at` has its bytes, and `more` follows the text. */
const faultOfRow = (row: DataRow, expected: string, at = [row.range()], more = ""): Fault => ({
  expected,
  actual: quoteSource(`data: ${row.text}`) + more,
  at,
});

/** The bytes of the value of a line; of the whole line, where there is none. */
const bytesOfValue = ({ text, value, range }: DataRow) => [range(value === "" ? 0 : text.length - value.length)];

/** The bytes of the first word of a line, with the spaces before it. */
const bytesOfWord = ({ text, range }: DataRow) => [range(0, /^\s*\S*/.exec(text)![0].length)];

/** The line that a line of data should be. */
const dataLine = (key: string, value: string) => quoteSource(`data: ${key} ${value}`);

/** The text of a line after its key, without what separates the two. */
const textAfterKey = ({ text, key }: DataRow) => text.trimStart().slice(key.length).replace(/^[\s:=]+/, "");

const lineChecks: StreamCheck<V1View>[] = [
  checkEach({
    rule: ["v1-key-reserved", "MUST", "V1-SSE-21"],
    title: "No key is the name of something that each JavaScript object has",
    why: `The client fails while it reads, without a message: it loses the next events, and ${asksForEver}.`,
    fix:
      "Split text at each line end, and write the key on each line, so that no line of the text begins with a word " +
      "such as `constructor`.",
    noun: "event whose name begins with datastar",
    items: ({ events }) => events.filter(({ event: { client } }) => client?.event?.startsWith("datastar")),
    fault: ({ event: { reading, error } }) =>
      error?.code === "reserved-key" &&
      reading.rows.filter(({ key }) => v1.isReservedKey(key)).map(({ line, from, key }) => ({
        expected: "a key of the event",
        actual: `the key ${quoteSource(key)} in ${quoteSource(line.text)}`,
        at: [bytesInLine(line, from, from + key.length)],
      })),
  }),
  checkRows({
    rule: ["v1-data-indent", "MUST", "V1-SSE-17"],
    title: "One space precedes a key",
    why: "The client reads an empty key and ignores the line: an option or a part of the content is lost.",
    fix: "Write one space between `data:` and the key.",
    kinds: ["indented"],
    fault(row) {
      const text = row.text.trimStart();
      return faultOfRow(row, quoteSource(`data: ${text}`), [row.range(0, row.text.length - text.length)]);
    },
  }),
  checkRows({
    rule: ["v1-data-tab", "MUST", "V1-SSE-16"],
    title: "No tab is before or after a key",
    why: "The tab becomes a part of the key, and the client ignores the line.",
    fix: "Write one space, not a tab.",
    kinds: ["tab"],
    fault: (row) => faultOfRow(row, dataLine(row.key, textAfterKey(row)), bytesOfWord(row)),
  }),
  checkRows({
    rule: ["v1-data-space", "MUST", "V1-SSE-18"],
    title: "One space follows a key",
    why: "Without it the client reads a different key, so the line is lost or becomes a wrong option.",
    fix: "Write the key, one space and the value, and no other sign between them. Leave out an option without a value.",
    kinds: ["unspaced"],
    fault(row) {
      const { key, text } = row;
      const isMisread = text.slice(0, -1) === key;
      const value = textAfterKey(row);
      const expected = isMisread || value === "" ? `${key}, a space and a value` : dataLine(key, value);
      const meaning = isMisread ? `, which the client takes for ${key} with the value ${quoteSource(text)}` : "";
      return faultOfRow(row, expected, bytesOfWord(row), meaning);
    },
  }),
  checkRows({
    rule: ["v1-key-known", "MUST", "V1-SSE-20"],
    title: "The client knows each key",
    why: "The client ignores the line, without a message: an option or a part of the content is lost.",
    fix:
      `The keys are ${elementKeys.join(", ")} for elements, and ${
        signalKeys.join(", ")
      } for signals, spelled exactly ` +
      "so.",
    kinds: ["misspelt", "unknown"],
    fault(row, { contentKey }) {
      const keys = contentKey === "elements" ? elementKeys : signalKeys;
      return faultOfRow(row, row.key === "" ? `one of ${keys.join(", ")}` : row.key, bytesOfWord(row));
    },
  }),
  checkRows({
    rule: ["v1-key-generation", "MUST", "V1-SSE-15"],
    title: "No key is of a different generation of Datastar",
    why: "The client ignores the line, without a message: an option or a part of the content is lost.",
    fix: `The keys are ${elementKeys.join(", ")} for elements, and ${signalKeys.join(", ")} for signals.`,
    kinds: ["old"],
    fault(row) {
      const [word] = row.text.trimStart().split(/\s/, 1);
      const { generation, instead } = v1.findOldKey(word)!;
      return faultOfRow(row, instead, bytesOfWord(row), `, a key of Datastar ${generation}`);
    },
  }),
  checkRows({
    rule: ["v1-key-event", "MUST", "V1-SSE-20"],
    title: "No key is one of the other event",
    why: "The client ignores the line: signals are not set by an event that patches elements, nor the other way round.",
    fix: "Send two events: `datastar-patch-elements` for HTML, and `datastar-patch-signals` for signals.",
    kinds: ["misplaced"],
    fault(row, { contentKey }) {
      const other = contentKey === "elements" ? "datastar-patch-signals" : "datastar-patch-elements";
      return faultOfRow(row, `a separate event ${other}`, bytesOfWord(row));
    },
  }),
  checkRows({
    rule: ["v1-key-each-line", "MUST", "V1-SSE-19"],
    title: "The key is on each line of the content",
    why: "The client ignores a line without the key: the user does not see this part.",
    fix: "Split HTML at each line end, and begin each line with `data: elements `; split JSON in the same way, with " +
      "`data: signals `.",
    kinds: ["keyless"],
    fault: (row) => faultOfRow(row, dataLine(row.key, row.text)),
  }),
  checkEach({
    rule: ["v1-content-split", "MUST", "PEL-27"],
    title: "No line of content is outside of its data lines",
    why: "The client ignores the line. If a text comes from users, they can write lines of the stream in this way.",
    fix: "Split content at CRLF, CR and LF, and begin each line with `data: elements ` or `data: signals `.",
    noun: "line of content",
    items: ({ fields }) => contentLinesIn(fields),
    fault: ({ after, key }) =>
      firstFew(after).map((line) => faultOfLine(line, quoteSource(`data: ${key} ${line.text}`))),
  }),
  checkEach({
    rule: ["v1-blank-pre", "MUST", "V1-SSE-18"],
    title: "A pre or textarea keeps its empty lines",
    why: "The client drops the line, so the user's text has fewer lines.",
    fix: "Write an empty line as `data: elements ` with the space at its end. Make sure that nothing trims it.",
    ...eachPatch("elements"),
    fault: (event) => blanksIn(event, true),
  }),
  checkEach({
    rule: ["v1-blank", "MAY", "V1-SSE-18"],
    title: "Empty lines of HTML have their key and a space",
    why: "The client drops the line. Between elements this is invisible, unless a style keeps white space.",
    fix: "Write an empty line as `data: elements ` with the space at its end, or leave it out.",
    ...eachPatch("elements"),
    fault: (event) => blanksIn(event, false),
  }),
];

const isOneOf = (words: readonly string[], word: string) => words.includes(word);
const isFlag = (value: string) => isOneOf(["true", "false"], value.trim());
const isTrue = (value: string | undefined) => value?.trim() === "true";

/** The defaults that an event can leave out [PEL-1, PSG-1]. */
const defaults: Readonly<Record<string, string>> = {
  mode: "outer",
  namespace: "html",
  useViewTransition: "false",
  onlyIfMissing: "false",
};

const modeChecks: StreamCheck<V1View>[] = [
  checkEach({
    rule: ["v1-option-once", "MUST", "V1-SSE-19"],
    title: "An event has each option once",
    why: "The client joins the values: a mode becomes an unknown one, and two selectors become one that finds less.",
    fix: "Write each option once. A list of selectors is one value: `selector #a, #b`.",
    noun: "event with data",
    items: ({ eventRows }) => eventRows,
    fault: ({ options }) =>
      [...options].flatMap(([key, rows]) =>
        rows.flatMap((row, i) => {
          if (i === 0 || isSelectorInLines(key, rows[i - 1].value, row.value)) return [];
          return faultOfRow(row, `${key} once`, [row.range()], ` after ${quoteSource(rows[i - 1].text)}`);
        })
      ),
  }),
  checkEach({
    rule: ["v1-mode", "MUST", "PEL-3"],
    title: "The client knows the mode",
    why: "The client reports an error, and the page does not change.",
    fix: `Use one of ${modes.join(", ")}; without \`mode\` it is outer.`,
    ...eachOption("mode"),
    fault: ({ row, value }) =>
      !isOneOf(modes, value.trim()) && !v1.findOldMode(value.trim()) &&
      faultOfRow(row, expectedWord(value, modes), bytesOfValue(row)),
  }),
  checkEach({
    rule: ["v1-mode-generation", "MUST", "V1-SSE-15"],
    title: "No mode is of a different generation of Datastar",
    why: "The client reports an error, and the page does not change.",
    fix: `Use one of ${modes.join(", ")}; without \`mode\` it is outer.`,
    ...eachOption("mode"),
    fault({ row, value }) {
      const old = v1.findOldMode(value.trim());
      return old && faultOfRow(row, old.instead, bytesOfValue(row), `, a mode of Datastar ${old.generation}`);
    },
  }),
  checkEach({
    rule: ["v1-value-space", "MUST", "PEL-3"],
    title: "A mode or namespace has no spaces around it",
    why: "The client does not trim the value: it reports an error, and the page does not change.",
    fix: "Write one space after the key, and no space after the value.",
    ...eachOption("mode", "namespace"),
    fault({ row, value }) {
      const word = value.trim();
      return word !== value && isOneOf([...modes, ...namespaces], word) &&
        faultOfRow(row, dataLine(row.key, word), bytesOfValue(row));
    },
  }),
  checkEach({
    rule: ["v1-namespace", "MUST", "PEL-5"],
    title: "The namespace is html, svg or mathml",
    why: "The client reports an error, and the page does not change.",
    fix: "Use one of html, svg, mathml, in lower case; without `namespace` it is html.",
    ...eachOption("namespace"),
    fault: ({ row, value }) =>
      !isOneOf(namespaces, value.trim()) && faultOfRow(row, expectedWord(value, namespaces), bytesOfValue(row)),
  }),
  checkEach({
    rule: ["v1-mode-selector", "MUST", "PEL-4"],
    title: "An event with inner, prepend, append, before or after has a selector",
    why: "The client reports an error, and the page does not change. Only outer and replace find their targets by ids.",
    fix: "Add a line such as `data: selector #list`.",
    ...eachPatch("elements"),
    fault: (event) => lacksSelector(event, (mode) => mode !== "remove"),
  }),
  checkEach({
    rule: ["v1-remove-selector", "MUST", "PEL-4"],
    title: "An event with mode remove has a selector",
    why: "The client reports an error, and nothing is removed: it does not look at ids in the HTML.",
    fix: "Write the id as a selector: `data: selector #row-1`.",
    ...eachPatch("elements"),
    fault: (event) => lacksSelector(event, (mode) => mode === "remove"),
  }),
];

const optionChecks: StreamCheck<V1View>[] = [
  checkEach({
    rule: ["v1-selector", "MUST", "PEL-14"],
    title: "The selector is valid",
    why: "The client reports an error, and the page does not change.",
    fix: 'Write a CSS selector, such as `#list`. Escape ids that begin with a digit or have other signs: `[id="1a"]`.',
    ...eachOption("selector"),
    fault: ({ row, value }, { isSelector }) =>
      value !== "" && !isSelector(value) && faultOfRow(row, "a selector", bytesOfValue(row)),
  }),
  checkEach({
    rule: ["v1-view-transition", "SHOULD", "PEL-25"],
    title: "The option useViewTransition is true or false",
    why: "The client takes all other values for false: the change is not animated.",
    fix: "Write `useViewTransition true`, or leave it out.",
    ...eachOption("useViewTransition"),
    fault: ({ row, value }) => !isFlag(value) && faultOfRow(row, "useViewTransition true", bytesOfValue(row)),
  }),
  checkEach({
    rule: ["v1-transition-alone", "SHOULD", "PEL-26"],
    title: "A viewTransitionSelector comes with useViewTransition true",
    why: "The client ignores it: the change is not animated.",
    fix: "Add `data: useViewTransition true`, or leave out `viewTransitionSelector`.",
    ...eachOption("viewTransitionSelector"),
    fault: ({ event, row }) =>
      !event.hasLost && !isTrue(valueOf(event, "useViewTransition")) && faultOfRow(row, "useViewTransition true too"),
  }),
  checkEach({
    rule: ["v1-transition-selector", "MUST", "PEL-26"],
    title: "The viewTransitionSelector is a valid selector",
    why: "The client reports an error, and the page does not change.",
    fix: "Write a CSS selector, such as `#list`.",
    ...eachOption("viewTransitionSelector"),
    fault: ({ event, row, value }, { isSelector }) =>
      value !== "" && isTrue(valueOf(event, "useViewTransition")) && !isSelector(value) &&
      faultOfRow(row, "a selector", bytesOfValue(row)),
  }),
  checkEach({
    rule: ["v1-only-if-missing", "SHOULD", "PSG-1"],
    title: "The option onlyIfMissing is true or false",
    why: "The client takes all other values for false, and overwrites signals that the user has changed.",
    fix: "Write `onlyIfMissing true`, or leave it out.",
    ...eachOption("onlyIfMissing"),
    fault: ({ row, value }) => !isFlag(value) && faultOfRow(row, "onlyIfMissing true", bytesOfValue(row)),
  }),
  checkEach({
    rule: ["v1-default", "MAY", "PEL-1"],
    title: "No option has its default value",
    why: "It makes no difference, and each event is longer.",
    fix: "Leave out `mode outer`, `namespace html`, `useViewTransition false` and `onlyIfMissing false`.",
    ...eachOption(...Object.keys(defaults)),
    fault: ({ row, value }) => value.trim() === defaults[row.key] && faultOfRow(row, `no ${row.key}`),
  }),
  checkEach({
    rule: ["v1-signals-key", "MUST", "PSG-1"],
    title: "Each event that patches signals has the key signals",
    why: "The client reports an error, and no signal changes.",
    fix: 'Write the signals as JSON after the key: `data: signals {"count": 1}`.',
    ...eachPatch("signals"),
    fault({ rows, hasLost }) {
      if (hasLost || rows.some(({ kind, key }) => kind === "value" && key === "signals")) return;
      return faultOfRow(rows[rows.length - 1], "data: signals {…}", undefined, ", and no line with `signals`");
    },
  }),
];

export const grammar: StreamCheck<V1View>[] = forEventStreams([...lineChecks, ...modeChecks, ...optionChecks]);

/** Whether two lines are one selector that works: a list, or a path over several lines [V1-SSE-19]. */
const isSelectorInLines = (key: string, before: string, after: string) =>
  key === "selector" && (/[,>+~]\s*$/.test(before) || /^\s*[,>+~]/.test(after));

/** The fault of an event without the selector that its mode needs. */
function lacksSelector(event: EventRows, isMeant: (mode: string) => boolean): Fault | undefined {
  const mode = valueOf(event, "mode") ?? "";
  if (event.hasLost || !needsSelector(mode) || !isMeant(mode) || (valueOf(event, "selector") ?? "") !== "") return;
  return faultOfRow(event.options.get("mode")![0], "a selector", undefined, " without a selector");
}

/** Empty lines that are lost inside the HTML: in an element that shows them, or elsewhere. */
function blanksIn({ rows }: EventRows, shown: boolean): Fault[] {
  const faults: Fault[] = [];
  let blanks: DataRow[] = [];
  let hasHtml = false;
  let isShown = false;
  for (const row of rows) {
    const { kind, key, value } = row;
    if (kind === "blank") blanks.push(row);
    if (kind !== "value" || key !== "elements") continue;
    if (hasHtml && blanks.length > 0 && isShown === shown) {
      faults.push({ ...faultOfRow(blanks[0], '"data: elements "'), at: blanks.map((blank) => blank.range()) });
    }
    const tag = value.toLowerCase().match(/<\/?(?:pre|textarea)(?=[\s/>]|$)/g)?.at(-1);
    if (tag) isShown = !tag.startsWith("</");
    hasHtml = true;
    blanks = [];
  }
  return faults;
}

/** The lines of content, each with the lines after it that are no fields: they were probably parts of the content. */
function contentLinesIn(fields: readonly Field[]): { key: string; after: Field[] }[] {
  const found: { key: string; after: Field[] }[] = [];
  let open: SseEvent | undefined; // the event of the content, while parts of it can follow
  for (const field of fields) {
    const [, key] = field.name === "data" ? /^(elements|signals) /.exec(field.value) ?? [] : [];
    if (key !== undefined) found.push({ key, after: [] });
    const isPart = open && isText(field) && (field.event === open || /[<>{}"]/.test(field.text));
    if (isPart) found[found.length - 1].after.push(field);
    // An option can be between the two: a CR in a user's text may have begun it.
    if (key !== undefined) open = field.event;
    else if (!isPart && field.name !== "data") open = undefined;
  }
  return found;
}

/** Whether a line is no field at all, and no misspelt one. */
const isText = ({ name, colon }: Field) => {
  const word = name.trim();
  return colon < 0 ? word !== "" && !fieldNames.includes(word) : !/^[\w-]*$/.test(word);
};
