import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { ask, dayTimes, noon, serverAt } from "./ask.ts";
import { askV2, epochOf, type Reading, unlimited } from "./ask_v2.ts";

const home = "/sites/1234567";
const morning = { from: "2026-06-01T00:00:00+02:00", to: "2026-06-01T11:59:59+02:00" };
const evening = { from: "2026-06-01T12:00:00+02:00", to: "2026-06-01T23:59:59+02:00" };

Deno.test("energy is the same number in v1 and v2, from the quarter-hour to the year", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const range = { startDate: "2026-06-01", endDate: "2026-06-02" };
  const spans = {
    DAY: { from: "2026-06-01T00:00:00", to: "2026-06-02T14:00:00" },
    MONTH: { from: "2026-06-01T00:00:00", to: "2026-06-02T14:00:00" },
    YEAR: { from: "2026-06-01T00:00:00", to: "2026-06-02T14:00:00" },
  };
  for (const [unit, span] of Object.entries(spans)) {
    for (const site of ["1234567", "3456789"]) {
      const first = await ask(sim, `/site/${site}/energy`, { ...range, timeUnit: unit });
      const second = await askV2(sim, `/sites/${site}/energy`, { ...span, resolution: unit });
      const values = second.body.values.map((one: Reading) => one.value);
      assert.deepEqual(
        values,
        first.body.energy.values.map((one: Reading) => one.value),
        `${site} ${unit}`,
      );
      assert.ok(values[0] > 0);
    }
  }
  const first = await ask(sim, "/site/1234567/energy", {
    startDate: "2026-06-01",
    endDate: "2026-06-01",
    timeUnit: "QUARTER_OF_AN_HOUR",
  });
  const halves = [
    await askV2(sim, `${home}/energy`, morning),
    await askV2(sim, `${home}/energy`, evening),
  ];
  const values = halves.flatMap(({ body }) => body.values.map((one: Reading) => one.value));
  assert.equal(values.length, 96);
  assert.deepEqual(values, first.body.energy.values.map((one: Reading) => one.value));
});

Deno.test("power is what the modules give: battery charge added, discharge taken out", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const { body } = await askV2(sim, `${home}/power`, morning);
  assert.deepEqual([body.unit, body.resolution], ["W", "QUARTER_HOUR"]);
  const produced = await ask(sim, "/site/1234567/power", dayTimes("2026-06-01"));
  const storage = await askV2(sim, `${home}/storage/telemetry`, morning);
  const { chargePower, dischargePower } = storage.body.storage.BAT0001;
  let corrected = 0;
  body.values.forEach(({ value }: Reading, i: number) => {
    const ac = produced.body.power.values[i].value;
    if (ac === null) return assert.equal(value, null);
    assert.equal(value, ac + chargePower.values[i].value - dischargePower.values[i].value);
    if (value !== ac) corrected++;
  });
  assert.ok(corrected > 10);
  const house = await askV2(sim, "/sites/2345678/power", {
    from: "2026-06-01T06:00:00",
    to: "2026-06-01T17:59:59",
  });
  const plain = await ask(sim, "/site/2345678/power", {
    startTime: "2026-06-01 06:00:00",
    endTime: "2026-06-01 17:59:59",
  });
  assert.deepEqual(
    house.body.values.map((one: Reading) => one.value),
    plain.body.power.values.map((one: Reading) => one.value),
  );
});

Deno.test("values come in the unit that was asked for", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const at = { from: "2026-06-01T12:00:00", to: "2026-06-01T12:00:00" };
  const value = async (path: string, unit: string) => {
    const { body } = await askV2(sim, `${home}/${path}`, { ...at, unit });
    assert.equal(body.unit, unit);
    return body.values[0].value;
  };
  const watts = await value("power", "W");
  assert.equal(await value("power", "KW"), watts / 1000);
  assert.equal(await value("power", "MW"), watts / 1e6);
  assert.equal(await value("power", "PERCENTAGE"), Number((watts / 98.4).toFixed(4)));
  const wattHours = await value("energy", "WH");
  assert.equal(await value("energy", "KWH"), wattHours / 1000);
  assert.equal(await value("energy", "GWH"), wattHours / 1e9);
  assert.equal((await askV2(sim, `${home}/power`, { ...at, unit: "WH" })).status, 400);
});

