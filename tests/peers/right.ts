/**
 * Servers that are right in a way that few are.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { brotliCompressSync, constants, createBrotliCompress, createDeflate, createGzip } from "node:zlib";
import type { Socket } from "node:net";
import type { Transform } from "node:stream";
import { chunk, event, finish, head, type Parts, type Peer } from "./base.ts";

/** Changes the text of all streams. */
const withText = (change: (text: string) => string) => ({ update, element, tick, refusal }: Parts): Partial<Parts> => ({
  update: (attribute, input) => change(update(attribute, input)),
  element: (time) => change(element(time)),
  tick: (value, n) => change(tick(value, n)),
  refusal: (why) => change(refusal(why)),
});

/** Changes the headers of all streams. */
const withHeaders = (more: Record<string, string>) => ({ headers }: Parts): Partial<Parts> => ({
  headers: { ...headers, ...more },
});

/** Changes the page, in which each of these texts has to be. */
const withPage = (...changes: [from: string | RegExp, to: string][]) => ({ page }: Parts): Partial<Parts> => ({
  page: changes.reduce((html, [from, to]) => {
    const changed = html.replace(from, () => to);
    if (changed === html) throw new Error(`The page has no ${from}`);
    return changed;
  }, page),
});

/** Cuts bytes into pieces of this length. */
const cut = (bytes: Uint8Array, length: number) =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) => bytes.subarray(i * length, (i + 1) * length));

/** Sends the feed through a compressor that is flushed after each event. */
const compressed = (encoding: string, create: () => Transform & { flush(): void }) => ({ open }: Parts) => ({
  open(socket: Socket, headers: Record<string, string>) {
    const write = open(socket, { ...headers, "content-encoding": encoding });
    const compressor = create();
    compressor.on("data", write);
    return (bytes: Uint8Array) => {
      compressor.write(bytes);
      compressor.flush();
    };
  },
});

/** How the events are written. */
const events: Peer[] = [
  { name: "lines end with a carriage return", parts: withText((text) => text.replaceAll("\n", "\r")) },
  {
    name: "names end their line with CRLF, data with LF, and events with CR",
    parts: withText((text) => text.replace("\n", "\r\n").replace(/\n\n$/, "\n\r")),
  },
  {
    name: "each answer begins with a byte order mark",
    parts: ({ update, element }) => ({
      update: (attribute, input) => `\uFEFF${update(attribute, input)}`,
      element: (time) => `\uFEFF${element(time)}`,
    }),
  },
  { name: "no space stands after a colon", parts: withText((text) => text.replace(/^(event|data): /gm, "$1:")) },
  {
    name: "the name of an event comes after its data",
    parts: withText((text) => text.replace(/^(event: .*\n)((?:data: .*\n)+)/, "$2$1")),
  },
  {
    name: "comments stand between the lines of an event",
    parts: withText((text) => text.replace(/^data/gm, ": data: merge inner\n:\ndata")),
  },
  {
    name: "two kilobytes of comment come first, for old browsers",
    parts: withText((text) => `:${" ".repeat(2048)}\n\n${text}`),
  },
  {
    name: "a ping in a comment follows each event",
    parts: ({ tick }) => ({ tick: (value, n) => `${tick(value, n)}: ping ${n}\n\n` }),
  },
  {
    name: "each event has an id, and the first says when to ask again",
    parts: ({ tick }) => ({ tick: (value, n) => `${n === 0 ? "retry: 2500\n" : ""}id: ${n}:é\n${tick(value, n)}` }),
  },
];

