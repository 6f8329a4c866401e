/**
 * The script of the page `/learn/<vector>`: learn/app.js is this file with all that it imports. See learn/bundle.ts.
 *
 * @module
 */

import { startApp } from "../app.ts";
import { classic } from "./mod.ts";

await startApp(classic);
