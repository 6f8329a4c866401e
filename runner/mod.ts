/**
 * The routes below `/vectors`: for each dialect a page that runs its vectors with the real client, and the modules that
 * the page imports. Such a module gets two lines here.
 *
 * @module
 */

import { policySources } from "../page.ts";
import baseStyle from "../server/base.css" with { type: "text" };
import { contentSecurityPolicy } from "../server/policy.ts";
import { htmlResponse, refuseStream, text } from "../server/respond.ts";
import type { Route } from "../server/routes.ts";
import { eventStream } from "../stream.ts";
import compareSource from "../vectors/compare.ts" with { type: "text" };
import instrumentWindowSource from "../vectors/instrument_window.ts" with { type: "text" };
import { dialects } from "../vectors/mod.ts";
import runClientSource from "../vectors/run_client.ts" with { type: "text" };
import vectorSource from "../vectors/vector.ts" with { type: "text" };
import { maxStreamBytes } from "../vectors/vector.ts";
import appSource from "./app.ts" with { type: "text" };
import diffSource from "./diff.ts" with { type: "text" };
import { renderPage } from "./page.ts";
import runSource from "./run.ts" with { type: "text" };
import { stripTypes } from "./strip.ts";
import style from "./style.css" with { type: "text" };

const pagePolicy = contentSecurityPolicy({
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "data:",
  "connect-src": "'self'",
  "frame-src": "'self'",
});

/** The policy of the example page, whose client runs here in a frame. Nothing in a vector can load anything. */
const framePolicy = contentSecurityPolicy(policySources, "'self'");

/** The document that receives each vector's page. It is in standards mode, and has no content of its own. */
const frame = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A vector's page</title><link rel="icon" href="data:,"></head>
<body></body>
</html>
`;

/** The modules, by their path below `/vectors/`: those of runner/ and of vectors/ share this folder. */
const modules: Record<string, string> = {
  "app.ts": appSource,
  "diff.ts": diffSource,
  "run.ts": runSource,
  "compare.ts": compareSource,
  "instrument_window.ts": instrumentWindowSource,
  "run_client.ts": runClientSource,
  "vector.ts": vectorSource,
  ...Object.assign({}, ...dialects.map(({ clientModules }) => clientModules)),
};

/**
 * Returns the routes by path.
 *
 * @param options `script` is the path of a client that is run in the place of each dialect's own.
 */
export function createRoutes({ script }: { script?: string } = {}): Map<string, Route> {
  const routes = new Map<string, Route>([
    ["/vectors/frame", { answer: () => htmlResponse(frame, framePolicy) }],
    ["/vectors/stream", { answer: answerStream, stream: true }],
    ["/vectors/style.css", { answer: () => text(baseStyle + style, { type: "text/css" }) }],
  ]);
  for (const [i, dialect] of dialects.entries()) {
    const page = renderPage(dialect, script);
    const all = JSON.stringify({ families: dialect.families });
    for (const root of [`/vectors/${dialect.id}`, ...i === 0 ? ["/vectors"] : []]) {
      routes.set(root, { answer: () => htmlResponse(page, pagePolicy) });
      routes.set(`${root}/all.json`, { answer: () => text(all, { type: "application/json" }) });
    }
  }
  for (const [path, source] of Object.entries(modules)) {
    let stripped: string | undefined;
    routes.set(`/vectors/${path}`, {
      answer: () => text(stripped ??= stripTypes(source), { type: "text/javascript" }),
    });
  }
  return routes;
}

/** Answers with the bytes that the URL holds. */
function answerStream({ url }: Request): Response {
  const encoded = new URL(url).searchParams.get("bytes");
  if (encoded === null) return refuseStream(400, `Cannot send a stream: the URL has no "bytes" parameter`);
  if (encoded.length > Math.ceil(maxStreamBytes * 4 / 3)) {
    return refuseStream(400, `Cannot send a stream: it has more than ${maxStreamBytes} bytes`);
  }
  try {
    if (!/^[\w-]*$/.test(encoded)) throw new SyntaxError("There is white space or padding");
    return eventStream(Uint8Array.fromBase64(encoded, { alphabet: "base64url" }));
  } catch {
    return refuseStream(400, `Cannot send a stream: "bytes" is not valid base64url`);
  }
}
