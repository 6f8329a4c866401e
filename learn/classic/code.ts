/**
 * Writes events as TypeScript that calls the functions of fragments.ts.
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
} from "../../fragments.ts";
import {
  dialect,
  type Instruction,
  readField,
  readInstruction,
  readSignalValue,
  replaceInvisible,
  type StreamEvent,
} from "../../harness/core.ts";

/**
 * Writes events as code. An event that fragments.ts refuses to write is kept as text, with the reason. An event that
 * gives the client no instruction becomes a comment with the reason.
 *
 * @param from The module that the code imports the functions from.
 */
export function writeCode(events: readonly StreamEvent[], from = "./fragments.ts"): string {
  const used = new Set<string>();
  const items: string[] = [];
  for (const event of events) {
    const written = event.instruction ? writeEvent(event, event.instruction) : { why: whyNotWritten(event) };
    const calls = "text" in written ? [] : callsForComments(event); // the text has its comments in it
    if ("name" in written) calls.push(written);
    for (const { name, args } of calls) {
      used.add(name);
      items.push(`${name}(${args.map(literal).join(", ")}),`);
    }
    if ("why" in written) items.push(`// ${escapeInvisible(written.why)}`);
    if ("text" in written) items.push(written.text.split(/(?<=\n)/).map(literal).join(" +\n    ") + ",");
  }
  return [
    ...used.size > 0 ? [`import { ${[...used].sort().join(", ")} } from ${literal(from)};`, ""] : [],
    "/** The body of a text/event-stream response. */",
    "export const body = [",
    ...items.map((item) => `  ${item}`),
    `].join("");`,
    "",
  ].join("\n");
}

/** A call of a function of fragments.ts. */
interface Call {
  name: string;
  args: readonly unknown[];
  /** Makes the call. */
  write: () => string;
}

/** The call for each comment among an event's lines. */
function callsForComments({ lines }: StreamEvent): Call[] {
  return lines.filter(({ text }) => text.startsWith(":")).map(({ text }) => {
    const shown = text.replace(/^: ?/, "");
    return { name: "comment", args: [shown], write: () => comment(shown) };
  });
}

/** The call that writes an event; or, where there is none, the reason and the event as text. */
function writeEvent(event: StreamEvent, instruction: Instruction): Call | { why: string; text: string } {
  const text = event.lines.map(({ text }) => `${text}\n`).join("") + "\n";
  try {
    const call = callFor(instruction, eventOptions(event));
    if (isEqual(readWritten(call.write()), instruction)) return call;
    return { why: "The client would not read this text unchanged:", text };
  } catch (error) {
    return { why: `${(error as Error).message}. As text:`, text };
  }
}

/** The call that gives this instruction, with all that is not the default. */
function callFor(instruction: Instruction, common: EventOptions): Call {
  switch (instruction.type) {
    case "fragment": {
      const { selector, merge, settle, viewTransition, html } = instruction;
      const { defaults } = dialect;
      const options: FragmentOptions = {
        ...selector !== "" && { selector },
        ...merge !== defaults.merge && { merge },
        ...settle !== defaults.settle && { settle },
        ...viewTransition !== defaults.viewTransition && { viewTransition },
        ...common,
      };
      return call("fragment", fragment, html, options);
    }
    case "signal": {
      const options: SignalOptions = { ...instruction.onlyIfMissing && { onlyIfMissing: true }, ...common };
      return call("signal", signal, readStore(instruction.store) as Store, options);
    }
    case "delete": {
      const target = "selector" in instruction ? { selector: instruction.selector } : { paths: instruction.paths };
      return call("remove", remove, target, common);
    }
    case "redirect":
      return call("redirect", redirect, instruction.url, common);
    case "console": {
      const mode = instruction.mode;
      return call("consoleMessage", consoleMessage, mode, instruction.message, common);
    }
  }
}

/** A call, without its options if there are none. */
function call<T extends unknown[]>(name: string, write: (...args: T) => string, ...args: T): Call {
  const options = args.at(-1);
  const isEmpty = typeof options === "object" && Object.keys(options!).length === 0;
  return { name, args: isEmpty ? args.slice(0, -1) : args, write: () => write(...args) };
}

/** The signals that a text stands for, if that can be said without running it. */
function readStore(text: string): Record<string, unknown> {
  const read = readSignalValue(text, { maxTime: 200, maxDepth: 100, maxSize: 1024 * 1024 });
  if ("message" in read) throw new TypeError(read.message);
  return read.patch;
}

/** The fields of an event beside its name and data. */
function eventOptions({ client, lines }: StreamEvent): EventOptions {
  const retry = lines.map((line) => readField(line, "client")).findLast((read) => read?.field === "retry");
  const delay = Number.parseInt(retry?.value ?? ""); // [REQ-10]
  return { ...client?.id !== undefined && { id: client.id }, ...!Number.isNaN(delay) && { retry: delay } };
}

/** The instruction of an event that was just written. */
function readWritten(text: string): Instruction | undefined {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(text);
  return events.length === 1 ? readInstruction(events[0]) : undefined;
}

function isEqual(a: Instruction | undefined, b: Instruction): boolean {
  if (a?.type !== "signal" || b.type !== "signal") return JSON.stringify(a) === JSON.stringify(b);
  return a.onlyIfMissing === b.onlyIfMissing &&
    JSON.stringify(readStore(a.store)) === JSON.stringify(readStore(b.store));
}

function whyNotWritten({ client, error }: StreamEvent): string {
  if (error) return `Not written: the client throws ${error.code}. ${error.message}.`;
  if (!client) {
    return "Not written: the stream ends before the blank line of this event, and the client drops it [SSE-8].";
  }
  const name = client.event === undefined ? "without a name" : `named ${JSON.stringify(client.event)}`;
  return `Not written: the client ignores an event ${name} [SSE-14].`;
}

/** Writes the characters that do not show in code, or that end a line of it, as escapes. */
const escapeInvisible = (text: string) =>
  replaceInvisible(text, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });

/** Writes a value as TypeScript. */
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
  if (quote !== "`") return quote + escapeInvisible(escaped.replaceAll("\n", "\\n")) + quote;
  const lines = escaped.replaceAll("${", "\\${").split("\n");
  return quote + lines.map(escapeInvisible).join("\n") + quote;
}
