import assert from "node:assert/strict";
import { fleet } from "../../src/simulator/scenarios.ts";
import { ask, dayTimes, noon, serverAt } from "./ask.ts";

const home = "/site/1234567";

Deno.test("the site list of an account speaks of alerts, that of a site's key does not", async () => {
  await using sim = await serverAt(noon);
  const all = (await ask(sim, "/sites/list")).body.sites;
  assert.deepEqual(
    all.site.map((one: { id: number }) => one.id),
    [1234567, 2345678, 3456789],
  );
  assert.deepEqual([all.count, all.site[2].alertQuantity, all.site[2].alertSeverity], [
    3,
    1,
    "LOW",
  ]);
  const one = (await ask(sim, "/sites/list", {}, sim.siteKey(2345678))).body.sites;
  assert.deepEqual([one.count, one.site[0].id, "alertQuantity" in one.site[0]], [
    1,
    2345678,
    false,
  ]);
  const { details } = (await ask(sim, "/site/2345678/details")).body;
  assert.deepEqual(details, one.site[0]);
  for (const key of ["currency", "temperatureCoef", "address2"]) {
    assert.ok(!JSON.stringify(details).includes(key), `${key} is left out`);
  }
  assert.equal(details.ptoDate, "2026-02-03");
  assert.equal(details.lastUpdateTime, "2026-06-02");
});

Deno.test("the site list has pages, an order, a filter and a search", async () => {
  await using sim = await serverAt(noon, { sites: fleet(130) });
  const page = async (parameters: Record<string, string>) => {
    const { sites } = (await ask(sim, "/sites/list", parameters)).body;
    return { count: sites.count, ids: sites.site.map((one: { id: number }) => one.id) };
  };
  const first = await page({ sortProperty: "Name" });
  const second = await page({ sortProperty: "Name", startIndex: "100", size: "100" });
  assert.deepEqual([first.count, first.ids.length, second.ids.length], [130, 100, 30]);
  assert.equal(new Set([...first.ids, ...second.ids]).size, 130);
  assert.deepEqual((await page({ startIndex: "500" })).ids, []);
  const down = await page({ sortProperty: "Name", sortOrder: "DESC", size: "1" });
  assert.deepEqual(down.ids, [5_000_130]);
  assert.equal((await page({ status: "Pending" })).count, 13);
  assert.equal((await page({ status: "Disabled" })).count, 0);
  assert.deepEqual((await page({ searchText: "site 0007" })).ids, [5_000_007]);
});

Deno.test("a site that never sent anything has a period of nulls and empty figures", async () => {
  await using sim = await serverAt(noon, { sites: fleet(10) });
  const period = await ask(sim, "/site/5000010/dataPeriod");
  assert.deepEqual(period.body, { dataPeriod: { startDate: null, endDate: null } });
  const { overview } = (await ask(sim, "/site/5000010/overview")).body;
  assert.deepEqual([overview.lastUpdateTime, overview.lifeTimeData.energy], [null, 0]);
  const { power } = (await ask(sim, "/site/5000010/power", dayTimes("2026-06-01"))).body;
  assert.ok(power.values.every((one: { value: null }) => one.value === null));
});

Deno.test("the overview is that of the series", async () => {
  await using sim = await serverAt(noon);
  const { overview } = (await ask(sim, `${home}/overview`)).body;
  const total = async (timeUnit: string) => {
    const days = { startDate: "2026-06-02", endDate: "2026-06-02", timeUnit };
    return (await ask(sim, `${home}/energy`, days)).body.energy.values[0].value;
  };
  assert.equal(overview.lastDayData.energy, await total("DAY"));
  assert.equal(overview.lastMonthData.energy, await total("MONTH"));
  assert.equal(overview.lastYearData.energy, await total("YEAR"));
  assert.ok(overview.lifeTimeData.energy > overview.lastYearData.energy);
  assert.ok(overview.lifeTimeData.revenue > 0);
  assert.match(overview.lastUpdateTime, /^2026-06-02 14:0[0-4]:\d\d$/);
  const bulk = (await ask(sim, "/sites/1234567,2345678/overview")).body.sitesOverviews;
  assert.deepEqual(bulk.siteEnergyList[0], { siteId: 1234567, siteOverview: overview });
  assert.ok(!("revenue" in bulk.siteEnergyList[1].siteOverview.lifeTimeData));
  const period = (await ask(sim, "/sites/1234567,2345678/dataPeriod")).body.datePeriodList;
  assert.deepEqual(period.siteEnergyList[1], {
    siteId: 2345678,
    dataPeriod: { startDate: "2026-02-04", endDate: "2026-06-02" },
  });
});

