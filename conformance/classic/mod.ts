/**
 * All checks, in the order of a report.
 *
 * @module
 */

import type { Check } from "../check.ts";
import { effect } from "./effect.ts";
import { example } from "./example.ts";
import { fragments } from "./fragments.ts";
import { framing } from "../checks/framing.ts";
import { grammar } from "./grammar.ts";
import { live } from "../checks/live.ts";
import { requests } from "./requests.ts";
import { signals } from "./signals.ts";
import { transport } from "../checks/transport.ts";

/** All checks. Their ids are permanent. */
export const checks: readonly Check[] = [
  ...transport,
  ...framing,
  ...grammar,
  ...fragments,
  ...effect,
  ...signals,
  ...example,
  ...requests,
  ...live,
];
