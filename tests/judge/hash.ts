/**
 * The hash of a vector.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Vector } from "../../vectors/vector.ts";

/** The hash of what is judged of a vector: all but its words. */
export function hashVector({ page, stream, streamBase64, streamChunks, values, since, expect }: Vector): string {
  const judged = JSON.stringify({ page, stream, streamBase64, streamChunks, values, since, expect });
  return createHash("sha256").update(judged).digest("hex").slice(0, 16);
}
