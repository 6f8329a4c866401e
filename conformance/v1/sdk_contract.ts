/** The requests that the test endpoint of an SDK is recorded with [V1-SDK-19]. */

import { cases, type SdkCase } from "../../vectors/v1/sdk/mod.ts";
import type { PlannedRequest, SdkContract } from "../record/contract.ts";
import { clientHeaders } from "./contract.ts";

/** Creates the contract of an endpoint. Where the address is that of a server, the endpoint is `/test`. */
export function createSdkContract(address: URL): SdkContract {
  const endpoint = new URL(address.pathname === "/" ? "/test" : address, address);
  const planned = cases.map((one) => ({ isRisky: one.expect.refused === true, request: requestOf(one, endpoint) }));
  return {
    id: "v1",
    headers: clientHeaders,
    endpoint,
    requests: planned.filter(({ isRisky }) => !isRisky).map(({ request }) => request),
    risky: planned.filter(({ isRisky }) => isRisky).map(({ request }) => request),
  };
}

/** Makes the request of a case, as the client would [V1-REQ-4]. */
function requestOf({ id, method = "GET", input, inputText }: SdkCase, endpoint: URL): PlannedRequest {
  const text = input ? JSON.stringify(input) : inputText;
  const name = `${method} ${endpoint.pathname} (${id})`;
  if (method === "GET" || method === "DELETE") {
    const address = new URL(endpoint);
    if (text !== undefined) address.searchParams.set("datastar", text);
    return { id, name, method, path: address.pathname + address.search };
  }
  const path = endpoint.pathname + endpoint.search;
  return { id, name, method, path, headers: { "content-type": "application/json" }, body: text };
}
