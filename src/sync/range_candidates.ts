import {
  common,
  instantOf,
  lengthOf,
  type Range,
  unionOf,
  uploadsTake,
  without,
} from "../model/coverage.ts";
import type { DeviceFacts, Mark, SiteFacts } from "../model/harvest.ts";
import { type Interval, interval } from "../model/interval.ts";
import type { Reason } from "../source/reason.ts";
import type { Necessity, Query } from "../source/source.ts";
import type { Candidate, Context } from "./candidate.ts";
import { askedUntil, failedLately, isOlderThan } from "./elapsed.ts";
import { leftOver } from "./follow.ts";
import {
  closedUntil,
  comesAlong,
  isDarkNow,
  neverAsked,
  openRanges,
  type SeriesFacts,
} from "./missing.ts";
import { firstOf, seriesFacts } from "./series_facts.ts";
import { totalsWindow } from "./totals_window.ts";
import type { Wanted } from "./wanted.ts";
import { tailWindow, windowsFor } from "./windows.ts";

const day = 86_400;
/** A gap is due as far as this back; what is older is history. */
const longestAbsence = 60 * day;

/** A series whose coverage is remembered: the days that have closed, what is missing, and what could be newer. */
export function rangesOf(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  mark: Mark | undefined,
  context: Context,
): Candidate[] {
  const { now, pace, wanted } = context;
  const facts = seriesFacts(query, site, device, context);
  if (!facts) return [];
  const width = context.widthOf(query);
  const until = requestEnd(facts);
  const cutting = { days: facts.days, width, from: facts.from, until };
  const closed = closedUntil(facts);
  const { asked, isSure } = askedUntil(mark, facts);
  const failed = failedLately(mark, now);
  const wantedFrom = instantOf(facts.from);
  const of = (
    window: Range,
    needed: readonly Range[],
    reason: Reason,
    necessity: Necessity,
  ): Candidate => ({
    site,
    device,
    ...bounds(window),
    needed: common(needed, [window]),
    reason,
    necessity,
    isNewest: window.end >= until || window.end >= closed,
    wantedFrom,
  });

  const candidates: Candidate[] = [];
  let rest: Range[] = [{ start: -Infinity, end: Infinity }];
  const open = openRanges(facts);
  const waiting = open.filter((one) => one.reason === "failed-before" && one.at > now);
  const isDue = (asked < closed || !isSure) &&
    isOlderThan(
      pace.leastDays(query),
      mark && { lastSuccess: mark.askedUntil },
      site.timeZone,
      now,
    );
  if (isDue && failed !== "wait") {
    // The first time the open day comes along.
    const end = mark?.askedUntil && isSure ? closed : until;
    const start = Math.max(facts.from, Math.min(asked, end), facts.days.dayStart(end, -7));
    const needed = [{ start: Math.min(start, closed), end }];
    const windows = width > day
      ? [tailWindow(cutting)]
      : windowsFor(without(needed, waiting), cutting);
    const reason: Reason = failed === "again"
      ? "failed-before"
      : mark?.lastSuccess
      ? "new-day"
      : "first";
    candidates.push(...windows.map((window) => of(window, needed, reason, "due")));
    rest = without(rest, windows);
  }

  const isScarce = pace.rationed !== null;
  const reach = isScarce ? tailWindow(cutting).start : -Infinity;
  const recent = Math.max(reach, recentFrom(facts, query, wanted));
  // What has closed since the newest request is for the next one, when its turn comes.
  const askedBucket = asked === -Infinity
    ? Infinity
    : facts.days.bucketStart(asked, facts.axis.bucket);
  const never = common(neverAsked(facts), [{ start: -Infinity, end: askedBucket }]);
  const every = Math.ceil(pace.leastDays(query));
  const next = width > day && (every <= 1 || isScarce)
    ? facts.days.dayStart(tailWindow(cutting).start, Math.max(1, every))
    : Infinity;
  const again = open.filter((one) => one.at <= now && !comesAlong(one, next, { isScarce }));
  const failing = failed === "wait" ? open.filter((one) => one.reason === "failed-before") : [];
  const due = unionOf([
    ...common(never, [{ start: recent, end: Infinity }]),
    ...again.filter((one) => !one.isOld),
  ]);
  const dueWindows = windowsFor(common(without(due, [...waiting, ...failing]), rest), cutting);
  for (const window of dueWindows) {
    const repeat = again.find((one) =>
      !one.isOld && one.start < window.end && one.end > window.start
    );
    const isNever = common(never, [window]).length > 0;
    candidates.push(of(window, due, isNever || !repeat ? "first" : repeat.reason, "due"));
  }
  rest = without(rest, dueWindows);

  const totals = totalsWindow(query, facts, cutting, pace.leastDays(query));
  if (totals && lengthOf(common([totals], rest)) > 0) {
    candidates.push(of(totals, [totals], "totals", "due"));
    rest = without(rest, [totals]);
  }

  if (!isDue && query.worth && failed === null && !isDarkNow(facts)) {
    const freshEvery = pace.freshEvery(query, site.siteId);
    if (now - (asked + uploadsTake) >= freshEvery && until > asked) {
      const window = tailWindow(cutting);
      candidates.push(
        of(window, [{ start: Math.max(window.start, asked), end: until }], "fresh", "fresh"),
      );
      rest = without(rest, [window]);
    }
  }

  const old = unionOf([
    ...common(never, [{ start: -Infinity, end: recent }]),
    ...again.filter((one) => one.isOld),
  ]);
  candidates.push(
    ...history(common(without(old, waiting), rest), query, site, cutting, context)
      .map((window) => of(window, old, "history", "history")),
  );
  return candidates;
}

