import { compareInstants } from "./interval.ts";
import { momentsOf, type OffsetPeriod, offsetPeriods, widestShift } from "./zone_offsets.ts";

/** A moment, and what the wall clock of the site showed at it. Whole seconds. */
export interface Stamp {
  readonly instant: Temporal.Instant;
  readonly local: Temporal.PlainDateTime;
}

/** The stamp of a label, or why there is none. */
export type Resolved =
  | { readonly ok: true; readonly stamp: Stamp }
  | {
    readonly ok: false;
    readonly label: string;
    readonly problem: "unreadable" | "skipped-hour" | "duplicate";
  };

const labelForm = /^(\d{4})([-\/])(\d\d)\2(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?$/;

/**
 * The wall clock that a label shows: `2026-03-29`, `2026-03-29 03:15:00` or `2026-03-29T03:15[:00]`, with
 * slashes too; fractions of a second are cut off. 24:00 is the midnight after, and the second 60 the beginning
 * of the next minute. Null when it is none of these or no such date.
 */
export function readLabel(text: string): Temporal.PlainDateTime | null {
  const parts = labelForm.exec(text.trim());
  if (!parts) return null;
  const [, year, , month, day, hour = "0", minute = "0", second = "0"] = parts;
  const isMidnight = hour === "24" && Number(minute) === 0 && Number(second) === 0;
  try {
    if (isMidnight) return new Temporal.PlainDateTime(+year, +month, +day).add({ days: 1 });
    if (second === "60") {
      return new Temporal.PlainDateTime(+year, +month, +day, +hour, +minute).add({ minutes: 1 });
    }
    return new Temporal.PlainDateTime(+year, +month, +day, +hour, +minute, +second);
  } catch {
    return null;
  }
}

/**
 * The stamps of the labels of one series, in the order in which they came. The labels carry no offset,
 * so their order decides: a label of the repeated hour is its first occurrence, unless the series has
 * already passed that; then it is the second. A series that runs backwards is read from its end.
 * No two stamps of the answer are the same moment.
 */
export function resolveLabels(labels: readonly string[], timeZone: string): Resolved[] {
  const locals = labels.map(readLabel);
  const seconds = locals.map((local) => local && wallSecond(local));
  const periods = periodsAround(seconds, timeZone);
  const resolved = new Array<Resolved>(labels.length);
  const taken = new Set<number>();
  const backwards = runsBackwards(seconds);
  let previous = -Infinity;

  for (let step = 0; step < labels.length; step++) {
    const index = backwards ? labels.length - 1 - step : step;
    const [label, local, second] = [labels[index], locals[index], seconds[index]];
    if (local === null || second === null) {
      resolved[index] = { ok: false, label, problem: "unreadable" };
      continue;
    }
    const moments = momentsOf(second, periods);
    const moment = moments.find((one) => one > previous) ?? moments.at(-1);
    if (moment === undefined) resolved[index] = { ok: false, label, problem: "skipped-hour" };
    else if (taken.has(moment)) resolved[index] = { ok: false, label, problem: "duplicate" };
    else {
      resolved[index] = { ok: true, stamp: { instant: instantAt(moment), local } };
      taken.add(moment);
      previous = moment;
    }
  }
  return resolved;
}

/**
 * The instant of a site's last update. A label of the repeated hour is its first occurrence, unless that
 * lies before `previous` (the last update known so far) and the second is not after `now`. A label of a
 * skipped hour gives the moment after the gap. Null when the label is unreadable.
 */
export function readLastUpdate(
  label: string,
  timeZone: string,
  now: Temporal.Instant,
  previous: Temporal.Instant | null,
): Temporal.Instant | null {
  const local = readLabel(label);
  if (!local) return null;
  const second = wallSecond(local);
  const periods = periodsAround([second], timeZone);
  const moments = momentsOf(second, periods).map(instantAt);
  if (moments.length === 0) {
    return instantAt(periods.find(({ start, offset }) => second < start + offset)!.start);
  }
  const first = moments[0];
  const last = moments.at(-1)!;
  const passed = previous !== null && compareInstants(first, previous) < 0;
  return passed && compareInstants(last, now) <= 0 ? last : first;
}

/** `2026-03-29T01:15:00Z`: UTC, fractions of a second cut off. */
export function instantText(instant: Temporal.Instant): string {
  return textOfSecond(instant.epochMilliseconds / 1000);
}

/** The same of epoch seconds. */
export function textOfSecond(epochSeconds: number): string {
  const seconds = Math.floor(epochSeconds);
  const day = Math.floor(seconds / daySeconds);
  if (day !== lastDay.day) {
    const text = new Date(day * daySeconds * 1000).toISOString();
    lastDay = { day, text: text.slice(0, text.indexOf("T")) };
  }
  const second = seconds - day * daySeconds;
  return `${lastDay.text}T${
    clockText(Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60)
  }Z`;
}

/** `2026-03-29T03:15:00`: wall clock, fractions of a second cut off. */
export function localText(local: Temporal.PlainDateTime): string {
  const { year, month, day, hour, minute, second } = local;
  if (year < 1000 || year > 9999) return local.toString({ smallestUnit: "second" });
  return `${year}-${twoDigits[month]}-${twoDigits[day]}T${clockText(hour, minute, second)}`;
}

// Made of their parts, texts of times take a quarter of the time, which counts for years of samples.

const daySeconds = 86_400;
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));

