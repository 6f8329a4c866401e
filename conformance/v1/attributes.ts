/** The checks of the attributes that patches bring into the page. */

import { v1 } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import { setOf } from "../checks/html.ts";
import { quoteSource } from "../checks/quote.ts";
import { streamChecks } from "../checks/stream_checks.ts";
import { suggest } from "../checks/words.ts";
import { attributeOf, attributeSpot } from "../markup.ts";
import type { Exchange } from "../recording.ts";
import { type ClientAttribute, hasExpression, isExpression, isIgnored, makesRequest } from "./client_attributes.ts";
import { type Attribute, faultOfAttribute } from "./patch.ts";
import type { V1View } from "./view.ts";

const { checkEach } = streamChecks<V1View>("fragments");

const eachClientAttribute = {
  noun: "attribute of the client",
  items: ({ clientAttributes }: V1View) => clientAttributes,
};

const eachDataAttribute = {
  noun: "`data-*` attribute",
  items: ({ attributes }: V1View) =>
    attributes.filter(({ name, element }) => name.startsWith("data-") && !isIgnored(element)),
};

/** Attributes of other generations that no page has for a purpose of its own. */
const certainlyOld =
  /^data-(?:bind|signals|computed|indicator)-|^data-fetch-indicator|^data-on-(?:load|click|dblclick|submit|input|change|key(?:down|up)|focus|blur|mouse\w+|pointer\w+|scroll|reset)\b/;

/** Plugins that the client does not have, and that its makers offer with it. */
const otherPlugins = setOf(
  "animate custom-validity match-media on-raf on-resize persist query-string replace-url rocket scroll-into-view view-transition " +
    "ignore ignore-morph preserve-attr nonce scope-children",
);
/** The name of a plugin in the name of an attribute. */
const pluginIn = (name: string) => name.slice("data-".length).split(/__|:/)[0];

