import { DatabaseError, databaseError, type ErrorMeaning, LockedError } from "./database_error.ts";

/** What to do, for more than one meaning. */
const start = "start the server, or correct host and port in the address";
export const again = "run again when the server is back";
export const rights = "give this user the right, or name another one in the address";
const correct = "correct them in the address";

/** Meanings that more than one code has, on either server. */
export const lost: ErrorMeaning = ["unreachable", "the connection was lost", again];
export const late: ErrorMeaning = ["unreachable", "the server did not answer in time", start];
export const full: ErrorMeaning = [
  "failed",
  "the disk of the server is full",
  "make room and run again",
];
export const readOnly: ErrorMeaning = [
  "refused",
  "it may only be read",
  "name a server that takes writes",
];
export const changed: ErrorMeaning = [
  "failed",
  "its tables are not those that seh made",
  "restore a copy, or name another database in the address",
];
export const denied: ErrorMeaning = ["refused", "permission denied", rights];
export const crowded: ErrorMeaning = [
  "unreachable",
  "the server has too many connections",
  "run again later",
];
export const login: ErrorMeaning = ["refused", "the server refuses this user or password", correct];

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
  ETIMEDOUT: late,
  ECONNRESET: lost,
  EPIPE: lost,
  EACCES: notAllowed,
  EPERM: notAllowed,
};

/** The error of everything that is asked of a connection after it was lost. */
export function connectionLost(address: string): DatabaseError {
  const [kind, meaning, remedy] = lost;
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
