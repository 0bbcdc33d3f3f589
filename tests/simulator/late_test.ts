import assert from "node:assert/strict";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { ask, noon, serverAt } from "./ask.ts";
import { askV2, epochOf, type Reading, unlimited } from "./ask_v2.ts";

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

function isInside({ timestamp }: Reading): boolean {
  const epoch = epochOf(timestamp) * 1000;
  return epoch >= range.from.epochMilliseconds && epoch < range.to.epochMilliseconds;
}

Deno.test("one device of a site comes late, while its siblings and the site itself are in time", async () => {
  await using sim = await bakeryAndHome();
  const before = await askV2(sim, `${bakery}/energy`, day);
  sim.holdBack({
    siteId: 3456789,
    device: "7E5555AA-01",
    ...range,
    until: at("2026-06-03T00:00:00Z"),
  });
  const told = async () => {
    const { body } = await askV2(sim, `${bakery}/inverters/telemetry`, day);
    return ["7E5555AA-01", "7E5555AA-02"].map((serial) =>
      (body.inverters[serial].energy.values as Reading[]).filter((one) =>
        isInside(one) && one.value !== null
      ).length
    );
  };
  assert.deepEqual(await told(), [0, 8]);
  assert.deepEqual((await askV2(sim, `${bakery}/energy`, day)).body.values, before.body.values);
  const samples = async (serial: string) =>
    (await ask(sim, `/equipment/3456789/${serial}/data`, {
      startTime: "2026-06-01 11:30:00",
      endTime: "2026-06-01 13:29:59",
    })).body.data.count;
  assert.deepEqual([await samples("7E5555AA-01"), await samples("7E5555AA-02")], [0, 24]);
  sim.setNow(at("2026-06-03T00:00:00Z"));
  assert.deepEqual([await told(), await samples("7E5555AA-01")], [[8, 8], 24]);
});

Deno.test("a meter, a battery and the sensors of a gateway can come late too", async () => {
  await using sim = await bakeryAndHome();
  const until = at("2026-06-03T00:00:00Z");
  sim.holdBack({ siteId: 1234567, device: "BAT0001", ...range, until });
  sim.holdBack({ siteId: 1234567, device: "60412345", ...range, until });
  sim.holdBack({ siteId: 3456789, device: "7F001122-33", ...range, until });
  const window = { from: "2026-06-01T01:00:00Z", to: "2026-06-01T02:59:59Z" };
  const battery = (await askV2(sim, "/sites/1234567/storage/telemetry", window)).body.storage;
  for (const { values } of Object.values<{ values: Reading[] }>(battery.BAT0001)) {
    assert.deepEqual(values.map((one) => one.value), Array(8).fill(null));
  }
  const { body: { meters } } = await askV2(sim, "/sites/1234567/meters/telemetry", window);
  const known = (serial: string, metric: string) =>
    meters[serial][metric].values.filter((one: Reading) => one.value !== null).length;
  assert.deepEqual(
    [known("60412345", "importEnergy"), known("60412346", "productionEnergy") > 0],
    [0, true],
  );
  const home = { startTime: "2026-06-01 03:00:00", endTime: "2026-06-01 04:59:59" };
  const old = await ask(sim, "/site/1234567/storageData", home);
  assert.equal(old.body.storageData.batteries[0].telemetryCount, 0);
  const registers = await ask(sim, "/site/1234567/meters", {
    ...home,
    timeUnit: "QUARTER_OF_AN_HOUR",
  });
  for (const { meterType, values } of registers.body.meterEnergyDetails.meters) {
    const read = values.filter((one: { value?: number }) => one.value !== undefined).length;
    assert.equal(read, meterType === "Production" ? 8 : 0, meterType);
  }
  const sensors = await ask(sim, "/site/3456789/sensors", {
    startDate: "2026-06-01 11:30:00",
    endDate: "2026-06-01 13:29:59",
  });
  assert.equal(sensors.body.siteSensors.data[0].count, 0);
  assert.throws(
    () => sim.holdBack({ siteId: 1234567, device: "NONE", ...range, until }),
    /no simulated device NONE/,
  );
});

Deno.test("while a whole site is held back its last update stands where it fell silent", async () => {
  await using sim = await bakeryAndHome();
  const last = async () => {
    const { body: { overview } } = await ask(sim, "/site/1234567/overview");
    const { body: site } = await askV2(sim, "/sites/1234567");
    const { body: { dataPeriod } } = await ask(sim, "/site/1234567/dataPeriod");
    const { body: { details } } = await ask(sim, "/site/1234567/details");
    assert.equal(site.lastUpdateTime, `${overview.lastUpdateTime.replace(" ", "T")}+02:00`);
    assert.equal(dataPeriod.endDate, overview.lastUpdateTime.slice(0, 10));
    assert.equal(details.lastUpdateTime, dataPeriod.endDate);
    return overview.lastUpdateTime;
  };
  sim.holdBack({
    siteId: 1234567,
    from: at("2026-05-30T12:07:00Z"),
    to: at("2026-06-03T12:00:00Z"),
    until: at("2026-06-03T13:00:00Z"),
  });
  const silent = await last();
  // 12:07 is widened to its quarter-hour, 12:00 in UTC.
  assert.match(silent, /^2026-05-30 13:5\d:\d\d$/);
  sim.setNow(at("2026-06-03T11:59:00Z"));
  assert.equal(await last(), silent);
  sim.setNow(at("2026-06-03T12:30:00Z"));
  assert.match(await last(), /^2026-06-03 14:2\d:\d\d$/);
  const quarters = async () =>
    (await askV2(sim, "/sites/1234567/energy", {
      from: "2026-06-01T12:00:00",
      to: "2026-06-01T12:59:59",
    })).body.values.filter((one: Reading) => one.value !== null).length;
  assert.equal(await quarters(), 0);
  sim.setNow(at("2026-06-03T13:00:00Z"));
  assert.equal(await quarters(), 4);
});
