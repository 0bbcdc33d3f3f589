import assert from "node:assert/strict";
import { ask, dayTimes, noon, serverAt } from "./ask.ts";

Deno.test("the inventory lists every category, and the equipment list its inverters", async () => {
  await using sim = await serverAt(noon);
  const { Inventory } = (await ask(sim, "/site/3456789/inventory")).body;
  const counts = Object.fromEntries(
    Object.entries(Inventory).map(([name, list]) => [name, (list as unknown[]).length]),
  );
  assert.deepEqual(counts, {
    meters: 3,
    sensors: 4,
    gateways: 1,
    batteries: 0,
    inverters: 2,
    thirdPartyInverters: 1,
  });
  const { reporters } = (await ask(sim, "/equipment/3456789/list")).body;
  assert.deepEqual(
    [reporters.count, reporters.list.map((one: { serialNumber: string }) => one.serialNumber)],
    [2, ["7E5555AA-01", "7E5555AA-02"]],
  );
  const home = (await ask(sim, "/site/1234567/inventory")).body.Inventory;
  assert.ok(!("thirdPartyInverters" in home));
  const virtual = home.meters.filter((one: { form: string }) => one.form === "virtual");
  assert.equal(virtual.length, 2);
  assert.ok(virtual.every((one: object) => !("SN" in one) && !("model" in one)));
  assert.equal(home.batteries[0].connectedInverterSn, "7E1234AB-5F");
});

Deno.test("an inverter's data have the phases of its kind", async () => {
  await using sim = await serverAt(noon);
  const keys = async (site: number, serial: string, day: string) => {
    const { data } = (await ask(sim, `/equipment/${site}/${serial}/data`, dayTimes(day))).body;
    assert.equal(data.count, data.telemetries.length);
    assert.ok(data.count > 100);
    return Object.keys(data.telemetries[60]).filter((key) => /^(L|v)/.test(key));
  };
  assert.deepEqual(await keys(1234567, "7E1234AB-5F", "2026-06-01"), [
    "vL1To2",
    "vL2To3",
    "vL3To1",
    "L1Data",
    "L2Data",
    "L3Data",
  ]);
  assert.deepEqual(await keys(2345678, "7F22CD01-A3", "2026-06-01"), [
    "vL1ToN",
    "vL2ToN",
    "L1Data",
  ]);
  assert.deepEqual(await keys(3456789, "7E5555AA-02", "2026-06-01"), ["L1Data"]);
  const night = { startTime: "2026-06-01 00:00:00", endTime: "2026-06-01 03:00:00" };
  const { body } = await ask(sim, "/equipment/2345678/7F22CD01-A3/data", night);
  assert.deepEqual(body, { data: { count: 0, telemetries: [] } });
});

Deno.test("telemetry ends with the last update, both ends of its window inclusive", async () => {
  await using sim = await serverAt(noon);
  const { overview } = (await ask(sim, "/site/1234567/overview")).body;
  const path = "/equipment/1234567/7E1234AB-5F/data";
  const { data } = (await ask(sim, path, dayTimes("2026-06-02"))).body;
  const last = data.telemetries.at(-1).date;
  assert.ok(last <= overview.lastUpdateTime && last > "2026-06-02 13:58:00");
  const one = (await ask(sim, path, { startTime: last, endTime: last })).body.data;
  assert.deepEqual(one.telemetries, [data.telemetries.at(-1)]);
});

Deno.test("storage is sent every five minutes, charging positive, of the batteries asked for", async () => {
  await using sim = await serverAt(noon);
  const window = dayTimes("2026-06-01");
  const storage = async (parameters: Record<string, string>) =>
    (await ask(sim, "/site/1234567/storageData", { ...window, ...parameters })).body.storageData;
  const all = await storage({});
  const { telemetries, telemetryCount, serialNumber } = all.batteries[0];
  assert.deepEqual([all.batteryCount, serialNumber, telemetryCount], [1, "BAT0001", 288]);
  const first = telemetries[0];
  const last = telemetries.at(-1);
  assert.ok(last.lifeTimeEnergyCharged > first.lifeTimeEnergyCharged);
  for (const one of telemetries) {
    assert.ok(one.batteryPercentageState >= 5 && one.batteryPercentageState <= 100);
  }
  const rising = telemetries.findIndex((one: { power: number }) => one.power > 500);
  assert.ok(
    telemetries[rising + 4].lifeTimeEnergyCharged > telemetries[rising].lifeTimeEnergyCharged,
  );
  assert.equal((await storage({ serials: "OTHER" })).batteryCount, 0);
  const none = await ask(sim, "/site/2345678/storageData", window);
  assert.deepEqual(none.body, { storageData: { batteryCount: 0, batteries: [] } });
  await using newer = await serverAt(noon, { quirks: { stateOfChargeKey: "stateOfCharge" } });
  const named = await ask(newer, "/site/1234567/storageData", window);
  assert.ok("stateOfCharge" in named.body.storageData.batteries[0].telemetries[0]);
});

Deno.test("a change log of one entry is a bare object, unless the server is a kinder one", async () => {
  await using sim = await serverAt(noon);
  await using kinder = await serverAt(noon, { quirks: { bareChangeLog: false } });
  const log = async (server: typeof sim, serial: string) =>
    (await ask(server, `/equipment/3456789/${serial}/changeLog`)).body.ChangeLog;
  const entry = { serialNumber: "7F001100-11", partNumber: "SE1000-GW", date: "2026-05-07" };
  assert.deepEqual(await log(sim, "7F001122-33"), { count: 1, list: entry });
  assert.deepEqual(await log(kinder, "7F001122-33"), { count: 1, list: [entry] });
  assert.equal((await log(sim, "7E5555AA-01")).list.length, 2);
  assert.deepEqual(await log(sim, "7E5555AA-02"), { count: 0, list: [] });
});

Deno.test("sensors are listed under their gateway, and their data under the same name", async () => {
  await using sim = await serverAt(noon);
  const { SiteSensors } = (await ask(sim, "/equipment/3456789/sensors")).body;
  assert.deepEqual(SiteSensors.list[0].sensors[0], {
    name: "Ambient temperature",
    measurement: "SensorAmbientTemperature",
    type: "TEMPERATURE",
  });
  const window = { startDate: "2026-06-02 12:00:00", endDate: "2026-06-02 13:00:00" };
  const { siteSensors } = (await ask(sim, "/site/3456789/sensors", window)).body;
  const [gateway] = siteSensors.data;
  assert.deepEqual([gateway.connectedTo, gateway.count], ["Gateway 1", 13]);
  const keys = Object.keys(gateway.telemetries[0]);
  assert.deepEqual(keys, [
    "date",
    "ambientTemperature",
    "moduleTemperature",
    "windSpeed",
    "globalHorizontalIrradiance",
  ]);
  const none = await ask(sim, "/equipment/1234567/sensors");
  assert.deepEqual(none.body, { SiteSensors: { count: 0, list: [] } });
});
