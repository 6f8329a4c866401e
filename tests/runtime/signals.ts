import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { readSignals } from "../../signals.ts";

const get = (query: string) => readSignals(new Request(`http://localhost/get${query}`));
const post = (body: BodyInit, method = "POST") => readSignals(new Request("http://localhost/get", { method, body }));
const bad = (why: string) => ({
  ok: false as const,
  status: 400 as const,
  message: `Cannot read signals: ${why}; expected a JSON object of signals by name`,
});

/** A body that arrives in pieces, and then ends as `end` does it. */
const pieces = (chunks: Uint8Array[], end: (controller: ReadableStreamDefaultController) => void) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      end(controller);
    },
  });
const bytes = (text: string) => new TextEncoder().encode(text);

describe("readSignals()", () => {
  test("reads the last datastar parameter, form-encoded as the client encodes it", async () => {
    const table: [query: string, signals: Record<string, unknown>][] = [
      ["?datastar={}", {}],
      ["?datastar=%7B%22a%22%3A%22x+y%2Bz%22%7D", { a: "x y+z" }],
      ["?datastar=%7B%22a%22%3A1%7D&b=2&datastar=%7B%22a%22%3A2%7D", { a: 2 }],
      [`?${new URLSearchParams({ datastar: JSON.stringify({ a: "%41é😀\u2028\ud800&;" }) })}`, {
        a: "%41é😀\u2028\ud800&;",
      }],
      ["?datastar=%7B%22a%22%3Anull%2C%22b%22%3A%5B%7B%7D%5D%7D", { a: null, b: [{}] }],
    ];
    for (const [query, signals] of table) assertEquals(await get(query), { ok: true, signals });
  });

  test("decodes a parameter as URL does, also if it is malformed", async () => {
    const parts = ["%", "%zz", "%ff", "%c3%28", "%ed%a0%80", "+", "%2B", "%EF%BB%BF", "=", "%3D", "é", "?", "%26", "a"];
    for (const part of parts) {
      for (const more of ["", "&datastar", "#", ...parts]) {
        const query = `?datastar={"a":"${part}${more}"}`;
        const text = new URL(`http://localhost/get${query}`).searchParams.getAll("datastar").at(-1)!;
        const result = await get(query);
        if (text.endsWith('"}')) assertEquals(result, { ok: true, signals: JSON.parse(text) }, query);
        else assertEquals(result.ok, false, query);
      }
    }
  });

  test("reads the body of other methods, in pieces of any size", async () => {
    const json = bytes('{"a":"é😀"}');
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      assertEquals(await post(json, method), { ok: true, signals: { a: "é😀" } });
    }
    const body = pieces([...json].map((byte) => new Uint8Array([byte])), (controller) => controller.close());
    const request = new Request("http://localhost/", { method: "POST", body, duplex: "half" } as RequestInit);
    assertEquals(await readSignals(request), { ok: true, signals: { a: "é😀" } });
  });

  test("reads neither the parameter of other methods nor the body of GET", async () => {
    const request = new Request("http://localhost/?datastar={}", { method: "POST", body: '{"b":1}' });
    assertEquals(await readSignals(request), { ok: true, signals: { b: 1 } });
  });

  // Bug 5 of the seed: each of these was an uncaught exception and a 500, which the client repeats ten times.
  test("names the mistake and the expected value", async () => {
    assertEquals(await get(""), bad('the URL has no "datastar" parameter'));
    assertEquals(await get("?datastar="), bad('the "datastar" parameter is empty'));
    assertEquals(await get("?datastar=%7B"), bad('the "datastar" parameter is not JSON'));
    assertEquals(await get("?datastar=undefined"), bad('the "datastar" parameter is not JSON'));
    assertEquals(await get("?datastar=null"), bad('the "datastar" parameter is null'));
    assertEquals(await get("?datastar=[]"), bad('the "datastar" parameter is an array'));
    assertEquals(await get("?datastar=7"), bad('the "datastar" parameter is a number'));
    assertEquals(await get("?datastar=%22a%22"), bad('the "datastar" parameter is a string'));
    assertEquals(await get("?datastar={}&datastar="), bad('the "datastar" parameter is empty'));
    assertEquals(await get(`?datastar=${"[".repeat(20_000)}`), bad('the "datastar" parameter is not JSON'));
    assertEquals(await post(""), bad("the body is empty"));
    assertEquals(await post("[1]"), bad("the body is an array"));
    assertEquals(await post(new Uint8Array([0x7b, 0xff, 0x7d])), bad("the body is not UTF-8"));
    assertEquals(await post(new Uint8Array([0x7b, 0x7d, 0xe2, 0x80])), bad("the body is not UTF-8"));
  });

  test("reads __proto__ as the name of a signal and as nothing else", async () => {
    const result = await get("?datastar=%7B%22__proto__%22%3A%7B%22show%22%3Atrue%7D%7D");
    assertEquals(result.ok && Object.keys(result.signals), ["__proto__"]);
    assertEquals(result.ok && result.signals.show, undefined);
    assertEquals(({} as Record<string, unknown>).show, undefined);
  });

  test("reads no more bytes than it may", async () => {
    const text = (bytes: number) => JSON.stringify({ a: "é".repeat((bytes - 8) / 2) });
    const tooLong = (source: string, maxBytes: number) => ({
      ok: false,
      status: 413,
      message: `Cannot read signals: ${source} is longer than ${maxBytes} bytes`,
    });
    assertEquals((await get(`?datastar=${text(32768)}`)).ok, true);
    assertEquals(await get(`?datastar=${text(32770)}`), tooLong('the "datastar" parameter', 32768));
    assertEquals((await post(text(32768))).ok, true);
    assertEquals(await post(text(32770)), tooLong("the body", 32768));
    const request = new Request("http://localhost/?datastar=%7B%22a%22%3A1%7D");
    assertEquals(await readSignals(request, { maxBytes: 7 }), { ok: true, signals: { a: 1 } });
    assertEquals(await readSignals(request, { maxBytes: 6 }), tooLong('the "datastar" parameter', 6));
  });

  test("stops reading a body that is too long, and refuses one that breaks off", async () => {
    let asked = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        asked++;
        controller.enqueue(new Uint8Array(1024).fill(0x20));
      },
    });
    const long = new Request("http://localhost/", { method: "POST", body: endless, duplex: "half" } as RequestInit);
    assertEquals((await readSignals(long) as { status: number }).status, 413);
    assertEquals(asked < 100, true);
    const broken = pieces([bytes('{"a":')], (controller) => controller.error(new Error("reset")));
    const request = new Request("http://localhost/", { method: "POST", body: broken, duplex: "half" } as RequestInit);
    assertEquals(await readSignals(request), bad("the body broke off, or has been read before"));
    const read = new Request("http://localhost/", { method: "POST", body: "{}" });
    await read.text();
    assertEquals(await readSignals(read), bad("the body broke off, or has been read before"));
  });
});