Deno.test("times are read with offset, in UTC, or as the site's clock, and repeated with offset", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const series = async (from: string, to: string) =>
    (await askV2(sim, `${home}/energy`, { from, to })).body;
  const local = await series("2026-06-01T10:00:00", "2026-06-01T11:00:00");
  assert.deepEqual(await series("2026-06-01T10:00:00+02:00", "2026-06-01T11:00:00+02:00"), local);
  assert.deepEqual(await series("2026-06-01T08:00:00Z", "2026-06-01T09:00:00Z"), local);
  assert.deepEqual(local.period, {
    from: "2026-06-01T10:00:00+02:00",
    to: "2026-06-01T11:00:00+02:00",
  });
  // The end belongs to its bucket.
  assert.deepEqual(
    local.values.map((one: Reading) => one.timestamp.slice(11)),
    ["10:00:00+02:00", "10:15:00+02:00", "10:30:00+02:00", "10:45:00+02:00", "11:00:00+02:00"],
  );
  const midway = await series("2026-06-01T10:07:00", "2026-06-01T10:29:59");
  assert.deepEqual(midway.values, local.values.slice(0, 2));
  for (const text of ["2026-06-01", "2026-06-01 10:00:00", "2026-02-30T00:00:00", "1780000000"]) {
    const { status } = await askV2(sim, `${home}/energy`, { from: text });
    assert.equal(status, 400, text);
  }
});

Deno.test("without a window it is the day until now, of any length", async () => {
  await using sim = await serverAt("2026-06-02T09:07:00Z", { allowance: unlimited });
  const { body } = await askV2(sim, `${home}/energy`);
  assert.match(body.period.from, /^2026-06-02T00:00:00\+02:00$/);
  assert.match(body.period.to, /^2026-06-02T11:07:00\.\d{9}\+02:00$/);
  assert.equal(body.values.length, 45);
  sim.setNow(Temporal.Instant.from(noon));
  const afternoon = await askV2(sim, `${home}/energy`);
  assert.deepEqual([afternoon.status, afternoon.body.values.length > 48], [200, true]);
  await using narrow = await serverAt(noon, { spans: { quarterHourHours: 12 } });
  assert.equal((await askV2(narrow, `${home}/energy`)).status, 200);
  const named = await askV2(narrow, `${home}/energy`, { from: "2026-06-02T00:00:00" });
  assert.equal(named.status, 400);
});

Deno.test("hours and days are the sums of their quarter-hours, powers the means", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const sums = (values: Reading[], each: number) =>
    Array.from(
      { length: values.length / each },
      (_, i) =>
        values.slice(each * i, each * (i + 1)).reduce((sum, one) => sum + (one.value ?? 0), 0),
    );
  const quarters = (await askV2(sim, `${home}/energy`, morning)).body.values;
  const hours =
    (await askV2(sim, `${home}/energy`, { ...morning, resolution: "HOUR" })).body.values;
  assert.deepEqual(hours.map((one: Reading) => one.value ?? 0), sums(quarters, 4));
  const power = (await askV2(sim, `${home}/power`, { ...evening })).body.values;
  const means = (await askV2(sim, `${home}/power`, { ...evening, resolution: "HOUR" })).body.values;
  assert.equal(means[0].value, sums(power, 4)[0]! / 4);
});

for (
  const [timeZone, autumn, count] of [
    ["Europe/Berlin", "2025-10-26", 100],
    ["America/New_York", "2025-11-02", 100],
    ["Australia/Lord_Howe", "2026-04-05", 98],
    ["Asia/Kolkata", "2025-11-02", 96],
  ] as const
) {
  Deno.test(`the autumn day has ${count} quarter-hours in ${timeZone}, each with its offset`, async () => {
    const sites = [homeSite({ timeZone, firstDay: "2025-10-01" })];
    const now = Temporal.Instant.from(noon);
    await using sim = await startSimulator({ sites, now: () => now, allowance: unlimited });
    const day = Temporal.PlainDate.from(autumn);
    let from = day.toZonedDateTime(timeZone);
    const end = day.add({ days: 1 }).toZonedDateTime(timeZone);
    const values: Reading[] = [];
    while (Temporal.ZonedDateTime.compare(from, end) < 0) {
      const next = from.add({ hours: 12 });
      const until = Temporal.ZonedDateTime.compare(next, end) < 0 ? next : end;
      const { body } = await askV2(sim, `${home}/energy`, {
        from: from.toString({ timeZoneName: "never" }),
        to: until.subtract({ seconds: 1 }).toString({ timeZoneName: "never" }),
      });
      values.push(...body.values);
      from = until;
    }
    assert.equal(values.length, count);
    const epochs = values.map((one) => epochOf(one.timestamp));
    assert.deepEqual(epochs, epochs.map((_, i) => epochs[0]! + 900 * i));
    for (const { timestamp } of values) {
      const at = Temporal.Instant.from(timestamp).toZonedDateTimeISO(timeZone);
      assert.equal(at.toString({ timeZoneName: "never" }), timestamp);
    }
    const total = values.reduce((sum, one) => sum + (one.value ?? 0), 0);
    const { body } = await askV2(sim, `${home}/energy`, {
      resolution: "DAY",
      from: `${autumn}T00:00:00`,
      to: `${autumn}T00:00:00`,
    });
    assert.equal(body.values[0].value, total);
  });
}

