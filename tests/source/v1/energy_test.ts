import assert from "node:assert/strict";
import { ask } from "./ask.ts";

function energy(values: readonly [date: string, value: unknown][], facts: object = {}) {
  return {
    energy: {
      timeUnit: "DAY",
      unit: "Wh",
      measuredBy: "INVERTER",
      ...facts,
      values: values.map(([date, value]) => ({ date, value })),
    },
  };
}

Deno.test("days that had ended are complete, also without value; the day that is open is not; later ones are no rows", async () => {
  const { table, spans, request } = await ask(
    "energy",
    energy([
      ["2026-05-29 00:00:00", 41230],
      ["2026-05-30 00:00:00", null],
      ["2026-05-31 00:00:00", 9120.5],
      ["2026-06-01 00:00:00", null],
    ]),
    {
      window: ["2026-05-29", "2026-06-02"],
      lastUpdate: "2026-05-31T14:07:31",
      now: "2026-05-31T14:10:00",
    },
  );
  assert.deepEqual(
    table("energy_readings").map((one) => [one.reading_date, one.energy_wh, one.is_complete]),
    [["2026-05-29", 41230, 1], ["2026-05-30", null, 1], ["2026-05-31", 9120.5, 0]],
  );
  assert.equal(table("energy_readings")[0]!.measured_by, "INVERTER");
  // A day without a value may still get one: late uploads come days after.
  assert.deepEqual(spans, [
    "covered 2026-05-28T22:00:00Z/2026-05-29T22:00:00Z",
    "empty 2026-05-29T22:00:00Z/2026-05-30T22:00:00Z",
  ]);
  assert.equal(request.path, "/site/1/energy");
  assert.deepEqual(request.parameters, {
    startDate: "2026-05-29",
    endDate: "2026-06-01",
    timeUnit: "DAY",
  });
  assert.deepEqual(request.charges, [{ allowance: "site:1", amount: 1 }]);
});

Deno.test("days without values at the end are not covered", async () => {
  const { spans } = await ask(
    "energy",
    energy([["2026-05-29 00:00:00", 5], ["2026-05-30 00:00:00", null], [
      "2026-05-31 00:00:00",
      null,
    ]]),
    { window: ["2026-05-29", "2026-06-01"], lastUpdate: "2026-06-01T14:00:00" },
  );
  assert.deepEqual(spans, [
    "covered 2026-05-28T22:00:00Z/2026-05-29T22:00:00Z",
    "empty 2026-05-29T22:00:00Z/2026-05-31T22:00:00Z",
  ]);
});

Deno.test("of a day that comes twice the last value stands, with a warning", async () => {
  const { table, notes } = await ask(
    "energy",
    energy([
      ["2026-05-31 00:00:00", 5],
      ["2026-05-31 00:00:00", 7],
      ["2026-05-31 00:00:00", null],
    ]),
  );
  assert.deepEqual(table("energy_readings").map((one) => one.energy_wh), [7]);
  assert.match(notes[0]!.text, /2 times came twice/);
});

Deno.test("energy is stored in Wh whatever unit the answer declares", async () => {
  const values: [string, unknown][] = [["2026-05-31 00:00:00", 1.6]];
  const stored = async (unit?: string) =>
    (await ask("energy", energy(values, { unit }))).table("energy_readings")[0]!.energy_wh;
  assert.equal(await stored("kWh"), 1600);
  assert.equal(await stored("MWh"), 1600000);
  assert.equal(await stored(undefined), 1.6);
});

Deno.test("values of a unit that is no energy are kept aside and reported, and cover nothing", async () => {
  const { table, notes, spans } = await ask(
    "energy",
    energy([["2026-05-31 00:00:00", 1.6]], { unit: "kJ" }),
  );
  const [row] = table("energy_readings");
  assert.deepEqual([row!.energy_wh, row!.extra], [null, '{"unit":"kJ","value":1.6}']);
  assert.match(notes[0]!.text, /unit "kJ" is no unit of energy/);
  assert.deepEqual(spans, ["empty 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z"]);
  assert.deepEqual((await ask("energy", energy([], { unit: "kJ" }))).notes, []);
});

Deno.test("hours that come where days were asked for go to the energy details, never to the days", async () => {
  const body = energy([["2026-05-31 11:00:00", 700], ["2026-05-31 12:00:00", null]], {
    timeUnit: "HOUR",
  });
  const { table, notes, spans } = await ask("energy", body);
  assert.deepEqual(table("energy_readings"), []);
  assert.deepEqual(
    table("energy_details").map((
      one,
    ) => [one.timestamp, one.local_time, one.interval_s, one.production_wh]),
    [
      ["2026-05-31T09:00:00Z", "2026-05-31T11:00:00", 3600, 700],
      ["2026-05-31T10:00:00Z", "2026-05-31T12:00:00", 3600, null],
    ],
  );
  assert.match(notes[0]!.text, /2 buckets of HOUR where DAY was asked for/);
  assert.deepEqual(spans, ["empty 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z"]);
});

