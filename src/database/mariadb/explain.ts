import { DatabaseError, type DatabaseErrorKind, LockedError } from "../database_error.ts";

type Meaning = readonly [DatabaseErrorKind, string];

const lost: Meaning = ["unreachable", "the connection was lost"];
const full: Meaning = ["failed", "the disk of the server is full"];
const late: Meaning = ["unreachable", "the server did not answer in time"];
const readOnly: Meaning = ["refused", "it may only be read"];
const denied: Meaning = ["refused", "permission denied"];
const crowded: Meaning = ["unreachable", "the server has too many connections"];
const login: Meaning = ["refused", "the server refuses this user or password"];

/** Codes of the operating system, of the driver and of the server. */
const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: ["unreachable", "no server answers there"],
  ENOTFOUND: ["unreachable", "there is no host of that name"],
  EAI_AGAIN: ["unreachable", "the name of the host cannot be looked up now"],
  ENOENT: ["unreachable", "there is no such socket"],
  EHOSTUNREACH: ["unreachable", "the host cannot be reached"],
  ENETUNREACH: ["unreachable", "the network cannot be reached"],
  ETIMEDOUT: late,
  PROTOCOL_SEQUENCE_TIMEOUT: late,
  ECONNRESET: lost,
  EPIPE: lost,
  PROTOCOL_CONNECTION_LOST: lost,
  EACCES: ["refused", "access is not allowed"],
  EPERM: ["refused", "access is not allowed"],
  HANDSHAKE_NO_SSL_SUPPORT: ["refused", "the server offers no TLS, which the address asks for"],
  HANDSHAKE_SSL_ERROR: ["refused", "no trust in the server's TLS certificate"],
  ER_ACCESS_DENIED_ERROR: login,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: login,
  ER_ACCESS_DENIED_CHANGE_USER_ERROR: login,
  ER_NOT_SUPPORTED_AUTH_MODE: login,
  ER_HOST_NOT_PRIVILEGED: ["refused", "the server refuses this host"],
  ER_HOST_IS_BLOCKED: ["refused", "the server refuses this host"],
  ER_SECURE_TRANSPORT_REQUIRED: ["refused", "the server demands TLS"],
  ER_MUST_CHANGE_PASSWORD: ["refused", "the password has expired"],
  ER_MUST_CHANGE_PASSWORD_LOGIN: ["refused", "the password has expired"],
  ER_BAD_DB_ERROR: [
    "unreachable",
    "there is no such database; create it with: create database … character set utf8mb4",
  ],
  ER_DBACCESS_DENIED_ERROR: ["refused", "this user may not use the database, or there is none"],
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
  ER_SERVER_SHUTDOWN: ["unreachable", "the server is stopping"],
  ER_CONNECTION_KILLED: lost,
  ER_CLIENT_INTERACTION_TIMEOUT: lost,
  ER_DISK_FULL: full,
  ER_RECORD_FILE_FULL: full,
};

/** MariaDB's own number for a connection that was killed; the driver has MySQL's names only. */
const connectionKilled = 1927;

/** The name of an error of the driver, of the operating system or of the server; empty when it has none. */
export function codeOf(error: unknown): string {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown };
  return errno === connectionKilled ? "ER_CONNECTION_KILLED" : String(code ?? "");
}

/** The DatabaseError that an error means; DatabaseError and LockedError pass through. */
export function explain(address: string, error: unknown): DatabaseError | LockedError {
  if (error instanceof DatabaseError || error instanceof LockedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [kind, meaning] = meanings[codeOf(error)] ?? ["failed", "a statement failed"] as const;
  // Nothing of the statement: its parameters are the user's data.
  return new DatabaseError(kind, `${address}: ${meaning} (${message})`, {
    cause: new Error(message),
  });
}
