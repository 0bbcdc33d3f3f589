// Also on the bundle: processes that are killed, and what comes after them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../src/simulator/simulator.ts";
import { tables } from "../../src/model/tables.ts";
import { assertTruth } from "../support/assert_truth.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { onFileAndServer, onOneDatabase } from "../support/on_each_database.ts";
import { runSeh, spawnSeh } from "../support/run_seh.ts";
import { storedRows } from "../support/stored_rows.ts";

const site = homeSite({ firstDay: "2026-05-28", installationDate: "2026-05-20" });
const noon = Temporal.Instant.from("2026-06-01T12:07:00Z");

interface User extends AsyncDisposable {
  readonly server: Simulator;
  readonly cwd: string;
  readonly env: Record<string, string>;
  now: Temporal.Instant;
  seh(args: readonly string[], env?: Record<string, string>): ReturnType<typeof runSeh>;
}

type Options = Partial<SimulatorOptions> & { readonly fresh?: () => Promise<FreshDatabase> };

/**
 * A folder, a simulated server and a clock that both of them and seh read; `seh.db` in the folder, unless
 * `fresh` gives another database.
 */
async function user({ fresh, ...options }: Options = {}): Promise<User> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-sync-test-" });
  const one = { now: noon };
  const server = await startSimulator({ sites: [site], ...options, now: () => one.now });
  const place = await fresh?.();
  const env = {
    SEH_API_KEY: server.apiKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "1",
    SEH_DATABASE_URL: place?.url ?? `sqlite:///${join(cwd, "seh.db")}`,
  };
  return Object.assign(one, {
    server,
    cwd,
    env,
    seh: (args: readonly string[], more: Record<string, string> = {}) =>
      runSeh(args, { cwd, env: { ...env, ...more }, at: one.now }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await place?.[Symbol.asyncDispose]();
      await Deno.remove(cwd, { recursive: true });
    },
  });
}

async function open({ env }: User) {
  const database = await openDatabase(env.SEH_DATABASE_URL);
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}

onOneDatabase(
  "seh sync asks for nothing within minutes, for the freshest within the hour, and holds the truth a day later",
  async (fresh) => {
    await using one = await user({ fresh });
    assert.equal((await one.seh(["sync", "--full"])).code, 0);
    one.server.clearRequests();
    one.now = one.now.add({ minutes: 5 });
    const soon = JSON.parse((await one.seh(["sync", "--json"])).stdout);
    assert.equal(one.server.requests.length, 0);
    assert.deepEqual([soon.requests, soon.rows.inserted, soon.rows.changed], [0, 0, 0]);

    one.now = one.now.add({ minutes: 60 });
    const fresher = await one.seh(["sync", "--json"]);
    assert.equal(fresher.code, 0, fresher.stderr);
    assert.deepEqual(Object.keys(one.server.requestCounts()).sort(), [
      "/site/{id}/currentPowerFlow",
      "/site/{id}/overview",
      "/site/{id}/power",
      "/site/{id}/powerDetails",
    ]);
    assert.equal(JSON.parse(fresher.stdout).requests, 4);
    assert.ok(JSON.parse(fresher.stdout).rows.inserted > 0);

    one.now = one.now.add({ hours: 23 });
    const dayLater = await one.seh(["sync", "--json"]);
    assert.equal(dayLater.code, 0, dayLater.stderr);
    {
      await using database = await open(one);
      await assertTruth(one.server, database, site, "2026-05-27T22:00:00Z", {
        powerFlowAt: one.now,
      });
    }
    one.server.clearRequests();
    const unchanged = JSON.parse((await one.seh(["sync", "--json"])).stdout);
    assert.equal(one.server.requests.length, 0);
    assert.deepEqual([unchanged.rows.inserted, unchanged.rows.changed], [0, 0]);
  },
);

onFileAndServer(
  "a sync that is killed leaves nothing half done, and the next one completes it",
  async (fresh) => {
    await using one = await user({ fresh });
    const hold = one.server.hold({ endpoint: "/site/{id}/energyDetails" });
    const child = spawnSeh(["sync", "--full"], { cwd: one.cwd, env: one.env, at: one.now });
    await hold.waiting(1);
    child.kill("SIGKILL");
    await child.output();
    hold.release();
    const next = await one.seh(["sync", "--full"]);
    assert.equal(next.code, 0, next.stderr);
    await using database = await open(one);
    await assertTruth(one.server, database, site, "2026-05-27T22:00:00Z", { powerFlowAt: one.now });
  },
);

