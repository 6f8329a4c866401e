/**
 * The server's configuration: five environment variables.
 *
 * @module
 */

import { closeSync, openSync, statSync } from "node:fs";
import process from "node:process";

/** The address to listen on. */
export interface Address {
  /** `HOST`: a name or an address. Default: localhost. */
  hostname: string;
  /** `PORT`: 0 takes a free one. Default: 3000. */
  port: number;
}

/** The values of the variables. */
export interface Config extends Address {
  /** `ALLOWED_HOSTS`: hosts that are answered besides loopback, as `name` or `name:port`. Default: none. */
  allowedHosts: string[];
  /** `MAX_STREAMS`: feeds that may be open at a time. */
  maxStreams?: number;
  /** `CLIENT`: the file of a client. Default: none. */
  client?: string;
}

/** The permissions that the server needs under Deno. */
const denoFlags = "--allow-net --allow-env=HOST,PORT,ALLOWED_HOSTS,MAX_STREAMS,CLIENT";

/** Reads the configuration. A bad value ends the process, with one line that says why. */
export function readConfig(): Config {
  const hostname = readVariable("HOST") || "localhost";
  if (/[\s/@?#]/.test(hostname)) exit(2, `HOST is ${JSON.stringify(hostname)}: give a name or an address`);
  const allowedHosts = readVariable("ALLOWED_HOSTS").toLowerCase().split(",").map((name) => name.trim()).filter(
    Boolean,
  );
  for (const name of allowedHosts) {
    if (!/^[\w.:[\]-]+$/.test(name) || URL.parse(`http://${name}`)?.host !== name) {
      exit(2, `ALLOWED_HOSTS has ${JSON.stringify(name)} in it: give each name, or name:port, with commas between`);
    }
  }
  return {
    hostname,
    port: readWholeNumber("PORT", 65_535) ?? 3000,
    allowedHosts,
    maxStreams: readWholeNumber("MAX_STREAMS"),
    client: readFileName("CLIENT"),
  };
}

function readVariable(name: string): string {
  try {
    return process.env[name]?.trim() ?? "";
  } catch {
    exit(2, `Cannot read ${name}: run deno with ${denoFlags}`);
  }
}

function readWholeNumber(name: string, max = 999_999): number | undefined {
  const value = readVariable(name);
  if (value === "") return undefined;
  if (/^\d+$/.test(value) && Number(value) <= max) return Number(value);
  exit(2, `${name} is ${JSON.stringify(value)}: give a whole number from 0 to ${max}`);
}

/** Reads the name of a file, which has to be there and readable. */
function readFileName(name: string): string | undefined {
  const file = readVariable(name);
  if (file === "") return undefined;
  const refuse = (why: string) => exit(2, `${name} is ${JSON.stringify(file)}: ${why}`);
  try {
    if (!statSync(file).isFile()) refuse("it is not a file; give the path of a script");
    closeSync(openSync(file, "r")); // not accessSync, for which Deno needs one more permission
    return file;
  } catch (error) {
    const { name, code } = error as Error & { code?: string };
    if (name === "NotCapable") refuse(`run deno with --allow-read=${file} too`);
    refuse(code === "ENOENT" ? "there is no such file; give the path of a script" : `it cannot be read (${code})`);
  }
}

/** Ends the process with one line that says why the server cannot listen. */
export function exitNotListening(error: unknown, { hostname, port }: Address): never {
  const { name, code, message } = error as Error & { code?: string };
  const where = `Cannot listen on ${hostname}:${port}`;
  if (name === "NotCapable") exit(2, `${where}: run deno with ${denoFlags}`);
  if (code === "EADDRINUSE") {
    exit(1, `${where}: the port is taken; set PORT to a different one, or to 0 for any free one`);
  }
  // Bun has a code for a name that it cannot resolve, Deno only the message, which is the same if there is no file
  // descriptor left for the look-up. But localhost can always be resolved.
  const isUnresolved = message.startsWith("failed to lookup");
  if (code === "EMFILE" || isUnresolved && hostname === "localhost") {
    exit(1, `${where}: this process is out of file descriptors; raise the limit, for instance with ulimit -n 10000`);
  }
  if (code === "EACCES") exit(1, `${where}: this user may not have the port; set PORT to 1024 or more`);
  if (code === "EADDRNOTAVAIL" || code === "EINVAL" || isUnresolved) {
    exit(2, `${where}: HOST is ${JSON.stringify(hostname)}, which is not an address of this machine`);
  }
  exit(1, `${where}: ${message}`);
}

function exit(code: number, message: string): never {
  console.error(message);
  process.exit(code);
}
