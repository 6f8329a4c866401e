import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { main } from "../../cli/explain.ts";
import { withHttp } from "../support/conform.ts";
import { runMain } from "../support/conform.ts";
import { end, slow, start } from "../support/process.ts";

const encode = (text: string) => new TextEncoder().encode(text);

describe("the explain command", () => {
  /** The flags of the task. */
  const flags = [
    "run",
    "--frozen",
    "--allow-read",
    "--allow-net",
    "--allow-env",
  ];
  const startExplain = (words: string[], env = {}) => start("cli/explain.ts", env, flags, words);

  const explain = (words: string[], input?: string | Uint8Array) => runMain(main, words, input);

  async function withFiles(files: Record<string, string>, use: (path: (name: string) => string) => Promise<void>) {
    const directory = await mkdtemp(join(tmpdir(), "explain-"));
    try {
      for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
      await use((name) => join(directory, name));
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  const capture =
    "event: datastar-fragment\r\ndata: selector #list\r\ndata: merge append\r\ndata: fragment <li>milk</li>\r\n\r\n" +
    'event: datastar-fragment\ndata: vt false\ndata: fragment <p id="no">\n\nevent: message\ndata: x\n\n';

  test("explains each line of a file, each event, and with a page its changes", slow, async () => {
    await withFiles({ "a.sse": capture, "page.html": '<!doctype html><ul id="list"></ul>' }, async (path) => {
      const { code, stdout, stderr } = await explain([path("a.sse"), "--page", path("page.html")]);
      assertEquals([code, stderr], [0, ""]);
      const [, , ...lines] = stdout.split("\n");
      assertEquals(
        lines.slice(0, lines.findIndex((line) => line.startsWith("Event 2"))).join("\n").trim(),
        `
Event 1  bytes 0 to 100
  event: datastar-fragment‹CR›‹LF›
                                  SSE-14  This event merges HTML into the page
  data: selector #list‹CR›‹LF›    FRG-19  All elements that this CSS selector
                                          matches are targets
  data: merge append‹CR›‹LF›      MRG-14  \`append\`: the root becomes the
                                          target's last child
  data: fragment <li>milk</li>‹CR›‹LF›
                                  FRG-3   HTML for the page
  ‹CR›‹LF›                        SSE-8   A blank line ends the event: the
                                          client handles it now
  → Puts \`<li>\` into the element \`#list\`, as its last child, within a view
    transition if the browser supports them.
  = \`<li>milk</li>\` was added to \`<ul id="list">\`.`.trim(),
      );
      assertStringIncludes(stdout, "✗ Throws no-target");
      assertStringIncludes(stdout, "What follows is not applied");
      assertStringIncludes(stdout, "3 events, 1 without effect, 1 with an error");
      for (const line of stdout.split("\n")) assert(line.length <= 80 && line === line.trimEnd(), line);
    });
  });

  test("explains a stream of v1, and goes on after an error", slow, async () => {
    const stream = "event: datastar-patch-elements\ndata: selector #list\ndata: mode append\n" +
      "data: elements <li>milk</li>\n\nevent: datastar-patch-elements\ndata: mode inner\ndata: elements <p>\n\n" +
      'event: datastar-patch-elements\ndata: elements <p id="no">\n\nevent: datastar-fragment\ndata: x\n\n' +
      'event: datastar-patch-signals\ndata: signals {"a": 1}\n\n';
    await withFiles({ "page.html": '<!doctype html><ul id="list"></ul><b data-text="$a"></b>' }, async (path) => {
      const { code, stdout, stderr } = await explain(["--page", path("page.html")], stream);
      assertEquals([code, stderr], [0, ""]);
      assertEquals(
        stdout.slice(0, stdout.indexOf("Event 2")).trim(),
        `
How the clients 1.0.x read standard input.

Event 1  bytes 0 to 100
  event: datastar-patch-elements
                                  V1-SSE-14 This event patches elements of the
                                            page
  data: selector #list            PEL-13    All elements that this CSS selector
                                            matches are targets
  data: mode append               PEL-18    \`append\`: the elements are inserted
                                            into the target, after its content
  data: elements <li>milk</li>    PEL-2     HTML for the page
  ‹LF›                            V1-SSE-8  A blank line ends the event: the
                                            client handles it now
  → Puts \`<li>\` into the element \`#list\`, after its content.
  = \`<li>milk</li>\` was added to \`<ul id="list">\`.`.trim(),
      );
      assertStringIncludes(stdout, "→ Reports selector-needed: The mode inner needs a selector (PEL-4).");
      assertStringIncludes(stdout, '! Warns no-target: Nothing has the id "no" (PEL-12).');
      assertStringIncludes(stdout, "= The text of `<b>` is now `1`.");
      assertStringIncludes(
        stdout.replaceAll("\n", " "),
        "5 events, 1 without effect, 1 with an error, 1 with a warning, 2 remarks",
      );
      for (const line of stdout.split("\n")) assert(line.length <= 80 && line === line.trimEnd(), line);
    });
    const ended = "event: datastar-patch-elements\ndata: constructor x\n\n";
    await withFiles({ "page.html": '<b data-text="("></b>' }, async (path) => {
      const { stdout } = await explain(["--page", path("page.html")], ended + stream);
      assertStringIncludes(stdout, "✗ When the page is loaded, the client reports bad-expression");
      assertStringIncludes(stdout, "✗ What follows is not applied here");
      assert(!stdout.includes("was added"), "it is not applied");
    });
  });

  test("writes what many lines have in common once, but each fault, and shows a space at the end of a line", async () => {
    const { stdout } = await explain(
      [],
      ": ping\n\nevent: datastar-patch-elements\ndata: mode inner \ndata: elements\ndata: elements\ndata: elements <p>\n" +
        "data: elements \ndata: elements x\ndata: elements y\n\n: ping\n\n",
    );
    const lines = stdout.split("\n\n").filter((part) => /^Event|^ {2}:/.test(part));
    assertEquals(
      lines.join("\n\n"),
      `
Event 1  bytes 8 to 157
  event: datastar-patch-elements
                                  V1-SSE-14 This event patches elements of the
                                            page
  data: mode inner␠             ! PEL-3     The client reports invalid-mode:
                                            Unknown mode "inner "
  data: elements                ! V1-SSE-18 There is no space in this line of
                                            data: the client takes it for
                                            nothing; an empty value needs a
                                            space after the key
  data: elements                ! V1-SSE-18 As above
  data: elements <p>              PEL-2     HTML for the page
  data: elements␠                 V1-SSE-18 \`elements\` with a space after it: an
                                            empty line of the HTML
  data: elements x                V1-SSE-19 The next line of the HTML: it is
                                            added after a line feed
  data: elements y
  ‹LF›                            V1-SSE-8  A blank line ends the event: the
                                            client handles it now
  → Reports invalid-mode: Unknown mode "inner " (PEL-3). The event has no
    further effect; the client handles the next one.

  : ping                          V1-SSE-6  A line that begins with a colon is a
                                            comment: the client ignores it
  ‹LF›`.trim(),
    );
  });

  test("takes the dialect that is asked for, or that of the page, or of the first event that shows one", async () => {
    const classic = "event: datastar-fragment\ndata: fragment <p id=a>\n\n";
    const v1 = "event: datastar-patch-elements\ndata: elements <p id=a>\n\n";
    const neither = ": ping\n\nretry: 5\n\nevent: message\ndata: x\n\n";
    const comment = `: ${"x".repeat(600_000)}\n\n`; // no event shows the dialect for long
    await withFiles({
      "long.sse": comment + comment + v1,
      "classic.html": "<p data-store={}>",
      "v1.html": "<p data-bind=a>",
    }, async (path) => {
      const table: [words: string[], stream: string, reader: string][] = [
        [[], classic + v1, "client 0.19.9"],
        [[], v1 + classic, "the clients 1.0.x"],
        [[], neither + v1 + classic, "the clients 1.0.x"],
        [[], "data: elements <p>\n\n", "the clients 1.0.x"],
        [[], v1.trimEnd(), "the clients 1.0.x"],
        [["--page", path("v1.html")], classic, "the clients 1.0.x"],
        [["--page", path("classic.html")], v1, "client 0.19.9"],
        [["--page", path("classic.html"), "--dialect", "v1"], classic, "the clients 1.0.x"],
        [["--dialect", "classic"], v1, "client 0.19.9"],
        [[], neither, "the clients 1.0.x"],
        [[path("long.sse")], "", "the clients 1.0.x"],
      ];
      for (const [words, stream, reader] of table) {
        const { code, stdout } = await explain(words, stream);
        assertEquals([words, stream, code, /How (.*) reads? /.exec(stdout)?.[1]], [words, stream, 0, reader]);
        // Blocks before the event that shows the dialect are written too, once it has come.
        assertEquals(stdout.includes("Event 1"), true);
      }
    });
    const { stdout } = await explain([], neither);
    assertStringIncludes(stdout.replaceAll("\n", " "), "No event shows the dialect: --dialect classic|v1 chooses it.");
  });

  test("takes the page from its address", slow, async () => {
    await withHttp((request, response) => {
      response.writeHead(request.url === "/" ? 200 : 404, { "content-type": "text/html" }).end('<ul id="list"></ul>');
    }, async (url) => {
      const { code, stdout } = await explain(["--page", url], capture);
      assertEquals([code, stdout.includes("<li>milk</li>")], [0, true]);
      const missing = await explain(["--page", `${url}/no`], capture);
      assertEquals([missing.code, missing.stderr.trim()], [3, `Cannot read the page "${url}/no": its status is 404`]);
    });
  });

  test("explains an event as soon as its blank line has arrived", slow, async () => {
    const child = startExplain(["-"]);
    child.stdout!.setEncoding("utf8");
    let seen = "";
    const until = async (text: string) => {
      while (!seen.includes(text)) seen += (await once(child.stdout!, "data"))[0];
    };
    const exited = once(child, "close");
    child.stdin!.write(": ping\n\n");
    await until("Waiting for an event that shows the dialect.");
    assert(!seen.includes("SSE-"), "clauses belong to a dialect");
    child.stdin!.write("event: datastar-console\ndata: log on");
    child.stdin!.write("e\n\n");
    await until("Calls `console.log` with `one`.");
    assert(!seen.includes("events,"), "it does not wait for the end");
    child.stdin!.write("event: datastar-console\r\ndata: log two\r\n\r");
    await until("Calls `console.log` with `two`.");
    child.stdin!.end("\n: bye");
    await until("2 events");
    assertStringIncludes(seen, "--page URL|FILE");
    assertStringIncludes(seen, "Ends the line before it together with its CR");
    assertEquals((await exited)[0], 0);
  });

  test("writes no character that a terminal obeys", slow, async () => {
    const evil = "\x1b[2J\x1b]0;x\x07\x9b31m\x85\u202e\u2066\u200b\u2028\x7f\x08\b";
    const page = `<p id="a${evil}">${evil}</p>`.replaceAll("\u2028", "");
    const hostile = [evil, `data: ${evil}`, `event: ${evil}`, `id: ${evil}`, `retry: ${evil}`].join("\n\n") +
      `\n\nevent: datastar-fragment\ndata: vt ${evil}\ndata: merge x${evil}\ndata: fragment ${page}\n\n` +
      ["console", "signal", "redirect", "delete"].map((name) =>
        `event: datastar-${name}\ndata: ${evil} ${evil}\n\nevent: datastar-console\ndata: log ${evil}\n\n`
      ).join("") + `event: datastar-redirect\ndata: url ${evil}\n\nevent: datastar-delete\ndata: paths ${evil}\n\n` +
      `event: datastar-patch-elements\ndata: selector #list\ndata: mode append\ndata: elements ${page}\n\n` +
      `event: datastar-patch-elements\ndata: mode ${evil}\n\nevent: datastar-patch-elements\ndata: elements ${page}\n\n` +
      `event: datastar-patch-signals\ndata: signals {"${evil}": null}\n\nevent: datastar-${evil}\ndata: ${evil}\n\n`;
    await withFiles({ "page.html": `<ul id="list">${evil}</ul>` }, async (path) => {
      const bytes = new Uint8Array([...encode(hostile), 0x9b, 0x1b, 10, 10]);
      for (const words of [[], ["--page", path("page.html")], ["--page", path("page.html"), "--dialect", "v1"]]) {
        const { code, stdout, stderr } = await explain(words, bytes);
        assertEquals([code, stderr], [0, ""]);
        assertEquals(stdout.match(/[^\n\x20-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ufefe\ufffd]/gu), null);
        assertStringIncludes(stdout, "‹ESC›[2J");
      }
    });
    for (const words of [[`no${evil}`], ["--page", `no${evil}`], [`--${evil}`]]) {
      const { stdout, stderr } = await explain(words);
      // deno-lint-ignore no-control-regex
      assertEquals([stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066]/.test(stderr)], ["", false]);
    }
  });

  test("says that a view transition hides an error of the merge", slow, async () => {
    await withFiles({ "page.html": '<!doctype html><p id="a"></p>' }, async (path) => {
      for (const vt of ["true", "false"]) {
        const stream = `event: datastar-fragment\ndata: vt ${vt}\ndata: fragment <p id="a" data-store="{"></p>\n\n`;
        const { stdout } = await explain(["--page", path("page.html")], stream);
        assertStringIncludes(stdout, "Throws bad-store");
        assertEquals(stdout.includes("(APP-15)"), vt === "true");
      }
    });
  });

  test("explains a clause or a check by its id, and names near ones", slow, async () => {
    const clause = await explain(["sto-3"]);
    assertEquals([clause.code, clause.stderr], [0, ""]);
    assertStringIncludes(clause.stdout, "STO-3: A server MUST NOT write `;` inside a string");
    assertStringIncludes(clause.stdout, "checks    sto-semicolon: ");
    assertStringIncludes((await explain(["get-no-injection"])).stdout, "clause    APP-19: ");
    assertStringIncludes((await explain(["SSE-1"])).stdout, "SSE-1: ");
    const wrong = await explain(["STO-33"]);
    assertEquals([wrong.code, wrong.stdout], [2, ""]);
    assertStringIncludes(wrong.stderr, "did you mean STO-3, ");
    assertEquals(await end(startExplain(["STO-3"])), clause);
  });

  test("is the same as a process, with a file and with standard input", slow, async () => {
    await withFiles({ "a.sse": capture }, async (path) => {
      assertEquals(await end(startExplain([path("a.sse")])), await explain([path("a.sse")]));
    });
    assertEquals(await end(startExplain([]), capture), await explain([], capture));
    assertEquals(await end(startExplain(["--pages"])), await explain(["--pages"]));
  });

  test("answers wrong words, and files that cannot be read, with one line", slow, async () => {
    const directory = fileURLToPath(new URL(".", import.meta.url));
    const table: [words: string[], code: number, message: string][] = [
      [["a", "b"], 2, "give one capture"],
      [["--pages", "x"], 2, "there is no such option"],
      [["--page"], 2, "it has no value"],
      [["--dialect", "v2"], 2, "did you mean v1?"],
      [["--dialect", "modern"], 2, "write classic or v1"],
      [["--page", "a", "--page", "b"], 2, "it is given twice"],
      [["https://example.org/"], 2, "curl -N URL | explain"],
      [[join(directory, "no-such-file.sse")], 3, "there is no such file"],
      [[directory], 3, "it is a directory"],
      [["--page", join(directory, "no-such-file.html")], 3, "Cannot read the page"],
    ];
    for (const [words, expected, message] of table) {
      const { code, stdout, stderr } = await explain(words);
      assertEquals([words, code, stdout, stderr.trimEnd().split("\n").length], [words, expected, "", 1]);
      assertStringIncludes(stderr, message);
    }
    const { code, stdout } = await explain(["--help"]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "curl -N");
  });

  test("does not explain a capture that is no raw stream, and says what to do", slow, async () => {
    const withHead = `HTTP/2 200 \r\ncontent-type: text/event-stream\r\n\r\n${capture}`;
    const inChunks = `${capture.length.toString(16)}\r\n${capture}\r\n0\r\n\r\n`;
    for (const input of [withHead, inChunks, gzipSync(capture), Buffer.from(capture, "utf16le")]) {
      const { code, stdout, stderr } = await explain([], input);
      assertEquals([code, stdout], [3, ""]);
      assertMatch(stderr, /^Cannot explain standard input: it is [^\n]+; [^\n]+`curl -sN[^\n]+\n$/);
    }
  });

  test("ends without an error when the reader goes away", slow, async () => {
    const child = startExplain([]);
    let stderr = "";
    child.stderr!.on("data", (data) => stderr += data);
    child.stdin!.on("error", () => {});
    const exited = once(child, "close");
    child.stdin!.write("event: datastar-console\ndata: log x\n\n");
    await once(child.stdout!, "data");
    child.stdout!.destroy();
    for (let i = 0; i < 200 && child.exitCode === null; i++) {
      await new Promise((resolve) =>
        child.stdin!.write("event: datastar-console\ndata: log x\n\n".repeat(500), resolve)
      );
    }
    assertEquals([(await exited)[0], stderr], [0, ""]);
  });

  test("has the flags of its task", async () => {
    const { tasks } = JSON.parse(await readFile(new URL("../../deno.json", import.meta.url), "utf8"));
    const given = flags.filter((flag) => flag !== "--frozen"); // the lock file is frozen in any case
    assertEquals(tasks.explain.command, ["deno", ...given, "cli/explain.ts"].join(" "));
  });
});
