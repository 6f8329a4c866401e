/** Defines checks of the effects that events have on the page, for any dialect. */

import { notApplicable, type StreamCheck, unobserved } from "../check.ts";
import type { SeenEvent } from "../stream_evidence.ts";
import type { StreamView } from "../stream_view.ts";
import { type Definition, streamChecks, toFinding } from "./stream_checks.ts";

/** The effect of an event, as far as these functions need it. */
interface KnownEffect {
  /** Whether a selector may meet more elements, by the state of a window. */
  mayBeMore: boolean;
  /** Whether only running code would tell the signals. */
  isStoreUnknown: boolean;
}

/** An event that was applied to the page. */
export type AppliedEvent<Seen extends SeenEvent & { effect?: KnownEffect }> = Seen & {
  effect: NonNullable<Seen["effect"]>;
};

/**
 * Makes the function that defines a check of each event of one kind that was applied to the page.
 *
 * @param addressOf Describes the choice of an event's targets.
 */
export function appliedChecks<Seen extends SeenEvent & { effect?: KnownEffect }, View extends StreamView<Seen>>(
  addressOf: (applied: AppliedEvent<Seen>) => string,
) {
  const { checkStream } = streamChecks<View>("effect");

  return (
    { noun, applies, expected, problem, needsStore = false, ...info }: Definition<{
      noun: string;
      /** Whether it depends on the signals. */
      needsStore?: boolean;
      applies: (applied: AppliedEvent<Seen>) => boolean;
      expected: string;
      problem: (applied: AppliedEvent<Seen>, view: View) => string | false | undefined;
    }>,
  ): StreamCheck<View> =>
    checkStream({
      ...info,
      run(view) {
        const { events, pageError, hasPage } = view;
        if (pageError) return unobserved(`the client cannot start on the page: ${pageError}`);
        if (!hasPage) return notApplicable("no page was given for the stream");
        const all = events.filter((seen): seen is AppliedEvent<Seen> => seen.effect !== undefined);
        // Once the targets are not known, neither is the page that later events meet.
        const first = all.findIndex(({ effect }) => effect.mayBeMore);
        const unknown = first < 0 ? 0 : all.slice(first).filter(applies).length;
        const applied = (first < 0 ? all : all.slice(0, first)).filter(applies);
        if (unknown === 0 && applied.length === 0) return notApplicable(`the stream has no ${noun}`);
        const summary = `${applied.length} of ${events.length} event${events.length === 1 ? "" : "s"}`;
        const faults = applied.flatMap((one) => {
          const actual = problem(one, view);
          const { start, end } = one.event.range;
          return actual ? [{ expected, actual, at: [{ start, end }] }] : [];
        });
        if (unknown > 0 && faults.length === 0) {
          return unobserved(
            `the elements that a selector matches depend on the state of a window: ${addressOf(all[first])}`,
          );
        }
        // A fault that does not depend on the store remains one.
        const code = needsStore && faults.length === 0 && applied.find(({ effect }) => effect.isStoreUnknown);
        if (code) return unobserved(`the signals are known only if code runs: ${addressOf(code)}`);
        return toFinding(faults, summary);
      },
    });
}
