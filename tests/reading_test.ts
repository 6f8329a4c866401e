import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { openPage, readStream, type StreamEvent } from "../harness/mod.ts";

const encode = (text: string) => new TextEncoder().encode(text);

async function readOne(stream: string): Promise<StreamEvent> {
  const [event] = await Array.fromAsync(readStream(stream));
  return event;
}

/** The bytes of a stream as text, for each range. */
function decodeRanges(stream: string, ranges: { start: number; end: number }[]): string[] {
  const bytes = encode(stream);
  return ranges.map(({ start, end }) => new TextDecoder().decode(bytes.subarray(start, end)));
}

/** The rows of an event: effect, key and value. */
async function rowsIn(stream: string): Promise<[effect: string, key: string, value: string][]> {
  const { data, rows } = (await readOne(stream)).reading;
  return rows.map(({ effect, key, valueFrom, to }) => [effect, key, data.text.slice(valueFrom, to)]);
}

const event = (name: string, ...lines: string[]) =>
  `event: datastar-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;

describe("the reading of an event", () => {
  test("has a row for each data line that the client keeps, and what it makes of it", async () => {
    assertEquals(
      await rowsIn(event("fragment", "", "  ", "merge inner", "x", "fragment <p>", "", "fragment a", "vt 1")),
      [
        ["trimmed", "", ""],
        ["opens", "merge", "inner"],
        ["ignored", "merge", "x"],
        ["opens", "fragment", "<p>"],
        ["blank", "fragment", ""],
        ["continues", "fragment", "fragment a"],
        ["opens", "vt", "1"],
      ],
    );
    assertEquals(await rowsIn(event("signal", "store {", "onlyIfMissing true", "store }", "oops", "store")), [
      ["opens", "store", "{"],
      ["opens", "onlyIfMissing", "true"],
      ["opens", "store", "}"],
      ["ignored", "", "oops"],
      ["opens", "store", ""],
    ]);
    assertEquals(await rowsIn(event("console", "log a", "b ")), [["opens", "log", "a"], ["continues", "log", "b"]]);
    assertEquals(await rowsIn(event("fragment")), []);
  });

  test("knows the bytes of each character of the data and of the content", async () => {
    const stream =
      "\uFEFF: é\nevent: datastar-fragment\ndata:\ndata:  merge é😀\ndata: fragment  <p>é\r\ndata:\r\ndata: b</p> \n\n";
    const { data, content } = (await readOne(stream)).reading;
    assertEquals([data.text, content.text], ["merge é😀\nfragment  <p>é\n\nb</p>", "<p>é\nb</p>"]);
    const bytesOf = (source: typeof data, text: string) => {
      const from = source.text.indexOf(text);
      return decodeRanges(stream, source.bytesAt(from, from + text.length));
    };
    assertEquals(bytesOf(data, "é😀"), ["é😀"]);
    assertEquals(bytesOf(data, "merge é😀\nfragment"), ["merge é😀", "fragment"]);
    assertEquals(bytesOf(content, "é\nb"), ["é", "b"]);
    assertEquals(decodeRanges(stream, content.bytesAt(0, content.text.length)), ["<p>é", "b</p>"]);
  });

  test("names the row at which the client throws", async () => {
    const rowOfError = async (stream: string) => {
      const { error, reading: { errorRow } } = await readOne(stream);
      return [error?.code, error?.clause, errorRow?.line.text];
    };
    assertEquals(await rowOfError(event("fragment", "merge inner", "vt 1", "merge x", "fragment <p>")), [
      "unknown-merge",
      "FRG-13",
      "data: merge x",
    ]);
    assertEquals(await rowOfError(event("signal", "store {}", "x")), ["unknown-signal-key", "SIG-1", "data: x"]);
    assertEquals(await rowOfError(event("redirect", "", "to /")), ["unknown-redirect-key", "RED-2", "data: to /"]);
    assertEquals(await rowOfError(event("redirect", "url /")), [undefined, undefined, undefined]);
  });
});

describe("page.receive()", () => {
  test("says what the events of a response did", async () => {
    const page = openPage('<ul id="l"><li>1</li></ul><p id="t"></p>');
    const stream = event("fragment", "merge append", "selector #l", "fragment <li>2</li>") +
      event("signal", "store {a: 1}") + event("console", "log x") + event("redirect", "url /next") +
      event("fragment", "fragment <p id=none>") + event("signal", "store {b: 1}");
    const { changes, errors, diagnostics, effects } = await page.receive(stream);
    assertEquals(changes.added.map(({ outerHTML }) => outerHTML), ["<li>2</li>"]);
    assertEquals(changes.signals, ["a"]);
    assertEquals(errors.map(({ code }) => code), ["no-target"]);
    assertEquals(diagnostics, []);
    assertEquals(effects.map(({ ended }) => ended), [false, false, false, false, true]);
    assertEquals(effects.map(({ location }) => location), [undefined, undefined, undefined, "/next", undefined]);
    assertEquals(effects.flatMap(({ console }) => console), [{ mode: "log", message: "x" }]);
    assertEquals([page.signals, page.location], [{ a: 1 }, "/next"]);
  });

  test("says which elements each root met, as they were at that moment", async () => {
    const page = openPage('<p id="a">1</p><p id="b"></p><i data-text="$x"></i>');
    const stream = event("fragment", "merge outer", 'fragment <p id="a"></p><p id="b">2</p>') +
      event("delete", "selector p") + event("fragment", "selector self", "merge inner", "fragment <b></b>");
    const met: string[][] = [];
    const { effects } = await page.receive(stream, {
      onTargets: (targets) => met.push(targets.map(({ outerHTML }) => outerHTML)),
    });
    assertEquals(met, [
      ['<p id="a">1</p>'],
      ['<p id="b"></p>'],
      ['<p id="a"></p>', '<p id="b">2</p>'],
      ['<body><i data-text="$x" id="ds--0">undefined</i></body>'],
    ]);
    assertEquals(effects.map(({ targets }) => targets.map(({ length }) => length)), [[1, 1], [2], [1]]);
  });

  test("marks what only running code would give", async () => {
    const page = openPage("");
    const { effects } = await page.receive(event("signal", "store {now: Date.now()}") + event("signal", "store {"));
    const marks = effects.map(({ console: [{ own, unevaluated }] }) => [own, unevaluated]);
    assertEquals(marks, [[true, true], [true, undefined]]);
    assertEquals(page.unevaluated, ['datastar-signal="{now: Date.now()}\\n"']);
    assertEquals(effects.map(({ isStoreUnknown }) => isStoreUnknown), [true, true]);
  });

  test("has no value of a signal, and no error from one, once the store is not known", async () => {
    const page = openPage('<p id="a" data-store="{n: 1, x: Math.random()}" data-text="$n">0</p>');
    const stream = event("delete", "paths n.x") +
      event("fragment", 'fragment <p id="a"><input data-model="x"><b data-show="$x"></b></p>') +
      event("signal", "store {m: $x}");
    const { errors, effects } = await page.receive(stream);
    assertEquals([errors, effects.length], [[], 3]);
    assertEquals(page.unevaluated, [
      'data-store="{n: 1, x: Math.random()}"',
      'data-text="$n"',
      'data-show="$x"',
      'data-model="x"',
      'datastar-signal="{m: $x}\\n"',
    ]);
  });
});
