import { DatabaseError, type DatabaseErrorKind, LockedError } from "../database_error.ts";

type Meaning = readonly [DatabaseErrorKind, string];

/** Codes of the operating system and of the driver. */
const clientMeanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: ["unreachable", "no server answers there"],
  ENOTFOUND: ["unreachable", "there is no host of that name"],
  EAI_AGAIN: ["unreachable", "the name of the host cannot be looked up now"],
  ENOENT: ["unreachable", "there is no such socket"],
  EHOSTUNREACH: ["unreachable", "the host cannot be reached"],
  ENETUNREACH: ["unreachable", "the network cannot be reached"],
  ETIMEDOUT: ["unreachable", "the server did not answer in time"],
  CONNECT_TIMEOUT: ["unreachable", "the server did not answer in time"],
  ECONNRESET: ["unreachable", "the connection was lost"],
  EPIPE: ["unreachable", "the connection was lost"],
  CONNECTION_CLOSED: ["unreachable", "the connection was lost"],
  CONNECTION_ENDED: ["unreachable", "the connection was closed"],
  CONNECTION_DESTROYED: ["unreachable", "the connection was closed"],
  EACCES: ["refused", "access is not allowed"],
  EPERM: ["refused", "access is not allowed"],
  SASL_SIGNATURE_MISMATCH: ["refused", "the server could not prove that it knows the password"],
};

/** SQLSTATE codes of the server; two letters stand for a class. */
const serverMeanings: Readonly<Record<string, Meaning>> = {
  "08": ["unreachable", "the connection was lost"],
  "28": ["refused", "the server refuses this user or password"],
  "3D000": ["unreachable", "there is no such database; create it with: createdb"],
  "3F000": ["unreachable", "there is no such schema"],
  "25006": ["refused", "it may only be read"],
  "42501": ["refused", "permission denied"],
  "53100": ["failed", "the disk of the server is full"],
  "53300": ["unreachable", "the server has too many connections"],
  "57P01": ["unreachable", "the server ended the connection"],
  "57P02": ["unreachable", "the server ended the connection"],
  "57P03": ["unreachable", "the server is starting or stopping"],
};

/** The DatabaseError that an error means; DatabaseError and LockedError pass through. */
export function explain(address: string, error: unknown): DatabaseError | LockedError {
  if (error instanceof DatabaseError || error instanceof LockedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  const [kind, meaning] = clientMeanings[code] ?? serverMeanings[code] ??
    serverMeanings[code.slice(0, 2)] ?? ["failed", "a statement failed"] as const;
  // Nothing of the statement: its parameters are the user's data.
  return new DatabaseError(kind, `${address}: ${meaning} (${message})`, {
    cause: Object.assign(new Error(message), { code }),
  });
}

/** Whether a key was to be inserted that is there already. */
export function isDuplicateKey(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return cause?.code === "23505";
}
