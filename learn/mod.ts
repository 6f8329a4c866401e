/**
 * The routes below `/learn`: a page for each vector, and what its script is made of. A file that the page or its frame
 * imports gets two lines here.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import protocol from "../docs/PROTOCOL.md" with { type: "text" };
import fragmentsSource from "../fragments.ts" with { type: "text" };
import checksSource from "../fragments/checks.ts" with { type: "text" };
import htmlSource from "../html.ts" with { type: "text" };
import fragmentsStoreSource from "../fragments/store.ts" with { type: "text" };
import applySource from "../harness/classic/apply.ts" with { type: "text" };
import changesSource from "../harness/dom/changes.ts" with { type: "text" };
import diagnoseSource from "../harness/classic/diagnose.ts" with { type: "text" };
import expressionSource from "../harness/classic/expression.ts" with { type: "text" };
import failureSource from "../harness/classic/failure.ts" with { type: "text" };
import harnessHtmlSource from "../harness/dom/html.ts" with { type: "text" };
import instructionSource from "../harness/classic/instruction.ts" with { type: "text" };
import linesSource from "../harness/sse/lines.ts" with { type: "text" };
import harnessSource from "../harness/mod.ts" with { type: "text" };
import morphSource from "../harness/classic/morph.ts" with { type: "text" };
import parseSource from "../harness/sse/parse.ts" with { type: "text" };
import attributesSource from "../harness/classic/attributes.ts" with { type: "text" };
import pluginsSource from "../harness/classic/plugins.ts" with { type: "text" };
import storeSource from "../harness/classic/signals.ts" with { type: "text" };
import clientSource from "../vectors/classic/client.ts" with { type: "text" };
import messagesSource from "../vectors/classic/messages.ts" with { type: "text" };
import compareSource from "../vectors/compare.ts" with { type: "text" };
import instrumentWindowSource from "../vectors/instrument_window.ts" with { type: "text" };
import runClientSource from "../vectors/run_client.ts" with { type: "text" };
import vectorSource from "../vectors/vector.ts" with { type: "text" };
import allSource from "./all.ts" with { type: "text" };
import app from "./app.js" with { type: "text" };
import appSource from "./app.ts" with { type: "text" };
import base64Source from "./base64.ts" with { type: "text" };
import blocksSource from "./blocks.ts" with { type: "text" };
import buffersSource from "./buffers.ts" with { type: "text" };
import copySource from "./copy.ts" with { type: "text" };
import describeSource from "./classic/describe.ts" with { type: "text" };
import explainSource from "./explain.ts" with { type: "text" };
import frameAppSource from "./frame_app.ts" with { type: "text" };
import lessonsSource from "./classic/lessons.ts" with { type: "text" };
import linkSource from "./link.ts" with { type: "text" };
import liveSource from "./live.ts" with { type: "text" };
import liveViewSource from "./live_view.ts" with { type: "text" };
import modelSource from "./model.ts" with { type: "text" };
import noParse5 from "./no_parse5.js" with { type: "text" };
import notationSource from "./notation.ts" with { type: "text" };
import packages from "./packages.js" with { type: "text" };
import realSource from "./real.ts" with { type: "text" };
import renderSource from "./render.ts" with { type: "text" };
import baseStyle from "../server/base.css" with { type: "text" };
import style from "./style.css" with { type: "text" };
import treeSource from "./tree.ts" with { type: "text" };
import { families } from "../vectors/classic/mod.ts";
import { stripTypes } from "../runner/strip.ts";
import { contentSecurityPolicy } from "../server/policy.ts";
import { containerPolicy, frame, framePolicy } from "./frame.ts";
import { importMap, importMapHash } from "./import_map.ts";
import { lessons } from "./classic/lessons.ts";
import { renderAllPage, renderLearnPage } from "./page.ts";
import { renderProtocol } from "./protocol.ts";

/** What the server answers with: see server.ts. */
export interface Answers {
  /** A text of any type, which may be packed already. */
  text: (
    body: string | Uint8Array<ArrayBuffer>,
    options?: { type?: string; headers?: Record<string, string> },
  ) => Response;
}

/** A path's answer. */
export interface LearnRoute {
  answer: (request: Request) => Promise<Response>;
  /** The same for everybody and no secret: pages of other origins may read it. */
  shared?: boolean;
}

