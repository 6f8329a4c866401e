/**
 * Writes a command for curl.
 *
 * @module
 */

/** The most bytes that `/vectors/stream` answers with. */
export const maxStreamBytes = 40 * 1024;

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
    const encoded = target.bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    url = new URL(`/vectors/stream?bytes=${encoded}`, target.origin);
  }
  // Without -g, curl takes these characters for a list of addresses.
  const options = /[[\]{}]/.test(url.href) ? "-gN" : "-N";
  return `curl ${options} '${url.href.replaceAll("'", "'\\''")}'`;
}
