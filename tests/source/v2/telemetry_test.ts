import assert from "node:assert/strict";
import { ask } from "./ask.ts";
import { bodies } from "./bodies.ts";

type Values = readonly (readonly [clock: string, value: number | null])[];

/** A metric of 31 May 2026 in Berlin. */
function metric(unit: string, values: Values) {
  return {
    unit,
    values: values.map(([clock, value]) => ({ timestamp: `2026-05-31T${clock}:00+02:00`, value })),
  };
}

function body(kind: string, devices: Record<string, unknown>) {
  return { period: {}, resolution: "QUARTER_HOUR", [kind]: devices };
}

const noon = { window: ["2026-05-31T12:00", "2026-05-31T12:30"] as const };

Deno.test("voltage and frequency are stamped with the end of their bucket and stored at its start", async () => {
  const { table } = await ask(
    "telemetry-900",
    body("inverters", {
      A: {
        power: metric("W", [["12:00", 1000], ["12:15", 1100]]),
        voltage: metric("VOLT", [["12:00", 229], ["12:15", 230], ["12:30", 231]]),
        frequency: metric("HERTZ", [["12:15", 50.01], ["12:30", 49.99]]),
      },
    }),
    noon,
  );
  assert.deepEqual(
    table("inverter_telemetry").map((one) => [
      one.local_time,
      one.interval_s,
      one.total_active_power_w,
      one.ac_voltage_v,
      one.ac_frequency_hz,
    ]).sort(),
    [
      ["2026-05-31T11:45:00", 900, null, 229, null],
      ["2026-05-31T12:00:00", 900, 1000, 230, 50.01],
      ["2026-05-31T12:15:00", 900, 1100, 231, 49.99],
    ],
  );
});

Deno.test("one answer brings all devices, each covered by its own values", async () => {
  const { table, spans, request } = await ask(
    "telemetry-900",
    body("inverters", {
      A: { power: metric("W", [["12:00", 1], ["12:15", 2]]) },
      B: { power: metric("W", [["12:00", 3], ["12:15", null]]) },
      C: { power: metric("W", [["12:00", null], ["12:15", null]]) },
    }),
    noon,
  );
  assert.equal(request.path, "/sites/1/inverters/telemetry");
  assert.equal(table("inverter_telemetry").length, 6);
  assert.deepEqual(spans, [
    "covered 2026-05-31T10:00:00Z/2026-05-31T10:30:00Z of A",
    "covered 2026-05-31T10:00:00Z/2026-05-31T10:15:00Z of B",
    "empty 2026-05-31T10:15:00Z/2026-05-31T10:30:00Z of B",
    "empty 2026-05-31T10:00:00Z/2026-05-31T10:30:00Z of C",
  ]);
});

Deno.test("a meter of production alone sleeps with the inverters: beside others its silence is no hole", async () => {
  const night = metric("WH", [["12:00", null], ["12:15", null]]);
  const both = await ask(
    "meters-900",
    body("meters", {
      P: { productionEnergy: night },
      G: { importEnergy: metric("WH", [["12:00", 5]]) },
    }),
    noon,
  );
  assert.deepEqual(both.spans, [
    "covered 2026-05-31T10:00:00Z/2026-05-31T10:15:00Z of G",
    "empty 2026-05-31T10:15:00Z/2026-05-31T10:30:00Z of G",
  ]);
  const alone = await ask("meters-900", body("meters", { P: { productionEnergy: night } }), noon);
  assert.deepEqual(alone.spans, ["empty 2026-05-31T10:00:00Z/2026-05-31T10:30:00Z of P"]);
});

Deno.test("a battery's net power is discharge less charge", async () => {
  const { table } = await ask(
    "storage-900",
    body("storage", {
      B: {
        chargePower: metric("KW", [["12:00", 2.75], ["12:15", null]]),
        dischargePower: metric("W", [["12:00", 50], ["12:15", 10]]),
        stateOfEnergy: metric("PERCENTAGE", [["12:00", 67.8]]),
      },
    }),
    noon,
  );
  assert.deepEqual(
    table("battery_telemetry").map((one) => [
      one.charge_power_w,
      one.discharge_power_w,
      one.power_w,
      one.state_of_charge_pct,
    ]),
    [[2750, 50, -2700, 67.8], [null, 10, null, null]],
  );
});

Deno.test("a meter has a row for each direction; what the site did is derived for the time they cover", async () => {
  const { table, derive } = await ask(
    "meters-900",
    body("meters", {
      P1: { productionEnergy: metric("WH", [["12:00", 400.1], ["12:15", 300]]) },
      P2: { productionEnergy: metric("WH", [["12:00", 350.2], ["12:15", null]]) },
      G: {
        importEnergy: metric("WH", [["12:00", 25], ["12:15", 20]]),
        exportEnergy: metric("KWH", [["12:00", 0.125], ["12:15", 0.1]]),
      },
    }),
    noon,
  );
  assert.deepEqual(table("energy_details"), []);
  assert.deepEqual(derive?.map((one) => JSON.parse(JSON.stringify(one))), [{
    kind: "quarter-hours",
    siteId: 1,
    interval: { start: "2026-05-31T10:00:00Z", end: "2026-05-31T10:30:00Z" },
  }]);
  assert.deepEqual(
    table("meter_readings").filter((one) => one.device_key === "G" && one.energy_wh !== null)
      .map((one) => [one.meter_type, one.interval_s, one.energy_wh]),
    [["FeedIn", 900, 125], ["FeedIn", 900, 100], ["Purchased", 900, 25], ["Purchased", 900, 20]],
  );
  assert.deepEqual(table("meters").map((one) => [one.device_key, one.meter_type]), [
    ["P1", "Production"],
    ["P2", "Production"],
    ["G", "FeedIn"],
    ["G", "Purchased"],
  ]);
});

Deno.test("no meter now means that the site has none; no meter in the past says nothing", async () => {
  const now = { ...noon, now: "2026-05-31T12:40" };
  assert.deepEqual((await ask("meters-900", body("meters", {}), now)).absent, [
    { siteId: 1, deviceKey: "", reason: "the site has no meter" },
  ]);
  const past = await ask("storage-900", body("storage", {}), noon);
  assert.deepEqual(past.absent, []);
  assert.deepEqual(past.spans, ["empty 2026-05-31T10:00:00Z/2026-05-31T10:30:00Z"]);
});

Deno.test("a metric that nobody knows is kept beside the others", async () => {
  const { table } = await ask(
    "telemetry-900",
    body("inverters", {
      A: {
        power: metric("W", [["12:00", 1]]),
        temperature: metric("CELSIUS", [["12:00", 41]]),
      },
    }),
    noon,
  );
  assert.deepEqual(table("inverter_telemetry").map((one) => one.extra), [
    '{"temperature":{"unit":"CELSIUS","value":41}}',
  ]);
});

Deno.test("the names of metrics are the same in any writing", async () => {
  const body = bodies["storage-900"] as { storage: Record<string, Record<string, unknown>> };
  const snake = Object.fromEntries(
    Object.entries(body.storage).map(([serial, device]) => [
      serial,
      Object.fromEntries(
        Object.entries(device).map(([name, metric]) => [
          name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          metric,
        ]),
      ),
    ]),
  );
  const [one, other] = [
    await ask("storage-900", body),
    await ask("storage-900", { ...body, storage: snake }),
  ];
  assert.ok(one.table("battery_telemetry").length > 0);
  assert.deepEqual(other.table("battery_telemetry"), one.table("battery_telemetry"));
});
