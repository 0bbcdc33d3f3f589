import assert from "node:assert/strict";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { truthRows } from "../support/truth_rows.ts";
import { truthRowsV2 } from "../support/truth_rows_v2.ts";
import { ask, dayTimes, noon, serverAt } from "./ask.ts";
import { askV2, type Reading, unlimited } from "./ask_v2.ts";

const bakery = "/sites/3456789";
const at = (text: string) => Temporal.Instant.from(text);
const day = { from: "2026-06-01T00:00:00", to: "2026-06-01T23:59:59" };

/** A home, and a bakery whose two inverters, and no third one, make all its energy. */
async function bakeryAndHome(): Promise<Simulator> {
  const { inverters } = businessSite();
  const sites = [homeSite(), businessSite({ inverters: inverters.slice(0, 2) })];
  return await serverAt(noon, { sites, allowance: unlimited });
}

/** Two hours of a noon on Lord Howe Island. */
const range = { from: at("2026-06-01T01:00:00Z"), to: at("2026-06-01T03:00:00Z") };

const revision = {
  siteId: 3456789,
  ...range,
  until: at("2026-06-03T00:00:00Z"),
  factor: 0.9,
};

type Values = (number | null)[];

/** What v1 and v2 give of a day's production, quarter-hour by quarter-hour. */
async function production(sim: Simulator, siteId: number) {
  const values = (list: { value?: number | null }[]): Values =>
    list.map((one) => one.value ?? null);
  const v2 = async (path: string) => (await askV2(sim, `/sites/${siteId}/${path}`, day)).body;
  const quarter = { timeUnit: "QUARTER_OF_AN_HOUR" };
  const dates = { startDate: "2026-06-01", endDate: "2026-06-01" };
  const telemetry = Object.values<{ energy: { values: Reading[] }; power: { values: Reading[] } }>(
    (await v2("inverters/telemetry")).inverters,
  );
  const sum = (name: "energy" | "power"): Values =>
    telemetry[0]![name].values.map((one, i) =>
      one.value === null
        ? null
        : telemetry.reduce((total, device) => total + device[name].values[i]!.value!, 0)
    );
  const v1 = async (path: string, parameters: Record<string, string>) =>
    (await ask(sim, `/site/${siteId}/${path}`, parameters)).body;
  const details = (await v1("energyDetails", { ...dayTimes("2026-06-01"), ...quarter }))
    .energyDetails.meters.find((one: { type: string }) => one.type === "Production").values;
  const quarters = (list: Values) => list.map((one) => one === null ? null : one / 4);
  return {
    energy: values((await v2("energy")).values),
    telemetry: sum("energy"),
    telemetryPower: quarters(sum("power")),
    v1Energy: values((await v1("energy", { ...dates, ...quarter })).energy.values),
    v1Power: quarters(values((await v1("power", dayTimes("2026-06-01"))).power.values)),
    v1Details: values(details),
  };
}

Deno.test("production has other values until it is revised, wherever it is shown", async () => {
  for (const siteId of [3456789, 1234567]) {
    await using sim = await bakeryAndHome();
    const isHome = siteId === 1234567;
    const revised = isHome
      ? { from: at("2026-06-01T08:00:00Z"), to: at("2026-06-01T12:00:00Z") }
      : range;
    const sunny = isHome ? [40, 56] : [46, 54];
    const truth = await production(sim, siteId);
    const storage = (await askV2(sim, `/sites/${siteId}/storage/telemetry`, day)).body;
    sim.revise({ ...revision, ...revised, siteId });
    const first = await production(sim, siteId);
    truth.energy.forEach((value, i) => {
      const inside = i >= sunny[0]! && i < sunny[1]!;
      const expected = inside ? Math.round(value! * 0.9) : value;
      for (const [name, values] of Object.entries(first)) {
        assert.equal(values[i], expected, `${siteId} ${name} ${i}`);
      }
    });
    assert.notDeepEqual(first, truth);
    assert.deepEqual(
      (await askV2(sim, `/sites/${siteId}/storage/telemetry`, day)).body,
      storage,
    );
    sim.setNow(at("2026-06-03T00:00:00Z"));
    assert.deepEqual(await production(sim, siteId), truth);
  }
});

