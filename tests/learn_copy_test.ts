import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as fragments from "../fragments.ts";
import { type Instruction, parseHtml, readSignalValue, readStream, type StreamEvent } from "../harness/mod.ts";
import { writeCode } from "../learn/classic/code.ts";
import { classic as dialect } from "../learn/classic/mod.ts";
import { writeCurl } from "../learn/curl.ts";
import type { Scene } from "../learn/scene.ts";
import { writeVector } from "../learn/vector_text.ts";
import { compare } from "../vectors/compare.ts";
import { bytesOf, maxStreamBytes, type Outcome, type Vector } from "../vectors/vector.ts";
import { families } from "../vectors/classic/mod.ts";
import { createRoutes } from "../runner/mod.ts";
import { differences } from "./support/differences.ts";
import { createBody, surroundings } from "./support/dom.ts";
import { runInHarness } from "./support/model.ts";
import { slow } from "./support/process.ts";
import { fc } from "./support/random.ts";

const vectors = families.flatMap(({ vectors }) => vectors);
const folder = mkdtempSync(join(tmpdir(), "copy-"));
after(() => rmSync(folder, { recursive: true }));

const utf8 = (text: string) => new TextEncoder().encode(text);

async function eventsOf(source: string | Uint8Array): Promise<StreamEvent[]> {
  const events = [];
  for await (const event of readStream(source)) events.push(event);
  return events;
}

describe("writeCurl()", () => {
  /** The arguments that a shell passes to curl. */
  const argumentsOf = (command: string): string[] => {
    const script = `curl() { printf '%s\\0' "$@"; }; ${command}`;
    return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
  };

  test("writes the address of an endpoint so that a shell passes it on unchanged", () => {
    const table: [url: string, ...words: string[]][] = [
      ["http://localhost:3000/feed", "-N", "http://localhost:3000/feed"],
      ["https://example.org/a b?x=1&y=$HOME`id`", "-N", "https://example.org/a%20b?x=1&y=$HOME`id`"],
      ["http://localhost/it's?a='$(id)'#'", "-N", "http://localhost/it's?a=%27$(id)%27#'"],
      ['http://localhost/get?datastar={"a":[1]}', "-gN", "http://localhost/get?datastar={%22a%22:[1]}"],
      ["http://[::1]:80/\n\r\t!!", "-gN", "http://[::1]/!!"],
    ];
    for (const [url, ...words] of table) {
      const command = writeCurl({ url })!;
      assertEquals(argumentsOf(command), words, command);
      assert(!command.includes("\n"));
    }
    assertEquals(writeCurl({ url: "http://localhost:3000/feed" }), "curl -N 'http://localhost:3000/feed'");
  });

  test("refuses other addresses than those of http and https", () => {
    for (const url of ["/feed", "", "file:///etc/passwd", "-o/tmp/x", "javascript:alert(1)"]) {
      assertThrows(() => writeCurl({ url }), TypeError, "Cannot write a command: ");
    }
  });

  test("writes an address that answers with the bytes, up to a limit", async () => {
    const route = createRoutes().get("/vectors/stream")!;
    const origin = "http://localhost:3000";
    for (const length of [0, 1, 2, 3, 256, maxStreamBytes]) {
      const bytes = new Uint8Array(length).map((_, i) => 255 - i % 256);
      const [option, url] = argumentsOf(writeCurl({ bytes, origin })!);
      assertEquals(option, "-N");
      const response = await route.answer(new Request(url));
      assertEquals(response.status, 200, await response.clone().text());
      assertEquals(new Uint8Array(await response.arrayBuffer()), bytes);
    }
    assertEquals(writeCurl({ bytes: new Uint8Array(maxStreamBytes + 1), origin }), undefined);
  });
});