/** What the events say. */
const fragments: Peer[] = [
  {
    name: "the HTML begins on the line after the keyword, and has white space around it",
    parts: ({ element, update }) => ({
      element: (time) =>
        element(time).replace("fragment <", "fragment\ndata:    <").replace("</div>", "\ndata:  </div>"),
      update: (attribute, input) => update(attribute, input).replace("fragment <", "fragment\ndata: \t<"),
    }),
  },
  {
    name: "lines of the HTML begin with the words of options, after a space",
    parts: ({ element }) => ({
      element: (time) => element(time).replace("</b>", "</b>\ndata:  vt is not an option here\ndata:  merge, too"),
    }),
  },
  {
    name: "the fragment is closed by an option in the middle of a tag, and opened again",
    parts: ({ update }) => ({
      update: (attribute, input) =>
        update(attribute, input).replace("></main>", "\ndata: settle 500\ndata: fragment ></main>"),
    }),
  },
  {
    name: "the store comes on an element of another name, with a class and a title",
    parts: () => ({
      update: (attribute) =>
        event(
          "fragment",
          "merge upsert_attributes",
          `fragment <x-store class='a b' title='Done' id=main ${attribute}></x-store>`,
        ),
    }),
  },
  {
    name: "the answer has only the signal that changes, as code with single quotes",
    parts: () => ({
      answer: ({ output }) => ({ output }),
      store: ({ output }) =>
        `{output:'${
          String(output).replace(/[^\w ]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
        }'}`,
    }),
  },
  {
    name: "every character of the store's attribute is a reference",
    parts: () => ({
      attribute: (expression) =>
        `data-store='${
          [...expression].map((unit) => `&#x${unit.charCodeAt(0).toString(16).toUpperCase()};`).join("")
        }'`,
    }),
  },
  {
    name: "two events of the feed come together",
    parts: ({ tick }) => ({ tick: (value, n) => tick(value, n) + tick(`${value}b`, n) }),
  },
  {
    name: "the time is one of twelve hours, with each of its parts in an element",
    parts: () => ({ time: () => new Date().toLocaleTimeString("en-US").replace(/(\d+)/g, "<i>$1</i>") }),
  },
  {
    name: "the time is in Arabic, with its digits",
    parts: () => ({ time: () => new Date().toLocaleString("ar-EG") }),
  },
];

/** Which elements the events are for. */
const targets: Peer[] = [
  {
    name: "the element with the store is addressed by its tag and its first child",
    parts: () => ({
      update: (attribute) =>
        event("fragment", "selector main:has(> #input)", "merge upsert_attributes", `fragment <i ${attribute}></i>`),
    }),
  },
  {
    name: "the element with the store has an id that is no identifier, and the selector escapes it",
    parts: ({ page }) => ({
      page: page.replace('id="main"', 'id="app:1"'),
      update: (attribute) =>
        event("fragment", "selector #app\\:1", "merge upsert_attributes", `fragment <main ${attribute}></main>`),
    }),
  },
  {
    name: "the feed is for the element that asked for it",
    parts: ({ tick }) => ({ tick: (value, n) => tick(value, n).replace("data: vt", "data: selector self\ndata: vt") }),
  },
  {
    name: "the feed replaces the content of its element, by a root of another name",
    parts: ({ tick }) => ({
      tick: (value, n) => tick(value, n).replace("data: vt", "data: merge inner\ndata: vt").replaceAll("span", "b"),
    }),
  },
  {
    name: "the feed adds each value to those before it",
    parts: () => ({
      tick: (value) =>
        event("fragment", "selector #feed", "merge prepend", "vt false", `fragment <span>${value} </span>`),
    }),
  },
  {
    name: "the time's element has a class and the time for machines, and is addressed by a list of selectors",
    parts: () => ({
      element: (time) =>
        event(
          "fragment",
          "selector #nothing, #target",
          `fragment <div id="target" class="a"><time datetime="${time}">${time}</time></div>`,
        ),
    }),
  },
];

