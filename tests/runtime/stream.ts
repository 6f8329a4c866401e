import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Socket } from "node:net";
import { describe, test } from "node:test";
import { comment, fragment } from "../../fragments.ts";
import { createFeed, eventStream, type Feed } from "../../stream.ts";
import { closed, eventually, open } from "../support/http.ts";
import { runtime, slow, withServer } from "../support/process.ts";
import { awake, testEarly } from "../support/time.ts";

const cutOff = "A reader was cut off: it left 262144 bytes unread";

const b = (n: number) => fragment(`<b id="n">${n}</b>`);

/** A quick feed of numbers that counts how often it was asked. */
function counting(options: Partial<Parameters<typeof createFeed>[0]> = {}): { feed: Feed; count: () => number } {
  let n = 0;
  return { feed: createFeed({ next: () => b(++n), every: 5, ...options }), count: () => n };
}

function reader(feed: Feed): ReadableStreamDefaultReader<Uint8Array> {
  return feed.open()!.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
}

async function read(from: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  return new TextDecoder().decode((await from.read()).value);
}

describe("eventStream()", () => {
  test("sends the headers of an event stream that no proxy should hold back, and no others", () => {
    assertEquals([...eventStream(b(1)).headers], [
      ["cache-control", "no-cache, no-store, no-transform"],
      ["content-type", "text/event-stream"],
      ["x-accel-buffering", "no"],
      ["x-content-type-options", "nosniff"],
    ]);
  });

  test("takes a status and more headers", async () => {
    const response = eventStream(b(1), { status: 405, headers: { allow: "GET" } });
    assertEquals([response.status, response.headers.get("allow")], [405, "GET"]);
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    assertEquals(await response.text(), b(1));
  });
});

