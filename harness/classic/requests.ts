/**
 * The requests that an expression can make: `$$get('/search')` and the like. No code is run.
 *
 * @module
 */

import type { AnyNode, CallExpression, Expression } from "acorn"; // the types of its nodes
import { type Budget, createBudget, type PageLimits } from "../limits.ts";
import { findCalls } from "../script/calls.ts";
import { compiles, evaluateNode, statementsOf } from "./expression.ts";
import { parseCode, UnknownValue } from "../script/evaluate.ts";
import { setSignal, type Store } from "./signals.ts";

/** A method of the client's actions. */
export type RequestMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const methods: RequestMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** A request that an expression can make. */
export interface RequestCall {
  /** The method, as `GET`. */
  method: RequestMethod;
  /** The URL, as it is in the action. Absent if it cannot be told. */
  url?: string;
  /** Why the URL cannot be told. */
  why?: string;
  /** Whether signals whose names begin with `_` are sent too [REQ-3]. */
  sendsAll: boolean;
  /** The signals at that time: statements before the action may assign some. */
  store: Store;
}

/**
 * Finds the requests that an expression can make, in the order of the text. Whether it makes each depends on the code
 * around it, which is not run.
 *
 * @param store The signals, by which a URL such as `'/rows/' + $id` is told.
 * @throws {RangeError} If the expression exceeds a limit.
 */
export function findRequests(expression: string, store: Store, limits?: Partial<PageLimits>): RequestCall[] {
  const budget = createBudget(limits);
  const statements = statementsOf(expression, budget);
  if (!compiles(statements, budget)) {
    return methods.filter((method) => expression.includes(`$$${method.toLowerCase()}(`))
      .map((method) => ({ method, sendsAll: false, store, why: "its expression does not compile" }));
  }
  const signals = {
    store,
    assign: (path: string[], value: unknown) => signals.store = setSignal(signals.store, path, value, budget),
  };
  const { body } = parseCode(statements.join(";\n"), budget);
  return body.flatMap((statement) => {
    const found = callsIn(statement).map((call) => readCall(call, signals.store, budget));
    try {
      if (statement.type === "ExpressionStatement") evaluateNode(statement.expression, signals, budget);
    } catch (error) {
      if (!(error instanceof UnknownValue || error instanceof TypeError)) throw error;
    }
    return found;
  });
}

function readCall({ method, call }: ActionCall, store: Store, budget: Budget): RequestCall {
  const [, url, onlyRemote] = call.arguments as Expression[]; // the first one is the client's `ctx`
  const sendsAll = onlyRemote?.type === "Literal" && String(onlyRemote.value) !== "true";
  try {
    const value = url && evaluateNode(url, { store }, budget);
    if (value === undefined || value === "") return { method, sendsAll, store, why: "it has no URL" };
    return { method, sendsAll, store, url: String(value) };
  } catch (error) {
    if (error instanceof UnknownValue) {
      return { method, sendsAll, store, why: "its URL is known only if its code runs" };
    }
    if (error instanceof TypeError) {
      return { method, sendsAll, store, why: "its URL needs a signal that does not exist" };
    }
    throw error;
  }
}

interface ActionCall {
  method: RequestCall["method"];
  call: CallExpression;
}

/** The calls of actions that make requests, in the order of the text. */
function callsIn(top: AnyNode): ActionCall[] {
  return findCalls(top).flatMap((call) => {
    const method = methodOf(call);
    return method ? [{ method, call }] : [];
  });
}

/** The method of a call of `ctx.actions.get`, to which the client rewrites `$$get` [STO-5]. */
function methodOf({ callee }: CallExpression): RequestCall["method"] | undefined {
  if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") return;
  const { object, property: { name } } = callee;
  if (object.type !== "MemberExpression" || object.property.type !== "Identifier") return;
  if (object.property.name !== "actions" || name !== name.toLowerCase()) return;
  return methods.find((method) => method === name.toUpperCase());
}
