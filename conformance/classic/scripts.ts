/** The scripts of a page, and whether the client is among them. Nothing is run: only texts and addresses are read. */

import type { PlannedRequest } from "../record/contract.ts";
import { typeOf } from "../checks/http.ts";
import { attributeOf, type ParsedPage } from "../markup.ts";
import { type Exchange, headerValues } from "../recording.ts";
import type { LoadingScript } from "../policy.ts";

/** Whether a page loads the client, as far as its scripts show. */
export interface ClientFacts {
  /**
   * `missing`: no script of the page is the client. `elsewhere`: a script of another server may be. `unknown`: a script of
   * this server may be, and the recording has no answer to its request.
   */
  is: "loaded" | "elsewhere" | "missing" | "unknown";
  /** Why, in words. */
  why: string;
  /** The script that loads it, or may do so. */
  script?: LoadingScript;
}

/** A script, or a module that a script imports. */
interface Script {
  /** The address; absent for code in the page. */
  url?: URL;
  /** The code, where it is known. */
  code?: string;
  isModule: boolean;
  /** The element, and the addresses from it to this script. */
  from: LoadingScript;
}

/** Scripts of a page that are looked at. */
const maxScripts = 20;

/** The words that only the client has: it compares the names of events with them. */
const clientWord = /datastar-/;

/** Characters of the client: a script with more of them has other code, too. */
const clientSize = 70_000;

/** Types of a script that runs. */
const programType = /^(?:text|application)\/(?:x-)?(?:java|ecma)script(?:;|$)/i;

/** The id by which a recording has a script. */
const idOf = (url: URL) => `script:${url.pathname}${url.search}`;

/** Makes the requests for scripts that are not known yet. */
export function planScripts(
  page: ParsedPage,
  address: URL,
  answers: Readonly<Record<string, Exchange>>,
): PlannedRequest[] {
  const unknown = scriptsIn(page, address, answers)
    .flatMap(({ url }) => url && url.origin === address.origin && !answers[idOf(url)] ? [url] : []);
  return unknown.slice(0, maxScripts).map((url) => ({
    id: idOf(url),
    name: `GET ${url.pathname} (script)`,
    path: url.pathname + url.search,
    headers: { accept: "*/*", referer: address.href },
  }));
}

/**
 * The code of the scripts of a page that are not the client alone. Nothing, if some of it is on other servers: then it is
 * not known.
 */
export function ownCodeOf(
  page: ParsedPage,
  address: URL,
  answers: Readonly<Record<string, Exchange>>,
): string | undefined {
  const scripts = scriptsIn(page, address, answers);
  const foreign = scripts.filter(({ url }) => url && url.origin !== address.origin);
  const isLoaded = scripts.some(({ code }) => code !== undefined && clientWord.test(code));
  if (foreign.length > (isLoaded ? 0 : 1)) return; // one may be the client
  return scripts.map(({ code = "" }) => code).filter((code) => !clientWord.test(code) || code.length > clientSize)
    .join("\n");
}

/** Finds the client among the scripts of a page. */
export function findClient(
  page: ParsedPage,
  address: URL,
  answers: Readonly<Record<string, Exchange>>,
): ClientFacts {
  const scripts = scriptsIn(page, address, answers);
  if (scripts.length === 0) return { is: "missing", why: "the page has no script that runs" };
  let broken: string | undefined;
  for (const { url, code, isModule, from } of scripts) {
    const problem = url && url.origin === address.origin ? problemOf(answers[idOf(url)], isModule) : undefined;
    if (problem !== undefined) broken ??= `${url!.pathname}: ${problem}`;
    else if (code !== undefined && clientWord.test(code)) {
      return { is: "loaded", why: url ? url.pathname : "code in the page", script: from };
    }
  }
  const unasked = scripts.find(({ url, code }) => url?.origin === address.origin && code === undefined);
  if (unasked) return { is: "unknown", why: `the recording has no answer to "${idOf(unasked.url!)}"` };
  const foreign = scripts.find(({ url }) => url && url.origin !== address.origin);
  if (foreign) return { is: "elsewhere", why: `${foreign.url!.href}, which was not requested`, script: foreign.from };
  const count = `none of ${scripts.length} ${scripts.length === 1 ? "script" : "scripts"} is the client`;
  return { is: "missing", why: broken ?? count };
}

