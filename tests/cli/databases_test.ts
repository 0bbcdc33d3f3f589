import assert from "node:assert/strict";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { runSeh } from "../support/run_seh.ts";
import { freshFile } from "../support/fresh_file.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const since = { firstDay: "2026-05-30", installationDate: "2026-05-30" };

/** What a user gets from every command on one database; another one must give the same. */
async function everyCommand(databaseUrl: string): Promise<string[]> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-databases-test-" });
  await using server = await startSimulator({
    sites: [homeSite(since), businessSite(since)],
    now: () => now,
  });
  const env = {
    SEH_API_KEY: server.apiKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "1",
    SEH_DATABASE_URL: databaseUrl,
    // A zone of the process must not matter.
    TZ: "Pacific/Auckland",
  };
  const outputs: string[] = [];
  try {
    for (
      const args of [
        ["sync", "--json"],
        ["sync", "--json"],
        ["status", "--json"],
        ["export", "-f", "ndjson", "-o", "-"],
        ["export", "telemetry", "--start", "2026-05-31", "--end", "2026-05-31", "-o", "-"],
      ]
    ) {
      const { code, stdout, stderr } = await runSeh(args, { cwd, env, at: now });
      assert.equal(code, 0, stderr);
      outputs.push(stdout);
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
  const status = JSON.parse(outputs[2]);
  // Where it is, how large it is and which process filled it are its own.
  delete status.database;
  delete status.last_run;
  // Requests run side by side, so what is told of them comes in any order.
  const syncs = outputs.slice(0, 2).map((text) => {
    const { rows, requests, failures, left_due } = JSON.parse(text);
    return JSON.stringify({ rows, requests, failures, left_due });
  });
  return [...syncs, JSON.stringify(status), ...outputs.slice(3)];
}

onEachDatabase("every command gives what it gives on a file, to the byte", async (fresh) => {
  await using file = await freshFile();
  await using place = await fresh();
  const [wanted, found] = [await everyCommand(file.url), await everyCommand(place.url)];
  assert.ok(wanted[3].length > 100_000, "the export holds the harvest");
  for (const [i, output] of wanted.entries()) assert.equal(found[i], output);
});
