import type { DataType } from "../model/data_type.ts";
import type { Coverage, DeviceFacts, Known, Mark, SiteFacts } from "../model/harvest.ts";
import { interval, later } from "../model/interval.ts";
import type { Query } from "../source/source.ts";

/** The series under which the engine remembers that a site's harvest was complete. */
export const harvestSeries = "harvest";

/** `Known`, arranged for looking things up. */
export interface Knowledge {
  readonly sites: readonly SiteFacts[];
  devices(siteId: number): readonly DeviceFacts[];
  mark(siteId: number, series: string, deviceKey: string): Mark | undefined;
  coverage(siteId: number, series: string, deviceKey: string): readonly Coverage[];
}

/** Indexes what is known; the work is linear, lookups are constant. */
export function arrange(known: Known): Knowledge {
  const devices = Map.groupBy(known.devices, (one) => one.siteId);
  const marks = new Map(known.marks.map((one) => [keyOf(one), one]));
  const coverage = Map.groupBy(known.coverage, keyOf);
  return {
    sites: known.sites,
    devices: (siteId) => devices.get(siteId) ?? [],
    mark: (siteId, series, deviceKey) => marks.get(keyOf({ siteId, series, deviceKey })),
    coverage: (siteId, series, deviceKey) =>
      coverage.get(keyOf({ siteId, series, deviceKey })) ?? [],
  };
}

/** A device that lists of the site have not named for so long has been replaced. */
const vanishedAfter = Temporal.Duration.from({ hours: 7 * 24 });

/** The devices of a site that a query is asked for; an uncategorised one may be any of them. */
export function devicesFor(query: Query, devices: readonly DeviceFacts[]): DeviceFacts[] {
  const newest = devices.reduce<Temporal.Instant | null>(
    (latest, one) => latest ? later(latest, one.lastSeen) : one.lastSeen,
    null,
  );
  return devices.filter((one) =>
    (one.category === null || (query.categories ?? []).includes(one.category)) &&
    Temporal.Instant.compare(one.lastSeen.add(vanishedAfter), newest!) >= 0
  );
}

/** A meter that has told nothing for so long may have gone; until then its night is its own. */
const meterRests = Temporal.Duration.from({ hours: 24 });

/**
 * What is known of a series, with the time that a production meter has told for it: that is as good as
 * covered.
 */
export function coveredByMeter(
  coverage: readonly Coverage[],
  { query, site, now }: {
    readonly query: Query;
    readonly site: SiteFacts;
    readonly now: Temporal.Instant;
  },
): readonly Coverage[] {
  const metered = site.productionMetered;
  if (!query.yieldsToMeter || metered === null) return coverage;
  const rests = Temporal.Instant.compare(metered.end.add(meterRests), now) > 0;
  return [...coverage, {
    siteId: site.siteId,
    series: query.series,
    deviceKey: "",
    interval: interval(metered.start, rests ? later(metered.end, now) : metered.end),
    state: "covered",
    fetchedAt: metered.end,
  }];
}

function keyOf(one: { siteId: number; series: string; deviceKey: string }): string {
  return `${one.siteId} ${one.series} ${one.deviceKey}`;
}

/** True when a query brings any of the wanted types of data. */
export function brings(query: Query, wanted: ReadonlySet<DataType>): boolean {
  return wanted.has(query.dataType) || (query.alsoFor ?? []).some((one) => wanted.has(one));
}
