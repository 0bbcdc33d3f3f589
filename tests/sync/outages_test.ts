// Not in test:fast: weeks of a timer, some seconds of work for each test.
import assert from "node:assert/strict";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import type { SiteSpec } from "../../src/simulator/site_spec.ts";
import type { TableName, Value } from "../../src/model/table.ts";
import { epochOf } from "../../src/model/coverage.ts";
import { partsOf } from "../../src/sync/gaps.ts";
import { arrange } from "../../src/sync/knowledge.ts";
import { readDaylight } from "../../src/sync/daylight.ts";
import { createV2Source } from "../../src/source/v2/source.ts";
import {
  type HarvestWorld,
  harvestWorld,
  mostly,
  type SyncChoice,
} from "../support/harvest_world.ts";
import { inTurns, isChosen, scope } from "../support/scope.ts";
import { storedRows } from "../support/stored_rows.ts";
import { truthRows } from "../support/truth_rows.ts";
import { readingsOfV2, truthRowsV2 } from "../support/truth_rows_v2.ts";

type Generation = NonNullable<SyncChoice["generation"]>;

const tablesOf: Record<Generation, readonly TableName[]> = {
  v1: [
    "power_readings",
    "power_details",
    "energy_details",
    "battery_telemetry",
    "meter_readings",
    "inverter_telemetry",
  ],
  v2: readingsOfV2.filter((one) => one !== "energy_readings"),
};

const start = Temporal.Instant.from("2026-06-03T00:37:00Z");
const day = 24;

/** Rows of a range of time that are not as the server shows them now, by table; every row is compared. */
async function wrongRows(
  world: HarvestWorld,
  site: SiteSpec,
  generation: Generation,
  to: Temporal.Instant,
): Promise<Record<string, number>> {
  const wrong: Record<string, number> = {};
  let compared = 0;
  for (const table of tablesOf[generation]) {
    const from = Temporal.Instant.from("2026-06-04T00:00:00Z");
    const asked = { from, to, now: world.simulator.now() };
    const truth = (generation === "v2" ? truthRowsV2 : truthRows)(
      world.simulator,
      site.siteId,
      table,
      asked,
    );
    const keyOf = (row: Readonly<Record<string, Value>>) =>
      [row.device_key, row.meter_type, row.timestamp, row.interval_s].join(" ");
    const stored = new Map(
      (await storedRows(world.database, table, site.siteId)).map((row) => [keyOf(row), row]),
    );
    compared += truth.length;
    const bad = truth.filter((row) => {
      const one = stored.get(keyOf(row));
      return !one || Object.keys(row).some((name) => one[name] !== row[name]);
    });
    if (bad.length > 0) wrong[table] = bad.length;
  }
  assert.ok(compared > 1000, `${compared} rows`);
  return wrong;
}

/** Runs a timer from the beginning to a moment; no run may fail or leave anything due. */
async function timer(
  world: HarvestWorld,
  generation: Generation,
  to: Temporal.Instant,
  everyHours: number,
  choice: SyncChoice = {},
) {
  for (
    let at = world.now();
    Temporal.Instant.compare(at, to) <= 0;
    at = at.add({ hours: everyHours })
  ) {
    world.setNow(at);
    const report = await world.sync({ generation, spareQuota: "keep", ...choice });
    assert.deepEqual([report.failures, report.leftDue], [[], 0], String(at));
  }
}

for (
  const [at, [generation, scenario, days, delay, width]] of ([
    ["v1", homeSite, 3, 1, 168],
    ["v1", homeSite, 20, 10 * day, 168],
    ["v1", houseSite, 5, 2 * day, 168],
    ["v2", homeSite, 3, 1, 168],
    ["v2", homeSite, 10, 10 * day, 168],
    ["v2", homeSite, 20, 10 * day, 168],
    ["v2", homeSite, 2, 2 * day, 12],
    ["v2", houseSite, 1, 10 * day, 168],
    ["v2", houseSite, 5, 1, 24],
  ] as const).entries()
) {
  // A day of a timer costs half a second, so the longer one is, the more seldom it is tried.
  const oneIn = Math.ceil((days + delay / day) / 2);
  if (!isChosen(`outage ${at}`, { oneIn })) continue;
  const name = `${generation}, ${scenario.name}: an outage of ${days} days whose data come ` +
    `${delay} hours later leaves nothing missing on the second day after (windows of ${width} h)`;
  Deno.test(name, async () => {
    const site = scenario({ firstDay: "2026-03-10", installationDate: "2026-03-10" });
    await using world = await harvestWorld(start.toString(), {
      sites: [site],
      spans: { quarterHourHours: width },
    });
    const from = Temporal.Instant.from("2026-06-05T08:00:00Z");
    const back = from.add({ hours: days * day });
    const until = back.add({ hours: delay });
    world.simulator.holdBack({ siteId: site.siteId, from, to: back, until });
    // Until the end of the second day that follows.
    const end = until.round({ smallestUnit: "hour", roundingMode: "ceil" }).add({ hours: 3 * day });
    await timer(world, generation, end, scope === "all" ? 3 : 12);
    assert.deepEqual(await wrongRows(world, site, generation, until), {});
  });
}

const generations = ["v1", "v2"] as const;

for (const generation of inTurns(generations, "outage of some hours")) {
  Deno.test(`${generation}: four hours of a day that come four days later are found`, async () => {
    const site = homeSite({ firstDay: "2026-05-10", installationDate: "2026-05-10" });
    await using world = await harvestWorld(start.toString(), { sites: [site] });
    world.simulator.holdBack({
      siteId: site.siteId,
      from: Temporal.Instant.from("2026-06-04T08:00:00Z"),
      to: Temporal.Instant.from("2026-06-04T12:00:00Z"),
      until: Temporal.Instant.from("2026-06-08T09:00:00Z"),
    });
    const end = Temporal.Instant.from("2026-06-10T22:37:00Z");
    await timer(world, generation, end, 6);
    const until = Temporal.Instant.from("2026-06-08T00:00:00Z");
    assert.deepEqual(await wrongRows(world, site, generation, until), {});
  });
}