describe("eventStream() with events over time", () => {
  /** A generator of numbers from 1 to `count`, with a record of what was asked of it. */
  function counting(count = Infinity) {
    const source = { asked: 0, finished: false };
    async function* events(signal?: AbortSignal) {
      try {
        while (source.asked < count) {
          await signal; // like a source that has to wait
          yield b(++source.asked);
        }
      } finally {
        source.finished = true;
      }
    }
    return { source, events };
  }

  test("sends what a generator yields, and ends with it", async () => {
    const { source, events } = counting(3);
    assertEquals(await eventStream(events).text(), b(1) + b(2) + b(3));
    assertEquals(source, { asked: 3, finished: true });
  });

  test("takes any async iterable, a status and headers", async () => {
    const response = eventStream(counting(1).events(), { status: 202, headers: { "x-name": "1" } });
    assertEquals([response.status, response.headers.get("x-name")], [202, "1"]);
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    assertEquals(await response.text(), b(1));
    let left = 2;
    const next = () => Promise.resolve(left-- ? { value: b(left) } : { value: undefined, done: true as const });
    assertEquals(await eventStream({ [Symbol.asyncIterator]: () => ({ next }) }).text(), b(1) + b(0));
  });

  test("sends a ReadableStream of bytes as it is", async () => {
    const bytes = new Blob([b(1), b(2)]).stream();
    assertEquals(await eventStream(bytes).text(), b(1) + b(2));
  });

  test("asks the source for at most one event more than is read", async () => {
    const { source, events } = counting();
    const first = eventStream(events).body!.getReader();
    for (let n = 1; n <= 3; n++) {
      assertEquals(await read(first), b(n));
      assert(source.asked <= n + 1, `it was asked for ${source.asked} when ${n} were read`);
    }
    await first.cancel();
  });

  test("sends a comment at once where no event is ready, and after each silence", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    async function* events() {
      await promise;
      yield b(1);
    }
    const first = eventStream(events, { keepAlive: 20 }).body!.getReader();
    const quiet = comment("nothing new");
    assertEquals([await read(first), await read(first), await read(first)], [quiet, quiet, quiet]);
    resolve();
    let text = await read(first);
    while (text === quiet) text = await read(first);
    assertEquals(text, b(1));
    assertEquals((await first.read()).done, true);
  });

  test("sends no comment while the last one is unread", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let waited = 0;
    async function* events() {
      await promise;
      yield b(1);
    }
    const response = eventStream(events, { keepAlive: 1 });
    const timer = setInterval(() => ++waited === 20 && resolve(), 5); // of the comments, a hundred would be due
    const text = await promise.then(() => response.text());
    clearInterval(timer);
    assertEquals(text, comment("nothing new") + b(1));
  });

  test("stops the source when the reader leaves", async () => {
    const { source, events } = counting();
    let signal: AbortSignal | undefined;
    const first = eventStream((over) => events(signal = over)).body!.getReader();
    await read(first);
    assertEquals([source.finished, signal!.aborted], [false, false]);
    await first.cancel();
    await eventually(() => source.finished);
    assertEquals(signal!.aborted, true);
  });

  test("ends the stream and stops the source when the signal aborts, also if it has aborted before", async () => {
    const { source, events } = counting();
    const controller = new AbortController();
    const first = eventStream(events, { signal: controller.signal }).body!.getReader();
    assertEquals(await read(first), b(1));
    controller.abort();
    while (!(await first.read()).done);
    await eventually(() => source.finished);

    const late = counting();
    assertEquals(await eventStream(late.events, { signal: controller.signal }).text(), "");
    assertEquals(late.source.asked, 0);
  });

  test("ends at once when the signal aborts while the source waits", async () => {
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    async function* events() {
      await promise;
      yield b(1);
    }
    const first = eventStream(events, { signal: controller.signal }).body!.getReader();
    assertEquals(await read(first), comment("nothing new"));
    controller.abort();
    assertEquals((await first.read()).done, true);
    resolve(); // what it yields now has no reader
    await promise;
  });

  test("breaks off when the source throws, after the events before, and says why without a stack", async () => {
    async function* events() {
      yield* counting(1).events();
      throw new RangeError("no second number");
    }
    const first = eventStream(events).body!.getReader();
    assertEquals(await read(first), b(1));
    let reason: unknown;
    await first.read().catch((error) => reason = error);
    assertEquals(reason, "An event stream broke off: RangeError: no second number");
  });

  test("a source that throws a value without a text breaks off as others do, and leaves no timer", async () => {
    const { body } = eventStream(
      // deno-lint-ignore require-yield no-throw-literal
      async function* () {
        throw Object.create(null);
      },
    );
    let reason: unknown;
    await body!.getReader().read().catch((error) => reason = error);
    assertEquals(reason, "An event stream broke off: the value that was thrown has no text");
  });

  test("refuse a pause of no time", () => {
    for (const keepAlive of [0, -1, NaN]) {
      assertThrows(() => eventStream(async function* () {}, { keepAlive }), RangeError, `keepAlive is ${keepAlive}`);
      assertThrows(
        () => createFeed({ next: () => null, every: 100, keepAlive }),
        RangeError,
        `keepAlive is ${keepAlive}`,
      );
    }
  });

  test("a pause that is longer than a timer can wait is no flood of comments", async () => {
    async function* events() {
      yield b(1);
      await new Promise((resolve) => setTimeout(resolve, 30)); // a flood would begin within one
      yield b(2);
    }
    for (const keepAlive of [Infinity, 2 ** 31]) {
      const text = await eventStream(events, { keepAlive }).text();
      assertEquals(text.slice(text.indexOf(b(1))), b(1) + b(2));
    }
  });

  test("a source that throws while it is stopped disturbs no one", async () => {
    let threw = false;
    async function* events() {
      try {
        yield* counting().events();
      } finally {
        threw = true;
        // deno-lint-ignore no-unsafe-finally
        throw new RangeError("cannot clean up"); // as an unhandled rejection it would fail this test
      }
    }
    const first = eventStream(events).body!.getReader();
    await read(first);
    await first.cancel();
    await eventually(() => threw);
  });

  test("a function that throws before it returns a source throws to the handler", () => {
    const events = () => {
      throw new RangeError("no source");
    };
    assertThrows(() => eventStream(events), RangeError, "no source");
  });
});

