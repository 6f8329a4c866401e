/**
 * Runs the example server for the tests of a group or file.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { after, before } from "node:test";
import { type RunningServer, slow, startServer } from "./process.ts";

/** Starts a server before the first test, and stops it after the last. Fails if it has complained of anything. */
export function useServer(): RunningServer {
  const server = {} as RunningServer;
  before(async () => void Object.assign(server, await startServer()), slow);
  after(async () => {
    assertEquals(await server.stop(), 0);
    assertEquals(server.output(), ""); // no stack trace, no warning
  }, slow);
  return server;
}
