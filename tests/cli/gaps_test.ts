// Not in test:fast: a harvest for each test.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { gapsAsText } from "../../src/cli/gaps_text.ts";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { type CreditWorld, creditWorld } from "../support/credit_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { storedRows } from "../support/stored_rows.ts";

const noon = "2026-06-20T10:07:00Z";
const since = { firstDay: "2026-05-30", installationDate: "2026-05-30" };
const [home, house] = [homeSite(since), houseSite(since)];

interface Gap {
  readonly site_id: number;
  readonly data_type: string;
  readonly device: string | null;
  readonly kind: string;
  readonly reason: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

async function gapsOf(world: CreditWorld, ...args: string[]): Promise<Gap[]> {
  const { code, stdout, stderr } = await world.seh(["gaps", "--json", ...args]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout).gaps;
}

Deno.test("what nobody has asked for yet is a gap, in local days for people and in UTC as JSON", async () => {
  await using world = await creditWorld(noon, [home]);
  assert.equal((await world.seh(["sync", "-q"])).code, 0);
  world.simulator.clearRequests();
  const { code, stdout, stderr } = await world.seh(["gaps", "--only", "power"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^1234567 +power +2026-05-30 +2026-06-12 +not fetched$/m);
  assert.match(stdout, /Next: `seh repair` fetches what is not fetched yet\.\n$/);
  assert.deepEqual(await gapsOf(world, "--only", "power"), [{
    site_id: 1234567,
    data_type: "power",
    device: null,
    kind: "not-fetched",
    reason: null,
    from: "2026-05-29T22:00:00Z",
    to: "2026-06-12T22:00:00Z",
  }]);
  assert.equal(world.simulator.requests.length, 0);
});

Deno.test("what SolarEdge had no values for is a gap of its own kind, unless it was a night", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q", "--full"]);
  assert.deepEqual(
    (await gapsOf(world, "--only", "power,telemetry,meters")).filter((one) => one.kind === "empty"),
    [],
  );
  const database = new DatabaseSync(`${world.folder}/seh.db`);
  const hole = database.prepare(
    `insert into coverage (site_id, series, device_key, start_at, end_at, state, fetched_at, reported_at)
     select site_id, series, device_key, '2026-06-15T10:00:00Z', '2026-06-15T12:00:00Z', 'empty',
       '2026-06-20T10:00:00Z', '2026-06-20T10:00:00Z' from coverage
     where series = 'meters-900' and start_at <= '2026-06-15' and end_at > '2026-06-16' limit 1`,
  );
  const split = database.prepare(
    `update coverage set end_at = '2026-06-15T10:00:00Z'
     where series = 'meters-900' and start_at <= '2026-06-15' and end_at > '2026-06-16' and device_key = ?`,
  );
  assert.equal(hole.run().changes, 1);
  const { device_key: device } = database.prepare(
    "select device_key from coverage where state = 'empty' and start_at = '2026-06-15T10:00:00Z'",
  ).get()!;
  split.run(device);
  database.close();
  const { stdout } = await world.seh(["gaps", "--only", "meters"]);
  assert.match(
    stdout,
    new RegExp(`^1234567 +meters +${device} +2026-06-15 12:00 +2026-06-15 14:00 +no values$`, "m"),
  );
});

Deno.test("what is not available is named once for all sites, with the reason", async () => {
  await using world = await creditWorld(noon, [home, house]);
  await world.seh(["sync", "-q"]);
  const { stdout } = await world.seh(["gaps"]);
  assert.match(stdout, /^No power-flow for 2 sites: HTTP 403/m);
  assert.match(stdout, /^No storage for site 2345678: the site has no battery$/m);
  const gaps = await gapsOf(world, "--site", "2345678", "--only", "storage");
  assert.deepEqual(gaps.map(({ kind, from, to }) => [kind, from, to]), [
    ["not-available", null, null],
  ]);
});

Deno.test("where everything is here, nothing is missing", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q", "--full"]);
  const { stdout } = await world.seh(["gaps", "--only", "power,storage,telemetry"]);
  assert.equal(stdout, "Nothing is missing.\n");
});

