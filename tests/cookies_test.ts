import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { createCookies } from "../conformance/record/cookies.ts";

/** The cookies that are sent to a URL after answers at a URL have set some. */
function sent(setAt: string, cookies: string[], url: string, given?: string): string | undefined {
  const jar = createCookies(given);
  const headers = cookies.map((cookie): [string, string] => ["Set-Cookie", cookie]);
  jar.keep(new URL(setAt), { head: { version: "1.1", status: 200, reason: "OK", headers, at: 0 } });
  return jar.headerFor(new URL(url)).cookie;
}

const home = "http://localhost:3000/";

test("cookies are sent as Chromium sends them", () => {
  const table: [name: string, setAt: string, cookies: string[], url: string, cookie: string | undefined][] = [
    ["one", home, ["sid=1"], `${home}get`, "sid=1"],
    ["several", home, ["a=1; HttpOnly", "b=2; SameSite=Strict"], home, "a=1; b=2"],
    ["the last value", home, ["a=1", "a=2"], home, "a=2"],
    ["of a path", home, ["a=1; Path=/app"], `${home}app/x`, "a=1"],
    ["of another path", home, ["a=1; Path=/app"], `${home}apple`, undefined],
    ["of the folder, where there is no path", `${home}a/b`, ["c=1"], `${home}a/x`, "c=1"],
    ["and only of that folder", `${home}a/b`, ["c=1"], `${home}x`, undefined],
    ["taken back by Max-Age", home, ["a=1", "a=; Max-Age=0"], home, undefined],
    ["taken back by Expires", home, ["a=1", "a=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], home, undefined],
    ["Secure on this machine", "http://127.0.0.1:1/", ["a=1; Secure"], "http://127.0.0.1:1/", "a=1"],
    ["Secure elsewhere by http", "http://example.com/", ["a=1; Secure"], "http://example.com/", undefined],
    ["with a prefix", home, ["__Host-a=1; Secure; Path=/"], home, "__Host-a=1"],
    ["with a wrong prefix", home, ["__Host-a=1; Path=/x; Secure"], `${home}x`, undefined],
    ["of another domain", home, ["a=1; Domain=example.com"], home, undefined],
    ["without a value", home, ["a="], home, "a="],
    ["with a value that holds =", home, ["a=b=c"], home, "a=b=c"],
  ];
  assertEquals(
    table.map(([name, setAt, cookies, url]) => [name, sent(setAt, cookies, url)]),
    table.map(([name, , , , cookie]) => [name, cookie]),
  );
});

test("the cookies of the user come first", () => {
  assertEquals(sent(home, ["a=1"], home, "login=x"), "login=x; a=1");
  assertEquals(sent(home, [], home, "login=x"), "login=x");
});
