/**
 * A vector: a page before, the bytes of one response, and the page after. vectors/README.md describes each field.
 *
 * @module
 */

/** One case of a protocol. */
export interface Vector {
  /** Unique over all families of the dialect. */
  id: string;
  /** The case in one line. */
  title: string;
  /** The clause of the protocol that the vector shows. */
  clause: string;
  /** HTML of the body before. */
  page: string;
  /** The bytes of the response's body, as text. */
  stream?: string;
  /** The same as base64, where the bytes are not UTF-8. */
  streamBase64?: string;
  /** The same in several chunks, where that matters. Default: all bytes arrive at once. */
  streamChunks?: string[];
  /** Selector of the element whose action makes the request. Default: the body. */
  initiator?: string;
  /** Values that the user has typed or ticked before, by selector. */
  values?: Record<string, string | boolean>;
  /** The first version of the client that has this result. Default: all versions of the dialect. */
  since?: string;
  /** The expected result. */
  expect: Expectation;
  /** The lesson, in one sentence. */
  teach: string;
}

/** The expected result. An absent field is not compared, but for errors: without `error` and `errors` there are none. */
export interface Expectation {
  /** HTML of the body. */
  page?: string;
  /** The code of the error that ends the stream. */
  error?: string;
  /** The codes of all errors, in their order, in a dialect whose streams go on after an error. */
  errors?: string[];
  /** The codes of all warnings, in their order, in a dialect whose client writes some. Default: none. */
  warnings?: string[];
  /** Elements that are the same nodes as before: for each selector afterwards, the place before; `null` for a new node. */
  kept?: Record<string, number | null>;
  /** The signals. */
  store?: unknown;
  /** The number of script runs of the events: each adds 1 to the global `scripts`. */
  scripts?: number;
  /** The URL that a redirect leads to. */
  location?: string;
  /** Messages on the console: mode and text. */
  console?: [mode: string, text: string][];
  /** Values of inputs, or whether they are checked or selected, by selector. */
  values?: Record<string, string | boolean>;
}

/** Vectors of one subject: one file. */
export interface Family {
  /** The file's name without `.json`. */
  family: string;
  /** The subject. */
  about: string;
  vectors: Vector[];
}

/** The result of a run. */
export interface Outcome {
  /** The body's children, as {@linkcode treeOf} writes them. */
  tree: string;
  /** The body's HTML, for the reader: it is not compared. */
  html: string;
  /** The code of the error that ended the stream, or `unnamed`. */
  error?: string;
  /** The codes of all errors, in a dialect whose streams go on after an error. */
  errors?: string[];
  /** The codes of all warnings, in a dialect whose client writes some. */
  warnings?: string[];
  /** For each element of the body, in document order, its place among those before the run; -1 for a new one. */
  origins?: number[];
  /** The same for the elements that an expectation names; `null` for a new one. */
  kept?: Record<string, number | null>;
  /** The number of script runs of the events. */
  scripts?: number;
  /** The client's message of the error, for the reader: it is not compared. */
  message?: string;
  /** The signals, if they are known. */
  store?: unknown;
  /** The URL that a redirect led to. */
  location?: string;
  /** Messages on the console: mode and text. */
  console: [mode: string, text: string][];
  /** Values of inputs (or whether they are checked) by selector; those that were not found are absent. */
  values?: Record<string, string | boolean>;
  /** The reason, if the run did not come to its end. */
  incomplete?: string;
}

/** The outcome of a run that did not come to its end. */
export const incompleteOutcome = (why: string): Outcome => ({ tree: "", html: "", console: [], incomplete: why });

/** One field of an outcome that is not as expected. */
export interface Difference {
  /** The field of the expectation, or `run` if there was no complete run. */
  what: "run" | "error" | "warnings" | "page" | "store" | "location" | "console" | "values" | "kept" | "scripts";
  /** The expected value as text. */
  expected: string;
  /** The actual value as text. */
  actual: string;
}

/** The bytes of a vector's response. */
export function bytesOf(
  { stream, streamBase64, streamChunks }: Pick<Vector, "stream" | "streamBase64" | "streamChunks">,
): Uint8Array<ArrayBuffer> {
  if (streamBase64 === undefined) return new TextEncoder().encode(stream ?? streamChunks?.join("") ?? "");
  return Uint8Array.fromBase64(streamBase64);
}

/** Path that answers with the bytes in its query. */
export const streamPath = "/vectors/stream";

/** The most bytes that it answers with: both runtimes have to accept the URL that holds them. */
export const maxStreamBytes = 40 * 1024;

/** The path and query that are answered with these bytes. */
export function streamUrl(bytes: Uint8Array): string {
  return `${streamPath}?bytes=${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

/** Enters the values that the user has typed or ticked. */
export function setValues(document: Document, values: Vector["values"] = {}): void {
  for (const [selector, value] of Object.entries(values)) {
    const input = document.querySelector(selector) as HTMLInputElement | null;
    if (!input) throw new Error(`No element of the page matches ${selector} of the values`);
    if (typeof value === "boolean") input.checked = value;
    else input.value = value;
  }
}

/** Finds the places before of the elements that an expectation names. */
export function readKept(
  document: Pick<ParentNode, "querySelector">,
  before: readonly Element[],
  expected: Expectation["kept"],
): Outcome["kept"] {
  if (!expected) return undefined;
  return Object.fromEntries(
    Object.keys(expected).flatMap((selector) => {
      const found = document.querySelector(selector);
      if (!found) return [];
      const place = before.indexOf(found);
      return [[selector, place < 0 ? null : place]];
    }),
  );
}

/** Reads the values of the elements that an expectation names. */
export function readValues(
  document: Pick<ParentNode, "querySelector">,
  expected: Expectation["values"],
): Outcome["values"] {
  if (!expected) return undefined;
  const found: Record<string, string | boolean> = {};
  for (const [selector, value] of Object.entries(expected)) {
    const field = document.querySelector<HTMLInputElement & HTMLOptionElement>(selector);
    if (field) found[selector] = typeof value === "boolean" ? field.checked ?? field.selected : field.value;
  }
  return found;
}
