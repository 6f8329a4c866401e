import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { openPage, type Page } from "../../harness/mod.ts";
import { createHandler } from "../../server.ts";
import { type Answer, closed, eventually, get, open, openFeeds, send } from "../support/http.ts";
import { run, runtime, serverFlags, slow, start, startServer, withServer } from "../support/process.ts";
import { fc } from "../support/random.ts";
import { awake, inTime } from "../support/time.ts";
import { useServer } from "../support/use_server.ts";

const server = useServer();

const ask = (path: string, ...headers: string[]) => get(server.port, path, ...headers);
const query = (store: unknown) => `/get?${new URLSearchParams({ datastar: JSON.stringify(store) })}`;

/** Loads the page as the server sends it into happy-dom, and reads its store. */
async function loadPage(): Promise<Page> {
  return openPage((await ask("/")).body);
}

/** Applies an answer to the page. */
async function receive(page: Page, stream: string): Promise<void> {
  assertEquals((await page.receive(stream)).errors, []);
}

const isStream = ({ headers }: Answer) => assertEquals(headers["content-type"], "text/event-stream");

/** Asserts that client 0.19.9 shows the answer in the console and does not repeat the request. */
function assertRefusal(answer: Answer, status: number, why: string) {
  isStream(answer);
  assertEquals(answer.status, status);
  assertEquals(answer.body, `event: datastar-console\ndata: error ${why}\n\n`);
}

