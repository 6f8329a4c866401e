import { assert, assertEquals, assertThrows } from "@std/assert";
import { Window } from "happy-dom";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { createDocument, openPage, parseHtml, readStream, writePage } from "../harness/mod.ts";
import { createBody } from "./support/dom.ts";
import { slow } from "./support/process.ts";

const svg = "http://www.w3.org/2000/svg";
const xlink = "http://www.w3.org/1999/xlink";

/** Parses `html` inside an element of this tag, and serializes it. */
function parsed(html: string, tag = "div"): string {
  const document = createBody("");
  const holder = document.createElement("div");
  holder.append(parseHtml(html, document.createElement(tag)));
  return holder.innerHTML;
}

describe("parseHtml()", () => {
  test("reads HTML as a browser does in this context", () => {
    const table: [tag: string, html: string, parsed: string][] = [
      ["div", "<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c<p></p>"],
      ["div", "a<!-- c --><b>d", "a<!-- c --><b>d</b>"],
      [
        "div",
        "<!doctype html><html><head><title>t</title></head><body><b>x</b></body></html>",
        "<title>t</title><b>x</b>",
      ],
      ["div", "<tr><td>a</td></tr>", "a"],
      ["tr", "<td>a</td><th>b", "<td>a</td><th>b</th>"],
      ["tr", "<div>a</div>", "<div>a</div>"],
      ["tbody", "<td>a", "<tr><td>a</td></tr>"],
      ["table", "<tr><td>a", "<tbody><tr><td>a</td></tr></tbody>"],
      ["template", "<tr><td>a</td></tr>", "<tr><td>a</td></tr>"],
      ["template", "<div>a</div><td>b</td>", "<div>a</div>b"],
      ["select", "<option>a<option>b", "<option>a</option><option>b</option>"],
      ["textarea", "<b>a</b>&amp;", "&lt;b&gt;a&lt;/b&gt;&amp;"],
      ["div", "<pre>\n\na</pre>", "<pre>\na</pre>"],
      ["div", "<b><i>a</b>b</i>", "<b><i>a</i></b><i>b</i>"],
      ["div", "&lt;&eacute;&#x1F600;&#0;", "&lt;é😀\uFFFD"],
      ["div", "", ""],
    ];
    for (const [tag, html, expected] of table) assertEquals([tag, html, parsed(html, tag)], [tag, html, expected]);
  });

  test("keeps attribute names that setAttribute() would refuse", () => {
    const document = createBody("");
    const element = parseHtml(`<p =x a<b='1' "q @click="2" :y Data-A="&quot;" x x=2 a.b_c.d></p>`, document.body)
      .firstElementChild!;
    assertEquals([...element.attributes].map(({ name, value }) => [name, value]), [
      ["=x", ""],
      ["a<b", "1"],
      ['"q', ""],
      ["@click", "2"],
      [":y", ""],
      ["data-a", '"'],
      ["x", ""],
      ["a.b_c.d", ""],
    ]);
    assertEquals(element.getAttribute("data-a"), '"');
    assert(element.hasAttribute("=x"));
  });

  test("gives SVG its namespaces, and the case of its names", () => {
    const document = createBody("");
    const html = `<svg viewbox="0 0 1 1"><use xlink:href="#a" href="#b"/><lineargradient gradientunits="x"/>` +
      `<foreignobject><p viewbox="1">t</p></foreignobject></svg><circle></circle>`;
    const holder = document.createElement("div");
    holder.append(parseHtml(html, holder));
    const names = [...holder.querySelectorAll("*")].map(({ localName, namespaceURI }) => [localName, namespaceURI]);
    const xhtml = "http://www.w3.org/1999/xhtml";
    assertEquals(names, [
      ["svg", svg],
      ["use", svg],
      ["linearGradient", svg],
      ["foreignObject", svg],
      ["p", xhtml],
      ["circle", xhtml],
    ]);
    const [use] = holder.querySelectorAll("use");
    assertEquals([...use.attributes].map(({ name, namespaceURI, value }) => [name, namespaceURI, value]), [
      ["xlink:href", xlink, "#a"],
      ["href", null, "#b"],
    ]);
    assertEquals(use.getAttributeNS(xlink, "href"), "#a");
    assertEquals(holder.firstElementChild!.getAttribute("viewBox"), "0 0 1 1");
    assertEquals(holder.querySelector("p")!.getAttribute("viewbox"), "1");
    const inside = parseHtml("<circle/><g><path/></g>", holder.firstElementChild!);
    assertEquals([...inside.children].map(({ namespaceURI }) => namespaceURI), [svg, svg]);
  });

  test("parses the children of a template into its content", () => {
    const document = createBody("");
    const html = "<template id=t><tr><td>a</td></tr><template><b>b</b></template>c</template>";
    const template = parseHtml(html, document.body).firstElementChild as HTMLTemplateElement;
    assertEquals(template.content.children.length, 2);
    const inner = template.content.querySelector("template")!;
    assertEquals(inner.content.firstElementChild!.outerHTML, "<b>b</b>");
    assertEquals(
      template.outerHTML,
      '<template id="t"><tr><td>a</td></tr><template><b>b</b></template>c</template>',
    );
  });

  test("keeps scripts of HTML and of SVG as elements, with their text and attributes", () => {
    const document = createBody("");
    const html = '<script type="module" async="">a < b && "c"</script><svg><script>d</script></svg>';
    const [script, image] = parseHtml(html, document.body).children;
    assertEquals(script.outerHTML, '<script type="module" async="">a < b && "c"</script>');
    assertEquals(image.firstElementChild!.namespaceURI, svg);
    assertEquals([image.firstElementChild!.localName, image.textContent], ["script", "d"]);
  });

  test("lets a document that is not happy-dom's parse for itself", () => {
    const { document } = new Window();
    // The result of happy-dom's own parser, which is not a browser's, shows that it was used.
    const context = document.createElement("p") as unknown as HTMLElement;
    const foreign = Object.create(document, { defaultView: { value: null } });
    Object.defineProperty(context, "ownerDocument", { value: foreign });
    const copy = document.createElement("p");
    copy.innerHTML = "<div>a</div>t";
    context.cloneNode = () => copy.cloneNode() as unknown as Node;
    foreign.createDocumentFragment = () => document.createDocumentFragment();
    const fragment = parseHtml("<div>a</div>t", context);
    assertEquals([...fragment.childNodes].map(({ textContent }) => textContent), ["a", "t"]);
    assertEquals(context.childNodes.length, 0);
  });

  test("takes elements 20,000 deep inside each other, which a page then refuses", slow, async () => {
    const depth = 20_000;
    const html = "<i>".repeat(depth) + "x";
    const document = createBody('<p id="x"></p>');
    let node: Node = parseHtml(html, document.body);
    let levels = 0;
    for (; node.firstChild; node = node.firstChild) levels++;
    assertEquals([levels, node.nodeValue], [depth + 1, "x"]);
    const page = openPage(document);
    const stream = `event: datastar-fragment\ndata: fragment <p id="x">${html}</p>\n\n`;
    for await (const event of readStream(stream)) {
      assertThrows(() => page.apply([event]), RangeError, 'raise the limit "maxDepth"');
    }
    assertEquals(document.body.innerHTML, '<p id="x"></p>');
  });
});

