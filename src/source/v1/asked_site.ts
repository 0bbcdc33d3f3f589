import type { SiteFacts, Stretch } from "../../model/harvest.ts";
import { earlier, type Interval, isEmpty, later } from "../../model/interval.ts";
import { type BucketSize, bucketStart, isTimeZone } from "../../model/site_time.ts";
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
 * What a series of buckets has covered: up to the end of its last bucket with a value (null: none), and
 * never into the bucket that was open at the site's last update. The rest up to there came empty.
 */
export function bucketStretches(
  site: AskedSite,
  bucket: BucketSize,
  valuesEnd: Temporal.Instant | null,
): Stretch[] {
  const known = bucketStart(site.lastUpdate, bucket, site.timeZone);
  return stretches(site, "", earlier(site.window.end, known), valuesEnd);
}

/**
 * What samples have covered. Where several devices answer together, the site is covered up to the
 * oldest of their newest samples in the window: what a silent one missed is not covered.
 */
export function sampleStretches(
  site: AskedSite,
  deviceKey: string,
  momentsOfEach: readonly (readonly Temporal.Instant[])[],
): Stretch[] {
  const ends = momentsOfEach.map((moments) =>
    moments.filter((one) => isInside(one, site.window))
      .reduce((one, other) => later(one, other.add({ seconds: 1 })), site.window.start)
  );
  const known = earlier(site.window.end, site.lastUpdate.add({ seconds: 1 }));
  return stretches(site, deviceKey, known, ends.length > 0 ? ends.reduce(earlier) : null);
}

/** True for a moment in the window. */
export function isInside(moment: Temporal.Instant, { start, end }: Interval): boolean {
  return Temporal.Instant.compare(moment, start) >= 0 && Temporal.Instant.compare(moment, end) < 0;
}

function stretches(
  site: AskedSite,
  deviceKey: string,
  known: Temporal.Instant,
  valuesEnd: Temporal.Instant | null,
): Stretch[] {
  const { siteId, window: { start } } = site;
  const filled = later(start, earlier(known, valuesEnd ?? start));
  const parts: Stretch[] = [
    { siteId, deviceKey, interval: { start, end: filled }, state: "covered" },
    { siteId, deviceKey, interval: { start: filled, end: later(filled, known) }, state: "empty" },
  ];
  return parts.filter((one) => !isEmpty(one.interval));
}
