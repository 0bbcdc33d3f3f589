import type { Clock } from "../../model/clock.ts";
import { tables } from "../../model/tables.ts";
import type { Awaitable } from "../session.ts";
import { type Asking, askServer } from "../ask_server.ts";
import type { Database } from "../database.ts";
import { DatabaseError } from "../database_error.ts";
import { databaseOn, type Dialect } from "../dialect.ts";
import { readPages } from "../read.ts";
import { mariadbSchema as schema } from "../schemas.ts";
import type { Words } from "../statements.ts";
import { addressOf } from "./address.ts";
import { exact, stored } from "./bulk/bulk.ts";
import { connect, type MariadbSession, snapshot } from "./driver.ts";
import { duplicateKey, refusal, translated } from "./errors.ts";
import { takeLock } from "./lock.ts";
import { upsert, writeRows } from "./upsert.ts";

/**
 * Opens the MariaDB or MySQL database that a URL names. One that holds tables of another program, or of a
 * newer version, is refused before anything is written. Throws SettingsError for a URL that cannot be right,
 * else DatabaseError.
 */
export async function openMariadb(url: string, { clock }: { clock: Clock }): Promise<Database> {
  const address = addressOf(url);
  const first = await connect(address);
  const dialect: Dialect<MariadbSession> = {
    name: "mariadb",
    schema,
    words,
    translated: (error) => translated(first.address, error),
    connect: () => connect(address),
    begin: { writing: "start transaction", snapshot },
    catalogue: (table) =>
      "select table_name, column_name from information_schema.columns " +
      `where table_schema = database()${table ? ` and table_name = '${table}'` : ""}`,
    alone,
    upsert,
    duplicateKey,
    write: writeRows,
    pages: (session, selection) => readPages(session, words, selection),
    ask: (sql, stop) => askServer(() => connect(address), sql, stop, asking),
    size: sizeOf,
    // Days, months and years may be zero.
    noTime: (column) => `last_day(${column}) is null`,
    copyTo: null,
    lock: (holder, running) => takeLock(address, holder, running),
  };
  return await databaseOn(dialect, first, clock);
}

const asking: Asking = {
  number: "select connection_id()",
  readOnly: "set session transaction read only; start transaction read only",
  cancel: (number) => `kill query ${number}`,
  refusal,
};

const words: Words = {
  placeholder: () => "?",
  given: (type, value) => type === "integer" ? exact(value) : stored(type, value),
};

/** Locks belong to the whole server and their names are short: one for each database. */
const migrationLock = "concat('seh migrate ', md5(database()))";

/** How long a process waits for another one that makes the tables. */
const migrationSeconds = 600;

/** A transaction would not help: each statement that makes a table commits. */
async function alone<T>(session: MariadbSession, work: () => Awaitable<T>): Promise<T> {
  const [[free]] = await session.rows(`select get_lock(${migrationLock}, ${migrationSeconds})`);
  if (free !== 1) {
    throw new DatabaseError("failed", `${session.address}: another process makes the tables`);
  }
  try {
    return await work();
  } finally {
    if (!session.lost.aborted) await session.rows(`select release_lock(${migrationLock})`);
  }
}

/** Our tables with their indexes, in bytes, as the server estimates them. */
async function sizeOf(session: MariadbSession): Promise<number> {
  const [[bytes]] = await session.rows(
    `select cast(coalesce(sum(data_length + index_length), 0) as signed)
     from information_schema.tables
     where table_schema = database()
       and table_name in (
         select value from json_table(
           ?, '$[*]' columns (value varchar(64) character set utf8mb4 path '$')
         ) as ours
       )`,
    [JSON.stringify(tables.map((one) => one.name))],
  );
  return Number(bytes);
}
