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

/** `'self'` cannot have a path. But of several policies all have to agree. */
const modules = "*:*/datastar.js *:*/learn/modules/";

/**
 * The page's Content-Security-Policy: two, of which the second narrows the first. Whatever a page makes the client run
 * is in an origin of its own, also where the frame is opened by itself, and can ask no server for anything but the
 * modules of this one. `unsafe-eval` is the client's price; styles are as harmless as what they can load, which is
 * nothing.
 */
export const framePolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-eval'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "connect-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-scripts",
].join("; ") + `, script-src ${modules} 'unsafe-eval'`;
