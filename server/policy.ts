/**
 * The Content-Security-Policy of a page: everything is forbidden except what the page names.
 *
 * @module
 */

/**
 * Writes a policy that allows the named sources alone. The page has no base address and sends no forms.
 *
 * ```ts
 * import { contentSecurityPolicy } from "./policy.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   contentSecurityPolicy({ "script-src": "'self'" }),
 *   "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
 * );
 * ```
 *
 * @param sources Sources by directive, for instance `script-src`.
 * @param frameAncestors Pages that may show this one in a frame. `null` for a policy in a `<meta>`, where it is ignored.
 */
export function contentSecurityPolicy(
  sources: Record<string, string>,
  frameAncestors: string | null = "'none'",
): string {
  const directives = {
    "default-src": "'none'",
    ...sources,
    "base-uri": "'none'",
    "form-action": "'none'",
    ...frameAncestors !== null && { "frame-ancestors": frameAncestors },
  };
  return Object.entries(directives).map(([directive, allowed]) => `${directive} ${allowed}`).join("; ");
}

/** The hash of a script or a style in a page, as its policy names it. */
export async function hashSource(source: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(source));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}
