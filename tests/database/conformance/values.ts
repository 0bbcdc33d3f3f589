import assert from "node:assert/strict";
import { DatabaseError } from "../../../src/database/database_error.ts";
import { delivery, quarterHours, rowsOf } from "../deliveries.ts";
import { counts, databaseTest, type DialectUnderTest, type Row, rows } from "./dialect.ts";

/** Values come back as they went in, or are refused. */
export function testValues(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("integers and doubles come back exactly as they went in", async (database) => {
    const whole = [9007199254740993n, -9007199254740993n, 9223372036854775807n, 42];
    const real = [5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1 / 3];
    await database.save(delivery(rowsOf(
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
      delivery(rowsOf("sites", [{ site_id: 1, account_id: whole[0] }])),
    );
    assert.deepEqual(counts(saved), [0, 0, 1]);
  });

  test("thousands of measurements come back exactly, whatever their decimals", async (database) => {
    const odd = [
      5e-324,
      1.7976931348623157e308,
      0.1 + 0.2,
      1 / 3,
      -0.001,
      123456.789,
      1e-7,
      2 ** 53 + 2,
      -(2 ** 60),
      0,
      -7,
      4.35,
      1.005,
      1234567.891,
      0.000001,
      8.000000001,
      1e15 + 0.5,
      9007199254.740993,
      null,
    ];
    // Columns of their own for what has few decimals, many, and none, and for all of it mixed.
    const readings = quarterHours("2026-04-01", 2500).map((time, at) => ({
      site_id: 1,
      device_key: "7E1A2B3C-4D",
      timestamp: `${time}Z`,
      local_time: time,
      interval_s: 0,
      total_active_power_w: odd[at % odd.length],
      dc_voltage_v: Math.round(Math.sin(at) * 4e5) / 1000,
      temperature_c: Math.sin(at) * 40,
      lifetime_energy_wh: at % 7 === 0 ? null : 1e7 + at,
      operation_mode: at === 1300 ? 9223372036854775807n : at - 1250,
      inverter_mode: at % 2 === 0 ? "MPPT" : `{"a\\b', NULL é🌞`,
    }));
    const given = delivery(rowsOf("inverter_telemetry", readings));
    assert.deepEqual(counts(await database.save(given)), [2500, 0, 0]);
    assert.deepEqual(counts(await database.save(given)), [0, 0, 2500]);
    const stored = await rows(database, { table: "inverter_telemetry" });
    for (const [at, reading] of readings.entries()) {
      for (const [name, value] of Object.entries(reading)) {
        assert.equal(stored[at][name], value, `${name} of row ${at}`);
      }
    }
  });

  test("a number in the last place is a change, and nothing else is", async (database) => {
    const times = quarterHours("2026-04-01", 2500);
    const power = (at: number) => Math.round(Math.sin(at) * 4e6) / 1000 + 5000;
    const given = (changed: readonly number[]) =>
      delivery({
        table: "power_readings",
        columns: ["site_id", "timestamp", "local_time", "interval_s", "power_w"],
        rows: times.map((time, at) => {
          const value = power(at);
          const next = value * (1 + Number.EPSILON);
          return [1, `${time}Z`, time, 900, changed.includes(at) ? next : value];
        }),
      });
    await database.save(given([]));
    assert.deepEqual(counts(await database.save(given([3, 700, 2499]))), [0, 3, 2497]);
    const stored = await rows(database, { table: "power_readings" });
    const moved = stored.map((row, at) => row.power_w === power(at) ? null : at);
    assert.deepEqual(moved.filter((at) => at !== null), [3, 700, 2499]);
  });

  test("values that no column can hold are refused and nothing of the delivery stays", async (database) => {
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
        database.save(delivery([good, rowsOf("sites", [row])])),
        (error) => error instanceof DatabaseError && error.kind === "failed",
        JSON.stringify(row, (_, value) => typeof value === "number" ? String(value) : value),
      );
    }
    assert.deepEqual(await rows(database, { table: "sites" }), []);
  });

  test("a text with a NUL inside is stored whole", async (database) => {
    await database.save(delivery(rowsOf("sites", [{ site_id: 1, name: "a\0b" }])));
    assert.equal((await rows(database, { table: "sites" }))[0].name, "a\uFFFDb");
  });

  test("a value that no column can hold is found among thousands", async (database) => {
    const readings = quarterHours("2026-04-01", 2500).map((time, at) => ({
      site_id: 1,
      timestamp: `${time}Z`,
      local_time: time,
      interval_s: 900,
      power_w: at === 2400 ? NaN : at,
    }));
    const given = rowsOf("power_readings", readings);
    // Into an empty table, and where the rows are stored already.
    for (const [before, stored] of [[0, 0], [2000, 2000]]) {
      if (before > 0) {
        await database.save(delivery(rowsOf("power_readings", readings.slice(0, before))));
      }
      await assert.rejects(
        database.save(delivery(given)),
        (error) => error instanceof DatabaseError && /power_w.*NaN/.test(error.message),
      );
      assert.equal((await rows(database, { table: "power_readings" })).length, stored);
    }
  });

  test("a key with a NUL inside is that of the text that is stored", async (database) => {
    const sites = ["a\0", "a\uFFFD", "a"].map((key) => ({ site_id: 1, device_key: key }));
    const given = delivery(rowsOf("equipment", sites));
    assert.deepEqual(counts(await database.save(given)), [2, 0, 0]);
    assert.deepEqual(counts(await database.save(given)), [0, 0, 2]);
  });
}
