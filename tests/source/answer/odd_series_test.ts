import assert from "node:assert/strict";
import type { Value } from "../../../src/model/table.ts";
import { ask as askV1 } from "../v1/ask.ts";
import { ask as askV2 } from "../v2/ask.ts";

/** One entry of a series as both generations write it; `time` is a wall clock of 31 May 2026 in Berlin. */
function entry(time: string, value: unknown, more: Readonly<Record<string, unknown>> = {}) {
  return { date: `2026-05-31 ${time}`, timestamp: `2026-05-31T${time}+02:00`, value, ...more };
}

type Entries = readonly Readonly<Record<string, unknown>>[];

/** The same power by both generations. */
const generations = {
  first: (values: Entries) =>
    askV1("power", { power: { timeUnit: "QUARTER_OF_AN_HOUR", unit: "W", values } }),
  second: (values: Entries) =>
    askV2("power", { resolution: "QUARTER_HOUR", unit: "W", values }, {
      window: ["2026-05-31", "2026-06-01"],
    }),
};

const powers = (rows: readonly Readonly<Record<string, Value>>[]) =>
  rows.filter((one) => one.power_w !== null)
    .map((one) => [one.local_time, one.interval_s, one.power_w]).sort();

const plain = [
  ["2026-05-31T12:00:00", 900, 5],
  ["2026-05-31T12:15:00", 900, 6],
  ["2026-05-31T12:30:00", 900, 7],
];

for (const [name, ask] of Object.entries(generations)) {
  Deno.test(`${name} generation: a time within a quarter-hour stands for it, and makes no row beside it`, async () => {
    const { table, notes } = await ask([
      entry("12:00:00", 5),
      entry("12:15:07", 6),
      entry("12:37:00", 7),
    ]);
    assert.deepEqual(powers(table("power_readings")), plain);
    assert.deepEqual(notes.filter((one) => one.level === "loss"), []);
  });

  Deno.test(`${name} generation: a value that strays between two quarter-hours is lost alone, and reported`, async () => {
    const { table, notes } = await ask([
      entry("12:00:00", 5),
      entry("12:07:00", 99),
      entry("12:15:00", 6),
      entry("12:30:00", 7),
    ]);
    assert.deepEqual(powers(table("power_readings")), plain);
    assert.match(notes.find((one) => one.level === "loss")!.text, /1 time stands beside another/);
  });

  Deno.test(`${name} generation: five minutes that an answer calls quarter-hours are a bad answer`, async () => {
    const times = ["12:00", "12:05", "12:10", "12:15", "12:20", "12:25"];
    await assert.rejects(
      ask(times.map((time) => entry(`${time}:00`, 5))),
      /several times of one bucket/,
    );
  });

  Deno.test(`${name} generation: a value with a unit of its own is stored in W, one in a unit that is none is kept aside`, async () => {
    const { table, notes } = await ask([
      entry("12:00:00", 5),
      entry("12:15:00", 0.006, { unit: "kW" }),
      entry("12:30:00", 7, { unit: "horse" }),
    ]);
    assert.deepEqual(powers(table("power_readings")), plain.slice(0, 2));
    assert.match(
      String(
        table("power_readings").find((one) => String(one.local_time).includes("12:30"))!.extra,
      ),
      /"unit":"horse","value":7/,
    );
    assert.match(notes.find((one) => one.level === "loss")!.text, /cannot be read.*horse/);
  });

  Deno.test(`${name} generation: values under a name that nobody knows are a bad answer, not silence`, async () => {
    const values = ["12:00:00", "12:15:00"].map((time) => {
      const { value, ...rest } = entry(time, 5);
      return { ...rest, watts: value };
    });
    await assert.rejects(ask(values), /under a name that is not known/);
    await assert.rejects(ask([{ "12:00": 5, "12:15": 6 }]), /under a name that is not known/);
  });

  Deno.test(`${name} generation: values of days to come are left out, and reported`, async () => {
    const { table, notes } = await ask([
      entry("12:00:00", 5),
      { date: "2027-05-31 12:00:00", timestamp: "2027-05-31T12:00:00+02:00", value: 9 },
    ]);
    assert.deepEqual(powers(table("power_readings")), plain.slice(0, 1));
    assert.match(notes.find((one) => one.level === "loss")!.text, /1 time lies in the future/);
  });
}

Deno.test("an answer of another site is a bad answer: nothing in it is of the site that was asked for", async () => {
  const values = [entry("12:00:00", 5)];
  for (const siteId of [7654321, "7654321"]) {
    await assert.rejects(
      askV2("power", { siteId, resolution: "QUARTER_HOUR", unit: "W", values }),
      /about site 7654321, not about site 1/,
    );
  }
  const { table } = await askV2("power", { siteId: 1, unit: "W", values });
  assert.equal(powers(table("power_readings")).length, 1);
});

Deno.test("a known metric without a list of values is reported; null is a metric that the device does not have", async () => {
  const storage = (chargePower: unknown) => ({
    resolution: "QUARTER_HOUR",
    storage: {
      " BAT0001 ": {
        chargePower,
        dischargePower: { unit: "W", values: [entry("12:00:00", 40)] },
      },
    },
  });
  const noon = { window: ["2026-05-31T12:00", "2026-05-31T12:15"] as const };
  const { table, notes } = await askV2("storage-900", storage({ unit: "W" }), noon);
  assert.deepEqual(
    table("battery_telemetry").map((one) => [one.device_key, one.discharge_power_w]),
    [["BAT0001", 40]],
  );
  assert.match(notes.find((one) => one.level === "loss")!.text, /no list of values/);
  const { notes: others } = await askV2("storage-900", storage(null), noon);
  assert.deepEqual(others.filter((one) => one.level === "loss"), []);
});
