// Not in test:fast: days of an hourly timer.
import assert from "node:assert/strict";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { assertQuarterHours } from "../support/assert_quarter_hours.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { type HarvestWorld, harvestWorld, type SyncChoice } from "../support/harvest_world.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { isChosen, scope } from "../support/scope.ts";

/** Runs a timer, hourly unless said otherwise; no run may fail or leave anything due. */
async function timer(world: HarvestWorld, hours: number, choice: SyncChoice = {}, every = 1) {
  const start = world.now();
  for (let hour = 0; hour <= hours; hour += every) {
    world.setNow(start.add({ hours: hour }));
    const report = await world.sync({ generation: "v2", ...choice });
    assert.deepEqual(report.failures, [], `hour ${hour}`);
    assert.equal(report.leftDue, 0, `hour ${hour}: ${report.quotaMessage}`);
  }
}

onOneDatabase(
  "days of hourly runs on v2 store every closed quarter-hour",
  async (fresh) => {
    const site = homeSite({ firstDay: "2026-05-28", installationDate: "2026-05-28" });
    await using world = await harvestWorld("2026-06-01T00:37:00Z", { sites: [site] }, fresh);
    const days = scope === "all" ? 2 : 1;
    await timer(world, days * 24);
    const rows = await assertQuarterHours(
      world,
      site,
      "2026-05-31T22:00:00Z",
      `2026-06-0${days}T22:00:00Z`,
    );
    assert.ok(rows > days * 96 * 5, `${rows} rows`);
  },
);

/** A home that never sleeps and a house that does keep the uploads of a range back for some days. */
async function assertHeldBackArrives(
  from: string,
  to: string,
  fresh?: () => Promise<FreshDatabase>,
) {
  const since = { firstDay: "2026-05-28", installationDate: "2026-05-28" };
  const sites = [homeSite(since), houseSite(since)];
  await using world = await harvestWorld("2026-06-02T00:37:00Z", { sites }, fresh);
  for (const { siteId } of sites) {
    world.simulator.holdBack({
      siteId,
      from: Temporal.Instant.from(from),
      to: Temporal.Instant.from(to),
      until: Temporal.Instant.from("2026-06-05T04:00:00Z"),
    });
  }
  await timer(world, 6 * 24, { spareQuota: "keep" }, scope === "all" ? 1 : 6);
  for (const site of sites) {
    await assertQuarterHours(world, site, "2026-06-02T22:00:00Z", "2026-06-06T22:00:00Z");
  }
}

onOneDatabase(
  "uploads of v2 that were held back around noon are fetched when they have come",
  (fresh) => assertHeldBackArrives("2026-06-03T08:00:00Z", "2026-06-03T12:30:00Z", fresh),
);

for (
  const { when, from, to } of [
    { when: "in the morning", from: "2026-06-03T02:00:00Z", to: "2026-06-03T07:30:00Z" },
    { when: "in the evening", from: "2026-06-03T14:00:00Z", to: "2026-06-03T20:00:00Z" },
    { when: "for a day and a half", from: "2026-06-03T06:00:00Z", to: "2026-06-04T16:00:00Z" },
  ]
) {
  if (!isChosen(`held back ${when}`, { oneIn: 3 })) continue;
  Deno.test(`so are those of v2 that were held back ${when}`, () =>
    assertHeldBackArrives(from, to));
}