describe("writePage()", () => {
  test("replaces the whole page", () => {
    const document = createBody("<p>old</p>");
    document.documentElement.setAttribute("lang", "old");
    writePage(
      document,
      "<!doctype html><!-- c --><html id=h><head><title>T</title><meta charset=utf-8></head><body class=b>x<p>y",
    );
    assertEquals(
      document.documentElement.outerHTML,
      '<html id="h"><head><title>T</title><meta charset="utf-8"></head><body class="b">x<p>y</p></body></html>',
    );
    assertEquals([document.title, document.body.className, document.childNodes.length], ["T", "b", 2]);
  });

  test("makes head and body where they are missing", () => {
    const html = (text: string) => createDocument(text).documentElement.outerHTML;
    assertEquals(html(""), "<html><head></head><body></body></html>");
    assertEquals(html("<b>x"), "<html><head></head><body><b>x</b></body></html>");
    assertEquals(html("<title>t</title><b>x"), "<html><head><title>t</title></head><body><b>x</b></body></html>");
    assertEquals(html("<frameset>"), "<html><head></head><frameset></frameset></html>");
  });

  test("makes a page that events apply to", async () => {
    const document = createDocument(`<title>t</title><body><p id="x" data-text="$a" data-store="{a: 1}"></p>`);
    const page = openPage(document);
    assertEquals(document.querySelector("#x")!.textContent, "1");
    await page.receive("event: datastar-signal\ndata: store {a: 2}\n\n");
    assertEquals(document.querySelector("#x")!.textContent, "2");
  });

  test("takes a page 20,000 elements deep", slow, () => {
    const document = createDocument(`<body>${"<i>".repeat(20_000)}x`);
    let node: Node = document.body;
    let levels = 0;
    for (; node.firstChild; node = node.firstChild) levels++;
    assertEquals([levels, node.nodeValue], [20_001, "x"]);
  });
});

