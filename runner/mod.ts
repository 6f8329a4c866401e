/**
 * The routes below `/vectors`: for each dialect a page that runs its vectors with the real client, and the modules that
 * the page imports. Such a module gets two lines here.
 *
 * @module
 */

import { eventStream } from "../stream.ts";
import { policySources } from "../page.ts";
import baseStyle from "../server/base.css" with { type: "text" };
import { contentSecurityPolicy } from "../server/policy.ts";
import compareSource from "../vectors/compare.ts" with { type: "text" };
import instrumentWindowSource from "../vectors/instrument_window.ts" with { type: "text" };
import type { VectorDialect } from "../vectors/dialect.ts";
import { dialects } from "../vectors/mod.ts";
import runClientSource from "../vectors/run_client.ts" with { type: "text" };
import vectorSource from "../vectors/vector.ts" with { type: "text" };
import appSource from "./app.ts" with { type: "text" };
import diffSource from "./diff.ts" with { type: "text" };
import { renderPage } from "./page.ts";
import runSource from "./run.ts" with { type: "text" };
import { stripTypes } from "./strip.ts";
import style from "./style.css" with { type: "text" };

/** The server's functions that make responses: see server.ts. */
export interface Answers {
  /** Makes a response of text of any type. */
  text: (body: string, options?: { type?: string; headers?: Record<string, string> }) => Response;
  /** Makes a refusal that is an event stream. */
  refuseStream: (status: number, message: string) => Response;
}

/** The answer to one path. */
export interface VectorRoute {
  answer: (request: Request) => Response;
  /** Whether the route answers, and refuses, with an event stream. */
  stream?: boolean;
}

/** Maximum number of bytes in a stream: both runtimes have to accept the URL that holds them. */
export const maxBytes = 40 * 1024;

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

/** Returns the routes by path. */
export function createRoutes({ text, refuseStream }: Answers): Map<string, VectorRoute> {
  const html = (body: string, policy: string) =>
    text(body, { type: "text/html", headers: { "content-security-policy": policy } });

  function stream(request: Request): Response {
    const encoded = new URL(request.url).searchParams.get("bytes");
    if (encoded === null) return refuseStream(400, `Cannot send a stream: the URL has no "bytes" parameter`);
    if (encoded.length > Math.ceil(maxBytes * 4 / 3)) {
      return refuseStream(400, `Cannot send a stream: it has more than ${maxBytes} bytes`);
    }
    const bytes = decode(encoded);
    return bytes ? eventStream(bytes) : refuseStream(400, `Cannot send a stream: "bytes" is not valid base64url`);
  }

  const routes = new Map<string, VectorRoute>([
    ["/vectors/frame", { answer: () => html(frame, framePolicy) }],
    ["/vectors/stream", { answer: stream, stream: true }],
    ["/vectors/style.css", { answer: () => text(baseStyle + style, { type: "text/css" }) }],
  ]);
  const setDialect = (root: string, dialect: VectorDialect) => {
    const page = renderPage(dialect);
    const all = JSON.stringify({ families: dialect.families });
    routes.set(root, { answer: () => html(page, pagePolicy) });
    routes.set(`${root}/all.json`, { answer: () => text(all, { type: "application/json" }) });
  };
  setDialect("/vectors", dialects[0]);
  for (const dialect of dialects) setDialect(`/vectors/${dialect.id}`, dialect);
  const stripped = new Map<string, string>();
  for (const [path, source] of Object.entries(modules)) {
    const answer = () => {
      if (!stripped.has(path)) stripped.set(path, stripTypes(source));
      return text(stripped.get(path)!, { type: "text/javascript" });
    };
    routes.set(`/vectors/${path}`, { answer });
  }
  return routes;
}

/** Decodes base64url without padding. Returns `undefined` if it is not valid. */
function decode(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(encoded) || encoded.length % 4 === 1) return undefined;
  const binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
