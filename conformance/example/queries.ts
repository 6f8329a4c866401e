/** Queries that no page of the example sends. They come from a typed address, a program, or an attacker. */

/** The name of such a query. */
export type QueryName =
  | "missing"
  | "empty"
  | "malformed"
  | "list"
  | "text"
  | "null"
  | "wrong-type"
  | "null-input"
  | "no-input"
  | "encoding"
  | "huge"
  | "proto";

/** The queries, by the name that checks use. */
export const badQueries: Readonly<Record<QueryName, string>> = {
  missing: "",
  empty: "?datastar=",
  malformed: "?datastar=%7Boops",
  list: `?datastar=${encodeURIComponent("[1,2]")}`,
  text: `?datastar=${encodeURIComponent('"hello"')}`,
  null: "?datastar=null",
  "wrong-type": `?datastar=${encodeURIComponent('{"input":{"a":[1]},"show":"x"}')}`,
  "null-input": `?datastar=${encodeURIComponent('{"input":null}')}`,
  "no-input": `?datastar=${encodeURIComponent('{"other":1}')}`,
  encoding: "?datastar=%ff%fe%zz",
  huge: `?datastar=${encodeURIComponent(JSON.stringify({ input: "x".repeat(14_000) }))}`,
  proto: `?datastar=${encodeURIComponent('{"input":"a","__proto__":{"show":false},"constructor":{"prototype":1}}')}`,
};

/** The names, in the order in which the requests are made. */
export const queryNames = Object.keys(badQueries) as QueryName[];
