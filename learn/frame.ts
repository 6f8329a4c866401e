/**
 * `GET /learn/frame`: the empty page in which a real client runs on what a visitor has brought in.
 *
 * @module
 */

/** The page. It is in standards mode, and has no content of its own. */
export const frame = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A page with the real client</title>
<link rel="icon" href="data:,">
<script type="module" src="/learn/modules/learn/frame_app.ts"></script>
</head>
<body></body>
</html>
`;

/** Which scripts there may be. `'self'` cannot have a path, but of two policies both have to agree. */
const scripts = ["'self'", "*:*/datastar.js *:*/learn/modules/"];

/**
 * The page's Content-Security-Policy: two that differ in the scripts only. Whatever a page makes the client run is in an
 * origin of its own, also where the frame is opened by itself, and can ask no server for anything but the modules of
 * this one. `unsafe-eval` is the client's price; styles are as harmless as what they can load, which is nothing.
 */
export const framePolicy = scripts.map((sources) =>
  [
    "default-src 'none'",
    `script-src ${sources} 'unsafe-eval'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "connect-src 'none'",
    "worker-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "sandbox allow-scripts",
  ].join("; ")
).join(", ");

/**
 * A policy for pages with the frame, beside their own: the frame may be this one and no other, so that whatever runs in
 * it cannot go elsewhere, which would be a request.
 */
export const containerPolicy = "frame-src *:*/learn/frame";