/** How the answers are sent. */
const answers: Peer[] = [
  {
    name: "each stream is in HTTP/1.0 and ends with its connection",
    parts: () => ({
      send: (socket, { status, headers, body }, request) =>
        finish(socket, request, head(status, headers).replace("1.1", "1.0"), body),
      open(socket, headers) {
        socket.write(head(200, headers).replace("1.1", "1.0"));
        return (bytes) => socket.write(bytes);
      },
    }),
  },
  {
    name: "letters come as they are, in chunks of three bytes that cut them",
    parts: () => ({
      store: (signals) =>
        JSON.stringify(signals).replace(
          /[^\w "\\{}[\]:,.()+%/\u0590-\u2027\ud800-\udfff-]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
        ),
      send(socket, { status, headers, body }, request) {
        const chunks = [...cut(body, 3), new Uint8Array()].map(chunk);
        finish(socket, request, head(status, { ...headers, "transfer-encoding": "chunked" }), ...chunks);
      },
    }),
  },
  { name: "the feed is in gzip, flushed after each event", parts: compressed("gzip", createGzip) },
  { name: "the feed is in deflate, flushed after each event", parts: compressed("deflate", createDeflate) },
  {
    name: "the feed is in brotli, flushed after each event",
    parts: compressed("br", () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })),
  },
  {
    name: "each answer is in brotli, and its length is that of the compressed bytes",
    parts: ({ send }) => ({
      send: (socket, { status, headers, body }, request) =>
        send(
          socket,
          { status, headers: { ...headers, "content-encoding": "br" }, body: brotliCompressSync(body) },
          request,
        ),
    }),
  },
  {
    name: "early hints come before each answer, and trailers after it",
    parts: () => ({
      send(socket, { status, headers, body }, request) {
        const start = head(103, { link: "</datastar.js>; rel=preload; as=script" }) +
          head(status, { ...headers, "transfer-encoding": "chunked", "trailer": "server-timing" });
        finish(socket, request, start, chunk(body), "0\r\nserver-timing: total;dur=1.2\r\n\r\n");
      },
    }),
  },
  {
    name: "names of headers are in capitals, with tabs around their values and no reason after the status",
    parts: () => ({
      send(socket, { status, headers, body }, request) {
        const all = Object.entries({ ...headers, "content-length": `${body.length}` });
        const lines = all.map(([name, value]) => `${name.toUpperCase()}:\t${value}\t\r\n`);
        finish(socket, request, `HTTP/1.1 ${status} \r\n${lines.join("")}\r\n`, body);
      },
    }),
  },
  {
    name: "the type has parameters, one in quotes",
    parts: withHeaders({ "content-type": 'text/event-stream;charset="UTF-8" ; v=1' }),
  },
  {
    name: "nothing may be stored anywhere, and the connection is closed",
    parts: withHeaders({
      "cache-control": "private, No-Store, max-age=0",
      "connection": "close",
      "pragma": "no-cache",
    }),
  },
  {
    name: "headers of other purposes come with each stream",
    parts: withHeaders({
      "vary": "accept, datastar-request",
      "x-content-type-options": "nosniff",
      "set-cookie": "session=1; Path=/; HttpOnly; SameSite=Lax",
      "etag": 'W/"1"',
      "content-language": "en",
      "content-encoding": "",
    }),
  },
  {
    name: "the head of an answer comes at once, and its event half a second later",
    parts: () => ({
      send(socket, { status, headers, body }, request) {
        socket.write(head(status, { ...headers, "transfer-encoding": "chunked" }));
        const end = () => finish(socket, request, "", chunk(body), "0\r\n\r\n");
        if (request.url.pathname === "/get") setTimeout(end, 500);
        else end();
      },
    }),
  },
  { name: "the first event of the feed comes after a second", parts: () => ({ before: 1_000 }) },
  {
    name: "the lines of an event of the feed are written one by one",
    parts: ({ open }) => ({
      open(socket, headers) {
        const write = open(socket, headers);
        return (bytes) => {
          const lines = new TextDecoder().decode(bytes).split(/(?<=\n)/);
          lines.forEach((line, i) => setTimeout(() => write(Buffer.from(line)), i * 15));
        };
      },
    }),
  },
];

/** How the head and the end of an answer are written. */
const heads: Peer[] = [
  {
    name: "the length begins with zeros",
    parts: () => ({
      send: (socket, { status, headers, body }, request) =>
        finish(socket, request, head(status, { ...headers, "content-length": `000${body.length}` }), body),
    }),
  },
  {
    name: "the connection is kept, and the answer ends with its length",
    parts: () => ({
      send(socket, { status, headers, body }, { method }) {
        const more = { "content-length": String(body.length), "connection": "keep-alive", "keep-alive": "timeout=5" };
        socket.write(head(status, { ...headers, ...more }));
        if (method !== "HEAD") socket.write(body);
      },
    }),
  },
];