describe("createFeed()", () => {
  test("starts with the first reader and stops with the last", async () => {
    const { feed, count } = counting();
    assertEquals([feed.readers, count()], [0, 0]);
    const first = reader(feed);
    assertEquals(await read(first), b(1));
    assertEquals(feed.readers, 1);
    assertEquals(await read(first), b(2));
    const second = reader(feed);
    assertEquals(feed.readers, 2);
    await first.cancel();
    assertEquals(feed.readers, 1);
    await read(second);
    await second.cancel();
    assertEquals(feed.readers, 0);
    const asked = count();
    await new Promise((resolve) => setTimeout(resolve, 50)); // ten ticks that must not come
    assertEquals(count(), asked);
    const third = reader(feed);
    assertEquals(await read(third), b(asked + 1));
    await third.cancel();
  });

  test("gives a new reader the newest event at once, and every reader the same bytes", async () => {
    const { feed, count } = counting({ every: 1000 });
    const first = reader(feed);
    const { value: one } = await first.read();
    const second = reader(feed);
    const { value: same } = await second.read();
    assert(one === same, "an event is encoded once");
    assertEquals(count(), 1);
    const [{ value: a }, { value: c }] = await Promise.all([first.read(), second.read()]);
    assert(a === c);
    assertEquals(new TextDecoder().decode(a), b(2));
    feed.close();
  });

  test("takes no more readers than its limit, and new ones when some have left", async () => {
    const { feed } = counting({ maxReaders: 2 });
    const [first] = [reader(feed), reader(feed)];
    assertEquals(feed.open(), undefined);
    await first.cancel();
    assert(feed.open());
    assertEquals(feed.open(), undefined);
    feed.close();
    assertEquals(createFeed({ next: () => null, every: 5, maxReaders: 0 }).open(), undefined);
  });

  test("opens at once, and sends comments while there is no event", async () => {
    let event: string | null = null;
    const feed = createFeed({ next: () => event, every: 5, keepAlive: 20 });
    const first = reader(feed);
    const quiet = comment("nothing new");
    assertEquals([await read(first), await read(first), await read(first)], [quiet, quiet, quiet]);
    event = b(7);
    let text = await read(first);
    while (text === quiet) text = await read(first);
    assertEquals(text, b(7));
    event = null;
    const second = reader(feed);
    assertEquals(await read(second), b(7));
    await Promise.all([first.cancel(), second.cancel()]);
    assertEquals(await read(reader(feed)), quiet); // and not the event from before the last reader left
    feed.close();
  });

  test("an event over 256 KiB reaches those who read", async () => {
    const long = fragment(`<b id="n">${"x".repeat(300_000)}</b>`);
    const feed = createFeed({ next: () => long, every: 5 });
    const first = reader(feed);
    assertEquals(await read(first), long);
    assertEquals(await read(first), long);
    assertEquals(feed.readers, 1);
    feed.close();
  });

  test("counts silence from the last event", async () => {
    const { feed, count } = counting({ every: 100, keepAlive: 1000 });
    const first = reader(feed);
    let text = "";
    while (count() < 15) text += await read(first);
    assertEquals(text.includes(comment("nothing new")), false);
    feed.close();
  });

  test("has no reader if the first event cannot be written", () => {
    const feed = createFeed({
      next() {
        throw new RangeError("no event");
      },
      every: 5,
    });
    assertThrows(() => feed.open(), RangeError, "no event");
    assertEquals(feed.readers, 0);
  });

  test("close() ends every stream cleanly and takes no new readers", async () => {
    const { feed, count } = counting();
    const readers = [reader(feed), reader(feed)];
    feed.close();
    for (const each of readers) {
      await read(each);
      assertEquals((await each.read()).done, true);
    }
    assertEquals([feed.readers, feed.open(), count()], [0, undefined, 1]);
    feed.close();
  });

  test("cuts off a reader that does not read at 256 KiB, and no other", async () => {
    const chunk = fragment(`<b id="n">${"x".repeat(10_000)}</b>`);
    const feed = createFeed({ next: () => chunk, every: 1 });
    const stalled = reader(feed);
    const reading = reader(feed);
    let got = 0;
    while (feed.readers === 2) got += (await read(reading)).length;
    assertEquals(feed.readers, 1);
    assert(got > 256 * 1024 && got < 512 * 1024, `it was cut off after ${got} bytes`);
    let error: unknown;
    await stalled.read().catch((reason) => error = reason);
    assertEquals(String(error), cutOff);
    assertEquals(await read(reading), chunk);
    feed.close();
  });
});

const file = "tests/support/stream_server.ts";
const request = (port: number, path: string) => open(port, `GET ${path} HTTP/1.1`, `Host: localhost:${port}`);