Deno.test("days, months, totals and the life hold what is shown of their quarter-hours", async () => {
  await using sim = await bakeryAndHome();
  const figures = async () => {
    const v2 = async (resolution: string) =>
      (await askV2(sim, `${bakery}/energy`, { ...day, resolution })).body.values[0].value;
    const { body: { overview } } = await ask(sim, "/site/3456789/overview");
    const month = (await ask(sim, "/site/3456789/energy", {
      startDate: "2026-06-01",
      endDate: "2026-06-01",
      timeUnit: "MONTH",
    })).body.energy.values[0].value;
    const telemetry = (await askV2(sim, `${bakery}/inverters/telemetry`, {
      ...day,
      resolution: "DAY",
    })).body.inverters;
    const { energy } = (await ask(sim, "/site/3456789/timeFrameEnergy", {
      startDate: "2026-06-01",
      endDate: "2026-06-01",
    })).body.timeFrameEnergy;
    return [
      await v2("DAY"),
      await v2("MONTH"),
      await v2("TOTAL"),
      overview.lifeTimeData.energy,
      overview.lastMonthData.energy,
      (await askV2(sim, `${bakery}/lifetime-energy`)).body.energy,
      (await askV2(sim, `${bakery}/overview`, day)).body.production.total,
      month,
      energy,
      Object.values<{ energy: { values: Reading[] } }>(telemetry)
        .reduce((sum, one) => sum + one.energy.values[0]!.value!, 0),
    ];
  };
  const truth = await figures();
  const quarters = (await production(sim, 3456789)).energy;
  sim.revise(revision);
  const found = (await production(sim, 3456789)).energy;
  const less = quarters.reduce<number>((sum, one, i) => sum + (one ?? 0) - (found[i] ?? 0), 0);
  assert.ok(less > 100);
  assert.deepEqual(await figures(), truth.map((one) => one - less));
  sim.setNow(at("2026-06-02T23:59:59Z"));
  assert.equal((await figures())[0], truth[0] - less);
  sim.setNow(at("2026-06-03T00:00:00Z"));
  assert.equal((await figures())[0], truth[0]);
});

Deno.test("what is shown before a revision still adds up, and nobody's consumption changes", async () => {
  await using sim = await bakeryAndHome();
  const all = async () => {
    const { body } = await ask(sim, "/site/1234567/energyDetails", {
      ...dayTimes("2026-06-01"),
      timeUnit: "QUARTER_OF_AN_HOUR",
    });
    return Object.fromEntries(
      body.energyDetails.meters.map((
        one: { type: string; values: { value?: number }[] },
      ) => [one.type, one.values.map(({ value }) => value ?? 0)]),
    ) as Record<string, number[]>;
  };
  const truth = await all();
  sim.revise({
    ...revision,
    siteId: 1234567,
    from: at("2026-05-31T22:00:00Z"),
    to: at("2026-06-01T22:00:00Z"),
    factor: 0.5,
  });
  const found = await all();
  assert.deepEqual(found.Consumption, truth.Consumption);
  const { Production, SelfConsumption, FeedIn, Purchased, Consumption } = found;
  Production!.forEach((value, i) => {
    assert.equal(value, SelfConsumption![i]! + FeedIn![i]!);
    assert.equal(Consumption![i], SelfConsumption![i]! + Purchased![i]!);
  });
  const { body } = await askV2(sim, "/sites/1234567/power", day);
  for (const { value } of body.values) assert.ok(value === null || value >= 0);
  const meters = (await askV2(sim, "/sites/1234567/meters/telemetry", day)).body.meters;
  assert.deepEqual(
    meters["60412345"].exportEnergy.values.map((one: Reading) => one.value),
    FeedIn,
  );
});

