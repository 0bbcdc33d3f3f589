import { epochOf, instantOf } from "../model/coverage.ts";
import {
  bucketEnd,
  type BucketSize,
  bucketStart,
  isTimeZone,
  outsideRepeatedHour,
  startOfDay,
} from "../model/site_time.ts";

/**
 * The local days of one zone in epoch seconds. It remembers what it has worked out: a plan for a thousand sites
 * asks for the same few midnights again and again.
 */
export interface SiteDays {
  /** The first second of the local day that holds a second; `days` later or earlier. */
  dayStart(second: number, days?: number): number;
  bucketStart(second: number, bucket: BucketSize): number;
  bucketEnd(second: number, bucket: BucketSize): number;
  /** The beginning of a date, `2026-03-29`. */
  dateStart(date: Temporal.PlainDate): number;
  dateOf(second: number): Temporal.PlainDate;
  /** A bound of a request, never inside or at the edge of an hour that the wall clock shows twice. */
  clear(second: number, direction: "earlier" | "later"): number;
  /** Minutes since local midnight as the wall clock shows them. */
  clockMinutes(second: number): number;
}

const made = new Map<string, SiteDays>();

/** The days of a zone; of UTC where it is not known or unknown to this program. */
export function siteDays(zone: string | null): SiteDays {
  const name = zone !== null && isKnown(zone) ? zone : "UTC";
  let days = made.get(name);
  if (!days) made.set(name, days = createSiteDays(name));
  return days;
}

/** No zone is further from UTC, east of it and west of it. */
const mostAhead = 14 * 3600;
const mostBehind = 12 * 3600;

/**
 * When the first day of a site begins, at the earliest and at the latest: where its zone is not known, that may lie
 * on either side of UTC's midnight. Null: the day is not known.
 */
export function firstSeconds(
  { firstDay, timeZone }: { firstDay: Temporal.PlainDate | null; timeZone: string | null },
): { readonly earliest: number; readonly latest: number } | null {
  if (!firstDay) return null;
  const at = siteDays(timeZone).dateStart(firstDay);
  return timeZone !== null && isKnown(timeZone)
    ? { earliest: at, latest: at }
    : { earliest: at - mostAhead, latest: at + mostBehind };
}

const known = new Map<string, boolean>();

function isKnown(zone: string): boolean {
  let is = known.get(zone);
  if (is === undefined) known.set(zone, is = isTimeZone(zone));
  return is;
}

function createSiteDays(zone: string): SiteDays {
  const dateAt = (second: number) => instantOf(second).toZonedDateTimeISO(zone).toPlainDate();
  const dayStart = remembered((second: number, days: number) =>
    epochOf(startOfDay(dateAt(second).add({ days }), zone))
  );
  const starts = new Map<string, number>();
  return {
    dayStart: (second, days = 0) => dayStart(second, days),
    bucketStart: (second, bucket) =>
      bucket === "day"
        ? dayStart(second, 0)
        : epochOf(bucketStart(instantOf(second), bucket, zone)),
    bucketEnd: (second, bucket) =>
      bucket === "day" ? dayStart(second, 1) : epochOf(bucketEnd(instantOf(second), bucket, zone)),
    dateStart(date) {
      const text = date.toString();
      let start = starts.get(text);
      if (start === undefined) starts.set(text, start = epochOf(startOfDay(date, zone)));
      return start;
    },
    dateOf: dateAt,
    clear: remembered((second, direction: "earlier" | "later") => {
      // At its edge, too, a wall clock could mean either pass.
      const inside = instantOf(direction === "earlier" ? second + 1 : second - 1);
      const moved = outsideRepeatedHour(inside, zone, direction);
      if (moved.equals(inside)) return second;
      return epochOf(moved) + (direction === "earlier" ? -900 : 900);
    }),
    clockMinutes(second) {
      const { hour, minute } = instantOf(second).toZonedDateTimeISO(zone);
      return hour * 60 + minute;
    },
  };
}

/** The same function, its newest answers kept. */
function remembered<More extends number | string>(
  work: (second: number, more: More) => number,
): (second: number, more: More) => number {
  const answers = new Map<string, number>();
  return (second, more) => {
    const key = `${second} ${more}`;
    let answer = answers.get(key);
    if (answer === undefined) {
      if (answers.size > 20_000) answers.clear();
      answers.set(key, answer = work(second, more));
    }
    return answer;
  };
}
