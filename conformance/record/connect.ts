/** Connections to a server, and why it does not answer on one. */

import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import process from "node:process";
import {
  checkServerIdentity,
  connect as connectSecure,
  type ConnectionOptions,
  type PeerCertificate,
  type TLSSocket,
} from "node:tls";

/** Opens a connection, with TLS for `https:`. */
export function openSocket(url: URL, timeout: number, secureOptions: ConnectionOptions = {}): Socket | TLSSocket {
  const isSecure = url.protocol === "https:";
  const host = hostOf(url);
  const address = {
    host,
    port: Number(url.port || (isSecure ? 443 : 80)),
    // A name may have two addresses. The default of 250 ms for each is too short where this process has to wait.
    autoSelectFamilyAttemptTimeout: Math.max(10, Math.min(2_000, Math.ceil(timeout / 2))),
    ...isLocal.test(host) && { lookup: lookUpLocal },
  };
  if (!isSecure) return connect(address);
  // No server name is sent for an IP address: RFC 6066, section 3.
  const servername = isIP(host) ? "" : host;
  return connectSecure({ ...address, servername, ALPNProtocols: ["http/1.1"], ...secureOptions });
}

/** The host of a URL, without the brackets of an address. */
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, "");

const isLocal = /(?:^|\.)localhost$/;

/** Finds both addresses of this machine, in the order of Chromium. The system need not have both: RFC 6761, section 6.3. */
const lookUpLocal: LookupFunction = (_, { all }, found) => {
  if (!all) return found(null, "127.0.0.1", 4);
  found(null, [{ address: "::1", family: 6 }, { address: "127.0.0.1", family: 4 }]);
};

/** An error of a connection. It has several of its own where several addresses were tried. */
export interface ConnectionError extends Error {
  code?: string;
  errors?: ConnectionError[];
}

/** Why a connection could not be made, in words. */
export function explainError({ code: given, message, errors = [] }: ConnectionError, { host }: URL): string {
  const reasons: Record<string, string> = {
    ECONNREFUSED: `nothing listens on ${host}`,
    ENOTFOUND: `the host ${host} does not exist`,
    EAI_AGAIN: `the host ${host} does not exist`,
    ECONNRESET: "the connection was reset",
    ETIMEDOUT: `${host} does not answer`,
    EHOSTUNREACH: `${host} cannot be reached`,
    ERR_SSL_WRONG_VERSION_NUMBER: `it speaks no TLS; use http://${host}`,
  };
  const known = [given, ...errors.map(({ code }) => code)].find((code) => code !== undefined && code in reasons);
  return known && reasons[known] || message || `no connection to ${host} (${given ?? "unknown reason"})`;
}

/** Milliseconds that an attempt to find a cause may take. */
const patience = 1_000;

/**
 * Finds out why a server has not answered in HTTP/1.1, if the cause is one of these: a certificate that is not trusted,
 * HTTP/2 alone, or TLS where none is asked for.
 */
export async function findCause(url: URL): Promise<string | undefined> {
  const isSecure = url.protocol === "https:";
  const handshake = isSecure ? await shakeHands(url) : undefined;
  const trustsAll = process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0";
  if (handshake && !handshake.authorized && !trustsAll) return explainCertificate(handshake, url);

  const socket = openSocket(url, patience, { rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  if (isSettings.test(await readFirst(socket, http2Start))) return onlyHttp2;

  if (isSecure || url.port === "") return;
  const secure = new URL(url);
  secure.protocol = "https:";
  if (await shakeHands(secure)) return `it speaks TLS; use https://${url.host}`;
}

const onlyHttp2 =
  "it answers in HTTP/2 alone, and this program reads HTTP/1.1; let it speak HTTP/1.1 too, or put a proxy before it";

/** The bytes that begin HTTP/2, and the frame that a server of it begins with: RFC 9113, sections 3.4 and 6.5. */
const http2Start = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
// deno-lint-ignore no-control-regex
const isSettings = /^\0[^]{2}\x04[\0\x01]\0{4}/;

/** Sends a text. Resolves to the first bytes that come, as Latin-1, or to nothing if none come. */
function readFirst(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve) => {
    const end = (bytes: string) => {
      socket.destroy();
      resolve(bytes);
    };
    socket.on("connect", () => socket.write(text, "latin1"));
    socket.on("data", (bytes) => end(bytes.toString("latin1")));
    socket.on("error", () => end("")).on("close", () => end(""));
    socket.setTimeout(patience, () => end(""));
  });
}

/** A server of TLS, as far as it shows itself before a request. */
interface Handshake {
  authorized: boolean;
  /** Why it is not authorized. */
  code: string;
  certificate: PeerCertificate;
}

/** Connects by TLS, whatever the certificate is. Resolves to nothing if that fails. */
function shakeHands(url: URL): Promise<Handshake | undefined> {
  const socket = openSocket(url, patience, { rejectUnauthorized: false }) as TLSSocket;
  return new Promise((resolve) => {
    const end = (handshake?: Handshake) => {
      socket.destroy();
      resolve(handshake);
    };
    socket.on("secureConnect", () => {
      const error: Error & { code?: string } | string = socket.authorizationError; // Node.js has the code alone
      const code = typeof error === "object" ? error?.code ?? "" : error;
      end({ authorized: socket.authorized, code, certificate: socket.getPeerCertificate() });
    });
    socket.on("error", () => end()).on("close", () => end());
    socket.setTimeout(patience, end);
  });
}

/**
 * Says what is wrong with a certificate, and what to do. Reads the certificate, since only the first fault has a code, and
 * Deno 2.9.6 has none for an expired certificate.
 */
function explainCertificate({ certificate, code }: Handshake, url: URL): string {
  const { valid_from, valid_to, subjectaltname = "no name" } = certificate;
  const isSelfSigned = code.includes("SELF_SIGNED");
  const isUnknown = isSelfSigned || code.startsWith("UNABLE_TO");
  const faults = [
    Date.parse(valid_to) < Date.now() && `expired on ${valid_to}`,
    Date.parse(valid_from) > Date.now() && `is not valid before ${valid_from}`,
    checkServerIdentity(hostOf(url), certificate) && `is for ${subjectaltname} and not for ${url.hostname}`,
    isUnknown && (isSelfSigned ? "is self-signed" : "is from an authority that is not known here"),
  ].filter((fault) => fault !== false && fault !== undefined);
  const trust = "set NODE_EXTRA_CA_CERTS to the PEM file of the certificate, or of its authority, to trust it; ";
  return `its certificate ${faults.join(", and ") || `is refused: ${code}`}; ${
    faults.length === 1 && isUnknown ? trust : ""
  }` +
    "set NODE_TLS_REJECT_UNAUTHORIZED=0 to check the server anyway";
}
