/**
 * Recordings of servers without a connection: each reply comes at once, and time passes only where the
 * plan pauses, and in the feed.
 *
 * @module
 */

import { STATUS_CODES } from "node:http";
import { createContract } from "../../conformance/classic/contract.ts";
import type { Contract, PlannedRequest } from "../../conformance/record/contract.ts";
import type { Exchange, ServerRecording } from "../../conformance/recording.ts";
import { type BaseParts, type Reply, replyTo } from "./serve.ts";
import { createParts, type ServerMutant } from "./server.ts";

/** Milliseconds after which each piece arrives, and after which a feed is left. */
const delay = 5;
const longestWatch = 5_000;

/** Records a server of server.ts. */
export const recordInMemory = (alter?: ServerMutant["alter"]): ServerRecording =>
  recordParts(createContract(), (now) => createParts(alter, now));

/** Records a server. */
export function recordParts(contract: Contract, create: (now: () => number) => BaseParts): ServerRecording {
  let time = Date.UTC(2024, 4, 6, 7, 8, 9);
  const parts = create(() => time);
  const recordedAt = new Date(time).toISOString();
  const host = "127.0.0.1:3000";

  function ask(planned: Omit<PlannedRequest, "id">): Exchange {
    const { name, path, method = "GET", headers = {}, body } = planned;
    time += planned.pause ?? 0;
    const request = { method, path, headers: { host, ...contract.headers, ...headers }, body };
    const reply = parts.refuse({ method, url: path, headers: request.headers }, host) ??
      replyTo(parts, new URL(path, `http://${host}`));
    return { name, request, ...readReply(reply, method !== "HEAD") };
  }

  const page = ask({ name: "GET /", path: "/", headers: { accept: "text/html" } });
  const { groups, risky, feed } = contract.plan(page);
  const answers: Record<string, Exchange> = {};
  const requests = [...groups.flatMap(({ requests }) => requests), ...risky];
  for (const request of requests) answers[request.id] = ask(request);
  const url = new URL(`http://${host}/`);
  for (const request of contract.planScripts(page, url, answers)) answers[request.id] = ask(request);
  const request = { method: "GET", path: feed.path, headers: { host, ...contract.headers } };
  answers[feed.id] = { name: feed.name, request, ...readFeed(parts) };
  return {
    kind: "server",
    target: `http://${host}/`,
    recordedAt,
    durationMs: 0,
    contract: contract.id,
    routes: contract.routes,
    page,
    answers,
  };
}

type Answer = Omit<Exchange, "name" | "request">;

function headOf(status: number, headers: Record<string, string>): Exchange["head"] {
  return { version: "1.1", status, reason: STATUS_CODES[status] ?? "", headers: Object.entries(headers), at: delay };
}

function readReply({ status, headers, body: text, open, times, ignoresHead }: Reply, hasBody: boolean): Answer {
  if (open || times !== undefined) throw new Error("This answer needs a socket");
  const bytes = new TextEncoder().encode(text);
  const body = hasBody ? bytes : new Uint8Array();
  return {
    head: headOf(status, { ...headers, "content-length": String(bytes.length) }),
    body,
    chunks: body.length > 0 ? [{ at: delay, start: 0, end: body.length }] : [],
    ending: "complete",
    endedAt: delay,
    ...!hasBody && ignoresHead && { surplus: bytes.length },
  };
}

/** Reads three events of the feed, or those of five seconds. */
function readFeed({ tick, feedHeaders, every }: BaseParts): Answer {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < longestWatch && pieces.length < 3; at += every) pieces.push(new TextEncoder().encode(tick()));
  let end = 0;
  const chunks = pieces.map(({ length }, i) => ({ at: delay + i * every, start: end, end: end += length }));
  return {
    head: headOf(200, { ...feedHeaders, "transfer-encoding": "chunked" }),
    body: Uint8Array.from(pieces.flatMap((piece) => [...piece])),
    chunks,
    ending: "left",
    endedAt: chunks[chunks.length - 1].at,
  };
}
