/**
 * The routes below `/vectors`: a page that runs all vectors with a real client, and what it needs.
 *
 * @module
 */

import { eventStream } from "../stream.ts";
import { policy } from "../page.ts";
import appSource from "./app.ts" with { type: "text" };
import compareSource from "../vectors/compare.ts" with { type: "text" };
import diffSource from "./diff.ts" with { type: "text" };
import { families } from "../vectors/classic/mod.ts";
import messagesSource from "../vectors/classic/messages.ts" with { type: "text" };
import { page } from "./page.ts";
import runSource from "./run.ts" with { type: "text" };
import { stripTypes } from "./strip.ts";
import style from "./style.css" with { type: "text" };
import watchSource from "../vectors/classic/watch.ts" with { type: "text" };

/** What the server answers with: see server.ts. */
export interface Answers {
  /** A text of any type. */
  text: (body: string, options?: { type?: string; headers?: Record<string, string> }) => Response;
  /** A refusal as an event stream. */
  refuseStream: (status: number, message: string) => Response;
}

/** A path's answer. */
export interface VectorRoute {
  answer: (request: Request) => Response;
  /** Answers, and refuses, as an event stream. */
  stream?: boolean;
}

/** Bytes of a stream at most: the URL that holds them has to fit into what both runtimes read. */
export const maxBytes = 40 * 1024;

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The example page's policy: the same client runs here, but in a frame. What a vector has in it can load nothing. */
const framePolicy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'");

/** What each vector's page is put into. It is in standards mode, and has no content of its own. */
const frame = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A vector's page</title><link rel="icon" href="data:,"></head>
<body></body>
</html>
`;

const scripts = {
  "app.ts": appSource,
  "compare.ts": compareSource,
  "diff.ts": diffSource,
  "classic/messages.ts": messagesSource,
  "run.ts": runSource,
  "classic/watch.ts": watchSource,
};

/** Makes the routes, by path. */
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

  const stripped = new Map<string, string>();
  const all = JSON.stringify({ families });
  const routes = new Map<string, VectorRoute>([
    ["/vectors", { answer: () => html(page, pagePolicy) }],
    ["/vectors/frame", { answer: () => html(frame, framePolicy) }],
    ["/vectors/stream", { answer: stream, stream: true }],
    ["/vectors/all.json", { answer: () => text(all, { type: "application/json" }) }],
    ["/vectors/style.css", { answer: () => text(style, { type: "text/css" }) }],
  ]);
  for (const [name, source] of Object.entries(scripts)) {
    const answer = () => {
      if (!stripped.has(name)) stripped.set(name, stripTypes(source));
      return text(stripped.get(name)!, { type: "text/javascript" });
    };
    routes.set(`/vectors/${name}`, { answer });
  }
  return routes;
}

/** Bytes out of base64url without padding, if it is that. */
function decode(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(encoded) || encoded.length % 4 === 1) return undefined;
  const binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
