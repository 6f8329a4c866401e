/**
 * The script of the frame: it is sent one scene, runs the real client on it, and sends back what became of the page.
 *
 * @module
 */

import type { Expectation, Outcome } from "../vectors/vector.ts";
import { client } from "../vectors/classic/client.ts";
import { runClient, streamPath } from "../vectors/run_client.ts";
import type { Scene } from "./scene.ts";

/** What is sent to the frame, with a port for the answer, which is an {@linkcode Outcome} as JSON. */
export interface FrameMessage {
  scene: Scene;
  /** What of the values is to be told. */
  values: Expectation["values"];
}

// No policy keeps these from asking other servers, and in a sandbox no frame of the page's own has them anew for it.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) Reflect.deleteProperty(globalThis, name);

document.querySelector("script")!.remove(); // no selector shall find it

const style = new CSSStyleSheet();
style.replaceSync(`
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0.5rem; overflow-wrap: anywhere; }
`);
document.adoptedStyleSheets = [style];

addEventListener("message", function receive({ source, data, ports: [port] }: MessageEvent<FrameMessage>) {
  if (source !== parent || !port) return;
  removeEventListener("message", receive);
  run(data).then((outcome) => port.postMessage(JSON.stringify(outcome)));
});

async function run({ scene, values }: FrameMessage): Promise<Outcome> {
  const { bytes, ...page } = scene;
  const response = () => new Response(bytes, { headers: { "content-type": "text/event-stream" } });
  try {
    return await runClient(window, { ...page, expect: { values } }, {
      client,
      url: streamPath,
      answer: () => Promise.resolve(response()),
    });
  } catch (error) {
    return { tree: "", html: "", console: [], incomplete: (error as Error).message };
  }
}
