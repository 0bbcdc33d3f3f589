import assert from "node:assert/strict";
import { DatabaseError } from "../../../src/database/database_error.ts";
import { piece, rowsOf } from "../pieces.ts";
import { counts, databaseTest, type DialectUnderTest, type Row, rows } from "./dialect.ts";

/** Values come back as they went in, or are refused. */
export function testValues(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("integers and doubles come back exactly as they went in", async (database) => {
    const whole = [9007199254740993n, -9007199254740993n, 9223372036854775807n, 42];
    const real = [5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1 / 3];
    await database.save(piece(rowsOf(
      "sites",
      whole.map((value, at) => ({
        site_id: at + 1,
        account_id: value,
        lifetime_energy_wh: real[at],
        name: "Dächer 'n' \"Co\" 🌞",
      })),
    )));
    const stored = await rows(database, { table: "sites" });
    assert.deepEqual(stored.map((row) => row.account_id), whole);
    assert.deepEqual(stored.map((row) => row.lifetime_energy_wh), real);
    assert.equal(stored[0].name, "Dächer 'n' \"Co\" 🌞");
    const saved = await database.save(
      piece(rowsOf("sites", [{ site_id: 1, account_id: whole[0] }])),
    );
    assert.deepEqual(counts(saved), [0, 0, 1]);
  });

  test("values that no column can hold are refused and nothing of the piece stays", async (database) => {
    const good = rowsOf("sites", [{ site_id: 1, name: "Roof" }]);
    const bad: Row[] = [
      { site_id: 1, peak_power_kwp: NaN },
      { site_id: 1, peak_power_kwp: Infinity },
      { site_id: 1, account_id: 1.5 },
      { site_id: 1, account_id: 2 ** 53 },
      { site_id: 1, name: 7 },
      { site_id: 1, last_update_at: "2026-03-29 01:15:00" },
      { site_id: 1, nonsense: 1 },
      { site_id: 1, updated_at: "2026-03-29T01:15:00Z" },
      { name: "no key" },
      { site_id: null },
    ];
    for (const row of bad) {
      await assert.rejects(
        database.save(piece([good, rowsOf("sites", [row])])),
        (error) => error instanceof DatabaseError && error.kind === "failed",
        JSON.stringify(row, (_, value) => typeof value === "number" ? String(value) : value),
      );
    }
    assert.deepEqual(await rows(database, { table: "sites" }), []);
  });

  test("a text with a NUL inside is stored whole", async (database) => {
    await database.save(piece(rowsOf("sites", [{ site_id: 1, name: "a\0b" }])));
    assert.equal((await rows(database, { table: "sites" }))[0].name, "a\uFFFDb");
  });
}
