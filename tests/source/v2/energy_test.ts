import assert from "node:assert/strict";
import { ask, series } from "./ask.ts";
import { bodies } from "./bodies.ts";

Deno.test("a day counts as complete once the site has reported after it", async () => {
  const { table, spans } = await ask(
    "energy",
    series("KWH", "DAY", [
      ["2026-05-30T00:00:00+02:00", 41.234],
      ["2026-05-31T00:00:00+02:00", 0.5],
    ]),
    {
      window: ["2026-05-30", "2026-06-01"],
      lastUpdate: "2026-05-31T00:05",
      now: "2026-05-31T00:20",
    },
  );
  assert.deepEqual(
    table("energy_readings").map((
      one,
    ) => [one.time_unit, one.reading_date, one.energy_wh, one.is_complete]),
    [["DAY", "2026-05-30", 41234, 1], ["DAY", "2026-05-31", 500, 0]],
  );
  assert.deepEqual(spans, ["covered 2026-05-29T22:00:00Z/2026-05-30T22:00:00Z"]);
});

Deno.test("years are asked since before any site, and those before the first are no rows", async () => {
  const { table, request, notes } = await ask(
    "energy-year",
    series("WH", "YEAR", [
      ["2019-01-01T00:00:00+01:00", null],
      ["2020-01-01T00:00:00+01:00", 0],
      ["2021-01-01T00:00:00+01:00", 4100000],
      ["2022-01-01T00:00:00+01:00", 6000000],
    ]),
    { window: ["2026-01-01", "2027-01-01"], now: "2026-06-01T00:00" },
  );
  assert.equal(request.parameters.from, "2000-01-01T00:00:00+01:00");
  assert.equal(request.parameters.to, "2026-06-01T00:00:00+02:00");
  assert.deepEqual(table("energy_readings").map((one) => one.reading_date), [
    "2021-01-01",
    "2022-01-01",
  ]);
  assert.deepEqual(notes, []);
});

Deno.test("the overview of a day becomes the balance of that day, each block in its own unit", async () => {
  const { table, request, spans } = await ask("overview", bodies.overview);
  assert.deepEqual(request.parameters, {
    from: "2026-05-31T00:00:00+02:00",
    to: "2026-05-31T23:59:59+02:00",
  });
  assert.deepEqual(table("energy_readings"), [{
    site_id: 1,
    time_unit: "DAY",
    reading_date: "2026-05-31",
    is_complete: 1,
    production_wh: 18010,
    to_self_consumption_wh: 9980,
    to_storage_wh: 7960,
    to_grid_wh: 70,
    consumption_wh: 20410,
    from_pv_wh: 9980,
    from_storage_wh: 10010,
    from_grid_wh: 420,
    specific_yield_kwh_per_kwp: 1.8,
    performance_ratio: 0.81,
  }]);
  assert.deepEqual(spans, ["covered 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z"]);
});

Deno.test("a day without any figure has no balance and is asked for again", async () => {
  const { table, spans } = await ask("overview", {
    siteId: 1,
    production: { total: 0, unit: "WH", toGrid: null },
    consumption: null,
  });
  assert.deepEqual(table("energy_readings"), []);
  assert.deepEqual(spans, ["empty 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z"]);
});
