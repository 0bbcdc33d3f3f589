import { DatabaseError, type ErrorMeaning } from "../database_error.ts";
import { again, known, networkErrors, translatorOf } from "../server_errors.ts";

const closed: ErrorMeaning = ["unreachable", "the connection was closed"];
const ended: ErrorMeaning = ["unreachable", "the server ended the connection", again];

/** A pooler in transaction mode, such as PgBouncer's: neither locks nor prepared statements last there. */
export const pooled = [
  "refused",
  "a pooler that shares its connections stands before the server (transaction mode)",
  "write the port of the server itself, or of a pool in session mode, into the address",
] as const satisfies ErrorMeaning;

/** Codes of the operating system and of the driver. */
const clientErrors: Readonly<Record<string, ErrorMeaning>> = {
  ...networkErrors,
  CONNECT_TIMEOUT: known.late,
  CONNECTION_CLOSED: known.lost,
  CONNECTION_ENDED: closed,
  CONNECTION_DESTROYED: closed,
  SASL_SIGNATURE_MISMATCH: ["refused", "the server could not prove that it knows the password"],
};

/** SQLSTATE codes of the server; two letters stand for a class. */
const serverErrors: Readonly<Record<string, ErrorMeaning>> = {
  "08": known.lost,
  // A statement that was prepared is not there, or one of that name is there already.
  "26000": pooled,
  "42P05": pooled,
  "28": known.login,
  "3D000": ["unreachable", "there is no such database", "create it with createdb"],
  "3F000": ["unreachable", "there is no such schema"],
  "25006": known.readOnly,
  "42501": known.denied,
  "42703": known.changed,
  "42P01": known.changed,
  "53100": known.full,
  "53300": known.crowded,
  "57P01": ended,
  "57P02": ended,
  "57P03": ["unreachable", "the server is starting or stopping", again],
};

/** See `translatorOf`. */
export const translated = translatorOf(
  (code, message) =>
    startupRefusal(code, message) ?? clientErrors[code] ?? serverErrors[code] ??
      serverErrors[code.slice(0, 2)],
  (error) => String((error as { code?: unknown } | null)?.code ?? ""),
);

/** A pooler takes no part of the address that belongs to the session, whatever its mode. */
function startupRefusal(code: string, message: string): ErrorMeaning | null {
  const parameter = /unsupported startup parameter[^:]*: *(\w+)/.exec(message)?.[1];
  if (code !== "08P01" || parameter === undefined) return null;
  return [
    "refused",
    `a pooler stands before the server and does not take ${parameter}`,
    `write the port of the server itself into the address, or leave ${parameter} out`,
  ];
}

/** Classes of SQLSTATE that speak of the statement: what it says, what it needs, what its values are. */
const ofStatements: ReadonlySet<string> = new Set(["0A", "21", "22", "23", "25", "2F", "42", "54"]);

/** See `Asking.refusal`. */
export function refusal(error: unknown): "writes" | "wrong" | null {
  const { code = "" } = ((error as Error).cause ?? {}) as { code?: string };
  const isStatement = error instanceof DatabaseError && /^[0-9A-Z]{5}$/.test(code) &&
    ofStatements.has(code.slice(0, 2)) && code !== "42501";
  if (!isStatement) return null;
  return code === "25006" ? "writes" : "wrong";
}

/** The code of an error for a key that was to be inserted and is there already. */
export const duplicateKey = "23505";
