import type { Clock } from "../../model/clock.ts";
import { instantText } from "../../model/site_time.ts";
import { tables } from "../../model/tables.ts";
import { oneByOne } from "../awaitable.ts";
import type { Database, Holder, RunRecord, Selection } from "../database.ts";
import { DatabaseError } from "../database_error.ts";
import { migrate, type MigrationStore, schemaState } from "../migrate.ts";
import { wholeRows } from "../row_batch.ts";
import { savedOrAgain, savePiece } from "../save.ts";
import { type Address, addressOf } from "./address.ts";
import { connect, type Session, snapshot, transaction, writing } from "./driver.ts";
import { duplicateKey, explain } from "./explain.ts";
import { readKnown } from "./known.ts";
import { takeLock } from "./lock.ts";
import { namedQueries } from "./queries.ts";
import { readPages } from "./read.ts";
import { saveStore } from "./save.ts";
import { schema } from "./schema.ts";
import { writeRows } from "./write.ts";

/**
 * Opens the PostgreSQL database that a URL names. One that holds tables of another program, or of a newer
 * version, is refused before anything is written. Throws SettingsError for a URL that cannot be right,
 * else DatabaseError.
 */
export async function openPostgres(url: string, { clock }: { clock: Clock }): Promise<Database> {
  const address = addressOf(url);
  const session = await connect(address);
  try {
    await schemaState(migrationStore(session), schema);
  } catch (error) {
    await session.close();
    throw error;
  }
  return databaseOn(address, session, clock);
}

function databaseOn(address: Address, first: Session, clock: Clock): Database {
  const inTurn = oneByOne();
  const name = first.address;
  let session = first;
  let closed = false;
  const reading = new Set<Session>();

  /** Runs the work after all that came before it, on a new connection when the last one was lost. */
  const turn = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      try {
        if (closed) throw new DatabaseError("failed", `${name}: the database has been closed`);
        if (session.lost.aborted) {
          await session.close();
          session = await connect(address);
        }
        return await work(session);
      } catch (error) {
        throw explain(name, error);
      }
    });

  async function* read(selection: Selection) {
    // A connection of its own keeps its snapshot while pages are asked for and others write.
    const own = await connect(address);
    reading.add(own);
    try {
      await own.script(`begin ${snapshot}`);
      yield* readPages(own, selection);
    } catch (error) {
      throw explain(name, error);
    } finally {
      reading.delete(own);
      await own.close();
    }
  }

  return {
    dialect: "postgres",
    address: name,
    migrate: () => turn((one) => migrate(migrationStore(one), schema, clock.now())),
    state: () => turn((one) => schemaState(migrationStore(one), schema)),
    known: (siteIds) => turn((one) => readKnown(one, siteIds)),
    save: (piece) =>
      turn((one) =>
        savedOrAgain(
          duplicateKey,
          (careful) =>
            transaction(one, () => savePiece(saveStore(one, { careful }), piece), writing),
        )
      ),
    write: (rows) =>
      turn((one) => {
        const batch = wholeRows(rows);
        return transaction(one, () => writeRows(one, batch));
      }),
    read,
    query: (question, given = {}) =>
      turn((one) => {
        const { sql, parameters } = namedQueries[question];
        const unknown = Object.keys(given).find((key) => !parameters.includes(key));
        if (unknown) throw new DatabaseError("failed", `${question} has no parameter ${unknown}`);
        return one.records(sql, parameters.map((key) => given[key] ?? null));
      }),
    size: () => turn(sizeOf),
    copyTo: null,
    recordRun: (run) => turn((one) => putRun(one, run)),
    lock: (holder) => takeLock(address, holder, () => turn(runningRun).catch(() => null)),
    close: () =>
      inTurn(async () => {
        closed = true;
        await Promise.all([session, ...reading].map((one) => one.close()));
      }),
  };
}

function migrationStore(session: Session): MigrationStore {
  return {
    address: session.address,
    async catalogue() {
      const rows = await session.rows(`
        select c.relname::text, a.attname::text
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = quote_ident(current_schema())::regnamespace
          and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and not c.relispartition
      `) as [string, string][];
      const byTable = Map.groupBy(rows, ([table]) => table);
      return new Map(
        [...byTable].map(([table, columns]) => [table, columns.map(([, one]) => one)]),
      );
    },
    async appliedVersions() {
      return (await session.rows("select version from schema_migrations"))
        .map(([version]) => Number(version));
    },
    exclusively: (work) =>
      transaction(session, async () => {
        await session.rows(
          `select pg_advisory_xact_lock(
             hashtextextended('seh migrate ' || current_database() || ' ' || current_schema(), 0)
           )::text`,
        );
        return await work();
      }),
    run: (sql) => session.script(sql),
    async record({ version, name }, appliedAt) {
      await session.run(
        "insert into schema_migrations (version, name, applied_at) values ($1, $2, $3)",
        [version, name, instantText(appliedAt)],
      );
    },
  };
}

/** Our tables with their indexes and partitions, in bytes. */
async function sizeOf(session: Session): Promise<number> {
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

async function putRun(session: Session, { runId, holder, finished }: RunRecord): Promise<void> {
  const values = {
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
  await session.run(
    `insert into runs (${names.join(", ")}) values (${
      names.map((_, at) => `$${at + 1}`).join(", ")
    })
     on conflict (run_id) do update set
       ${names.map((name) => `${name} = excluded.${name}`).join(", ")}`,
    Object.values(values),
  );
}

/** The newest run that has not finished. */
async function runningRun(session: Session): Promise<Holder | null> {
  const [found] = await session.rows(
    `select host, pid, started_at from runs where finished_at is null
     order by started_at desc limit 1`,
  );
  if (!found) return null;
  const [host, pid, since] = found;
  return {
    host: host as string,
    pid: pid as number,
    since: Temporal.Instant.from(since as string),
  };
}
