import { DatabaseError, type DatabaseErrorKind } from "./database_error.ts";

/** What an error of a server is, and what the person can do. */
export type Meaning = readonly [DatabaseErrorKind, string, string?];

/** What to do, for more than one meaning. */
const start = "start the server, or correct host and port in the address";
export const again = "run again when the server is back";
export const rights = "give this user the right, or name another one in the address";
const correct = "correct them in the address";

/** Meanings that more than one code has, on either server. */
export const lost: Meaning = ["unreachable", "the connection was lost", again];
export const late: Meaning = ["unreachable", "the server did not answer in time", start];
export const full: Meaning = [
  "failed",
  "the disk of the server is full",
  "make room and run again",
];
export const readOnly: Meaning = [
  "refused",
  "it may only be read",
  "name a server that takes writes",
];
export const changed: Meaning = [
  "failed",
  "its tables are not those that seh made",
  "restore a copy, or name another database in the address",
];
export const denied: Meaning = ["refused", "permission denied", rights];
export const crowded: Meaning = [
  "unreachable",
  "the server has too many connections",
  "run again later",
];
export const login: Meaning = ["refused", "the server refuses this user or password", correct];

const notAllowed: Meaning = [
  "refused",
  "access is not allowed",
  "look at the permissions of the socket",
];

/** Codes of the operating system, the same on the way to any server. */
export const networkMeanings: Readonly<Record<string, Meaning>> = {
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

/**
 * The error that is told: where, what and what to do; by default that a statement failed. Nothing of the
 * statement: its parameters are the user's data.
 */
export function meant(
  address: string,
  [kind, meaning, remedy]: Meaning = ["failed", "a statement failed"],
  cause: Error,
): DatabaseError {
  const what = `${address}: ${meaning} (${cause.message})`;
  return new DatabaseError(kind, `${what}${remedy ? `; ${remedy}` : ""}`, { cause });
}
