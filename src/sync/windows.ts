import type { Coverage } from "../model/harvest.ts";
import {
  earlier,
  intersect,
  type Interval,
  interval,
  later,
  subtract,
  union,
} from "../model/interval.ts";
import {
  bucketEnd,
  bucketStart,
  outsideRepeatedHour,
  startOfDay,
  toLocal,
} from "../model/site_time.ts";
import type { Axis } from "../source/source.ts";

/** How long a stretch that came empty is asked again, counted from its end. */
const settledAfter = Temporal.Duration.from({ hours: 14 * 24 });
const day = Temporal.Duration.from({ hours: 24 });

/** What the pure rules of a series need to know of one site or device. */
export interface SeriesFacts {
  readonly axis: Axis;
  /** Widest request in local days; the axis's own, or what the server was found to accept. */
  readonly maxDays: number;
  readonly timeZone: string;
  /** How far back the history is wanted. */
  readonly from: Temporal.Instant;
  /** The site's last update (now, where the source does not tell). */
  readonly lastUpdate: Temporal.Instant;
  readonly coverage: readonly Coverage[];
  readonly now: Temporal.Instant;
  readonly overlapMinutes: number;
}

/** The end of what a complete harvest can hold: where the bucket begins that was open at the last update. */
export function horizon(
  facts: Pick<SeriesFacts, "axis" | "timeZone" | "lastUpdate" | "now">,
): Temporal.Instant {
  return bucketStart(earlier(facts.lastUpdate, facts.now), facts.axis.bucket, facts.timeZone);
}

/** Stretches that were never answered at all. */
export function neverAsked(facts: SeriesFacts): Interval[] {
  return subtract(expected(facts), facts.coverage.map((one) => one.interval));
}

/**
 * Stretches worth asking for: those never asked, and those that came empty, unless they were asked
 * within a day or had already been over for 14 days when they were last asked.
 */
export function missing(facts: SeriesFacts): Interval[] {
  const quiet = facts.coverage.filter((one) =>
    one.state === "covered" || isSettled(one) || askedWithinADay(one, facts.now)
  );
  return subtract(expected(facts), quiet.map((one) => one.interval));
}

/** The one request that ends now and reaches back as far as is wanted and one request allows. */
export function tailWindow(facts: SeriesFacts): Interval {
  const end = requestEnd(facts);
  const today = toLocal(facts.now, facts.timeZone).toPlainDate();
  const widest = startOfDay(today.subtract({ days: facts.maxDays - 1 }), facts.timeZone);
  const start = clearStart(earlier(later(widest, facts.from), end), facts.timeZone);
  return interval(start, later(start, end));
}

/**
 * Requests that fetch the given stretches, newest first: as few as the widest request allows, each
 * from midnight to midnight (or now), none beginning or ending inside a repeated hour.
 */
export function windowsFor(stretches: readonly Interval[], facts: SeriesFacts): Interval[] {
  const windows: Interval[] = [];
  let rest = union(stretches);
  while (rest.length > 0) {
    const newest = rest.at(-1)!.end;
    const end = earlier(endOfDay(newest, facts.timeZone), requestEnd(facts));
    const lastDay = toLocal(end.subtract({ seconds: 1 }), facts.timeZone).toPlainDate();
    const widest = startOfDay(lastDay.subtract({ days: facts.maxDays - 1 }), facts.timeZone);
    const inside = intersect(rest, [interval(widest, newest)]);
    const oldest = later(inside[0].start.subtract({ minutes: facts.overlapMinutes }), facts.from);
    const start = later(
      widest,
      startOfDay(toLocal(oldest, facts.timeZone).toPlainDate(), facts.timeZone),
    );
    windows.push(interval(clearStart(start, facts.timeZone), clearEnd(end, facts.timeZone)));
    rest = subtract(rest, [interval(widest, newest)]);
  }
  return windows;
}

/** How far back a whole-history request reaches: the beginning of the calendar unit that holds `from`. */
export function wholeWindow(facts: SeriesFacts): Interval {
  const start = bucketStart(facts.from, facts.axis.bucket, facts.timeZone);
  return interval(start, later(start, requestEnd(facts)));
}

function expected(facts: SeriesFacts): Interval[] {
  const end = horizon(facts);
  const start = bucketStart(facts.from, facts.axis.bucket, facts.timeZone);
  return [{ start, end }].filter((one) => Temporal.Instant.compare(one.start, one.end) < 0);
}

function requestEnd(facts: Pick<SeriesFacts, "axis" | "timeZone" | "now">): Temporal.Instant {
  const { bucket } = facts.axis;
  const open = bucketEnd(
    bucketStart(facts.now, bucket === "samples" ? 900 : bucket, facts.timeZone),
    bucket === "samples" ? 900 : bucket,
    facts.timeZone,
  );
  return clearEnd(open, facts.timeZone);
}

/** Not inside a repeated hour, nor at its edge: there, too, a wall clock could mean either pass. */
function clearStart(start: Temporal.Instant, timeZone: string): Temporal.Instant {
  const inside = start.add({ seconds: 1 });
  const moved = outsideRepeatedHour(inside, timeZone, "earlier");
  return moved.equals(inside) ? start : moved.subtract({ minutes: 15 });
}

function clearEnd(end: Temporal.Instant, timeZone: string): Temporal.Instant {
  const inside = end.subtract({ seconds: 1 });
  const moved = outsideRepeatedHour(inside, timeZone, "later");
  return moved.equals(inside) ? end : moved.add({ minutes: 15 });
}

function endOfDay(instant: Temporal.Instant, timeZone: string): Temporal.Instant {
  const local = toLocal(instant.subtract({ seconds: 1 }), timeZone).toPlainDate();
  return startOfDay(local.add({ days: 1 }), timeZone);
}

function isSettled(one: Coverage): boolean {
  return Temporal.Instant.compare(one.fetchedAt, one.interval.end.add(settledAfter)) >= 0;
}

function askedWithinADay(one: Coverage, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one.fetchedAt.add(day), now) > 0;
}
