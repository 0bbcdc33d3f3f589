import assert from "node:assert/strict";
import { ask } from "./ask.ts";

function storage(batteries: readonly object[], batteryCount = batteries.length) {
  return { storageData: { batteryCount, batteries } };
}

function battery(serialNumber: string, samples: readonly object[]) {
  return { serialNumber, nameplate: 9700, modelNumber: "EX-10K", telemetries: samples };
}

Deno.test("discharging is positive in the battery's telemetry, though the server writes charging so", async () => {
  const { table } = await ask(
    "storage",
    storage([battery("B1", [
      { timeStamp: "2026-05-31 12:04:30", power: 1500, stateOfCharge: 62 },
      { timeStamp: "2026-05-31 12:09:29", power: -3435.77978515625, batteryPercentageState: 61 },
      { timeStamp: "2026-05-31 12:14:29", power: 0 },
    ])]),
  );
  const rows = table("battery_telemetry");
  assert.deepEqual(rows.map((one) => one.power_w), [-1500, 3435.77978515625, 0]);
  assert.ok(Object.is(rows[2]!.power_w, 0));
  assert.deepEqual(rows.map((one) => one.state_of_charge_pct), [62, 61, null]);
  assert.deepEqual(
    [rows[0]!.device_key, rows[0]!.timestamp, rows[0]!.interval_s],
    ["B1", "2026-05-31T10:04:30Z", 0],
  );
});

Deno.test("what was charged from the grid names the start of the request that it counts from", async () => {
  const { table, request } = await ask(
    "storage",
    storage([battery("B1", [
      { timeStamp: "2026-05-31 12:04:30", ACGridCharging: 130 },
      { timeStamp: "2026-05-31 12:09:30" },
    ])]),
    { window: ["2026-05-28", "2026-06-01"] },
  );
  assert.deepEqual(
    table("battery_telemetry").map((one) => [one.grid_charging_wh, one.grid_charging_from]),
    [[130, "2026-05-28T00:00:00"], [null, null]],
  );
  assert.deepEqual(request.parameters, {
    startTime: "2026-05-28 00:00:00",
    endTime: "2026-05-31 23:59:59",
  });
});

Deno.test("each battery is covered by its own samples, and a silent one holds up no other", async () => {
  const at = (time: string) => ({ timeStamp: `2026-05-31 ${time}`, power: 1 });
  const { spans } = await ask(
    "storage",
    storage([
      battery("B1", [at("14:00:00"), at("14:15:00")]),
      battery("B2", [{ timeStamp: "2026-05-31 14:05:00", power: null }]),
    ]),
    { window: ["2026-05-31T14:00", "2026-05-31T15:00"], lastUpdate: "2026-05-31T14:20:00" },
  );
  assert.deepEqual(spans, [
    "covered 2026-05-31T12:00:00Z/2026-05-31T12:15:01Z of B1",
    "empty 2026-05-31T12:15:01Z/2026-05-31T12:20:01Z of B1",
    "empty 2026-05-31T12:00:00Z/2026-05-31T12:20:01Z of B2",
  ]);
});

Deno.test("a sample stands for the time until the next one, but for no pause of more than 20 minutes", async () => {
  const at = (time: string) => ({ date: `2026-05-31 ${time}`, totalActivePower: 1 });
  const { spans } = await ask("telemetry", {
    data: { telemetries: ["12:00:00", "12:20:00", "12:40:01", "12:45:00"].map(at) },
  }, { serial: "A", window: ["2026-05-31T11:50", "2026-05-31T13:00"] });
  assert.deepEqual(spans, [
    "covered 2026-05-31T09:50:00Z/2026-05-31T10:20:01Z of A",
    "empty 2026-05-31T10:20:01Z/2026-05-31T10:40:01Z of A",
    "covered 2026-05-31T10:40:01Z/2026-05-31T11:00:00Z of A",
  ]);
});

Deno.test("a site without battery has no storage data, and that is no error", async () => {
  for (const body of [storage([]), { storageData: { batteryCount: 0 } }]) {
    const { rows, absent, ranges } = await ask("storage", body);
    assert.deepEqual([rows, ranges], [[], []]);
    assert.deepEqual(absent, [{ siteId: 1, deviceKey: "", reason: "the site has no battery" }]);
  }
});

Deno.test("a meter that counts both ways has two registers, and readings keep their odd moments", async () => {
  const { table, request } = await ask("meters", {
    meterEnergyDetails: {
      timeUnit: "QUARTER_OF_AN_HOUR",
      unit: "kWh",
      meters: ["FeedIn", "Purchased"].map((meterType, index) => ({
        meterSerialNumber: "60400001",
        meterType,
        values: [
          { date: "2026-05-31 12:01:17", value: 1.1e3 + index },
          { date: "2026-05-31 12:15:00" },
        ],
      })),
    },
  });
  assert.deepEqual(
    table("meter_readings").map((one) => [
      one.device_key,
      one.meter_type,
      one.timestamp,
      one.interval_s,
      one.lifetime_energy_wh,
    ]),
    [
      ["60400001", "FeedIn", "2026-05-31T10:01:17Z", 0, 1100000],
      ["60400001", "Purchased", "2026-05-31T10:01:17Z", 0, 1101000],
    ],
  );
  assert.equal(table("meters").length, 2);
  assert.equal(request.parameters.timeUnit, "QUARTER_OF_AN_HOUR");
});

