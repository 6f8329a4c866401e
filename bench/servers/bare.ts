// The bare runtime: constant bytes, with the headers that the example sends. ANSWER says which of its answers.
import process from "node:process";

const stream = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
};
const page = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-cache",
  "x-content-type-options": "nosniff",
  "content-security-policy": process.env.POLICY ?? "default-src 'self'",
};
const encoder = new TextEncoder();
const event = (...data: string[]) => encoder.encode(`event: datastar-fragment\ndata: ${data.join("\ndata: ")}\n\n`);
const store = "{&quot;output&quot;:&quot;Your input: hello, is 5 long.&quot;}";
const answers: Record<string, () => Response> = {
  target: constant(event('fragment <div id="target"><b>2026-11-25 12:00:00</b></div>'), stream),
  get: constant(event("merge upsert_attributes", `fragment <main id="main" data-store="${store}"></main>`), stream),
  page: constant(encoder.encode(process.env.BODY), page),
};
const readers = new Set<ReadableStreamDefaultController<Uint8Array>>();

function constant(bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
  return () => new Response(bytes, { headers });
}

function feed(): Response {
  let reader: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream({
    start(controller) {
      readers.add(reader = controller);
      reader.enqueue(newest);
    },
    cancel: () => void readers.delete(reader),
  });
  return new Response(body, { headers: stream });
}

let newest = next();
function next() {
  return event(`fragment <span id="feed">${crypto.randomUUID().replaceAll("-", "").slice(16)}</span>`);
}
if (process.env.ANSWER === "feed") {
  setInterval(() => {
    newest = next();
    for (const reader of readers) reader.enqueue(newest);
  }, 1000);
}

const handle = process.env.ANSWER === "feed"
  ? ({ url }: Request) => url.endsWith("/feed") ? feed() : answers.target()
  : answers[process.env.ANSWER!];

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: {
  serve(options: { port: number; hostname: string; development: boolean; fetch: typeof handle }): { port: number };
};

const listen = { port: Number(process.env.PORT), hostname: "localhost" };
const port = "Deno" in globalThis
  ? Deno.serve({ ...listen, onListen() {} }, handle).addr.port
  : Bun.serve({ ...listen, development: false, fetch: handle }).port;
console.log(`Listening on http://localhost:${port}/`);
