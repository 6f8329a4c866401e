/**
 * HTTP answers of v1 with one fault each, byte for byte, and answers with none.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import { type AnswerMutant, answersOf, chunked, head, hold, lastChunk, type NamedAnswer, send } from "../http.ts";

/** An event that is as it should be. */
const event = 'event: datastar-patch-elements\ndata: elements <p id="price">12 €</p>\n\n';

const type = "content-type: text/event-stream";
const cache = "cache-control: no-store";
const headers = [type, cache];

/** Headers that tell a proxy how to treat a feed. */
const feedHeaders = [...headers, "x-accel-buffering: no"];

/** Milliseconds after which a feed is left. */
const leaveAfter = 1_000;

const { whole, sized, feed } = answersOf(event, headers);

const length = Buffer.byteLength(event);
const html = '<p id="price">12 €</p>';
const json = '{"price": 12}';

/** An answer of a type, with more headers. */
const typed = (type: string, body: string, ...more: string[]) =>
  sized(Buffer.byteLength(body), body, [`content-type: ${type}`, cache, ...more]);
const inHtml = (...more: string[]) => typed("text/html; charset=utf-8", html, ...more);
const inJson = (...more: string[]) => typed("application/json", json, ...more);
const inScript = (...more: string[]) => typed("text/javascript", "globalThis.done = true", ...more);

/** Events with different texts, so that no compressor makes them short. */
const manyEvents = Array.from({ length: 400 }, (_, i) => event.replace("12", String(i * 7919 % 10007))).join("");

