import type { Database } from "./database.ts";
import { isDatabaseError } from "./database_error.ts";

/**
 * The same database, in which a call that loses its connection is made once more on a new one. Nothing half
 * written can be there: each call is a transaction of its own, and to save a delivery again changes nothing (if
 * only the answer of the commit was lost, its rows are counted as unchanged). Not once `over` is aborted.
 * Reading and the lock, which take long by themselves, are as before.
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