Deno.test("gaps without a database ends with 6, and of an unknown site says so", async () => {
  await using world = await creditWorld(noon, [home]);
  const { code, stderr } = await world.seh(["gaps"], { SEH_DATABASE_URL: "sqlite:///./none.db" });
  assert.equal(code, 6);
  assert.match(stderr, /There is no database at .*none\.db/);
  await world.seh(["sync", "-q"]);
  const unknown = await world.seh(["gaps", "--site", "99"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /Site 99 is not in the database/);
});

Deno.test("many gaps of one kind share a line, and each has its own with --verbose", () => {
  const hour = 3600;
  const day = Date.UTC(2026, 4, 2) / 1000;
  const ranges = Array.from({ length: 6 }, (_, i) => ({
    start: day + i * 24 * hour + hour,
    end: day + i * 24 * hour + 2 * hour,
  }));
  const site = {
    siteId: 7,
    name: null,
    timeZone: "UTC",
    lastUpdateLabel: null,
    lastUpdate: null,
    firstDay: null,
    lastSeen: new Temporal.Instant(0n),
  };
  const gap = {
    dataType: "meters",
    isOfDays: false,
    deviceKey: "",
    kind: "empty",
    reason: null,
    ranges,
  } as const;
  const look = { borders: false, colour: false, width: 80 };
  const lines = (each: boolean) =>
    gapsAsText([{ site, gaps: [gap] }], look, { each }).table.trimEnd().split("\n").slice(1);
  assert.deepEqual(lines(false), [
    "7     meters  2026-05-02 01:00  2026-05-07 02:00  no values (6 times)",
  ]);
  assert.equal(lines(true).length, 6);
});

/** What `seh gaps` names after days of a timer of twelve hours. */
async function gapsAfter(generation: "v1" | "v2", from: string, runs: number) {
  const firstDay = from.slice(0, 10);
  const site = homeSite({ firstDay, installationDate: firstDay });
  await using world = await harvestWorld(from, { sites: [site] });
  world.setNow(world.now().add({ hours: 24 }));
  for (let run = 0; run < runs; run++) {
    world.setNow(world.now().add({ hours: 12 }));
    await world.sync({ generation });
  }
  const { stdout, stderr } = await runInWorld(["gaps", "--verbose"], {
    cwd: world.folder,
    now: world.now(),
    env: {
      SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
      SEH_API_VERSION: generation === "v1" ? "1" : "2",
      SEH_API_KEY: "X".repeat(32),
    },
  });
  const rows = await storedRows(world.database, "power_details");
  return { lines: stdout.split("\n"), stderr, rows };
}

Deno.test("v1: the night after a battery was empty is no gap in what the house used", async () => {
  const { lines, rows } = await gapsAfter("v1", "2026-01-01T05:37:00Z", 8);
  const silent = rows.filter((one) => one.production_w === null && one.purchased_w !== null);
  assert.ok(silent.length > 20, `${silent.length} quarter-hours in which the inverter slept`);
  assert.deepEqual(lines.filter((one) => /no values/.test(one)), []);
});

Deno.test("v2: sums of days that are asked for once a week are no gap before their turn", async () => {
  const { lines, stderr } = await gapsAfter("v2", "2026-06-01T05:37:00Z", 8);
  const days = lines.filter((one) =>
    /(storage|meters).*\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d +not/.test(one)
  );
  assert.deepEqual(days, [], stderr);
});

Deno.test("sums of days that are missing are called so", () => {
  const site = { siteId: 1, timeZone: "UTC" } as Parameters<typeof gapsAsText>[0][number]["site"];
  const day = Date.parse("2026-06-01T00:00:00Z") / 1000;
  const gap = {
    dataType: "storage",
    isOfDays: true,
    deviceKey: "",
    kind: "not-fetched",
    reason: null,
    ranges: [{ start: day, end: day + 86_400 }],
  } as const;
  const look = { borders: false, colour: false, width: 80 };
  const { table } = gapsAsText([{ site, gaps: [gap] }], look, { each: false });
  assert.match(table, /^1 +storage, sums of days +2026-06-01 +2026-06-01 +not fetched$/m);
});
