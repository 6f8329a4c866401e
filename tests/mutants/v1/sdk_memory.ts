/**
 * Recordings of an endpoint of an SDK without a connection.
 *
 * @module
 */

import { STATUS_CODES } from "node:http";
import { createSdkContract } from "../../../conformance/v1/sdk_contract.ts";
import type { Exchange, SdkRecording } from "../../../conformance/recording.ts";

const endpoint = new URL("http://localhost:7331/test");
const at = 5;

/** Records an endpoint that is a function of requests. */
export async function recordSdkInMemory(answer: (request: Request) => Promise<Response>): Promise<SdkRecording> {
  const { id: contract, headers, requests, risky } = createSdkContract(endpoint);
  const answers: Record<string, Exchange> = {};
  for (const { id, name, path, method = "GET", headers: more, body } of [...requests, ...risky]) {
    const request = { method, path, headers: { ...headers, ...more }, body };
    const response = await answer(new Request(new URL(path, endpoint), request));
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { status } = response;
    const given: [string, string][] = [...response.headers, ["content-length", String(bytes.length)]];
    answers[id] = {
      name,
      request,
      head: { version: "1.1", status, reason: STATUS_CODES[status] ?? "", headers: given, at },
      body: bytes,
      chunks: bytes.length > 0 ? [{ at, start: 0, end: bytes.length }] : [],
      ending: "complete",
      endedAt: at,
    };
  }
  return {
    kind: "sdk",
    target: endpoint.href,
    recordedAt: new Date(0).toISOString(),
    durationMs: 0,
    contract,
    subject: endpoint.pathname,
    answers,
  };
}