const compressors = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** Each answer has one fault. */
export const mutants: AnswerMutant[] = [
  { name: "no answer: the connection is closed at once", trips: ["v1-http-answer"], answer: (socket) => socket.end() },
  { name: "no answer: nothing comes", trips: ["v1-http-answer"], answer: () => {}, timeout: 300 },
  ...["302 Found", "303 See Other", "308 Permanent Redirect"].map((status) => ({
    name: `a redirect: ${status}`,
    trips: ["v1-http-redirect"],
    answer: send(head(["location: /login", "content-length: 0"], `HTTP/1.1 ${status}`)),
  })),
  ...["201 Created", "202 Accepted", "206 Partial Content", "400 Bad Request", "404 Not Found", "500 Oh"].flatMap((
    status,
  ) => [
    { name: `events with status ${status}`, trips: ["v1-http-status"], answer: whole(headers, `HTTP/1.1 ${status}`) },
    {
      name: `HTML with status ${status}`,
      trips: ["v1-http-status"],
      answer: whole(["content-type: text/html"], `HTTP/1.1 ${status}`, "<h1>Oh</h1>"),
    },
  ]),
  {
    name: "a 404 that is cut off",
    trips: ["v1-http-status"],
    answer: send(head(["content-type: text/plain", "content-length: 100"], "HTTP/1.1 404 Not Found"), "Not found"),
  },
  { name: "a 304", trips: ["v1-http-status"], answer: send(head(headers, "HTTP/1.1 304 Not Modified")) },
  {
    name: "a 205",
    trips: ["v1-http-status"],
    answer: send(head(["content-length: 0"], "HTTP/1.1 205 Reset Content")),
  },
  {
    name: "a 404 without a body",
    trips: ["v1-http-status"],
    answer: send(head(["content-length: 0"], "HTTP/1.1 404 No")),
  },
  { name: "a 200 without a byte in it", trips: ["v1-http-body"], answer: sized(0, "") },
  { name: "a 200 without a type and a body", trips: ["v1-http-body"], answer: sized(0, "", [cache]) },
  { name: "HTML without a byte in it", trips: ["v1-http-body"], answer: typed("text/html", "") },
  { name: "JSON without a byte in it", trips: ["v1-sig-broken"], answer: typed("application/json", "") },
  ...["text/html; charset=utf-8", "application/json", "text/javascript"].map((type) => ({
    name: `events with the type ${type}`,
    trips: ["v1-http-type-events"],
    answer: typed(type, `: hello\r\n\r\n${event}`),
  })),
  {
    name: "events with two types",
    trips: ["v1-http-type-events", "v1-http-type-once"],
    answer: whole(["content-type: text/html", ...headers]),
  },
  { name: "HTML with the type TEXT/HTML", trips: ["v1-http-type-case"], answer: typed("TEXT/HTML", html) },
  {
    name: "JSON with the type Application/JSON",
    trips: ["v1-http-type-case"],
    answer: typed("Application/JSON", json),
  },
  {
    name: "a script with the type Text/JavaScript",
    trips: ["v1-http-type-case"],
    answer: typed("Text/JavaScript", "alert(1)"),
  },
  { name: "no type", trips: ["v1-http-type"], answer: whole([cache]) },
  { name: "an empty type", trips: ["v1-http-type"], answer: whole(["content-type:", cache]) },
  ...["text/plain", "text/eventstream", "application/problem+json", "TEXT/HTML"].map((type) => ({
    name: `events with the type ${type}`,
    trips: ["v1-http-type"],
    answer: typed(type, event),
  })),
  {
    name: "HTML as plain text",
    trips: ["v1-http-type", "v1-sse-junk", "v1-sse-events", "v1-sse-final-blank"],
    answer: typed("text/plain", html),
  },
  { name: "the type twice", trips: ["v1-http-type-once"], answer: whole([type, ...headers]) },
  { name: "a script", trips: ["v1-http-script"], answer: inScript() },
  ...["iso-8859-1", '"windows-1252"', "utf-16"].map((charset) => ({
    name: `the charset ${charset}`,
    trips: ["v1-http-charset"],
    answer: typed(`text/event-stream; Charset=${charset}`, event),
  })),
  {
    name: "an encoding that was not asked for",
    trips: ["v1-http-encoding"],
    answer: whole([...headers, "content-encoding: zstd"], undefined, Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20])),
  },
  { name: "gzip without a name", trips: ["v1-http-encoding"], answer: whole(headers, undefined, gzipSync(manyEvents)) },
  { name: "UTF-16", trips: ["v1-http-encoding"], answer: whole(headers, undefined, Buffer.from(event, "utf16le")) },
  ...Object.entries(compressors).map(([name, compress]) => ({
    name: `${name} for each event`,
    trips: ["v1-http-encoding-whole"],
    answer: whole(
      [...headers, `content-encoding: ${name}`],
      undefined,
      Buffer.concat([compress(event), compress(event)]),
    ),
  })),
  { name: "no cache-control", trips: ["v1-http-cache"], answer: whole([type]) },
  ...["no-cache", "private, max-age=0"].map((value) => ({
    name: `the cache-control ${value}`,
    trips: ["v1-http-cache"],
    answer: whole([type, `cache-control: ${value}`]),
  })),
  {
    name: "HTML that is stored",
    trips: ["v1-http-cache"],
    answer: whole(["content-type: text/html", "cache-control: no-cache"], undefined, html),
  },
  {
    name: "a feed that lets proxies hold it back",
    trips: ["v1-http-buffering"],
    answer: feed(headers, event),
    leaveAfter,
  },
  {
    name: "a compressed feed that is not flushed",
    trips: ["v1-http-compression"],
    answer: feed([...feedHeaders, "content-encoding: gzip"], gzipSync(manyEvents).subarray(0, 1_000)),
    leaveAfter,
  },
  {
    name: "HTML without an end",
    trips: ["v1-http-whole"],
    answer: feed(["content-type: text/html", cache, "x-accel-buffering: no"], html),
    leaveAfter,
  },
  { name: "a length in characters", trips: ["v1-http-length", "v1-sse-final-blank"], answer: sized(event.length) },
  { name: "a length that is too large", trips: ["v1-http-length", "v1-http-end"], answer: sized(length + 10) },
  {
    name: "a feed with a length",
    trips: ["v1-http-length"],
    answer: hold(head([...feedHeaders, "content-length: 1000000"]), event),
    leaveAfter,
  },
  {
    name: "a length, and chunks",
    trips: ["v1-http-length-once"],
    answer: whole([...headers, `content-length: ${length}`]),
  },
  {
    name: "chunks that break off",
    trips: ["v1-http-end"],
    answer: send(head([...headers, "transfer-encoding: chunked"]), chunked(event)),
  },
  {
    name: "chunks of HTML that break off",
    trips: ["v1-http-end"],
    answer: send(head(["content-type: text/html", cache, "transfer-encoding: chunked"]), chunked(html)),
  },
  {
    name: "a feed that breaks off inside an event",
    trips: ["v1-http-end"],
    answer: send(head([...feedHeaders, "transfer-encoding: chunked"]), chunked(event, event.slice(0, 40))),
  },
  { name: "an answer that does not end", trips: ["v1-http-end"], answer: feed(headers, event), timeout: 1_500 },
  {
    name: "a body that ends with the connection",
    trips: ["v1-http-delimited"],
    answer: send(head([...headers, "connection: close"]), event),
  },
  { name: "HTTP/1.0", trips: ["v1-http-version"], answer: send(head(headers, "HTTP/1.0 200 OK"), event) },
  ...["HTTP/1.1", "HTTP/1.0"].map((version) => ({
    name: `a feed in ${version} that ends with the connection`,
    trips: ["v1-http-delimited"],
    answer: hold(head(feedHeaders, `${version} 200 OK`), event),
    leaveAfter,
  })),

  ...["Inner", "morph"].map((mode) => ({
    name: `the datastar-mode ${mode}`,
    trips: ["v1-header-mode"],
    answer: inHtml("datastar-selector: #a", `datastar-mode: ${mode}`),
  })),
  ...["inner", "append", "remove"].map((mode) => ({
    name: `the datastar-mode ${mode} without a selector`,
    trips: ["v1-header-selector-needed"],
    answer: inHtml(`datastar-mode: ${mode}`),
  })),
  ...["#1a", "#a >"].map((selector) => ({
    name: `the datastar-selector ${selector}`,
    trips: ["v1-header-selector"],
    answer: inHtml(`datastar-selector: ${selector}`),
  })),
  { name: "the datastar-namespace SVG", trips: ["v1-header-namespace"], answer: inHtml("datastar-namespace: SVG") },
  {
    name: "the datastar-use-view-transition 1",
    trips: ["v1-header-view-transition"],
    answer: inHtml("datastar-use-view-transition: 1"),
  },
  {
    name: "the datastar-only-if-missing TRUE",
    trips: ["v1-header-only-if-missing"],
    answer: inJson("datastar-only-if-missing: TRUE"),
  },
  ...["type=module", "{type: 'module'}", "null", '{"a b": 1}', '{"": 1}'].map((attributes) => ({
    name: `the datastar-script-attributes ${attributes}`,
    trips: ["v1-header-script-attributes"],
    answer: inScript(`datastar-script-attributes: ${attributes}`),
  })),
  {
    name: "a selector for the transition of HTML",
    trips: ["v1-header-read"],
    answer: inHtml("datastar-use-view-transition: true", "datastar-view-transition-selector: #a"),
  },
  {
    name: "a selector for an event stream",
    trips: ["v1-header-read"],
    answer: whole([...headers, "Datastar-Selector: #a"]),
  },
  { name: "a mode for JSON", trips: ["v1-header-read"], answer: inJson("datastar-mode: inner") },
  { name: "a header that is misspelt", trips: ["v1-header-read"], answer: inHtml("datastar-select: #a") },
];

