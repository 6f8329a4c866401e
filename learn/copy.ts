/**
 * What can be taken along from a scene: a command, a vector, and the code that writes its events.
 *
 * @module
 */

import { createParser, type EventSourceMessage } from "eventsource-parser";
import {
  comment,
  consoleMessage,
  type EventOptions,
  fragment,
  type FragmentOptions,
  redirect,
  remove,
  signal,
  type SignalOptions,
  type Store,
} from "../fragments.ts";
import { createBudget } from "../harness/classic/failure.ts";
import { fieldOf } from "../harness/sse/lines.ts";
import { dialect, type Instruction, readInstruction, type StreamEvent } from "../harness/mod.ts";
import { readSignalText } from "../harness/classic/signals.ts";
import { parseInert, treeOf } from "../vectors/compare.ts";
import type { Expectation, Outcome, Vector } from "../vectors/vector.ts";
import { toBase64, toBase64Url } from "./base64.ts";
import type { Scene } from "./scene.ts";

/** Bytes that `/vectors/stream` answers with at most. */
export const maxStreamBytes = 40 * 1024;

/**
 * A command for a POSIX shell that shows a stream as it comes: that of an endpoint, or that of a scene.
 *
 * @returns `undefined` if there are more bytes than `maxStreamBytes`: no address can hold them.
 * @throws {TypeError} If the URL is not one of http or https.
 */
export function asCurl(target: { url: string } | { bytes: Uint8Array; origin: string }): string | undefined {
  let url: URL | null;
  if ("url" in target) {
    url = URL.parse(target.url);
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new TypeError(`Cannot write a command: ${JSON.stringify(target.url)} is no whole address of http or https`);
    }
  } else {
    if (target.bytes.length > maxStreamBytes) return undefined;
    url = new URL(`/vectors/stream?bytes=${toBase64Url(target.bytes)}`, target.origin);
  }
  // To curl these would be a list of addresses.
  const options = /[[\]{}]/.test(url.href) ? "-gN" : "-N";
  return `curl ${options} '${url.href.replaceAll("'", "'\\''")}'`;
}

/** What a vector says beside what happens. */
export interface VectorOptions {
  /** What happens, in one line. Its id is made from it. */
  title?: string;
  /** The clause that it shows. */
  clause?: string;
  /** Gives a body with this HTML in it, in which nothing runs. Default: the browser's own parser. */
  parseBody?: (html: string) => Element;
}

/**
 * A scene and what became of it as a vector, in JSON: see vectors/README.md. What nobody but its author can say has a
 * text to be replaced.
 *
 * @throws {TypeError} If no vector can say what became of it.
 */
export function asVector(scene: Scene, outcome: Outcome, options: VectorOptions = {}): string {
  const { page, bytes, initiator, values } = scene;
  const title = [...(options.title ?? "").replace(/\s+/g, " ").trim()].slice(0, 120).join("");
  const text = decode(bytes);
  const vector: Vector = {
    id: idOf(title) || "my-vector",
    title: title || "What happens, in one line",
    clause: /^[A-Z]{3}-[1-9]\d*$/.test(options.clause ?? "") ? options.clause! : "XXX-1",
    page,
    ...text === undefined ? { streamBase64: toBase64(bytes) } : { stream: text },
    initiator,
    values: values && Object.keys(values).length > 0 ? values : undefined,
    expect: expectationOf(scene, outcome, options.parseBody ?? parseInert),
    teach: "What there is to learn from it, in one sentence.",
  };
  return JSON.stringify(vector, null, 2) + "\n";
}

