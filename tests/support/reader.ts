/**
 * A process that reads a feed until it is killed. `PORT` is the port of the server.
 *
 * @module
 */

import process from "node:process";
import { openFeed } from "./http.ts";

const feed = await openFeed(Number(process.env.PORT));
feed!.resume();
console.log("reading");
