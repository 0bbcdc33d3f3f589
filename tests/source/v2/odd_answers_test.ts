import assert from "node:assert/strict";
import { ask } from "./ask.ts";

const noon = { window: ["2026-05-31T12:00", "2026-05-31T13:00"] as const };

function metric(unit: unknown, values: readonly unknown[], resolution?: string) {
  const minutes = resolution === "HOUR" ? 60 : 15;
  return {
    unit,
    ...(resolution ? { resolution } : {}),
    values: values.map((value, at) => ({
      timestamp: Temporal.Instant.from("2026-05-31T10:00:00Z").add({ minutes: at * minutes })
        .toZonedDateTimeISO("Europe/Berlin").toString({ timeZoneName: "never" }),
      value,
    })),
  };
}

Deno.test("a state of charge in PERCENTAGE_100 is a percentage, and units may be written in any case", async () => {
  const { table, notes } = await ask("storage-900", {
    resolution: "QUARTER_HOUR",
    storage: {
      BAT1: {
        chargePower: metric("kW", [1.2]),
        remainingEnergy: metric("kWh", [5]),
        stateOfEnergy: metric("Percentage-100", [0.9]),
      },
    },
  }, noon);
  const [row] = table("battery_telemetry");
  assert.deepEqual(
    [row!.charge_power_w, row!.remaining_energy_wh, row!.state_of_charge_pct],
    [1200, 5000, 0.9],
  );
  assert.deepEqual(notes, []);
});

Deno.test("a state of charge that is a fraction is noticed by the energy that is left", async () => {
  const { table, notes } = await ask("storage-900", {
    storage: {
      BAT1: {
        remainingEnergy: metric("WH", [6500, 6600]),
        stateOfEnergy: metric("PERCENTAGE", [0.678, 0.688]),
      },
    },
  }, noon);
  assert.deepEqual(table("battery_telemetry").map((one) => one.state_of_charge_pct), [67.8, 68.8]);
  assert.match(notes[0]!.text, /fractions of 9593 Wh/);
});

Deno.test("a power in WH means W, and a unit that nobody knows costs its metric alone", async () => {
  const { table, notes, spans } = await ask("meters-900", {
    resolution: "QUARTER_HOUR",
    meters: {
      M1: {
        importPower: metric("WH", []),
        exportPower: metric("Wh", [880]),
        importEnergy: metric("FURLONG", [3]),
        exportEnergy: metric("WH", [220]),
      },
    },
  }, { window: ["2026-05-31T12:00", "2026-05-31T12:15"] });
  const readings = table("meter_readings");
  const feedIn = readings.find((one) => one.meter_type === "FeedIn")!;
  assert.deepEqual([feedIn.power_w, feedIn.energy_wh], [880, 220]);
  assert.equal(feedIn.extra, '{"importEnergy":{"unit":"FURLONG","value":3}}');
  assert.equal(notes.length, 1);
  assert.match(notes[0]!.text, /meters M1 importEnergy: unit "FURLONG" is no unit of energy/);
  assert.deepEqual(spans, ["covered 2026-05-31T10:00:00Z/2026-05-31T10:15:00Z of M1"]);
});

Deno.test("each metric has its own resolution, and that is no news", async () => {
  const { table, notes, spans } = await ask("telemetry-900", {
    period: {},
    inverters: {
      A: {
        power: metric("W", [2400, 2410, 2420, 2430], "QUARTER_HOUR"),
        energy: metric("WH", [2415], "HOUR"),
      },
    },
  }, noon);
  assert.deepEqual(
    table("inverter_telemetry").map((one) => [
      one.local_time,
      one.interval_s,
      one.total_active_power_w,
      one.ac_energy_wh,
    ]),
    [
      ["2026-05-31T12:00:00", 900, 2400, null],
      ["2026-05-31T12:15:00", 900, 2410, null],
      ["2026-05-31T12:30:00", 900, 2420, null],
      ["2026-05-31T12:45:00", 900, 2430, null],
      ["2026-05-31T12:00:00", 3600, null, 2415],
    ],
  );
  assert.deepEqual(notes, []);
  assert.deepEqual(spans, ["covered 2026-05-31T10:00:00Z/2026-05-31T11:00:00Z of A"]);
});

