import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { comment, consoleMessage, fragment, html, redirect, remove, signal, storeAttribute } from "../fragments.ts";
import { type Diagnostic, readStream, type Source } from "../harness/mod.ts";

/** Clause, the bytes as text, and what the message has in it. */
type Remark = [clause: string, bytes: string, message: string];

const encode = (text: string) => new TextEncoder().encode(text);

/** `text`, in which each `\xHH` is the byte HH and not a character. */
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

async function diagnostics(source: Source): Promise<Diagnostic[]> {
  const found = [];
  for await (const event of readStream(source)) found.push(...event.diagnostics);
  return found;
}

/** Returns the diagnostics of a stream, with the expected parts in the place of the messages that have them. */
async function remarks(stream: string | Uint8Array, expected: Remark[] = [], source: Source = stream) {
  const bytes = typeof stream === "string" ? encode(stream) : stream;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return (await diagnostics(source)).map(({ clause, range, message }, i) => {
    const part = expected[i]?.[2];
    const text = decoder.decode(bytes.subarray(range.start, range.end));
    return [clause, text, part && message.includes(part) ? part : message];
  });
}

async function assertRemarks(table: [stream: string | Uint8Array, expected: Remark[]][]) {
  for (const [stream, expected] of table) assertEquals([stream, await remarks(stream, expected)], [stream, expected]);
}

async function* pieces(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.slice(i, i + size));
}

