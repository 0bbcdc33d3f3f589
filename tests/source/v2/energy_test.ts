import assert from "node:assert/strict";
import { ask, series } from "./ask.ts";

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

Deno.test("the year that is open is the sum of its months, unless one of them is lacking", async () => {
  const months = (values: [string, number | null][], start = "2025-11-03") =>
    ask(
      "energy-month",
      series("KWH", "MONTH", values.map(([month, value]) => [`${month}-01T00:00:00+01:00`, value])),
      {
        window: [start, "2026-03-20"],
        firstDay: start,
        lastUpdate: "2026-03-20T09:00",
        now: "2026-03-20T09:10",
      },
    );
  const years = async (...asked: Parameters<typeof months>) =>
    (await months(...asked)).table("energy_readings").filter((one) => one.time_unit === "YEAR")
      .map((one) => [one.reading_date, one.energy_wh, one.is_complete]);
  const whole: [string, number | null][] = [
    ["2025-11", 100],
    ["2025-12", 90],
    ["2026-01", 80.5],
    ["2026-02", 120],
    ["2026-03", 150],
  ];
  assert.deepEqual(await years(whole), [["2026-01-01", 350500, 0]]);
  const [november, december, january, february, march] = whole;
  assert.deepEqual(await years([november, december, january, march]), []);
  assert.deepEqual(await years([november, december, ["2026-01", null], february, march]), []);
  assert.deepEqual(await years([february, march]), []);
  // A roof of this year has no January.
  assert.deepEqual(await years([february, march], "2026-02-10"), [["2026-01-01", 270000, 0]]);
  // A year that has ended comes from the server alone.
  assert.deepEqual(await years([november, december]), []);
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
