/** The requests that the actions of an application are asked by. */

import { createAppContract as createContract } from "../app/contract.ts";
import type { AppContract } from "../record/contract.ts";
import type { AppOptions } from "../recording.ts";
import { appParts } from "./app.ts";

export { createRequest } from "./actions.ts";

export function createAppContract(address: URL, options: AppOptions): AppContract {
  return createContract(appParts, address, options);
}
