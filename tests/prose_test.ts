import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, test } from "node:test";
import { clauseText } from "../conformance/classic/clauses.ts";
import { writeProse } from "../conformance/report/document.ts";
import { renderSentence } from "../learn/render.ts";
import { splitCode, writeCodeSpan } from "../prose.ts";

describe("splitCode()", () => {
  const cases: [text: string, shown: string][] = [
    ["", ""],
    ["no code", "no code"],
    ["the `id` line", "the [id] line"],
    ["`id`", "[id]"],
    ["``; & ` `` as `\\u0060`, then", "[; & ` ] as [\\u0060], then"],
    ["`` ` ``", "[`]"],
    ["a ` alone", "a ` alone"],
    ["``a` b", "``a` b"],
    ["``a` and `b`", "``a[and]b`"],
    ["**no** _other_ [markup](x) <b> \\` &amp;", "**no** _other_ [markup](x) <b> \\` &amp;"],
  ];
  for (const [text, shown] of cases) {
    test(
      JSON.stringify(text),
      () => assertEquals(splitCode(text).map(({ text, isCode }) => isCode ? `[${text}]` : text).join(""), shown),
    );
  }
});

describe("writeCodeSpan()", () => {
  const cases: [text: string, span: string][] = [
    ["id", "`id`"],
    ["a ` b", "``a ` b``"],
    ["a `` b ` c", "```a `` b ` c```"],
    ["`", "`` ` ``"],
    ["`id`", "`` `id` ``"],
    [" a ", "`  a  `"],
    [" ", "` `"],
  ];
  for (const [text, span] of cases) {
    test(JSON.stringify(text), () => {
      assertEquals(writeCodeSpan(text), span);
      assertEquals(splitCode(`a ${span} b`), [
        { text: "a ", isCode: false },
        { text, isCode: true },
        { text: " b", isCode: false },
      ]);
    });
  }
});

test("the characters that a store has to escape are shown with the backtick among them", () => {
  const code = "<code>; $ ~ &#39; &lt; &gt; &amp; ` U+2028 U+2029</code>";
  const text = clauseText("STO-9")!;
  assertStringIncludes(String(writeProse(text)), code);
  assertStringIncludes(String(renderSentence(text)), code);
});
