import assert from "node:assert/strict";
import { SourceError } from "../../../src/source/source_error.ts";
import { parseFirstDay } from "../../../src/source/v2/first_day.ts";
import { parseLifetime } from "../../../src/source/v2/lifetime.ts";
import { parsed } from "./ask.ts";

/** The sum of a life, as a server that knows the site's first and newest moment states it. */
function total(period: Record<string, unknown>, value: unknown = 12_345_678) {
  return {
    period,
    unit: "WH",
    resolution: "TOTAL",
    values: [{ timestamp: period.from, value }],
  };
}

const life = { from: "2021-04-12T00:00:00+02:00", to: "2026-05-30T18:05:45.016061916+02:00" };
const now = { now: "2026-06-01T12:00", window: ["2026-06-01", "2026-06-02"] as const };

Deno.test("one sum over a whole life shows since when and until when a site has data", () => {
  const { table, notes, next } = parsed(parseFirstDay, total(life), now);
  assert.deepEqual(table("sites"), [
    { site_id: 1, data_start_date: "2021-04-12", data_end_date: "2026-05-30" },
  ]);
  assert.deepEqual([notes, next], [[], undefined]);
});

Deno.test("the first day is that of the site's wall clock, also where it is given in UTC", () => {
  const { table } = parsed(parseFirstDay, total({ from: "2021-04-11T22:00:00Z" }), now);
  assert.deepEqual(table("sites"), [{ site_id: 1, data_start_date: "2021-04-12" }]);
});

Deno.test("a first day that is known gives way to an earlier one alone", () => {
  const day = (firstDay: string) =>
    parsed(parseFirstDay, total({ from: life.from }), { ...now, firstDay }).table("sites");
  assert.deepEqual(day("2021-04-12"), []);
  assert.deepEqual(day("2020-12-30"), []);
  assert.deepEqual(day("2021-05-01"), [{ site_id: 1, data_start_date: "2021-04-12" }]);
});

Deno.test("a period that only repeats the question, and a site without data, give no day", () => {
  const echo = { from: "2000-01-01T00:00:00+01:00", to: "2026-06-01T12:00:00+02:00" };
  for (
    const body of [
      total(echo),
      total(life, null),
      { ...total(life), values: [] },
      { ...total(life), values: null },
      total({}),
      { unit: "WH", values: [{ timestamp: null, value: 5 }] },
      total({ from: "no time at all", to: 7 }),
    ]
  ) {
    assert.deepEqual(parsed(parseFirstDay, body, now).rows, [], JSON.stringify(body));
  }
  const first = parsed(parseFirstDay, total({ ...life, to: echo.to }), now);
  assert.deepEqual(first.table("sites"), [{ site_id: 1, data_start_date: "2021-04-12" }]);
});

Deno.test("a first day that is no object of a sum is a bad answer", () => {
  for (const body of [[], "x", { ...total(life), values: "none" }]) {
    assert.throws(() => parsed(parseFirstDay, body, now), SourceError, JSON.stringify(body));
  }
});

Deno.test("the energy of a site's life is stored in Wh, whatever its unit", () => {
  const lifetime = (body: unknown) => parsed(parseLifetime, body).table("sites");
  assert.deepEqual(lifetime({ energy: 123456.5, unit: "WH" }), [
    { site_id: 1, lifetime_energy_wh: 123456.5 },
  ]);
  assert.deepEqual(lifetime({ energy: "12.345", unit: "MWH" }), [
    { site_id: 1, lifetime_energy_wh: 12_345_000 },
  ]);
});

Deno.test("a life without a figure leaves the one that is known; a word is a bad answer", () => {
  for (const body of [{ unit: "WH" }, { energy: null, unit: "WH" }, {}]) {
    assert.deepEqual(parsed(parseLifetime, body).rows, []);
  }
  assert.throws(() => parsed(parseLifetime, { energy: "much", unit: "WH" }), SourceError);
  const { notes } = parsed(parseLifetime, { energy: 1, unit: "WH", peak: 3 });
  assert.match(notes[0]!.text, /"peak":3/);
});
