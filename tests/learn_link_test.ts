import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, test } from "node:test";
import { decodeState, encodeState, linkLimits, type LinkState } from "../learn/link.ts";
import { bytesOf } from "../vectors/vector.ts";
import { families } from "../vectors/classic/mod.ts";
import { slow } from "./support/process.ts";
import { fc } from "./support/random.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

async function pack(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** FNV-1a as its authors define it, in whole numbers. */
function checksum(bytes: Uint8Array): number[] {
  let sum = 2166136261n;
  for (const byte of bytes) sum = (sum ^ BigInt(byte)) * 16777619n & 0xffffffffn;
  return [24n, 16n, 8n, 0n].map((shift) => Number(sum >> shift & 0xffn));
}

/** Makes a valid link with any content. */
async function forge(head: string, stream = ""): Promise<string> {
  const content = utf8(`${head}\n${stream}`);
  return "#s=1" + toBase64Url(new Uint8Array([...checksum(content), ...await pack(content)]));
}

/** Opens a link. Returns the state, or the class and message of the error. */
async function openLink(hash: string): Promise<LinkState | undefined | [string, string]> {
  try {
    return await decodeState(hash);
  } catch (error) {
    return [(error as Error).constructor.name, (error as Error).message];
  }
}

const damaged = [
  "SyntaxError",
  "Cannot open the link: a part of it is missing or changed; copy the whole link again",
];

const anyState = fc.record({
  scene: fc.record({
    page: fc.string({ unit: "binary" }),
    bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
    initiator: fc.string({ unit: "binary" }),
    values: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean())).map((values) =>
      Object.fromEntries(Object.entries(values))
    ),
  }, { requiredKeys: ["page", "bytes"] }),
  at: fc.nat(),
  chunk: fc.integer({ min: 1 }),
}, { requiredKeys: ["scene"] });

const small: LinkState = {
  scene: { page: '<p id="a"></p>', bytes: utf8('event: datastar-fragment\ndata: fragment <p id="a">é</p>\n\n') },
  at: 7,
};

