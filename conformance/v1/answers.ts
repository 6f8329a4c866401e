/** Functions that define the checks of answers as a whole. */

import { type Finding, notApplicable, type StreamCheck, unobserved } from "../check.ts";
import { defineStreamCheck, type Definition } from "../checks/stream_checks.ts";
import type { Exchange, Head } from "../recording.ts";
import type { V1View } from "./view.ts";

/** An answer whose head has come. */
export type Answer = Exchange & { head: Head };

type AnswerCheck = Definition<{ run: (answer: Answer, view: V1View) => Finding }>;

/** A check that needs an answer. */
export function checkAnswer({ run, ...info }: AnswerCheck): StreamCheck<V1View> {
  return defineStreamCheck("transport", {
    ...info,
    run(view: V1View) {
      const { exchange } = view;
      if (!exchange) return notApplicable("a recorded stream has no headers");
      const { head } = exchange;
      if (!head) return unobserved(`the server did not answer: ${exchange.why}`);
      return run({ ...exchange, head }, view);
    },
  });
}

/** Makes a check apply to answers that the client reads [V1-REQ-6]. */
export function ifRead(check: StreamCheck<V1View>): StreamCheck<V1View> {
  return {
    ...check,
    run(view) {
      const status = view.exchange?.head?.status ?? 200;
      return status === 200 ? check.run(view) : notApplicable(`the client reads nothing of status ${status}`);
    },
  };
}

/** A check that needs an answer which the client reads. */
export const checkRead = (check: AnswerCheck): StreamCheck<V1View> => ifRead(checkAnswer(check));
