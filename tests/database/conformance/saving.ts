import assert from "node:assert/strict";
import fc from "fast-check";
import type { Value } from "../../../src/model/table.ts";
import { delivery, later, powerDelivery, quarterHours, rowsOf } from "../deliveries.ts";
import { counts, databaseTest, type DialectUnderTest, type Row, rows } from "./dialect.ts";

/** What saving writes, leaves, counts and hands over. */
export function testSaving(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("saving the same rows again changes nothing", async (database) => {
    const times = quarterHours("2026-03-01", 350);
    const first = await database.save(powerDelivery(times));
    assert.deepEqual(counts(first), [350, 0, 0]);
    const before = await rows(database, { table: "power_readings" });
    const second = await database.save(powerDelivery(times, { fetchedAt: later }));
    assert.deepEqual(counts(second), [0, 0, 350]);
    assert.deepEqual(await rows(database, { table: "power_readings" }), before);
    assert.equal(before[0].updated_at, "2026-06-01T12:00:00Z");
  });

  test("a row that differs is written, and only that one", async (database) => {
    const times = quarterHours("2026-03-01", 300);
    await database.save(powerDelivery(times));
    const changed = powerDelivery(times, { fetchedAt: later });
    const [{ table, columns, rows: values }] = changed.harvest.rows;
    const saved = await database.save({
      ...changed,
      harvest: { rows: [{ table, columns, rows: values.with(7, values[7].with(4, 999.25)) }] },
    });
    assert.deepEqual(counts(saved), [0, 1, 299]);
    const all = await rows(database, { table: "power_readings" });
    assert.equal(all[7].power_w, 999.25);
    assert.deepEqual(all.filter((row) => row.updated_at !== "2026-06-01T12:00:00Z"), [all[7]]);
  });

  test("rows in any order and twice are stored once, the last one wins", async (database) => {
    const row = (date: string, energy: number) => ({
      site_id: 1,
      time_unit: "DAY",
      reading_date: date,
      energy_wh: energy,
      is_complete: 1,
    });
    const saved = await database.save(delivery(rowsOf("energy_readings", [
      row("2026-05-02", 2),
      row("2026-05-01", 1),
      row("2026-05-02", 3),
    ])));
    assert.deepEqual(counts(saved), [2, 0, 0]);
    const stored = await rows(database, { table: "energy_readings" });
    assert.deepEqual(stored.map((one) => one.energy_wh), [1, 3]);
  });

  test("a reading that comes back empty keeps its value", async (database) => {
    const [time] = quarterHours("2026-03-01", 1);
    const reading = { site_id: 1, timestamp: `${time}Z`, local_time: time, interval_s: 900 };
    await database.save(delivery(rowsOf("power_readings", [{ ...reading, power_w: 7 }])));
    const saved = await database.save(
      delivery(rowsOf("power_readings", [{ ...reading, power_w: null }]), { fetchedAt: later }),
    );
    assert.deepEqual(counts(saved), [0, 0, 1]);
    assert.equal((await rows(database, { table: "power_readings" }))[0].power_w, 7);
  });

  test("another source fills what is missing and rewrites nothing", async (database) => {
    const [time] = quarterHours("2026-03-01", 1);
    const reading = { site_id: 1, timestamp: `${time}Z`, local_time: time, interval_s: 900 };
    const details = (changes: Row) => rowsOf("power_details", [{ ...reading, ...changes }]);
    await database.save(delivery(details({ production_w: 1, consumption_w: null })));
    const saved = await database.save(
      delivery(details({ production_w: 2, consumption_w: 3 }), { source: "v2", fetchedAt: later }),
    );
    assert.deepEqual(counts(saved), [0, 1, 0]);
    const [row] = await rows(database, { table: "power_details" });
    assert.deepEqual([row.production_w, row.consumption_w, row.source], [1, 3, "v1"]);
    await database.save(delivery(details({ production_w: 5, consumption_w: null })));
    assert.equal((await rows(database, { table: "power_details" }))[0].production_w, 5);
  });

  test("a bucket that was still open changes hands with the source", async (database) => {
    const day = (date: string, energy: number, complete: number) =>
      rowsOf("energy_readings", [{
        site_id: 1,
        time_unit: "DAY",
        reading_date: date,
        energy_wh: energy,
        is_complete: complete,
      }]);
    await database.save(delivery([day("2026-05-01", 10, 1), day("2026-05-02", 4, 0)]));
    await database.save(
      delivery([day("2026-05-01", 11, 1), day("2026-05-02", 9, 1)], { source: "v2" }),
    );
    const stored = await rows(database, { table: "energy_readings" });
    assert.deepEqual(
      stored.map((row) => [row.energy_wh, row.source, row.is_complete]),
      [[10, "v1", 1], [9, "v2", 1]],
    );
  });

  test("a figure that depends on its request keeps its first value", async (database) => {
    const [time] = quarterHours("2026-03-01", 1);
    const battery = (gridCharging: number | null) =>
      rowsOf("battery_telemetry", [{
        site_id: 1,
        device_key: "B1",
        timestamp: `${time}Z`,
        local_time: time,
        interval_s: 0,
        grid_charging_wh: gridCharging,
      }]);
    for (const value of [null, 5, 9]) await database.save(delivery(battery(value)));
    assert.equal((await rows(database, { table: "battery_telemetry" }))[0].grid_charging_wh, 5);
  });

  test("many saves of energy agree with the rules written out row by row", async (database) => {
    // Each run has a site of its own in one database.
    let site = 0;
    const cell = fc.record({
      day: fc.integer({ min: 1, max: 3 }),
      energy: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }),
      measuredBy: fc.option(fc.constantFrom("INVERTER", "METER"), { nil: null }),
      complete: fc.integer({ min: 0, max: 1 }),
    });
    const save = fc.record({
      source: fc.constantFrom("v1", "v2"),
      cells: fc.uniqueArray(cell, { selector: (one) => one.day, minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(save, { minLength: 1, maxLength: 5 }), async (saves) => {
        site++;
        const model = new Map<number, [Value, Value, Value, string]>();
        for (const { source, cells } of saves) {
          const tally = [0, 0, 0];
          for (const { day, energy, measuredBy, complete } of cells) {
            const old = model.get(day);
            const rewrites = !old || old[3] === source || old[2] === 0;
            const next: [Value, Value, Value, string] = !old
              ? [energy, measuredBy, complete, source]
              : rewrites
              ? [energy ?? old[0], measuredBy ?? old[1], complete, source]
              : [old[0] ?? energy, old[1] ?? measuredBy, old[2], old[3]];
            tally[!old ? 0 : next.some((value, at) => value !== old[at]) ? 1 : 2]++;
            model.set(day, next);
          }
          const saved = await database.save(delivery(
            rowsOf(
              "energy_readings",
              cells.map((one) => ({
                site_id: site,
                time_unit: "DAY",
                reading_date: `2026-05-0${one.day}`,
                energy_wh: one.energy,
                measured_by: one.measuredBy,
                is_complete: one.complete,
              })),
            ),
            { source },
          ));
          assert.deepEqual(counts(saved), tally);
        }
        const stored = await rows(database, { table: "energy_readings", siteIds: [site] });
        assert.deepEqual(
          stored.map((row) => [row.energy_wh, row.measured_by, row.is_complete, row.source]),
          [...model].sort(([a], [b]) => a - b).map(([, values]) => values),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("facts of a site follow the server, also when one is taken away", async (database) => {
    const site = (facts: Row) => rowsOf("sites", [{ site_id: 1, ...facts }]);
    await database.save(delivery(site({ name: "Roof", notes: "old", city: "Bonn" })));
    const [before] = await rows(database, { table: "sites" });
    const same = await database.save(
      delivery(site({ name: "Roof", notes: "old" }), { fetchedAt: later }),
    );
    assert.deepEqual(counts(same), [0, 0, 1]);
    const [seen] = await rows(database, { table: "sites" });
    assert.deepEqual({ ...seen, last_seen: before.last_seen }, before);
    assert.equal(seen.last_seen, "2026-06-01T13:00:00Z");
    // What was fetched before may be saved after: it has not been seen earlier by that.
    for (const notes of ["old", "older"]) {
      await database.save(delivery(site({ name: "Roof", notes })));
      const [one] = await rows(database, { table: "sites" });
      assert.deepEqual([one.notes, one.last_seen], [notes, "2026-06-01T13:00:00Z"]);
    }
    await database.save(delivery(site({ name: "Roof", notes: "old" }), { fetchedAt: later }));

    const changed = await database.save(
      delivery(site({ name: "Roof", notes: null }), { fetchedAt: later }),
    );
    assert.deepEqual(counts(changed), [0, 1, 0]);
    const [after] = await rows(database, { table: "sites" });
    assert.deepEqual([after.notes, after.city], [null, "Bonn"]);
    assert.equal(after.updated_at, "2026-06-01T13:00:00Z");
  });

  test("revisions keep what the server changed after the fact, nothing else", async (database) => {
    const day = (date: string, energy: number | null, complete = 1) => ({
      site_id: 1,
      time_unit: "DAY",
      reading_date: date,
      energy_wh: energy,
      is_complete: complete,
    });
    await database.save(delivery(rowsOf("energy_readings", [
      day("2026-05-01", 10),
      day("2026-05-02", null),
      day("2026-05-03", 30),
      day("2026-05-04", 4, 0),
    ])));
    const saved = await database.save(
      delivery(
        rowsOf("energy_readings", [
          day("2026-05-01", 12),
          day("2026-05-02", 20),
          day("2026-05-03", 30),
          day("2026-05-04", 40),
        ]),
        { keepRevisions: true, fetchedAt: later },
      ),
    );
    assert.deepEqual(counts(saved), [0, 3, 1]);
    assert.deepEqual(saved.revised, [
      { table: "energy_readings", key: [1, "DAY", "2026-05-01"], old: { energy_wh: 10 } },
    ]);
    assert.deepEqual(await rows(database, { table: "revisions" }), [{
      table_name: "energy_readings",
      row_key: '[1,"DAY","2026-05-01"]',
      revised_at: "2026-06-01T13:00:00Z",
      site_id: 1,
      old_values: '{"energy_wh":10}',
    }]);
  });
}
