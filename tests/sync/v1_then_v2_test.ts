// Not in test:fast: weeks of a timer through both generations.
import assert from "node:assert/strict";
import type { TableName, Value } from "../../src/model/table.ts";
import { table as factsOf } from "../../src/model/tables.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type HarvestWorld, harvestWorld } from "../support/harvest_world.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { scope } from "../support/scope.ts";
import { storedRows } from "../support/stored_rows.ts";

type Row = Record<string, Value>;

const site = homeSite({ firstDay: "2026-05-30", installationDate: "2026-05-30" });
/** The last look of v1, in the middle of a day; v2 comes three hours later. */
const lastOfFirst = Temporal.Instant.from("2026-06-03T12:07:00Z");
/** The last day that has closed in both harvests; what comes later depends on the minute of the last look. */
const closed = "2026-06-10T22:00:00Z";
/** Months and years are asked once a week. */
const end = Temporal.Instant.from("2026-06-11T15:07:00Z");
const everyHours = scope === "all" ? 12 : 24;

const readings: readonly TableName[] = [
  "energy_readings",
  "power_readings",
  "power_details",
  "energy_details",
];
const telemetry: readonly TableName[] = [
  "inverter_telemetry",
  "battery_telemetry",
  "meter_readings",
];
const things: readonly TableName[] = ["sites", "equipment", "batteries", "meters", "inventory"];

async function timer(
  world: HarvestWorld,
  generation: "v1" | "v2",
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<void> {
  for (
    let at = from;
    Temporal.Instant.compare(at, to) <= 0;
    at = at.add({ hours: everyHours })
  ) {
    world.setNow(at);
    const { failures, leftDue } = await world.sync({ generation, spareQuota: "keep" });
    assert.deepEqual([failures, leftDue], [[], 0], `${generation} at ${at}`);
  }
}

async function allRows(world: HarvestWorld): Promise<ReadonlyMap<TableName, Row[]>> {
  const rows = new Map<TableName, Row[]>();
  for (const name of [...readings, ...telemetry, ...things]) {
    const stored = await storedRows(world.database, name);
    rows.set(
      name,
      stored.filter((one) => !("timestamp" in one) || String(one.timestamp) < closed),
    );
  }
  return rows;
}

function byKey(name: TableName, rows: readonly Row[]): Map<string, Row> {
  const { key } = factsOf(name);
  return new Map(rows.map((row) => [key.map((one) => row[one]).join(" "), row]));
}

onOneDatabase(
  "a site that is harvested through v1 and later through v2 stays one site",
  async (fresh) => {
    const start = Temporal.Instant.from("2026-05-31T12:07:00Z");
    await using world = await harvestWorld(start.toString(), { sites: [site] }, fresh);
    await timer(world, "v1", start, lastOfFirst);
    const before = await allRows(world);
    world.simulator.clearRequests();
    await timer(world, "v2", lastOfFirst.add({ hours: 3 }), end);
    const after = await allRows(world);

    await using alone = await harvestWorld(start.toString(), { sites: [site] });
    await timer(alone, "v2", start, end);
    const ofSecond = await allRows(alone);

    for (const name of readings) {
      const old = byKey(name, before.get(name)!);
      const now = byKey(name, after.get(name)!);
      // No row of v1 has gone, none has come a second time under another key.
      assert.deepEqual([...old.keys()].filter((one) => !now.has(one)), [], name);
      const expected = byKey(name, ofSecond.get(name)!);
      const strangers = [...now.keys()].filter((one) => !expected.has(one) && !old.has(one));
      assert.deepEqual(strangers, [], name);
      const missing = [...expected.keys()].filter((one) => !now.has(one));
      assert.deepEqual(missing, [], name);

      for (const [key, row] of old) {
        const later = now.get(key)!;
        const wasOpen = row.is_complete === 0;
        assert.equal(later.source, wasOpen ? "v2" : "v1", `${name} ${key}`);
        if (wasOpen) continue;
        // What was complete keeps its values; what was NULL may have been filled.
        const found = Object.entries(row)
          .filter(([column, value]) => value !== null && column !== "updated_at");
        for (const [column, value] of found) {
          assert.equal(later[column], value, `${name} ${key} ${column}`);
        }
      }
    }

    // The day, the month and the year of the change were open and belong to v2 now.
    const energies = byKey("energy_readings", after.get("energy_readings")!);
    for (const key of ["DAY 2026-06-03", "MONTH 2026-06-01", "YEAR 2026-01-01"]) {
      assert.equal(energies.get(`${site.siteId} ${key}`)!.source, "v2", key);
    }
    const expected = byKey("energy_readings", ofSecond.get("energy_readings")!);
    const ofTheChange = `${site.siteId} DAY 2026-06-03`;
    assert.equal(energies.get(ofTheChange)!.energy_wh, expected.get(ofTheChange)!.energy_wh);
    // The month that was complete stays; the balance of its days, which v1 does not know, was filled.
    assert.equal(energies.get(`${site.siteId} MONTH 2026-05-01`)!.source, "v1");
    const filled = energies.get(`${site.siteId} DAY 2026-06-01`)!;
    assert.equal(filled.source, "v1");
    assert.ok(Number(filled.to_storage_wh) > 0);
    assert.ok(before.get("energy_readings")!.every((one) => one.to_storage_wh === null));

    // Each device is one row under the key that it had, with what v1 alone knows.
    for (const name of things) {
      const now = byKey(name, after.get(name)!);
      for (const [key, row] of byKey(name, before.get(name)!)) {
        const later = now.get(key);
        assert.ok(later, `${name} ${key}`);
        for (
          const { name: column } of factsOf(name).columns.filter((one) =>
            one.from?.startsWith("v1 ") && !one.from.includes("v2 ")
          )
        ) assert.equal(later[column], row[column], `${name} ${key} ${column}`);
      }
      const serials = after.get(name)!.map((one) => one.serial_number).filter(Boolean);
      if (["equipment", "batteries"].includes(name)) {
        assert.equal(new Set(serials).size, serials.length, name);
      }
    }

    // Samples and means of quarter-hours stand side by side.
    for (const name of telemetry) {
      const samples = (rows: readonly Row[]) => rows.filter((one) => one.interval_s === 0);
      const means = after.get(name)!.filter((one) => one.interval_s === 900);
      assert.deepEqual(samples(after.get(name)!), before.get(name)!, name);
      assert.ok(means.length > 0 && means.every((one) => one.source === "v2"), name);
      const devices = (rows: readonly Row[]) => [...new Set(rows.map((one) => one.device_key))];
      assert.deepEqual(devices(means).sort(), devices(before.get(name)!).sort(), name);
    }

    // What the one has fetched the other does not ask for: it comes along in the week that costs nothing.
    const asked = world.simulator.requests.filter(({ endpoint }) =>
      endpoint === "/v2/sites/{id}/power"
    ).map(({ parameters }) => parameters.from!);
    assert.ok(asked.every((from) => from >= "2026-05-29"), asked.join(", "));
    // Nothing of v1 was overwritten, so nothing of it had to be kept as a revision.
    const revised = await storedRows(world.database, "revisions");
    assert.deepEqual(revised, []);
  },
);
