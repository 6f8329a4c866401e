/**
 * The consequence of each mistake in a browser: what a reader does, and what the real client makes of the answer.
 *
 * @module
 */

/** A step of a reader in an application. */
export type Act =
  | "search todos"
  | "add a todo"
  | "search"
  | "say"
  | "save"
  | "buy"
  | "show the cart"
  | "order"
  | "open sales"
  | "open staff"
  | "watch the load";

/** A change of the step's request on its way, to what another client or an attacker sends. */
export type Alteration = "no store" | "malformed" | "a list" | "an empty store" | "an object";

/** The consequence of a mistake. With the right application, the result of the step is shown, and none of these is seen. */
export type Seen =
  /** The client sends the request again. */
  | "repeats"
  /** The answer is over, and its result is not shown. */
  | "not shown"
  /** An element that `find` matches has grown out of a text. */
  | "markup"
  /** The client has thrown on the page, and makes no request. */
  | "dead"
  /** Several events become visible at the same moment. */
  | "bunched"
  /** The browser leaves the page. */
  | "left";

/** A step, and its consequence with the mistake. */
export interface Proof {
  act: Act;
  /** The text that is entered. */
  text?: string;
  altered?: Alteration;
  seen: Seen;
  /** The element of `markup`. */
  find?: string;
}

const search = (seen: Seen, more: Partial<Proof> = {}): Proof => ({ act: "search", text: "a", seen, ...more });
const searchTodos = (seen: Seen, more: Partial<Proof> = {}): Proof => ({
  act: "search todos",
  text: "m",
  seen,
  ...more,
});
const save = (seen: Seen, more: Partial<Proof> = {}): Proof => ({ act: "save", text: "Grace", seen, ...more });

/** The proofs, by the names of the mistakes. */
export const proofs: Readonly<Record<string, Proof>> = {
  "the type is missing": searchTodos("repeats"),
  "the type is that of a JSON answer": save("repeats"),
  "the type is in upper case": search("repeats"),
  "the keyword stands on each line": search("not shown"),
  "the last blank line is lost": save("not shown"),
  "the blank line between two events is lost": save("not shown"),
  "the second line of the HTML has no data": { act: "show the cart", seen: "not shown" },
  "a text is not escaped in an item": { act: "add a todo", text: "<b id=grown>", seen: "markup", find: "#grown" },
  "a text is not escaped in a heading": search("markup", { text: "<b id=grown>", find: "#grown" }),
  "a text is not escaped in an attribute": search("markup", { text: `"><b id=grown>`, find: "#grown" }),
  "a text is not escaped in a signal": search("repeats", { text: "a;b" }),
  "a text is not escaped in the answer of a form": { act: "say", text: "<b id=grown>", seen: "markup", find: "#grown" },
  "the quotes of an attribute are single, and only double ones are escaped": search("markup", {
    text: "' data-grown='",
    find: "[data-grown]",
  }),
  "a line feed of a text begins a line of the protocol": {
    act: "say",
    text: "a\nselector #messages",
    seen: "repeats",
  },
  "a carriage return of a text begins a line of the protocol": {
    act: "add a todo",
    text: "a\rselector #message",
    seen: "repeats",
  },
  "the id is not that of the page": { act: "show the cart", seen: "repeats" },
  "the root has no id": { act: "open staff", seen: "repeats" },
  "the mode is not one of the client's": { act: "open sales", seen: "repeats" },
  "the event has a name of a later client": { act: "open sales", seen: "not shown" },
  "an action leads to a 404": searchTodos("repeats"),
  "a route is registered for another method": save("repeats"),
  "an empty store is answered with 500": searchTodos("repeats", { altered: "an empty store" }),
  "a handler throws for each request": { act: "show the cart", seen: "repeats" },
  "an answer is empty": searchTodos("not shown"),
  "an answer has status 204": { act: "order", seen: "repeats" },
  "the events of a stream wait for others": { act: "watch the load", seen: "bunched" },
  "a listener is added with each event of a stream": { act: "watch the load", seen: "repeats" },
  "a selector is not valid": { act: "open sales", seen: "repeats" },
  "signals are not JavaScript": { act: "buy", seen: "not shown" },
  "the page has an expression that does not compile": { act: "buy", seen: "dead" },
  "a form has a modifier that other libraries know": { act: "say", text: "a", seen: "left" },
  "an expression lacks a bracket": { act: "show the cart", seen: "dead" },
  "a form is sent by the browser": { act: "say", text: "a", seen: "left" },
  "the page has no data-store for its inputs": { act: "say", text: "a", seen: "dead" },
  "a request without a store is refused with a text": search("repeats", { altered: "no store" }),
  "a store that is not JSON is refused with a text": search("repeats", { altered: "malformed" }),
  "a list in place of a store is an error": search("repeats", { altered: "a list" }),
  "a signal of another type is an error": save("repeats", { altered: "an empty store" }),
  "an object in place of a text is an error": search("repeats", { altered: "an object" }),
  "an answer has no effect": searchTodos("not shown"),
};
