import assert from "node:assert/strict";
import spider from "../../sql/mariadb/spider.sql" with { type: "text" };
import { copyHarvest } from "../../src/database/copy.ts";
import { mariadbSchema as schema } from "../../src/database/schemas.ts";
import { openDatabase } from "../../src/database/open.ts";
import { tables } from "../../src/model/tables.ts";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { assertTruth } from "../support/assert_truth.ts";
import { freshFile } from "../support/fresh_file.ts";
import { type MariadbServer, startMariadb } from "../support/mariadb_server.ts";
import { runSeh } from "../support/run_seh.ts";
import { counts, rows } from "./conformance/dialect.ts";
import { delivery, later, noon, powerDelivery, quarterHours, rowsOf } from "./deliveries.ts";
import { saveSmallHarvest } from "./small_harvest.ts";

const [node, first, second] = hasSpider()
  ? await Promise.all([1, 2, 3].map(() => startMariadb([], { own: true })))
  : [null, null, null];

interface Place extends AsyncDisposable {
  /** The address of the server that seh talks to. */
  readonly url: string;
  /** How many rows of a table each shard holds. */
  held(table: string): Promise<number[]>;
}

/**
 * A test with a database on a node and two shards, one server each, made by the script that users run;
 * `make` makes the tables of the node.
 */
