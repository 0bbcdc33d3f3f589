import { instantText } from "../../model/site_time.ts";
import type { DatabaseLock, Holder } from "../database.ts";
import { LockedError } from "../database_error.ts";
import { holderOf, lockLost } from "../session.ts";
import type { Address } from "./address.ts";
import { connect, type PostgresSession } from "./driver.ts";

/** The number of the lock: one for each database and schema. */
const lockNumber =
  "hashtextextended('seh sync ' || current_database() || ' ' || current_schema(), 0)";

/** A holder that has just died may not have been noticed by the server yet. */
const patience = "1s";

/**
 * Takes the lock on a connection of its own, which the server gives back when that connection ends, however it
 * ends. The name of the connection says who holds it; it has room for a short name of the host only, so
 * `running`, the run that has not finished, is asked for the whole one.
 */
export async function takeLock(
  address: Address,
  holder: Holder,
  running: () => Promise<Holder | null>,
): Promise<DatabaseLock> {
  const session = await connect(address, { applicationName: nameOf(holder) });
  try {
    const [[free]] = await session.rows(`select pg_try_advisory_lock(${lockNumber})::integer`);
    if (!free && !await isFreeSoon(session)) {
      throw new LockedError(await namedHolder(session, running));
    }
  } catch (error) {
    await session.close();
    throw error;
  }
  return { lost: lockLost(session), [Symbol.asyncDispose]: () => session.close() };
}

async function isFreeSoon(session: PostgresSession): Promise<boolean> {
  await session.script(`set lock_timeout = '${patience}'`);
  try {
    await session.rows(`select pg_advisory_lock(${lockNumber})::text`);
    return true;
  } catch (error) {
    if (session.lost.aborted || !/lock timeout/.test(String(error))) throw error;
    return false;
  }
}

function nameOf({ host, pid, since }: Holder): string {
  return `seh lock ${pid} ${instantText(since)} ${host}`.slice(0, 63);
}

async function namedHolder(
  session: PostgresSession,
  running: () => Promise<Holder | null>,
): Promise<Holder | null> {
  const [found] = await session.rows(`
    select a.application_name
    from pg_locks l
    join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory'
      and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
      and l.objsubid = 1
      and (l.classid::bigint << 32 | l.objid::bigint) = ${lockNumber}
  `);
  const parts = /^seh lock (\d+) (\S+) (.*)$/.exec(String(found?.[0] ?? ""));
  const run = await running();
  if (!parts) return run;
  const [, pid, since, host] = parts;
  const holder = holderOf([host, pid, since]);
  const same = run?.pid === holder.pid && instantText(run.since) === since;
  return same ? run : holder;
}
