import { compareInstants, later } from "../model/interval.ts";
import type { DaylightSlot } from "../sync/daylight.ts";
import { staleness } from "./freshness.ts";
import type { Figures } from "./status_figures.ts";
import type { SiteStatus } from "./status_report.ts";
import { printable, printableName } from "./terminal/printable.ts";

/** What is wrong with a site: `failing` could not be fetched or stored, `stale` is not up to date. */
export interface Trouble {
  readonly kind: "failing" | "stale";
  readonly text: string;
}

/** All that `seh status` says of a site. */
export interface SiteView {
  readonly status: SiteStatus;
  readonly figures: Figures;
  /** Why it is not up to date, in words; null: it is. */
  readonly staleReason: string | null;
  /** Null: everything is as it should be. */
  readonly trouble: Trouble | null;
}

/** More sites than these are a fleet, of which totals are shown first. */
export const mostBlocks = 12;

/**
 * A site that has not been up to date for longer than this is named, where nobody says what is too long: a day
 * and a little.
 */
export const usualAgeSeconds = 26 * 3600;

/** Local times of day at which a site has produced lately, and on how many days; by site. */
export type DaylightSlots = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** The slots of each site. Pure. */
export function slotsBySite(slots: readonly DaylightSlot[]): DaylightSlots {
  const bySite = new Map<number, Map<string, number>>();
  for (const { siteId, slot, days } of slots) {
    const own = bySite.get(siteId) ?? new Map<string, number>();
    bySite.set(siteId, own.set(slot, days));
  }
  return bySite;
}

/** Why a site is stale, in words; null: it is fresh. */
export function staleReason(
  { site, harvestAt }: SiteStatus,
  slots: DaylightSlots,
  now: Temporal.Instant,
  maxAgeSeconds: number,
): string | null {
  const daylight = slots.get(site.siteId) ?? new Map();
  return staleness(
    { harvestAt, lastUpdate: site.lastUpdate, timeZone: site.timeZone ?? "UTC", daylight },
    now,
    maxAgeSeconds,
  );
}

/** What is wrong with a site; a failure comes before age. */
export function troubleOf(status: SiteStatus, stale: string | null): Trouble | null {
  const failures = status.dataTypes.flatMap(({ dataType, errors }) =>
    errors.map(({ text }) => `${dataType}: ${printable(text).replaceAll(/\s+/g, " ")}`)
  );
  if (failures.length > 0) {
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : "";
    return { kind: "failing", text: `${failures[0]}${more}` };
  }
  return stale === null ? null : { kind: "stale", text: stale };
}

/** A site that the newest list no longer names is kept, but nobody waits for its data. */
export function listedLately(sites: readonly SiteStatus[]): readonly SiteStatus[] {
  const newest = sites.reduce<Temporal.Instant | null>(
    (last, { site }) => last ? later(last, site.lastSeen) : site.lastSeen,
    null,
  );
  return sites.filter(({ site }) =>
    newest && compareInstants(site.lastSeen.add({ hours: 1 }), newest) >= 0
  );
}

/** The name of a site as it may be printed, else its number. */
export function siteName({ siteId, name }: SiteStatus["site"]): string {
  return name ? printableName(name) : `site ${siteId}`;
}
