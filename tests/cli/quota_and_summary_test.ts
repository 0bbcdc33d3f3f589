import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { type HarvestWorld, harvestWorld } from "../support/harvest_world.ts";

const noon = "2026-06-01T12:07:00Z";
const site = homeSite({ firstDay: "2026-05-30" });

function seh(world: HarvestWorld, ...args: string[]) {
  return runInWorld(args, {
    cwd: world.folder,
    now: world.now(),
    env: {
      SEH_API_KEY: world.simulator.apiKey,
      SEH_API_BASE_URL: world.simulator.url,
      SEH_API_VERSION: "1",
      SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
    },
  });
}

Deno.test("status tells the quota of the site that has the least, not of the account alone", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  await world.sync();
  const spent = world.simulator.requests.filter((one) => one.siteIds.length > 0).length;
  const { stdout } = await seh(world, "status");
  assert.match(stdout, /^299 of the 300 requests in 24 hours are left; more in /m);
  const least = new RegExp(
    `^The site with the fewest left has ${300 - spent} of 300\\.`,
    "m",
  );
  assert.match(stdout, least);
  const { quota } = JSON.parse((await seh(world, "status", "--json")).stdout);
  assert.deepEqual([quota.requests_left, quota.scarcest_site.requests_left], [299, 300 - spent]);
});

Deno.test("status shows the data although the quota file cannot be read", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  await world.sync();
  await Deno.remove(`${world.folder}/quota.json`);
  await Deno.mkdir(`${world.folder}/quota.json`);
  const { code, stdout } = await seh(world, "status");
  assert.equal(code, 0);
  assert.match(stdout, /^The quota is not known: .*quota\.json/m);
  assert.match(stdout, /^ +yesterday +\d/m);
  const { quota } = JSON.parse((await seh(world, "status", "--json")).stdout);
  assert.match(quota.problem, /quota\.json/);
});

Deno.test("the summary of a sync says why something is not available", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  const { code, stdout, stderr } = await seh(world, "sync");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Not available: alerts \(HTTP 403: .+\)\.$/m);
  assert.equal(stderr, "");
});

Deno.test("a quiet sync says nothing, but what failed", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  world.simulator.inject({ kind: "wrong-shape", endpoint: "/site/{id}/power", times: Infinity });
  const { code, stdout, stderr } = await seh(world, "sync", "-q");
  assert.deepEqual([code, stdout], [5, ""]);
  assert.match(stderr, /^Failed: site 1234567, power \(\/site\/1234567\/power\): .+\n$/);
});
