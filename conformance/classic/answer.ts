/**
 * What the checks of the example have in common: how an answer is told in a few words, and what is in it.
 *
 * @module
 */

import { type DefaultTreeAdapterTypes, parseFragment } from "parse5"; // reads a fragment without a document
import type { ByteRange } from "../../harness/mod.ts";
import {
  type CheckInfo,
  fail,
  type FamilyName,
  type Finding,
  notApplicable,
  pass,
  type ServerCheck,
  unobserved,
} from "../check.ts";
import type { SeenEvent, StreamEvidence } from "../interpret.ts";
import { type Exchange, headerValues } from "../record/exchange.ts";
import type { Routes, ServerEvidence } from "../record/record.ts";

/** Makes checks of one family about one endpoint. */
export function checksOf(family: FamilyName, route: keyof Routes) {
  return (info: Omit<CheckInfo, "family">, run: ServerCheck["run"]): ServerCheck => ({
    ...info,
    of: "server",
    family,
    subject: ({ routes }) => routes[route],
    run,
  });
}

/** A fault, and the answer whose bytes show it. */
export function failIn({ name }: StreamEvidence, expected: string, actual: string, at: ByteRange[] = []): Finding {
  return { ...fail(expected, actual, at), where: name };
}

/** There is no answer. If the server is gone that says nothing about this request. */
export function unanswered({ why: gone }: ServerEvidence, { name, why }: Exchange, expected: string): Finding {
  return gone ? unobserved(`${name}: ${gone}`) : fail(expected, `${name} has no answer: ${why}`);
}

/** Whether the client takes an answer for a stream [REQ-6]. */
export function isStream(exchange: Exchange): boolean {
  const [type = ""] = headerValues(exchange, "content-type");
  return /^text\/event-stream/.test(type) && exchange.head?.status !== 204;
}

/** Status, type, and how the body begins, on one line. */
export function describe(exchange: Exchange): string {
  const { head, body, ending, why } = exchange;
  if (!head) return `no answer: ${why}`;
  const [type = "no content-type"] = headerValues(exchange, "content-type");
  const [location] = headerValues(exchange, "location");
  const text = new TextDecoder().decode(body.subarray(0, 400)).trim();
  return [
    `${head.status}, ${type}`,
    location === undefined ? "" : `, location: ${quote(location)}`,
    text === "" ? "" : `: ${quote(text, 60)}`,
    ending === "cut off" || ending === "gave up" ? ` (${why})` : "",
  ].join("");
}

/** A text in double quotes, no longer than `most` characters. */
export function quote(text: string, most = 80): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
}

/** Events that have a name: what the client looks at. */
export function eventsOf({ events }: StreamEvidence): SeenEvent[] {
  return events.filter(({ event }) => event.client?.event);
}

/** An event with a fragment in it. */
export interface FragmentEvent extends SeenEvent {
  fragment: Fragment;
}

/** What an event says, if it merges HTML. */
export type Fragment = Extract<NonNullable<SeenEvent["event"]["instruction"]>, { type: "fragment" }>;

/** The events that merge HTML. */
export function fragmentsOf(stream: StreamEvidence): FragmentEvent[] {
  return stream.events.flatMap((seen) => {
    const { instruction } = seen.event;
    return instruction?.type === "fragment" ? [{ ...seen, fragment: instruction }] : [];
  });
}

/** What the client raises in a stream, and at which event. */
export function raiseOf({ events }: StreamEvidence): { name: string; message: string; at: ByteRange } | undefined {
  for (const { event, effect } of events) {
    const error = event.error ?? effect?.error;
    if (error) return { name: error.name, message: error.message, at: event.range };
  }
}

/** Nothing can be said of what is in an answer that is there and has no fragment: that is a finding of another check. */
export function withoutFragment(route: string): Finding {
  return notApplicable(`${route} answers with no fragment`);
}

/** Looks at the first fragment of an answer. Without one there is nothing to say. */
export function withFirst(stream: StreamEvidence, route: string, run: (first: FragmentEvent) => Finding): Finding {
  const [first] = fragmentsOf(stream);
  return first ? run(first) : withoutFragment(route);
}

/** Whether an answer that should have one event has one. */
export function oneEvent(stream: StreamEvidence, route: string): Finding {
  const events = eventsOf(stream);
  if (events.length === 0) return withoutFragment(route);
  if (events.length === 1) return pass("one event");
  return failIn(stream, "one event", `${events.length} events`, events.slice(1).map(({ event }) => event.range));
}

/** Where the lines stand that hold the HTML of an event. */
export function htmlRange({ event }: SeenEvent): ByteRange {
  const lines = event.lines.filter(({ text }) => /^data: ?fragment/.test(text));
  const [line] = lines.length > 0 ? lines : event.lines;
  return { start: line.start, end: line.end };
}

type Element = DefaultTreeAdapterTypes.Element;

/** Elements of a tree, in document order. What is in a `<template>` is no part of it. */
export function elementsOf(node: DefaultTreeAdapterTypes.ParentNode): Element[] {
  const found: Element[] = [];
  const waiting: DefaultTreeAdapterTypes.Node[] = [node];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    if ("tagName" in at) found.push(at);
    if ("childNodes" in at) waiting.push(...at.childNodes.toReversed());
  }
  return found;
}

/** The elements at the top of some HTML, as the content of a `<template>`. */
export function rootsOf(html: string): Element[] {
  return parseFragment(html.trim()).childNodes.filter((node) => "tagName" in node);
}

/** The value of an attribute. */
export function attributeOf({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name)?.value;
}

/** The text in an element. */
export function textIn(element: Element): string {
  return element.childNodes.map((node) =>
    "value" in node ? node.value : "childNodes" in node ? textIn(node as Element) : ""
  ).join("");
}
