/** Answers that are computed once. */

/** Makes a function that answers a question about a text once: a stream may ask it again in each event. */
export function remember(ask: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = ask(text);
    answers.set(text, answer);
    return answer;
  };
}