function idOf(title: string): string {
  return title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What the schema takes for the name of what is raised. */
const isFailureName = (name: string) => /^(?:unknown|bad|no)-[a-z-]+$/.test(name);

function expectationOf(scene: Scene, outcome: Outcome, parseBody: (html: string) => Element): Expectation {
  const { error, store, location, values, incomplete } = outcome;
  const refuse = (why: string): never => {
    throw new TypeError(`Cannot write a vector: ${why}`);
  };
  if (incomplete !== undefined) refuse(`the run did not come to its end: ${incomplete}`);
  if (error !== undefined && !isFailureName(error)) {
    refuse(`what was raised has no name in docs/PROTOCOL.md: ${outcome.message ?? error}`);
  }
  const expect: Expectation = {};
  const body = parseBody(outcome.html);
  clean(body);
  const html = body.innerHTML;
  // What scripts can build, a parser cannot always: then there is no text for it.
  if (treeOf(parseBody(html)) === outcome.tree) expect.page = html;
  if (error !== undefined) expect.error = error;
  const stream = new TextDecoder().decode(scene.bytes);
  if (isTold(store, scene.page, stream)) expect.store = store;
  if (location !== undefined) expect.location = location.replace(/[\t\n\r]/g, ""); // as the browser has it [RED-3]
  // What the client says by itself is for the reader, and other clients say it otherwise.
  const sent = outcome.console.filter(([mode, message]) =>
    dialect.consoleModes.some((known) => known === mode) && message.split("\n").every((line) => stream.includes(line))
  );
  if (sent.length > 0) expect.console = sent;
  if (values && Object.keys(values).length > 0) expect.values = values;
  if (Object.keys(expect).length === 0) refuse("there is no HTML for what the page has become");
  return expect;
}

/** Whether the store is known and worth telling. One without signals is, where there was talk of some. */
function isTold(store: unknown, page: string, stream: string): store is object {
  if (typeof store !== "object" || store === null) return false;
  try {
    JSON.stringify(store);
  } catch {
    return false; // a BigInt has no JSON
  }
  return Object.keys(store).length > 0 || /data-|signal|store|paths/.test(page + stream);
}

/** Takes away the classes that do not count, see vectors/README.md. */
function clean(parent: ParentNode): void {
  for (const template of parent.querySelectorAll("template")) clean(template.content);
  for (const element of parent.querySelectorAll("[class]")) {
    const classes = [...element.classList].filter((name) => !name.startsWith("datastar-"));
    if (classes.length === 0) element.removeAttribute("class");
    else if (classes.length < element.classList.length) element.setAttribute("class", classes.join(" "));
  }
}

/**
 * TypeScript that writes these events with fragments.ts. What its functions refuse stands there as text, with the reason.
 * An event that tells the client nothing to do becomes a comment that says why it is none.
 *
 * @param from What the code imports the functions from.
 */
export function asCode(events: readonly StreamEvent[], from = "./fragments.ts"): string {
  const used = new Set<string>();
  const items = events.flatMap((event) => {
    const remarks = event.lines.filter(({ text }) => text.startsWith(":")).map(({ text }) => text.replace(/^: ?/, ""));
    const beats = remarks.map((text): Call => ({ name: "comment", args: [text], write: () => comment(text) }));
    const { instruction } = event;
    const told = instruction ? writeEvent(event, instruction) : { why: whyNothing(event) };
    const calls = "text" in told ? [] : beats; // what stands as text has its comments in it
    if ("name" in told) calls.push(told);
    for (const { name } of calls) used.add(name);
    return [
      ...calls.map(({ name, args }) => `${name}(${args.map(literal).join(", ")}),`),
      ..."why" in told ? [`// ${oneLine(told.why)}`] : [],
      ..."text" in told ? [told.text.split(/(?<=\n)/).map(literal).join(" +\n    ") + ","] : [],
    ];
  });
  return [
    ...used.size > 0 ? [`import { ${[...used].sort().join(", ")} } from ${literal(from)};`, ""] : [],
    "/** The body of an answer of the type text/event-stream. */",
    "export const body = [",
    ...items.map((item) => `  ${item}`),
    `].join("");`,
    "",
  ].join("\n");
}

/** A function of fragments.ts with what it is given. */
interface Call {
  name: string;
  args: readonly unknown[];
  write: () => string;
}

/** The call that writes an event; or why there is none, and the event as text. */
function writeEvent(event: StreamEvent, instruction: Instruction): Call | { why: string; text: string } {
  try {
    const call = callFor(instruction, fieldsOf(event));
    if (isEqual(read(call.write()), instruction)) return call;
    return { why: "The client would read another text than this one:", text: textOf(event) };
  } catch (error) {
    return { why: `${(error as Error).message}. As text:`, text: textOf(event) };
  }
}

function callFor(instruction: Instruction, options: EventOptions): Call {
  const call = <T extends unknown[]>(name: string, write: (...args: T) => string, ...args: T): Call => {
    const isEmpty = (value: unknown) => typeof value === "object" && Object.keys(value!).length === 0;
    return {
      name,
      args: isEmpty(args.at(-1)) && args.length > 1 ? args.slice(0, -1) : args,
      write: () => write(...args),
    };
  };
  switch (instruction.type) {
    case "fragment": {
      const { selector, merge, settle, viewTransition, html } = instruction;
      const { defaults } = dialect;
      const all: FragmentOptions = {
        ...selector !== "" && { selector },
        ...merge !== defaults.merge && { merge },
        ...settle !== defaults.settle && { settle },
        ...viewTransition !== defaults.viewTransition && { viewTransition },
        ...options,
      };
      return call("fragment", fragment, html, all);
    }
    case "signal": {
      const all: SignalOptions = { ...instruction.onlyIfMissing && { onlyIfMissing: true }, ...options };
      return call("signal", signal, signalsOf(instruction.store) as Store, all);
    }
    case "delete": {
      const target = "selector" in instruction ? { selector: instruction.selector } : { paths: instruction.paths };
      return call("remove", remove, target, options);
    }
    case "redirect":
      return call("redirect", redirect, instruction.url, options);
    case "console":
      return call(
        "consoleMessage",
        consoleMessage,
        instruction.mode as typeof dialect.consoleModes[number],
        instruction.message,
        options,
      );
  }
}

/** The signals that a text stands for, if nobody has to run it. */
function signalsOf(text: string): Record<string, unknown> {
  const limits = { maxTime: 200, maxDepth: 100, maxStore: 1024 * 1024, maxExpression: 1024 * 1024 };
  const read = readSignalText(text, {}, createBudget(limits));
  if ("message" in read) throw new TypeError(read.message);
  return read.patch;
}

/** What an event has beside its name and data. */
function fieldsOf({ client, lines }: StreamEvent): EventOptions {
  const retry = lines.map((line) => fieldOf(line, "client")).findLast((read) => read?.field === "retry");
  const delay = Number.parseInt(retry?.value ?? ""); // [REQ-10]
  return { ...client?.id !== undefined && { id: client.id }, ...!Number.isNaN(delay) && { retry: delay } };
}

function read(text: string): Instruction | undefined {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(text);
  return events.length === 1 ? readInstruction(events[0]) : undefined;
}

function isEqual(a: Instruction | undefined, b: Instruction): boolean {
  if (a?.type !== "signal" || b.type !== "signal") return JSON.stringify(a) === JSON.stringify(b);
  return a.onlyIfMissing === b.onlyIfMissing &&
    JSON.stringify(signalsOf(a.store)) === JSON.stringify(signalsOf(b.store));
}

/** An event's lines, each ended by LF as text can be. */
function textOf({ lines }: StreamEvent): string {
  return lines.map((line) => `${line.text}\n`).join("") + "\n";
}

function whyNothing({ client, error }: StreamEvent): string {
  if (error) return `Not written: the client raises ${error.name}. ${error.message}.`;
  if (!client) {
    return "Not written: the stream ends before the blank line of this event, and the client drops it [SSE-8].";
  }
  const name = client.event === undefined ? "without a name" : `named ${JSON.stringify(client.event)}`;
  return `Not written: the client ignores an event ${name} [SSE-14].`;
}

/** What nobody would see in code, or what ends a line of it. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const escape = (character: string) => {
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
};

const oneLine = (text: string) => text.replace(unseen, escape);

/** A value as TypeScript. */
function literal(value: unknown): string {
  if (typeof value === "string") return textLiteral(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const members = Object.entries(value).map(([name, member]) =>
    `${/^[a-z_]\w*$/i.test(name) ? name : textLiteral(name)}: ${literal(member)}`
  );
  return members.length > 0 ? `{ ${members.join(", ")} }` : "{}";
}

function textLiteral(text: string): string {
  const quote = /\n./s.test(text) ? "`" : text.includes('"') && !text.includes("'") ? "'" : '"';
  const escaped = text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`);
  if (quote !== "`") return quote + escaped.replaceAll("\n", "\\n").replace(unseen, escape) + quote;
  const lines = escaped.replaceAll("${", "\\${").split("\n");
  return quote + lines.map(oneLine).join("\n") + quote;
}