onOneDatabase(
  "of two syncs at once the second ends with 75 and says who is at it",
  async (fresh) => {
    await using one = await user({ fresh });
    const hold = one.server.hold({ endpoint: "/site/{id}/powerDetails" });
    const first = spawnSeh(["sync"], { cwd: one.cwd, env: one.env, at: one.now });
    await hold.waiting(1);
    const second = await one.seh(["sync"]);
    assert.equal(second.code, 75);
    // By the clock of the machine that runs the test: the minute is the same in most zones.
    assert.match(second.stderr, /another sync is running on .+, since \d\d:\d[27] on \d+ \w+ 2026/);
    hold.release();
    assert.equal((await first.output()).code, 0);
  },
);

onOneDatabase("a sync that was killed does not keep the next one out", async (fresh) => {
  await using one = await user({ fresh });
  const hold = one.server.hold({ endpoint: "/site/{id}/powerDetails" });
  const first = spawnSeh(["sync"], { cwd: one.cwd, env: one.env, at: one.now });
  await hold.waiting(1);
  first.kill("SIGKILL");
  await first.output();
  hold.release();
  assert.equal((await one.seh(["sync"])).code, 0);
});

onOneDatabase(
  "when the quota is spent the run ends with 75, everything fetched is saved, nothing is asked twice",
  async (fresh) => {
    await using one = await user({ fresh });
    const limit = { SEH_API_DAILY_LIMIT: "12" };
    const first = await one.seh(["sync"], limit);
    assert.equal(first.code, 75, first.stderr);
    assert.match(first.stdout, /left for a later run.*Nothing is lost/);
    assert.equal(one.server.requests.filter((request) => request.siteIds.length > 0).length, 12);
    one.now = one.now.add({ hours: 25 });
    const second = await one.seh(["sync"], limit);
    assert.ok([0, 75].includes(second.code), second.stderr);
    assert.ok(one.server.requests.every((request) => request.status !== 429));
  },
);

onOneDatabase(
  "--max-requests is never exceeded, and ends with 75 while something is due",
  async (fresh) => {
    await using one = await user({ fresh });
    const { code } = await one.seh(["sync", "--max-requests", "5"]);
    assert.equal(code, 75);
    assert.equal(one.server.requests.length, 5);
  },
);

Deno.test("a key that is refused ends with 4 and says what to check", async () => {
  await using one = await user({ invalidKeyStatus: 401 });
  const { code, stderr } = await one.seh(["sync"], {
    SEH_API_KEY: "NOTTHEKEYNOTTHEKEYNOTTHEKEY12345",
  });
  assert.equal(code, 4);
  assert.match(stderr, /SEH_API_KEY/);
});

Deno.test("an API that is switched off ends with 1 and says so", async () => {
  await using one = await user();
  one.server.inject({ kind: "status", status: 410, times: Infinity });
  const { code, stderr } = await one.seh(["sync"]);
  assert.equal(code, 1);
  assert.match(stderr, /retired/);
});

onOneDatabase(
  "a server in trouble fails only its own requests: 5, reported with endpoint and site",
  async (fresh) => {
    await using one = await user({ fresh });
    one.server.inject({
      kind: "status",
      status: 503,
      endpoint: "/site/{id}/storageData",
      times: Infinity,
    });
    const { code, stdout } = await one.seh(["sync"]);
    assert.equal(code, 5);
    assert.match(stdout, /Failed: site 1234567, storage \(\/site\/1234567\/storageData\): .*503/);
    const strict = await one.seh(["sync", "--only", "storage"], { SEH_ERROR_HANDLING: "strict" });
    assert.equal(strict.code, 5);
  },
);

