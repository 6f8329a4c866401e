/**
 * The test endpoint of this project's own writer of v1, as a function of requests. A mutant replaces some of its parts.
 *
 * @module
 */

import {
  executeScript,
  type Namespace,
  patchElements,
  type PatchMode,
  patchSignals,
  readSignals,
  removeElements,
  type SignalsResult,
  type SignalValues,
} from "../../../fragments/v1.ts";
import type { InputEvent } from "../../../vectors/v1/sdk/mod.ts";

/** The parts of the endpoint. */
export interface Parts {
  /** Reads the signals of a request. */
  read: (request: Request) => Promise<SignalsResult>;
  /** Writes an event. Throws if it refuses to. */
  write: (event: InputEvent) => string;
  /** Puts the events together. */
  join: (events: string[]) => string;
  headers: Record<string, string>;
  /** The status of a refusal. Default: that of the fault in the signals, or 400. */
  refusal?: number;
}

const parts: Parts = {
  read: (request) => readSignals(request, { maxBytes: 1024 * 1024 }),
  write: writeEvent,
  join: (events) => events.join(""),
  headers: { "content-type": "text/event-stream", "cache-control": "no-cache, no-store", "connection": "keep-alive" },
};

function writeEvent(event: InputEvent): string {
  const { type, elements = "", selector, useViewTransition, viewTransitionSelector, eventId, retryDuration } = event;
  // The writer writes the client's own time too, where it is given.
  const options = { id: eventId, retry: retryDuration === 1000 ? undefined : retryDuration };
  const transition = { useViewTransition, viewTransitionSelector };
  switch (type) {
    case "patchElements": {
      if (event.mode === "remove") return removeElements(selector ?? "", { ...options, ...transition });
      const mode = event.mode as Exclude<PatchMode, "remove"> | undefined;
      const namespace = event.namespace as Namespace | undefined;
      return patchElements(elements, { ...options, ...transition, selector, mode, namespace });
    }
    case "patchSignals": {
      const { signals, onlyIfMissing, "signals-raw": raw } = event;
      const values = (raw === undefined ? signals : JSON.parse(raw)) as SignalValues;
      return patchSignals(values, { ...options, onlyIfMissing });
    }
    case "executeScript": {
      const { script = "", autoRemove, attributes } = event;
      return executeScript(script, { ...options, autoRemove, attributes });
    }
  }
}

/** Creates the endpoint. */
export function createEndpoint(alter: (parts: Parts) => Partial<Parts> = () => ({})) {
  const { read, write, join, headers, refusal } = { ...parts, ...alter(parts) };
  return async function answer(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/test") return new Response("Not found\n", { status: 404 });
    const result = await read(request);
    if (!result.ok) return new Response(`${result.message}\n`, { status: refusal ?? result.status });
    try {
      const { events } = result.signals as { events: InputEvent[] };
      return new Response(join(events.map((event) => write(event))), { headers });
    } catch (error) {
      return new Response(`${error}\n`, { status: refusal ?? 400 });
    }
  };
}
