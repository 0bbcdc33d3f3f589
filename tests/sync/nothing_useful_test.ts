// Not in test:fast: days of a timer, some seconds of work for each test.
import assert from "node:assert/strict";
import type { Failure } from "../../src/simulator/faults.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type HarvestWorld, harvestWorld } from "../support/harvest_world.ts";
import { inTurns } from "../support/scope.ts";

const site = homeSite({ firstDay: "2026-05-27", installationDate: "2026-05-27" });
const pages: readonly Failure[] = [
  { kind: "html" },
  { kind: "empty" },
  { kind: "status", status: 503, body: "html" },
  { kind: "status", status: 503, body: "json" },
  { kind: "status", status: 403, body: "html" },
];

/** A world in which everything has been fetched. */
async function harvested(generation: "v1" | "v2"): Promise<HarvestWorld> {
  const world = await harvestWorld("2026-06-03T05:37:00Z", { sites: [site] });
  await world.sync({ generation });
  return world;
}

const cases = [["v1", 15], ["v1", 60], ["v2", 15], ["v2", 60]] as const;
for (
  const [page, [generation, minutes]] of inTurns(
    pages.flatMap((page) => cases.map((one) => [page, one] as const)),
    "a page in front",
  )
) {
  const what = page.kind === "status" ? `${page.status} ${page.body}` : page.kind;
  Deno.test(`${generation}, a timer of ${minutes} minutes: a day of ${what} for everything costs 24 requests at most, and the first answer after it brings all`, async () => {
    await using world = await harvested(generation);
    const injection = world.simulator.inject({ ...page, times: Infinity });
    let most = 0;
    for (let run = 0; run < 1440 / minutes; run++) {
      world.setNow(world.now().add({ minutes }));
      const { requests, ended, failures } = await world.sync({ generation });
      if (run > 0 && ended?.kind === "useless") most = Math.max(most, requests);
      assert.deepEqual(failures.filter((one) => one.kind === "denied"), []);
    }
    assert.ok(injection.hits > 10, `${injection.hits} requests`);
    assert.ok(injection.hits <= 24, `${injection.hits} requests`);
    assert.ok(most <= 1, `${most} requests in a run`);
    injection.remove();
    world.setNow(world.now().add({ hours: 2 }));
    const next = await world.sync({ generation });
    assert.deepEqual([next.ended, next.failures, next.leftDue], [null, [], 0]);
    assert.ok(next.inserted > 200, `${next.inserted} rows`);
    const marks = (await world.database.known()).marks.filter((one) => one.failures > 0);
    assert.ok(marks.length <= 1, "at most what failed before anything else showed what it was");
  });
}

for (const generation of inTurns(["v1", "v2"] as const, "one broken endpoint")) {
  Deno.test(`${generation}: what alone is broken keeps nothing else from being fetched, a day long`, async () => {
    await using world = await harvested(generation);
    const injection = world.simulator.inject({
      kind: "status",
      status: 503,
      endpoint: /power$/i,
      times: Infinity,
    });
    const endings = new Set<string>();
    for (let run = 0; run < 24; run++) {
      world.setNow(world.now().add({ hours: 1 }));
      endings.add((await world.sync({ generation })).ended?.kind ?? "none");
    }
    assert.ok(injection.hits > 0, "the endpoint was asked");
    assert.deepEqual([...endings], ["none"]);
    const newest = (await world.database.known()).marks
      .filter((one) => one.dataType === "storage" && one.newestData)
      .map((one) => one.newestData!.toString());
    assert.ok(newest.some((one) => one > "2026-06-03T20"), newest.join());
  });
}

Deno.test("of a fleet whose first site alone is broken the others are fetched", async () => {
  const sites = [1, 2, 3].map((number) => ({ ...site, siteId: 1_000_000 + number }));
  await using world = await harvestWorld("2026-06-03T05:37:00Z", { sites });
  const only = ["sites", "energy"] as const;
  world.simulator.inject({ kind: "status", status: 500, siteId: 1_000_001, times: Infinity });
  const ofOthers = async () =>
    (await world.database.known()).coverage.filter((one) => one.siteId !== 1_000_001).length;
  for (let run = 0; run < 3 && await ofOthers() === 0; run++) {
    await world.sync({ generation: "v2", only });
    world.setNow(world.now().add({ hours: 1 }));
  }
  assert.ok(await ofOthers() >= 2, "both have data");
});

Deno.test("when everything breaks in the middle of a run, it ends after a few requests", async () => {
  await using world = await harvested("v2");
  world.setNow(world.now().add({ hours: 24 }));
  const injection = world.simulator.inject({ kind: "html", after: 2, times: Infinity });
  const report = await world.sync({ generation: "v2" });
  assert.equal(report.ended?.kind, "useless");
  assert.ok(injection.hits <= 10, `${injection.hits} requests`);
});
