import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { v1 } from "../harness/mod.ts";

const compiles = (plugin: string, expression: string) => v1.compilesExpression(expression, plugin);

const statements = [
  "if (!$a) { $a = 7 }",
  "if ($a === 'Enter') { @post('/x') }",
  "$a = 3; // end",
  "$a = 1\n$s = 2",
  "try { $a = 1 } catch { $a = 2 }",
  "for (const x of $l) { $a += x }",
  "let x = 1; $a = x",
];

test("statements compile in attributes that run their expression, and in no others", () => {
  for (const expression of statements) {
    for (const plugin of ["effect", "init", "on", "on-intersect", "on-interval"]) {
      assertEquals([plugin, expression, compiles(plugin, expression)], [plugin, expression, true]);
    }
  }
  for (const plugin of ["attr", "class", "computed", "on-signal-patch", "show", "signals", "style", "text"]) {
    assertEquals([plugin, compiles(plugin, statements[0])], [plugin, false]);
  }
});

test("code that is only an expression does not compile as a statement", () => {
  for (const expression of ["{a: 1, b: 2}", "{'x': 1}", "function(){}"]) {
    assertEquals([compiles("init", expression), compiles("signals", expression)], [false, true]);
  }
});

test("code may hold functions with several statements", () => {
  for (
    const expression of [
      "$l.forEach(x => { $a += x; })",
      "@get('/x').then(() => { $a = 1; $s = 2 })",
      "(async () => { await 1; $a = 2; })()",
      "setTimeout(() => {$a = 1;$s = 2}, 1)",
    ]
  ) assertEquals([expression, compiles("on", expression)], [expression, true]);
});

test("an expression is compiled as its attribute is applied, or only when it runs", () => {
  const isLater = (name: string) => v1.isCompiledLater(v1.readAttribute(name, "1")!);
  const later = [
    "data-on:click",
    "data-on-intersect",
    "data-on-interval",
    "data-on-signal-patch",
    "data-init__delay.1s",
  ];
  assertEquals(later.filter(isLater), later);
  assertEquals(["data-init", "data-effect", "data-on-interval__duration.1s.leading"].filter(isLater), []);
});
