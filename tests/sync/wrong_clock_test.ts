// Not in test:fast: days of a timer through both generations.
import assert from "node:assert/strict";
import { compareReadings, compareRows } from "../../bench/truth.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { harvestWorld, mostly } from "../support/harvest_world.ts";
import { truthRowsV2 } from "../support/truth_rows_v2.ts";

const site = homeSite({ firstDay: "2026-05-12", installationDate: "2026-05-12" });
const tables = ["power_readings", "power_details", "energy_details", "battery_telemetry"] as const;
/** By how many hours the clock is wrong in which run. */
const errors: Readonly<Record<number, number>> = { 1: -26, 3: 20 };

for (const generation of ["v1", "v2"] as const) {
  Deno.test(`a clock that is a day behind for a run, and later a day ahead, makes nothing be fetched anew, and loses nothing (${generation})`, async () => {
    await using world = await harvestWorld("2026-05-20T05:07:00Z", {
      sites: [site],
      // A week that is fetched again takes seven requests.
      spans: { quarterHourHours: 24, words: "span" },
    });
    const start = world.now();
    const costs: number[] = [];
    for (let n = 0; n <= 5; n++) {
      world.setNow(start.add({ hours: 10 * n }));
      world.simulator.clearRequests();
      const { failures, leftDue } = await world.sync({
        generation,
        ...mostly(
          ...["sites", "equipment", "power", "power-details", "energy-details", "storage"] as const,
        ),
        clockError: Temporal.Duration.from({ hours: errors[n] ?? 0 }),
      });
      assert.deepEqual([failures, leftDue], [[], 0]);
      costs.push(world.simulator.requests.filter(({ window }) => window !== null).length);
    }
    const range = [start.subtract({ hours: 48 }), start.add({ hours: 48 })] as const;
    const found = generation === "v1"
      ? await compareReadings(world, site, tables, ...range)
      : await compareRows(world, site, tables, ...range, truthRowsV2);
    assert.deepEqual([found.wrong, found.example], [0, null]);
    if (generation === "v2") {
      const later = costs.slice(1).reduce((sum, one) => sum + one, 0);
      assert.ok(later < costs[0], costs.join());
    }
  });
}
