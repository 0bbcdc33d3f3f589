import { DatabaseError, type DatabaseErrorKind, LockedError } from "../database_error.ts";

/** What it is, and what the person can do. */
type Meaning = readonly [DatabaseErrorKind, string, string?];

const start = "start the server, or correct host and port in the address";
const again = "run again when the server is back";
const rights = "give this user the right, or name another one in the address";
const correct = "correct them in the address";

const lost: Meaning = ["unreachable", "the connection was lost", again];
const full: Meaning = ["failed", "the disk of the server is full", "make room and run again"];
/** The connection to the server that seh talks to is still there. */
const shard: Meaning = ["failed", "a shard cannot be reached", "start it and run again"];
const late: Meaning = ["unreachable", "the server did not answer in time", start];
const readOnly: Meaning = ["refused", "it may only be read", "name a server that takes writes"];
const denied: Meaning = ["refused", "permission denied", rights];
const crowded: Meaning = ["unreachable", "the server has too many connections", "run again later"];
const login: Meaning = ["refused", "the server refuses this user or password", correct];

/** Codes of the operating system, of the driver and of the server. */
const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: ["unreachable", "no server answers there", start],
  ENOTFOUND: ["unreachable", "there is no host of that name", "correct it in the address"],
  EAI_AGAIN: [
    "unreachable",
    "the name of the host cannot be looked up now",
    "look at the network and run again",
  ],
  ENOENT: ["unreachable", "there is no such socket", start],
  EHOSTUNREACH: ["unreachable", "the host cannot be reached", start],
  ENETUNREACH: ["unreachable", "the network cannot be reached", start],
  ETIMEDOUT: late,
  PROTOCOL_SEQUENCE_TIMEOUT: late,
  ECONNRESET: lost,
  EPIPE: lost,
  PROTOCOL_CONNECTION_LOST: lost,
  EACCES: ["refused", "access is not allowed", "look at the permissions of the socket"],
  EPERM: ["refused", "access is not allowed", "look at the permissions of the socket"],
  HANDSHAKE_NO_SSL_SUPPORT: [
    "refused",
    "the server offers no TLS, which the address asks for",
    "set it up there, or write ssl=prefer",
  ],
  HANDSHAKE_SSL_ERROR: [
    "refused",
    "no trust in the server's TLS certificate",
    "ssl_ca=FILE names the authority to trust, and the host must be one of the certificate",
  ],
  ER_ACCESS_DENIED_ERROR: login,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: login,
  ER_ACCESS_DENIED_CHANGE_USER_ERROR: login,
  ER_NOT_SUPPORTED_AUTH_MODE: login,
  ER_HOST_NOT_PRIVILEGED: ["refused", "the server refuses this host", "allow it there"],
  ER_HOST_IS_BLOCKED: ["refused", "the server refuses this host", "allow it there"],
  ER_SECURE_TRANSPORT_REQUIRED: ["refused", "the server demands TLS", "write ssl=require"],
  ER_MUST_CHANGE_PASSWORD: ["refused", "the password has expired", "set a new one on the server"],
  ER_MUST_CHANGE_PASSWORD_LOGIN: [
    "refused",
    "the password has expired",
    "set a new one on the server",
  ],
  ER_BAD_DB_ERROR: [
    "unreachable",
    "there is no such database",
    "create it with: create database NAME character set utf8mb4",
  ],
  ER_DBACCESS_DENIED_ERROR: [
    "refused",
    "this user may not use the database, or there is none",
    rights,
  ],
  ER_TABLEACCESS_DENIED_ERROR: denied,
  ER_COLUMNACCESS_DENIED_ERROR: denied,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: denied,
  ER_PROCACCESS_DENIED_ERROR: denied,
  ER_VIEW_INVALID: denied,
  ER_OPTION_PREVENTS_STATEMENT: readOnly,
  ER_READ_ONLY_MODE: readOnly,
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: readOnly,
  ER_CON_COUNT_ERROR: crowded,
  ER_TOO_MANY_USER_CONNECTIONS: crowded,
  ER_USER_LIMIT_REACHED: crowded,
  ER_SERVER_SHUTDOWN: ["unreachable", "the server is stopping", again],
  ER_CONNECTION_KILLED: lost,
  ER_CLIENT_INTERACTION_TIMEOUT: lost,
  ER_CONNECT_TO_FOREIGN_DATA_SOURCE: shard,
  SPIDER_REMOTE_SERVER_GONE_AWAY: shard,
  ER_DISK_FULL: full,
  ER_RECORD_FILE_FULL: full,
};

/** Numbers of MariaDB and its Spider; the driver has MySQL's names only. */
const numbers: Readonly<Record<number, string>> = {
  1927: "ER_CONNECTION_KILLED",
  12701: "SPIDER_REMOTE_SERVER_GONE_AWAY",
};

/** The name of an error of the driver, of the operating system or of the server; empty when it has none. */
export function codeOf(error: unknown): string {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown };
  return numbers[Number(errno)] ?? String(code ?? "");
}

/** The DatabaseError that an error means; DatabaseError and LockedError pass through. */
export function explain(address: string, error: unknown): DatabaseError | LockedError {
  if (error instanceof DatabaseError || error instanceof LockedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [kind, meaning, remedy] = meanings[codeOf(error)] ??
    ["failed", "a statement failed"] as const;
  // Nothing of the statement: its parameters are the user's data.
  return new DatabaseError(
    kind,
    `${address}: ${meaning} (${message})${remedy ? `; ${remedy}` : ""}`,
    {
      cause: new Error(message),
    },
  );
}
