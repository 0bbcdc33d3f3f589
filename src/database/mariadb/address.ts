import { readFileSync } from "node:fs";
import { Secret } from "../../model/secret.ts";
import { SettingsError } from "../../settings/settings.ts";
import { DatabaseError } from "../database_error.ts";

/**
 * - `disable`: without TLS
 * - `prefer`: with TLS where the server has it
 * - `require`: with TLS; whose certificate does not matter unless a CA file is given
 * - `verify-ca`: with TLS and a certificate of a trusted authority
 * - `verify-full`: the same, and it is the certificate of that host
 */
export type TlsMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** Where a MariaDB or MySQL database is and how to get in. */
export interface Address {
  /** A host name, an IPv4 or IPv6 address without brackets; not used where there is a socket. */
  readonly host: string;
  readonly port: number;
  /** The file of a Unix socket. */
  readonly socket?: string;
  readonly user?: string;
  readonly password?: Secret;
  readonly database: string;
  readonly tls: TlsMode;
  /** Certificates of the authorities that are trusted, PEM. */
  readonly certificateAuthority?: string;
  readonly connectSeconds: number;
}

const shape =
  /^[^:]+:\/\/(?:([^/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?(?:\/([^?#]*))?(?:\?([^#]*))?$/;

/** Words of libpq, of the MariaDB and MySQL clients, and of SQLAlchemy's drivers. */
const tlsModes: Readonly<Record<string, TlsMode>> = {
  disable: "disable",
  disabled: "disable",
  false: "disable",
  "0": "disable",
  allow: "prefer",
  prefer: "prefer",
  preferred: "prefer",
  require: "require",
  required: "require",
  true: "require",
  "1": "require",
  "verify-ca": "verify-ca",
  verify_ca: "verify-ca",
  "verify-full": "verify-full",
  verify_identity: "verify-full",
};

const tlsNames = ["ssl", "sslmode", "ssl_mode"];
const authorityNames = ["ssl_ca", "sslrootcert"];
/** Characters are always utf8mb4, so their set may be named and changes nothing. */
const ignored = ["charset"];
const known = ["unix_socket", "connect_timeout", ...tlsNames, ...authorityNames, ...ignored];

/**
 * Reads the URL of a MariaDB or MySQL database as SQLAlchemy writes it. Throws SettingsError for a URL
 * that cannot be right and DatabaseError for a CA file that cannot be read; neither shows the password.
 */
export function addressOf(url: string): Address {
  const parts = shape.exec(url);
  if (!parts) {
    throw mistake(
      "is not a MariaDB address; write mariadb://USER:PASSWORD@HOST:3306/DATABASE, with " +
        "characters such as # / ? in the password percent-encoded",
    );
  }
  const [, login = "", hostPart, portPart, databasePart = "", query = ""] = parts;
  // Whoever has such signs in a password may have it read as host, port or database, and shown.
  if (`${databasePart}${query}`.includes("@")) {
    throw mistake(
      "has an @ after the name of the host; write characters such as @ / ? # percent-encoded, " +
        "%40 %2F %3F %23",
    );
  }
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!known.includes(name)) {
      throw mistake(`has an unknown parameter ${name}; allowed are ${known.join(", ")}`);
    }
    if (parameters.getAll(name).length > 1) throw mistake(`has the parameter ${name} twice`);
  }
  const database = decoded(databasePart);
  if (database === "") {
    throw mistake("names no database; write mariadb://USER:PASSWORD@HOST:3306/DATABASE");
  }
  const colon = login.includes(":") ? login.indexOf(":") : login.length;
  const password = decoded(login.slice(colon + 1));
  const socket = parameters.get("unix_socket") || undefined;
  const authority = first(parameters, authorityNames);
  const tls = tlsOf(parameters, socket !== undefined);
  return {
    host: decoded(hostPart.replace(/^\[(.*)\]$/, "$1")) || "localhost",
    port: numberOf("port", portPart ?? null, 3306, 65535),
    socket,
    user: decoded(login.slice(0, colon)) || undefined,
    password: password ? new Secret(password) : undefined,
    database,
    tls,
    certificateAuthority: authority && tls !== "disable" ? readAuthority(authority) : undefined,
    connectSeconds: numberOf("connect_timeout", parameters.get("connect_timeout"), 10, 3600),
  };
}

/** The address for people, without password and parameters. */
export function addressText({ host, port, socket, user, database }: Address): string {
  const login = user ? `${user}@` : "";
  const place = socket ?? `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return `mariadb://${login}${place}/${database}`;
}

function tlsOf(parameters: URLSearchParams, isSocket: boolean): TlsMode {
  const given = tlsNames.filter((one) => parameters.has(one));
  if (given.length > 1) throw mistake(`has ${given.join(" and ")}; write one of them`);
  const word = first(parameters, tlsNames)?.toLowerCase() ?? "prefer";
  const mode = Object.hasOwn(tlsModes, word) ? tlsModes[word] : undefined;
  if (!mode) {
    const allowed = [...new Set(Object.values(tlsModes))].join(", ");
    throw mistake(
      `has ${tlsNames.find((one) => parameters.has(one))}=${word}; allowed: ${allowed}`,
    );
  }
  return isSocket ? "disable" : mode;
}

function first(parameters: URLSearchParams, names: readonly string[]): string | null {
  return names.map((name) => parameters.get(name)).find((value) => value !== null) ?? null;
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new DatabaseError(
      "refused",
      `the CA file ${file} cannot be read; ssl_ca in the address must name one`,
      { cause: error },
    );
  }
}

function numberOf(name: string, text: string | null, fallback: number, most: number): number {
  if (text === null || text === "") return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw mistake(`has a ${name} that is no number from 1 to ${most}`);
  }
  return value;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw mistake(
      "has a % that begins no percent-encoded character; write %25 for the sign itself",
    );
  }
}

function mistake(what: string): SettingsError {
  return new SettingsError([`SEH_DATABASE_URL ${what}`]);
}
