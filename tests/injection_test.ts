/**
 * The probes of `get-no-injection`: each finds servers that write a text where it becomes more than text, and none finds
 * anything in servers that do not, whatever else differs from answer to answer.
 */

import { assert, assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { interpretStream } from "../conformance/classic/interpret.ts";
import { findIntrusion } from "../conformance/classic/intrusion.ts";
import { type ProbeName, probeNames, probes } from "../conformance/probes.ts";
import { judgeRecording } from "../conformance/mod.ts";
import { recordInMemory } from "./mutants/memory.ts";
import type { ServerMutant } from "./mutants/server.ts";
import type { Exchange } from "../conformance/recording.ts";

/** Writes the answer to a text. */
type Answer = (text: string) => string;

const codes: Record<string, string> = { "\n": "&#10;", "\r": "&#13;", "\f": "&#12;" };
const escapeAll = (text: string, characters: RegExp) =>
  text.replace(characters, (character) => codes[character] ?? `&#${character.charCodeAt(0)};`);

/** Escapes a text as HTML, and the characters that end lines. */
const html: Answer = (text) => escapeAll(text, /[&<>"'\n\r\f\u2028\u2029]/g);
const json: Answer = (text) =>
  JSON.stringify(text).replace(/[;$~'<>&`\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
/** Leaves out what ends lines of a stream, so that nothing but the place in the HTML matters. */
const oneLine: Answer = (text) => text.replace(/[\r\n]+/g, " ");

const event = (name: string, ...lines: string[]) =>
  `event: datastar-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
const fragment = (text: string) => event("fragment", `fragment ${text}`);

/** A server that writes the text, without line ends, into HTML in the place of `*`. */
const into = (place: string, escape: Answer = (text) => text): Answer => (text) =>
  fragment(place.replaceAll("*", () => oneLine(escape(text))));

/** A server that writes the text, escaped as HTML, into HTML in the place of `*`. */
const escapedInto = (place: string, escape: Answer = (text) => text): Answer =>
  into(place, (text) => html(escape(text)));

async function ask(answer: Answer, name: ProbeName, type: string): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(answer(probes[name]));
  const exchange = { head: { headers: [["content-type", type]] } } as unknown as Exchange;
  const stream = await interpretStream({ subject: "/get", name, exchange, bytes, ended: true, endless: false });
  return findIntrusion(stream)?.what;
}

/** The probes that find something in the answers of a server, and what. */
async function findingsOf(answer: Answer, type = "text/event-stream"): Promise<Partial<Record<ProbeName, string>>> {
  const found: Partial<Record<ProbeName, string>> = {};
  for (const name of probeNames) {
    const what = await ask(answer, name, type);
    if (what !== undefined) found[name] = what;
  }
  return found;
}

const quoteStrings = (quote: string): Answer => (text) => text.replaceAll(quote, `\\${quote}`);

/** Servers that are wrong, with the probes that have to find it. */
const wrong: [name: string, by: ProbeName[], answer: Answer][] = [
  ["in an element", ["tag", "open-tag"], into("<p>*</p>")],
  [
    "in an element, with the first < and > escaped",
    ["tag"],
    into("<p>*</p>", (t) => t.replace("<", "&lt;").replace(">", "&gt;")),
  ],
  ["in an element, with whole tags removed", ["open-tag"], into("<p>*</p>", (t) => t.replace(/<[^>]*>/g, ""))],
  [
    "in an element, with NUL removed after < was escaped before letters",
    ["nul-tag"],
    into("<p>*</p>", (t) => t.replace(/<(?=[a-z/!])/gi, "&lt;").replaceAll("\0", "")),
  ],
  ["in a template", ["tag"], into("<template><p>*</p></template>")],
  ["in MathML", ["tag"], into("<math><mi>*</mi></math>")],
  ["in srcdoc, escaped once", ["tag"], escapedInto('<iframe srcdoc="<p>*</p>"></iframe>')],
  [
    "in srcdoc, without tags",
    ["reference-tag"],
    into('<iframe srcdoc="<p>*</p>"></iframe>', (t) => t.replace(/[<>"]/g, "")),
  ],
  ["in a comment", ["comment", "comment-bang"], into("<p><!-- * --></p>")],
  ["in a comment, with the first --> escaped", ["comment"], into("<p><!-- * --></p>", (t) => t.replace("-->", ""))],
  ["in a comment, with --> escaped", ["comment-bang"], into("<p><!-- * --></p>", (t) => t.replaceAll("-->", ""))],
  [
    "as a whole comment, with -- removed",
    ["comment-start", "comment-dash"],
    into("<p><!--*--></p>", (t) => t.replaceAll("--", "")),
  ],
  ...Object.entries<ProbeName[]>({
    script: ["end-code", "end-code-spelling"],
    style: ["end-code", "end-code-spelling"],
    title: ["end-text", "end-text-spelling"],
    textarea: ["end-text", "end-text-spelling"],
    noscript: ["end-raw"],
    iframe: ["end-raw"],
    xmp: ["end-raw"],
    noembed: ["end-raw-old"],
    noframes: ["end-raw-old"],
    select: ["end-others"],
    template: ["end-others"],
  }).map(([tag, by]): typeof wrong[number] => [`in <${tag}>`, by, into(`<p><${tag}>*</${tag}></p>`)]),
  [
    "in <script>, as JSON without </script>",
    ["end-code-spelling"],
    into("<script>const text = *</script>", (t) => JSON.stringify(t).replaceAll("</script>", "<\\/script>")),
  ],
  ["between double quotes", ["double-quote"], into('<p title="*"></p>')],
  [
    "between double quotes, < and > escaped",
    ["double-quote"],
    into('<p title="*"></p>', (t) => escapeAll(t, /[&<>']/g)),
  ],
  [
    "between double quotes, the first escaped",
    ["double-quote"],
    into('<p title="*"></p>', (t) => t.replace('"', "&quot;")),
  ],
  ["between double quotes, with a backslash", ["double-quote"], into('<p title="*"></p>', quoteStrings('"'))],
  ["between single quotes", ["single-quote"], into("<p title='*'></p>")],
  [
    "between single quotes, escaped for double ones",
    ["single-quote"],
    into("<p title='*'></p>", (t) => escapeAll(t, /[&<>"]/g)),
  ],
  [
    "between single quotes, as JSON",
    ["single-quote"],
    into("<p data-a='*'></p>", (t) => JSON.stringify(t).replace(/</g, "&lt;")),
  ],
  ["without quotes", ["space", "tab"], escapedInto("<p title=*></p>")],
  [
    "without quotes, spaces replaced",
    ["tab", "form-feed"],
    into("<p title=*></p>", (t) => html(t).replaceAll(" ", "_").replaceAll("&#12;", "\f")),
  ],
  ["without quotes in an address", ["space"], escapedInto("<a href=/q?x=*>a</a>")],
  ["as the name of an attribute", ["name", "space"], escapedInto("<p *></p>")],
  ["in the name of an attribute", ["space"], escapedInto("<p data-*></p>")],
  ["as the name of an element", ["name"], escapedInto("<*></p>")],
  ["in a handler, between single quotes", ["code-single"], escapedInto(`<p onclick="log('*')"></p>`)],
  [
    "in a handler, the first quote escaped",
    ["code-single"],
    escapedInto(`<p onclick="log('*')"></p>`, (t) => t.replace("'", "\\'")),
  ],
  [
    "in a handler, quotes with a backslash",
    ["code-backslash-single"],
    escapedInto(`<p onclick="log('*')"></p>`, quoteStrings("'")),
  ],
  ["in a handler, between double quotes", ["code-double"], escapedInto(`<p onclick='log("*")'></p>`)],
  [
    "in a handler, double quotes with a backslash",
    ["code-backslash-double"],
    escapedInto(`<p onclick='log("*")'></p>`, quoteStrings('"')),
  ],
  ["in a handler, in a template", ["code-backtick", "code-template"], escapedInto('<p onclick="log(`*`)"></p>')],
  [
    "in a handler, in a template, with backslashes",
    ["code-backslash-backtick", "code-backslash-template"],
    escapedInto('<p onclick="log(`*`)"></p>', (t) => t.replaceAll("`", "\\`").replaceAll("${", "\\${")),
  ],
  ["in a handler, in a regular expression", ["code-regexp"], escapedInto('<p onclick="/*/.test(a)"></p>')],
  [
    "in a handler, in an address as a component",
    ["code-single"],
    escapedInto(`<p data-on-click="$$get('/q?x=*')"></p>`, encodeURIComponent),
  ],
  ["in CDATA", ["cdata"], into("<svg><text><![CDATA[*]]></text></svg>")],
  ["in a handler, as code", ["name"], escapedInto('<p onclick="show(*)"></p>')],
  ["in a handler, in a comment", ["code-comment"], escapedInto('<p onclick="go() /* * */"></p>')],
  ["in a handler, in a comment of one line", ["code-line"], (t) => fragment(`<p onclick="go() // ${html(t)}"></p>`)],
  [
    "in a script, in a comment of one line",
    ["code-separator"],
    into("<script>// *\n</script>", (t) => t.replaceAll("<", "")),
  ],
  ["in data-on-click", ["code-single"], escapedInto(`<p data-on-click="$$get('/q?x=*')"></p>`)],
  ["in data-text", ["code-single"], escapedInto(`<p data-text="'*'"></p>`)],
  ["in data-text, in a template", ["code-template"], escapedInto('<p data-text="`Hi *`"></p>')],
  ["in data-show", ["code-double"], escapedInto(`<p data-show='$a == "*"'></p>`)],
  ["in data-class", ["code-single"], escapedInto(`<p data-class="{'*': true}"></p>`)],
  ["in data-computed", ["name"], escapedInto('<p data-computed-a="*"></p>')],
  ["in data-teleport", ["space"], escapedInto('<template data-teleport="#*"></template>')],
  ["in data-bind-href", ["script-url", "host"], escapedInto('<a data-bind-href="*">a</a>', json)],
  ["in data-store, by hand", ["code-double", "signal-double"], escapedInto(`<p data-store='{"a":"*"}'></p>`)],
  [
    "in data-store, between single quotes",
    ["code-single", "signal-single"],
    escapedInto(`<p data-store="{a:'*'}"></p>`),
  ],
  [
    "in data-store, quotes with a backslash",
    ["code-backslash-double"],
    escapedInto(`<p data-store='{"a":"*"}'></p>`, quoteStrings('"')),
  ],
  [
    "in data-store, as JSON with only its quotation marks escaped",
    ["code-reference-double"],
    into('<p data-store="*"></p>', (t) => JSON.stringify({ a: t }).replaceAll('"', "&quot;")),
  ],
  [
    "in data-store, between single quotes with only these escaped",
    ["code-reference-single"],
    into(`<p data-store="{a:'*'}"></p>`, (t) => t.replace(/[<>"'\\`]/g, "")),
  ],
  ["in a signal, by hand", ["code-double", "signal-double"], (t) => event("signal", `store {"a":"${oneLine(t)}"}`)],
  ["in a signal, in a template", ["code-template"], (t) => event("signal", `store {a:\`${oneLine(t)}\`}`)],
  [
    "in a signal, quotes with a backslash",
    ["code-backslash-double"],
    (t) => event("signal", `store {"a":"${oneLine(quoteStrings('"')(t))}"}`),
  ],
  ["as the name of a signal", ["name"], (t) => event("signal", `store {${oneLine(t)}:1}`)],
  ["in style", ["style"], escapedInto('<p style="color:*"></p>')],
  ["in style, between quotes", ["code-single"], escapedInto(`<p style="--a:'*'"></p>`)],
  ["in style, in an address", ["style"], escapedInto('<p style="background:url(*)"></p>')],
  ["in <style>, without <", ["style"], into("<style>p { color: * }</style>", (t) => t.replaceAll("<", ""))],
  [
    "as an address",
    ["script-url", "script-url-hidden", "data-url", "scheme", "host"],
    escapedInto('<a href="*">a</a>'),
  ],
  [
    "as an address, javascript: refused",
    ["script-url-hidden"],
    escapedInto('<a href="*">a</a>', (t) => t.startsWith("javascript:") ? "#" : t),
  ],
  ...["src", "action", "formaction", "poster", "background", "manifest"].map((name): typeof wrong[number] => [
    `as the address ${name}`,
    ["script-url"],
    escapedInto(`<p ${name}="*"></p>`),
  ]),
  ["as the address of an object", ["data-url"], escapedInto('<object data="*"></object>')],
  ["as an address in SVG", ["script-url"], escapedInto('<svg><a xlink:href="*"><text>a</text></a></svg>')],
  ["as an address of an animation", ["script-url"], escapedInto('<svg><set attributeName="href" to="*"></set></svg>')],
  ["as the address of a refresh", ["script-url"], escapedInto('<meta http-equiv="refresh" content="0;url=*">')],
  ["in a javascript: address", ["code-single"], escapedInto(`<a href="javascript:log('*')">a</a>`)],
  [
    "in a javascript: address, as a component",
    ["code-double"],
    escapedInto(`<a href='javascript:log("*")'>a</a>`, encodeURIComponent),
  ],
  ["after a slash", ["host-slash", "host-backslash"], escapedInto('<a href="/*">a</a>')],
  [
    "as an address that begins with one slash",
    ["host-backslash"],
    escapedInto('<a href="*">a</a>', (t) => /^\/(?!\/)/.test(t) ? t : "#"),
  ],
  ["after a host", ["host-user", "host-suffix"], escapedInto('<img src="http://example.com*">')],
  ["in srcset", ["host-list"], escapedInto('<img srcset="/a?x=*">')],
  ["in a path", ["path"], escapedInto('<a href="/users/all/*">a</a>')],
  ["in the query of an address", ["parameter"], escapedInto('<a href="/q?x=*">a</a>')],
  ["in a data: address of HTML", ["tag"], escapedInto('<a href="data:text/html,<p>*</p>">a</a>', encodeURIComponent)],
  [
    "in a data: address of SVG",
    ["tag"],
    escapedInto('<img src="data:image/svg+xml,<svg>*</svg>">', encodeURIComponent),
  ],
  ["as a line", ["lf", "crlf", "cr", "code-line"], (t) => fragment(`<p>${escapeAll(t, /[<>&]/g)}</p>`)],
  ["as a line, LF escaped", ["cr"], (t) => fragment(`<p>${escapeAll(t, /[<>&\n]/g)}</p>`)],
  ["as a comment of the stream", ["lf"], (t) => `: ${t}\n${fragment("<p></p>")}`],
  ["as the name of an event", ["name"], (t) => `event: ${t}\ndata: a\n\n`],
  [
    "in lines of data",
    ["option-lf"],
    (t) => event("fragment", ...`fragment <p>${escapeAll(t, /[<>&]/g)}</p>`.split("\n")),
  ],
  [
    "in lines of data, split at CR",
    ["option-cr"],
    (t) => event("fragment", ...`fragment <p>${escapeAll(t, /[<>&\n]/g)}</p>`.split("\r")),
  ],
  [
    "in lines of data, split at U+2028",
    ["option-separator"],
    (t) => event("fragment", ...`fragment <p>${escapeAll(t, /[<>&\r\n]/g)}</p>`.split("\u2028")),
  ],
  ["in a selector", ["space"], (t) => event("fragment", `selector #${oneLine(t)}`, "fragment <p></p>")],
  [
    "in a selector, between double quotes",
    ["selector-double"],
    (t) => event("fragment", `selector [a="${oneLine(t)}"]`, "fragment <p></p>"),
  ],
  [
    "in a selector, between single quotes",
    ["selector-single"],
    (t) => event("fragment", `selector [a='${oneLine(t)}']`, "fragment <p></p>"),
  ],
  ["as a merge mode", ["name"], (t) => event("fragment", `merge ${oneLine(t)}`, "fragment <p></p>")],
  ["in vt", ["name"], (t) => event("fragment", `vt ${oneLine(t)}`, "fragment <p></p>")],
  ["in settle", ["name"], (t) => event("fragment", `settle ${oneLine(t)}`, "fragment <p></p>")],
  ["in onlyIfMissing", ["name"], (t) => event("signal", `onlyIfMissing ${oneLine(t)}`, "store {a:1}")],
  ["in the selector of a delete", ["selector-double"], (t) => event("delete", `selector [a="${oneLine(t)}"]`)],
  ["in the paths of a delete", ["space"], (t) => event("delete", `paths a.${oneLine(t)}`)],
  ["in a redirect", ["script-url"], (t) => event("redirect", `url ${oneLine(t)}`)],
  ["as the mode of the console", ["name"], (t) => event("console", oneLine(t))],
];

