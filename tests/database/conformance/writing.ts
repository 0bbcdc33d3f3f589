import assert from "node:assert/strict";
import type { RawRows } from "../../../src/database/database.ts";
import { DatabaseError } from "../../../src/database/database_error.ts";
import type { Column, Table, Value } from "../../../src/model/table.ts";
import { table as factsOf, tables } from "../../../src/model/tables.ts";
import { delivery, noon, powerDelivery, quarterHours, rowsOf } from "../deliveries.ts";
import { databaseTest, type DialectUnderTest, rows } from "./dialect.ts";

/** Whole rows of every table, written as they are and read from any key on. */
export function testWriting(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  for (const table of tables.filter((one) => one.name !== "schema_migrations")) {
    test(`whole rows of ${table.name} come back exactly as they were written`, async (database) => {
      const given = [1, 2, 3].map((number) => wholeRow(table, number, { filled: number !== 2 }));
      assert.equal(await database.write({ table: table.name, rows: given.toReversed() }), 3);
      assert.deepEqual(await readAll(database.read({ table: table.name })), given);

      const replaced = wholeRow(table, 1, { filled: false });
      assert.equal(await database.write({ table: table.name, rows: [replaced] }), 1);
      assert.deepEqual(
        await readAll(database.read({ table: table.name })),
        [replaced, given[1], given[2]],
      );
    });
  }

  test("thousands of whole rows are written at once, each key once", async (database) => {
    const table = factsOf("power_readings");
    const times = quarterHours("2026-01-01", 2345);
    const given = times.map((time, at) => [
      ...[1, `${time}Z`, time, 900, at / 3, null],
      ...["v1", null, "2026-06-01T12:00:00Z"],
    ]);
    assert.equal(given[0].length, table.columns.length);
    const twice = [...given.map((row) => row.with(4, -1)), ...given];
    assert.equal(await database.write({ table: table.name, rows: twice }), 2345);
    assert.deepEqual(await readAll(database.read({ table: table.name })), given);
  });

  test("a row that was written is unchanged when the same data is saved", async (database) => {
    const times = quarterHours("2026-01-01", 10);
    await database.save(powerDelivery(times));
    const stored = await readAll(database.read({ table: "power_readings" }));
    await database.write({ table: "power_readings", rows: stored });
    const saved = await database.save(powerDelivery(times, { fetchedAt: noon.add({ hours: 1 }) }));
    assert.equal(saved.unchanged, 10);
    assert.deepEqual(await readAll(database.read({ table: "power_readings" })), stored);
  });

  test("of whole rows that no column can hold nothing is written", async (database) => {
    const table = factsOf("equipment");
    const good = wholeRow(table, 1, { filled: true });
    const bad: RawRows["rows"][number][] = [
      good.slice(1),
      [...good, null],
      good.with(0, null),
      good.with(0, "1"),
      good.with(table.columns.findIndex((one) => one.name === "updated_at"), null),
      good.with(table.columns.findIndex((one) => one.type === "real"), NaN),
    ];
    for (const row of bad) {
      await assert.rejects(
        database.write({ table: table.name, rows: [wholeRow(table, 2, { filled: true }), row] }),
        (error) => error instanceof DatabaseError && error.kind === "failed",
      );
    }
    assert.deepEqual(await rows(database, { table: table.name }), []);
  });

  test("no rows at all are written without complaint", async (database) => {
    assert.equal(await database.write({ table: "sites", rows: [] }), 0);
  });

  test("reading goes on after any key, whatever its columns hold", async (database) => {
    // Upper before lower case, then what UTF-16 would put in another order than UTF-8.
    const keys = ["A", "A ", "B", "a", "aa", "é", "\uFF5E", "🌞"];
    const devices = [1, 2].flatMap((site) =>
      keys.map((key) => ({ site_id: site, device_key: key }))
    );
    await database.save(delivery(rowsOf("equipment", devices)));
    const all = devices.map((one) => [one.site_id, one.device_key]);
    for (let at = 0; at < all.length; at++) {
      const found = await readAll(database.read({ table: "equipment", after: all[at] }));
      assert.deepEqual(found.map((row) => row.slice(0, 2)), all.slice(at + 1));
    }
    const between = await readAll(database.read({ table: "equipment", after: [1, "b"] }));
    assert.equal(between.length, 3 + keys.length);
    const ofSite = database.read({ table: "equipment", after: [1, "é"], siteIds: [1] });
    assert.deepEqual((await readAll(ofSite)).map((row) => row[1]), ["\uFF5E", "🌞"]);
  });

  test("reading goes on after an instant in the middle of a large table", async (database) => {
    const times = quarterHours("2026-01-01", 2500);
    await database.save(powerDelivery(times));
    const after = [1, `${times[1199]}Z`, 900];
    const found = await readAll(database.read({ table: "power_readings", after }));
    assert.deepEqual(found.map((row) => row[1]), times.slice(1200).map((time) => `${time}Z`));
  });
}

async function readAll(
  pages: AsyncIterable<readonly (readonly Value[])[]>,
): Promise<(readonly Value[])[]> {
  const found: (readonly Value[])[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

/** A row with a value in every column, or with NULL wherever that is allowed. */
function wholeRow(table: Table, number: number, { filled }: { filled: boolean }): Value[] {
  return table.columns.map((column) => {
    const needed = column.required || table.key.includes(column.name);
    return needed || filled ? valueOf(column, number) : null;
  });
}

function valueOf({ name, type }: Column, number: number): Value {
  if (name === "state") return "covered";
  if (name === "time_unit") return "DAY";
  switch (type) {
    case "integer":
      return name === "site_id" || name === "interval_s" ? number : 9007199254740993n;
    case "real":
      return number === 1 ? 0.1 + 0.2 : 5e-324;
    case "flag":
      return number === 3 ? 0 : 1;
    case "text":
      return `${number} {Dächer}, "NULL" \\ 'n' 🌞 `;
    case "json":
      return `{"b": ${number}, "a":[9007199254740993,"é"]}`;
    case "instant":
      return `2026-03-29T0${number}:15:00Z`;
    case "local":
      return `2026-03-29T0${number}:45:30`;
    case "date":
      return `2026-03-0${number}`;
  }
}
