import { agoText, durationText } from "./terminal/human.ts";

/** What the rule of `--max-age` needs to know of a site. */
export interface SiteSigns {
  /** When the harvest was last known to hold all that the server had; null: never. */
  readonly harvestAt: Temporal.Instant | null;
  /** When the site last reported to the server; null: never. */
  readonly lastUpdate: Temporal.Instant | null;
  readonly timeZone: string;
  /** Local times of day (HH:MM, quarter-hours) at which it has produced lately, and on how many days. */
  readonly daylight: ReadonlyMap<string, number>;
}

const quarterHour = 900;

/**
 * Why a site is stale, in words; null: it is fresh. A harvest that is older than the limit is stale,
 * and so is a site that has been silent for longer by day. What it sleeps through at night is not
 * counted.
 */
export function staleness(
  site: SiteSigns,
  now: Temporal.Instant,
  maxAgeSeconds: number,
): string | null {
  if (!site.harvestAt) return "not up to date: never completed";
  if (secondsBetween(site.harvestAt, now) > maxAgeSeconds) {
    const allowed = durationText(maxAgeSeconds);
    return `not up to date: last complete ${agoText(site.harvestAt, now)}, allowed ${allowed}`;
  }
  if (site.lastUpdate && daylightSince(site.lastUpdate, site, now, maxAgeSeconds) > maxAgeSeconds) {
    return `silent by day: its last report came ${agoText(site.lastUpdate, now)}`;
  }
  return null;
}

/** Seconds of daylight since an instant; stops counting when the limit is exceeded. */
function daylightSince(
  since: Temporal.Instant,
  site: SiteSigns,
  now: Temporal.Instant,
  limit: number,
): number {
  const isDaylight = daylightOf(site.daylight);
  const nowSeconds = now.epochMilliseconds / 1000;
  let from = since.epochMilliseconds / 1000;
  let counted = 0;
  while (from < nowSeconds && counted <= limit) {
    const slotStart = Math.floor(from / quarterHour) * quarterHour;
    const to = Math.min(slotStart + quarterHour, nowSeconds);
    const local = Temporal.Instant.fromEpochMilliseconds(slotStart * 1000)
      .toZonedDateTimeISO(site.timeZone).toPlainTime();
    if (isDaylight(local.toString({ smallestUnit: "minute" }))) counted += to - from;
    from = to;
  }
  return counted;
}

/**
 * The usual daylight: times at which the site produced on at least half as many days as at its best
 * time. A site that has not produced lately is expected around noon, so that one that died long ago
 * does not count as asleep.
 */
function daylightOf(slots: ReadonlyMap<string, number>): (time: string) => boolean {
  if (slots.size === 0) return (time) => time >= "10:00" && time < "15:00";
  const best = Math.max(...slots.values());
  return (time) => (slots.get(time) ?? 0) * 2 >= best;
}

function secondsBetween(a: Temporal.Instant, b: Temporal.Instant): number {
  return (b.epochMilliseconds - a.epochMilliseconds) / 1000;
}
