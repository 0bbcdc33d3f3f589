// Not in test:fast: processes that are ended by signals.
// Also on the bundle: signals.
import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { onFileAndServer, onOneDatabase } from "../support/on_each_database.ts";
import { runSeh, spawnSeh } from "../support/run_seh.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");

/** A sync whose requests for power are held by the server. */
async function heldSync(
  fresh: () => Promise<FreshDatabase>,
  more: Readonly<Record<string, string>> = {},
) {
  const cwd = await Deno.makeTempDir({ prefix: "seh-interrupted-test-" });
  const site = homeSite({ firstDay: "2026-05-28" });
  const server = await startSimulator({ sites: [site], now: () => now });
  const place = await fresh();
  const env = {
    SEH_DATABASE_URL: place.url,
    SEH_API_KEY: server.apiKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "1",
    SEH_API_TIMEOUT: "2",
    SEH_RETRY_DELAY: "3600",
    ...more,
  };
  const hold = server.hold({ endpoint: "/site/{id}/power" });
  const child = spawnSeh(["sync"], { cwd, env, at: now });
  await hold.waiting(1);
  return {
    cwd,
    env,
    server,
    hold,
    child,
    async [Symbol.asyncDispose]() {
      await server.close();
      await place[Symbol.asyncDispose]();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

onFileAndServer(
  "a sync that is interrupted waits for no answer and no further try, says so and saves what it has",
  async (fresh) => {
    await using one = await heldSync(fresh);
    one.child.kill("SIGTERM");
    const { code, stdout, stderr } = await one.child.output();
    const [text, notes] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.equal(code, 143, notes);
    assert.match(notes, /^Stopped\. Everything fetched so far is saved\.$/m);
    assert.match(text, /^The next `seh sync` fetches the rest\.$/m);
    assert.doesNotMatch(text + notes, /fail|interrupt/i);
    one.hold.release();
    const env = { ...one.env, SEH_API_TIMEOUT: "60" };
    const next = await runSeh(["sync"], { cwd: one.cwd, env, at: now });
    assert.equal(next.code, 0, next.stderr);
  },
);

onOneDatabase("one signal ends a sync though the server never answers", async (fresh) => {
  await using one = await heldSync(fresh, { SEH_API_TIMEOUT: "600" });
  const sent = Date.now();
  one.child.kill("SIGINT");
  const { code, stderr } = await one.child.output();
  assert.equal(code, 130, new TextDecoder().decode(stderr));
  assert.ok(Date.now() - sent < 60_000, "not the ten minutes of the request");
});
