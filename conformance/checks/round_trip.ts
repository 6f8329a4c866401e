/** The checks of the example's round trip that need no dialect. A dialect gives their rules, and the repairs it has words for. */

import { type Finding, notApplicable, pass, unobserved } from "../check.ts";
import type { ExampleFacts } from "../example/evidence.ts";
import type { Signals } from "../example/plan.ts";
import { compareLengths, describeLengths, readSentence, type Returned } from "../example/sentence.ts";
import { type Intrusion, isReflected } from "../intrusion.ts";
import { probeNames, probes } from "../probes.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import { quoteText } from "./quote.ts";
import { failIn } from "./server_checks.ts";

/** An answer, with the signals that the page has after it. */
interface Answer extends StreamEvidence {
  store?: Signals;
}

/** The way in which a dialect reads the answers. */
interface Reading<Stream extends Answer, Name extends string> {
  /** The texts that are sent. */
  inputs: Readonly<Record<Name | "spaces", string>>;
  /** A fault that the first event of an answer shows. */
  failInAnswer: (answer: Stream, expected: string, actual: string) => Finding;
  findIntrusion: (answer: Stream) => Intrusion | undefined;
}

/** A text as it came back, and the length that the server names. */
export const returned = ({ store }: Pick<Answer, "store">): Returned | undefined => readSentence(store?.output);

/** Makes the checks of a server whose round trip works for the plain text, and the one of injection. */
export function roundTrip<Stream extends Answer, Name extends string>(
  { inputs, failInAnswer, findIntrusion }: Reading<Stream, Name>,
) {
  type Server = ExampleFacts<Stream, Name | "spaces"> & { store?: Signals };
  const names = Object.keys(inputs) as (Name | "spaces")[];
  return {
    length: {
      title: "The length is that of the text, in any one unit",
      why: "The user sees a wrong number.",
      fix: "Count the decoded text, not its form in the query, in JSON or in HTML.",
      run({ get }: Server): Finding {
        const known = names.filter((name) => Object.keys(get).includes(name));
        const kept = known.flatMap((name) => {
          const back = returned(get[name]);
          return back?.text === inputs[name] ? [{ ...back, stream: get[name] }] : [];
        });
        if (kept.length === 0) return notApplicable("no text comes back unchanged");
        const { unit, wrong } = compareLengths(kept);
        if (!wrong) return pass(`in ${unit}`);
        return failInAnswer(wrong.stream, describeLengths(wrong.text), `the answer says ${wrong.length}`);
      },
    },
    otherSignals: {
      title: "The answer does not change other signals",
      why: "The user's changes to the page are lost: a hidden feed is shown again, or a signal is missing.",
      run({ get: { plain }, store }: Server): Finding {
        const after = plain.store!;
        for (const [name, was] of Object.entries({ ...store, show: false })) {
          if (name === "input" || name === "output") continue;
          const [expected, actual] = [JSON.stringify(was), JSON.stringify(after[name])];
          if (actual === expected) continue;
          const is = actual === undefined ? "it is gone" : `it is ${actual}`;
          return failInAnswer(plain, `the signal ${name} stays ${expected}`, is);
        }
        return pass("they stay");
      },
    },
    noInjection: {
      title: "User input cannot inject events, elements, attributes, code or URLs",
      why: "A link with a prepared text runs an attacker's code in the user's page.",
      run({ probes: answers }: Server): Finding {
        const known = probeNames.filter((name) => Object.keys(answers).includes(name));
        if (known.length === 0) return unobserved(`the recording has no answer to "probe:${probeNames[0]}"`);
        const reflected = known.filter((name) => isReflected(answers[name]));
        if (reflected.length === 0) return notApplicable("no answer contains the text");
        for (const name of reflected) {
          const found = findIntrusion(answers[name]);
          if (!found) continue;
          return failIn(answers[name], `${quoteText(probes[name])} stays text`, `it becomes ${found.what}`, found.at);
        }
        return pass(`${reflected.length} texts stay text`);
      },
    },
    plus: {
      title: "A + in the query is a space",
      why: "Each space that the user types becomes a plus sign.",
      fix: "Decode the query as form encoding (`URLSearchParams`, `parse_qs`), not by percent-decoding alone.",
      run({ get: { spaces } }: Server): Finding {
        const back = returned(spaces);
        if (!back) return notApplicable(`${quoteText(inputs.spaces)} does not come back at all`);
        const pluses = (text: string) => text.split("+").length - 1;
        if (pluses(back.text) <= pluses(inputs.spaces)) return pass("spaces are spaces");
        return failInAnswer(spaces, quoteText(inputs.spaces), quoteText(back.text));
      },
    },
  };
}
