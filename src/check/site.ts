import type { Database } from "../database/database.ts";
import { storedRecords } from "../database/read.ts";
import {
  common,
  epochOf,
  lengthOf,
  type Range,
  type RangeState,
  secondOf,
  unionOf,
} from "../model/coverage.ts";
import type { Known } from "../model/harvest.ts";
import { bucketEnd, isTimeZone, startOfDay, toLocal } from "../model/site_time.ts";
import type { TableName, Value } from "../model/table.ts";

/** A site as the rules see it. */
export interface CheckedSite {
  readonly siteId: number;
  /** Null: unknown, or none that this program can compute with. */
  readonly timeZone: string | null;
  readonly peakPowerW: number | null;
  readonly hasBattery: boolean;
  /** What its batteries hold together. */
  readonly batteryWh: number;
  /** First local day with data. */
  readonly firstDay: string | null;
  /** Whether every moment of these local days was fetched in a series that fills the table. */
  isFetched(name: TableName, from: string, to?: string): boolean;
}

/** Which series fill which table. */
export type Fills = readonly { readonly series: string; readonly fills: readonly TableName[] }[];

/** The sites that are stored, in the order of their numbers. Throws DatabaseError. */
export async function storedSites(database: Database): Promise<number[]> {
  return (await database.query("site_list")).map((one) => Number(one.site_id));
}

/** What must be known of a site before its rows are judged. Throws DatabaseError. */
export async function readSite(
  database: Database,
  siteId: number,
  fills: Fills,
): Promise<CheckedSite> {
  const known = await database.known([siteId]);
  const facts = known.sites.find((one) => one.siteId === siteId);
  const [row] = await storedRecords(database, "sites", siteId);
  const batteries = await storedRecords(database, "batteries", siteId);
  const timeZone = facts?.timeZone && isTimeZone(facts.timeZone) ? facts.timeZone : null;
  const peak = Number(row?.peak_power_kwp ?? 0) * 1000;
  return {
    siteId,
    timeZone,
    peakPowerW: peak > 0 ? peak : null,
    hasBattery: batteries.length > 0,
    batteryWh: batteries.reduce(
      (sum, one) => sum + Number(one.nameplate_capacity_wh ?? one.nameplate_wh ?? 0),
      0,
    ),
    firstDay: facts?.firstDay?.toString() ?? null,
    isFetched: fetchedDays(known, timeZone, fills),
  };
}

/** There are values, or the server was asked and had none. */
const asked: readonly RangeState[] = ["covered", "empty"];

function fetchedDays(
  { coverage }: Known,
  timeZone: string | null,
  fills: Fills,
): CheckedSite["isFetched"] {
  const byTable = new Map<TableName, readonly Range[]>();
  // One device of several is enough: what was asked of the others is known by their own gaps.
  const rangesOf = (name: TableName) => {
    const series = new Set(
      fills.filter((one) => one.fills.includes(name)).map((one) => one.series),
    );
    return unionOf(
      coverage.filter((one) => series.has(one.series) && asked.includes(one.state)),
    );
  };
  return (name, from, to = from) => {
    let ranges = byTable.get(name);
    if (!ranges) byTable.set(name, ranges = rangesOf(name));
    const zone = timeZone ?? "UTC";
    const { start } = rangeOfDay(from, zone);
    // Of the newest day only what has been is there to be fetched.
    const end = Math.min(rangeOfDay(to, zone).end, ranges.at(-1)?.end ?? 0);
    return start < end && lengthOf(common([{ start, end }], ranges)) === end - start;
  };
}

/** A local day as seconds. */
export function rangeOfDay(day: string, timeZone: string): Range {
  const start = startOfDay(Temporal.PlainDate.from(day), timeZone);
  return { start: epochOf(start), end: epochOf(bucketEnd(start, "day", timeZone)) };
}

/** Epoch seconds of a time as any of the databases writes it in an answer. */
export function secondIn(value: Value): number {
  const text = String(value).replace(" ", "T");
  return secondOf(text.endsWith("Z") ? text : `${text}Z`);
}

/** `2026-03-29T03:15:00` of a wall clock as any of the databases writes it. */
export function localIn(value: Value): string {
  return String(value).replace(" ", "T").slice(0, 19);
}

/** The local day of an epoch second; of UTC where the zone is not known. */
export function dayOf(second: number, { timeZone }: CheckedSite): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(second * 1000);
  return toLocal(instant, timeZone ?? "UTC").toPlainDate().toString();
}

/** `14:15` of the local wall clock. */
export function clockOf(second: number, { timeZone }: CheckedSite): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(second * 1000);
  return toLocal(instant, timeZone ?? "UTC").toPlainTime().toString({ smallestUnit: "minute" });
}
