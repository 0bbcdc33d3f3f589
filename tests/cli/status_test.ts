import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type Captured, runInWorld, type WorldChoice } from "../support/captured_world.ts";
import { type HarvestWorld, harvestWorld } from "../support/harvest_world.ts";
import { runSeh } from "../support/run_seh.ts";

const noon = "2026-06-01T12:07:00Z";
const siteId = 1234567;

function status(
  world: HarvestWorld,
  args: readonly string[] = [],
  choice: Partial<WorldChoice> = {},
): Promise<Captured> {
  return runInWorld(["status", ...args], {
    cwd: world.folder,
    now: world.now(),
    ...choice,
    env: { SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`, ...choice.env },
  });
}

Deno.test("status works before anything was fetched, without a key, and makes no database", async () => {
  const folder = await Deno.makeTempDir({ prefix: "seh-status-" });
  try {
    const { code, stdout } = await runSeh(["status"], { cwd: folder });
    assert.equal(code, 0);
    assert.match(stdout, /there is no database at .*seh\.db yet/);
    assert.match(stdout, /run `seh sync`/);
    await assert.rejects(Deno.stat(`${folder}/seh.db`), Deno.errors.NotFound);
    const stale = await runSeh(["status", "--max-age", "2h", "-q"], { cwd: folder });
    assert.deepEqual([stale.code, stale.stdout], [3, ""]);
    assert.match(stale.stderr, /stale: nothing was harvested yet/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("status shows each type of data of a site on at most 80 columns", async (t) => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-20" })] });
  await world.sync();
  const { code, stdout } = await status(world);
  assert.equal(code, 0);
  assert.deepEqual(stdout.split("\n").slice(1).filter((line) => line.length > 80), []);
  const size = /, \d+\.\d [kM]B,/;
  assert.match(stdout, size);
  await t.assertSnapshot(stdout.replaceAll(world.folder, "FOLDER").replace(size, ", SIZE,"));
});

Deno.test("what was not fetched is a gap, and history is whole when it was", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-02" })] });
  await world.sync({ only: ["power"] });
  const power = async () => (await typesOf(world)).get("power")!;
  const before = await power();
  assert.ok(before.history! > 0.2 && before.history! < 0.3, String(before.history));
  assert.deepEqual(before.gaps, [{
    device_key: "",
    start_at: "2026-05-01T22:00:00Z",
    end_at: "2026-05-24T22:00:00Z",
  }]);
  await world.sync({ only: ["power"], depth: "full" });
  const after = await power();
  assert.deepEqual([after.history, after.gaps], [1, []]);
});

Deno.test("the rows that status counts are those of the table", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-20" })] });
  await world.sync();
  const types = await typesOf(world);
  for (
    const [dataType, table] of [["power", "power_readings"], [
      "storage",
      "battery_telemetry",
    ]] as const
  ) {
    let rows = 0;
    for await (const page of world.database.read({ table })) rows += page.length;
    assert.ok(rows > 0);
    assert.equal(types.get(dataType)!.rows, rows);
  }
});

Deno.test("what is not available says why, optimizers included", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-20" })] });
  await world.sync();
  const types = await typesOf(world);
  assert.match(types.get("optimizers")!.unavailable!, /single panels/);
  assert.match(types.get("alerts")!.unavailable!, /403/);
  assert.equal(types.get("power")!.unavailable, null);
});

Deno.test("a failed type of data shows its error", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-20" })] });
  world.simulator.inject({ kind: "html", endpoint: /storageData/, times: Infinity });
  await world.sync();
  const { stdout } = await status(world);
  assert.match(stdout, /failed: storage, 2026-06-01 14:07: /);
});

Deno.test("--site narrows the status and says which site is not there", async () => {
  await using world = await harvestWorld(noon, {
    sites: [homeSite({ firstDay: "2026-05-30" }), homeSite({ siteId: 7, firstDay: "2026-05-30" })],
  });
  await world.sync({ only: ["energy"] });
  const { stdout, stderr } = await status(world, ["--site", "7,8"]);
  assert.match(stdout, /^Site 7 /m);
  assert.doesNotMatch(stdout, /^Site 1234567 /m);
  assert.match(stderr, /site 8 is not in the database/);
});

Deno.test("--max-age is 0 after a complete harvest, 3 when it is too long ago, 0 over night", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-20" })] });
  await world.sync();
  assert.equal((await status(world, ["--max-age", "2h"])).code, 0);
  world.setNow("2026-06-01T14:08:00Z");
  const late = await status(world, ["--max-age", "2h"]);
  assert.equal(late.code, 3);
  assert.match(
    late.stderr,
    /^stale: site 1234567: the last complete harvest, 2 h 1 min ago, is too old$/m,
  );
  const json = JSON.parse((await status(world, ["--max-age", "2h", "--json"])).stdout);
  assert.equal(json.stale[0].site_id, siteId);
});

Deno.test("the quota is shown when there is a key, and asking for it sends nothing", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-30" })] });
  const { stdout } = await status(world, [], {
    env: {
      SEH_API_KEY: world.simulator.apiKey,
      SEH_API_BASE_URL: world.simulator.url,
      SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
    },
  });
  assert.match(stdout, /Quota: 300 of 300 requests left/);
  assert.equal(world.simulator.requests.length, 0);
});

Deno.test("diagnostics show settings and paths, and hide every secret", async () => {
  const folder = await Deno.makeTempDir({ prefix: "seh-status-" });
  const secrets = {
    SEH_API_KEY: "KEYKEYKEYKEY12345678901234567890",
    SEH_API_ACCOUNT_KEY: "ACCOUNTACCOUNT1234567890",
    SEH_OAUTH_CLIENT_SECRET: "CLIENTCLIENTSECRET",
  };
  try {
    for (const args of [["--diagnostics"], ["--diagnostics", "--json"]]) {
      const { code, stdout, stderr } = await runInWorld(["status", ...args], {
        cwd: folder,
        env: { ...secrets, SEH_DATABASE_URL: `sqlite:///${folder}/seh.db`, SEH_MAX_RETRIES: "7" },
      });
      assert.equal(code, 0, stderr);
      for (const name of ["SEH_MAX_RETRIES", "quota.json", "tokens.json", "Deno"]) {
        assert.ok(stdout.includes(name), name);
      }
      assert.match(stdout, /SEH_MAX_RETRIES\W+7\b/);
      for (const secret of Object.values(secrets)) assert.ok(!(stdout + stderr).includes(secret));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

interface TypeJson {
  readonly data_type: string;
  readonly rows: number;
  readonly history: number | null;
  readonly gaps: readonly unknown[];
  readonly unavailable: string | null;
}

async function typesOf(world: HarvestWorld): Promise<Map<string, TypeJson>> {
  const { stdout } = await status(world, ["--json"]);
  const [site] = JSON.parse(stdout).sites as { data_types: TypeJson[] }[];
  return new Map(site.data_types.map((one) => [one.data_type, one]));
}
