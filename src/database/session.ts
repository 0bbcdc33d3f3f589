import type { Value } from "../model/table.ts";
import type { Holder } from "./database.ts";
import { DatabaseError } from "./database_error.ts";

/** What a step of a dialect gives: at once where the driver is synchronous, else as a promise. */
export type Awaitable<T> = T | Promise<T>;

/**
 * One connection, never a second one behind its back: what was to be part of a transaction must not run
 * on a new connection after the old one was lost. Every function throws DatabaseError.
 */
export interface Session {
  /** Address without password, for people. */
  readonly address: string;
  /** Aborts, with a DatabaseError, when the connection is lost; not when it is closed from here. */
  readonly lost: AbortSignal;
  /** Rows as arrays, values as the facts of their columns say; integers beyond 2^53 as bigint. */
  rows(sql: string, parameters?: readonly Value[], plan?: Planning): Awaitable<Value[][]>;
  /** Rows by the names of their columns. */
  records(sql: string, parameters?: readonly Value[]): Awaitable<Record<string, Value>[]>;
  /** Runs a statement. */
  run(sql: string, parameters?: readonly Value[], plan?: Planning): Awaitable<unknown>;
  /** Runs a text of several statements. */
  script(sql: string): Awaitable<void>;
  close(): Awaitable<void>;
}

/** Whether a server keeps the plan of a statement that comes again; those that always do ignore it. */
export interface Planning {
  readonly prepare: boolean;
}

/** For statements that come again, which a server plans once. */
export const planOnce: Planning = { prepare: true };

/** Runs the work in one transaction, which is undone when it throws. */
export async function transaction<T>(
  session: Session,
  begin: string,
  work: () => Awaitable<T>,
): Promise<T> {
  await session.script(begin);
  try {
    const result = await work();
    await session.script("commit");
    return result;
  } catch (error) {
    // A connection that is lost has undone it, and so has SQLite after some errors, such as a full disk.
    if (!session.lost.aborted) {
      try {
        await session.script("rollback");
      } catch {
        // What went wrong first is what matters.
      }
    }
    throw error;
  }
}

/** Aborts when the connection that holds the lock against a second sync is lost. */
export function lockLost(session: Session): AbortSignal {
  const lost = new AbortController();
  session.lost.addEventListener("abort", () =>
    lost.abort(
      new DatabaseError(
        "unreachable",
        `${session.address}: the connection that holds the lock against a second sync was lost; ` +
          "what was fetched before is saved: run again",
      ),
    ));
  return lost.signal;
}

/** Who holds a lock: host, process and since when, as they were read. */
export function holderOf([host, pid, since]: readonly unknown[]): Holder {
  return { host: String(host), pid: Number(pid), since: Temporal.Instant.from(String(since)) };
}

/** The rows of a question by the columns of a table or of a view, for the catalogue. */
export async function columnsByTable(
  session: Session,
  catalogue: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await session.rows(catalogue) as [string, string][];
  const byTable = Map.groupBy(rows, ([table]) => table);
  return new Map([...byTable].map(([table, columns]) => [table, columns.map(([, one]) => one)]));
}
