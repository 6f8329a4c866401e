import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describe, test } from "node:test";
import {
  openPage,
  type PageLimits,
  type ReadOptions,
  readStream,
  type Source,
  type StreamEvent,
} from "../harness/mod.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const read = (source: Source, options?: ReadOptions): Promise<StreamEvent[]> =>
  Array.fromAsync(readStream(source, options));

/** An event in one reading: nothing, or its name and data, and its id if it has one. */
type Said = [name: string | undefined, data: string, id?: string] | undefined;

function said(event: StreamEvent["client"]): Said {
  if (!event) return;
  return event.id === undefined ? [event.event, event.data] : [event.event, event.data, event.id];
}

/** The cost of a loop over a source, and its end. */
interface Told {
  /** Chunks that were asked for. */
  pulled: number;
  /** Whether the source was told that no one reads on. */
  cancelled: boolean;
}

/** A source of each kind that is made of chunks, which says what becomes of it. */
function sources(chunkAt: (i: number) => Uint8Array | undefined | Promise<never>): { source: Source; told: Told }[] {
  const make = (told: Told) =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        const chunk = await chunkAt(told.pulled++);
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: () => {
        told.cancelled = true;
      },
    }, { highWaterMark: 0 });
  const iterable = (told: Told): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = await chunkAt(told.pulled++);
        return value ? { done: false, value } : { done: true, value: undefined };
      },
      return() {
        told.cancelled = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  });
  const all = [make, iterable, (told: Told) => new Response(make(told), { headers })];
  const headers = { "content-type": "text/event-stream" };
  return all.map((one) => {
    const told: Told = { pulled: 0, cancelled: false };
    return { source: one(told), told };
  });
}

async function* pieces(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.slice(i, i + size));
}

const never = () => new Promise<never>(() => {});
const log = (text: string) => `event: datastar-console\ndata: log ${text}\n\n`;

describe("both readings of an event", () => {
  test("are the same where the server does what it must", async () => {
    const stream = "\uFEFF: c\nid: 1\nretry: 5\nevent:datastar-console\ndata:  log a\ndata: b\n\n\n\n" + log("c");
    const [first, second, ...others] = await read(stream);
    assertEquals(others, []);
    assertEquals(said(first.client), ["datastar-console", " log a\nb", "1"]);
    assertEquals(said(second.client), ["datastar-console", "log c"]);
    for (const { client, standard } of [first, second]) assertEquals(standard, client);
  });

  test("differ where the clauses say so", async () => {
    const name = "datastar-console";
    const table: [clause: string, stream: string, client: Said, standard: Said][] = [
      ["SSE-7", `event: ${name}\nevent:\ndata: a\n\n`, [undefined, "a"], [undefined, "a"]],
      ["SSE-7", `data: a\nevent: b\nevent: ${name}\n\n`, [name, "a"], [name, "a"]],
      ["SSE-8", `event: ${name}\ndata: a\n`, undefined, undefined],
      ["SSE-9", "event: a\ndata:\ndata: \ndata: b\n\n", ["a", "b"], ["a", "\n\nb"]],
      ["SSE-9", "event: a\ndata: \ndata: b\n\n", ["a", "b"], ["a", "\nb"]],
      ["SSE-9", "event: a\ndata: b\ndata:\ndata: c\ndata\n\n", ["a", "b\n\nc"], ["a", "b\n\nc\n"]],
      ["SSE-9", "event: a\ndata:\n\n", ["a", ""], ["a", ""]],
      ["SSE-10", "event: a\ndata\n\n", ["a", ""], ["a", ""]],
      ["SSE-10", "event: a\ndata: b\ndata\n\n", ["a", "b"], ["a", "b\n"]],
      ["SSE-11", "event: a\nevent\ndata: b\n\n", ["a", "b"], [undefined, "b"]],
      ["REQ-11", "id: 1\nid\ndata: b\n\n", [undefined, "b", "1"], [undefined, "b", ""]],
      ["REQ-11", "id: 1\nid: 2\0\ndata: b\n\n", [undefined, "b", "2\0"], [undefined, "b", "1"]],
      ["SSE-12", "\uFEFFevent: a\ndata: b\n\n", ["a", "b"], ["a", "b"]],
      ["SSE-12", "\uFEFF\uFEFFevent: a\ndata: b\n\n", [undefined, "b"], [undefined, "b"]],
      ["SSE-12", "\uFEFF\nevent: a\ndata: b\n\n", ["a", "b"], ["a", "b"]],
      ["SSE-13", "event: a\ndata:\uFEFFb\uFEFF\n\n", ["a", "b\uFEFF"], ["a", "\uFEFFb\uFEFF"]],
      ["SSE-13", "event: \uFEFFa\ndata: b\n\n", ["a", "b"], ["\uFEFFa", "b"]],
      ["SSE-13", "event: a\n\uFEFFdata: b\n\n", ["a", "b"], undefined],
      ["SSE-13", "event: a\ndata: \uFEFF\uFEFFb\n\n", ["a", "\uFEFFb"], ["a", "\uFEFF\uFEFFb"]],
      ["SSE-15", `event: ${name}\n\n`, [name, ""], undefined],
      ["SSE-15", `event: ${name}\nid: 1\n: c\n\n`, [name, "", "1"], undefined],
      ["SSE-5", "Event: a\ndata : b\n\n", [undefined, ""], undefined],
    ];
    for (const [clause, stream, client, standard] of table) {
      for (const [end, before] of [["\n", ""], ["\r\n", ""], ["\r", ""], ["\n", log("x")], ["\r\n", log("x")]]) {
        if (before && clause === "SSE-12") continue;
        const all = (before + stream).replaceAll("\n", end);
        const event = (await read(all)).at(-1)!;
        assertEquals([clause, all, said(event.client), said(event.standard)], [clause, all, client, standard]);
      }
    }
  });

  test("of the client decides what the instruction is, and what is thrown", async () => {
    const table: [stream: string, instruction: string | undefined][] = [
      ["event: datastar-delete\nevent\ndata: selector a\n\n", "delete"],
      ["event: datastar-signal\n\n", "unknown-signal-key"],
      ["event: datastar-delete\ndata\ndata:\uFEFFselector a\n\n", "delete"],
      ["event: datastar-delete\n\uFEFFdata: selector a\n\n", "delete"],
      [log("a"), "console"],
    ];
    for (const [stream, expected] of table) {
      const [{ instruction, error }] = await read(stream);
      assertEquals([stream, error?.code ?? instruction?.type], [stream, expected]);
    }
  });

  test("are none for an event that is cut off, which has lines all the same", async () => {
    const [cut] = await read(`: c\nevent: datastar-console\ndata: log é`);
    assertEquals([cut.client, cut.standard, cut.instruction, cut.error], Array(4).fill(undefined));
    assertEquals(cut.lines.map(({ text }) => text), [": c", "event: datastar-console", "data: log é"]);
    assertEquals(cut.range, { start: 0, end: 40 });
    assertEquals(await read(": a\n\n\n: b\n\n: c"), []);
    assertEquals(await read(""), []);
    assertEquals(await read("\uFEFF\n\n"), []);
  });
});

