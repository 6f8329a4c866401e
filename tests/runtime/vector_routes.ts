import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, test } from "node:test";
import { families } from "../../vectors/classic/mod.ts";
import { dialects } from "../../vectors/mod.ts";
import { maxStreamBytes } from "../../vectors/vector.ts";
import { get, send } from "../support/http.ts";
import { slow } from "../support/process.ts";
import { useServer } from "../support/use_server.ts";

describe("the routes below /vectors", () => {
  const server = useServer();

  const types: [path: string, type: string][] = [
    ["/vectors", "text/html"],
    ["/vectors/frame", "text/html"],
    ["/vectors/all.json", "application/json"],
    ["/vectors/classic", "text/html"],
    ["/vectors/classic/all.json", "application/json"],
    ["/vectors/style.css", "text/css"],
    ...["app", "diff", "run", "compare", "instrument_window", "run_client", "vector"].map((name): [string, string] => [
      `/vectors/${name}.ts`,
      "text/javascript",
    ]),
    ...["client", "messages"].map((name): [string, string] => [`/vectors/classic/${name}.ts`, "text/javascript"]),
  ];
  for (const [path, type] of types) {
    test(`GET and HEAD ${path} are ${type}`, async () => {
      const { status, headers, body } = await get(server.port, path);
      assertEquals(status, 200);
      assertEquals(headers["content-type"], `${type}; charset=utf-8`);
      assertEquals(headers["x-content-type-options"], "nosniff");
      const head = await send(server.port, `HEAD ${path} HTTP/1.1`, `Host: localhost:${server.port}`);
      assertEquals([head.status, head.body], [200, ""]);
      assertEquals(head.headers["content-type"], headers["content-type"]);
      assertEquals(Number(head.headers["content-length"]), new TextEncoder().encode(body).length);
    });
  }

  test("the page allows scripts of its own server only, and no inline scripts", async () => {
    const { headers } = await get(server.port, "/vectors");
    const policy = headers["content-security-policy"];
    assertMatch(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
    assert(!policy.includes("unsafe"), policy);
    assertMatch(policy, /frame-ancestors 'none'/);
  });

  test("the frame allows what the client needs, in pages of this server only", async () => {
    const { headers, body } = await get(server.port, "/vectors/frame");
    const policy = headers["content-security-policy"];
    assertMatch(policy, /^default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'sha256-/);
    assertMatch(policy, /connect-src 'self'.*frame-ancestors 'self'/);
    assert(!/<script|unsafe-inline/.test(body + policy));
  });

  test("scripts have no types", async () => {
    for (const [path] of types.filter(([, type]) => type === "text/javascript")) {
      const { body } = await get(server.port, path);
      assert(!/^\s*(export )?interface |: string\b/m.test(body.replace(/\/\*[^]*?\*\/|\/\/.*/g, "")), path);
    }
  });

  test("all vectors are in all.json", async () => {
    assertEquals(JSON.parse((await get(server.port, "/vectors/all.json")).body), { families });
    for (const { id, families } of dialects) {
      assertEquals(JSON.parse((await get(server.port, `/vectors/${id}/all.json`)).body), { families });
    }
  });

  const toBase64url = (bytes: Uint8Array) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  test("GET /vectors/stream returns any bytes as an event stream", slow, async () => {
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const long = new Uint8Array(maxStreamBytes).fill(0xfb); // only - and _ in base64url
    for (const bytes of [every, every.subarray(0, 1), every.subarray(0, 2), new Uint8Array(), long]) {
      const response = await fetch(`${server.url}/vectors/stream?bytes=${toBase64url(bytes)}`);
      assertEquals(response.status, 200);
      assertEquals(response.headers.get("content-type"), "text/event-stream");
      assertEquals(response.headers.get("cache-control"), "no-cache, no-store, no-transform");
      assertEquals(new Uint8Array(await response.arrayBuffer()), bytes);
    }
  });

  const refused: [name: string, path: string, why: string][] = [
    ["no bytes", "/vectors/stream", `Cannot send a stream: the URL has no "bytes" parameter`],
    ["no base64url", "/vectors/stream?bytes=a*b", `Cannot send a stream: "bytes" is not valid base64url`],
    ["padding", "/vectors/stream?bytes=YQ==", `Cannot send a stream: "bytes" is not valid base64url`],
    ["half a byte", "/vectors/stream?bytes=abcde", `Cannot send a stream: "bytes" is not valid base64url`],
    [
      "too many bytes",
      `/vectors/stream?bytes=${"A".repeat(Math.ceil(maxStreamBytes * 4 / 3) + 1)}`,
      `Cannot send a stream: it has more than ${maxStreamBytes} bytes`,
    ],
  ];
  for (const [name, path, why] of refused) {
    test(`${name} is refused as an event stream`, async () => {
      const { status, headers, body } = await get(server.port, path);
      assertEquals(status, 400);
      assertEquals(headers["content-type"], "text/event-stream");
      assertEquals(body, `event: datastar-console\ndata: error ${why}\n\n`);
    });
  }

  test("the rules of other routes hold here too", async () => {
    const own = `Host: localhost:${server.port}`;
    const { port } = server;
    const statuses = await Promise.all([
      send(port, "POST /vectors HTTP/1.1", own, "Content-Length: 0"),
      send(port, "DELETE /vectors/stream?bytes= HTTP/1.1", own),
      send(port, "GET /vectors HTTP/1.1", "Host: evil.example"),
      get(port, "/vectors/stream?bytes=", "Origin: http://evil.example"),
      send(port, "GET /vectors/frame HTTP/1.1", own, "Content-Length: 1", "", "x"),
      get(port, "/vectors/"),
      get(port, "/vectors/nothing.ts"),
      get(port, "/vectorsabc"),
    ]);
    assertEquals(statuses.map(({ status }) => status), [405, 405, 403, 403, 400, 404, 404, 404]);
    assertEquals(statuses[3].headers["content-type"], "text/event-stream");
    assertMatch(statuses[7].body, /\/vectors,/);
  });
});
