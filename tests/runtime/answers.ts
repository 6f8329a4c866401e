import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { describe, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { checks } from "../../conformance/classic/mod.ts";
import { dialects, judgeRecording } from "../../conformance/mod.ts";
import { performExchange, type RequestOptions } from "../../conformance/record/exchange.ts";
import type { Exchange } from "../../conformance/recording.ts";
import { healthy, mutants, tooLong } from "../mutants/answers.ts";
import { mutants as lineMutants } from "../mutants/lines.ts";
import { recordAnswer, testAnswers, withAnswer } from "../support/answer_server.ts";

describe("the checks of answers", () => {
  testAnswers({ mutants, healthy }, { dialect: dialects.classic, passed: "sse-events" });

  for (const [i, answer] of tooLong.entries()) {
    test(`leave the rest undecided of an answer of more bytes than are read (${i + 1})`, async () => {
      const { report } = await judgeRecording(await recordAnswer(answer));
      assertEquals([report.complete, report.exitCode], [false, 3]);
      assertEquals(report.checks.filter(({ verdict }) => verdict === "fail"), []);
      const { verdict, reason, actual } = report.checks.find(({ id }) => id === "http-end")!;
      assertEquals([verdict, reason], ["untested", "unobserved"]);
      assertMatch(actual, /^the answer has more than 4194304 bytes, and the rest was not read$/);
    });
  }

  test("each have a mutant", () => {
    const tripped = [...mutants, ...lineMutants].flatMap(({ trips }) => trips);
    const ids = checks.filter(({ family }) => ["transport", "framing", "grammar"].includes(family)).map(({ id }) => id);
    assertEquals(ids.filter((id) => !tripped.includes(id)), []);
    assertEquals(tripped.filter((id) => !checks.some((check) => check.id === id)), []);
  });
});

const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
const until = (encoding: string) => `${head}content-encoding: ${encoding}\r\nconnection: close\r\n\r\n`;
const event = "event: datastar-console\ndata: log hello\n\n";

/** Writes the beginning of an answer. */
function begin(socket: Socket, text: string): Socket {
  socket.write(text);
  return socket;
}

/** Writes the same piece again and again, as fast as it is taken. */
function pour(socket: Socket, piece: string | Uint8Array): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on("drain", more);
  more();
}

/** Writes a piece every 20 ms. */
function drip(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 20);
  socket.on("close", () => clearInterval(timer));
}

interface Hostile {
  name: string;
  answer: (socket: Socket) => void;
  options?: Partial<RequestOptions>;
  ending: Exchange["ending"];
  why?: RegExp;
  body?: string;
}

const quick = { timeout: 500 };

