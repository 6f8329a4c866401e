import { assert, assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { clauseText } from "../conformance/v1/clauses.ts";
import { createDocument, v1 } from "../harness/mod.ts";
import { explainLines } from "../learn/explain.ts";
import { v1 as dialect } from "../learn/v1/mod.ts";
import { bytesOf } from "../vectors/vector.ts";
import { families } from "../vectors/v1/mod.ts";
import { assertCovers, decodeAll, writePieces } from "./support/explained.ts";
import { slow } from "./support/process.ts";
import { fc } from "./support/random.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const event = (name: string, ...lines: string[]) =>
  `event: datastar-patch-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
const elements = (...lines: string[]) => event("elements", ...lines);
const signals = (...lines: string[]) => event("signals", ...lines);

async function read(bytes: Uint8Array) {
  const events = await Array.fromAsync(v1.readStream(bytes));
  return { events, lines: explainLines(bytes, events, dialect.explainer) };
}

const clauses = /\b(?:V1-[A-Z]{3}|PEL|MPH|PSG)-\d+\b/g;

/** Fails unless each byte of a stream is explained, and the explanation agrees with the instruction of each event. */
async function assertExplains(bytes: Uint8Array): Promise<void> {
  const { events, lines } = await read(bytes);
  assertCovers(bytes, { events, lines, clauseText });
  for (const [index, event] of events.entries()) {
    /** The texts of all pieces of a kind, in the lines with this key. */
    const said = (kind: string, key: string) =>
      lines.filter((line) =>
        line.event === index &&
        line.pieces.some((piece) => piece.kind === "key" && decodeAll(bytes, [piece])[0] === key)
      ).map(({ pieces }) => decodeAll(bytes, pieces.filter((piece) => piece.kind === kind)).join("")).join("\n");
    const { instruction } = event;
    // Without a space, the client takes most of the line for the key.
    const isSplit = event.reading.rows.every(({ effect, from, valueFrom }) => effect !== "value" || from < valueFrom);
    if (isSplit && instruction?.type === "elements") {
      assertEquals(said("html", "elements"), instruction.elements ?? "");
      assertEquals(said("option", "selector"), instruction.selector);
      assertEquals(said("option", "mode") || "outer", instruction.mode);
      assertEquals(said("option", "namespace") || "html", instruction.namespace);
    } else if (isSplit && instruction?.type === "signals") {
      assertEquals(said("text", "signals"), instruction.signals);
    }
    const { text } = dialect.describeEvent(event);
    assert(/^[A-Z`][^]*\.$/.test(text), text);
    for (const clause of text.match(clauses) ?? []) assert(clauseText(clause), clause);
    for (const { clause } of event.diagnostics) assert(clauseText(clause), clause);
  }
}