describe("a link", () => {
  test("keeps the scene of each vector, byte for byte", slow, async () => {
    let longest = 0;
    for (const vector of families.flatMap(({ vectors }) => vectors)) {
      const { page, initiator, values } = vector;
      const scene: LinkState["scene"] = { page, bytes: bytesOf(vector) };
      if (initiator !== undefined) scene.initiator = initiator;
      if (values !== undefined) scene.values = values;
      const hash = await encodeState({ scene });
      assertMatch(hash, /^#s=1[\w-]+$/);
      assertEquals(await decodeState(hash), { scene });
      longest = Math.max(longest, hash.length);
    }
    assert(longest < 2_000, `the longest has ${longest} characters`);
  });

  test("keeps any state", slow, async () => {
    await fc.assert(fc.asyncProperty(anyState, async (state) => {
      assertEquals(await decodeState(await encodeState(state)), state);
    }));
  });

  test("keeps half a surrogate pair, and names that objects inherit", async () => {
    const values = JSON.parse('{"__proto__": "a", "constructor": true}');
    const state: LinkState = { scene: { page: "\ud800", bytes: utf8(""), values } };
    const found = await decodeState(await encodeState(state));
    assertEquals(found, state);
    assertEquals(Object.keys(found!.scene.values!), ["__proto__", "constructor"]);
    assertEquals(Object.getPrototypeOf(found!.scene.values), Object.prototype);
  });

  test("is found among other parts of the address, and absent without them", async () => {
    const hash = (await encodeState(small)).slice(1);
    assertEquals(await decodeState(hash), small);
    assertEquals(await decodeState(`#x=1&${hash}&s=2`), small);
    for (const none of ["", "#", "#top", "#S=1", "#xs=1abc", "#s"]) assertEquals(await decodeState(none), undefined);
  });

  test("is never opened as another state, whatever is changed in it", slow, async () => {
    const hash = await encodeState(small);
    const other = ["A", "Q", "-", "_", "0", "z", " ", "%", "\n", "é"];
    const changes = [...hash].flatMap((character, i) => [
      ...i < 4 ? [] : [hash.slice(0, i), hash.slice(0, i) + hash.slice(i + 1), hash.slice(0, i) + "A" + hash.slice(i)],
      ...i < 4 ? [] : other.filter((one) => one !== character).map((one) => hash.slice(0, i) + one + hash.slice(i + 1)),
    ]);
    assert(changes.length > 500);
    for (const changed of [...changes, hash + "A", hash + "=", hash + ".", `${hash}AAAA`]) {
      const found = await openLink(changed);
      // A part cut off after the content is no loss, and Deno does not notice it.
      if (!Array.isArray(found)) assertEquals(found, small, changed);
      else assertEquals(found, damaged, changed);
    }
  });

  test("has a reason why it cannot be opened", async () => {
    for (const hash of ["#s=", "#s=x", "#s=1", "#s=1AAAA", "#s=1AAAAAA", "#s=1!", "#s=1AAAAA"]) {
      assertEquals(await openLink(hash), damaged, hash);
    }
    assertEquals(await openLink("#s=2abc"), [
      "RangeError",
      "Cannot open the link: its version is 2, but this page reads version 1; open it on the server where it was made",
    ]);
  });

  test("is not opened if its content is of another form", async () => {
    for (
      const head of [
        "",
        "{",
        "null",
        "[]",
        '"x"',
        "{}",
        '{"page":1}',
        '{"__proto__":{"page":"x"}}',
        '{"page":"x","initiator":1}',
        '{"page":"x","initiator":null}',
        '{"page":"x","values":[]}',
        '{"page":"x","values":{"a":1}}',
        '{"page":"x","values":{"__proto__":{}}}',
        '{"page":"x","at":-1}',
        '{"page":"x","at":1.5}',
        '{"page":"x","at":"1"}',
        '{"page":"x","at":1e300}',
        '{"page":"x","chunk":0}',
      ]
    ) assertEquals(await openLink(await forge(head)), damaged, head);
    const noLine = utf8('{"page":"x"}');
    const hash = "#s=1" + toBase64Url(new Uint8Array([...checksum(noLine), ...await pack(noLine)]));
    assertEquals(await openLink(hash), damaged);
  });

  test("contains nothing but the fields of a state", async () => {
    const head = '{"page":"x","bytes":"y","scene":{},"evil":1,"__proto__":{"at":1,"chunk":2},"toString":"z"}';
    const state = await decodeState(await forge(head, "data\n\n"));
    assertEquals(state, { scene: { page: "x", bytes: utf8("data\n\n") } });
    const all = Object.prototype as { chunk?: number };
    all.chunk = 3;
    try {
      assertEquals(Object.hasOwn((await decodeState(await forge('{"page":"x"}')))!, "chunk"), false);
    } finally {
      delete all.chunk;
    }
    assertEquals([state!.at, state!.chunk, state!.scene.initiator], [undefined, undefined, undefined]);
  });

  test("is made and opened up to its limits only", slow, async () => {
    const scene = (bytes: Uint8Array<ArrayBuffer>) => ({ scene: { page: "", bytes } });
    const head = utf8('{"page":""}\n').length;
    const most = scene(new Uint8Array(linkLimits.content - head));
    assertEquals(await decodeState(await encodeState(most)), most);
    const long = scene(new Uint8Array(linkLimits.content - head + 1));
    await assertRejects(() => encodeState(long), RangeError, "page and stream would have more than 1048576 bytes");
    const noise = scene(crypto.getRandomValues(new Uint8Array(50_000)));
    await assertRejects(() => encodeState(noise), RangeError, "it would have more than 65536 characters");
    const tooLong = `#s=1${"A".repeat(linkLimits.encoded + 1)}`;
    await assertRejects(
      () => decodeState(tooLong),
      RangeError,
      "Cannot open the link: it has more than 65536 characters",
    );
  });

  test("is not inflated beyond its limit", slow, async () => {
    const packed = await pack(new Uint8Array(45_000_000));
    const hash = `#s=1${toBase64Url(new Uint8Array([...checksum(utf8("")), ...packed]))}`;
    assert(hash.length <= linkLimits.encoded, `${hash.length}`);
    const { DecompressionStream } = globalThis;
    let inflated = 0;
    globalThis.DecompressionStream = class {
      readable: ReadableStream<Uint8Array<ArrayBuffer>>;
      writable: WritableStream<BufferSource>;
      constructor(format: CompressionFormat) {
        const { readable, writable } = new DecompressionStream(format);
        this.writable = writable;
        this.readable = readable.pipeThrough(
          new TransformStream({
            transform(chunk, controller) {
              inflated += chunk.length;
              controller.enqueue(chunk);
            },
          }),
        );
      }
    };
    try {
      const message = "Cannot open the link: it has more than 1048576 bytes";
      await assertRejects(() => decodeState(hash), RangeError, message);
    } finally {
      globalThis.DecompressionStream = DecompressionStream;
    }
    assert(inflated < 4 * linkLimits.content, `${inflated} bytes were inflated`);
  });
});
