import assert from "node:assert/strict";
import { SourceError } from "../../../src/source/source_error.ts";
import { parseMeterDays, parseStorageDays } from "../../../src/source/v2/day_balance.ts";
import { parsed, type Question } from "./ask.ts";

type Values = readonly (readonly [day: string, value: number | null])[];

function metric(unit: string, values: Values) {
  return {
    unit,
    values: values.map(([day, value]) => ({ timestamp: `2026-05-${day}T00:00:00+02:00`, value })),
  };
}

function body(kind: string, devices: Record<string, unknown>) {
  return { period: {}, resolution: "DAY", [kind]: devices };
}

const may: Question = {
  window: ["2026-05-01", "2026-06-01"],
  now: "2026-05-31T14:00",
  lastUpdate: "2026-05-31T13:55",
};

Deno.test("meters by day give what went to the grid and came from it, added up, of days that have ended", () => {
  const { table, spans, derive, notes } = parsed(
    parseMeterDays,
    body("meters", {
      G: {
        exportEnergy: metric("KWH", [["29", 3.25], ["30", 2], ["31", 1]]),
        importEnergy: metric("WH", [["29", 500.5], ["30", 600], ["31", 1]]),
        importPower: metric("W", [["29", 21]]),
      },
      P1: { productionEnergy: metric("WH", [["29", 8000], ["30", 9000], ["31", 1]]) },
      P2: { productionEnergy: metric("WH", [["29", 400], ["30", null], ["31", 1]]) },
    }),
    may,
  );
  const common = { site_id: 1, time_unit: "DAY", is_complete: 1, metered_consumption_wh: null };
  assert.deepEqual(table("energy_readings"), [
    {
      ...common,
      reading_date: "2026-05-29",
      to_grid_wh: 3250,
      from_grid_wh: 500.5,
      metered_production_wh: 8400,
    },
    {
      ...common,
      reading_date: "2026-05-30",
      to_grid_wh: 2000,
      from_grid_wh: 600,
      metered_production_wh: null,
    },
  ]);
  assert.deepEqual(spans, [
    "empty 2026-04-30T22:00:00Z/2026-05-28T22:00:00Z",
    "covered 2026-05-28T22:00:00Z/2026-05-30T22:00:00Z",
  ]);
  assert.deepEqual(notes, []);
  assert.deepEqual(derive?.map((one) => JSON.parse(JSON.stringify(one))), [
    { kind: "day-balance", siteId: 1, first: "2026-05-29", last: "2026-05-30" },
  ]);
});

Deno.test("batteries by day give what they took and gave; one that was replaced does not decide", () => {
  const { table } = parsed(
    parseStorageDays,
    body("storage", {
      OLD: {
        chargeEnergy: metric("WH", [["20", 100], ["21", null], ["29", null]]),
        dischargeEnergy: metric("WH", [["20", 90], ["21", null], ["29", null]]),
      },
      NEW: {
        chargeEnergy: metric("WH", [["29", 4000]]),
        dischargeEnergy: metric("WH", [["29", 3500]]),
        stateOfEnergy: metric("PERCENTAGE", [["29", 50]]),
      },
      SILENT: { chargeEnergy: metric("WH", [["29", null]]) },
    }),
    may,
  );
  assert.deepEqual(
    table("energy_readings").map((
      one,
    ) => [one.reading_date, one.to_storage_wh, one.from_storage_wh]),
    [["2026-05-20", 100, 90], ["2026-05-29", 4000, 3500]],
  );
});

Deno.test("days of a site without meters have nothing, and say so while they are of now", () => {
  const none = parsed(parseMeterDays, body("meters", {}), may);
  assert.deepEqual([none.rows, none.derive], [[], []]);
  assert.deepEqual(none.absent.map((one) => one.reason), ["the site has no meter"]);
  const past = parsed(parseStorageDays, body("storage", {}), { ...may, now: "2026-07-01T12:00" });
  assert.deepEqual(past.absent, []);
});

Deno.test("what no column takes of an answer by day is reported, and another resolution is a bad answer", () => {
  const told = parsed(
    parseMeterDays,
    body("meters", {
      G: { importEnergy: metric("WH", [["29", 1]]), reactiveEnergy: metric("WH", [["29", 77]]) },
    }),
    may,
  );
  assert.match(JSON.stringify(told.notes), /reactiveEnergy.*77/);
  const hours = { ...body("meters", { G: {} }), resolution: "HOUR" };
  assert.throws(() => parsed(parseMeterDays, hours, may), SourceError);
});
