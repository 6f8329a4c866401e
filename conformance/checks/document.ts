/** The checks of a page as a document: its status, its type, its encoding and its doctype. A dialect gives the clauses. */

import { fail, type Finding, pass, unobserved } from "../check.ts";
import { attributeOf, type ParsedPage } from "../markup.ts";
import { type Exchange, headerValues } from "../recording.ts";
import { describeAnswer } from "./http.ts";
import { quoteText } from "./quote.ts";
import type { Definition } from "./stream_checks.ts";

/** A check as a dialect takes it: without its rule. */
type Unruled<Run> = Omit<Definition<{ run: Run }>, "rule">;

/** The checks of the answer with a page. */
export const pageAnswer = {
  status: {
    title: "The page is answered with 200, to its end",
    why: "A user who opens the page sees an error, or a page that never finishes loading.",
    fix: "Answer GET of the page's path with status 200 and end the response.",
    run({ page }) {
      if (page.tooLong && page.head?.status === 200) return unobserved(page.why!);
      if (page.head?.status !== 200 || page.ending !== "complete") return fail("200", describeAnswer(page));
      return pass("200");
    },
  },
  type: {
    title: "The page has the type text/html",
    why: "The browser shows the source, or offers to save it.",
    fix: "Send the header `content-type: text/html; charset=utf-8` with the page.",
    run({ page }) {
      const [type = ""] = headerValues(page, "content-type");
      return /^text\/html/i.test(type) ? pass(type) : fail("content-type: text/html", describeAnswer(page));
    },
  },
} satisfies Record<string, Unruled<(server: { page: Exchange }) => Finding>>;

/** The checks of the text of a page. */
export const pageText = {
  utf8: {
    title: "The page is UTF-8",
    why: "The browser shows wrong characters beyond ASCII, and misreads the scripts of the page.",
    fix: "Write the page as UTF-8, and do not name a different charset in its header or in a `<meta>`.",
    run(parsed, page) {
      const charset = charsetOf(page, parsed);
      if (charset && !/^utf-?8$/i.test(charset)) return fail("UTF-8", `the page says that it is ${quoteText(charset)}`);
      try {
        new TextDecoder("utf-8", { fatal: true }).decode(page.body);
      } catch {
        return fail("UTF-8", "some bytes of the page are not UTF-8");
      }
      return pass("UTF-8");
    },
  },
  charset: {
    title: "The page declares UTF-8",
    why: "The browser guesses the encoding, and may show wrong characters beyond ASCII.",
    fix: 'Add `charset=utf-8` to the content-type, or `<meta charset="utf-8">` to the head.',
    run(parsed, page) {
      const charset = charsetOf(page, parsed);
      return charset ? pass(charset) : fail("charset=utf-8 in the content-type or in a <meta>", "neither is present");
    },
  },
  doctype: {
    title: "The page begins with a doctype",
    why: "Browsers show the page in quirks mode, where many rules of CSS and HTML are different.",
    fix: "Begin the page with `<!doctype html>`.",
    run: ({ doctype, html }) =>
      doctype ? pass("the page has a doctype") : fail("<!doctype html>", quoteText(html.trim(), 40)),
  },
} satisfies Record<string, Unruled<(parsed: ParsedPage, page: Exchange) => Finding>>;

/** The charset that the header or the page names. */
function charsetOf(page: Exchange, { elements }: ParsedPage): string | undefined {
  const [type = ""] = headerValues(page, "content-type");
  const inHeader = /charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1];
  if (inHeader) return inHeader;
  const { body } = page;
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return "utf-8";
  for (const meta of elements.filter(({ tagName }) => tagName === "meta")) {
    const charset = attributeOf(meta, "charset") ?? /charset=([^\s;"]+)/i.exec(attributeOf(meta, "content") ?? "")?.[1];
    if (charset) return charset;
  }
}
