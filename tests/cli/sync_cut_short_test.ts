// Not in test:fast: processes of the program that are killed, some seconds for each kind of database.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { onFileAndServer } from "../support/on_each_database.ts";
import { inTurns } from "../support/scope.ts";
import { runSeh, spawnSeh } from "../support/run_seh.ts";
import { storedRows } from "../support/stored_rows.ts";
import { truthRows } from "../support/truth_rows.ts";
import { readingsOfV2, truthRowsV2 } from "../support/truth_rows_v2.ts";

const site = homeSite({ firstDay: "2026-05-29", installationDate: "2026-05-29" });
const now = Temporal.Instant.from("2026-06-01T13:37:00Z");
const [from, to] = ["2026-05-28T22:00:00Z", "2026-05-31T22:00:00Z"].map((one) =>
  Temporal.Instant.from(one)
) as [Temporal.Instant, Temporal.Instant];

type Api = "1" | "2";

const start = () =>
  startSimulator({ sites: [site], now: () => now, allowance: { perMinute: 100_000 } });

function environment(server: Simulator, api: Api, place: string, quota: string) {
  return {
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: api,
    SEH_API_KEY: api === "1" ? server.apiKey : server.fleetKey,
    SEH_API_MINUTE_LIMIT: "100000",
    SEH_DATABASE_URL: place,
    SEH_QUOTA_FILE: quota,
  };
}

/** Every reading of the days that had ended stands there once, as the server has it. */
async function assertWhole(server: Simulator, api: Api, url: string): Promise<void> {
  const database = await openDatabase(url);
  try {
    for (const table of readingsOfV2) {
      // Months and years, and the kinds of energy, are held elsewhere against the server.
      const names = table === "energy_readings" ? ["energy_wh"] : null;
      const truth = (api === "2" ? truthRowsV2 : truthRows)(server, site.siteId, table, {
        from,
        to,
        now,
      }).filter((row) => (row.time_unit ?? "DAY") === "DAY");
      assert.ok(truth.length > 0, table);
      const keyOf = (row: Record<string, unknown>) =>
        [row.device_key, row.meter_type, row.timestamp ?? row.reading_date, row.interval_s].join();
      const stored = (await storedRows(database, table, site.siteId))
        .filter((row) => (row.time_unit ?? "DAY") === "DAY");
      const byKey = new Map(stored.map((row) => [keyOf(row), row]));
      assert.equal(byKey.size, stored.length, `${table}: nothing twice`);
      const wrong = truth.filter((row) =>
        (names ?? Object.keys(row)).some((name) => byKey.get(keyOf(row))?.[name] !== row[name])
      );
      assert.equal(
        wrong.length,
        0,
        `${table}: ${wrong.length} rows are not as the server has them`,
      );
    }
  } finally {
    await database.close();
  }
}

/** How many requests seh has counted, of the scarcest allowance. */
async function counted(options: Parameters<typeof runSeh>[1]): Promise<number> {
  const { stdout, stderr } = await runSeh(["status", "--json"], options);
  const { quota } = JSON.parse(stdout);
  assert.ok(quota, stderr);
  return quota.scarcest_site.limit - quota.scarcest_site.requests_left;
}

onFileAndServer(
  "syncs that are killed one after another, wherever they are, leave nothing out, nothing twice and no request uncounted",
  async (fresh) => {
    await using place = await fresh();
    const server = await start();
    const cwd = await Deno.makeTempDir({ prefix: "seh-killed-" });
    try {
      for (const api of inTurns(["1", "2"] as const, `kills ${place.url.split(":")[0]}`)) {
        const env = environment(server, api, place.url, join(cwd, "quota.json"));
        const options = { cwd, env, at: now };
        let kills = 0;
        // After so many requests of its own, and so many milliseconds: while it asks, reads, saves or counts.
        for (const [requests, pause] of [[1, 0], [2, 20], [3, 8], [4, 2], [5, 25]] as const) {
          const before = server.requests.length;
          const child = spawnSeh(["sync", "--full"], options);
          let isOver = false;
          child.status.then(() => isOver = true);
          const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
          while (!isOver && server.requests.length < before + requests) await wait(1);
          await wait(pause);
          if (!isOver) child.kill("SIGKILL");
          if ((await child.output()).signal === "SIGKILL") kills++;
        }
        assert.ok(kills >= 3, `${kills} kills`);
        const last = await runSeh(["sync", "--full"], options);
        assert.equal(last.code, 0, last.stderr);
        await assertWhole(server, api, place.url);
        const ofSites = server.requests.filter((one) => api === "2" || one.siteIds.length > 0);
        assert.ok(await counted(options) >= ofSites.length, "a request was not counted");
      }
    } finally {
      await server.close();
      await Deno.remove(cwd, { recursive: true });
    }
  },
);

/** A small disk of its own; null where this machine lets nobody make one. */
async function smallDisk(): Promise<(AsyncDisposable & { readonly path: string }) | null> {
  if (Deno.build.os !== "linux") return null;
  const path = await Deno.makeTempDir({ prefix: "seh-disk-" });
  const run = async (command: string, ...args: string[]) =>
    (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()).success;
  const isMounted = await run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", path)
    .catch(() => false);
  const free = async () => {
    if (isMounted) await run("umount", "-l", path);
    await Deno.remove(path, { recursive: true });
  };
  if (isMounted) return { path, [Symbol.asyncDispose]: free };
  await free();
  return null;
}

const canMount = await smallDisk().then(async (disk) => {
  await disk?.[Symbol.asyncDispose]();
  return disk !== null;
}).catch(() => false);

for (
  const [room, api] of inTurns(
    [0, 150, 300].flatMap((room) => (["1", "2"] as const).map((api) => [room, api] as const)),
    "a full disk",
  )
) {
  Deno.test({
    name:
      `API ${api}: a disk that is full ${room} kB later ends the sync with 6, and with room again the next one completes it`,
    ignore: !canMount,
    async fn() {
      await using disk = (await smallDisk())!;
      const server = await start();
      const cwd = await Deno.makeTempDir({ prefix: "seh-full-" });
      try {
        const url = `sqlite:///${join(disk.path, "seh.db")}`;
        const env = environment(server, api, url, join(disk.path, "quota.json"));
        const options = { cwd, env, at: now };
        for (const command of ["init-db", "check-api"]) {
          assert.equal((await runSeh([command], options)).code, 0);
        }
        const junk = join(disk.path, "junk");
        await fill(junk);
        await Deno.truncate(junk, Deno.statSync(junk).size - room * 1024);
        const full = await runSeh(["sync", "--full"], options);
        assert.equal(full.code, 6, full.stderr);
        assert.match(full.stderr, /the disk is full .*make room and run again$/m);
        await Deno.remove(junk);
        const next = await runSeh(["sync", "--full"], options);
        assert.equal(next.code, 0, next.stderr);
        await assertWhole(server, api, url);
        const ofSites = server.requests.filter((one) => api === "2" || one.siteIds.length > 0);
        assert.ok(await counted(options) >= ofSites.length, "a request was not counted");
      } finally {
        await server.close();
        await Deno.remove(cwd, { recursive: true });
      }
    },
  });
}

/** Writes until nothing more has room. */
async function fill(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const bytes = new Uint8Array(4096);
  try {
    while (true) await file.write(bytes);
  } catch (error) {
    if (!(error instanceof Error && /os error 28/.test(error.message))) throw error;
  }
}
