import assert from "node:assert/strict";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { ask, dayTimes, noon, serverAt } from "./ask.ts";

interface Value {
  date: string;
  value?: number | null;
}

const home = "/site/1234567";
const house = "/site/2345678";
const sum = (values: Value[]) => values.reduce((total, one) => total + (one.value ?? 0), 0);

Deno.test("quarter-hours of energy add up to hours, days, the month and the year", async () => {
  await using sim = await serverAt("2026-06-01T12:07:00Z");
  const energy = async (timeUnit: string, startDate: string, endDate: string) => {
    const { body } = await ask(sim, `${home}/energy`, { timeUnit, startDate, endDate });
    assert.equal(body.energy.timeUnit, timeUnit);
    assert.equal(body.energy.unit, "Wh");
    assert.equal(body.energy.measuredBy, "INVERTER");
    return body.energy.values as Value[];
  };
  const quarters = await energy("QUARTER_OF_AN_HOUR", "2026-05-01", "2026-05-31");
  const days = await energy("DAY", "2026-05-01", "2026-05-31");
  const [month] = await energy("MONTH", "2026-05-09", "2026-05-09");
  assert.equal(quarters.length, 31 * 96);
  assert.deepEqual(month, { date: "2026-05-01 00:00:00", value: sum(quarters) });
  assert.equal(sum(days), sum(quarters));
  assert.equal(sum(await energy("HOUR", "2026-05-01", "2026-05-31")), sum(quarters));
  const months = await energy("MONTH", "2026-01-01", "2026-12-31");
  assert.equal(months.length, 12);
  assert.equal((await energy("YEAR", "2026-01-01", "2026-06-01"))[0]!.value, sum(months));
  assert.equal(months.at(-1)!.value, null);
  const weeks = await energy("WEEK", "2026-05-06", "2026-05-20");
  assert.deepEqual(weeks.map((one) => one.date.slice(0, 10)), [
    "2026-05-04",
    "2026-05-11",
    "2026-05-18",
  ]);
});

Deno.test("both ends of a window of power are inclusive, and what has not come is null", async () => {
  await using sim = await serverAt(noon);
  const window = { startTime: "2026-06-02 11:05:00", endTime: "2026-06-02 14:00:00" };
  const { body } = await ask(sim, `${home}/power`, window);
  const { values } = body.power;
  assert.deepEqual(
    [values.length, values[0].date, values.at(-1).date],
    [13, "2026-06-02 11:00:00", "2026-06-02 14:00:00"],
  );
  const tomorrow = await ask(sim, `${home}/power`, dayTimes("2026-06-03"));
  assert.equal(tomorrow.body.power.values.length, 96);
  assert.ok(tomorrow.body.power.values.every((one: Value) => one.value === null));
});

Deno.test("the current quarter-hour grows until it is over", async () => {
  await using sim = await serverAt("2026-06-02T10:06:00Z");
  const quarter = { startTime: "2026-06-02 12:00:00", endTime: "2026-06-02 12:00:00" };
  const power = async () => (await ask(sim, `${home}/power`, quarter)).body.power.values[0].value;
  const early = await power();
  sim.setNow(Temporal.Instant.from("2026-06-02T10:12:00Z"));
  const later = await power();
  sim.setNow(Temporal.Instant.from("2026-06-02T10:21:00Z"));
  const whole = await power();
  assert.ok(early > 0 && early < later && later < whole);
  const slot = Date.parse("2026-06-02T10:00:00Z") / 1000 / 900;
  assert.equal(whole, sim.sites.get(1234567)!.model.energies(slot).production * 4);
});