/** The word of 1.0.x for an attribute of a different generation. Nothing, if it may be one of the page's own. */
function findOld({ name, value, element }: Attribute): v1.OldWord | undefined {
  const old = v1.findOldAttribute(name);
  if (!old || otherPlugins.has(pluginIn(name))) return;
  const isModel = name === "data-model" && setOf("input select textarea").has(element.tagName);
  const isMeant = certainlyOld.test(name) || isModel || isExpression(value) || /^\s*[{('"`!]/.test(value);
  // A page may have both, to work with each generation.
  return isMeant && attributeOf(element, old.instead) === undefined ? old : undefined;
}

/** The end of the client's work on a patch after an attribute that fails [V1-APP-5]. */
function describeDead({ patch, name, element }: ClientAttribute, { clientAttributes }: V1View): string {
  const own = clientAttributes.filter((other) => other.patch === patch);
  const at = own.findIndex((other) => other.element === element && other.name === name);
  const dead = own.length - at - 1;
  return dead === 0 ? "" : `, and ${dead === 1 ? "one attribute" : `${dead} attributes`} after it`;
}

const modifiers =
  "capture case debounce delay document duration event exit full half ifmissing once outside passive prevent prop stop terse " +
  "threshold throttle viewtransition window";
const modifierNames = modifiers.split(" ");

const actions = ["get", "post", "put", "patch", "delete", "query", "peek", "setAll", "toggleAll"];
/** Actions that its makers offer with it. */
const otherActions = setOf("clipboard fit intl");

/** Modes that make new elements each time: their attributes are applied each time [V1-APP-2]. */
const renewing = ["replace", "prepend", "append", "before", "after"];

/** Milliseconds after which an answer is one that was waited for. */
const longPoll = 400;

/** Whether an expression asks for the answer to a request again, unless a condition may keep it from that. */
function asksAgain(expression: string, { method, path }: Exchange["request"]): boolean {
  const [, , url] = /^\s*@get\(\s*(["'`])(.*?)\1/.exec(expression) ?? [];
  return method === "GET" && url !== undefined && withoutSignals(url) === withoutSignals(path);
}

/** The path and the query of a request without the signals, which the client adds. */
function withoutSignals(path: string): string | undefined {
  const url = URL.parse(path, "http://localhost");
  url?.searchParams.delete("datastar");
  return url?.href;
}

/** The name of an attribute as the server has written it: HTML makes it lower case. */
function writtenName({ element, name, markup }: Attribute): string {
  const { from } = attributeSpot(element, name);
  return markup.html.slice(from, from + name.length);
}

/** The key of an attribute as the server has written it; empty if there is none. */
export const writtenKey = (attribute: Attribute): string =>
  writtenName(attribute).split("__")[0].split(/:(.+)/)[1] ?? "";

export const attributeChecks: StreamCheck<V1View>[] = [
  checkEach({
    rule: ["v1-el-old-attribute", "MUST", "V1-APP-18"],
    title: "No attribute is of a different generation of Datastar",
    why: "The client ignores it and does not say so: the element does nothing.",
    fix: "Write the attribute as the clients 1.0.x read it: `data-on:click`, `data-bind:name`, `data-init`.",
    ...eachDataAttribute,
    fault(attribute) {
      const old = findOld(attribute);
      return old && faultOfAttribute(attribute, old.instead, `is dead: it is of Datastar ${old.generation}`);
    },
  }),
  checkEach({
    rule: ["v1-el-old-action", "MUST", "V1-APP-18"],
    title: "No action is of a different generation of Datastar",
    why: "The expression throws, and from then on the page can stop showing changes of signals.",
    fix: "Write one `@`: `@get('/path')`.",
    ...eachClientAttribute,
    fault(attribute) {
      const [, name] = /\$\$(get|post|put|patch|delete|setAll|toggleAll|isFetching)\(/.exec(attribute.value) ?? [];
      return name !== undefined && faultOfAttribute(attribute, `@${name}(…)`, `calls $$${name}, an action of 0.x`);
    },
  }),
  checkEach({
    rule: ["v1-el-attribute-form", "MUST", "V1-APP-4"],
    title: "Each attribute has the key and the value that its plugin takes",
    why: "The client reports `bad-attribute`, and all attributes after it in the chunk are dead.",
    fix: "Write the attribute with or without a key and a value, as the table of V1-APP-4 has it.",
    ...eachClientAttribute,
    fault: (attribute, view) =>
      attribute.refusal !== undefined &&
      faultOfAttribute(
        attribute,
        `data-${attribute.read.plugin} in its form: ${attribute.refusal}`,
        `is dead${describeDead(attribute, view)}`,
      ),
  }),
  checkEach({
    rule: ["v1-el-expression", "MUST", "V1-APP-5"],
    title: "Each expression compiles",
    why: "The client reports `bad-expression`, and all attributes after it in the chunk are dead.",
    fix: "Correct the expression; escape it as an attribute, and put text into a signal instead of the expression.",
    noun: "attribute with an expression",
    items: ({ clientAttributes }) =>
      clientAttributes.filter((attribute) => hasExpression(attribute) && !v1.isCompiledLater(attribute.read)),
    fault(attribute, view) {
      const { value, read: { plugin } } = attribute;
      if (view.canCompile(value, plugin)) return;
      const isAction = /@\w+\(/.test(value) && view.canCompile(value.replaceAll("@", "\\u0040"), plugin);
      const expected = isAction ? "`\\u0040` for `@` in a string" : "an expression that compiles";
      return faultOfAttribute(attribute, expected, `does not compile${describeDead(attribute, view)}`);
    },
  }),
  checkEach({
    rule: ["v1-el-expression-later", "MUST", "V1-APP-6"],
    title: "Each expression that runs later compiles",
    why:
      "At the first event the client reports `bad-expression`; after that the page can show no change of a signal any more.",
    fix: "Correct the expression; escape it as an attribute, and put text into a signal instead of the expression.",
    noun: "attribute with an expression that runs later, such as `data-on`",
    items: ({ clientAttributes }) =>
      clientAttributes.filter((attribute) => hasExpression(attribute) && v1.isCompiledLater(attribute.read)),
    fault: (attribute, { canCompile }) =>
      !canCompile(attribute.value, attribute.read.plugin) &&
      faultOfAttribute(attribute, "an expression that compiles", "does not compile"),
  }),
  checkEach({
    rule: ["v1-el-modifier", "MUST", "V1-APP-1"],
    title: "Modifiers come after two underscores",
    why:
      "With a dot the modifier is a part of the name: the client waits for an event that never comes, or ignores the attribute.",
    fix: "Write `data-on:click__prevent`; a dot belongs before the value of a modifier, as in `__debounce.500ms`.",
    ...eachDataAttribute,
    fault(attribute) {
      const { name } = attribute;
      const [, plugin] = /^data-([a-z-]+)\./.exec(name) ?? [];
      if (plugin !== undefined && v1.pluginNames.includes(plugin)) {
        return faultOfAttribute(attribute, `${name.replace(".", "__")}`, "is ignored by the client");
      }
      const { plugin: own, key = "" } = v1.readAttribute(name, attribute.value) ?? {};
      const [, label] = /\.([a-z]+)/.exec(key) ?? [];
      if (own !== "on" || label === undefined || !modifierNames.includes(label)) return;
      return faultOfAttribute(attribute, name.replace(".", "__"), `waits for an event ${quoteSource(key)}`);
    },
  }),
  checkEach({
    rule: ["v1-el-modifier-name", "SHOULD", "V1-APP-1"],
    title: "Modifiers have no typing errors",
    why: "The client ignores an unknown modifier: the attribute works as if it had none.",
    fix: "Write the modifier as the client has it, and its value after a dot.",
    ...eachClientAttribute,
    fault(attribute) {
      for (const label of attribute.read.modifiers.keys()) {
        if (modifierNames.includes(label)) continue;
        const [, word = label] = /^([a-z]+)[_:-]/.exec(label) ?? [];
        const meant = modifierNames.includes(word) ? word : suggest(label, modifierNames);
        const value = meant === word && label !== word ? `.${label.slice(word.length + 1)}` : "";
        if (meant) return faultOfAttribute(attribute, `__${meant}${value}`, `has an unknown modifier __${label}`);
      }
    },
  }),
  checkEach({
    rule: ["v1-el-plugin-name", "SHOULD", "V1-APP-1"],
    title: "Attributes with expressions have no typing errors in their names",
    why: "The client ignores an attribute that it does not know: the element does nothing.",
    fix: "Write the name as the client has it: `data-on:click`, `data-text`.",
    ...eachDataAttribute,
    fault(attribute) {
      const { name, value } = attribute;
      const plugin = pluginIn(name);
      if (v1.readAttribute(name, value) || v1.findOldAttribute(name) || !isExpression(value)) return;
      if (otherPlugins.has(plugin) || plugin.includes(".")) return;
      const [, event] = /^on(?=[a-z])(?!-)(.+)/.exec(plugin) ?? [];
      const near = suggest(plugin, v1.pluginNames);
      const meant = near ? `data-${near}${name.slice(5 + plugin.length)}` : event && `data-on:${event}`;
      if (meant) return faultOfAttribute(attribute, meant, "is no attribute of the client");
    },
  }),
  checkEach({
    rule: ["v1-el-action", "SHOULD", "V1-APP-8"],
    title: "Names of actions have no typing errors",
    why: "The expression throws, and from then on the page can stop showing changes of signals.",
    fix:
      "Write one of the client's actions: `@get`, `@post`, `@put`, `@patch`, `@delete`, `@peek`, `@setAll`, `@toggleAll`.",
    noun: "attribute with an expression",
    items: ({ clientAttributes }) => clientAttributes.filter(hasExpression),
    fault(attribute) {
      const names = [...attribute.value.matchAll(/(?<![\w@])@([a-z_]\w*)\(/gi)].map(([, name]) => name);
      const unknown = names.find((name) => !actions.includes(name) && !otherActions.has(name));
      const meant = unknown && suggest(unknown, actions);
      if (meant) {
        return faultOfAttribute(attribute, `@${meant}(…)`, `calls @${unknown}, which the client does not have`);
      }
    },
  }),
  checkEach({
    rule: ["v1-el-key-case", "SHOULD", "V1-APP-9"],
    title: "Keys of attributes have no capital letters",
    why:
      "HTML makes them lower case: `data-bind:userName` is the signal `username`, and `$userName` is a different one.",
    fix: "Write a hyphen before the letter, as in `data-bind:user-name`, or put the name into the value.",
    ...eachClientAttribute,
    fault(attribute) {
      const key = writtenKey(attribute);
      if (key === key.toLowerCase()) return;
      const kebab = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return faultOfAttribute(attribute, `data-${attribute.read.plugin}:${kebab}`, `names ${key.toLowerCase()}`);
    },
  }),
  checkEach({
    rule: ["v1-el-indicator", "SHOULD", "V1-APP-15"],
    title: "data-indicator comes before a data-init that makes a request",
    why: "The request starts before the indicator listens: its signal remains false.",
    fix: "Write `data-indicator` before `data-init` in the tag.",
    noun: "data-init that makes a request",
    items: ({ clientAttributes }) =>
      [...Map.groupBy(clientAttributes, ({ element }) => element).values()].flatMap((own) => {
        const at = own.findIndex(({ read, value }) => read.plugin === "init" && makesRequest(value));
        return at < 0 ? [] : [own.slice(at)];
      }),
    fault(own) {
      const later = own.find(({ read }) => read.plugin === "indicator");
      return later && faultOfAttribute(later, "a place before data-init", "comes after data-init");
    },
  }),
  checkEach({
    rule: ["v1-el-init-loop", "MUST", "V1-APP-2"],
    title: "No patch makes the request of its own answer again",
    why: "The answer brings a new element whose data-init makes the same request: requests go on without end.",
    fix: "Put `data-init` on an element that the stream does not send, or send the element by outer, which keeps it.",
    noun: "data-init that makes a request",
    items: ({ clientAttributes }) =>
      clientAttributes.filter(({ read, value }) =>
        read.plugin === "init" && makesRequest(value) && !read.modifiers.has("delay")
      ),
    fault(attribute, { exchange, endless }) {
      const { mode } = attribute.patch.instruction;
      // An answer that takes its time is one of many that are asked for one after the other: long polling.
      const isWaiting = !endless && exchange !== undefined && exchange.endedAt >= longPoll;
      return exchange && !isWaiting && renewing.includes(mode) && asksAgain(attribute.value, exchange.request) &&
        faultOfAttribute(attribute, "a different request, or `mode outer`", `asks for its own answer with \`${mode}\``);
    },
  }),
  checkEach({
    rule: ["v1-el-init-again", "SHOULD", "V1-APP-2"],
    title: "A data-init that makes a request comes once in a stream",
    why: "Each new element makes the request again, and the client aborts the one before it.",
    fix: "Put `data-init` on an element that the stream sends once, or send the element by outer, which keeps it.",
    noun: "data-init that makes a request",
    items: ({ clientAttributes }) => [
      ...Map.groupBy(
        clientAttributes.filter(({ read, value, patch }) =>
          read.plugin === "init" && makesRequest(value) && renewing.includes(patch.instruction.mode)
        ),
        ({ value }) => value,
      ).values(),
    ],
    fault: (same) =>
      same.length > 1 && faultOfAttribute(same[1], "at most once", `comes ${same.length} times in new elements`),
  }),
];
