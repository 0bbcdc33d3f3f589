import type { Clock } from "../../model/clock.ts";
import type { Value } from "../../model/table.ts";
import { table as factsOf, tables } from "../../model/tables.ts";
import { type Asking, askServer } from "../ask_server.ts";
import type { Database, Selection } from "../database.ts";
import { databaseOn, type Dialect } from "../dialect.ts";
import { conditionsOf, rangesAfter, rowsPerPage } from "../read.ts";
import { postgresSchema as schema } from "../schemas.ts";
import { transaction } from "../session.ts";
import { type Condition, selection as statementOf, type Words } from "../statements.ts";
import { addressOf } from "./address.ts";
import { sqlTypes } from "./binary_parameters.ts";
import { connect, type PostgresSession, snapshot, writing } from "./driver.ts";
import { duplicateKey, refusal, translated } from "./errors.ts";
import { takeLock } from "./lock.ts";
import { upsert, writeRows } from "./upsert.ts";

/**
 * Opens the PostgreSQL database that a URL names. One that holds tables of another program, or of a newer
 * version, is refused before anything is written. Throws SettingsError for a URL that cannot be right,
 * else DatabaseError.
 */
export async function openPostgres(url: string, { clock }: { clock: Clock }): Promise<Database> {
  const address = addressOf(url);
  const first = await connect(address);
  const dialect: Dialect<PostgresSession> = {
    name: "postgres",
    schema,
    words,
    translated: (error) => translated(first.address, error),
    connect: () => connect(address),
    begin: { writing, snapshot },
    catalogue: (table) =>
      `
      select c.relname::text, a.attname::text
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = quote_ident(current_schema())::regnamespace
        and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not c.relispartition` + (table ? ` and c.relname = '${table}'` : ""),
    alone: (session, work) =>
      transaction(session, "begin", async () => {
        await session.rows(
          `select pg_advisory_xact_lock(
             hashtextextended('seh migrate ' || current_database() || ' ' || current_schema(), 0)
           )::text`,
        );
        return await work();
      }),
    upsert,
    duplicateKey,
    write: writeRows,
    pages: readPages,
    ask: (sql, stop) => askServer(() => connect(address), sql, stop, asking),
    size: sizeOf,
    // An `infinity`, or before our era.
    noTime: (column) => `(${column} < '0001-01-01' or ${column} >= '10000-01-01')`,
    copyTo: null,
    lock: (holder, running) => takeLock(address, holder, running),
  };
  return await databaseOn(dialect, first, clock);
}

const asking: Asking = {
  number: "select pg_backend_pid()",
  readOnly: "set default_transaction_read_only = on; begin read only",
  cancel: (number) => `select pg_cancel_backend(${number})`,
  refusal,
};

const words: Words = {
  placeholder: (number, type) => `$${number}${type ? `::${sqlTypes[type]}` : ""}`,
  given: (_, value) => value,
};

/**
 * The selected rows in key order, page by page, from a cursor of the server inside the transaction of the
 * caller: neither side ever holds more than a page, and every page is a statement whose error is seen. To ask
 * by key for each page would look into every partition each time.
 */
async function* readPages(
  session: PostgresSession,
  selection: Selection,
): AsyncGenerator<readonly (readonly Value[])[]> {
  const table = factsOf(selection.table);
  const names = table.columns.map((one) => one.name);
  const { siteIds } = selection;
  const filters: Condition[] = conditionsOf(table, selection);
  if (siteIds?.length === 0) return;
  if (siteIds) filters.push({ name: "site_id", isOneOf: siteIds });
  for (const range of rangesAfter(table, selection.after)) {
    const { sql, parameters } = statementOf(table, names, [...filters, ...range], words);
    // The one before may have been left midway.
    await session.script("close all");
    await session.run(`declare pages no scroll cursor for ${sql}`, parameters);
    while (true) {
      const page = await session.rows(`fetch ${rowsPerPage} from pages`);
      if (page.length > 0) yield page;
      if (page.length < rowsPerPage) break;
    }
  }
}

/** Our tables with their indexes and partitions, in bytes. */
async function sizeOf(session: PostgresSession): Promise<number> {
  const [[bytes]] = await session.rows(
    `select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
     from pg_class c
     join pg_class top on top.oid = coalesce(pg_partition_root(c.oid), c.oid)
     where c.relkind = 'r'
       and top.relnamespace = quote_ident(current_schema())::regnamespace
       and top.relname in (select json_array_elements_text($1::json))`,
    [JSON.stringify(tables.map((one) => one.name))],
  );
  return Number(bytes);
}
