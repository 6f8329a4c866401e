/**
 * A process that reads a feed until somebody kills it: `PORT` says where.
 *
 * @module
 */

import process from "node:process";
import { openFeed } from "./http.ts";

const feed = await openFeed(Number(process.env.PORT));
feed!.resume();
console.log("reading");
