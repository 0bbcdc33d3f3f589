import {
  common,
  epochOf,
  instantOf,
  lengthOf,
  type Range,
  unionOf,
  without,
} from "../model/coverage.ts";
import type { DeviceFacts, Mark, SiteFacts } from "../model/harvest.ts";
import { type Interval, interval } from "../model/interval.ts";
import { isRepeat, type Reason } from "../source/reason.ts";
import type { Necessity, Query } from "../source/source.ts";
import { isAskedAgain } from "./belief.ts";
import { isCompared, isFollowing, leaderOf, leftOver } from "./follow.ts";
import { devicesFor, type Knowledge } from "./knowledge.ts";
import {
  closedUntil,
  isDarkNow,
  neverAsked,
  openRanges,
  type SeriesFacts,
  uploadsTake,
  waitAfter,
} from "./missing.ts";
import type { Pace } from "./pacing.ts";
import { attemptKey, type Progress, seriesKey } from "./progress.ts";
import { seriesFacts } from "./series_facts.ts";
import { siteDays } from "./site_days.ts";
import type { Wanted } from "./wanted.ts";
import { tailWindow, windowsFor } from "./windows.ts";

/** Everything that decides what is worth asking. */
export interface Context {
  readonly knowledge: Knowledge;
  readonly queries: readonly Query[];
  readonly wanted: Wanted;
  /** Epoch seconds. */
  readonly now: number;
  readonly progress: Progress;
  readonly pace: Pace;
  /** Width of a request of a query now, in seconds. */
  readonly widthOf: (query: Query) => number;
  readonly notes: Set<string>;
  /** Of the history of one series only so many requests are spelled out. */
  readonly atOnce: number;
  /** Takes the history that is left out for that reason. */
  readonly countOlder: (older: OlderHistory) => void;
}

/** About how many requests one series of a site needs beside those that are planned. */
export interface OlderHistory {
  readonly query: Query;
  readonly site: SiteFacts;
  readonly count: number;
}

/** A request for one site, before requests of one window are joined into bulk requests. */
export interface Candidate {
  readonly site: SiteFacts;
  readonly device?: DeviceFacts;
  readonly window?: Interval;
  /** What of the window is needed: where it turns out too wide, only that is asked for. */
  readonly needed: readonly Range[];
  readonly reason: Reason;
  readonly necessity: Necessity;
  /** It reaches up to now. */
  readonly isNewest: boolean;
  readonly wantedFrom?: Temporal.Instant;
}

const day = 86_400;
/** A gap is due as far as this back; what is older is history. */
const longestAbsence = 60 * day;
/** Every few days totals are compared further back than one request reaches. */
const totalsEvery = 5 * day;
const totalsBack = 40;

/** What is worth asking of a query for one site and its devices, the most urgent first. */
export function candidatesFor(query: Query, site: SiteFacts, context: Context): Candidate[] {
  if (query.scope === "device") {
    return devicesFor(query, context.knowledge.devices(site.siteId)).flatMap((device) =>
      candidatesOfOne(query, site, device, context)
    );
  }
  return candidatesOfOne(query, site, undefined, context);
}

function candidatesOfOne(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  context: Context,
): Candidate[] {
  const { knowledge, now, progress, wanted, pace } = context;
  const deviceKey = device?.deviceKey ?? "";
  if (progress.given.has(seriesKey(query.series, site.siteId, deviceKey))) return [];
  const mark = knowledge.mark(site.siteId, query.series, deviceKey);
  if (!wanted.range && (query.leastDays === null || !pace.pays(query, site.siteId))) return [];
  if (
    query.onlyWhereSensors &&
    !knowledge.devices(site.siteId).some((one) => one.category === "sensor")
  ) {
    return [];
  }
  if (!device && isFollowing(query, site.siteId, context)) {
    return wanted.range ? [] : leftOverCandidates(query, site, context);
  }
  // When the days of a range begin, and where its end lies, only the site's own pages tell.
  const tellsDays = query.role && query.role !== "totals" && !wanted.onlyMissing &&
    (site.timeZone === null || site.firstDay === null);
  if (wanted.range && !tellsDays) {
    if (wanted.onlyMissing && mark?.unavailableSince) return [];
    return rangeCandidates(query, site, device, context);
  }
  // A site that has never told anything has no series; whoever knows better names a range.
  const isOfSite = query.role !== undefined && query.role !== "totals";
  if (query.axis && !isOfSite && isUnheardOf(site, context)) return [];
  if (mark?.unavailableSince && !isAskedAgain(mark, knowledge.reported(site.siteId), now)) {
    return [];
  }
  if (isDenied(mark, now)) return [];
  if (query.axis?.keeps === "ranges") {
    const all = rangesOf(query, site, device, mark, context);
    const candidates = isHeldBack(query, site, context) ? all.slice(0, 1) : all;
    // Of what was found not available one request tells whether it is there again.
    return mark?.unavailableSince || (mark?.doubts ?? 0) > 0
      ? candidates.slice(0, 1).map((one) => ({
        ...one,
        reason: "denied-before" as const,
        necessity: "due" as const,
      }))
      : candidates;
  }
  return wholeCandidates(query, site, device, mark, context);
}

