/**
 * The import map of the page, which resolves the names of packages. It has to be an inline script, so the page's policy
 * allows it by its hash.
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

/** Its hash, as it stands in a policy. */
export const importMapHash: string = await hashSource(importMap);
