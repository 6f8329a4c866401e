/**
 * One Fetch handler behind `Deno.serve` or `Bun.serve`, whichever there is.
 *
 * @module
 */

import process from "node:process";
import { type Address, exitNotListening } from "./config.ts";

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
export async function serve(address: Address, handler: Handler): Promise<void> {
  let listener: Listener;
  try {
    listener = "Deno" in globalThis ? listenInDeno(address, handler) : await listenInBun(address, handler);
  } catch (error) {
    exitNotListening(error, address);
  }
  const stop = async () => {
    handler.close();
    setTimeout(() => process.exit(0), patience);
    await listener.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  console.log(`Listening on http://${nameOf(address)}:${listener.port}/`);
}

/** The host that leads to the server, as a URL has it. */
function nameOf({ hostname }: Address): string {
  if (["0.0.0.0", "::", "[::]"].includes(hostname)) return "localhost"; // every address, and no address
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
}

function listenInDeno({ hostname, port }: Address, { handle }: Handler): Listener {
  const listen = (port: number) => {
    const server = Deno.serve({ hostname, port, onListen() {} }, handle);
    // Deno gives up its port when it is out of file descriptors. The connections that it has live on.
    server.finished.catch((error) => {
      console.error(`Cannot take connections: ${error.message}; trying again`);
      again(server.addr.port);
    });
    return server;
  };
  const again = (port: number) =>
    setTimeout(() => {
      try {
        server = listen(port);
      } catch {
        again(port);
      }
    }, 1000);
  let server = listen(port);
  return { port: server.addr.port, stop: () => server.shutdown() };
}

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: {
  serve(options: Address & { development: boolean; reusePort: boolean; fetch: Handler["handle"] }): Listener;
};

async function listenInBun(
  { hostname, port }: Address,
  { handle }: Handler,
): Promise<Listener> {
  // Bun by itself refuses a URL and headers of 16 KiB, without an event stream: the client would ask ten times. This is
  // 64 KiB for the URL, which is what Deno takes, and 32 KiB for the headers.
  Object.assign((await import("node:http")).default, { maxHeaderSize: 96 * 1024 });
  // Without development Bun would share the port with whoever has it already, and answer every other request.
  return Bun.serve({ hostname, port, development: false, reusePort: false, fetch: handle });
}
