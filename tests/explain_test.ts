import { assert, assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { parseMarkup } from "../conformance/markup.ts";
import { clauseText } from "../conformance/classic/clauses.ts";
import { openPage, readStream, type StreamEvent } from "../harness/mod.ts";
import { buffersAt } from "../learn/buffers.ts";
import { describeChanges, describeEvent, rootsOf } from "../learn/classic/describe.ts";
import { classic } from "../learn/classic/mod.ts";
import { explainLines } from "../learn/explain.ts";
import type { ExplainedLine, Piece } from "../learn/explanation.ts";
import { bytesOf } from "../vectors/vector.ts";
import { families } from "../vectors/classic/mod.ts";
import { assertCovers, decodeAll, writePieces } from "./support/explained.ts";
import { fc } from "./support/random.ts";
import { slow } from "./support/process.ts";

const vectors = families.flatMap(({ vectors }) => vectors);
const encode = (text: string) => new TextEncoder().encode(text);

/** `text`, in which each `\xHH` is the byte HH and not a character. */
const rawBytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

async function read(bytes: Uint8Array): Promise<{ events: StreamEvent[]; lines: ExplainedLine[] }> {
  const events = await Array.fromAsync(readStream(bytes));
  return { events, lines: explainLines(bytes, events, classic.explainer) };
}

/** Fails unless each byte of a stream is in one piece, and the pieces say what the harness reads. */
async function assertExplains(bytes: Uint8Array): Promise<void> {
  const { events, lines } = await read(bytes);
  assertCovers(bytes, { events, lines, clauseText });

  for (const [index, { lines: own, instruction }] of events.entries()) {
    const explained = lines.filter(({ event }) => event === index);
    assertEquals(explained.filter(({ start, end }) => start < end).length, own.length);
    const data = explained.filter(({ pieces }) =>
      pieces.some((piece) => piece.kind === "field" && decodeAll(bytes, [piece])[0] === "data")
    );
    /** The text of all pieces of a kind in the data, without line ends; or in the lines with this key alone. */
    const said = (kind: Piece["kind"], key?: string) =>
      data.filter(({ pieces }) =>
        !key || pieces.some((piece) => piece.kind === "key" && decodeAll(bytes, [piece])[0] === key)
      ).flatMap(({ pieces }) => decodeAll(bytes, pieces.filter((piece) => piece.kind === kind)));
    const joined = (...named: Parameters<typeof said>) => said(...named).join("");
    const flat = (text: string) => text.replaceAll("\n", "");
    if (instruction?.type === "fragment") {
      const isThere = said("key").includes("fragment");
      assertEquals(isThere ? joined("html") : "<div></div>", flat(instruction.html));
      assertEquals(joined("option", "selector"), instruction.selector);
      assertEquals(joined("option", "merge") || "morph", instruction.merge);
      const [settle, vt] = [said("key").includes("settle"), said("key").includes("vt")];
      assertEquals(settle ? Number.parseInt(joined("option", "settle")) || 0 : 500, instruction.settle);
      assertEquals(vt ? joined("option", "vt") === "true" : true, instruction.viewTransition);
    } else if (instruction?.type === "signal") {
      assertEquals(joined("text"), flat(instruction.store));
      assertEquals(joined("option").trim() === "true", instruction.onlyIfMissing);
    } else if (instruction?.type === "delete") {
      const whole = "paths" in instruction ? instruction.paths.join("") : instruction.selector;
      assertEquals(joined("value"), flat(whole));
    } else if (instruction?.type === "redirect") {
      assertEquals([joined("key"), joined("value")], ["url", flat(instruction.url)]);
    } else if (instruction?.type === "console") {
      assertEquals([joined("key"), joined("text")], [instruction.mode, flat(instruction.message)]);
    } else if (!events[index].error) {
      // A stream that raises has parts that would be right in themselves.
      for (const kind of ["key", "option", "html", "text", "value"] as const) {
        assertEquals([kind, said(kind)], [kind, []]);
      }
    }
    const does = describeEvent(events[index]).text;
    assert(/^[A-Z][^]*\.$/.test(does), does);
    for (const [, clause] of does.matchAll(/\(([A-Z]{3}-\d+)\)/g)) assert(clauseText(clause), clause);
  }
}

describe("explainLines()", () => {
  test("explains every byte of every vector as the harness reads it", async () => {
    assert(vectors.length > 0);
    for (const vector of vectors) {
      try {
        await assertExplains(bytesOf(vector));
      } catch (error) {
        throw new Error(`${vector.id}: ${(error as Error).message}`);
      }
    }
  });

  test("explains every byte of any stream, whatever it is", slow, async () => {
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    const words = fc.constantFrom(
      ..."fragment|fragment |fragment <p id=a>|</p>|selector|selector #a|self|merge|merge inner|merge foo|settle|settle 5|"
        .split("|"),
      ..."vt|vt true|vt no|store|store {a: 1}|onlyIfMissing|onlyIfMissing true|paths|paths a b.c|url|url /x|log|log x"
        .split("|"),
      ..." | |  |\t|\0|:|data:|x|\x1b[31m|\xa0|é|😀|\u3000|\uFEFF|\uFFFD".split("|"),
    ).map(encode);
    const broken = fc.constantFrom(
      "\xff",
      "\xe2\x82",
      "\xf0\x9f\x98",
      "\xc0\x80",
      "\xe0\x80\x80",
      "\xf0\x80\x80",
      "\xed\xa0\x80",
      "\xf4\x90\x80\x80",
    )
      .map(rawBytes);
    const value = fc.array(
      fc.oneof({ weight: 20, arbitrary: words }, { weight: 1, arbitrary: broken }, {
        weight: 1,
        arbitrary: fc.uint8Array({ maxLength: 3 }),
      }),
      { maxLength: 3 },
    );
    const start = fc.constantFrom(
      ..."data: |data: |data: |data: |data: |data:|\uFEFFdata: |data|event: |event|id: |id|retry: |: |".split("|"),
    );
    const line = fc.tuple(start, value, ends).map(([start, value, end]) => [encode(start), ...value, encode(end)]);
    const name = fc.constantFrom("fragment", "fragment", "signal", "delete", "redirect", "console", "x");
    const event = fc.tuple(name, fc.array(line, { maxLength: 6 }), ends).map(([name, lines, end]) => [
      encode(`event: datastar-${name}${end}`),
      ...lines.flat(),
      encode(end),
    ]);
    const stream = fc.array(fc.oneof({ weight: 3, arbitrary: event }, { weight: 1, arbitrary: line }), { maxLength: 4 })
      .map((parts) => new Uint8Array(parts.flat().flatMap((part) => [...part])));
    await fc.assert(fc.asyncProperty(stream, assertExplains), { numRuns: 2000 });
  });

  /** Each line as its pieces: kind, text and clause. Fields, colons, single spaces and line ends are left out. */
  async function told(stream: string | Uint8Array): Promise<string[][]> {
    const bytes = typeof stream === "string" ? encode(stream) : stream;
    const { lines } = await read(bytes);
    return lines.map(({ pieces }) => writePieces(bytes, pieces));
  }

  test("tells the parts of a fragment's lines", async () => {
    const stream =
      "event: datastar-fragment\ndata: selector #a\ndata: merge inner\ndata: settle 5ms\ndata: vt false\n" +
      "data: fragment  <p>one\ndata:\ndata: fragment two\ndata: vt is great\ndata: no\ndata: fragment\ndata: </p> \n\n";
    assertEquals(await told(stream), [
      ['event-name "datastar-fragment" SSE-14'],
      ['key "selector" FRG-19', 'option "#a" FRG-19'],
      ['key "merge" FRG-13', 'option "inner" MRG-11'],
      ['key "settle" FRG-14', 'option "5ms" FRG-14'],
      ['key "vt" FRG-15', 'ignored "false" FRG-10'],
      ['key "fragment" FRG-3', 'ignored " " FRG-27', 'html "<p>one" FRG-3'],
      ['ignored "data:" FRG-7'],
      ['html "fragment" FRG-4', 'html " two" FRG-3'],
      ['key "vt" FRG-6', 'option "is great" FRG-15'],
      ['ignored "no" FRG-9'],
      ['key "fragment" FRG-5'],
      ['html "</p>" FRG-3', 'ignored " " SSE-16'],
      ['blank "\\n" SSE-8'],
    ]);
  });

  test("tells the parts of all other lines", async () => {
    const table: [stream: string, expected: string[][]][] = [
      ["\uFEFF: hi\n\n\n", [['bom "\uFEFF" SSE-12', 'comment ": hi" SSE-6'], ['blank "\\n" SSE-6'], [
        'blank "\\n" SSE-8',
      ]]],
      ["\uFEFF\uFEFFdata: x\n", [['bom "\uFEFF" SSE-12', 'ignored "\uFEFFdata: x" SSE-12']]],
      ["Data: x\ndata\nevent\nid\nretry\nfoo\n\n", [
        ['ignored "Data: x" SSE-5'],
        ['ignored "data" SSE-10'],
        ['ignored "event" SSE-11'],
        ['ignored "id" REQ-11'],
        ['ignored "retry" REQ-10'],
        ['ignored "foo" SSE-5'],
        ['blank "\\n" SSE-8'],
      ]],
      ["id: 7\nretry: 50x\nretry: no\nid: \0\n\n", [
        ['value "7" REQ-11'],
        ['value "50x" REQ-10'],
        ['ignored "no" REQ-10'],
        ['value "\\u0000" REQ-11'],
        ['blank "\\n" SSE-8'],
      ]],
      ["event: message\nevent: datastar-console\ndata:\ndata:  \ndata: log  a\ndata: b \n\n", [
        ['ignored "message" SSE-7'],
        ['event-name "datastar-console" SSE-14'],
        ['ignored "data:" SSE-9'],
        ['ignored " " SSE-16'],
        ['key "log" CON-1', 'text " a" CON-4'],
        ['text "b" CON-3', 'ignored " " SSE-16'],
        ['blank "\\n" SSE-8'],
      ]],
      ["event: message\ndata: x\n\n", [['ignored "message" SSE-14'], ['ignored "x" SSE-14'], ['blank "\\n" SSE-8']]],
      ["data: x\n\n", [['ignored "x" SSE-14'], ['blank "\\n" SSE-8']]],
      ["event: datastar-signal\n\n", [['event-name "datastar-signal" SSE-15'], ['blank "\\n" SSE-8']]],
      ["event: datastar-fragment\ndata: vt false\n\n", [
        ['event-name "datastar-fragment" FRG-16'],
        ['key "vt" FRG-15', 'option "false" FRG-15'],
        ['blank "\\n" SSE-8'],
      ]],
      [
        "event: datastar-fragment\ndata: merge foo\ndata: settle 1\ndata: merge inner\ndata:  vt true\ndata: fragment <b>\n\n",
        [
          ['event-name "datastar-fragment" SSE-14'],
          ['key "merge" FRG-13', 'option "foo" FRG-13'],
          ['key "settle" FRG-14', 'option "1" FRG-14'],
          ['key "merge" FRG-13', 'option "inner" MRG-11'],
          ['ignored " vt true" FRG-12'],
          ['key "fragment" FRG-3', 'html "<b>" FRG-3'],
          ['blank "\\n" SSE-8'],
        ],
      ],
      [
        "event: datastar-fragment\ndata:\ndata: \t\ndata: fragment <b>\ndata: fragment x\n\n",
        [
          ['event-name "datastar-fragment" SSE-14'],
          ['ignored "data:" SSE-9'],
          ['ignored "\\t" SSE-16'],
          ['key "fragment" FRG-3', 'html "<b>" FRG-3'],
          ['html "fragment" FRG-4', 'html " x" FRG-3'],
          ['blank "\\n" SSE-8'],
        ],
      ],
      [
        'event: datastar-signal\ndata: onlyIfMissing no\ndata: store {"a":\ndata: store 1}\ndata: onlyIfMissing true\n\n',
        [
          ['event-name "datastar-signal" SSE-14'],
          ['key "onlyIfMissing" SIG-6', 'ignored "no" SIG-6'],
          ['key "store" SIG-2', 'text "{\\"a\\":" SIG-3'],
          ['key "store" SIG-2', 'text "1}" SIG-2'],
          ['key "onlyIfMissing" SIG-6', 'option "true" SIG-7'],
          ['blank "\\n" SSE-8'],
        ],
      ],
      ["event: datastar-signal\ndata: store {}\ndata:\ndata: x y\n\n", [
        ['event-name "datastar-signal" SSE-14'],
        ['key "store" SIG-2', 'text "{}" SIG-3'],
        ['ignored "data:" SIG-1'],
        ['ignored "x y" SIG-1'],
        ['blank "\\n" SSE-8'],
      ]],
      ["event: datastar-delete\ndata: paths a b.c\ndata: paths d\n\n", [
        ['event-name "datastar-delete" SSE-14'],
        ['key "paths" DEL-4', 'value "a" DEL-4', 'value "b.c" DEL-4'],
        ['value "paths" DEL-5', 'value "d" DEL-5'],
        ['blank "\\n" SSE-8'],
      ]],
      ["event: datastar-delete\ndata: selector #a\ndata: b\n\n", [
        ['event-name "datastar-delete" SSE-14'],
        ['key "selector" DEL-1', 'value "#a" DEL-1'],
        ['value "b" DEL-3'],
        ['blank "\\n" SSE-8'],
      ]],
      ["event: datastar-redirect\ndata: url JavaScript:x\n\n", [
        ['event-name "datastar-redirect" SSE-14'],
        ['key "url" RED-1', 'value "JavaScript:x" RED-4'],
        ['blank "\\n" SSE-8'],
      ]],
      ["event: datastar-redirect\ndata: href /\n\n", [
        ['event-name "datastar-redirect" SSE-14'],
        ['ignored "href /" RED-2'],
        ['blank "\\n" SSE-8'],
      ]],
      ["id: 1\nevent: datastar-console\ndata: log x\nid: 2", [
        ['value "1" REQ-11'],
        ['ignored "datastar-console" SSE-8'],
        ['ignored "log x" SSE-8'],
        ['ignored "2" SSE-8'],
      ]],
      ["x: 1\n\uFEFFid: \uFEFF7\n\n", [
        ['ignored "x: 1" SSE-5'],
        ['bom "\uFEFF" SSE-13', 'bom "\uFEFF" SSE-13', 'value "7" REQ-11'],
        ['blank "\\n" SSE-8'],
      ]],
    ];
    for (const [stream, expected] of table) assertEquals([stream, await told(stream)], [stream, expected]);
  });

  test("points at the bytes that are no UTF-8, and at no others", async () => {
    const bytes = rawBytes(
      "event: datastar-console\ndata: log \xc3\xa9\xe9\xef\xbf\xbd\xf0\x9f\x98\xf0\x9f\x98\x80\xff|\xe0\x80|\n\n",
    );
    const { lines } = await read(bytes);
    const broken = lines.flatMap(({ pieces }) => pieces).filter(({ clause }) => clause === "SSE-3");
    assertEquals(broken.map(({ start, end, kind }) => [kind, ...bytes.subarray(start, end)]), [
      ["text", 0xe9],
      ["text", 0xf0, 0x9f, 0x98],
      ["text", 0xff],
      ["text", 0xe0],
      ["text", 0x80],
    ]);
  });

  test("says how lines end, and gives a blank line to the event that it ends", async () => {
    const { lines } = await read(encode(": a\n\nid: 1\r: b\r\n\r\n\rdata: x"));
    assertEquals(lines.map(({ start, end, next, ending, event }) => [start, end, next, ending, event]), [
      [0, 3, 4, "LF", undefined],
      [4, 4, 5, "LF", undefined],
      [5, 10, 11, "CR", 0],
      [11, 14, 16, "CRLF", 0],
      [16, 16, 18, "CRLF", 0],
      [18, 18, 19, "CR", undefined],
      [19, 26, 26, "", 1],
    ]);
  });

  test("uses no clause that there is not", async () => {
    for (const file of ["classic/fields.ts", "classic/explain.ts", "classic/describe.ts"]) {
      const text = await readFile(new URL(`../learn/${file}`, import.meta.url), "utf8");
      const clauses = text.match(/\b[A-Z]{3}-\d+\b/g) ?? [];
      assert(clauses.length > 5);
      for (const clause of clauses) if (clause !== "UTF-8") assert(clauseText(clause), `${file}: ${clause}`);
    }
  });
});

describe("describeEvent()", () => {
  const event = (name: string, ...lines: string[]) =>
    `event: datastar-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
  const fragment = (...lines: string[]) => event("fragment", "vt false", ...lines);

  test("says in words what an event tells the client to do", async () => {
    const table: [stream: string, expected: string][] = [
      [fragment('fragment <p id="a">x</p>'), 'Morphs the element `#a` into `<p id="a">`.'],
      [
        event("fragment", "settle 20", "fragment <p id=a>"),
        "Morphs the element `#a` into `<p id=a>`, within a view transition if the browser supports them; " +
        "the client removes its own classes after 20 ms.",
      ],
      [
        fragment("selector .x", "merge inner", "fragment <p>"),
        "Replaces the content of each element that `.x` matches with the content of `<p>`.",
      ],
      [
        fragment("selector .x", "merge append", "fragment <p>"),
        "Puts `<p>` into the last of the elements that `.x` matches (MRG-22), as its last child.",
      ],
      [
        fragment("selector .x", "merge outer", "fragment <p>"),
        "Puts `<p>` in place of all elements that `.x` matches, where the last of them is (MRG-22).",
      ],
      [
        fragment("selector self", "merge outer", "fragment <p>"),
        "Puts `<p>` in place of the element whose action made the request.",
      ],
      [
        fragment("selector #l", "merge append", "fragment <li>a<li>b<li>c<li>d"),
        "For each root, `<li>`, `<li>`, `<li>` and 1 more: puts it into the element `#l`, as its last child.",
      ],
      [
        fragment("merge upsert_attributes", `fragment <p data-id="x" id='b'>`),
        "Sets the attributes of `<p data-id=\"x\" id='b'>` on the element `#b`.",
      ],
      [
        fragment("fragment <p>"),
        "Morphs the element `#null` into `<p>`." +
        " Without a selector and an id, the client looks for an element with the id `null` (FRG-22).",
      ],
      [
        fragment("selector #a"),
        "Morphs the element `#a` into `<div>`, because there is no `fragment` line (FRG-16).",
      ],
      [fragment("fragment text"), "Does nothing: its HTML has no element at the top level (FRG-17)."],
      [event("signal", 'store {"a":', "store 1}"), 'Merges `{"a": 1}` into the store.'],
      [
        event("signal", "store {}", "onlyIfMissing true"),
        "Merges `{}` into the store, but only the names that the store does not have.",
      ],
      [event("signal", "store"), "Leaves the store as it is: there are no values (SIG-8)."],
      [event("delete", "selector #a"), "Removes all elements that `#a` matches."],
      [event("delete", "selector"), "The selector is empty: the client throws bad-selector (DEL-2)."],
      [event("delete", "paths a b.c d"), "Removes `a`, `b.c` and `d` from the store."],
      [event("redirect", "url #x", "y"), "Sends the browser to `#xy`."],
      [event("redirect", "url"), "Reloads the page, because there is no address (RED-5)."],
      [event("redirect", "url java\tscript:x"), "Runs `java script:x` as code in the page (RED-4)."],
      [event("console", "log a `b`", "c"), "Calls `console.log` with ``a `b` c``."],
      [event("console", "log a", "\uFEFFb"), "Calls `console.log` with `a b`."],
      [event("console", "warn"), "Calls `console.warn` with an empty message."],
      [event("console", "log " + "x".repeat(99)), `Calls \`console.log\` with \`${"x".repeat(60)}…\`.`],
      [
        event("console", "table x"),
        'Throws unknown-console-mode: The console has no mode "table". The client stops reading (APP-16) ' +
        "and sends the request again (APP-17).",
      ],
      ["event: message\ndata: x\n\n", "The client ignores this event: it does not know the name `message` (SSE-14)."],
      ["data: x\n\n", "The client ignores this event: it has no name (SSE-14)."],
      [
        "id: 7\nretry: 10\n\n",
        "Sets the delay before the next request to 10 ms (REQ-10). Sets the id that the next request sends to `7` (REQ-11).",
      ],
      [
        event("console", "log x").trimEnd(),
        "The client drops this event: the stream ends before its blank line (SSE-8).",
      ],
    ];
    for (const [stream, expected] of table) {
      const [event] = await Array.fromAsync(readStream(stream));
      assertEquals([stream, describeEvent(event).text], [stream, expected]);
    }
  });

  test("finds the roots that the HTML parser finds, for every vector and hard cases", async () => {
    // deno-fmt-ignore
    const hard = [
      "<!-- <p> --><p>",
      "<p><!-- </p> --></p><i>",
      "<!--><b>",
      "<p title='</p><b>'>x</p><i>",
      "<script>'<b>'</script><i>",
      "<p",
      "<p title='",
      "<br><br/><p/>x</p><i>",
      "<svg><path/><g/></svg><b>",
      "<textarea><p></textarea><b>",
      "<html><body><p>x</body></html><b>",
      "<dl><dt>a<dd>b</dl><i>",
      "<tr><td>a<td>b<tr><td>c",
      "<ul><li>a<li>b</ul><p>",
      "<p>a<p>b",
      "a < b <i>",
      "</b><i>",
      "<I ID=x></I>",
      "<p =a id=b>",
      "<option>a<option>b",
    ];
    const found: string[] = [...hard];
    for (const vector of vectors) {
      for (const { instruction } of await Array.fromAsync(readStream(bytesOf(vector)))) {
        if (instruction?.type === "fragment") found.push(instruction.html);
      }
    }
    for (const html of found) {
      const roots = parseMarkup(html).roots.map(({ nodeName, attrs }) => [
        nodeName,
        attrs.find(({ name }) => name === "id")?.value,
      ]);
      const names = rootsOf(html).map(({ tag, id }) => [/^<([^\s/>]*)/.exec(tag)![1].toLowerCase(), id]);
      assertEquals([html, names], [html, roots]);
    }
  });

  test("takes no longer for HTML that is long and broken", () => {
    for (
      const part of [
        "<",
        "<a ",
        "<a b='",
        "<p>",
        "</p>",
        "<!--",
        "<script>",
        "<a b=",
        "<svg>",
        '<a "',
        "<b>",
        "<b></i>",
      ] as const
    ) {
      const start = performance.now();
      rootsOf(part.repeat(200_000));
      assert(performance.now() - start < 5_000, part);
    }
  });
});

