/**
 * A server on `HOST` and `PORT`. A test stops the process: then it accepts no connection.
 *
 * @module
 */

import { createServer } from "node:net";
import process from "node:process";

createServer().listen({ host: process.env.HOST, port: Number(process.env.PORT), backlog: 1 }, () => {
  console.log("listening");
});
