import assert from "node:assert/strict";
import type { Value } from "../../src/model/table.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { storedRows } from "../support/stored_rows.ts";
import { readingsOfV2, truthRowsV2 } from "../support/truth_rows_v2.ts";

const since = { firstDay: "2026-05-28", installationDate: "2026-05-28" };

onEachDatabase(
  "a week of hourly runs on the second generation stores every closed quarter-hour",
  async (fresh) => {
    const site = homeSite(since);
    await using world = await harvestWorld("2026-06-01T00:37:00Z", { sites: [site] }, fresh);
    const start = world.now();
    for (let hour = 0; hour <= 7 * 24; hour++) {
      world.setNow(start.add({ hours: hour }));
      const report = await world.sync({ generation: "second" });
      assert.deepEqual(report.failures, [], `hour ${hour}`);
      assert.equal(report.leftDue, 0, `hour ${hour}: ${report.quotaMessage}`);
    }
    const until = Temporal.Instant.from("2026-06-07T22:00:00Z");
    for (const table of readingsOfV2.filter((one) => one !== "energy_readings")) {
      const truth = truthRowsV2(world.simulator, site.siteId, table, {
        from: Temporal.Instant.from("2026-05-31T22:00:00Z"),
        to: until,
        now: world.now(),
      });
      const at = (row: Record<string, Value>) => String(row.timestamp);
      const stored = (await storedRows(world.database, table))
        .filter((row) => at(row) >= "2026-05-31T22:00:00Z" && at(row) < String(until));
      assert.equal(stored.length, truth.length, table);
      for (const [i, row] of truth.entries()) {
        const same = Object.fromEntries(Object.keys(row).map((name) => [name, stored[i][name]]));
        assert.deepEqual(same, row, table);
      }
    }
  },
);
