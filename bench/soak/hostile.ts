/**
 * Texts and requests that a server may get wrong.
 *
 * @module
 */

export const hostileTexts = [
  "hello",
  "",
  " ",
  "it's $5; ~x",
  '"quoted"',
  "</script><b>",
  "<!--",
  "&amp;&",
  "a\nb\r\nc\rd",
  "\0",
  "\u2028\u2029",
  "\uFEFF",
  "e\u0301",
  "👩‍👩‍👧",
  "\\u0024",
  "data: fragment",
  "`${x}`",
  "__proto__",
  "x".repeat(2_000),
];

/** Requests that are not in order, as lines without the blank one at the end. */
export function badRequests(port: number): string[][] {
  const host = `Host: localhost:${port}`;
  return [
    ["\0\x01\x02\xff rubbish"],
    ["GET"],
    ["GET /target HTTP/9.9"],
    ["BREW /target HTTP/1.1", host],
    ["GET /target HTTP/1.0", host],
    ["POST /get HTTP/1.1", host, "Content-Length: 5", "", "hello"],
    ["GET /get HTTP/1.1", host],
    ["GET /get?datastar=%7B HTTP/1.1", host],
    ["GET /get?datastar=[] HTTP/1.1", host],
    ["GET /get?datastar=%ff%fe%00 HTTP/1.1", host],
    ["GET /target HTTP/1.1", "Host: evil.example"],
    ["GET /target HTTP/1.1", host, "Origin: http://evil.example"],
    ["GET http://evil.example/target HTTP/1.1", "Host: localhost"],
    [`GET /${"x".repeat(70_000)} HTTP/1.1`, host],
    ["GET /target HTTP/1.1", host, `X-Long: ${"x".repeat(200_000)}`],
    ["GET /feed HTTP/1.1", host, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x"],
    ["HEAD /feed HTTP/1.1", host],
    ["GET /target HTTP/1.1", host, "Transfer-Encoding: chunked", "", "zz", "nonsense"],
    ["GET /target HTTP/1.1", host, "", "GET /target HTTP/1.1", host, "", "GET /nowhere HTTP/1.1", host],
    ["GET /../../etc/passwd HTTP/1.1", host],
    ["GET /learn/%00 HTTP/1.1", host],
  ];
}
