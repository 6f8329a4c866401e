/**
 * Compares recordings with what was saved of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { judgeRecording } from "../../conformance/mod.ts";
import { readRecording, type Recording, writeRecording } from "../../conformance/recording.ts";

/** Fails unless a saved recording has the same report, and the same text when it is saved again. */
export async function assertSaves(recording: Recording): Promise<void> {
  const text = writeRecording(recording);
  const saved = readRecording(text);
  assertEquals(writeRecording(saved), text);
  assertEquals((await judgeRecording(saved)).report, (await judgeRecording(recording)).report);
}
