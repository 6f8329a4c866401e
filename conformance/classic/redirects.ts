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
    title: "Each datastar-redirect begins with url",
    why: `The client throws: ${afterError}.`,
    fix: "Write `data: url /address`.",
    event: "datastar-redirect",
    keys: ["url"],
    firstLineOnly: true,
  }),
  checkEach({
    rule: ["red-address", "MUST", "RED-5"],
    title: "Each redirect has a URL",
    why: "The client loads the page again: the user's input is lost, and the page may reload forever.",
    fix: "Write the URL after `url`.",
    ...eachRedirect,
    fault: (lines) =>
      lines.length === 1 && lines[0].value.trim() === "" &&
      { expected: "a URL after url", actual: "no URL after url", at: bytesOfLine(lines[0]) },
  }),
  checkEach({
    rule: ["red-one-line", "MUST", "RED-3"],
    title: "Each redirect is one line",
    why: "The browser drops the line feed: the pieces become a different URL.",
    fix: "Write the URL on one line.",
    ...eachRedirect,
    fault: ([, ...more]) =>
      more.length > 0 && { expected: "one line", actual: `${more.length + 1} lines`, at: more.flatMap(bytesOfLine) },
  }),
  checkEach({
    rule: ["red-script", "MUST", "RED-4"],
    title: "Redirects do not lead to a script",
    why:
      "The browser runs a `javascript:` URL in the page: whoever supplied the URL can do everything that the user can.",
    fix: "Check the scheme of each URL that comes from outside: allow only http, https and relative URLs.",
    ...eachRedirect,
    fault(lines) {
      const [{ value }] = lines;
      if (URL.parse(value, "http://localhost/")?.protocol !== "javascript:") return;
      return { expected: "the URL of a page", actual: quoteSource(value), at: bytesOfLine(lines[0]) };
    },
  }),
];