Deno.test("a meter with hourly energy has one row by the hour, and none without figures", async () => {
  const { table } = await ask("meters-900", {
    meters: {
      M1: {
        importPower: metric("W", [40, 44, 48, 52], "QUARTER_HOUR"),
        importEnergy: metric("WH", [46], "HOUR"),
        exportPower: metric("W", [0, 0, 0, 0], "QUARTER_HOUR"),
      },
    },
  }, noon);
  assert.deepEqual(
    table("meter_readings").filter((one) => one.interval_s === 3600)
      .map((one) => [one.meter_type, one.power_w, one.energy_wh]),
    [["Purchased", null, 46]],
  );
});

Deno.test("a bad device and a bad metric cost themselves alone", async () => {
  const { table, notes } = await ask("telemetry-900", {
    inverters: {
      A: "asleep",
      B: null,
      C: {
        power: metric("W", [5]),
        energy: { unit: "WH", values: ["none"] },
        voltage: metric("VOLT", [230], "FORTNIGHT"),
      },
    },
  }, noon);
  assert.deepEqual(table("inverter_telemetry").map((one) => one.total_active_power_w), [5]);
  assert.equal(notes.filter((one) => one.level === "loss").length, 3);
});

Deno.test("null in place of the devices is no device", async () => {
  const { absent, spans } = await ask("storage-900", { storage: null }, {
    ...noon,
    now: "2026-05-31T13:30",
  });
  assert.deepEqual(absent.map((one) => one.reason), ["the site has no battery"]);
  assert.deepEqual(spans, ["empty 2026-05-31T10:00:00Z/2026-05-31T11:00:00Z"]);
  await assert.rejects(ask("storage-900", {}, noon), /no "storage"/);
});

const meter = (more: object) => ({
  type: "Meter",
  serialNumber: "604",
  connectedTo: "7E-1",
  name: "Meter",
  ...more,
});

Deno.test("devices are known by their words however they are written, and by the name of what they hang on", async () => {
  const { table } = await ask("devices", [
    { type: "INVERTER", serialNumber: "7E-1", partNumber: "SE10K-RW0", name: "Inverter 1" },
    meter({ meterType: "Purchased", name: "Import Meter" }),
    meter({ meterType: "FeedIn", name: "Export Meter" }),
    meter({
      serialNumber: null,
      meterType: "SelfConsumption",
      name: "Self Consumption",
      connectedTo: null,
      connectedToName: "Inverter 1",
    }),
  ]);
  assert.deepEqual(
    table("meters").map((
      one,
    ) => [one.device_key, one.meter_type, one.connected_to, one.connected_to_serial]).sort(),
    [
      ["604", "FeedIn", "Inverter 1", "7E-1"],
      ["604", "Purchased", "Inverter 1", "7E-1"],
      ["meter:Self Consumption", "SelfConsumption", "Inverter 1", "7E-1"],
    ],
  );
  const inverter = table("equipment").find((one) => one.device_key === "7E-1")!;
  assert.equal(inverter.part_number, "SE10K-RW0");
  assert.ok(!Object.hasOwn(inverter, "model"));
});

Deno.test("an empty list of devices is named as such, and a capacity of 0 is none", async () => {
  assert.deepEqual((await ask("devices", [])).absent.map((one) => one.reason), [
    "the site lists no device",
  ]);
  const [battery] = (await ask("devices", [
    { type: "BATTERY", serialNumber: "B1", name: "Battery", nameplate: 0 },
  ])).table("batteries");
  assert.ok(!Object.hasOwn(battery!, "nameplate_capacity_wh"));
});

Deno.test("devices that only their place distinguishes are each stored", async () => {
  const listed = [
    { type: "GATEWAY", name: "Gateway" },
    { type: "GATEWAY", name: "Gateway", partNumber: "A" },
    { type: "GATEWAY", name: "Gateway" },
    meter({ meterType: "FeedIn" }),
    meter({ meterType: "FEED_IN", name: "Second" }),
  ];
  const keys = async (devices: unknown[]) =>
    (await ask("devices", devices)).table("inventory")
      .map((one) => [one.device_key, one.name, one.part_number ?? null]).sort();
  const stored = await keys(listed);
  assert.equal(new Set(stored.map(([key]) => key)).size, 5);
  assert.deepEqual(await keys(listed.toReversed()), stored);
});
