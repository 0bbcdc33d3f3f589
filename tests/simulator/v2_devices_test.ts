import assert from "node:assert/strict";
import { fleet } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { ask, dayTimes, noon, serverAt } from "./ask.ts";
import { askV2, epochOf, type Reading, unlimited } from "./ask_v2.ts";

const home = "/sites/1234567";
const morning = { from: "2026-06-01T06:00:00", to: "2026-06-01T17:59:59" };

interface Sample {
  readonly epoch: number;
  readonly values: Record<string, number>;
}

/** Means of the samples of each quarter-hour, by the bucket's start. */
function meansByQuarter(samples: readonly Sample[]): Map<number, Record<string, number>> {
  const groups = Map.groupBy(samples, ({ epoch }) => Math.floor(epoch / 900) * 900);
  return new Map([...groups].map(([start, group]) => [
    start,
    Object.fromEntries(
      Object.keys(group[0]!.values).map((name) => [
        name,
        group.reduce((sum, one) => sum + one.values[name]!, 0) / group.length,
      ]),
    ),
  ]));
}

/** Epoch seconds of a wall clock in Berlin in summer. */
function summer(date: string): number {
  return epochOf(`${date.replace(" ", "T")}+02:00`);
}

Deno.test("inverter telemetry is the mean of v1's samples", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const { body } = await askV2(sim, `${home}/inverters/telemetry`, morning);
  const { power, energy, voltage, current, frequency } = body.inverters["7E1234AB-5F"];
  assert.deepEqual(
    [power.unit, energy.unit, voltage.unit, current.unit, frequency.unit],
    ["W", "WH", "VOLT", "AMPERE", "HERTZ"],
  );
  const old = await ask(sim, "/equipment/1234567/7E1234AB-5F/data", dayTimes("2026-06-01"));
  // deno-lint-ignore no-explicit-any -- a body of v1
  const means = meansByQuarter(old.body.data.telemetries.map((one: any) => {
    const phases = [one.L1Data, one.L2Data, one.L3Data];
    const mean = (name: string) => phases.reduce((sum, phase) => sum + phase[name], 0) / 3;
    return {
      epoch: summer(one.date),
      values: {
        power: one.totalActivePower,
        voltage: mean("acVoltage"),
        frequency: mean("acFrequency"),
      },
    };
  }));
  power.values.forEach(({ timestamp, value }: Reading, i: number) => {
    const start = epochOf(timestamp);
    const mean = means.get(start)!;
    assert.ok(Math.abs(value! - mean.power!) < 0.001, timestamp);
    assert.equal(energy.values[i].value * 4, value);
    // Averaged voltages and frequencies carry the end of their bucket.
    assert.equal(epochOf(voltage.values[i].timestamp), start + 900);
    assert.equal(epochOf(frequency.values[i].timestamp), start + 900);
    assert.ok(Math.abs(voltage.values[i].value - mean.voltage!) <= 0.0006);
    assert.ok(Math.abs(frequency.values[i].value - mean.frequency!) <= 0.0006);
    assert.equal(current.values[i].timestamp, timestamp);
    assert.equal(current.values[i].value, Number((value! / voltage.values[i].value).toFixed(4)));
  });
  assert.equal(power.values.length, 48);
});

Deno.test("an inverter that sleeps sends nothing", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const night = { from: "2026-06-01T00:00:00", to: "2026-06-01T02:59:59" };
  const { body } = await askV2(sim, "/sites/2345678/inverters/telemetry", night);
  for (const metric of Object.values<{ values: Reading[] }>(body.inverters["7F22CD01-A3"])) {
    assert.deepEqual(metric.values.map((one) => one.value), Array(12).fill(null));
  }
});

