/**
 * Many connections at once, each with one request: `bun bench/soak/connections.ts PORT COUNT`. Says how many of them
 * were open together, and how many got a whole answer.
 *
 * @module
 */

import process from "node:process";

interface Socket {
  write(text: string): void;
  end(): void;
}

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: {
  connect(options: {
    hostname: string;
    port: number;
    socket: { open(socket: Socket): void; data(socket: Socket, bytes: Uint8Array): void; close(): void };
  }): Promise<Socket>;
};

const [port, count] = process.argv.slice(2).map(Number);

function connect(): Promise<{ socket: Socket; answered: Promise<boolean> }> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let text = "";
  return Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open() {},
      data(_socket, bytes) {
        text += String.fromCharCode(...bytes);
        if (/<div id="target">.*<\/div>\n\n/.test(text)) resolve(text.startsWith("HTTP/1.1 200 OK"));
      },
      close: () => resolve(false),
    },
  }).then((socket) => ({ socket, answered: promise }));
}

const settled = await Promise.allSettled(Array.from({ length: count }, connect));
const connected = settled.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
for (const { socket } of connected) socket.write(`GET /target HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
const answers = await Promise.all(connected.map(({ answered }) => answered));
console.log(JSON.stringify({ open: connected.length, answered: answers.filter(Boolean).length }));
process.exit();
