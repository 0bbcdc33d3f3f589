import assert from "node:assert/strict";
import { LockedError } from "../../../src/database/database_error.ts";
import { viewNames } from "../../../src/database/migrate.ts";
import { openDatabase } from "../../../src/database/open.ts";
import { noon, powerDelivery, quarterHours } from "../deliveries.ts";
import { databaseTest, type DialectUnderTest, rows } from "./dialect.ts";

/** Making the tables, the lock, and what a killed process leaves. */
export function testOpening(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);
  const ignore = dialect.ignore ?? false;

  test("creating the tables twice changes nothing the second time", async (database) => {
    assert.equal(await database.state(), "current");
    const again = await database.migrate();
    assert.deepEqual(again.applied, []);
    assert.equal(again.views, viewNames(dialect.schema).length);
  });

  Deno.test(
    `${dialect.name}: a database without tables is empty until it is migrated`,
    { ignore },
    async () => {
      await using place = await dialect.fresh();
      const database = await openDatabase(place.url);
      assert.equal(await database.state(), "empty");
      const { applied, version } = await database.migrate();
      assert.equal(applied[0], "0001_tables");
      assert.equal(Number(applied.at(-1)!.slice(0, 4)), version);
      assert.equal(await database.state(), "current");
      await database.close();
    },
  );

  Deno.test(
    `${dialect.name}: views are made again when one is missing, when a version has others, and when they are to be`,
    { ignore },
    async () => {
      await using place = await dialect.fresh();
      const database = await openDatabase(place.url);
      const run = async (sql: string) => void await dialect.execute(place.url, sql);
      // The same columns, as PostgreSQL wants them when it replaces a view, and a row where ours has none.
      const changeByHand = () =>
        run(`
          create table by_hand as
            select ours.* from (select 1 as one) row_of_mine left join v_costs_daily ours on 1 = 1;
          drop view v_costs_daily;
          create view v_costs_daily as select * from by_hand`);
      const isByHand = async () => {
        const { signal } = new AbortController();
        const found = [];
        for await (const { rows } of database.ask("select 1 from v_costs_daily", () => signal)) {
          found.push(...rows);
        }
        if (found.length === 0) await run("drop table by_hand");
        return found.length > 0;
      };
      try {
        await database.migrate();
        await changeByHand();
        await database.migrate();
        assert.equal(await isByHand(), true, "views that are there are left alone");
        await run("drop view v_data_quality");
        await database.migrate();
        assert.equal(await isByHand(), false, "one was missing");

        await changeByHand();
        await run("update schema_migrations set name = 'views of before' where version = 0");
        await database.migrate();
        assert.equal(await isByHand(), false, "a version had others");

        await changeByHand();
        await database.migrate("always");
        assert.equal(await isByHand(), false, "they were to be made");
      } finally {
        await database.close();
      }
    },
  );

  Deno.test(
    `${dialect.name}: four processes that migrate at once make the tables once`,
    { ignore },
    async () => {
      await using place = await dialect.fresh();
      const outputs = await Promise.all(
        [1, 2, 3, 4].map(() => child("migrate", place.url, "piped").output()),
      );
      for (const { success, stderr } of outputs) {
        assert.ok(success, new TextDecoder().decode(stderr));
      }
      const said = outputs.map(({ stdout }) => new TextDecoder().decode(stdout).trim()).sort();
      assert.deepEqual(said.slice(0, 3), ["0", "0", "0"]);
      assert.ok(Number(said[3]) > 0);
    },
  );

  Deno.test(
    `${dialect.name}: of a delivery whose process is killed nothing is there`,
    { ignore },
    async () => {
      await using place = await dialect.fresh();
      const database = await openDatabase(place.url);
      await database.migrate();
      const saving = child("save", place.url).spawn();
      assert.equal(await firstLine(saving), "in the middle");
      saving.kill("SIGKILL");
      await saving.status;
      assert.deepEqual(await rows(database, { table: "power_readings" }), []);
      const saved = await database.save(powerDelivery(quarterHours("2026-03-01", 96)));
      assert.equal(saved.inserted, 96);
      await database.close();
    },
  );

  Deno.test(`${dialect.name}: the lock names its holder and is free when that is killed`, {
    ignore,
  }, async () => {
    await using place = await dialect.fresh();
    const database = await openDatabase(place.url);
    await database.migrate();
    const holding = child("lock", place.url).spawn();
    assert.equal(await firstLine(holding), "held");
    const mine = { host: "here", pid: 1, since: noon };
    await assert.rejects(database.lock(mine), (error) => {
      assert.ok(error instanceof LockedError);
      assert.equal(error.holder?.pid, holding.pid);
      assert.equal(error.holder?.host, "elsewhere");
      assert.equal(String(error.holder?.since), "2026-06-01T12:00:00Z");
      return true;
    });
    holding.kill("SIGKILL");
    await holding.status;
    const lock = await database.lock(mine);
    await assert.rejects(database.lock(mine), LockedError);
    await lock[Symbol.asyncDispose]();
    await (await database.lock(mine))[Symbol.asyncDispose]();
    await database.close();
  });

  test("the size of the database is known in bytes", async (database) => {
    const size = await database.size();
    assert.ok(size === null || size > 4096);
  });
}

function child(
  task: string,
  url: string,
  stderr: "inherit" | "piped" = "inherit",
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", new URL("../child.ts", import.meta.url).pathname, task, url],
    stdout: "piped",
    stderr,
  });
}

async function firstLine(process: Deno.ChildProcess): Promise<string> {
  const reader = process.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  await process.stdout.cancel();
  return new TextDecoder().decode(value).trim();
}