Deno.test("weeks that come where days were asked for are stored as weeks", async () => {
  const body = energy([["2026-05-25 00:00:00", 700]], { timeUnit: "WEEK" });
  const { table } = await ask("energy", body);
  assert.deepEqual(
    table("energy_readings").map((one) => [one.time_unit, one.reading_date, one.is_complete]),
    [["WEEK", "2026-05-25", 1]],
  );
});

Deno.test("an unknown resolution is refused, not guessed", async () => {
  await assert.rejects(
    ask("energy", energy([["2026-05-31 00:00:00", 1]], { timeUnit: "FORTNIGHT" })),
    /FORTNIGHT/,
  );
});

Deno.test("days outside the window asked for are stored under their own date and cover nothing", async () => {
  const { table, notes, spans } = await ask("energy", energy([["2025-01-10 00:00:00", 77]]));
  assert.deepEqual(table("energy_readings").map((one) => one.reading_date), ["2025-01-10"]);
  assert.match(notes[0]!.text, /1 buckets outside the time asked for/);
  assert.deepEqual(spans, ["empty 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z"]);
});

Deno.test("months and years are asked for as a whole; the running one is open", async () => {
  const question = {
    window: ["2026-03-04", "2026-06-01"] as const,
    lastUpdate: "2026-05-31T14:00:00",
    now: "2026-05-31T14:02:00",
  };
  const months = await ask(
    "energy-month",
    energy([["2026-03-01 00:00:00", 1], ["2026-04-01 00:00:00", 2], ["2026-05-01 00:00:00", 3]], {
      timeUnit: "MONTH",
    }),
    question,
  );
  assert.deepEqual(
    months.table("energy_readings").map((one) => [one.reading_date, one.is_complete]),
    [["2026-03-01", 1], ["2026-04-01", 1], ["2026-05-01", 0]],
  );
  assert.deepEqual([months.spans, months.notes], [[], []]);
  assert.equal(months.request.parameters.timeUnit, "MONTH");

  const years = await ask(
    "energy-year",
    energy([["2026-01-01 00:00:00", 9]], { timeUnit: "YEAR" }),
    question,
  );
  assert.deepEqual(
    years.table("energy_readings").map((one) => [one.time_unit, one.reading_date, one.is_complete]),
    [["YEAR", "2026-01-01", 0]],
  );
});

Deno.test("energy of several sites is read as the server sends it and as it documents it", async () => {
  const values = [{ date: "2026-05-31 00:00:00", value: 5 }];
  const real = {
    sitesEnergy: {
      timeUnit: "DAY",
      unit: "kWh",
      count: 2,
      siteEnergyList: [
        { siteId: 1, energyValues: { measuredBy: "METER", values } },
        { siteId: 2, energyValues: { measuredBy: "METER", values } },
      ],
    },
  };
  const documented = {
    energy: {
      timeUnit: "DAY",
      unit: "kWh",
      measuredBy: "METER",
      count: 2,
      list: [{ id: 1, values }, { id: 2, values }],
    },
  };
  for (const body of [real, documented]) {
    const { table, ranges, request } = await ask("energy", body, { siteIds: [1, 2] });
    assert.deepEqual(
      table("energy_readings").map((one) => [one.site_id, one.energy_wh, one.measured_by]),
      [[1, 5000, "METER"], [2, 5000, "METER"]],
    );
    assert.deepEqual(ranges.map((one) => [one.siteId, one.state]), [[1, "covered"], [
      2,
      "covered",
    ]]);
    assert.equal(request.path, "/sites/1,2/energy");
    assert.deepEqual(request.charges.map((one) => one.allowance), ["site:1", "site:2"]);
  }
});

Deno.test("a site that an answer for several leaves out is not covered", async () => {
  const { ranges, notes } = await ask("energy", {
    sitesEnergy: {
      timeUnit: "DAY",
      unit: "Wh",
      siteEnergyList: [{ siteId: 2, energyValues: { values: [] } }],
    },
  }, { siteIds: [1, 2] });
  assert.deepEqual(ranges.map((one) => one.siteId), [2]);
  assert.deepEqual(notes.map((one) => [one.siteId, one.level]), [[1, "warning"]]);
});

Deno.test("a day whose midnight the clock skipped begins with the hour after it", async () => {
  const { table, spans, notes } = await ask("energy", energy([["2018-11-04 00:00:00", 5]]), {
    zone: "America/Sao_Paulo",
    window: ["2018-11-04", "2018-11-05"],
  });
  assert.deepEqual(table("energy_readings").map((one) => one.reading_date), ["2018-11-04"]);
  assert.deepEqual(spans, ["covered 2018-11-04T03:00:00Z/2018-11-05T02:00:00Z"]);
  assert.deepEqual(notes, []);
});

Deno.test("without the site's time zone nothing is asked or stored", async () => {
  await assert.rejects(
    ask("energy", energy([]), { zone: null }),
    /time zone of site 1 is not known/,
  );
});
