/**
 * Writing events, against eventsource-encoder and the official SDK. Both write what they are given: neither checks
 * whether the client can read it, and the SDK writes the events of a later generation of the protocol. Neither knows
 * the attribute with the store: they are given it with its quotes escaped, as plain servers do it, which the client
 * cannot read if there is a semicolon in it.
 *
 * @module
 */

import { ServerSentEventGenerator } from "@starfederation/datastar-sdk/web";
import { encode } from "eventsource-encoder";
import { measure as time } from "mitata";
import process from "node:process";
import { fragment, html, signal, storeAttribute } from "../fragments.ts";
import { patchElements, patchSignals } from "../fragments/v1.ts";
import { runtime } from "../tests/support/process.ts";
import { createSeries, type Goal, median, type Part, ratio, type RunOptions, type Series } from "./part.ts";
import { measureIn } from "./process.ts";

const item = (i: number) => `<li id="item-${i}">${"milk, bread and butter; ".repeat(3)}${i}</li>`;
const list = (items: number) => `<ul id="list">\n${Array.from({ length: items }, (_, i) => item(i)).join("\n")}\n</ul>`;
const sizes = {
  "small": {
    html: '<div id="target"><b>2026-11-25 12:00:00</b></div>',
    store: { input: "hello", show: true, count: 5 },
  },
  "of 100 KB": {
    html: list(1_000),
    store: {
      input: "Milk, bread and butter: it's enough for the two of us; no more. ".repeat(1_600),
      show: true,
      count: 5,
    },
  },
};

// Its constructor is private. With a controller that ignores what it gets, only the writing is measured.
const Generator = ServerSentEventGenerator as unknown as new (controller: unknown) => ServerSentEventGenerator;
const sdk = new Generator({ enqueue() {} });
const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

type Contestants = Record<string, () => unknown>;

function contestants({ html: markup, store }: typeof sizes[keyof typeof sizes]): Record<string, Contestants> {
  const main = (attribute: string) => `<main id="main" ${attribute}></main>`;
  return {
    "a fragment": {
      "eventsource-encoder": () => encode({ event: "datastar-fragment", data: `fragment ${markup}` }),
      "Datastar SDK": () => sdk.patchElements(markup),
      "fragstar": () => fragment(markup),
    },
    "a signal": {
      "eventsource-encoder": () => encode({ event: "datastar-signal", data: `store ${JSON.stringify(store)}` }),
      "Datastar SDK": () => sdk.patchSignals(JSON.stringify(store)),
      "fragstar": () => signal(store),
    },
    "patched elements of v1": {
      "eventsource-encoder": () => encode({ event: "datastar-patch-elements", data: `elements ${markup}` }),
      "Datastar SDK": () => sdk.patchElements(markup),
      "fragstar": () => patchElements(markup),
    },
    "patched signals of v1": {
      "eventsource-encoder": () =>
        encode({ event: "datastar-patch-signals", data: `signals ${JSON.stringify(store)}` }),
      "Datastar SDK": () => sdk.patchSignals(JSON.stringify(store)),
      "fragstar": () => patchSignals(store),
    },
    "a store attribute": {
      "eventsource-encoder": () => {
        const attribute = main(`data-store="${escape(JSON.stringify(store))}"`);
        return encode({ event: "datastar-fragment", data: `fragment ${attribute}` });
      },
      "Datastar SDK": () => sdk.patchElements(main(`data-signals="${escape(JSON.stringify(store))}"`)),
      "fragstar": () => fragment(html`<main id="main" ${storeAttribute(store)}></main>`),
    },
  };
}

async function measure(rounds: number): Promise<Series[]> {
  const series: Series[] = [];
  for (const [size, content] of Object.entries(sizes)) {
    for (const [kind, all] of Object.entries(contestants(content))) {
      const group = createSeries({ what: `writing ${kind}, ${size}`, runtime, unit: "us" }, Object.keys(all));
      for (let round = 0; round < rounds; round++) {
        for (const { who, samples } of group) {
          const { p50 } = await time(all[who], { min_cpu_time: 5e7, min_samples: 50 });
          samples.push(p50 / 1000);
        }
      }
      series.push(...group);
    }
  }
  return series;
}

export async function run({ runtime, rounds = 7, log }: RunOptions): Promise<Part> {
  log("writing events");
  const series = await measureIn(runtime, "bench/write.ts", rounds);
  return { series, goals: Array.from(Map.groupBy(series, ({ what }) => what).values(), judge) };
}

function judge(group: Series[]): Goal {
  const own = group.find(({ who }) => who === "fragstar")!;
  const [best] = group.filter((one) => one !== own).toSorted((a, b) => median(a.samples) - median(b.samples));
  const share = ratio(own, best);
  return {
    what: own.what,
    runtime: own.runtime,
    goal: "faster than eventsource-encoder and the SDK",
    result: `${share.toFixed(2)} of ${best.who}`,
    met: share < 1,
  };
}

// In a process of the runtime to measure.
if (import.meta.main) console.log(JSON.stringify(await measure(Number(process.argv[2]))));
