import type { AskedRange, Delivery } from "../../src/database/database.ts";
import { secondOf } from "../../src/model/coverage.ts";
import type { TableRows } from "../../src/model/harvest.ts";
import type { Value } from "../../src/model/table.ts";

export const noon = Temporal.Instant.from("2026-06-01T12:00:00Z");
export const later = Temporal.Instant.from("2026-06-01T13:00:00Z");

/** A delivery with these rows; the other fields as in most tests. */
export function delivery(
  rows: TableRows | readonly TableRows[],
  changes: Partial<Delivery> = {},
): Delivery {
  return {
    source: "v1",
    series: "power",
    dataType: "power",
    harvest: { rows: Array.isArray(rows) ? rows : [rows] },
    ranges: [],
    marks: [],
    fetchedAt: noon,
    ...changes,
  };
}

/** A range of site 1, of the whole site unless a device is named. */
export function range(
  start: string,
  end: string,
  state: AskedRange["state"],
  changes: Partial<AskedRange> = {},
): AskedRange {
  return {
    siteId: 1,
    deviceKey: "",
    start: secondOf(start),
    end: secondOf(end),
    state,
    ...changes,
  };
}

/** Rows of one table from objects; the columns are those of the first. */
export function rowsOf(
  table: TableRows["table"],
  objects: readonly Readonly<Record<string, Value>>[],
): TableRows {
  const columns = Object.keys(objects[0]);
  return { table, columns, rows: objects.map((one) => columns.map((name) => one[name])) };
}

/** So many quarter-hours from midnight of a day, as instants in UTC without the Z. */
export function quarterHours(day: string, count: number): string[] {
  const first = Temporal.Instant.from(`${day}T00:00:00Z`).epochMilliseconds;
  return Array.from(
    { length: count },
    (_, at) => new Date(first + at * 900_000).toISOString().slice(0, 19),
  );
}

/** Power of site 1, whose clock shows UTC, at these times. */
export function powerDelivery(times: readonly string[], changes: Partial<Delivery> = {}): Delivery {
  return delivery({
    table: "power_readings",
    columns: ["site_id", "timestamp", "local_time", "interval_s", "power_w"],
    rows: times.map((time, at) => [1, `${time}Z`, time, 900, at * 1.5]),
  }, changes);
}