describe("explainLines() with v1", () => {
  test("explains every byte of every vector as the harness reads it", slow, async () => {
    const vectors = families.flatMap(({ vectors }) => vectors);
    assert(vectors.length > 900);
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
      ..."elements|elements |elements <p id=a>|</p>|</template>|</body>|selector|selector #a|mode|mode inner|modes|mode x|"
        .split("|"),
      ..."namespace svg|<g/>|useViewTransition true|viewTransitionSelector |[|signals|signals {a: 1}|signals {}|null|"
        .split("|"),
      ..."onlyIfMissing true|constructor|__proto__ x| | |  |\t|\0|:|data:|x|é|😀|\uFEFF|\uFFFD".split("|"),
    ).map(encode);
    const value = fc.array(
      fc.oneof({ weight: 20, arbitrary: words }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 3 }) }),
      { maxLength: 3 },
    );
    const start = fc.constantFrom(
      ..."data: |data: |data: |data: |data:|\uFEFFdata: |data|event: |event|id: |id|retry: |: |".split("|"),
    );
    const line = fc.tuple(start, value, ends).map(([start, value, end]) => [encode(start), ...value, encode(end)]);
    const name = fc.constantFrom("patch-elements", "patch-elements", "patch-signals", "fragment", "x");
    const event = fc.tuple(name, fc.array(line, { maxLength: 6 }), ends).map(([name, lines, end]) => [
      encode(`event: datastar-${name}${end}`),
      ...lines.flat(),
      encode(end),
    ]);
    const stream = fc.array(fc.oneof({ weight: 3, arbitrary: event }, { weight: 1, arbitrary: line }), { maxLength: 4 })
      .map((parts) => new Uint8Array(parts.flat().flatMap((part) => [...part])));
    await fc.assert(fc.asyncProperty(stream, assertExplains), { numRuns: 1000 });
  });

  test("tells the parts of all lines", async () => {
    const blank = ['blank "\\n" V1-SSE-8'];
    const named = ['event-name "datastar-patch-elements" V1-SSE-14'];
    const table: [stream: string, expected: string[][]][] = [
      [
        elements(
          "selector #a",
          "mode inner",
          "namespace html",
          "useViewTransition true",
          "viewTransitionSelector #b",
          "elements <pre>one",
          "elements ",
          "elements two</pre>",
        ),
        [
          named,
          ['key "selector" PEL-13', 'option "#a" PEL-13'],
          ['key "mode" PEL-3', 'option "inner" PEL-16'],
          ['key "namespace" PEL-5', 'option "html" PEL-5'],
          ['key "useViewTransition" PEL-25', 'option "true" PEL-25'],
          ['key "viewTransitionSelector" PEL-26', 'option "#b" PEL-26'],
          ['key "elements" V1-SSE-19', 'html "<pre>one" PEL-2'],
          ['key "elements" V1-SSE-18'],
          ['key "elements" V1-SSE-19', 'html "two</pre>" V1-SSE-19'],
          blank,
        ],
      ],
      [
        signals("onlyIfMissing no", 'signals {"a":', "signals 1}"),
        [
          ['event-name "datastar-patch-signals" V1-SSE-14'],
          ['key "onlyIfMissing" PSG-9', 'option "no" PSG-1'],
          ['key "signals" PSG-2', 'text "{\\"a\\":" PSG-4'],
          ['key "signals" PSG-2', 'text "1}" PSG-2'],
          blank,
        ],
      ],
      // Each kind of remark.
      [
        elements(" elements x", "elements", "modes", "Elements x", "fragment x", "x y"),
        [
          named,
          ['ignored " elements x" V1-SSE-17'],
          ['ignored "elements" V1-SSE-18'],
          ['option "modes" V1-SSE-18'],
          ['ignored "Elements x" V1-SSE-20'],
          ['ignored "fragment x" V1-SSE-15'],
          ['ignored "x y" V1-SSE-20'],
          blank,
        ],
      ],
      [elements("selector #a", "selector #b"), [
        named,
        ['key "selector" PEL-13', 'option "#a" PEL-13'],
        ['key "selector" PEL-13', 'option "#b" V1-SSE-19'],
        blank,
      ]],
      [elements("mode morph"), [named, ['key "mode" PEL-3', 'option "morph" PEL-3'], blank]],
      [elements("mode "), [named, ['key "mode" PEL-3'], blank]],
      [elements("mode append"), [named, ['key "mode" PEL-3', 'option "append" PEL-4'], blank]],
      [elements("namespace SVG"), [named, ['key "namespace" PEL-5', 'option "SVG" PEL-5'], blank]],
      [elements("selector [", "viewTransitionSelector a"), [
        named,
        ['key "selector" PEL-13', 'option "[" PEL-14'],
        ['key "viewTransitionSelector" PEL-26', 'ignored "a" PEL-26'],
        blank,
      ]],
      [elements("", "elements x", ""), [
        named,
        ['ignored "data: " V1-SSE-9'],
        ['key "elements" V1-SSE-19', 'html "x" PEL-2'],
        ['ignored "data: " V1-SSE-17'],
        blank,
      ]],
      [elements("constructor x", "valueOf y"), [
        named,
        ['ignored "constructor x" V1-SSE-21'],
        ['ignored "valueOf y" V1-SSE-21'],
        blank,
      ]],
      [signals("onlyIfMissing true"), [
        ['event-name "datastar-patch-signals" PSG-1'],
        ['key "onlyIfMissing" PSG-9', 'option "true" PSG-9'],
        blank,
      ]],
      ["event: datastar-fragment\ndata: fragment x\n\n", [
        ['ignored "datastar-fragment" V1-SSE-15'],
        ['ignored "fragment x" V1-SSE-15'],
        blank,
      ]],
      ["event: x\nevent: message\ndata: x\n\n", [
        ['ignored "x" V1-SSE-7'],
        ['ignored "message" V1-SSE-14'],
        ['ignored "x" V1-SSE-14'],
        blank,
      ]],
      ["\uFEFF\uFEFFdata: x\nData: x\ndata\nid: 7\nretry: 0x64\nretry: 5s\nretry:\n\uFEFFid: \0\n\n", [
        ['bom "\uFEFF" V1-SSE-12', 'ignored "\uFEFFdata: x" V1-SSE-12'],
        ['ignored "Data: x" V1-SSE-5'],
        ['ignored "data" V1-SSE-10'],
        ['value "7" V1-SSE-22'],
        ['value "0x64" V1-SSE-23'],
        ['ignored "5s" V1-SSE-23'],
        [],
        ['bom "\uFEFF" V1-SSE-13', 'value "\\u0000" V1-SSE-22'],
        blank,
      ]],
      [": hi\n\nevent: datastar-patch-elements\ndata: elements x\nid: 2", [
        ['comment ": hi" V1-SSE-6'],
        ['blank "\\n" V1-SSE-6'],
        ['ignored "datastar-patch-elements" V1-SSE-8'],
        ['ignored "elements x" V1-SSE-8'],
        ['ignored "2" V1-SSE-8'],
      ]],
    ];
    for (const [stream, expected] of table) {
      const bytes = encode(stream);
      const { lines } = await read(bytes);
      assertEquals([stream, lines.map(({ pieces }) => writePieces(bytes, pieces))], [stream, expected]);
    }
  });

  test("uses no clause that there is not", async () => {
    for (const file of ["explain.ts", "describe.ts"]) {
      const text = await readFile(new URL(`../learn/v1/${file}`, import.meta.url), "utf8");
      const named = text.match(clauses) ?? [];
      assert(named.length > 5);
      for (const clause of named) assert(clauseText(clause), `${file}: ${clause}`);
    }
  });
});