/** How other requests are answered. */
const requests: Peer[] = [
  {
    name: "a query without a usable store is answered as one with an empty text",
    parts: () => ({
      read(parameter) {
        try {
          const { input, show } = JSON.parse(parameter!);
          return { input: typeof input === "string" ? input : "", ...typeof show === "boolean" && { show } };
        } catch {
          return { input: "" };
        }
      },
    }),
  },
  {
    name: "a refusal is a fragment in the page",
    parts: () => ({
      refusal: (why) => event("fragment", "merge inner", "vt false", `fragment <div id="target"><em>${why}</em></div>`),
    }),
  },
  { name: "a refusal is a stream with nothing but a comment", parts: () => ({ refusal: (why) => `: ${why}\n\n` }) },
  {
    name: "other methods are refused in plain text, with those that are allowed",
    parts: () => ({
      handle(request, socket, go) {
        if (["GET", "HEAD"].includes(request.method)) return go();
        finish(
          socket,
          request,
          head(405, { "allow": "GET, HEAD", "content-type": "text/plain", "content-length": "0" }),
        );
      },
    }),
  },
];

/** How the page is written. */
const pages: Peer[] = [
  {
    name: "the page is written as XHTML, with CRLF and a byte order mark",
    parts: withPage(
      [/^/, "\uFEFF"],
      ['lang="en"', 'xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en"'],
      ['<meta charset="utf-8">', '<meta charset="utf-8" />'],
      ['data-model="input">', 'data-model="input" />'],
      [/\n/g, "\r\n"],
    ),
  },
  {
    name: "the page's tags and attributes are in capitals",
    parts: ({ page }) => ({
      page: page.replace(/<\/?[a-z]+|\s[a-z-]+=(?=["'])/g, (word) => word.toUpperCase()),
    }),
  },
  {
    name: "the page's store has more signals, of all types, some of them private",
    parts: withPage([
      /data-store='[^']*'/,
      `data-store="{ input: '', output: '', show: !0, count: 1 + 1, _open: false, list: [1, 'a'], user: { name: 'é' } }"`,
    ]),
  },
  {
    name: "the element with the store has an id in Greek",
    parts: ({ page, update }) => ({
      page: page.replace('id="main"', 'id="κύριο"'),
      update: (attribute, input) => update(attribute, input).replace('id="main"', 'id="κύριο"'),
    }),
  },
  {
    name: "the page is in Japanese, with more elements, styles and a form around the input",
    parts: withPage(
      ['lang="en"', 'lang="ja"'],
      ["<input", '<style>main > p::before { content: "<main>" }</style>\n<form action="/" method="get"><input'],
      [">Send</button>", ' type="button">送る</button></form>'],
      ["</main>", "<ruby>時<rt>とき</rt></ruby><svg viewBox='0 0 1 1'><path d='M0 0'/></svg></main>"],
    ),
  },
];

/** What else is in the page. */
const surroundings: Peer[] = [
  {
    name: "the client is imported by a script in the page",
    parts: withPage(['<script type="module" src="/datastar.js">', '<script type="module">import "/datastar.js";']),
  },
  {
    name: "the element with the store is the body, of which a fragment has no tag",
    parts: ({ page, update }) => ({
      page: page.replace(/<main ([^>]*)>/, "").replace("</main>", "").replace(
        "<body>",
        () => /<main [^>]*>/.exec(page)![0],
      )
        .replace("<main ", "<body "),
      update: (attribute, input) => update(attribute, input).replaceAll("main ", "div ").replace("</main>", "</div>"),
    }),
  },
  {
    name: "another part of the page has a store of its own, before the main one",
    parts: withPage(["<main", '<header data-store="{ menu: false }"><b data-text="$menu"></b></header><main']),
  },
  {
    name: "each request needs the cookie that the page sets",
    parts: ({ pageHeaders }) => ({
      pageHeaders: { ...pageHeaders, "set-cookie": "session=abc; Path=/; HttpOnly" },
      handle({ url, headers }, socket, go) {
        if (url.pathname === "/" || headers.cookie === "session=abc") go();
        else socket.end(head(401, { "content-type": "text/plain", "content-length": "0" }));
      },
    }),
  },
  {
    name: "the time is the number of seconds since midnight",
    parts: () => ({ time: () => String(Math.floor(Date.now() / 1000) % 86_400) }),
  },
];

/** The servers, which the checker finds nothing wrong with. */
export const right: Peer[] = [
  ...events,
  ...fragments,
  ...targets,
  ...answers,
  ...heads,
  ...requests,
  ...pages,
  ...surroundings,
];
