import assert from "node:assert/strict";
import spider from "../../sql/mariadb/spider.sql" with { type: "text" };
import { copyHarvest } from "../../src/database/copy.ts";
import { openDatabase } from "../../src/database/open.ts";
import { tables } from "../../src/model/tables.ts";
import { type MariadbServer, startMariadb } from "../support/mariadb_server.ts";
import { counts, rows } from "./conformance/dialect.ts";
import { later, noon, powerPiece, quarterHours } from "./pieces.ts";
import { saveSmallHarvest } from "./small_harvest.ts";

const ignore = !hasSpider();

Deno.test("mariadb: sites spread over two servers are one harvest through Spider", {
  ignore,
  // The servers end with the process.
  sanitizeResources: false,
  sanitizeOps: false,
}, async () => {
  const [node, first, second] = await Promise.all(
    [1, 2, 3].map(() => startMariadb([], { own: true })),
  ) as MariadbServer[];
  await using place = await node.fresh();
  await using shardA = await first.fresh();
  await using shardB = await second.fresh();
  for (const { url } of [place, shardA, shardB]) {
    const database = await openDatabase(url);
    await database.migrate();
    await database.close();
  }
  await node.admin(`use ${place.database}; ${
    spider
      .replace("'shard-a.example', port 3306", `'127.0.0.1', port ${first.port}`)
      .replace("'shard-b.example', port 3307", `'127.0.0.1', port ${second.port}`)
      .replaceAll("user 'seh', password 'change me'", "user 'root', password ''")
      .replace("database 'seh'", `database '${shardA.database}'`)
      .replace("database 'seh'", `database '${shardB.database}'`)
  }`);

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

  // Whole rows, whatever is there already.
  const { signal } = new AbortController();
  const copied = await copyHarvest(file, database, { signal });
  assert.ok(copied.every((one) => one.isEqual));

  const times = quarterHours("2026-04-01", 2976);
  assert.deepEqual(counts(await database.save(powerPiece(times))), [2976, 0, 0]);
  assert.deepEqual(counts(await database.save(powerPiece(times))), [0, 0, 2976]);
  const changed = powerPiece(times.slice(1), { fetchedAt: later, keepRevisions: true });
  const saved = await database.save(changed);
  assert.deepEqual(counts(saved), [0, 2975, 0]);
  assert.equal(saved.revised.length, 2975);
  const day = Temporal.PlainDate.from("2026-04-02");
  assert.equal(
    (await rows(database, { table: "power_readings", siteIds: [1], start: day, end: day })).length,
    96,
  );
  await lock[Symbol.asyncDispose]();
  await database.close();
  await file.close();

  const held = async (server: MariadbServer, name: string) =>
    Number((await server.admin(`select count(*) as n from ${name}.power_readings`))[0].n);
  // One shard has site 1, the other has site 2: all of it is on them.
  assert.deepEqual(
    [await held(first, shardA.database), await held(second, shardB.database)].sort((a, b) => a - b),
    [250, 250 + 2976],
  );
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