describe("describeEvent() of v1", () => {
  test("says in words what an event tells the client to do", async () => {
    const goesOn = "The event has no further effect; the client handles the next one.";
    const table: [stream: string, outcome: string, text: string][] = [
      [elements('elements <p id="a">x</p>'), "instruction", 'Morphs the element with the id `a` into `<p id="a">`.'],
      [
        elements("mode replace", "useViewTransition true", "elements <p id=a>"),
        "instruction",
        'Puts `<p id="a">` in place of the element with the id `a`. ' +
        "This happens in a view transition, if the browser supports them (PEL-25).",
      ],
      [
        elements("elements <p id=a></p> x <b id=b></b><i></i>"),
        "instruction",
        'For each root, `<p id="a">` and `<b id="b">`: morphs the element with its id into it. `<i>` has no id: ' +
        "the client finds no target for it, and warns no-target (PEL-12). The text beside the roots is lost (PEL-10).",
      ],
      [
        elements("elements <i></i><i></i><i></i><i></i>"),
        "ignored",
        "`<i>`, `<i>`, `<i>` and 1 more have no id: the client finds no target for them, and warns no-target (PEL-12).",
      ],
      [elements("elements <body>x</body>"), "instruction", "Morphs the page's `<body>` into `<body>`."],
      [elements("elements x"), "ignored", "Does nothing: there is only text, and no selector (PEL-10)."],
      ["event: datastar-patch-elements\n\n", "ignored", "Does nothing: there are no elements (PEL-20)."],
      [
        elements("selector .x", "mode inner", "elements <b></b>x"),
        "instruction",
        "Morphs the content of each element that `.x` matches into `<b>` and text.",
      ],
      [
        elements("selector #x", "elements <b>"),
        "instruction",
        "Morphs the element `#x` into `<b>`. No root has the id `x`, so the target itself is replaced (PEL-15).",
      ],
      [elements("selector #x", "elements <b id=x>"), "instruction", 'Morphs the element `#x` into `<b id="x">`.'],
      [
        elements("selector #x", "mode replace", "elements x"),
        "instruction",
        "Puts the text `x` in place of the element `#x`.",
      ],
      [
        elements("selector #x", "mode prepend", "elements <b>"),
        "instruction",
        "Puts `<b>` into the element `#x`, before its content.",
      ],
      [
        elements("selector #x", "mode append", "elements <b>"),
        "instruction",
        "Puts `<b>` into the element `#x`, after its content.",
      ],
      [elements("selector #x", "mode before", "elements <b>"), "instruction", "Puts `<b>` before the element `#x`."],
      [elements("selector #x", "mode after", "elements <b>"), "instruction", "Puts `<b>` after the element `#x`."],
      [elements("selector #x", "mode remove"), "instruction", "Removes the element `#x`."],
      [
        elements("selector #x", "mode remove", "elements <b>"),
        "instruction",
        "Removes the element `#x`. The client ignores `elements` (PEL-19).",
      ],
      [elements("selector #x"), "instruction", "Removes the element `#x`, because there are no elements (PEL-20)."],
      [
        elements("selector #x", "mode inner"),
        "instruction",
        "Empties the element `#x`, because there are no elements (PEL-20).",
      ],
      [elements("selector #x", "mode append"), "ignored", "Does nothing: there are no elements (PEL-20)."],
      [
        elements("selector #x", "mode append", "namespace svg", "elements <g/><a/><g/>"),
        "instruction",
        "Puts `<g>` and `<g>` into the element `#x`, after its content. 1 of 3 roots is lost: write white space between them (PEL-8).",
      ],
      [elements("mode x"), "error", `Reports invalid-mode: Unknown mode "x" (PEL-3). ${goesOn}`],
      [elements("mode inner"), "error", `Reports selector-needed: The mode inner needs a selector (PEL-4). ${goesOn}`],
      [elements("namespace x"), "error", `Reports invalid-namespace: Unknown namespace "x" (PEL-5). ${goesOn}`],
      [elements("selector ["), "error", `Reports bad-selector: \`[\` is not a selector (PEL-14). ${goesOn}`],
      [
        elements("toString x"),
        "error",
        'The client cannot read the key "toString" (V1-SSE-21). It shows no message. The rest of the chunk is lost, ' +
        "and the client sends its request again after a second, without end.",
      ],
      [signals('signals {"a":', "signals 1}"), "instruction", 'Merges `{"a": 1}` into the signals.'],
      [
        signals('signals {"a": null, "b": {"c": null}, "d": [null]}'),
        "instruction",
        'Merges `{"a": null, "b": {"c": null}, "d": [null]}` into the signals. `null` deletes `a` and `b.c` (PSG-6).',
      ],
      [
        signals("onlyIfMissing true", 'signals {"a": null}'),
        "instruction",
        'Merges `{"a": null}` into the signals, but only where there is no value yet (PSG-9).',
      ],
      [
        signals("signals {a: 1}"),
        "instruction",
        "Runs `{a: 1}` as JavaScript, and merges the result into the signals.",
      ],
      [signals("signals f()"), "instruction", "Runs `f()` as JavaScript, and merges the result into the signals."],
      [
        signals("signals [1]"),
        "instruction",
        "Merges `[1]` by index into the signals `0`, `1` and so on (PSG-5).",
      ],
      [signals("signals {}"), "ignored", "Changes no signal: `{}` does not empty an object (PSG-8)."],
      [signals("signals 1"), "ignored", "Changes no signal: the value is not an object (PSG-5)."],
      [
        signals("signals "),
        "error",
        `Reports bad-signals: The client cannot read the signals "" (PSG-3). ${goesOn}`,
      ],
      [
        signals('signals {"a": {"__proto__": {"b": 1}}}'),
        "error",
        "Reports hostile-key: The client fails at an object with the name __proto__ (PSG-12). " +
        "From now on the page shows no change of a signal, until it is loaded again.",
      ],
      [signals("onlyIfMissing true"), "error", `Reports signals-needed: The key signals is missing (PSG-1). ${goesOn}`],
      [
        "event: datastar-fragment\ndata: x\n\n",
        "ignored",
        "The client ignores this event, without a message: it does not know the name `datastar-fragment` (V1-SSE-15).",
      ],
      [
        "event: message\nid: 1\n\n",
        "ignored",
        "The client ignores this event, without a message: it does not know the name `message` (V1-SSE-14). " +
        "Sets the id that the next request sends to `1` (V1-SSE-22).",
      ],
      ["data: x\n\n", "ignored", "The client ignores this event, without a message: it has no name (V1-SSE-14)."],
      ["retry: 0x64\n\n", "instruction", "Sets the delay before the next request to 100 ms (V1-SSE-23)."],
      [
        elements("elements x").trimEnd(),
        "ignored",
        "The client drops this event: the stream ends before its blank line (V1-SSE-8).",
      ],
    ];
    for (const [stream, outcome, text] of table) {
      const [event] = await Array.fromAsync(v1.readStream(stream));
      assertEquals([stream, dialect.describeEvent(event)], [stream, { outcome, text }]);
    }
  });

  test("takes no longer for patches and signals that are long, deep or broken", async () => {
    const hostile = [
      ...["<", "<b>", "<p>", "<a b='", "</p>", "<svg>", "<!--"].flatMap((part) => [
        elements(`elements ${part.repeat(65_000 / part.length)}`),
        elements(`elements ${part.repeat(200_000)}`),
      ]),
      elements(`selector ${":not(".repeat(10_000)}`, "elements x"),
      elements("namespace svg", "selector #a", `elements ${"<g>".repeat(5_000)}`),
      signals(`signals ${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`),
      signals(`signals ${"[".repeat(100_000)}`),
    ];
    for (const stream of hostile) {
      const start = performance.now();
      const [event] = await Array.fromAsync(v1.readStream(stream));
      assert(dialect.describeEvent(event).text.length < 1_000);
      assert(performance.now() - start < 10_000, stream.slice(0, 80));
    }
  });
});

