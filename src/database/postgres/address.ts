import { Secret } from "../../model/secret.ts";
import {
  addressMistake as mistake,
  certificatesIn,
  numberIn,
  placeText,
  type ServerAddress,
  type TlsMode,
  urlParts,
} from "../server_address.ts";

/**
 * Where a PostgreSQL database is and how to get in; the host may be the folder of a Unix socket. Of what is
 * absent the driver asks the environment (PGUSER, PGPASSWORD), then the operating system; the database is
 * then that of the user's name, as everywhere with PostgreSQL.
 */
export interface Address extends ServerAddress {
  /** Parameters of the session, by name, as the server knows them. */
  readonly session: Readonly<Record<string, string>>;
}

const tlsModes: Readonly<Record<string, TlsMode>> = {
  disable: "disable",
  // The two differ only where a server has TLS and refuses to use it.
  allow: "prefer",
  prefer: "prefer",
  require: "require",
  "verify-ca": "verify-ca",
  "verify-full": "verify-full",
};

const kind = {
  server: "PostgreSQL",
  example: "postgresql://USER:PASSWORD@HOST:5432/DATABASE",
  known: [
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
  ],
};

/**
 * Reads the URL of a PostgreSQL database as libpq and SQLAlchemy write it. Throws SettingsError for a URL
 * that cannot be right and DatabaseError for a CA file that cannot be read; neither shows the password.
 */
export function addressOf(url: string): Address {
  const { parameters, ...parts } = urlParts(url, kind);
  const host = parts.host || parameters.get("host") || "localhost";
  if (host.includes(",")) throw mistake("names several hosts; name one");
  const tls = tlsOf(parameters.get("sslmode"), host);
  const password = parts.password || parameters.get("password");
  return {
    host,
    port: numberIn("port", parts.port ?? parameters.get("port"), 5432, 65535),
    user: parts.user || parameters.get("user") || undefined,
    password: password ? new Secret(password) : undefined,
    database: parts.database || parameters.get("dbname") || undefined,
    tls,
    certificateAuthority: certificatesIn(parameters.get("sslrootcert"), tls, "sslrootcert"),
    session: sessionOf(parameters),
    connectSeconds: parts.connectSeconds,
  };
}

/** The address for people, without password and parameters. */
export function addressText(address: Address): string {
  const { host, user, database } = address;
  const place = host.startsWith("/") ? host : placeText(address);
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
    throw mistake(`has sslmode=${mode}; allowed are ${Object.keys(tlsModes).join(", ")}`);
  }
  return host.startsWith("/") ? "disable" : tlsModes[mode ?? "prefer"];
}
