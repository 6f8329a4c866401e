/**
 * The attributes that a fragment brings into the page: what the client takes for its own, and what runs.
 *
 * @module
 */

import type { StreamCheck } from "../check.ts";
import type { StreamEvidence } from "../interpret.ts";
import { canCompile } from "./code.ts";
import { type Fault, findingOf, type Info, ofEach, ofStream, quote } from "../checks/each.ts";
import { type Attribute, attributesOf, elementsOf, faultIn, faultOfAttribute, once } from "./fragment_view.ts";
import { attributeOf, isHtml, startTagOf } from "../checks/markup.ts";
import { notApplicable, pass } from "../check.ts";

/** What a plugin of the client asks of its attributes. */
interface Plugin {
  /** Whether a key has to follow the prefix, or none may. */
  key?: "none" | "some";
  /** Whether there has to be an expression, or none may be there. */
  expression?: "none" | "some";
  /** Modifiers, if not all are taken. */
  modifiers?: string[];
  /** Whether the value is code that is compiled. */
  code?: boolean;
  /** Whether the client raises if it does not compile [APP-5]. */
  raises?: boolean;
}

const intoView = "smooth instant auto hstart hcenter hend hnearest vstart vcenter vend vnearest focus".split(" ");

/** [APP-3, APP-4] All that the client takes for its own: what the name begins with in camel case. */
const plugins: Record<string, Plugin> = {
  store: { modifiers: ["local", "session", "ifmissing"] },
  computed: { key: "some", code: true },
  ref: { key: "none", expression: "some" },
  fetchIndicator: { key: "none", expression: "some", code: true },
  header: { key: "some", expression: "some", code: true },
  show: { modifiers: ["important", "duration"], code: true },
  intersects: { key: "none", modifiers: ["once", "half", "full"], code: true },
  teleport: { modifiers: ["prepend", "append"] },
  scrollIntoView: { key: "none", expression: "none", modifiers: intoView },
  viewTransition: { code: true },
  bind: { key: "some", expression: "some", code: true },
  model: { key: "none" },
  text: { key: "none", expression: "some", code: true, raises: true },
  on: { key: "some", expression: "some", code: true },
  class: { key: "none", expression: "some", code: true, raises: true },
};

/** An attribute that the client takes for its own. */
interface Own {
  prefix: string;
  plugin: Plugin;
  /** What stands behind the prefix, up to the first dot. */
  key: string;
  modifiers: string[];
}

function ownOf(name: string): Own | undefined {
  if (!name.startsWith("data-")) return;
  const word = name.slice(5).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
  const prefix = Object.keys(plugins).find((prefix) => word.startsWith(prefix));
  if (prefix === undefined) return;
  const [key, ...modifiers] = word.slice(prefix.length).split(".");
  return { prefix, plugin: plugins[prefix], key, modifiers };
}

const kebab = (word: string) => word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** [APP-4] Why the client refuses an attribute, if it does. */
function whyRefused({ prefix, plugin, key, modifiers }: Own, { value, element }: Attribute): string | undefined {
  const own = `data-${kebab(prefix)}`;
  if (plugin.key === "none" && key !== "") return `nothing may follow ${own} in the name`;
  if (plugin.key === "some" && key === "") return `a name has to follow ${own}-`;
  const unknown = modifiers.map((modifier) => modifier.split("_")[0])
    .find((label) => plugin.modifiers && !plugin.modifiers.includes(label));
  if (unknown !== undefined) return `${own} has no modifier ${quote(unknown)}`;
  if (plugin.expression === "none" && value !== "") return `${own} takes no expression`;
  if (plugin.expression === "some" && value === "") return `${own} needs an expression`;
  if (prefix === "teleport" && element.tagName !== "template") return `${own} belongs on a <template>`;
}

/** Attributes that the client takes for its own. */
const ownAttributes = once((stream: StreamEvidence) =>
  attributesOf(stream).flatMap((attribute) => {
    const own = ownOf(attribute.name);
    return own ? [{ attribute, own, refused: whyRefused(own, attribute) }] : [];
  })
);

type OwnAttribute = ReturnType<typeof ownAttributes>[number];

const ofOwn = (info: Info, faultOf: (own: OwnAttribute) => Fault | undefined): StreamCheck =>
  ofEach("fragments", "attribute that the client evaluates", ownAttributes, info, faultOf);

/** Attributes whose code the client compiles as soon as it meets them, or later. */
const ofCode = (info: Info, atOnce: boolean): StreamCheck =>
  ofEach(
    "fragments",
    "attribute that the client evaluates",
    (stream) => ownAttributes(stream).filter(({ own, refused }) => own.plugin.code && !refused),
    info,
    ({ own: { plugin, prefix, key }, attribute }) => {
      const raises = plugin.raises || prefix === "on" && key === "Load";
      if (Boolean(raises) !== atOnce || attribute.value === "" || canCompile(attribute.value)) return;
      return faultOfAttribute(
        attribute,
        "an expression that compiles",
        "does not compile as the client rewrites it: it splits at each `;` and takes `$name` for a signal",
      );
    },
  );

