// Not in test:fast: months of a home, row for row.
import assert from "node:assert/strict";
import type { Value } from "../../src/model/table.ts";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { assertTruth, harvested } from "../support/assert_truth.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { onEachDatabase, onFileAndServer, onOneDatabase } from "../support/on_each_database.ts";
import { inTurns, scope } from "../support/scope.ts";
import { storedRows } from "../support/stored_rows.ts";

const since = (day: string) => ({ firstDay: day, installationDate: day });

// A month of a home takes some seconds on each kind of database.
const [firstDay, begin, atLeast] = scope === "all"
  ? ["2026-05-12", "2026-05-11T22:00:00Z", 25_000]
  : ["2026-05-30", "2026-05-29T22:00:00Z", 11_000];

onEachDatabase(
  "a full sync of a home with inverter, battery and meter is the truth to the row",
  async (fresh) => {
    const site = homeSite(since(firstDay));
    await using world = await harvestWorld("2026-06-15T12:07:00Z", { sites: [site] }, fresh);
    const report = await world.sync({ depth: "full" });
    assert.deepEqual(report.failures, []);
    assert.ok(
      await assertTruth(world.simulator, world.database, site, begin) > atLeast,
    );
    const again = await world.sync({ depth: "full" });
    assert.deepEqual([again.requests, again.inserted, again.changed], [0, 0, 0]);
  },
);

// The two kinds of server differ in what they answer, not in how it is stored.
for (const daylightSaving of inTurns(["repeat", "96"] as const, "truth")) {
  onOneDatabase(
    `three kinds of site are the truth across the change of clocks (server kind: ${daylightSaving})`,
    async (fresh) => {
      const sites = [
        homeSite(since("2026-10-22")),
        houseSite(since("2026-10-29")),
        businessSite({ ...since("2026-09-30"), changes: [] }),
      ];
      const starts = ["2026-10-21T22:00:00Z", "2026-10-29T04:00:00Z", "2026-09-29T13:30:00Z"];
      await using world = await harvestWorld(
        "2026-11-03T20:07:00Z",
        { sites, daylightSaving },
        fresh,
      );
      const report = await world.sync({ depth: "full" });
      assert.deepEqual(report.failures, []);
      for (const [i, site] of sites.entries()) {
        await assertTruth(world.simulator, world.database, site, starts[i]);
      }
    },
  );
}

onOneDatabase(
  "a timer over three days ends with the same rows as one sync at their end",
  async (fresh) => {
    const site = businessSite({ ...since("2026-06-10"), changes: [] });
    await using timer = await harvestWorld("2026-06-12T00:07:00Z", { sites: [site] }, fresh);
    await using once = await harvestWorld("2026-06-15T00:07:00Z", { sites: [site] }, fresh);
    for (let hour = 0; hour <= 72; hour += scope === "all" ? 6 : 12) {
      timer.setNow(Temporal.Instant.from("2026-06-12T00:07:00Z").add({ hours: hour }));
      const report = await timer.sync();
      assert.deepEqual([report.failures, report.leftDue], [[], 0]);
    }
    await once.sync({ depth: "full" });
    // Months, years and benefits are asked once a day, a flow is a snapshot of its moment.
    const momentary = ["power_flows", "environmental_benefits"];
    const data = (row: Record<string, Value>) =>
      Object.entries(row).filter(([name]) =>
        !["updated_at", "last_seen", "grid_charging_wh", "grid_charging_from"].includes(name)
      );
    for (const table of harvested.filter((one) => !momentary.includes(one))) {
      const [a, b] = await Promise.all(
        [timer, once].map(async ({ database }) =>
          (await storedRows(database, table)).filter((row) => (row.time_unit ?? "DAY") === "DAY")
            .map(
              data,
            )
        ),
      );
      assert.deepEqual(a, b, table);
    }
  },
);

onFileAndServer("undocumented fields of every answer are kept in extra", async (fresh) => {
  const site = businessSite({ ...since("2026-06-13"), changes: [] });
  await using world = await harvestWorld("2026-06-15T00:07:00Z", {
    sites: [site],
    extraKeys: true,
  }, fresh);
  const report = await world.sync();
  assert.deepEqual(report.failures, []);
  await assertTruth(world.simulator, world.database, site, "2026-06-12T13:30:00Z");
  const readings = harvested.slice(harvested.indexOf("energy_readings"), -1);
  const withExtra = ["sites", "inventory", "environmental_benefits", ...readings];
  for (const table of harvested.filter((one) => withExtra.includes(one))) {
    for (const row of await storedRows(world.database, table)) {
      assert.equal(typeof row.extra, "string", `${table}: ${JSON.stringify(row)}`);
    }
  }
});

onOneDatabase("numbers written as text and energies in kWh come out the same", async (fresh) => {
  const site = homeSite(since("2026-06-13"));
  const quirks = {
    energyUnit: "kWh",
    powerFlowUnit: "W",
    stateOfChargeKey: "stateOfCharge",
  } as const;
  await using world = await harvestWorld("2026-06-15T12:07:00Z", {
    sites: [site],
    quirks,
    numbers: "text",
  }, fresh);
  const report = await world.sync({ depth: "full" });
  assert.deepEqual(report.failures, []);
  await assertTruth(world.simulator, world.database, site, "2026-06-12T22:00:00Z");
});
