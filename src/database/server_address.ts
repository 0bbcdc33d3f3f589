import { readFileSync } from "node:fs";
import type { Secret } from "../model/secret.ts";
import { SettingsError } from "../settings/settings.ts";
import { DatabaseError } from "./database_error.ts";

/**
 * - `disable`: without TLS
 * - `prefer`: with TLS where the server has it
 * - `require`: with TLS; whose certificate does not matter unless a CA file is given
 * - `verify-ca`: with TLS and a certificate of a trusted authority
 * - `verify-full`: the same, and it is the certificate of that host
 */
export type TlsMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** Where a server is and how to get in. */
export interface ServerAddress {
  /** A host name, or an IPv4 or IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: Secret;
  readonly database?: string;
  readonly tls: TlsMode;
  /** Certificates of the authorities that are trusted, PEM. */
  readonly certificateAuthority?: string;
  readonly connectSeconds: number;
}

const shape =
  /^[^:]+:\/\/(?:([^/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?(?:\/([^?#]*))?(?:\?([^#]*))?$/;

/**
 * Takes the URL of a server apart, of which `known` are the parameters; decoded, and empty where it names
 * nothing. Throws SettingsError for one that cannot be right, without the password.
 */
export function urlParts(
  url: string,
  { server, example, known }: { server: string; example: string; known: readonly string[] },
) {
  const parts = shape.exec(url);
  if (!parts) {
    throw addressMistake(
      `is not a ${server} address; write ${example}, with characters such as # / ? in the ` +
        "password percent-encoded",
    );
  }
  const [, login = "", host, port, database = "", query = ""] = parts;
  // A password with such signs could be read as host, port or database, and shown.
  if (`${database}${query}`.includes("@")) {
    throw addressMistake(
      "has an @ after the name of the host; write characters such as @ / ? # percent-encoded, " +
        "%40 %2F %3F %23",
    );
  }
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!known.includes(name)) {
      throw addressMistake(`has an unknown parameter ${name}; allowed are ${known.join(", ")}`);
    }
    if (parameters.getAll(name).length > 1) throw addressMistake(`has the parameter ${name} twice`);
  }
  const colon = login.includes(":") ? login.indexOf(":") : login.length;
  return {
    user: decoded(login.slice(0, colon)),
    password: decoded(login.slice(colon + 1)),
    host: decoded(host.replace(/^\[(.*)\]$/, "$1")),
    port: port ?? null,
    database: decoded(database),
    connectSeconds: numberIn("connect_timeout", parameters.get("connect_timeout"), 10, 3600),
    parameters,
  };
}

/** Host and port for people. */
export function placeText({ host, port }: ServerAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The certificates in a file that a parameter names, if TLS needs any. Throws DatabaseError. */
export function certificatesIn(
  file: string | null,
  tls: TlsMode,
  parameter: string,
): string | undefined {
  if (!file || tls === "disable") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new DatabaseError(
      "refused",
      `the CA file ${file} cannot be read; ${parameter} in the address must name one`,
      { cause: error },
    );
  }
}

/** A number from 1 on, or the usual one. */
export function numberIn(name: string, text: string | null, usual: number, most: number): number {
  if (text === null || text === "") return usual;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw addressMistake(`has a ${name} that is no number from 1 to ${most}`);
  }
  return value;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw addressMistake(
      "has a % that begins no percent-encoded character; write %25 for the sign itself",
    );
  }
}

/** The error for an address that cannot be right. */
export function addressMistake(what: string): SettingsError {
  return new SettingsError([`SEH_DATABASE_URL ${what}`]);
}
