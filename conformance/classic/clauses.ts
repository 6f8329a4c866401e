/** The clauses of docs/PROTOCOL.md. */

import protocol from "../../docs/PROTOCOL.md" with { type: "text" };
import { readClauses } from "../protocol_text.ts";

export const { clauseIds, clauseText } = readClauses(protocol);
