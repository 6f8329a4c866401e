/**
 * Certificates for HTTPS servers of tests, created for each run.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

/** A certificate and its key, in PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** An authority that makes certificates. */
export interface Authority {
  /** Its own certificate, in PEM. */
  cert: string;
  /** Makes a certificate for a host, which may be an address. Days count from now; the default is from -1 to 1. */
  certify: (host: string, days?: { from: number; to: number }) => Certificate;
}

/** Creates an authority. */
export function createAuthority(): Authority {
  const { publicKey, privateKey } = createKeys();
  const name = "Authority of a test";
  const write = (subject: string, key: KeyObject, extensions: Buffer[], days = { from: -1, to: 1 }) =>
    writeCertificate({ issuer: name, subject, key, signer: privateKey, extensions, days });
  return {
    cert: write(name, publicKey, [isAuthority]),
    certify(host, days) {
      const { publicKey, privateKey } = createKeys();
      const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
      return { cert: write(host, publicKey, [writeAlternativeName(host)], days), key };
    },
  };
}

/** Makes a certificate that is signed by its own key. */
export function selfSign(host: string): Certificate {
  const { publicKey, privateKey } = createKeys();
  const days = { from: -1, to: 1 };
  const extensions = [writeAlternativeName(host)];
  return {
    cert: writeCertificate({ issuer: host, subject: host, key: publicKey, signer: privateKey, extensions, days }),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

const createKeys = () => generateKeyPairSync("ec", { namedCurve: "prime256v1" });

/** Encodes a value in DER: its tag, its length, its bytes. */
function encode(tag: number, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => typeof part === "string" ? Buffer.from(part) : part));
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]) => encode(0x30, ...parts);
const oid = (hex: string) => encode(0x06, Buffer.from(hex, "hex"));
const bits = (bytes: Buffer) => encode(0x03, Buffer.from([0]), bytes);
const algorithm = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
const writeName = (name: string) => sequence(encode(0x31, sequence(oid("550403"), encode(0x0c, name))));

/** A moment some days from now, such as `20261127120000Z`. */
const writeTime = (days: number) =>
  encode(0x18, new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+|[-:T]/g, ""));

const yes = encode(0x01, Buffer.from([255]));
const isAuthority = sequence(oid("551d13"), yes, encode(0x04, sequence(yes))); // basicConstraints

function writeAlternativeName(host: string): Buffer {
  const name = isIP(host) === 4 ? encode(0x87, Buffer.from(host.split(".").map(Number))) : encode(0x82, host);
  return sequence(oid("551d11"), encode(0x04, sequence(name)));
}

/** Writes a certificate of X.509, version 3: RFC 5280, section 4.1. */
function writeCertificate({ issuer, subject, key, signer, extensions, days }: {
  issuer: string;
  subject: string;
  key: KeyObject;
  signer: KeyObject;
  extensions: Buffer[];
  days: { from: number; to: number };
}): string {
  const content = sequence(
    encode(0xa0, encode(0x02, Buffer.from([2]))),
    encode(0x02, Buffer.from([1]), randomBytes(8)),
    algorithm,
    writeName(issuer),
    sequence(writeTime(days.from), writeTime(days.to)),
    writeName(subject),
    key.export({ type: "spki", format: "der" }) as Buffer,
    encode(0xa3, sequence(...extensions)),
  );
  const whole = sequence(content, algorithm, bits(sign("sha256", content, signer)));
  const lines = whole.toString("base64").match(/.{1,64}/g)!;
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
