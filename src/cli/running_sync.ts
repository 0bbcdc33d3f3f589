import type { Database } from "../database/database.ts";
import { LockedError } from "../database/database_error.ts";
import type { World } from "./world.ts";

/** Whether somebody holds the lock of a sync at this moment; null where that is not known. */
export async function isSyncRunning(
  database: Pick<Database, "lock">,
  world: World,
): Promise<boolean | null> {
  try {
    await using _lock = await database.lock({
      host: world.hostname(),
      pid: world.pid,
      since: world.clock.now(),
    });
    return false;
  } catch (error) {
    return error instanceof LockedError ? true : null;
  }
}