describe("a page of v1", () => {
  async function apply(page: string, stream: string) {
    const opened = dialect.openPage(createDocument(page));
    const effects = (await Array.fromAsync(v1.readStream(stream))).map((event) => opened.apply(event));
    return { opened, effects };
  }

  test("has the changes, the warnings and the errors of each event, and goes on after an error", async () => {
    const { effects } = await apply(
      '<ul id="list"></ul><b data-text="$a"></b>',
      elements("mode append", "selector #list", "elements <li>milk</li>") +
        elements('elements <p id="no">') +
        elements("mode x") +
        signals('signals {"a": 1}') +
        signals("signals f()") +
        elements("selector body", "mode append", "elements <script>f()</script>") +
        elements('elements <ul id="list" data-text="("></ul>') +
        elements("constructor x"),
    );
    const nothing = { changes: [], warnings: [], errors: [], ended: false };
    assertEquals(effects, [
      { ...nothing, changes: ['`<li>milk</li>` was added to `<ul id="list">`.'] },
      { ...nothing, warnings: ['Warns no-target: Nothing has the id "no" (PEL-12).'] },
      {
        ...nothing,
        errors: [
          'Reports invalid-mode: Unknown mode "x" (PEL-3). The event has no further effect; the client handles the next one.',
        ],
      },
      { ...nothing, changes: ["The text of `<b>` is now `1`.", "The signal `a` changed."] },
      { ...nothing, changes: ["The signals are not known from here on."] },
      { ...nothing, changes: ["`<script>f()</script>` was added to `<body>`.", "A script runs (PEL-24)."] },
      {
        ...nothing,
        changes: ["`<li>milk</li>` was removed.", '`data-text` of `<ul id="list">` was added: `(`.'],
        errors: [
          'Reports bad-expression: The client cannot compile "(" (V1-APP-5). ' +
          "The attributes after it in this chunk have no effect (V1-APP-5).",
        ],
      },
      {
        ...nothing,
        errors: [
          'The client cannot read the key "constructor" (V1-SSE-21). It shows no message. The rest of the chunk is lost, ' +
          "and the client sends its request again after a second, without end.",
        ],
        ended: true,
      },
    ]);
  });

  test("agrees with the description of each event of every vector", slow, async () => {
    const found: Record<string, number> = { instruction: 0, ignored: 0, error: 0 };
    for (const vector of families.flatMap(({ vectors }) => vectors)) {
      const opened = dialect.openPage(createDocument(vector.page));
      for await (const event of v1.readStream(bytesOf(vector))) {
        const { outcome, text } = dialect.describeEvent(event);
        const { changes, errors, ended } = opened.apply(event);
        found[outcome]++;
        const where = `${vector.id}: ${text}`;
        if (outcome === "ignored") assertEquals([where, changes, errors], [where, [], []]);
        // The command leaves out the first error of the page where the description has it.
        if (outcome === "error") assertEquals([where, errors.length > 0], [where, true]);
        if (event.error) assertEquals([where, errors[0]], [where, text]);
        if (ended) break;
      }
    }
    assert(Object.values(found).every((number) => number > 20), JSON.stringify(found));
  });

  test("has the errors of the page itself", async () => {
    const { opened } = await apply('<b data-text="("></b>', "");
    assertEquals(opened.errors, [
      'When the page is loaded, the client reports bad-expression: The client cannot compile "(" (V1-APP-5). ' +
      "The attributes after it, and those of all patches, have no effect (V1-APP-5).",
    ]);
  });
});
