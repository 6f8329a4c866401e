/**
 * Many connections at once, each with one request: `bun bench/soak/connections.ts PORT COUNT`. Says how many of them
 * were open together, and how many got a whole answer.
 *
 * @module
 */

import process from "node:process";
import { connect, type Socket } from "../sockets.ts";

const [port, count] = process.argv.slice(2).map(Number);

async function open(): Promise<{ socket: Socket; answered: Promise<boolean> }> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let text = "";
  const socket = await connect(port, {
    data(bytes) {
      text += String.fromCharCode(...bytes);
      if (/<div id="target">.*<\/div>\n\n/.test(text)) resolve(text.startsWith("HTTP/1.1 200 OK"));
    },
    close: () => resolve(false),
  });
  return { socket, answered: promise };
}

const settled = await Promise.allSettled(Array.from({ length: count }, open));
const connected = settled.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
for (const { socket } of connected) socket.write(`GET /target HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
const answers = await Promise.all(connected.map(({ answered }) => answered));
console.log(JSON.stringify({ open: connected.length, answered: answers.filter(Boolean).length }));
process.exit();