Deno.test("a change by half an hour makes a short hour", async () => {
  const sites = [homeSite({ timeZone: "Australia/Lord_Howe", firstDay: "2025-10-01" })];
  const now = Temporal.Instant.from(noon);
  await using sim = await startSimulator({ sites, now: () => now, allowance: unlimited });
  const { body } = await askV2(sim, `${home}/energy`, {
    resolution: "HOUR",
    from: "2026-04-05T00:00:00+11:00",
    to: "2026-04-05T02:59:59+10:30",
  });
  assert.deepEqual(body.values.map((one: Reading) => one.timestamp.slice(11)), [
    "00:00:00+11:00",
    "01:00:00+11:00",
    "01:30:00+10:30",
    "02:00:00+10:30",
  ]);
});

Deno.test("the newest quarter-hour has no value until the site has uploaded it, later ones none at all", async () => {
  await using sim = await serverAt("2026-06-02T10:16:59Z", { allowance: unlimited });
  const values = async () =>
    (await askV2(sim, `${home}/energy`, {
      from: "2026-06-02T10:00:00Z",
      to: "2026-06-02T10:45:00Z",
    })).body.values.map((one: Reading) => one.value);
  assert.deepEqual(await values(), [null, null, null, null]);
  sim.setNow(Temporal.Instant.from("2026-06-02T10:22:00Z"));
  const [first, ...others] = await values();
  assert.ok(first > 0);
  assert.deepEqual(others, [null, null, null]);
  const today = await askV2(sim, `${home}/energy`, { resolution: "DAY" });
  const { body } = await ask(sim, "/site/1234567/overview");
  assert.equal(today.body.values[0].value, body.overview.lastDayData.energy);
});

Deno.test("what comes late is missing first, what was never sent for ever", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const range = {
    siteId: 1234567,
    from: Temporal.Instant.from("2026-06-01T10:00:00Z"),
    to: Temporal.Instant.from("2026-06-01T10:30:00Z"),
  };
  sim.holdBack({ ...range, until: Temporal.Instant.from("2026-06-03T00:00:00Z") });
  sim.silence({ ...range, from: range.to, to: range.to.add({ minutes: 30 }) });
  const found = async (path: string, pick: (body: Record<string, unknown>) => Reading[]) => {
    const { body } = await askV2(sim, `${home}/${path}`, {
      from: "2026-06-01T10:00:00Z",
      to: "2026-06-01T11:14:59Z",
    });
    return pick(body).map((one) => one.value !== null);
  };
  type Storage = { storage: Record<string, Record<string, { values: Reading[] }>> };
  const all = async () => [
    await found("power", (body) => body.values as Reading[]),
    await found(
      "storage/telemetry",
      (body) => (body as Storage).storage.BAT0001!.chargePower!.values,
    ),
  ];
  const gap = [false, false, false, false, true];
  assert.deepEqual(await all(), [gap, gap]);
  sim.setNow(Temporal.Instant.from("2026-06-03T00:00:00Z"));
  const healed = [true, true, false, false, true];
  assert.deepEqual(await all(), [healed, healed]);
});

Deno.test("the overview shows where the energy of a window went, and it adds up", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const day = { from: "2026-06-01T00:00:00", to: "2026-06-01T23:59:59" };
  const { body } = await askV2(sim, `${home}/overview`, day);
  const { production: made, consumption: used } = body;
  assert.equal(made.total, made.toSelfConsumption + made.toStorage + made.toGrid);
  assert.equal(used.total, used.fromPv + used.fromStorage + used.fromGrid);
  assert.deepEqual([made.unit, used.unit, made.toStorage > 0], ["WH", "WH", true]);
  const details = await ask(sim, "/site/1234567/energyDetails", dayTimes("2026-06-01"));
  const ofType = (type: string) =>
    details.body.energyDetails.meters.find((one: { type: string }) => one.type === type)
      .values[0].value;
  assert.equal(used.total, ofType("Consumption"));
  assert.equal(made.toGrid, ofType("FeedIn"));
  assert.equal(used.fromGrid, ofType("Purchased"));
  const performance = await askV2(sim, `${home}/overview/performance`, day);
  assert.deepEqual(performance.body, body.performance);
  const { body: house } = await askV2(sim, "/sites/2345678/overview");
  assert.deepEqual([house.production.toGrid, house.consumption.total], [null, null]);
  assert.ok(house.production.total > 0);
});
