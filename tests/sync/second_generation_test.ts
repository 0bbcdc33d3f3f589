import assert from "node:assert/strict";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { assertQuarterHours } from "../support/assert_quarter_hours.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { type HarvestWorld, harvestWorld, type SyncChoice } from "../support/harvest_world.ts";
import { onEachDatabase } from "../support/on_each_database.ts";

/** Runs an hourly timer; no run may fail or leave anything due. */
async function everyHour(world: HarvestWorld, hours: number, choice: SyncChoice = {}) {
  const start = world.now();
  for (let hour = 0; hour <= hours; hour++) {
    world.setNow(start.add({ hours: hour }));
    const report = await world.sync({ generation: "second", ...choice });
    assert.deepEqual(report.failures, [], `hour ${hour}`);
    assert.equal(report.leftDue, 0, `hour ${hour}: ${report.quotaMessage}`);
  }
}

onEachDatabase(
  "a week of hourly runs on the second generation stores every closed quarter-hour",
  async (fresh) => {
    const site = homeSite({ firstDay: "2026-05-28", installationDate: "2026-05-28" });
    await using world = await harvestWorld("2026-06-01T00:37:00Z", { sites: [site] }, fresh);
    await everyHour(world, 7 * 24);
    const rows = await assertQuarterHours(
      world,
      site,
      "2026-05-31T22:00:00Z",
      "2026-06-07T22:00:00Z",
    );
    assert.ok(rows > 7 * 96 * 5, `${rows} rows`);
  },
);

Deno.test("a month of hourly runs with spare credits kept costs under 500 credits, on a sleeping site too", async () => {
  for (const scenario of [homeSite, houseSite]) {
    const site = scenario({ firstDay: "2026-09-24", installationDate: "2026-09-24" });
    const midnight = (day: string) =>
      Temporal.PlainDate.from(day).toZonedDateTime(site.timeZone).toInstant();
    const [from, to] = [midnight("2026-10-01"), midnight("2026-11-01")];
    const first = from.add({ minutes: 7 });
    await using world = await harvestWorld(first.toString(), { sites: [site] });
    await world.sync({ generation: "second", spareQuota: "keep" });
    world.simulator.clearRequests();
    world.setNow(first.add({ hours: 1 }));
    // October has a day of 25 hours in Germany. A sleeping site reports its last night the next morning.
    await everyHour(world, 31 * 24 + 14, { spareQuota: "keep" });
    const asked = world.simulator.requests.filter((one) =>
      Temporal.Instant.compare(one.at, to) < 0
    ).length;
    assert.ok(asked < 500, `${asked} requests: ${JSON.stringify(world.simulator.requestCounts())}`);
    await assertQuarterHours(world, site, from.toString(), to.toString());
    const { coverage } = await world.database.known();
    const stretches = Map.groupBy(coverage, (one) => one.series);
    for (const [name, some] of stretches) {
      assert.ok(some.length <= 30, `${site.name}: ${name} is remembered in ${some.length} parts`);
    }
  }
});

Deno.test("a month of hourly runs that spend what is spare leaves nothing due, and asks for history with it", async () => {
  const site = homeSite({ firstDay: "2026-06-10", installationDate: "2026-06-08" });
  await using world = await harvestWorld("2026-10-01T00:07:00Z", { sites: [site] });
  const first = await world.sync({ generation: "second", depth: "full" });
  world.setNow("2026-10-01T01:07:00Z");
  await everyHour(world, 31 * 24 - 2);
  const credits = world.simulator.credits();
  assert.ok(credits > 1400 && credits <= 2000, `${credits} credits`);
  const { history } = await world.sync({ generation: "second" });
  assert.ok(history.requests < first.history.requests - 100, `${history.requests} are left`);
  await assertQuarterHours(world, site, "2026-09-30T22:00:00Z", "2026-10-31T11:00:00Z");
});

/** A home that never sleeps and a house that does keep the uploads of a stretch back for some days. */
async function assertHeldBackArrives(
  from: string,
  to: string,
  fresh?: () => Promise<FreshDatabase>,
) {
  const since = { firstDay: "2026-05-28", installationDate: "2026-05-28" };
  const sites = [homeSite(since), houseSite(since)];
  await using world = await harvestWorld("2026-06-01T00:37:00Z", { sites }, fresh);
  for (const { siteId } of sites) {
    world.simulator.holdBack({
      siteId,
      from: Temporal.Instant.from(from),
      to: Temporal.Instant.from(to),
      until: Temporal.Instant.from("2026-06-05T04:00:00Z"),
    });
  }
  await everyHour(world, 8 * 24, { spareQuota: "keep" });
  for (const site of sites) {
    await assertQuarterHours(world, site, "2026-06-01T22:00:00Z", "2026-06-07T22:00:00Z");
  }
}

onEachDatabase(
  "uploads of the second generation that were held back around noon are fetched when they have come",
  (fresh) => assertHeldBackArrives("2026-06-03T08:00:00Z", "2026-06-03T12:30:00Z", fresh),
);

for (
  const { when, from, to } of [
    { when: "in the morning", from: "2026-06-03T02:00:00Z", to: "2026-06-03T07:30:00Z" },
    { when: "in the evening", from: "2026-06-03T14:00:00Z", to: "2026-06-03T20:00:00Z" },
    { when: "for a day and a half", from: "2026-06-03T06:00:00Z", to: "2026-06-04T16:00:00Z" },
  ]
) {
  Deno.test(`so are those of the second generation that were held back ${when}`, () =>
    assertHeldBackArrives(from, to));
}