for (const generation of inTurns(generations, "corrected production")) {
  Deno.test(`${generation}: production that is corrected three weeks later is fetched again`, async () => {
    const site = homeSite({ firstDay: "2026-05-10", installationDate: "2026-05-10" });
    await using world = await harvestWorld(start.toString(), { sites: [site] });
    world.simulator.revise({
      siteId: site.siteId,
      from: Temporal.Instant.from("2026-06-04T06:00:00Z"),
      to: Temporal.Instant.from("2026-06-04T18:00:00Z"),
      until: Temporal.Instant.from("2026-06-25T09:00:00Z"),
      factor: 0.9,
    });
    const choice = mostly("sites", "equipment", "energy", "power");
    await timer(world, generation, Temporal.Instant.from("2026-06-27T22:37:00Z"), 24, choice);
    const power = await storedRows(world.database, "power_readings");
    const truth = (generation === "v2" ? truthRowsV2 : truthRows)(
      world.simulator,
      site.siteId,
      "power_readings",
      {
        from: Temporal.Instant.from("2026-06-04T00:00:00Z"),
        to: Temporal.Instant.from("2026-06-05T00:00:00Z"),
        now: world.simulator.now(),
      },
    );
    const byTime = new Map(power.map((row) => [row.timestamp, row.power_w]));
    for (const row of truth) {
      assert.equal(byTime.get(row.timestamp), row.power_w, String(row.timestamp));
    }
    assert.ok(
      (await storedRows(world.database, "revisions")).length > 0,
      "the old values are kept",
    );
  });
}

Deno.test("what is gone for good is named by the gaps, and nothing else is", async () => {
  const site = homeSite({ firstDay: "2026-05-10", installationDate: "2026-05-10" });
  await using world = await harvestWorld(start.toString(), { sites: [site] });
  const [from, to] = ["2026-06-05T08:00:00Z", "2026-06-07T16:00:00Z"];
  world.simulator.silence({
    siteId: site.siteId,
    from: Temporal.Instant.from(from),
    to: Temporal.Instant.from(to),
  });
  await timer(world, "v2", Temporal.Instant.from("2026-06-14T00:37:00Z"), 12);
  const now = epochOf(world.now());
  const { queries } = createV2Source({
    client: null as never,
    clock: world,
    limits: { monthly: 2000, minute: 10 },
    access: "fleet",
  });
  const knowledge = arrange(
    await world.database.known(),
    now,
    await readDaylight(world.database, world.now()),
  );
  const context = { knowledge, queries, now };
  const gaps = partsOf(knowledge.sites[0], context).flatMap((one) => one.gaps)
    .filter((one) => one.kind === "empty" && one.query.axis?.bucket === 900)
    .map(({ query, range }) =>
      [query.name, ...[range!.start, range!.end].map((at) => new Date(at * 1000).toISOString())]
        .join(" ")
    );
  const edges = "2026-06-05T08:00:00.000Z 2026-06-07T16:00:00.000Z";
  const byDay = [
    "2026-06-05T08:00:00.000Z 2026-06-05T19:00:00.000Z",
    "2026-06-06T03:30:00.000Z 2026-06-06T19:00:00.000Z",
    "2026-06-07T03:30:00.000Z 2026-06-07T16:00:00.000Z",
  ];
  assert.deepEqual(gaps.sort(), [
    `meters-900 ${edges}`,
    ...byDay.map((one) => `power ${one}`),
    `storage-900 ${edges}`,
    ...byDay.map((one) => `telemetry-900 ${one}`),
  ]);
});

Deno.test("where a day's energy went is right again after its values came weeks later, behind a month's end", async () => {
  const site = homeSite({ firstDay: "2026-05-30", installationDate: "2026-05-30" });
  await using world = await harvestWorld("2026-06-01T05:37:00Z", { sites: [site] });
  world.simulator.holdBack({
    siteId: site.siteId,
    from: Temporal.Instant.from("2026-06-03T08:00:00Z"),
    to: Temporal.Instant.from("2026-06-05T08:00:00Z"),
    until: Temporal.Instant.from("2026-07-10T08:00:00Z"),
  });
  for (
    const [first, last] of [
      ["2026-06-01T05:37:00Z", "2026-06-07T05:37:00Z"],
      ["2026-07-10T05:37:00Z", "2026-07-12T05:37:00Z"],
    ] as const
  ) {
    world.setNow(first);
    await timer(world, "v2", Temporal.Instant.from(last), day);
  }
  const [from, to] = ["2026-06-02T22:00:00Z", "2026-06-05T22:00:00Z"].map((one) =>
    Temporal.Instant.from(one)
  ) as [Temporal.Instant, Temporal.Instant];
  const truth = truthRowsV2(world.simulator, site.siteId, "energy_readings", {
    from,
    to,
    now: world.now(),
  }).filter((one) => one.time_unit === "DAY");
  const days = new Set(truth.map((one) => one.reading_date));
  const stored = (await storedRows(world.database, "energy_readings", site.siteId))
    .filter((one) => one.time_unit === "DAY" && days.has(one.reading_date!));
  const names = Object.keys(truth[0]!);
  assert.equal(truth.length, 3);
  assert.deepEqual(
    stored.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
    truth,
  );
});
