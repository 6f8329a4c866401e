/** The example contract of v1. */

import type { Contract } from "../record/contract.ts";

/** Headers that the clients 1.0.x send with each request [V1-REQ-3]. */
export const clientHeaders = {
  "accept": "text/event-stream, text/html, application/json",
  "datastar-request": "true",
};

export function createContract(given: Record<string, string> = {}): Contract {
  const routes = { page: "/", get: "/get", target: "/target", feed: "/feed", ...given };
  throw new Error(`Cannot check ${routes.page}: not built yet`);
}
