import type { TableRows } from "../../model/harvest.ts";
import { earlier, type Interval } from "../../model/interval.ts";
import { bucketEnd, startOfDay } from "../../model/site_time.ts";
import type { PlannedRequest } from "../source.ts";
import { type Asked, onlySite, rowsOf } from "../answer/answer_body.ts";
import { timeZoneOf } from "../answer/asked_site.ts";
import type { Slot } from "../answer/slot_standing.ts";

/**
 * No call tells since when a site has data. The years tell the year, their next page the months of that
 * year, the last one the days of that month: two calls more, once in the life of a site.
 */
export type EnergyUnit = "DAY" | "MONTH" | "YEAR";

interface FirstDayPage {
  readonly unit: EnergyUnit;
}

/** Before the first of all sites. */
const longAgo = new Temporal.PlainDate(2000, 1, 1);

/** A window that begins before any site did. */
export function historyWindow(window: Interval, timeZone: string): Interval {
  return { start: startOfDay(longAgo, timeZone), end: window.end };
}

/** The unit that a request is asked in: that of its query, or of the page on the way to the first day. */
export function energyUnit(request: Pick<PlannedRequest, "page">, wanted: EnergyUnit): EnergyUnit {
  return (request.page as FirstDayPage | undefined)?.unit ?? wanted;
}

/** The buckets without those before the first production: a time before the site is no gap. */
export function sinceFirstProduction(slots: readonly Slot[]): Slot[] {
  const inOrder = inTime(slots);
  const first = inOrder.findIndex(produces);
  return first < 0 ? [] : inOrder.slice(first);
}

/** What an answer tells of the first day: the day itself, or where to look for it. */
export interface FirstDay {
  readonly rows: readonly TableRows[];
  readonly next?: PlannedRequest;
}

/**
 * Nothing where the first day is known and no earlier year has produced: so a day that is known stays.
 * `unit` is what the buckets are.
 */
export function findFirstDay(slots: readonly Slot[], unit: EnergyUnit, asked: Asked): FirstDay {
  const { siteId, firstDay: known } = onlySite(asked);
  const day = inTime(slots).find(produces)?.local.toPlainDate();
  if (!day || (known !== null && day.year >= known.year)) return { rows: [] };
  if (unit === "DAY") {
    return { rows: rowsOf("sites", ["site_id", "data_start_date"], [[siteId, day.toString()]]) };
  }
  return { rows: [], next: insideOf(day, unit, asked) };
}

/** The request for the next smaller unit within the year or month that begins with a day. */
function insideOf(day: Temporal.PlainDate, unit: "YEAR" | "MONTH", asked: Asked): PlannedRequest {
  const { request } = asked;
  const timeZone = timeZoneOf(onlySite(asked), asked.endpoint);
  const first = unit === "YEAR" ? day.with({ month: 1, day: 1 }) : day.with({ day: 1 });
  const start = startOfDay(first, timeZone);
  const end = bucketEnd(start, unit === "YEAR" ? "year" : "month", timeZone);
  const page: FirstDayPage = { unit: unit === "YEAR" ? "MONTH" : "DAY" };
  return {
    ...request,
    reason: "since when the site has data",
    window: { start, end: earlier(end, request.window!.end) },
    page,
  };
}

function inTime(slots: readonly Slot[]): Slot[] {
  return slots.toSorted((a, b) => Temporal.Instant.compare(a.instant, b.instant));
}

function produces({ values: [energy] }: Slot): boolean {
  return Number(energy) > 0;
}
