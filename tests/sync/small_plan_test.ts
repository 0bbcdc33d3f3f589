// Not in test:fast: two months of a fleet.
import assert from "node:assert/strict";
import { fleet } from "../../src/simulator/scenarios.ts";
import { harvestWorld } from "../support/harvest_world.ts";

Deno.test("a fleet on a small plan has days of all sites, older ones bit by bit, and never spends its month early", async () => {
  const from = Temporal.Instant.from("2026-10-01T00:07:00Z");
  await using world = await harvestWorld(String(from), {
    sites: fleet(10, { firstDay: "2026-03-01" }),
  });
  const spent: number[] = [];
  for (let day = 0; day < 45; day++) {
    world.setNow(from.add({ hours: 24 * day }));
    const report = await world.sync({ generation: "v2", monthlyLimit: 180 });
    assert.deepEqual([report.leftDue, report.failures], [0, []], `day ${day}`);
    assert.ok(report.rationed);
    spent.push(world.simulator.credits());
    if (day === 0) assert.ok(report.history.requests > 20, "older days wait");
    if (day === 44) assert.equal(report.history.requests, 0);
  }
  assert.ok(spent[0] < 40 && spent[30] <= 180, `${spent}`);
  const { sites, coverage } = await world.database.known();
  // Every tenth site of a fleet has never sent anything.
  for (const { siteId } of sites.filter((one) => one.firstDay !== null)) {
    const [days] = coverage.filter((one) => one.siteId === siteId && one.series === "energy");
    assert.ok(days.start <= Date.parse("2026-03-01T00:00:00Z") / 1000 + 86_400, `site ${siteId}`);
  }
});