const fragmentEvent = (...lines: string[]) =>
  `event: datastar-fragment\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
const whole = (stream: string) => stream.replace(/\n\n$/, "");

describe("event.diagnostics", () => {
  test("are none for what fragments.ts writes", async () => {
    const hard = '<pre id="x">\n\n\nmerge conflict\nselector\nsettle 9\nvt is great\n fragment\n\uFEFFé😀\n</pre>';
    const healthy = [
      fragment('<b id="x">é😀</b>'),
      fragment(hard),
      fragment(hard, { settle: 20, viewTransition: false, merge: "outer", selector: "#a > .b", id: "é", retry: 0 }),
      fragment("<b></b><i></i>", { selector: "self", merge: "prepend", id: "" }),
      fragment(html`<b id="x" ${storeAttribute({ a: "\uFEFF;$x\0\n" })}></b>`, { retry: 2 ** 31 - 1 }),
      signal({ a: { b: ["\uFFFD\n"] } }),
      signal({}, { onlyIfMissing: true, id: "7" }),
      remove({ selector: "#a,\t.b" }),
      remove({ paths: ["a.b", "c"] }),
      redirect("/é?a=b c"),
      consoleMessage("groupEnd", ""),
      consoleMessage("warn", "one\n\n two\nselector three"),
      comment("a\nb") + fragment("<b id=x></b>"),
    ];
    for (const stream of healthy) assertEquals([stream, await remarks(stream)], [stream, []]);
    const all = healthy.join("");
    for (const stream of [all, "\uFEFF" + all, all.replaceAll("\n", "\r\n"), all.replaceAll("\n", "\r")]) {
      assertEquals(await remarks(stream), []);
    }
  });

  test("are none for other streams that mean what they say", async () => {
    const streams = [
      "\uFEFF\n\n",
      "\uFEFF: hi\n\n",
      "\uFEFF\r\nevent: datastar-console\r\ndata: log x\r\n\r\n",
      ": a\n\n\n: b",
      "id: 7\n\n",
      "retry: 10\n\n",
      "data:log \uFFFD\nevent:datastar-console\nid\n\n".replace("id\n", "id:\n"),
      fragmentEvent("settle 10ms", "vt true", "fragment"),
      fragmentEvent("selector #a", "selector #a", "fragment <b>"),
      fragmentEvent("merge inner", "settle 5", "merge inner", "fragment <b>"),
      fragmentEvent("fragment <p>", " merge conflict", "Selector", "unknown word", "settle 500", "fragment b</p>"),
      fragmentEvent("fragment <p>a", "settle 500", "", "fragment b</p>"),
      fragmentEvent("fragment <p></p>", "selector #a", "merge inner", "settle 0", "vt false"),
    ];
    for (const stream of streams) assertEquals([stream, await remarks(stream)], [stream, []]);
  });

  test("tell of fields and lines that are not what they seem", async () => {
    const log = "event: datastar-console\ndata: log x\n";
    const none = "Unknown field ";
    await assertRemarks([
      [bytesOf(`event: datastar-console\ndata: log \xFF\xE2\x82\n\n`), [["SSE-3", "data: log \uFFFD\uFFFD", "U+FFFD"]]],
      [bytesOf(`${log}x\xFF: y\n\n`), [
        ["SSE-3", "x\uFFFD: y", "not UTF-8"],
        ["SSE-5", "x\uFFFD: y", `${none}"x\uFFFD": the line is ignored`],
      ]],
      [`${log}Data: x\n\n`, [["SSE-5", "Data: x", `${none}"Data"`]]],
      [`${log} data: x\n\n`, [["SSE-5", " data: x", `${none}" data"`]]],
      [`${log}data : x\n\n`, [["SSE-5", "data : x", `${none}"data "`]]],
      [`${log}nothing\n\n`, [["SSE-5", "nothing", `${none}"nothing"`]]],
      [`${log}x: \uFEFFy\n\n`, [["SSE-5", "x: \uFEFFy", `${none}"x"`]]],
      [`${log}data\n\n`, [["SSE-10", "data", "the standard adds an empty line, but the client ignores it"]]],
      [`${log}event\n\n`, [["SSE-11", "event", "the standard clears the name, but the client keeps it"]]],
      [`${log}id\n\n`, [["REQ-11", "id", "the standard clears the id, but the client ignores it"]]],
      [
        `\uFEFF\uFEFF${log}\n`,
        [
          ["SSE-12", "\uFEFF\uFEFFevent: datastar-console", "second byte order mark"],
          ["SSE-14", `\uFEFF\uFEFF${log}`.trimEnd(), "no name"],
        ],
      ],
      [`${log}data:\uFEFFx\n\n`, [["SSE-13", "data:\uFEFFx", "The client removes the byte order mark here"]]],
      [`${log}\uFEFFdata: x\n\n`, [["SSE-13", "\uFEFFdata: x", "the standard keeps it"]]],
      [`${log}id: \uFEFF\n\n`, [["SSE-13", "id: \uFEFF", "the standard keeps it"]]],
      [`${log}retry: 50x\n\n`, [["REQ-10", "retry: 50x", "The standard ignores this `retry`; the client waits 50 ms"]]],
      [`${log}retry: 0x10\n\n`, [["REQ-10", "retry: 0x10", "the client waits 0 ms"]]],
      [`${log}retry: -1\n\n`, [["REQ-10", "retry: -1", "the client waits -1 ms"]]],
      [`${log}retry: soon\n\n`, [["REQ-10", "retry: soon", "The standard ignores this `retry`; the client too"]]],
      [`${log}retry\n\n`, [["REQ-10", "retry", "the client too"]]],
      [`${log}retry: 2147483647\n\n`, []],
      [`${log}retry: 2147483648\n\n`, [["REQ-10", "retry: 2147483648", "repeats the request at once"]]],
      [`${log}id: a\0b\n\n`, [[
        "REQ-11",
        "id: a\0b",
        "The standard ignores an `id` with NUL, but the client does not",
      ]]],
      [`${log}id: \u00FF\n\n`, []],
      [`${log}id: \u0100\n\n`, [["REQ-11", "id: \u0100", "A header cannot hold this `id`"]]],
    ]);
  });

  test("tell of events that the client ignores, or reads against the standard", async () => {
    const cut = "event: datastar-fragment\ndata: merge nonsense";
    await assertRemarks([
      [cut, [["SSE-8", cut, "The stream ends before the blank line of this event: the client drops it"]]],
      [`${cut}\n`, [["SSE-8", cut, "the client drops it"]]],
      [`event: datastar-signal\nid\n`, [
        ["SSE-8", "event: datastar-signal\nid", "the client drops it"],
        ["REQ-11", "id", "no colon"],
      ]],
      [": only a comment\n", []],
      ["event: message\ndata: x\n\n", [[
        "SSE-14",
        "event: message",
        'The client does not know the event "message" and ignores it',
      ]]],
      ["event: datastar-console \ndata: x\n\n", [["SSE-14", "event: datastar-console ", '"datastar-console "']]],
      ["event: datastar-console\ndata: log x\nevent: y\n\n", [["SSE-14", "event: y", 'the event "y"']]],
      ["data: x\n: c\n\n", [["SSE-14", "data: x\n: c", "The event has no name: the client ignores it"]]],
      ["event: datastar-console\ndata: x\nevent:\n\n", [
        ["SSE-14", "event: datastar-console\ndata: x\nevent:", "no name"],
      ]],
      ["event: x\n\n", [
        ["SSE-14", "event: x", 'the event "x"'],
        ["SSE-15", "event: x", "The event has no data: the standard drops it, but the client still handles it"],
      ]],
      ["event: datastar-fragment\nid: 1\n\n", [
        ["SSE-15", "event: datastar-fragment\nid: 1", "no data"],
        ["FRG-16", "event: datastar-fragment\nid: 1", "the client merges `<div></div>`"],
      ]],
    ]);
  });

  test("name what the client throws, at the line that causes it", async () => {
    const event = (name: string, ...lines: string[]) => fragmentEvent(...lines).replace("fragment", name);
    await assertRemarks([
      [fragmentEvent("selector #a", "merge replace", "fragment <b>"), [
        ["FRG-13", "data: merge replace", 'The client throws unknown-merge: Unknown merge mode "replace"'],
      ]],
      [fragmentEvent("merge", "fragment <b>"), [["FRG-13", "data: merge", "unknown-merge"]]],
      [fragmentEvent("", "merge inner", "vt true", "merge x", "vt true", "merge y", "fragment <b>"), [
        ["FRG-13", "data: merge x", 'mode "x"'],
        ["FRG-10", "data: merge x", "was given before"],
        ["FRG-10", "data: merge y", "was given before"],
      ]],
      [event("signal", "store {}", "ifmissing true"), [
        ["SIG-1", "data: ifmissing true", "The client throws unknown-signal-key"],
      ]],
      [event("signal", "", "  store {", "", "store }"), [["SIG-1", "data: ", "unknown-signal-key"]]],
      [event("signal", "{}"), [["SIG-1", "data: {}", "unknown-signal-key"]]],
      [event("delete", "", "#a"), [["DEL-9", "data: #a", "The client throws unknown-delete-key"]]],
      [event("redirect", " ", "/a", "/b"), [["RED-2", "data: /a", "The client throws unknown-redirect-key"]]],
      [event("console", "Log x", "log y"), [["CON-2", "data: Log x", "The client throws unknown-console-mode"]]],
      ["event: datastar-console\n\n", [
        ["SSE-15", "event: datastar-console", "no data"],
        ["CON-2", "event: datastar-console", "unknown-console-mode"],
      ]],
      ["event: datastar-console\nid: 1\n\n", [
        ["SSE-15", "event: datastar-console\nid: 1", "no data"],
        ["CON-2", "event: datastar-console\nid: 1", "unknown-console-mode"],
      ]],
      ["event: datastar-delete\ndata:\n\n", [
        ["DEL-9", "data:", "unknown-delete-key"],
      ]],
    ]);
  });

  test("tell of a fragment's lines that the client takes for something else", async () => {
    const lost = "The client reads this line of the fragment as the option";
    await assertRemarks([
      [fragmentEvent("fragment <p>", "fragment a", "fragment"), [
        ["FRG-4", "data: fragment a", "The word `fragment` becomes text in the page"],
        ["FRG-4", "data: fragment", "becomes text"],
      ]],
      [fragmentEvent("fragment <p>", "vt is great"), [
        ["FRG-6", "data: vt is great", `${lost} \`vt\``],
        ["FRG-15", "data: vt is great", "Only `true` asks for a view transition"],
      ]],
      [fragmentEvent("fragment <p>", "merge conflict"), [
        ["FRG-13", "data: merge conflict", "unknown-merge"],
        ["FRG-6", "data: merge conflict", `${lost} \`merge\``],
      ]],
      [fragmentEvent("fragment <p>", "settle down", "b"), [
        ["FRG-6", "data: settle down", `${lost} \`settle\``],
        ["FRG-14", "data: settle down", "The client cannot read a number of milliseconds here, and uses 0"],
        ["FRG-9", "data: b", 'Unknown key "b" here: the client ignores this line'],
      ]],
      [fragmentEvent("fragment <p>", "settle 5", "vt 6 engine", "fragment </p>"), [
        ["FRG-6", "data: vt 6 engine", `${lost} \`vt\``],
        ["FRG-15", "data: vt 6 engine", "the client treats this as `false`"],
      ]],
      [fragmentEvent("fragment <p>", "selector"), [["FRG-6", "data: selector", `${lost} \`selector\``]]],
      [fragmentEvent("fragment <pre>", "", "", "a", "", "settle 5", "", "fragment b"), [
        ["FRG-7", "data: a", "Empty lines before this one are lost"],
        ["FRG-7", "data: settle 5", "Empty lines before this one are lost"],
      ]],
    ]);
  });

  test("tell of options that do not count, or count for something else", async () => {
    const b = "fragment <b>";
    await assertRemarks([
      [fragmentEvent("Fragment <b>"), [
        [
          "FRG-16",
          whole(fragmentEvent("Fragment <b>")),
          "The event has no `fragment`: the client merges `<div></div>`",
        ],
        ["FRG-9", "data: Fragment <b>", 'Unknown key "Fragment" here'],
      ]],
      [`: c\n${fragmentEvent("merge inner")}`, [
        ["FRG-16", `: c\n${whole(fragmentEvent("merge inner"))}`, "no `fragment`"],
      ]],
      [fragmentEvent("vt true", "  merge inner", " x", b), [
        ["FRG-12", "data:   merge inner", "A second space follows the colon: the client ignores this line"],
        ["FRG-9", "data:  x", 'Unknown key "" here'],
      ]],
      [fragmentEvent("selector #a", "selector #b", b), [
        ["FRG-10", "data: selector #b", "`selector` is repeated: the client ignores this line"],
      ]],
      [fragmentEvent("selector #a", "settle 5", "selector #b", b), [
        ["FRG-10", "data: selector #b", "`selector` was given before with a different value: this one wins"],
      ]],
      [fragmentEvent("settle", "vt", b), [
        ["FRG-14", "data: settle", "uses 0"],
        ["FRG-15", "data: vt", "as `false`"],
      ]],
      [fragmentEvent("settle ms5", "vt TRUE", b), [
        ["FRG-14", "data: settle ms5", "uses 0"],
        ["FRG-15", "data: vt TRUE", "as `false`"],
      ]],
    ]);
  });

  test("come in the order of their bytes", async () => {
    const stream =
      "event: datastar-fragment\nData: x\ndata: vt 1\nid\ndata: merge x\ndata: fragment <b>\ndata: fragment\n\n";
    assertEquals((await remarks(stream)).map(([clause]) => clause), ["SSE-5", "FRG-15", "REQ-11", "FRG-13", "FRG-4"]);
  });

  test("speak of the same bytes after other events, byte order marks, line ends and chunks", async () => {
    const first = ": é😀\nid: é\nevent: datastar-fragment\ndata: fragment <b id=😀>é</b>\n\n\n\n: 😀\n\n";
    const second = "event: datastar-fragment\ndata:\ndata:  \ndata: merge é😀\ndata: fragment <p>\ndata:\ndata: é\n" +
      "data: vt 😀\ndata: fragment é\n\n";
    const expected: Remark[] = [
      ["FRG-13", "data: merge é😀", 'Unknown merge mode "é😀"'],
      ["FRG-7", "data: é", "Empty lines before this one are lost"],
      ["FRG-6", "data: vt 😀", "option `vt`"],
      ["FRG-15", "data: vt 😀", "`false`"],
    ];
    for (const before of ["", first, "\uFEFF" + first]) {
      for (const end of ["\n", "\r\n", "\r"]) {
        const stream = (before + second).replaceAll("\n", end);
        for (const size of [1, 2, 3, 7, 1000]) {
          const what = JSON.stringify([before, end, size]);
          assertEquals(await remarks(stream, expected, pieces(encode(stream), size)), expected, what);
        }
      }
    }
  });

  test("speak of the client where the standard reads the event in another way", async () => {
    const stream = "event: datastar-fragment\ndata\ndata:\ndata: merge x\ndata: fragment <p>\ndata: fragment\n\n";
    const modes = "morph, inner, outer, prepend, append, before, after, upsert_attributes";
    const expected: Remark[] = [
      ["SSE-10", "data", "adds an empty line"],
      ["FRG-13", "data: merge x", `The client throws unknown-merge: Unknown merge mode "x"; the modes are ${modes}`],
      ["FRG-4", "data: fragment", "The word `fragment` becomes text in the page"],
    ];
    assertEquals(await remarks(stream, expected), expected);
  });

  test("take no longer than reading does, however many lines there are", async () => {
    const count = 100_000;
    const stream = fragmentEvent("fragment <p>", ...Array.from({ length: count }, () => "fragment"));
    const found = await diagnostics(stream);
    assertEquals(found.length, count);
    assertEquals(found.at(-1)!.range, { start: stream.length - 16, end: stream.length - 2 });
  });
});
