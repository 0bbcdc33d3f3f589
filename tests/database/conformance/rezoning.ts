import assert from "node:assert/strict";
import type { Database, Delivery } from "../../../src/database/database.ts";
import { textOfSecond } from "../../../src/model/site_time.ts";
import { delivery, noon, powerDelivery, quarterHours, range, rowsOf } from "../deliveries.ts";
import { databaseTest, type DialectUnderTest, type Row, rows } from "./dialect.ts";

const instant = (text: string) => Temporal.Instant.from(text);
const dayLater = noon.add({ hours: 20 });

/** An answer of a list or of details that names a zone for site 1. */
function site(zone: string | null, changes: Row = {}, of: Partial<Delivery> = {}): Delivery {
  return delivery(rowsOf("sites", [{ site_id: 1, time_zone: zone, ...changes }]), of);
}

async function siteRow(database: Database): Promise<Row> {
  const [row] = await rows(database, { table: "sites" });
  return row;
}

/** Power of site 1 at instants, whose wall clock is that of a zone. */
function powerIn(
  zone: string,
  instants: readonly string[],
  changes: Partial<Delivery> = {},
): Delivery {
  return delivery(
    rowsOf(
      "power_readings",
      instants.map((text, at) => ({
        site_id: 1,
        timestamp: text,
        local_time: instant(text).toZonedDateTimeISO(zone).toPlainDateTime().toString({
          smallestUnit: "second",
        }),
        interval_s: 900,
        power_w: at,
      })),
    ),
    changes,
  );
}

const timesOf = (stored: readonly Row[]) => stored.map((row) => [row.timestamp, row.power_w]);

