/** The clauses of docs/PROTOCOL-V1.md. */

import protocol from "../../docs/PROTOCOL-V1.md" with { type: "text" };
import { readClauses } from "../protocol_text.ts";

export const { clauseIds, clauseText } = readClauses(protocol);
