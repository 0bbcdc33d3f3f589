import assert from "node:assert/strict";
import type { Reader, Selection } from "../../../src/database/database.ts";
import type { Value } from "../../../src/model/table.ts";
import { delivery, powerDelivery, quarterHours, rowsOf } from "../deliveries.ts";
import { databaseTest, type DialectUnderTest, rows } from "./dialect.ts";

/** Reading selected rows, page by page. */
export function testReading(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("a large table comes back whole and in order, page by page", async (database) => {
    const times = quarterHours("2026-01-01", 2500);
    await database.save(powerDelivery(times));
    const pages: number[] = [];
    const seen: Value[] = [];
    for await (const page of database.read({ table: "power_readings" })) {
      pages.push(page.length);
      for (const row of page) seen.push(row[1]);
    }
    assert.deepEqual(pages, [1000, 1000, 500]);
    assert.deepEqual(seen, times.map((time) => `${time}Z`));
  });

  test("what is saved while rows are read does not appear among them", async (database) => {
    await database.save(powerDelivery(quarterHours("2026-01-01", 1500)));
    let seen = 0;
    for await (const page of database.read({ table: "power_readings" })) {
      if (seen === 0) await database.save(powerDelivery(quarterHours("2026-03-01", 100)));
      seen += page.length;
    }
    assert.equal(seen, 1500);
    assert.equal((await rows(database, { table: "power_readings" })).length, 1600);
  });

  test("a reader's selections are all of one moment, whatever is saved between them", async (database) => {
    await database.save(powerDelivery(quarterHours("2026-01-01", 1500)));
    const count = async (reader: Reader) => {
      let seen = 0;
      for await (const page of reader.read({ table: "power_readings", siteIds: [1] })) {
        seen += page.length;
      }
      return seen;
    };
    {
      await using reader = await database.reader();
      const first = await count(reader);
      await database.save(powerDelivery(quarterHours("2026-03-01", 100)));
      assert.deepEqual([first, await count(reader)], [1500, 1500]);
      // A reader that stops midway leaves its connection to the next selection.
      for await (const page of reader.read({ table: "power_readings" })) {
        assert.equal(page.length, 1000);
        break;
      }
      assert.equal(await count(reader), 1500);
    }
    await using later = await database.reader();
    assert.equal(await count(later), 1600);
  });

  test("rows are selected by site, local date and serial number", async (database) => {
    const reading = (site: number, device: string, utc: string, local: string) => ({
      site_id: site,
      device_key: device,
      timestamp: utc,
      local_time: local,
      interval_s: 0,
      power_w: 1,
    });
    await database.save(delivery([
      rowsOf("battery_telemetry", [
        reading(1, "A", "2026-05-01T09:59:00Z", "2026-04-30T23:59:00"),
        reading(1, "A", "2026-05-01T10:00:00Z", "2026-05-01T00:00:00"),
        reading(1, "B", "2026-05-02T09:59:59Z", "2026-05-01T23:59:59"),
        reading(1, "B", "2026-05-02T10:00:00Z", "2026-05-02T00:00:00"),
        reading(2, "C", "2026-05-01T12:00:00Z", "2026-05-01T14:00:00"),
      ]),
      rowsOf("inventory", [{
        site_id: 1,
        category: "meter",
        device_key: "meter:Export",
        type: "FeedIn",
        serial_number: "A",
      }]),
    ]));
    const day = Temporal.PlainDate.from("2026-05-01");
    const found = async (selection: Omit<Selection, "table">) =>
      (await rows(database, { table: "battery_telemetry", ...selection }))
        .map((row) => `${row.device_key} ${row.local_time}`);
    assert.deepEqual(await found({ start: day, end: day, siteIds: [1] }), [
      "A 2026-05-01T00:00:00",
      "B 2026-05-01T23:59:59",
    ]);
    assert.equal((await found({ start: day, end: day })).length, 3);
    assert.equal((await found({ end: day })).length, 4);
    assert.equal((await found({ start: day })).length, 4);
    assert.deepEqual(await found({ siteIds: [2] }), ["C 2026-05-01T14:00:00"]);
    assert.deepEqual(await found({ siteIds: [] }), []);
    assert.equal((await found({ serial: "B" })).length, 2);
    assert.equal((await rows(database, { table: "inventory", serial: "A" })).length, 1);
  });
}
