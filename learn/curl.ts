/**
 * Writes a command for curl.
 *
 * @module
 */

import { maxStreamBytes, streamUrl } from "../vectors/vector.ts";

/**
 * Writes a command for a POSIX shell that shows a stream as it arrives: the stream of an endpoint, or that of a scene.
 *
 * @returns `undefined` if there are more than `maxStreamBytes` bytes: no address can hold them.
 * @throws {TypeError} If the URL is not one of http or https.
 */
export function writeCurl(target: { url: string } | { bytes: Uint8Array; origin: string }): string | undefined {
  if ("bytes" in target && target.bytes.length > maxStreamBytes) return undefined;
  const url = "bytes" in target ? new URL(streamUrl(target.bytes), target.origin) : URL.parse(target.url);
  if (!url || !/^https?:$/.test(url.protocol)) {
    const address = JSON.stringify("url" in target ? target.url : target.origin);
    throw new TypeError(`Cannot write a command: ${address} is not a complete http or https address`);
  }
  // Without -g, curl takes these characters for a list of addresses.
  const options = /[[\]{}]/.test(url.href) ? "-gN" : "-N";
  return `curl ${options} '${url.href.replaceAll("'", "'\\''")}'`;
}