/** Whether one answer is waited for, and that of its leader: what else of a query is missing may follow from these. */
function isHeldBack(query: Query, { siteId }: SiteFacts, context: Context): boolean {
  if (!query.follows || !isCompared(query, siteId, context)) return false;
  const { progress, pace } = context;
  const leader = leaderOf(query, siteId, context);
  return leader !== null && pace.pays(leader, siteId) &&
    !progress.compared.has(seriesKey(query.series, siteId)) &&
    !progress.given.has(seriesKey(leader.series, siteId));
}

/** What the answers of its leader left out of a query that is not asked for by itself. */
function leftOverCandidates(query: Query, site: SiteFacts, context: Context): Candidate[] {
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

/** Whether nothing at all is known of a site, although it has been asked for. */
function isUnheardOf(site: SiteFacts, { knowledge, queries }: Context): boolean {
  return site.firstDay === null && knowledge.reported(site.siteId) === null &&
    queries.some((one) =>
      one.role === "last-update" && knowledge.mark(site.siteId, one.series)?.lastSuccess
    );
}

/** What was denied today is asked again tomorrow. */
function isDenied(mark: Mark | undefined, now: number): boolean {
  if (!mark?.doubtedAt || mark.unavailableSince) return false;
  const at = epochOf(mark.doubtedAt);
  return at <= now && now - at < day - 3600;
}

/** A query without a window, or one that always asks for the whole history. */
function wholeCandidates(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  mark: Mark | undefined,
  context: Context,
): Candidate[] {
  const { now, pace } = context;
  const isDue = isOlderThan(pace.leastDays(query), mark, site.timeZone, now);
  const last = pastSecond(mark?.lastSuccess, now);
  const isFresh = !isDue && !!query.worth && last !== null &&
    now - last >= pace.freshEvery(query, site.siteId);
  if (!isDue && !isFresh) return [];
  const failed = failedLately(mark, now);
  if (failed === "wait") return [];
  const reason: Reason = failed === "again"
    ? "failed-before"
    : (mark?.doubts ?? 0) > 0 || mark?.unavailableSince
    ? "denied-before"
    : !isDue
    ? "fresh"
    : mark?.lastSuccess
    ? "rhythm"
    : "first";
  const candidate: Candidate = {
    site,
    device,
    needed: [],
    reason,
    necessity: isDue ? "due" : "fresh",
    isNewest: true,
  };
  if (!query.axis) return [candidate];
  const facts = seriesFacts(query, site, device, context);
  if (!facts || (site.firstDay === null && query.role !== "first-day")) {
    return query.role ? [candidate] : [];
  }
  const start = facts.days.bucketStart(facts.from, facts.axis.bucket);
  const window = { start, end: Math.max(start, requestEnd(facts)) };
  return [{ ...candidate, needed: [window], ...bounds(window), wantedFrom: instantOf(facts.from) }];
}

/** A series whose coverage is remembered: the days that have closed, what is missing, and what could be newer. */
function rangesOf(
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
  const asked = pastSecond(mark?.askedUntil, now) ?? -Infinity;
  const failed = failedLately(mark, now);
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
    wantedFrom: instantOf(facts.from),
  });

  const candidates: Candidate[] = [];
  let rest: Range[] = [{ start: -Infinity, end: Infinity }];
  const open = openRanges(facts);
  const waiting = open.filter((one) => one.reason === "failed-before" && one.at > now);
  const isDue = asked < closed &&
    isOlderThan(
      pace.leastDays(query),
      mark && { lastSuccess: mark.askedUntil },
      site.timeZone,
      now + 0,
    );
  if (isDue && failed !== "wait") {
    // The first time the open day comes along.
    const end = mark?.askedUntil ? closed : until;
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

  const recent = recentFrom(facts, query, wanted);
  // What has closed since the newest request is for the next one, when its turn comes.
  const askedBucket = asked === -Infinity
    ? Infinity
    : facts.days.bucketStart(asked, facts.axis.bucket);
  const never = common(neverAsked(facts), [{ start: -Infinity, end: askedBucket }]);
  const again = open.filter((one) => one.at <= now);
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

  const totals = totalsWindow(query, facts, cutting);
  if (totals && lengthOf(common([totals], rest)) > 0) {
    candidates.push(of(totals, [totals], "totals", "due"));
    rest = without(rest, [totals]);
  }

  if (!isDue && query.worth && failed === null && !isDarkNow(facts)) {
    const every = pace.freshEvery(query, site.siteId);
    if (now - (asked + uploadsTake) >= every && until > asked) {
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

/** Days whose totals are compared although one request from now does not reach them. */
function totalsWindow(
  query: Query,
  facts: SeriesFacts,
  cutting: Parameters<typeof windowsFor>[1],
): Range | null {
  if (query.role !== "totals") return null;
  const tail = tailWindow(cutting);
  const back = Math.max(facts.from, facts.days.dayStart(facts.now, -totalsBack));
  if (back >= tail.start) return null;
  const asked = [...facts.devices.values()].flat().filter((one) =>
    one.start < tail.start && one.end > back
  );
  const oldest = Math.min(...asked.map((one) => one.fetchedAt), Infinity);
  const hasHoles = asked.some((one) => one.state === "empty");
  const every = hasHoles ? day - 3600 : totalsEvery;
  if (!Number.isFinite(oldest) || facts.now - oldest < every) return null;
  return windowsFor([{ start: back, end: tail.start }], cutting)[0] ?? null;
}

/** What somebody has named: from the first day at the earliest, to now at the latest. */
function rangeCandidates(
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
  const first = site.firstDay ? days.dateStart(site.firstDay) : -Infinity;
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

/**
 * What is missing after this second is due; what lies before it is history and may wait. It is the first time
 * that was fetched while it was recent: a gap after it is one of the harvest, while a range that was fetched
 * long after its time says nothing about what lies between.
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

/** Whether the newest failure of a series still keeps it from being asked; null: the last answer was none. */
function failedLately(mark: Mark | undefined, now: number): "wait" | "again" | null {
  if (!mark?.failures || !mark.lastErrorAt) return null;
  const at = epochOf(mark.lastErrorAt);
  return at <= now && now - at < waitAfter(mark.failures) ? "wait" : "again";
}

function requestEnd({ axis, days, now }: SeriesFacts): number {
  const bucket = axis.bucket === "samples" ? 900 : axis.bucket;
  return days.clear(days.bucketEnd(days.bucketStart(now, bucket), bucket), "later");
}

function bounds({ start, end }: Range): { window: Interval } {
  return { window: interval(instantOf(start), instantOf(end)) };
}

/** An instant that lies in the future was remembered by a clock that was wrong: it counts as never. */
export function pastSecond(
  instant: Temporal.Instant | null | undefined,
  now: number,
): number | null {
  if (!instant) return null;
  const second = epochOf(instant);
  return second <= now + 3600 ? second : null;
}

/** True when the last success lies so many local days back (or there was none). */
export function isOlderThan(
  days: number,
  mark: Pick<Mark, "lastSuccess"> | undefined,
  timeZone: string | null,
  now: number,
): boolean {
  const last = pastSecond(mark?.lastSuccess, now);
  if (last === null) return true;
  const calendar = siteDays(timeZone);
  return calendar.dayStart(last, Math.max(1, Math.ceil(days))) <= now;
}

/** True for a candidate that was sent in this run. */
export function isAttempted(query: Query, one: Candidate, { attempted }: Progress): boolean {
  return attempted.has(attemptKey(query, one.site.siteId, one.device?.deviceKey, one.window));
}

/** A candidate that asks for what was asked for before and failed. */
export function isRepeatOfFailure({ reason }: Pick<Candidate, "reason">): boolean {
  return isRepeat(reason) && (reason === "failed-before" || reason === "denied-before");
}
