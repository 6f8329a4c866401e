/**
 * The requests that an expression can make: `@get('/search')` and the like. No code is run.
 *
 * @module
 */

import type { CallExpression, Expression, Property, SpreadElement } from "acorn"; // the types of its nodes
import { ClientError } from "../client_error.ts";
import { type Budget, createBudget } from "../limits.ts";
import { findCalls } from "../script/calls.ts";
import { evaluateNode, type SignalAccess, UnknownValue } from "../script/evaluate.ts";
import type { Attribute } from "./attributes.ts";
import { findPath, parseBody, readNames, rewriteExpression } from "./expression.ts";
import { listValues, mergePatch, mergePath, Signals, type Store } from "./signals.ts";

/** A method of the client's actions [V1-REQ-1]. */
export type RequestMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const methods: RequestMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The options of an action that change its request. */
export interface RequestOptions {
  /** Default: `json`. */
  contentType?: unknown;
  /** Headers that are added. */
  headers?: unknown;
  /** JSON in place of the signals. */
  payload?: unknown;
  /** Patterns of the paths of the signals that are sent, and of those that are left out. */
  filterSignals?: { include?: RegExp; exclude?: RegExp };
  /** Selector of the form, for `contentType: 'form'`. Default: the form around the element. */
  selector?: unknown;
  /** Whether the request remains open while the page is hidden. */
  openWhenHidden?: unknown;
  /** Whether a later request ends this one. */
  requestCancellation?: unknown;
  /** The responses after which the request is repeated. */
  retry?: unknown;
}

/** A request that an expression can make. */
export interface RequestCall {
  /** The method, as `GET`. */
  method: RequestMethod;
  /** The URL, as it is in the action. Absent if it cannot be told. */
  url?: string;
  /** Why the URL, or an option, cannot be told. */
  why?: string;
  /** The options that can be told. */
  options: RequestOptions;
  /** All signals at that time: statements before the action may assign some. */
  store: Store;
}

/**
 * Finds the requests that the expression of an attribute can make, in the order of the text, one by one: there may be
 * many. Whether it makes each depends on the code around it, which is not run.
 *
 * @param store All signals, by which a URL such as `'/rows/' + $id` is told.
 * @throws {RangeError} If the signals exceed a limit.
 */
export function* findRequests(
  { value: expression, plugin }: Pick<Attribute, "value" | "plugin">,
  store: Store,
): Generator<RequestCall> {
  const budget = createBudget();
  const told = tell(() => parseBody(rewriteExpression(expression, plugin), budget));
  if (!("value" in told) || !told.value) {
    const why = "value" in told ? "its expression does not compile" : `its expression ${told.why}`;
    const named = methods.filter((method) => expression.includes(`@${method.toLowerCase()}(`));
    yield* named.map((method) => ({ method, options: {}, store, why }));
    return;
  }
  const signals = new Signals();
  mergePatch(signals, store, false, budget);
  const access: SignalAccess = {
    findPath,
    read: (path) => readNames(path, signals),
    assign: (path, value) => mergePath(signals, path.join("."), value, false, budget),
  };
  let current: Store | undefined = store;
  for (const statement of told.value.body) {
    for (const call of findCalls(statement)) {
      current ??= JSON.parse(JSON.stringify(listValues(signals))) as Store;
      const request = readCall(call, current, access, budget);
      if (request) yield request;
    }
    const value = statement.type === "ExpressionStatement" ? statement.expression : undefined;
    if (!value || isCall(value)) continue;
    tell(() => evaluateNode(value, access, budget));
    current = undefined;
  }
}

const isCall = ({ type }: Expression) => type === "CallExpression";

/** Reads a call of `__action("get", evt, ...)`, to which the client rewrites `@get` [V1-APP-8]. */
function readCall(
  { callee, arguments: [name, , url, options] }: CallExpression,
  store: Store,
  { findPath, read }: SignalAccess,
  budget: Budget,
): RequestCall | undefined {
  if (callee.type !== "Identifier" || callee.name !== "__action" || name?.type !== "Literal") return;
  const method = methods.find((method) => method.toLowerCase() === name.value);
  if (!method) return;
  const evaluate = (node: Expression) => tell(() => evaluateNode(node, { findPath, read }, budget));
  const address = url && url.type !== "SpreadElement" ? evaluate(url) : { value: undefined };
  const call: RequestCall = { method, options: {}, store };
  if ("why" in address) call.why = `its URL ${address.why}`;
  else if (address.value === undefined || address.value === "") call.why = "it has no URL";
  else if (typeof address.value !== "string") call.why = "its URL is not a text";
  else call.url = address.value;
  if (options) call.why ??= readOptions(options, call.options, evaluate);
  return call;
}

