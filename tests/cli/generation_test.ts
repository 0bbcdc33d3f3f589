import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type SimulatorOptions, startSimulator } from "../../src/simulator/simulator.ts";
import { runSeh } from "../support/run_seh.ts";

const now = Temporal.Instant.from("2026-06-01T12:37:00Z");

/** A folder and a server; `key` says which of the server's keys the user has. */
async function user(key: "apiKey" | "fleetKey", options: Partial<SimulatorOptions> = {}) {
  const cwd = await Deno.makeTempDir({ prefix: "seh-generation-test-" });
  const site = homeSite({ firstDay: "2026-05-31", installationDate: "2026-05-31" });
  const allowance = { credits: 2000, perMinute: 1000, billingDay: 1 };
  const server = await startSimulator({ sites: [site], now: () => now, allowance, ...options });
  const env = {
    SEH_API_KEY: server[key],
    SEH_API_BASE_URL: server.url,
    SEH_API_MINUTE_LIMIT: "1000",
  };
  return {
    server,
    seh: (args: string[], more: Record<string, string> = {}) =>
      runSeh(args, { cwd, env: { ...env, ...more }, at: now }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

Deno.test("a key of the first generation is recognised with one request, and remembered", async () => {
  await using one = await user("apiKey");
  const first = await one.seh(["check-api"]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /generation v1/);
  assert.equal(one.server.requestCounts()["/v2/sites"], 1);
  one.server.clearRequests();
  assert.equal((await one.seh(["sync"])).code, 0);
  assert.equal(one.server.requestCounts()["/v2/sites"], undefined);
});

Deno.test("a key of the second generation is recognised, and its sites are harvested", async () => {
  await using one = await user("fleetKey");
  const { code, stdout, stderr } = await one.seh(["sync", "--json"]);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout);
  assert.deepEqual([report.failures, report.left_due], [[], 0]);
  assert.ok(report.rows.inserted > 500);
  const exported = await one.seh(["export", "storage", "-f", "ndjson", "-o", "-"]);
  const [row] = exported.stdout.split("\n", 1).map((line) => JSON.parse(line));
  assert.deepEqual([row.source, row.interval_s], ["v2", 900]);
  for (const text of [stdout, stderr]) assert.ok(!text.includes(one.server.fleetKey));
});

Deno.test("a run within the same half of a day asks for nothing that has closed before", async () => {
  await using one = await user("fleetKey");
  await one.seh(["sync"]);
  one.server.clearRequests();
  const { code } = await one.seh(["sync"], { SEH_SPARE_QUOTA: "keep" });
  assert.equal(code, 0);
  assert.deepEqual(one.server.requestCounts(), {});
});

Deno.test("the wrong generation for a key, and one that is switched off, are told in a sentence", async () => {
  await using first = await user("apiKey");
  const onSecond = await first.seh(["check-api"], { SEH_API_VERSION: "2" });
  assert.equal(onSecond.code, 4);
  assert.match(onSecond.stderr, /SEH_API_KEY/);
  await using second = await user("fleetKey");
  assert.equal((await second.seh(["check-api"], { SEH_API_VERSION: "1" })).code, 4);
  await using retired = await user("apiKey", { v1Retired: true });
  const off = await retired.seh(["check-api"]);
  assert.equal(off.code, 1);
  assert.match(off.stderr, /switched/);
});

Deno.test("the demo of the second generation ends well", async () => {
  await using one = await user("fleetKey");
  const { code, stdout, stderr } = await one.seh(["demo", "--api", "2"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Next, with your own sites:/);
});
