/** The writer of 1.0.x: its bytes, what it refuses, and that the model reads everything back. */

import { assertEquals, assertThrows } from "@std/assert";
import { describe, test } from "node:test";
import {
  executeScript,
  html,
  patchElements,
  patchSignals,
  readSignals,
  redirect,
  removeElements,
  signalsAttribute,
  type SignalValues,
} from "../fragments/v1.ts";
import { v1 } from "../harness/mod.ts";
import { fc } from "./support/random.ts";

const event = (name: string, ...data: string[]) =>
  `event: datastar-patch-${name}\n${data.map((line) => `data: ${line}\n`).join("")}\n`;

/** The official test cases of SDKs [sdk/test], with the lines of data in the order of this writer. */
const official: [name: string, written: string, expected: string][] = [
  [
    "patchElements with defaults",
    patchElements("<div id=m>Merge</div>"),
    event("elements", "elements <div id=m>Merge</div>"),
  ],
  [
    "patchElements with all options",
    patchElements("<div>Merge</div>", {
      id: "event1",
      retry: 2000,
      selector: "div",
      mode: "append",
      useViewTransition: true,
    }),
    "event: datastar-patch-elements\nid: event1\nretry: 2000\ndata: selector div\ndata: mode append\n" +
    "data: useViewTransition true\ndata: elements <div>Merge</div>\n\n",
  ],
  [
    "patchElements with several lines",
    patchElements("<div id=m>\n  <span>Merge</span>\n</div>"),
    event("elements", "elements <div id=m>", "elements   <span>Merge</span>", "elements </div>"),
  ],
  ["patchSignals", patchSignals({ one: 1, two: 2 }), event("signals", 'signals {"one":1,"two":2}')],
  [
    "patchSignals with all options",
    patchSignals({ one: 1, two: 2 }, { id: "event1", retry: 2000, onlyIfMissing: true }),
    "event: datastar-patch-signals\nid: event1\nretry: 2000\ndata: onlyIfMissing true\n" +
    'data: signals {"one":1,"two":2}\n\n',
  ],
  [
    "patchSignals with a line feed",
    patchSignals({ one: "first\n signal" }),
    event("signals", 'signals {"one":"first\\n signal"}'),
  ],
  [
    "patchSignals that removes",
    patchSignals({ one: null, two: { alpha: null } }),
    event("signals", 'signals {"one":null,"two":{"alpha":null}}'),
  ],
  ["removeElements", removeElements("#target"), event("elements", "selector #target", "mode remove")],
  [
    "executeScript",
    executeScript("console.log('hello');"),
    event(
      "elements",
      "mode append",
      "selector body",
      `elements <script data-effect="el.remove()">console.log('hello');</script>`,
    ),
  ],
  [
    "executeScript with all options",
    executeScript("console.log('hello');", {
      attributes: { type: "text/javascript", blocking: "false" },
      autoRemove: false,
    }),
    event(
      "elements",
      "mode append",
      "selector body",
      `elements <script type="text/javascript" blocking="false">console.log('hello');</script>`,
    ),
  ],
];

