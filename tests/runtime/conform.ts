import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test } from "node:test";
import { dialects } from "../../conformance/dialects.ts";
import { limits } from "../../conformance/record/limits.ts";
import type { Report } from "../../conformance/run.ts";
import { version } from "../../conformance/version.ts";
import {
  conform,
  conformHere,
  examplePage,
  freePort,
  startConform,
  withHttp,
  withSockets,
} from "../support/conform.ts";
import { eventually } from "../support/http.ts";
import { end, type Ended, runtime, slow, withServer } from "../support/process.ts";
import { testEarly } from "../support/time.ts";

const folder = mkdtempSync(join(tmpdir(), "conform-"));
after(() => rmSync(folder, { recursive: true }));

/** Writes a file, and returns its path. */
function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const good = 'event: datastar-fragment\ndata: fragment <p id="a">x</p>\n\n';
const cutOff = good.trimEnd();
const goodFile = fileWith("good.sse", good);
const cutOffFile = fileWith("cut-off.sse", cutOff);

/** The most memory that a process has had, in MiB. Zero once it has ended. */
function peakMemory(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function reportOf({ stdout }: Ended): Report {
  return JSON.parse(stdout);
}

/** Asserts that standard error has one line with these parts, and no stack trace. */
function assertOneLine({ stdout, stderr }: Ended, ...parts: string[]) {
  assertEquals(stdout, "");
  assertMatch(stderr, /^Cannot [^\n]+\n$/);
  assert(!/\n\s+at /.test(stderr));
  for (const part of parts) assertStringIncludes(stderr, part);
}

describe("conform answers wrong usage with one line and exit code 2", slow, () => {
  const notJson = fileWith("not.json", "{");
  const notBaseline = fileWith("list.json", "[]");
  const url = "http://127.0.0.1:1";
  const table: [words: string[], ...parts: string[]][] = [
    [["--onyl", "http-type", url], "--onyl", "did you mean --only?"],
    [["-x", url], "-x", "conform --help"],
    [["--only"], "--only", "no value"],
    [["--output", "--only", url], "--output", "no value"],
    [["--reporter=", url], "--reporter", "no value"],
    [["--help=no"], "--help", "takes no value"],
    [["--timeout", "5", "--timeout", "6", url], "--timeout", "twice"],
    [["--only", "http-tipe", url], '"http-tipe"', "did you mean http-type?"],
    [["--skip", "no-such-thing-at-all", url], "conform list has them all"],
    [["--only", ",", url], "names no check"],
    [["--only", "http-type", "--skip", "http-type", url], "leave none"],
    [["--only", "target-moves", "--file", goodFile], "whole server"],
    [["--reporter", "jsn", url], '"jsn"', "did you mean json?"],
    [["--reporter", "tap", url], "text, json, junit, markdown, html"],
    [["--reporter", "junti=x", url], "did you mean junit?"],
    [["--reporter", "junit=", url], '"junit="', "names no file"],
    [["--reporter", "json", "--reporter", "html", url], '"html=FILE"'],
    [["--reporter", "json=x", "--output", "x", url], "name another"],
    [["--timeout", "1s", url], '"1s"', "milliseconds"],
    [["--timeout", "0", url], "from 1 to"],
    [["--header", "no colon", url], "Name: value"],
    [["--header", "X: a\r\nY: b", url], "‹CR›‹LF›"],
    [["--header", "Content-Length: 3", url], "belongs to the connection"],
    [["--route", "get", url], "get=/path"],
    [["--route", "gte=/x", url], "did you mean get?"],
    [["--route", "get=x", url], "does not begin with one /"],
    [["--route", "get=//elsewhere/x", url], "does not begin with one /"],
    [["--route", "get=/a", "--route", "get=/b", url], "twice"],
    [["--route", "get=/a", "--stream", url], "put the path into the URL"],
    [["--header", "A: b", "--file", goodFile], "nothing is asked for"],
    [["--spawn", "true", "--file", goodFile], "needs no server"],
    [["--page", goodFile, url], "the server's own"],
    [["--page", join(folder, "none.html"), "--file", goodFile], "no such file"],
    [["--page", folder, "--file", goodFile], "it is a directory"],
    [["--file", join(folder, "none.sse")], "no such file"],
    [["--file", "http://localhost/x"], "use --stream"],
    [["--output", join(folder, "none", "x"), url], "no such file or directory"],
    [["--output", folder, url], "it is a directory"],
    [["--baseline", join(folder, "none.json"), url], "no such file"],
    [["--baseline", notJson, url], "not JSON"],
    [["--baseline", notBaseline, url], 'no list "checks"'],
    [["--write-baseline", join(folder, "none", "x"), url], "no such file or directory"],
    [["--baseline", notJson, "--write-baseline", notJson, url], "at once"],
    [["--stream", url, url], "at once"],
    [["--stream", url, "--file", goodFile], "at once"],
    [[url, "http://127.0.0.1:2"], "http://127.0.0.1:2", "give one URL"],
    [["--timeout", "5"], "no server is named"],
    [["localhost:3000"], "did you mean http://localhost:3000?"],
    [["lisst"], "did you mean list?"],
    [["ftp://localhost/"], "http:// or https://"],
    [["http://[1"], "no URL"],
    [["http://me:secret@localhost/"], "--header"],
    [["--dialect", "v2", url], '"v2"', "did you mean v1?"],
    [["--dialect", "clasic", url], "did you mean classic?"],
    [["matrix", "--dialect", "classic", notJson], "leave it out"],
    [["list", "x"], "takes no more words"],
    [["list", "--reporter", "json"], "leave it out"],
    [["explain"], "conform list"],
    [["explain", "http-tpye"], "did you mean http-type?"],
    [["explain", "STO-33"], "did you mean STO-3, "],
    [["explain", "http-leng"], "did you mean http-length, v1-http-length, http-length-once"],
    [["explain", "zzz"], "docs/PROTOCOL.md"],
    [["explain", "feed.bin"], "deno task explain FILE"],
    [["conform", "lisst"], "did you mean list?"],
    [["--only", "sto-3", url], "STO-3 is a clause; its checks are sto-semicolon, get-keeps-semicolon"],
    [["--only", "http-tpye", url], "did you mean http-type?"],
    [["matrix"], "no report is given"],
    [["matrix", join(folder, "none.json")], "no such file"],
    [["matrix", notJson], "no JSON"],
    [["matrix", notBaseline], "no report of --reporter json"],
  ];
  for (const [words, ...parts] of table) {
    test(words.join(" ").replaceAll(folder, "…").replace(/[\r\n]/g, "?"), slow, async () => {
      const checked = await conformHere(words);
      assertOneLine(checked, ...parts);
      assert(!checked.stderr.includes("secret"));
      assertEquals(checked.code, 2);
    });
  }

  test("and so does a process", slow, async () => {
    for (const words of [["--onyl"], ["--header", "X: a\r\nY: b", url], ["explain", "\x1b[31m"]]) {
      const checked = await conform(words);
      assertEquals(checked, await conformHere(words));
      assertEquals(checked.code, 2);
    }
  });

  test("and an empty command line with its help", slow, async () => {
    const { code, stdout, stderr } = await conformHere([]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "conform --stream <url>");
  });
});

test("conform --help names every option, and --version the version", slow, async () => {
  const { code, stdout, stderr } = await conformHere(["--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const line of stdout.split("\n")) assert(line.length <= 110, line);
  for (
    const option
      of "app allow only-route skip-route signal gentle wait method signals verbose dialect reporter output only skip baseline write-baseline header timeout route page stream file spawn"
        .split(" ")
  ) assertStringIncludes(stdout, `--${option} `);
  assertEquals(await conformHere(["--version"]), { code: 0, stdout: `fragstar ${version}\n`, stderr: "" });
});

test("conform list and conform explain cover every check", slow, async () => {
  const { code, stdout } = await conformHere(["list"]);
  assertEquals(code, 0);
  const ids = stdout.split("\n").flatMap((line) => /^ {2}(?:MUST|SHOULD|MAY) +(\S+)/.exec(line)?.[1] ?? []);
  const all = Object.values(dialects);
  assertEquals(ids, all.flatMap(({ checks }) => checks.map(({ id }) => id)));
  const classic = await conformHere(["list", "--dialect", "classic"]);
  assertEquals(stdout.startsWith(classic.stdout), true);
  assert(!stdout.includes("…")); // it goes to no terminal

  const told = await conformHere(["explain", ...ids]);
  assertEquals(told.code, 0);
  for (const { checks, clauseText } of all) {
    for (const { id, title, clause } of checks) {
      assertStringIncludes(told.stdout, `${id}: ${title}\n`);
      assertStringIncludes(told.stdout, `\nclause    ${clause}: `);
      assert(clauseText(clause), `${id} has no clause ${clause}`);
    }
  }
  assertStringIncludes((await conformHere(["explain", "HTTP-Type"])).stdout, "http-type: ");

  const clauseIds = all.flatMap((dialect) => dialect.clauseIds);
  const clauses = await conformHere(["explain", ...clauseIds]);
  assertEquals(clauses.code, 0);
  for (const id of clauseIds) assertStringIncludes(clauses.stdout, `${id}: `);
  for (const { id, title } of all.flatMap(({ checks }) => checks)) {
    assertStringIncludes(clauses.stdout.replace(/\s+/g, " "), `${id}: ${title}`);
  }
});

describe("conform --file", slow, () => {
  testEarly("gives up on a pipe that nothing is written to, and on a device without end: exit code 2", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const tables: [file: string, says: string][] = [[pipe, "nothing has come from it within 10000 ms"], [
      "/dev/zero",
      "it has more than 67108864 bytes",
    ]];
    await Promise.all(tables.map(async ([file, says]) => {
      const checked = await conform(["--file", file]);
      assertOneLine(checked, says);
      assertEquals(checked.code, 2);
    }));
  });
  test("finds nothing wrong with a good stream: exit code 0", slow, async () => {
    const { code, stdout, stderr } = await conform(["--file", goodFile]);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /✓ conforms: .+ exit code 0\)\n$/);
  });
  test("finds a fault in a stream that is cut off: exit code 1", slow, async () => {
    const { code, stdout } = await conform(["--file", cutOffFile]);
    assertEquals(code, 1);
    assertStringIncludes(stdout, "(MUST sse-final-blank)");
    assertMatch(stdout, /✗ does not conform: .+ exit code 1\)\n$/);
  });
  test("reads standard input as bytes", slow, async () => {
    const checked = await conform(["--file", "-", "--reporter", "json", "--only", "sse-utf8"], {
      input: new Uint8Array([...new TextEncoder().encode("data: "), 0xff, 10, 10]),
    });
    assertEquals(checked.code, 1);
    assertEquals(reportOf(checked).checks.map(({ id, subject, verdict }) => [id, subject, verdict]), [
      ["sse-utf8", "standard input", "fail"],
    ]);
  });
  test("has no verdict where no check applies: exit code 3", slow, async () => {
    const nothing = await conformHere(["--file", "-", "--only", "http-type"], good);
    assertEquals(nothing.code, 3);
    assertMatch(nothing.stdout, /exit code 3\)\n$/);
  });
  test("does not judge a capture that is no raw stream, and says what to do: exit code 3", slow, async () => {
    const capture = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${good}`;
    const words = ["--file", "-", "--reporter", "json"];
    const checked = await conform(words, { input: capture });
    assertEquals(checked, await conformHere(words, capture).then((here) => ({ ...here, stdout: checked.stdout })));
    const report = reportOf(checked);
    assertEquals([checked.code, report.exitCode, report.complete], [3, 3, false]);
    assertEquals(new Set(report.checks.map(({ verdict }) => verdict)), new Set(["untested"]));
    assertMatch(checked.stderr, /Cannot check standard input: it is an answer with its head, as `curl -i` writes it;/);
    assertStringIncludes(checked.stderr, "capture it without `-i`: `curl -sN URL`");
    const text = await conformHere(["--file", "-"], capture);
    assertMatch(
      text.stdout,
      /^fragstar .*\n\nWhy nothing could be checked\n {2}Cannot check standard input: it is an answer/,
    );
  });
  test("applies the stream to the page that --page names", slow, async () => {
    const page = fileWith("page.html", examplePage);
    const checked = await conformHere(["--file", goodFile, "--page", page, "--reporter", "json"]);
    assertEquals(checked.code, reportOf(checked).exitCode);
  });
  test("--only and --skip choose the checks", slow, async () => {
    const only = await conformHere([
      "--file",
      cutOffFile,
      "--reporter=json",
      "--only",
      "SSE-UTF8, sse-final-blank",
      "--only=sse-data",
    ]);
    assertEquals(reportOf(only).checks.map(({ id }) => id).toSorted(), ["sse-data", "sse-final-blank", "sse-utf8"]);
    const skip = await conformHere(["--file", cutOffFile, "--reporter=json", "--skip", "sse-final-blank"]);
    assert(!reportOf(skip).checks.some(({ id }) => id === "sse-final-blank"));
  });
});

describe("conform reports", slow, () => {
  for (const reporter of ["text", "json", "junit", "markdown", "html"]) {
    test(`as ${reporter}, to standard output or to a file, and nothing else to standard output`, slow, async () => {
      const words = ["--file", cutOffFile, "--reporter", reporter];
      const { code, stdout, stderr } = await conformHere(words);
      assertEquals(code, 1);
      const begin = {
        text: "fragstar ",
        json: '{\n  "tool"',
        junit: "<?xml",
        markdown: "## ❌",
        html: "<!doctype html>",
      };
      assert(stdout.startsWith(begin[reporter as keyof typeof begin]), stdout.slice(0, 100));
      assertEquals(stderr === "", reporter === "text");

      const output = join(folder, `report.${reporter}`);
      const again = await conformHere([...words, "--output", output]);
      assertEquals([again.code, again.stdout], [1, ""]);
      assertStringIncludes(again.stderr, "does not conform: 1 fail, ");
      const sameTime = (text: string) =>
        text.replace(/\d+ ms|\d{4}-\d\d-\d\d[T ][\d:.]+Z?|"durationMs": \d+|time="[\d.]+"/g, "");
      assertEquals(sameTime(readFileSync(output, "utf8")), sameTime(stdout));
    });
  }

  test("several at once, each in a file of its own, and the text report to standard output", slow, async () => {
    const [xml, md] = ["several.xml", "several.md"].map((name) => join(folder, name));
    const words = ["--file", cutOffFile, "--reporter", `junit=${xml}`, "--reporter", `markdown=${md}`];
    const { code, stdout, stderr } = await conformHere(words);
    assertEquals([code, stderr], [1, ""]);
    assert(stdout.startsWith("fragstar "), stdout);
    assert(readFileSync(xml, "utf8").startsWith("<?xml"));
    assert(readFileSync(md, "utf8").startsWith("## ❌"));
    assertEquals(JSON.parse((await conformHere([...words, "--reporter", "json"])).stdout).exitCode, 1);
  });

  test("without colour where it does not write to a terminal", slow, async () => {
    for (const env of [{}, { FORCE_COLOR: "1" }] as Record<string, string>[]) {
      const { stdout } = await conform(["--file", cutOffFile], { env });
      assert(!stdout.includes("\x1b"));
      for (const line of stdout.split("\n")) assert([...line].length <= 80, line);
    }
  });

  test("in colour on a terminal, as wide as that is, unless NO_COLOR is set", slow, async () => {
    for (const [color, env] of [[true, {}], [false, { NO_COLOR: "1" }]] as [boolean, Record<string, string>][]) {
      const { PATH, HOME, DENO_DIR } = process.env as Record<string, string>;
      const inTerminal = await runInTerminal(cutOffFile, { PATH, HOME, ...DENO_DIR && { DENO_DIR }, ...env });
      if (inTerminal === undefined) return; // no script(1) on this machine
      assertEquals(inTerminal.includes("\x1b[31m"), color, inTerminal);
    }
  });

  test("and ends without an error when the reader goes away", slow, async () => {
    const child = startConform(["--file", cutOffFile, "--reporter", "html"]);
    let stderr = "";
    child.stderr!.on("data", (data) => stderr += data);
    child.stdout!.destroy();
    const [code] = await once(child, "close");
    assertEquals(code, 1);
    assertMatch(stderr, /^[^\n]* does not conform: 1 fail, [^\n]* \(exit code 1\)\n$/);
  });
});

async function runInTerminal(file: string, env: Record<string, string>): Promise<string | undefined> {
  const { spawn } = await import("node:child_process");
  const words = runtime === "deno"
    ? "run --frozen --allow-net --allow-read --allow-write --allow-env --allow-run conform.ts"
    : "conform.ts";
  const child = spawn("script", ["-qec", `"$RUNTIME" ${words} --file "$FILE"`, "/dev/null"], {
    cwd: process.cwd(),
    env: { ...env, RUNTIME: process.execPath, FILE: file, TERM: "xterm-256color", SHELL: "/bin/sh" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  child.stdout.on("data", (data) => stdout += data);
  const [code] = await Promise.race([once(child, "close"), once(child, "error").then(() => [undefined])]);
  return code === undefined ? undefined : stdout;
}

describe("conform against broken servers", slow, () => {
  /** Milliseconds for servers that never answer. Other servers have more time: the machine may be slow. */
  const short = ["--timeout", "1500"];

  /** Checks the exit code and the report of a whole-server run and of a run of one stream. */
  async function assertTold(
    url: string,
    wanted: { codes: (number | null)[]; says?: RegExp; more?: string[] },
    run: (args: string[]) => Promise<Ended> = conform,
  ) {
    for (const words of [[url], ["--stream", `${url}/feed`]]) {
      const began = Date.now();
      const checked = await run([...words, ...wanted.more ?? [], "--reporter", "json"]);
      console.log(
        `    ${words.length === 1 ? "server" : "stream"}: exit code ${checked.code} in ${Date.now() - began} ms`,
      );
      const report = reportOf(checked);
      assert(wanted.codes.includes(checked.code), `exit code ${checked.code}: ${checked.stderr}`);
      assertEquals(report.exitCode, checked.code);
      assertEquals(report.complete || checked.code === 3, true);
      assert(report.checks.length > 0);
      assert(
        !report.checks.some(({ verdict }) => verdict === "pass") || checked.code !== 3 || report.complete === false,
      );
      assert(!/\n\s+at /.test(checked.stderr));
      if (wanted.says) assertMatch(checked.stderr + checked.stdout, wanted.says);
    }
  }

  test("a closed port", slow, async () => {
    await assertTold(`http://127.0.0.1:${await freePort()}`, {
      codes: [3],
      says: /nothing listens on 127\.0\.0\.1:\d+/,
    }, conformHere);
  });
  test("a host that does not exist", slow, async () => {
    await assertTold("http://no-such-host.invalid", { codes: [3], says: /no-such-host\.invalid/ }, conformHere);
  });
  test("a server that closes each connection", slow, async () => {
    await withSockets((socket) => socket.destroy(), (url) => assertTold(url, { codes: [3] }, conformHere));
  });
  testEarly(
    "a server that never answers",
    () => withSockets(() => {}, (url) => assertTold(url, { codes: [3], says: /within 1500 ms/, more: short })),
  );
  test("something that does not speak HTTP", slow, async () => {
    await withSockets(
      (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
      (url) => assertTold(url, { codes: [3], says: /not an HTTP/ }, conformHere),
    );
  });
  test("a head that has no end", slow, async () => {
    await withSockets((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const more = () => socket.write(`x-more: ${"x".repeat(10_000)}\r\n`);
      socket.on("drain", more);
      for (let i = 0; i < 30; i++) more();
    }, (url) => assertTold(url, { codes: [3], says: /the head of the answer has more than/ }));
  });
  test("a redirect", slow, async () => {
    await withHttp(
      (_, response) => response.writeHead(302, { location: "/elsewhere" }).end(),
      (url) => assertTold(url, { codes: [1, 3], more: ["--dialect", "classic"] }, conformHere),
    );
  });
  test("an HTML error page", slow, async () => {
    await withHttp(
      (_, response) => response.writeHead(500, { "content-type": "text/html" }).end("<h1>Oops</h1>"),
      (url) => assertTold(url, { codes: [1] }, conformHere),
    );
  });
  test("an answer that breaks off", slow, async () => {
    await withSockets(
      (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n${good}`);
        setTimeout(() => socket.destroy(), 20);
      },
      (url) => assertTold(url, { codes: [1, 3] }, conformHere),
    );
  });
  testEarly("streams that never end", () =>
    withHttp((request, response) => {
      if (request.url === "/") return response.setHeader("content-type", "text/html").end(examplePage);
      response.setHeader("content-type", "text/event-stream").write(good);
      const timer = setInterval(() => response.write(good), 300);
      response.on("close", () => clearInterval(timer));
    }, (url) => assertTold(url, { codes: [1, 3, 0], more: short })));

  test("answers of 40,000 events, within 512 MiB", slow, async () => {
    const many = good.repeat(40_000);
    await withHttp((request, response) => {
      const isPage = request.url === "/";
      response.setHeader("content-type", isPage ? "text/html" : "text/event-stream").end(isPage ? examplePage : many);
    }, async (url) => {
      const child = startConform([url, "--reporter", "json"]);
      let peak = 0;
      const timer = setInterval(() => peak = Math.max(peak, peakMemory(child.pid!)), 50);
      const checked = await end(child);
      clearInterval(timer);
      assertEquals(checked.code, 3);
      assertStringIncludes(checked.stderr, "more than 262144 bytes");
      assert(peak < 512, `${peak} MiB`);
    });
  });
  test("trailers that have no end", slow, async () => {
    await withSockets((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n0\r\n");
      const more = () => {
        while (!socket.destroyed && socket.write("x-more: 1\r\n".repeat(1_000)));
      };
      socket.on("drain", more);
      more();
    }, (url) => assertTold(url, { codes: [1, 3], says: /the trailer has more than 65536 bytes/ }));
  });
  test("a run that takes too long, whose other answers count as missing", slow, async () => {
    const { run } = limits;
    limits.run = 1_000;
    try {
      await withHttp((request, response) => {
        if (request.url === "/") return response.setHeader("content-type", "text/html").end(examplePage);
        response.setHeader("content-type", "text/event-stream").write(good);
      }, async (url) => {
        const checked = await conformHere([url, "--timeout", "900", "--reporter", "json"]);
        assertEquals(checked.code, 3);
        assertStringIncludes(checked.stderr, "the requests of the run took over 1000 ms");
        assert(reportOf(checked).durationMs < 3_000);
      });
    } finally {
      limits.run = run;
    }
  });

  // Not begun early, because it keeps the processor busy.
  test("an answer of a gigabyte", slow, async () => {
    const piece = new Uint8Array(1024 * 1024).fill(120);
    await withHttp((_, response) => {
      response.setHeader("content-type", "text/event-stream");
      let left = 1024;
      const more = () => {
        while (left-- > 0 && !response.destroyed) if (!response.write(piece)) return response.once("drain", more);
        response.end();
      };
      more();
    }, (url) => assertTold(url, { codes: [1, 3] }));
  });
});

describe("conform --stream", slow, () => {
  test("checks one endpoint, with the headers that are given", slow, async () => {
    let cookie: string | undefined;
    const checked = await withHttp(
      (request, response) => {
        cookie = request.headers.cookie;
        response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" }).end(good);
      },
      (url) =>
        conformHere([
          "--stream",
          `${url}/any?thing`,
          "--header",
          "Cookie: a=1",
          "--header=cookie:b=2",
          "--reporter",
          "json",
        ]),
    );
    assertEquals(cookie, "a=1; b=2");
    const report = reportOf(checked);
    assertEquals([...new Set(report.checks.map(({ subject }) => subject))], ["/any"]);
    assert(!report.checks.some(({ verdict }) => verdict === "fail"), checked.stdout);
    assertEquals(checked.code, 0);
  });
});

describe("conform --spawn", slow, () => {
  const serverFile = fileWith(
    "server.mjs",
    `import { createServer } from "node:http";
import { spawn } from "node:child_process";
import process from "node:process";
if (process.env.CHILD) spawn("sleep", ["301"]);
if (process.env.STUBBORN) process.on("SIGTERM", () => {});
console.log("about to listen");
let starting = Number(process.env.STARTING ?? 0);
setTimeout(() => createServer((request, response) => {
  if (process.env.DIES) process.exit(7);
  if (starting-- > 0) return response.writeHead(503).end();
  response.setHeader("content-type", "text/event-stream");
  response.end(${JSON.stringify(good)});
}).listen(Number(process.env.PORT), "127.0.0.1"), 200);
`,
  );
  const command = runtime === "deno"
    ? `"${process.execPath}" run -A --no-config "${serverFile}"`
    : `"${process.execPath}" "${serverFile}"`;

  /** Whether a process has this in its environment: then it comes from the run that is meant. */
  function remaining(port: number): string[] {
    return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`CONFORM_TEST=${port}\0`) &&
          !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
      } catch {
        return false;
      }
    });
  }

  /** Checks one endpoint of a server that a command starts, with a port of its own in the environment. */
  const spawnWith = (port: number, command: string, ...more: string[]) =>
    conform([
      "--spawn",
      `export CONFORM_TEST=${port} PORT=${port}; ${command}`,
      "--stream",
      `http://127.0.0.1:${port}/x`,
      "--only=http-type,sse-final-blank",
      ...more,
    ]);

  const ways: [name: string, command: string][] = [
    ["", command],
    [" and what it started", `CHILD=1 ${command}`],
    [", by force", `STUBBORN=1 ${command}`],
    [" behind a shell", `sh -c '${command} & wait'`],
    [" in the background, in a session of its own", `setsid ${command} >/dev/null 2>&1 </dev/null &`],
    [" in a group of its own that ignores signals, by force", `STUBBORN=1 setsid ${command} & wait`],
    [" once it answers well", `STARTING=3 ${command}`],
  ];
  for (const [name, command] of ways) {
    testEarly(`starts a server, checks it, and stops it${name}`, async () => {
      const port = await freePort();
      const checked = await spawnWith(port, command);
      assertEquals(checked.stderr, "");
      assertEquals(checked.code, 0);
      assert(!checked.stdout.includes("about to listen"));
      assertEquals(remaining(port), []);
    });
  }

  testEarly("checks a server that answers with nothing but errors once the time is over", async () => {
    const port = await freePort();
    const { code, stdout } = await spawnWith(port, `STARTING=1000 ${command}`, "--timeout=5000");
    assertEquals(code, 1);
    assertStringIncludes(stdout, "(MUST http-type)");
    assertEquals(remaining(port), []);
  });

  test("shows the last output of a command that ends early: exit code 3", slow, async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await conformHere(
      ["--spawn", `echo first; echo 'no such \x1b[31mmodule' >&2; exit 4`, `http://127.0.0.1:${port}`],
    );
    assertEquals(code, 3);
    assertStringIncludes(stdout, "its exit code is 4");
    assertStringIncludes(stderr, "its exit code is 4");
    assertStringIncludes(stderr, "  no such ‹ESC›[31mmodule\n");
  });

  test("gives up on a command that never answers, and stops it: exit code 3", slow, async () => {
    const port = await freePort();
    const { code, stdout } = await conformHere([
      "--timeout",
      "700",
      "--spawn",
      `export CONFORM_TEST=${port}; sleep 302 & sleep 303`,
      `http://127.0.0.1:${port}`,
    ]);
    assertEquals(code, 3);
    assertStringIncludes(stdout.replace(/\s+/g, " "), "does not answer there after 700 ms");
    assertEquals(remaining(port), []);
  });

  test("does not take another server for the one that it starts: exit code 3", slow, async () => {
    const checked = await withHttp(
      (_, response) => response.end(),
      (url) => conformHere(["--spawn", "sleep 304", url]),
    );
    assertEquals(checked.code, 3);
    assertStringIncludes(checked.stdout.replace(/\s+/g, " "), "something listens there before the command is started");
  });

  testEarly("fails a server that ends when a reader leaves, and tells its exit code: exit code 1", async () => {
    const port = await freePort();
    const mortal = fileWith(
      "mortal.mjs",
      `import { createServer } from "node:http";
import process from "node:process";
const event = ${JSON.stringify(good)};
createServer((request, response) => {
  if (request.url === "/") return response.setHeader("content-type", "text/html").end(${JSON.stringify(examplePage)});
  response.setHeader("content-type", "text/event-stream");
  if (!request.url.startsWith("/feed")) return response.end(event);
  setInterval(() => response.write(event), 100);
  response.on("close", () => {
    console.error("a client has disconnected");
    process.exit(9);
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
`,
    );
    const { code, stdout, stderr } = await conform([
      "--spawn",
      `PORT=${port} ${command.replace(serverFile, mortal)}`,
      `http://127.0.0.1:${port}`,
      "--only=live-vanished-target,live-vanished-feed,live-many",
      "--reporter=json",
    ]);
    assertEquals(code, 1);
    assertEquals(JSON.parse(stdout).checks.map(({ id, verdict }: { id: string; verdict: string }) => [id, verdict]), [
      ["live-many", "untested"],
      ["live-vanished-target", "fail"],
      ["live-vanished-feed", "fail"],
    ]);
    assertStringIncludes(stdout, "after a client has disconnected, GET /target has no answer: nothing listens on");
    assertMatch(stderr, /ended by itself: its exit code is 9\n +a client has disconnected/);
  });

  test("reports that the server has ended by itself during the run", slow, async () => {
    const port = await freePort();
    const { code, stderr } = await conformHere([
      "--spawn",
      `export PORT=${port} DIES=1; ${command}`,
      `http://127.0.0.1:${port}`,
    ]);
    assertEquals(code, 3);
    assertStringIncludes(stderr, "The command has ended by itself");
  });

  for (const signal of ["SIGKILL", "SIGQUIT"] as const) {
    testEarly(`leaves no server behind when ${signal} ends it`, async () => {
      const port = await freePort();
      const server = `setsid sh -c 'trap "" TERM; sleep 306' & sleep 307`;
      const child = startConform(["--spawn", `export CONFORM_TEST=${port}; ${server}`, `http://127.0.0.1:${port}`]);
      const closed = once(child, "close");
      await eventually(() => remaining(port).length >= 3);
      process.kill(child.pid!, signal);
      await closed;
      await eventually(() => remaining(port).length === 0);
    });
  }

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    testEarly(`stops the server when it is interrupted by ${signal}: exit code 3, with a report`, async () => {
      const port = await freePort();
      const child = startConform([
        "--spawn",
        `export CONFORM_TEST=${port}; sleep 305`,
        `http://127.0.0.1:${port}`,
        "--reporter",
        "json",
      ]);
      let stdout = "";
      child.stdout!.on("data", (data) => stdout += data);
      const closed = once(child, "close");
      await eventually(() => remaining(port).length > 0);
      process.kill(child.pid!, signal);
      const [code] = await closed;
      assertEquals(code, 3);
      assertEquals(remaining(port), []);
      const report: Report = JSON.parse(stdout);
      assertEquals([report.complete, report.exitCode], [false, 3]);
      assertStringIncludes(report.checks[0].actual, `interrupted by ${signal}`);
    });
  }
});

