/**
 * HTTP answers with one fault each, byte for byte, and answers with none.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import {
  type Answer,
  type AnswerMutant,
  answersOf,
  chunked,
  head,
  hold,
  lastChunk,
  type NamedAnswer,
  send,
} from "./http.ts";

/** An event that is as it should be. */
const event = 'event: datastar-fragment\ndata: vt false\ndata: fragment <p id="price">12 €</p>\n\n';

const headers = ["content-type: text/event-stream", "cache-control: no-cache"];

/** Headers that tell a proxy how to treat a feed. */
const feedHeaders = [...headers, "x-accel-buffering: no"];

/** Milliseconds after which a feed is left. */
const leaveAfter = 1_000;

const { whole, sized, feed } = answersOf(event, headers);

/** Compresses a text, and flushes the compressor without ending its output. */
const flushed = (text: string) => gzipSync(text, { finishFlush: constants.Z_SYNC_FLUSH });

/** Adds a file name to the head of a gzip member. */
const withFileName = ([a, b, method, _flags, ...rest]: Uint8Array) =>
  Buffer.concat([
    Buffer.from([a, b, method, 8, ...rest.slice(0, 6)]),
    Buffer.from("a.sse\0"),
    Buffer.from(rest.slice(6)),
  ]);

const length = Buffer.byteLength(event);

/** Text that says something else again and again, so that no compressor makes it short. */
const manyEvents = Array.from({ length: 400 }, (_, i) => event.replace("12", String(i * 7919 % 10007))).join("");

/** Text of more bytes than are read. */
const tooMuch = event.replace("12", "1".repeat(100_000)).repeat(43);

/** Answers of more bytes than are read: what comes after these is not known. */
export const tooLong: Answer[] = [
  { answer: whole(headers, undefined, tooMuch) },
  { answer: sized(Buffer.byteLength(tooMuch), tooMuch) },
  { answer: whole([...headers, "content-encoding: gzip"], undefined, gzipSync(tooMuch)) },
];