describe("the writer of v1", () => {
  for (const [name, written, expected] of official) test(`writes ${name}`, () => assertEquals(written, expected));

  test("splits content at CRLF, CR and LF, and keeps blank lines", () => {
    assertEquals(
      patchElements('<pre id="a">1\r\n\r2\n3</pre>'),
      event("elements", 'elements <pre id="a">1', "elements ", "elements 2", "elements 3</pre>"),
    );
  });

  test("goes to another page", () => {
    assertEquals(
      redirect("/a?b=<c>"),
      event(
        "elements",
        "mode append",
        "selector body",
        `elements <script data-effect="el.remove()">setTimeout(() => window.location = "/a?b=\\u003cc\\u003e")</script>`,
      ),
    );
  });

  const circular: SignalValues = {};
  circular.self = circular;
  const refused: [name: string, write: () => unknown, why: RegExp][] = [
    ["a root without an id", () => patchElements("<p>x</p>"), /has no id/],
    ["text without a selector", () => patchElements("text"), /does not begin with an element/],
    ["a mode without a selector", () => patchElements("<p id=a>", { mode: "inner" }), /needs a selector/],
    ["an unknown mode", () => patchElements("<p id=a>", { mode: "morph" as "inner" }), /no mode/],
    ["an unknown namespace", () => patchElements("<p id=a>", { namespace: "xml" as "svg" }), /no namespace/],
    ["remove as a mode", () => patchElements("<p id=a>", { mode: "remove" as "inner" }), /removeElements/],
    ["remove without a selector", () => removeElements(""), /selector/],
    ["a selector of two lines", () => removeElements("a\nb"), /line end/],
    ["the end of the body in an attribute", () => patchElements('<p id="a" title="</body>">'), /<\/body>/],
    ["the end of the client's template", () => patchElements('<p id="a"></template><b>'), /<\/template>/],
    [
      "SVG elements that touch",
      () => patchElements('<circle id="a"/><circle id="b"/>', { namespace: "svg" }),
      /loses the element/,
    ],
    [
      "SVG after white space",
      () => patchElements(' <circle id="a"/>', { namespace: "svg", selector: "svg", mode: "append" }),
      /loses the element/,
    ],
    ["half of a surrogate pair", () => patchElements('<p id="a">\ud800</p>'), /surrogate/],
    [
      "viewTransitionSelector alone",
      () => removeElements("p", { viewTransitionSelector: "p" }),
      /without useViewTransition/,
    ],
    ["__proto__", () => patchSignals(JSON.parse('{"a":{"__proto__":{"x":1}}}')), /cannot keep/],
    [
      "constructor",
      () => patchSignals({ constructor: { prototype: { x: 1 } } } as unknown as SignalValues),
      /cannot keep/,
    ],
    ["a name with a dot", () => patchSignals({ "a.b": 1 }), /cannot keep/],
    ["a number that is not finite", () => patchSignals({ a: NaN }), /finite/],
    [
      "a list with a toJSON()",
      () => patchSignals({ a: Object.assign([1], { toJSON: () => 2 }) }),
      /"a" has a toJSON\(\)/,
    ],
    [
      "an object with a toJSON()",
      () => patchSignals(Object.defineProperty({ a: 1 }, "toJSON", { value: () => 2 })),
      /has a toJSON\(\)/,
    ],
    ["a function", () => patchSignals({ a: (() => 1) as unknown as string }), /a function/],
    ["undefined", () => patchSignals({ a: undefined as unknown as string }), /undefined/],
    ["null in a list", () => patchSignals({ a: [null] }), /null in a list/],
    ["null that is ignored", () => patchSignals({ a: null }, { onlyIfMissing: true }), /ignores/],
    ["a circle", () => patchSignals(circular), /circular/],
    ["a list of signals", () => patchSignals([1] as unknown as SignalValues), /object of signals/],
    ["a script that ends itself", () => executeScript('"</script>"'), /<\/script/],
    ["a script with a comment of HTML", () => executeScript("'<!--'"), /<!--/],
    ["a script as a page", () => redirect("javascript:alert(1)"), /is a script/],
    ["what is not an address", () => redirect("https://"), /not an address/],
    ["an id that fits no header", () => patchSignals({}, { id: "a\nb" }), /fits no header/],
  ];
  for (const [name, write, why] of refused) {
    test(`refuses ${name}`, () => {
      const { message } = assertThrows(write, TypeError);
      assertEquals(why.test(message), true, message);
    });
  }

  test("writes only what the model reads back: elements", async () => {
    const text = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.isWellFormed());
    await fc.assert(fc.asyncProperty(text, fc.array(text, { maxLength: 3 }), async (title, parts) => {
      const content = parts.join("\r\n");
      const page = v1.openPage('<p id="a"></p><p id="other"></p>');
      const { errors, warnings } = await page.receive(patchElements(html`<p id="a" title="${title}">${content}</p>`));
      assertEquals([errors, warnings], [[], []]);
      // HTML has no NUL: html`` writes U+FFFD.
      const normal = (text: string) => text.replace(/\r\n?/g, "\n").replace(/[\0\ufffd]/g, "");
      const a = page.document.querySelector("#a")!;
      assertEquals(normal(a.textContent!), normal(content));
      assertEquals(normal(a.getAttribute("title")!), normal(title));
      assertEquals(page.document.querySelectorAll("body *").length, 2);
    }));
  });

  test("writes only what the model reads back: signals, as an event and as an attribute", async () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/).filter((name) => !(name in Object.prototype));
    const text = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.isWellFormed());
    const scalar = fc.oneof<fc.Arbitrary<string | number | boolean>[]>(
      text,
      fc.constantFrom("$x", "@get('/x')", "a;b", "`${x}`", "</script>", "'\"", "//", "\u2028"),
      fc.integer(),
      fc.boolean(),
    );
    await fc.assert(fc.asyncProperty(fc.dictionary(name, scalar, { maxKeys: 4 }), async (signals) => {
      const written = v1.openPage("<p></p>");
      await written.receive(patchSignals(signals));
      assertEquals(written.signals, { ...signals });
      const onPage = v1.openPage(`<main ${signalsAttribute(signals)}></main>`);
      assertEquals([onPage.errors, onPage.signals], [[], { ...signals }]);
    }));
  });

  test("reads signals of a DELETE from its URL", async () => {
    const query = `?datastar=${encodeURIComponent('{"a":1}')}`;
    const read = await readSignals(new Request(`http://localhost/${query}`, { method: "DELETE" }));
    assertEquals(read, { ok: true, signals: { a: 1 } });
    const posted = await readSignals(new Request("http://localhost/", { method: "POST", body: '{"b":2}' }));
    assertEquals(posted, { ok: true, signals: { b: 2 } });
  });
});
