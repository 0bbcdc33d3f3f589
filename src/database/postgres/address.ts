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

/** Where a PostgreSQL database is and how to get in. */
export interface Address {
  /** A host name, an IPv4 or IPv6 address without brackets, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  /** Absent: the driver asks the environment (PGUSER), then the operating system. */
  readonly user?: string;
  /** Absent: the driver asks the environment (PGPASSWORD). */
  readonly password?: Secret;
  /** Absent: that of the user's name, as everywhere with PostgreSQL. */
  readonly database?: string;
  readonly tls: TlsMode;
  /** Certificates of the authorities that are trusted, PEM. */
  readonly certificateAuthority?: string;
  /** Parameters of the session, by name, as the server knows them. */
  readonly session: Readonly<Record<string, string>>;
  readonly connectSeconds: number;
}

const shape =
  /^[^:]+:\/\/(?:([^/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?(?:\/([^?#]*))?(?:\?([^#]*))?$/;

const tlsModes: Readonly<Record<string, TlsMode>> = {
  disable: "disable",
  // The two differ only where a server has TLS and refuses to use it.
  allow: "prefer",
  prefer: "prefer",
  require: "require",
  "verify-ca": "verify-ca",
  "verify-full": "verify-full",
};

const known = [
  "host",
  "port",
  "user",
  "password",
  "dbname",
  "options",
  "search_path",
  "application_name",
  "connect_timeout",
  "sslmode",
  "sslrootcert",
];

/**
 * Reads the URL of a PostgreSQL database as libpq and SQLAlchemy write it. Throws SettingsError for a URL
 * that cannot be right and DatabaseError for a CA file that cannot be read; neither shows the password.
 */
export function addressOf(url: string): Address {
  const parts = shape.exec(url);
  if (!parts) {
    throw mistake(
      "is not a PostgreSQL address; write postgresql://USER:PASSWORD@HOST:5432/DATABASE, with " +
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
  const colon = login.includes(":") ? login.indexOf(":") : login.length;
  const password = decoded(login.slice(colon + 1)) || parameters.get("password");
  const host = decoded(hostPart.replace(/^\[(.*)\]$/, "$1")) || parameters.get("host") ||
    "localhost";
  if (host.includes(",")) throw mistake("names several hosts; name one");
  const tls = tlsOf(parameters.get("sslmode"), host);
  const authority = parameters.get("sslrootcert");
  return {
    host,
    port: numberOf("port", portPart ?? parameters.get("port"), 5432, 65535),
    user: decoded(login.slice(0, colon)) || parameters.get("user") || undefined,
    password: password ? new Secret(password) : undefined,
    database: decoded(databasePart) || parameters.get("dbname") || undefined,
    tls,
    certificateAuthority: authority && tls !== "disable" ? readAuthority(authority) : undefined,
    session: sessionOf(parameters),
    connectSeconds: numberOf("connect_timeout", parameters.get("connect_timeout"), 10, 3600),
  };
}

/** The address for people, without password and parameters. */
export function addressText({ host, port, user, database }: Address): string {
  const place = host.startsWith("/") ? host : `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return `postgresql://${user ? `${user}@` : ""}${place}/${database ?? ""}`;
}

function sessionOf(parameters: URLSearchParams): Record<string, string> {
  const session: Record<string, string> = {
    application_name: parameters.get("application_name") ?? "seh",
  };
  // The server itself takes these apart: -csearch_path=my_schema
  for (const name of ["options", "search_path"]) {
    const value = parameters.get(name);
    if (value) session[name] = value;
  }
  return session;
}

function tlsOf(mode: string | null, host: string): TlsMode {
  if (mode !== null && !Object.hasOwn(tlsModes, mode)) {
    throw mistake(
      `has sslmode=${mode}; allowed are ${Object.keys(tlsModes).join(", ")}`,
    );
  }
  return host.startsWith("/") ? "disable" : tlsModes[mode ?? "prefer"];
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new DatabaseError(
      "refused",
      `the CA file ${file} cannot be read; sslrootcert in the address must name one`,
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