describe("describeChanges()", () => {
  async function changes(body: string, stream: string): Promise<string[]> {
    const page = openPage(body);
    return describeChanges(page.apply(await Array.fromAsync(readStream(stream))).changes);
  }

  test("says what has changed, a sentence each", async () => {
    const fragment = (...lines: string[]) =>
      `event: datastar-fragment\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
    const table: [body: string, stream: string, expected: string[]][] = [
      [
        '<ul id="list"></ul>',
        fragment("selector #list", "merge append", "fragment <li>milk</li>"),
        ['`<li>milk</li>` was added to `<ul id="list">`.'],
      ],
      ['<p id="a">x</p>', fragment('fragment <p id="a">y</p>'), ['The text of `<p id="a">` is now `y`.']],
      ['<p id="a">x</p>', fragment('fragment <p id="a"></p>'), ['The text of `<p id="a">` was removed.']],
      ['<p id="a">x</p>', fragment('fragment <p id="a">x</p>'), []],
      [
        '<p id="a">x</p>',
        fragment('fragment <b id="a"><i>y</i></b>'),
        ['`<p id="a">x</p>` was replaced by `<b id="a">…</b>`.'],
      ],
      [
        '<p id="a" title="t" class="c">x</p>',
        fragment("merge upsert_attributes", 'fragment <p id="a" class="d" lang="">'),
        [
          '`class` of `<p id="a" class="d">` is now `d`; it was `c`.',
          '`lang` of `<p id="a" class="d">` was added: empty.',
        ],
      ],
      ['<p id="a" title="t"></p>', fragment('fragment <p id="a">'), [
        '`title` of `<p id="a">` was removed; it was `t`.',
      ]],
      ['<p id="a">x</p>', "event: datastar-delete\ndata: selector p\n\n", ['`<p id="a">x</p>` was removed.']],
      ["", "event: datastar-signal\ndata: store {a: {b: 1}, c: 2}\n\n", [
        "The signal `a` changed.",
        "The signal `c` changed.",
      ]],
      [
        '<p id="a"></p>',
        fragment("merge inner", 'fragment <p id="a">' + "`x".repeat(99)),
        [`The text of \`<p id="a">\` is now \`\` ${"`x".repeat(30)}… \`\`.`],
      ],
    ];
    for (const [body, stream, expected] of table) {
      assertEquals([body, stream, await changes(body, stream)], [body, stream, expected]);
    }
  });
});