describe("writeVector()", () => {
  const schema = JSON.parse(readFileSync(new URL("../vectors/schema.json", import.meta.url), "utf8"));
  const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema);
  // One document for all tests: it takes long to make.
  const document = createBody("");
  const parseBody = (html: string) => {
    const body = document.createElement("body");
    body.append(parseHtml(html, body));
    return body;
  };

  function vectorOf(scene: Scene, outcome: Outcome, options: { title?: string; clause?: string } = {}): Vector {
    const vector = JSON.parse(writeVector(scene, outcome, { ...options, dialect, parseBody }));
    assert(validate({ family: "mine", about: "My own", vectors: [vector] }), JSON.stringify([vector, validate.errors]));
    return vector;
  }

  const scene: Scene = {
    page: '<p id="a"></p>',
    bytes: utf8('event: datastar-fragment\ndata: fragment <p id="a">\n\n'),
  };
  const outcome: Outcome = { tree: '| <p>\n|   id="a"', html: '<p id="a"></p>', console: [] };

  /** Vectors for which happy-dom differs from browsers. */
  const explained = new Set(differences.flatMap(({ vectors }) => vectors));

  test("writes each vector again, with its outcome as the expectation", slow, async () => {
    const without: string[] = [];
    let expected = 0;
    for (const vector of vectors) {
      const { page, initiator, values, title, clause } = vector;
      const outcome = await runInHarness(vector, true);
      const written = vectorOf({ page, bytes: bytesOf(vector), initiator, values }, outcome, { title, clause });
      assertEquals(compare(written.expect, outcome, { ...surroundings, parseBody }), [], vector.id);
      assertEquals(bytesOf(written), bytesOf(vector));
      assertEquals([written.stream, written.streamBase64], [vector.stream, vector.streamBase64]);
      assertEquals([written.page, written.initiator, written.values], [page, initiator, values]);
      assertEquals([written.title, written.clause], [title, clause]);
      if (written.expect.page === undefined) without.push(vector.id);
      assert(!/class="[^"]*datastar-|class=""/.test(written.expect.page ?? ""), written.expect.page);
      // The written vector expects all that the original does, apart from values of inputs.
      assertEquals([written.expect.error, written.expect.location], [
        outcome.error,
        outcome.location?.replace("\n", ""),
      ]);
      for (const key of ["error", "location", "console"] as const) {
        if (vector.expect[key] === undefined || explained.has(vector.id)) continue;
        assertEquals(
          written.expect[key],
          key === "console" && vector.expect.console?.length === 0 ? undefined : vector.expect[key],
          vector.id,
        );
        expected++;
      }
      if (vector.expect.store) assert(written.expect.store, vector.id);
    }
    assert(expected > 50, `${expected}`);
    assertEquals(without, ["val-textarea-children"]); // no HTML puts an element into a textarea
  });

  test("makes an id of the title, and leaves texts to be replaced for what only an author knows", () => {
    const table: [title: string | undefined, id: string, written?: string][] = [
      [undefined, "my-vector", "The title, in one line"],
      ["", "my-vector", "The title, in one line"],
      ["  A  Été:\n<b>'s 2nd ", "a-ete-b-s-2nd", "A Été: <b>'s 2nd"],
      ["漢字", "my-vector"],
      ["-", "my-vector"],
      ["😀".repeat(130) + "a", "my-vector", "😀".repeat(120)],
    ];
    for (const [title, id, written = title] of table) {
      const vector = vectorOf(scene, outcome, { title });
      assertEquals([vector.id, vector.title], [id, written]);
    }
    assertEquals(vectorOf(scene, outcome).clause, "XXX-1");
    assertEquals(vectorOf(scene, outcome, { clause: "none" }).clause, "XXX-1");
    assertEquals(vectorOf(scene, outcome, { clause: "FRG-3" }).clause, "FRG-3");
    assertStringIncludes(vectorOf(scene, outcome).teach, "in one sentence");
  });

  test("removes the classes that are not compared, wherever they are, and nothing else", () => {
    const html = '<p class="a datastar-settling b" title="class=&quot;datastar-x&quot;">class="datastar-x"</p>' +
      '<template><i class="datastar-swapping"></i></template><b class="">x</b><u id="ds--3" class=" a  b"></u>';
    const cleaned = '<p class="a b" title="class=&quot;datastar-x&quot;">class="datastar-x"</p>' +
      '<template><i></i></template><b>x</b><u id="ds--3" class=" a  b"></u>';
    const tree = [
      "| <p>",
      '|   class="a b"',
      `|   title="class="datastar-x""`,
      `|   "class="datastar-x""`,
      "| <template>",
      "|   content",
      "|     <i>",
      "| <b>",
      '|   "x"',
      "| <u>",
      '|   class="a b"',
      '|   id="ds--*"',
    ].join("\n");
    assertEquals(vectorOf(scene, { ...outcome, html, tree }).expect, { page: cleaned });
  });

  test("expects messages that were sent to the console, and none of the client’s own", () => {
    const bytes = utf8("event: datastar-console\ndata: info one\ndata: two\n\n");
    const console: Outcome["console"] = [["error", "Unknown event: x"], ["info", "one\ntwo"], ["table", "one"]];
    assertEquals(vectorOf({ ...scene, bytes }, { ...outcome, console }).expect.console, [["info", "one\ntwo"]]);
  });

  test("expects an empty store where the page had one", () => {
    assertEquals(vectorOf(scene, { ...outcome, store: {} }).expect.store, undefined);
    const page = '<p id="a" data-store="{a: 1}"></p>';
    assertEquals(vectorOf({ ...scene, page }, { ...outcome, store: {} }).expect.store, {});
    assertEquals(vectorOf({ ...scene, page }, { ...outcome, store: { a: 1n } }).expect.store, undefined);
  });

  test("writes bytes that are not UTF-8 as base64, and keeps a byte order mark", () => {
    const broken = vectorOf({ ...scene, bytes: new Uint8Array([0xff, 0x0a]) }, outcome);
    assertEquals([broken.stream, broken.streamBase64], [undefined, "/wo="]);
    assertEquals(vectorOf({ ...scene, bytes: utf8("\ufeffx\r\n\0") }, outcome).stream, "\ufeffx\r\n\0");
  });

  test("refuses an outcome that no vector can express", () => {
    const table: [Partial<Outcome>, string][] = [
      [{ incomplete: "no answer" }, "the run did not finish: no answer"],
      [{ error: "unnamed", message: "Boom" }, "the error has no name in docs/PROTOCOL.md: Boom"],
      [{ error: "RangeError" }, "no name"],
      [{ html: "<p><div></div></p>", tree: "| <p>\n|   <div>" }, "HTML cannot express the page that results"],
    ];
    for (const [part, message] of table) {
      assertThrows(() => vectorOf(scene, { ...outcome, ...part }), TypeError, `Cannot write a vector: `);
      assertThrows(() => vectorOf(scene, { ...outcome, ...part }), TypeError, message);
    }
    const nested = { html: "<p><div></div></p>", tree: "| <p>\n|   <div>", error: "no-target" };
    assertEquals(vectorOf(scene, { ...outcome, ...nested }).expect, { error: "no-target" });
  });
});

