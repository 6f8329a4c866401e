/** The checks of `datastar-redirect`. */

import { afterError } from "./failure.ts";
import type { StreamCheck } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { streamChecks } from "../checks/stream_checks.ts";
import { bytesOfLine, checkKeys, linesOfEach } from "./data_lines.ts";
import type { ClassicView } from "./view.ts";

const { checkEach } = streamChecks<ClassicView>("signals");

const eachRedirect = {
  noun: "datastar-redirect with url",
  items: (view: ClassicView) => linesOfEach("datastar-redirect")(view).filter(([{ key }]) => key === "url"),
};

export const redirectChecks: StreamCheck<ClassicView>[] = [
  checkKeys({
    rule: ["red-key", "MUST", "RED-2"],
    title: "Each redirect begins with url",
    why: `The client raises: ${afterError}.`,
    fix: "Write `data: url /address`.",
    event: "datastar-redirect",
    keys: ["url"],
    firstLineOnly: true,
  }),
  checkEach({
    rule: ["red-address", "MUST", "RED-5"],
    title: "Each redirect has an address",
    why: "The client loads the page again: what the reader has entered is lost, and it may go on for ever.",
    fix: "Write the address after `url`.",
    ...eachRedirect,
    fault: (lines) =>
      lines.length === 1 && lines[0].value.trim() === "" &&
      { expected: "url and an address", actual: "url without an address", at: bytesOfLine(lines[0]) },
  }),
  checkEach({
    rule: ["red-one-line", "MUST", "RED-3"],
    title: "Each redirect is one line",
    why: "The browser drops the line feed: the pieces become another address.",
    fix: "Write the address on one line.",
    ...eachRedirect,
    fault: ([, ...more]) =>
      more.length > 0 && { expected: "one line", actual: `${more.length + 1} lines`, at: more.flatMap(bytesOfLine) },
  }),
  checkEach({
    rule: ["red-script", "MUST", "RED-4"],
    title: "No redirect leads to a script",
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
];