const hostile: Hostile[] = [
  {
    name: "a head without an end",
    answer: (socket) => pour(begin(socket, "HTTP/1.1 200 OK\r\n"), "x-bomb: 1\r\n".repeat(1_000)),
    ending: "no answer",
    why: /^the head of the answer has more than 65536 bytes$/,
  },
  {
    name: "a head of 10 MB in one line",
    answer: (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(10_000_000)}\r\n\r\n`),
    ending: "no answer",
    why: /^the head of the answer has more than 65536 bytes$/,
  },
  {
    name: "a head that drips",
    answer: (socket) => drip(begin(socket, "HTTP/1.1 200 OK\r\n"), "x"),
    options: quick,
    ending: "no answer",
    why: /^no whole head of an answer has come within 500 ms$/,
  },
  {
    name: "100 Continue without an end",
    answer: (socket) => drip(socket, "HTTP/1.1 100 Continue\r\n\r\n"),
    options: quick,
    ending: "no answer",
    why: /^no whole head of an answer has come within 500 ms$/,
  },
  {
    name: "100 Continue without an end, poured",
    answer: (socket) => pour(socket, "HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000)),
    ending: "no answer",
    why: /^more than 1000 heads came before the answer$/,
  },
  { name: "silence", answer: () => {}, options: quick, ending: "no answer", why: /^nothing has come within 500 ms$/ },
  {
    name: "a closed connection",
    answer: (socket) => socket.end(),
    ending: "no answer",
    why: /^the server closed the connection before its answer was complete$/,
  },
  { name: "a reset", answer: (socket) => socket.resetAndDestroy(), ending: "no answer", why: /reset|closed/ },
  {
    name: "half a head",
    answer: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-"),
    ending: "no answer",
    why: /^the server closed the connection before its answer was complete$/,
  },
  {
    name: "garbage",
    answer: (socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"),
    ending: "no answer",
    why: /not an HTTP answer/,
  },
  {
    name: "garbage without an end",
    answer: (socket) => pour(socket, Uint8Array.from({ length: 10_000 }, (_, i) => i * 31 % 256)),
    ending: "no answer",
    why: /not an HTTP answer/,
  },
  {
    name: "a TLS alert",
    answer: (socket) => socket.end(Uint8Array.of(21, 3, 1, 0, 2, 2, 70)),
    ending: "no answer",
    why: /not an HTTP/,
  },
  { name: "a newline", answer: (socket) => socket.end("\n\n\n\n\n\n"), ending: "no answer", why: /not an HTTP answer/ },
  {
    name: "a status of two digits",
    answer: (socket) => socket.end("HTTP/1.1 20 OK\r\n\r\n"),
    ending: "no answer",
    why: /not an HTTP/,
  },
  {
    name: "lines of a head that are none",
    answer: (socket) => socket.end(`${head}junk\r\n: x\r\ncontent-length: 3\r\n\r\nabc`),
    ending: "complete",
    body: "abc",
  },
  {
    name: "LF alone in the head",
    answer: (socket) => socket.end(`HTTP/1.1 200 OK\ncontent-type: text/event-stream\ncontent-length: 3\n\nabc`),
    ending: "complete",
    body: "abc",
  },
  {
    name: "HTTP/1.0 without a length",
    answer: (socket) => socket.end("HTTP/1.0 200 OK\r\n\r\nabc"),
    ending: "complete",
    body: "abc",
  },
  {
    name: "1 GB with a length",
    answer: (socket) => pour(begin(socket, `${head}content-length: 1000000000\r\n\r\n`), event.repeat(1_000)),
    options: { timeout: 20_000 },
    ending: "gave up",
    why: /^the answer has more than 4194304 bytes, and the rest was not read$/,
  },
  {
    name: "a chunk of 4 GB",
    answer: (socket) =>
      pour(begin(socket, `${head}transfer-encoding: chunked\r\n\r\nffffffff\r\n`), event.repeat(1_000)),
    options: { timeout: 20_000 },
    ending: "gave up",
    why: /^the answer has more than 4194304 bytes, and the rest was not read$/,
  },
  {
    name: "chunks of one byte without an end",
    answer: (socket) => pour(begin(socket, `${head}transfer-encoding: chunked\r\n\r\n`), "1\r\nx\r\n".repeat(5_000)),
    options: { timeout: 1_000 },
    ending: "gave up",
    why: /^the answer has (not ended within|more than)/,
  },
  {
    name: "a reset in the body",
    answer: (socket) => socket.write(`${head}content-length: 1000\r\n\r\nabc`, () => socket.resetAndDestroy()),
    ending: "cut off",
    why: /^the connection (broke off|was closed)|^the server closed/,
  },
  {
    name: "a chunk's size that is no number",
    answer: (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n`),
    ending: "cut off",
    why: /chunked encoding is broken/,
    body: "",
  },
  {
    name: "a chunk that is longer than it says",
    answer: (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n`),
    ending: "cut off",
    why: /chunk/,
    body: "ab",
  },
  {
    name: "a chunk's size without an end",
    answer: (socket) => pour(begin(socket, `${head}transfer-encoding: chunked\r\n\r\n`), "0".repeat(50_000)),
    ending: "cut off",
    why: /^the size of a chunk has more than 16384 bytes$/,
  },
  {
    name: "trailers without an end",
    answer: (socket) => drip(begin(socket, `${head}transfer-encoding: chunked\r\n\r\n0\r\n`), "x: y\r\n"),
    options: quick,
    ending: "gave up",
    why: /not ended within 500 ms$/,
  },
  ...[["gzip", gzipSync(event)] as const, ["br", brotliCompressSync(event)] as const].flatMap((
    [encoding, body],
  ): Hostile[] => [
    {
      name: `${encoding}, with the connection's end`,
      answer: (socket) => socket.end(Buffer.concat([Buffer.from(until(encoding)), body])),
      ending: "complete",
      body: event,
    },
    {
      name: `${encoding} that breaks off`,
      answer: (socket) => socket.end(Buffer.concat([Buffer.from(until(encoding)), body.subarray(0, 12)])),
      ending: "complete",
    },
    {
      name: `${encoding} that is none`,
      answer: (socket) => socket.end(until(encoding) + "this is none of it, and is rather long\xff\xff"),
      ending: "cut off",
      why: new RegExp(`its ${encoding} encoding is broken`),
    },
  ]),
  ...[
    ["gzip", gzipSync(Buffer.alloc(200_000_000))] as const,
    ["br", brotliCompressSync(Buffer.alloc(50_000_000))] as const,
  ]
    .map(([encoding, body]): Hostile => ({
      name: `a bomb in ${encoding}`,
      answer: (socket) => socket.end(Buffer.concat([Buffer.from(until(encoding)), body])),
      options: { timeout: 20_000 },
      ending: "gave up",
      why: /^the answer has more than 4194304 bytes, and the rest was not read$/,
    })),
  {
    name: "a bomb in gzip in gzip, with a head that has no end",
    answer: (socket) => {
      const head = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8]), Buffer.alloc(6), Buffer.alloc(50_000_000, "x")]);
      socket.end(Buffer.concat([Buffer.from(until("gzip, gzip")), gzipSync(head)]));
    },
    options: { timeout: 20_000 },
    ending: "gave up",
    why: /^the answer has more than 4194304 bytes, and the rest was not read$/,
  },
];

describe("performExchange()", () => {
  for (const { name, answer, options, ending, why, body } of hostile) {
    test(`outlives ${name}`, async () => {
      const timeout = options?.timeout ?? 10_000;
      const seen = await withAnswer(answer, (url) => performExchange("GET /", url, { timeout, ...options }));
      assertEquals([seen.ending, seen.why === undefined], [ending, why === undefined], seen.why);
      if (why) assertMatch(seen.why!, why);
      if (body !== undefined) assertEquals(new TextDecoder().decode(seen.body), body);
      assert(seen.body.length < 5 * 1024 * 1024);
      assert(seen.endedAt < timeout + 2_000, `it took ${seen.endedAt} ms`);
    });
  }

  test("counts the bytes after the end of a body", async () => {
    const answer = (socket: Socket) => socket.end(`${head}content-length: 3\r\n\r\nabcde`);
    const { ending, surplus } = await withAnswer(answer, (url) => performExchange("GET /", url, { timeout: 10_000 }));
    assertEquals({ ending, surplus }, { ending: "complete", surplus: 2 });
  });

  test("says that nothing listens", async () => {
    const url = await withAnswer(() => {}, (url) => Promise.resolve(url));
    const { ending, why } = await performExchange("GET /", url, { timeout: 10_000 });
    assertEquals([ending, why], ["no answer", `nothing listens on ${url.host}`]);
  });
});