/** A site whose zone turns out to be another one. */
export function testRezoning(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("a site whose zone is corrected by two answers has its times rebuilt", async (database) => {
    const times = quarterHours("2026-03-01", 96);
    await database.save(powerDelivery(times, {
      ranges: [range("2026-03-01T00:00Z", "2026-03-02T00:00Z", "covered")],
      marks: [{
        siteId: 1,
        deviceKey: "",
        newestData: instant("2026-03-01T23:45Z"),
        lastSuccess: noon,
      }],
    }));
    await database.save(site("UTC", {
      last_update_local: "2026-03-01T23:59:00",
      last_update_at: "2026-03-01T23:59:00Z",
    }));
    const before = await rows(database, { table: "power_readings" });

    const first = await database.save(site("Europe/Berlin"));
    assert.deepEqual(first.rezoned, []);
    assert.deepEqual(await rows(database, { table: "power_readings" }), before);
    assert.equal((await siteRow(database)).time_zone, "UTC");
    assert.equal((await siteRow(database)).time_zone_claim, "Europe/Berlin");

    const second = await database.save(site("Europe/Berlin", {}, { fetchedAt: dayLater }));
    assert.deepEqual(
      await rows(database, { table: "power_readings" }),
      before.map((row) => ({
        ...row,
        timestamp: instant(row.timestamp as string).subtract({ hours: 1 }).toString(),
      })),
    );
    assert.deepEqual(
      second.rezoned,
      [{ siteId: 1, from: "UTC", to: "Europe/Berlin", moved: 96, dropped: 0 }],
    );
    const { sites, coverage, marks } = await database.known();
    assert.equal(sites[0].timeZone, "Europe/Berlin");
    assert.equal(String(sites[0].lastUpdate), "2026-03-01T22:59:00Z");
    assert.equal(textOfSecond(coverage[0].start), "2026-02-28T23:00:00Z");
    assert.equal(textOfSecond(coverage[0].end), "2026-03-01T23:00:00Z");
    assert.equal(String(marks[0].lastSuccess), String(noon));
    assert.equal(String(marks[0].newestData), "2026-03-01T22:45:00Z");
  });

  test("one wrong answer changes no zone, nor do two of the same day", async (database) => {
    await database.save(site("Europe/Berlin"));
    await database.save(powerIn("Europe/Berlin", ["2026-06-01T10:00:00Z"]));
    const at = (hours: number, zone: string | null) =>
      database.save(site(zone, {}, { fetchedAt: noon.add({ minutes: 60 * hours }) }));
    await at(1, "America/New_York");
    await at(20, "America/New_York");
    assert.equal((await siteRow(database)).time_zone, "Europe/Berlin");
    await at(20.5, "Europe/Berlin");
    assert.equal((await siteRow(database)).time_zone_claim, null);
    // From here on it counts again.
    await at(22, "America/New_York");
    assert.equal((await siteRow(database)).time_zone, "Europe/Berlin");
    // What says no zone neither confirms a claim nor withdraws it.
    await at(30, null);
    await at(41, "AEST");
    const unchanged = await siteRow(database);
    assert.equal(unchanged.time_zone, "Europe/Berlin");
    assert.equal(unchanged.time_zone_claim, "America/New_York");
    assert.equal(unchanged.time_zone_claimed_at, String(noon.add({ hours: 22 })));
    const believed = await at(42, "America/New_York");
    assert.equal(believed.rezoned[0].moved, 1);
    const moved = await siteRow(database);
    assert.deepEqual(
      [moved.time_zone, moved.time_zone_claim, moved.time_zone_claimed_at],
      ["America/New_York", null, null],
    );
  });

  test("a zone that a person has set is believed at once, whatever an answer says", async (database) => {
    await database.save(site("Europe/Berlin"));
    await database.save(powerIn("Europe/Berlin", ["2026-06-01T10:00:00Z"]));
    const timeZones = new Map([[1, "America/New_York"], [2, "Asia/Tokyo"]]);
    await database.save(delivery(rowsOf("sites", [{ site_id: 1, name: "one" }]), { timeZones }));
    const [row] = await rows(database, { table: "power_readings" });
    assert.equal(row.timestamp, "2026-06-01T16:00:00Z");
    await database.save(site("Europe/Berlin", {}, { timeZones, fetchedAt: dayLater }));
    await database.save(site("Europe/Berlin", {}, {
      timeZones,
      fetchedAt: dayLater.add({ hours: 20 }),
    }));
    assert.equal((await siteRow(database)).time_zone, "America/New_York");
    assert.equal((await siteRow(database)).name, "one");
  });

  test("an absent or unknown zone, last update, first day or model erases none", async (database) => {
    const known = {
      last_update_date: "2026-06-01",
      last_update_local: "2026-06-01T13:59:00",
      last_update_at: "2026-06-01T11:59:00Z",
      data_start_date: "2024-04-12",
      city: "Beispielstadt",
    };
    const inverter = { site_id: 1, device_key: "7E1", model: "SE5000H", name: "Inverter 1" };
    await database.save(site("Europe/Berlin", known));
    await database.save(delivery(rowsOf("equipment", [inverter])));
    const nothing = Object.fromEntries(Object.keys(known).map((name) => [name, null]));
    for (const zone of [null, "AEST", ""]) {
      await database.save(site(zone, nothing, { fetchedAt: dayLater }));
    }
    const again = { ...inverter, model: null, name: null };
    await database.save(delivery(rowsOf("equipment", [again]), { fetchedAt: dayLater }));
    const { city: _, ...kept } = known;
    const stored = await siteRow(database);
    for (const [name, value] of Object.entries({ ...kept, time_zone: "Europe/Berlin" })) {
      assert.equal(stored[name], value, name);
    }
    // Other attributes follow the server.
    assert.equal(stored.city, null);
    const [device] = await rows(database, { table: "equipment" });
    assert.deepEqual([device.model, device.name], ["SE5000H", null]);
    const same = await database.save(site(null, nothing, { fetchedAt: dayLater }));
    assert.deepEqual([same.inserted, same.changed], [0, 0]);
  });

  test("a stored name that is no zone counts as unknown, and gives way at once", async (database) => {
    await database.write({
      table: "sites",
      rows: (await rowsOfSite(database)).map((row) => ({ ...row, time_zone: "AEST" }))
        .map(Object.values),
    });
    assert.equal((await database.known()).sites[0].timeZone, null);
    const saved = await database.save(site("Australia/Sydney"));
    assert.deepEqual(saved.rezoned, []);
    assert.equal((await database.known()).sites[0].timeZone, "Australia/Sydney");
  });

  test("times that came with their offsets never move, whatever the zone", async (database) => {
    await database.save(site("Europe/Berlin", {
      last_update_local: "2026-06-01T13:59:00",
      last_update_at: "2026-06-01T11:59:00Z",
    }));
    const [start, end] = ["2026-06-01T10:00Z", "2026-06-01T11:00Z"];
    await database.save({
      ...powerIn("Europe/Berlin", ["2026-06-01T10:00:00Z", "2026-06-01T10:15:00Z"], {
        source: "v2",
      }),
      ranges: [range(start, end, "covered")],
      marks: [{ siteId: 1, deviceKey: "", lastSuccess: noon, newestData: instant(start) }],
    });
    await database.save(powerIn("Europe/Berlin", ["2026-06-01T04:00:00Z", "2026-06-01T05:00:00Z"]));
    const [known] = (await database.known()).coverage;
    for (const fetchedAt of [noon, dayLater]) {
      await database.save(site("America/New_York", {}, { source: "v2", fetchedAt }));
    }
    assert.deepEqual(timesOf(await rows(database, { table: "power_readings" })), [
      // Of the first generation 06:00 and 07:00 on the wall clock; the former has its place taken.
      ["2026-06-01T10:00:00Z", 0],
      ["2026-06-01T10:15:00Z", 1],
      ["2026-06-01T11:00:00Z", 1],
    ]);
    const [lost, ...others] = await rows(database, { table: "revisions" });
    assert.deepEqual(others, []);
    assert.equal(lost.table_name, "power_readings");
    assert.deepEqual(JSON.parse(lost.row_key as string), [1, "2026-06-01T04:00:00Z", 900]);
    const old = JSON.parse(lost.old_values as string);
    assert.deepEqual([old.power_w, old.local_time, old.source], [0, "2026-06-01T06:00:00", "v1"]);
    assert.deepEqual((await database.known()).coverage, [known]);
    assert.equal((await siteRow(database)).last_update_at, "2026-06-01T11:59:00Z");
  });

  test("readings that have no time in the new zone are kept as revisions", async (database) => {
    await database.save(site("Etc/GMT-1"));
    // 02:30 does not exist in Berlin that day.
    const times = ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"];
    await database.save(powerIn("Etc/GMT-1", times));
    await database.save(site("Europe/Berlin"));
    const saved = await database.save(site("Europe/Berlin", {}, { fetchedAt: dayLater }));
    assert.deepEqual([saved.rezoned[0].moved, saved.rezoned[0].dropped], [1, 1]);
    assert.deepEqual(timesOf(await rows(database, { table: "power_readings" })), [
      ["2026-03-29T00:30:00Z", 0],
      ["2026-03-29T01:30:00Z", 2],
    ]);
    const [lost] = await rows(database, { table: "revisions" });
    assert.equal(lost.revised_at, String(dayLater));
    assert.deepEqual(JSON.parse(lost.row_key as string), [1, "2026-03-29T01:30:00Z", 900]);
    assert.equal(JSON.parse(lost.old_values as string).power_w, 1);
  });

  test("an autumn day keeps its hour that comes twice when its zone is corrected", async (database) => {
    // The wall clock of Berlin from 02:00 to 03:00 shows each quarter twice.
    const times = quarterHours("2026-10-24", 96 * 2).map((time) => `${time}Z`);
    await database.save(site("Europe/Paris"));
    await database.save(powerIn("Europe/Paris", times));
    await database.save(site("Europe/Berlin"));
    await database.save(site("Europe/Berlin", {}, { fetchedAt: dayLater }));
    const stored = await rows(database, { table: "power_readings" });
    assert.deepEqual(timesOf(stored), times.map((time, at) => [time, at]));
  });

  test("months of readings move by an hour, forward and back, and none is lost", async (database) => {
    const times = quarterHours("2026-01-10", 6_000).map((time) => `${time}Z`);
    await database.save(site("Europe/Berlin"));
    await database.save(powerIn("Europe/Berlin", times));
    let fetchedAt = noon;
    const become = async (zone: string) => {
      for (let answers = 0; answers < 2; answers++) {
        await database.save(site(zone, {}, { fetchedAt }));
        fetchedAt = fetchedAt.add({ hours: 20 });
      }
      return timesOf(await rows(database, { table: "power_readings" }));
    };
    const moved = await become("Europe/London");
    assert.deepEqual(
      moved,
      times.map((time, at) => [instant(time).add({ hours: 1 }).toString(), at]),
    );
    assert.deepEqual(await become("Europe/Berlin"), times.map((time, at) => [time, at]));
  });
}

async function rowsOfSite(database: Database): Promise<Row[]> {
  await database.save(site(null));
  return await rows(database, { table: "sites" });
}