testEarly("conform finds nothing wrong with the example server: exit code 0", () =>
  withServer({}, async ({ url }) => {
    const began = Date.now();
    const checked = await conform([url, "--reporter", "json"]);
    console.log(`    the example server was checked in ${Date.now() - began} ms`);
    const failed = reportOf(checked).checks.filter(({ verdict }) => verdict === "fail").map((
      { id, actual },
    ) => [id, actual]);
    assertEquals(failed, []);
    assertEquals(checked.code, 0, checked.stderr);
  }));

test("conform --route says where the endpoints are", slow, async () => {
  const asked = new Set<string>();
  await withHttp((request, response) => {
    asked.add(new URL(request.url!, "http://localhost").pathname);
    response.setHeader("content-type", "text/event-stream").end(good);
  }, async (url) => {
    const routes = ["page=/p", "get=/g?a=1", "target=/t", "feed=/f"].map((route) => `--route=${route}`);
    const checked = await conformHere([url, ...routes]);
    assertEquals(checked.code, 1);
  });
  assertEquals([...asked].toSorted(), ["/f", "/g", "/p", "/t"]);
});

describe("conform asks below the path of the URL", slow, () => {
  const below = ["/app/feed", "/app/get", "/app/target"];
  const table: [path: string, words: string[], asked: string[]][] = [
    ["/app/", [], ["/app/", ...below]],
    ["/app", [], ["/app", ...below]],
    ["/a/b//", [], ["/a/b//", "/a/b/feed", "/a/b/get", "/a/b/target"]],
    ["/app/index.html", [], [...below, "/app/index.html"]],
    ["/?lang=en#top", [], ["/", "/?lang=en", "/feed", "/get", "/target"]],
    ["/app/?lang=en#top", [], ["/app/", "/app/?lang=en", ...below]],
    ["//evil.example/", [], ["//evil.example/", ...["feed", "get", "target"].map((name) => `//evil.example/${name}`)]],
    ["/app/", ["--route", "get=/other"], ["/app/", "/app/feed", "/app/target", "/other"]],
  ];
  for (const [path, words, expected] of table) {
    test([path, ...words].join(" "), slow, async () => {
      const asked = new Set<string>();
      await withHttp((request, response) => {
        const [pathname, query] = request.url!.split("?");
        asked.add(pathname);
        if (query?.startsWith("lang=")) asked.add(request.url!);
        response.setHeader("content-type", "text/event-stream").end(good);
      }, (url) => conformHere([`${url}${path}`, ...words, "--only", "page-type"]));
      assertEquals([...asked].toSorted(), expected.toSorted());
    });
  }
});

