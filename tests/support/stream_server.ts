/**
 * A server for the tests of streams: feeds with much and with nothing to send, events over time for one request, and
 * what has become of them.
 *
 * @module
 */

import { once } from "node:events";
import { setInterval } from "node:timers/promises";
import { fragment } from "../../fragments.ts";
import { serve } from "../../server/serve.ts";
import { createFeed, eventStream } from "../../stream.ts";

const longEvent = fragment(`<b id="flood">${"x".repeat(100_000)}</b>`);
const numberEvent = (n: number) => fragment(`<b id="n">${n}</b>`);

const flood = createFeed({ next: () => longEvent, every: 50 });
const quiet = createFeed({ next: () => null, every: 1000 });

/** Aborts when the process is told to stop. */
const stopping = new AbortController();
/** Dispatches `step` for each request of `/step`. */
const steps = new EventTarget();
/** Number of events that each source of `/pull` was asked for, by the name in its query. */
const pulls = new Map<string, number>();
/** The number of sources whose `finally` block has run. */
let finished = 0;

async function* finishing(events: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* events;
  } finally {
    finished++;
  }
}

/** Three numbers, each after a step except the first. */
async function* countSteps(signal: AbortSignal) {
  yield numberEvent(1);
  for (const n of [2, 3]) {
    await once(steps, "step", { signal });
    yield numberEvent(n);
  }
}

async function* countTicks() {
  let n = 0;
  for await (const _ of setInterval(10)) yield numberEvent(++n);
}

async function* waitForStop(signal: AbortSignal) {
  await once(signal, "abort");
  yield numberEvent(0);
}

async function* pull(name: string) {
  while (true) {
    pulls.set(name, (pulls.get(name) ?? 0) + 1);
    yield longEvent;
  }
}

async function* breakOff(signal: AbortSignal) {
  yield numberEvent(1);
  await once(steps, "step", { signal });
  throw new RangeError("no second number");
}

await serve({ hostname: "localhost", port: 0 }, {
  handle(request) {
    const { pathname, search } = new URL(request.url);
    const { signal } = stopping;
    switch (pathname) {
      case "/flood":
        return flood.open()!;
      case "/quiet":
        return quiet.open()!;
      case "/readers":
        return new Response(String(flood.readers));
      case "/steps":
        return eventStream((left) => finishing(countSteps(left)), { signal });
      case "/step":
        return new Response(String(steps.dispatchEvent(new Event("step"))));
      case "/ticks":
        return eventStream(finishing(countTicks()), { signal });
      case "/silent":
        return eventStream((left) => finishing(waitForStop(left)), { signal });
      case "/throws":
        return eventStream((left) => finishing(breakOff(left)), { signal });
      case "/pull":
        return eventStream(finishing(pull(search)), { signal });
      case "/pulls":
        return new Response(String(pulls.get(search) ?? 0));
      case "/finished":
        return new Response(String(finished));
      default:
        return new Response(null, { status: 404 });
    }
  },
  close() {
    flood.close();
    quiet.close();
    stopping.abort();
  },
});
