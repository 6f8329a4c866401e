/** The command line of `conform`. */

import { dialectsWith } from "../conformance/detect.ts";
import type { Dialect } from "../conformance/dialect.ts";
import { defaultDialect, dialects } from "../conformance/dialects.ts";
import { selectChecks } from "../conformance/judge.ts";
import type { AppOptions } from "../conformance/recording.ts";
import { type ReporterName, reporters } from "../conformance/report/mod.ts";
import { showInvisible } from "../harness/mod.ts";
import { findId, suggestIds } from "./ids.ts";
import {
  type CommandLine,
  describeOptions,
  didYouMean,
  type Option,
  quote,
  readCommandLine,
  UsageError,
} from "./options.ts";

/** The source of what is checked. */
export type Source =
  | { kind: "server"; url: URL }
  | { kind: "app"; url: URL; asked: AppOptions }
  | { kind: "sdk"; url: URL }
  | { kind: "stream"; url: URL; method: string; signals?: string }
  | { kind: "file"; path: string }
  | { kind: "replay"; path: string };

/** A report for a file. */
export interface FileReport {
  reporter: ReporterName;
  file: string;
}

/** A run that is asked for. */
export interface CheckCommand {
  name: "check";
  source: Source;
  /** The dialect that is asked for, or the one of the checks that are named. Default: what the page or the stream speaks. */
  dialect?: Dialect;
  /** A command that starts the server. */
  spawn?: string;
  reporter: ReporterName;
  /** Whether the text report lists every check. */
  verbose: boolean;
  output?: string;
  /** Reports that are also written, each to a file of its own. */
  reports: FileReport[];
  only?: string[];
  skip?: string[];
  baseline?: string;
  writeBaseline?: string;
  /** The file that the recording of the run is kept in. */
  record?: string;
  headers: Record<string, string>;
  timeout: number;
  /** Milliseconds that an answer which goes on is watched. */
  wait: number;
  /** Paths of endpoints, by the names of the contract. */
  routes: Record<string, string>;
  page?: string;
}

/** A command that is asked for. */
export type Command =
  | CheckCommand
  | { name: "help" | "version" }
  | { name: "list"; dialects: readonly Dialect[]; output?: string }
  | { name: "explain"; dialects: readonly Dialect[]; ids: string[]; output?: string }
  | { name: "matrix"; files: string[]; output?: string };

const options = {
  app: { type: "string" },
  sdk: { type: "string" },
  stream: { type: "string" },
  file: { type: "string" },
  replay: { type: "string" },
  spawn: { type: "string" },
  dialect: {
    type: "string",
    value: "NAME",
    help: `${Object.keys(dialects).join(" or ")} (default: the one that the page or the stream speaks)`,
  },
  reporter: {
    type: "string",
    multiple: true,
    value: "NAME[=FILE]",
    help: "text (default), json, junit, markdown or html; may be given again, each with a file",
  },
  verbose: { type: "boolean", help: "list every check in the text report, and every failure in full" },
  output: { type: "string", value: "FILE", help: "write to a file what would go to standard output" },
  only: { type: "string", multiple: true, value: "ID,ID", help: "make only these checks" },
  skip: { type: "string", multiple: true, value: "ID,ID", help: "leave these out" },
  baseline: {
    type: "string",
    value: "FILE",
    help: "known failures: they are excused, and what is listed and passes fails the run",
  },
  "write-baseline": { type: "string", value: "FILE", help: "write what fails now as a baseline" },
  record: { type: "string", value: "FILE", help: "keep all requests and answers of the run, for --replay" },
  header: {
    type: "string",
    multiple: true,
    value: '"Name: value"',
    help: "send this with each request; may be given again",
  },
  timeout: {
    type: "string",
    value: "MS",
    help: "how long an answer, a start, or a run of over 60 s may take (default: 10000)",
  },
  wait: {
    type: "string",
    value: "MS",
    help: "with --app, --stream: how long to watch a stream (default: --timeout, or 5000)",
  },
  method: { type: "string", value: "METHOD", help: "with --stream: GET (default), POST, PUT, PATCH or DELETE" },
  signals: {
    type: "string",
    value: "JSON|FILE",
    help: "with --stream: the store that is sent (default: that of --page, or an empty one)",
  },
  route: {
    type: "string",
    multiple: true,
    value: "get=/path",
    help: "where an endpoint is: page, get, target or feed; may be given again",
  },
  allow: {
    type: "string",
    multiple: true,
    value: "METHOD,METHOD",
    help: "with --app: ask actions with these methods too (POST, PUT, PATCH, DELETE), or all",
  },
  "only-route": {
    type: "string",
    multiple: true,
    value: "PATTERN",
    help: "with --app: ask only actions with such a path; * stands for any characters",
  },
  "skip-route": {
    type: "string",
    multiple: true,
    value: "PATTERN",
    help: "with --app: do not ask actions with such a path",
  },
  signal: {
    type: "string",
    multiple: true,
    value: "name=value",
    help: "with --app: give a signal a value; JSON, or a text",
  },
  gentle: { type: "boolean", help: "with --app: send one request at a time, and no hostile text" },
  page: { type: "string", value: "URL|FILE", help: "the page that a stream (--stream, --file) is applied to" },
  help: { type: "boolean", short: "h", help: "this text" },
  version: { type: "boolean", help: "the version" },
} satisfies Record<string, Option>;

