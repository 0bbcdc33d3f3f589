import type { Coverage, SiteFacts } from "../model/harvest.ts";
import { type Interval, isBefore, seconds, union } from "../model/interval.ts";
import { startOfDay, toLocal } from "../model/site_time.ts";

/** A site that has reported so long after a stretch has sent what it had of it. */
const settledAfter = Temporal.Duration.from({ hours: 48 });
/** The longest time that a device which sleeps by night is silent between two days. */
const longestNight = 20 * 3600;
/** Local hours in which devices sleep; a battery may keep an inverter awake for a part of them. */
const sleepingHours = { from: 22, length: 12 } as const;
/** How long nights are kept apart, so that others can be compared with them. */
const comparedFor = Temporal.Duration.from({ hours: 7 * 24 });
/** How much earlier than all others of these days a night may begin, and how much later than most it may end. */
const earlierBy = 3 * 3600;
const laterBy = 1.5 * 3600;

/** Silence of a device that sleeps by night. */
export interface Night {
  readonly interval: Interval;
  /** It stands out among the nights of these days: it may as well be an evening or a morning without uploads. */
  readonly isDoubtful: boolean;
  /** When its oldest part was last asked for. */
  readonly askedAt: Temporal.Instant;
}

/** True when a stretch was asked for after the site had sent what it had of it. */
export function isSettled(
  end: Temporal.Instant,
  askedAt: Temporal.Instant,
  { lastUpdate }: Pick<SiteFacts, "lastUpdate">,
): boolean {
  return hasReported(end, settledAfter, lastUpdate) && !isBefore(askedAt, end.add(settledAfter));
}

/** True when the site has reported so long after an end. */
function hasReported(
  end: Temporal.Instant,
  after: Temporal.Duration,
  lastUpdate: Temporal.Instant | null,
): boolean {
  return lastUpdate !== null && !isBefore(lastUpdate, end.add(after));
}

/** The silences of a series, of a night's length and at its time, with values before and after. */
function nightsIn(coverage: readonly Coverage[], timeZone: string): Night[] {
  const covered = coverage.filter((one) => one.state === "covered");
  const starts = new Set(covered.map((one) => one.interval.start.epochMilliseconds));
  const ends = new Set(covered.map((one) => one.interval.end.epochMilliseconds));
  const silences = silencesIn(coverage).filter(({ interval: { start, end } }) =>
    ends.has(start.epochMilliseconds) && starts.has(end.epochMilliseconds) &&
    seconds([{ start, end }]) <= longestNight && touchesNight({ start, end }, timeZone)
  );
  const hours = silences.map((one) => {
    const start = secondsSinceNoon(one.interval.start, timeZone);
    return { start, end: start + seconds([one.interval]) };
  });
  const standsOut = (at: number) => {
    const others = hours.toSpliced(at, 1);
    // Where a battery feeds the inverter all night, there is nothing to compare with.
    if (others.length === 0) return hours[at].end - hours[at].start > earlierBy;
    // A battery moves the beginning of the inverter's night, the sun alone its end.
    return hours[at].start < Math.min(...others.map((one) => one.start)) - earlierBy ||
      hours[at].end > median(others.map((one) => one.end)) + laterBy;
  };
  return silences.map((one, at) => ({ ...one, isDoubtful: standsOut(at) }));
}

/** Stretches without values, those that touch as one, and when the oldest part of each was asked for. */
function silencesIn(coverage: readonly Coverage[]): Omit<Night, "isDoubtful">[] {
  const empty = coverage.filter((one) => one.state === "empty")
    .sort((a, b) => Temporal.Instant.compare(a.interval.start, b.interval.start));
  let next = 0;
  return union(empty.map((one) => one.interval)).map((silence) => {
    let askedAt = empty[next].fetchedAt;
    for (; next < empty.length && isBefore(empty[next].interval.start, silence.end); next++) {
      if (isBefore(empty[next].fetchedAt, askedAt)) askedAt = empty[next].fetchedAt;
    }
    return { interval: silence, askedAt };
  });
}

/** Nights whose silence is not worth a request now: a doubtful one is, once the site has sent what it had. */
export function quietNights(
  coverage: readonly Coverage[],
  site: Pick<SiteFacts, "lastUpdate">,
  timeZone: string,
): Night[] {
  return nightsIn(coverage, timeZone).filter(({ isDoubtful, interval: { end } }) =>
    !isDoubtful || !hasReported(end, settledAfter, site.lastUpdate)
  );
}

/** Nights that nothing more is expected of: what the site may still have had of them has been asked for. */
export function settledNights(
  coverage: readonly Coverage[],
  site: Pick<SiteFacts, "timeZone" | "lastUpdate">,
): Night[] {
  if (!site.timeZone) return [];
  return nightsIn(coverage, site.timeZone).filter(({ interval: { end }, isDoubtful, askedAt }) =>
    isDoubtful ? isSettled(end, askedAt, site) : hasReported(end, comparedFor, site.lastUpdate)
  );
}

function touchesNight({ start, end }: Interval, timeZone: string): boolean {
  const day = toLocal(start, timeZone).toPlainDate();
  return [-1, 0].some((days) => {
    const from = startOfDay(day.add({ days }), timeZone).add({ hours: sleepingHours.from });
    return isBefore(from, end) && isBefore(start, from.add({ hours: sleepingHours.length }));
  });
}

function secondsSinceNoon(instant: Temporal.Instant, timeZone: string): number {
  const { hour, minute } = toLocal(instant, timeZone);
  return (hour + 12) % 24 * 3600 + 60 * minute;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
