/**
 * A range of time in which a zone keeps one offset. Seconds since 1970-01-01T00:00:00Z, half-open;
 * the offset in seconds east of UTC.
 */
export interface OffsetPeriod {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

/** The offsets of a zone between two moments (seconds since 1970), one after the other, without holes. */
export function offsetPeriods(timeZone: string, from: number, to: number): OffsetPeriod[] {
  const periods: OffsetPeriod[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from * 1000).toZonedDateTimeISO(timeZone);
  for (let start = from;;) {
    const next = at.getTimeZoneTransition("next");
    const end = next ? Math.min(next.epochMilliseconds / 1000, to) : to;
    periods.push({ start, end, offset: at.offsetNanoseconds / 1e9 });
    if (!next || end === to) return periods;
    [at, start] = [next, end];
  }
}

/** The index of the period that holds the moment; the moment lies within the periods. */
export function periodIndexAt(periods: readonly OffsetPeriod[], moment: number): number {
  let low = 0;
  let high = periods.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (periods[middle].start <= moment) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** No offset is as large as this, and no clock ever jumped further: seconds. */
export const widestShift = 36 * 3600;

/**
 * The moments at which the wall clock shows `local` (seconds, as if it were UTC): one, none in a skipped
 * hour, two in a repeated one, in their order. The periods reach `widestShift` to either side of it.
 */
export function momentsOf(local: number, periods: readonly OffsetPeriod[]): number[] {
  const moments: number[] = [];
  for (
    let index = periodIndexAt(periods, local - widestShift);
    index < periods.length && periods[index].start <= local + widestShift;
    index++
  ) {
    const { start, end, offset } = periods[index];
    const moment = local - offset;
    if (start <= moment && moment < end) moments.push(moment);
  }
  return moments;
}
