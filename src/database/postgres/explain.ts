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
} from "../meaning.ts";

const closed: Meaning = ["unreachable", "the connection was closed"];
const ended: Meaning = ["unreachable", "the server ended the connection", again];

/** A pooler in transaction mode, such as PgBouncer's: neither locks nor prepared statements last there. */
export const pooled = [
  "refused",
  "a pooler that shares its connections stands before the server (transaction mode)",
  "write the port of the server itself, or of a pool in session mode, into the address",
] as const satisfies Meaning;

/** Codes of the operating system and of the driver. */
const clientMeanings: Readonly<Record<string, Meaning>> = {
  ...networkMeanings,
  CONNECT_TIMEOUT: late,
  CONNECTION_CLOSED: lost,
  CONNECTION_ENDED: closed,
  CONNECTION_DESTROYED: closed,
  SASL_SIGNATURE_MISMATCH: ["refused", "the server could not prove that it knows the password"],
};

/** SQLSTATE codes of the server; two letters stand for a class. */
const serverMeanings: Readonly<Record<string, Meaning>> = {
  "08": lost,
  // A statement that was prepared is not there, or one of that name is there already.
  "26000": pooled,
  "42P05": pooled,
  "28": login,
  "3D000": ["unreachable", "there is no such database", "create it with createdb"],
  "3F000": ["unreachable", "there is no such schema"],
  "25006": readOnly,
  "42501": denied,
  "42703": changed,
  "42P01": changed,
  "53100": full,
  "53300": crowded,
  "57P01": ended,
  "57P02": ended,
  "57P03": ["unreachable", "the server is starting or stopping", again],
};

/** The DatabaseError that an error means; DatabaseError and LockedError pass through. */
export function explain(address: string, error: unknown): DatabaseError | LockedError {
  if (error instanceof DatabaseError || error instanceof LockedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  const meaning = startupRefusal(code, message) ?? clientMeanings[code] ?? serverMeanings[code] ??
    serverMeanings[code.slice(0, 2)];
  return meant(address, meaning, Object.assign(new Error(message), { code }));
}

/** A pooler takes no part of the address that belongs to the session, whatever its mode. */
function startupRefusal(code: string, message: string): Meaning | null {
  const parameter = /unsupported startup parameter[^:]*: *(\w+)/.exec(message)?.[1];
  if (code !== "08P01" || parameter === undefined) return null;
  return [
    "refused",
    `a pooler stands before the server and does not take ${parameter}`,
    `write the port of the server itself into the address, or leave ${parameter} out`,
  ];
}

/** The code of an error for a key that was to be inserted and is there already. */
export const duplicateKey = "23505";
