// Not in test:fast: weeks of a timer with what goes wrong in them.
import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import type { Failure } from "../../src/sync/report.ts";
import {
  type HarvestWorld,
  harvestWorld,
  mostly,
  type SyncChoice,
} from "../support/harvest_world.ts";
import { inTurns } from "../support/scope.ts";
import { storedRows } from "../support/stored_rows.ts";

const since = { firstDay: "2026-05-20", installationDate: "2026-05-20" };
const home = homeSite(since);
const morning = "2026-06-01T06:37:00Z";

/** What is concluded does not depend on the generation: one in turns, and both in `test:all`. */
const ofGenerations = (
  name: string,
  run: (generation: NonNullable<SyncChoice["generation"]>) => Promise<void>,
) => {
  for (const generation of inTurns(["v1", "v2"] as const, name)) {
    Deno.test(`${generation}: ${name}`, () => run(generation));
  }
};

const failing = (failures: readonly Failure[]) => failures.map((one) => one.dataType);
const storage = /\/(storageData|storage\/telemetry)$/;
const power = /\/power$/;

async function after(world: HarvestWorld, hours: number, choice: SyncChoice) {
  world.setNow(world.now().add({ hours }));
  return await world.sync(choice);
}

for (
  const [what, fault] of inTurns(
    [
      ["404", { kind: "status", status: 404, body: "problem" }],
      ["a firewall's page with 403", { kind: "status", status: 403, body: "html" }],
      ["403", { kind: "status", status: 403, body: "json" }],
      ["an empty list", { kind: "wrong-shape" }],
    ] as const,
    "a denial",
  )
) {
  ofGenerations(
    `what delivered is there: ${what} is a failure, and healed next day`,
    async (generation) => {
      await using world = await harvestWorld(morning, { sites: [home] });
      const choice = { generation } as const;
      assert.deepEqual((await world.sync(choice)).failures, []);
      const body = generation === "v1"
        ? { storageData: { batteryCount: 0, batteries: [] } }
        : { storage: {} };
      const broken = what === "an empty list"
        ? { kind: "wrong-shape", body } as const
        : fault as Exclude<typeof fault, { kind: "wrong-shape" }>;
      const injected = world.simulator.inject({ ...broken, endpoint: storage, times: Infinity });
      const bad = await after(world, 24, choice);
      assert.deepEqual(failing(bad.failures), ["storage"]);
      assert.deepEqual(bad.unavailable, []);
      injected.remove();
      const good = await after(world, 24, choice);
      assert.deepEqual(good.failures, []);
      const rows = await storedRows(world.database, "battery_telemetry");
      const newest = rows.filter((row) => row.power_w !== null).at(-1)!;
      assert.ok(String(newest.timestamp) > "2026-06-03T0", String(newest.timestamp));
      const { coverage } = await world.database.known();
      const name = generation === "v1" ? "storage" : "storage-900";
      // The newest sample stands for its own second alone.
      const own = coverage.filter((one) =>
        one.series === name && one.deviceKey !== "" && one.end - one.start > 1200
      );
      assert.ok(own.every((one) => one.state === "covered"), JSON.stringify(own));
    },
  );
}

ofGenerations(
  "three days of the same are believed, and asked again after a week",
  async (generation) => {
    await using world = await harvestWorld(morning, { sites: [home] });
    const only = mostly("sites", "equipment", "inventory", "storage");
    const choice = { generation, spareQuota: "keep", ...only } as const;
    await world.sync(choice);
    const injected = world.simulator.inject({
      kind: "status",
      status: 404,
      body: "problem",
      endpoint: storage,
      times: Infinity,
    });
    const reports = [];
    for (let day = 0; day < 4; day++) reports.push(await after(world, 24, choice));
    assert.deepEqual(reports.slice(0, 2).map((one) => failing(one.failures)), [
      ["storage"],
      ["storage"],
    ]);
    assert.deepEqual(reports[2].failures, []);
    assert.deepEqual(reports[2].unavailable.map((one) => one.dataType), ["storage"]);
    injected.remove();
    const hits = injected.hits;
    for (let day = 0; day < 7; day++) await after(world, 24, choice);
    const rows = await storedRows(world.database, "battery_telemetry");
    const stamps = rows.filter((row) => row.power_w !== null).map((row) => String(row.timestamp));
    assert.ok(stamps.at(-1)! > "2026-06-11T", `${stamps.at(-1)} after ${hits} denials`);
    const days = new Set(stamps.map((one) => one.slice(0, 10)));
    for (let day = 2; day <= 11; day++) {
      assert.ok(days.has(`2026-06-${String(day).padStart(2, "0")}`), `day ${day} came later`);
    }
  },
);

