import { epochOf, type FetchedRange, type Range, unionOf } from "../model/coverage.ts";
import type { DataType } from "../model/data_type.ts";
import type { DeviceFacts, Known, Mark, SiteFacts, Spent } from "../model/harvest.ts";
import { compareInstants, later } from "../model/interval.ts";
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
  /** What it is looked up in, by site; 0: what belongs to none. */
  readonly shelves: ReadonlyMap<number, Shelf>;
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
  return knowledgeOf(shelvesOf(known), known.spent, now, (siteId) => daylight.get(siteId) ?? null);
}

/**
 * What is known after some sites were read again; what of it belongs to others stays as it is arranged, which
 * saves a thousand sites the work and the room after each stage of a run.
 */
export function renewed(
  before: Knowledge,
  fresh: Known,
  siteIds: Iterable<number>,
  now: number,
): Knowledge {
  const shelves = new Map(before.shelves);
  for (const siteId of siteIds) shelves.delete(siteId);
  for (const [siteId, one] of shelvesOf(fresh)) shelves.set(siteId, one);
  return knowledgeOf(shelves, fresh.spent, now, before.daylight);
}

/** The same as seen at another moment: what lay in the future then may have come. */
export function seenAt({ shelves, spent, daylight }: Knowledge, now: number): Knowledge {
  return knowledgeOf(shelves, spent, now, daylight);
}

/** All that is known of one site, or (0) of none. */
export interface Shelf {
  readonly site: SiteFacts | null;
  readonly devices: readonly DeviceFacts[];
  readonly marks: readonly Mark[];
  readonly marksByKey: ReadonlyMap<string, Mark>;
  /** By series and device. */
  readonly coverage: ReadonlyMap<string, ReadonlyMap<string, readonly FetchedRange[]>>;
}

function shelvesOf(known: Known): Map<number, Shelf> {
  const siteOf = new Map(known.sites.map((one) => [one.siteId, one]));
  const devicesOf = Map.groupBy(known.devices, (one) => one.siteId);
  const marksOf = Map.groupBy(known.marks, (one) => one.siteId);
  const coverageOf = Map.groupBy(known.coverage, (one) => one.siteId);
  const siteIds = new Set([
    ...siteOf.keys(),
    ...devicesOf.keys(),
    ...marksOf.keys(),
    ...coverageOf.keys(),
  ]);
  const shelves = new Map<number, Shelf>();
  for (const siteId of siteIds) {
    const marks = marksOf.get(siteId) ?? [];
    const coverage = new Map<string, Map<string, FetchedRange[]>>();
    for (const one of coverageOf.get(siteId) ?? []) {
      let own = coverage.get(one.series);
      if (!own) coverage.set(one.series, own = new Map());
      const ranges = own.get(one.deviceKey);
      if (ranges) ranges.push(one);
      else own.set(one.deviceKey, [one]);
    }
    shelves.set(siteId, {
      site: siteOf.get(siteId) ?? null,
      devices: devicesOf.get(siteId) ?? [],
      marks,
      marksByKey: new Map(marks.map((one) => [keyOf(one.series, one.deviceKey), one])),
      coverage,
    });
  }
  return shelves;
}

function knowledgeOf(
  shelves: ReadonlyMap<number, Shelf>,
  spent: readonly Spent[],
  now: number,
  daylight: Knowledge["daylight"],
): Knowledge {
  const sites = new Map<number, SiteFacts>();
  for (const [siteId, { site, marks, marksByKey }] of shelves) {
    if (!site) continue;
    const factor = marksByKey.get(keyOf(sharesSeries, ""))?.spanSeconds;
    sites.set(siteId, {
      ...site,
      lastUpdate: lastReport(site, marks, now),
      ...(factor === 1 || factor === 100 ? { shareFactor: factor } : {}),
    });
  }
  return {
    shelves,
    sites: [...sites.values()].sort((a, b) => a.siteId - b.siteId),
    spent,
    site: (siteId) => sites.get(siteId),
    devices: (siteId) => shelves.get(siteId)?.devices ?? [],
    mark: (siteId, series, deviceKey = "") =>
      shelves.get(siteId)?.marksByKey.get(keyOf(series, deviceKey)),
    marks: (siteId) => shelves.get(siteId)?.marks ?? [],
    coverage: (siteId, series) => shelves.get(siteId)?.coverage.get(series) ?? new Map(),
    reported(siteId) {
      const at = sites.get(siteId)?.lastUpdate;
      return at ? epochOf(at) : null;
    },
    daylight,
  };
}

/** Rows know better than a last update that is asked for once a day or once a week. */
function lastReport(
  { lastUpdate }: SiteFacts,
  marks: readonly Mark[],
  now: number,
): Temporal.Instant | null {
  let last = pastOrNull(lastUpdate, now);
  for (const { newestData } of marks) {
    const newest = pastOrNull(newestData, now);
    if (newest && (!last || epochOf(newest) > epochOf(last))) last = newest;
  }
  return last;
}

function pastOrNull(one: Temporal.Instant | null, now: number): Temporal.Instant | null {
  return one && epochOf(one) <= now ? one : null;
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
    compareInstants(one.lastSeen.add(vanishedAfter), newest!) >= 0
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

function keyOf(series: string, deviceKey: string): string {
  return deviceKey === "" ? series : `${series} ${deviceKey}`;
}