type OptionName = keyof typeof options;
type Values = CommandLine<OptionName>["values"];

/** The text of `--help`. */
export const help = `Checks a server that speaks Datastar, v1 or classic, and says what is wrong, which clause says so,
which bytes show it, and how to fix it.

  conform <url>                     the example contract on a running server: /, /get, /target, /feed;
                                    below a path, as /app/get, where the URL has one: http://localhost/app/
  conform --app <url>               any page: each of its actions is asked, and applied to it
  conform --sdk <url>               the test endpoint of an SDK for v1: /test, where the URL has no path
  conform --stream <url>            any one endpoint that answers with a Datastar stream
  conform --file <capture|->        a recorded stream, as raw bytes, from a file or standard input
  conform --replay <recording>      what --record has kept of a run: it is judged again
  conform --spawn "<command>" <url> start the server, wait until it answers, check, stop it
  conform list                      the checks
  conform explain <ID>              one check: its clause, why it matters, how to fix it; or one clause
  conform matrix <report.json> ...  several JSON reports as one HTML page: servers against checks

${describeOptions(options)}
Exit code: 0 it conforms, 1 a check failed or the baseline is stale, 2 wrong usage, 3 it is inconclusive.
`;

/**
 * Parses a command line.
 *
 * @throws {UsageError} If it is wrong.
 */
export function parseCommand(args: string[]): Command {
  const { values, words } = readCommandLine("conform", args, options);
  if (values.help) return { name: "help" };
  if (values.version) return { name: "version" };
  const [first, ...rest] = words;
  if (first !== "list" && first !== "explain" && first !== "matrix") return readCheck(values, words);

  const taken = first === "matrix" ? ["output"] : ["output", "dialect"];
  const given = Object.keys(values).find((name) => !taken.includes(name));
  if (given) throw new UsageError(`Cannot ${first} with --${given}: it is for a check of a server; leave it out`);
  const dialects = readDialects(values);
  const output = values.output?.[0];
  if (first === "list") {
    if (rest.length > 0) throw new UsageError(`Cannot list ${quote(rest[0])}: conform list takes no more words`);
    return { name: "list", dialects, output };
  }
  if (first === "explain") {
    if (rest.length === 0) throw new UsageError("Cannot explain: no id is given; conform list has them all");
    return { name: "explain", dialects, ids: rest.map((id) => readId(id, dialects)), output };
  }
  if (rest.length === 0) {
    throw new UsageError("Cannot make a matrix: no report is given; name files of --reporter json");
  }
  return { name: "matrix", files: rest, output };
}

