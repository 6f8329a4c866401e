import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { readStream, type StreamEvent } from "../harness/mod.ts";
import { type Capture, checkEndpoint, fromFile, maxCaptureBytes, record, toFile } from "../learn/capture.ts";
import { replay } from "../learn/replay.ts";
import { timelineOf } from "../learn/timeline.ts";
import { bytesOf } from "../vectors/vector.ts";
import { families } from "../vectors/classic/mod.ts";
import { conform } from "./support/conform.ts";
import { slow } from "./support/process.ts";

const folder = mkdtempSync(join(tmpdir(), "live-"));
after(() => rmSync(folder, { recursive: true }));

const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** Makes a response whose chunks the test sends, and that knows whether its reader has left. */
function feed(type: string | null = "text/event-stream") {
  let controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  let left = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (given) => void (controller = given),
    cancel: () => {
      left = true;
      return new Promise(() => {}); // a source that hangs
    },
  });
  return {
    response: new Response(body, { headers: type === null ? {} : { "content-type": type } }),
    send: (text: string) => controller.enqueue(utf8(text)),
    end: () => controller.close(),
    fail: (error: Error) => controller.error(error),
    isLeft: () => left,
  };
}

/** Makes a clock that shows these times, one after the other. */
function createClock(...times: number[]): () => number {
  return () => times.shift()!;
}

/** Makes a capture of these chunks. */
function captureOf(...parts: [at: number, text: string][]): Capture {
  const bytes = utf8(parts.map(([, text]) => text).join(""));
  let end = 0;
  return { bytes, chunks: parts.map(([at, text]) => ({ at, end: end += utf8(text).length })), ended: true };
}

async function eventsOf({ bytes }: Capture): Promise<StreamEvent[]> {
  const events = [];
  for await (const event of readStream(bytes)) events.push(event);
  return events;
}

describe("record()", () => {
  test("records each chunk with its time, until the stream ends", async () => {
    const { response, send, end } = feed();
    const seen: [string, Capture["chunks"], boolean][] = [];
    const onChunk = ({ bytes, chunks, ended }: Capture) => {
      seen.push([textOf(bytes), chunks, ended]);
      if (seen.length === 1) send(": é\n");
      else end();
    };
    send("data: x\n\n");
    const recording = await record(response, { onChunk, now: createClock(1000, 1001.5, 1251.5) });
    const first = { at: 1.5, end: 9 };
    const second = { at: 251.5, end: 14 };
    assertEquals(seen, [["data: x\n\n", [first], false], ["data: x\n\n: é\n", [first, second], false]]);
    const capture = { bytes: utf8("data: x\n\n: é\n"), chunks: [first, second], ended: true };
    assertEquals(recording, { capture, why: "The stream has ended" });
  });

  test("keeps what has arrived when the signal ends it, and leaves the stream", async () => {
    const { response, send, isLeft } = feed();
    const controller = new AbortController();
    send("data: x\n\n");
    const recording = record(response, {
      signal: controller.signal,
      onChunk: () => queueMicrotask(() => controller.abort()),
    });
    const { capture, why } = await recording;
    assertEquals([textOf(capture.bytes), capture.ended, why], ["data: x\n\n", false, "Disconnected"]);
    assert(isLeft());
  });

  test("records no chunk after the signal, also not one that waits", async () => {
    for (const when of ["before", "on the first chunk"]) {
      const { response, send, isLeft } = feed();
      send("a");
      send("b");
      const controller = new AbortController();
      if (when === "before") controller.abort();
      const { capture, why } = await record(response, {
        signal: controller.signal,
        onChunk: () => controller.abort(),
      });
      assertEquals([textOf(capture.bytes), why], [when === "before" ? "" : "a", "Disconnected"]);
      assert(isLeft());
    }
  });

  test("ends at the limit of bytes, also within a chunk", async () => {
    const { response, send, isLeft } = feed();
    const most = ":".repeat(maxCaptureBytes - 3);
    send(most);
    send("data: y\n\n");
    const seen: number[] = [];
    const recording = await record(response, { onChunk: ({ bytes }) => seen.push(bytes.length) });
    assert(textOf(recording.capture.bytes) === `${most}dat`);
    assertEquals(recording.why, "Stopped at the limit of 4194304 bytes");
    assertEquals([seen, recording.capture.ended, isLeft()], [[maxCaptureBytes - 3, maxCaptureBytes], false, true]);
    const exact = feed();
    exact.send(`${most}dat`);
    exact.end();
    assertEquals((await record(exact.response)).why, "The stream has ended");
  });

  test("keeps what has arrived when the connection breaks off", async () => {
    const { response, send, fail } = feed();
    send("data: x\n\n");
    const { capture, why } = await record(response, { onChunk: () => fail(new TypeError("gone")) });
    assertEquals([textOf(capture.bytes), capture.ended], ["data: x\n\n", false]);
    assertEquals(why, "The connection was lost: gone");
  });

  test("passes on an error of its callback, and leaves the stream", async () => {
    const { response, send, isLeft } = feed();
    send("data: x\n\n");
    const onChunk = () => {
      throw new Error("no room");
    };
    await assertRejects(() => record(response, { onChunk }), Error, "no room");
    assert(isLeft());
  });

  test("records many small chunks without changing earlier captures", async () => {
    const { response, send, end } = feed();
    const given: Capture[] = [];
    for (let i = 0; i < 3000; i++) send(`data: ${String(i).padStart(50)}\n\n`);
    end();
    const { capture } = await record(response, { onChunk: (one) => void given.push(one) });
    assertEquals(capture.bytes.length, 3000 * 58);
    for (const [i, { bytes, chunks }] of given.entries()) {
      assertEquals([bytes.length, chunks.length, chunks[i].end], [(i + 1) * 58, i + 1, (i + 1) * 58]);
    }
    assertEquals(given[999].bytes, capture.bytes.slice(0, 58_000));
  });

  test("refuses a response that the client refuses", async () => {
    for (const type of [null, "text/html", "Text/Event-Stream", "application/json"]) {
      const { response, isLeft } = feed(type);
      const error = await assertRejects(
        () => record(response),
        TypeError,
        "Cannot record: the response has the status 200",
      );
      assertStringIncludes(error.message, "the client accepts only text/event-stream [REQ-6]");
      assertStringIncludes(error.message, type ?? "no content-type");
      assert(isLeft());
    }
    const empty = new Response(null, { status: 204, headers: { "content-type": "text/event-stream" } });
    await assertRejects(() => record(empty), TypeError, "no body [REQ-7]");
    const { response, end } = feed("text/event-stream; charset=utf-8");
    end();
    assertEquals((await record(response)).why, "The stream has ended");
  });
});

