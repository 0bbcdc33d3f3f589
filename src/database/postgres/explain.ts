import { DatabaseError, type DatabaseErrorKind, LockedError } from "../database_error.ts";

/** What it is, and what the person can do. */
type Meaning = readonly [DatabaseErrorKind, string, string?];

const start = "start the server, or correct host and port in the address";
const again = "run again when the server is back";
const rights = "give this user the right, or name another one in the address";

/** Codes of the operating system and of the driver. */
const clientMeanings: Readonly<Record<string, Meaning>> = {
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
  ETIMEDOUT: ["unreachable", "the server did not answer in time", start],
  CONNECT_TIMEOUT: ["unreachable", "the server did not answer in time", start],
  ECONNRESET: ["unreachable", "the connection was lost", again],
  EPIPE: ["unreachable", "the connection was lost", again],
  CONNECTION_CLOSED: ["unreachable", "the connection was lost", again],
  CONNECTION_ENDED: ["unreachable", "the connection was closed"],
  CONNECTION_DESTROYED: ["unreachable", "the connection was closed"],
  EACCES: ["refused", "access is not allowed", "look at the permissions of the socket"],
  EPERM: ["refused", "access is not allowed", "look at the permissions of the socket"],
  SASL_SIGNATURE_MISMATCH: ["refused", "the server could not prove that it knows the password"],
};

/** SQLSTATE codes of the server; two letters stand for a class. */
const serverMeanings: Readonly<Record<string, Meaning>> = {
  "08": ["unreachable", "the connection was lost", again],
  "28": ["refused", "the server refuses this user or password", "correct them in the address"],
  "3D000": ["unreachable", "there is no such database", "create it with createdb"],
  "3F000": ["unreachable", "there is no such schema"],
  "25006": ["refused", "it may only be read", "name a server that takes writes"],
  "42501": ["refused", "permission denied", rights],
  "53100": ["failed", "the disk of the server is full", "make room and run again"],
  "53300": ["unreachable", "the server has too many connections", "run again later"],
  "57P01": ["unreachable", "the server ended the connection", again],
  "57P02": ["unreachable", "the server ended the connection", again],
  "57P03": ["unreachable", "the server is starting or stopping", again],
};

/** The DatabaseError that an error means; DatabaseError and LockedError pass through. */
export function explain(address: string, error: unknown): DatabaseError | LockedError {
  if (error instanceof DatabaseError || error instanceof LockedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  const [kind, meaning, remedy] = clientMeanings[code] ?? serverMeanings[code] ??
    serverMeanings[code.slice(0, 2)] ?? ["failed", "a statement failed"] as const;
  // Nothing of the statement: its parameters are the user's data.
  return new DatabaseError(
    kind,
    `${address}: ${meaning} (${message})${remedy ? `; ${remedy}` : ""}`,
    {
      cause: Object.assign(new Error(message), { code }),
    },
  );
}

/** Whether a key was to be inserted that is there already. */
export function isDuplicateKey(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return cause?.code === "23505";
}
