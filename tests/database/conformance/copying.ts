import assert from "node:assert/strict";
import { join } from "node:path";
import { copyHarvest } from "../../../src/database/copy.ts";
import { openDatabase } from "../../../src/database/open.ts";
import { tables } from "../../../src/model/tables.ts";
import { saveSmallHarvest, smallHarvestRows } from "../small_harvest.ts";
import { databaseTest, type DialectUnderTest, rows } from "./dialect.ts";

/** A harvest moves in from an SQLite file and out to another one. */
export function testCopying(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);
  const { signal } = new AbortController();

  test("a harvest is copied in from SQLite and out again to the last digit", async (database) => {
    const folder = await Deno.makeTempDir({ prefix: "seh-test-" });
    const file = (name: string) => openDatabase(`sqlite:///${join(folder, name)}`);
    const [first, last] = [await file("first.db"), await file("last.db")];
    try {
      await first.migrate();
      await last.migrate();
      await saveSmallHarvest(first);
      for (const [from, to] of [[first, database], [database, last]]) {
        const copied = await copyHarvest(from, to, { signal, rowsPerWrite: 60 });
        assert.deepEqual(copied.filter((one) => !one.isEqual), []);
        assert.equal(copied.reduce((sum, one) => sum + one.written, 0), smallHarvestRows);
      }
      for (const { name } of tables.filter((one) => one.name !== "schema_migrations")) {
        const given = await rows(first, { table: name });
        assert.deepEqual(await rows(database, { table: name }), given);
        assert.deepEqual(await rows(last, { table: name }), given);
      }
    } finally {
      await first.close();
      await last.close();
      await Deno.remove(folder, { recursive: true });
    }
  });

  test("a copy that was cut off anywhere goes on where it stopped", async (database) => {
    const source = await openDatabase("sqlite:///:memory:");
    try {
      await source.migrate();
      await saveSmallHarvest(source);
      let before = 0;
      for (const batches of [1, 2, 4, 7]) {
        let left = batches;
        const failing = {
          ...database,
          write: (given: Parameters<typeof database.write>[0]) =>
            left-- > 0 ? database.write(given) : Promise.reject(new Error("cut off")),
        };
        await assert.rejects(copyHarvest(source, failing, { signal, rowsPerWrite: 40 }), /cut off/);
        const there = await countAll(database);
        assert.ok(there > before, `${there} rows after ${before}`);
        before = there;
      }
      const copied = await copyHarvest(source, database, { signal, rowsPerWrite: 40 });
      assert.deepEqual(copied.filter((one) => !one.isEqual), []);
      assert.equal(copied.reduce((sum, one) => sum + one.written, 0), smallHarvestRows - before);
    } finally {
      await source.close();
    }
  });

  async function countAll(database: Parameters<typeof rows>[0]): Promise<number> {
    const counts = tables.filter((one) => one.name !== "schema_migrations")
      .map(({ name }) => `(select count(*) from ${name})`);
    for await (const page of database.ask(`select ${counts.join(" + ")}`, () => signal)) {
      if (page.rows.length > 0) return Number(page.rows[0]![0]);
    }
    throw new Error("no count");
  }
}
