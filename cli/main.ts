/**
 * The command `fragstar`, which hands its words to one of its commands. Each is loaded only when it is asked for: `serve`
 * cannot be loaded by Node, and the checker takes long to load.
 *
 * @module
 */

import process from "node:process";
import { version } from "../conformance/version.ts";
import { didYouMean, quote } from "./options.ts";
import { ignoreErrors, type Terminal, write } from "./terminal.ts";

/** Runs a command line. Resolves to the exit code, or to nothing if a server now runs. */
type Main = (args: string[], terminal: Terminal) => Promise<number | void>;

/** The commands. `list` and `matrix` are words of `conform` too. */
const commands: Record<string, () => Promise<Main>> = {
  conform: async () => (await import("./conform.ts")).main,
  explain: async () => (await import("./explain.ts")).main,
  serve: async () => (await import("./serve.ts")).main,
  list: createConform("list"),
  matrix: createConform("matrix"),
};

function createConform(word: string): () => Promise<Main> {
  return async () => {
    const { main } = await import("./conform.ts");
    return (args, terminal) => main([word, ...args], terminal);
  };
}

const help = `Checks servers that speak the Datastar protocol, explains their streams, and serves an example.

  fragstar conform <url>             check a server, an application or a stream
  fragstar explain <capture>         explain each line and each event of a recorded stream
  curl -N <url> | fragstar explain   the same for a stream that is still running
  fragstar explain <ID>              explain a check, or a clause of the protocol
  fragstar list                      list the checks
  fragstar matrix <report.json> ...  make one HTML page of several JSON reports
  fragstar serve                     serve the example at http://localhost:3000/ (with Deno or Bun)

fragstar <command> --help lists the options of a command, and fragstar --version shows the version.
`;

/** Runs a command line. Resolves to the exit code, or to nothing if a server now runs. */
export async function main(args: string[], terminal: Terminal = process): Promise<number | void> {
  ignoreErrors(terminal);
  const { stdout, stderr } = terminal;
  const [word, ...rest] = args;
  if (word === undefined) {
    await write(stderr, help);
    return 2;
  }
  if (Object.hasOwn(commands, word)) return await (await commands[word]())(rest, terminal);
  if (["--help", "-h", "help"].includes(word)) {
    await write(stdout, help);
    return 0;
  }
  if (word === "--version") {
    await write(stdout, `fragstar ${version}\n`);
    return 0;
  }
  const names = Object.keys(commands);
  const hint = /^https?:\/\//.test(word)
    ? `did you mean fragstar conform ${quote(word).slice(1, -1)}?`
    : didYouMean(word, names) || `there are ${names.join(", ")}`;
  await write(stderr, `Cannot run ${quote(word)}: there is no such command; ${hint}\n`);
  return 2;
}

/** Runs the command line of this process, and ends the process unless a server now runs. */
export async function run(): Promise<void> {
  const code = await main(process.argv.slice(2));
  if (code !== undefined) process.exit(code);
}

if (import.meta.main) await run();
