import { type ErrorMeaning, isDatabaseError } from "../database_error.ts";
import { again, known, networkErrors, rights, translatorOf } from "../server_errors.ts";

/** The connection to the server that seh talks to is still there. */
const shard: ErrorMeaning = ["failed", "a shard cannot be reached", "start it and run again"];
const otherHost: ErrorMeaning = ["refused", "the server refuses this host", "allow it there"];
const expired: ErrorMeaning = [
  "refused",
  "the password has expired",
  "set a new one on the server",
];

/** Codes of the operating system, of the driver and of the server. */
const errors: Readonly<Record<string, ErrorMeaning>> = {
  ...networkErrors,
  PROTOCOL_SEQUENCE_TIMEOUT: known.late,
  PROTOCOL_CONNECTION_LOST: known.lost,
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
  ER_ACCESS_DENIED_ERROR: known.login,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: known.login,
  ER_ACCESS_DENIED_CHANGE_USER_ERROR: known.login,
  ER_NOT_SUPPORTED_AUTH_MODE: known.login,
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
  ER_NO_SUCH_TABLE: known.changed,
  ER_BAD_FIELD_ERROR: known.changed,
  ER_TABLEACCESS_DENIED_ERROR: known.denied,
  ER_COLUMNACCESS_DENIED_ERROR: known.denied,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: known.denied,
  ER_PROCACCESS_DENIED_ERROR: known.denied,
  ER_VIEW_INVALID: known.denied,
  ER_OPTION_PREVENTS_STATEMENT: known.readOnly,
  ER_READ_ONLY_MODE: known.readOnly,
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: known.readOnly,
  ER_CON_COUNT_ERROR: known.crowded,
  ER_TOO_MANY_USER_CONNECTIONS: known.crowded,
  ER_USER_LIMIT_REACHED: known.crowded,
  ER_SERVER_SHUTDOWN: ["unreachable", "the server is stopping", again],
  ER_CONNECTION_KILLED: known.lost,
  ER_CLIENT_INTERACTION_TIMEOUT: known.lost,
  ER_CONNECT_TO_FOREIGN_DATA_SOURCE: shard,
  SPIDER_REMOTE_SERVER_GONE_AWAY: shard,
  ER_DISK_FULL: known.full,
  ER_RECORD_FILE_FULL: known.full,
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

/** See `translatorOf`. */
export const translated = translatorOf((code) => errors[code], codeOf);

/** See `Asking.refusal`: what has no meaning of its own is about the statement. */
export function refusal(error: unknown): "writes" | "wrong" | null {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  if (code === "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION") return "writes";
  return isDatabaseError(error, "failed") && String(code).startsWith("ER_") ? "wrong" : null;
}

/** The code of an error for a key that was to be inserted and is there already. */
export const duplicateKey = "ER_DUP_ENTRY";
