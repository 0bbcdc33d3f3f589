// Not in test:fast: whole harvests of three sites.
import assert from "node:assert/strict";
import { checkSite } from "../../src/check/check.ts";
import type { Finding } from "../../src/check/finding.ts";
import { storedSites } from "../../src/check/site.ts";
import type { Database } from "../../src/database/database.ts";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { endpoints as firstEndpoints } from "../../src/source/v1/endpoints.ts";
import { endpoints as secondEndpoints } from "../../src/source/v2/endpoints.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { onFileAndServer, onOneDatabase } from "../support/on_each_database.ts";
import { inTurns } from "../support/scope.ts";
import { type Expected, injuries } from "./injuries.ts";

const fills = [...firstEndpoints, ...secondEndpoints("fleet")].map((one) => one.query);
const firstDay = "2025-11-14";
const since = { firstDay, installationDate: firstDay };
const three = () => [homeSite(since), houseSite(since), businessSite({ ...since, changes: [] })];

/** The findings of all sites. */
async function checked(database: Database): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const siteId of await storedSites(database)) {
    const { signal } = new AbortController();
    findings.push(...await checkSite(database, siteId, { only: null, fills, signal }));
  }
  return findings;
}

const brief = ({ rule, siteId, table, deviceKey, from, to }: Expected) =>
  [rule, siteId, table, deviceKey ?? "-", from, to].join(" ");

/** The fixture that gives its database away, so that a test can hurt it. */
async function kept(fresh: () => Promise<FreshDatabase>) {
  const place = await fresh();
  return {
    place,
    give: () => Promise.resolve({ ...place, [Symbol.asyncDispose]: async () => {} }),
  };
}

onFileAndServer(
  "a whole harvest through the first API contradicts itself nowhere; 22 injuries are all found, nothing else",
  async (fresh) => {
    const { place, give } = await kept(fresh);
    await using _place = place;
    await using world = await harvestWorld("2026-06-15T12:07:00Z", { sites: three() }, give);
    assert.deepEqual((await world.sync({ dailyLimit: 2000 })).failures, []);
    assert.deepEqual((await checked(world.database)).map((one) => one.text), []);

    const wanted = injuries(place);
    for (const { sql } of wanted) for (const one of sql) await place.change(one);
    const found = await checked(world.database);
    assert.deepEqual(
      found.map(brief).sort(),
      wanted.map((one) => brief(one.found)).sort(),
      found.map((one) => `${brief(one)}: ${one.text}`).join("\n"),
    );
  },
);

for (const daylightSaving of inTurns(["repeat", "96"] as const, "checked")) {
  onOneDatabase(
    `the change of the clocks is no contradiction (server kind: ${daylightSaving})`,
    async (fresh) => {
      const sites = [
        homeSite({ firstDay: "2026-10-22", installationDate: "2026-10-22" }),
        houseSite({ firstDay: "2026-10-29", installationDate: "2026-10-29" }),
        businessSite({ firstDay: "2026-10-01", installationDate: "2026-10-01", changes: [] }),
      ];
      const options = { sites, daylightSaving };
      await using world = await harvestWorld("2026-11-03T20:07:00Z", options, fresh);
      await world.sync({ depth: "full" });
      assert.deepEqual((await checked(world.database)).map((one) => one.text), []);
    },
  );
}

onOneDatabase("a harvest through SolarEdge's API contradicts itself nowhere", async (fresh) => {
  await using world = await harvestWorld("2026-06-15T12:07:00Z", { sites: three() }, fresh);
  await world.sync({ generation: "v2", monthlyLimit: 20_000 });
  assert.deepEqual((await checked(world.database)).map((one) => one.text), []);
});