/** Each answer has one fault. */
export const mutants: AnswerMutant[] = [
  { name: "no answer: the connection is closed at once", trips: ["http-answer"], answer: (socket) => socket.end() },
  { name: "no answer: nothing comes", trips: ["http-answer"], answer: () => {}, timeout: 300 },
  { name: "an answer that is no HTTP", trips: ["http-answer"], answer: send("220 mail.example ESMTP\r\n") },
  {
    name: "a redirect to a login page",
    trips: ["http-redirect"],
    answer: send(head(["location: /login", "content-length: 0"], "HTTP/1.1 302 Found")),
  },
  {
    name: "a redirect that keeps the method",
    trips: ["http-redirect"],
    answer: send(head(["location: /get/", "content-type: text/html", "content-length: 2"], "HTTP/1.1 308 Moved"), "ok"),
  },
  { name: "a 204", trips: ["http-body"], answer: send(head([], "HTTP/1.1 204 No Content")) },
  { name: "a 205", trips: ["http-body"], answer: send(head(["content-length: 0"], "HTTP/1.1 205 Reset Content")) },
  { name: "a 304", trips: ["http-body"], answer: send(head(headers, "HTTP/1.1 304 Not Modified")) },
  { name: "a stream without a byte in it", trips: ["http-body"], answer: sized(0, "") },
  { name: "a stream without a chunk in it", trips: ["http-body"], answer: whole(headers, undefined, "") },
  {
    name: "an HTML page with status 404",
    trips: ["http-type", "http-status"],
    answer: whole(
      ["content-type: text/html", "cache-control: no-cache"],
      "HTTP/1.1 404 Not Found",
      "<h1>Not found</h1>",
    ),
  },
  { name: "events with status 400", trips: ["http-status"], answer: whole(headers, "HTTP/1.1 400 Bad Request") },
  { name: "events with status 500", trips: ["http-status"], answer: whole(headers, "HTTP/1.1 500 Oh") },
  { name: "events with status 201", trips: ["http-status"], answer: whole(headers, "HTTP/1.1 201 Created") },
  {
    name: "chunks in HTTP/1.0, which browsers do not take for chunks",
    trips: ["http-version", "sse-junk"],
    answer: whole(headers, "HTTP/1.0 200 OK"),
  },
  ...["x-chunked", "chunked;q=1"].map((coding) => ({
    name: `chunks that are called ${coding}`,
    trips: ["sse-junk"],
    answer: send(head([...headers, `transfer-encoding: ${coding}`]), chunked(event), lastChunk),
  })),
  {
    name: "a NUL in the head",
    trips: ["http-answer"],
    answer: sized(length, event, [...headers, "x-name: a\0b"]),
  },
  {
    name: "a tab after the size of a chunk",
    trips: ["http-end"],
    answer: send(
      head([...headers, "transfer-encoding: chunked"]),
      `${length.toString(16)}\t\r\n${event}\r\n${lastChunk}`,
    ),
  },
  { name: "no type", trips: ["http-type"], answer: whole(["cache-control: no-cache"]) },
  { name: "an empty type", trips: ["http-type"], answer: whole(["content-type:", "cache-control: no-cache"]) },
  ...["text/html; charset=utf-8", "text/plain", "application/json", "text/eventstream", "application/x-ndjson"].map((
    type,
  ) => ({
    name: `the type ${type}`,
    trips: ["http-type"],
    answer: whole([`content-type: ${type}`, "cache-control: no-cache"]),
  })),
  {
    name: "another type before the right one",
    trips: ["http-type", "http-type-once"],
    answer: whole(["content-type: text/html", ...headers]),
  },
  {
    name: "the type in capitals",
    trips: ["http-type-case"],
    answer: whole(["Content-Type: Text/Event-Stream", "cache-control: no-cache"]),
  },
  { name: "the type twice", trips: ["http-type-once"], answer: whole(["Content-Type: text/event-stream", ...headers]) },
  ...["iso-8859-1", '"windows-1252"', "utf-16"].map((charset) => ({
    name: `the charset ${charset}`,
    trips: ["http-charset"],
    answer: whole([`content-type: text/event-stream; Charset=${charset}`, "cache-control: no-store"]),
  })),
  {
    name: "an encoding that was not asked for",
    trips: ["http-encoding"],
    answer: whole([...headers, "content-encoding: zstd"], undefined, Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20])),
  },
  ...Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }).map(([name, compress]) => ({
    name: `${name} without a content-encoding`,
    trips: ["http-encoding"],
    answer: whole(headers, undefined, compress(manyEvents)),
  })),
  {
    name: "gzip in gzip, of which the header names one",
    trips: ["http-encoding"],
    answer: whole([...headers, "content-encoding: gzip"], undefined, gzipSync(gzipSync(event))),
  },
  { name: "UTF-16", trips: ["http-encoding"], answer: whole(headers, undefined, Buffer.from(event, "utf16le")) },
  { name: "no cache-control", trips: ["http-cache"], answer: whole(["content-type: text/event-stream"]) },
  {
    name: "a cache-control that lets caches keep it",
    trips: ["http-cache"],
    answer: whole(["content-type: text/event-stream", "cache-control: public, max-age=60"]),
  },
  {
    name: "a feed that lets proxies hold it back",
    trips: ["http-buffering"],
    answer: feed(headers, event),
    leaveAfter,
  },
  {
    name: "a feed that says x-accel-buffering: yes",
    trips: ["http-buffering"],
    answer: feed([...headers, "x-accel-buffering: yes"], event),
    leaveAfter,
  },
  {
    name: "a compressed feed that is not flushed",
    trips: ["http-compression"],
    answer: feed([...feedHeaders, "content-encoding: gzip"], gzipSync(manyEvents).subarray(0, 1_000)),
    leaveAfter,
  },
  {
    name: "a compressed feed of which nothing has come out",
    trips: ["http-compression"],
    answer: feed([...feedHeaders, "content-encoding: gzip"], gzipSync(event).subarray(0, 10)),
    leaveAfter,
  },
  { name: "a length in characters", trips: ["http-length", "sse-final-blank"], answer: sized(event.length) },
  {
    name: "a length that is too large",
    trips: ["http-length", "http-end"],
    answer: sized(length + 10),
  },
  { name: "a length that is no number", trips: ["http-length"], answer: sized("all") },
  {
    name: "a feed with a length",
    trips: ["http-length"],
    answer: hold(head([...feedHeaders, "content-length: 1000000"]), event),
    leaveAfter,
  },
  {
    name: "two lengths",
    trips: ["http-length-once"],
    answer: sized(length, event, [...headers, `content-length: 0${length}`]),
  },
  {
    name: "a length, and chunks",
    trips: ["http-length-once"],
    answer: whole([...headers, `content-length: ${length}`]),
  },
  {
    name: "chunks in chunks",
    trips: ["http-length-once"],
    answer: whole([...headers, "Transfer-Encoding: chunked"]),
  },
  {
    name: "chunks that break off",
    trips: ["http-end"],
    answer: send(head([...headers, "transfer-encoding: chunked"]), chunked(event)),
  },
  {
    name: "chunks that break off inside an event",
    trips: ["http-end"],
    answer: send(head([...headers, "transfer-encoding: chunked"]), chunked(event + event.slice(0, 40))),
  },
  {
    name: "a chunk that breaks off",
    trips: ["http-end"],
    answer: send(head([...headers, "transfer-encoding: chunked"]), chunked(event + event).subarray(0, length + 20)),
  },
  {
    name: "a feed that breaks off",
    trips: ["http-end"],
    answer: send(head([...feedHeaders, "transfer-encoding: chunked"]), chunked(event, event)),
  },
  {
    name: "chunks with wrong sizes",
    trips: ["http-end"],
    answer: send(
      head([...headers, "transfer-encoding: chunked"]),
      `${(length + 2).toString(16)}\r\n${event}\r\n${lastChunk}${event}`,
    ),
  },
  ...Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }).map(([name, compress]) => ({
    name: `${name} that breaks off inside an event`,
    trips: ["http-encoding-whole", "sse-final-blank"],
    answer: whole([...headers, `content-encoding: ${name}`], undefined, compress(manyEvents).subarray(0, -20)),
  })),
  {
    name: "deflate without the head of zlib that breaks off",
    trips: ["http-encoding-whole", "sse-final-blank"],
    answer: whole([...headers, "content-encoding: deflate"], undefined, deflateRawSync(manyEvents).subarray(0, 1_000)),
  },
  {
    name: "gzip with a length that breaks off",
    trips: ["http-encoding-whole", "sse-final-blank"],
    answer: sized(1_000, gzipSync(manyEvents).subarray(0, 1_000), [...headers, "content-encoding: gzip"]),
  },
  {
    name: "gzip that is flushed and has no end",
    trips: ["http-encoding-whole"],
    answer: whole([...headers, "content-encoding: gzip"], undefined, flushed(event)),
  },
  {
    name: "gzip that breaks off with its connection",
    trips: ["http-end"],
    answer: send(
      head([...headers, "content-encoding: gzip", "transfer-encoding: chunked"]),
      chunked(gzipSync(manyEvents).subarray(0, 1_000)),
    ),
  },
  ...Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }).flatMap(([name, compress]) => [
    {
      name: `${name} for each event of an answer`,
      trips: ["http-encoding-whole"],
      answer: whole(
        [...headers, `content-encoding: ${name}`],
        undefined,
        Buffer.concat([compress(event), compress(event)]),
      ),
    },
    {
      name: `${name} for each event of a feed`,
      trips: ["http-encoding-whole"],
      answer: feed([...feedHeaders, `content-encoding: ${name}`], compress(event), compress(event)),
      leaveAfter,
    },
  ]),
  {
    name: "gzip in gzip of which one is for each event",
    trips: ["http-encoding-whole"],
    answer: whole(
      [...headers, "content-encoding: gzip, gzip"],
      undefined,
      gzipSync(Buffer.concat([gzipSync(event), gzipSync(event)])),
    ),
  },
  ...["gzip;q=1", "gzip gzip", '"gzip"', "a*b", "foo, a=b"].map((encoding) => ({
    name: `the encoding ${encoding}, which Chromium refuses`,
    trips: ["http-encoding"],
    answer: whole([...headers, `content-encoding: ${encoding}`]),
  })),
  ...["identity, gzip", "gzip,", "gzip, none"].map((encoding) => ({
    name: `gzip with the encoding ${encoding}, which browsers ignore`,
    trips: ["http-encoding"],
    answer: whole([...headers, `content-encoding: ${encoding}`], undefined, gzipSync(event)),
  })),
  {
    name: "something that is called gzip and is none",
    trips: ["http-end"],
    answer: whole([...headers, "content-encoding: gzip"]),
  },
  {
    name: "an answer that does not end",
    trips: ["http-end"],
    answer: feed(headers, event),
    timeout: 1_500,
  },
  {
    name: "a body that ends with the connection",
    trips: ["http-delimited"],
    answer: send(head([...headers, "connection: close"]), event),
  },
  { name: "HTTP/1.0", trips: ["http-version"], answer: send(head(headers, "HTTP/1.0 200 OK"), event) },
  ...["HTTP/1.1", "HTTP/1.0"].map((version) => ({
    name: `a feed in ${version} that ends with the connection`,
    trips: ["http-delimited"],
    answer: hold(head(feedHeaders, `${version} 200 OK`), event),
    leaveAfter,
  })),
  {
    name: "a feed whose fragments leave view transitions on",
    trips: ["frg-vt-stream"],
    answer: feed(feedHeaders, event, event.replace("data: vt false\n", "")),
    leaveAfter,
  },
  {
    name: "a feed whose fragments ask for view transitions, with CRLF",
    trips: ["frg-vt-stream"],
    answer: feed(feedHeaders, event.replace("vt false", "vt true").replaceAll("\n", "\r\n")),
    leaveAfter,
  },
];

