import { epochOf, type FetchedRange, instantOf, type Range, unionOf } from "../model/coverage.ts";
import type { DataType } from "../model/data_type.ts";
import type { DeviceFacts, Known, Mark, SiteFacts, Spent } from "../model/harvest.ts";
import { later } from "../model/interval.ts";
import type { Query } from "../source/source.ts";

/** The series under which the engine remembers that a site's harvest was complete. */
export const harvestSeries = "harvest";

/** The series under which it is remembered per site what its shares are multiplied with: in `span_s`. */
export const sharesSeries = "shares";

/** When a site has daylight, in minutes of the local day; learned from the days before. */
export interface Daylight {
  readonly from: number;
  readonly to: number;
}

/** `Known`, arranged for looking things up. */
export interface Knowledge {
  readonly sites: readonly SiteFacts[];
  readonly spent: readonly Spent[];
  site(siteId: number): SiteFacts | undefined;
  devices(siteId: number): readonly DeviceFacts[];
  mark(siteId: number, series: string, deviceKey?: string): Mark | undefined;
  marks(siteId: number): readonly Mark[];
  /** What is known of a series of a site, by device. */
  coverage(siteId: number, series: string): ReadonlyMap<string, readonly FetchedRange[]>;
  /** What the site has reported: the later of its last update and its newest value; null: nothing is known. */
  reported(siteId: number): number | null;
  daylight(siteId: number): Daylight | null;
}

/** Indexes what is known; the work is linear, lookups are constant. `now` in epoch seconds. */
export function arrange(
  known: Known,
  now: number,
  daylight: ReadonlyMap<number, Daylight> = new Map(),
): Knowledge {
  const devices = Map.groupBy(known.devices, (one) => one.siteId);
  const marks = new Map(
    known.marks.map((one) => [keyOf(one.siteId, one.series, one.deviceKey), one]),
  );
  const marksOf = Map.groupBy(known.marks, (one) => one.siteId);
  const coverage = new Map<string, Map<string, FetchedRange[]>>();
  for (const one of known.coverage) {
    const key = `${one.siteId} ${one.series}`;
    let own = coverage.get(key);
    if (!own) coverage.set(key, own = new Map());
    const ranges = own.get(one.deviceKey);
    if (ranges) ranges.push(one);
    else own.set(one.deviceKey, [one]);
  }
  const reported = (site: SiteFacts) => {
    const all = [site.lastUpdate, ...(marksOf.get(site.siteId) ?? []).map((one) => one.newestData)]
      .filter((one) => one != null).map(epochOf).filter((one) => one <= now);
    return all.length > 0 ? Math.max(...all) : null;
  };
  // Rows know better than a last update that is asked for once a day or once a week.
  const sites = new Map(known.sites.map((site): [number, SiteFacts] => {
    const at = reported(site);
    const factor = marks.get(keyOf(site.siteId, sharesSeries, ""))?.spanSeconds;
    return [site.siteId, {
      ...site,
      lastUpdate: at === null ? null : instantOf(at),
      ...(factor === 1 || factor === 100 ? { shareFactor: factor } : {}),
    }];
  }));
  return {
    sites: [...sites.values()],
    spent: known.spent,
    site: (siteId) => sites.get(siteId),
    devices: (siteId) => devices.get(siteId) ?? [],
    mark: (siteId, series, deviceKey = "") => marks.get(keyOf(siteId, series, deviceKey)),
    marks: (siteId) => marksOf.get(siteId) ?? [],
    coverage: (siteId, series) => coverage.get(`${siteId} ${series}`) ?? new Map(),
    reported(siteId) {
      const at = sites.get(siteId)?.lastUpdate;
      return at ? epochOf(at) : null;
    },
    daylight: (siteId) => daylight.get(siteId) ?? null,
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

/** Time of which a series of a site has values, of any of its devices but one. */
export function coveredOf(
  knowledge: Knowledge,
  siteId: number,
  series: string,
  except: string | null = null,
): Range[] {
  const ranges: Range[] = [];
  for (const [deviceKey, own] of knowledge.coverage(siteId, series)) {
    if (deviceKey === except) continue;
    for (const one of own) if (one.state === "covered") ranges.push(one);
  }
  return unionOf(ranges);
}

/** True when a query brings any of the wanted types of data. */
export function brings(query: Query, wanted: ReadonlySet<DataType>): boolean {
  return wanted.has(query.dataType) || (query.alsoFor ?? []).some((one) => wanted.has(one));
}

function keyOf(siteId: number, series: string, deviceKey: string): string {
  return `${siteId} ${series} ${deviceKey}`;
}