/** Servers that are right. */
const right: [name: string, answer: Answer][] = [
  ["in an element", escapedInto("<p>*</p>")],
  [
    "in every kind of quoted attribute",
    escapedInto(`<p title="*" value='*' data-a="*" aria-label="*" id="*" class="*"></p>`),
  ],
  ["escaped twice", escapedInto('<p title="*">*</p>', html)],
  ["in a comment", escapedInto("<p><!-- * --></p>")],
  ["in raw text", escapedInto("<textarea>*</textarea><title>*</title>")],
  ["in srcdoc, escaped twice", escapedInto('<iframe srcdoc="<p>*</p>"></iframe>', html)],
  ["in a comment of CSS", (t) => fragment(`<style>/* ${oneLine(t).replace(/[*<]/g, "")} */</style>`)],
  ["as JSON in a script", into('<script type="application/json">*</script>', json)],
  ["as a string of CSS", escapedInto('<p style="--a:*"></p>', json)],
  [
    "as JSON in a store",
    escapedInto('<p data-store="*"></p>', (t) => `{"input":${json(t)},"all":[${json(t)}],${json(t)}:1}`),
  ],
  ["as plain JSON in a store", escapedInto('<p data-store="*"></p>', (t) => JSON.stringify({ input: t }))],
  ["as JSON in a signal", (t) => event("signal", `store {"input":${json(t)}}`)],
  ["as JSON in a handler", escapedInto('<p onclick="log(*)" data-on-click="log(*)" data-text="*"></p>', json)],
  ["in the query of an address", escapedInto('<a href="/q?x=*#a">a</a>', encodeURIComponent)],
  [
    "in the query of an address, as a form",
    escapedInto('<a href="/q?*">a</a>', (t) => String(new URLSearchParams({ x: t }))),
  ],
  ["in the path of an address", escapedInto('<a href="/users/*">a</a>', encodeURIComponent)],
  [
    "in the query of each kind of address",
    escapedInto('<img src="/?x=*" srcset="/?x=* 1x, /?x=* 2x"><form action="/?x=*"></form>', encodeURIComponent),
  ],
  [
    "in a handler's address",
    escapedInto(`<p data-on-click="$$get('/q?x=*')"></p>`, (t) => encodeURIComponent(t).replaceAll("'", "%27")),
  ],
  ["in a data: address of text", escapedInto('<a download href="data:text/plain,*">a</a>', encodeURIComponent)],
  [
    "in a data: address of an image",
    escapedInto('<img src="data:image/svg+xml,*">', (t) => encodeURIComponent(`<svg><text>${html(t)}</text></svg>`)),
  ],
  ["in a mail's subject", escapedInto('<a href="mailto:a@example.com?subject=*">a</a>', encodeURIComponent)],
  [
    "as a word of letters, in an id, a selector and a path",
    (t) => {
      const word = t.replace(/[^a-z]+/gi, "-").replace(/^-|-$/g, "");
      return event(
        "fragment",
        `selector #${word}`,
        `fragment <p id="${word}" class="${word}"><a href="/${word}">a</a></p>`,
      );
    },
  ],
  ["in a message", (t) => event("console", `error Cannot use ${oneLine(t)}`)],
  ["in a message as JSON", (t) => event("console", `log ${JSON.stringify(t)}`)],
  [
    "in an escaped selector",
    (t) =>
      event(
        "fragment",
        `selector #${t.replace(/[^\w]/g, (c) => `\\${c.codePointAt(0)!.toString(16)} `)}`,
        "fragment <p></p>",
      ),
  ],
  [
    "in a string of a selector",
    (t) => event("fragment", `selector [a=${json(t).replace(/\\u0*([\da-f]+)/g, "\\$1 ")}]`, "fragment <p></p>"),
  ],
  [
    "on lines of data that no text begins",
    (t) => event("fragment", "fragment <pre>", ...html(t).split("&#10;").map((line) => ` ${line}`), "</pre>"),
  ],
  [
    "with everything but letters left out",
    escapedInto('<p id="*" title=* data-*><a href="/*">*</a></p>', (t) => t.replace(/[^a-z]/gi, "") + "x"),
  ],
  ["nowhere", () => fragment("<p>hello</p>")],
];

