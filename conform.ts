/**
 * The conformance checker's door: point it at a server, and it says what is wrong, which clause says so, which bytes show
 * it, and how to repair it.
 *
 * @module
 */

import process from "node:process";
import { main } from "./cli/conform.ts";

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
