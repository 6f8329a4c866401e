/** Checks of the text of an event stream do not apply to an answer that the client takes for one event [V1-REQ-7]. */

import { notApplicable, type StreamCheck } from "../check.ts";
import type { V1View } from "./view.ts";

/** Makes checks apply to event streams only. */
export function forEventStreams(checks: readonly StreamCheck<V1View>[]): StreamCheck<V1View>[] {
  return checks.map((check) => ({
    ...check,
    run: (view) => view.form === "stream" ? check.run(view) : notApplicable("the answer is not an event stream"),
  }));
}