const known: (keyof RequestOptions)[] = [
  "contentType",
  "headers",
  "payload",
  "selector",
  "openWhenHidden",
  "requestCancellation",
  "retry",
];

/** Reads the options of an action. Returns why the request cannot be told, if so. */
function readOptions(
  node: Expression | SpreadElement,
  options: RequestOptions,
  evaluate: (node: Expression) => Told,
): string | undefined {
  if (node.type !== "ObjectExpression") return "its options are known only if its code runs";
  for (const property of node.properties) {
    const name = nameOf(property);
    if (property.type === "SpreadElement" || name === undefined) return "its options are known only if its code runs";
    if (name === "filterSignals") {
      options.filterSignals = readFilter(property.value);
      if (!options.filterSignals) return "its option filterSignals is known only if its code runs";
    }
    const option = known.find((option) => option === name);
    if (!option) continue;
    const told = evaluate(property.value);
    if ("value" in told) options[option] = told.value as RequestOptions[typeof option] & undefined;
    // The others do not change what is sent.
    else if (known.indexOf(option) < 4) return `its option ${option} ${told.why}`;
  }
}

function readFilter(node: Expression): RequestOptions["filterSignals"] {
  if (node.type !== "ObjectExpression") return;
  const filter: { include?: RegExp; exclude?: RegExp } = {};
  for (const property of node.properties) {
    const name = nameOf(property);
    if (property.type === "SpreadElement" || property.value.type !== "Literal") return;
    const { regex, value } = property.value;
    if (!regex && typeof value !== "string") return;
    if (name !== "include" && name !== "exclude") continue;
    try {
      filter[name] = regex ? new RegExp(regex.pattern, regex.flags) : new RegExp(String(value).replace(/^\/|\/$/g, ""));
    } catch {
      return;
    }
  }
  return filter;
}

function nameOf(property: Property | SpreadElement): string | undefined {
  if (property.type === "SpreadElement" || property.computed) return;
  return property.key.type === "Identifier"
    ? property.key.name
    : property.key.type === "Literal"
    ? String(property.key.value)
    : undefined;
}

type Told<Value = unknown> = { value: Value } | { why: string };

/** Tells a value, or the reason why it is unknown. */
function tell<Value>(read: () => Value): Told<Value> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof UnknownValue) return { why: "is known only if its code runs" };
    if (error instanceof RangeError) return { why: "is too long, or nested too deeply" };
    if (error instanceof TypeError || error instanceof ClientError) {
      return { why: "needs a signal that does not exist" };
    }
    throw error;
  }
}

/**
 * The signals whose paths a filter of `filterSignals` lets through: by default, no name begins with `_` [V1-REQ-4].
 * Nothing, if a pattern or a path is not run here, because it may take too long.
 */
export function selectSignals(store: Store, filter?: RequestOptions["filterSignals"]): Store | undefined {
  const { include = /.*/, exclude = /(^|\.)_/ } = filter ?? {};
  if (!isQuick(include) || !isQuick(exclude)) return;
  const budget = createBudget({ maxTime: 500 });
  const signals = new Signals();
  mergePatch(signals, store, false, createBudget());
  const isSent = (path: string) => {
    budget.checkTime();
    if (filter && path.length > 64) throw new RangeError("The path is too long");
    // Not test(): a pattern with the flag g would remember its last match.
    return path.search(include) >= 0 && path.search(exclude) < 0;
  };
  try {
    return JSON.parse(JSON.stringify(listValues(signals, isSent)));
  } catch (error) {
    if (error instanceof RangeError) return;
    throw error;
  }
}

/**
 * Whether a pattern takes little time for each text of 64 characters: it repeats no group, does not refer to one, and has
 * two groups, two repetitions and 20 alternatives at most.
 */
function isQuick({ source, flags }: RegExp): boolean {
  if (source.length > 200 || flags.includes("v") || /\\[1-9k]/.test(source)) return false;
  const syntax = source.replace(/\\./g, "x").replace(/\[[^\]]*\]/g, "x");
  const count = (pattern: RegExp) => syntax.match(pattern)?.length ?? 0;
  return !/\)[*+?{]/.test(syntax) && count(/[*+{]|(?<!\()\?/g) <= 2 && count(/\(/g) <= 2 &&
    count(/\|/g) <= 20;
}
