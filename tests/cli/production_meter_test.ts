// Not in test:fast: days of an hourly timer.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import { businessSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { runSeh } from "../support/run_seh.ts";
import { storedRows } from "../support/stored_rows.ts";

/** Two inverters, of which a meter counts the first one alone: it differs from what the inverters say. */
const site = businessSite({
  firstDay: "2026-05-30",
  installationDate: "2026-05-30",
  changes: [],
  meters: businessSite().meters.filter((one) => one.serial !== "4161538"),
});

Deno.test("each process of an hourly timer gives a production meter the same precedence over the inverters", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-production-meter-" });
  let now = Temporal.Instant.from("2026-06-01T00:07:00Z");
  await using server = await startSimulator({
    sites: [site],
    now: () => now,
    allowance: { perMinute: 1000 },
  });
  const env = {
    SEH_API_KEY: server.fleetKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "2",
    SEH_API_MINUTE_LIMIT: "1000",
  };
  try {
    const args = ["sync", "--only", "energy-details,meters"];
    for (const hours of [0, 1, 2, 8, 14, 15, 22, 26]) {
      now = Temporal.Instant.from("2026-06-01T00:07:00Z").add({ hours });
      const run = await runSeh(args, { cwd, env, at: now });
      assert.equal(run.code, 0, run.stderr);
    }
    await using database = await opened(join(cwd, "seh.db"));
    const metered = new Map(
      (await storedRows(database, "meter_readings"))
        .filter((one) => one.meter_type === "Production" && one.energy_wh !== null)
        .map((one) => [one.timestamp, one.energy_wh]),
    );
    const details = await storedRows(database, "energy_details");
    const [first, last] = [[...metered.keys()][0]!, [...metered.keys()].at(-1)!];
    const told = details.filter((one) => one.timestamp! >= first && one.timestamp! <= last);
    assert.ok(metered.size > 80 && told.length > 100, `${metered.size} ${told.length}`);
    for (const { timestamp, production_wh } of told) {
      assert.equal(production_wh, metered.get(timestamp) ?? null, String(timestamp));
    }
    // It never took the place of what the meter had reported, nor is what follows from others a revision.
    const revised = (await storedRows(database, "revisions"))
      .filter((one) => one.table_name === "energy_details");
    assert.deepEqual(revised, []);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

async function opened(path: string) {
  const database = await openDatabase(`sqlite:///${path}`);
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}