function test(
  name: string,
  run: (place: Place) => Promise<void>,
  make: (url: string) => Promise<void> = migrate,
): void {
  Deno.test(`mariadb, Spider: ${name}`, { ignore: !node || !first || !second }, async () => {
    const servers = [node!, first!, second!];
    await using stack = new AsyncDisposableStack();
    const places = await Promise.all(servers.map((one) => one.fresh()));
    for (const one of places) stack.use(one);
    const [{ url, database }, ...shards] = places;
    for (const shard of shards) await migrate(shard.url);
    await make(url);
    await node!.admin(`use ${database}; ${scriptFor(shards)}`);
    await run({
      url,
      held: (table) =>
        Promise.all(shards.map(async (shard, at) => {
          const sql = `select count(*) as n from ${table}`;
          return Number((await servers[at + 1].select(shard.url, sql))[0].n);
        })),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  });
}

async function migrate(url: string): Promise<void> {
  const database = await openDatabase(url);
  await database.migrate();
  await database.close();
}

/** The tables as the first version made them. */
async function makeOldTables(url: string): Promise<void> {
  const [{ version, name, sql }] = schema.migrations;
  await node!.select(
    url,
    `${sql} insert into schema_migrations values (${version}, '${name}', now())`,
  );
}

/** The script with the addresses changed, as its reader is asked to do. */
function scriptFor([a, b]: readonly { readonly database: string }[]): string {
  return spider
    // What the client does with them.
    .replace(/^delimiter .*$/gm, "").replace("end //", "end;")
    .replace("'shard-a.example', port 3306", `'127.0.0.1', port ${first!.port}`)
    .replace("'shard-b.example', port 3307", `'127.0.0.1', port ${second!.port}`)
    .replaceAll("user 'seh', password 'change me'", "user 'root', password ''")
    .replace("database 'seh'", `database '${a.database}'`)
    .replace("database 'seh'", `database '${b.database}'`);
}

test("a whole sync stores every row, and status and export give what they give on a file", async (place) => {
  const since = { firstDay: "2026-05-31", installationDate: "2026-05-31" };
  const sites = [homeSite(since), houseSite(since), businessSite({ ...since, changes: [] })];
  const starts = ["2026-05-30T22:00:00Z", "2026-05-31T04:00:00Z", "2026-05-30T13:30:00Z"];
  const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
  await using file = await freshFile();
  const outputs: string[][] = [];
  for (const url of [file.url, place.url]) {
    const cwd = await Deno.makeTempDir({ prefix: "seh-spider-test-" });
    await using server = await startSimulator({ sites, now: () => now });
    const env = {
      SEH_API_KEY: server.apiKey,
      SEH_API_BASE_URL: server.url,
      SEH_API_VERSION: "1",
      SEH_DATABASE_URL: url,
    };
    const seh = async (...args: string[]) => {
      const { code, stdout, stderr } = await runSeh(args, { cwd, env, at: now });
      assert.equal(code, 0, stderr);
      return stdout;
    };
    await seh("sync", "--full");
    await seh("sync", "--full");
    const { sites: status } = JSON.parse(await seh("status", "--json"));
    outputs.push([JSON.stringify(status), await seh("export", "-f", "ndjson", "-o", "-")]);
    const database = await openDatabase(url);
    for (const [at, site] of sites.entries()) {
      await assertTruth(server, database, site, starts[at]);
    }
    await database.close();
    await Deno.remove(cwd, { recursive: true });
  }
  assert.deepEqual(outputs[1], outputs[0]);
  const onShards = await place.held("power_readings");
  const [{ n }] = await file.select("select count(*) as n from power_readings");
  assert.equal(onShards[0] + onShards[1], n, "all of it is on the shards");
  assert.ok(onShards.every((one) => one > 0), "sites with even and with odd ids are apart");
});

test("every table is the same as in a file, and whole rows are copied", async (place) => {
  const file = await openDatabase("sqlite:///:memory:");
  await file.migrate();
  await saveSmallHarvest(file);
  const database = await openDatabase(place.url);
  assert.equal(await database.state(), "current");
  assert.deepEqual((await database.migrate()).applied, []);
  const lock = await database.lock({ host: "here", pid: 1, since: noon });
  await saveSmallHarvest(database);
  for (const { name } of tables.filter((one) => one.name !== "schema_migrations")) {
    assert.deepEqual(
      await rows(database, { table: name }),
      await rows(file, { table: name }),
      name,
    );
  }
  const { signal } = new AbortController();
  const copied = await copyHarvest(file, database, { signal });
  assert.ok(copied.every((one) => one.isEqual));
  await lock[Symbol.asyncDispose]();
  await database.close();
  await file.close();
});

test("a later migration is applied to the node when the shards have it", async (place) => {
  const database = await openDatabase(place.url);
  assert.equal(await database.state(), "behind");
  const { applied } = await database.migrate();
  assert.deepEqual(applied, schema.migrations.slice(1).map((one) => one.name));
  const file = await openDatabase("sqlite:///:memory:");
  await file.migrate();
  await saveSmallHarvest(file);
  const { signal } = new AbortController();
  const copied = await copyHarvest(file, database, { signal });
  assert.ok(copied.every((one) => one.isEqual));
  await database.close();
  await file.close();
}, makeOldTables);

test("thousands of rows are counted as new, changed and unchanged, and lie on the shard of their site", async (place) => {
  const database = await openDatabase(place.url);
  const times = quarterHours("2026-04-01", 2976);
  assert.deepEqual(counts(await database.save(powerDelivery(times))), [2976, 0, 0]);
  assert.deepEqual(counts(await database.save(powerDelivery(times))), [0, 0, 2976]);
  const changed = powerDelivery(times.slice(1), { fetchedAt: later, keepRevisions: true });
  const saved = await database.save(changed);
  assert.deepEqual(counts(saved), [0, 2975, 0]);
  assert.equal(saved.revised.length, 2975);
  const day = Temporal.PlainDate.from("2026-04-02");
  const found = await rows(database, {
    table: "power_readings",
    siteIds: [1],
    start: day,
    end: day,
  });
  assert.equal(found.length, 96);
  await database.close();
  assert.deepEqual((await place.held("power_readings")).sort(), [0, 2976]);
});

test("of rows that come alone the count may be wrong, but never what is stored", async (place) => {
  const database = await openDatabase(place.url);
  const site = delivery(rowsOf("sites", [{ site_id: 1, name: "Roof" }]));
  for (const fetchedAt of [noon, later]) await database.save({ ...site, fetchedAt });
  const seen = async () => {
    const [{ name, last_seen, updated_at }] = await rows(database, { table: "sites" });
    return [name, last_seen, updated_at];
  };
  assert.deepEqual(await seen(), ["Roof", String(later), String(noon)]);
  await database.save(
    delivery(rowsOf("sites", [{ site_id: 1, name: "House" }]), { fetchedAt: later }),
  );
  assert.deepEqual(await seen(), ["House", String(later), String(later)]);
  await database.close();
});

test("a site whose time zone is corrected has its readings moved", async (place) => {
  const database = await openDatabase(place.url);
  await database.save(delivery(rowsOf("sites", [{ site_id: 1, time_zone: "UTC" }])));
  await database.save(powerDelivery(quarterHours("2026-04-01", 96)));
  const berlin = rowsOf("sites", [{ site_id: 1, time_zone: "Europe/Berlin" }]);
  await database.save(delivery(berlin, { fetchedAt: later }));
  const dayLater = later.add({ hours: 24 });
  const { rezoned } = await database.save(delivery(berlin, { fetchedAt: dayLater }));
  assert.deepEqual(rezoned.map((one) => [one.to, one.moved]), [["Europe/Berlin", 96]]);
  const moved = await rows(database, { table: "power_readings" });
  assert.equal(moved.length, 96);
  assert.deepEqual([moved[0].timestamp, moved[0].local_time], [
    "2026-03-31T22:00:00Z",
    "2026-04-01T00:00:00",
  ]);
  await database.close();
});

test("without spider_direct_dup_insert the second save of some rows fails, as documented", async (place) => {
  const times = quarterHours("2026-04-01", 3);
  await node!.admin("set global spider_direct_dup_insert = 0");
  const without = await openDatabase(place.url);
  await without.save(powerDelivery(times));
  await assert.rejects(
    without.save(powerDelivery(times)),
    /Column count doesn't match value count at row 1/,
  );
  await without.close();
  // New connections follow.
  await node!.admin("set global spider_direct_dup_insert = 1");
  const database = await openDatabase(place.url);
  await database.save(powerDelivery(times));
  assert.equal((await rows(database, { table: "power_readings" })).length, 3);
  await database.close();
});

test("while a shard is down a sync ends with 6 and says why, and goes on when it is back", async (place) => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-spider-test-" });
  const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
  const site = homeSite({ firstDay: "2026-05-30", installationDate: "2026-05-30" });
  await using server = await startSimulator({ sites: [site], now: () => now });
  const env = {
    SEH_API_KEY: server.apiKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "1",
    SEH_DATABASE_URL: place.url,
  };
  const seh = (...args: string[]) => runSeh(args, { cwd, env, at: now });
  assert.equal((await seh("sync", "--only", "sites")).code, 0);
  const shard: MariadbServer = site.siteId % 2 === 0 ? first! : second!;
  await shard.stop();
  const { code, stderr } = await seh("sync");
  await shard.start();
  assert.equal(code, 6, stderr);
  assert.match(stderr, /^seh: the database: .*a shard cannot be reached/m);
  const next = await seh("sync", "--full");
  assert.equal(next.code, 0, next.stderr);
  const database = await openDatabase(place.url);
  await assertTruth(server, database, site, "2026-05-29T22:00:00Z", { powerFlowAt: now });
  await database.close();
  await Deno.remove(cwd, { recursive: true });
});

function hasSpider(): boolean {
  const folders = ["/usr/lib/mysql/plugin", "/usr/lib64/mysql/plugin"];
  return folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}/ha_spider.so`).isFile;
    } catch {
      return false;
    }
  });
}