describe("checkEndpoint()", () => {
  const origin = "http://localhost:3000";

  test("accepts addresses of this server", () => {
    const table: [text: string, href: string][] = [
      ["/feed", "http://localhost:3000/feed"],
      [" /feed?a=b#c ", "http://localhost:3000/feed?a=b"],
      ["feed", "http://localhost:3000/feed"],
      ["http://localhost:3000/get?datastar={}", "http://localhost:3000/get?datastar={}"],
      ["HTTP://LOCALHOST:3000", "http://localhost:3000/"],
    ];
    assertEquals(table.map(([text]) => checkEndpoint(text, origin).href), table.map(([, href]) => href));
  });

  test("refuses all other texts", () => {
    const table: [text: string, why: string][] = [
      ["", "the address is empty; enter a path on this server, such as /feed"],
      [" \n", "the address is empty"],
      ["http://", "is not a valid address"],
      ["//evil.example/feed", "is on a different server; enter a path on this server"],
      ["\\\\evil.example/feed", "is on a different server"],
      ["/\t/evil.example", "is on a different server"],
      ["http://localhost:3001/feed", "an address that begins with http://localhost:3000/"],
      ["https://localhost:3000/feed", "is on a different server"],
      ["http://localhost:3000@evil.example/", "is on a different server"],
      ["javascript:alert(1)", "is on a different server"],
      ["data:text/event-stream,x", "is on a different server"],
      ["blob:http://localhost:3000/1-2-3", "is on a different server"],
      ["http://me:secret@localhost:3000/feed", "a user name or a password; remove them"],
    ];
    for (const [text, why] of table) {
      const error = assertThrows(() => checkEndpoint(text, origin), TypeError, "Cannot connect: ");
      assertStringIncludes(error.message, why);
      assert(!error.message.includes("\n"));
    }
  });
});

