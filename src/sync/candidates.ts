import { instantOf } from "../model/coverage.ts";
import type { DeviceFacts, Mark, SiteFacts } from "../model/harvest.ts";
import { isRepeat, type Reason } from "../source/reason.ts";
import type { Query } from "../source/source.ts";
import { isAskedAgain } from "./belief.ts";
import type { Candidate, Context } from "./candidate.ts";
import { failedLately, isDenied, isOlderThan, pastSecond } from "./elapsed.ts";
import { isCompared, isFollowing, leaderOf } from "./follow.ts";
import { devicesFor } from "./knowledge.ts";
import { closedUntil } from "./missing.ts";
import { attemptKey, type Progress, seriesKey } from "./progress.ts";
import {
  bounds,
  leftOverCandidates,
  rangeCandidates,
  rangesOf,
  requestEnd,
} from "./range_candidates.ts";
import { seriesFacts } from "./series_facts.ts";
import { type SiteDays, siteDays } from "./site_days.ts";

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
  // When the days of a range begin, and where its end lies, only the site's own pages say.
  const bringsDays = query.role && query.role !== "totals" && !wanted.onlyMissing &&
    (site.timeZone === null || site.firstDay === null);
  if (wanted.range && !bringsDays) {
    if (wanted.onlyMissing && mark?.unavailableSince) return [];
    return rangeCandidates(query, site, device, context);
  }
  // A site that has never sent anything has no series; whoever knows better names a range.
  const isOfSite = query.role !== undefined && query.role !== "totals";
  if (query.axis && !isOfSite && isUnheardOf(site, context)) return [];
  if (mark?.unavailableSince && !isAskedAgain(mark, knowledge.reported(site.siteId), now)) {
    return [];
  }
  if (isDenied(mark, now)) return [];
  if (query.axis?.keeps === "ranges") {
    const all = rangesOf(query, site, device, mark, context);
    const candidates = isHeldBack(query, site, context) ? all.slice(0, 1) : all;
    // Of what was found not available one request shows whether it is there again.
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

/** Whether nothing at all is known of a site, although it has been asked for. */
function isUnheardOf(site: SiteFacts, { knowledge, queries }: Context): boolean {
  return site.firstDay === null && knowledge.reported(site.siteId) === null &&
    queries.some((one) =>
      one.role === "last-update" && knowledge.mark(site.siteId, one.series)?.lastSuccess
    );
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
  const last = pastSecond(mark?.lastSuccess, now);
  const isDue = isOlderThan(pace.leastDays(query), mark, site.timeZone, now) ||
    hasYearEnded(last, query, siteDays(site.timeZone), now);
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

/** Whether a year has ended since its energy was asked for: its row is final from then on. */
function hasYearEnded(
  last: number | null,
  { axis, role }: Query,
  days: SiteDays,
  now: number,
): boolean {
  if (last === null || axis?.bucket !== "year" || role) return false;
  const yearOf = (second: number) => days.bucketStart(second, "year");
  return yearOf(last) < yearOf(closedUntil({ days, now }));
}

/** True for a candidate that was sent in this run. */
export function isAttempted(query: Query, one: Candidate, { attempted }: Progress): boolean {
  return attempted.size > 0 &&
    attempted.has(attemptKey(query, one.site.siteId, one.device?.deviceKey, one.window));
}

/** A candidate that asks for what was asked for before and failed. */
export function isRepeatOfFailure({ reason }: Pick<Candidate, "reason">): boolean {
  return isRepeat(reason) && (reason === "failed-before" || reason === "denied-before");
}
