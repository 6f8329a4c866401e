/** The command `serve`: the example server. */

import process from "node:process";
import { type Option, quote, readCommandLine, UsageError } from "./options.ts";
import { type Terminal, write } from "./terminal.ts";

const options = { help: { type: "boolean", short: "h" } } satisfies Record<string, Option>;

const help =
  `Serves the example at http://localhost:3000/, with Deno or Bun. Its pages are / for the example, /learn to learn the
protocol, and /vectors to run all test vectors in your browser.

  fragstar serve

Environment variables:
  HOST            the name or address to listen on (default: localhost)
  PORT            the port (default: 3000); 0 takes a free one
  ALLOWED_HOSTS   names of other hosts that are answered, with commas between
  MAX_STREAMS     the feeds that may be open at a time (default: 10000)
  CLIENT          the file of a client of your own, which /vectors runs
`;

/** Starts the server, and resolves to nothing once it listens. Otherwise it resolves to the exit code. */
export async function main(args: string[], { stdout, stderr }: Terminal = process): Promise<number | void> {
  try {
    const { values, words } = readCommandLine("serve", args, options);
    if (values.help) {
      await write(stdout, help);
      return 0;
    }
    if (words.length > 0) throw new UsageError(`Cannot serve ${quote(words[0])}: serve takes no words`);
    if (!("Deno" in globalThis || "Bun" in globalThis)) {
      const advice = "run bunx --bun fragstar serve, or deno run -A npm:fragstar serve";
      throw new UsageError(`Cannot serve with Node: the example needs Deno or Bun; ${advice}`);
    }
  } catch (error) {
    await write(stderr, `${(error as Error).message}\n`);
    return 2;
  }
  // Loaded here because Node cannot load them: they import text.
  const [{ createHandler }, { readConfig }, { serve }] = await Promise.all([
    import("../server.ts"),
    import("../server/config.ts"),
    import("../server/serve.ts"),
  ]);
  const config = readConfig();
  await serve(config, createHandler(config));
}