/** Answers that are as they should be. */
export const healthy: NamedAnswer[] = [
  { name: "chunks", answer: whole(headers) },
  { name: "a length", answer: sized(length) },
  {
    name: "names in capitals",
    answer: whole(["Content-Type: text/event-stream;charset=UTF-8", "Cache-Control: No-Store"]),
  },
  {
    name: "a charset in quotes",
    answer: whole(['content-type: text/event-stream; charset="utf-8"', "cache-control: no-cache"]),
  },
  {
    name: "a chunk for each byte, and trailers",
    answer: send(
      head([...headers, "transfer-encoding: chunked"]),
      chunked(...[...Buffer.from(event)].map((byte) => Uint8Array.of(byte))),
      "0;last\r\nx-trailer: 1\r\n\r\n",
    ),
  },
  {
    name: "100 Continue before it",
    answer: send("HTTP/1.1 100 Continue\r\n\r\n", head([...headers, `content-length: ${length}`]), event),
  },
  ...["HTTP/1.1 103 Early Hints\r\nlink: </x.css>; rel=preload", "HTTP/1.1 102 Processing"].map((interim) => ({
    name: `${interim.slice(9, 19)} before it`,
    answer: send(`${interim}\r\n\r\n`.repeat(2), head([...headers, `content-length: ${length}`]), event),
  })),
  {
    name: "headers that are folded",
    answer: whole(["content-type:\r\n text/event-stream", "cache-control: no-cache,\r\n\tno-transform"]),
  },
  {
    name: "a folded transfer-encoding",
    answer: send(head([...headers, "transfer-encoding:\r\n chunked"]), chunked(event), lastChunk),
  },
  {
    name: "headers without a space after the colon",
    answer: whole(["content-type:text/event-stream", "cache-control:no-cache"]),
  },
  {
    name: "headers with a space before the colon",
    answer: sized(length, event, ["content-type : text/event-stream", "cache-control : no-cache"]),
  },
  {
    name: "a head with LF alone",
    answer: send(head([...headers, `content-length: ${length}`]).replaceAll("\r", ""), event),
  },
  {
    name: "a head with LF and CRLF",
    answer: send(head([...headers, `content-length: ${length}`]).replace("\r", ""), event),
  },
  ...[
    "\r\nHTTP/1.1 200 OK",
    "HTTP/1.1  200  OK",
    "http/1.1 200 ok",
    "HTTP/1.1 200",
    "HTTP/1.1 200OK",
    "HTTP/1.1 200 OK\r",
  ]
    .map((first) => ({ name: `the status line ${JSON.stringify(first)}`, answer: whole(headers, first) })),
  {
    name: "lines of a head that are no headers",
    answer: whole(["junk", ": x", "a b: c", ...headers]),
  },
  {
    name: "other codings beside chunks",
    answer: send(head([...headers, "Transfer-Encoding: Identity, Chunked"]), chunked(event), lastChunk),
  },
  {
    name: "chunks with LF alone, capitals and a quoted extension",
    answer: send(
      head([...headers, "trailer: x-trailer", "transfer-encoding: chunked"]),
      `${length.toString(16).toUpperCase()};a="b;c"\n${event}\n0 \nx-trailer: 1\n\n`,
    ),
  },
  {
    name: "a connection that would go on",
    answer: sized(length, event, [...headers, "connection: keep-alive", "keep-alive: timeout=5"]),
  },
  ...Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }).flatMap(([name, compress]) => {
    const lines = [...headers, `content-encoding: ${name}`];
    const body = compress(manyEvents);
    return [
      { name: `${name}, in chunks`, answer: whole(lines, undefined, body) },
      { name: `${name}, with a length`, answer: sized(body.length, body, lines) },
    ];
  }),
  ...Object.entries({ "gzip, gzip": [gzipSync, gzipSync], "gzip, br": [gzipSync, brotliCompressSync] }).map((
    [encoding, [inner, outer]],
  ) => ({
    name: `the encodings ${encoding}`,
    answer: whole([...headers, `content-encoding: ${encoding}`], undefined, outer(inner(manyEvents))),
  })),
  {
    name: "gzip twice, in two headers",
    answer: whole(
      [...headers, "content-encoding: gzip", "Content-Encoding: X-GZIP"],
      undefined,
      gzipSync(gzipSync(manyEvents)),
    ),
  },
  ...["GZIP", "x-gzip", "X-Gzip"].map((encoding) => ({
    name: `the encoding ${encoding}`,
    answer: whole([...headers, `content-encoding: ${encoding}`], undefined, gzipSync(manyEvents)),
  })),
  {
    name: "gzip without its checksum",
    answer: whole([...headers, "content-encoding: gzip"], undefined, gzipSync(manyEvents).subarray(0, -6)),
  },
  ...["", "none", "identity", "utf-8", "aws-chunked", "gzip, foo"].map((encoding) => ({
    name: `the encoding "${encoding}", which browsers ignore`,
    answer: whole([...headers, `content-encoding: ${encoding}`]),
  })),
  {
    name: "deflate without the head of zlib",
    answer: whole([...headers, "content-encoding: deflate"], undefined, deflateRawSync(manyEvents)),
  },
  {
    name: "gzip with a file name, byte by byte, and zeros after it",
    answer: send(
      head([...headers, "content-encoding: gzip", "transfer-encoding: chunked"]),
      chunked(...[...withFileName(gzipSync(event))].map((byte) => Uint8Array.of(byte)), Buffer.alloc(16)),
      lastChunk,
    ),
  },
  { name: "two equal lengths", answer: sized(length, event, [...headers, `content-length: ${length}`]) },
  { name: "two equal lengths in one header", answer: sized(`${length}, ${length}`) },
  {
    name: "a chunk's size with many zeros",
    answer: send(
      head([...headers, "transfer-encoding: chunked"]),
      `${length.toString(16).padStart(60, "0")}\r\n${event}\r\n${"0".repeat(20)}\r\n\r\n`,
    ),
  },
  {
    name: "a chunk's size with a long extension",
    answer: send(
      head([...headers, "transfer-encoding: chunked"]),
      `${length.toString(16)};${"x".repeat(5_000)}\r\n${event}\r\n${lastChunk}`,
    ),
  },
  { name: "a feed", answer: feed(feedHeaders, event, ": still here\n\n", event), leaveAfter },
  {
    name: "a feed that is in the middle of an event",
    answer: feed(
      ["content-type: text/event-stream", "cache-control: no-cache, no-transform"],
      event,
      event.slice(0, 30),
    ),
    leaveAfter,
  },
  {
    name: "a feed in the middle of a character",
    answer: feed(feedHeaders, event, Buffer.from(event).subarray(0, Buffer.from(event).indexOf("€") + 1)),
    leaveAfter,
  },
  {
    name: "a compressed feed that is flushed",
    answer: feed([...feedHeaders, "content-encoding: gzip"], flushed(event)),
    leaveAfter,
  },
];
