import type { Database } from "./database.ts";
import { isDatabaseError } from "./database_error.ts";

/**
 * The same database, which tries a second time, on a new connection, what lost its connection. Nothing
 * half written can be there: each call is a transaction of its own, and to save a delivery again changes nothing
 * (if only the answer of the commit was lost, its rows are counted as unchanged). Not once `over` is aborted.
 * What takes long by itself, reading and the lock, is as it was.
 */
export function retrying(database: Database, over: AbortSignal): Database {
  const twice = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseError(error, "unreachable") || over.aborted) throw error;
      return await work();
    }
  };
  return {
    ...database,
    known: (siteIds) => twice(() => database.known(siteIds)),
    save: (delivery) => twice(() => database.save(delivery)),
    recordRun: (run) => twice(() => database.recordRun(run)),
  };
}
