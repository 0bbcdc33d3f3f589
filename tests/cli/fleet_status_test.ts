// Not in test:fast: fleets of a thousand sites.
import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import { type Captured, runInWorld, type WorldChoice } from "../support/captured_world.ts";
import { fillFleet, type FleetChoice, fleetSiteId } from "../support/fleet_database.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");

async function fleetStatus(
  fleet: Omit<FleetChoice, "now">,
  args: readonly string[],
  choice: Partial<WorldChoice> = {},
): Promise<Captured> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-fleet-" });
  try {
    const url = `sqlite:///${cwd}/seh.db`;
    const database = await openDatabase(url);
    await fillFleet(database, { ...fleet, now });
    await database.close();
    const env = { SEH_DATABASE_URL: url, NO_COLOR: "1" };
    const captured = await runInWorld(["status", ...args], {
      cwd,
      now,
      terminal: true,
      env,
      ...choice,
    });
    return { ...captured, stdout: captured.stdout.replaceAll(cwd, "FOLDER") };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

const fleet = { sites: 312, failing: 4, stale: 9 };

Deno.test("a fleet: totals, what is wrong, the best and the worst, on two screens of 80 columns", async (t) => {
  const { code, stdout } = await fleetStatus(fleet, []);
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assert.ok(lines.length <= 48, `${lines.length} lines`);
  assert.deepEqual(lines.filter((line) => line.length > 80), []);
  await t.assertSnapshot(stdout.replace(/, \d+\.\d [kM]B/, ", SIZE"));
});

Deno.test("two screens are enough when half of a fleet fails", async () => {
  const { stdout } = await fleetStatus({ sites: 300, failing: 90, stale: 60 }, []);
  assert.ok(stdout.trimEnd().split("\n").length <= 48);
  assert.match(stdout, /^300 sites: 150 up to date, 60 not up to date, 90 failing\.$/m);
  assert.match(stdout, /^132 more: `seh status --failing`\.$/m);
});

Deno.test("on 40 columns names and numbers of a fleet stay whole", async (t) => {
  const { stdout } = await fleetStatus(fleet, [], { columns: 40 });
  assert.deepEqual(stdout.split("\n").filter((line) => line.length > 40), []);
  assert.match(stdout, /Bergheim roof 4 /);
  await t.assertSnapshot(stdout.replace(/, \d+\.\d [kM]B/, ", SIZE"));
});

Deno.test("--all has a line for each site, --failing one for each with trouble, --sort an order", async () => {
  const all = await fleetStatus({ sites: 20, failing: 1 }, ["--all"]);
  assert.equal(all.stdout.split("\n").filter((line) => / roof /.test(line)).length, 20);
  const failing = await fleetStatus(fleet, ["--failing"]);
  assert.equal(failing.stdout.split("\n").filter((line) => / roof /.test(line)).length, 13);
  const sorted = await fleetStatus({ sites: 20 }, ["--sort", "yesterday"]);
  const values = [...sorted.stdout.matchAll(/ roof \d+ +[\d.]+ +([\d.]+) /g)].map((one) =>
    Number(one[1])
  );
  assert.equal(values.length, 20);
  assert.deepEqual(values, values.toSorted((a, b) => b - a));
  const none = await fleetStatus({ sites: 20 }, ["--failing"]);
  assert.match(none.stdout, /^No site has trouble\.$/m);
});

Deno.test("the JSON of a fleet has energy and state of each site, and keeps to --failing and --sort", async () => {
  const { stdout } = await fleetStatus(fleet, ["--json", "--failing", "--sort", "name"]);
  const { sites } = JSON.parse(stdout);
  assert.equal(sites.length, 13);
  const failing = sites.find((one: { site_id: number }) => one.site_id === fleetSiteId(0));
  assert.equal(failing.state, "failing");
  assert.match(failing.problem, /^power: HTTP 500/);
  assert.deepEqual(Object.keys(failing.energy), [
    "today",
    "yesterday",
    "month",
    "year",
    "lifetime",
  ]);
  assert.equal(failing.energy.yesterday.production_wh, 20_000 + 11 * 300);
});

Deno.test("the status of a thousand sites as JSON takes seconds, not minutes", async () => {
  const started = performance.now();
  const { stdout } = await fleetStatus({ sites: 1000, days: 3 }, ["--json"]);
  assert.equal(JSON.parse(stdout).sites.length, 1000);
  // With the filling of the database, on a machine that does other things too.
  assert.ok(performance.now() - started < 20_000);
});