describe("writeCode()", () => {
  /** Runs the code with the functions of fragments.ts, and returns the body. */
  function run(code: string): string {
    const own = code
      .replace(/^import \{ (.*) \} from "\.\/fragments\.ts";$/m, "const { $1 } = fragments;")
      .replace("export const body =", "return");
    return new Function("fragments", own)(fragments);
  }

  /** An instruction with its signals as values: their text may differ. */
  function meaningOf(instruction: Instruction | undefined): unknown {
    if (instruction?.type !== "signal") return instruction;
    const read = readSignalValue(instruction.store);
    return { ...instruction, store: "patch" in read ? read.patch : instruction.store };
  }

  const instructing = (events: StreamEvent[]) => events.filter(({ instruction }) => instruction);
  /** The content of events: instruction, id and retry. */
  const contentsOf = (events: StreamEvent[]) =>
    events.map(({ instruction, client, lines }) => ({
      instruction: meaningOf(instruction),
      id: client!.id,
      retry: Number.parseInt(lines.map(({ text }) => /^\ufeff?retry:(.*)/.exec(text)).findLast(Boolean)?.[1] ?? ""),
    }));

  test("writes each vector's events so that the client reads them again", slow, async () => {
    let called = 0;
    for (const [i, vector] of vectors.entries()) {
      const events = await eventsOf(bytesOf(vector));
      const file = join(folder, `${i}.ts`);
      writeFileSync(file, writeCode(events, new URL("../fragments.ts", import.meta.url).href));
      const { body } = await import(pathToFileURL(file).href);
      const again = await eventsOf(body);
      assertEquals(contentsOf(again), contentsOf(instructing(events)), `${vector.id}: ${body}`);
      const code = writeCode(events);
      assertEquals(run(code), body);
      const comments = code.match(/^ {2}\/\/ Not written: /gm)?.length ?? 0;
      assertEquals(comments, events.length - instructing(events).length);
      called += code.match(/^ {2}(?:fragment|signal|remove|redirect|consoleMessage)\(/gm)?.length ?? 0;
    }
    assert(called > 300, `only ${called} events are written by a function`);
  });

  test("writes code as a person would", async () => {
    const stream = [
      ": still here",
      "event: datastar-fragment",
      "id: 7",
      "retry: 2000",
      "data: selector #list",
      "data: merge append",
      "data: settle 0",
      "data: vt false",
      `data: fragment <li title="a">it's</li>`,
      "",
      "event: datastar-fragment",
      "data: fragment <pre id=x>`${1}\\",
      "data: two\u2029</pre>",
      "",
      "event: datastar-signal",
      "data: onlyIfMissing true",
      'data: store {"a": {"b-c": [1, null, "x"]},',
      "data: store d: false}",
      "",
      "event: datastar-delete",
      "data: selector .done",
      "",
      "event: datastar-delete",
      "data: paths a.b c",
      "",
      "event: datastar-redirect",
      "data: url /done?a='b'",
      "",
      "event: datastar-console",
      "data: warn Low on \u202emilk",
      "",
      "",
    ].join("\n");
    assertEquals(
      writeCode(await eventsOf(stream)),
      `import { comment, consoleMessage, fragment, redirect, remove, signal } from "./fragments.ts";

/** The body of a text/event-stream response. */
export const body = [
  comment("still here"),
  fragment("<li title=\\"a\\">it's</li>", { selector: "#list", merge: "append", settle: 0, viewTransition: false, id: "7", retry: 2000 }),
  fragment(\`<pre id=x>\\\`\\\${1}\\\\
two\\u2029</pre>\`),
  signal({ a: { "b-c": [1, null, "x"] }, d: false }, { onlyIfMissing: true }),
  remove({ selector: ".done" }),
  remove({ paths: ["a.b", "c"] }),
  redirect("/done?a='b'"),
  consoleMessage("warn", "Low on \\u202emilk"),
].join("");
`,
    );
  });

  test("says why an event cannot be written", async () => {
    const stream = [
      "event: datastar-redirect\ndata: url javascript:alert(1)\n\n",
      "event: datastar-fragment\ndata: merge mix\ndata: fragment <p id=a></p>\n\n",
      "event: message\ndata: x\n\n",
      "data: x\n\n",
      ": late\nevent: datastar-signal\ndata: store {a: $b}\n\n",
      "event: datastar-console\ndata: log x\n",
    ];
    assertEquals(
      writeCode(await eventsOf(stream.join(""))),
      `/** The body of a text/event-stream response. */
export const body = [
  // Cannot write a redirect: "javascript:alert(1)" is a script. As text:
  "event: datastar-redirect\\n" +
    "data: url javascript:alert(1)\\n" +
    "\\n",
  // Not written: the client throws unknown-merge. Unknown merge mode "mix"; the modes are morph, inner, outer, prepend, append, before, after, upsert_attributes.
  // Not written: the client ignores an event named "message" [SSE-14].
  // Not written: the client ignores an event without a name [SSE-14].
  // Cannot evaluate the store "{a: $b}": its value is known only if it runs, and code does not run here. As text:
  ": late\\n" +
    "event: datastar-signal\\n" +
    "data: store {a: $b}\\n" +
    "\\n",
  // Not written: the stream ends before the blank line of this event, and the client drops it [SSE-8].
].join("");
`,
    );
    assertEquals(run(writeCode([])), "");
  });

  test("holds the contents of a stream as text only, and never as code", slow, async () => {
    const piece = fc.constantFrom(
      "event: datastar-fragment\n",
      "event: datastar-signal\n",
      "event: datastar-delete\n",
      "event: datastar-redirect\n",
      "event: datastar-console\n",
      "data: fragment <p id=a>",
      "data: ",
      "data: log ",
      "data: url ",
      "data: store ",
      "data: selector ",
      "data: merge ",
      "data: paths ",
      "\n",
      "\n\n",
      "\r",
      "id: ",
      "retry: ",
      ": ",
      "`",
      "${evil()}",
      "\\",
      '"',
      "'",
      "\u2028evil()",
      "\u2029",
      "*/",
      "//",
      "\ufeff",
      "\0",
      "{",
      "}",
      "</script>",
      "__proto__",
      "[",
      "1",
      "é",
      "😀",
    ); // deno-fmt-ignore
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40, size: "max" }), async (pieces) => {
        const events = await eventsOf(pieces.join(""));
        const code = writeCode(events);
        assert(!/[\p{Cf}\p{Zl}\p{Zp}\r\0]/u.test(code), code);
        assertEquals(contentsOf(await eventsOf(run(code))), contentsOf(instructing(events)), code); // evil() is nowhere
      }),
      { numRuns: 2000 },
    );
  });
});

test("the code imports only the functions that it calls", async () => {
  assertMatch(writeCode(await eventsOf("event: datastar-redirect\ndata: url /\n\n")), /^import \{ redirect \} from/);
});
