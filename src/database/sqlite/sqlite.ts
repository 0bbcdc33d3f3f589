import { dirname, resolve } from "node:path";
import { realTarget } from "../../files/real_target.ts";
import type { Clock } from "../../model/clock.ts";
import { breathing } from "../breathing.ts";
import type { Database } from "../database.ts";
import { DatabaseError } from "../database_error.ts";
import { databaseOn, type Dialect } from "../dialect.ts";
import { schemaState } from "../migrate.ts";
import { readPages } from "../read.ts";
import { readKnown } from "../remembered.ts";
import { sqliteSchema as schema } from "../schemas.ts";
import { type Session, transaction } from "../session.ts";
import { questionOf, type Words } from "../statements.ts";
import { askSqlite } from "./ask.ts";
import { copyDatabaseFile } from "./backup.ts";
import { readWholeTable } from "./columns.ts";
import { DatabaseFile } from "./database_file.ts";
import {
  allRecords,
  allRows,
  connect,
  type Connection,
  leaveWriteAheadLog,
  leftHalfWritten,
  translated,
  translating,
  useWriteAheadLog,
} from "./driver.ts";
import { lockFile } from "./lock.ts";
import { type Upsert, upsertOn, writeRows } from "./upsert.ts";

const inMemory = ":memory:";

const digits = (pattern: string) => pattern.replaceAll("0", "[0-9]");

/** How the columns of times are written. */
const patterns = {
  instant: digits("0000-00-00T00:00:00*Z"),
  local: digits("0000-00-00T00:00:00*"),
  date: digits("0000-00-00"),
};

const words: Words = { placeholder: () => "?", given: (_, value) => value };

/**
 * Opens a database file, or `:memory:`. A file of another program or of a newer version is refused before
 * anything is written. Throws DatabaseError.
 */
export async function openSqlite(
  file: string,
  { create, briefly, clock }: { create: boolean; briefly: boolean; clock: Clock },
): Promise<Database> {
  const path = file === inMemory ? inMemory : resolve(file);
  const looking = path !== inMemory && await exists(path, create) ? await look(path) : null;
  let connection: Connection;
  if (looking && briefly) {
    // Into a write-ahead log and out of it again are six waits for the disk, which a look of a moment is not worth.
    connection = looking;
  } else {
    looking?.database.close();
    connection = connect(path);
    // Those who write wait for a reader to end; those who read can do without.
    if (path !== inMemory) useWriteAheadLog(connection, create ? 5000 : 100);
  }
  const dialect = dialectOf(path, () => connection, connection !== looking && path !== inMemory);
  return await databaseOn(dialect, await dialect.connect(), clock);
}

/** What is read of a harvest through a connection that only reads, whoever's tables stand beside. */
export function readSqlite(connection: Connection): Pick<Database, "known" | "read" | "close"> {
  const session = sessionOn(connection, false);
  const dialect = dialectOf(connection.path, () => connection);
  return {
    read: (selection) => readPages(session, words, selection),
    known: (siteIds) =>
      transaction(session, dialect.begin.snapshot, () =>
        readKnown(async (question, given = {}) => {
          const { sql, parameters } = await questionOf(question, given, dialect);
          return session.records(sql, parameters);
        }, siteIds)),
    close: () => Promise.resolve(session.close()),
  };
}

/** A connection that only reads. Throws when the file is not ours, and leaves such a file as it is. */
async function look(path: string): Promise<Connection> {
  try {
    return await ours(path, { readOnly: true });
  } catch (error) {
    if (!leftHalfWritten(error)) throw error;
    (await ours(path, { readOnly: false })).database.close();
    return await ours(path, { readOnly: true });
  }
}

async function ours(path: string, options: { readOnly: boolean }): Promise<Connection> {
  const connection = connect(path, options);
  try {
    await schemaState(sessionOn(connection, false), dialectOf(path, () => connection));
    return connection;
  } catch (error) {
    connection.database.close();
    throw translated(path, error);
  }
}

