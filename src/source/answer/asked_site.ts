import type { AnsweredRange, SiteFacts } from "../../model/harvest.ts";
import {
  compareInstants,
  earlier,
  intersect,
  type Interval,
  later,
  union,
} from "../../model/interval.ts";
import { type BucketSize, bucketStart, isTimeZone } from "../../model/site_time.ts";
import { offsetPeriods } from "../../model/zone_offsets.ts";
import { SourceError } from "../source_error.ts";
import { type Asked, bodyError } from "./answer_body.ts";
import { siteNumber } from "./answer_fields.ts";
import { shown } from "./shown.ts";

/** A site as the parsers of its series see it. */
export interface AskedSite {
  readonly siteId: number;
  readonly timeZone: string;
  /** Buckets that ended by then are complete: the site's last update, or now where it is not known. */
  readonly lastUpdate: Temporal.Instant;
  readonly now: Temporal.Instant;
  /** The range that was asked for. */
  readonly window: Interval;
}

/** The zone of a site. Throws SourceError `body` when the server has named none, or none that exists. */
export function timeZoneOf(site: SiteFacts, endpoint: string): string {
  if (site.timeZone !== null && isTimeZone(site.timeZone)) return site.timeZone;
  const detail =
    `the time zone of site ${site.siteId} is ${shown(site.timeZone ?? "not known", 60)}: ` +
    `name it in SEH_SITE_TIME_ZONES, such as ${site.siteId}=Europe/Berlin`;
  throw new SourceError({ kind: "body", endpoint, detail });
}

/**
 * Throws SourceError `body` where an answer names another site than the one that was asked for: something between has
 * mixed up two answers, and nothing in it is of this site.
 */
export function requireSite(named: unknown, asked: Pick<Asked, "request" | "endpoint">): void {
  const [site, ...others] = asked.request.sites;
  const id = siteNumber(named);
  if (!site || others.length > 0 || id === undefined || id === site.siteId) return;
  throw bodyError(asked, `the answer is about site ${id}, not about site ${site.siteId}`);
}

/** The site of a request for a window. */
export function askedSite(site: SiteFacts, asked: Asked): AskedSite {
  const { window } = asked.request;
  if (!window) throw bodyError(asked, "asked without a window");
  return {
    siteId: site.siteId,
    timeZone: timeZoneOf(site, asked.endpoint),
    lastUpdate: site.lastUpdate ?? asked.now,
    now: asked.now,
    window,
  };
}

/**
 * What the site had reported when it was asked: its last update, or a value of this very answer that begins
 * after it. The bucket that was open at the last update is no such value: it may have been half full.
 */
export function reportedAt(site: AskedSite, newest: Interval | null): Temporal.Instant {
  if (newest === null || compareInstants(newest.start, site.lastUpdate) < 0) {
    return site.lastUpdate;
  }
  return later(site.lastUpdate, earlier(newest.end, site.now));
}

/**
 * What a series of buckets has covered: those with a value, never the one that was still open; the others
 * that were asked for are empty. `endsOfEach`: for each thing that is measured, the ends of its buckets
 * with a value. Where several are measured side by side, all of those that say anything must have theirs.
 */
export function bucketRanges(
  site: AskedSite,
  bucket: BucketSize,
  endsOfEach: readonly (readonly Temporal.Instant[])[],
): AnsweredRange[] {
  const startOf = (end: Temporal.Instant) =>
    typeof bucket === "number"
      ? end.epochMilliseconds - bucket * 1000
      : bucketStart(end.subtract({ seconds: 1 }), bucket, site.timeZone).epochMilliseconds;
  const newest = latest(endsOfEach);
  const reported = reportedAt(site, newest && { start: instantAt(startOf(newest)), end: newest });
  const covered = endsOfEach.filter((ends) => ends.length > 0).map((ends) =>
    joined(ends.map((end) => [startOf(end), end.epochMilliseconds]))
  );
  return answeredRanges(
    site,
    "",
    bucketStart(reported, bucket, site.timeZone),
    typeof bucket === "number" ? covered.map((one) => withRepeatedHour(one, site)) : covered,
  );
}

/** A sample stands for the time until the next one, unless that comes later than this. */
const longestPauseMs = 20 * 60 * 1000;
const momentMs = 1000;

/**
 * What samples have covered; several devices may have answered together. A pause is empty; what the next
 * request begins or the last one ended with is no pause where a sample lies near.
 */
