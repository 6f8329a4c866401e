/** Functions that define the checks of an application, and the findings that need no dialect. */

import { type AppCheck, fail, type Finding, notApplicable, pass, type ServerCheck, unobserved } from "../check.ts";
import type { CrowdFacts } from "../checks/server_facts.ts";
import { describeAnswer } from "../checks/http.ts";
import { failIn } from "../checks/server_checks.ts";
import type { Definition } from "../checks/stream_checks.ts";
import { quoteText } from "../checks/quote.ts";
import type { Intrusion } from "../intrusion.ts";
import { paceOf } from "../pace.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import type { ActionEvidence, AppEvidence, Missing, TextAnswer } from "./evidence.ts";
import type { PageAction } from "./parts.ts";

/** Makes the functions that define the checks of a dialect. */
export function appChecks<Action extends PageAction, Stream extends StreamEvidence, Source>() {
  type App = AppEvidence<Action, Stream, Source>;
  type Asked = ActionEvidence<Action, Stream> & { answer: Stream };

  const define = (
    { rule: [id, level, clause], ...rest }: Definition<Pick<AppCheck<App>, "run">>,
  ): AppCheck<App> => ({
    id,
    level,
    clause,
    ...rest,
    of: "app",
    family: "app",
  });

  /** A check of the page. */
  const checkPage = ({ run, ...info }: Definition<{ run: (app: App) => Finding }>) =>
    define({ ...info, run: (app) => [{ subject: app.page.request.path, finding: run(app) }] });

  /** A check of each action. One that was not asked is listed as such. */
  const checkAction = ({ run, ...info }: Definition<{ run: (action: Asked) => Finding }>) =>
    define({
      ...info,
      run: ({ actions, why }) =>
        actions.map((action) => ({
          subject: action.name,
          finding: action.leftOut !== undefined
            ? notApplicable(`not asked: ${action.leftOut}`)
            : action.answer
            ? { where: action.name, ...run({ ...action, answer: action.answer }) }
            : unobserved(why ?? "it was not asked"),
        })),
    });

  /** A check of each action whose answer has come. */
  const checkAnswered = ({ run, ...info }: Definition<{ run: (action: Asked) => Finding }>) =>
    checkAction({
      ...info,
      run: (action) => action.answer.exchange?.head ? run(action) : notApplicable("the server did not answer"),
    });

  /** The checks of a feed with many readers, as those of a server have them. */
  const checkCrowd = (checks: readonly ServerCheck<CrowdFacts>[], idOf: (id: string) => string) =>
    checks.map((check): AppCheck<App> => ({
      ...check,
      id: idOf(check.id),
      of: "app",
      family: "app",
      run: ({ crowd }) => crowd ? [{ subject: check.subject(crowd), finding: check.run(crowd) }] : [],
    }));

  return { define, checkPage, checkAction, checkAnswered, checkCrowd };
}

/** Judges the pace of an answer that goes on. */
export function judgePace({ endless, exchange }: StreamEvidence): Finding {
  if (!endless) return notApplicable("the answer ends");
  const { times, moments, isHeldBack, isEndedLate } = paceOf(exchange!);
  if (isEndedLate) return fail("each event with its blank line", "the blank lines come later than the events");
  if (times.length === 0) return fail("an event", `there was none within ${Math.round(exchange!.endedAt)} ms`);
  if (!isHeldBack) return pass(`${times.length} events at ${moments.length} times`);
  return fail("each event by itself", `${times.length} events came in ${moments.length} bursts`);
}

const noEcho = notApplicable("no text of a signal comes back in the answer");

/** Judges the lack of an answer that the recording of a whole run has: to some data, or else to a text in a signal. */
export function judgeMissing({ texts, bad }: Missing, name?: string): Finding | undefined {
  const id = name === undefined ? texts[0] : bad[name];
  if (id !== undefined) return unobserved(`the recording has no answer to "${id}"`);
}

/** Judges the answers to texts that try to become more than text. */
export function judgeProbes<Stream extends StreamEvidence>(
  { probed, missing }: { probed: readonly TextAnswer<Stream>[]; missing: Missing },
  findIntrusion: (answer: Stream) => Intrusion | undefined,
): Finding {
  for (const { signal, text, stream } of probed) {
    const found = findIntrusion(stream);
    if (!found) continue;
    const sent = `${quoteText(text)} in the signal ${signal}`;
    return failIn(stream, `${sent} stays text`, `it becomes ${found.what}`, found.at);
  }
  const lack = judgeMissing(missing);
  if (lack) return lack;
  if (probed.length === 0) return noEcho;
  const signals = new Set(probed.map(({ signal }) => signal));
  return pass(`${probed.length} texts in ${[...signals].join(", ")} stay text`);
}

/** Judges the answers to texts that readers type: the server has to answer, and the client must not throw. */
export function judgeTexts<Stream extends StreamEvidence>(
  { texts, missing, answer }: { texts: readonly TextAnswer<Stream>[]; missing: Missing; answer: Stream },
  errorIn: (answer: Stream) => Pick<Intrusion, "at"> & { actual: string } | undefined,
): Finding {
  const failed = texts.find(({ stream: { exchange } }) => !exchange!.head || exchange!.head.status >= 500);
  if (failed) {
    const { signal, text, stream } = failed;
    const expected = `an answer to ${quoteText(text, 60)} in the signal ${signal}`;
    return failIn(stream, expected, describeAnswer(stream.exchange!));
  }
  if (texts.length > 0 && errorIn(answer)) return notApplicable("the client throws whatever the text is");
  for (const { signal, text, stream } of texts) {
    const error = errorIn(stream);
    if (!error) continue;
    return failIn(stream, `${quoteText(text, 60)} in the signal ${signal} is text`, error.actual, error.at);
  }
  const lack = judgeMissing(missing);
  if (lack) return lack;
  if (texts.length === 0) return noEcho;
  return pass(`${texts.length} texts`);
}
