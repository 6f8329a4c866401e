/** The content security policies of a page, as far as the client depends on them: CSP Level 3. */

import { createHash } from "node:crypto";
import { attributeOf, type Element, type ParsedPage } from "./markup.ts";
import { type Exchange, headerValues } from "./recording.ts";

/** A policy: the values of each directive, by its name in lower case. */
type Policy = ReadonlyMap<string, string[]>;

/** The script of a page that loads the client. */
export interface LoadingScript {
  element: Element;
  /** The code in the page, if there is some. */
  text?: string;
  /** The addresses that are loaded: of the script, and of the modules between it and the client. */
  urls: URL[];
}

/** The reason why the client does not run, or can make no request, if a policy of the page is one. */
export function findObstacle(
  page: ParsedPage,
  { exchange, address, script, code, nonce }: {
    exchange: Exchange;
    address: URL;
    script?: LoadingScript;
    /** The code of the page's own scripts, if it is known. */
    code?: string;
    /** The nonce with which the client makes its functions, if it has one: then it needs no permission for text. */
    nonce?: string;
  },
): string | undefined {
  for (const policy of policiesOf(page, exchange)) {
    const find = (...names: string[]) => {
      const name = names.find((name) => policy.has(name));
      return name === undefined ? undefined : { name, values: policy.get(name)! };
    };
    const sandbox = policy.get("sandbox");
    if (sandbox && !has(sandbox, "allow-scripts")) return "the policy has sandbox without allow-scripts";
    const forEval = find("script-src", "default-src");
    const isNonced = nonce !== undefined && forEval?.values.includes(`'nonce-${nonce}'`);
    if (forEval && !isNonced && !has(forEval.values, "'unsafe-eval'")) return `${quote(forEval)} has no 'unsafe-eval'`;
    if (has(policy.get("require-trusted-types-for") ?? [], "'script'") && code?.includes("createPolicy") === false) {
      return "require-trusted-types-for 'script' forbids functions made from text";
    }
    const forScripts = find("script-src-elem", "script-src", "default-src");
    if (forScripts && script && !allowsScript(forScripts.values, script, address)) {
      return `${quote(forScripts)} does not allow the script of the client`;
    }
    const forRequests = find("connect-src", "default-src");
    if (forRequests && !forRequests.values.some((source) => matches(source, address, address))) {
      return `${quote(forRequests)} does not allow requests to this server`;
    }
  }
}

const has = (values: string[], word: string) => values.some((value) => value.toLowerCase() === word);

const quote = ({ name, values }: { name: string; values: string[] }) => `${name} ${values.join(" ")}`.slice(0, 100);

/** The policies of a page: of its header, and of the `<meta>` elements in its head. All of them count. */
function policiesOf({ elements }: ParsedPage, exchange: Exchange): Policy[] {
  const isPolicy = (element: Element) =>
    element.tagName === "meta" && (element.parentNode as Element).tagName === "head" &&
    attributeOf(element, "http-equiv")?.toLowerCase() === "content-security-policy";
  const inPage = elements.filter(isPolicy).map((element) => attributeOf(element, "content") ?? "");
  const texts = [...headerValues(exchange, "content-security-policy"), ...inPage].flatMap((text) => text.split(","));
  return texts.map((text, i) => {
    const policy = new Map<string, string[]>();
    for (const directive of text.split(";")) {
      const [name = "", ...values] = directive.trim().split(/\s+/);
      // The first of two counts. A <meta> has no sandbox.
      const isUnknown = policy.has(name.toLowerCase()) || name === "sandbox" && i >= texts.length - inPage.length;
      if (!isUnknown) policy.set(name.toLowerCase(), values);
    }
    return policy;
  });
}

function allowsScript(sources: string[], { element, text, urls }: LoadingScript, self: URL): boolean {
  const nonce = attributeOf(element, "nonce");
  if (nonce && sources.includes(`'nonce-${nonce}'`)) return true; // it counts for imported modules, too
  const isStrict = has(sources, "'strict-dynamic'");
  const hashes = sources.filter((source) => /^'sha(?:256|384|512)-/i.test(source));
  if (text !== undefined) {
    const isInlineAllowed = has(sources, "'unsafe-inline'") && !isStrict && hashes.length === 0 &&
      !sources.some((source) => /^'nonce-/i.test(source));
    if (!isInlineAllowed && !hashes.some((hash) => isHashOf(hash, text))) return false;
  } else {
    const integrity = attributeOf(element, "integrity")?.split(/\s+/) ?? [];
    if (integrity.length > 0 && integrity.every((hash) => hashes.includes(`'${hash}'`))) return true;
  }
  return !isStrict && urls.every((url) => sources.some((source) => matches(source, url, self)));
}

/** Whether a source such as `'sha256-…'` is the hash of a text, in either alphabet of Base64. */
function isHashOf(source: string, text: string): boolean {
  const [algorithm, hash] = source.slice(1, -1).split(/-(.*)/s);
  const actual = createHash(algorithm.toLowerCase()).update(text).digest("base64");
  return hash.replaceAll("-", "+").replaceAll("_", "/") === actual;
}

/** Whether a source expression matches an address: section 6.7.2. */
function matches(source: string, url: URL, self: URL): boolean {
  if (source.toLowerCase() === "'self'") return url.origin === self.origin;
  if (source === "*") return /^https?:$/.test(url.protocol) || url.protocol === self.protocol;
  if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return isScheme(source.toLowerCase(), url.protocol);
  const parts = /^(?:([a-z][a-z0-9+.-]*:)\/\/)?(\[[^\]]*\]|[^:/'\s]+)(?::(\d+|\*))?(\/[^?#]*)?$/i.exec(source);
  if (!parts) return false;
  const [, scheme = self.protocol, host, port = "", path = ""] = parts;
  if (!isScheme(scheme.toLowerCase(), url.protocol)) return false;
  const isHost = host.startsWith("*.") || host === "*"
    ? url.hostname.endsWith(host.slice(1).toLowerCase())
    : url.hostname === host.toLowerCase();
  const isPort = port === "*" || port === url.port || (port === "80" || port === "443") && url.port === "";
  const isPath = path === "" || (path.endsWith("/") ? url.pathname.startsWith(path) : url.pathname === path);
  return isHost && isPort && isPath;
}

/** `http:` stands for `https:`, too. */
const isScheme = (given: string, actual: string) => given === actual || given === "http:" && actual === "https:";
