import assert from "node:assert/strict";
import type { Value } from "../../src/model/table.ts";
import type { SiteSpec } from "../../src/simulator/site_spec.ts";
import type { HarvestWorld } from "./harvest_world.ts";
import { storedRows } from "./stored_rows.ts";
import { readingsOfV2, truthRowsV2 } from "./truth_rows_v2.ts";

const series = readingsOfV2.filter((one) => one !== "energy_readings");

/** Holds the quarter-hours of a range of time against the server's model; gives the number of rows. */
export async function assertQuarterHours(
  { simulator, database }: Pick<HarvestWorld, "simulator" | "database">,
  { siteId }: SiteSpec,
  from: string,
  to: string,
): Promise<number> {
  const at = (row: Record<string, Value>) => String(row.timestamp);
  let count = 0;
  for (const table of series) {
    const truth = truthRowsV2(simulator, siteId, table, {
      from: Temporal.Instant.from(from),
      to: Temporal.Instant.from(to),
      now: simulator.now(),
    });
    const stored = (await storedRows(database, table, siteId))
      .filter((row) => at(row) >= from && at(row) < to);
    assert.equal(stored.length, truth.length, table);
    for (const [i, row] of truth.entries()) {
      const same = Object.fromEntries(Object.keys(row).map((name) => [name, stored[i][name]]));
      assert.deepEqual(same, row, table);
    }
    count += truth.length;
  }
  return count;
}
