/**
 * The server's configuration: four environment variables.
 *
 * @module
 */

import process from "node:process";

/** What the variables say. */
export interface Config {
  /** `HOST`: the name or address to listen on. Default: localhost. */
  hostname: string;
  /** `PORT`: 0 takes a free one. Default: 3000. */
  port: number;
  /** `ALLOWED_HOSTS`: hosts that are answered beside loopback, as `name` or `name:port`. Default: none. */
  allowedHosts: string[];
  /** `MAX_STREAMS`: feeds that may be open at a time. Default: 10,000. */
  maxStreams: number;
}

/** The flags that let Deno do what this server does. */
const denoFlags = "--allow-net --allow-env=HOST,PORT,ALLOWED_HOSTS,MAX_STREAMS";

/** Reads the configuration. A value that means nothing ends the process, with one line that says why. */
export function readConfig(): Config {
  const hostname = read("HOST") || "localhost";
  if (/[\s/@?#]/.test(hostname)) exit(2, `HOST is ${JSON.stringify(hostname)}: give a name or an address`);
  const allowedHosts = read("ALLOWED_HOSTS").toLowerCase().split(",").map((name) => name.trim()).filter(Boolean);
  for (const name of allowedHosts) {
    if (URL.parse(`http://${name}`)?.host !== name) {
      exit(2, `ALLOWED_HOSTS has ${JSON.stringify(name)} in it: give names, or name:port, with commas between`);
    }
  }
  return {
    hostname,
    port: wholeNumber("PORT", 3000, 65_535),
    allowedHosts,
    maxStreams: wholeNumber("MAX_STREAMS", 10_000),
  };
}

function read(name: string): string {
  try {
    return process.env[name]?.trim() ?? "";
  } catch {
    exit(2, `Cannot read ${name}: run deno with ${denoFlags}`);
  }
}

function wholeNumber(name: string, otherwise: number, most = 999_999): number {
  const value = read(name) || String(otherwise);
  if (/^\d+$/.test(value) && Number(value) <= most) return Number(value);
  exit(2, `${name} is ${JSON.stringify(value)}: give a whole number from 0 to ${most}`);
}

/** Why the server could not listen, for the person at the terminal. */
export function exitUnheard(error: unknown, { hostname, port }: Pick<Config, "hostname" | "port">): never {
  const { name, code } = error as { name: string; code?: string };
  const where = `Cannot listen on ${hostname}:${port}`;
  if (name === "NotCapable") exit(2, `${where}: run deno with ${denoFlags}`);
  if (code === "EADDRINUSE") exit(1, `${where}: the port is taken; set PORT to another one, or to 0 for any free one`);
  if (code === "EACCES") exit(1, `${where}: this user may not have the port; set PORT to 1024 or more`);
  if (code === "EMFILE" || code === "ENFILE") exit(1, `${where}: there are too many open files; raise the limit`);
  exit(2, `${where}: HOST is ${JSON.stringify(hostname)}, which is no address of this machine`);
}

function exit(code: number, message: string): never {
  console.error(message);
  process.exit(code);
}
