/** Patterns of paths, by which a user says what may be asked. */

import type { AppOptions } from "../recording.ts";

/** Words of a path or a query that end the session or remove something. A run that asked it would lose what it looks at. */
const harmful = new RegExp(
  [
    /(?<![a-z])(?:log|sign)[-_]?(?:out|off)(?![a-z])/,
    /(?<![a-z])(?:shut[-_]?down|delete|remove|destroy|wipe|purge|terminate|unsubscribe)/,
    /(?<=[/=])(?:clear|reset)(?![a-z])/, // `/cart/clear`, not `/unclear`
    /(?<=(?:account|session|user)\/)(?:end|close)(?![a-z])/, // not `/modal/close`
  ].map(({ source }) => source).join("|"),
);

/** The parameter with the signals, which are no part of what a page asks for. */
const signalsName = "datastar";

/** Why a request may not be made; nothing, if it may. */
export function whyNotChosen(
  { pathname, searchParams }: Pick<URL, "pathname" | "searchParams">,
  method: string,
  { onlyRoutes, skipRoutes = [] }: Pick<AppOptions, "onlyRoutes" | "skipRoutes">,
): string | undefined {
  // A pattern may be written as people read a path, or as it is sent.
  const spellings = [pathname, decode(pathname)];
  const matches = (pattern: string) => spellings.some((path) => matchesPattern(path, pattern));
  if (onlyRoutes && !onlyRoutes.some(matches)) return "no --only-route matches it";
  if (skipRoutes.some(matches)) return "a --skip-route matches it";
  // The other methods are allowed by the user in words.
  const query = [...searchParams].filter(([name]) => name !== signalsName).map(([name, value]) => `?${name}=${value}`);
  const [word] = method === "GET" && !onlyRoutes && harmful.exec(inWords(decode(pathname) + query.join(""))) || [];
  if (word !== undefined) {
    return `"${word}" in its address may end the session or remove something: to ask it, give --only-route "${pathname}"`;
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
