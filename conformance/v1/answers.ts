/** Functions that define the checks of answers as a whole. */

import { notApplicable, type StreamCheck } from "../check.ts";
import { type AnswerCheck, checkHead } from "../checks/transport.ts";
import type { V1View } from "./view.ts";

/** A check that needs an answer. */
export const checkAnswer = (check: AnswerCheck<V1View>): StreamCheck<V1View> => checkHead(check);

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
export const checkRead = (check: AnswerCheck<V1View>): StreamCheck<V1View> => ifRead(checkAnswer(check));
