// Not in test:fast: a harvest for each test.
import assert from "node:assert/strict";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { type HarvestWorld, harvestWorld } from "../support/harvest_world.ts";

const noon = "2026-06-01T12:07:00Z";
const [home, house] = [homeSite({ firstDay: "2026-05-02" }), houseSite({ firstDay: "2026-05-02" })];

function dryRun(world: HarvestWorld, ...args: string[]) {
  return runInWorld(["sync", "--dry-run", ...args], {
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

Deno.test("a plan names each device in full, on at most 80 columns", async () => {
  await using world = await harvestWorld(noon, { sites: [home, house] });
  await world.sync();
  world.setNow("2026-06-01T12:22:00Z");
  world.simulator.clearRequests();
  const { code, stdout } = await dryRun(world, "--full", "--verbose");
  assert.equal(code, 0);
  assert.match(stdout, /^telemetry +1234567 7E1234AB-5F .* history/m);
  assert.match(stdout, /^telemetry +2345678 7F22CD01-A3 .* history/m);
  assert.match(
    stdout,
    /Older data need \d+ more requests; complete about \d+ June 2026\./,
  );
  assert.deepEqual(stdout.split("\n").filter((line) => line.length > 80), []);
  assert.equal(world.simulator.requests.length, 0);
});

Deno.test("a plan counts what is due and what is history, and says what --max-requests leaves", async () => {
  await using world = await harvestWorld(noon, { sites: [home] });
  await world.sync();
  world.setNow("2026-06-02T12:07:00Z");
  const json = JSON.parse((await dryRun(world, "--full", "--json")).stdout);
  const due = json.requests.filter((one: { necessity: string }) => one.necessity === "due").length;
  assert.ok(due > 1 && json.history.requests > 1);
  const { stdout } = await dryRun(world, "--full", "--max-requests", "2");
  assert.match(stdout, new RegExp(`^${due} requests due now\\.$`, "m"));
  assert.match(stdout, /--max-requests 2 ends the run before all of them are sent/);
  assert.doesNotMatch((await dryRun(world)).stdout, /--max-requests/);
});

Deno.test("a plan for a site that is not there says so, and not that everything is", async () => {
  await using world = await harvestWorld(noon, { sites: [home] });
  await world.sync();
  const { stdout, stderr } = await dryRun(world, "--site", "99");
  assert.equal(stdout, "Nothing to ask.\n");
  assert.match(stderr, /site 99 is not among the sites of these credentials/);
  world.setNow("2026-06-02T12:07:00Z");
  const later = await dryRun(world, "--site", "99", "--verbose");
  assert.match(later.stderr, /site 99 is not known yet/);
  assert.match(later.stdout, /^sites +account/m);
});

Deno.test("of a range that is asked for, a plan names its days alone", async () => {
  await using world = await harvestWorld(noon, { sites: [home] });
  await world.sync();
  const { stdout } = await dryRun(
    world,
    "--from",
    "2026-05-03",
    "--to",
    "2026-05-04",
    "--only",
    "power",
    "--verbose",
  );
  assert.match(stdout, /^power +1234567 +2026-05-03 +2026-05-04 +1 +asked for by you$/m);
  assert.match(stdout, /^1 request due now\.$/m);
});
