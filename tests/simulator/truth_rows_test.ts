import assert from "node:assert/strict";
import { tables } from "../../src/model/tables.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type Asked, truthRows } from "../support/truth_rows.ts";
import { ask, noon, serverAt } from "./ask.ts";

const asked = (from: string, to: string, now = noon): Asked => ({
  from: Temporal.Instant.from(from),
  to: Temporal.Instant.from(to),
  now: Temporal.Instant.from(now),
});
const day = asked("2026-05-31T22:00:00Z", "2026-06-01T22:00:00Z");

Deno.test("every table that the API fills has a truth with its whole key", async () => {
  await using sim = await serverAt(noon);
  const never = ["alerts", "optimizer_telemetry"];
  for (const table of tables) {
    if (table.kind === "engine" || never.includes(table.name)) continue;
    const rows = [...sim.sites.keys()].flatMap((id) => truthRows(sim, id, table.name, day));
    assert.ok(rows.length > 0, table.name);
    const keys = rows.map((row) => JSON.stringify(table.key.map((name) => row[name])));
    assert.equal(new Set(keys).size, rows.length, `${table.name} has its keys once`);
    for (const row of rows) for (const name of table.key) assert.notEqual(row[name], null, name);
    for (const column of table.columns) {
      const filled = rows.some((row) => row[column.name] !== null);
      const documented = column.from?.startsWith("v1");
      const unused = ["q_ref_var", "storage_time_left", "grid_charging_from", "overview_extra"];
      if (!documented || unused.includes(column.name) || column.name.endsWith("_revenue")) continue;
      assert.ok(filled, `${table.name}.${column.name} is filled by some site`);
    }
  }
});

Deno.test("truth of a day: 96 quarter-hours that add up to its day, and telemetry beside them", async () => {
  await using sim = await serverAt(noon);
  const count = (table: Parameters<typeof truthRows>[2]) =>
    truthRows(sim, 1234567, table, day).length;
  assert.deepEqual(
    ["power_readings", "power_details", "energy_details", "battery_telemetry", "meter_readings"]
      .map((table) => count(table as "power_readings")),
    [96, 96, 96, 288, 288],
  );
  const details = truthRows(sim, 1234567, "energy_details", day);
  const [total] = truthRows(sim, 1234567, "energy_readings", day);
  assert.deepEqual([total!.time_unit, total!.reading_date, total!.is_complete], [
    "DAY",
    "2026-06-01",
    1,
  ]);
  const production = details.reduce((sum, row) => sum + Number(row.production_wh), 0);
  assert.equal(total!.energy_wh, production);
  assert.deepEqual([details[0]!.timestamp, details[0]!.local_time], [
    "2026-05-31T22:00:00Z",
    "2026-06-01T00:00:00",
  ]);
});

Deno.test("truth ends with the site's last update; open days, months and years are marked", async () => {
  await using sim = await serverAt(noon);
  const today = asked("2026-06-01T22:00:00Z", "2026-06-02T22:00:00Z");
  const power = truthRows(sim, 1234567, "power_readings", today);
  assert.equal(power.at(-1)!.timestamp, "2026-06-02T11:45:00Z");
  const open = truthRows(sim, 1234567, "energy_readings", today);
  assert.deepEqual(open.map((row) => [row.reading_date, row.time_unit, row.is_complete]), [
    ["2026-06-02", "DAY", 0],
    ["2026-06-01", "MONTH", 0],
    ["2026-01-01", "YEAR", 0],
  ]);
  const { overview } = (await ask(sim, "/site/1234567/overview")).body;
  assert.deepEqual(open.map((row) => row.energy_wh), [
    overview.lastDayData.energy,
    overview.lastMonthData.energy,
    overview.lastYearData.energy,
  ]);
});

Deno.test("truth of a changed clock: 100 and 92 quarter-hours, or 96 and 92", async () => {
  const autumn = asked("2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z");
  const spring = asked("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
  for (const [daylightSaving, counts] of [["repeat", [100, 92]], ["96", [96, 92]]] as const) {
    const sites = [homeSite({ firstDay: "2025-10-01" })];
    await using sim = await serverAt(noon, { sites, daylightSaving });
    const rows = [autumn, spring].map((one) => truthRows(sim, 1234567, "power_details", one));
    assert.deepEqual(rows.map((one) => one.length), counts);
    const repeated = rows[0]!.filter((row) => `${row.local_time}`.startsWith("2025-10-26T02:15"));
    assert.deepEqual(
      repeated.map((row) => row.timestamp),
      daylightSaving === "repeat"
        ? ["2025-10-26T00:15:00Z", "2025-10-26T01:15:00Z"]
        : ["2025-10-26T00:15:00Z"],
    );
  }
});

Deno.test("truth of uploads held back: no value first, then the value", async () => {
  await using sim = await serverAt(noon);
  sim.holdBack({
    siteId: 1234567,
    from: Temporal.Instant.from("2026-06-01T10:00:00Z"),
    to: Temporal.Instant.from("2026-06-01T11:00:00Z"),
    until: Temporal.Instant.from("2026-06-03T00:00:00Z"),
  });
  const missing = (now: string) =>
    truthRows(sim, 1234567, "power_readings", { ...day, now: Temporal.Instant.from(now) })
      .filter((row) => row.power_w === null && `${row.local_time}`.includes("T12")).length;
  assert.deepEqual([missing(noon), missing("2026-06-03T00:00:00Z")], [4, 0]);
});
