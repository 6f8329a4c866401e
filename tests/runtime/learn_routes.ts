import { assert, assertEquals, assertMatch } from "@std/assert";
import { HtmlValidate } from "html-validate";
import { describe, test } from "node:test";
import { createDocument } from "../../harness/mod.ts";
import { importMap, importMapHash } from "../../learn/page.ts";
import { lessons } from "../../learn/classic/lessons.ts";
import { families } from "../../vectors/classic/mod.ts";
import { get, send } from "../support/http.ts";
import { slow } from "../support/process.ts";
import { useServer } from "../support/use_server.ts";

const vectors = families.flatMap(({ vectors }) => vectors);

describe("the routes below /learn", () => {
  const server = useServer();

  /** Fetches a path, and counts the bytes of its compressed body. */
  async function load(path: string): Promise<{ status: number; headers: Headers; text: string; wire: number }> {
    const wire = await send(server.port, `HEAD ${path} HTTP/1.1`, `Host: localhost:${server.port}`, gzip);
    const response = await fetch(server.url + path, { headers: { "accept-encoding": "gzip" } });
    const { status, headers } = response;
    return { status, headers, text: await response.text(), wire: Number(wire.headers["content-length"]) };
  }
  const gzip = "Accept-Encoding: gzip";

  const pagePolicy = [
    "default-src 'none'",
    `script-src 'self' ${importMapHash}`,
    "style-src 'self'",
    "img-src data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ") + ", frame-src *:*/learn/frame";

  const types: [path: string, type: string, policy?: string][] = [
    ["/learn", "text/html", pagePolicy],
    ["/learn/all", "text/html", pagePolicy],
    ["/learn/mod-inner-one", "text/html", pagePolicy],
    ["/learn/sse-latin-1", "text/html", pagePolicy],
    ["/learn/style.css", "text/css"],
    ["/learn/app.js", "text/javascript"],
    ["/learn/packages.js", "text/javascript"],
    ["/learn/no_parse5.js", "text/javascript"],
    ["/learn/modules/harness/mod.ts", "text/javascript"],
    ["/learn/modules/learn/app.ts", "text/javascript"],
  ];
  for (const [path, type, policy] of types) {
    test(`GET ${path} is ${type}, the same with gzip, and has the same head for HEAD`, slow, async () => {
      const own = `Host: localhost:${server.port}`;
      const plain = await get(server.port, path);
      assertEquals(plain.status, 200);
      const packed = await load(path);
      assert(packed.text === plain.body, "the texts differ");
      assert(packed.wire < Number(plain.headers["content-length"]));
      for (const [accept, encoding] of [["X-Nothing: 1", undefined], [gzip, "gzip"]] as const) {
        const body = await get(server.port, path, accept);
        const head = await send(server.port, `HEAD ${path} HTTP/1.1`, own, accept);
        assertEquals([head.status, head.body], [200, ""]);
        for (const { headers } of [body, head]) {
          assertEquals(headers["content-encoding"], encoding);
          assertEquals(headers["content-type"], `${type}; charset=utf-8`);
          assertEquals(headers["content-security-policy"], policy);
          assertEquals(headers["x-content-type-options"], "nosniff");
          assertEquals(headers["cache-control"], "no-cache");
          assertEquals(headers.vary.toLowerCase(), "accept-encoding");
        }
        assertEquals(head.headers["content-length"], body.headers["content-length"]);
      }
    });
  }

  test("only clients that accept gzip get it", async () => {
    const cases: [accept: string, packed: boolean][] = [
      ["gzip", true],
      ["br, GZIP;q=0.5", true],
      ["gzip ; q=1.000", true],
      ["deflate,gzip", true],
      ["gzip;q=0", false],
      ["gzip; q=0.000", false],
      ["gzip;q=0, br", false],
      ["x-gzip", false],
      ["br", false],
      ["", false],
    ];
    for (const [accept, packed] of cases) {
      const { headers } = await get(server.port, "/learn/no_parse5.js", `Accept-Encoding: ${accept}`);
      assertEquals([accept, headers["content-encoding"] === "gzip"], [accept, packed]);
    }
  });

  test("the import map is in the page as the policy has it", async () => {
    const { body } = await get(server.port, "/learn");
    assert(body.includes(`<script type="importmap">${importMap}</script>`));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(importMap));
    assertEquals(importMapHash, `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`);
    const scripts = [...createDocument(body).querySelectorAll("script")].map((script) => script.getAttribute("src"));
    assertEquals(scripts, [null, "/learn/app.js"]);
  });

  /** Loads all that a page or module needs, by URL: its links, scripts and imports, and theirs. */
  async function loadAll(path: string): Promise<Map<string, number>> {
    const loaded = new Map<string, number>();
    const { imports } = JSON.parse(importMap) as { imports: Record<string, string> };
    const wanted = [path];
    for (const next of wanted) {
      if (loaded.has(next)) continue;
      const { status, headers, text, wire } = await load(next);
      assertEquals([next, status], [next, 200]);
      loaded.set(next, wire);
      if (headers.get("content-type")!.startsWith("text/html")) {
        const elements = [...createDocument(text).querySelectorAll("link[href], script[src]")];
        const urls = elements.map((element) => element.getAttribute("src") ?? element.getAttribute("href")!);
        wanted.push(...urls.filter((url) => !url.startsWith("data:")));
      } else {
        const imported = /(?:^(?:import|export|\})[^"'`;]*\sfrom\s*|^import\s*|\bimport\(|\}from)"([^"]+)"/gm;
        const names = [...text.matchAll(imported)].map(([, name]) => name);
        wanted.push(...names.map((name) => imports[name] ?? new URL(name, `http://localhost${next}`).pathname));
      }
    }
    return loaded;
  }

  for (const path of ["/learn", "/learn/all", "/learn/frame"]) {
    test(`all that ${path} needs is there, and is less than 200 KB`, slow, async () => {
      const loaded = await loadAll(path);
      const sum = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
      assert([...loaded.values()].every((bytes) => bytes > 0));
      assert(sum < 200_000, `${sum} bytes: ${JSON.stringify([...loaded])}`);
    });
  }

  test("the page preloads all its scripts", slow, async () => {
    const document = createDocument((await get(server.port, "/learn")).body);
    const links = [...document.querySelectorAll("link[rel=modulepreload]")].map((link) => link.getAttribute("href")!);
    const scripts = [...(await loadAll("/learn")).keys()].filter((url) => url.endsWith(".js"));
    assertEquals(links.sort(), scripts.sort());
    assert(links.includes("/learn/packages.js"));
  });

  test("all modules that the page's script consists of can be read", slow, async () => {
    const paths = [...(await loadAll("/learn/modules/learn/classic/app.ts")).keys()];
    assert(paths.includes("/learn/modules/learn/app.ts") && paths.includes("/learn/modules/harness/core.ts"));
  });

  test("modules have no types", slow, async () => {
    const urls = new Set([...(await loadAll("/learn")).keys(), ...(await loadAll("/learn/frame")).keys()]);
    for (const url of urls) {
      if (!url.startsWith("/learn/modules/")) continue;
      const { text } = await load(url);
      assert(!/^\s*(export )?(interface|type|declare) \w/m.test(text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "")), url);
    }
  });

  test("every vector has a page, and all are valid and accessible HTML", slow, async () => {
    const validator = new HtmlValidate({
      extends: ["html-validate:standard", "html-validate:a11y"],
      // No <select> can show the bytes of a line piece by piece.
      rules: { "prefer-native-element": ["error", { exclude: ["listbox"] }] },
    });
    const complaints: unknown[] = [];
    const taught = new Set(lessons.map(({ vector }) => vector));
    // Validating all would take a minute: apart from lessons, it is every fortieth.
    const isValidated = (id: string, index: number) => taught.has(id) || index % 40 === 7 || id === "sse-latin-1";
    const paths: [path: string, validated: boolean][] = [
      ["/learn", true],
      ["/learn/all", true],
      ...vectors.map(({ id }, index): [string, boolean] => [`/learn/${id}`, isValidated(id, index)]),
    ];
    for (const [path, validated] of paths) {
      const { status, body } = await get(server.port, path);
      assertEquals([path, status], [path, 200]);
      assert(body.startsWith("<!doctype html>\n<html"), path);
      if (!validated) continue;
      const report = await validator.validateString(body);
      complaints.push(...report.results.flatMap(({ messages }) => messages.map((message) => ({ path, ...message }))));
    }
    assertEquals(complaints.slice(0, 5), []);
  });

  test("GET /learn is the first lesson, and the pages lead from one to the next", async () => {
    const pageOf = async (path: string) => createDocument((await get(server.port, path)).body);
    const link = (document: Document, rel: string) =>
      document.querySelector(`a[rel=${rel}]`)?.getAttribute("href") ?? undefined;
    assertEquals(
      (await get(server.port, "/learn")).body,
      (await get(server.port, `/learn/${lessons[0].vector}`)).body,
    );
    for (const [index, { vector, title }] of lessons.entries()) {
      const document = await pageOf(`/learn/${vector}`);
      assertEquals(document.querySelector("h1")!.textContent, title);
      const beside = [lessons[index - 1], lessons[index + 1]].map((lesson) => lesson && `/learn/${lesson.vector}`);
      assertEquals([link(document, "prev"), link(document, "next")], beside);
    }
    const index = vectors.findIndex(({ id }) => id === "mod-inner-one");
    const document = await pageOf("/learn/mod-inner-one");
    assertEquals(link(document, "prev"), `/learn/${vectors[index - 1].id}`);
    assertEquals(link(document, "next"), `/learn/${vectors[index + 1].id}`);
  });

  test("unknown paths are not found", async () => {
    const paths = ["x", "__proto__", "constructor", "toString", "", "all/", "style.css/x", "Mrg-upsert"];
    const modules = ["x.ts", "server.ts", "learn/mod.ts", "../../server.ts", "..%2fserver.ts", "__proto__", ""];
    const all = [...paths.map((path) => `/learn/${path}`), ...modules.map((path) => `/learn/modules/${path}`)];
    for (const path of [...all, "/learnx"]) {
      const { status, headers, body } = await get(server.port, path);
      assertEquals([path, status], [path, 404]);
      assertEquals(headers["content-type"], "text/plain; charset=utf-8");
      assertMatch(body, /^Not found\. Available: \/, .*\/learn, /);
    }
  });

  describe("and pages of other origins", () => {
    const shared = [
      "/datastar.js",
      "/learn/app.js",
      "/learn/packages.js",
      "/learn/no_parse5.js",
      "/learn/modules/harness/mod.ts",
    ];
    for (const path of shared) {
      test(`may read ${path}, which is public`, async () => {
        for (const origin of ["null", "http://evil.example", `http://localhost:${server.port}`]) {
          const { status, headers } = await get(server.port, path, `Origin: ${origin}`);
          assertEquals([origin, status, headers["access-control-allow-origin"]], [origin, 200, "*"]);
        }
        const { headers } = await get(server.port, path);
        assertEquals(headers["access-control-allow-origin"], "*"); // a cache may give it to a page that has an origin
      });
    }

    test("may not read other paths", async () => {
      const rest = ["/", "/get", "/target", "/feed", "/learn", "/learn/all", "/learn/frame", "/learn/style.css"];
      for (const path of [...rest, "/vectors", "/vectors/all.json", "/source/server.ts", "/learn/modules/x.ts"]) {
        for (const origin of ["null", "http://evil.example"]) {
          const { status, headers } = await get(server.port, path, `Origin: ${origin}`);
          assertEquals([path, status, headers["access-control-allow-origin"]], [path, 403, undefined]);
        }
      }
      for (const path of ["/", "/learn", "/learn/style.css"]) {
        const { headers } = await get(server.port, path);
        assertEquals([path, headers["access-control-allow-origin"]], [path, undefined]);
      }
    });

    test("may use no other host name, and no method but GET and HEAD", async () => {
      for (const path of shared) {
        for (const more of [[], ["Origin: null"]]) {
          const { status } = await send(server.port, `GET ${path} HTTP/1.1`, "Host: evil.example", ...more);
          assertEquals([path, status], [path, 403]);
        }
        const own = [`Host: localhost:${server.port}`, "Origin: null", "Content-Length: 0"];
        const { status, headers } = await send(server.port, `POST ${path} HTTP/1.1`, ...own);
        assertEquals([status, headers.allow, headers["access-control-allow-origin"]], [405, "GET, HEAD", undefined]);
      }
    });
  });
});
