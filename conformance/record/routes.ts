/** Patterns of paths, by which a user says what may be asked. */

import type { AppOptions } from "../recording.ts";

/** Why an address may not be asked; nothing, if it may. */
export function whyNotChosen(
  { pathname }: Pick<URL, "pathname">,
  { onlyRoutes, skipRoutes = [] }: Pick<AppOptions, "onlyRoutes" | "skipRoutes">,
): string | undefined {
  // A pattern may be written as people read a path, or as it is sent.
  const spellings = [pathname, decode(pathname)];
  const matches = (pattern: string) => spellings.some((path) => matchesPattern(path, pattern));
  if (onlyRoutes && !onlyRoutes.some(matches)) return "no --only-route matches it";
  if (skipRoutes.some(matches)) return "a --skip-route matches it";
}

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
