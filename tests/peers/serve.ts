import process from "node:process";

type Handler = (request: Request) => Response | Promise<Response>;

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: {
  serve(options: { port: number; hostname: string; development: boolean; fetch: Handler }): { port: number };
};

/** Serves a Fetch handler at `PORT` under either runtime, and prints the ready line. */
export function serve(handle: Handler): void {
  const listen = { port: Number(process.env.PORT), hostname: "localhost" };
  const port = "Deno" in globalThis
    ? Deno.serve({ ...listen, onListen() {} }, handle).addr.port
    : Bun.serve({ ...listen, development: false, fetch: handle }).port;
  console.log(`Listening on http://localhost:${port}/`);
}
