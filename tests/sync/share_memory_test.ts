// Not in test:fast: whole runs of the program, some seconds.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { type Json, startFront } from "../reliability/front.ts";
import { runInWorld } from "../support/captured_world.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { storedRows } from "../support/stored_rows.ts";

const home = homeSite({ firstDay: "2026-05-30", installationDate: "2026-05-30" });
/** Sums of days have no shares. */
const metricsOf = (body: Json): Json[] =>
  Object.values<Json>(body.storage).filter((one) => one.stateOfEnergy);

/** Fractions in place of percentages. */
function asFractions(body: Json): Json {
  for (const { stateOfEnergy } of metricsOf(body)) {
    for (const one of stateOfEnergy.values) if (one.value !== null) one.value /= 100;
  }
  return body;
}

/** What shows nothing: two quarter-hours of shares, and no energy beside them. */
function asLittle(body: Json): Json {
  for (const device of metricsOf(body)) {
    delete device.remainingEnergy;
    const told = device.stateOfEnergy.values.filter((one: Json) => one.value !== null);
    for (const one of told.slice(0, -2)) one.value = null;
  }
  return body;
}

onOneDatabase(
  "an answer that does not show whether shares are fractions is read as the site's earlier ones",
  async (fresh) => {
    await using place = await fresh();
    let now = Temporal.Instant.from("2026-06-01T05:37:00Z");
    const server = await startSimulator({
      sites: [home],
      now: () => now,
      allowance: { perMinute: 100_000 },
    });
    await using front = await startFront(server.url);
    const cwd = await Deno.makeTempDir({ prefix: "seh-shares-" });
    const sync = async (at: string, change: (body: Json) => Json) => {
      now = Temporal.Instant.from(at);
      front.set({ path: /\/storage\/telemetry$/, fault: { kind: "changed", change } });
      const { code, stderr } = await runInWorld(["--verbose", "sync"], {
        cwd,
        now,
        env: {
          SEH_API_BASE_URL: front.url,
          SEH_API_VERSION: "2",
          SEH_API_KEY: server.fleetKey,
          SEH_API_MINUTE_LIMIT: "100000",
          SEH_DATABASE_URL: place.url,
          SEH_QUOTA_FILE: join(cwd, "quota.json"),
        },
      });
      assert.equal(code, 0, stderr);
      assert.ok(front.hits > 0, "nothing was asked of the battery");
      const database = await openDatabase(place.url);
      try {
        const rows = await storedRows(database, "battery_telemetry", home.siteId);
        const told = rows.filter((one) => one.state_of_charge_pct !== null)
          .toSorted((a, b) => String(a.timestamp) < String(b.timestamp) ? -1 : 1);
        return { newest: told.at(-1)!, stderr };
      } finally {
        await database.close();
      }
    };
    const isPercent = (value: unknown) => Number(value) > 1.5 && Number(value) <= 100;
    try {
      const first = await sync("2026-06-01T05:37:00Z", asFractions);
      assert.ok(isPercent(first.newest.state_of_charge_pct));
      const second = await sync("2026-06-02T05:37:00Z", (body) => asLittle(asFractions(body)));
      assert.ok(second.newest.timestamp! > first.newest.timestamp!);
      assert.ok(
        isPercent(second.newest.state_of_charge_pct),
        `${second.newest.state_of_charge_pct}`,
      );
      const third = await sync("2026-06-03T05:37:00Z", (body) => body);
      assert.ok(isPercent(third.newest.state_of_charge_pct));
      assert.match(third.stderr, /percentages; they were fractions before/);
    } finally {
      await server.close();
      await Deno.remove(cwd, { recursive: true });
    }
  },
);