Deno.test("counters of devices are read, not reckoned: a revision does not touch them", async () => {
  await using sim = await bakeryAndHome();
  const registers = async () => {
    const { body } = await ask(
      sim,
      "/equipment/3456789/7E5555AA-01/data",
      dayTimes("2026-06-01", "2026-06-02"),
    );
    const meters = await ask(sim, "/site/3456789/meters", {
      ...dayTimes("2026-06-01"),
      timeUnit: "HOUR",
    });
    return [
      body.data.telemetries.map((one: { totalEnergy: number }) => one.totalEnergy),
      meters.body,
    ];
  };
  const truth = await registers();
  sim.revise(revision);
  assert.deepEqual(await registers(), truth);
});

Deno.test("a range is revised once, two of them side by side", async () => {
  await using sim = await bakeryAndHome();
  const truth = (await production(sim, 3456789)).energy;
  sim.revise(revision);
  assert.throws(() => sim.revise({ ...revision, from: at("2026-06-01T02:50:00Z") }), RangeError);
  sim.revise({
    ...revision,
    from: revision.to,
    to: at("2026-06-01T03:30:00Z"),
    until: at("2026-06-02T18:00:00Z"),
    factor: 1.1,
  });
  const found = async () =>
    (await production(sim, 3456789)).energy.slice(50, 58).map((value, i) => {
      const true_ = truth[i + 50]!;
      return value === true_ ? "same" : value! < true_ ? "less" : "more";
    });
  const [less, more] = [Array(4).fill("less"), Array(2).fill("more")];
  assert.deepEqual(await found(), [...less, ...more, "same", "same"]);
  sim.setNow(at("2026-06-02T18:00:00Z"));
  assert.deepEqual(await found(), [...less, ...Array(4).fill("same")]);
});

Deno.test("the truth is what the server would show now: of what is late, and of what is revised", async () => {
  await using sim = await bakeryAndHome();
  sim.holdBack({
    siteId: 3456789,
    device: "7E5555AA-01",
    ...range,
    until: at("2026-06-03T00:00:00Z"),
  });
  sim.revise({
    ...revision,
    from: at("2026-06-01T03:00:00Z"),
    to: at("2026-06-01T04:00:00Z"),
  });
  const asked = (now: string) => ({
    from: at("2026-05-31T13:30:00Z"),
    to: at("2026-06-01T13:30:00Z"),
    now: at(now),
  });
  for (const now of [noon, "2026-06-03T00:00:00Z"]) {
    sim.setNow(at(now));
    const served = await askV2(sim, `${bakery}/inverters/telemetry`, day);
    for (const serial of ["7E5555AA-01", "7E5555AA-02"]) {
      const rows = truthRowsV2(sim, 3456789, "inverter_telemetry", asked(now))
        .filter((row) => row.device_key === serial);
      assert.deepEqual(
        rows.map((row) => row.ac_energy_wh ?? null),
        served.body.inverters[serial].energy.values.map((one: Reading) => one.value),
      );
      const samples = await ask(sim, `/equipment/3456789/${serial}/data`, dayTimes("2026-06-01"));
      assert.deepEqual(
        truthRows(sim, 3456789, "inverter_telemetry", asked(now))
          .filter((row) => row.device_key === serial)
          .map((row) => [row.total_active_power_w, row.lifetime_energy_wh]),
        samples.body.data.telemetries.map((
          one: { totalActivePower: number; totalEnergy: number },
        ) => [one.totalActivePower, one.totalEnergy]),
      );
    }
    const days = truthRows(sim, 3456789, "energy_readings", asked(now));
    const { body } = await askV2(sim, `${bakery}/energy`, { ...day, resolution: "DAY" });
    assert.equal(days.find((row) => row.time_unit === "DAY")!.energy_wh, body.values[0].value);
  }
});
