import {
  common,
  type FetchedRange,
  isSettled,
  lengthOf,
  type Range,
  unionOf,
  uploadsTake,
  without,
} from "../model/coverage.ts";
import type { Reason } from "../source/reason.ts";
import type { Axis } from "../source/source.ts";
import type { Daylight } from "./knowledge.ts";
import type { SiteDays } from "./site_days.ts";

/**
 * What of a series is worth asking for. Nothing here counts requests or quota: these are the rules of when
 * silence is final, when it is a hole, and when what failed is asked again. Times in epoch seconds.
 */

const hour = 3600;
const day = 24 * hour;

/** A hole in one device's series is asked for again so often, until it is so old. */
const holeEvery = 7 * day;
const holeUntil = 30 * day;
/** Where it is not known what a site has reported, a range is final when it was asked for so long after its end. */
const unknownSettlesAfter = 14 * day;
/** How much longer than the dark of these weeks a night may seem. */
const twilight = 90 * 60;

/** What these rules need to know of one series of a site, or of one of its devices. */
export interface SeriesFacts {
  readonly axis: Axis;
  readonly days: SiteDays;
  /** How far back it is wanted. */
  readonly from: number;
  readonly now: number;
  /** What the site has reported; null: nothing is known. */
  readonly reported: number | null;
  /** What is known of it, by device where one answer speaks of several. */
  readonly devices: ReadonlyMap<string, readonly FetchedRange[]>;
  /** Time in which another device of the series, or the site in another one, had values. */
  readonly elsewhere: (deviceKey: string) => readonly Range[];
  /** Time in which something that never sleeps had values; null: the site has nothing of that kind. */
  readonly awake: readonly Range[] | null;
  readonly daylight: Daylight | null;
}

/** A range that was asked for and is worth asking for again from a moment on. */
export interface OpenRange extends Range {
  readonly reason: Reason;
  readonly at: number;
  /** It is not known what the site had reported when it was asked: no hurry. */
  readonly isOld: boolean;
}

/** The end of the days that have closed, uploads included. */
export function closedUntil({ days, now }: Pick<SeriesFacts, "days" | "now">): number {
  return days.dayStart(now - uploadsTake);
}

/** Ranges of closed days that nobody has ever asked for. */
export function neverAsked(facts: SeriesFacts): Range[] {
  const end = closedUntil(facts);
  const start = facts.days.bucketStart(facts.from, facts.axis.bucket);
  if (start >= end) return [];
  return without([{ start, end }], allRanges(facts));
}

/** Ranges that were asked for and are not final, each with the moment from which on it is worth asking. */
export function openRanges(facts: SeriesFacts): OpenRange[] {
  const open: OpenRange[] = [];
  const until = closedUntil(facts);
  for (const [deviceKey, ranges] of facts.devices) {
    for (const one of ranges) {
      if (one.state === "covered" || one.end <= facts.from) continue;
      if (one.state === "stale") {
        // What an earlier version remembered carries no time.
        const isOld = one.fetchedAt === 0;
        const reason = isOld ? "empty-before" : "total-changed";
        const end = Math.min(one.end, until);
        if (one.start < end) open.push({ start: one.start, end, reason, at: 0, isOld });
      } else if (one.state === "failed") {
        const at = one.fetchedAt + waitAfter(one.tries);
        open.push({ start: one.start, end: one.end, reason: "failed-before", at, isOld: false });
      } else open.push(...openOf(one, deviceKey, until, facts));
    }
  }
  return open;
}

/**
 * A day whose total has changed needs no request of its own where the next one, which is sent anyway, reaches back to
 * it. Often its values are here already: of two answers of one run that of the totals may be the later one. Where the
 * quota cannot pay for every site, neither does silence.
 */
export function comesAlong(
  { reason, start, end }: OpenRange,
  nextReachesTo: number,
  { isScarce }: { readonly isScarce: boolean },
): boolean {
  if (reason === "total-changed") return start >= nextReachesTo;
  return isScarce && (reason === "empty-before" || reason === "hole") && end > nextReachesTo;
}

/** How long what failed so many times in a row is left alone: an hour, six, a day; 0 asks at once. */
export function waitAfter(tries: number): number {
  return tries <= 0 ? 0 : tries === 1 ? hour : tries === 2 ? 6 * hour : day - hour / 2;
}

