import type { Coverage, DeviceFacts, Mark, SiteFacts } from "../model/harvest.ts";
import { earlier, type Interval, interval, isBefore, later } from "../model/interval.ts";
import { startOfDay, toLocal } from "../model/site_time.ts";
import type { Necessity, Query } from "../source/source.ts";
import { closedParts, openPart, partsOf } from "./closed.ts";
import { coveredByMeter, devicesFor, type Knowledge } from "./knowledge.ts";
import { attemptKey, type Progress } from "./progress.ts";
import type { Wanted } from "./wanted.ts";
import {
  missing,
  neverAsked,
  type SeriesFacts,
  tailWindow,
  wholeWindow,
  windowsFor,
} from "./windows.ts";

/** What was found not available is asked again after this. */
const availabilityHolds = Temporal.Duration.from({ hours: 7 * 24 });

/** Everything that decides what is worth asking. */
export interface Context {
  readonly knowledge: Knowledge;
  readonly queries: readonly Query[];
  readonly wanted: Wanted;
  readonly now: Temporal.Instant;
  readonly progress: Progress;
  readonly notes: Set<string>;
  /** Of the parts of days of one series only about so many of the newest are wished for. */
  readonly atOnce: number;
  /** Takes the history that is left out for that reason. */
  readonly tellOlder: (older: OlderHistory) => void;
}

/** About how many requests one series of a site needs beside those that are planned. */
export interface OlderHistory {
  readonly query: Query;
  readonly site: SiteFacts;
  readonly count: number;
}

/** A request for one site, before requests of one window are joined into bulk requests. */
export interface Wish {
  readonly site: SiteFacts;
  readonly device?: DeviceFacts;
  readonly window?: Interval;
  readonly reason: string;
  readonly necessity: Necessity;
  readonly bringsUpToDate: boolean;
  readonly wantedFrom?: Temporal.Instant;
  /** When any of an open stretch was last asked for. */
  readonly lastAsked?: Temporal.Instant | null;
}

/** What is worth asking of a query for one site and its devices, the most urgent first. */
export function wishesFor(query: Query, site: SiteFacts, context: Context): Wish[] {
  if (query.scope === "device") {
    return devicesFor(query, context.knowledge.devices(site.siteId)).flatMap((device) =>
      wishesForOne(query, site, device, context)
    );
  }
  return wishesForOne(query, site, undefined, context);
}

function wishesForOne(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  context: Context,
): Wish[] {
  const { now, progress } = context;
  const mark = context.knowledge.mark(site.siteId, query.series, device?.deviceKey ?? "");
  if (isUnavailable(mark, now)) return [];
  if (query.axis && hasNeverReported(site, context)) return [];
  if (query.onlyWhereSensors && !hasSensors(site, context)) return [];
  const wish = (reason: string): Wish => ({
    site,
    device,
    reason,
    necessity: "due",
    bringsUpToDate: true,
  });
  switch (query.rhythm) {
    case "always":
      return progress.reported.has(site.siteId) ? [] : [wish("whether the site has reported")];
    case "daily":
    case "weekly": {
      const days = query.rhythm === "daily" ? 1 : 7;
      const isDue = isOlderThan(days, mark, site.timeZone ?? "UTC", now);
      const reason = mark?.lastSuccess
        ? { daily: "once a day", weekly: "once a week" }[query.rhythm]
        : "never fetched";
      if (!query.axis) return isDue ? [wish(reason)] : [];
      if (query.axis.keeps === "stretches") {
        return stretches(query, site, device, mark, isDue, reason, context);
      }
      const facts = isDue && seriesFacts(query, site, mark, [], context);
      if (!facts) return [];
      return [{
        ...wish(`${reason}, the whole history`),
        window: wholeWindow(facts),
        wantedFrom: facts.from,
      }];
    }
    case "on-change":
      return oneFirst(mark, onChange(query, site, device, mark, context));
    case "when-closed": {
      const wishes = whenClosed(query, site, device, mark, context);
      // Where each part of a day costs a request, the newest tells whether the site has such a thing at all.
      return mark ? oneFirst(mark, wishes) : wishes.slice(0, 1);
    }
  }
}