/** The newest requests for history; the others are counted. */
function history(
  old: readonly Range[],
  query: Query,
  site: SiteFacts,
  cutting: Parameters<typeof windowsFor>[1],
  context: Context,
): Range[] {
  const { atOnce } = context;
  let rest = unionOf(old);
  const windows: Range[] = [];
  while (rest.length > 0 && windows.length < atOnce) {
    const newest = rest.at(-1)!;
    const chunk = {
      start: Math.max(newest.start, newest.end - 40 * cutting.width),
      end: newest.end,
    };
    const some = windowsFor(Number.isFinite(cutting.width) ? [chunk] : [newest], cutting);
    windows.push(...some);
    rest = without(rest, [...some, chunk]);
  }
  const count = Math.ceil(lengthOf(rest) / Math.min(cutting.width, 366 * day));
  if (count > 0) context.countOlder({ query, site, count });
  return windows;
}

/** What somebody has named: from the first day at the earliest, to now at the latest. */
export function rangeCandidates(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  context: Context,
): Candidate[] {
  const { wanted } = context;
  if (query.axis?.keeps !== "ranges") return [];
  const facts = seriesFacts(query, site, device, context);
  if (!facts) return [];
  const { days } = facts;
  const first = firstOf(query, site) ?? -Infinity;
  const start = Math.max(days.dateStart(wanted.range!.from), first);
  const end = Math.min(days.dateStart(wanted.range!.to.add({ days: 1 })), requestEnd(facts));
  if (start >= end) return [];
  const cutting = { days, width: context.widthOf(query), from: start, until: end };
  const asked = wanted.onlyMissing
    ? common(
      [{ start, end }],
      unionOf([...neverAsked({ ...facts, from: start }), ...notFetched({ ...facts, from: start })]),
    )
    : [{ start, end }];
  return windowsFor(asked, cutting).map((window) => ({
    site,
    device,
    ...bounds(window),
    needed: common(asked, [window]),
    reason: "asked-for",
    necessity: "due",
    isNewest: window.end >= closedUntil(facts),
    wantedFrom: instantOf(facts.from),
  }));
}

/** Ranges that failed, or whose total has changed since. */
function notFetched(facts: SeriesFacts): Range[] {
  return openRanges(facts).filter((one) =>
    one.reason === "failed-before" || one.reason === "total-changed"
  );
}

/** What the answers of its leader left out of a query that is not asked for by itself. */
export function leftOverCandidates(query: Query, site: SiteFacts, context: Context): Candidate[] {
  const facts = seriesFacts(query, site, undefined, context);
  if (!facts) return [];
  const open = openRanges(facts).filter((one) =>
    one.at <= context.now && (one.reason === "total-changed" || one.reason === "failed-before")
  );
  const needed = common(
    unionOf([...neverAsked(facts), ...open]),
    leftOver(query, site, context.knowledge),
  );
  const until = requestEnd(facts);
  const cutting = { days: facts.days, width: context.widthOf(query), from: facts.from, until };
  return windowsFor(needed, cutting).map((window) => {
    const isOld = window.end < context.now - longestAbsence;
    const repeat = open.find((one) => one.start < window.end && one.end > window.start);
    return {
      site,
      ...bounds(window),
      needed: common(needed, [window]),
      reason: isOld ? "history" : repeat?.reason ?? "hole",
      necessity: isOld ? "history" : "due",
      isNewest: false,
      wantedFrom: instantOf(facts.from),
    };
  });
}

/**
 * What is missing after this second is due; what lies before it is history and may wait. It is the first time
 * that was fetched while it was recent: a gap after it is one of the harvest, while a range that was fetched
 * long after its time says nothing about what lies between. Where the quota cannot pay for every site, all that
 * the newest request does not reach waits.
 */
function recentFrom(facts: SeriesFacts, query: Query, wanted: Wanted): number {
  const days = wanted.lookbackDays[query.axis!.lookback];
  const lookback = facts.days.dayStart(facts.now, -days);
  let recent = lookback;
  for (const ranges of facts.devices.values()) {
    for (const one of ranges) {
      if (one.state !== "failed" && one.fetchedAt <= one.end + days * day) {
        recent = Math.min(recent, one.end);
      }
    }
  }
  // Whoever has been away for longer than that has a history to fetch, and no month's quota to lose.
  return Math.max(recent, Math.min(lookback, facts.now - longestAbsence));
}

/** The end of a request that reaches up to now: that of the bucket that is open. */
export function requestEnd({ axis, days, now }: SeriesFacts): number {
  const bucket = axis.bucket === "samples" ? 900 : axis.bucket;
  return days.clear(days.bucketEnd(days.bucketStart(now, bucket), bucket), "later");
}

/** The window of a request, as instants. */
export function bounds({ start, end }: Range): { window: Interval } {
  const key = `${start} ${end}`;
  let window = intervals.get(key);
  if (!window) {
    if (intervals.size > 20_000) intervals.clear();
    intervals.set(key, window = interval(instantOf(start), instantOf(end)));
  }
  return { window };
}

/** Sites of one zone share their windows: 50,000 requests of a fleet have some hundred of them. */
const intervals = new Map<string, Interval>();
