import assert from "node:assert/strict";
import { later, piece, powerPiece, quarterHours, rowsOf } from "../pieces.ts";
import { databaseTest, type DialectUnderTest, type Row, rows } from "./dialect.ts";

/** A site whose zone turns out to be another one. */
export function testRezoning(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("a site whose zone is corrected has its times rebuilt", async (database) => {
    const site = (zone: string, changes: Row = {}) =>
      rowsOf("sites", [{ site_id: 1, time_zone: zone, ...changes }]);
    const times = quarterHours("2026-03-01", 96);
    const instant = (text: string) => Temporal.Instant.from(text);
    await database.save(powerPiece(times, {
      stretches: [{
        siteId: 1,
        deviceKey: "",
        interval: { start: instant("2026-03-01T00:00Z"), end: instant("2026-03-02T00:00Z") },
        state: "covered",
      }],
      marks: [{ siteId: 1, deviceKey: "", newestData: instant("2026-03-01T23:45Z") }],
    }));
    await database.save(piece(site("UTC", {
      last_update_local: "2026-03-01T23:59:00",
      last_update_at: "2026-03-01T23:59:00Z",
    })));
    const before = await rows(database, { table: "power_readings" });

    const saved = await database.save(piece(site("Europe/Berlin"), { fetchedAt: later }));
    const after = await rows(database, { table: "power_readings" });
    assert.deepEqual(
      after,
      before.map((row) => ({
        ...row,
        timestamp: instant(row.timestamp as string).subtract({ hours: 1 }).toString(),
      })),
    );
    assert.deepEqual(
      (saved as unknown as { rezoned: unknown }).rezoned,
      [{ siteId: 1, from: "UTC", to: "Europe/Berlin", moved: 96, dropped: 0 }],
    );
    const { sites, coverage } = await database.known();
    assert.equal(String(sites[0].lastUpdate), "2026-03-01T22:59:00Z");
    assert.equal(String(coverage[0].interval.start), "2026-02-28T23:00:00Z");
    assert.equal(String(coverage[0].interval.end), "2026-03-01T23:00:00Z");
    const [series] = await database.query("status_series");
    assert.equal(series.newest_data_at, "2026-03-01T22:45:00Z");
  });

  test("an autumn day keeps its hour that comes twice when its zone is corrected", async (database) => {
    // The wall clock of Berlin from 02:00 to 03:00 shows each quarter twice.
    const times = quarterHours("2026-10-24", 96 * 2);
    const inParis = times.map((time) => {
      const instant = Temporal.Instant.from(`${time}Z`);
      return instant.toZonedDateTimeISO("Europe/Paris").toPlainDateTime().toString({
        smallestUnit: "second",
      });
    });
    const reading = (at: number) => ({
      site_id: 1,
      timestamp: `${times[at]}Z`,
      local_time: inParis[at],
      interval_s: 900,
      power_w: at,
    });
    await database.save(piece([
      rowsOf("sites", [{ site_id: 1, time_zone: "Europe/Paris" }]),
      rowsOf("power_readings", times.map((_, at) => reading(at))),
    ]));
    await database.save(piece(rowsOf("sites", [{ site_id: 1, time_zone: "Europe/Berlin" }])));
    const stored = await rows(database, { table: "power_readings" });
    assert.deepEqual(stored.map((row) => row.timestamp), times.map((time) => `${time}Z`));
    assert.deepEqual(stored.map((row) => row.power_w), times.map((_, at) => at));
  });
}
