import assert from "node:assert/strict";
import { openPythonFile } from "../../src/import/python/sqlite.ts";
import { pythonReader } from "../../src/import/python/tool.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { storedRows } from "../support/stored_rows.ts";
import { importFrom, migrated, rightRows, sample, totals, truthOf } from "./python_truth.ts";

const reader = async (name: string) => await pythonReader(await openPythonFile(sample(name)));

const generations = [
  {
    name: "old",
    rows: 2403,
    right: {
      "power_readings right": 709,
      "power_readings stale": 87,
      "power_readings partial": 2,
      "power_readings missing": 10,
      "energy_readings right": 61,
      "energy_readings stale": 1,
      "energy_readings partial": 1,
      "inverter_telemetry right": 1519,
      "inverter_telemetry missing": 64,
    },
    flow: { timestamp: "2026-03-28T14:07:00Z", grid_power_w: -2550 },
    battery: { timestamp: "2026-03-30T02:02:42Z", power_w: 292, state_of_charge_pct: 15.7 },
  },
  {
    name: "new",
    rows: 3052,
    right: {
      "power_readings right": 668,
      "power_readings stale": 58,
      "power_readings partial": 1,
      "power_readings second pass": 3,
      "power_readings either pass": 1,
      "power_readings missing": 16,
      "power_details right": 748,
      "power_details stale": 96,
      "power_details empty": 16,
      "power_details partial": 1,
      "power_details second pass": 3,
      "power_details either pass": 1,
      "energy_readings right": 61,
      "energy_readings stale": 1,
      "energy_readings partial": 1,
      "inverter_telemetry right": 1378,
      "inverter_telemetry second pass": 8,
      "inverter_telemetry missing": 100,
    },
    flow: { timestamp: "2026-10-24T14:07:00Z", grid_power_w: -1000 },
    battery: { timestamp: "2026-10-26T01:02:42Z", power_w: 456, state_of_charge_pct: 18.8 },
  },
] as const;

for (const { name, rows, right, flow, battery } of generations) {
  onEachDatabase(
    `every value of the Python tool's ${name} file comes to its place, once`,
    async (fresh) => {
      await using place = await fresh();
      const database = await migrated(place.url);
      try {
        const report = await importFrom(database, await reader(`python-tool-${name}.db`));
        assert.equal(totals(report)[0], rows);
        // What a file does not say of the repeated hour stands at its first time.
        const counts = await rightRows(
          database,
          await truthOf(`python-tool-${name}.truth.csv`),
          ["power_readings", "power_details"],
        );
        assert.deepEqual(counts, right);
        const flows = await storedRows(database, "power_flows");
        assert.equal(flows.length, 9);
        assert.ok(
          flows.some((one) =>
            one.timestamp === flow.timestamp && one.grid_power_w === flow.grid_power_w
          ),
        );
        const [stored] = await storedRows(database, "battery_telemetry");
        for (const [column, value] of Object.entries(battery)) assert.equal(stored[column], value);
        assert.equal(stored.source, "python-tool");
        const devices = await storedRows(database, "equipment");
        assert.deepEqual(devices.map((one) => one.category).sort(), [
          "battery",
          "gateway",
          "inverter",
          "inverter",
          "meter",
          "meter",
        ]);

        const before = await everything(database);
        const again = await importFrom(database, await reader(`python-tool-${name}.db`));
        assert.deepEqual(totals(again).slice(0, 2), [0, 0]);
        assert.deepEqual(await everything(database), before);
      } finally {
        await database.close();
      }
    },
  );
}

Deno.test("a dry run says what would come in and stores nothing", async () => {
  const database = await migrated("sqlite:///:memory:");
  const report = await importFrom(database, await reader("python-tool-new.db"), { isDryRun: true });
  assert.equal(totals(report)[0], 3052);
  assert.deepEqual(await storedRows(database, "power_readings"), []);
  assert.deepEqual((await database.known()).coverage, []);
  await database.close();
});

Deno.test("only what is sure counts as fetched: no hole, no open day, not the repeated hour", async () => {
  const database = await migrated("sqlite:///:memory:");
  await importFrom(database, await reader("python-tool-new.db"));
  const { coverage } = await database.known();
  const power = coverage.filter((one) => one.series === "power");
  const isCovered = (text: string) => {
    const at = Date.parse(text) / 1000;
    return power.some((one) => one.start <= at && at < one.end);
  };
  const truth = (await truthOf("python-tool-new.truth.csv"))
    .filter((one) => one.table === "power_readings");
  for (const { verdict, starts } of truth) {
    if (["missing", "partial", "second pass", "either pass"].includes(verdict)) {
      for (const start of starts) assert.equal(isCovered(start), false, `${verdict} ${start}`);
    }
  }
  const right = truth.filter((one) => one.verdict === "right");
  const sure = right.filter((one) => isCovered(one.starts[0])).length;
  assert.ok(sure > 640, `${sure} of ${right.length} right quarter-hours count as fetched`);
  await database.close();
});

Deno.test("with --distrust nothing counts as fetched", async () => {
  const database = await migrated("sqlite:///:memory:");
  const report = await importFrom(database, await reader("python-tool-old.db"), { distrust: true });
  assert.equal(report.coveredHours, 0);
  assert.deepEqual((await database.known()).coverage, []);
  assert.equal((await storedRows(database, "power_readings")).length, 798);
  await database.close();
});

async function everything(database: Awaited<ReturnType<typeof migrated>>): Promise<string> {
  const parts: unknown[] = [];
  const tables = ["sites", "equipment", "inventory", "batteries", "energy_readings"] as const;
  const readings = [
    "power_readings",
    "power_details",
    "power_flows",
    "inverter_telemetry",
  ] as const;
  for (const table of [...tables, ...readings, "coverage", "sync_metadata"] as const) {
    parts.push(await storedRows(database, table));
  }
  return JSON.stringify(parts);
}