Deno.test("a battery's telemetry agrees with its samples and counters", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const { body } = await askV2(sim, `${home}/storage/telemetry`, morning);
  const battery = body.storage.BAT0001;
  const old = await ask(sim, "/site/1234567/storageData", dayTimes("2026-06-01"));
  // deno-lint-ignore no-explicit-any -- a body of v1
  const samples = old.body.storageData.batteries[0].telemetries.map((one: any) => ({
    epoch: summer(one.timeStamp),
    values: { power: one.power, share: one.batteryPercentageState },
  }));
  const means = meansByQuarter(samples);
  const { chargePower, dischargePower, chargeEnergy, dischargeEnergy } = battery;
  chargePower.values.forEach(({ timestamp, value }: Reading, i: number) => {
    const mean = means.get(epochOf(timestamp))!;
    assert.ok(value! >= 0 && dischargePower.values[i].value >= 0);
    assert.equal(value! - dischargePower.values[i].value, mean.power);
    assert.equal(value, 4 * chargeEnergy.values[i].value);
    const share = battery.stateOfEnergy.values[i].value;
    // The samples are rounded to a tenth of a per cent.
    assert.ok(Math.abs(share - mean.share!) < 0.056, `${share} ${mean.share}`);
    assert.ok(Math.abs(battery.remainingEnergy.values[i].value - share * 97) < 0.55);
  });
  const sum = (values: Reading[]) => values.reduce((total, one) => total + one.value!, 0);
  const [first, last] = ["2026-06-01 06:00", "2026-06-01 18:00"].map((time) =>
    // deno-lint-ignore no-explicit-any -- a body of v1
    old.body.storageData.batteries[0].telemetries.find((one: any) => one.timeStamp >= time)
  );
  assert.equal(
    sum(chargeEnergy.values),
    last.lifeTimeEnergyCharged - first.lifeTimeEnergyCharged,
  );
  assert.equal(
    sum(dischargeEnergy.values),
    last.lifeTimeEnergyDischarged - first.lifeTimeEnergyDischarged,
  );
  const named = await askV2(sim, `${home}/storage/BAT0001/telemetry`, morning);
  assert.deepEqual(named.body, body);
  assert.equal((await askV2(sim, `${home}/storage/BAT0001,NONE/telemetry`, morning)).status, 404);
});

Deno.test("meters give the directions that they measure, under one serial number", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const { body } = await askV2(sim, `${home}/meters/telemetry`, morning);
  assert.deepEqual(Object.keys(body.meters), ["60412345", "60412346"]);
  const { "60412345": grid, "60412346": production } = body.meters;
  assert.deepEqual(Object.keys(production), ["productionPower", "productionEnergy"]);
  const details = await ask(sim, "/site/1234567/energyDetails", {
    startTime: "2026-06-01 06:00:00",
    endTime: "2026-06-01 17:59:59",
    timeUnit: "QUARTER_OF_AN_HOUR",
  });
  for (
    const [type, metric] of [
      ["Production", production.productionEnergy],
      ["Consumption", grid.consumptionEnergy],
      ["FeedIn", grid.exportEnergy],
      ["Purchased", grid.importEnergy],
    ]
  ) {
    const old = details.body.energyDetails.meters.find((one: { type: string }) =>
      one.type === type
    );
    assert.deepEqual(
      metric.values.map((one: Reading) => one.value),
      old.values.map((one: { value?: number }) => one.value ?? null),
      type,
    );
  }
  const bakery = await askV2(sim, "/sites/3456789/meters/telemetry", morning);
  assert.deepEqual(
    Object.entries<object>(bakery.body.meters).map((
      [serial, one],
    ) => [serial, Object.keys(one)[0]]),
    [
      ["4154666", "productionPower"],
      ["4161538", "productionPower"],
      ["4161600", "consumptionPower"],
    ],
  );
});

Deno.test("a site without such devices has an empty map", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  for (const family of ["meters", "storage"]) {
    const { body } = await askV2(sim, `/sites/2345678/${family}/telemetry`, morning);
    assert.deepEqual(body[family], {});
  }
  await using many = await startSimulator({ sites: fleet(10), now: () => sim.now() });
  const { body } = await askV2(many, "/sites/5000010/inverters/telemetry", morning);
  assert.deepEqual(body.inverters, {});
});