Deno.test("a dry run asks for the sites where none is known, else nothing, makes no file and says each cost", async () => {
  await using one = await user();
  const before = await one.seh(["sync", "--dry-run"]);
  assert.equal(before.code, 0, before.stderr);
  assert.match(before.stderr, /asked for the sites, .* \(2 requests\)/);
  assert.deepEqual(
    one.server.requests.map((request) => request.endpoint),
    ["/sites/list", "/site/{id}/dataPeriod"],
  );
  await assert.rejects(Deno.stat(join(one.cwd, "seh.db")), Deno.errors.NotFound);
  await one.seh(["sync", "--only", "energy"]);
  one.server.clearRequests();
  const full = JSON.parse((await one.seh(["sync", "--dry-run", "--full", "--json"])).stdout);
  assert.equal(one.server.requests.length, 0);
  const power = full.requests.find((request: { query: string }) => request.query === "power");
  assert.equal(power.cost, 1);
  assert.equal(power.from, "2026-05-27T22:00:00Z");
});

onOneDatabase("--only, --skip, --site and a range ask for nothing else", async (fresh) => {
  await using one = await user({ fresh, sites: [site, houseSite({ firstDay: "2026-05-28" })] });
  await one.seh(["sync", "--only", "energy,power", "--site", "1234567"]);
  const counts = one.server.requestCounts();
  assert.equal(counts["/site/{id}/storageData"], undefined);
  assert.equal(counts["/site/{id}/power"], 1);
  assert.ok(one.server.requests.every((request) => !request.siteIds.includes(2345678)));
  one.server.clearRequests();
  const again = await one.seh([
    "sync",
    "--only",
    "power",
    "--site",
    "1234567",
    "--from",
    "2026-05-29",
    "--to",
    "2026-05-30",
  ]);
  assert.equal(again.code, 0, again.stderr);
  const asked = one.server.requests.filter((request) => request.endpoint === "/site/{id}/power");
  assert.deepEqual(asked.map((request) => request.parameters.startTime), ["2026-05-29 00:00:00"]);
});

for (
  const [args, says] of [
    [["sync", "--from", "2026-05-01"], /--from and --to belong together/],
    [["sync", "--from", "2026-05-02", "--to", "2026-05-01"], /lies after/],
    [["sync", "--only", "enrgy"], /energy/],
    [["sync", "--max-requests", "0"], /whole number/],
  ] as const
) {
  Deno.test(`seh ${args.join(" ")} is a mistake in usage`, async () => {
    await using one = await user();
    const { code, stderr } = await one.seh(args);
    assert.equal(code, 2);
    assert.match(stderr, says);
  });
}

onOneDatabase(
  "the API key is in no output, log, file or database, even when the server echoes it",
  async (fresh) => {
    await using one = await user({ fresh, extraKeys: true });
    one.server.inject({
      kind: "echo-url",
      status: 500,
      endpoint: "/site/{id}/envBenefits",
      times: Infinity,
    });
    one.server.inject({
      kind: "echo-url",
      status: 400,
      endpoint: "/site/{id}/inventory",
      times: Infinity,
    });
    const key = one.server.apiKey;
    const env = { SEH_LOG_FILE: join(one.cwd, "seh.log"), SEH_LOG_LEVEL: "DEBUG" };
    const outputs: string[] = [];
    for (
      const args of [["sync", "-v"], ["sync", "--json", "-v"], ["status", "--diagnostics"], [
        "check-api",
        "-v",
      ]]
    ) {
      const { stdout, stderr } = await one.seh(args, env);
      outputs.push(stdout, stderr);
    }
    const refused = await one.seh(["sync", "-v"], { SEH_API_BASE_URL: "http://127.0.0.1:9" });
    outputs.push(refused.stdout, refused.stderr);
    for (const text of outputs) assert.ok(!text.includes(key), text);
    {
      await using database = await open(one);
      for (const { name } of tables) {
        const rows = await storedRows(database, name);
        assert.ok(!Deno.inspect(rows, { strAbbreviateSize: Infinity }).includes(key), name);
      }
    }
    let files = 0;
    for (const path of filesIn(one.cwd)) {
      files++;
      const text = new TextDecoder("latin1").decode(await Deno.readFile(path));
      assert.ok(!text.includes(key), path);
    }
    assert.ok(files >= 2, "log and quota file were searched");
  },
);

function* filesIn(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* filesIn(path);
    else yield path;
  }
}
