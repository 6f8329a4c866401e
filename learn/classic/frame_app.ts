/**
 * The script of `/learn/frame`, with the real classic client.
 *
 * @module
 */

import { client } from "../../vectors/classic/client.ts";
import { runClient } from "../../vectors/run_client.ts";
import { streamPath } from "../../vectors/vector.ts";
import { startFrame } from "../frame_app.ts";

startFrame(({ scene: { bytes, ...page }, values }) =>
  runClient(window, { ...page, expect: { values } }, {
    client,
    url: streamPath,
    answer: () => Promise.resolve(new Response(bytes, { headers: { "content-type": "text/event-stream" } })),
  })
);
