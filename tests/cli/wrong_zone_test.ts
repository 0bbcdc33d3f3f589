// Not in test:fast: harvests of both generations.
import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type HarvestWorld, harvestWorld, type SyncChoice } from "../support/harvest_world.ts";

const zone = "America/New_York";

/** What every answer about the site names for its zone, in the words of each generation. */
const wrong = {
  v1: (siteId: number) => ({ id: siteId, status: "Active", location: { timeZone: zone } }),
  v2: (siteId: number) => ({ siteId, location: { timezone: zone } }),
};

async function readings(world: HarvestWorld) {
  const rows = new Map<string, readonly unknown[]>();
  for (const table of ["power_readings", "inverter_telemetry"] as const) {
    for await (const page of world.database.read({ table })) {
      for (const row of page) rows.set(JSON.stringify([table, ...row.slice(0, 4)]), row);
    }
  }
  return rows;
}

for (const generation of ["v1", "v2"] as const) {
  Deno.test(`a wrong zone for a day moves no reading of ${generation}`, async () => {
    const sites = [homeSite({ firstDay: "2026-05-28" })];
    await using world = await harvestWorld("2026-06-01T12:07:00Z", { sites });
    const { siteId } = sites[0]!;
    const choice: SyncChoice = { generation, only: ["sites", "power", "telemetry"] };
    await world.sync(choice);
    const before = await readings(world);
    assert.ok(before.size > 300, String(before.size));

    const one = wrong[generation](siteId);
    const bodies = generation === "v1"
      ? {
        "/sites/list": { sites: { count: 1, site: [one] } },
        "/site/{id}/details": { details: one },
      }
      : { "/v2/sites": { sites: { count: 1, site: [one] } }, "/v2/sites/{id}": one };
    const faults = Object.entries(bodies).map(([endpoint, body]) =>
      world.simulator.inject({ kind: "wrong-shape", endpoint, body, times: Infinity })
    );
    world.setNow("2026-06-02T14:07:00Z");
    await world.sync(choice);
    assert.ok(faults.some((fault) => fault.hits > 0));
    assert.equal((await world.database.known()).sites[0]!.timeZone, "Europe/Berlin");
    for (const fault of faults) fault.remove();
    world.setNow("2026-06-03T15:07:00Z");
    await world.sync(choice);

    const after = await readings(world);
    for (const key of before.keys()) assert.ok(after.has(key), key);
  });
}
