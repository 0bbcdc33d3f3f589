import { dirname, resolve } from "node:path";
import { realTarget } from "../../files/real_target.ts";
import type { Clock } from "../../model/clock.ts";
import { instantText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import { type Awaitable, oneByOne } from "../awaitable.ts";
import type { Database, Holder, RunRecord, Selection } from "../database.ts";
import { DatabaseError } from "../database_error.ts";
import { migrate, type MigrationStore, schemaState } from "../migrate.ts";
import { wholeRows } from "../row_batch.ts";
import { savePiece } from "../save.ts";
import { copyDatabaseFile } from "./backup.ts";
import {
  allRecords,
  allRows,
  connect,
  type Connection,
  explain,
  leaveWriteAheadLog,
  leftHalfWritten,
  transaction,
  useWriteAheadLog,
} from "./driver.ts";
import { readKnown } from "./known.ts";
import { lockFile } from "./lock.ts";
import { namedQueries } from "./queries.ts";
import { readPages } from "./read.ts";
import { saveStore } from "./save.ts";
import { schema } from "./schema.ts";
import { writeRows } from "./write.ts";

const inMemory = ":memory:";

/**
 * Opens a database file, or `:memory:`. A file of another program or of a newer version is refused before
 * anything is written. Throws DatabaseError.
 */
export async function openSqlite(
  file: string,
  { create, clock }: { create: boolean; clock: Clock },
): Promise<Database> {
  const path = file === inMemory ? inMemory : resolve(file);
  if (path !== inMemory && await exists(path, create)) {
    try {
      await look(path, { readOnly: true });
    } catch (error) {
      if (!leftHalfWritten(error)) throw error;
      await look(path, { readOnly: false });
    }
  }
  const connection = connect(path);
  // Those who write wait for a reader to end; those who read can do without.
  if (path !== inMemory) useWriteAheadLog(connection, create ? 5000 : 100);
  return databaseOn(connection, clock);
}

/** Throws when the file is not ours. */
async function look(path: string, options: { readOnly: boolean }): Promise<void> {
  const connection = connect(path, options);
  try {
    await schemaState(migrationStore(connection), schema);
  } catch (error) {
    throw explain(path, error);
  } finally {
    connection.database.close();
  }
}

function databaseOn(connection: Connection, clock: Clock): Database {
  const { path, database } = connection;
  const inTurn = oneByOne();
  const turn = <T>(work: () => Awaitable<T>) =>
    inTurn(work).catch((error) => {
      throw explain(path, error);
    });
  const migrations = migrationStore(connection);
  const store = saveStore(connection);
  const reading = new Set<Connection>();

  async function* read(selection: Selection) {
    // A connection of its own keeps its snapshot while pages are asked for and others write.
    const own = path === inMemory ? connection : connect(path, { readOnly: true });
    reading.add(own);
    try {
      if (own !== connection) own.database.prepare("begin").run();
      const breathe = breathing();
      for (const page of readPages(own, selection)) {
        yield page;
        await breathe();
      }
    } catch (error) {
      throw explain(path, error);
    } finally {
      reading.delete(own);
      if (own !== connection && own.database.isOpen) own.database.close();
    }
  }

  return {
    dialect: "sqlite",
    address: path,
    migrate: () => turn(() => migrate(migrations, schema, clock.now())),
    state: () => turn(() => schemaState(migrations, schema)),
    known: (siteIds) => turn(() => readKnown(connection, siteIds)),
    save: (piece) => turn(() => transaction(connection, () => savePiece(store, piece))),
    write: (rows) =>
      turn(() => {
        const batch = wholeRows(rows);
        return transaction(connection, () => writeRows(connection, batch));
      }),
    read,
    query: (name, parameters) =>
      turn(() => {
        // A check sorts the rows of years: in a file, so that memory does not grow with them.
        const place = name.startsWith("check_") ? "file" : "memory";
        connection.database.prepare(`pragma temp_store = ${place}`).run();
        return allRecords(connection.statement(namedQueries[name]), parameters);
      }),
    size: () => turn(() => sizeOf(connection)),
    copyTo: path === inMemory ? null : (target) =>
      copyDatabaseFile(path, target).catch((error) => {
        throw explain(target, error);
      }),
    recordRun: (run) => turn(() => putRun(connection, run)),
    async lock(holder) {
      if (path === inMemory) {
        const lost = new AbortController().signal;
        return { lost, [Symbol.asyncDispose]: () => Promise.resolve() };
      }
      const running = () => turn(() => runningRun(connection)).catch(() => null);
      // The lock belongs to the file, not to one of its names.
      return await lockFile(`${await realTarget(path)}.lock`, holder, running);
    },
    close: () =>
      turn(() => {
        for (const one of reading) if (one !== connection) one.database.close();
        if (!database.isOpen) return;
        if (path !== inMemory) leaveWriteAheadLog(connection);
        database.close();
      }),
  };
}

/** Longer than this nothing else gets a turn, such as a signal that ends the program. */
const longestBreathMilliseconds = 50;

/** SQLite never waits for anything: a loop over its rows must let go now and then by itself. */
function breathing(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longestBreathMilliseconds) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  };
}

