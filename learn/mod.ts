/**
 * The routes below `/learn`: a page for each vector, and the files that the pages load.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import { stripTypes } from "../runner/strip.ts";
import baseStyle from "../server/base.css" with { type: "text" };
import { contentSecurityPolicy } from "../server/policy.ts";
import { text } from "../server/respond.ts";
import type { Route } from "../server/routes.ts";
import app from "./app.js" with { type: "text" };
import { courses } from "./dialects.ts";
import { containerPolicy, framePolicy, renderFrame } from "./frame.ts";
import { modules } from "./modules.ts";
import noParse5 from "./no_parse5.js" with { type: "text" };
import packages from "./packages.js" with { type: "text" };
import { importMapHash, renderAllPage, renderLearnPage } from "./page.ts";
import { renderProtocol } from "./protocol.ts";
import style from "./style.css" with { type: "text" };

const policy = contentSecurityPolicy({
  "script-src": `'self' ${importMapHash}`,
  "style-src": "'self'",
  "img-src": "data:",
  "connect-src": "'self'",
  "frame-src": "'self'",
}) + `, ${containerPolicy}`;

/** The content at a path. */
interface Content {
  /** Writes the text. It is called for the first request. */
  write: () => string | Promise<string>;
  type: string;
  headers?: Record<string, string>;
  shared?: boolean;
}

/** Makes the routes, by path. */
export function createRoutes(): Map<string, Route> {
  const [course] = courses;
  const page = (write: Content["write"], csp = policy): Content => ({
    write,
    type: "text/html",
    headers: { "content-security-policy": csp },
  });
  const script = (write: Content["write"]): Content => ({ write, type: "text/javascript", shared: true });
  const vectorPage = (id: string) => page(() => renderLearnPage(course, id));
  const contents: [path: string, content: Content][] = [
    ["/learn", vectorPage(course.lessons[0].vector)],
    ["/learn/protocol", page(() => renderProtocol(course))],
    ["/learn/all", page(() => renderAllPage(course))],
    ["/learn/frame", page(() => renderFrame(course), framePolicy(course))],
    ["/learn/style.css", { write: () => baseStyle + style, type: "text/css" }],
    ["/learn/app.js", script(() => app)],
    ["/learn/packages.js", script(() => packages)],
    ["/learn/no_parse5.js", script(() => noParse5)],
  ];
  for (const [path, load] of Object.entries(modules)) {
    contents.push([`/learn/modules/${path}`, script(async () => stripTypes((await load()).default))]);
  }
  for (const { vectors } of course.families) {
    for (const { id } of vectors) contents.push([`/learn/${id}`, vectorPage(id)]);
  }
  return new Map(contents.map(([path, content]) => [path, createRoute(content)]));
}

/** Makes a route that writes its text once, and compresses it for those who accept that: the scripts are large. */
function createRoute({ write, type, headers, shared }: Content): Route {
  let written: Promise<{ plain: string; compressed: Uint8Array<ArrayBuffer> }> | undefined;
  async function prepare() {
    const plain = await write();
    return { plain, compressed: new Uint8Array(gzipSync(plain, { level: 9 })) };
  }
  function forget(error: unknown): never {
    written = undefined; // the next request tries again
    throw error;
  }
  async function answer(request: Request): Promise<Response> {
    const { plain, compressed } = await (written ??= prepare().catch(forget));
    const common = { ...headers, vary: "accept-encoding" };
    if (!acceptsGzip(request.headers.get("accept-encoding") ?? "")) return text(plain, { type, headers: common });
    return text(compressed, { type, headers: { ...common, "content-encoding": "gzip" } });
  }
  return { answer, shared };
}

/** Whether `Accept-Encoding` names gzip with a weight above 0. */
function acceptsGzip(accepted: string): boolean {
  return accepted.split(",").some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}
