import { DatabaseError, LockedError } from "../database_error.ts";
import {
  again,
  changed,
  crowded,
  denied,
  full,
  late,
  login,
  lost,
  type Meaning,
  meant,
  networkMeanings,
  readOnly,
  rights,
} from "../meaning.ts";

/** The connection to the server that seh talks to is still there. */
const shard: Meaning = ["failed", "a shard cannot be reached", "start it and run again"];
const otherHost: Meaning = ["refused", "the server refuses this host", "allow it there"];
const expired: Meaning = ["refused", "the password has expired", "set a new one on the server"];

/** Codes of the operating system, of the driver and of the server. */
const meanings: Readonly<Record<string, Meaning>> = {
  ...networkMeanings,
  PROTOCOL_SEQUENCE_TIMEOUT: late,
  PROTOCOL_CONNECTION_LOST: lost,
  HANDSHAKE_NO_SSL_SUPPORT: [
    "refused",
    "the server offers no TLS, which the address asks for",
    "set it up there",
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
  ER_HOST_NOT_PRIVILEGED: otherHost,
  ER_HOST_IS_BLOCKED: otherHost,
  ER_SECURE_TRANSPORT_REQUIRED: ["refused", "the server demands TLS", "write ssl=require"],
  ER_MUST_CHANGE_PASSWORD: expired,
  ER_MUST_CHANGE_PASSWORD_LOGIN: expired,
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
  ER_NO_SUCH_TABLE: changed,
  ER_BAD_FIELD_ERROR: changed,
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
  const code = codeOf(error);
  return meant(address, meanings[code], Object.assign(new Error(message), { code }));
}

/** The code of an error for a key that was to be inserted and is there already. */
export const duplicateKey = "ER_DUP_ENTRY";