Deno.test("a site without meter has no registers, and that is no error", async () => {
  const { absent } = await ask("meters", { meterEnergyDetails: { unit: "Wh", meters: [] } });
  assert.deepEqual(absent.map((one) => one.reason), ["the site has no meter"]);
});

Deno.test("telemetry of one phase leaves the others NULL and keeps an unknown mode", async () => {
  const { table, request, spans } = await ask("telemetry", {
    data: {
      count: 2,
      telemetries: [
        {
          date: "2026-05-31 05:57:14",
          dcVoltage: null,
          totalEnergy: "6.41872E6",
          inverterMode: "DREAMING",
          L1Data: { acVoltage: 235.159 },
        },
        { date: "2026-05-31 06:02:14", totalActivePower: 12.5 },
      ],
    },
  }, { serial: "7F 01/11", lastUpdate: "2026-05-31T06:10:00" });
  const [sample] = table("inverter_telemetry");
  assert.deepEqual(
    [
      sample!.device_key,
      sample!.lifetime_energy_wh,
      sample!.inverter_mode,
      sample!.l1_ac_voltage_v,
    ],
    ["7F 01/11", 6418720, "DREAMING", 235.159],
  );
  assert.deepEqual([sample!.dc_voltage_v, sample!.l2_ac_voltage_v], [null, null]);
  assert.equal(request.path, "/equipment/1/7F%2001%2F11/data");
  assert.deepEqual(spans, [
    "empty 2026-05-30T22:00:00Z/2026-05-31T03:57:14Z of 7F 01/11",
    "covered 2026-05-31T03:57:14Z/2026-05-31T04:02:15Z of 7F 01/11",
    "empty 2026-05-31T04:02:15Z/2026-05-31T04:10:01Z of 7F 01/11",
  ]);
});

Deno.test("an inverter that slept all day is asked and empty", async () => {
  const { rows, spans, absent } = await ask("telemetry", { data: { count: 0, telemetries: [] } });
  assert.deepEqual([rows, absent], [[], []]);
  assert.deepEqual(spans, ["empty 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z of 7F000001-11"]);
});

Deno.test("samples of the repeated hour follow each other", async () => {
  const times = ["01:59:30", "02:20:30", "02:50:30", "02:20:31", "02:50:31", "03:04:30"];
  const { table } = await ask("telemetry", {
    data: {
      telemetries: times.map((time) => ({ date: `2026-10-25 ${time}`, totalActivePower: 1 })),
    },
  }, { window: ["2026-10-25", "2026-10-26"] });
  assert.deepEqual(table("inverter_telemetry").map((one) => String(one.timestamp).slice(11)), [
    "23:59:30Z",
    "00:20:30Z",
    "00:50:30Z",
    "01:20:31Z",
    "01:50:31Z",
    "02:04:30Z",
  ]);
});

Deno.test("samples outside the window asked for are kept, reported, and cover nothing", async () => {
  const { table, notes, ranges } = await ask("telemetry", {
    data: { telemetries: [{ date: "2026-07-01 12:00:00", totalActivePower: 1 }] },
  });
  assert.equal(table("inverter_telemetry").length, 1);
  assert.match(notes[0]!.text, /1 samples outside the time asked for/);
  assert.deepEqual(ranges.map((one) => one.state), ["empty"]);
});

Deno.test("each measurement of a sensor sample is a row of its own sensor", async () => {
  const { table, request } = await ask("sensor-readings", {
    siteSensors: {
      data: [{
        connectedTo: "Gateway 1",
        count: 2,
        telemetries: [
          {
            date: "2026-05-31 12:00:00",
            ambientTemperature: "22.1",
            windSpeed: null,
            light: "dim",
          },
          { date: "2026-05-31 23:00:00", ambientTemperature: null },
        ],
      }],
    },
  }, { lastUpdate: "2026-05-31T14:00:00" });
  assert.deepEqual(
    table("sensor_readings").map((one) => [one.device_key, one.measurement, one.value, one.extra]),
    [
      ["Gateway 1/SensorAmbientTemperature", "ambientTemperature", 22.1, '{"light":"dim"}'],
      ["Gateway 1/SensorWindSpeed", "windSpeed", null, null],
    ],
  );
  assert.equal(request.path, "/site/1/sensors");
  assert.deepEqual(request.parameters, {
    startDate: "2026-05-31 00:00:00",
    endDate: "2026-05-31 23:59:59",
  });
});
