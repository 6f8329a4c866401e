/**
 * Recordings: the requests of a run and the bytes that came back, with their times. A recording is plain data. It can be
 * saved as one JSON file and judged again, on a different machine or with a later version.
 */

import { Buffer } from "node:buffer";
import { findLines } from "../harness/mod.ts";

/** A piece of a body, as it came. */
export interface Chunk {
  /** Milliseconds after the request was sent. */
  at: number;
  /** Offset of its first byte in the body. */
  start: number;
  /** Offset after its last byte. */
  end: number;
}

/** The part of a response before the body. */
export interface Head {
  /** Such as `1.1`. */
  version: string;
  /** Such as 200. */
  status: number;
  /** The text after the status, such as `OK`. */
  reason: string;
  /** Names as they were sent, and values, in their order. */
  headers: [name: string, value: string][];
  /** Milliseconds after the request was sent. */
  at: number;
}

/**
 * The ending of an exchange: the body was complete; the connection broke off before it was; this side left because it had
 * seen enough; this side gave up because a limit was reached; or there was no answer at all.
 */
export type Ending = "complete" | "cut off" | "left" | "gave up" | "no answer";

const endings: readonly unknown[] = ["complete", "cut off", "left", "gave up", "no answer"] satisfies Ending[];

/** A request and its response. */
export interface Exchange {
  /** Names the request for people, such as `GET /get (quotes)`. */
  name: string;
  /** The request. */
  request: { method: string; path: string; headers: Record<string, string>; body?: string };
  /** Absent if no whole head has come. */
  head?: Head;
  /** The body, without its transfer and content encodings. */
  body: Uint8Array;
  /** When each piece of the body came. */
  chunks: Chunk[];
  /** When the request was sent, in milliseconds since 1970. Absent in recordings of older versions. */
  sentAt?: number;
  /** Its ending. */
  ending: Ending;
  /** Milliseconds after the request was sent. */
  endedAt: number;
  /** Why there is no response, or only a part of it. */
  why?: string;
  /** Whether this side gave up because the body has more bytes than it reads: the rest is not known. */
  tooLong?: boolean;
  /** Why browsers do not show all of the body, although it ended well: the encoding, and what is wrong with it. */
  lost?: string;
  /** Bytes that came after the end of the body, as its length has it: no client reads them. */
  surplus?: number;
  /** Whether no connection was there in time, so that the request was not sent. */
  unconnected?: boolean;
  /** Whether this process was suspended meanwhile: then several pieces may have the time of the last one. */
  stalled?: boolean;
}

/** A line that a server wrote to its standard output or standard error. */
export interface OutputLine {
  /** When it came, in milliseconds since 1970. */
  at: number;
  /** The line, without its end. */
  text: string;
}

/** The fields of every recording. */
export interface RecordingHead {
  /** The URL of the server or of the endpoint, or the name of the file. */
  target: string;
  /** When the recording began, in the form of ISO 8601. */
  recordedAt: string;
  /** The duration of the recording. */
  durationMs: number;
  /** The output of the server, where the checker has started it. */
  output?: OutputLine[];
}

/** A recorded server. */
export interface ServerRecording extends RecordingHead {
  /** Distinguishes the kinds of recordings. */
  kind: "server";
  /** The contract that says which requests were made, such as `classic`. */
  contract: string;
  /** The path of each endpoint, by the name that the contract gives it. */
  routes: Record<string, string>;
  /** The page. */
  page: Exchange;
  /** The other requests, by the id that the contract gives each. */
  answers: Record<string, Exchange>;
  /** The load test. Absent if it was not asked for, or the server had gone away. */
  live?: LiveRecording;
  /** Why the recording is not complete: the server went away. */
  why?: string;
  /** The requests after which the server was gone, if some were not answered and none later. One of them has ended it. */
  endedBy?: string[];
}

