/**
 * The files that the example server sends as they are: the client, and the source that its page links to.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import client from "@sudodevnull/datastar" with { type: "text" };
import fragments from "../fragments.ts" with { type: "text" };
import store from "../fragments/store.ts" with { type: "text" };
import html from "../html.ts" with { type: "text" };
import page from "../page.ts" with { type: "text" };
import server from "../server.ts" with { type: "text" };
import signals from "../signals.ts" with { type: "text" };
import stream from "../stream.ts" with { type: "text" };
import { refuse, text } from "./respond.ts";
import respond from "./respond.ts" with { type: "text" };
import routes from "./routes.ts" with { type: "text" };
import serve from "./serve.ts" with { type: "text" };

/** The source of the example, by path. */
const sources: Record<string, string> = {
  "server.ts": server,
  "server/respond.ts": respond,
  "server/routes.ts": routes,
  "server/serve.ts": serve,
  "page.ts": page,
  "fragments.ts": fragments,
  "html.ts": html,
  "fragments/store.ts": store,
  "signals.ts": signals,
  "stream.ts": stream,
};

/** Answers with a script as the file has it at this moment, so that a change needs no new start. */
export async function sendScript(file: string): Promise<Response> {
  try {
    return text(await readFile(file, "utf8"), { type: "text/javascript" });
  } catch (error) {
    return refuse(500, `Cannot read the file that CLIENT names: ${(error as Error).message}`);
  }
}

export { client, sources };
