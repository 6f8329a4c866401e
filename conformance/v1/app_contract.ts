/** The requests that the actions of an application are asked by. */

import type { v1 } from "../../harness/mod.ts";
import type { AppContract, PlannedRequest } from "../record/contract.ts";
import type { AppOptions } from "../recording.ts";

export function createAppContract(address: URL, _options: AppOptions): AppContract {
  throw new Error(`Cannot check ${address}: not built yet`);
}

/** Creates the request of an action with this method and address, with the signals of a page unless others are given. */
export function createRequest(
  url: URL,
  { method }: { method: string; store?: v1.Store; page?: string },
): Pick<PlannedRequest, "method" | "path" | "headers" | "body"> {
  return { method, path: url.pathname + url.search };
}