/** The file as a dialect of its own, in which `writer` is the connection that writes. */
function dialectOf(
  path: string,
  writer: () => Connection,
  leavesLog = path !== inMemory,
): Dialect<SqliteSession> {
  const inFile = path !== inMemory;
  const opened: DatabaseFile[] = [];
  return {
    name: "sqlite",
    schema,
    words,
    translated: (error) => translated(path, error),
    connect() {
      const session = sessionOn(writer(), leavesLog);
      return Promise.resolve({
        ...session,
        close() {
          session.close();
          for (const file of opened.splice(0)) file[Symbol.dispose]();
        },
      });
    },
    // What is in memory has one connection: nothing begins on it, and it stays open.
    connectToRead: () =>
      Promise.resolve(
        inFile
          ? sessionOn(connect(path, { readOnly: true }), false)
          : { ...sessionOn(writer(), false), script: () => {}, close: () => {} },
      ),
    // A transaction that begins with reading is refused at once, without waiting, when it turns to write.
    begin: { writing: "begin immediate", snapshot: "begin" },
    catalogue: (table) =>
      `select m.name, c.name from sqlite_schema m join pragma_table_xinfo(m.name) c
      where m.type in ('table', 'view') and m.name not like 'sqlite\\_%' escape '\\'` +
      (table ? ` and m.name = '${table}'` : ""),
    alone: (session, work) => transaction(session, "begin immediate", work),
    upsert: (session, batch, options) => session.upsert(batch, options),
    duplicateKey: null,
    write: ({ connection }, batch, there) => writeRows(connection, batch, there),
    pages: (session, selection) => lettingGo(readPages(session, words, selection)),
    columns({ connection }, selection, columns) {
      const counts = !inFile ? null : readWholeTable(connection, selection, columns, (file) => {
        opened.push(new DatabaseFile(file));
        return opened.at(-1)!;
      });
      return counts && lettingGo(counts);
    },
    ready({ connection }, question) {
      // A check sorts the rows of years: in a file, so that memory does not grow with them.
      const place = question.startsWith("check_") ? "file" : "memory";
      connection.database.prepare(`pragma temp_store = ${place}`).run();
    },
    ask: (sql) => askSqlite(path, sql),
    // SQLite takes any text.
    noTime: (column, type) =>
      `(${column} not glob '${patterns[type]}'
        or date(${column}, '+0 days') is not substr(${column}, 1, 10))`,
    size: ({ connection }) => sizeOf(connection),
    copyTo: !inFile ? null : (target) =>
      copyDatabaseFile(path, target).catch((error) => {
        throw translated(target, error);
      }),
    async lock(holder, running) {
      if (!inFile) {
        const lost = new AbortController().signal;
        return { lost, [Symbol.asyncDispose]: () => Promise.resolve() };
      }
      // The lock belongs to the file, not to one of its names.
      return await lockFile(`${await realTarget(path)}.lock`, holder, running);
    },
  };
}

/** The same, with breaths between. */
async function* lettingGo<T>(work: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  const breathe = breathing();
  for await (const one of work) {
    yield one;
    await breathe();
  }
}

/** A connection with the upsert that counts on it. */
interface SqliteSession extends Session {
  readonly connection: Connection;
  readonly upsert: Upsert;
}

function sessionOn(connection: Connection, leavesLog: boolean): SqliteSession {
  const { path, database } = connection;
  const statement = (sql: string) => connection.statement(sql);
  return {
    address: path,
    connection,
    upsert: upsertOn(connection),
    // A file is not lost.
    lost: new AbortController().signal,
    rows: (sql, parameters) => translating(path, () => allRows(statement(sql), parameters)),
    records: (sql, parameters) => translating(path, () => allRecords(statement(sql), parameters)),
    run: (sql, parameters = []) => translating(path, () => statement(sql).run(...parameters)),
    // Several statements at once give no code when they fail.
    script: (sql) =>
      translating(path, () => {
        if (sql.includes(";")) database.exec(sql);
        else database.prepare(sql).run();
      }),
    close() {
      if (!database.isOpen) return;
      if (leavesLog) leaveWriteAheadLog(connection);
      database.close();
    },
  };
}

/** Whether there is something to look at; throws where nothing can be opened or created. */
async function exists(path: string, create: boolean): Promise<boolean> {
  try {
    const { isDirectory, isFile, size } = await Deno.stat(path);
    if (isDirectory) throw new DatabaseError("refused", `${path} is a folder; name a file in it`);
    if (!isFile) throw new DatabaseError("refused", `${path} is no plain file; name one`);
    return size > 0;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw translated(path, error);
  }
  if (!create) {
    throw new DatabaseError(
      "absent",
      `there is no database at ${path} yet. Run: seh sync; where seh has no access yet: seh setup`,
    );
  }
  const folder = dirname(path);
  try {
    await Deno.stat(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw translated(folder, error);
    throw new DatabaseError(
      "unreachable",
      `the folder ${folder} does not exist; make it, or name another place for the database`,
    );
  }
  return false;
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
