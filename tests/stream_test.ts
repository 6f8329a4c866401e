import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, test } from "node:test";
import { comment, fragment } from "../fragments.ts";
import { createFeed, eventStream, type Feed } from "../stream.ts";
import { closed, eventually, open } from "./support/http.ts";
import { runtime, slow, withServer } from "./support/process.ts";
import { awake, early } from "./support/time.ts";

const cutOff = "A reader was cut off: it left 262144 bytes unread";

const b = (n: number) => fragment(`<b id="n">${n}</b>`);

/** A feed of numbers: quick, and it counts how often it was asked. */
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
  test("says that it is an event stream, that nothing shall hold it back, and no more", () => {
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

  test("takes no more readers than it may, and others when some have left", async () => {
    const { feed } = counting({ maxReaders: 2 });
    const [first] = [reader(feed), reader(feed)];
    assertEquals(feed.open(), undefined);
    await first.cancel();
    assert(feed.open());
    assertEquals(feed.open(), undefined);
    feed.close();
    assertEquals(createFeed({ next: () => null, every: 5, maxReaders: 0 }).open(), undefined);
  });

  test("opens at once and keeps a reader with a comment while there is nothing to say", async () => {
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
    assertEquals(await read(reader(feed)), quiet); // what was new when the last one left is old
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

  test("leaves nothing behind if the first event cannot be written", () => {
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

describe("over a real socket", () => {
  const file = "tests/support/flood_server.ts";
  const quiet = early(() =>
    withServer({}, async ({ port }) => {
      const socket = await open(port, "GET /quiet HTTP/1.1", `Host: localhost:${port}`);
      let text = "";
      let over = false;
      socket.on("data", (data) => text += data).once("close", () => over = true);
      const comments = () => text.split(comment("nothing new")).length - 1;
      await eventually(() => comments() >= 4 || over); // at 0, 5, 10 and 15 s
      assertEquals([over, comments()], [false, 4]);
      socket.destroy();
    }, file)
  );

  test("a reader that stalls is cut off, its memory is given back, and the others get every event", slow, () =>
    // Where this process stalls, both readers do.
    awake(async () => {
      const { output } = await withServer({}, async ({ port, url }) => {
        const request = () => open(port, "GET /flood HTTP/1.1", `Host: localhost:${port}`);
        const readers = async () => Number(await (await fetch(url + "/readers")).text());
        const stalled = (await request()).pause();
        const reading = await request();
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

  test("a stream with nothing to say stays open for longer than Bun's 10 s", slow, quiet);
});
