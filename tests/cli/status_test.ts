import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
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
    assert.match(stdout, /Run: seh sync;/);
    await assert.rejects(Deno.stat(`${folder}/seh.db`), Deno.errors.NotFound);
    const stale = await runSeh(["status", "--max-age", "2h", "-q"], { cwd: folder });
    assert.deepEqual([stale.code, stale.stdout], [3, ""]);
    assert.match(stale.stderr, /^nothing was fetched yet$/m);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a perfect first run looks like one, on at most 80 columns", async (t) => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-20" })] });
  await world.sync();
  const { code, stdout } = await status(world, [], { terminal: true, env: { NO_COLOR: "1" } });
  assert.equal(code, 0);
  assert.deepEqual(stdout.split("\n").filter((line) => line.length > 80), []);
  assert.ok(stdout.split("\n").length <= 24, stdout);
  assert.doesNotMatch(stdout, /fail|wrong|missing|error/i);
  await t.assertSnapshot(plain(stdout, world));
});

/** Without what is different each time. */
function plain(text: string, { folder }: HarvestWorld): string {
  return text.replaceAll(folder, "FOLDER").replace(/, \d+\.\d [kM]B/, ", SIZE");
}

Deno.test("--verbose has a line for each type of data too", async (t) => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-20" })] });
  await world.sync();
  const { code, stdout } = await status(world, ["--verbose"]);
  assert.equal(code, 0);
  await t.assertSnapshot(plain(stdout.slice(stdout.indexOf("data  ")), world));
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
  assert.match(stdout, /storage could not be fetched \(2026-06-01 14:07\): /);
});

Deno.test("--site narrows the status; a site that is not there is a mistake", async () => {
  await using world = await harvestWorld(noon, {
    sites: [homeSite({ firstDay: "2026-05-30" }), homeSite({ siteId: 7, firstDay: "2026-05-30" })],
  });
  await world.sync({ only: ["energy"] });
  const { code, stdout } = await status(world, ["--site", "7"]);
  assert.equal(code, 0);
  assert.match(stdout, /, site 7 /);
  assert.doesNotMatch(stdout, /1234567/);
  const unknown = await status(world, ["--site", "7,8"]);
  assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
  assert.match(unknown.stderr, /Site 8 is not in the database/);
  const ofSettings = await status(world, [], { env: { SEH_SITE_IDS: "7,8" } });
  assert.equal(ofSettings.code, 0);
  assert.match(ofSettings.stderr, /Site 8 is not in the database yet/);
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
    /^site 1234567 is not up to date: last complete 2 h 1 min ago, allowed 2 h$/m,
  );
  const json = JSON.parse((await status(world, ["--max-age", "2h", "--json"])).stdout);
  assert.equal(json.stale[0].site_id, siteId);
});

Deno.test("the quota is shown when there is a key, and asking for it sends nothing", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-30" })] });
  const env = {
    SEH_API_KEY: world.simulator.apiKey,
    SEH_API_BASE_URL: world.simulator.url,
    SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
  };
  const old = await status(world, [], { env: { ...env, SEH_API_VERSION: "1" } });
  assert.match(old.stdout, /300 of the 300 requests in 24 hours are left\./);
  const today = await status(world, [], { env: { ...env, SEH_API_VERSION: "2" } });
  assert.match(today.stdout, /2,000 of this month's 2,000 credits are left; the next month begins/);
  assert.equal(world.simulator.requests.length, 0);
});

