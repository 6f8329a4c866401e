import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, test } from "node:test";
import { checkApp, dialects } from "../conformance/mod.ts";
import { conformHere, withHttp } from "./support/conform.ts";

const stream = `event: datastar-fragment\ndata: fragment <p id="p">1</p>\n\n`;

describe("--app says what an address is, if it is not a page with actions", () => {
  const html = { "content-type": "text/html" };
  const answers: [name: string, status: number, headers: Record<string, string>, body: string, sentence: string][] = [
    ["JSON", 200, { "content-type": "application/json" }, "{}", "answers with application/json, not with an HTML page"],
    ["a stream", 200, { "content-type": "text/event-stream" }, stream, "use --stream for it"],
    ["a login", 401, html, "<p>Who are you?</p>", "the page asks for a login (401)"],
    ["a missing page", 404, html, "<p>Not found</p>", "no page at this address"],
    ["a redirect to another origin", 302, { location: "http://127.0.0.1:1/" }, "", "which is on a different origin"],
    ["a redirect to itself", 302, { location: "/" }, "", "redirects to /, which is not a page"],
    ["a page of a later Datastar", 200, html, `<b data-on:click="@get('/x')">`, "written for a later Datastar"],
    ["a page of htmx", 200, html, `<b hx-get="/x">`, "written for htmx"],
    ["a plain page", 200, html, "<p>Hello</p>", "has no attribute of Datastar at all"],
    ["a page that is too long", 200, html, "<p>".padEnd(1024 * 1024 + 1, "x"), "the page is too long"],
  ];
  const client = '<script type="module" src="/datastar.js"></script>';
  const inV1: typeof answers = [
    ...answers.filter(([name]) => !/later/.test(name)),
    ["a page without an action", 200, html, `${client}<b data-text="$a">`, "no attribute of the page has an action"],
  ];
  const all = [
    ...answers.map((answer) => ({ answer, dialect: "classic" })),
    ...inV1.map((answer) => ({ answer, dialect: "v1" })),
  ];
  for (const { answer: [name, status, headers, body, sentence], dialect } of all) {
    test(`${name}, in ${dialect}`, async () => {
      const { code, stdout } = await withHttp((_, response) => {
        response.writeHead(status, headers).end(body);
      }, (url) => conformHere(["--app", url, "--dialect", dialect]));
      assertStringIncludes(stdout.replaceAll(/\s+/g, " "), sentence);
      assertEquals(code, 3);
    });
  }
});

/** Checks a page. Returns the actions, and the requests that the server got. */
async function ask(page: string, options: Parameters<typeof checkApp>[1] = {}) {
  const asked: string[] = [];
  const run = await withHttp((request, response) => {
    asked.push(`${request.method} ${request.url!.split("?")[0]}`);
    const isPage = request.url === "/";
    response.writeHead(200, { "content-type": isPage ? "text/html" : "text/event-stream" });
    response.end(isPage ? page : stream);
  }, (url) => checkApp(url, { dialect: dialects.classic, gentle: true, ...options }));
  return { actions: run.app!.actions, asked };
}

test("a GET that ends the session or removes something is asked only if --only-route names it", async () => {
  const harmful = [
    ...[
      "/logout",
      "/user/sign-out",
      "/items/deleteAll",
      "/deleted",
      "/removeitem",
      "/shutdown",
      "/shut-down",
      "/terminate",
    ],
    ...["/unsubscribe", "/session/end", "/account/close", "/cart/clear", "/clearCart", "/reset", "/destroy", "/wipe"],
    ...["/purge", "/x?action=logout", "/x?do=delete", "/x?delete=1", "/x?logout", "/x?do=reset"],
  ];
  const others = [
    "/blogs",
    "/undeleted",
    "/front-end",
    "/modal/close",
    "/unclear",
    "/weekend",
    "/closest",
    "/nuclear",
    "/dates?end=1",
    "/z?a=blogs",
  ];
  const page = `<p id="p">${
    [...harmful, ...others].map((path) => `<b data-on-click="$$get('${path}')"></b>`).join("")
  }</p>`;
  const paths = others.map((path) => `GET ${path.split("?")[0]}`);
  assertEquals((await ask(page)).asked, ["GET /", ...paths, "GET /"]);
  assertEquals((await ask(page, { onlyRoutes: ["/logout"] })).asked, ["GET /", "GET /logout", "GET /"]);
});

test("a header of the page begins no other request", async () => {
  const header = `data-header-x="a&#13;&#10;&#13;&#10;DELETE /all HTTP/1.1&#13;&#10;host: x"`;
  const { actions, asked } = await ask(`<p id="p" ${header} data-on-load="$$get('/a')"></p>`);
  assertEquals(asked, ["GET /", "GET /"]);
  assert(actions[0].leftOut?.includes("data-header-x"));
});
