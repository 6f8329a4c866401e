/**
 * The conformance checker as a program: it checks a server, and reports each fault with its clause, the bytes that show it,
 * and the repair.
 *
 * @module
 */

import process from "node:process";
import { main } from "./cli/conform.ts";

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
