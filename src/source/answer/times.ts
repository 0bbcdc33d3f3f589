import {
  isTimeZone,
  readLabel,
  type Resolved,
  resolveLabels,
  type Stamp,
  toLocal,
} from "../../model/site_time.ts";

/** No site has a time outside these years, and not every database can hold one. */
export function isPossible({ year }: { readonly year: number }): boolean {
  return 1900 <= year && year < 2200;
}

/**
 * A time of day with an offset behind it: `…T06:45:00+01:00`, also `+0100`, `+01`, ` +01:00` and with the name
 * of a zone in brackets. Without a time of day before it, `-31` is the day of a date.
 */
const exactForm =
  /^(?<wall>.{8,12}\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)\s*(?<offset>z|[+-]\d\d(?::?\d\d)?)(?:\[[^\]]*\])?$/i;
/** Seconds and milliseconds from 1970, of the years 2001 to 2286. */
const epochForm = /^\d{10}(?:\d{3})?$/;
/** A time in UTC shows no wall clock of the site. */
const utcForm = /^(?:z|[+-]00(?::?00)?)$/i;
/** No time is written longer. */
const longestTime = 100;

/**
 * The moment of a time with an offset, or of one that counts from 1970, and the wall clock that it shows (the
 * site's, where it is given in UTC); whole seconds. Null for anything else.
 */
export function readStamp(text: unknown, timeZone: string | null): Stamp | null {
  if (typeof text === "number") return readStamp(String(text), timeZone);
  if (typeof text !== "string" || text.length > longestTime) return null;
  const trimmed = text.trim();
  if (epochForm.test(trimmed)) {
    const milliseconds = Number(trimmed.padEnd(13, "0"));
    return inUtc(Temporal.Instant.fromEpochMilliseconds(milliseconds), timeZone);
  }
  const parts = exactForm.exec(trimmed)?.groups;
  const wall = parts ? readLabel(parts.wall!) : null;
  if (!parts || wall === null || !isPossible(wall)) return null;
  const seconds = offsetSeconds(parts.offset!);
  if (seconds === null) return null;
  const { year, month, day, hour, minute, second } = wall;
  const instant = Temporal.Instant.fromEpochMilliseconds(
    Date.UTC(year, month - 1, day, hour, minute, second) - seconds * 1000,
  );
  return utcForm.test(parts.offset!) ? inUtc(instant, timeZone) : { instant, local: wall };
}

/** The same, also for a time without offset, which is wall clock of the site. */
export function readSiteTime(text: unknown, timeZone: string | null): Stamp | null {
  const stamp = readStamp(text, timeZone);
  if (stamp || typeof text !== "string" || timeZone === null || !isTimeZone(timeZone)) return stamp;
  const [resolved] = resolveLabels([text], timeZone);
  return resolved?.ok && isPossible(resolved.stamp.local) ? resolved.stamp : null;
}

/**
 * The stamps of the times of a series in its order: exact where offsets are given, the others by the order of
 * the labels.
 */
export function resolveTimes(
  labels: readonly string[],
  timeZone: string,
): readonly Resolved[] {
  if (timeZone !== last.timeZone || !isSameList(labels, last.labels)) {
    last = { labels, timeZone, resolved: resolveAnew(labels, timeZone) };
  }
  return last.resolved;
}

/** The metrics of a device, and mostly its siblings too, have the same times: each list is read once. */
let last: {
  readonly labels: readonly string[];
  readonly timeZone: string | null;
  readonly resolved: readonly Resolved[];
} = { labels: [], timeZone: null, resolved: [] };

function isSameList(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}

function resolveAnew(labels: readonly string[], timeZone: string): Resolved[] {
  const stamps = labels.map((label) => readStamp(label, timeZone));
  const walls = labels.filter((_, at) => stamps[at] === null);
  const resolved = resolveLabels(walls, timeZone);
  if (walls.length === labels.length) return resolved;
  const others = resolved.values();
  return stamps.map((stamp) => stamp ? { ok: true, stamp } : others.next().value!);
}

/** The wall clock that a time shows, of whichever form; null where it is given in UTC, or is none. */
export function readWallClock(text: string): Temporal.PlainDateTime | null {
  const parts = exactForm.exec(text.trim())?.groups;
  if (!parts) return readLabel(text);
  return utcForm.test(parts.offset!) ? null : readLabel(parts.wall!);
}

function inUtc(instant: Temporal.Instant, timeZone: string | null): Stamp | null {
  const whole = instant.round({ smallestUnit: "second", roundingMode: "floor" });
  const local = toLocal(whole, timeZone !== null && isTimeZone(timeZone) ? timeZone : "UTC");
  return isPossible(local) ? { instant: whole, local } : null;
}

/** `+01`, `+0100` and `+01:00` as seconds; null where no clock is so far from UTC. */
function offsetSeconds(text: string): number | null {
  if (/^z$/i.test(text)) return 0;
  const digits = text.slice(1).replace(":", "");
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return seconds <= 14 * 3600 ? (text.startsWith("-") ? -seconds : seconds) : null;
}