/** Things that differ from answer to answer, and say nothing about the text. */
function noise(): string {
  const id = crypto.randomUUID();
  const number = Math.floor(Math.random() * 1e9);
  return `<i id="${id}" class="c${number}" data-id="${id}" data-csrf="${btoa(id)}" nonce="${id.replaceAll("-", "")}" ` +
    `data-${id} data-on="${number % 2 === 0}" data-show="${number % 2 === 0}" style="width:${number % 100}%;color:#${
      number % 1000
    }" ` +
    `title="${Date.now()}" onclick="log(${number}, '${id}')" data-on-click="$$get('/${id}')" ` +
    `data-store="{&quot;visits&quot;:${number},&quot;${id}&quot;:&quot;${id}&quot;}">` +
    `<a href="https://${number}.example.com/${id}/${number}?${id}=${number}">${number}</a>` +
    `${"<b></b>".repeat(number % 3)}<x-${id}></x-${id}><!-- ${id} --><script>const length = ${number}</script></i>`;
}

describe("it is found that the text is written", () => {
  for (const [name, by, answer] of wrong) {
    test(name, async () => {
      const found = await findingsOf(answer);
      assertEquals(by.filter((probe) => found[probe] === undefined), [], JSON.stringify(found));
    });
  }
  test("into a page of HTML that refuses it", async () => {
    const found = await findingsOf((text) => `<h1>Cannot use ${text}</h1>`, "text/html; charset=utf-8");
    assertEquals(found.tag, "the element <intruder> of a page");
  });
});