test("conform matrix sets reports side by side", slow, async () => {
  const files = [];
  for (const [name, file] of [["good", goodFile], ["cut-off", cutOffFile]]) {
    const output = join(folder, `${name}-report.json`);
    await conformHere(["--file", file, "--reporter", "json", "--output", output]);
    files.push(output);
  }
  const { code, stdout, stderr } = await conformHere(["matrix", ...files]);
  assertEquals([code, stderr], [0, ""]);
  assert(stdout.startsWith("<!doctype html>"));
  const output = join(folder, "matrix.html");
  assertEquals(await conformHere(["matrix", ...files, "--output", output]), { code: 0, stdout: "", stderr: "" });
  assertEquals(readFileSync(output, "utf8"), stdout);
});

describe("conform with a baseline", slow, () => {
  const list = join(folder, "baseline.json");
  const words = ["--only", "sse-final-blank,sse-utf8"];

  test("--write-baseline writes what fails now: exit code 0", slow, async () => {
    const { code, stdout, stderr } = await conformHere(["--file", cutOffFile, ...words, "--write-baseline", list]);
    assertEquals(code, 0);
    assertEquals(stderr, `Wrote 1 known failure to ${list}\n`);
    assertStringIncludes(stdout, "✓ no new failure: 1 fail, ");
    assertEquals(
      readFileSync(list, "utf8"),
      `{\n  "checks": [\n    { "id": "sse-final-blank", "subject": ${JSON.stringify(cutOffFile)} }\n  ]\n}\n`,
    );
  });
  test("--baseline excuses what it lists: exit code 0", slow, async () => {
    const { code, stdout } = await conformHere(["--file", cutOffFile, ...words, "--baseline", list]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "Known failures, excused by the baseline");
  });
  test("--baseline fails the run where what it lists passes, or is not there: exit code 1", slow, async () => {
    const stale = fileWith(
      "stale.json",
      JSON.stringify({ checks: [{ id: "sse-utf8", subject: goodFile }, { id: "sse-gone", subject: "/x" }] }),
    );
    for (const reporter of ["text", "markdown", "html", "junit"]) {
      const { code, stdout } = await conformHere([
        "--file",
        goodFile,
        ...words,
        "--baseline",
        stale,
        "--reporter",
        reporter,
      ]);
      assertEquals(code, 1);
      assertMatch(stdout, /stale/i);
      assertStringIncludes(stdout, "sse-gone");
    }
    const json = await conformHere(["--file", goodFile, ...words, "--baseline", stale, "--reporter", "json"]);
    assertEquals([json.code, reportOf(json).exitCode], [1, 1]);
    assertStringIncludes(json.stderr, "the baseline is stale: sse-utf8");
  });
  test("--write-baseline writes nothing where nothing could be checked: exit code 3", slow, async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await conformHere([url, "--write-baseline", list]);
    assertEquals(code, 3);
    assertStringIncludes(stderr, "Did not write");
    assertStringIncludes(readFileSync(list, "utf8"), "sse-final-blank");
  });
});