Deno.test("each metric of a device has its own path", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const paths = {
    inverters: ["7E1234AB-5F", ["power", "energy", "voltage", "current", "frequency"]],
    meters: ["60412345", ["import-power", "import-energy", "export-power", "export-energy"]],
    storage: ["BAT0001", [
      "charge-power",
      "discharge-energy",
      "state-of-energy",
      "remaining-energy",
    ]],
  } as const;
  for (const [family, [serial, metrics]] of Object.entries(paths)) {
    const all = (await askV2(sim, `${home}/${family}/telemetry`, morning)).body[family][serial];
    for (const metric of metrics) {
      const name = metric.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
      const { body } = await askV2(sim, `${home}/${family}/${serial}/${metric}`, morning);
      assert.deepEqual({ unit: body.unit, values: body.values }, all[name], metric);
    }
  }
  const kilo = await askV2(sim, `${home}/storage/BAT0001/charge-power`, { ...morning, unit: "KW" });
  assert.equal(kilo.body.unit, "KW");
  for (
    const path of [
      "inverters/NONE/power",
      "inverters/7E1234AB-5F/speed",
      "meters/60412346/import-power",
    ]
  ) {
    assert.equal((await askV2(sim, `${home}/${path}`, morning)).status, 404, path);
  }
});

Deno.test("telemetry may come in thousands", async () => {
  const v2Quirks = { kiloTelemetry: true };
  await using sim = await serverAt(noon, { allowance: unlimited, v2Quirks });
  await using plain = await serverAt(noon, { allowance: unlimited });
  const of = async (server: typeof sim) =>
    (await askV2(server, `${home}/storage/telemetry`, morning)).body.storage.BAT0001;
  const [kilo, base] = [await of(sim), await of(plain)];
  assert.deepEqual(
    [kilo.chargePower.unit, kilo.remainingEnergy.unit, kilo.stateOfEnergy.unit],
    ["KW", "KWH", "PERCENTAGE"],
  );
  assert.deepEqual(
    kilo.chargePower.values.map((one: Reading) => one.value),
    base.chargePower.values.map((one: Reading) => one.value! / 1000),
  );
});

Deno.test("the device list has inverters alone unless more types are named", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const list = async (types: string[] | null) =>
    (await askV2(sim, `${home}/devices`, types === null ? {} : { types })).body;
  const [inverter, ...others] = await list(null);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [inverter.type, inverter.serialNumber, inverter.name, inverter.createdAt],
    ["INVERTER", "7E1234AB-5F", "Inverter 1", "2025-11-12T00:00:00+01:00"],
  );
  const more = await list(["METER", "BATTERY"]);
  assert.deepEqual(
    more.map((
      one: Record<string, unknown>,
    ) => [one.type, one.serialNumber, one.form, one.meterType]),
    [
      ["METER", null, "VIRTUAL", "SELF_CONSUMPTION"],
      ["METER", null, "VIRTUAL", "CONSUMPTION"],
      ["METER", "60412345", "PHYSICAL", "PURCHASED"],
      ["METER", "60412345", "PHYSICAL", "FEED_IN"],
      ["METER", "60412346", "PHYSICAL", "PRODUCTION"],
      ["BATTERY", "BAT0001", null, null],
    ],
  );
  const optimizers = await list(["OPTIMIZER"]);
  assert.equal(optimizers.length, inverter.connectedOptimizers);
  const serials = new Set(optimizers.map((one: { serialNumber: string }) => one.serialNumber));
  assert.equal(serials.size, optimizers.length);
  assert.equal(optimizers[0].connectedTo, "7E1234AB-5F");
  assert.deepEqual(await list(["EV_CHARGER"]), []);
  assert.equal((await askV2(sim, `${home}/devices`, { types: "SENSOR" })).status, 400);
  assert.deepEqual(sim.requests.at(-1)!.parameters, { types: "SENSOR" });
});
