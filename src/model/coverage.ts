/** Epoch seconds `[start, end)`: the engine computes with thousands of them, so they are plain numbers. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What belongs together in coverage: what one query fills for one site or device. */
export interface SeriesKey {
  readonly siteId: number;
  readonly series: string;
  /** Empty for what belongs to the whole site. */
  readonly deviceKey: string;
}

/**
 * - `covered`: values are there, or nothing more is expected
 * - `empty`: asked, and nothing was there
 * - `failed`: asked, and no answer came that could be used
 * - `stale`: fetched once, and the total of its day has changed since
 */
export type RangeState = "covered" | "empty" | "failed" | "stale";

/** A range of one series, and how it was last asked for; times in epoch seconds. */
export interface FetchedRange extends Range {
  readonly state: RangeState;
  readonly fetchedAt: number;
  /** What the site had reported when it was asked; null: not known. */
  readonly reportedAt: number | null;
  /** Failures in a row; 0 but for `failed`. */
  readonly tries: number;
}

/** Seconds that an upload may come after the time of its values: a day is asked for so long after its end. */
export const uploadsTake = 20 * 60;

/** When a site has reported for this long beyond the end of a range, it has sent all that it had of it. */
export const settlesAfter = 48 * 3600;

/**
 * What is known after fresh ranges have come: sorted, without overlaps.
 * - `covered` wins over everything; values do not disappear
 * - `empty` leaves covered time covered, and replaces what was known of the rest
 * - `failed` leaves covered time alone, and counts the failures before it
 * - `stale` concerns only what was answered before
 */
export function mergeRanges(
  known: readonly FetchedRange[],
  fresh: readonly FetchedRange[],
): FetchedRange[] {
  let result = [...known];
  for (const next of fresh) result = mergeOne(result, next);
  return joined(result.sort((a, b) => a.start - b.start));
}

function mergeOne(known: readonly FetchedRange[], next: FetchedRange): FetchedRange[] {
  const result: FetchedRange[] = [];
  let at = next.start;
  const put = (from: number, to: number, old: FetchedRange | null) => {
    if (from < to) result.push(...overlay(old, { ...next, start: from, end: to }));
  };
  for (const one of [...known].sort((a, b) => a.start - b.start)) {
    if (one.end <= next.start || one.start >= next.end) {
      result.push(one);
      continue;
    }
    if (one.start < next.start) result.push({ ...one, end: next.start });
    const [from, to] = [Math.max(one.start, next.start), Math.min(one.end, next.end)];
    put(at, from, null);
    put(from, to, one);
    at = to;
    if (one.end > next.end) result.push({ ...one, start: next.end });
  }
  put(at, next.end, null);
  return result;
}

/** What becomes of a range when a fresh one of the same bounds comes. */
function overlay(old: FetchedRange | null, next: FetchedRange): FetchedRange[] {
  const same = old && { ...old, start: next.start, end: next.end };
  switch (next.state) {
    case "covered":
      return [next];
    case "empty":
      return old?.state === "covered" ? [{ ...next, state: "covered" }] : [next];
    case "failed":
      if (old?.state === "covered") return [same!];
      return [{ ...next, tries: next.tries === 0 ? 0 : (old?.tries ?? 0) + 1 }];
    case "stale":
      return old === null ? [] : [
        old.state === "failed"
          ? same!
          : { ...same!, state: "stale", fetchedAt: Math.min(same!.fetchedAt, next.fetchedAt) },
      ];
  }
}

/**
 * Joins neighbours where that loses nothing: covered time, and what was asked for under the same conditions.
 * Settled ranges stay apart from others: joined, they would be asked for again. Joined first is what one answer
 * brought, however it was cut by what was known before; then the settled silence of several answers.
 */
function joined(ranges: readonly FetchedRange[]): FetchedRange[] {
  return joinedBy(joinedBy(ranges.flatMap(partedWhereSettled), joinAlike), joinSettled);
}