/** Of what was found not available only the first wish: when it is there again, the others follow. */
function oneFirst(mark: Mark | undefined, wishes: Wish[]): Wish[] {
  return mark?.unavailableSince ? wishes.slice(0, 1) : wishes;
}

function whenClosed(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  mark: Mark | undefined,
  context: Context,
): Wish[] {
  const coverage = context.knowledge.coverage(site.siteId, query.series, device?.deviceKey ?? "");
  const facts = seriesFacts(query, site, mark, coverage, context);
  if (!facts) return [];
  const of = (window: Interval, reason: string, necessity: Necessity): Wish => ({
    site,
    device,
    window,
    reason,
    necessity,
    bringsUpToDate: true,
    wantedFrom: facts.from,
  });
  if (context.wanted.range) {
    return partsOf(rangeOf(context.wanted.range, facts), facts)
      .map((window) => of(window, "asked for", "due"));
  }
  const recent = recentFrom(facts, query, context);
  const now = context.now;
  const met = { ...facts, coverage: coveredByMeter(coverage, { query, site, now }) };
  const { newest, older } = closedParts(met, site, context.atOnce);
  const closed = newest.map((window) => {
    const isRecent = Temporal.Instant.compare(window.end, recent) > 0;
    return isRecent ? of(window, "closed", "due") : of(window, "history", "history");
  });
  if (older > 0) context.tellOlder({ query, site, count: older });
  const open = query.axis!.freshness === undefined ? null : openPart(facts);
  const lastAsked = open && lastAskedIn(open, coverage);
  return [...closed, ...(open ? [{ ...of(open, "still open", "fresh"), lastAsked }] : [])];
}

function lastAskedIn(
  { start, end }: Interval,
  coverage: readonly Coverage[],
): Temporal.Instant | null {
  return coverage
    .filter(({ interval }) => isBefore(interval.start, end) && isBefore(start, interval.end))
    .map((one) => one.fetchedAt)
    .reduce<Temporal.Instant | null>((last, one) => last ? later(last, one) : one, null);
}

function onChange(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  mark: Mark | undefined,
  context: Context,
): Wish[] {
  const { progress, queries, wanted } = context;
  const answered = !tellsUpdates(queries) || progress.reported.has(site.siteId);
  if (!answered && !progress.assumeChanged && !wanted.range) return [];
  const changed = progress.assumeChanged && !answered ||
    site.lastUpdateLabel === null || site.lastUpdateLabel !== mark?.lastUpdateLabel;
  const reason = mark?.lastUpdateLabel ? `reported since ${mark.lastUpdateLabel}` : "never fetched";
  if (query.axis) return stretches(query, site, device, mark, changed, reason, context);
  return changed ? [{ site, device, reason, necessity: "due", bringsUpToDate: true }] : [];
}

/** Whether every run learns which sites have reported. */
export function tellsUpdates(queries: readonly Query[]): boolean {
  return queries.some((one) => one.role === "last-update" && one.rhythm === "always");
}

/** Requests for a series whose coverage is remembered: up to date when it has changed, and what is missing. */
function stretches(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  mark: Mark | undefined,
  changed: boolean,
  reason: string,
  context: Context,
): Wish[] {
  const { range } = context.wanted;
  const deviceKey = device?.deviceKey ?? "";
  const coverage = context.knowledge.coverage(site.siteId, query.series, deviceKey);
  const facts = seriesFacts(query, site, mark, coverage, context);
  if (!facts) return [];
  const of = (window: Interval, why: string, necessity: Necessity): Wish => ({
    site,
    device,
    window,
    reason: why,
    necessity,
    bringsUpToDate: why === reason,
    wantedFrom: facts.from,
  });
  if (range) {
    const asked = rangeOf(range, facts);
    return windowsFor([asked], { ...facts, from: asked.start })
      .map((window) => of(window, "asked for", "due"));
  }
  const upToDate = tailWindow(facts);
  const tail = changed ? [upToDate] : [];
  const isNews = changed ||
    context.progress.attempted.has(attemptKey(query, site.siteId, deviceKey, upToDate));
  const rest = isNews ? missing(facts) : neverAsked(facts);
  const recent = recentFrom(facts, query, context);
  return [
    ...tail.map((window) => of(window, reason, "due")),
    ...windowsFor(withoutTail(rest, isNews ? [upToDate] : []), facts).map((window) => {
      const isRecent = Temporal.Instant.compare(window.end, recent) > 0;
      return of(window, isRecent ? "missing" : "history", isRecent ? "due" : "history");
    }),
  ];
}