describe("timelineOf()", () => {
  const rows = (capture: Capture) =>
    timelineOf(capture).map(({ kind, at, gap, long, label }) => [kind, at, gap, long, label]);

  test("lists when each blank line arrived, with the gaps between", async () => {
    const capture = captureOf(
      [10, "event: datastar-fragment\nid: 7\nretry: 500\ndata: x\n"],
      [20, "\nevent: "],
      [269, "datastar-console\ndata: log y\n\n: be"],
      [600, "at\n"],
      [850, "\n: one\nda"],
      [1099.9, "ta: z\n: two\n\nevent: datastar-redirect\ndata: url /"],
    );
    const events = await eventsOf(capture);
    assertEquals(rows(capture), [
      ["event", 20, 20, false, "datastar-fragment"],
      ["id", 20, 0, false, "id: 7"],
      ["retry", 20, 0, false, "retry: 500"],
      ["event", 269, 249, false, "datastar-console"],
      ["comment", 600, 331, true, ": beat"],
      ["comment", 850, 250, true, ": one"],
      ["comment", 1099.9, 1099.9 - 850, false, ": two"],
      ["event", 1099.9, 0, false, "An event without a name"],
      ["cut-off", 1099.9, 0, false, "datastar-redirect, cut off"],
    ]);
    const entries = timelineOf(capture);
    const found = entries.filter(({ kind }) => kind === "event" || kind === "cut-off");
    assertEquals(found.map(({ range }) => range), events.map(({ range }) => range));
    assertEquals(textOf(capture.bytes.slice(entries[4].range.start, entries[4].range.end)), ": beat");
  });

  test("leaves out what is incomplete, as long as the stream goes on", () => {
    const table: [text: string, running: string[], ended: string[]][] = [
      ["data: x\n\n: y", ["event"], ["event", "comment"]],
      ["data: x\n\n: y\n", ["event", "comment"], ["event", "comment"]],
      ["data: x\n", [], ["cut-off"]],
      ["data: x", [], ["cut-off"]],
      ["data: x\r", [], ["cut-off"]],
      ["data: x\r\n", [], ["cut-off"]],
      ["data: x\r\r", ["event"], ["event"]],
      ["data: x\n\r", ["event"], ["event"]],
      ["data: x\r\n\r", ["event"], ["event"]],
      ["\ufeff: x\n\n\ufeff: y\n\n", ["comment", "event"], ["comment", "event"]],
      ["\n\n", [], []],
      ["", [], []],
    ];
    for (const [text, running, ended] of table) {
      const capture = captureOf([0, text]);
      assertEquals(timelineOf({ ...capture, ended: false }).map(({ kind }) => kind), running, JSON.stringify(text));
      assertEquals(timelineOf(capture).map(({ kind }) => kind), ended, JSON.stringify(text));
    }
  });

  test("has each event that the harness reads, in order", slow, async () => {
    for (const vector of families.flatMap(({ vectors }) => vectors)) {
      const bytes = bytesOf(vector);
      const chunks = [...bytes].map((_, i) => ({ at: i, end: i + 1 }));
      const capture: Capture = { bytes, chunks, ended: true };
      const events = await eventsOf(capture);
      const entries = timelineOf(capture);
      const found = entries.filter(({ kind }) => kind === "event" || kind === "cut-off");
      assertEquals(found.map(({ range }) => range), events.map(({ range }) => range), vector.id);
      assertEquals(found.map(({ kind }) => kind === "event"), events.map(({ client }) => client !== undefined));
      for (const [index, { kind, at, label }] of found.entries()) {
        if (kind === "cut-off") continue;
        assertEquals(label, events[index].client!.event ?? "An event without a name");
        // Without its last byte the event is not there yet.
        const [until, before] = [at + 1, at].map((length) =>
          timelineOf({ ...capture, bytes: bytes.slice(0, length), ended: false })
        );
        assertEquals(until.filter(({ kind }) => kind === "event").length, index + 1);
        assertEquals(before.filter(({ kind }) => kind === "event").length, index);
      }
      assert(entries.every(({ at }, i) => i === 0 || at >= entries[i - 1].at));
    }
  });

  test("cuts long lines", () => {
    const [{ label }] = timelineOf(captureOf([0, `: ${"x".repeat(1000)}\n`]));
    assertEquals(label.length, 101);
    assert(label.endsWith("x…"));
  });
});