/** Times mostly come in their order. */
let lastDay = { day: NaN, text: "" };

function clockText(hour: number, minute: number, second: number): string {
  return `${twoDigits[hour]}:${twoDigits[minute]}:${twoDigits[second]}`;
}

/** The instant that `instantText` wrote; throws RangeError for anything that is none. */
export function readInstant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}

/** What the wall clock of the zone shows at that moment. */
export function toLocal(instant: Temporal.Instant, timeZone: string): Temporal.PlainDateTime {
  return instant.toZonedDateTimeISO(timeZone).toPlainDateTime();
}

/** The first moment of a local day: midnight, or what follows where a shift skips midnight. */
export function startOfDay(day: Temporal.PlainDate, timeZone: string): Temporal.Instant {
  return day.toZonedDateTime(timeZone).toInstant();
}

/**
 * How long the buckets of a series are: moments of their own, calendar units of the site's zone, or a
 * number of seconds.
 */
export type BucketSize = "samples" | 900 | 3600 | "day" | "week" | "month" | "year" | number;

/**
 * The beginning of the bucket that holds the moment; for `samples` the moment itself. Weeks begin on
 * Monday. A bucket of so many seconds begins whenever the wall clock shows a multiple of them or jumps
 * over one. Throws RangeError for a size that is no positive whole number.
 */
export function bucketStart(
  instant: Temporal.Instant,
  size: BucketSize,
  timeZone: string,
): Temporal.Instant {
  if (size === "samples") return instant;
  if (typeof size === "number") return instantAt(stepStart(secondOf(instant), size, timeZone));
  return startOfDay(firstDayOf(toLocal(instant, timeZone).toPlainDate(), size), timeZone);
}

/** The end of the bucket that begins at `start`, which is the beginning of the next; `samples`: `start`. */
export function bucketEnd(
  start: Temporal.Instant,
  size: BucketSize,
  timeZone: string,
): Temporal.Instant {
  if (size === "samples") return start;
  if (typeof size === "number") return instantAt(stepEnd(secondOf(start), size, timeZone));
  const first = firstDayOf(toLocal(start, timeZone).toPlainDate(), size);
  return startOfDay(first.add({ [`${size}s`]: 1 }), timeZone);
}

/**
 * A bound for a request, never inside a repeated hour, where its label would mean two moments: `earlier`
 * moves it to the beginning of the first occurrence, `later` to the end of the second. Any other moment
 * stays as it is.
 */
