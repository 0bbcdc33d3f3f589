import assert from "node:assert/strict";
import { createConnection } from "mysql2/promise";
import postgresDriver from "postgres";
import { instantOf } from "../../src/model/coverage.ts";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open.ts";
import type { TableName } from "../../src/model/table.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { assertTruth } from "../support/assert_truth.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { freshOn } from "../support/on_each_database.ts";
import { startPostgres } from "../support/postgres_server.ts";
import { type RunResult, runSeh, spawnSeh } from "../support/run_seh.ts";
import { inTurns } from "../support/scope.ts";
import { storedRows } from "../support/stored_rows.ts";
import { truthRows } from "../support/truth_rows.ts";

const site = homeSite({ firstDay: "2026-05-28", installationDate: "2026-05-20" });
const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const since = "2026-05-27T22:00:00Z";

const [postgres, mariadb] = await Promise.all([
  startPostgres([], { own: true }),
  // What was committed survives the server, as it does where nothing is set.
  startMariadb(["innodb-flush-log-at-trx-commit=2"]),
]);

/** A server of this file alone, and what can be done to its connections. */
interface Victim {
  readonly name: string;
  readonly ignore: boolean;
  fresh(): Promise<FreshDatabase>;
  /** Ends the connections of seh that hold the lock, or all others, as an administrator would. */
  kill(place: FreshDatabase, which: "lock" | "others"): Promise<void>;
  /** Lets nobody else read or write a table until it is disposed. */
  block(place: FreshDatabase, table: TableName): Promise<AsyncDisposable>;
  /** How many statements wait for a blocked table. */
  readonly waiting: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const victims: readonly Victim[] = [
  {
    name: "postgres",
    ignore: postgres === null,
    fresh: () => freshOn(postgres!),
    async kill(place, which) {
      await place.select(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name ${which === "lock" ? "like 'seh lock%'" : "= 'seh'"}`);
    },
    async block(place, table) {
      const [, schema] = /search_path%3D(\w+)/.exec(place.url)!;
      const connection = postgresDriver(postgres!.url(), { max: 1, onnotice: () => {} });
      await connection.unsafe(`begin; lock table ${schema}.${table}`).simple();
      return { [Symbol.asyncDispose]: () => connection.end().catch(() => {}) };
    },
    waiting: "select count(*)::integer as n from pg_locks where not granted",
    stop: () => postgres!.stop(),
    start: () => postgres!.start(),
  },
  {
    name: "mariadb",
    ignore: mariadb === null,
    fresh: () => freshOn(mariadb!),
    async kill(place, which) {
      const connections = await place.select(`
        select id, id in (select connection from sync_lock) as has_lock
        from information_schema.processlist
        where db = database() and id <> connection_id()`);
      for (const { id, has_lock } of connections) {
        if (Boolean(has_lock) !== (which === "lock")) continue;
        await mariadb!.admin(`kill ${id}`).catch((error) => {
          // The list shows connections of this test's own, too, that are just being closed.
          if (!/Unknown thread id/.test(String(error))) throw error;
        });
      }
    },
    async block(place, table) {
      const { host, port } = mariadb!;
      const connection = await createConnection({ host, port, user: "root" });
      const [, database] = /\/(\w+)$/.exec(place.url)!;
      await connection.query(`lock tables ${database}.${table} write`);
      return { [Symbol.asyncDispose]: () => connection.end().catch(() => {}) };
    },
    waiting: `select count(*) as n from information_schema.processlist
      where db = database() and state = 'Waiting for table metadata lock'`,
    stop: () => mariadb!.stop(),
    start: () => mariadb!.start(),
  },
];

for (const victim of victims) {
  const test = (name: string, run: (one: Scene) => Promise<void>) => {
    if (!inTurns(victims, name).includes(victim)) return;
    Deno.test(`${victim.name}: ${name}`, { ignore: victim.ignore }, async () => {
      await using one = await scene(victim);
      await run(one);
    });
  };

  test("a sync whose connection is ended between two deliveries goes on and is complete", async (one) => {
    const hold = one.server.hold({ endpoint: "/site/{id}/powerDetails" });
    const sync = one.spawn(["sync", "--full"]);
    await hold.waiting(1);
    await victim.kill(one.place, "others");
    hold.release();
    const { code, stderr } = await ended(sync);
    assert.equal(code, 0, stderr);
    await one.assertComplete();
  });

  test("a delivery whose connection is ended while it is saved is saved on a new one", async (one) => {
    assert.equal((await one.seh(["sync", "--only", "sites"])).code, 0);
    const hold = one.server.hold({ endpoint: "/site/{id}/power" });
    const sync = one.spawn(["sync", "--only", "power", "--json"]);
    await hold.waiting(1);
    {
      // The rows are written, what is known of them is not.
      await using _blocked = await victim.block(one.place, "coverage");
      hold.release();
      await one.isBlocked(sync);
      await victim.kill(one.place, "others");
      await one.isBlocked(sync);
      const [{ n }] = await one.place.select("select count(*) as n from power_readings");
      assert.equal(Number(n), 0, "of the delivery that was cut off nothing is there");
    }
    const { code, stdout, stderr } = await ended(sync);
    assert.equal(code, 0, stderr);
    const { rows, failures } = JSON.parse(stdout);
    assert.deepEqual(failures, []);
    assert.ok(rows.inserted > 400);
    assert.equal(one.server.requestCounts()["/site/{id}/power"], 1, "it was not asked for again");
    assert.equal((await one.seh(["sync", "--full"])).code, 0);
    await one.assertComplete();
  });

  test("a sync that loses its lock ends with 6, and the next one completes it", async (one) => {
    const hold = one.server.hold({ endpoint: "/site/{id}/powerDetails" });
    const sync = one.spawn(["sync", "--full"]);
    await hold.waiting(1);
    await victim.kill(one.place, "lock");
    const other = one.spawn(["sync", "--only", "sites"]);
    assert.equal((await ended(other)).code, 0, "the lock is free");
    hold.release();
    const { code, stderr } = await ended(sync);
    assert.equal(code, 6, stderr);
    assert.match(stderr, /holds the lock against a second sync was lost.*run again/);
    await one.assertAgreement();
    assert.equal((await one.seh(["sync", "--full"])).code, 0);
    await one.assertComplete();
  });

  test("a sync whose server dies ends with 6, nothing is half there, the next one completes it", async (one) => {
    const hold = one.server.hold({ endpoint: "/site/{id}/powerDetails" });
    const sync = one.spawn(["sync", "--full"]);
    await hold.waiting(1);
    await victim.stop();
    hold.release();
    const { code, stderr } = await ended(sync);
    assert.equal(code, 6, stderr);
    assert.match(
      stderr,
      /^seh: the database: .*(was lost|ended the connection|no server answers)/m,
    );
    const asked = one.server.requests.length;
    const meanwhile = await one.seh(["sync"]);
    assert.equal(meanwhile.code, 6);
    assert.match(meanwhile.stderr, /no server answers there.*start the server/);
    assert.equal(one.server.requests.length, asked, "without a database nothing is asked");
    await victim.start();
    await one.assertAgreement();
    const next = await one.seh(["sync", "--full"]);
    assert.equal(next.code, 0, next.stderr);
    await one.assertComplete();
  });

  test("a server that dies while a delivery is saved leaves nothing of it", async (one) => {
    assert.equal((await one.seh(["sync", "--only", "sites"])).code, 0);
    const hold = one.server.hold({ endpoint: "/site/{id}/power" });
    const sync = one.spawn(["sync", "--only", "power"]);
    await hold.waiting(1);
    const blocked = await victim.block(one.place, "coverage");
    hold.release();
    await one.isBlocked(sync);
    await victim.stop();
    const { code, stderr } = await ended(sync);
    assert.equal(code, 6, stderr);
    await blocked[Symbol.asyncDispose]();
    await victim.start();
    const [{ n }] = await one.place.select("select count(*) as n from power_readings");
    assert.equal(Number(n), 0);
    await one.assertAgreement();
    assert.equal((await one.seh(["sync", "--full"])).code, 0);
    await one.assertComplete();
  });
}

interface Scene extends AsyncDisposable {
  readonly server: Simulator;
  readonly place: FreshDatabase;
  seh(args: readonly string[]): Promise<RunResult>;
  spawn(args: readonly string[]): Deno.ChildProcess;
  /** Comes back when a statement of this run waits for a blocked table. */
  isBlocked(child: Deno.ChildProcess): Promise<void>;
  /** What is said to be fetched is there, and what is there is said to be fetched. */
  assertAgreement(): Promise<void>;
  /** Every row of every table is that of the server's model. */
  assertComplete(): Promise<void>;
}

async function scene(victim: Victim): Promise<Scene> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-loss-test-" });
  const server = await startSimulator({ sites: [site], now: () => now });
  const place = await victim.fresh();
  const env = {
    SEH_API_KEY: server.apiKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "1",
    SEH_DATABASE_URL: place.url,
  };
  const opened = async (work: (database: Database) => Promise<unknown>) => {
    const database = await openDatabase(place.url);
    try {
      await work(database);
    } finally {
      await database.close();
    }
  };
  return {
    server,
    place,
    seh: (args) => runSeh(args, { cwd, env, at: now }),
    spawn: (args) => spawnSeh(args, { cwd, env, at: now }),
    async isBlocked(child) {
      let hasEnded = false;
      child.status.then(() => hasEnded = true);
      while (Number((await place.select(victim.waiting))[0].n) === 0) {
        assert.ok(!hasEnded, "the run ended before it was blocked");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    assertAgreement: () => opened((database) => assertAgreement(server, database)),
    assertComplete: () =>
      opened((database) => assertTruth(server, database, site, since, { powerFlowAt: now })),
    async [Symbol.asyncDispose]() {
      await server.close();
      await place[Symbol.asyncDispose]();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

const tableOf: Readonly<Record<string, TableName>> = {
  "power": "power_readings",
  "power-details": "power_details",
  "energy-details": "energy_details",
  "storage": "battery_telemetry",
  "meters": "meter_readings",
  "telemetry": "inverter_telemetry",
};

async function assertAgreement(server: Simulator, database: Database): Promise<void> {
  const { coverage } = await database.known();
  for (const [series, table] of Object.entries(tableOf)) {
    const key = (row: Record<string, unknown>) => `${row.device_key ?? ""} ${row.timestamp}`;
    const stored = new Set((await storedRows(database, table)).map(key));
    const covered = coverage.filter((one) => one.series === series && one.state === "covered");
    assert.equal(stored.size > 0, covered.length > 0, `${table}: ${stored.size} rows`);
    for (const { start, end, deviceKey } of covered) {
      const [from, to] = [instantOf(start), instantOf(end)];
      const wanted = truthRows(server, site.siteId, table, { from, to, now })
        .filter((row) => deviceKey === "" || row.device_key === deviceKey);
      assert.ok(wanted.length > 0);
      for (const row of wanted) assert.ok(stored.has(key(row)), `${table} ${key(row)}`);
    }
  }
}

async function ended(child: Deno.ChildProcess): Promise<RunResult> {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
