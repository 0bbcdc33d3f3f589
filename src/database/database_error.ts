import type { Holder } from "./database.ts";

/**
 * - `absent`: there is no file yet, which is no trouble for those who only look
 * - `unreachable`: no server, no folder, no permission to reach it
 * - `refused`: the server or file system refuses access
 * - `foreign`: tables of another program are in the way; nothing was touched
 * - `newer`: made by a newer version of this program
 * - `failed`: a statement failed
 */
export type DatabaseErrorKind =
  | "absent"
  | "unreachable"
  | "refused"
  | "foreign"
  | "newer"
  | "failed";

/** The only error (beside LockedError) that a Database throws; never contains a password. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  constructor(readonly kind: DatabaseErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Whether it is a DatabaseError of this kind. */
export function isDatabaseError(error: unknown, kind: DatabaseErrorKind): error is DatabaseError {
  return error instanceof DatabaseError && error.kind === kind;
}

/** Another sync holds the lock. */
export class LockedError extends Error {
  override readonly name = "LockedError";
  constructor(readonly holder: Holder | null) {
    super(
      holder
        ? `another sync is running: ${holder.host}, process ${holder.pid}, since ${holder.since}`
        : "another sync is running",
    );
  }
}

/** What an error of a database is, and what the person can do. */
export type ErrorMeaning = readonly [DatabaseErrorKind, string, string?];

/**
 * The error for people: where, what and what to do; by default that a statement failed. Nothing of the
 * statement: its parameters are the user's data.
 */
export function databaseError(
  address: string,
  [kind, meaning, remedy]: ErrorMeaning = ["failed", "a statement failed"],
  cause: Error,
): DatabaseError {
  const what = `${address}: ${meaning} (${cause.message})`;
  return new DatabaseError(kind, `${what}${remedy ? `; ${remedy}` : ""}`, { cause });
}