export function outsideRepeatedHour(
  instant: Temporal.Instant,
  timeZone: string,
  direction: "earlier" | "later",
): Temporal.Instant {
  const moment = instant.epochMilliseconds / 1000;
  const periods = offsetPeriods(
    timeZone,
    Math.floor(moment) - widestShift,
    Math.floor(moment) + widestShift,
  );
  for (let index = 1; index < periods.length; index++) {
    const shift = periods[index].start;
    const repeated = periods[index - 1].offset - periods[index].offset;
    if (shift - repeated <= moment && moment < shift + repeated) {
      return instantAt(direction === "earlier" ? shift - repeated : shift + repeated);
    }
  }
  return instant;
}

/** True for a name of a zone that this program can compute with: `Europe/Berlin`, `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    new Temporal.ZonedDateTime(0n, name);
    return true;
  } catch {
    return false;
  }
}

/** Seconds from 1970 to what a wall clock shows, as if it were UTC. */
function wallSecond(local: Temporal.PlainDateTime): number {
  const { year, month, day, hour, minute, second } = local;
  // Date.UTC takes years below 100 for the twentieth century.
  const date = new Date(0).setUTCFullYear(year, month - 1, day);
  return date / 1000 + hour * 3600 + minute * 60 + second;
}

function secondOf(instant: Temporal.Instant): number {
  return Math.floor(instant.epochMilliseconds / 1000);
}

function instantAt(second: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(second * 1000);
}

function periodsAround(seconds: readonly (number | null)[], timeZone: string): OffsetPeriod[] {
  let [from, to] = [Infinity, -Infinity];
  for (const second of seconds) {
    if (second === null) continue;
    from = Math.min(from, second);
    to = Math.max(to, second);
  }
  if (from > to) return [];
  // Twice the shift: the search begins one shift before the label, within the periods.
  return offsetPeriods(timeZone, from - 2 * widestShift, to + 2 * widestShift);
}

/** More steps back than forward: the jump back in a repeated hour makes no series a backward one. */
function runsBackwards(seconds: readonly (number | null)[]): boolean {
  const readable = seconds.filter((one) => one !== null);
  let direction = 0;
  for (let index = 1; index < readable.length; index++) {
    direction += Math.sign(readable[index] - readable[index - 1]);
  }
  return direction < 0 || (direction === 0 && readable[0] > readable[readable.length - 1]);
}

function firstDayOf(
  day: Temporal.PlainDate,
  unit: "day" | "week" | "month" | "year",
): Temporal.PlainDate {
  switch (unit) {
    case "day":
      return day;
    case "week":
      return day.subtract({ days: day.dayOfWeek - 1 });
    case "month":
      return day.with({ day: 1 });
    case "year":
      return day.with({ month: 1, day: 1 });
  }
}

function stepStart(moment: number, size: number, timeZone: string): number {
  requirePositive(size);
  const periods = offsetPeriods(timeZone, moment - size - widestShift, moment + 1);
  let begin = moment;
  for (let index = periods.length - 1;; index--) {
    const period = periods[index];
    const last = Math.min(moment, period.end - 1);
    begin = last - remainder(last + period.offset, size);
    if (begin >= period.start || index === 0) return begin;
    if (jumpsOver(periods[index - 1], period, size)) return period.start;
  }
}

function stepEnd(moment: number, size: number, timeZone: string): number {
  requirePositive(size);
  const periods = offsetPeriods(timeZone, moment, moment + size + widestShift);
  for (let index = 0;; index++) {
    const period = periods[index];
    const end = period.start + size - remainder(period.start + period.offset, size);
    const next = periods[index + 1];
    if (end < period.end || !next) return end;
    const showsMultiple = remainder(next.start + next.offset, size) === 0;
    if (showsMultiple || jumpsOver(period, next, size)) return next.start;
  }
}

/** Whether the shift between two periods jumps over a multiple of `size` on the wall clock. */
function jumpsOver(before: OffsetPeriod, after: OffsetPeriod, size: number): boolean {
  const shown = after.start - 1 + before.offset;
  return Math.floor(shown / size) < Math.floor((after.start + after.offset) / size);
}

function remainder(second: number, size: number): number {
  return second - Math.floor(second / size) * size;
}

function requirePositive(size: number): void {
  if (!Number.isInteger(size) || size <= 0) throw new RangeError(`no size of a bucket: ${size} s`);
}
