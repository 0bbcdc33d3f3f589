// Not in test:fast: a harvest for each plan.
import assert from "node:assert/strict";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { creditWorld } from "../support/credit_world.ts";
import { homeownerWorld } from "../support/homeowner_world.ts";

const noon = "2026-06-20T10:07:00Z";
const since = { firstDay: "2025-12-01", installationDate: "2025-12-01" };
const [home, house] = [homeSite(since), houseSite(since)];
const nowhere = { SEH_DATABASE_URL: "sqlite:///./first.db" };

Deno.test("before the first sync a dry run asks for the sites and plans all of their history", async (t) => {
  await using world = await creditWorld(noon, [home, house]);
  const { code, stdout, stderr } = await world.seh(["sync", "--full", "--dry-run"], nowhere);
  assert.equal(code, 0, stderr);
  // The list, which knows the zones, and a first day for each site.
  assert.equal(world.simulator.requests.length, 3);
  assert.match(
    stderr,
    /^Nothing is here yet\. seh asked for the sites, .* \(3 requests\); nothing was stored\./,
  );
  assert.match(stderr, /nothing was stored\./);
  assert.match(stderr, /Site 1234567 Example Home \(Europe\/Berlin\): data since 2025-12-01\./);
  assert.match(
    stdout,
    /Older data need \d+ requests at most; complete about \d+ \w+ 2026\./,
  );
  assert.match(
    stdout,
    /All of it costs [\d,]+ credits; 1,997 of this month's 2,000 credits are left\./,
  );
  assert.deepEqual(stdout.split("\n").filter((line) => line.length > 80), []);
  await assert.rejects(Deno.stat(`${world.folder}/first.db`), Deno.errors.NotFound);
  await t.assertSnapshot(stdout);
});

Deno.test("the plan before the first sync counts about what the first sync then sends", async () => {
  const short = { firstDay: "2026-05-20", installationDate: "2026-05-20" };
  await using world = await creditWorld(noon, [homeSite(short)]);
  const { stdout } = await world.seh(["sync", "--full", "--dry-run", "--json"], nowhere);
  const plan = JSON.parse(stdout);
  assert.equal(plan.before_first_sync, true);
  assert.deepEqual(plan.left, { amount: 1998, limit: 2000 });
  const planned = plan.requests.length +
    plan.older_history.reduce((sum: number, one: { requests: number }) => sum + one.requests, 0);
  world.simulator.clearRequests();
  await world.seh(["sync", "--full", "-q"], nowhere);
  const sent = world.simulator.requests.length;
  assert.ok(sent > 20 && Math.abs(sent - planned) <= 5, `${sent} sent, ${planned} planned`);
});

Deno.test("a dry run of a known database sends nothing", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q", "--only", "energy"]);
  world.simulator.clearRequests();
  const { code, stdout } = await world.seh(["sync", "--full", "--dry-run"]);
  assert.equal(code, 0);
  assert.match(stdout, /Older data need \d+ more requests; complete about /);
  assert.equal(world.simulator.requests.length, 0);
});

Deno.test("a homeowner's dry run before the first sync asks each site for its page and first day", async () => {
  await using world = await homeownerWorld();
  await world.have(world.sites[0]);
  const { code, stdout, stderr } = await world.seh(["sync", "--dry-run"]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /asked for the sites, .* \(2 requests\)/);
  assert.match(stderr, /Site 1234567 Example Home \(Europe\/Berlin\): data since 2026-05-30\./);
  assert.match(stdout, /requests due now at most\./);
});

Deno.test("on a terminal the plan before the first sync keeps to its width", async () => {
  await using world = await creditWorld(noon, [home, house]);
  const { code, stdout, stderr } = await runInWorld(["sync", "--full", "--dry-run", "--no-color"], {
    cwd: world.folder,
    now: world.now(),
    terminal: true,
    columns: 80,
    env: {
      ...nowhere,
      SEH_API_BASE_URL: world.simulator.url,
      SEH_API_KEY: world.simulator.fleetKey,
      SEH_API_VERSION: "2",
    },
  });
  assert.equal(code, 0, stderr);
  assert.deepEqual(`${stdout}${stderr}`.split("\n").filter((line) => line.length > 80), []);
});
