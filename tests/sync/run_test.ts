// Not in test:fast: days of a timer for most tests.
import assert from "node:assert/strict";
import { fleet, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { harvestWorld, mostly } from "../support/harvest_world.ts";
import { onFileAndServer, onOneDatabase } from "../support/on_each_database.ts";
import { storedRows } from "../support/stored_rows.ts";

const noon = "2026-06-15T12:07:00Z";
const since = { firstDay: "2026-05-01", installationDate: "2026-04-28" };
const home = homeSite(since);
const house = houseSite(since);

onOneDatabase(
  "an hour later what is worth being fresh is asked for, a minute later nothing is",
  async (fresh) => {
    await using world = await harvestWorld(noon, { sites: [home] }, fresh);
    await world.sync();
    world.simulator.clearRequests();
    world.setNow("2026-06-15T12:08:00Z");
    const unchanged = await world.sync();
    assert.deepEqual([unchanged.requests, unchanged.leftDue], [0, 0]);
    const before = await storedRows(world.database, "power_readings");
    world.setNow("2026-06-15T13:22:00Z");
    const changed = await world.sync();
    assert.ok(changed.requests >= 5 && changed.requests <= 10, `${changed.requests}`);
    assert.ok(
      changed.reasons.every((one) => one.reason === "fresh"),
      JSON.stringify(changed.reasons),
    );
    const after = await storedRows(world.database, "power_readings");
    assert.equal(after.length, before.length + 5, "five quarter-hours more");
  },
);

onFileAndServer(
  "a full sync is complete, and the next one asks for nothing more",
  async (fresh) => {
    const young = homeSite({ firstDay: "2026-05-29", installationDate: "2026-05-29" });
    await using world = await harvestWorld(noon, { sites: [young] }, fresh);
    const first = await world.sync({ depth: "full" });
    assert.equal(first.history.requests, 0);
    const power = await storedRows(world.database, "power_readings");
    assert.equal(power[0].local_time, "2026-05-29T00:00:00");
    assert.equal(power.length, 17 * 96 + 56, "every quarter-hour until 14:00 is there");
    const second = await world.sync({ depth: "full" });
    assert.deepEqual([second.requests, second.history.requests], [0, 0]);
  },
);

onOneDatabase(
  "history stops where the reserve of the quota begins, and later runs complete it",
  async (fresh) => {
    const old = homeSite({ firstDay: "2026-05-01", installationDate: "2026-05-01" });
    await using world = await harvestWorld(noon, { sites: [old], daylightSaving: "repeat" }, fresh);
    const first = await world.sync({ depth: "full", dailyLimit: 60 });
    assert.equal(first.leftDue, 0);
    assert.ok(
      first.history.requests > 0 && first.history.completeOn,
      JSON.stringify(first.history),
    );
    assert.ok(first.requests <= 40, `${first.requests} requests leave what is needed tomorrow`);
    let left = first.history.requests;
    for (let day = 16; left > 0 && day < 45; day++) {
      world.setNow(Temporal.Instant.from("2026-06-01T12:09:00Z").add({ hours: 24 * (day - 1) }));
      const report = await world.sync({ dailyLimit: 60 });
      assert.equal(report.leftDue, 0);
      left = report.history.requests;
    }
    assert.equal(left, 0, "plain syncs go on with a history that was once wanted");
    const power = await storedRows(world.database, "power_readings");
    assert.equal(power[0].local_time, "2026-05-01T00:00:00");
    const distinct = new Set(power.map((row) => row.timestamp));
    assert.equal(distinct.size, power.length);
    const seconds =
      (Date.parse(String(power.at(-1)!.timestamp)) - Date.parse(String(power[0].timestamp))) / 1000;
    assert.equal(power.length, seconds / 900 + 1, "no quarter-hour is missing and none is doubled");
  },
);

onOneDatabase("a spent quota ends the run with everything fetched saved", async (fresh) => {
  await using world = await harvestWorld(noon, { sites: [home] }, fresh);
  const report = await world.sync({ maxRequests: 12 });
  assert.equal(world.simulator.requests.length, 12);
  assert.ok(report.leftDue > 0);
  world.setNow("2026-06-15T12:08:00Z");
  const next = await world.sync();
  assert.equal(next.leftDue, 0);
  const counts = world.simulator.requestCounts();
  assert.equal(counts["/sites/list"], 1, "what was saved is not asked again");
  assert.equal(counts["/site/{id}/details"], 1);
});

onOneDatabase("a request that fails is named, and the others go on", async (fresh) => {
  await using world = await harvestWorld(noon, { sites: [home] }, fresh);
  world.simulator.inject({ kind: "html", endpoint: "/site/{id}/powerDetails", times: Infinity });
  const report = await world.sync();
  assert.deepEqual(report.failures.map((one) => [one.siteId, one.dataType, one.kind]), [
    [1234567, "power-details", "body"],
  ]);
  assert.equal((await storedRows(world.database, "power_details")).length, 0);
  assert.ok((await storedRows(world.database, "energy_details")).length > 0);
});

onOneDatabase(
  "what failed is asked for again after an hour, and what is missing then comes",
  async (fresh) => {
    await using world = await harvestWorld(noon, { sites: [home] }, fresh);
    world.simulator.inject({ kind: "truncated-json", endpoint: "/site/{id}/power", times: 8 });
    const first = await world.sync();
    assert.equal(first.failures.length, 1);
    world.simulator.clearRequests();
    world.setNow("2026-06-15T12:37:00Z");
    await world.sync();
    assert.equal(world.simulator.requestCounts()["/site/{id}/power"], undefined);
    world.setNow("2026-06-15T13:37:00Z");
    const third = await world.sync();
    assert.deepEqual(third.failures, []);
    assert.equal(world.simulator.requestCounts()["/site/{id}/power"], 1);
    const power = await storedRows(world.database, "power_readings");
    assert.equal(power[0].local_time, "2026-06-08T00:00:00");
    assert.equal(power.length, 7 * 96 + 62);
  },
);

onOneDatabase("a strict run ends at the first failure", async (fresh) => {
  await using world = await harvestWorld(noon, { sites: [home] }, fresh);
  world.simulator.inject({ kind: "html", endpoint: "/site/{id}/details", times: Infinity });
  const report = await world.sync({ strict: true });
  assert.equal(report.ended?.kind, "body");
  assert.equal((await storedRows(world.database, "inverter_telemetry")).length, 0);
});

onOneDatabase(
  "a window that the server finds too wide is asked for one rung lower, and all of it comes",
  async (fresh) => {
    const quirks = { maximumDays: { "/site/{id}/power": 14 } };
    const young = homeSite({ firstDay: "2026-05-20", installationDate: "2026-05-20" });
    await using world = await harvestWorld(noon, { sites: [young], quirks }, fresh);
    const choice = mostly("sites", "power");
    const report = await world.sync({ depth: "full", ...choice });
    assert.deepEqual(report.failures, []);
    assert.equal(report.history.requests, 0);
    assert.equal((await storedRows(world.database, "power_readings")).length, 26 * 96 + 56);
    world.setNow("2026-06-15T13:37:00Z");
    world.simulator.clearRequests();
    await world.sync(choice);
    assert.equal(
      world.simulator.requestCounts()["/site/{id}/power"],
      1,
      "the narrower window is remembered for the day",
    );
  },
);

onOneDatabase(
  "what is not available is remembered and asked again after a week",
  async (fresh) => {
    await using world = await harvestWorld(noon, { sites: [house] }, fresh);
    const first = await world.sync();
    assert.deepEqual(first.failures, []);
    const types = new Set(first.unavailable.map((one) => one.dataType));
    for (const type of ["storage", "meters", "alerts", "power-flow"] as const) {
      assert.ok(types.has(type), type);
    }
    world.simulator.clearRequests();
    world.setNow("2026-06-16T15:07:00Z");
    await world.sync();
    assert.equal(world.simulator.requestCounts()["/site/{id}/storageData"], undefined);
    world.setNow("2026-06-23T15:07:00Z");
    await world.sync();
    assert.equal(world.simulator.requestCounts()["/site/{id}/storageData"], 1);
  },
);

onOneDatabase("a refused key ends the run, and says that it is the key", async (fresh) => {
  await using world = await harvestWorld(noon, { sites: [home] }, fresh);
  const report = await world.sync({ apiKey: "WRONGWRONGWRONGWRONGWRONGWRONG00" });
  assert.equal(report.ended?.kind, "credentials");
  assert.equal(report.requests, 1);
});

onOneDatabase("a site that is refused is named, and the others go on", async (fresh) => {
  const sites = [home, house];
  await using world = await harvestWorld(noon, { sites }, fresh);
  await world.sync();
  world.setNow("2026-06-15T15:22:00Z");
  world.simulator.inject({
    kind: "status",
    status: 403,
    body: "json",
    endpoint: /overview/,
    siteId: 2345678,
    times: Infinity,
  });
  const report = await world.sync();
  assert.deepEqual(report.failures.map((one) => one.siteId), [2345678]);
  assert.equal(report.ended, null);
  assert.ok(report.inserted > 0);
});

onOneDatabase(
  "a fleet beyond one page is listed whole, and bulk requests carry a hundred sites",
  async (fresh) => {
    await using world = await harvestWorld(noon, { sites: fleet(230, since) }, fresh);
    const report = await world.sync({ only: ["sites", "energy"] });
    assert.deepEqual(report.failures, []);
    assert.equal(report.sites.length, 230);
    const counts = world.simulator.requestCounts();
    assert.equal(counts["/sites/list"], 3);
    assert.equal(counts["/sites/{ids}/overview"], 3);
    assert.ok(world.simulator.maxInFlight <= 3);
    const days = await storedRows(world.database, "energy_readings");
    assert.equal(
      new Set(days.map((row) => row.site_id)).size,
      207,
      "sites that have ever sent anything",
    );
  },
);

onOneDatabase("a list whose count never ends is read to its last new site", async (fresh) => {
  await using world = await harvestWorld(noon, { sites: [home] }, fresh);
  world.simulator.inject({ kind: "endless-count", endpoint: "/sites/list", times: Infinity });
  const report = await world.sync({ only: ["sites"] });
  assert.deepEqual(report.sites, [1234567]);
  assert.ok((world.simulator.requestCounts()["/sites/list"] ?? 0) <= 2);
});

onFileAndServer(
  "values that arrive days late are found, and revise what they belong to",
  async (fresh) => {
    await using world = await harvestWorld(noon, { sites: [home] }, fresh);
    const late = {
      siteId: 1234567,
      from: Temporal.Instant.from("2026-06-14T08:00:00Z"),
      to: Temporal.Instant.from("2026-06-14T14:00:00Z"),
    };
    world.simulator.holdBack({ ...late, until: Temporal.Instant.from("2026-06-17T09:00:00Z") });
    const choice = mostly("sites", "energy", "power");
    await world.sync(choice);
    const at = async () =>
      (await storedRows(world.database, "power_readings"))
        .find((row) => row.timestamp === "2026-06-14T10:00:00Z")!;
    const dayOf = async () =>
      (await storedRows(world.database, "energy_readings"))
        .find((row) => row.time_unit === "DAY" && row.reading_date === "2026-06-14")!;
    assert.equal((await at()).power_w, null);
    const before = (await dayOf()).energy_wh as number;
    world.setNow("2026-06-17T12:07:00Z");
    const report = await world.sync(choice);
    assert.ok((await at()).power_w as number > 0);
    assert.ok((await dayOf()).energy_wh as number > before);
    assert.ok(report.changed > 0);
  },
);

onOneDatabase(
  "a site that is silent for a while is repaired in full when it is back",
  async (fresh) => {
    await using world = await harvestWorld(noon, { sites: [home] }, fresh);
    const only = ["sites", "power", "energy-details"] as const;
    await world.sync({ only });
    world.setNow("2026-07-28T12:07:00Z");
    const report = await world.sync({ only });
    assert.deepEqual(report.failures, []);
    const power = await storedRows(world.database, "power_readings");
    const seconds =
      (Date.parse(String(power.at(-1)!.timestamp)) - Date.parse(String(power[0].timestamp))) / 1000;
    assert.equal(power.length, seconds / 900 + 1);
  },
);

onOneDatabase(
  "telemetry of a silent day is asked for until it has arrived, long after newer data",
  async (fresh) => {
    const site = homeSite({ firstDay: "2026-06-01", installationDate: "2026-06-01" });
    await using world = await harvestWorld("2026-06-05T12:07:00Z", { sites: [site] }, fresh);
    world.simulator.holdBack({
      siteId: site.siteId,
      from: Temporal.Instant.from("2026-06-03T22:00:00Z"),
      to: Temporal.Instant.from("2026-06-04T22:00:00Z"),
      until: Temporal.Instant.from("2026-06-14T06:00:00Z"),
    });
    const choice = mostly("sites", "equipment", "energy", "telemetry");
    await world.sync(choice);
    for (const day of ["08", "11", "13", "14", "15"]) {
      world.setNow(`2026-06-${day}T12:07:00Z`);
      await world.sync(choice);
    }
    const samples = await storedRows(world.database, "inverter_telemetry");
    assert.ok(samples.some((row) => String(row.local_time).startsWith("2026-06-04T12")));
  },
);

onOneDatabase(
  "a site whose quota is spent does not stop the others of a bulk request",
  async (fresh) => {
    const sites = fleet(4, { ...since, timeZone: "Europe/Berlin" });
    await using world = await harvestWorld(noon, { sites }, fresh);
    const [first] = sites;
    await world.sync({ siteIds: [first.siteId], dailyLimit: 20 });
    world.setNow("2026-06-15T14:07:00Z");
    const report = await world.sync({
      dailyLimit: 20,
      only: ["energy"],
      range: {
        from: Temporal.PlainDate.from("2026-06-01"),
        to: Temporal.PlainDate.from("2026-06-10"),
      },
    });
    const spent =
      world.simulator.requests.filter((one) => one.siteIds.includes(first.siteId)).length;
    assert.ok(report.leftDue > 0 && spent <= 20, `the first site is left for later: ${spent}`);
    const days = await storedRows(world.database, "energy_readings");
    assert.equal(new Set(days.map((row) => row.site_id)).size, 4);
  },
);

onOneDatabase(
  "a site whose quota is spent does not end the history of the others",
  async (fresh) => {
    const old = { firstDay: "2026-04-10", installationDate: "2026-04-01" };
    const sites = [houseSite(old), homeSite(old)];
    await using world = await harvestWorld(noon, { sites, daylightSaving: "repeat" }, fresh);
    const one = await world.sync({ depth: "full", dailyLimit: 60, siteIds: [homeSite().siteId] });
    assert.ok(one.history.requests > 0, "the home's reserve is reached");
    const both = await world.sync({ depth: "full", dailyLimit: 60 });
    assert.equal(both.leftDue, 0);
    const power = await storedRows(world.database, "power_readings", houseSite().siteId);
    assert.ok(
      String(power[0].local_time) < "2026-06-08",
      `the house's history goes on: ${power[0].local_time}`,
    );
  },
);