ofGenerations(
  "a list that has lost a known site is a failure, and the site is harvested all the same",
  async (generation) => {
    await using world = await harvestWorld(morning, { sites: [home] });
    const choice = { generation } as const;
    await world.sync(choice);
    const body = { sites: { count: 0, site: [] } };
    const endpoint = generation === "v1" ? "/sites/list" : "/v2/sites";
    const injected = world.simulator.inject({
      kind: "wrong-shape",
      body,
      endpoint,
      times: Infinity,
    });
    const lost = await after(world, 24, choice);
    assert.deepEqual(lost.failures.map((one) => [one.siteId, one.kind]), [[
      home.siteId,
      "lost-site",
    ]]);
    assert.ok(lost.inserted > 100, `${lost.inserted} rows`);
    injected.remove();
    assert.deepEqual((await after(world, 24, choice)).failures, []);
  },
);

ofGenerations(
  "a series that always fails costs little, and the others come all the same",
  async (generation) => {
    await using world = await harvestWorld(morning, { sites: [home] });
    const choice = { generation, ...mostly("sites", "power", "storage") } as const;
    const injected = world.simulator.inject({ kind: "empty", endpoint: power, times: Infinity });
    for (let hour = 0; hour < 48; hour += 2) await after(world, 2, choice);
    // A first failure, an hour, six hours, then daily; each with the retries of its generation.
    const tries = generation === "v1" ? 4 : 2;
    assert.ok(injected.hits <= 10 * tries, `${injected.hits} requests for nothing`);
    injected.remove();
    await after(world, 24, choice);
    const rows = await storedRows(world.database, "power_readings");
    assert.ok(rows.length > 96 * 9, `${rows.length} rows`);
  },
);

ofGenerations(
  "a day without internet costs one request a run at the most, and no series is blamed",
  async (generation) => {
    await using world = await harvestWorld(morning, { sites: [home] });
    const choice = { generation } as const;
    await world.sync(choice);
    world.simulator.clearRequests();
    const injected = world.simulator.inject({ kind: "reset", times: Infinity });
    let unreachable = 0;
    for (let hour = 0; hour < 24; hour++) {
      const report = await after(world, 1, choice);
      assert.deepEqual(report.failures, []);
      if (report.unreachable) unreachable++;
    }
    assert.ok(world.simulator.requests.length <= 24, `${world.simulator.requests.length}`);
    assert.ok(unreachable > 10, `${unreachable} runs said so`);
    injected.remove();
    const back = await after(world, 1, choice);
    assert.deepEqual([back.failures, back.leftDue, back.unreachable], [[], 0, null]);
    const { marks } = await world.database.known();
    assert.ok(marks.every((one) => one.failures === 0));
  },
);

for (
  const [what, spans, width] of inTurns(
    [
      ["a day", { quarterHourHours: 24 }, 24],
      ["twelve hours", { quarterHourHours: 12 }, 12],
      ["eleven and a half hours", { quarterHourHours: 11.5 }, 6],
      ["eleven and a half hours, and says so", { quarterHourHours: 11.5, words: "span" }, 11.5],
      ["twelve hours, and refuses with 403", { quarterHourHours: 12, status: 403 }, 12],
    ] as const,
    "a width",
  )
) {
  Deno.test(`a server that takes ${what} loses nothing, and is not asked for more on that day`, async () => {
    await using world = await harvestWorld(morning, { sites: [home], spans });
    const choice = { generation: "v2", spareQuota: "keep" } as const;
    const first = await world.sync(choice);
    assert.deepEqual([first.failures, first.leftDue], [[], 0]);
    assert.deepEqual(first.unavailable.map((one) => one.dataType), ["power-flow"]);
    const rows = await storedRows(world.database, "power_readings");
    assert.ok(rows.length > 96 * 7, `${rows.length} rows`);
    const { marks } = await world.database.known();
    const learned = marks.filter((one) => one.series.startsWith("window v2") && one.spanSeconds);
    assert.ok(learned.length >= 4);
    for (const one of learned) assert.equal(one.spanSeconds! / 3600, width, one.series);
    const refused = () =>
      world.simulator.requests.filter((one) => [400, 403].includes(one.status)).length;
    world.simulator.clearRequests();
    await after(world, 18, choice);
    assert.ok(refused() <= 1, `${refused()} refusals on the same day`);
  });
}
