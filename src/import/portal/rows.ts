import { type Range, secondOf, unionOf } from "../../model/coverage.ts";
import type { TableRows } from "../../model/harvest.ts";
import type { TableName, Value } from "../../model/table.ts";
import type { ImportContext, ImportEvent } from "../event.ts";
import { coveredDays } from "../python/tool.ts";
import { SiteClock } from "../site_clock.ts";
import type { PortalFile } from "./file.ts";
import type { Place } from "./place.ts";

/** A row of a file at its place in time; `at` is its number in the file. */
export interface Placed {
  readonly at: number;
  /** UTC text. */
  readonly timestamp: string;
  readonly local: string;
}

/** Days, as rows of `energy_readings`; the last one may be open. */
export function* dayRows(
  file: PortalFile,
  kept: readonly number[],
  places: readonly (Place | string)[],
  siteId: number,
  context: ImportContext,
): Generator<ImportEvent> {
  const dateOf = (at: number) => file.times.labels[at].slice(0, 10);
  const filled = kept.filter((at) => file.rows[at].some((one) => one !== null))
    .toSorted((a, b) => dateOf(a) < dateOf(b) ? -1 : 1);
  const last = filled.map(dateOf).toSorted().at(-1);
  const stored = places.flatMap((place, at) => typeof place === "string" ? [] : [{ place, at }]);
  const rowsOf = (some: readonly number[]) =>
    some.map((at): Value[] => [
      siteId,
      "DAY",
      dateOf(at),
      dateOf(at) === last ? 0 : 1,
      ...stored.map(({ place, at: column }) => valueOf(place, file.rows[at][column])),
    ]).filter((row) => row.slice(4).some((one) => one !== null));
  const columns = ["site_id", "time_unit", "reading_date", "is_complete"]
    .concat(stored.map(({ place }) => place.column));
  yield* ranked({ table: "energy_readings", columns, rows: rowsOf(filled) }, context);
  const zone = context.zoneOf(siteId);
  const energy = stored.find(({ place }) => place.column === "energy_wh");
  if (zone === null || !energy || last === undefined) return;
  const clock = new SiteClock(zone);
  const sure = filled.filter((at) => file.rows[at][energy.at] !== null && dateOf(at) !== last);
  yield coveredDays(siteId, sure.map(dateOf), clock, clock.dayStart(last));
}

const series: Partial<Record<TableName, "power-details" | "energy-details">> = {
  power_details: "power-details",
  energy_details: "energy-details",
};

/** What a site with meters has in these series; where one is not in the file, the API may still have it. */
const parts = ["production", "consumption", "self_consumption", "feed_in", "purchased"];

/** Buckets of one length, as rows of the tables that the columns belong to. */
export function* bucketRows(
  file: PortalFile,
  placed: readonly Placed[],
  places: readonly (Place | string)[],
  siteId: number,
  clock: SiteClock,
  context: ImportContext,
): Generator<ImportEvent> {
  const { step } = file.times;
  const stored = places.flatMap((place, at) => typeof place === "string" ? [] : [{ place, at }]);
  const groups = Map.groupBy(
    stored,
    ({ place }) => `${place.table} ${place.deviceKey ?? ""} ${place.meterType ?? ""}`,
  );
  for (const group of groups.values()) {
    const [{ place: { table, deviceKey, meterType } }] = group;
    const device = deviceKey === null
      ? []
      : meterType === null
      ? ["device_key"]
      : ["device_key", "meter_type"];
    const ofDevice = [deviceKey, meterType].filter((one) => one !== null);
    if (meterType !== null) {
      const columns = ["site_id", "device_key", "meter_type", "serial_number"];
      const rows = [[siteId, deviceKey, meterType, deviceKey]];
      yield { kind: "rows", rank: "filling", rows: { table: "meters", columns, rows } };
    }
    const columns = ["site_id", ...device, "timestamp", "local_time", "interval_s"]
      .concat(group.map(({ place }) => place.column));
    const rows = placed.map(({ at, timestamp, local }): Value[] => [
      siteId,
      ...ofDevice,
      timestamp,
      local,
      step,
      ...group.map(({ place, at: column }) => valueOf(place, file.rows[at][column])),
    ]);
    yield* ranked({ table, columns, rows }, context);
    const name = series[table];
    const last = placed.at(-1);
    if (!name || !last || !hasAllParts(group, siteId, context)) continue;
    const lastDay = clock.dayStart(last.local.slice(0, 10));
    const sure = placed.filter(({ at, local }) =>
      group.every((one) => file.rows[at][one.at] !== null) && clock.moments(local).length === 1
    );
    const ranges: Range[] = unionOf(
      sure.map(({ timestamp }) => ({
        start: secondOf(timestamp),
        end: Math.min(secondOf(timestamp) + step, lastDay),
      })),
    );
    yield {
      kind: "covered",
      siteId,
      series: name,
      dataType: name,
      deviceKey: "",
      ranges,
      fetchedAt: secondOf(last.timestamp),
    };
  }
}

/** Whether a file has everything there is of a series: a site without meters has production only. */
function hasAllParts(
  group: readonly { readonly place: Place }[],
  siteId: number,
  { devices, meters }: ImportContext,
): boolean {
  if (parts.every((part) => group.some(({ place }) => place.column.startsWith(`${part}_w`)))) {
    return true;
  }
  const own = devices.filter((one) => one.siteId === siteId);
  return own.length > 0 && !own.some((one) => one.category === "meter") &&
    !meters.some((one) => one.siteId === siteId);
}

/**
 * Rows in the order of time. Some only fill what is missing: the last one, whose bucket may not have ended, and
 * those of times for which a file that reaches further has values.
 */
function* ranked(given: TableRows, { claims }: ImportContext): Generator<ImportEvent> {
  const { table, columns, rows } = given;
  if (rows.length === 0) return;
  const at = (name: string) => columns.indexOf(name);
  const time = Math.max(at("timestamp"), at("reading_date"));
  const key = JSON.stringify([
    table,
    rows[0][at("site_id")],
    rows[0][at("device_key")] ?? null,
    rows[0][at("meter_type")] ?? null,
  ]);
  const claimed = claims.get(key) ?? [];
  const last = rows.at(-1)!;
  const isWeak = (row: readonly Value[]) =>
    row === last ||
    claimed.some((one) => String(row[time]) >= one.first && String(row[time]) <= one.last);
  const { strong = [], weak = [] } = Object.groupBy(
    rows,
    (row) => isWeak(row) ? "weak" as const : "strong" as const,
  );
  claims.set(key, [...claimed, { first: String(rows[0][time]), last: String(last[time]) }]);
  yield { kind: "rows", rank: "renewal", rows: { table, columns, rows: strong } };
  yield { kind: "rows", rank: "filling", rows: { table, columns, rows: weak } };
}

function valueOf({ factor, isMagnitude }: Place, value: number | null): number | null {
  if (value === null) return null;
  // Multiplying by a power of ten brings digits that nobody wrote.
  const scaled = Math.abs(factor) === 1 ? value * factor : Number((value * factor).toPrecision(15));
  return isMagnitude ? Math.abs(scaled) : scaled + 0;
}