Deno.test("the power flow balances in either unit, with directions in its connections", async () => {
  const seen = new Set<string>();
  for (let hour = 0; hour < 24; hour += 2) {
    const now = `2026-06-02T${String(hour).padStart(2, "0")}:07:00Z`;
    for (const unit of ["kW", "W"] as const) {
      await using sim = await serverAt(now, { quirks: { powerFlowUnit: unit } });
      const flow = (await ask(sim, `${home}/currentPowerFlow`)).body.siteCurrentPowerFlow;
      assert.equal(flow.unit, unit);
      const paths: string[] = flow.connections.map((one: { from: string; to: string }) =>
        `${one.from} to ${one.to}`
      );
      for (const path of paths) seen.add(path);
      const sign = (plus: string, minus: string) =>
        paths.includes(plus) ? 1 : paths.includes(minus) ? -1 : 0;
      const net = flow.PV.currentPower +
        sign("GRID to Load", "LOAD to Grid") * flow.GRID.currentPower +
        sign("STORAGE to Load", "PV to Storage") * flow.STORAGE.currentPower;
      assert.ok(Math.abs(net - flow.LOAD.currentPower) < 1e-9, now);
      assert.ok(flow.GRID.currentPower >= 0 && flow.STORAGE.currentPower >= 0);
    }
  }
  assert.ok(
    ["PV to Load", "PV to Storage", "STORAGE to Load", "LOAD to Grid"].every((one) =>
      seen.has(one)
    ),
    [...seen].join(),
  );
});

Deno.test("a site without a meter has an empty power flow", async () => {
  await using sim = await serverAt(noon);
  const { body } = await ask(sim, "/site/2345678/currentPowerFlow");
  assert.deepEqual(body, { siteCurrentPowerFlow: {} });
});

Deno.test("benefits come in the owner's units unless the request names others", async () => {
  await using sim = await serverAt(noon);
  const benefits = async (parameters: Record<string, string>) =>
    (await ask(sim, "/site/2345678/envBenefits", parameters)).body.envBenefits.gasEmissionSaved;
  const pounds = await benefits({});
  const kilograms = await benefits({ systemUnits: "Metrics" });
  assert.deepEqual([pounds.units, kilograms.units], ["lb", "kg"]);
  assert.ok(Math.abs(pounds.co2 / kilograms.co2 - 2.2046) < 0.001);
});

Deno.test("images are spared a client that has them, unless it wants them smaller", async () => {
  await using sim = await serverAt(noon);
  const image = (parameters: Record<string, string>) =>
    ask(sim, `${home}/siteImage/roof.png`, parameters);
  assert.equal((await image({})).status, 200);
  assert.equal((await image({ hash: "123456789" })).status, 304);
  assert.equal((await image({ hash: "123456789", maxWidth: "10" })).status, 200);
  assert.equal((await ask(sim, "/site/2345678/siteImage/roof.png")).status, 404);
  assert.equal((await ask(sim, `${home}/installerImage/any.jpg`)).status, 200);
});

Deno.test("accounts are for account keys, versions for all", async () => {
  await using sim = await serverAt(noon);
  assert.equal((await ask(sim, "/accounts/list")).body.accounts.list[0].id, 4321);
  assert.equal((await ask(sim, "/accounts/list", {}, sim.siteKey(1234567))).status, 403);
  assert.deepEqual((await ask(sim, "/version/current")).body, { version: "1.0.0" });
  const supported = await ask(sim, "/version/supported", {}, sim.siteKey(1234567));
  assert.deepEqual(supported.body, { supported: ["0.9.5", "1.0.0"] });
});

Deno.test("numbers are written as the live server does, or plainly, or as text", async () => {
  for (
    const [numbers, life, power] of [
      ["float", /"energy":\d\.\d+E7/, /"power":\d+\.0/],
      ["plain", /"energy":\d{8}[,}]/, /"power":\d+}/],
      ["text", /"energy":"\d\.\d+E7"/, /"power":"\d+\.0"/],
    ] as const
  ) {
    await using sim = await serverAt(noon, { numbers });
    sim.setNow(Temporal.Instant.from("2027-11-20T12:07:00Z"));
    const { text } = await ask(sim, `${home}/overview`);
    assert.match(text, life);
    assert.match(text, power);
  }
});

Deno.test("a server may add keys that no documentation knows to every object", async () => {
  await using sim = await serverAt(noon, { extraKeys: true });
  const { body } = await ask(sim, `${home}/details`);
  assert.equal(body.details.location.unheardOf, "by any documentation");
  assert.ok(!("unheardOf" in body.details.uris));
});