describe("nothing is found where the text is written", () => {
  for (const [name, answer] of right) {
    test(name, async () => assertEquals(await findingsOf(answer), {}));
  }
  test("into a page of HTML that escapes it", async () => {
    assertEquals(await findingsOf((text) => `<h1>Cannot use ${html(text)}</h1>`, "text/html"), {});
  });
  test("beside tokens, counters and times that differ", async () => {
    assertEquals(await findingsOf((text) => fragment(`<p>${html(text)}${noise()}</p>`)), {});
  });
});

test("the check needs an answer with the text in it, and no fragment", async () => {
  const judge = async (alter: ServerMutant["alter"]) => {
    const { report } = await judgeRecording(recordInMemory(alter), { only: ["get-no-injection"] });
    return report.checks[0];
  };
  const byHand = (signals: Record<string, unknown>) => `{"output":"${oneLine(String(signals.output))}"}`;
  const found = await judge(() => ({
    json: byHand,
    attribute: (text) => text,
    update: (text) => event("signal", `store ${text}`),
  }));
  assertEquals([found.verdict, found.evidence.length], ["fail", 1]);
  assertEquals((await judge(() => ({}))).verdict, "pass");
  assertEquals((await judge(() => ({ update: () => fragment('<main id="main"></main>') }))).reason, "not-applicable");
});

test("each probe has a server that it finds", () => {
  const used = new Set(wrong.flatMap(([, by]) => by));
  assertEquals(probeNames.filter((name) => !used.has(name)), []);
  assert(probeNames.every((name) => probes[name].length < 100));
});
