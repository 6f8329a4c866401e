/** The streams of a command, and what a terminal can show. */

import process from "node:process";
import type { styleText } from "node:util";

/** A stream to write to: a terminal, if `isTTY` is true. */
export type OutputStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** The streams of a command. `process` has them, and a test makes its own. */
export interface Terminal {
  stdin: AsyncIterable<Uint8Array | string> & { isTTY?: boolean };
  stdout: OutputStream;
  stderr: OutputStream;
}

/** The format of a text, as `styleText` has it. */
export type Format = Parameters<typeof styleText>[0];

/** Writes a text. Resolves to false if the reader has gone, as with `| head`. */
export function write(stream: OutputStream, text: string): Promise<boolean> {
  if (text === "") return Promise.resolve(true);
  return new Promise((resolve) => stream.write(text, (error) => resolve(!error)));
}

/** Keeps a reader that goes away from ending the process: `write` reports it. */
export function ignoreErrors({ stdout, stderr }: Terminal): void {
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
}

/** Whether a stream shows colours, and its reader wants them. */
export function hasColor({ isTTY }: OutputStream): boolean {
  return Boolean(isTTY) && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

/**
 * Columns that a text may take: those of the terminal, or of the variable COLUMNS. Lines over 120 columns are hard to
 * read.
 */
export function widthOf({ isTTY, columns }: OutputStream): number {
  const asked = Number(process.env.COLUMNS);
  return Math.min(120, isTTY && columns || asked > 0 && asked || 80);
}
