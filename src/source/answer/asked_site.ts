import type { SiteFacts, Stretch } from "../../model/harvest.ts";
import { earlier, type Interval, later, subtract, union } from "../../model/interval.ts";
import {
  type BucketSize,
  bucketStart,
  isTimeZone,
  startOfDay,
  toLocal,
} from "../../model/site_time.ts";
import { SourceError } from "../source_error.ts";
import { type Asked, bodyError } from "./answer_body.ts";

/** A site as the parsers of its series see it. */
export interface AskedSite {
  readonly siteId: number;
  readonly timeZone: string;
  /** Buckets that ended by then are complete: the site's last update, or now where it is not known. */
  readonly lastUpdate: Temporal.Instant;
  readonly now: Temporal.Instant;
  /** The stretch that was asked for. */
  readonly window: Interval;
}

/** The zone of a site. Throws SourceError `body` when the server has told none, or none that exists. */
export function timeZoneOf(site: SiteFacts, endpoint: string): string {
  if (site.timeZone !== null && isTimeZone(site.timeZone)) return site.timeZone;
  const detail = `the time zone of site ${site.siteId} is ${site.timeZone ?? "not known"}; ` +
    "its times cannot be read";
  throw new SourceError({ kind: "body", endpoint, detail });
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
 * What a series of buckets has covered, never into the bucket that was open at the site's last update.
 * `endsOfEach`: for each thing that is measured, the ends of its buckets with a value.
 */
export function bucketStretches(
  site: AskedSite,
  bucket: BucketSize,
  endsOfEach: readonly (readonly Temporal.Instant[])[],
): Stretch[] {
  const known = bucketStart(site.lastUpdate, bucket, site.timeZone);
  return stretches(site, "", earlier(site.window.end, known), endsOfEach);
}

/** What samples have covered; several devices may have answered together. */
export function sampleStretches(
  site: AskedSite,
  deviceKey: string,
  momentsOfEach: readonly (readonly Temporal.Instant[])[],
): Stretch[] {
  const known = earlier(site.window.end, site.lastUpdate.add({ seconds: 1 }));
  const ends = momentsOfEach.map((moments) =>
    moments.filter((one) => isInside(one, site.window)).map((one) => one.add({ seconds: 1 }))
  );
  return stretches(site, deviceKey, known, ends);
}

/** True for a moment in the window. */
export function isInside(moment: Temporal.Instant, { start, end }: Interval): boolean {
  return Temporal.Instant.compare(moment, start) >= 0 && Temporal.Instant.compare(moment, end) < 0;
}

/**
 * Covered is what lies before the last value of each device, the laggard deciding: null tails and silent
 * devices are not covered. A whole local day without a value came empty too, wherever it lies: what it
 * missed may arrive late.
 */
function stretches(
  site: AskedSite,
  deviceKey: string,
  known: Temporal.Instant,
  endsOfEach: readonly (readonly Temporal.Instant[])[],
): Stretch[] {
  const { siteId, window: { start } } = site;
  const ends = endsOfEach.map((one) =>
    one.map((end) => end.epochMilliseconds).sort((a, b) => a - b)
  );
  const lastOfEach = ends.map((one) => one.at(-1) ?? start.epochMilliseconds);
  const laggard = lastOfEach.length > 0 ? Math.min(...lastOfEach) : start.epochMilliseconds;
  const filled = later(start, earlier(known, Temporal.Instant.fromEpochMilliseconds(laggard)));
  const days = localDays({ start, end: filled }, site.timeZone);
  const silent = days.filter((day) => !ends.every((one) => hasAny(one, day)));
  const of = (state: Stretch["state"]) => (interval: Interval): Stretch => ({
    siteId,
    deviceKey,
    interval,
    state,
  });
  const empty = [...silent, { start: filled, end: later(filled, known) }];
  return [
    ...subtract([{ start, end: filled }], silent).map(of("covered")),
    ...union(empty).map(of("empty")),
  ];
}

/** True when a sorted list holds the end of a value of that day. */
function hasAny(ends: readonly number[], day: Interval): boolean {
  const after = day.start.epochMilliseconds;
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] <= after) low = middle + 1;
    else high = middle;
  }
  return low < ends.length && ends[low] <= day.end.epochMilliseconds;
}

/** The local days of a stretch, the first and the last cut to it. */
function localDays(stretch: Interval, timeZone: string): Interval[] {
  const days: Interval[] = [];
  for (let { start } = stretch; Temporal.Instant.compare(start, stretch.end) < 0;) {
    const next = toLocal(start, timeZone).toPlainDate().add({ days: 1 });
    const end = earlier(startOfDay(next, timeZone), stretch.end);
    days.push({ start, end });
    start = end;
  }
  return days;
}