describe("event.lines and event.range", () => {
  test("say which bytes an event came from, for each line end and each size of chunk", async () => {
    const text = "\uFEFF: é\n\n\nevent: 😀\ndata: é\n\n: tail\ndata: \uFFFD\n\n";
    for (const end of ["\n", "\r\n", "\r"]) {
      const bytes = encode(text.replaceAll("\n", end));
      const n = end.length;
      const event = 7 + 3 * n; // after the byte order mark, the comment and the blank lines
      const tail = event + 11 + n + 8 + 2 * n;
      for (const size of [1, 2, 3, 5, 100]) {
        const [first, second, ...others] = await read(pieces(bytes, size));
        assertEquals(others, []);
        assertEquals(first.lines, [
          { start: event, end: event + 11, text: "event: 😀", first: false, broken: false },
          { start: event + 11 + n, end: event + 19 + n, text: "data: é", first: false, broken: false },
        ]);
        assertEquals(first.range, { start: event, end: event + 19 + n });
        assertEquals(second.lines, [
          { start: tail, end: tail + 6, text: ": tail", first: false, broken: false },
          { start: tail + 6 + n, end: tail + 15 + n, text: "data: \uFFFD", first: false, broken: false },
        ]);
      }
    }
  });

  test("keep the byte order mark of a stream, and say where bytes are broken", async () => {
    const [{ lines }] = await read(Uint8Array.from([0xef, 0xbb, 0xbf, 0x64, 0x0a, 0x3a, 0xf0, 0x9f, 0x98, 0x0a, 0x0a]));
    assertEquals(lines, [
      { start: 0, end: 4, text: "\uFEFFd", first: true, broken: false },
      { start: 5, end: 9, text: ":\uFFFD", first: false, broken: true },
    ]);
  });

  test("are right for many events in one chunk, of which only some are read", async () => {
    const events = await read(Array.from({ length: 100 }, (_, i) => log(String(i))).join(""));
    assertEquals(events.length, 100);
    const bytes = 10 * (log("0").length) + 89 * log("10").length;
    assertEquals(events[99].range, { start: bytes, end: bytes + log("99").length - 2 });
    assertEquals(events[99].lines.map(({ text }) => text), ["event: datastar-console", "data: log 99"]);
    assertEquals(events[0].range, { start: 0, end: log("0").length - 2 });
  });
});

