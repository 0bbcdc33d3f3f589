/** Half-open ranges of time `[start, end)`; every interval in the program is one. */
export interface Interval {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

/** Below 0 where `a` is earlier. Temporal's own takes ten times as long, which counts for years of samples. */
export function compareInstants(a: Temporal.Instant, b: Temporal.Instant): number {
  return a.epochMilliseconds - b.epochMilliseconds || Temporal.Instant.compare(a, b);
}

/** An interval; throws RangeError when the end lies before the start. */
export function interval(start: Temporal.Instant, end: Temporal.Instant): Interval {
  if (compareInstants(start, end) > 0) {
    throw new RangeError(`interval ends before it starts: ${start} to ${end}`);
  }
  return { start, end };
}

/** The earlier of two instants. */
export function earlier(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return compareInstants(a, b) <= 0 ? a : b;
}

/** The later of two instants. */
export function later(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return compareInstants(a, b) >= 0 ? a : b;
}

/** True for `[x, x)`. */
export function isEmpty(one: Interval): boolean {
  return compareInstants(one.start, one.end) >= 0;
}

/** The same ranges sorted, touching and overlapping ones joined, empty ones dropped. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter((one) => !isEmpty(one))
    .sort((a, b) => compareInstants(a.start, b.start));
  const joined: Interval[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (last && compareInstants(next.start, last.end) <= 0) {
      joined[joined.length - 1] = { start: last.start, end: later(last.end, next.end) };
    } else joined.push(next);
  }
  return joined;
}

/** What is in `from` and in none of `minus`. */
export function subtract(from: readonly Interval[], minus: readonly Interval[]): Interval[] {
  let rest = union(from);
  for (const cut of union(minus)) {
    rest = rest.flatMap((one) =>
      [
        { start: one.start, end: earlier(one.end, cut.start) },
        { start: later(one.start, cut.end), end: one.end },
      ].filter((one) => !isEmpty(one))
    );
  }
  return rest;
}

/** What is in both. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const right = union(b);
  return union(a).flatMap((one) =>
    right.map((other) => ({
      start: later(one.start, other.start),
      end: earlier(one.end, other.end),
    })).filter((one) => !isEmpty(one))
  );
}

/** True when `one` lies wholly inside the union of `cover`. */
export function covers(cover: readonly Interval[], one: Interval): boolean {
  return subtract([one], cover).length === 0;
}

/** Total length in seconds. */
export function seconds(intervals: readonly Interval[]): number {
  return union(intervals)
    .reduce(
      (sum, one) => sum + (one.end.epochMilliseconds - one.start.epochMilliseconds) / 1000,
      0,
    );
}
