/** Patterns of paths, by which a user says what may be asked. */

import type { AppOptions } from "../recording.ts";

/** Words of a path that ends the session or removes something. A run that asked it would lose what it looks at. */
const harmful = /(?<![a-z])(?:(?:log|sign)[-_]?(?:out|off)|delete|remove|destroy|wipe|purge)(?![a-z])/;

/** Why a request may not be made; nothing, if it may. */
export function whyNotChosen(
  { pathname }: Pick<URL, "pathname">,
  method: string,
  { onlyRoutes, skipRoutes = [] }: Pick<AppOptions, "onlyRoutes" | "skipRoutes">,
): string | undefined {
  // A pattern may be written as people read a path, or as it is sent.
  const spellings = [pathname, decode(pathname)];
  const matches = (pattern: string) => spellings.some((path) => matchesPattern(path, pattern));
  if (onlyRoutes && !onlyRoutes.some(matches)) return "no --only-route matches it";
  if (skipRoutes.some(matches)) return "a --skip-route matches it";
  // The other methods are allowed by the user in words.
  const [word] = method === "GET" && !onlyRoutes && harmful.exec(inWords(decode(pathname))) || [];
  if (word !== undefined) {
    return `"${word}" in its path may end the session or remove something: to ask it, give --only-route "${pathname}"`;
  }
}

/** `deleteAll` as `delete-all`. */
const inWords = (path: string) => path.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether a path has the form of a pattern, in which `*` stands for any characters. */
function matchesPattern(path: string, pattern: string): boolean {
  const [first, ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return path === pattern;
  if (!path.startsWith(first) || !path.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= path.length - last.length;
}
