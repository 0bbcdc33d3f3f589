// Not in test:fast: a fleet of sites.
import assert from "node:assert/strict";
import { join } from "node:path";
import { fleet } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { runSeh } from "../support/run_seh.ts";

Deno.test("a fleet too large for its plan learns what the plan pays for, by check-api, sync and status", async () => {
  const now = Temporal.Instant.from("2026-06-15T12:07:00Z");
  await using server = await startSimulator({
    sites: fleet(40, { firstDay: "2025-12-15", installationDate: "2025-12-15" }),
    now: () => now,
    allowance: { perMinute: 10_000 },
  });
  const cwd = await Deno.makeTempDir({ prefix: "seh-fleet-need-" });
  try {
    const env = {
      SEH_API_KEY: server.fleetKey,
      SEH_API_VERSION: "2",
      SEH_API_BASE_URL: server.url,
      SEH_API_MINUTE_LIMIT: "10000",
      SEH_API_TIMEOUT: "60",
      SEH_DATABASE_URL: `sqlite:///${join(cwd, "seh.db")}`,
    };
    const seh = (...args: string[]) => runSeh(args, { cwd, env, at: now });
    const sentence = /40 sites would need [\d,]+ credits a month; the plan has 2,000\./;
    const api = await seh("check-api");
    assert.match(api.stdout + api.stderr, sentence);
    const sync = await seh("sync");
    assert.equal(sync.code, 0, sync.stderr + sync.stdout);
    assert.match(sync.stdout.replaceAll(/\s+/g, " "), sentence);
    const spent = server.credits();
    // Half of the month is left for what each day needs: older days of all sites come bit by bit.
    assert.ok(spent < 200, `${spent} credits on the first day`);
    assert.match(sync.stdout.replaceAll(/\s+/g, " "), /Older data/);
    const status = await seh("status");
    assert.match(status.stdout.replaceAll(/\s+/g, " "), sentence);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
