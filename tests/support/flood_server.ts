/**
 * A server for the tests of streams: a feed that says much, one that says nothing, and how many read the first.
 *
 * @module
 */

import { fragment } from "../../fragments.ts";
import { serve } from "../../server/serve.ts";
import { createFeed } from "../../stream.ts";

const event = fragment(`<b id="flood">${"x".repeat(100_000)}</b>`);
const flood = createFeed({ next: () => event, every: 50 });
const quiet = createFeed({ next: () => null, every: 1000 });

await serve({ hostname: "localhost", port: 0 }, {
  handle(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/readers") return new Response(String(flood.readers));
    return (pathname === "/flood" ? flood : quiet).open()!;
  },
  close() {
    flood.close();
    quiet.close();
  },
});