/** The load test: many readers at once, and many that leave. No feeds are opened if the first reader that leaves ends it. */
export interface LiveRecording {
  /** Feeds that were open at the same time. */
  feeds: Exchange[];
  /** Requests for the target while the feeds were open, one after the other. */
  meanwhile: Exchange[];
  /** The number of readers that came and left, and of those that an answer had begun for before. */
  vanished: { readers: number; answered: number };
  /** A request for the target after the readers have left. */
  targetAfter: Exchange;
  /** A feed that was opened after the readers have left. */
  feedAfter: Exchange;
}

/** A recorded stream: an exchange, or bytes from a file. */
export interface StreamRecording extends RecordingHead {
  /** Distinguishes the kinds of recordings. */
  kind: "stream";
  /** Names the endpoint in the report: its path, or the name of the file. */
  subject: string;
  /** The request and its response. Absent for bytes from a file. */
  exchange?: Exchange;
  /** The bytes from a file. */
  bytes?: Uint8Array;
  /** The HTML of the page that the events are for. */
  page?: string;
}

/** The limits that a user sets to a run against an application. */
export interface AppOptions {
  /** Methods besides GET that may be asked, such as `POST`. Default: none. */
  allow?: readonly string[];
  /** Patterns of paths, such as `/todos/*`: only actions that match one are asked. */
  onlyRoutes?: readonly string[];
  /** Patterns of paths: actions that match one are not asked. */
  skipRoutes?: readonly string[];
  /** Signals with other values than the page gives them. */
  signals?: Record<string, unknown>;
  /** Whether one request at a time is sent, and no hostile text. Default: false. */
  gentle?: boolean;
}

/** A recorded application: any page, and its actions. */
export interface AppRecording extends RecordingHead {
  /** Distinguishes the kinds of recordings. */
  kind: "app";
  /** The contract that says which requests were made, such as `classic`. */
  contract: string;
  /** The limits that the user has set: which actions were asked depends on them. */
  options: AppOptions;
  /** The page. */
  page: Exchange;
  /** The other requests, by the id that the contract gives each. */
  answers: Record<string, Exchange>;
  /** The load test of one of its feeds. Absent if it was not asked for, or there is no feed. */
  live?: LiveRecording;
  /** Why the recording is not complete: the server went away. */
  why?: string;
}

/** A recorded test endpoint of an SDK. */
export interface SdkRecording extends RecordingHead {
  /** Distinguishes the kinds of recordings. */
  kind: "sdk";
  /** The contract that says which requests were made, such as `v1`. */
  contract: string;
  /** The path of the endpoint. */
  subject: string;
  /** The requests, by the id that the contract gives each. */
  answers: Record<string, Exchange>;
  /** Why the recording is not complete: the server went away. */
  why?: string;
}

/** All that was recorded in one run. */
export type Recording = ServerRecording | StreamRecording | AppRecording | SdkRecording;

/** The values of a header, in the order in which they came. */
export function headerValues({ head }: { head?: Pick<Head, "headers"> }, name: string): string[] {
  return head?.headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value) ?? [];
}

/** Content encodings that browsers read. The recorder asks for all but `zstd`, and reads no more than these. */
const readableEncodings = ["gzip", "x-gzip", "deflate", "br"];
const browserEncodings = [...readableEncodings, "zstd"];

/** Encodings of one body that the recorder reads: one inside the other. */
const maxEncodings = 4;

/**
 * The encodings of a body, in the order in which they were made. Browsers ignore a list with a word that they do not
 * know, as fetch does.
 */
export function encodingsOf({ head }: Pick<Exchange, "head">): string[] {
  const words = headerValues({ head }, "content-encoding").join(",").toLowerCase().split(",").map((word) =>
    word.trim()
  );
  return words.every((word) => browserEncodings.includes(word)) ? words : [];
}

/** Whether a body with these encodings is recorded without them. */
export const areReadable = (encodings: string[]): boolean =>
  encodings.length <= maxEncodings && encodings.every((encoding) => readableEncodings.includes(encoding));

