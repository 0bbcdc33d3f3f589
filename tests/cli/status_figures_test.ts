// Not in test:fast: harvests of some weeks.
import assert from "node:assert/strict";
import type { Database } from "../../src/database/database.ts";
import type { TableName } from "../../src/model/table.ts";
import { table } from "../../src/model/tables.ts";
import { energyOf, type Row } from "../../src/cli/site_energy.ts";
import { readFigures } from "../../src/cli/status_figures.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { inTurns } from "../support/scope.ts";

const noon = "2026-06-01T12:07:00Z";
const site = homeSite({ firstDay: "2026-05-28", installationDate: "2026-05-28" });

/** The sum of a column over the rows of local days, the first included, the last not. */
async function sumOf(
  database: Database,
  name: TableName,
  column: string,
  from: string,
  to: string,
) {
  const columns = table(name).columns.map((one) => one.name);
  const date = columns.indexOf(columns.includes("local_time") ? "local_time" : "reading_date");
  const unit = columns.indexOf("time_unit");
  let sum = 0;
  for await (const page of database.read({ table: name })) {
    for (const row of page) {
      const day = String(row[date]).slice(0, 10);
      if (day < from || day >= to || (unit >= 0 && row[unit] !== "DAY")) continue;
      sum += Number(row[columns.indexOf(column)] ?? 0);
    }
  }
  return sum;
}

for (const generation of inTurns(["v1", "v2"] as const, "figures")) {
  onEachDatabase(
    `the figures of a home are the sums of its rows (${generation})`,
    async (fresh) => {
      await using world = await harvestWorld(noon, { sites: [site] }, fresh);
      await world.sync({ generation });
      const { database } = world;
      const { sites } = await database.known();
      const figures = await readFigures(database, sites, world.now(), { wholeBalance: true });
      const { energy, now, battery, peakPowerKwp } = figures.get(site.siteId)!;
      const near = (value: number | null, wanted: number, what: string) =>
        assert.ok(
          value !== null && Math.abs(value - wanted) <= 1,
          `${what}: ${value}, not ${wanted}`,
        );
      near(
        energy.yesterday.productionWh,
        await sumOf(database, "energy_readings", "energy_wh", "2026-05-31", "2026-06-01"),
        "yesterday",
      );
      near(
        energy.yesterday.consumptionWh,
        await sumOf(database, "energy_details", "consumption_wh", "2026-05-31", "2026-06-01"),
        "used yesterday",
      );
      near(
        energy.yesterday.fromGridWh,
        await sumOf(database, "energy_details", "purchased_wh", "2026-05-31", "2026-06-01"),
        "from the grid yesterday",
      );
      near(
        energy.today.consumptionWh,
        await sumOf(database, "energy_details", "consumption_wh", "2026-06-01", "2026-06-02"),
        "used today",
      );
      const days = await sumOf(
        database,
        "energy_readings",
        "energy_wh",
        "2026-05-28",
        "2026-06-01",
      );
      near(energy.year.productionWh, days + energy.today.productionWh!, "this year");
      near(energy.lifetime.productionWh, energy.year.productionWh!, "life of a site of this year");
      assert.equal(energy.month.productionWh, energy.today.productionWh, "the month began today");
      assert.ok(energy.year.selfConsumptionWh! > 0 && energy.year.consumptionWh! > 0);
      assert.ok(now!.productionW! > 1000 && now!.consumptionW! > 0 && now!.gridW !== null);
      assert.ok(battery!.stateOfChargePct > 0 && battery!.stateOfChargePct <= 100);
      assert.equal(peakPowerKwp, site.peakPowerKwp);
    },
  );
}

Deno.test("what a site used is not shown for a time of which a part is missing", async () => {
  const longer = homeSite({ firstDay: "2026-05-02", installationDate: "2026-05-02" });
  await using world = await harvestWorld(noon, { sites: [longer] });
  await world.sync();
  const { sites } = await world.database.known();
  const figures = await readFigures(world.database, sites, world.now(), { wholeBalance: true });
  const { energy } = figures.get(longer.siteId)!;
  assert.ok(energy.yesterday.consumptionWh !== null);
  assert.equal(energy.year.consumptionWh, null, "a week of quarter-hours is no year");
  assert.ok(energy.year.productionWh! > 0);
});

Deno.test("a part of a month or a year does not pass for the whole", () => {
  const facts = {
    siteId: 1,
    firstDay: Temporal.PlainDate.from("2024-04-12"),
    timeZone: null,
  } as unknown as Parameters<typeof energyOf>[0];
  const none = new Map<number, Row>();
  const rows = (days: number, energy: number) => new Map([[1, { days, energy_wh: energy }]]);
  const figures = (month: Map<number, Row>, year: Map<number, Row>, monthsBefore = none) =>
    energyOf(facts, {}, {
      day: Temporal.PlainDate.from("2026-11-27"),
      days: { today: none, yesterday: none, month, year },
      ...{ monthRow: none, yearRow: none, monthsBefore, yearsBefore: none },
      details: { today: none, yesterday: none, month: none, year: none },
    }, Temporal.Instant.from("2026-11-27T12:00:00Z"));
  const production = (energies: ReturnType<typeof energyOf>) => [
    energies.month.productionWh,
    energies.year.productionWh,
  ];
  assert.deepEqual(production(figures(rows(7, 700), rows(7, 700))), [null, null]);
  assert.deepEqual(production(figures(rows(26, 2600), rows(60, 6000))), [2600, null]);
  assert.deepEqual(production(figures(rows(25, 2500), rows(330, 33_000))), [2500, 33_000]);
  assert.deepEqual(
    production(figures(rows(26, 2600), rows(26, 2600), rows(10, 9000))),
    [2600, 11_600],
  );
  assert.deepEqual(production(figures(rows(26, 2600), none, rows(9, 9000))), [2600, null]);
});

Deno.test("a name from outside is text, whatever it holds", async () => {
  const evil = homeSite({
    firstDay: "2026-05-30",
    name: "\u001b]0;taken\u0007\u001b[2JBarn",
  });
  await using world = await harvestWorld(noon, { sites: [evil] });
  await world.sync({ only: ["energy"] });
  for (
    const args of [["status"], ["status", "--all"], ["status", "--site", "barn"], [
      "doctor",
      "--offline",
    ]]
  ) {
    const { stdout, stderr } = await runInWorld(args, {
      cwd: world.folder,
      now: world.now(),
      terminal: true,
      env: { SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`, NO_COLOR: "1" },
    });
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(stdout + stderr, /[\u0007\u001b]/, args.join(" "));
  }
});