describe("the four routes", () => {
  test("GET / is a page", async () => {
    const { status, headers, body } = await ask("/");
    assertEquals(status, 200);
    assertEquals(headers["content-type"], "text/html; charset=utf-8");
    assertEquals(headers["x-content-type-options"], "nosniff");
    assertMatch(headers["content-security-policy"], /^default-src 'none'; script-src 'self' 'unsafe-eval'; /);
    assertEquals(Number(headers["content-length"]), new TextEncoder().encode(body).length);
  });

  // Bugs 1, 3, 4 and 10 of the seed: no type, quotes that break the attribute, `;`, `$` and `~` that break the store,
  // and a length without a unit: here it is code points.
  test("GET /get returns any text, with its length in code points", async () => {
    const inputs: [input: string, length: number][] = [
      ["", 0],
      ["hello", 5],
      [`' " < > & ; $ ~ \``, 17],
      ["x' onclick='alert(1)", 20],
      ["' onmouseover='alert(1)' x='", 28],
      ["'></main><main id=main data-store={} data-on-load=alert(1)></main>", 66],
      ["&quot;+alert(1)+&quot;", 22],
      ["</main><script>alert(1)</script>", 32],
      ["$show ${show} $$get('/x') $& ~ref", 33],
      ["a;b", 3],
      ["a\tb\r\nc\0d", 8],
      ["\u2028\u2029\u0085\v\f", 5],
      ["\ud800", 1],
      ["😀", 1],
      ["👨‍👩‍👧‍👦", 7],
      ["שלום עולם", 9],
      ["__proto__", 9],
      ["\\u0041\\", 7],
      ["a+b %20 100%", 12],
      ["é".repeat(8192), 8192],
    ];
    const page = await loadPage();
    const { document } = page;
    const elements = document.querySelectorAll("*").length;
    const attributes = document.querySelector("#main")!.getAttributeNames();
    for (const [input, length] of inputs) {
      const answer = await ask(query({ input, output: "old", show: false }));
      isStream(answer);
      assertEquals(answer.status, 200);
      assertMatch(
        answer.body,
        /^event: datastar-fragment\ndata: merge upsert_attributes\ndata: fragment <main id="main" data-store="[^"\n]*"><\/main>\n\n$/,
      );
      await receive(page, answer.body);
      // The other signals are the page's own, and not those of the request.
      assertEquals(page.signals, {
        input: "",
        output: `Your input: ${input}, is ${length} long.`,
        show: true,
        _gone: false,
      });
      // Nothing but the store has changed, and with it a text: the client takes data-store away when it has read it.
      assertEquals(document.querySelector("#output")!.textContent, page.signals.output);
      assertEquals(document.querySelectorAll("*").length, elements);
      assertEquals(new Set(document.querySelector("#main")!.getAttributeNames()), new Set([...attributes, "class"]));
    }
  });

  test("GET /get returns random texts", slow, async () => {
    const page = await loadPage();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 50 }), async (input) => {
        await receive(page, (await ask(query({ input }))).body);
        assertEquals(page.signals.output, `Your input: ${input}, is ${[...input].length} long.`);
      }),
      { numRuns: 50 },
    );
  });

  // Bug 9 of the seed: it sent back any key that it got.
  test("GET /get answers with one signal and reflects no others", async () => {
    const page = await loadPage();
    const store = `{"input":"a","show":true,"evil":"<b>","__proto__":{"evil":1},"constructor":1,"output":{"a":1}}`;
    const answer = await ask(`/get?${new URLSearchParams({ datastar: store })}`);
    await receive(page, answer.body);
    assertEquals(page.signals, { input: "", output: "Your input: a, is 1 long.", show: true, _gone: false });
    assertEquals(answer.body.match(/&quot;\w+&quot;(?=:)/g), ["&quot;output&quot;"]);
  });

  test("GET /target morphs the time of day into the target", async () => {
    const page = await loadPage();
    const answer = await ask("/target");
    isStream(answer);
    const time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";
    assertMatch(
      answer.body,
      new RegExp(`^event: datastar-fragment\ndata: fragment <div id="target"><b>${time}</b></div>\n\n$`),
    );
    const target = page.document.querySelector("#target");
    await receive(page, answer.body);
    assert(page.document.querySelector("#target") === target);
    const sent = Date.parse(target!.textContent!.replace(" ", "T")); // the server's time of day, which is also ours
    assert(Math.abs(sent - Date.now()) < 60_000, target!.textContent!);
  });

  // Bugs 7 and 8 of the seed: no headers against buffers, and an event in many chunks.
  test(
    "GET /feed begins at once and goes on about every second, each event in one piece",
    slow,
    () =>
      awake(async () => {
        const page = await loadPage();
        const response = await fetch(server.url + "/feed");
        assertEquals(response.headers.get("content-type"), "text/event-stream");
        assertEquals(response.headers.get("cache-control"), "no-cache, no-store, no-transform");
        assertEquals(response.headers.get("x-accel-buffering"), "no");
        assertEquals(response.headers.get("content-length"), null);
        const seen: string[] = [];
        const times: number[] = [];
        for await (const chunk of response.body!) {
          const text = new TextDecoder().decode(chunk);
          assertMatch(
            text,
            /^event: datastar-fragment\ndata: vt false\ndata: fragment <span id="feed">[0-9a-f]{16}<\/span>\n\n$/,
          );
          await receive(page, text);
          seen.push(page.document.querySelector("#feed")!.textContent!);
          times.push(Date.now());
          if (seen.length === 4) break;
        }
        assertEquals(new Set(seen).size, 4);
        const took = times[3] - times[1]; // the first is the newest there was: the second may follow at any time
        assert(took > 1500 && took < 6000, `two more events took ${took} ms`);
      }),
  );

  // Bug 6 of the seed: each feed held a thread, and the 41st blocked the server.
  test("GET /feed sends all readers the same, and other requests are answered meanwhile", slow, async () => {
    const feeds = await openFeeds(server.port, 64);
    const texts = feeds.map(() => "");
    feeds.forEach((feed, i) => feed.on("data", (data) => texts[i] += data));
    assertEquals((await ask("/target")).status, 200);
    const values = (text: string): string[] => text.match(/[0-9a-f]{16}/g) ?? [];
    const common = () => values(texts[0]).filter((value) => texts.every((text) => values(text).includes(value)));
    await eventually(() => common().length > 1);
    for (const feed of feeds) feed.destroy();
  });

  test("GET /datastar.js is the client, and GET /source/ the source of the server", async () => {
    const client = await ask("/datastar.js");
    assertEquals(client.headers["content-type"], "text/javascript; charset=utf-8");
    assert(client.body.includes("upsert_attributes"));
    const page = await loadPage();
    const links = [...page.document.querySelectorAll("a[href^='/source/']")].map((link) => link.getAttribute("href")!);
    assert(new Set(links).size === 10);
    for (const link of links) {
      const source = await ask(link);
      assertEquals([source.status, source.headers["content-type"]], [200, "text/plain; charset=utf-8"]);
      assertEquals(
        source.body,
        await readFile(new URL("../../" + link.slice("/source/".length), import.meta.url), "utf8"),
      );
    }
    assertEquals((await ask("/source/deno.json")).status, 404);
  });
});

