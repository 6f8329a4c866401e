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
  let url: URL | null;
  if ("url" in target) {
    url = URL.parse(target.url);
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new TypeError(`Cannot write a command: ${JSON.stringify(target.url)} is no whole address of http or https`);
    }
  } else {
    if (target.bytes.length > maxStreamBytes) return undefined;
    url = new URL(streamUrl(target.bytes), target.origin);
  }
  // Without -g, curl takes these characters for a list of addresses.
  const options = /[[\]{}]/.test(url.href) ? "-gN" : "-N";
  return `curl ${options} '${url.href.replaceAll("'", "'\\''")}'`;
}
