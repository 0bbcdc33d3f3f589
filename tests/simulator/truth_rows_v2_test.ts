import assert from "node:assert/strict";
import type { TableName } from "../../src/model/table.ts";
import { table } from "../../src/model/tables.ts";
import type { Row } from "../support/truth_rows.ts";
import { truthRows } from "../support/truth_rows.ts";
import { type AskedV2, readingsOfV2, truthRowsV2 } from "../support/truth_rows_v2.ts";
import { noon, serverAt } from "./ask.ts";
import { askV2, type Reading, unlimited } from "./ask_v2.ts";

const day: AskedV2 = {
  from: Temporal.Instant.from("2026-05-31T22:00:00Z"),
  to: Temporal.Instant.from("2026-06-01T22:00:00Z"),
  now: Temporal.Instant.from(noon),
};
const morning = { from: "2026-06-01T00:00:00+02:00", to: "2026-06-01T11:59:59+02:00" };

/** Of a series by column name, what the answers of half a day say. */
function half(rows: readonly Row[], column: string): (Row[string])[] {
  return rows.filter((row) => `${row.timestamp}` < "2026-06-01T10").map((row) => row[column]!);
}

function valuesOf({ values }: { values: Reading[] }): (number | null)[] {
  return values.map((one) => one.value);
}

Deno.test("a home has one row a quarter-hour, device and direction", async () => {
  await using sim = await serverAt(noon);
  const count = (siteId: number, table: TableName) => truthRowsV2(sim, siteId, table, day).length;
  assert.equal(count(1234567, "energy_readings"), 3);
  for (const siteId of [1234567, 2345678, 3456789]) {
    const ofSite = readingsOfV2.filter((one) =>
      table(one).key.join() === "site_id,timestamp,interval_s"
    );
    assert.ok(ofSite.length >= 3);
    assert.deepEqual(ofSite.map((one) => count(siteId, one)), ofSite.map(() => 96));
  }
  const ofDevices = (siteId: number) =>
    (["inverter_telemetry", "battery_telemetry", "meter_readings"] as const)
      .map((one) => count(siteId, one) / 96);
  assert.deepEqual(ofDevices(1234567), [1, 1, 4]);
  assert.deepEqual(ofDevices(3456789), [2, 0, 3]);
  assert.deepEqual(ofDevices(2345678), [1, 0, 0]);
});

Deno.test("v1 and v2 give the same energies, and the details of a metered home", async () => {
  await using sim = await serverAt(noon);
  for (const table of ["energy_readings", "power_details", "energy_details"] as const) {
    const first = truthRows(sim, 1234567, table, day);
    const second = truthRowsV2(sim, 1234567, table, { ...day, balances: false });
    const measuredBy = table === "energy_readings" ? { measured_by: null } : {};
    assert.deepEqual(second, first.map((row) => ({ ...row, ...measuredBy })), table);
  }
  const power = (rows: Row[]) => rows.map((row) => row.power_w);
  const house = [truthRows, truthRowsV2].map((of) =>
    power(of(sim, 2345678, "power_readings", day))
  );
  assert.deepEqual(house[1], house[0]);
});

Deno.test("the truth of telemetry is what the server answers", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const family = async (name: string) =>
    (await askV2(sim, `/sites/1234567/${name}/telemetry`, morning)).body[name];
  const inverter = (await family("inverters"))["7E1234AB-5F"];
  const inverters = truthRowsV2(sim, 1234567, "inverter_telemetry", day);
  for (
    const [column, metric] of [
      ["total_active_power_w", "power"],
      ["ac_energy_wh", "energy"],
      ["ac_voltage_v", "voltage"],
      ["ac_current_a", "current"],
      ["ac_frequency_hz", "frequency"],
    ] as const
  ) assert.deepEqual(half(inverters, column), valuesOf(inverter[metric]), column);
  const battery = (await family("storage")).BAT0001;
  const batteries = truthRowsV2(sim, 1234567, "battery_telemetry", day);
  for (
    const [column, metric] of [
      ["charge_power_w", "chargePower"],
      ["discharge_power_w", "dischargePower"],
      ["charge_energy_wh", "chargeEnergy"],
      ["discharge_energy_wh", "dischargeEnergy"],
      ["remaining_energy_wh", "remainingEnergy"],
      ["state_of_charge_pct", "stateOfEnergy"],
    ] as const
  ) assert.deepEqual(half(batteries, column), valuesOf(battery[metric]), column);
  const grid = (await family("meters"))["60412345"];
  const meters = truthRowsV2(sim, 1234567, "meter_readings", day);
  for (
    const [type, name] of [
      ["FeedIn", "export"],
      ["Purchased", "import"],
      ["Consumption", "consumption"],
    ] as const
  ) {
    const rows = meters.filter((row) => row.meter_type === type);
    assert.deepEqual(half(rows, "power_w"), valuesOf(grid[`${name}Power`]), type);
    assert.deepEqual(half(rows, "energy_wh"), valuesOf(grid[`${name}Energy`]), type);
  }
  const { body } = await askV2(sim, "/sites/1234567/power", morning);
  assert.deepEqual(
    half(truthRowsV2(sim, 1234567, "power_readings", day), "power_w"),
    valuesOf(body),
  );
});

