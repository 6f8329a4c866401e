import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createServer as createSecureServer, type TlsOptions } from "node:tls";
import { performExchange } from "../../conformance/record/exchange.ts";
import { createAsk } from "../../conformance/record/record.ts";
import { type Certificate, createAuthority, selfSign } from "../support/certificate.ts";
import { conform, conformHere, freePort } from "../support/conform.ts";
import { slow, start } from "../support/process.ts";

const good = 'event: datastar-fragment\ndata: fragment <p id="a">x</p>\n\n';
const answer = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n" +
  `content-length: ${good.length}\r\n\r\n${good}`;

/** Runs a server on a free port while `use` runs. */
async function withServer<T>(server: Server, host: string, use: (port: number) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => void sockets.add(socket.on("error", () => {})));
  server.listen(0, host);
  await once(server, "listening");
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Creates a server that answers each connection once something has come. */
const createTlsServer = (options: TlsOptions, answerTo: (socket: Socket, first: string) => void) =>
  createSecureServer(options, (socket) => {
    socket.on("error", () => {}).once("data", (bytes) => answerTo(socket, bytes.toString("latin1")));
  }).on("tlsClientError", () => {});

/** The words of a text report, without its line breaks. */
const wordsOf = (stdout: string) => stdout.replace(/\s+/g, " ");

const authority = createAuthority();
const folder = mkdtempSync(join(tmpdir(), "certificates-"));
after(() => rmSync(folder, { recursive: true }));

function pemFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("conform over TLS", slow, () => {
  const anyway = "set NODE_TLS_REJECT_UNAUTHORIZED=0 to check the server anyway";
  const trust =
    `set NODE_EXTRA_CA_CERTS to the PEM file of the certificate, or of its authority, to trust it; ${anyway}`;
  const refused: [name: string, certificate: Certificate, host: string, why: RegExp][] = [
    ["that is self-signed", selfSign("localhost"), "localhost", /its certificate is self-signed; /],
    [
      "from an unknown authority",
      authority.certify("localhost"),
      "localhost",
      /is from an authority that is not known/,
    ],
    [
      "that has expired",
      authority.certify("localhost", { from: -9, to: -2 }),
      "localhost",
      /its certificate expired on \w+ \d+ [\d:]+ \d+ GMT(, and|;)/,
    ],
    [
      "of the future",
      authority.certify("localhost", { from: 2, to: 9 }),
      "localhost",
      /its certificate is not valid before /,
    ],
    [
      "for another name",
      selfSign("other.example"),
      "localhost",
      /is for DNS:other.example and not for localhost, and is/,
    ],
    ["for a name, asked by address", selfSign("localhost"), "127.0.0.1", /is for DNS:localhost and not for 127.0.0.1/],
  ];
  for (const [name, certificate, host, why] of refused) {
    test(`says what is wrong with a certificate ${name}: exit code 3`, slow, async () => {
      const server = createTlsServer({ ...certificate }, (socket) => socket.end(answer));
      const checked = await withServer(server, host, (port) => conformHere(["--stream", `https://${host}:${port}/`]));
      assertEquals(checked.code, 3);
      assertMatch(wordsOf(checked.stdout), why);
      assertStringIncludes(wordsOf(checked.stdout), anyway);
      assertEquals(wordsOf(checked.stdout).includes(trust), name.includes("signed") || name.includes("unknown"));
    });
  }

  const accepted: [name: string, certificate: Certificate, host: string, env: Record<string, string>][] = [
    [
      "from an authority in NODE_EXTRA_CA_CERTS",
      authority.certify("localhost"),
      "localhost",
      { NODE_EXTRA_CA_CERTS: pemFile("authority.pem", authority.cert) },
    ],
    [
      "for an IP address",
      authority.certify("127.0.0.1"),
      "127.0.0.1",
      { NODE_EXTRA_CA_CERTS: pemFile("authority-2.pem", authority.cert) },
    ],
    ["that has expired", authority.certify("localhost", { from: -9, to: -2 }), "localhost", {
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
    }],
    ["for another name", selfSign("other.example"), "localhost", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
  ];
  const own = selfSign("localhost");
  accepted.push(["that is self-signed and itself in NODE_EXTRA_CA_CERTS", own, "localhost", {
    NODE_EXTRA_CA_CERTS: pemFile("own.pem", own.cert),
  }]);
  for (const [name, certificate, host, env] of accepted) {
    test(`checks a server with a certificate ${name}: exit code 0`, slow, async () => {
      const server = createTlsServer({ ...certificate }, (socket) => socket.end(answer));
      const { code, stdout } = await withServer(
        server,
        host,
        (port) => conform(["--stream", `https://${host}:${port}/`], { env }),
      );
      assertEquals(code, 0, stdout);
    });
  }

  test("says that a server speaks no TLS, or that it speaks TLS: exit code 3", slow, async () => {
    const plain = createServer((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
    const wrong = await withServer(plain, "127.0.0.1", (port) => conformHere([`https://127.0.0.1:${port}`]));
    assertEquals(wrong.code, 3);
    assertMatch(wordsOf(wrong.stdout), /it speaks no TLS; use http:\/\/127\.0\.0\.1:\d+ /);

    const secure = createTlsServer({ ...selfSign("localhost") }, (socket) => socket.end(answer));
    const other = await withServer(secure, "localhost", (port) => conformHere([`http://localhost:${port}`]));
    assertEquals(other.code, 3);
    assertMatch(wordsOf(other.stdout), /it speaks TLS; use https:\/\/localhost:\d+ /);
  });
});

describe("conform says that a server speaks HTTP/2 alone: exit code 3", slow, () => {
  const settings = Uint8Array.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const isHttp2 = (first: string) => first.startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const ways: [name: string, answerTo: (socket: Socket, first: string) => void][] = [
    ["whose settings come first", (socket) => socket.write(settings)],
    ["that closes other connections", (socket, first) => isHttp2(first) ? socket.write(settings) : socket.end()],
    ["that resets other connections", (socket, first) => isHttp2(first) ? socket.write(settings) : socket.destroy()],
    [
      "that answers others with 426",
      (socket, first) =>
        isHttp2(first)
          ? socket.write(settings)
          : socket.end("HTTP/1.1 426 Upgrade Required\r\nupgrade: h2c\r\ncontent-length: 0\r\n\r\n"),
    ],
  ];
  const why = /it answers in HTTP\/2 alone, and this program reads HTTP\/1\.1; let it speak HTTP\/1\.1 too, or/;
  for (const [name, answerTo] of ways) {
    test(`one ${name}`, slow, async () => {
      const server = createServer((socket) =>
        socket.on("error", () => {}).once("data", (bytes) => answerTo(socket, bytes.toString("latin1")))
      );
      await withServer(server, "127.0.0.1", async (port) => {
        for (const words of [[], ["--stream"]]) {
          const { code, stdout } = await conformHere([...words, `http://127.0.0.1:${port}`]);
          assertEquals(code, 3);
          assertMatch(wordsOf(stdout), why);
        }
      });
    });
  }

  for (const ALPNProtocols of [["h2"], undefined]) {
    test(`one with TLS, ${ALPNProtocols ? "that offers h2" : "that offers nothing"}`, slow, async () => {
      const options = { ...authority.certify("localhost"), ALPNProtocols };
      const server = createTlsServer(
        options,
        (socket, first) => isHttp2(first) ? socket.write(settings) : socket.end(),
      );
      const env = { NODE_EXTRA_CA_CERTS: pemFile("authority-3.pem", authority.cert) };
      const { code, stdout } = await withServer(
        server,
        "localhost",
        (port) => conform(["--stream", `https://localhost:${port}/`], { env }),
      );
      assertEquals(code, 3);
      assertMatch(wordsOf(stdout), why);
    });
  }
});

describe("performExchange() reaches a server by a name with two addresses", slow, () => {
  const reach = (port: number, timeout: number) =>
    performExchange("GET /", new URL(`http://localhost:${port}/`), { timeout });
  const createHttp = () => createServer((socket) => socket.once("data", () => socket.end(answer)));

  for (const host of ["127.0.0.1", "::1"]) {
    test(`where only ${host} listens`, slow, async () => {
      const { ending, why } = await withServer(createHttp(), host, (port) => reach(port, 10_000));
      assertEquals([ending, why], ["complete", undefined]);
    });
  }

  test("where none listens", slow, async () => {
    const port = await freePort();
    assertEquals((await reach(port, 10_000)).why, `nothing listens on localhost:${port}`);
  });

  /** Runs a server on a port that accepts no connection. */
  async function withSilent<T>(host: string, port: number, use: () => Promise<T>): Promise<T> {
    const child = start("tests/support/silent_server.ts", { HOST: host, PORT: String(port) }, ["run", "-A"]);
    await once(child.stdout!, "data");
    process.kill(child.pid!, "SIGSTOP");
    const sockets: Socket[] = [];
    const isAccepted = () => {
      const socket = connect(port, host).on("error", () => {});
      sockets.push(socket);
      return Promise.race([once(socket, "connect").then(() => true), pause(300).then(() => false)]);
    };
    try {
      while (await isAccepted()); // the system itself accepts some
      return await use();
    } finally {
      for (const socket of sockets) socket.destroy();
      process.kill(child.pid!, "SIGKILL");
    }
  }

  test("where one accepts no connection, after 2 s at most", slow, async () => {
    for (const [timeout, most] of [[10_000, 2_000], [1_000, 500]]) {
      await withServer(createHttp(), "127.0.0.1", async (port) => {
        const { ending, why, head } = await withSilent("::1", port, () => reach(port, timeout));
        assertEquals([ending, why], ["complete", undefined]);
        assert(head!.at >= most - 50 && head!.at < most + 900, `it took ${head!.at} ms`);
      });
    }
  });

  test("and says that none accepts a connection", slow, async () => {
    const port = await freePort();
    const url = new URL(`http://127.0.0.1:${port}/`);
    const { ending, why } = await withSilent(
      "127.0.0.1",
      port,
      () => performExchange("GET /", url, { timeout: 500 }),
    );
    assertEquals([ending, why], ["no answer", "the server has not accepted the connection within 500 ms"]);
  });
});

test("performExchange() says that a server does not go on with TLS", slow, async () => {
  const { ending, why } = await withServer(
    createServer(),
    "localhost",
    (port) => performExchange("GET /", new URL(`https://localhost:${port}/`), { timeout: 300 }),
  );
  assertEquals([ending, why], ["no answer", "nothing has come within 300 ms"]);
});

test("the requests of a run do not fill the queue of a server that accepts slowly", slow, async () => {
  const server = createServer((socket) => socket.once("data", () => socket.end(answer)));
  server.on("connection", () => {
    const until = performance.now() + 1;
    while (performance.now() < until);
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 5 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ask = createAsk(new URL(`http://127.0.0.1:${port}`), { headers: {} });
  const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => ask(`GET ${i}`, "/")));
  assertEquals(answers.filter(({ head }) => !head || head.at > 900).map(({ name }) => name), []);
  await new Promise((resolve) => server.close(resolve));
});