/** Whether there is something to look at; throws where nothing can be opened or created. */
async function exists(path: string, create: boolean): Promise<boolean> {
  try {
    const { isDirectory, size } = await Deno.stat(path);
    if (isDirectory) throw new DatabaseError("refused", `${path} is a folder; name a file in it`);
    return size > 0;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw explain(path, error);
  }
  if (!create) {
    throw new DatabaseError("absent", `there is no database at ${path} yet; run: seh init-db`);
  }
  const folder = dirname(path);
  try {
    await Deno.stat(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw explain(folder, error);
    throw new DatabaseError(
      "unreachable",
      `the folder ${folder} for the database does not exist; create it, or change SEH_DATABASE_URL`,
    );
  }
  return false;
}

function migrationStore(connection: Connection): MigrationStore {
  const { path, database } = connection;
  return {
    address: path,
    catalogue() {
      const rows = allRows(connection.statement(
        `select m.name, c.name from sqlite_schema m join pragma_table_xinfo(m.name) c
         where m.type in ('table', 'view') and m.name not like 'sqlite\\_%' escape '\\'`,
      )) as [string, string][];
      const byTable = Map.groupBy(rows, ([name]) => name);
      return new Map([...byTable].map(([name, columns]) => [name, columns.map(([, one]) => one)]));
    },
    appliedVersions: () =>
      allRows(connection.statement("select version from schema_migrations"))
        .map(([version]) => Number(version)),
    exclusively: (work) => transaction(connection, work),
    run: (sql) => database.exec(sql),
    record({ version, name }, appliedAt) {
      connection.statement(
        "insert into schema_migrations (version, name, applied_at) values (?, ?, ?)",
      ).run(version, name, instantText(appliedAt));
    },
  };
}

/** The file and its write-ahead log, in bytes. */
async function sizeOf(connection: Connection): Promise<number> {
  const { path } = connection;
  if (path === inMemory) {
    const [[bytes]] = allRows(connection.statement(
      "select page_count * page_size from pragma_page_count, pragma_page_size",
    ));
    return Number(bytes);
  }
  const sizes = await Promise.all([path, `${path}-wal`].map(async (file) => {
    try {
      return (await Deno.stat(file)).size;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return 0;
      throw error;
    }
  }));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function putRun(connection: Connection, { runId, holder, finished }: RunRecord): void {
  const values: Record<string, Value> = {
    run_id: runId,
    host: holder.host,
    pid: holder.pid,
    started_at: instantText(holder.since),
    finished_at: finished ? instantText(finished.at) : null,
    exit_code: finished?.exitCode ?? null,
    requests: finished?.requests ?? null,
    rows_inserted: finished?.inserted ?? null,
    rows_changed: finished?.changed ?? null,
    summary: finished?.summary ?? null,
  };
  const names = Object.keys(values);
  connection.statement(
    `insert or replace into runs (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
  ).run(...Object.values(values));
}

/** The newest run that has not finished: who holds a lock that does not tell. */
function runningRun(connection: Connection): Holder | null {
  const [found] = allRows(connection.statement(
    `select host, pid, started_at from runs where finished_at is null
     order by started_at desc limit 1`,
  ));
  if (!found) return null;
  const [host, pid, since] = found;
  return {
    host: host as string,
    pid: pid as number,
    since: Temporal.Instant.from(since as string),
  };
}
