import type { Clock } from "../model/clock.ts";
import { instantText } from "../model/site_time.ts";
import { NoTime, type PackedColumn } from "../model/packed_column.ts";
import type { Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import type { AskedPage, Stop } from "./ask.ts";
import type { Database, DatabaseLock, Holder, Reader, RunRecord, Selection } from "./database.ts";
import type { DialectName } from "./rare_questions.ts";
import { DatabaseError, type LockedError } from "./database_error.ts";
import { migrate, type Migrating, schemaState } from "./migrate.ts";
import type { Question } from "./questions.ts";
import { readKnown } from "./remembered.ts";
import { type RowBatch, wholeRows } from "./row_batch.ts";
import type { SaveStore } from "./save.ts";
import { type Awaitable, holderOf, planOnce, type Session, transaction } from "./session.ts";
import {
  type Parameters,
  putRecords,
  questionOf,
  removal,
  selection,
  type Words,
} from "./statements.ts";
import type { TimeWords } from "./unreadable.ts";
import type { UpsertOptions, Written } from "./upsert_rules.ts";

/** What differs from one kind of database to another, beside its session. */
export interface Dialect<S extends Session> extends Migrating<S> {
  readonly name: DialectName;
  readonly words: Words;
  /** Comes before a question, where a session is to be set for it. */
  ready?(session: S, question: Question): void;
  /** The DatabaseError that an error means; DatabaseError and LockedError pass through. */
  translated(error: unknown): DatabaseError | LockedError;
  /** Another connection, after the last one was lost. */
  connect(): Promise<S>;
  /** A connection for reading that others' writing does not end; by default one like any other. */
  connectToRead?(): Promise<S>;
  /** Begin a transaction: one that writes, and one in which all that is read belongs to one moment. */
  readonly begin: { readonly writing: string; readonly snapshot: string };
  /**
   * Writes rows by the rules of their kind of table, inside a transaction of the caller. Not `careful`, it may
   * insert where nothing was stored a moment before, and be refused with `duplicateKey`.
   */
  upsert(session: S, batch: RowBatch, options: UpsertOptions, careful: boolean): Awaitable<Written>;
  /** The code of the error for a key that was to be inserted and is there already, where that can happen. */
  readonly duplicateKey: string | null;
  /** The selected rows in key order, page by page. */
  pages(session: S, selection: Selection): AsyncIterable<readonly (readonly Value[])[]>;
  /** See `Database.readColumns`, where there is a faster way than by rows; null: not for these. */
  columns?(
    session: S,
    selection: Selection,
    columns: readonly (PackedColumn | null)[],
  ): AsyncIterable<number> | null;
  /** See `Database.ask`. */
  ask(sql: string, stop: Stop): AsyncIterable<AskedPage>;
  /** See `TimeWords.noTime`. */
  readonly noTime: TimeWords["noTime"];
  /** Size of the database in bytes. */
  size(session: S): Awaitable<number>;
  /** See `Database.copyTo`. */
  readonly copyTo: Database["copyTo"];
  /** See `Database.lock`; `running` is asked for the holder where the lock does not say. */
  lock(holder: Holder, running: () => Promise<Holder | null>): Promise<DatabaseLock>;
}

/**
 * The database of a dialect, on a connection that has been made. One that holds tables of another program, or of
 * a newer version, is refused before anything is written. Throws DatabaseError.
 */
export async function databaseOn<S extends Session>(
  dialect: Dialect<S>,
  first: S,
  clock: Clock,
): Promise<Database> {
  try {
    await schemaState(first, dialect);
  } catch (error) {
    await first.close();
    throw dialect.translated(error);
  }
  const { begin } = dialect;
  const inTurn = oneByOne();
  const { address } = first;
  let session = first;
  let closed = false;
  const reading = new Set<S>();

  /** Runs the work after all that came before it, on a new connection when the last one was lost. */
  const turn = <T>(work: (session: S) => Awaitable<T>): Promise<T> =>
    inTurn(async () => {
      try {
        if (closed) throw new DatabaseError("failed", `${address}: the database has been closed`);
        if (session.lost.aborted) {
          await session.close();
          session = await dialect.connect();
        }
        return await work(session);
      } catch (error) {
        throw dialect.translated(error);
      }
    });
  const ask = async (one: S, question: Question, given: Parameters = {}) => {
    const { sql, parameters } = await questionOf(question, given, dialect);
    dialect.ready?.(one, question);
    return await one.records(sql, parameters);
  };
  const reader = async (): Promise<Reader> => {
    const own = await (dialect.connectToRead ?? dialect.connect)();
    reading.add(own);
    const close = async () => {
      reading.delete(own);
      await own.close();
    };
    try {
      // What is seen first is what is seen until the end, whatever others write.
      await own.script(begin.snapshot);
    } catch (error) {
      await close();
      throw dialect.translated(error);
    }
    return {
      read: (selection) => translating(() => dialect.pages(own, selection)),
      readColumns: (selection, columns) =>
        translating(() =>
          dialect.columns?.(own, selection, columns) ??
            packed(dialect.pages(own, selection), columns)
        ),
      [Symbol.asyncDispose]: close,
    };
  };
  async function* translating<T>(work: () => AsyncIterable<T>) {
    try {
      yield* work();
    } catch (error) {
      if (error instanceof NoTime) {
        throw new DatabaseError(
          "failed",
          `${address}: the database holds ${error.value}, which is no time`,
          { cause: error },
        );
      }
      throw dialect.translated(error);
    }
  }
  async function* read(selection: Selection) {
    await using one = await reader();
    yield* one.read(selection);
  }
  const readColumns: Reader["readColumns"] = async function* (selection, columns) {
    await using one = await reader();
    yield* one.readColumns(selection, columns);
  };

  const storeOn = (one: S, careful: boolean): SaveStore => ({
    upsert: (batch, options) => dialect.upsert(one, batch, options, careful),
    parts: (question, given) => ask(one, question, given),
    select(table, names, where) {
      const { sql, parameters } = selection(table, names, where, dialect.words);
      return one.rows(sql, parameters, planOnce);
    },
    async remove(table, where) {
      const { sql, parameters } = removal(table, where, dialect.words);
      await one.run(sql, parameters, planOnce);
    },
    write: (given, there = "replaced") => dialect.write(one, wholeRows(given), there),
  });

  return {
    dialect: dialect.name,
    address,
    migrate: (views = "changed") => turn((one) => migrate(one, dialect, clock.now(), views)),
    state: () => turn((one) => schemaState(one, dialect)),
    known: (siteIds) =>
      turn((one) =>
        transaction(one, begin.snapshot, () => readKnown((what, of) => ask(one, what, of), siteIds))
      ),
    save: (delivery) =>
      turn(async (one) => {
        // Those who only read do without.
        const { saveDelivery, savedOrAgain } = await import("./save.ts");
        return await savedOrAgain(
          dialect.duplicateKey,
          (careful) =>
            transaction(one, begin.writing, () => saveDelivery(storeOn(one, careful), delivery)),
        );
      }),
    write: ({ table, rows }) =>
      turn(async (one) => {
        const batch = wholeRows({ table, rows });
        await transaction(one, begin.writing, () => dialect.write(one, batch, "replaced"));
        return batch.count;
      }),
    replace: (tables) =>
      turn((one) =>
        transaction(one, begin.writing, async () => {
          const store = storeOn(one, true);
          for (const given of tables) {
            await store.remove(factsOf(given.table), []);
            if (given.rows.length > 0) await store.write(given);
          }
        })
      ),
    read,
    readColumns,
    reader,
    query: (question, given) => turn((one) => ask(one, question, given)),
    ask: (sql, stop) => dialect.ask(sql, stop),
    unreadableTime: async (where) => {
      const { unreadableTime } = await import("./unreadable.ts");
      const { words, noTime } = dialect;
      return await turn((one) => unreadableTime(one, { ...words, noTime }, where));
    },
    size: () => turn((one) => dialect.size(one)),
    copyTo: dialect.copyTo,
    recordRun: (run) =>
      turn((one) => putRecords(storeOn(one, true), factsOf("runs"), [rowOfRun(run)])),
    lock: (holder) => dialect.lock(holder, () => turn(runningRun).catch(() => null)),
    close: () =>
      inTurn(async () => {
        closed = true;
        for (const one of [...reading, session]) await one.close();
      }),
  };
}

function rowOfRun({ runId, holder, finished }: RunRecord): Record<string, Value> {
  return {
    run_id: runId,
    host: holder.host,
    pid: holder.pid,
    started_at: instantText(holder.since),
    ...finished && {
      finished_at: instantText(finished.at),
      exit_code: finished.exitCode,
      requests: finished.requests,
      rows_inserted: finished.inserted,
      rows_changed: finished.changed,
      summary: finished.summary,
    },
  };
}

/** Adds rows to columns. */
async function* packed(
  pages: AsyncIterable<readonly (readonly Value[])[]>,
  columns: readonly (PackedColumn | null)[],
): AsyncGenerator<number> {
  for await (const page of pages) {
    for (const [at, one] of columns.entries()) one?.add(page, at);
    yield page.length;
  }
}

/** The newest run that has not finished: who holds a lock that does not name its holder. */
async function runningRun(session: Session): Promise<Holder | null> {
  const [found] = await session.rows(
    `select host, pid, started_at from runs where finished_at is null
     order by started_at desc limit 1`,
  );
  return found ? holderOf(found) : null;
}

/** Runs works one after the other, in the order in which they were handed over. */
function oneByOne(): <T>(work: () => Awaitable<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
