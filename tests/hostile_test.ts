import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import {
  ClientError,
  createDocument,
  openDocument,
  openPage,
  type Page,
  type PageLimits,
  type ReadOptions,
  readStream,
  type Source,
  type StreamEvent,
} from "../harness/mod.ts";
import { createBody } from "./support/dom.ts";
import { slow } from "./support/process.ts";

const fragment = (...lines: string[]) =>
  `event: datastar-fragment\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
const upsert = (attributes: string) => fragment("merge upsert_attributes", `fragment <b id=x ${attributes}></b>`);
const signal = (store: string) => `event: datastar-signal\ndata: store ${store}\n\n`;
const paths = (paths: string) => `event: datastar-delete\ndata: paths ${paths}\n\n`;
const select = (selector: string) => fragment(`selector ${selector}`, "merge upsert_attributes", "fragment <b></b>");
const nested = (open: string, close: string, depth: number, inner = "") =>
  open.repeat(depth) + inner + close.repeat(depth);
const numbered = (count: number, item: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i)).join("");

function textOf(error: unknown): string {
  if (error === undefined) return "none";
  return `${error instanceof ClientError ? error.code : (error as Error).name}: ${(error as Error).message}`;
}

async function eventsOf(stream: Source, options?: ReadOptions): Promise<StreamEvent[]> {
  const events = [];
  for await (const event of readStream(stream, options)) events.push(event);
  return events;
}

/** Applies a stream to a page. Returns the page, and what the client raises or the harness gives up with. */
async function meet(
  stream: string,
  { body = "<b id=x></b>", viewTransitions = false, ...limits }: Met = {},
): Promise<{ page: Page; error: string }> {
  const document = createDocument("<body></body>");
  const page = openDocument(document, { limits });
  document.body.innerHTML = body; // only now, because opening a large page may take as long as the event
  return { page, error: await apply(page, stream, viewTransitions) };
}

async function apply(page: Page, stream: string, viewTransitions = false): Promise<string> {
  try {
    for (const event of await eventsOf(stream)) {
      const { errors: [error] } = page.apply([event], { viewTransitions });
      if (error) return textOf(error);
    }
    return "none";
  } catch (error) {
    return textOf(error);
  }
}

interface Met extends Partial<PageLimits> {
  body?: string;
  viewTransitions?: boolean;
}

/** The members of what all code of a process shares. */
function sharedMembers(): string[][] {
  const classes = [Object, Array, Function, String, Number, Boolean, BigInt];
  const owners = [globalThis, Element.prototype, ...classes, ...classes.map(({ prototype }) => prototype)];
  return owners.map((owner) => Reflect.ownKeys(owner).map(String).sort());
}

const { Element } = createBody("").defaultView as unknown as { Element: { prototype: object } };

describe("a page gives up on an event", () => {
  const limit = (name: keyof PageLimits) =>
    new RegExp(`^RangeError: Cannot go on: .+ is over \\d+.*; raise the limit "${name}" if this is intended$`, "s");
  const soon = { maxTime: 200 };
  const long = "x".repeat(900_000);
  const list = numbered(3000, () => "<li></li>");
  const ids = (from: number) => numbered(2000, (i) => `<p><i id=a${Math.abs(from - i)}></i></p>`);

  const cases: [name: string, stream: string, error: RegExp, met?: Met][] = [
    // Time
    [
      "with many signals in a long expression",
      upsert(`data-text="${"$a ".repeat(9000)}${long}"`),
      limit("maxTime"),
      soon,
    ],
    ["with many brackets that stay open", upsert(`data-text="${"$$a(".repeat(9000)}${long}"`), limit("maxTime"), soon],
    [
      "with an expression that is slow to compile",
      signal(`{a(){${numbered(60_000, (i) => `let a${i};`)}}} and no more`),
      limit("maxTime"),
      soon,
    ],
    ["with a large list", signal(`[${"1,".repeat(400_000)}]`), limit("maxTime"), { maxTime: 20 }],
    ["with many paths", paths("a ".repeat(10) + "a.b.c.d ".repeat(200_000)), limit("maxTime"), { maxTime: 20 }],
    [
      "with many attributes",
      upsert(numbered(5000, (i) => `a${i} `) + "=x"), // which would be bad-html
      limit("maxTime"),
      { maxTime: 5 },
    ],
    [
      "with many classes",
      signal(`{a:{${numbered(20_000, (i) => `a${i}:1,`)}}}`) + upsert(`data-class="$a"`),
      limit("maxTime"),
      { maxTime: 1500 },
    ],
    [
      "with many targets in a large page",
      fragment("selector li", "merge upsert_attributes", "fragment <b title=x></b>"),
      limit("maxTime"),
      { body: list, ...soon },
    ],
    [
      "with children of another kind to morph",
      fragment(`fragment <ul id=l>${list.replaceAll("li", "b")}</ul>`),
      limit("maxTime"),
      { body: `<ul id=l>${list}</ul>`, ...soon },
    ],
    [
      "with ids in another order to morph",
      fragment(`fragment <div id=l>${ids(1999)}</div>`),
      limit("maxTime"),
      { body: `<div id=l>${ids(0)}</div>`, maxTime: 100 },
    ],
    [
      "whose view transition takes long",
      fragment("selector li", "merge upsert_attributes", "fragment <b title=x></b>"),
      limit("maxTime"),
      { body: list, viewTransitions: true, ...soon },
    ],
    // Size
    ["with a long expression", signal(`{a:"${"x".repeat(2000)}"}`), limit("maxSize"), { maxSize: 1000 }],
    [
      "with a long data-store",
      upsert(`data-store="{a:'${"x".repeat(2000)}'}"`),
      limit("maxSize"),
      { maxSize: 1000 },
    ],
    [
      "with an expression that grows as it is rewritten",
      upsert(`data-text="${"$a($`$`) ".repeat(60)}"`),
      limit("maxSize"),
    ],
    ["that doubles a text", signal(`{a:"xx"}`) + upsert(`data-store="{a:$a+$a}"`).repeat(60), limit("maxSize")],
    [
      "that doubles a text in a template",
      signal(`{a:"xx"}`) + upsert('data-store="{a:`${$a}${$a}`}"').repeat(60),
      limit("maxSize"),
    ],
    [
      "that doubles a list",
      signal(`{a:[1]}`) + upsert('data-store="{a:[...$a,...$a]}"').repeat(20),
      limit("maxSize"),
      { maxSize: 10_000 },
    ],
    [
      "that puts a list into itself twice",
      signal(`{a:[1]}`) + upsert('data-store="{a:[$a,$a]}"').repeat(60),
      limit("maxSize"),
      { maxSize: 10_000 },
    ],
    [
      "that puts an object into itself twice",
      signal(`{a:{b:1}}`) + upsert('data-store="{a:{b:$a,c:$a}}"').repeat(60),
      limit("maxSize"),
      { maxSize: 10_000 },
    ],
    [
      "whose store grows with each one",
      numbered(20, (i) => signal(`{a${i}:"${"x".repeat(100)}"}`)),
      limit("maxSize"),
      { maxSize: 1000 },
    ],
    ["whose paths make a large store", paths(numbered(200, (i) => `a${i}.b `)), limit("maxSize"), { maxSize: 300 }],
    [
      "with many elements",
      fragment(`fragment <b id=x>${"<i></i>".repeat(50)}</b>`),
      limit("maxSize"),
      { maxSize: 1600 },
    ],
    [
      "with many comments",
      fragment(`fragment <b id=x>${"<!---->".repeat(500_000)}</b>`),
      limit("maxSize"),
    ],
    [
      "with many elements that the parser adds",
      fragment(`fragment <p id=x>${numbered(40, (i) => `<b a${i}>`)}${"<p>x".repeat(100)}`),
      limit("maxSize"),
      { maxSize: 40_000 },
    ],
    [
      "with few elements for many targets",
      fragment("selector p", "merge inner", `fragment <p>${"<i></i>".repeat(20)}</p>`),
      limit("maxSize"),
      { body: "<p></p>".repeat(50), maxSize: 20_000 },
    ],
    [
      "in a page that grows with each one",
      fragment("selector body", "merge append", `fragment <p>${"<i></i>".repeat(20)}</p>`).repeat(10),
      limit("maxSize"),
      { maxSize: 4000 },
    ],
    ["with a long data-show", upsert(`data-show="'${"x".repeat(2000)}'"`), limit("maxSize"), {
      maxSize: 1000,
    }],
    [
      "that joins texts",
      upsert(`data-text="'${"x".repeat(300)}'+'${"y".repeat(300)}'"`),
      limit("maxSize"),
      { maxSize: 1000 },
    ],
    [
      "that joins texts in a template",
      upsert(`data-text="\`\${'${"x".repeat(300)}'}\${'${"y".repeat(300)}'}\`"`),
      limit("maxSize"),
      { maxSize: 1000 },
    ],
    [
      "that uses a signal many times",
      signal(`{a:['${"x".repeat(600)}']}`) + upsert(`data-text="[$a,$a]"`),
      limit("maxSize"),
      { maxSize: 1000 },
    ],
    // Depth
    ["with a deep data-store", upsert(`data-store="${nested("[", "]", 50_000)}"`), /^RangeError: .* too deeply/],
    ["with deep signals", signal(nested("{a:", "}", 50_000, "1")), /^RangeError: .* too deeply/],
    ["with deep paths", paths("a.".repeat(50_000) + "b"), limit("maxDepth")],
    [
      "that puts a list into another one",
      signal("{a:[]}") + upsert('data-store="{a:[$a]}"').repeat(20),
      limit("maxDepth"),
      {
        maxDepth: 10,
      },
    ],
    // Selectors
    ["with a list of selectors", select("i,".repeat(1500) + "b"), limit("maxTime"), {
      body: "<i></i>".repeat(10_000),
    }],
    ["with a deep selector", select(nested(":not(", ")", 3000, "q")), limit("maxDepth")],
    [
      "with a deep selector in an attribute",
      upsert(`data-fetch-indicator="'${nested(":is(", ")", 3000)}'"`),
      limit("maxDepth"),
    ],
  ];
  for (const [name, stream, error, met] of cases) {
    test(name, slow, async () => assertMatch((await meet(stream, met)).error, error));
  }

  // Where each part is tried with each element in turn, these take minutes.
  const selectors: [name: string, stream: string, error: RegExp, body?: string][] = [
    ["many parts", select("* * * *"), /^none$/, nested("<i>", "</i>", 300)],
    ["many siblings", select("* ~ * ~ * ~ *"), /^none$/, "<i></i>".repeat(1000)],
    ["many parts in brackets", select(":is(* * * *)"), /^none$/, nested("<i>", "</i>", 300)],
    ["many parts that others have", select(":has(* * * *)"), /^none$/, nested("<i>", "</i>", 300)],
    ["many siblings that others have", select(":has(~ * ~ * ~ *)"), /^none$/, "<i></i>".repeat(1000)],
    ["numbers", select(":nth-child(2n):nth-child(2n+1)"), /^no-target/, "<i></i>".repeat(4000)],
    ["numbers of one type", select("i:nth-last-of-type(2n):nth-of-type(2n)"), /^no-target/, "<i></i>".repeat(4000)],
    ["an id with many parts", fragment(`fragment <b id="x ${"* ".repeat(5000)}">`), /^no-target/],
    ["an attribute with many parts", upsert(`data-fetch-indicator="'${"* ".repeat(5000)}'"`), /^bad-attribute/],
    ["many escapes", select("\\aaaaaa".repeat(5000) + "!"), /^bad-selector/],
    ["many quotes", select("[x='" + "\\'".repeat(5000) + "!"), /^no-target/],
    ["many open brackets", select(":is(" + "[(".repeat(5000)), /^no-target/],
  ];
  for (const [name, stream, error, body] of selectors) {
    test(`and is not slow with a selector with ${name}`, slow, async () => {
      assertMatch((await meet(stream, { body, maxTime: 3000 })).error, error);
    });
  }

  test("and on the page itself", slow, () => {
    const deep = createBody("");
    let inner: globalThis.Element = deep.body;
    for (let i = 0; i < 15_000; i++) inner = inner.appendChild(deep.createElement("i"));
    deep.body.append(createBody(`<b data-fetch-indicator="'q'"></b>`).querySelector("b")!);
    const cases: [document: Document, error: RegExp, limits?: Partial<PageLimits>][] = [
      [
        createBody(`<b data-store="${nested("[", "]", 50_000)}"></b>`),
        /^RangeError: Cannot go on: .+ too deeply/,
      ],
      [createBody("<p></p>".repeat(20)), limit("maxTime"), { maxTime: 0 }],
      [deep, /^(RangeError: Cannot go on|bad-attribute): .+/], // by the size of the runtime's stack
    ];
    for (const [document, expected, limits] of cases) {
      let error;
      try {
        openPage(document, { limits });
      } catch (raised) {
        error = raised;
      }
      assertMatch(textOf(error), expected);
    }
  });

  test("but not for the time that others take", async () => {
    const { page } = await meet("", { body: "<b id=x></b>" + "<p></p>".repeat(50) });
    const [first, second] = await eventsOf(fragment("fragment <b id=x>1</b>") + signal("{a:1}"));
    const { now } = performance;
    let passed = 0;
    function* events() {
      yield first; // and its transition begins when all have come
      passed += 60_000;
      yield second;
    }
    performance.now = () => passed;
    try {
      assertEquals(page.apply(events(), { viewTransitions: true }).errors, []);
    } finally {
      performance.now = now;
    }
    assertEquals(page.document.querySelector("#x")!.textContent, "1");
  });

  test("and watches its document no longer", slow, async () => {
    const document = createBody("<p></p>".repeat(500));
    const { MutationObserver } = document.defaultView as unknown as {
      MutationObserver: typeof globalThis.MutationObserver;
    };
    let open = 0;
    class Counted extends MutationObserver {
      override observe(target: Node, options: MutationObserverInit) {
        open++;
        super.observe(target, options);
      }
      override disconnect() {
        open--;
        super.disconnect();
      }
    }
    Object.assign(document.defaultView!, { MutationObserver: Counted });
    const page = openPage(document, { limits: { maxSize: 20_000 } });
    for (const viewTransitions of [false, true]) {
      let error;
      try {
        page.apply(await eventsOf(select("p")), { viewTransitions });
      } catch (raised) {
        error = raised;
      }
      assertMatch(textOf(error), limit("maxSize"));
      assertEquals(open, 0);
    }
  });
});

describe("a page has no more than the usual trouble with", () => {
  const cases: [name: string, stream: string, error: string, store: unknown, met?: Met][] = [
    ["a text of an object that has none", upsert(`data-text="{toString:1,valueOf:1}"`), "bad-attribute", {}],
    [
      "an input for an object that has no text",
      signal("{a:{toString:1,valueOf:1}}") + upsert("data-model=a"),
      "bad-attribute",
      { a: { toString: 1, valueOf: 1 } },
    ],
    ["division by zero", signal("{a:1n/0n}"), "none", {}],
    ["arithmetic without bounds", signal("{a:9n}") + upsert(`data-store="{a:$a*$a}"`).repeat(40), "none", { a: 9n }],
    ["spreading what cannot be spread", signal("{a:[...1]}") + signal("{a:{...null}}"), "none", { a: {} }],
    [
      "what only running would tell",
      signal("{get a(){return 1}}") + signal("{a:class{}}") + signal("{a:/x/}"),
      "none",
      {},
    ],
    ["a name that is there twice", signal(`{"a":1,"a":2}`), "none", { a: 2 }],
    ["half a character", signal(`{"a":"\\ud800"}`) + upsert(`data-text="$a"`), "none", { a: "\ud800" }],
    ["a path into a list's length", signal("{a:[1]}") + paths("a.length"), "bad-path", { a: [1] }],
    [
      "<html> in the place of which something else comes",
      select("html").replace("upsert_attributes", "outer"),
      "none",
      {},
    ],
    [
      "names of members that every element has",
      fragment("fragment <form id=x><input name=attributes><input name=childNodes><input name=classList></form>") +
      upsert("data-text=1"),
      "none",
      {},
      { body: "<form id=x data-show=true><input name=children><input name=firstChild></form>" },
    ],
  ];
  for (const [name, stream, error, store, met] of cases) {
    test(name, async () => {
      const { page, error: met_ } = await meet(stream, met);
      assertEquals([met_.split(":")[0], page.signals], [error, store]);
    });
  }

  test("what it quotes in a message", async () => {
    for (
      const stream of [
        signal(`{${"x".repeat(5000)} y}`),
        upsert(`data-store="{${"x".repeat(5000)} y}"`),
        select("!".repeat(2000)),
      ]
    ) {
      const { page, error } = await meet(stream);
      assertEquals([error, ...page.console.map(({ message }) => message)].filter(({ length }) => length > 600), []);
    }
  });
});

function clearSignals({ signals }: Page): void {
  for (const name of Object.keys(signals)) delete signals[name];
}

describe("a page does not reach what all code shares", () => {
  const names = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "prototype"];
  const values = ["{}", "1", "'text'", "true", "[1]", "{b:{}}", "1n"];
  const ways = [
    "NAME.x",
    "NAME.prototype.x",
    "NAME.toFixed",
    "NAME.assign",
    "NAME.push",
    "a.NAME.x",
    "a.NAME.prototype.toFixed",
    "a.NAME.prototype.at",
    "a.NAME.prototype.NAME",
    "a.b.NAME.NAME",
    "a.NAME.fromCharCode",
    "a.NAME.isArray",
    "NAME",
  ];

  test("by paths to delete", async () => {
    const before = sharedMembers();
    const { page } = await meet("");
    for (const value of values) {
      for (const way of ways) {
        for (const name of names) {
          clearSignals(page);
          const error = await apply(page, signal(`{a:${value}}`) + paths(way.replaceAll("NAME", name)));
          assertMatch(error, /^(none|bad-path: .*)$/);
        }
      }
    }
    assertEquals(sharedMembers(), before);
  });

  test("by names of signals", async () => {
    const before = sharedMembers();
    const { page } = await meet("");
    for (const name of names) {
      for (const key of [name, `"${name}"`, `["${name}"]`]) {
        const bad = `{${key}:{polluted:1,prototype:{polluted:1}}}`;
        for (const store of [bad, `{a:${bad}}`, `{...${bad}}`, `{a:{...${bad}}}`]) {
          clearSignals(page);
          await apply(
            page,
            signal(store) + signal(store) + upsert(`data-store='${store}'`) + upsert("data-model=a.polluted"),
          );
        }
      }
    }
    assertEquals(sharedMembers(), before);
    assertEquals(({} as { polluted?: number }).polluted, undefined);
  });

  test("and has no signal __proto__ [STO-17]", async () => {
    for (const store of ['{["__proto__"]:{b:1}}', '{...{["__proto__"]:{b:1}}}', '{"__proto__":{b:1}}']) {
      for (const [stream, expected] of [[signal(store), {}], [signal(`{a:${store}}`), { a: {} }]] as const) {
        const { page } = await meet(stream + upsert(`data-text="$b"`));
        assertEquals(page.signals, expected);
        assertEquals(page.document.querySelector("b")!.textContent, "undefined");
      }
    }
  });

  test("and spreads a name __proto__ as any other", async () => {
    const { page } = await meet(upsert(`data-class="{...{['__proto__']:{b:1}}}"`));
    assertMatch(page.document.querySelector("#x")!.className, /__proto__/);
  });

  test("by attributes and elements", async () => {
    const before = sharedMembers();
    const attributes = names.flatMap((
      name,
    ) => [`data-${name}=1`, `data-text.${name}=1`, `data-class="{${name}:1}"`, `${name}=1`]);
    for (const attribute of attributes) {
      for (const stream of [upsert(attribute), fragment(`fragment <b id=x ${attribute}><${names[1]}></b>`)]) {
        assertMatch((await meet(stream)).error, /^none$/);
      }
    }
    assertEquals(sharedMembers(), before);
  });
});

describe("readStream() gives up on", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  async function* endless(chunk: Uint8Array) {
    for (;;) yield chunk;
  }
  const limit = (what: string, name: keyof ReadOptions) =>
    `RangeError: Cannot go on: ${what}; raise the limit "${name}" if this is intended`;
  const tooLong = "RangeError: Cannot go on: an event is over 16777216 bytes, and its blank line has not arrived";
  const answer = (init?: ResponseInit) =>
    new Response("data: x\n\n", { headers: { "content-type": "text/event-stream" }, ...init });
  const locked = answer().body!;
  locked.getReader();
  const used = answer();
  used.text().catch(() => {}); // begun, and that is enough
  const failing = new Error("The cable is cut");

  const cases: [name: string, source: unknown, error: string, options?: ReadOptions][] = [
    [
      "a stream that always has more, events",
      endless(bytes("event:a\ndata:b\n\n")),
      limit("the stream has not ended within 50 ms", "timeout"),
      {
        timeout: 50,
      },
    ],
    [
      "a stream that always has more, nothing",
      endless(new Uint8Array(0)),
      limit("the stream has not ended within 50 ms", "timeout"),
      {
        timeout: 50,
      },
    ],
    ["a line without an end", endless(new Uint8Array(100_000).fill(97)), tooLong],
    ["a large event in one piece", bytes(`data:${"x".repeat(17_000_000)}`), tooLong],
    ["comments without an end", endless(bytes(":\n\n")), limit("the stream is over 5000 bytes", "maxBytes"), {
      maxBytes: 5000,
    }],
    [
      "texts",
      (async function* () {
        yield await Promise.resolve("data: x\n\n");
      })(),
      "TypeError: Cannot read the stream: it yields String instead of Uint8Array",
    ],
    [
      "nothing",
      (async function* () {
        yield await Promise.resolve(undefined);
      })(),
      "TypeError: Cannot read the stream: it yields Undefined instead of Uint8Array",
    ],
    [
      "buffers",
      (async function* () {
        yield await Promise.resolve(new ArrayBuffer(3));
      })(),
      "TypeError: Cannot read the stream: it yields ArrayBuffer instead of Uint8Array",
    ],
    [
      "a source that fails",
      (async function* () {
        yield await Promise.reject(failing);
      })(),
      "Error: The cable is cut",
    ],
    [
      "a stream that is locked",
      locked,
      "TypeError: Cannot read the stream: it is locked to another reader; release that one, or tee() the stream",
    ],
    [
      "an answer that was read",
      used,
      "TypeError: Cannot read the answer: its body has already been read; request it again",
    ],
    ...[undefined, null, 1, {}, [new Uint8Array(1)]].map((source): [string, unknown, string] => [
      `${JSON.stringify(source)}`,
      source,
      `TypeError: Cannot read the stream: ${Object.prototype.toString.call(source).slice(8, -1)} is not a source; ` +
      "pass a string, a Uint8Array, a Blob, a Response, a ReadableStream or an async iterable of Uint8Array",
    ]),
  ];
  for (const [name, source, expected, options] of cases) {
    test(name, slow, async () => {
      let error;
      try {
        for await (const _ of readStream(source as Source, options));
      } catch (raised) {
        error = raised;
      }
      assertEquals(textOf(error), expected);
    });
  }

  test("nothing that is in order", async () => {
    const event = "event: datastar-console\ndata: log x\n\n";
    const headers = { "content-type": "text/event-stream" };
    assertEquals(await eventsOf(new Response(null, { headers })), []);
    for (const timeout of [undefined, Infinity, 2 ** 40]) {
      const one = new ReadableStream<Uint8Array>({
        start(controller) {
          setTimeout(() => {
            controller.enqueue(bytes(event));
            controller.close();
          }, 30);
        },
      });
      assertEquals((await eventsOf(one, { timeout })).map(({ instruction }) => instruction?.type), ["console"]);
    }
    const large = event.repeat(60_000); // more than is read at a time
    const { value } = await readStream(large).next();
    assertEquals(value.instruction?.type, "console");
    const events = await eventsOf(large);
    assertEquals(events.length, 60_000);
    assertEquals(events[59_999].range, { start: event.length * 59_999, end: large.length - 2 });
  });
});

describe("readStream() takes", () => {
  const event = "event: datastar-console\ndata: log x\n\n";
  const content = new TextEncoder().encode(event);
  const headers = new Headers({ "content-type": "text/event-stream; charset=utf-8" });
  const stream = () => new Blob([content]).stream();
  const { getReader } = ReadableStream.prototype;
  const sources: Record<string, () => Source> = {
    "a Blob": () => new Blob([content]),
    "a Response": () => new Response(content, { headers }),
    "bytes of another realm": () => runInNewContext(`new Uint8Array([${content}])`),
    "a Blob of another realm": () => ({ size: 1, type: "", stream }) as unknown as Blob,
    "a Response of another realm": () => ({ bodyUsed: false, headers, body: stream() }),
    "a ReadableStream of another realm": () => {
      const own = stream();
      return { locked: false, getReader: () => getReader.call(own) } as unknown as ReadableStream<Uint8Array>;
    },
    "a Response of node-fetch": () => ({ bodyUsed: false, headers, body: Readable.from([Buffer.from(content)]) }),
  };
  for (const [name, open] of Object.entries(sources)) {
    test(name, async () => {
      assertEquals((await eventsOf(open())).map(({ instruction }) => instruction?.type), ["console"]);
    });
  }

  test("no answer of another type, of whatever library", async () => {
    const answer = { bodyUsed: false, headers: new Headers({ "content-type": "text/html" }), body: stream() };
    await assertRejects(() => eventsOf(answer), TypeError, "the answer is text/html");
  });
});

describe("openPage() refuses, with a TypeError that says why,", () => {
  const neither = "Cannot open the page: it is neither HTML as text nor a document";
  const nothing = "Cannot open the page: nothing matches the initiator ";
  const cases: [name: string, open: () => Page, message: string][] = [
    ...[undefined, null, 5, {}, []].map((page): [string, () => Page, string] => [
      `${JSON.stringify(page)} as a page`,
      () => openPage(page as unknown as string),
      neither,
    ]),
    ["an initiator that is not there", () => openPage("", { initiator: "#a" }), nothing + '"#a"'],
    ["an initiator that is no selector", () => openPage("", { initiator: "[[" }), nothing + '"[["'],
    ["an empty initiator", () => openPage("", { initiator: "" }), nothing + '""'],
    ["a long initiator", () => openPage("", { initiator: "p".repeat(300) }), `"${"p".repeat(200)}…"`],
    [
      "a signal that is a function",
      () => openPage("", { signals: { f() {} } }),
      "Cannot open the page: a signal is not plain data: ",
    ],
  ];
  for (const [name, open, message] of cases) {
    test(name, () => assertStringIncludes(assertThrows(open, TypeError).message, message));
  }
});

test("a signal `__proto__` is a signal, and not the prototype of the store", () => {
  const { signals } = openPage("", { signals: JSON.parse('{"__proto__": {"polluted": 1}}') });
  assertEquals([Object.keys(signals), signals.polluted], [["__proto__"], undefined]);
});

test("a limit that is given as undefined has its default", async () => {
  const limits = { maxDepth: undefined, maxSize: undefined, maxTime: undefined };
  const { error } = await meet(fragment("fragment " + nested("<b id=x>", "</b>", 600)), limits as Met);
  assertMatch(error, /^RangeError: Cannot go on: the depth of a fragment is over 512;/);
});