function withoutTail(stretches: Interval[], tail: readonly Interval[]): Interval[] {
  return tail.length === 0 ? stretches : stretches.flatMap((one) => {
    const cut = tail[0].start;
    if (Temporal.Instant.compare(one.end, cut) <= 0) return [one];
    return Temporal.Instant.compare(one.start, cut) < 0 ? [interval(one.start, cut)] : [];
  });
}

/**
 * What is missing after this instant is due; what lies before it is history and may wait. It is the first time
 * that was fetched while it was recent: a gap after it is one of the harvest, while a range that was fetched
 * long after its time says nothing about what lies between.
 */
function recentFrom(facts: SeriesFacts, query: Query, context: Context): Temporal.Instant {
  const days = context.wanted.lookbackDays[query.axis!.lookback];
  const today = toLocal(context.now, facts.timeZone).toPlainDate();
  const lookback = startOfDay(today.subtract({ days }), facts.timeZone);
  const recent = Temporal.Duration.from({ hours: 24 * days });
  return facts.coverage
    .filter(({ interval, fetchedAt }) =>
      Temporal.Instant.compare(fetchedAt, interval.end.add(recent)) <= 0
    )
    .map((one) => one.interval.end)
    .reduce(earlier, lookback);
}

function seriesFacts(
  query: Query,
  site: SiteFacts,
  mark: Mark | undefined,
  coverage: SeriesFacts["coverage"],
  context: Context,
): SeriesFacts | null {
  const axis = query.axis!;
  if (!site.timeZone) {
    context.notes.add(`site ${site.siteId}: its time zone is not known yet`);
    return null;
  }
  const today = toLocal(context.now, site.timeZone).toPlainDate();
  const lookback = today.subtract({ days: context.wanted.lookbackDays[axis.lookback] });
  const first = site.firstDay;
  const wantsAll = context.wanted.depth === "full" || axis.keeps === "whole";
  let from = startOfDay(wantsAll && first ? first : lookback, site.timeZone);
  if (!wantsAll && mark?.wantedFrom) from = mark.wantedFrom;
  if (first) from = later(from, startOfDay(first, site.timeZone));
  const halved = mark?.spanSeconds ? Math.max(1, Math.floor(mark.spanSeconds / 86_400)) : null;
  const widest = axis.maxDays ?? 366_000;
  return {
    axis,
    maxDays: halved === null ? widest : Math.min(halved, widest),
    timeZone: site.timeZone,
    from,
    lastUpdate: site.lastUpdate ?? context.now,
    coverage,
    now: context.now,
    overlapMinutes: context.wanted.overlapMinutes,
  };
}

function rangeOf(range: NonNullable<Wanted["range"]>, facts: SeriesFacts): Interval {
  const start = startOfDay(range.from, facts.timeZone);
  const end = startOfDay(range.to.add({ days: 1 }), facts.timeZone);
  return interval(
    start,
    Temporal.Instant.compare(end, facts.now) > 0 ? later(start, facts.now) : end,
  );
}

function hasSensors(site: SiteFacts, context: Context): boolean {
  return context.knowledge.devices(site.siteId).some((one) => one.category === "sensor");
}

/** A site that has been asked in this run and has neither a first day nor a last update has no data. */
function hasNeverReported(site: SiteFacts, { progress }: Context): boolean {
  return progress.reported.has(site.siteId) && site.firstDay === null && site.lastUpdate === null;
}

function isUnavailable(mark: Mark | undefined, now: Temporal.Instant): boolean {
  const since = mark?.unavailableSince;
  return !!since && Temporal.Instant.compare(since.add(availabilityHolds), now) > 0;
}

/** True when the last success lies so many local days back (or there was none). */
export function isOlderThan(
  days: number,
  mark: Mark | undefined,
  timeZone: string,
  now: Temporal.Instant,
): boolean {
  if (!mark?.lastSuccess) return true;
  const then = mark.lastSuccess.toZonedDateTimeISO(timeZone).toPlainDate();
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  return Temporal.PlainDate.compare(then.add({ days }), today) <= 0;
}
