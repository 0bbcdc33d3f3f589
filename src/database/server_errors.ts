import { DatabaseError, databaseError, type ErrorMeaning, LockedError } from "./database_error.ts";

/** What to do, for more than one meaning. */
const start = "start the server, or correct host and port in the address";
export const again = "run again when the server is back";
export const rights = "give this user the right, or name another one in the address";

/** Meanings that more than one code has, on either server. */
export const known = {
  lost: ["unreachable", "the connection was lost", again],
  late: ["unreachable", "the server did not answer in time", start],
  full: ["failed", "the disk of the server is full", "make room and run again"],
  readOnly: ["refused", "it may only be read", "name a server that takes writes"],
  changed: [
    "failed",
    "its tables are not those that seh made",
    "restore a copy, or name another database in the address",
  ],
  denied: ["refused", "permission denied", rights],
  crowded: ["unreachable", "the server has too many connections", "run again later"],
  login: ["refused", "the server refuses this user or password", "correct them in the address"],
} as const satisfies Readonly<Record<string, ErrorMeaning>>;

const notAllowed: ErrorMeaning = [
  "refused",
  "access is not allowed",
  "look at the permissions of the socket",
];

/** Codes of the operating system, the same on the way to any server. */
export const networkErrors: Readonly<Record<string, ErrorMeaning>> = {
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
  ETIMEDOUT: known.late,
  ECONNRESET: known.lost,
  EPIPE: known.lost,
  EACCES: notAllowed,
  EPERM: notAllowed,
};

/** The error of everything that is asked of a connection after it was lost. */
export function connectionLost(address: string): DatabaseError {
  const [kind, meaning, remedy] = known.lost;
  return new DatabaseError(kind, `${address}: ${meaning}; ${remedy}`);
}

/** What translates the errors of a server, by their codes; DatabaseError and LockedError pass through. */
export function translatorOf(
  meaningOf: (code: string, message: string) => ErrorMeaning | undefined,
  codeOf: (error: unknown) => string,
): (address: string, error: unknown) => DatabaseError | LockedError {
  return (address, error) => {
    if (error instanceof DatabaseError || error instanceof LockedError) return error;
    const message = error instanceof Error ? error.message : String(error);
    const code = codeOf(error);
    const cause = Object.assign(new Error(message), { code });
    return databaseError(address, meaningOf(code, message), cause);
  };
}