describe("refusals", () => {
  // Bug 5 of the seed: each of these was a 500, which the client asked for ten times.
  test("GET /get refuses a wrong store in a way that the client does not repeat", async () => {
    const expected = "; expected a JSON object of signals by name";
    const table: [path: string, status: number, why: string][] = [
      ["/get", 400, `Cannot read signals: the URL has no "datastar" parameter${expected}`],
      ["/get?datastar=", 400, `Cannot read signals: the "datastar" parameter is empty${expected}`],
      ["/get?datastar=%7B", 400, `Cannot read signals: the "datastar" parameter is not JSON${expected}`],
      ["/get?datastar=%FF%00%zz", 400, `Cannot read signals: the "datastar" parameter is not JSON${expected}`],
      ["/get?datastar=[]", 400, `Cannot read signals: the "datastar" parameter is an array${expected}`],
      ["/get?datastar=null", 400, `Cannot read signals: the "datastar" parameter is null${expected}`],
      [query({}), 400, 'Cannot answer: the signal "input" is not a string'],
      [query({ input: null }), 400, 'Cannot answer: the signal "input" is not a string'],
      [query({ input: 7 }), 400, 'Cannot answer: the signal "input" is not a string'],
      [
        query({ input: "x".repeat(33_000) }),
        413,
        'Cannot read signals: the "datastar" parameter is longer than 32768 bytes',
      ],
    ];
    for (const [path, status, why] of table) assertRefusal(await ask(path), status, why);
  });

  test("an unknown path is not found", async () => {
    for (
      const path of [
        "/nope",
        "/get/",
        "/GET",
        "//",
        "/feed%20",
        "/source/",
        "/source/..%2fdeno.json",
        "/%zz",
        "/?x/../y",
      ]
    ) {
      const { status, headers } = await ask(path);
      assertEquals([path, status], [path, path === "/?x/../y" ? 200 : 404]);
      if (status === 404) assertEquals(headers["content-type"], "text/plain; charset=utf-8");
    }
  });

  test("other methods are refused with those that are allowed", async () => {
    for (
      const [path, allow] of [["/", "GET, HEAD"], ["/get", "GET, HEAD"], ["/target", "GET, HEAD"], ["/feed", "GET"]]
    ) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const answer = await send(server.port, `${method} ${path} HTTP/1.1`, `Host: localhost:${server.port}`);
        assertEquals([answer.status, answer.headers.allow], [405, allow]);
        if (path !== "/") assertRefusal(answer, 405, `Cannot ${method} this: it answers ${allow}`);
      }
    }
  });

  test("a body where none belongs is refused", async () => {
    const { port } = server;
    for (const header of ["Transfer-Encoding: chunked", "Content-Length: 3"]) {
      const socket = await open(port, "GET /feed HTTP/1.1", `Host: localhost:${port}`, header);
      const [data] = await once(socket, "data");
      assertMatch(String(data), /^HTTP\/1.1 400 .*Cannot answer: GET takes no body\n\n/s);
      socket.destroy();
    }
    const none = await send(port, "GET /target HTTP/1.1", `Host: localhost:${port}`, "Content-Length: 0");
    assertEquals(none.status, 200);
  });

  test("HEAD gives the headers of GET where GET has an end", async () => {
    for (const path of ["/", "/get", query({ input: "a" }), "/target", "/datastar.js", "/source/page.ts", "/nope"]) {
      const want = await ask(path);
      const head = await send(server.port, `HEAD ${path} HTTP/1.1`, `Host: localhost:${server.port}`);
      assertEquals([head.status, head.body], [want.status, ""]);
      for (const name of ["content-type", "content-length", "cache-control", "content-security-policy"]) {
        assertEquals([path, name, head.headers[name]], [path, name, want.headers[name]]);
      }
    }
    const feed = await send(server.port, "HEAD /feed HTTP/1.1", `Host: localhost:${server.port}`);
    assertEquals([feed.status, feed.headers.allow], [405, "GET"]);
  });

  test("no answer has a header that HTTP/2 forbids, but for the one that HTTP/1.1 needs", async () => {
    for (const path of ["/", "/get", "/target", "/nope"]) {
      const { headers } = await get(server.port, path);
      delete headers.connection; // "close", as this client asked
      for (const name of ["keep-alive", "transfer-encoding", "upgrade", "proxy-connection"]) {
        assertEquals([path, name, headers[name]], [path, name, undefined]);
      }
    }
  });

  test("a Host that is not loopback is refused", async () => {
    const hosts: [host: string, allowed: boolean][] = [
      ["localhost", true],
      ["LOCALHOST:80", true],
      ["127.0.0.1", true],
      ["127.1.2.3:9", true],
      ["[::1]:3000", true],
      ["evil.example", false],
      ["localhost.evil.example", false],
      ["evil-localhost", false],
      ["127.0.0.1.evil.example", false],
      ["10.0.0.1", false],
      ["[::2]", false],
      ["0.0.0.0", false],
    ];
    for (const [host, allowed] of hosts) {
      for (const path of ["/", "/target"]) {
        const answer = await send(server.port, `GET ${path} HTTP/1.1`, `Host: ${host}`);
        assertEquals([host, path, answer.status], [host, path, allowed ? 200 : 403]);
      }
    }
    const why = 'Cannot answer for host "evil.example": it is not loopback, and ALLOWED_HOSTS does not name it';
    assertRefusal(await send(server.port, "GET /feed HTTP/1.1", "Host: evil.example"), 403, why);
    const page = await send(server.port, "GET / HTTP/1.1", "Host: evil.example");
    assertEquals([page.headers["content-type"], page.body], ["text/plain; charset=utf-8", why + "\n"]);
  });

  test("a Host that is none is refused", async () => {
    for (const host of ["a b", "", "[::1", "local\thost", "<b>", "localhost:99999"]) {
      const { status } = await send(server.port, "GET / HTTP/1.1", `Host: ${host}`);
      assert(status === 400 || status === 403, `${JSON.stringify(host)}: ${status}`);
    }
    // An address that was answered for one Host is not answered for the next one.
    const address = `http://localhost:${server.port}/target`;
    for (const [host, status] of [["localhost", 200], ["evil.example", 403], ["localhost", 200], ["", 400]] as const) {
      assertEquals((await send(server.port, `GET ${address} HTTP/1.1`, `Host: ${host}`)).status, status, host);
    }
    const elsewhere = await send(server.port, "GET http://evil.example/ HTTP/1.1", "Host: localhost");
    assertEquals(elsewhere.status, runtime === "deno" ? 403 : 200); // Bun drops the host of such a target
    if (runtime === "deno") assertMatch(elsewhere.body, /^Cannot answer for host "evil.example": /);
  });

  test("a foreign Origin is refused", async () => {
    const own = `http://localhost:${server.port}`;
    const origins: [origin: string, allowed: boolean][] = [
      [own, true],
      [own.replace("http:", "https:"), true], // behind a proxy that speaks TLS
      ["http://localhost:1", false],
      ["http://evil.example", false],
      [`http://evil.example:${server.port}`, false],
      ["null", false],
      ["x", false],
    ];
    for (const [origin, allowed] of origins) {
      const answer = await ask("/target", `Origin: ${origin}`);
      assertEquals([origin, answer.status], [origin, allowed ? 200 : 403]);
      isStream(answer);
      assertEquals(answer.headers["access-control-allow-origin"], undefined);
    }
  });

  test("a page of another origin is refused without an Origin too, but a link from it is not", async () => {
    const requests: [site: string, mode: string, destination: string, allowed: boolean][] = [
      ["same-origin", "cors", "empty", true],
      ["same-origin", "navigate", "iframe", true],
      ["none", "navigate", "document", true],
      ["cross-site", "navigate", "document", true],
      ["cross-site", "navigate", "iframe", false],
      ["cross-site", "no-cors", "image", false],
      ["same-site", "no-cors", "script", false], // another port of localhost
      ["cross-site", "websocket", "document", false],
    ];
    for (const [site, mode, destination, allowed] of requests) {
      const headers = [`Sec-Fetch-Site: ${site}`, `Sec-Fetch-Mode: ${mode}`, `Sec-Fetch-Dest: ${destination}`];
      for (const path of ["/", "/target"]) {
        const { status } = await ask(path, ...headers);
        assertEquals([site, mode, destination, path, status], [site, mode, destination, path, allowed ? 200 : 403]);
      }
      assertEquals((await ask("/datastar.js", ...headers)).status, 200);
    }
  });

  test("no input ends in a 5xx or a stack trace", slow, async () => {
    const { port } = server;
    const raw = async (bytes: Uint8Array) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      await once(socket, "connect");
      let text = "";
      socket.on("data", (data) => text += data);
      socket.end(bytes);
      await closed(socket);
      // 505 is the answer of Bun's own parser to control characters in a request line, without the handler.
      assert(!/^HTTP\/1\.\d 5(?!05 )|\n +at |Error:/m.test(text), text);
    };
    const line = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, ""));
    const request = fc.record({
      method: fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "TRACE", "CONNECT", "FOO"),
      path: fc.oneof(line.map((path) => "/" + path.replaceAll(" ", "")), fc.constantFrom("/get", "/feed", "*", "x:1")),
      host: fc.oneof(line, fc.constantFrom("localhost", "evil", "[::1]")),
      origin: fc.oneof(line, fc.constantFrom("http://localhost", "null")),
    }).map(({ method, path, host, origin }) =>
      `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nConnection: close\r\n\r\n`
    );
    const store = fc.json().map((json) =>
      `GET /get?${new URLSearchParams({ datastar: json })} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`
    );
    await fc.assert(fc.asyncProperty(fc.oneof(request, store), (text) => raw(Buffer.from(text))), { numRuns: 300 });
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), (bytes) => raw(bytes)), { numRuns: 100 });
    assertEquals((await ask("/target")).status, 200);
  });
});