/** An action that makes a request. */
const request = /\$\$(?:get|post|put|patch|delete)\b/;

/** Types of a script that the browser runs where it runs scripts. */
const isProgram = (type: string | undefined) =>
  type === undefined || /^\s*$|^module$|^(?:text|application)\/(?:x-)?(?:java|ecma)script/i.test(type);

/** The checks. */
export const attributeChecks: StreamCheck[] = [
  ofOwn({
    id: "html-plugin-name",
    level: "MUST",
    title: "No other `data-*` attribute begins like one of the client's",
    clause: "APP-3",
    why: "The client takes the attribute for its own: the element is hidden, listens, or changes the store.",
    fix:
      "Rename the attribute, for instance `data-shop-front` for `data-storefront`; or write the client's own name, " +
      "with a hyphen before what follows it.",
  }, ({ own: { prefix, plugin, key }, refused, attribute }) => {
    if (refused || key === "" || plugin.key === "some" && /^[A-Z-]/.test(key)) return;
    const own = `data-${kebab(prefix)}`;
    const meant = plugin.key === "some" && /^:./.test(key) ? `${own}-${kebab(key.slice(1))}` : undefined;
    return faultOfAttribute(
      attribute,
      meant ?? `a name that does not begin with ${own}`,
      meant ? "is how later clients write it" : `is taken for ${own}`,
    );
  }),
  ofOwn({
    id: "html-plugin-refused",
    level: "MUST",
    title: "The client accepts each of its attributes",
    clause: "APP-4",
    why: "The client raises, with each later event anew, wherever in the body the attribute stands.",
    fix: "Write the attribute as the client wants it, or give one that is not the client's another name.",
  }, ({ refused, attribute }) => refused ? faultOfAttribute(attribute, refused, "is refused") : undefined),
  ofCode({
    id: "html-expression-raises",
    level: "MUST",
    title: "Expressions that the client compiles at once do compile",
    clause: "APP-5",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Correct the expression; escape it as an attribute, and put text into a signal and not into the expression.",
  }, true),
  ofCode({
    id: "html-expression",
    level: "SHOULD",
    title: "All other expressions compile",
    clause: "APP-5",
    why: "The attribute does nothing, and only the browser's console says so.",
    fix: "Correct the expression; escape it as an attribute, and put text into a signal and not into the expression.",
  }, false),
  ofStream("fragments", {
    id: "html-load-loop",
    level: "MUST",
    title: "No fragment opens a stream again and again",
    clause: "APP-9",
    why: "Each event brings the attribute anew and runs it anew: streams add up until the browser has no more.",
    fix: "Put `data-on-load` into the page, or into an element that comes once; not into what is streamed.",
  }, (stream) => {
    const loads = attributesOf(stream).filter(({ name, value }) =>
      /^data-on-load(?:\.|$)/.test(name) && request.test(value)
    );
    if (loads.length === 0) return notApplicable("there is no data-on-load that makes a request");
    const byCode = Map.groupBy(loads, ({ value }) => value);
    const repeated = [...byCode.values()].find(({ length }) => stream.endless || length > 1);
    if (!repeated) return pass("each data-on-load comes once");
    const times = stream.endless ? "comes in a stream that goes on" : `comes ${repeated.length} times in the stream`;
    return findingOf([faultOfAttribute(repeated[0], "at most once in a stream", times)], "");
  }),
  ofEach(
    "fragments",
    "element",
    elementsOf,
    {
      id: "html-script",
      level: "SHOULD",
      title: "There is no `<script>`",
      clause: "APP-18",
      why: "It never runs, in any mode.",
      fix: "Put the code into a script of the page, and call it from an attribute such as `data-on-load`.",
    },
    ({ fragment, element }) =>
      element.tagName === "script" && isProgram(attributeOf(element, "type"))
        ? faultIn(fragment, startTagOf(element), "no `<script>`", "does not run")
        : undefined,
  ),
  ofEach(
    "fragments",
    "element",
    elementsOf,
    {
      id: "html-handler",
      level: "SHOULD",
      title: "There are no handler attributes such as `onclick`",
      clause: "APP-19",
      why: "They run as code. Where foreign text has brought them in, it is a stranger's.",
      fix: "Escape foreign text; write `data-on-click` and the like where code is meant.",
    },
    ({ fragment, element }) =>
      element.attrs.filter(({ name }) => /^on[a-z]+$/.test(name)).map(({ name, value }) =>
        faultOfAttribute(
          { fragment, element, name, value },
          isHtml(element) ? `data-on-${name.slice(2)}, or nothing` : "nothing that runs",
          "runs as code",
        )
      ),
  ),
];
