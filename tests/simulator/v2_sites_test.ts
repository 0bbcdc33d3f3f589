import assert from "node:assert/strict";
import { fleet, houseSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { ask, noon, serverAt } from "./ask.ts";
import { askV2, unlimited } from "./ask_v2.ts";

Deno.test("a fleet's site list comes in pages, of which the last is short", async () => {
  const now = Temporal.Instant.from(noon);
  await using sim = await startSimulator({
    sites: fleet(125),
    now: () => now,
    allowance: unlimited,
  });
  const page = async (page: number, size?: number) =>
    (await askV2(sim, "/sites", { page: `${page}`, ...(size && { "sites-in-page": `${size}` }) }))
      .body.sites;
  assert.equal((await askV2(sim, "/sites")).body.sites.site.length, 50);
  const pages = [await page(1), await page(2), await page(3), await page(4)];
  assert.deepEqual(pages.map((one) => one.site.length), [50, 50, 25, 0]);
  const ids = pages.flatMap((one) => one.site.map((site: { siteId: number }) => site.siteId));
  assert.equal(new Set(ids).size, 125);
  assert.equal((await page(1, 1000)).site.length, 125);
  for (const [name, value] of [["page", "0"], ["sites-in-page", "1001"], ["size", "10"]] as const) {
    assert.equal((await askV2(sim, "/sites", { [name]: value })).status, 400, name);
  }
  await using older = await serverAt(noon, { v2Quirks: { bareSiteList: true } });
  assert.equal((await askV2(older, "/sites")).body.length, 3);
});

Deno.test("a site says what it is and when it was heard last", async () => {
  await using sim = await serverAt(noon);
  const { body } = await askV2(sim, "/sites/2345678");
  const { body: { details } } = await ask(sim, "/site/2345678/details");
  assert.deepEqual(
    [body.siteId, body.name, body.accountId, body.peakPower, body.note, body.activationStatus],
    [2345678, details.name, details.accountId, details.peakPower, details.notes, "ACTIVE"],
  );
  assert.equal(body.installationDate, "2026-02-02T00:00:00-05:00");
  assert.deepEqual(body.location, {
    address: "1 Example Street",
    city: "Sampleton",
    state: "New Jersey",
    zip: "07000",
    country: "United States",
    timezone: "America/New_York",
  });
  const { body: { overview } } = await ask(sim, "/site/2345678/overview");
  assert.equal(body.lastUpdateTime, `${overview.lastUpdateTime.replace(" ", "T")}-04:00`);
});

Deno.test("a site that never sent anything is pending and has no last update", async () => {
  const sites = [houseSite({ firstDay: null, status: "PendingCommunication" })];
  const now = Temporal.Instant.from(noon);
  await using sim = await startSimulator({ sites, now: () => now });
  const { body } = await askV2(sim, "/sites/2345678");
  assert.deepEqual([body.activationStatus, body.lastUpdateTime], ["PENDING", null]);
  const energy = await askV2(sim, "/sites/2345678/energy", { resolution: "MONTH" });
  assert.deepEqual(energy.body.values, [{ timestamp: "2026-06-01T00:00:00-04:00", value: null }]);
});

Deno.test("alerts are those that have come by now, of a site or of the fleet", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const list = async (path: string, parameters = {}) =>
    (await askV2(sim, path, parameters)).body.map((
      one: { alertId: number; status: string },
    ) => [one.alertId, one.status]);
  const both = [[112900001, "OPEN"], [112900000, "CLOSED"]];
  assert.deepEqual(await list("/sites/3456789/alerts"), both);
  assert.deepEqual(await list("/sites/3456789/alerts", { "only-open": "true" }), both.slice(0, 1));
  assert.deepEqual(await list("/alerts"), both);
  assert.deepEqual(await list("/alerts", { "alerts-in-page": "1", page: "2" }), both.slice(1));
  assert.deepEqual(await list("/sites/1234567/alerts"), []);
  assert.equal((await askV2(sim, "/alerts", { "alerts-in-page": "101" })).status, 400);
  const { body: [open] } = await askV2(sim, "/alerts");
  assert.deepEqual(open.component, { name: "Inverter 2", serialNumber: "7E5555AA-02" });
  assert.deepEqual([open.siteId, open.impact, open.errorCodes], [3456789, 3, ["18x44"]]);
  sim.setNow(Temporal.Instant.from("2026-04-12T00:00:00Z"));
  assert.deepEqual(await list("/alerts"), [[112900000, "OPEN"]]);
});

Deno.test("benefits are those of v1, in either system of units", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const metric = (await askV2(sim, "/sites/1234567/environmental-benefits")).body;
  const imperial = (await askV2(sim, "/sites/1234567/environmental-benefits", {
    unit: "IMPERIAL",
  })).body;
  const { body: { envBenefits } } = await ask(sim, "/site/1234567/envBenefits");
  assert.equal(metric.co2Emissions, envBenefits.gasEmissionSaved.co2);
  assert.ok(Math.abs(imperial.co2Emissions / metric.co2Emissions - 2.2046226) < 1e-6);
  assert.ok(metric.evMiles > 0);
  assert.deepEqual([metric.unit, imperial.unit], ["METRIC", "IMPERIAL"]);
});

Deno.test("the power flow belongs to the dearer plans", async () => {
  await using free = await serverAt(noon);
  assert.equal((await askV2(free, "/sites/1234567/power-flow")).status, 403);
  await using paid = await serverAt(noon, { tier: "business-pro" });
  const { body } = await askV2(paid, "/sites/1234567/power-flow");
  assert.deepEqual(body, (await ask(paid, "/site/1234567/currentPowerFlow")).body);
});

Deno.test("paths of v1 and half-remembered ones are not found", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  for (const path of ["powerFlow", "storage", "battery", "summary", "environmentalBenefits"]) {
    const { status, body } = await askV2(sim, `/sites/1234567/${path}`);
    assert.deepEqual([status, body.detail], [404, "Unknown endpoint"], path);
  }
  assert.equal((await askV2(sim, "/site/1234567/overview")).status, 404);
  assert.equal((await askV2(sim, "/sites/1234567/overview", { timeUnit: "DAY" })).status, 400);
  assert.deepEqual(sim.requestCounts(), { "": 6, "/v2/sites/{id}/overview": 1 });
});
