/** The recorder of the test endpoint of an SDK: sends it each request of its contract. */

import type { Exchange, SdkRecording } from "../recording.ts";
import type { PlannedRequest, RecordOptions, SdkContract } from "./contract.ts";
import { limits, runInTurns } from "./limits.ts";
import { assertAnswered, createAsk, explainGone, withLessPatience } from "./record.ts";

/**
 * Records an endpoint. One that does not answer cannot hold it up for ever: it is asked each time, with less patience.
 *
 * @throws {NotRecorded} If there is no answer.
 */
export async function recordSdk(
  { id: contract, headers, endpoint, requests, risky }: SdkContract,
  options: Omit<RecordOptions, "live"> = {},
): Promise<SdkRecording> {
  const { timeout = limits.timeout, onProgress = () => {} } = options;
  const began = new Date();
  let late: string | undefined;
  const ask = createAsk(endpoint, { headers }, options, (why) => late = why);
  const patient = withLessPatience(ask, options);
  const answers: Record<string, Exchange> = {};
  async function keepAnswer({ id, name, path, ...request }: PlannedRequest) {
    const exchange = await patient(name, path, { maxBytes: limits.sdkBytes, ...request });
    if (late === undefined) answers[id] = exchange; // one that the limit of the run has cut short shows nothing
  }

  const [first, ...rest] = requests;
  onProgress(`Asking ${first.name}`);
  const firstAnswer = await ask(first.name, first.path);
  await assertAnswered(endpoint, firstAnswer);
  answers[first.id] = firstAnswer;
  onProgress(`Asking ${rest.length + risky.length} more`);
  await runInTurns(rest, limits.sdkRequests, keepAnswer);
  for (const request of risky) await keepAnswer(request);
  const after = await ask(`${first.name} (again)`, first.path, { timeout: Math.min(timeout, limits.longestWatch) });
  return {
    kind: "sdk",
    target: endpoint.href,
    recordedAt: began.toISOString(),
    durationMs: Date.now() - began.getTime(),
    contract,
    subject: endpoint.pathname,
    answers,
    why: late ?? (after.ending === "no answer" ? explainGone(after) : undefined),
  };
}
