/**
 * Finds the file of a client 1.0.x: in CLIENT_V1, or in the folder clients/, which git ignores. The client is on no
 * package registry.
 *
 * @module
 */

import { readdir } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";

const clients = fileURLToPath(new URL("../../clients/", import.meta.url));
const [first] = (await readdir(clients).catch(() => [])).filter((name) => name.endsWith(".js"));

/** The path of the file, or nothing. */
export const clientFile: string | undefined = process.env.CLIENT_V1 || (first && clients + first);