describe("a page of the harness", () => {
  /**
   * Counts the requests that a window makes while `use` is at work and until it has nothing more to do, the elements that
   * have loaded something from elsewhere, and what has run.
   */
  async function observe(
    settings: Record<string, boolean>,
    use: (document: Document, url: string) => void | Promise<void>,
  ): Promise<{ requests: string[]; loaded: string[]; ran: unknown[] }> {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url!);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const window = new Window({
      url: `${url}/page`,
      settings: { ...settings, suppressInsecureJavaScriptEnvironmentWarning: true },
    });
    const loaded: string[] = [];
    window.document.addEventListener("load", ({ target }) => {
      const { localName, attributes } = target as unknown as Element;
      if ([...attributes].some(({ value }) => value.startsWith(url))) loaded.push(localName);
    }, true);
    const ran: unknown[] = [];
    Object.assign(window, { ran: (what: unknown) => ran.push(what) });
    try {
      await use(window.document as unknown as Document, url);
      await window.happyDOM.waitUntilComplete();
      return { requests, loaded, ran };
    } finally {
      await window.happyDOM.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  const pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
  const hostile = (url: string, run: string) => {
    const on = (what: string) => `onload="${run}('${what} loaded')" onerror="${run}('${what} failed')"`;
    return `<img src="${url}/img" ${on("img")}><img src="${pixel}" ${on("pixel")}>` +
      `<script>${run}('script')</script><script type="module">${run}('module')</script>` +
      `<script src="${url}/script" ${on("src")}></script><script type="module" src="${url}/module"></script>` +
      `<svg onload="${run}('svg')"><script>${run}('svg script')</script><image href="${url}/image"/></svg>` +
      `<link rel="stylesheet" href="${url}/css" ${on("css")}><link rel="preload" as="fetch" href="${url}/preload">` +
      `<link rel="modulepreload" href="${url}/modulepreload"><style>@import "${url}/import";</style>` +
      `<iframe src="${url}/iframe" ${on("iframe")}></iframe>` +
      `<iframe srcdoc="<script>top.${run}('srcdoc')</script><img src='${url}/srcdoc'>" ${on("srcdoc")}></iframe>` +
      `<video src="${url}/video" autoplay ${on("video")}></video><object data="${url}/object"></object>` +
      `<details open ontoggle="${run}('toggle')"></details><input autofocus onfocus="${run}('focus')">` +
      `<template><script>${run}('template')</script><img src="${url}/template"></template>`;
  };
  const event = (...lines: string[]) =>
    `event: datastar-fragment\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
  const settings: Record<string, boolean>[] = [
    {},
    { enableJavaScriptEvaluation: true },
    {
      enableJavaScriptEvaluation: true,
      enableCSSFileLoading: true,
      enableImageFileLoading: true,
      enableIframePageLoading: true,
    },
  ];

  test("runs and fetches nothing that is written into it or merged", slow, async () => {
    for (const some of settings) {
      const { requests, loaded, ran } = await observe(some, async (document, url) => {
        const html = hostile(url, "ran");
        writePage(document, `<head>${html}</head><body onload="ran('body')">${html}<main id="x"></main></body>`);
        document.body.append(parseHtml(html, document.body));
        const page = openPage(document);
        const root = `fragment <main id="x">${html}</main>`;
        const stream = ["morph", "inner", "outer", "append", "prepend", "before", "after"]
          .map((mode) => event(`merge ${mode}`, "selector main", root)).join("") +
          event(
            "selector body",
            "merge append",
            "fragment <i id=i data-on-load=\"ran('on')\" onclick=\"ran('click')\">",
          ) +
          "event: datastar-delete\ndata: selector img, iframe, link\n\n";
        await page.receive(stream);
        document.querySelector("#i")!.dispatchEvent(new document.defaultView!.Event("click"));
      });
      assertEquals([some, requests, loaded, ran], [some, [], [], []]);
    }
  });

  test("runs and fetches nothing when attributes are set on its elements", slow, async () => {
    for (const some of settings) {
      const { requests, loaded, ran } = await observe(some, async (document, url) => {
        writePage(
          document,
          '<script id="a"></script><script id="b" type="module"></script><link id="c"><link id="d" as="fetch">' +
            '<img id="e"><img id="f"><iframe id="g"></iframe><iframe id="h"></iframe>',
        );
        const page = openPage(document);
        const attributes = [
          `a src="${url}/a" onerror="ran('a')"`,
          `b src="${url}/b" onerror="ran('b')"`,
          `c onerror="ran('c')" rel="stylesheet" href="${url}/c"`,
          `d rel="preload" href="${url}/d"`,
          `e onload="ran('e')" onerror="ran('e')" src="${url}/e"`,
          `f onload="ran('f')" src="${pixel}"`,
          `g onload="ran('g')" onerror="ran('g')" src="${url}/g"`,
          `h onload="ran('h')" srcdoc="<script>top.ran('h')</script>"`,
        ];
        for (const text of attributes) {
          const stream = event("merge upsert_attributes", `fragment <b id=${text}></b>`);
          await page.receive(stream);
        }
        assertEquals(document.querySelector("#a")!.getAttribute("src"), `${url}/a`);
      });
      assertEquals([some, requests, loaded, ran], [some, [], [], []]);
    }
  });

  // Otherwise the tests above would prove nothing.
  test("without the harness the same HTML fetches and runs", slow, async () => {
    const { requests, loaded, ran } = await observe(settings[2], (document, url) => {
      document.body.innerHTML = `<link rel="stylesheet" href="${url}/css" onload="ran('css')">`;
      const script = document.createElement("script");
      script.textContent = "ran('script')";
      document.body.append(script);
    });
    assertEquals([requests, loaded, ran], [["/css"], ["link"], ["script", "css"]]);
  });
});

test("parseHtml() keeps attributes of any name, with a colon or without", () => {
  const names = ["data-on:click", "x-on:click.prevent", "@click", ":class", "a<b", "=x", 'a":1}"', "hx:y", "xml:lang"];
  const { document } = new Window();
  const html = `<p ${names.map((name, i) => `${name}="${i}"`).join(" ")}></p>`;
  const [root] = parseHtml(html, document.createElement("template") as unknown as Element).children;
  assertEquals([...root.attributes].map(({ name, value }) => [name, value]), names.map((name, i) => [name, String(i)]));
});

test("[MRG-8] a template that happy-dom parsed has children besides its content", async () => {
  const { document } = new Window();
  document.body.innerHTML = '<template id="t"><b>1</b></template>';
  const page = openPage(document as unknown as Document);
  await page.receive(
    'event: datastar-fragment\ndata: fragment <template id="t" title="x"><b>2</b></template>\n\n' +
      "event: datastar-fragment\ndata: merge append\ndata: selector #t\ndata: fragment <i>3</i>\n\n",
  );
  const [template] = page.find("template")! as HTMLTemplateElement[];
  assertEquals([template.title, template.content.textContent, template.textContent], ["x", "1", "3"]);
});