/** Modules, by their path in this repository: so one finds the other by the path that it is imported by. */
const sources: Record<string, string> = {
  "fragments.ts": fragmentsSource,
  "fragments/checks.ts": checksSource,
  "html.ts": htmlSource,
  "fragments/store.ts": fragmentsStoreSource,
  "harness/classic/apply.ts": applySource,
  "harness/dom/changes.ts": changesSource,
  "harness/classic/diagnose.ts": diagnoseSource,
  "harness/classic/expression.ts": expressionSource,
  "harness/classic/failure.ts": failureSource,
  "harness/dom/html.ts": harnessHtmlSource,
  "harness/classic/instruction.ts": instructionSource,
  "harness/sse/lines.ts": linesSource,
  "harness/mod.ts": harnessSource,
  "harness/classic/morph.ts": morphSource,
  "harness/sse/parse.ts": parseSource,
  "harness/classic/attributes.ts": attributesSource,
  "harness/classic/plugins.ts": pluginsSource,
  "harness/classic/signals.ts": storeSource,
  "learn/all.ts": allSource,
  "learn/app.ts": appSource,
  "learn/base64.ts": base64Source,
  "learn/blocks.ts": blocksSource,
  "learn/buffers.ts": buffersSource,
  "learn/copy.ts": copySource,
  "learn/classic/describe.ts": describeSource,
  "learn/explain.ts": explainSource,
  "learn/frame_app.ts": frameAppSource,
  "learn/classic/lessons.ts": lessonsSource,
  "learn/link.ts": linkSource,
  "learn/live.ts": liveSource,
  "learn/live_view.ts": liveViewSource,
  "learn/model.ts": modelSource,
  "learn/notation.ts": notationSource,
  "learn/real.ts": realSource,
  "learn/render.ts": renderSource,
  "learn/tree.ts": treeSource,
  "vectors/classic/client.ts": clientSource,
  "vectors/classic/messages.ts": messagesSource,
  "vectors/compare.ts": compareSource,
  "vectors/instrument_window.ts": instrumentWindowSource,
  "vectors/run_client.ts": runClientSource,
  "vectors/vector.ts": vectorSource,
};

const moduleRoot = "/learn/modules/";

/** What the page is made to work by: one file, and what stands for the packages. The modules above are to be read. */
const scripts = ["/learn/app.js", "/learn/packages.js", "/learn/no_parse5.js"];

const policy = contentSecurityPolicy({
  "script-src": `'self' ${importMapHash}`,
  "style-src": "'self'",
  "img-src": "data:",
  "connect-src": "'self'",
  "frame-src": "'self'",
}) + `, ${containerPolicy}`;

interface Content {
  /** Writes the text, when somebody asks for it first. */
  write: () => string | Promise<string>;
  type: string;
  headers?: Record<string, string>;
  shared?: boolean;
}

/** Makes the routes, by path. */
export function createRoutes({ text }: Answers): Map<string, LearnRoute> {
  const stripped = new Map<string, string>();

  function readModule(path: string): string {
    if (!stripped.has(path)) stripped.set(path, stripTypes(sources[path]));
    return stripped.get(path)!;
  }

  const page = (id: string): Content => ({
    write: () => renderLearnPage({ ...findVector(id), lessons, importMap, scripts }),
    type: "text/html",
    headers: { "content-security-policy": policy },
  });
  const vectors = families.flatMap(({ vectors }) => vectors);
  const script = (write: () => string): Content => ({ write, type: "text/javascript", shared: true });
  const contents: [path: string, content: Content][] = [
    ["/learn", page(lessons[0].vector)],
    ["/learn/protocol", {
      write: () => renderProtocol(protocol, families),
      type: "text/html",
      headers: { "content-security-policy": policy },
    }],
    ["/learn/all", {
      write: () => renderAllPage(families, lessons),
      type: "text/html",
      headers: { "content-security-policy": policy },
    }],
    ["/learn/frame", { write: () => frame, type: "text/html", headers: { "content-security-policy": framePolicy } }],
    ["/learn/style.css", { write: () => baseStyle + style, type: "text/css" }],
    ["/learn/app.js", script(() => app)],
    ["/learn/packages.js", script(() => packages)],
    ["/learn/no_parse5.js", script(() => noParse5)],
    ...Object.keys(sources).map((path): [string, Content] => [moduleRoot + path, script(() => readModule(path))]),
    ...vectors.map(({ id }): [string, Content] => [`/learn/${id}`, page(id)]),
  ];

  /** Answers with the text, packed if that is wanted: in all, the page with its scripts is not small. */
  function route({ write, type, headers, shared }: Content): LearnRoute {
    let written: Promise<{ plain: string; packed: Uint8Array<ArrayBuffer> }> | undefined;
    async function prepare() {
      const plain = await write();
      return { plain, packed: new Uint8Array(gzipSync(plain, { level: 9 })) };
    }
    /** What went wrong once need not do so for ever. */
    function forget(error: unknown): never {
      written = undefined;
      throw error;
    }
    async function answer(request: Request): Promise<Response> {
      const { plain, packed } = await (written ??= prepare().catch(forget));
      const common = { ...headers, vary: "accept-encoding" };
      if (!takesGzip(request.headers.get("accept-encoding") ?? "")) return text(plain, { type, headers: common });
      return text(packed, { type, headers: { ...common, "content-encoding": "gzip" } });
    }
    return { answer, shared };
  }
  return new Map(contents.map(([path, content]) => [path, route(content)]));
}

/** A vector with what stands around it: in the course, if it is a lesson, else in the order of the families. */
function findVector(id: string) {
  const { family, vectors } = families.find(({ vectors }) => vectors.some((vector) => vector.id === id))!;
  const vector = vectors.find((vector) => vector.id === id)!;
  const lesson = lessons.find((lesson) => lesson.vector === id);
  const ids = lesson
    ? lessons.map(({ vector }) => vector)
    : families.flatMap(({ vectors }) => vectors.map(({ id }) => id));
  const at = ids.indexOf(id);
  return { vector, family, lesson, previous: ids[at - 1], next: ids[at + 1] };
}

/** Whether `Accept-Encoding` names gzip, and not to refuse it. */
function takesGzip(accepted: string): boolean {
  return accepted.split(",").some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}
