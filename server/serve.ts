/**
 * One Fetch handler behind `Deno.serve` or `Bun.serve`, whichever there is.
 *
 * @module
 */

import process from "node:process";
import { type Config, exitUnheard } from "./config.ts";

/** What answers requests. */
export interface Handler {
  handle: (request: Request) => Response | Promise<Response>;
  /** Ends the streams that have no end of their own. */
  close: () => void;
}

/** What both runtimes give for a server that listens. */
interface Listener {
  port: number;
  /** Takes no new connections, and waits for the answers that are under way. */
  stop: () => Promise<void>;
}

/** Milliseconds that answers under way may take to arrive when the server is told to stop. */
const patience = 1500;

/**
 * Listens, says so on standard output once it does, and goes on until SIGINT or SIGTERM: then the streams end, answers
 * under way are completed, and the process exits with code 0. If it cannot listen, the process exits with one line that
 * says why.
 */
export async function serve(address: Pick<Config, "hostname" | "port">, handler: Handler): Promise<void> {
  const { hostname } = address;
  let listener: Listener;
  try {
    listener = "Deno" in globalThis ? listenInDeno(address, handler) : await listenInBun(address, handler);
  } catch (error) {
    exitUnheard(error, address);
  }
  const name = hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
  console.log(`Listening on http://${name}:${listener.port}/`);

  const stop = async () => {
    handler.close();
    setTimeout(() => process.exit(0), patience);
    await listener.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

function listenInDeno({ hostname, port }: Pick<Config, "hostname" | "port">, { handle }: Handler): Listener {
  const server = Deno.serve({ hostname, port, onListen() {} }, handle);
  return { port: server.addr.port, stop: () => server.shutdown() };
}

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: {
  serve(options: { hostname: string; port: number; development: boolean; fetch: Handler["handle"] }): Listener;
};

async function listenInBun(
  { hostname, port }: Pick<Config, "hostname" | "port">,
  { handle }: Handler,
): Promise<Listener> {
  // Bun refuses a URL and headers over 16 KiB by itself, without an event stream: the client would ask ten times.
  // A URL of 64 KiB is what Deno takes.
  Object.assign((await import("node:http")).default, { maxHeaderSize: 96 * 1024 });
  return Bun.serve({ hostname, port, development: false, fetch: handle });
}
