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

/** Where a MariaDB or MySQL database is and how to get in. */
export interface Address extends ServerAddress {
  /** The file of a Unix socket, in place of the host. */
  readonly socket?: string;
  readonly database: string;
}

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
const kind = {
  server: "MariaDB",
  example: "mariadb://USER:PASSWORD@HOST:3306/DATABASE",
  known: ["unix_socket", "connect_timeout", ...tlsNames, ...authorityNames, ...ignored],
};

/**
 * Reads the URL of a MariaDB or MySQL database as SQLAlchemy writes it. Throws SettingsError for a URL
 * that cannot be right and DatabaseError for a CA file that cannot be read; neither shows the password.
 */
export function addressOf(url: string): Address {
  const { parameters, ...parts } = urlParts(url, kind);
  if (parts.database === "") throw mistake(`names no database; write ${kind.example}`);
  const socket = parameters.get("unix_socket") || undefined;
  const tls = tlsOf(parameters, socket !== undefined);
  return {
    host: parts.host || "localhost",
    port: numberIn("port", parts.port, 3306, 65535),
    socket,
    user: parts.user || undefined,
    password: parts.password ? new Secret(parts.password) : undefined,
    database: parts.database,
    tls,
    certificateAuthority: certificatesIn(first(parameters, authorityNames), tls, "ssl_ca"),
    connectSeconds: parts.connectSeconds,
  };
}

/** The address for people, without password and parameters. */
export function addressText(address: Address): string {
  const { socket, user, database } = address;
  return `mariadb://${user ? `${user}@` : ""}${socket ?? placeText(address)}/${database}`;
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