function readCheck(values: Values, words: string[]): CheckCommand {
  const [app] = values.app ?? [];
  const [sdk] = values.sdk ?? [];
  const [stream] = values.stream ?? [];
  const [file] = values.file ?? [];
  const [replay] = values.replay ?? [];
  const sources = [
    ...["app", "sdk", "stream", "file", "replay"].filter((name) => name in values).map((name) => `--${name}`),
    ...words.slice(0, 1).map(quote),
  ];
  if (sources.length === 0) {
    const advice = "give its URL, such as http://localhost:3000, or see conform --help";
    throw new UsageError(`Cannot check: no server is named; ${advice}`);
  }
  if (sources.length > 1) throw new UsageError(`Cannot check ${sources.join(" and ")} at once: give one of them`);
  if (words.length > 1) {
    const advice = "give one URL, and quote a command that has spaces in it";
    throw new UsageError(`Cannot check ${quote(words[1])} too: ${advice}`);
  }
  const source: Source = app !== undefined
    ? { kind: "app", url: readUrl(app), asked: readAsked(values) }
    : sdk !== undefined
    ? { kind: "sdk", url: readUrl(sdk) }
    : stream !== undefined
    ? { kind: "stream", url: readUrl(stream), method: readMethod(values.method?.[0]), signals: values.signals?.[0] }
    : file !== undefined
    ? { kind: "file", path: file }
    : replay !== undefined
    ? { kind: "replay", path: replay }
    : { kind: "server", url: readUrl(words[0]) };

  const unasked = "nothing is asked for; leave it out";
  const unwaited = "nothing is waited for; leave it out";
  const onlyApp = "it is for --app; leave it out";
  const onlyStream = "it is for --stream; leave it out";
  const ofApp = { allow: onlyApp, "only-route": onlyApp, "skip-route": onlyApp, signal: onlyApp, gentle: onlyApp };
  const ofStream = { method: onlyStream, signals: onlyStream };
  const offline = { header: unasked, route: unasked, timeout: unwaited, wait: unwaited, ...ofApp, ...ofStream };
  const misplaced: Record<Source["kind"], Partial<Record<OptionName, string>>> = {
    server: {
      page: "the page is the server's own; use it with --stream or --file",
      wait: "it is for --app and --stream; leave it out",
      ...ofApp,
      ...ofStream,
    },
    app: {
      page: "the page is at the URL; leave it out",
      route: "the actions are asked where the page has them; use --only-route to choose some",
      ...ofStream,
    },
    sdk: {
      page: "each case has its own; leave it out",
      route: "there is one endpoint; put its path into the URL",
      wait: "it is for --app and --stream; leave it out",
      ...ofApp,
      ...ofStream,
    },
    stream: { route: "one endpoint has no routes; put the path into the URL", ...ofApp },
    file: { spawn: "a file needs no server; leave it out", ...offline },
    replay: {
      spawn: "a recording needs no server; leave it out",
      ...offline,
      page: "the recording has the page; leave it out",
      record: "it is a recording already; leave it out",
    },
  };
  for (const [name, why] of Object.entries(misplaced[source.kind])) {
    if (values[name as OptionName]) throw new UsageError(`Cannot use --${name} here: ${why}`);
  }
  if (values.baseline && values["write-baseline"]) {
    throw new UsageError("Cannot use --baseline and --write-baseline at once: give one of them");
  }
  const { dialect, only, skip } = readSelection(values, source.kind);
  const selected = selectChecks((dialect ? [dialect] : allDialects).flatMap(({ checks }) => checks), { only, skip });
  if (!selected.some(({ of }) => source.kind === "replay" || of === source.kind || of === "stream")) {
    const why = only?.some((id) => !skip?.includes(id))
      ? "what --only names looks at a whole server; give the server's URL alone"
      : "--only and --skip leave none; name others";
    throw new UsageError(`Cannot check: there is no check to make, ${why}`);
  }
  return {
    name: "check",
    source,
    dialect,
    spawn: values.spawn?.[0],
    ...readReporters(values.reporter ?? []),
    verbose: values.verbose !== undefined,
    output: values.output?.[0],
    only,
    skip,
    baseline: values.baseline?.[0],
    writeBaseline: values["write-baseline"]?.[0],
    record: values.record?.[0],
    headers: readHeaders(values.header ?? []),
    timeout: readTime("timeout", values.timeout?.[0]) ?? 10_000,
    wait: readTime("wait", values.wait?.[0]) ?? readTime("timeout", values.timeout?.[0]) ?? 5_000,
    routes: readRoutes(values.route ?? [], Object.keys((dialect ?? defaultDialect).createContract().routes)),
    page: values.page?.[0],
  };
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname) {
    const withScheme = /^[\w.[\]:-]+(:\d+)?(\/|$)/.test(text) && !text.includes("://") && URL.parse(`http://${text}`);
    const command = didYouMean(text, ["list", "explain", "matrix"]);
    const hint = withScheme && (/[.:]|^localhost/.test(text) || !command)
      ? `did you mean http://${text}?`
      : command || "give one that begins with http:// or https://";
    throw new UsageError(`Cannot check ${quote(text)}: it is no URL of a server; ${hint}`);
  }
  if (url.username || url.password) {
    const why = "the client sends no name and password of a URL";
    throw new UsageError(`Cannot check ${quote(url.host)}: ${why}; use --header "Authorization: ..."`);
  }
  url.hash = "";
  return url;
}

