/** The modes that need a selector. */

import { v1 } from "../../harness/mod.ts";

/** Whether the client knows a mode, and needs a selector with it [PEL-4]. */
export const needsSelector = (mode: string): boolean =>
  v1.dialect.modes.some((known) => known === mode) && mode !== "outer" && mode !== "replace";
