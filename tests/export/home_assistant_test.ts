import assert from "node:assert/strict";
import { hourCollector, importCommands } from "../../src/export/home_assistant.ts";
import type { TableName } from "../../src/model/table.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { truthRowsV2 } from "../support/truth_rows_v2.ts";

interface ImportCommand {
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly statistic_id: string };
  readonly stats: readonly {
    readonly start: string;
    readonly state: number;
    readonly sum: number;
  }[];
}

/**
 * What Home Assistant requires of a command, and all that it takes, as its versions 2025.11.3 and 2026.11.0 check
 * it; 2025.10.4 refuses `unit_class` and `mean_type`. Gives the hours of each statistic.
 */
function hoursById(commands: readonly ImportCommand[]) {
  for (const { type, metadata, stats } of commands) {
    assert.equal(type, "recorder/import_statistics");
    const { statistic_id, name, ...rest } = metadata;
    assert.match(statistic_id, /^(?!.+__)(?!_)[\da-z_]+(?<!_):(?!_)[\da-z_]+(?<!_)$/);
    assert.ok(name);
    assert.deepEqual(rest, {
      source: statistic_id.split(":")[0],
      unit_of_measurement: "kWh",
      unit_class: "energy",
      mean_type: 0,
      has_sum: true,
    });
    for (const { start } of stats) assert.match(start, /^\d{4}-\d\d-\d\dT\d\d:00:00\+00:00$/);
  }
  const byId = Map.groupBy(commands, (one) => one.metadata.statistic_id);
  return new Map([...byId].map(([id, parts]) => [id, parts.flatMap((one) => one.stats)]));
}

onOneDatabase(
  "each whole hour of a site and its battery is exported for Home Assistant as it was, through a change of clocks",
  async (fresh) => {
    const site = homeSite({ firstDay: "2026-10-24", installationDate: "2026-10-24" });
    const place = await fresh();
    await using world = await harvestWorld(
      "2026-10-26T12:52:00Z",
      { sites: [site] },
      () => Promise.resolve(place),
    );
    const report = await world.sync({ generation: "v2", depth: "full" });
    assert.deepEqual(report.failures, []);
    const seh = async () => {
      const env = { SEH_DATABASE_URL: place.url };
      const args = ["export", "-f", "home-assistant"];
      const { code, stdout, stderr } = await runInWorld(args, { cwd: world.folder, env });
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const text = await seh();
    assert.equal(await seh(), text, "again the same");

    const from = Temporal.Instant.from("2026-10-23T22:00:00Z");
    const asked = { from, to: world.now(), now: world.now() };
    const truth = (table: TableName, column: string) => {
      const rows = truthRowsV2(world.simulator, site.siteId, table, asked);
      const hours = Map.groupBy(rows, (one) => String(one.timestamp).slice(0, 13));
      let sum = 0;
      return [...hours].flatMap(([hour, quarters]) => {
        if (quarters.length < 4 || quarters.every((one) => one[column] === null)) return [];
        const energy = Math.round(
          quarters.reduce((all, one) => all + Number(one[column]) * 1e3, 0),
        );
        sum += energy;
        return [{ start: `${hour}:00:00+00:00`, state: energy / 1e6, sum: sum / 1e6 }];
      });
    };
    const battery = `battery_${site.batteries[0].serial.toLowerCase()}`;
    const wanted: readonly [string, TableName, string][] = [
      ["production", "energy_details", "production_wh"],
      ["consumption", "energy_details", "consumption_wh"],
      ["self_consumption", "energy_details", "self_consumption_wh"],
      ["feed_in", "energy_details", "feed_in_wh"],
      ["purchased", "energy_details", "purchased_wh"],
      [`${battery}_charged`, "battery_telemetry", "charge_energy_wh"],
      [`${battery}_discharged`, "battery_telemetry", "discharge_energy_wh"],
    ];
    const found = hoursById(JSON.parse(text));
    assert.deepEqual(
      [...found.keys()],
      wanted.map(([measure]) => `seh:site_${site.siteId}_${measure}`),
    );
    for (const [measure, table, column] of wanted) {
      const hours = found.get(`seh:site_${site.siteId}_${measure}`)!;
      assert.deepEqual(hours, truth(table, column), measure);
      assert.ok(hours.length > 30, measure);
      // The hour that has not ended is left out.
      assert.ok(hours.at(-1)!.start <= "2026-10-26T11:00:00+00:00", measure);
    }
    // The day on which clocks go back has 25 hours; by night the inverters send nothing.
    const consumed = found.get(`seh:site_${site.siteId}_consumption`)!;
    assert.equal(consumed.at(-1)!.start, "2026-10-26T11:00:00+00:00");
    const day = consumed.filter(({ start }) => start >= "2026-10-24T22" && start < "2026-10-25T23");
    assert.equal(day.length, 25);
  },
);

Deno.test("an hour that is not here as a whole is left out, and its energy is in no sum", () => {
  const { add, hours } = hourCollector();
  const hour = (start: number, energies: readonly (number | null)[]) =>
    energies.forEach((one, at) => add(start + at * 900, one));
  hour(0, [0.1, 0.2, 0.3, 0.4]);
  hour(3600, [null, null, null, null]);
  hour(7200, [1, 1, 1]);
  hour(10800 + 900, [1, 1, 1]);
  // The sun rises; a counter that runs backwards.
  hour(14400, [null, null, 5, 5]);
  hour(18000, [0, 0, -3, 0]);
  hour(21600, [2, 2, 2, 2.0004]);
  add(25200, 1);
  add(25200 + 1800, 1);
  add(25200 + 2700, 1);
  assert.deepEqual(hours, {
    starts: [0, 14400, 18000, 21600],
    energies: [1000, 10_000, 0, 8000],
  });
});

Deno.test("years come in messages of their own, and the sum goes on", () => {
  const start = Date.UTC(2025, 11, 31, 23) / 1000;
  const hours = { starts: [start, start + 3600], energies: [1_250_000, 500_001] };
  const [first, second, ...more] = [
    ...importCommands({ id: "site_1_production", name: 'The "roof"', hours }),
  ].map((one): ImportCommand => JSON.parse(one));
  assert.deepEqual(more, []);
  assert.equal(first.metadata.name, 'The "roof"');
  assert.deepEqual(first.stats, [
    { start: "2025-12-31T23:00:00+00:00", state: 1.25, sum: 1.25 },
  ]);
  assert.deepEqual(second.stats, [
    { start: "2026-01-01T00:00:00+00:00", state: 0.500001, sum: 1.750001 },
  ]);
});

onOneDatabase("without a site the file for Home Assistant is an empty list", async (fresh) => {
  await using place = await fresh();
  const folder = await Deno.makeTempDir();
  try {
    const seh = (...args: string[]) =>
      runInWorld(args, { cwd: folder, env: { SEH_DATABASE_URL: place.url } });
    assert.equal((await seh("init-db")).code, 0);
    const { code, stderr } = await seh("export", "-f", "home-assistant", "-o", "ha.json");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /the energy of each hour of 0 sites written to ha\.json/);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(`${folder}/ha.json`)), []);
    const filtered = await seh("export", "energy", "-f", "home-assistant");
    assert.equal(filtered.code, 2);
    assert.match(filtered.stderr, /home-assistant holds the energy of each hour of sites/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