/** Reads `NAME` and `NAME=FILE`. Without a plain `NAME`, the text report goes to standard output. */
function readReporters(given: string[]): Pick<CheckCommand, "reporter" | "reports"> {
  const plain = given.filter((text) => !text.includes("="));
  if (plain.length > 1) {
    const why = `only one report goes to standard output; write "${showInvisible(plain[1])}=FILE"`;
    throw new UsageError(`Cannot report as ${quote(plain[0])} and ${quote(plain[1])} at once: ${why}`);
  }
  const reports = given.filter((text) => text.includes("=")).map((text): FileReport => {
    const [, name, file] = /^([^=]*)=(.*)$/s.exec(text)!;
    if (file === "") {
      throw new UsageError(`Cannot use --reporter ${quote(text)}: it names no file; give one after the =`);
    }
    return { reporter: readReporter(name), file };
  });
  return { reporter: readReporter(plain[0]), reports };
}

function readReporter(name = "text"): ReporterName {
  const names = Object.keys(reporters);
  if (names.includes(name)) return name as ReporterName;
  const hint = didYouMean(name, names) || `there are ${names.join(", ")}`;
  throw new UsageError(`Cannot report as ${quote(name)}: there is no such reporter; ${hint}`);
}

const allDialects = Object.values(dialects);

/** The dialect that is asked for, or else all of them. */
function readDialects({ dialect: [name] = [] }: Values): readonly Dialect[] {
  if (name === undefined) return allDialects;
  if (Object.hasOwn(dialects, name)) return [dialects[name]];
  const names = Object.keys(dialects);
  const hint = didYouMean(name, names) || `there are ${names.join(", ")}`;
  throw new UsageError(`Cannot use the dialect ${quote(name)}: it is not known; ${hint}`);
}

/** Reads the choice of checks, and of their dialect: checks that are named are all of one. */
function readSelection(values: Values, kind: Source["kind"]): Pick<CheckCommand, "dialect" | "only" | "skip"> {
  const given = readDialects(values).filter(({ createSdkContract }) => kind !== "sdk" || createSdkContract);
  if (given.length === 0) {
    throw new UsageError(`Cannot check an SDK of ${values.dialect}: it has no test endpoint; leave out --dialect`);
  }
  const only = readIds("--only", values.only, given);
  const skip = readIds("--skip", values.skip, given);
  const fitting = dialectsWith({ only, skip }, given);
  if (fitting.length === 0) {
    const why = `${[...only ?? [], ...skip ?? []].join(", ")} are not checks of one dialect`;
    throw new UsageError(`Cannot choose checks: ${why}; name those of one, which conform list shows`);
  }
  return { dialect: fitting.length === 1 ? fitting[0] : undefined, only, skip };
}

function readIds(option: string, lists: string[] | undefined, given: readonly Dialect[]): string[] | undefined {
  const ids = lists?.flatMap((list) => list.split(",")).map((id) => id.trim()).filter((id) => id !== "");
  if (ids?.length === 0) throw new UsageError(`Cannot use ${option}: it names no check; conform list has them all`);
  return ids?.map((id) => readCheckId(option, id, given));
}

/** Reads the id of a check. */
function readCheckId(option: string, id: string, given: readonly Dialect[]): string {
  const found = findId(id, given);
  if (found && !found.isClause) return found.id;
  const own = found?.dialect.checks.filter(({ clause }) => clause === found.id).map(({ id }) => id) ?? [];
  if (own.length > 0) {
    throw new UsageError(`Cannot use ${option}: ${found!.id} is a clause; its checks are ${own.join(", ")}`);
  }
  const hint = suggestIds(id, given, "checks") || "conform list has them all";
  throw new UsageError(`Cannot use ${option}: there is no check ${quote(id)}; ${hint}`);
}

