/**
 * What stands for the packages in a browser. A page of its own has to have it as a script in its text, so the page's
 * policy has to know its hash.
 *
 * @module
 */

import { hashSource } from "../server/policy.ts";

/** The text of `<script type="importmap">`. */
export const importMap: string = JSON.stringify({
  imports: {
    "acorn": "/learn/packages.js",
    "eventsource-parser": "/learn/packages.js",
    "parse5": "/learn/no_parse5.js",
  },
});

/** Its hash, as a policy has it. */
export const importMapHash: string = await hashSource(importMap);