export function sampleRanges(
  site: AskedSite,
  deviceKey: string,
  momentsOfEach: readonly (readonly Temporal.Instant[])[],
): AnsweredRange[] {
  const newest = latest(momentsOfEach);
  const reported = newest ? later(site.lastUpdate, earlier(newest, site.now)) : site.lastUpdate;
  const known = instantAt(reported.epochMilliseconds + momentMs);
  const edges = {
    first: site.window.start.epochMilliseconds,
    last: compareInstants(site.window.end, known) < 0 ? site.window.end.epochMilliseconds : null,
  };
  const covered = momentsOfEach
    .map((moments) =>
      moments.filter((one) => isInside(one, site.window)).map((one) => one.epochMilliseconds)
        .sort((a, b) => a - b)
    )
    .filter((moments) => moments.length > 0)
    .map((moments) => joined(aroundSamples(moments, edges)));
  return answeredRanges(site, deviceKey, known, covered);
}

/** Start and end of a range in milliseconds: a year of samples is too many for objects. */
type Pair = readonly [start: number, end: number];

function aroundSamples(
  moments: readonly number[],
  { first, last }: { first: number; last: number | null },
): Pair[] {
  const isNear = (start: number, end: number) => end - start <= longestPauseMs;
  const around = moments.map((start, index): Pair => {
    const next = moments[index + 1] ?? last;
    return [start, next !== null && isNear(start, next) ? next : start + momentMs];
  });
  const [opening] = moments;
  return opening !== undefined && isNear(first, opening) ? [[first, opening], ...around] : around;
}

/** Ranges in their order, those that touch or overlap as one. */
export function joined(pairs: readonly Pair[]): Interval[] {
  const all: [number, number][] = [];
  for (const [start, end] of pairs.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (start < end) all.push([start, end]);
  }
  return all.map(([start, end]) => ({ start: instantAt(start), end: instantAt(end) }));
}

function instantAt(milliseconds: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(milliseconds);
}

/** True for a moment in the window. */
export function isInside(moment: Temporal.Instant, { start, end }: Interval): boolean {
  return compareInstants(moment, start) >= 0 && compareInstants(moment, end) < 0;
}

/**
 * The part of the window that lies before `known`: covered where each of these is, otherwise empty; wholly
 * empty where there are none.
 */
export function answeredRanges(
  { siteId, window }: Pick<AskedSite, "siteId" | "window">,
  deviceKey: string,
  known: Temporal.Instant,
  coveredByEach: readonly (readonly Interval[])[],
): AnsweredRange[] {
  const end = earlier(window.end, known);
  if (compareInstants(window.start, end) >= 0) return [];
  const asked = [{ start: window.start, end }];
  const covered = coveredByEach.length === 0
    ? []
    : coveredByEach.reduce<Interval[]>((all, one) => intersect(all, one), asked);
  const ranges: AnsweredRange[] = [];
  const add = (state: AnsweredRange["state"], interval: Interval) => {
    if (compareInstants(interval.start, interval.end) < 0) {
      ranges.push({ siteId, deviceKey, interval, state });
    }
  };
  let start = window.start;
  for (const one of covered) {
    add("empty", { start, end: one.start });
    add("covered", one);
    start = one.end;
  }
  add("empty", { start, end });
  return ranges;
}

/**
 * A server that writes the labels of an hour once, though the clock showed it twice, has sent all that it has:
 * its second pass is no hole.
 */
function withRepeatedHour(covered: readonly Interval[], { window, timeZone }: AskedSite) {
  const periods = offsetPeriods(
    timeZone,
    Math.floor(window.start.epochMilliseconds / 1000) - 86_400,
    Math.ceil(window.end.epochMilliseconds / 1000),
  );
  const seconds = (at: number) => instantAt(at * 1000);
  return periods.slice(1).reduce((all, { start, offset }, index) => {
    const repeated = periods[index]!.offset - offset;
    if (repeated <= 0) return all;
    const second = { start: seconds(start), end: seconds(start + repeated) };
    if (intersect(all, [second]).length > 0) return all;
    const first = { start: seconds(start - repeated), end: second.start };
    return union([
      ...all,
      ...intersect(all, [first]).map((one) => ({
        start: one.start.add({ seconds: repeated }),
        end: one.end.add({ seconds: repeated }),
      })),
    ]);
  }, union(covered));
}

function latest(ofEach: readonly (readonly Temporal.Instant[])[]): Temporal.Instant | null {
  let last: number | null = null;
  for (const each of ofEach) {
    for (const { epochMilliseconds } of each) last = Math.max(last ?? -Infinity, epochMilliseconds);
  }
  return last === null ? null : instantAt(last);
}