function joinedBy(
  ranges: readonly FetchedRange[],
  join: (a: FetchedRange, b: FetchedRange) => FetchedRange | null,
): FetchedRange[] {
  const result: FetchedRange[] = [];
  for (const next of ranges) {
    const last = result.at(-1);
    const one = last && last.end === next.start && last.state === next.state
      ? join(last, next)
      : null;
    if (one) result[result.length - 1] = one;
    else result.push(next);
  }
  return result;
}

/** An empty range in two, where only its older part is settled. */
function partedWhereSettled(one: FetchedRange): FetchedRange[] {
  if (one.state !== "empty" || one.reportedAt === null) return [one];
  const settled = one.reportedAt - settlesAfter;
  if (settled <= one.start || settled >= one.end) return [one];
  return [{ ...one, end: settled }, { ...one, start: settled }];
}

function joinAlike(a: FetchedRange, b: FetchedRange): FetchedRange | null {
  if (a.state === "covered") {
    return { ...a, end: b.end, fetchedAt: Math.max(a.fetchedAt, b.fetchedAt) };
  }
  const isAlike = a.fetchedAt === b.fetchedAt && a.reportedAt === b.reportedAt &&
    a.tries === b.tries && isSettled(a) === isSettled(b);
  return isAlike ? { ...a, end: b.end } : null;
}

/** A hole is asked for again after a week: holes that were asked for in different weeks stay apart. */
const weekOf = ({ fetchedAt }: FetchedRange) => Math.floor(fetchedAt / (7 * 86_400));

function joinSettled(a: FetchedRange, b: FetchedRange): FetchedRange | null {
  if (!isSettled(a) || !isSettled(b) || weekOf(a) !== weekOf(b)) return null;
  const asOne = {
    ...a,
    end: b.end,
    fetchedAt: Math.min(a.fetchedAt, b.fetchedAt),
    reportedAt: Math.min(a.reportedAt!, b.reportedAt!),
  };
  return isSettled(asOne) ? asOne : null;
}

/** True for an empty range that was asked for after the site had sent what it had of it. */
export function isSettled(one: FetchedRange): boolean {
  return one.state === "empty" && one.reportedAt !== null &&
    one.reportedAt >= one.end + settlesAfter;
}

/** The same ranges sorted, touching and overlapping ones joined, empty ones dropped. */
export function unionOf(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (
    const { start, end } of ranges.filter((one) => one.start < one.end).sort((a, b) =>
      a.start - b.start
    )
  ) {
    const last = result.at(-1);
    if (last && start <= last.end) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    } else result.push({ start, end });
  }
  return result;
}

/** What is in `from` and in none of `minus`. */
export function without(from: readonly Range[], minus: readonly Range[]): Range[] {
  const cuts = unionOf(minus);
  return unionOf(from).flatMap((one) => {
    const rest: Range[] = [];
    let at = one.start;
    for (const cut of cuts) {
      if (cut.end <= at) continue;
      if (cut.start >= one.end) break;
      if (cut.start > at) rest.push({ start: at, end: cut.start });
      at = Math.max(at, cut.end);
    }
    if (at < one.end) rest.push({ start: at, end: one.end });
    return rest;
  });
}

/** What is in both. */
export function common(a: readonly Range[], b: readonly Range[]): Range[] {
  const right = unionOf(b);
  return unionOf(a).flatMap((one) =>
    right.flatMap((other) => {
      const [start, end] = [Math.max(one.start, other.start), Math.min(one.end, other.end)];
      return start < end ? [{ start, end }] : [];
    })
  );
}

/** Seconds of ranges that do not overlap. */
export function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, one) => sum + one.end - one.start, 0);
}

/** Epoch seconds of `2026-03-29T01:15:00Z`. */
export function secondOf(text: string): number {
  return Date.parse(text) / 1000;
}

/** Epoch seconds of an instant. */
export function epochOf(instant: Temporal.Instant): number {
  return Math.floor(instant.epochMilliseconds / 1000);
}

/** The instant of epoch seconds. */
export function instantOf(second: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(second * 1000);
}
