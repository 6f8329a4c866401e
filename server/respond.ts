/**
 * Responses with the headers that all answers of this server have.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { consoleMessage } from "../fragments.ts";
import { eventStream } from "../stream.ts";

/** Options of {@linkcode text}. */
export interface TextOptions {
  /** The media type. Default: text/plain. */
  type?: string;
  status?: number;
  headers?: Record<string, string>;
}

/** A complete answer in UTF-8. */
export function text(
  body: string | Uint8Array<ArrayBuffer>,
  { type = "text/plain", status = 200, headers }: TextOptions = {},
): Response {
  return new Response(body, {
    status,
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}

/** A page with its Content-Security-Policy. */
export function htmlResponse(body: string, policy: string): Response {
  return text(body, { type: "text/html", headers: { "content-security-policy": policy } });
}

/** A refusal on a route that does not answer with events. */
export function refuse(status: number, message: string, headers?: Record<string, string>): Response {
  return text(message + "\n", { status, headers });
}

/**
 * A refusal on a stream route. The client looks at the type and not at the status: to anything but an event stream it
 * would send the same request nine times more.
 */
export function refuseStream(status: number, message: string, headers?: Record<string, string>): Response {
  return eventStream(consoleMessage("error", message), { status, headers });
}

/** Answers with a script as the file has it at this moment, so that a change needs no new start. */
export async function sendScript(file: string): Promise<Response> {
  try {
    return text(await readFile(file, "utf8"), { type: "text/javascript" });
  } catch (error) {
    return refuse(500, `Cannot read the file that CLIENT names: ${(error as Error).message}`);
  }
}