Deno.test("details balance for each quarter-hour, in W and in Wh", async () => {
  await using sim = await serverAt(noon);
  for (
    const [path, key] of [["powerDetails", "powerDetails"], ["energyDetails", "energyDetails"]]
  ) {
    const parameters = {
      ...dayTimes("2026-06-01"),
      ...(path === "energyDetails" ? { timeUnit: "QUARTER_OF_AN_HOUR" } : {}),
    };
    const { body } = await ask(sim, `${home}/${path}`, parameters);
    const series: Record<string, number[]> = {};
    for (const { type, values } of body[key!].meters) {
      assert.equal(values.length, 96);
      series[type] = values.map((one: Value) => one.value ?? 0);
    }
    for (let i = 0; i < 96; i++) {
      const at = (type: string) => series[type]![i]!;
      assert.equal(at("Production"), at("SelfConsumption") + at("FeedIn"));
      assert.equal(at("Consumption"), at("SelfConsumption") + at("Purchased"));
    }
  }
});

Deno.test("details leave the value out where there is none, and energy says null", async () => {
  await using sim = await serverAt(noon);
  const { body } = await ask(sim, `${house}/powerDetails`, dayTimes("2026-06-01"));
  for (const { type, values } of body.powerDetails.meters) {
    const filled = values.filter((one: Value) => "value" in one).length;
    if (type === "Production") assert.ok(filled > 40 && filled < 80);
    else assert.equal(filled, 0, type);
    assert.ok(values.every((one: Value) => one.value !== null));
  }
  const power = await ask(sim, `${house}/power`, dayTimes("2026-06-01"));
  assert.equal(power.body.power.values[0].value, null);
  await using strict = await serverAt(noon, { quirks: { typesWithoutMeter: "missing" } });
  const missing = await ask(strict, `${house}/powerDetails`, dayTimes("2026-06-01"));
  assert.deepEqual(missing.body.powerDetails.meters.map((one: { type: string }) => one.type), [
    "Production",
  ]);
});

Deno.test("meters can be chosen, in any case", async () => {
  await using sim = await serverAt(noon);
  const parameters = { ...dayTimes("2026-06-01"), meters: "PRODUCTION,FeedIn" };
  const { body } = await ask(sim, `${home}/energyDetails`, parameters);
  assert.deepEqual(body.energyDetails.meters.map((one: { type: string }) => one.type), [
    "Production",
    "FeedIn",
  ]);
});

Deno.test("registers of meters are cumulative, read at odd seconds, and differ by the energy", async () => {
  await using sim = await serverAt(noon);
  const times = { ...dayTimes("2026-05-31", "2026-06-03"), timeUnit: "QUARTER_OF_AN_HOUR" };
  const { body } = await ask(sim, `${home}/meters`, times);
  assert.equal(body.meterEnergyDetails.unit, "Wh");
  assert.deepEqual(
    body.meterEnergyDetails.meters.map((one: Record<string, string>) => [
      one.meterSerialNumber,
      one.connectedSolaredgeDeviceSN,
      one.meterType,
    ]),
    [
      ["60412345", "7E1234AB-5F", "Purchased"],
      ["60412345", "7E1234AB-5F", "FeedIn"],
      ["60412346", "7E1234AB-5F", "Production"],
    ],
  );
  const { values } = body.meterEnergyDetails.meters[2];
  const details = await ask(sim, `${home}/energyDetails`, {
    ...dayTimes("2026-05-31"),
    meters: "Production",
  });
  const energy = details.body.energyDetails.meters[0].values[0].value;
  assert.equal(values[96].value - values[0].value, energy);
  assert.match(values[0].date, /^2026-05-31 00:0[0-4]:\d\d$/);
  assert.deepEqual(values.at(-1), { date: "2026-06-03 23:45:00" });
});

