/**
 * Writes events with the official TypeScript SDK, as its contract has them.
 *
 * @module
 */

/**
 * @param {any} stream The SDK's generator.
 * @param {any} events The events of the input.
 */
export function replay(stream, events) {
  for (const { type, elements, signals, "signals-raw": raw, script, ...options } of events) {
    if (type === "patchElements") stream.patchElements(elements ?? "", options);
    else if (type === "patchSignals") stream.patchSignals(raw ?? JSON.stringify(signals), options);
    else if (type === "executeScript") stream.executeScript(script, options);
  }
}