describe("readers", () => {
  test("there are at most MAX_STREAMS at a time, and 1,000 that vanish free their places", slow, async () => {
    const { output } = await withServer({ MAX_STREAMS: "1000" }, async ({ port }) => {
      for (const leave of ["destroy", "resetAndDestroy", "destroySoon"] as const) {
        // All places are free again only if every reader of the round before was removed.
        const feeds = await openFeeds(port, 1000);
        const why = "Cannot open a feed: as many are open as this server allows";
        assertRefusal(await get(port, "/feed"), 429, why);
        assertEquals((await get(port, "/target")).status, 200);
        for (const feed of feeds) feed[leave]();
      }
      for (const feed of await openFeeds(port, 1000)) feed.destroy();
    });
    assertEquals(output(), "");
  });

  test("1,000 that vanish before they are answered free their places", slow, async () => {
    const { output } = await withServer({ MAX_STREAMS: "1000" }, async ({ port }) => {
      for (let i = 0; i < 10; i++) {
        const request = () => open(port, "GET /feed HTTP/1.1", `Host: localhost:${port}`);
        for (const feed of await Promise.all(Array.from({ length: 100 }, request))) feed.resetAndDestroy();
      }
      for (const feed of await openFeeds(port, 1000)) feed.destroy();
    });
    assertEquals(output(), "");
  });

  test("one whose process is killed frees its place", slow, async () => {
    await withServer({ MAX_STREAMS: "1" }, async ({ port }) => {
      const reader = start("tests/support/reader.ts", { PORT: String(port) });
      await once(reader.stdout!, "data");
      assertEquals((await get(port, "/feed")).status, 429);
      reader.kill("SIGKILL");
      for (const feed of await openFeeds(port, 1)) feed.destroy();
    });
  });
});

