/** Questions that a hostile text makes too expensive to answer. */

/** The number of questions so far that had no answer. A check is over before the next begins. */
let unanswered = 0;

/** Whether something holds, or is too much work to find out. */
export function holdsOrIsTooMuch(test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    unanswered++;
    return true;
  }
}

/** Makes a function that answers a question about a text once: a stream may ask it again in each event. */
export function remember(ask: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, { holds: boolean; unanswered: number }>();
  return (text) => {
    const known = answers.get(text);
    if (known) {
      unanswered += known.unanswered;
      return known.holds;
    }
    const before = unanswered;
    const holds = ask(text);
    answers.set(text, { holds, unanswered: unanswered - before });
    return holds;
  };
}

/** Runs a function, and says whether all of its questions had an answer. */
export function noticeTooMuch<Result>(run: () => Result): { result: Result; isAnswered: boolean } {
  const before = unanswered;
  const result = run();
  return { result, isAnswered: unanswered === before };
}
