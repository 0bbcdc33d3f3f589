import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Value } from "../../model/table.ts";
import { DatabaseError, databaseError, type ErrorMeaning, LockedError } from "../database_error.ts";
import { known } from "../server_errors.ts";

/** How long a statement waits for another process that is writing. */
const busySeconds = 15;

/** How many prepared statements a connection keeps; the oldest gives way. */
const statementsKept = 200;

/** A connection and the statements prepared on it. */
export interface Connection {
  readonly path: string;
  readonly database: DatabaseSync;
  /** The statement of this text, prepared once and kept. It takes and gives rows as arrays. */
  statement(sql: string): StatementSync;
}

/** The runtime has this method; its types lack it. */
interface ArrayStatement extends StatementSync {
  setReturnArrays(on: boolean): void;
}

/** Opens a file that must exist already, or `:memory:`. Throws DatabaseError. */
export function connect(path: string, options: { readOnly?: boolean } = {}): Connection {
  return translating(path, () => {
    const database = new DatabaseSync(path, {
      readOnly: options.readOnly ?? false,
      enableForeignKeyConstraints: false,
    });
    try {
      // The option `timeout` of the constructor has no effect.
      database.prepare(`pragma busy_timeout = ${busySeconds * 1000}`).get();
      // A crash of the machine may lose the last transactions, which are fetched again.
      database.prepare("pragma synchronous = normal").run();
      database.prepare("pragma temp_store = memory").run();
      // A log of 16 MB instead of 4: fewer times to wait for the disk in a long sync.
      database.prepare("pragma wal_autocheckpoint = 4000").get();
    } catch (error) {
      database.close();
      throw error;
    }
    const statements = new Map<string, StatementSync>();
    return {
      path,
      database,
      statement(sql) {
        let statement = statements.get(sql);
        if (!statement) {
          statement = database.prepare(sql);
          (statement as ArrayStatement).setReturnArrays(true);
          if (statements.size >= statementsKept) statements.delete(statements.keys().next().value!);
          statements.set(sql, statement);
        }
        return statement;
      },
    };
  });
}

/**
 * Lets readers work while one process writes; a file where that fails works as well, only less freely: one
 * that may only be read, or one that somebody else is using in the other way.
 */
export function useWriteAheadLog(connection: Connection, patienceMilliseconds: number): void {
  try {
    switchLog(connection, "wal", patienceMilliseconds);
  } catch (error) {
    // Two processes that switch at the same moment refuse each other; the next one to open it will do it.
    if (!isBusy(error) && !isReadOnly(error)) throw translated(connection.path, error);
  }
}

/**
 * Puts all that was written into the file itself: one with a write-ahead log cannot be opened by those who
 * may only read it. Where others are using it, the last of them does it.
 */
export function leaveWriteAheadLog(connection: Connection): void {
  try {
    switchLog(connection, "delete", 0);
  } catch {
    // In use, or not ours to write; whoever wrote last has put it into the log, where it is safe.
  }
}

function switchLog(
  { database }: Connection,
  mode: "wal" | "delete",
  patienceMilliseconds: number,
): void {
  database.prepare(`pragma busy_timeout = ${patienceMilliseconds}`).get();
  try {
    database.prepare(`pragma journal_mode = ${mode}`).get();
  } finally {
    database.prepare(`pragma busy_timeout = ${busySeconds * 1000}`).get();
  }
}

/** All rows, integers exact: numbers where they are safe, else bigint. */
export function allRows(statement: StatementSync, parameters: readonly Value[] = []): Value[][] {
  const read = () => statement.all(...parameters) as unknown as Value[][];
  try {
    return read();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_OUT_OF_RANGE") throw error;
  }
  statement.setReadBigInts(true);
  try {
    return read().map((row) => row.map(numberWhereSafe));
  } finally {
    statement.setReadBigInts(false);
  }
}

/** The same rows by the names of their columns. */
export function allRecords(
  statement: StatementSync,
  parameters?: readonly Value[],
): Record<string, Value>[] {
  const names = statement.columns().map((one) => one.name);
  return allRows(statement, parameters).map((row) =>
    Object.fromEntries(names.map((name, at) => [name, row[at]]))
  );
}

/** A number where that loses nothing. */
export function numberWhereSafe(value: Value): Value {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Runs the work and throws what goes wrong as DatabaseError. */
export function translating<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translated(path, error);
  }
}

const look = "look at the permissions of the file and its folder";

const meanings: Readonly<Record<number, ErrorMeaning>> = {
  3: ["refused", "access is not allowed", look],
  5: ["failed", `another program has locked it for more than ${busySeconds} seconds`],
  6: ["failed", "another statement has locked it"],
  8: ["refused", "it may not be written", look],
  10: ["failed", "the disk failed to read or write", "see whether it is full"],
  11: ["failed", "the file is damaged", "copy what can be read with: sqlite3 FILE .recover"],
  13: ["failed", "the disk is full", "make room and run again"],
  14: ["refused", "it cannot be opened", look],
  23: ["refused", "access is not allowed", look],
  26: ["refused", "it is not an SQLite database", "name another file in the address"],
};

/** The DatabaseError that an error means; DatabaseError and LockedError pass through. */
export function translated(path: string, error: unknown): DatabaseError | LockedError {
  if (error instanceof DatabaseError || error instanceof LockedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Deno.errors.NotFound) {
    return new DatabaseError("unreachable", `${path}: no such file or folder`, { cause: error });
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new DatabaseError("refused", `${path}: permission denied; ${look}`, { cause: error });
  }
  return databaseError(path, meanings[resultCode(error)] ?? meaningOf(message), error as Error);
}

/**
 * True when a process died while it wrote a file that has no write-ahead log (network folders cannot have
 * one): what it left must be undone, which a connection that only reads cannot do.
 */
export function leftHalfWritten(error: unknown): boolean {
  const { cause } = error as { cause?: { errcode?: unknown } };
  return cause?.errcode === 776;
}

function isBusy(error: unknown): boolean {
  return [5, 6].includes(resultCode(error));
}

function isReadOnly(error: unknown): boolean {
  return [3, 8, 14, 23].includes(resultCode(error));
}

function resultCode(error: unknown): number {
  const { errcode } = error as { errcode?: unknown };
  // The lower byte is the kind of error, the upper ones say more.
  return typeof errcode === "number" ? errcode & 0xff : 0;
}

/** Opening, copying and running several statements at once give no code. */
function meaningOf(message: string): ErrorMeaning | undefined {
  if (message.includes("disk is full")) return meanings[13];
  if (message.includes("disk I/O error")) return meanings[10];
  if (message.includes("is malformed")) return meanings[11];
  if (/unable to open database file|symbolic links/i.test(message)) return meanings[14];
  if (/no such (table|column)|has no column named|duplicate column name/i.test(message)) {
    return known.changed;
  }
  if (message.includes("not a database")) return meanings[26];
  if (message.includes("readonly database")) return meanings[8];
  if (message.includes("database is locked")) return meanings[5];
  return undefined;
}
