/**
 * Starts and stops a server with a Fetch handler, by `Deno.serve` or `Bun.serve`.
 *
 * @module
 */

import process from "node:process";
import { type Address, exitNotListening } from "./config.ts";

/** Answers requests. */
export interface Handler {
  handle: (request: Request) => Response | Promise<Response>;
  /** Ends the streams that have no end of their own. */
  close: () => void;
}

/** A server that listens, under either runtime. */
interface Listener {
  port: number;
  /** Takes no new connections, and waits for the answers that have begun. */
  stop: () => Promise<void>;
}

/** Milliseconds that answers may still take when the server is told to stop. */
const stopTimeout = 1500;

/**
 * Listens, and writes a line to standard output once it does. At SIGINT or SIGTERM the streams end, the answers that have
 * begun are completed, and the process exits with code 0. If it cannot listen, the process exits with one line that says
 * why.
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
    setTimeout(() => process.exit(0), stopTimeout);
    await listener.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  console.log(`Listening on http://${urlHost(address)}:${listener.port}/`);
}

/** The host of the server's URL. */
function urlHost({ hostname }: Address): string {
  if (["0.0.0.0", "::", "[::]"].includes(hostname)) return "localhost"; // these mean every address of the machine
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
}

function listenInDeno({ hostname, port }: Address, { handle }: Handler): Listener {
  const listen = (port: number) => {
    const server = Deno.serve({ hostname, port, onListen() {} }, handle);
    // Deno stops listening when it is out of file descriptors. Its open connections stay.
    server.finished.catch((error) => {
      console.error(`Cannot take connections: ${error.message}; trying again`);
      listenAgain(server.addr.port);
    });
    return server;
  };
  const listenAgain = (port: number) =>
    setTimeout(() => {
      try {
        server = listen(port);
      } catch {
        listenAgain(port);
      }
    }, 1000);
  let server = listen(port);
  return { port: server.addr.port, stop: () => server.shutdown() };
}

/** The part of Bun's API that is used here, which Deno's type check does not know. */
declare const Bun: {
  serve(options: Address & { development: boolean; reusePort: boolean; fetch: Handler["handle"] }): Listener;
};

async function listenInBun(
  { hostname, port }: Address,
  { handle }: Handler,
): Promise<Listener> {
  // By default Bun refuses a URL and headers of 16 KiB, without an event stream: the client would ask ten times. This is
  // 64 KiB for the URL, as in Deno, and 32 KiB for the headers.
  Object.assign((await import("node:http")).default, { maxHeaderSize: 96 * 1024 });
  // With reusePort Bun would share the port with the process that has it already, and answer every other request.
  return Bun.serve({ hostname, port, development: false, reusePort: false, fetch: handle });
}
