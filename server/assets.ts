/**
 * The files that the example server sends as they are: the client, and the source that its page links to.
 *
 * @module
 */

import client from "@sudodevnull/datastar" with { type: "text" };
import fragments from "../fragments.ts" with { type: "text" };
import store from "../fragments/store.ts" with { type: "text" };
import html from "../html.ts" with { type: "text" };
import page from "../page.ts" with { type: "text" };
import server from "../server.ts" with { type: "text" };
import signals from "../signals.ts" with { type: "text" };
import stream from "../stream.ts" with { type: "text" };
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

export { client, sources };
