/**
 * The checks of the attributes that a fragment brings into the page: those that the client evaluates, and those that run.
 */

import { notApplicable, pass, type StreamCheck } from "../check.ts";
import { isProgram } from "../checks/html.ts";
import { type Definition, streamChecks, toFinding } from "../checks/stream_checks.ts";
import { attributeOf, isHtml, startTagOf } from "../markup.ts";
import { canCompile as canCompileAfter } from "./code.ts";
import { afterMergeError } from "./failure.ts";
import { makesRequest, repeats } from "./endless.ts";
import { faultIn, faultOfAttribute } from "./fragment_parts.ts";
import { attributeName, toKebabCase } from "./own_attributes.ts";
import { type ClassicView, eachElement } from "./view.ts";

const { checkStream, checkEach } = streamChecks<ClassicView>("fragments");

const eachOwnAttribute = {
  noun: "attribute that the client evaluates",
  items: ({ ownAttributes }: ClassicView) => ownAttributes,
};

/** A check of the attributes whose code the client compiles at once, or later. */
const checkCode = (
  { compiles, ...info }: Definition<{ compiles: "at once" | "later" }>,
) =>
  checkEach({
    ...info,
    noun: "attribute that the client evaluates",
    items: ({ ownAttributes }) => ownAttributes.filter(({ plugin, refusal }) => plugin.compiles && !refusal),
    fault(attribute, { canCompile }) {
      const { plugin, key, value } = attribute;
      const when = plugin.prefix === "on" && key === "Load" ? "at once" : plugin.compiles;
      if (when !== compiles || value === "") return;
      if (plugin.after ? canCompileAfter(value, plugin.after) : canCompile(value)) return;
      return faultOfAttribute(
        attribute,
        "an expression that compiles",
        "does not compile as the client rewrites it: it splits at each `;` and takes `$name` for a signal",
      );
    },
  });

/** Milliseconds after which an answer is one that was waited for. */
const longPoll = 400;

/** Whether an expression asks for a path by GET, with any query, unless a condition may keep it from that. */
function asksFor(expression: string, path: string): boolean {
  const [, , url] = /^\s*\$\$get\(\s*(["'`])(.*?)\1/.exec(expression) ?? [];
  return url !== undefined && URL.parse(url, "http://localhost")?.pathname === path.split("?")[0];
}

export const attributeChecks: StreamCheck<ClassicView>[] = [
  checkEach({
    rule: ["html-plugin-name", "MUST", "APP-3"],
    title: "Your own `data-*` attributes do not begin like one of the client's",
    why: "The client treats the attribute as its own: it hides the element, adds a listener, or changes the store.",
    fix: "Rename the attribute, for instance `data-shop-front` for `data-storefront`; or write the client's name, " +
      "with a hyphen after it.",
    ...eachOwnAttribute,
    fault(attribute) {
      const { plugin, key, refusal } = attribute;
      if (refusal || key === "" || plugin.key === "some" && /^[A-Z-]/.test(key)) return;
      const own = attributeName(plugin);
      const meant = plugin.key === "some" && /^:./.test(key) ? `${own}-${toKebabCase(key.slice(1))}` : undefined;
      return faultOfAttribute(
        attribute,
        meant ?? `a name that does not begin with ${own}`,
        meant ? "is how later clients write it" : `is taken for ${own}`,
      );
    },
  }),
  checkEach({
    rule: ["html-plugin-refused", "MUST", "APP-4"],
    title: "The client accepts each of its attributes",
    why: "The client throws, and throws again at each later event, wherever the attribute is in the body.",
    fix: "Write the attribute as the client expects it, or rename it if it is your own.",
    ...eachOwnAttribute,
    fault: (attribute) =>
      attribute.refusal !== undefined && faultOfAttribute(attribute, attribute.refusal, "is refused"),
  }),
  checkCode({
    rule: ["html-expression-raises", "MUST", "APP-5"],
    title: "Expressions that the client compiles at once are valid",
    why: `The client throws: ${afterMergeError}.`,
    fix: "Correct the expression; escape it as an attribute, and put text into a signal instead of the expression.",
    compiles: "at once",
  }),
  checkCode({
    rule: ["html-expression", "SHOULD", "APP-5"],
    title: "All other expressions are valid",
    why: "The attribute does nothing, and only the browser's console shows the error.",
    fix: "Correct the expression; escape it as an attribute, and put text into a signal instead of the expression.",
    compiles: "later",
  }),
  checkStream({
    rule: ["html-load-loop", "MUST", "APP-9"],
    title: "Fragments do not repeat requests without end",
    why: "Each event sends the attribute and runs it again: requests add up until the browser allows no more.",
    fix:
      "Put `data-on-load` into the page, or into an element that is sent once; not into a streamed fragment, nor into " +
      "the answer to its own request.",
    run({ ownAttributes, endless, subject, exchange }) {
      const asking = ownAttributes.filter(({ value, refusal }) => refusal === undefined && makesRequest(value));
      for (const attribute of asking) {
        const when = repeats(attribute);
        if (when) return toFinding([faultOfAttribute(attribute, "at most one request", `makes one ${when}`)], "");
      }
      const loads = asking.filter(({ name }) => name === "data-on-load");
      if (loads.length === 0) return notApplicable("no data-on-load makes a request");
      // An answer that takes its time is one of many that are asked for one after the other: long polling.
      const isFast = exchange !== undefined && exchange.endedAt < longPoll;
      const itself = isFast && loads.find(({ value }) => asksFor(value, subject));
      if (itself) {
        return toFinding([faultOfAttribute(itself, "a different request", "asks for its own answer again")], "");
      }
      const byCode = Map.groupBy(loads, ({ value }) => value);
      const repeated = [...byCode.values()].find(({ length }) => endless || length > 1);
      if (!repeated) return pass("each data-on-load comes once");
      const times = endless ? "comes in a stream that goes on" : `comes ${repeated.length} times in the stream`;
      return toFinding([faultOfAttribute(repeated[0], "at most once in a stream", times)], "");
    },
  }),
  checkEach({
    rule: ["html-script", "SHOULD", "APP-18"],
    title: "Fragments have no `<script>`",
    why: "A script in a fragment never runs, in any mode.",
    fix: "Put the code into a script of the page, and call it from an attribute such as `data-on-load`.",
    ...eachElement,
    fault: ({ fragment, element }) =>
      element.tagName === "script" && isProgram(attributeOf(element, "type")) &&
      faultIn(fragment, startTagOf(element), "no `<script>`", "does not run"),
  }),
  checkEach({
    rule: ["html-handler", "SHOULD", "APP-19"],
    title: "Fragments have no handler attributes such as `onclick`",
    why: "They run as code. If they come from user input, an attacker's code runs.",
    fix: "Escape user input; write `data-on-click` and the like if you mean code.",
    ...eachElement,
    fault: ({ fragment, element }) =>
      element.attrs.filter(({ name }) => /^on[a-z]+$/.test(name)).map(({ name, value }) =>
        faultOfAttribute(
          { fragment, element, name, value },
          isHtml(element) ? `data-on-${name.slice(2)}, or nothing` : "nothing that runs",
          "runs as code",
        )
      ),
  }),
];
