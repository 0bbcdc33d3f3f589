import { withTimeZones } from "../model/set_time_zones.ts";
import type { Database } from "./database.ts";

/** The same database, in which the zones that a person has set for sites stand above those that answers name. */
export function withSetZones(database: Database, zones: ReadonlyMap<number, string>): Database {
  if (zones.size === 0) return database;
  return {
    ...database,
    known: async (siteIds) => withTimeZones(await database.known(siteIds), zones),
    save: (piece) => database.save({ ...piece, timeZones: zones }),
  };
}
