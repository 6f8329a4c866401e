/** The checks of the event `datastar-fragment`: its keys, its options and the lines of its HTML. */

import { afterError } from "./failure.ts";
import { dialect } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { type Definition, type Fault, streamChecks } from "../checks/stream_checks.ts";
import type { FragmentRows, Row, RowKind } from "./rows.ts";
import type { ClassicView } from "./view.ts";
import { expectedWord, foreignKeys, foreignModes, originOfWord } from "./words.ts";

const { checkEach } = streamChecks<ClassicView>("grammar");

const maxTime = 2 ** 31 - 1;

const eachFragmentEvent = {
  noun: "event datastar-fragment with data",
  items: ({ fragmentRows }: ClassicView) => fragmentRows,
};

const eachOption = (...keys: string[]) => ({
  noun: `option \`${keys.join("` or `")}\``,
  items: ({ fragmentRows }: ClassicView) =>
    fragmentRows.flatMap(({ rows }) => rows.filter(({ kind, key }) => kind === "option" && keys.includes(key))),
});

/** A check that no row is of one kind. */
const checkRows = (
  { kind, fault, ...info }: Definition<{ kind: RowKind; fault: (row: Row) => Fault }>,
) =>
  checkEach({
    ...info,
    noun: "line of a fragment",
    items: ({ fragmentRows }) => fragmentRows.flatMap(({ rows }) => rows),
    fault: (row) => row.kind === kind && fault(row),
  });

const wholeRow = (row: Row) => [row.range()];

/** A fault of a row. `at` has its bytes, and `more` follows the text. */
const faultOfRow = (row: Row, expected: string, at = wholeRow(row), more = ""): Fault => ({
  expected,
  actual: quoteSource(row.text) + more,
  at,
});

/** The bytes of a row's value; of the whole row, where there is none. */
const valueIn = ({ text, value, range }: Row) => [range(value === "" ? 0 : text.length - value.length)];

/** Whether the client refuses an option's value for the spaces around it [FRG-11]. */
function isRefusedForSpaces({ key, value }: Row): boolean {
  const text = value.trim();
  if (text === value) return false;
  return key === "merge" && isKnownMode(text) || key === "vt" && text === "true" ||
    key === "selector" && text === "self";
}

const isKnownMode = (text: string) => dialect.modes.some((mode) => mode === text);