describe("over a real socket", () => {
  /** Collects what a socket receives. */
  function collect(socket: Socket): () => string {
    let text = "";
    socket.on("data", (data) => text += data);
    return () => text;
  }

  test("a reader that stalls is cut off, and the others get every event", slow, () =>
    // If this process stalls, both readers do.
    awake(async () => {
      const { output } = await withServer({}, async ({ port, url }) => {
        const readers = async () => Number(await (await fetch(url + "/readers")).text());
        const stalled = (await request(port, "/flood")).pause();
        const reading = await request(port, "/flood");
        let bytes = 0;
        reading.on("data", (data) => bytes += data.length);
        await eventually(async () => await readers() === 2);
        await eventually(async () => await readers() < 2);
        assertEquals(await readers(), 1);
        const before = bytes;
        await eventually(() => bytes > before + 1_000_000);
        reading.destroy();
        await eventually(async () => await readers() === 0);
        const end = closed(stalled);
        stalled.resume();
        await end;
      }, file);
      assertEquals(output(), runtime === "deno" ? cutOff + "\n" : ""); // Deno says why, Bun says nothing
    }));

  test("events over time arrive one by one, when each is made", slow, async () => {
    const { output } = await withServer({}, async ({ port, url }) => {
      const socket = await request(port, "/steps");
      const text = collect(socket);
      for (const n of [1, 2, 3]) {
        await eventually(() => text().includes(b(n)));
        assertEquals(text().includes(b(n + 1)), false);
        await (await fetch(url + "/step")).text();
      }
      await eventually(() => text().endsWith("0\r\n\r\n")); // the chunk of length zero: a clean end
      await eventually(async () => await (await fetch(url + "/finished")).text() === "1");
      socket.destroy();
    }, file);
    assertEquals(output(), "");
  });

  test("a client that leaves stops the source, whether it sends or waits", slow, async () => {
    const { output } = await withServer({}, async ({ port, url }) => {
      for (const [i, path] of ["/ticks", "/silent", "/steps"].entries()) {
        const socket = await request(port, path);
        const text = collect(socket);
        await eventually(() => text().includes("\r\n\r\n") && /^(data)?: /m.test(text()));
        assertEquals(await (await fetch(url + "/finished")).text(), String(i));
        socket.destroy();
        await eventually(async () => await (await fetch(url + "/finished")).text() === String(i + 1));
      }
    }, file);
    assertEquals(output(), "");
  });

  test("a source that throws breaks the connection off, and the server goes on", slow, async () => {
    const { output } = await withServer({}, async ({ port, url }) => {
      const socket = await request(port, "/throws");
      const text = collect(socket);
      await eventually(() => text().includes(b(1)));
      await (await fetch(url + "/step")).text();
      await closed(socket);
      assertEquals(text().endsWith("0\r\n\r\n"), false); // which a client would take for a clean end
      assertEquals(await (await fetch(url + "/finished")).text(), "1");
    }, file);
    const why = "An event stream broke off: RangeError: no second number\n";
    assertEquals(output(), runtime === "deno" ? why : ""); // Deno says why, Bun says nothing
  });

  test("a source is asked for no more than its reader reads", slow, async () => {
    const { output } = await withServer({}, async ({ port, url }) => {
      const pulls = async (name: string) => Number(await (await fetch(`${url}/pulls?${name}`)).text());
      const stalled = (await request(port, "/pull?stalled")).pause();
      const reading = await request(port, "/pull?reading");
      reading.resume();
      await eventually(async () => await pulls("reading") > 400); // 40 MB
      const filled = await pulls("stalled");
      assert(filled > 0 && filled < 200, `it was asked for ${filled} events of 100 KB`); // what the sockets' buffers take
      stalled.resume();
      await eventually(async () => await pulls("stalled") > 400);
      stalled.destroy();
      reading.destroy();
      await eventually(async () => await (await fetch(url + "/finished")).text() === "2");
    }, file);
    assertEquals(output(), "");
  });

  test("a server that stops ends its streams cleanly", slow, async () => {
    const texts: (() => string)[] = [];
    const ends: Promise<void>[] = [];
    const { output } = await withServer({}, async ({ port }) => {
      for (const path of ["/ticks", "/silent", "/steps"]) {
        const socket = await request(port, path);
        ends.push(closed(socket));
        const text = collect(socket);
        texts.push(text);
        await eventually(() => text().includes("\r\n\r\n"));
      }
    }, file);
    await Promise.all(ends);
    for (const text of texts) assert(text().endsWith("0\r\n\r\n"), text());
    assertEquals(output(), "");
  });
});

// Outside of the group, so that its 15 seconds run beside all other tests.
testEarly("a stream without events stays open for longer than Bun's 10 s", () =>
  withServer({}, async ({ port }) => {
    await Promise.all(["/quiet", "/silent"].map(async (path) => {
      const socket = await request(port, path);
      let text = "";
      let over = false;
      socket.on("data", (data) => text += data).once("close", () => over = true);
      const comments = () => text.split(comment("nothing new")).length - 1;
      await eventually(() => comments() >= 4 || over); // at 0, 5, 10 and 15 s
      assertEquals([path, over, comments()], [path, false, 4]);
      socket.destroy();
    }));
  }, file));