describe("the limits of readStream()", () => {
  const mebibyte = new Uint8Array(1024 * 1024).fill(0x61);
  const event = encode(log("x"));
  const limit = (what: string, option: string) =>
    `Cannot go on: ${what}; raise the limit "${option}" if this is intended`;
  const table: [options: ReadOptions, chunkAt: (i: number) => Uint8Array | Promise<never>, message: string][] = [
    [{ maxBytes: 1950 }, () => event, limit("the stream is over 1950 bytes", "maxBytes")],
    [{}, () => mebibyte, "Cannot go on: an event is over 16777216 bytes, and its blank line has not arrived"],
    [{}, (i) => i % 20 ? mebibyte : event, "Cannot go on: an event is over 16777216 bytes"],
    [{ timeout: 30 }, never, limit("the stream has not ended within 30 ms", "timeout")],
    [{ timeout: 30 }, (i) => i < 2 ? event : never(), limit("the stream has not ended within 30 ms", "timeout")],
  ];

  test("end in an error that names the limit, and cancel the source", async () => {
    for (const [options, chunkAt, message] of table) {
      for (const { source, told } of sources(chunkAt)) {
        await assertRejects(() => read(source, options), RangeError, message);
        assertEquals([options, told.cancelled], [options, true]);
        assert(told.pulled <= 60, `${told.pulled} chunks`);
      }
    }
  });

  test("hold for a text and for bytes", async () => {
    const text = log("x").repeat(3);
    for (const make of [(text: string) => text, encode]) {
      const source = make(text);
      await assertRejects(() => read(source, { maxBytes: text.length - 1 }), RangeError, '"maxBytes"');
      assertEquals((await read(source, { maxBytes: text.length, timeout: 0 })).length, 3);
    }
  });

  test("let pass what is just within them", async () => {
    for (const { source, told } of sources((i) => i < 3 ? event : undefined)) {
      const options = { maxBytes: 3 * event.length, timeout: 60_000 };
      assertEquals((await read(source, options)).length, 3);
      assertEquals(told.pulled, 4);
    }
  });

  test("give the events that came before", async () => {
    for (const { source } of sources((i) => i < 2 ? event : never())) {
      const given: StreamEvent[] = [];
      const loop = async () => {
        for await (const event of readStream(source, { timeout: 50 })) given.push(event);
      };
      await assertRejects(loop, RangeError, '"timeout"');
      assertEquals(given.length, 2);
    }
  });

  test("leave nothing behind once they have been met", async () => {
    const [{ source }] = sources(() => event);
    const events = readStream(source, { maxBytes: 50 });
    await assertRejects(() => Array.fromAsync(events), RangeError);
    assertEquals(await events.next(), { done: true, value: undefined });
  });
});

describe("readStream()", () => {
  test("refuses an answer that the client would refuse, whatever its status", async () => {
    const answer = (type: string, status = 200) =>
      new Response(log("x"), { status, headers: { "content-type": type } });
    for (const type of ["text/html", "Text/Event-Stream", "application/json"]) {
      await assertRejects(() => read(answer(type)), TypeError, `the answer is ${type} [REQ-6]`);
      assertEquals((await read(answer(type).body!)).length, 1);
    }
    assertEquals((await read(answer("text/event-stream; charset=utf-8", 404))).length, 1);
    const empty = new Response(null, { headers: { "content-type": "text/event-stream" } });
    assertEquals(await read(empty), []);
  });

  test("cancels the source when the loop is left early", async () => {
    for (const { source, told } of sources(() => encode(log("a") + log("b")))) {
      for await (const _ of readStream(source)) break;
      assertEquals(told, { pulled: 1, cancelled: true });
    }
    for (const { source, told } of sources(() => encode(log("a")))) {
      const leave = async () => {
        for await (const _ of readStream(source)) throw new Error("mine");
      };
      await assertRejects(leave, Error, "mine");
      assertEquals(told, { pulled: 1, cancelled: true });
    }
  });

  test("gives nothing more once the loop has been left", async () => {
    const [{ source }] = sources(() => encode(log("a") + log("b")));
    const events = readStream(source);
    for await (const _ of events) break;
    assertEquals(await events.next(), { done: true, value: undefined });
  });

  test("passes on what a source throws", async () => {
    for (const { source } of sources((i) => i === 0 ? encode(log("a")) : Promise.reject(new Error("cut off")))) {
      const given: StreamEvent[] = [];
      const loop = async () => {
        for await (const event of readStream(source)) given.push(event);
      };
      await assertRejects(loop, Error, "cut off");
      assertEquals(given.length, 1);
    }
  });

  test("gives an event before the source has made the next one", async () => {
    for (const { source, told } of sources((i) => i < 3 ? encode(log(String(i))) : never())) {
      const events = readStream(source);
      for (let i = 0; i < 3; i++) {
        const { value } = await events.next();
        assertEquals([value.client!.data, told.pulled], [`log ${i}`, i + 1]);
      }
    }
  });

  test("gives an event as soon as its blank line has come, and not before", async () => {
    const chunks = ["event: datastar-console\nda", "ta: log a\n", "\n: next", "\n\n" + log("b"), log("c") + "data: d"];
    for (const { source, told } of sources((i) => i < chunks.length ? encode(chunks[i]) : undefined)) {
      const given = [];
      for await (const { lines } of readStream(source)) given.push([told.pulled, lines.at(-1)!.text]);
      assertEquals(given, [[3, "data: log a"], [4, "data: log b"], [5, "data: log c"], [6, "data: d"]]);
    }
  });

  test("pulls nothing ahead of what is asked for, however long the stream", async () => {
    for (const { source, told } of sources((i) => i < 1000 ? encode(log(`${i}`) + ": c\n") : undefined)) {
      let ahead = 0;
      let seen = 0;
      for await (const _ of readStream(source)) ahead = Math.max(ahead, told.pulled - ++seen);
      assertEquals([seen, ahead], [1000, 0]);
    }
  });

  test("starts to read only when it is asked", async () => {
    for (const { source, told } of sources(() => encode(log("a")))) {
      const events = readStream(source);
      await Promise.resolve();
      assertEquals(told.pulled, 0);
      await events.next();
      assertEquals(told.pulled, 1);
      await events.return!();
    }
  });

  test("gives each event once and in order to calls that do not wait for each other", async () => {
    const chunk = (i: number) => encode(log(`${2 * i}`) + log(`${2 * i + 1}`));
    for (const { source } of sources((i) => i < 3 ? chunk(i) : undefined)) {
      const events = readStream(source);
      const results = await Promise.all(Array.from({ length: 9 }, () => events.next()));
      assertEquals(
        results.map(({ done, value }) => done ? "done" : value.client!.data),
        [...Array.from({ length: 6 }, (_, i) => `log ${i}`), "done", "done", "done"],
      );
    }
  });
});