/** Whether browsers refuse an answer because of its `content-encoding`: Chromium 156 does for these signs. */
export const isRefusedEncoding = ({ head }: Pick<Exchange, "head">): boolean =>
  headerValues({ head }, "content-encoding").some((value) => /["*;=]|[^\s,]\s+[^\s,]/.test(value));

const colon = 58;

/** Offsets after the blank line of each event: of each block that contains more than comments. */
export function eventEnds(body: Uint8Array): number[] {
  const ends: number[] = [];
  let isEvent = false;
  for (const { start, end, next } of findLines(body)) {
    if (start < end) {
      isEvent ||= body[start] !== colon;
    } else if (isEvent) {
      ends.push(next);
      isEvent = false;
    }
  }
  return ends;
}

/** When each event was complete, in milliseconds after the request was sent. */
export function eventTimes({ body, chunks }: Pick<Exchange, "body" | "chunks">): number[] {
  return timesOf(chunks, eventEnds(body));
}

/** When the bytes before each of these offsets had come. The offsets do not fall. */
export function timesOf(chunks: readonly Chunk[], offsets: readonly number[]): number[] {
  let i = 0;
  return offsets.map((offset) => {
    while (i < chunks.length - 1 && chunks[i].end < offset) i++;
    return chunks[i].at;
  });
}

/** Whether a header may hold a secret. Its value belongs in no file that is passed around. */
export function isSecretHeader(name: string): boolean {
  return /auth(?!enticate)|cookie|token|secret|key|passw|session|signature|credential/i.test(name);
}

/** The version of the file format. It changes when older programs could no longer read the file. */
const formatVersion = 1;

/**
 * Writes a recording as the text of a JSON file: the fields of {@linkcode Recording}, with `"format": "fragstar
 * recording"` and `"version": 1` before them. Bytes are written as `{ "base64": "…" }`. Values of headers that may hold
 * secrets are left out.
 */
export function writeRecording(recording: Recording): string {
  const file = { format: "fragstar recording", version: formatVersion, ...recording };
  return JSON.stringify(file, function (key, value) {
    const original: unknown = this[key]; // `value` of a Buffer is the result of its toJSON()
    if (original instanceof Uint8Array) return { base64: Buffer.from(original).toString("base64") };
    return key === "headers" ? hideSecrets(value) : value;
  }, 1) + "\n";
}

/** The text in place of the value of such a header. */
export const hidden = "(not shown)";

function hideSecrets(headers: Record<string, string> | [string, string][]) {
  const hide = ([name, value]: [string, string]): [string, string] => [name, isSecretHeader(name) ? hidden : value];
  return Array.isArray(headers) ? headers.map(hide) : Object.fromEntries(Object.entries(headers).map(hide));
}

/**
 * Reads a file that {@linkcode writeRecording} has written.
 *
 * @throws {SyntaxError} If the text is not a recording, or has an unknown version.
 */
export function readRecording(text: string): Recording {
  let file: unknown;
  try {
    file = JSON.parse(text, (_, value) => isObject(value) && isText(value.base64) ? readBytes(value.base64) : value);
  } catch {
    throw new SyntaxError("it is not JSON");
  }
  if (!isObject(file) || file.format !== "fragstar recording") {
    throw new SyntaxError("it is not a recording; conform --record FILE writes one");
  }
  const { format: _, version, ...recording } = file;
  if (version !== formatVersion) {
    throw new SyntaxError(
      `it is a recording of version ${showVersion(version)}, and this program reads version ${formatVersion}`,
    );
  }
  const wrong = findWrongField(recording);
  if (wrong !== undefined) throw new SyntaxError(`it is a damaged recording: "${wrong}" is missing or wrong`);
  return recording as unknown as Recording;
}

/** Shows a version, which may be any value. */
const showVersion = (version: unknown) => String(JSON.stringify(version)).slice(0, 20);

/** The bytes, as an array of their own: not a view into a pool, as `Buffer.from` may return it. */
const readBytes = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64"));

type Fields = Record<string, unknown>;
type Test = (value: unknown) => boolean;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isNumber: Test = (value) => typeof value === "number" && value >= 0;
const isBytes: Test = (value) => value instanceof Uint8Array;
const isPair: Test = (value) => Array.isArray(value) && value.length === 2 && value.every(isText);
const isTexts: Test = (value) => isObject(value) && Object.values(value).every(isText);
const isUrl: Test = (value) => isText(value) && /^https?:/.test(URL.parse(value)?.href ?? "");
const isPath: Test = (value) => isText(value) && URL.canParse(value, "http://localhost");
const arePaths: Test = (value) => isObject(value) && Object.values(value).every(isPath);
const optional = (test: Test): Test => (value) => value === undefined || test(value);
const listOf = (test: Test): Test => (value) => Array.isArray(value) && value.every(test);
const objectOf = (tests: Record<string, Test>): Test => (value) =>
  isObject(value) && Object.entries(tests).every(([name, test]) => test(value[name]));

const hasExchangeFields = objectOf({
  name: isText,
  request: objectOf({ method: isText, path: isPath, headers: isTexts, body: optional(isText) }),
  head: optional(
    objectOf({ version: isText, status: isNumber, reason: isText, headers: listOf(isPair), at: isNumber }),
  ),
  body: isBytes,
  chunks: listOf(objectOf({ at: isNumber, start: isNumber, end: isNumber })),
  sentAt: optional(isNumber),
  ending: (value) => endings.includes(value),
  endedAt: isNumber,
  why: optional(isText),
  tooLong: optional((value) => typeof value === "boolean"),
  lost: optional(isText),
  surplus: optional(isNumber),
  unconnected: optional((value) => typeof value === "boolean"),
  stalled: optional((value) => typeof value === "boolean"),
});

const isExchange: Test = (value) => hasExchangeFields(value) && haveTimes(value as Exchange);
const areExchanges: Test = (value) => isObject(value) && Object.values(value).every(isExchange);

/** Whether the bytes of a body have times. */
const haveTimes = ({ body, chunks }: Exchange) => body.length === 0 || chunks.length > 0;

const headFields: Record<string, Test> = {
  target: isText,
  recordedAt: (value) => isText(value) && !Number.isNaN(Date.parse(value)),
  durationMs: isNumber,
  output: optional(listOf(objectOf({ at: isNumber, text: isText }))),
};

const isLive = objectOf({
  feeds: listOf(isExchange),
  meanwhile: listOf(isExchange),
  vanished: objectOf({ readers: isNumber, answered: isNumber }),
  targetAfter: isExchange,
  feedAfter: isExchange,
});

const shapes: Record<Recording["kind"], Record<string, Test>> = {
  server: {
    ...headFields,
    target: isUrl,
    contract: isText,
    routes: arePaths,
    page: isExchange,
    answers: areExchanges,
    live: optional(isLive),
    why: optional(isText),
    endedBy: optional(listOf(isText)),
  },
  app: {
    ...headFields,
    target: isUrl,
    contract: isText,
    options: objectOf({
      allow: optional(listOf(isText)),
      onlyRoutes: optional(listOf(isText)),
      skipRoutes: optional(listOf(isText)),
      signals: optional(isObject),
      gentle: optional((value) => typeof value === "boolean"),
    }),
    page: isExchange,
    answers: areExchanges,
    live: optional(isLive),
    why: optional(isText),
  },
  sdk: {
    ...headFields,
    target: isUrl,
    contract: isText,
    subject: isText,
    answers: areExchanges,
    why: optional(isText),
  },
  stream: {
    ...headFields,
    subject: isText,
    exchange: optional(isExchange),
    bytes: optional(isBytes),
    page: optional(isText),
  },
};

/** The name of the first field of a recording that is not as it has to be. */
function findWrongField(recording: Fields): string | undefined {
  const { kind } = recording;
  if (kind !== "server" && kind !== "stream" && kind !== "app" && kind !== "sdk") return "kind";
  if (kind === "stream" && (recording.exchange === undefined) === (recording.bytes === undefined)) return "bytes";
  if (kind === "stream" && recording.exchange !== undefined && !isUrl(recording.target)) return "target";
  return Object.entries(shapes[kind]).find(([name, test]) => !test(recording[name]))?.[0];
}
