import type { SiteFacts, TableRows } from "../../model/harvest.ts";
import type { Interval } from "../../model/interval.ts";
import { startOfDay } from "../../model/site_time.ts";
import { rowsOf } from "../v1/answer_body.ts";
import type { Slot } from "../v1/slot_standing.ts";

/** Before the first of all sites. */
const longAgo = new Temporal.PlainDate(2000, 1, 1);

/** A window that begins before any site did. */
export function historyWindow(window: Interval, timeZone: string): Interval {
  return { start: startOfDay(longAgo, timeZone), end: window.end };
}

/** Whether the first day with data may be later: years and months tell the first of a month. */
export function isGuess(firstDay: Temporal.PlainDate | null): boolean {
  return firstDay === null || firstDay.day === 1;
}

/** The buckets without those before the first production: a time before the site is no gap. */
export function sinceFirstProduction(slots: readonly Slot[]): Slot[] {
  const inOrder = inTime(slots);
  const first = inOrder.findIndex(produces);
  return first < 0 ? [] : inOrder.slice(first);
}

/**
 * The first bucket with production, where it says more than what is known: nothing was known, or what was
 * known lies outside it. So a day that is already known exactly stays.
 */
export function firstDayRows(
  slots: readonly Slot[],
  unit: "DAY" | "MONTH" | "YEAR",
  { siteId, firstDay: known }: SiteFacts,
): TableRows[] {
  const first = inTime(slots).find(produces);
  if (!first) return [];
  const day = first.local.toPlainDate();
  const refines = {
    YEAR: known?.year !== day.year,
    MONTH: !known?.toPlainYearMonth().equals(day.toPlainYearMonth()),
    // The days of one request cannot tell what was before them: what is known must be among them.
    DAY: known !== null && isGuess(known) && !known.equals(day) &&
      known.toPlainYearMonth().equals(day.toPlainYearMonth()) &&
      slots.some((one) => one.local.toPlainDate().equals(known)),
  };
  if (!refines[unit]) return [];
  return rowsOf("sites", ["site_id", "data_start_date"], [[siteId, day.toString()]]);
}

function inTime(slots: readonly Slot[]): Slot[] {
  return slots.toSorted((a, b) => Temporal.Instant.compare(a.instant, b.instant));
}

function produces({ values: [energy] }: Slot): boolean {
  return Number(energy) > 0;
}