Deno.test("without a battery production is the site's, also where meters count a part; without export nothing is self-consumed", async () => {
  await using sim = await serverAt(noon);
  const [row] = truthRowsV2(sim, 3456789, "energy_details", {
    ...day,
    from: Temporal.Instant.from("2026-06-01T01:00:00Z"),
  });
  const meters = truthRowsV2(sim, 3456789, "meter_readings", day)
    .filter((one) => one.timestamp === row!.timestamp && one.meter_type === "Production");
  assert.equal(meters.length, 2);
  const counted = meters.reduce((sum, one) => sum + Number(one.energy_wh), 0);
  const { body } = await askV2(sim, "/sites/3456789/power", morning);
  const [power] = (body as { values: Reading[] }).values
    .filter((one) => Date.parse(one.timestamp) === Date.parse(`${row!.timestamp}`));
  assert.equal(row!.production_wh, power!.value! / 4);
  assert.ok(counted > 0 && counted < Number(row!.production_wh), String(counted));
  assert.ok(Number(row!.consumption_wh) > 0);
  assert.deepEqual(
    [row!.self_consumption_wh, row!.feed_in_wh, row!.purchased_wh],
    [null, null, null],
  );
});

Deno.test("quarter-hours held back are rows without values, then with them", async () => {
  await using sim = await serverAt(noon);
  sim.holdBack({
    siteId: 1234567,
    from: Temporal.Instant.from("2026-06-01T10:00:00Z"),
    to: Temporal.Instant.from("2026-06-01T11:00:00Z"),
    until: Temporal.Instant.from("2026-06-03T00:00:00Z"),
  });
  const missing = (now: string) =>
    truthRowsV2(sim, 1234567, "battery_telemetry", { ...day, now: Temporal.Instant.from(now) })
      .filter((row) => (row.power_w ?? null) === null).length;
  assert.deepEqual([missing(noon), missing("2026-06-03T00:00:00Z")], [4, 0]);
});

Deno.test("the balance of a whole day is that of its overview", async () => {
  await using sim = await serverAt(noon);
  for (const [siteId, offset] of [[1234567, "+02:00"], [2345678, "-04:00"]] as const) {
    const { body: { production, consumption } } = await askV2(
      sim,
      `/sites/${siteId}/overview`,
      { from: `2026-06-01T00:00:00${offset}`, to: `2026-06-01T23:59:59${offset}` },
    );
    const row = truthRowsV2(sim, siteId, "energy_readings", {
      ...day,
      to: Temporal.Instant.from("2026-06-02T04:00:00Z"),
    }).find((one) => one.reading_date === "2026-06-01")!;
    // Who has no battery stores nothing, which the overview of a site without meters does not say.
    const { total, toSelfConsumption, toStorage, toGrid } = production;
    assert.deepEqual(
      [row.production_wh, row.to_self_consumption_wh, row.to_storage_wh, row.to_grid_wh],
      [total, toSelfConsumption, toStorage ?? 0, toGrid],
    );
    assert.deepEqual(
      [row.consumption_wh, row.from_pv_wh, row.from_storage_wh, row.from_grid_wh],
      [consumption.total, consumption.fromPv, consumption.fromStorage ?? 0, consumption.fromGrid],
    );
    // What nothing but the overview says.
    assert.deepEqual([row.specific_yield_kwh_per_kwp, row.performance_ratio], [null, null]);
  }
});
