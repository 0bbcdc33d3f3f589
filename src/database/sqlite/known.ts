import type { Known } from "../../model/harvest.ts";
import { knownOf, type KnownRows } from "../known.ts";
import { allRecords, type Connection } from "./driver.ts";
import { knownQueries } from "./queries.ts";

/** Everything the planner needs, as it stands at one moment. */
export function readKnown(connection: Connection, siteIds?: readonly number[]): Known {
  const site_ids = siteIds ? JSON.stringify(siteIds) : null;
  const ask = (sql: string) => allRecords(connection.statement(sql), { site_ids });
  // One transaction, so that the answers belong together.
  connection.database.prepare("begin").run();
  let rows: KnownRows;
  try {
    rows = {
      sites: ask(knownQueries.sites),
      devices: ask(knownQueries.devices),
      marks: ask(knownQueries.marks),
      coverage: ask(knownQueries.coverage),
      spent: allRecords(connection.statement(knownQueries.spent), {}),
    };
  } finally {
    connection.database.prepare("commit").run();
  }
  return knownOf(rows);
}
