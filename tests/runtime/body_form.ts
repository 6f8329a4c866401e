import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { describe, test } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { recognizeForm } from "../../conformance/body_form.ts";
import { mutants } from "../mutants/lines.ts";

const stream = 'event: datastar-fragment\ndata: fragment <p id="price">12 €</p>\n\n';
const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
const bigEndian = (text: string) => Buffer.from(text, "utf16le").swap16();
const fourBytes = (text: string) => Buffer.from([...text].flatMap((one) => [one.codePointAt(0)! & 255, 0, 0, 0]));
const chunk = (text: string, line = Buffer.byteLength(text).toString(16)) => `${line}\r\n${text}\r\n`;
const withHead = "an answer with its head, as `curl -i` writes it";
const inChunks = "in chunks with their sizes, as `curl --raw` writes it";

const forms: [name: string, bytes: string | Uint8Array, form: string][] = [
  ["a head of HTTP/1.1", head + stream, withHead],
  ["a head of HTTP/2", `HTTP/2 200 \r\ncontent-type: text/event-stream\r\n\r\n${stream}`, withHead],
  ["a head of HTTP/1.0 with LF alone", `HTTP/1.0 200 OK\nserver: x\n\n${stream}`, withHead],
  ["heads of a redirect and of the answer", `HTTP/1.1 302 Found\r\nlocation: /x\r\n\r\n${head}${stream}`, withHead],
  ["100 Continue before the head", `HTTP/1.1 100 Continue\r\n\r\n${head}${stream}`, withHead],
  ["a head after a byte order mark", `\ufeff${head}${stream}`, withHead],
  ["headers without a status line", `Cache-Control: no-cache\nContent-Type: text/event-stream\n\n${stream}`, withHead],
  ["a request before the head", `GET /feed HTTP/1.1\r\nhost: x\r\n\r\n${head}${stream}`, withHead],
  ["chunks after a head", head + chunk(stream) + chunk("", "0"), withHead],
  [
    "a log of curl",
    `* Trying 127.0.0.1:80...\n> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n<\n${stream}`,
    "a log of `curl -v`",
  ],
  ["one chunk", chunk(stream) + chunk("", "0"), inChunks],
  ["a chunk for each letter", [..."data: x\n\n"].map((one) => chunk(one)).join(""), inChunks],
  ["chunks with extensions and zeros", chunk(stream, `000${Buffer.byteLength(stream).toString(16)};a=b`), inChunks],
  ["chunks up to a blank line", chunk(stream).slice(0, -2), inChunks],
  ["gzip", gzipSync(stream), "compressed with gzip"],
  ["gzip that breaks off", gzipSync(stream).subarray(0, 20), "compressed with gzip"],
  ["deflate", deflateSync(stream), "compressed with deflate"],
  ["deflate that breaks off", deflateSync(stream.repeat(99)).subarray(0, -9), "compressed with deflate"],
  ["deflate without the head of zlib", deflateRawSync(stream), "compressed with deflate"],
  ["br", brotliCompressSync(stream), "compressed with br"],
  ["zstd", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x24]), "compressed with zstd"],
  ["UTF-16 with a byte order mark", Buffer.from(`\ufeff${stream}`, "utf16le"), "text in UTF-16"],
  ["UTF-16 without one", Buffer.from(stream, "utf16le"), "text in UTF-16"],
  ["UTF-16, big end first", bigEndian(`\ufeff${stream}`), "text in UTF-16"],
  ["UTF-16, big end first, without a byte order mark", bigEndian(stream), "text in UTF-16"],
  ["a capture with its head in UTF-16", Buffer.from(head + stream, "utf16le"), "text in UTF-16"],
  ["UTF-32", fourBytes(stream), "text in UTF-32"],
];

describe("recognizeForm() finds", () => {
  for (const [name, bytes, form] of forms) {
    test(name, () => assertEquals(recognizeForm(Buffer.from(bytes as string))?.form, form));
  }
});

describe("recognizeForm() finds nothing", () => {
  const streams: [name: string, bytes: string | Uint8Array][] = [
    ["in a stream", stream],
    ["in a stream with a byte order mark", `\ufeff${stream}`],
    ["in no bytes", ""],
    ["in a comment", ": HTTP/1.1 200 OK\n\n"],
    ["in an event with a head", `data: HTTP/1.1 200 OK\n${head}`],
    ["in a word of hexadecimal digits", `feed\r\n${stream}`],
    ["in NUL", "id: \0\0\0\0\n\n"],
    ["in broken UTF-8", Buffer.from([0xff, 0xff, 10, 10])],
    ...mutants.map(({ name, stream }): [string, string | Uint8Array] => [`in: ${name}`, stream]),
  ];
  for (const [name, bytes] of streams) {
    test(name, () => assertEquals(recognizeForm(Buffer.from(bytes as string)), undefined));
  }
});