/** What of an empty range is not final. */
function openOf(
  one: FetchedRange,
  deviceKey: string,
  until: number,
  facts: SeriesFacts,
): OpenRange[] {
  const closed = { ...one, end: Math.min(one.end, until) };
  if (closed.start >= closed.end) return [];
  const parts = without([closed], darkOf(closed, facts));
  if (parts.length === 0) return [];
  const holes = common(parts, facts.elsewhere(deviceKey));
  const silent = without(parts, holes);
  return [
    ...holes.filter((hole) => facts.now < hole.end + holeUntil).map((hole): OpenRange => ({
      ...hole,
      reason: "hole",
      at: one.fetchedAt + holeEvery,
      isOld: false,
    })),
    ...silent.filter((part) => !isFinal(one, part, facts)).map((part): OpenRange => ({
      ...part,
      reason: "empty-before",
      // Nothing can have come where nothing was reported since.
      at: one.reportedAt !== null && facts.reported !== null && facts.reported <= one.reportedAt
        ? Infinity
        : one.fetchedAt + day - hour / 2,
      isOld: one.reportedAt === null && facts.reported !== null,
    })),
  ];
}

function isFinal(one: FetchedRange, part: Range, facts: SeriesFacts): boolean {
  if (one.reportedAt === null && facts.reported === null) {
    return one.fetchedAt >= part.end + unknownSettlesAfter;
  }
  return isSettled({ ...one, ...part });
}

/**
 * The part of a range in which what sleeps was asleep: outside of the daylight of these weeks, while
 * something that never sleeps did report (or the site has nothing of that kind). Silence that is little longer
 * than one such night is that night: mornings come later in autumn than they did.
 */
export function darkOf(range: Range, facts: SeriesFacts): Range[] {
  const { axis, daylight, days, awake } = facts;
  if (!axis.sleeps || !daylight) return [];
  const lit = daysIn(range, daylight, days);
  const nights = without([{ start: range.start - day, end: range.end + day }], lit);
  const night = nights.find((one) =>
    common([one], [range]).length > 0 && range.start >= one.start - twilight &&
    range.end <= one.end + twilight
  );
  const dark = night ? [{ start: range.start, end: range.end }] : common(nights, [range]);
  return awake === null ? dark : common(dark, awake);
}

/** The part of a range that lies in daylight; where that is not known, in the middle of the day. */
export function litPartOf(range: Range, daylight: Daylight | null, days: SiteDays): Range[] {
  if (range.start >= range.end) return [];
  return common([range], daysIn(range, daylight ?? midday, days));
}

const midday: Daylight = { from: 10 * 60, to: 14 * 60 };

/** The daylight of the days that a range touches, and of the ones beside them. */
function daysIn(range: Range, daylight: Daylight, days: SiteDays): Range[] {
  const lit: Range[] = [];
  for (let at = days.dayStart(range.start, -1); at < range.end + day;) {
    const next = days.dayStart(at, 1);
    lit.push({ start: at + daylight.from * 60, end: Math.min(next, at + daylight.to * 60) });
    at = next;
  }
  return lit;
}

/** Empty time that is final because it was dark: what may be written down as fetched. */
export function settledDark(facts: SeriesFacts): { deviceKey: string; range: FetchedRange }[] {
  const found: { deviceKey: string; range: FetchedRange }[] = [];
  for (const [deviceKey, ranges] of facts.devices) {
    for (const one of ranges) {
      if (one.state !== "empty") continue;
      for (const dark of darkOf(one, facts)) {
        // The newest night may still hide an evening.
        if (dark.end > facts.now - day) continue;
        found.push({ deviceKey, range: { ...one, ...dark, state: "covered" } });
      }
    }
  }
  return found;
}

/** Whether what sleeps is asleep now. */
export function isDarkNow({ axis, daylight, days, now }: SeriesFacts): boolean {
  if (!axis.sleeps || !daylight) return false;
  const minute = days.clockMinutes(now);
  return minute < daylight.from - 30 || minute > daylight.to + 30;
}

/** All ranges that are known, of any device, what failed included: it is asked for again by its own rule. */
function allRanges({ devices }: SeriesFacts): Range[] {
  const all: Range[] = [];
  for (const ranges of devices.values()) for (const one of ranges) all.push(one);
  return unionOf(all);
}

/** How much of the time that is wanted has been asked for, in seconds. */
export function progressOf(
  facts: SeriesFacts,
): { wholeSeconds: number; missing: number; gaps: Range[] } {
  const end = closedUntil(facts);
  const gaps = unionOf([
    ...neverAsked(facts),
    ...openRanges(facts).filter((one) =>
      one.reason === "failed-before" || one.reason === "total-changed"
    )
      .map(({ start, end }) => ({ start, end })),
  ]);
  return { wholeSeconds: Math.max(0, end - facts.from), missing: lengthOf(gaps), gaps };
}
