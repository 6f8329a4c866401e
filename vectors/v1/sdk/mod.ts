/**
 * The cases for the test endpoint of an SDK, by family. A new file in this folder gets two lines here.
 *
 * @module
 */

import elements from "./elements.json" with { type: "json" };
import lines from "./lines.json" with { type: "json" };
import options from "./options.json" with { type: "json" };
import requests from "./requests.json" with { type: "json" };
import scripts from "./scripts.json" with { type: "json" };
import sequences from "./sequences.json" with { type: "json" };
import signals from "./signals.json" with { type: "json" };
import texts from "./texts.json" with { type: "json" };

/** An event that the SDK is to write. */
export interface InputEvent {
  /** The function of the SDK. */
  type: "patchElements" | "patchSignals" | "executeScript";
  /** The HTML. */
  elements?: string;
  /** The selector of the targets. */
  selector?: string;
  /** The mode. */
  mode?: string;
  /** The namespace of the elements. */
  namespace?: string;
  /** Whether there is a view transition. */
  useViewTransition?: boolean;
  /** The selector of the view transition. */
  viewTransitionSelector?: string;
  /** The signals, as JSON. */
  signals?: Record<string, unknown>;
  /** The signals, as the text of JSON. */
  "signals-raw"?: string;
  /** Whether signals that exist are kept. */
  onlyIfMissing?: boolean;
  /** The script. */
  script?: string;
  /** Attributes of its element. */
  attributes?: Record<string, string>;
  /** Whether its element is removed after it has run. */
  autoRemove?: boolean;
  /** The event's id. */
  eventId?: string;
  /** The event's time to wait before a request is repeated. */
  retryDuration?: number;
}

/** The element that a script is sent in. Absent fields are not compared. */
export interface ExpectedScript {
  /** Its text. */
  text?: string;
  /** Attributes that it has, among others. */
  attributes?: Record<string, string>;
  /** Whether it removes itself after it has run. */
  removed?: boolean;
  /** The mode and the selector. */
  place?: string;
}

/** The result of a case. Absent fields are not compared. */
export interface CaseResult {
  /** HTML of the body, after the client has applied the answer. */
  page?: string;
  /** The signals then, as the next request would carry them. */
  signals?: Record<string, unknown>;
  /** The elements of the scripts, in order. */
  scripts?: ExpectedScript[];
  /** The number of script runs. */
  runs?: number;
  /** Selectors of elements that the answer must not change. */
  intact?: string[];
  /** Whether the request is refused: its status is 400 or more. */
  refused?: boolean;
}

/** A case: a request to the endpoint, and the result of its answer on a page. */
export interface SdkCase {
  /** Unique over all families. It never changes. */
  id: string;
  /** The case in one line. */
  title: string;
  /** The check that judges it. */
  check: string;
  /** The clause of docs/PROTOCOL-V1.md that it shows. */
  clause: string;
  /** Default: `GET`. */
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The part of the contract that an endpoint may lack: an option of its input, or the method of the request. */
  capability?: "namespace" | "viewTransitionSelector" | "method";
  /** Whether a refusal is as good as the result. */
  mayRefuse?: boolean;
  /** A text that is repeated in place of `{fill}`, in the input and in the result. */
  fill?: { text: string; times: number };
  /** HTML of the body before. Absent where no answer is applied. */
  page?: string;
  /** The signals of the request. */
  input?: { events: InputEvent[] };
  /** Instead of `input`: the text that is sent in place of JSON. Without both, none is sent. */
  inputText?: string;
  /** The result. */
  expect: CaseResult;
  /** The lesson, in one sentence. */
  teach: string;
}

/** The content of a file. */
export interface SdkFamily {
  /** The file's name without `.json`. */
  family: string;
  /** The common subject of the cases. */
  about: string;
  /** The cases. */
  cases: SdkCase[];
}

/** All families. */
export const families: SdkFamily[] = [
  elements,
  lines,
  options,
  texts,
  signals,
  scripts,
  sequences,
  requests,
] as unknown as SdkFamily[]; // TypeScript infers narrower types from the files

/** All cases, with their long texts. */
export const cases: readonly SdkCase[] = families.flatMap(({ cases }) => cases.map(fillIn));

/** Puts the repeated text into a case. */
function fillIn(one: SdkCase): SdkCase {
  if (!one.fill) return one;
  const { text, times } = one.fill;
  return JSON.parse(
    JSON.stringify(one),
    (_, value) => typeof value === "string" ? value.replace("{fill}", () => text.repeat(times)) : value,
  );
}
