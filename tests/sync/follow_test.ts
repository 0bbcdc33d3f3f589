// Not in test:fast: days of a timer.
import assert from "node:assert/strict";
import type { AskedRange } from "../../src/database/database.ts";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { followedRanges, isCompared, isProven, verdictOf } from "../../src/sync/follow.ts";
import { arrange } from "../../src/sync/knowledge.ts";
import { assertQuarterHours } from "../support/assert_quarter_hours.ts";
import {
  type HarvestWorld,
  harvestWorld,
  mostly,
  type SyncChoice,
} from "../support/harvest_world.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { storedRows } from "../support/stored_rows.ts";
import { knownOf, markOf, queryOf, secondAt, siteOf } from "./facts.ts";

const since = { firstDay: "2026-05-20", installationDate: "2026-05-20" };

/** Runs a timer, of six hours by default; no run may fail or leave anything due. */
async function run(world: HarvestWorld, days: number, choice: SyncChoice = {}, hours = 6) {
  const start = world.now();
  for (let at = 0; at <= days * 24 / hours; at++) {
    world.setNow(start.add({ hours: hours * at }));
    const report = await world.sync({ generation: "v2", ...choice });
    assert.deepEqual(report.failures, [], `run ${at}`);
    assert.equal(report.leftDue, 0, `run ${at}`);
  }
}

function asked(world: HarvestWorld, path: RegExp): number {
  return world.simulator.requests.filter((one) => path.test(one.path)).length;
}

onOneDatabase(
  "a home without a battery asks once for its power; from then on the inverters tell it",
  async (fresh) => {
    const site = houseSite(since);
    await using world = await harvestWorld("2026-06-01T14:07:00Z", { sites: [site] }, fresh);
    await run(world, 3, { depth: "full" });
    assert.equal(asked(world, /\/power$/), 1);
    await assertQuarterHours(world, site, "2026-05-20T04:00:00Z", "2026-06-04T04:00:00Z");
  },
);

Deno.test("where other power is made beside the inverters, power goes on being asked for", async () => {
  const site = businessSite(since);
  await using world = await harvestWorld("2026-06-01T14:07:00Z", { sites: [site] });
  await run(world, 2);
  assert.ok(asked(world, /\/power$/) >= 3);
  await assertQuarterHours(world, site, "2026-05-25T14:00:00Z", "2026-06-02T14:00:00Z");
});

Deno.test("a home with a battery goes on asking for its power, however long the battery rests", async () => {
  const site = homeSite(since);
  await using world = await harvestWorld("2026-06-01T14:07:00Z", { sites: [site] });
  await run(world, 2);
  assert.ok(asked(world, /\/power$/) >= 3);
});

Deno.test("while one of two inverters is silent, power is asked for that time and no other", async () => {
  const site = businessSite({ ...since, inverters: businessSite().inverters.slice(0, 2) });
  await using world = await harvestWorld("2026-06-01T14:07:00Z", { sites: [site] });
  world.simulator.holdBack({
    siteId: site.siteId,
    device: site.inverters[1].serial,
    from: Temporal.Instant.from("2026-06-03T00:00:00Z"),
    to: Temporal.Instant.from("2026-06-03T04:00:00Z"),
    until: Temporal.Instant.from("2026-06-20T00:00:00Z"),
  });
  await run(world, 3);
  // To compare, for the hole, and when the total of that day had come.
  assert.equal(asked(world, /\/power$/), 3);
  await assertQuarterHours(world, site, "2026-05-25T14:00:00Z", "2026-06-04T14:00:00Z");
});

