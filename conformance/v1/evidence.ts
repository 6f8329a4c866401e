/** The evidence that the checks of v1 judge: a recording, with its streams read and applied to the page. */

import { interpretApp, streamsOf } from "../app/evidence.ts";
import type { Evidence } from "../dialect.ts";
import { addLazy } from "../stream_view.ts";
import type { Recording } from "../recording.ts";
import { appParts } from "./app.ts";
import { interpretExchange, interpretStream } from "./interpret.ts";
import { viewPage } from "./page_view.ts";
import { interpretServer } from "./server_evidence.ts";

/** Interprets a recording. The same recording gives the same evidence. */
export async function interpret(recording: Recording): Promise<Evidence> {
  if (recording.kind === "server") return await interpretServer(recording);
  if (recording.kind === "app") {
    const app = await interpretApp(appParts, recording);
    return { ...streamsOf(app), app: addLazy(app, { pageView: viewPage }) };
  }
  const { subject, exchange, bytes = new Uint8Array(), page } = recording;
  const source = page === undefined ? undefined : { html: page };
  if (exchange) {
    return { streams: [await interpretExchange(subject, exchange, { source, endless: exchange.ending === "left" })] };
  }
  return { streams: [await interpretStream({ subject, name: subject, bytes, ended: true, endless: false }, source)] };
}
