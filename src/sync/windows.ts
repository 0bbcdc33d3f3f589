import { type Range, unionOf, without } from "../model/coverage.ts";
import type { Mark } from "../model/harvest.ts";
import type { Axis } from "../source/source.ts";
import { epochOf } from "../model/coverage.ts";
import type { SiteDays } from "./site_days.ts";

/**
 * Windows are found out by trying, not believed: how wide a request may be, what a refusal teaches, and how
 * ranges are cut into as few requests as that allows.
 */

const hour = 3600;
const day = 24 * hour;

/** What was learned from words, or twice, holds for so long; then the widest is tried again. */
const learnedHolds = 30 * day;
/** What one refusal without a reason taught is tried again on the next day. */
const doubtHolds = 20 * hour;

/** The widest request to begin with, in seconds; Infinity where there is no limit. */
export function widestNow(
  axis: Pick<Axis, "ladder">,
  learned: Mark | undefined,
  now: number,
  { before, after }: Alike = nobody,
): number {
  const widest = axis.ladder === null ? Infinity : axis.ladder[0] * hour;
  const own = heldBy(learned, now);
  if (own === null) return widest;
  const [earlier, later] = [before, after].map((some) =>
    some.flatMap((one) => heldBy(one, now) ?? []).filter((one) => one.span === own.span)
  );
  const sure = [own, ...earlier, ...later].filter((one) => one.isSure).map((one) => one.at);
  const turn = earlier.length * day;
  // A width that nobody explained is kept for the day only.
  const holds = sure.length > 0
    ? now - Math.max(...sure) <= learnedHolds + turn
    : now - own.at <= doubtHolds + turn;
  return holds ? Math.min(widest, own.span) : widest;
}

/**
 * What was learned of queries that are cut alike, those whose turn comes before and after. One of them tries the
 * widest again for all: its second refusal speaks for the others, who stopped at the same width. Where it is not
 * asked for, the next one tries a day later.
 */
export interface Alike {
  readonly before: readonly (Mark | undefined)[];
  readonly after: readonly (Mark | undefined)[];
}

const nobody: Alike = { before: [], after: [] };

/** What a refusal taught and is not undone; a time that lies ahead was written by a clock astray. */
function heldBy(
  mark: Mark | undefined,
  now: number,
): { span: number; at: number; isSure: boolean } | null {
  if (!mark || mark.spanSeconds === null || mark.spanAt === null) return null;
  const at = epochOf(mark.spanAt);
  return at > now ? null : { span: mark.spanSeconds, at, isSure: mark.spanDoubtSeconds === null };
}

/** Whether one limit may stand behind the windows of both. */
export function isCutAlike(one: Pick<Axis, "ladder" | "bucket">, other: typeof one): boolean {
  return one.bucket === other.bucket && String(one.ladder) === String(other.ladder);
}

/** The rung of the ladder that a width stands for, in seconds: windows that end with a day are a little narrower. */
export function rungOf(axis: Pick<Axis, "ladder">, width: number): number {
  return (axis.ladder ?? []).map((one) => one * hour).filter((one) => one >= width).at(-1) ?? width;
}

/** What to try after a window was refused. */
export interface Narrower {
  /** In seconds; null: this was the narrowest. */
  readonly width: number | null;
  /** The refusal named it. */
  readonly isExplained: boolean;
}

/**
 * The next width below a refused one: what the words name, if it is shorter and holds a bucket, else the
 * next rung of the ladder. A path that is not there is asked at the narrowest at once.
 */
export function narrower(
  axis: Pick<Axis, "ladder" | "bucket">,
  refused: number,
  words: string,
  { isMissing = false }: { readonly isMissing?: boolean } = {},
): Narrower {
  const bucket = typeof axis.bucket === "number"
    ? axis.bucket
    : axis.bucket === "samples"
    ? 900
    : day;
  const named = spanIn(words);
  if (named !== null && named < refused && named >= bucket) {
    return { width: named, isExplained: true };
  }
  const rungs = (axis.ladder ?? []).map((one) => one * hour).filter((one) => one < refused);
  return { width: (isMissing ? rungs.at(-1) : rungs[0]) ?? null, isExplained: false };
}

const units: readonly (readonly [string, number])[] = [
  ["hour", hour],
  ["hr", hour],
  ["day", day],
  ["week", 7 * day],
  ["month", 28 * day],
  ["year", 365 * day],
];
const numbers = ["one", "two", "three", "four", "five", "six", "seven"];

/** The span that a refusal names, in seconds: `limited to 7 days`, `one month`, `12h`; the shortest of several. */
export function spanIn(words: string): number | null {
  const text = words.slice(0, 2000).toLowerCase().replaceAll("-", " ");
  let shortest: number | null = null;
  for (
    const match of text.matchAll(
      /(\d{1,4}(?:\.\d{1,2})?|[a-z]{3,5}) ?(hour|hr|day|week|month|year|h\b|d\b)/g,
    )
  ) {
    const amount = numbers.indexOf(match[1]) + 1 || Number(match[1]);
    const unit = units.find(([name]) => name.startsWith(match[2]))?.[1];
    if (!Number.isFinite(amount) || amount <= 0 || unit === undefined) continue;
    shortest = Math.min(shortest ?? Infinity, amount * unit);
  }
  return shortest;
}

/** How a series is cut into requests. */
export interface Cutting {
  readonly days: SiteDays;
  /** In seconds. */
  readonly width: number;
  /** Nothing is asked before. */
  readonly from: number;
  /** Nothing is asked after: the end of the bucket that is open now. */
  readonly until: number;
}

/**
 * The requests that fetch the given ranges, newest first and as few as the width allows. What a request may
 * hold beside them costs nothing: it ends with a day (or now) and begins as far back as it may. None begins or
 * ends inside a repeated hour.
 */
export function windowsFor(ranges: readonly Range[], cutting: Cutting): Range[] {
  const windows: Range[] = [];
  let rest = unionOf(ranges);
  while (rest.length > 0) {
    const window = windowAt(rest.at(-1)!.end, cutting);
    // A range outside of what may be asked is left out.
    const before = rest;
    rest = without(rest, [window, { start: window.end, end: Infinity }]);
    if (window.start < window.end) windows.push(window);
    if (rest.length === before.length && rest.at(-1)!.end === before.at(-1)!.end) {
      rest = rest.slice(0, -1);
    }
  }
  return windows;
}

/** The one request that reaches from now as far back as it may. */
export function tailWindow(cutting: Cutting): Range {
  return windowAt(cutting.until, cutting);
}

function windowAt(newest: number, { days, width, from, until }: Cutting): Range {
  if (width <= day) return partAt(newest, { days, width, from, until });
  const dayEnd = days.dayStart(newest - 1, 1);
  const end = Math.min(days.clear(dayEnd, "later"), until);
  let start = from;
  if (end - from > width) {
    const back = days.dayStart(end - width);
    start = back < end - width ? days.dayStart(end - width, 1) : back;
  }
  start = Math.max(start, from);
  return { start: days.clear(start, "earlier"), end };
}

/** The part of a local day that holds the second before `newest`: a day of 25 hours has three of twelve. */
function partAt(newest: number, { days, width, from, until }: Cutting): Range {
  const midnight = days.dayStart(newest - 1);
  const nextMidnight = days.dayStart(newest - 1, 1);
  const start = midnight + Math.floor((newest - 1 - midnight) / width) * width;
  const end = Math.min(start + width, nextMidnight, until);
  return { start: Math.max(start, Math.min(from, end)), end };
}