Deno.test("looking changes nothing: the database file is the same after a status, and nothing lies beside it", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-30" })] });
  await world.sync();
  await world.database.close();
  const env = { SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db` };
  const before = await Deno.readFile(`${world.folder}/seh.db`);
  const { code, stdout } = await status(world, [], { env });
  assert.equal(code, 0);
  assert.match(stdout, /^Example Home/);
  assert.deepEqual(await Deno.readFile(`${world.folder}/seh.db`), before);
  const beside = [...Deno.readDirSync(world.folder)].map((one) => one.name);
  assert.deepEqual(beside.filter((one) => /seh\.db-/.test(one)), []);
});

Deno.test("of a key that SolarEdge never accepted no quota is made up", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-30" })] });
  const env = {
    SEH_API_KEY: "A-KEY-THAT-IS-WRONG-1234567890",
    SEH_API_BASE_URL: world.simulator.url,
    SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
  };
  const refused = await runInWorld(["check-api"], { cwd: world.folder, env });
  assert.equal(refused.code, 4);
  const { stdout } = await status(world, [], { env });
  assert.match(
    stdout,
    /^The quota is not known: SolarEdge has not accepted SEH_API_KEY yet\. To test the key, run: seh check-api$/m,
  );
  assert.doesNotMatch(stdout, /300/);
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

const secondGeneration = (world: HarvestWorld) => ({
  env: {
    SEH_API_KEY: world.simulator.fleetKey,
    SEH_API_VERSION: "2",
    SEH_API_BASE_URL: world.simulator.url,
    SEH_OAUTH_CLIENT_ID: "",
  },
});

Deno.test("what comes along with another question has a true line of its own", async (t) => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-30" })] });
  await world.sync({ generation: "v2" });
  const choice = secondGeneration(world);
  const types = await typesOf(world, choice);
  for (const type of ["power-details", "energy-details", "meters", "inventory", "equipment"]) {
    const { last_sync_at, rows, unavailable } = types.get(type)!;
    assert.equal(unavailable, null, type);
    assert.ok(last_sync_at! >= "2026-06-01T12:07:00Z", `${type}: last sync ${last_sync_at}`);
    assert.ok(rows > 0, type);
  }
  // The first harvest asks for the open day too; what the meters have reported is what their sums have.
  const meters = types.get("meters")!;
  assert.equal(meters.newest_data_at, "2026-06-01T12:00:00Z");
  for (const type of ["power-details", "energy-details"]) {
    const { newest_data_at, history, gaps } = types.get(type)!;
    assert.ok(newest_data_at! >= meters.newest_data_at!, type);
    assert.deepEqual([history! > 0.8, gaps], [true, []], `${type} ${history}`);
  }
  for (const type of ["changes", "optimizers", "sensors"]) {
    assert.match(types.get(type)!.unavailable!, /API/, type);
  }
  assert.match(types.get("power-flow")!.unavailable!, /403/);
  const { stdout } = await status(world, ["-v"], choice);
  // Which of the questions under way together waits for its minute is not the same each time.
  const withoutAges = stdout.replaceAll(/\d min ago|\d s ago {2}/g, "x min ago");
  await t.assertSnapshot(plain(withoutAges, world));
});

Deno.test("a house without meters has its details from its inverters; what meters count is not there", async () => {
  const site = houseSite({ firstDay: "2026-05-30", installationDate: "2026-05-30" });
  await using world = await harvestWorld("2026-06-01T20:07:00Z", { sites: [site] });
  await world.sync({ generation: "v2" });
  const types = await typesOf(world, secondGeneration(world));
  assert.equal(types.get("meters")!.unavailable, "the site has no meter");
  assert.equal(types.get("storage")!.unavailable, "the site has no battery");
  for (const type of ["power-details", "energy-details"]) {
    const details = types.get(type)!;
    assert.equal(details.unavailable, null, type);
    assert.ok(details.rows > 100 && details.history! > 0.5, `${type} ${details.history}`);
    assert.ok(details.newest_data_at !== null, type);
  }
});

Deno.test("--only and --skip know what comes along with another question", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-30" })] });
  const asked = () =>
    Object.keys(world.simulator.requestCounts()).filter((one) => one.includes("telemetry"));
  await world.sync({ generation: "v2", only: ["power-details"] });
  // What the site used follows from what meters and inverters give together.
  assert.deepEqual(asked().sort(), [
    "/v2/sites/{id}/inverters/telemetry",
    "/v2/sites/{id}/meters/telemetry",
  ]);
  const rows = (await typesOf(world, secondGeneration(world))).get("power-details")!.rows;
  assert.ok(rows > 100, String(rows));
  world.simulator.clearRequests();
  world.setNow(world.now().add({ hours: 24 }));
  await world.sync({ generation: "v2", only: ["energy", "power", "telemetry", "storage"] });
  // Of meters no more than the sums of days, which belong to energy.
  const meters = world.simulator.requests.filter((one) => one.path.endsWith("/meters/telemetry"));
  assert.deepEqual(meters.map((one) => one.parameters.resolution), ["DAY"]);
});

Deno.test("what v1 was refused is asked for when v2 takes over", async () => {
  const site = businessSite({ firstDay: "2026-05-28", installationDate: "2026-05-28" });
  await using world = await harvestWorld("2026-06-01T06:07:00Z", { sites: [site] });
  await world.sync();
  assert.match((await typesOf(world)).get("alerts")!.unavailable!, /403/);
  world.setNow(world.now().add({ hours: 1 }));
  await world.sync({ generation: "v2" });
  const alerts = (await typesOf(world, secondGeneration(world))).get("alerts")!;
  assert.deepEqual([alerts.unavailable, alerts.rows], [null, 2]);
});

interface TypeJson {
  readonly data_type: string;
  readonly last_sync_at: string | null;
  readonly newest_data_at: string | null;
  readonly rows: number;
  readonly history: number | null;
  readonly gaps: readonly unknown[];
  readonly unavailable: string | null;
}

async function typesOf(
  world: HarvestWorld,
  choice: Partial<WorldChoice> = {},
): Promise<Map<string, TypeJson>> {
  const { stdout } = await status(world, ["--json"], choice);
  const [site] = JSON.parse(stdout).sites as { data_types: TypeJson[] }[];
  return new Map(site.data_types.map((one) => [one.data_type, one]));
}

Deno.test("what somebody has written into the file that is no time ends no command", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-28" })] });
  await world.sync();
  const file = new DatabaseSync(`${world.folder}/seh.db`);
  const seh = (...args: string[]) =>
    runInWorld(args, {
      cwd: world.folder,
      now: world.now(),
      env: { SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db` },
    });
  try {
    for (
      const damage of [
        "update sync_metadata set last_success_at = 'soon', newest_data_at = 'x', doubted_at = ''",
        "update runs set started_at = 'x', finished_at = 'y', summary = '{'",
        "update coverage set end_at = 'z', fetched_at = 'q'",
        "update sites set time_zone = 'Mars', last_update_at = 'never', last_update_local = 'x', " +
        "data_start_date = '00', last_seen = 'yesterday'",
        "update power_details set timestamp = 'x' || timestamp",
      ]
    ) {
      file.exec(damage);
      for (
        const command of [["status"], ["gaps"], ["export", "-f", "prometheus"], [
          "doctor",
          "--offline",
        ]]
      ) {
        const { code, stderr } = await seh(...command);
        assert.ok(code === 0 || command[0] === "doctor" && code === 1, `${damage}: ${stderr}`);
        assert.doesNotMatch(stderr, /Temporal|Invalid|RangeError/, `${damage}: ${command[0]}`);
      }
    }
  } finally {
    file.close();
  }
});

Deno.test("a run of a clock that was weeks ahead is not the last one", async () => {
  await using world = await harvestWorld(noon, { sites: [homeSite({ firstDay: "2026-05-30" })] });
  await world.sync();
  const runs = new DatabaseSync(`${world.folder}/seh.db`);
  const run = (id: string, at: string, requests: number) =>
    runs.prepare(
      `insert into runs (run_id, host, pid, started_at, finished_at, exit_code, requests,
         rows_inserted, rows_changed) values (?, 'test', 1, ?, ?, 0, ?, 0, 0)`,
    ).run(id, at, at, requests);
  run("astray", "2026-07-10T12:00:00Z", 99);
  assert.match((await status(world)).stdout, /Last sync: in 3/, "it is the only one");
  run("right", "2026-06-01T09:07:00Z", 7);
  runs.close();
  assert.match((await status(world)).stdout, /^Last sync: 3 h ago, 7 requests/m);
});
