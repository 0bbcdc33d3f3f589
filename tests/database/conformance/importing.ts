import assert from "node:assert/strict";
import type { Value } from "../../../src/model/table.ts";
import { delivery, later, rowsOf } from "../deliveries.ts";
import { counts, databaseTest, type DialectUnderTest, rows } from "./dialect.ts";

/** What imports may do to rows that are there, and what an answer of an API does to imported ones. */
export function testImporting(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);
  const details = (values: Record<string, Value>) =>
    rowsOf("power_details", [{
      site_id: 1,
      timestamp: "2026-03-01T00:00:00Z",
      local_time: "2026-03-01T01:00:00",
      interval_s: 900,
      production_w: null,
      consumption_w: null,
      ...values,
    }]);
  const day = (energy: Value, complete = 1) =>
    rowsOf("energy_readings", [{
      site_id: 1,
      time_unit: "DAY",
      reading_date: "2026-03-01",
      energy_wh: energy,
      is_complete: complete,
    }]);
  const imported = { source: "python-tool", rank: "renewal" } as const;

  test("an import fills what is missing and replaces nothing", async (database) => {
    await database.save(delivery(details({ production_w: 5 })));
    const saved = await database.save(
      delivery(details({ production_w: 7, consumption_w: 8 }), { ...imported, fetchedAt: later }),
    );
    assert.deepEqual(counts(saved), [0, 1, 0]);
    const [row] = await rows(database, { table: "power_details" });
    assert.deepEqual([row.production_w, row.consumption_w, row.source], [5, 8, "v1"]);
  });

  test("an import never takes over a bucket that is still open", async (database) => {
    await database.save(delivery(day(5, 0)));
    const saved = await database.save(delivery(day(9), { ...imported, fetchedAt: later }));
    assert.deepEqual(counts(saved), [0, 0, 1]);
    const [row] = await rows(database, { table: "energy_readings" });
    assert.deepEqual([row.energy_wh, row.source, row.is_complete], [5, "v1", 0]);
  });

  test("a value that an API sends replaces an imported one, complete or not", async (database) => {
    await database.save(
      delivery([day(9), details({ production_w: 7, consumption_w: 8 })], imported),
    );
    const answer = delivery([day(10), details({ production_w: 6 })], {
      source: "v2",
      fetchedAt: later,
      keepRevisions: true,
    });
    const saved = await database.save(answer);
    assert.deepEqual(counts(saved), [0, 2, 0]);
    assert.deepEqual(saved.revised, [], "no server has changed its mind");
    const [energy] = await rows(database, { table: "energy_readings" });
    assert.deepEqual([energy.energy_wh, energy.source], [10, "v2"]);
    const [power] = await rows(database, { table: "power_details" });
    // A value of the import is left, which any API may replace.
    assert.deepEqual(
      [power.production_w, power.consumption_w, power.source],
      [6, 8, "v2+python-tool"],
    );
    assert.deepEqual(counts(await database.save(answer)), [0, 0, 2]);
  });

  test("an answer without a value leaves the imported one, and whose it is", async (database) => {
    await database.save(delivery(details({ production_w: 7 }), imported));
    const saved = await database.save(delivery(details({}), { source: "v2", fetchedAt: later }));
    assert.deepEqual(counts(saved), [0, 0, 1]);
    const [row] = await rows(database, { table: "power_details" });
    assert.deepEqual([row.production_w, row.source], [7, "python-tool"]);
  });

  test("a renewal rewrites what the same import brought, a filling does not", async (database) => {
    await database.save(delivery(details({ production_w: 17330300 }), imported));
    const exact = details({ production_w: 17330270 });
    const filling = await database.save(delivery(exact, { ...imported, rank: "filling" }));
    assert.deepEqual(counts(filling), [0, 0, 1]);
    assert.deepEqual(counts(await database.save(delivery(exact, imported))), [0, 1, 0]);
    assert.deepEqual(counts(await database.save(delivery(exact, imported))), [0, 0, 1]);
    const [row] = await rows(database, { table: "power_details" });
    assert.equal(row.production_w, 17330270);
  });

  test("a filling keeps the source and the time of change that its rows bring", async (database) => {
    const count = 30;
    const given = {
      table: "power_readings" as const,
      columns: ["site_id", "timestamp", "local_time", "interval_s", "power_w", "source"]
        .concat("updated_at"),
      rows: Array.from({ length: count }, (_, at): Value[] => [
        1,
        `2026-03-01T00:${String(at).padStart(2, "0")}:00Z`,
        `2026-03-01T01:${String(at).padStart(2, "0")}:00`,
        900,
        at,
        at % 2 === 0 ? "v1" : "v2",
        `2026-04-01T00:00:${String(at).padStart(2, "0")}Z`,
      ]),
    };
    const filling = { rank: "filling" } as const;
    assert.deepEqual(counts(await database.save(delivery(given, filling))), [count, 0, 0]);
    assert.deepEqual(counts(await database.save(delivery(given, filling))), [0, 0, count]);
    const stored = await rows(database, { table: "power_readings" });
    assert.deepEqual(
      stored.map((one) => given.columns.map((name) => one[name])),
      given.rows,
    );
  });
}