/** Answers that are as they should be. */
export const healthy: NamedAnswer[] = [
  { name: "chunks", answer: whole(headers) },
  { name: "a length", answer: sized(length) },
  {
    name: "names in capitals",
    answer: whole(["Content-Type: Text/Event-Stream;charset=UTF-8", "Cache-Control: No-Store"]),
  },
  { name: "more words about caches", answer: whole([type, "cache-control: no-cache, no-store, must-revalidate"]) },
  {
    name: "a chunk for each byte",
    answer: send(
      head([...headers, "transfer-encoding: chunked"]),
      chunked(...[...Buffer.from(event)].map((byte) => Uint8Array.of(byte))),
      lastChunk,
    ),
  },
  ...Object.entries(compressors).map(([name, compress]) => ({
    name,
    answer: whole([...headers, `content-encoding: ${name}`], undefined, compress(manyEvents)),
  })),
  { name: "comments only", answer: whole(headers, undefined, ": nothing to do\n\n") },
  { name: "a feed", answer: feed(feedHeaders, event, ": still here\n\n", event), leaveAfter },
  { name: "a feed in the middle of an event", answer: feed(feedHeaders, event, event.slice(0, 30)), leaveAfter },
  {
    name: "a feed that says no-transform",
    answer: feed([type, "cache-control: no-store, no-transform"], event),
    leaveAfter,
  },
  {
    name: "a compressed feed that is flushed",
    answer: feed(
      [...feedHeaders, "content-encoding: gzip"],
      gzipSync(event, { finishFlush: constants.Z_SYNC_FLUSH }),
    ),
    leaveAfter,
  },
  { name: "HTML", answer: inHtml() },
  {
    name: "HTML that quotes events",
    answer: typed("text/html", `<pre id="price">\n${event.replaceAll("<", "&lt;")}</pre>`),
  },
  {
    name: "HTML with all its headers",
    answer: inHtml(
      "Datastar-Selector: #list",
      "Datastar-Mode: append",
      "Datastar-Namespace: html",
      "Datastar-Use-View-Transition: true",
    ),
  },
  { name: "HTML with empty headers", answer: inHtml("datastar-selector:", "datastar-mode:", "datastar-namespace: ") },
  { name: "HTML to remove something", answer: inHtml("datastar-selector: #list > li", "datastar-mode: remove") },
  {
    name: "an empty body to remove something",
    answer: typed("text/html", "", "datastar-selector: #list > li", "datastar-mode: remove"),
  },
  { name: "JSON", answer: inJson() },
  { name: "JSON with its header", answer: inJson("datastar-only-if-missing: true") },
];

/** Answers without a body, which are as they should be: the client does nothing. */
export const silent: NamedAnswer[] = [
  { name: "a 204", answer: send(head([], "HTTP/1.1 204 No Content")) },
  { name: "a 202 without a body", answer: send(head(["content-length: 0"], "HTTP/1.1 202 Accepted")) },
];
