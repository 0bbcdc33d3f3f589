// Not in test:fast: some days of a timer for each way to answer too wide a window.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import type { TableName } from "../../src/model/table.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { startFront } from "../reliability/front.ts";
import type { Fault, Json } from "../reliability/front.ts";
import { runInWorld } from "../support/captured_world.ts";
import { harvestWorld, mostly } from "../support/harvest_world.ts";
import { inTurns } from "../support/scope.ts";
import { storedRows } from "../support/stored_rows.ts";
import { truthRowsV2 } from "../support/truth_rows_v2.ts";

const site = homeSite({ firstDay: "2026-05-28", installationDate: "2026-05-28" });
const at = (text: string) => Temporal.Instant.from(text);
const tables: readonly TableName[] = [
  "power_readings",
  "meter_readings",
  "battery_telemetry",
  "inverter_telemetry",
];
const dayMs = 86_400_000;

/** Changes each series of an answer that spans more than a day, wherever it stands in it. */
function changed(
  body: Json,
  change: (values: Json[], first: number, last: number) => Json[],
): Json {
  if (typeof body !== "object" || body === null) return body;
  for (const [name, inner] of Object.entries<Json>(body)) {
    if (name !== "values" || !Array.isArray(inner)) {
      changed(inner, change);
      continue;
    }
    const times = inner.map((one) => Date.parse(one.timestamp));
    const [first, last] = [Math.min(...times), Math.max(...times)];
    if (last - first > dayMs) body.values = change(inner, first, last);
  }
  return body;
}

const timeOf = (one: Json) => Date.parse(one.timestamp);

/** How a server may answer more than a day without refusing it. */
const ways: Readonly<Record<string, (body: Json) => Json>> = {
  "nothing": (body) => changed(body, () => []),
  "times without values": (body) =>
    changed(body, (values) => values.map((one) => ({ ...one, value: null }))),
  "the first day alone": (body) =>
    changed(body, (values, first) => values.filter((one) => timeOf(one) < first + dayMs)),
  "the last day alone": (body) =>
    changed(body, (values, _, last) => values.filter((one) => timeOf(one) > last - dayMs)),
  "a success that tells of an error": (body) => {
    let isWide = false;
    changed(body, (values) => {
      isWide = true;
      return values;
    });
    return isWide ? { error: "range too large", message: "Maximum range is 24 hours" } : body;
  },
};

for (const way of inTurns(Object.keys(ways), "silent windows")) {
  Deno.test(`a server that answers more than a day with ${way} loses nothing, and is found out on the first day`, async () => {
    let now = at("2026-06-01T14:37:00Z");
    await using server = await startSimulator({
      sites: [site],
      now: () => now,
      allowance: { perMinute: 100_000 },
    });
    await using front = await startFront(server.url);
    const fault: Fault = { kind: "changed", change: ways[way]! };
    front.set({ path: /\/(power|telemetry)$/, fault });
    const folder = await Deno.makeTempDir({ prefix: "seh-silent-" });
    const sync = () =>
      runInWorld(["sync"], {
        cwd: folder,
        now,
        env: {
          SEH_API_BASE_URL: front.url,
          SEH_API_VERSION: "2",
          SEH_API_KEY: server.fleetKey,
          SEH_API_MINUTE_LIMIT: "100000",
          SEH_DATABASE_URL: `sqlite:///${join(folder, "seh.db")}`,
          SEH_SPARE_QUOTA: "keep",
        },
      });
    try {
      await sync();
      const requests: number[] = [];
      for (let day = 1; day <= 3; day++) {
        now = now.add({ hours: 24 });
        server.clearRequests();
        const { code, stdout } = await sync();
        assert.equal(code, 0, stdout);
        requests.push(server.requests.length);
      }
      // Two lists, the energy, and a day of each of the four; the width is known.
      assert.ok(requests.at(-1)! <= 9, `requests a day: ${requests}`);
      const to = at("2026-06-03T22:00:00Z");
      const database = await openDatabase(`sqlite:///${join(folder, "seh.db")}`);
      try {
        for (const table of tables) {
          const asked = { from: at("2026-05-27T22:00:00Z"), to, now };
          const truth = truthRowsV2(server, site.siteId, table, asked);
          const stored = (await storedRows(database, table, site.siteId))
            .filter((one) => String(one.timestamp) < to.toString());
          const names = Object.keys(truth[0]!);
          assert.deepEqual(
            stored.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
            truth,
            table,
          );
        }
      } finally {
        await database.close();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("a battery that is silent for weeks is asked for alone a few times, and less often each time", async () => {
  await using world = await harvestWorld("2026-06-01T14:37:00Z", { sites: [site] });
  world.simulator.holdBack({
    siteId: site.siteId,
    device: "BAT0001",
    from: at("2026-06-03T00:00:00Z"),
    to: at("2026-07-01T00:00:00Z"),
    until: at("2026-08-01T00:00:00Z"),
  });
  let asked = 0;
  for (let day = 0; day < 20; day++) {
    const { reasons } = await world.sync({
      generation: "v2",
      spareQuota: "keep",
      ...mostly("sites", "equipment", "power", "storage"),
    });
    asked += reasons.find((one) => one.reason === "narrower")?.requests ?? 0;
    world.setNow(world.now().add({ hours: 24 }));
  }
  assert.ok(0 < asked && asked <= 5, `${asked} requests`);
});
