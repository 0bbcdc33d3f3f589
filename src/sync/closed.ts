import type { SiteFacts } from "../model/harvest.ts";
import { type Interval, interval, isBefore, later, seconds, subtract } from "../model/interval.ts";
import { bucketEnd, bucketStart, startOfDay, toLocal } from "../model/site_time.ts";
import { isSettled, quietNights } from "./nights.ts";
import type { SeriesFacts } from "./windows.ts";

/** Days that are cut into parts at once. */
const daysAtOnce = 16;
/** Uploads need a while: a stretch is asked for so long after its end. */
const uploadsTake = Temporal.Duration.from({ minutes: 20 });
const day = Temporal.Duration.from({ hours: 24 });

/**
 * The parts of a local day that one request may span: as few as the day's real length needs (a day of
 * 25 hours needs three of twelve), in the order of time, for all days that the stretch touches.
 */
export function partsOfDays(stretch: Interval, maxHours: number, timeZone: string): Interval[] {
  const parts: Interval[] = [];
  let today = toLocal(stretch.start, timeZone).toPlainDate();
  for (let start = startOfDay(today, timeZone); isBefore(start, stretch.end);) {
    const next = startOfDay(today.add({ days: 1 }), timeZone);
    while (isBefore(start, next)) {
      const end = start.add({ hours: maxHours });
      parts.push(interval(start, isBefore(end, next) ? end : next));
      start = parts.at(-1)!.end;
    }
    today = today.add({ days: 1 });
  }
  return parts.filter((one) =>
    isBefore(stretch.start, one.end) && isBefore(one.start, stretch.end)
  );
}

/** Parts of days, newest first, and about how many more there are before them. */
export interface Parts {
  readonly newest: readonly Interval[];
  readonly older: number;
}

/**
 * Closed parts of days that are worth a request, about `atMost` of them: never asked, or come with holes that
 * were not asked for within a day and have not settled. The night of a device that sleeps is no hole.
 */
export function closedParts(facts: SeriesFacts, site: SiteFacts, atMost = Infinity): Parts {
  const closed = facts.now.subtract(uploadsTake);
  if (!isBefore(facts.from, closed)) return { newest: [], older: 0 };
  const quiet = facts.coverage.filter(({ state, interval, fetchedAt }) =>
    state === "covered" || isSettled(interval.end, fetchedAt, site) ||
    isBefore(facts.now, fetchedAt.add(day))
  );
  const nights = facts.axis.sleeps ? quietNights(facts.coverage, site, facts.timeZone) : [];
  const wanted = subtract(
    [interval(facts.from, closed)],
    [...quiet, ...nights].map((one) => one.interval),
  );
  return newestParts(wanted, facts, closed, atMost);
}

/** Years of history are tens of thousands of parts, of which a run asks for few: only those are spelled out. */
function newestParts(
  wanted: readonly Interval[],
  { axis, timeZone }: SeriesFacts,
  closed: Temporal.Instant,
  atMost: number,
): Parts {
  const maxHours = axis.maxHours!;
  const byStart = new Map<number, Interval>();
  let rest = [...wanted];
  while (rest.length > 0 && byStart.size < atMost) {
    const { start, end } = rest.pop()!;
    const chunk = later(start, end.subtract({ hours: 24 * daysAtOnce }));
    if (isBefore(start, chunk)) rest.push(interval(start, chunk));
    for (const part of partsOfDays(interval(chunk, end), maxHours, timeZone)) {
      if (!isBefore(closed, part.end)) byStart.set(part.start.epochMilliseconds, part);
    }
  }
  const newest = [...byStart.values()]
    .sort((a, b) => Temporal.Instant.compare(b.start, a.start));
  // The last of the parts may reach into what is left.
  if (newest.length > 0) rest = subtract(rest, [interval(newest.at(-1)!.start, closed)]);
  return { newest, older: Math.ceil(seconds(rest) / (3600 * maxHours)) };
}

/** The end of what has closed and is due by now: where the part of the day begins that is open. */
export function closedUntil(
  facts: Pick<SeriesFacts, "axis" | "timeZone" | "now">,
): Temporal.Instant {
  const at = facts.now.subtract(uploadsTake);
  const stretch = interval(at, at.add({ seconds: 1 }));
  return partsOfDays(stretch, facts.axis.maxHours!, facts.timeZone)[0].start;
}

/** The part of the day that is open now, up to now; null while a device that sleeps is asleep. */
export function openPart(facts: SeriesFacts): Interval | null {
  const part = partsOfDays(
    interval(facts.now, facts.now.add({ seconds: 1 })),
    facts.axis.maxHours!,
    facts.timeZone,
  )[0];
  if (facts.axis.sleeps && isAsleep(facts)) return null;
  const bucket = facts.axis.bucket === "samples" ? 900 : facts.axis.bucket;
  const end = bucketEnd(bucketStart(facts.now, bucket, facts.timeZone), bucket, facts.timeZone);
  return interval(part.start, isBefore(end, part.end) ? end : part.end);
}

/** Whole parts of days that hold a range of time. */
export function partsOf(range: Interval, facts: SeriesFacts): Interval[] {
  return partsOfDays(range, facts.axis.maxHours!, facts.timeZone)
    .filter((one) => isBefore(one.start, facts.now));
}

/** After yesterday's last value, as the clock goes, and before four in the morning. */
function isAsleep(facts: SeriesFacts): boolean {
  const clock = toLocal(facts.now, facts.timeZone).toPlainTime();
  if (Temporal.PlainTime.compare(clock, new Temporal.PlainTime(4)) < 0) return true;
  const today = startOfDay(toLocal(facts.now, facts.timeZone).toPlainDate(), facts.timeZone);
  const ends = facts.coverage
    .filter((one) => one.state === "covered" && isBefore(one.interval.end, today))
    .map((one) => one.interval.end);
  if (ends.length === 0) return false;
  const last = toLocal(ends.reduce(later), facts.timeZone).toPlainTime();
  const dusk = last.add({ hours: 1 });
  return Temporal.PlainTime.compare(dusk, last) > 0 && Temporal.PlainTime.compare(clock, dusk) > 0;
}
