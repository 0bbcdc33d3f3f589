import { type Interval, subtract, union } from "./interval.ts";

/** A series of requests of one site or device. */
export interface SeriesKey {
  readonly siteId: number;
  readonly series: string;
  /** Empty for what belongs to the whole site. */
  readonly deviceKey: string;
}

/** A stretch of one series of one site or device, with the time at which it was last asked for. */
export interface FetchedStretch {
  readonly interval: Interval;
  readonly state: "covered" | "empty";
  readonly fetchedAt: Temporal.Instant;
}

/**
 * What is known after fresh stretches have come: sorted, without overlaps.
 * - `covered` wins over `empty`, whichever came first; values do not disappear
 * - covered stretches that touch are one, asked when the newest of them was
 * - an `empty` stretch asked again takes the newer time, also where it is only a part of an older one;
 *   those that touch are one only when they were asked at the same time, because the time says when
 *   each is worth asking again
 */
export function mergeStretches(
  known: readonly FetchedStretch[],
  fresh: readonly FetchedStretch[],
): FetchedStretch[] {
  const all = [...known, ...fresh];
  const covered = all.filter((one) => one.state === "covered");
  const coveredTime = union(covered.map((one) => one.interval));

  const byTime = all.filter((one) => one.state === "empty")
    .sort((a, b) => Temporal.Instant.compare(a.fetchedAt, b.fetchedAt));
  let empties: FetchedStretch[] = [];
  for (const next of byTime) {
    empties = [...cut(empties, [next.interval]), ...cut([next], coveredTime)];
  }

  return [
    ...coveredTime.map((interval) => ({
      interval,
      state: "covered" as const,
      fetchedAt: newest(covered, interval),
    })),
    ...joinSameTime(empties),
  ].sort((a, b) => Temporal.Instant.compare(a.interval.start, b.interval.start));
}

function cut(
  stretches: readonly FetchedStretch[],
  minus: readonly Interval[],
): FetchedStretch[] {
  return stretches.flatMap((one) =>
    subtract([one.interval], minus).map((interval) => ({ ...one, interval }))
  );
}

function newest(stretches: readonly FetchedStretch[], within: Interval): Temporal.Instant {
  return stretches
    .filter((one) =>
      Temporal.Instant.compare(one.interval.start, within.start) >= 0 &&
      Temporal.Instant.compare(one.interval.end, within.end) <= 0
    )
    .map((one) => one.fetchedAt)
    .reduce((a, b) => Temporal.Instant.compare(a, b) >= 0 ? a : b);
}

function joinSameTime(stretches: readonly FetchedStretch[]): FetchedStretch[] {
  const byTime = Map.groupBy(stretches, (one) => one.fetchedAt.epochMilliseconds);
  return [...byTime.values()].flatMap((group) =>
    union(group.map((one) => one.interval)).map((interval) => ({ ...group[0], interval }))
  );
}