describe("buffersAt()", () => {
  test("gives what the parser holds, in both readings", () => {
    const stream = encode("\uFEFFid: 7\nevent: a\ndata:\ndata: x\ndata: é\r\n\r\nda");
    const at = (end: string | number, reading: "standard" | "client") =>
      buffersAt(stream, typeof end === "number" ? end : encode(end).length, reading);
    const empty = { line: "", data: [], eventType: "", lastEventId: "", dispatched: 0 };
    assertEquals(at(0, "standard"), empty);
    assertEquals(at(2, "standard"), empty);
    assertEquals(at("\uFEFFid:", "standard"), { ...empty, line: "id:" });
    assertEquals(at("\uFEFFid: 7\nev", "client"), { ...empty, line: "ev", lastEventId: "7" });
    const event = "\uFEFFid: 7\nevent: a\ndata:\ndata: x\n";
    const held = { ...empty, lastEventId: "7", eventType: "a" };
    assertEquals(at(event, "standard"), { ...held, data: ["", "x"] });
    assertEquals(at(event, "client"), { ...held, data: ["x"] });
    assertEquals(at(encode(`${event}data: é`).length - 1, "client"), { ...held, data: ["x"], line: "data: " });
    assertEquals(at(`${event}data: é\r`, "client"), { ...held, data: ["x", "é"] });
    assertEquals(at(`${event}data: é\r\n`, "client"), { ...held, data: ["x", "é"] });
    assertEquals(at(`${event}data: é\r\n\r`, "client"), { ...empty, lastEventId: "7", dispatched: 1 });
    assertEquals(buffersAt(encode("id: \0\n"), 6, "standard").lastEventId, "");
    assertEquals(buffersAt(encode("id: \0\n"), 6, "client").lastEventId, "\0");
    assertEquals(at(stream.length, "standard"), { ...empty, lastEventId: "7", dispatched: 1, line: "da" });
  });

  test("counts the events that the harness reads, at every byte of every vector of framing", async () => {
    const framing = families.find(({ family }) => family === "framing")!.vectors;
    for (const vector of framing) {
      const bytes = bytesOf(vector);
      for (let at = 0; at <= bytes.length; at += bytes.length > 400 ? 7 : 1) {
        const events = await Array.fromAsync(readStream(bytes.slice(0, at)));
        for (const reading of ["standard", "client"] as const) {
          const { dispatched } = buffersAt(bytes, at, reading);
          assertEquals([vector.id, at, dispatched], [vector.id, at, events.filter((event) => event[reading]).length]);
        }
      }
    }
  });
});
