/**
 * `GET /learn/frame`: the empty page in which a real client runs on a visitor's scene.
 *
 * @module
 */

import { contentSecurityPolicy } from "../server/policy.ts";
import type { Course } from "./dialect.ts";

/** Writes the page. It is in standards mode, and has no content of its own. */
export const renderFrame = ({ id }: Pick<Course, "id">): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A page with the real client</title>
<link rel="icon" href="data:,">
<script type="module" src="/learn/modules/learn/${id}/frame_app.ts"></script>
</head>
<body></body>
</html>
`;

/**
 * Returns the page's Content-Security-Policy: two that differ in the scripts only, since `'self'` takes no path, and a
 * script has to satisfy both. The page gets an origin of its own, also where it is opened outside of a frame, and can
 * request nothing from any server but the client and the modules of this one. The client needs `unsafe-eval`. Styles are
 * harmless, since they can load nothing.
 */
export const framePolicy = ({ clientPath }: Pick<Course, "clientPath">): string =>
  ["'self'", `*:*${clientPath} *:*/learn/modules/`].map((scripts) =>
    contentSecurityPolicy({
      "script-src": `${scripts} 'unsafe-eval'`,
      "style-src": "'unsafe-inline'",
      "img-src": "data:",
      "connect-src": "'none'",
      "worker-src": "'none'",
    }, "'self'") + "; sandbox allow-scripts"
  ).join(", ");

/**
 * A policy for the pages with the frame, beside their own: the frame may show no other page. Code in it could otherwise
 * send requests by navigating.
 */
export const containerPolicy = "frame-src *:*/learn/frame";
