import { instantText } from "../../model/site_time.ts";
import type { DatabaseLock, Holder } from "../database.ts";
import { LockedError } from "../database_error.ts";
import { holderOf, lockLost } from "../session.ts";
import type { Address } from "./address.ts";
import { connect, type MariadbSession } from "./driver.ts";

/** Locks belong to the whole server and their names are short: one for each database. */
const lockName = "concat('seh sync ', md5(database()))";

/** A holder that has just died may not have been noticed by the server yet. */
const patienceSeconds = 1;

/**
 * Takes the lock on a connection of its own, which the server gives back when that connection ends, however it
 * ends. A row names the holder for others; it counts only while that very connection has the lock. Before it is
 * written, `running`, the run that has not finished, is all that is known.
 */
export async function takeLock(
  address: Address,
  holder: Holder,
  running: () => Promise<Holder | null>,
): Promise<DatabaseLock> {
  const session = await connect(address);
  try {
    const [[free]] = await session.rows(`select get_lock(${lockName}, ${patienceSeconds})`);
    if (free !== 1) throw new LockedError(await writtenHolder(session) ?? await running());
    await writeHolder(session, holder);
  } catch (error) {
    await session.close();
    throw error;
  }
  return {
    lost: lockLost(session),
    async [Symbol.asyncDispose]() {
      // The server may notice the end of the connection a little later than the next who asks.
      if (!session.lost.aborted) {
        await session.rows(`select release_lock(${lockName})`).catch(() => {});
      }
      await session.close();
    },
  };
}

async function writeHolder(session: MariadbSession, { host, pid, since }: Holder): Promise<void> {
  const set = ["connection", "host", "pid", "since_at"].map((name) => `${name} = values(${name})`);
  await session.run(
    `insert into sync_lock (name, connection, host, pid, since_at)
     values ('sync', connection_id(), ?, ?, ?)
     on duplicate key update ${set.join(", ")}`,
    [host, pid, instantText(since).slice(0, 19)],
  );
}

async function writtenHolder(session: MariadbSession): Promise<Holder | null> {
  const [found] = await session.rows(
    `select host, pid, concat(since_at, 'Z') from sync_lock
     where connection = is_used_lock(${lockName})`,
  );
  return found ? holderOf(found) : null;
}