describe("the limits of a page", () => {
  const fragment = (...lines: string[]) =>
    `event: datastar-fragment\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;

  async function apply(limits: Partial<PageLimits>, stream: string): Promise<string> {
    const page = openPage('<p class="t"></p><p class="t"></p><p id="x"></p>', { limits });
    await page.receive(stream);
    return page.html.replaceAll(' class=""', "");
  }

  test("end in an error that names the limit", async () => {
    const deep = fragment('fragment <p id="x"><b><i></i></b></p>');
    const many = fragment("selector .t", "merge inner", "fragment <i></i><b></b>");
    const table: [limits: Partial<PageLimits>, stream: string, message: string][] = [
      [{ maxDepth: 2 }, deep, 'the depth of a fragment is over 2; raise the limit "maxDepth" if this is intended'],
      [
        { maxSize: 300 },
        many,
        'the size of a page with this fragment is over 300 characters; raise the limit "maxSize"',
      ],
      [{ maxTime: -1 }, many, 'the time for an event is over -1 ms; raise the limit "maxTime"'],
    ];
    for (const [limits, stream, message] of table) {
      const open = async () => await apply(limits, stream);
      await assertRejects(open, RangeError, `Cannot go on: ${message}`);
    }
    assertEquals(await apply({ maxDepth: 3, maxSize: 400 }, deep + many + many), await apply({}, deep + many));
  });

  test("let a fragment be 512 elements deep, as in Chromium", async () => {
    const deep = (depth: number) => fragment(`fragment <p id="x">${"<b>".repeat(depth - 1)}</p>`);
    assert((await apply({}, deep(512))).includes("<b>".repeat(511)));
    await assertRejects(() => apply({}, deep(513)), RangeError, "the depth of a fragment is over 512");
  });

  test("leave the page to the next event", async () => {
    const page = openPage('<p id="x"></p>', { limits: { maxDepth: 1 } });
    const [deep, flat] = await read(fragment('fragment <p id="x"><b></b></p>') + fragment('fragment <p id="x">1</p>'));
    assertThrows(() => page.apply([deep]), RangeError);
    assertEquals(page.html, '<p id="x"></p>');
    assertEquals(page.apply([flat]).changes.texts.map(({ id }) => id), ["x"]);
  });
});

test("readStream() keeps the order of its events, also if the next ones are asked for at once", async () => {
  const message = (text: string) => `event: datastar-console\ndata: log ${text}\n\n`;
  const events = readStream(message("0") + message("1") + message("2"));
  const order: string[] = [];
  const ask = async () => {
    const { value } = await events.next();
    order.push(value.client.data);
  };
  await Promise.all([ask().then(ask), ask()]);
  assertEquals(order, ["log 0", "log 1", "log 2"]);
});