Deno.test("a roof that gets inverters of another make has its true power again after a month at the latest", async () => {
  const house = houseSite(since);
  const other = businessSite().inverters.find((one) => one.phases === "third-party")!;
  const site = {
    ...house,
    inverters: [
      { ...house.inverters[0], share: 0.7 },
      { ...other, share: 1, since: "2026-06-10" },
    ],
  };
  await using world = await harvestWorld("2026-06-01T14:07:00Z", { sites: [site] });
  const choice = mostly("sites", "equipment", "inventory", "energy", "power", "telemetry");
  await run(world, 20, choice, 48);
  assert.equal(asked(world, /\/power$/), 1, "the power follows, as it was found");
  const powerOf = async (day: string) =>
    (await storedRows(world.database, "power_readings", site.siteId))
      .filter(({ timestamp }) => String(timestamp).startsWith(day))
      .reduce((sum, { power_w }) => sum + Number(power_w), 0);
  const parts = await powerOf("2026-06-15");

  await run(world, 14, choice, 48);
  // Held against each other on the first of July, and found to differ.
  assert.ok(await powerOf("2026-06-15") > parts * 1.2, "what the others gave came later");
  await assertQuarterHours(world, site, "2026-05-25T14:00:00Z", "2026-07-04T04:00:00Z");
});

Deno.test("whoever wants the power alone gets it from the server", async () => {
  const site = houseSite(since);
  await using world = await harvestWorld("2026-06-01T14:07:00Z", { sites: [site] });
  await run(world, 1);
  assert.equal(asked(world, /\/power$/), 1);
  world.setNow("2026-06-04T14:07:00Z");
  await world.sync({ generation: "v2", only: ["power"] });
  assert.equal(asked(world, /\/power$/), 2);
});

const follower = queryOf("power", {
  follows: { series: "inverters", kind: "site-power", unless: ["battery"] },
});
const device = (category: string) => ({
  siteId: 1,
  deviceKey: category,
  serialNumber: category,
  category,
  lastSeen: Temporal.Instant.from("2026-06-15T00:00:00Z"),
});

Deno.test("what two answers were found to share is compared again after a month, or at a new battery", () => {
  const at = (now: string, categories: string[], differs = false) => {
    const found = Temporal.Instant.from("2026-06-01T00:00:00Z");
    const knowledge = arrange(
      knownOf({
        sites: [siteOf(1)],
        devices: categories.map(device),
        marks: [markOf("power from inverters", {
          lastSuccess: found,
          unavailableSince: differs ? found : null,
        })],
      }),
      secondAt(now),
    );
    const context = {
      knowledge,
      queries: [follower],
      wanted: { dataTypes: new Set(["power"] as const) },
      now: secondAt(now),
    };
    return [isProven(follower, 1, context), isCompared(follower, 1, context)];
  };
  assert.deepEqual(at("2026-06-30T00:00:00Z", ["inverter"]), [true, false]);
  assert.deepEqual(at("2026-07-02T00:00:00Z", ["inverter"]), [false, true]);
  assert.deepEqual(at("2026-06-30T00:00:00Z", ["inverter"], true), [false, false]);
  assert.deepEqual(at("2026-06-30T00:00:00Z", ["inverter", "battery"]), [false, false]);
  assert.deepEqual(at("2026-06-30T00:00:00Z", []), [false, false]);
});

Deno.test("a night proves nothing; one quarter-hour that differs does", () => {
  assert.equal(verdictOf([{ lit: 15, different: 0 }]), null);
  assert.equal(verdictOf([{ lit: 10, different: 0 }, { lit: 6, different: 0 }]), "follows");
  assert.equal(verdictOf([{ lit: 100, different: 0 }, { lit: 1, different: 1 }]), "differs");
});

Deno.test("roofs that wake one after another have no hole; one that sleeps at noon has", () => {
  const range = (deviceKey: string, from: string, to: string, state: AskedRange["state"]) => ({
    siteId: 1,
    deviceKey,
    start: secondAt(`2026-06-01T${from}:00Z`),
    end: secondAt(`2026-06-01T${to}:00Z`),
    state,
  });
  const found = followedRanges(1, [
    range("a", "00:00", "05:00", "empty"),
    range("a", "05:00", "20:00", "covered"),
    range("b", "00:00", "05:45", "empty"),
    range("b", "05:45", "12:00", "covered"),
    range("b", "12:00", "12:30", "empty"),
    range("b", "12:30", "20:00", "covered"),
  ]).map(({ start, end, state }) =>
    [start, end].map((one) => new Date(one * 1000).toISOString().slice(11, 16)).join("-") +
    ` ${state}`
  );
  assert.deepEqual(found, [
    "05:00-12:00 covered",
    "12:30-20:00 covered",
    "00:00-05:00 empty",
  ]);
});