export const grammar: StreamCheck<ClassicView>[] = [
  checkEach({
    rule: ["frg-fragment", "MUST", "FRG-16"],
    title: "Each event has a line that begins with fragment",
    why: "The client merges an empty `<div>`: with a selector it destroys the target's content, without one it throws.",
    fix: "Begin the first line of the HTML with `fragment` and one space: `data: fragment <p …`.",
    ...eachFragmentEvent,
    fault({ rows }) {
      if (rows.some(({ kind }) => kind === "keyword")) return;
      const last = rows.at(-1)!;
      const actual = `no such line; the last one is ${quoteSource(last.text)}`;
      return { expected: "data: fragment <…", actual, at: wholeRow(last) };
    },
  }),
  checkRows({
    rule: ["frg-key", "MUST", "FRG-9"],
    title: "Each line begins with selector, merge, settle, vt or fragment, until the fragment is open",
    why: "The client ignores a line with an unknown key; inside an open fragment the line becomes text in the page.",
    fix: "Use the keys of the classic protocol, and write `fragment` before the first line of the HTML.",
    kind: "unknown",
    fault(row) {
      const { text, range } = row;
      const [word] = text.trimStart().split(" ", 1);
      const from = text.indexOf(word);
      const expected = word.startsWith("<")
        ? quoteSource(`data: fragment ${text.trimStart()}`)
        : expectedWord(word, dialect.keys, foreignKeys);
      return faultOfRow(row, expected, [range(from, from + word.length)], originOfWord(word, foreignKeys));
    },
  }),
  checkRows({
    rule: ["frg-key-form", "MUST", "FRG-1"],
    title: "A key is in lower case, with one space after it",
    why: "Otherwise the client does not know the key, and the line is ignored or becomes text in the page.",
    fix: "Write the key in lower case, then one space (not a tab or a colon), then the value.",
    kind: "misspelt",
    fault(row) {
      const { text, range } = row;
      const [word] = text.split(/[\s:=]/, 1);
      const expected = `${word.toLowerCase()} ${text.slice(word.length + 1).trim()}`.trim();
      return faultOfRow(row, quoteSource(expected), [range(0, Math.min(word.length + 1, text.length))]);
    },
  }),
  checkRows({
    rule: ["frg-key-space", "MUST", "FRG-12"],
    title: "One space precedes a key",
    why: "The client reads an empty first word and ignores the option.",
    fix: "Write one space between `data:` and the key.",
    kind: "indented",
    fault(row) {
      const key = row.text.trimStart();
      return faultOfRow(row, quoteSource(key), [row.range(0, row.text.length - key.length)]);
    },
  }),
  checkEach({
    rule: ["frg-merge", "MUST", "FRG-13"],
    title: "The client knows the merge mode",
    why: `The client throws: ${afterError}.`,
    fix: `Use one of ${dialect.modes.join(", ")}; without \`merge\` it is morph.`,
    ...eachOption("merge"),
    fault(row) {
      const mode = row.value.trim();
      if (isKnownMode(mode)) return;
      const expected = expectedWord(mode, dialect.modes, foreignModes, (word) => `merge ${word}`);
      return faultOfRow(row, expected, valueIn(row), originOfWord(mode, foreignModes));
    },
  }),
  checkEach({
    rule: ["frg-value-space", "MUST", "FRG-11"],
    title: "The value of an option has no spaces around it",
    why: "The client does not trim the value: it throws for an unknown mode, or misreads the option.",
    fix: "Write one space after the key, and no space after the value.",
    ...eachOption("merge", "vt", "selector"),
    fault: (row) =>
      isRefusedForSpaces(row) && faultOfRow(row, quoteSource(`${row.key} ${row.value.trim()}`), valueIn(row)),
  }),
  checkEach({
    rule: ["frg-settle", "SHOULD", "FRG-14"],
    title: "The settle time is a number of milliseconds, at most 2147483647",
    why: "The client reads the leading digits, or 0 if there are none. Longer times end at once.",
    fix: "Write digits only: `settle 500`.",
    ...eachOption("settle"),
    fault(row) {
      const time = row.value.trim();
      if (/^\d+$/.test(time) && Number(time) <= maxTime) return;
      const expected = /^\d+$/.test(time) ? `at most ${maxTime}` : "digits";
      return faultOfRow(row, expected, valueIn(row));
    },
  }),
  checkEach({
    rule: ["frg-vt", "SHOULD", "FRG-15"],
    title: "The option vt is true or false",
    why: "Only `true` asks for a view transition: the client treats any other value as `false`.",
    fix: "Write `vt true` or `vt false`.",
    ...eachOption("vt"),
    fault: (row) =>
      !["true", "false"].includes(row.value.trim()) && faultOfRow(row, "vt true, or vt false", valueIn(row)),
  }),
  checkEach({
    rule: ["frg-vt-stream", "SHOULD", "FRG-15"],
    title: "Each fragment of an endless stream has vt false",
    why:
      "Each fragment animates: during the animation a picture covers the page and catches the clicks, and events can get lost.",
    fix: "Write `data: vt false` into each event of a stream.",
    noun: "fragment of an endless stream",
    items: ({ endless, fragmentRows }) => endless ? fragmentRows : [],
    fault({ event: { instruction }, rows }) {
      if (instruction?.type !== "fragment" || !instruction.viewTransition) return;
      return { expected: "data: vt false", actual: "an event that leaves view transitions on", at: wholeRow(rows[0]) };
    },
  }),
  checkRows({
    rule: ["frg-keyword-once", "MUST", "FRG-4"],
    title: "Only the first line of the HTML begins with fragment",
    why: "The client reads it as text: the user sees the word `fragment` in the page.",
    fix: "Send the further lines as they are: `data: <li>one</li>`.",
    kind: "again",
    fault({ text, range }) {
      const expected = quoteSource(`data: ${text.slice("fragment ".length)}`.trim());
      return { expected, actual: quoteSource(`data: ${text}`), at: [range(0, "fragment".length)] };
    },
  }),
  checkRows({
    rule: ["frg-option-repeated", "MUST", "FRG-10"],
    title: "An option does not directly repeat with a different value",
    why: "The client ignores the second one.",
    fix: "Write each option once. A list of selectors is one value: `selector #a, #b`.",
    kind: "repeated",
    fault: (row) => faultOfRow(row, `${row.key} once`, wholeRow(row), ` after ${quoteSource(row.previous!)}`),
  }),
  checkEach({
    rule: ["frg-option-once", "MUST", "FRG-10"],
    title: "Each option has only one value",
    why: "With a key between them the last one wins, and the first one is lost.",
    fix: "Write each option once.",
    ...eachFragmentEvent,
    fault: ({ rows }) =>
      rows.filter(({ kind, previous, value, key }) =>
        kind === "option" && previous !== undefined && previous !== value && key !== "fragment"
      ).map((row) => faultOfRow(row, `${row.key} once`, wholeRow(row), `, and ${quoteSource(row.previous!)} before`)),
  }),
  checkEach({
    rule: ["frg-eaten", "MUST", "FRG-6"],
    title: "Lines of the HTML are not read as options",
    why: "The line is lost, and so are the lines after it; if it begins with `merge`, the client usually throws.",
    fix:
      "Put a space before a line of HTML that begins with selector, merge, settle or vt, and options before the HTML.",
    ...eachFragmentEvent,
    fault({ rows }) {
      const eaten = rows.filter(({ kind }) => kind === "eaten");
      const lost = rows.filter(({ kind }) => kind === "lost");
      if (eaten.length > 0) {
        const at = [...eaten, ...lost].flatMap(wholeRow);
        return { expected: quoteSource(`data:  ${eaten[0].text}`), actual: quoteSource(`data: ${eaten[0].text}`), at };
      }
      if (lost.length === 0) return;
      const closing = rows[rows.indexOf(lost[0]) - 1];
      const actual = `${quoteSource(closing.text)} closes it, and ${quoteSource(lost[0].text)} is lost`;
      return { expected: "the fragment open until its last line", actual, at: [closing, ...lost].flatMap(wholeRow) };
    },
  }),
  checkEach({
    rule: ["frg-blank-pre", "MUST", "FRG-7"],
    title: "A pre or textarea has no empty lines",
    why: "The client drops empty lines, so the user's text has fewer lines.",
    fix: "Write a line feed as `&#10;`, or put a space into the empty line.",
    ...eachFragmentEvent,
    fault: (fragment) => blanksIn(fragment, true),
  }),
  checkEach({
    rule: ["frg-blank", "MAY", "FRG-7"],
    title: "The HTML has no empty lines",
    why: "The client drops empty lines. Between elements this is invisible, unless a style keeps white space.",
    fix: "Leave out empty lines, or put a space into them.",
    ...eachFragmentEvent,
    fault: (fragment) => blanksIn(fragment, false),
  }),
  checkEach({
    rule: ["frg-last", "SHOULD", "FRG-2"],
    title: "The fragment comes last, after all options",
    why: "An option after the fragment closes it, and any further line of HTML is lost.",
    fix: "Write the options first.",
    ...eachFragmentEvent,
    fault({ rows }) {
      const last = rows.findLastIndex(({ kind }) => kind === "keyword");
      const option = rows.slice(last + 1).find(({ kind }) => kind === "option");
      if (last < 0 || !option) return;
      return faultOfRow(option, "options before fragment", wholeRow(option), " after it");
    },
  }),
];

/** Empty lines that are dropped inside the HTML: in an element that shows them, or elsewhere. */
function blanksIn({ rows }: FragmentRows, shown: boolean): Fault[] {
  const faults: Fault[] = [];
  let isOpen = false;
  let isShown = false;
  for (const { kind, value, text, blanks } of rows) {
    const isText = kind === "text" || kind === "again";
    if (isText && isOpen && blanks.length > 0 && isShown === shown) {
      const actual = `${blanks.length} empty line${blanks.length > 1 ? "s" : ""} before ${quoteSource(text)}`;
      faults.push({ expected: "no empty line", actual, at: blanks });
    }
    isOpen = isText || kind === "keyword" || isOpen && kind === "unknown";
    const tag = isOpen && value.toLowerCase().match(/<\/?(?:pre|textarea)(?=[\s/>]|$)/g)?.at(-1);
    if (tag) isShown = !tag.startsWith("</");
  }
  return faults;
}
