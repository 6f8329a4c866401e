/** Test endpoints of SDKs, and the checks that each does not pass. docs/PEERS.md has them. */

import type { Verdict } from "../../../conformance/mod.ts";

/** An endpoint that is a program. */
export interface SdkPeer {
  name: string;
  /** The program, if it is not the runtime of the test; its file; and its environment. */
  program?: string;
  file: string;
  env?: Record<string, string>;
  found: Record<string, Verdict>;
}

/** The official SDK by either entry. */
const official: Record<string, Verdict> = {
  "v1-sdk-transition-pair": "warn",
  "v1-sdk-cr-content": "fail",
  "v1-sdk-lf-options": "fail",
  "v1-sdk-cr-options": "fail",
  "v1-sdk-attribute-quotes": "warn",
  "v1-sdk-script-end": "warn",
};

export const sdkPeers: SdkPeer[] = [
  { name: "this project's writer", file: "tests/peers/v1sdk/serve.ts", env: { PEER: "ours" }, found: {} },
  {
    name: "@starfederation/datastar-sdk 1.0.0, entry web",
    file: "tests/peers/v1sdk/serve.ts",
    env: { PEER: "web" },
    found: official,
  },
  {
    name: "@starfederation/datastar-sdk 1.0.0, entry node",
    program: "node",
    file: "tests/peers/v1sdk/node.mjs",
    found: { ...official, "v1-sdk-long": "fail" },
  },
];