Deno.test("bulk answers carry one series for each site, in its own wall clock", async () => {
  await using sim = await serverAt(noon);
  const sites = "/sites/1234567,2345678";
  const power = await ask(sim, `${sites}/power`, dayTimes("2026-06-01"));
  const { powerDateValuesList } = power.body;
  assert.deepEqual([powerDateValuesList.unit, powerDateValuesList.count], ["Wh", 2]);
  const single = await ask(sim, `${house}/power`, dayTimes("2026-06-01"));
  const { timeUnit: _, unit, ...series } = single.body.power;
  assert.equal(unit, "W");
  assert.deepEqual(powerDateValuesList.siteEnergyList[1], {
    siteId: 2345678,
    powerDataValueSeries: series,
  });
  const days = { startDate: "2026-05-30", endDate: "2026-06-04" };
  const { sitesEnergy } = (await ask(sim, `${sites}/energy`, days)).body;
  assert.equal(sitesEnergy.siteEnergyList[0].energyValues.values.length, 6);
  const frame = (await ask(sim, `${sites}/timeFrameEnergy`, days)).body.timeFrameEnergyList;
  const { energy, startLifetimeEnergy, endLifetimeEnergy } =
    frame.timeFrameEnergyList[0].timeFrameEnergy;
  assert.equal(energy, sum(sitesEnergy.siteEnergyList[0].energyValues.values));
  assert.equal(energy, endLifetimeEnergy.energy - startLifetimeEnergy.energy);
});

const changes = [
  ["Europe/Berlin", "2025-10-26", 100, "2026-03-29", 92],
  ["America/New_York", "2025-11-02", 100, "2026-03-08", 92],
  ["Australia/Lord_Howe", "2026-04-05", 98, "2025-10-05", 94],
  ["Asia/Kolkata", "2025-10-26", 96, "2026-03-29", 96],
] as const;

for (const [timeZone, autumn, autumnCount, spring, springCount] of changes) {
  Deno.test(`changes of clocks in ${timeZone}, by a server that repeats the hour`, async () => {
    const sites = [homeSite({ timeZone, firstDay: "2025-09-20" })];
    await using sim = await serverAt(noon, { sites, daylightSaving: "repeat" });
    for (const [day, count] of [[autumn, autumnCount], [spring, springCount]] as const) {
      const { body } = await ask(sim, `${home}/power`, dayTimes(day));
      assert.equal(body.power.values.length, count);
      const total = await ask(sim, `${home}/energy`, { startDate: day, endDate: day });
      assert.equal(sum(body.power.values) / 4, total.body.energy.values[0].value);
    }
  });

  Deno.test(`changes of clocks in ${timeZone}, by a server that lists 96 a day`, async () => {
    const sites = [homeSite({ timeZone, firstDay: "2025-09-20", measuredBy: "METER" })];
    await using sim = await serverAt(noon, { sites, daylightSaving: "96" });
    const { model } = sim.sites.get(1234567)!;
    for (const [day, slots] of [[autumn, autumnCount], [spring, springCount]] as const) {
      const { body } = await ask(sim, `${home}/energyDetails`, {
        ...dayTimes(day),
        timeUnit: "QUARTER_OF_AN_HOUR",
        meters: "Consumption",
      });
      const { values } = body.energyDetails.meters[0];
      assert.equal(values.length, 96);
      assert.equal(new Set(values.map((one: Value) => one.date)).size, 96);
      const filled = values.filter((one: Value) => "value" in one);
      assert.equal(filled.length, Math.min(96, slots));
      const daily = await ask(sim, `${home}/energyDetails`, {
        ...dayTimes(day),
        timeUnit: "DAY",
        meters: "Consumption",
      });
      const start = Temporal.PlainDate.from(day).toZonedDateTime(timeZone);
      const first = start.epochMilliseconds / 900_000;
      const whole = model.sum(first, first + slots).consumption;
      assert.equal(daily.body.energyDetails.meters[0].values[0].value, whole);
      // What is left out is the second pass of the repeated hour.
      assert.equal(sum(values) < whole, slots > 96);
    }
  });
}

