/**
 * The shell of the frame's script: it receives one scene, has a real client run on it, and sends the outcome back.
 *
 * @module
 */

import { type Expectation, incompleteOutcome, type Outcome } from "../vectors/vector.ts";
import type { Scene } from "./scene.ts";

/** The message to the frame. With it comes a port for the answer, which is an {@linkcode Outcome} as JSON. */
export interface FrameMessage {
  scene: Scene;
  /** The inputs whose values the outcome has to have. */
  values: Expectation["values"];
}

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0.5rem; overflow-wrap: anywhere; }
`;

/** Waits for the message, and answers it with the outcome of the run. */
export function startFrame(run: (message: FrameMessage) => Promise<Outcome>): void {
  // No policy keeps these from sending requests to other servers. No frame inside a sandbox brings them back.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) Reflect.deleteProperty(globalThis, name);

  document.querySelector("script")!.remove(); // no selector may find it

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [sheet];

  addEventListener("message", async function receive({ source, data, ports: [port] }: MessageEvent<FrameMessage>) {
    if (source !== parent || !port) return;
    removeEventListener("message", receive);
    const outcome = await run(data).catch((error) => incompleteOutcome(error.message));
    port.postMessage(JSON.stringify(outcome));
  });
}
