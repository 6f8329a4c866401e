/** The consequences of the checks of v1: the results that follow from others at the same endpoint. */

import type { Consequences } from "../consequences.ts";
import { sdkConsequences } from "./sdk_consequences.ts";

export const consequences: Consequences = { ...sdkConsequences };