// Bug 7 of the seed: it had no way to stop while a feed was open.
describe("start and stop", () => {
  test(
    "SIGTERM and SIGINT end streams cleanly and exit with 0 within 2 s, though clients stay connected",
    slow,
    async () => {
      const stopBy = async (signal: "SIGTERM" | "SIGINT") => {
        const stopping = await startServer();
        const { port } = stopping;
        const feeds = await openFeeds(port, 20);
        const tails = feeds.map(() => "");
        feeds.forEach((feed, i) => feed.on("data", (data) => tails[i] += data));
        const idle = await open(port, "GET /target HTTP/1.1", "Host: localhost"); // keeps its connection
        await once(idle, "data");
        const half = connect(port, "127.0.0.1"); // asks for half of something
        half.on("error", () => {}).write("GET /tar");
        await once(half, "connect");
        const stalled = (await openFeeds(port, 1))[0].pause();
        const ends = Promise.all(feeds.map((feed) => closed(feed)));
        const began = Date.now();
        assertEquals(await stopping.stop(signal), 0);
        const took = Date.now() - began;
        await ends;
        for (const socket of [idle, half, stalled]) socket.destroy();
        // The chunk of length zero: the client takes the stream for ended and does not ask again.
        for (const tail of tails) assert(tail.endsWith("0\r\n\r\n"), JSON.stringify(tail));
        assertEquals(stopping.output(), "");
        return took;
      };
      await inTime(2000, () => stopBy("SIGTERM"));
      await inTime(2000, () => stopBy("SIGINT"));
    },
  );

  test("a signal that comes with the ready line is heeded", slow, async () => {
    await Promise.all(Array.from({ length: 8 }, async () => assertEquals(await (await startServer()).stop(), 0)));
  });

  test("a bad variable ends in one line that names it, and exit code 2", slow, async () => {
    const table: [name: string, value: string, line: string][] = [
      ["PORT", "abc", 'PORT is "abc": give a whole number from 0 to 65535'],
      ["PORT", "65536", 'PORT is "65536": give a whole number from 0 to 65535'],
      ["PORT", "-1", 'PORT is "-1": give a whole number from 0 to 65535'],
      ["MAX_STREAMS", "many", 'MAX_STREAMS is "many": give a whole number from 0 to 999999'],
      ["HOST", "http://localhost", 'HOST is "http://localhost": give a name or an address'],
      [
        "HOST",
        "missing.invalid",
        'Cannot listen on missing.invalid:0: HOST is "missing.invalid", which is not an address of this machine',
      ],
      [
        "ALLOWED_HOSTS",
        "a.example, http://b.example",
        'ALLOWED_HOSTS has "http://b.example" in it: give each name, or name:port, with commas between',
      ],
      ["ALLOWED_HOSTS", "*", 'ALLOWED_HOSTS has "*" in it: give each name, or name:port, with commas between'],
      ["CLIENT", "no/such.js", 'CLIENT is "no/such.js": there is no such file; give the path of a script'],
      ["CLIENT", "tests", 'CLIENT is "tests": it is not a file; give the path of a script'],
    ];
    const flags = [...serverFlags, "--allow-read"];
    await Promise.all(table.map(async ([name, value, line]) => {
      assertEquals(await run("server.ts", { PORT: "0", [name]: value }, flags), {
        code: 2,
        stdout: "",
        stderr: line + "\n",
      });
    }));
  });

  test("a taken port ends in one line, and exit code 1", slow, async () => {
    // The port is taken by the same runtime: by default two servers of Bun would share it.
    await withServer({}, async ({ port }) => {
      assertEquals(await run("server.ts", { PORT: String(port) }), {
        code: 1,
        stdout: "",
        stderr:
          `Cannot listen on localhost:${port}: the port is taken; set PORT to a different one, or to 0 for any free one\n`,
      });
    });
  });

  test("CLIENT names a file that is sent at /client.js as it is at that moment", slow, async () => {
    const folder = mkdtempSync(join(tmpdir(), "fragstar-client-"));
    const file = join(folder, "mine.js");
    writeFileSync(file, "first();");
    const server = await startServer({ CLIENT: file }, undefined, [...serverFlags, `--allow-read=${file}`]);
    try {
      const { status, headers, body } = await get(server.port, "/client.js");
      assertEquals([status, headers["content-type"], body], [200, "text/javascript; charset=utf-8", "first();"]);
      assertMatch((await get(server.port, "/vectors")).body, /<a id="client" href="\/client\.js">/);
      writeFileSync(file, "second();");
      assertEquals((await get(server.port, "/client.js")).body, "second();");
      rmSync(file);
      const gone = await get(server.port, "/client.js");
      assertEquals(gone.status, 500);
      assertMatch(gone.body, /^Cannot read the file that CLIENT names: /);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  });

  if (runtime === "deno") {
    test("without Deno's permissions it says which flags it needs", slow, async () => {
      const flags = "run deno with --allow-net --allow-env=HOST,PORT,ALLOWED_HOSTS,MAX_STREAMS,CLIENT\n";
      assertEquals(await run("server.ts", {}, ["run", "--no-prompt"]), {
        code: 2,
        stdout: "",
        stderr: `Cannot read HOST: ${flags}`,
      });
      assertEquals(
        await run("server.ts", {}, ["run", "--no-prompt", "--allow-env=HOST,PORT,ALLOWED_HOSTS,MAX_STREAMS,CLIENT"]),
        {
          code: 2,
          stdout: "",
          stderr: `Cannot listen on localhost:3000: ${flags}`,
        },
      );
      assertEquals(await run("server.ts", { CLIENT: "html.ts" }, [...serverFlags, "--no-prompt"]), {
        code: 2,
        stdout: "",
        stderr: 'CLIENT is "html.ts": run deno with --allow-read=html.ts too\n',
      });
    });
  }

  test("ALLOWED_HOSTS names further hosts, with a port or with any", slow, async () => {
    await withServer({ ALLOWED_HOSTS: "Example.com, other.example:8080" }, async ({ port }) => {
      const status = async (host: string, ...headers: string[]) =>
        (await send(port, "GET /target HTTP/1.1", `Host: ${host}`, ...headers)).status;
      assertEquals(await status("example.com"), 200);
      assertEquals(await status("EXAMPLE.com:81"), 200);
      assertEquals(await status("other.example:8080"), 200);
      assertEquals(await status("other.example"), 403);
      assertEquals(await status("www.example.com"), 403);
      assertEquals(await status("localhost"), 200);
      // A proxy that puts its own name into Host leaves the browser's in Origin.
      assertEquals(await status("localhost", "Origin: https://example.com"), 200);
      assertEquals(await status("localhost", "Origin: https://www.example.com"), 403);
    });
  });
});

test("createHandler() answers without a socket", async () => {
  const { handle, close } = createHandler({ maxStreams: 1 });
  assertEquals((await handle(new Request("http://localhost/target"))).status, 200);
  assertEquals((await handle(new Request("http://evil.example/target"))).status, 403);
  const feed = await handle(new Request("http://localhost/feed"));
  assertEquals((await handle(new Request("http://localhost/feed"))).status, 429);
  close();
  assertMatch(await feed.text(), /^event: datastar-fragment\n/);
});