/** Why a browser does not run a script that was asked for. */
function problemOf(exchange: Exchange | undefined, isModule: boolean): string | undefined {
  if (!exchange?.head) return exchange ? `no answer: ${exchange.why}` : undefined;
  const { status } = exchange.head;
  if (status < 200 || status > 299) return `status ${status}`;
  if (exchange.body.length === 0) return "it is empty";
  const type = typeOf(exchange) ?? "";
  const isStrict = isModule || headerValues(exchange, "x-content-type-options").some((value) => /nosniff/i.test(value));
  if (isStrict && !programType.test(type)) return `its type is ${type || "missing"}, which browsers refuse`;
}

/** The scripts of a page, and the modules that they import, as far as these are known. */
function scriptsIn(page: ParsedPage, address: URL, answers: Readonly<Record<string, Exchange>>): Script[] {
  const base = URL.parse(
    page.elements.map((element) => element.tagName === "base" && attributeOf(element, "href")).find(Boolean) ||
      address.href,
    address,
  ) ?? address;
  const map = importMapOf(page);
  const found: Script[] = [];
  const seen = new Set<string>();
  function add(script: Script) {
    if (script.url && seen.has(script.url.href) || found.length >= maxScripts) return;
    if (script.url) seen.add(script.url.href);
    const exchange = script.url && answers[idOf(script.url)];
    found.push(exchange ? { ...script, code: new TextDecoder().decode(exchange.body) } : script);
  }
  for (const element of page.elements) {
    if (element.tagName !== "script") continue;
    const type = attributeOf(element, "type")?.trim().toLowerCase() ?? "";
    const isModule = type === "module";
    if (!isModule && type !== "" && !programType.test(type)) continue;
    if (!isModule && attributeOf(element, "nomodule") !== undefined) continue; // for browsers without modules
    const src = attributeOf(element, "src");
    const url = src !== undefined ? URL.parse(src, base) : null;
    const text = textOf(element.childNodes);
    if (url) add({ url, isModule, from: { element, urls: [url] } });
    else if (src === undefined) add({ code: text, isModule, from: { element, text, urls: [] } });
  }
  for (const { url, code = "", from } of found) { // grows meanwhile
    for (const specifier of importsIn(code)) {
      const imported = resolve(specifier, url ?? base, map, base);
      if (imported) add({ url: imported, isModule: true, from: { ...from, urls: [...from.urls, imported] } });
    }
  }
  return found;
}

const textOf = (nodes: readonly object[]) => nodes.map((node) => "value" in node ? String(node.value) : "").join("");

/** The modules that code imports, as they are written. */
function importsIn(code: string): string[] {
  const pattern = /\b(?:import|from)\s*\(?\s*(["'`])([^"'`\n]+)\1/g;
  return [...code.matchAll(pattern)].map(([, , specifier]) => specifier);
}

/** The addresses of an import map, by name or by prefix. */
function importMapOf({ elements }: ParsedPage): Record<string, string> {
  const script = elements.find((element) =>
    element.tagName === "script" && attributeOf(element, "type")?.toLowerCase() === "importmap"
  );
  try {
    return script ? JSON.parse(textOf(script.childNodes)).imports ?? {} : {};
  } catch {
    return {};
  }
}

function resolve(specifier: string, from: URL, map: Record<string, string>, base: URL): URL | null {
  const prefix = Object.keys(map).filter((key) => key === specifier || key.endsWith("/") && specifier.startsWith(key))
    .toSorted((a, b) => b.length - a.length)[0];
  if (prefix !== undefined) return URL.parse(map[prefix] + specifier.slice(prefix.length), base);
  return /^(?:\.{0,2}\/|[a-z]+:)/i.test(specifier) ? URL.parse(specifier, from) : null;
}
