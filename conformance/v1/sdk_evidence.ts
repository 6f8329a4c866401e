/** The evidence about the test endpoint of an SDK: the answer to each case, and what the client makes of it. */

import { type ClientError, closeDocument, type v1 } from "../../harness/mod.ts";
import { cases, type SdkCase } from "../../vectors/v1/sdk/mod.ts";
import type { SdkFacts } from "../dialect.ts";
import { createBudget } from "../read_events.ts";
import type { SdkRecording } from "../recording.ts";
import { interpretExchange, openSource, type V1Stream } from "./interpret.ts";

/** A page after the client has applied an answer. */
export interface Outcome {
  /** HTML of the body. */
  html: string;
  /** The signals. */
  signals: v1.Store;
  /** The errors that the client reports, each with the place of its event in the stream. */
  errors: { error: ClientError<v1.ErrorCode>; index: number }[];
  /** The number of script runs. */
  scriptRuns: number;
  /** HTML of the elements that must not change, by their selectors: before and after. */
  intact: { selector: string; before?: string; after?: string }[];
}

/** A case, and its answer. */
export interface SdkAnswer {
  case: SdkCase;
  stream: V1Stream;
  /** The page after it. Absent if the case has no page, or the answer is too much for the harness. */
  outcome?: Outcome;
}

/** All that is known of an endpoint. */
export interface SdkEvidence extends SdkFacts {
  answers: SdkAnswer[];
}

/** Interprets the recording of an endpoint. A case that it lacks, as one of an earlier version may, is left out. */
export async function interpretSdk({ subject, answers: recorded, why }: SdkRecording): Promise<SdkEvidence> {
  const budget = createBudget("server");
  const answers: SdkAnswer[] = [];
  for (const one of cases) {
    if (!Object.hasOwn(recorded, one.id)) continue;
    const stream = await interpretExchange(subject, recorded[one.id], { budget });
    answers.push({ case: one, stream, outcome: one.page === undefined ? undefined : apply(one.page, one, stream) });
  }
  return { subject, why, answers };
}

/** Whether the input is not meant to break anything. */
export const isPlain = ({ case: { mayRefuse, expect } }: SdkAnswer): boolean => !mayRefuse && !expect.refused;

/** Whether the checks of all streams judge an answer: nothing is missing in it because the endpoint lacks a part. */
export const isWhole = (answer: SdkAnswer): boolean =>
  isPlain(answer) && answer.case.capability === undefined && answer.stream.exchange?.head?.status === 200;

function apply(html: string, { expect: { intact = [] } }: SdkCase, { events }: V1Stream): Outcome | undefined {
  const page = openSource({ html });
  try {
    const find = (selector: string) => page.document.querySelector(selector)?.outerHTML;
    const before = intact.map(find);
    const errors: Outcome["errors"] = [];
    for (const [index, { event }] of events.entries()) {
      const effect = page.apply([event]);
      errors.push(...effect.errors.map((error) => ({ error, index })));
      if (effect.ended) break;
    }
    return {
      html: page.html,
      signals: structuredClone(page.signals),
      errors,
      scriptRuns: page.scriptRuns,
      intact: intact.map((selector, i) => ({ selector, before: before[i], after: find(selector) })),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined; // it is too much for the harness
  } finally {
    closeDocument(page.document);
  }
}