Deno.test("values that come late are missing first, and then change the day", async () => {
  await using sim = await serverAt("2026-06-02T20:00:00Z");
  sim.holdBack({
    siteId: 1234567,
    from: Temporal.Instant.from("2026-06-02T08:00:00Z"),
    to: Temporal.Instant.from("2026-06-02T12:00:00Z"),
    until: Temporal.Instant.from("2026-06-03T06:00:00Z"),
  });
  const day = { startDate: "2026-06-02", endDate: "2026-06-02" };
  const total = async () => (await ask(sim, `${home}/energy`, day)).body.energy.values[0].value;
  const missing = async () =>
    (await ask(sim, `${home}/power`, {
      startTime: "2026-06-02 10:00:00",
      endTime: "2026-06-02 13:45:00",
    })).body.power.values.filter((one: Value) => one.value === null).length;
  assert.equal(await missing(), 16);
  sim.setNow(Temporal.Instant.from("2026-06-03T05:59:00Z"));
  const before = await total();
  sim.setNow(Temporal.Instant.from("2026-06-03T06:00:00Z"));
  assert.equal(await missing(), 0);
  assert.ok(await total() > before);
});

Deno.test("a site that went silent stays at its last update until it is back", async () => {
  await using sim = await serverAt("2026-06-02T12:00:00Z");
  sim.silence({
    siteId: 1234567,
    from: Temporal.Instant.from("2026-06-02T08:00:00Z"),
    to: Temporal.Instant.from("2026-06-02T16:00:00Z"),
  });
  const last = async () => (await ask(sim, `${home}/overview`)).body.overview.lastUpdateTime;
  assert.match(await last(), /^2026-06-02 09:5/);
  sim.setNow(Temporal.Instant.from("2026-06-02T17:00:00Z"));
  assert.match(await last(), /^2026-06-02 18:5/);
  const storage = await ask(sim, `${home}/storageData`, dayTimes("2026-06-02"));
  const times = storage.body.storageData.batteries[0].telemetries
    .map((one: { timeStamp: string }) => one.timeStamp.slice(11, 13));
  assert.ok(!times.includes("12") && times.includes("09") && times.includes("18"));
});

Deno.test("a site that sleeps by night keeps its last update from dusk till dawn", async () => {
  await using sim = await serverAt("2026-06-02T03:00:00Z");
  const last = async () => (await ask(sim, `${house}/overview`)).body.overview.lastUpdateTime;
  const dusk = await last();
  assert.match(dusk, /^2026-06-01 20:[345]/);
  sim.setNow(Temporal.Instant.from("2026-06-02T08:00:00Z"));
  assert.equal(await last(), dusk);
  sim.setNow(Temporal.Instant.from("2026-06-02T14:00:00Z"));
  assert.match(await last(), /^2026-06-02 09:5/);
});

Deno.test("energies in kWh are declared as such, in every series of energies", async () => {
  await using sim = await serverAt(noon, { quirks: { energyUnit: "kWh" } });
  await using usual = await serverAt(noon);
  const days = { startDate: "2026-06-01", endDate: "2026-06-01" };
  const { energy } = (await ask(sim, `${home}/energy`, days)).body;
  const wattHours = (await ask(usual, `${home}/energy`, days)).body.energy;
  assert.equal(energy.unit, "kWh");
  assert.equal(Math.round(energy.values[0].value * 1000), wattHours.values[0].value);
  assert.equal(
    (await ask(sim, `${home}/meters`, dayTimes("2026-06-01"))).body
      .meterEnergyDetails.unit,
    "kWh",
  );
});

Deno.test("several sites of one server may have their own way with changed clocks", async () => {
  const sites = [homeSite({ firstDay: "2025-10-01" }), houseSite(), businessSite()];
  await using sim = await serverAt(noon, {
    sites,
    daylightSaving: (siteId) => siteId === 1234567 ? "repeat" : "96",
  });
  const { body } = await ask(sim, "/sites/1234567,2345678/power", dayTimes("2025-10-26"));
  assert.deepEqual(
    body.powerDateValuesList.siteEnergyList.map(
      (one: { powerDataValueSeries: { values: Value[] } }) =>
        one.powerDataValueSeries.values.length,
    ),
    [100, 96],
  );
});