/** Reads the id of a check or a clause. */
function readId(id: string, given: readonly Dialect[]): string {
  const found = findId(id, given);
  if (found) return found.id;
  const hint = /[./]/.test(id)
    ? "to explain a stream: fragstar explain FILE, or in a clone deno task explain FILE"
    : suggestIds(id, given) || "conform list has the checks, docs/PROTOCOL.md and PROTOCOL-V1.md the clauses";
  throw new UsageError(`Cannot explain: there is no check or clause ${quote(id)}; ${hint}`);
}

function readHeaders(given: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const header of given) {
    const [, name, value] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/s.exec(header) ?? [];
    const refuse = (why: string): never => {
      throw new UsageError(`Cannot send the header ${quote(header)}: ${why}`);
    };
    if (name === undefined) refuse(`it is not of the form "Name: value"; write it so`);
    if (/[^\t\x20-\x7e]/.test(value)) refuse("its value has more in it than ASCII; encode it");
    const key = name.toLowerCase();
    if (/^(content-length|transfer-encoding|connection)$/.test(key)) {
      refuse("it belongs to the connection; leave it out");
    }
    headers[key] = key in headers ? `${headers[key]}${key === "cookie" ? ";" : ","} ${value}` : value;
  }
  return headers;
}

/** The methods of the client besides GET. */
const methods = ["POST", "PUT", "PATCH", "DELETE"];

/** Reads the limits of a run against an application. */
function readAsked(values: Values): AppOptions {
  const allow = values.allow?.flatMap((list) => list.split(",")).map((name) => name.trim().toUpperCase());
  const wrong = allow?.find((name) => name !== "ALL" && name !== "GET" && !methods.includes(name));
  if (wrong !== undefined) {
    const hint = didYouMean(wrong, methods.map((name) => name.toLowerCase())) ||
      `there are ${methods.join(", ")} and all`;
    throw new UsageError(`Cannot allow ${quote(wrong)}: the client has no such method; ${hint}`);
  }
  return {
    allow: allow?.includes("ALL") ? methods : allow,
    onlyRoutes: readPatterns("only-route", values),
    skipRoutes: readPatterns("skip-route", values),
    signals: readSignals(values.signal),
    gentle: values.gentle !== undefined,
  };
}

function readPatterns(name: "only-route" | "skip-route", values: Values): string[] | undefined {
  const wrong = values[name]?.find((pattern) => !/^[/*]/.test(pattern));
  if (wrong === undefined) return values[name];
  throw new UsageError(`Cannot use the pattern ${quote(wrong)} of --${name}: a path begins with /; write "/${wrong}"`);
}

/** Reads `name=value`: the value is JSON, or else a text. */
function readSignals(given: string[] | undefined): Record<string, unknown> | undefined {
  return given && Object.fromEntries(given.map((signal) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(signal) ?? [];
    if (name === undefined) {
      throw new UsageError(`Cannot use the signal ${quote(signal)}: it is not of the form name=value; write it so`);
    }
    try {
      return [name, JSON.parse(value)];
    } catch {
      return [name, value];
    }
  }));
}

function readMethod(text = "GET"): string {
  const all = ["GET", ...methods];
  if (all.includes(text.toUpperCase())) return text.toUpperCase();
  throw new UsageError(`Cannot send ${quote(text)}: the client has no such method; there are ${all.join(", ")}`);
}

function readTime(name: "timeout" | "wait", text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Number(text);
  if (/^\d+$/.test(text) && time >= 1 && time <= 600_000) return time;
  throw new UsageError(`Cannot wait for ${quote(text)}: give --${name} in whole milliseconds, from 1 to 600000`);
}

function readRoutes(given: string[], names: string[]): Record<string, string> {
  const routes: Record<string, string> = {};
  for (const route of given) {
    const [, name, path] = /^([^=]*)=(.*)$/s.exec(route) ?? [];
    const refuse = (why: string): never => {
      throw new UsageError(`Cannot use the route ${quote(route)}: ${why}`);
    };
    if (name === undefined) refuse("it is not of the form get=/path; write it so");
    if (!names.includes(name)) refuse(`${didYouMean(name, names) || `there are ${names.join(", ")}`}`);
    if (!/^\/(?!\/)[!-~]*$/.test(path) || path.includes("#")) {
      refuse("its path does not begin with one /, or has a character that no path has; encode it");
    }
    if (name in routes) refuse("it is given twice; leave one of them out");
    routes[name] = path;
  }
  return routes;
}