describe("replay()", () => {
  const capture = captureOf([100, "a"], [350, "b"], [350, "c"], [1350, "d"]);
  const { signal } = new AbortController();
  const turns = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };

  test("repeats the chunks with their gaps", async () => {
    const log: unknown[] = [];
    const replaying = replay({ ...capture, url: "/feed" }, {
      signal,
      onChunk: ({ bytes, chunks, url, ended }) => log.push([textOf(bytes), chunks.length, url, ended]),
      wait: (ms) => (log.push(ms), Promise.resolve()),
    });
    assertEquals(log, []);
    assertEquals(await replaying, "end");
    assertEquals(log, [
      100,
      ["a", 1, "/feed", false],
      250,
      ["ab", 2, "/feed", false],
      ["abc", 3, "/feed", false],
      1000,
      ["abcd", 4, "/feed", false],
    ]);
  });

  test("pauses and resumes", async () => {
    let seen = "";
    let ring = () => {};
    const replaying = replay(capture, {
      signal,
      onChunk: ({ bytes }) => seen = textOf(bytes),
      wait: () => new Promise((resolve) => ring = resolve),
    });
    await turns();
    ring();
    await turns();
    assertEquals(seen, "a");
    replaying.pause();
    replaying.pause();
    ring();
    await turns();
    assertEquals(seen, "a");
    replaying.resume();
    replaying.resume();
    await turns();
    assertEquals(seen, "abc");
    replaying.pause();
    replaying.resume();
    ring();
    assertEquals([await replaying, seen], ["end", "abcd"]);
  });

  test("stops at once, also in a gap, in a pause and in its callback", async () => {
    for (const how of ["signal", "pause", "within", "before"]) {
      let seen = "";
      const controller = new AbortController();
      if (how === "before") controller.abort();
      const signals: AbortSignal[] = [];
      const replaying = replay(capture, {
        signal: controller.signal,
        onChunk: ({ bytes }) => {
          seen = textOf(bytes);
          if (how === "within") controller.abort();
        },
        wait: (ms, signal) => {
          signals.push(signal);
          return ms === 100 ? Promise.resolve() : new Promise(() => {});
        },
      });
      if (how === "pause") replaying.pause();
      await turns();
      controller.abort();
      assertEquals(await replaying, "stopped", how);
      assertEquals(seen, how === "pause" || how === "before" ? "" : "a", how);
      assert(signals.every(({ aborted }) => aborted));
    }
  });

  test("waits by the clock by default, and leaves no timer running", async () => {
    const { setTimeout, clearTimeout } = globalThis;
    const waits: unknown[] = [];
    const running = new Set<unknown>();
    const stand = (ring: () => void, ms: number) => {
      const timer = setTimeout(() => (running.delete(timer), ring()), ms === 20 ? 0 : ms);
      waits.push(ms);
      running.add(timer);
      return timer;
    };
    globalThis.setTimeout = stand as typeof setTimeout;
    globalThis.clearTimeout = (timer) => (running.delete(timer), clearTimeout(timer));
    try {
      let seen = "";
      const controller = new AbortController();
      const replaying = replay(captureOf([20, "a"], [100_020, "b"]), {
        signal: controller.signal,
        onChunk: ({ bytes }) => {
          seen = textOf(bytes);
          queueMicrotask(() => controller.abort());
        },
      });
      assertEquals([await replaying, seen], ["stopped", "a"]);
    } finally {
      Object.assign(globalThis, { setTimeout, clearTimeout });
    }
    assertEquals([waits, running.size], [[20, 100_000], 0]);
  });

  test("passes on an error of its callback", async () => {
    const onChunk = () => {
      throw new Error("no room");
    };
    await assertRejects(() => replay(captureOf([0, "a"]), { signal, onChunk }), Error, "no room");
  });
});

describe("a file of a capture", () => {
  test("holds the bytes, and has a name", async () => {
    const bytes = new Uint8Array([0, 0xff, 13, 10, 0xef, 0xbb, 0xbf]);
    const capture: Capture = { bytes, chunks: [{ at: 5, end: 7 }], ended: false };
    const names: [url: string | undefined, name: string][] = [
      [undefined, "capture.sse"],
      ["http://localhost:3000/feed?x=/y", "feed.sse"],
      ["http://localhost:3000/a/b/", "b.sse"],
      ["http://localhost:3000/", "capture.sse"],
      ["http://localhost:3000/..%2Fetc", "2Fetc.sse"],
    ];
    for (const [url, name] of names) assertEquals(toFile({ ...capture, url }).name, name);
    const file = toFile(capture);
    assertInstanceOf(file, Blob);
    assertEquals(file.type, "text/event-stream");
    assertEquals(await fromFile(file), { bytes, chunks: [{ at: 0, end: 7 }], ended: true });
    assertEquals(await fromFile(new Blob([])), { bytes: new Uint8Array(), chunks: [], ended: true });
  });

  test("can be read by conform --file", slow, async () => {
    const good = 'event: datastar-fragment\ndata: fragment <p id="a">x</p>\n\n';
    const table: [name: string, text: string, code: number][] = [
      ["good", good, 0],
      ["cut-off", good + good.trimEnd(), 1],
    ];
    for (const [name, text, code] of table) {
      const path = join(folder, `${name}.sse`);
      writeFileSync(path, new Uint8Array(await toFile(captureOf([0, text])).arrayBuffer()));
      const { stdout, stderr, code: actual } = await conform(["--file", path]);
      assertEquals(actual, code, stdout + stderr);
    }
  });

  test("is refused if it is too large or cannot be read", async () => {
    const most = await fromFile(new Blob([new Uint8Array(maxCaptureBytes)]));
    assertEquals(most.bytes.length, maxCaptureBytes);
    const large = new File([new Uint8Array(maxCaptureBytes + 1)], 'a"b.sse');
    await assertRejects(
      () => fromFile(large),
      RangeError,
      'Cannot open "a\\"b.sse": it has 4194305 bytes, but the limit is 4194304; use a part of it',
    );
    const folder = new File(["x"], "folder");
    folder.arrayBuffer = () => Promise.reject(new Error("it is a folder"));
    await assertRejects(() => fromFile(folder), TypeError, 'Cannot open "folder": it is a folder; choose it again');
  });
});
