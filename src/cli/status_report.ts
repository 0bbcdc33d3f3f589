import type { DataType } from "../model/data_type.ts";
import { dataTypes } from "../model/data_type.ts";
import type { Known, Mark, SiteFacts } from "../model/harvest.ts";
import { earlier, type Interval, interval, isEmpty, later, seconds } from "../model/interval.ts";
import { bucketStart, startOfDay } from "../model/site_time.ts";
import type { TableName } from "../model/table.ts";
import type { Query } from "../source/source.ts";
import { closedUntil } from "../sync/closed.ts";
import {
  arrange,
  brings,
  coveredByMeter,
  devicesFor,
  harvestSeries,
  type Knowledge,
} from "../sync/knowledge.ts";
import { horizon, neverAsked, type SeriesFacts } from "../sync/windows.ts";
import type { SourceFacts } from "./open_source.ts";

/** What the database told, for the report. */
export interface StatusFacts {
  readonly known: Known;
  /** Newest value stored, by `${siteId} ${series}`. */
  readonly newest: ReadonlyMap<string, Temporal.Instant>;
  /** Rows, by `${siteId} ${table}`. */
  readonly rowCounts: ReadonlyMap<string, number>;
}

/** How one type of data of a site stands. */
export interface DataTypeStatus {
  readonly dataType: DataType;
  readonly lastSync: Temporal.Instant | null;
  readonly newestData: Temporal.Instant | null;
  readonly rows: number;
  /** Share of the time since the site's first day that was fetched; null where there is no time axis. */
  readonly history: number | null;
  /** Missing stretches, oldest first; of a device where the series is asked per device. */
  readonly gaps: readonly { readonly deviceKey: string; readonly interval: Interval }[];
  /** Why there is none; null: it is there, or was not asked for yet. */
  readonly unavailable: string | null;
  readonly errors: readonly { readonly at: Temporal.Instant; readonly text: string }[];
}

/** How one site stands. */
export interface SiteStatus {
  readonly site: SiteFacts;
  readonly harvestAt: Temporal.Instant | null;
  readonly dataTypes: readonly DataTypeStatus[];
}

/** The table whose rows are counted for a type of data: what a user would look for. */
const mainTables: Record<DataType, TableName> = {
  sites: "sites",
  equipment: "equipment",
  energy: "energy_readings",
  power: "power_readings",
  "power-flow": "power_flows",
  "power-details": "power_details",
  "energy-details": "energy_details",
  storage: "battery_telemetry",
  meters: "meter_readings",
  environmental: "environmental_benefits",
  alerts: "alerts",
  inventory: "inventory",
  changes: "equipment_changes",
  telemetry: "inverter_telemetry",
  optimizers: "optimizer_telemetry",
  sensors: "sensor_readings",
};

/** Every known site and type of data, from what is remembered of them. Pure. */
export function statusReport(
  facts: StatusFacts,
  source: SourceFacts,
  now: Temporal.Instant,
): SiteStatus[] {
  const knowledge = arrange(facts.known);
  const marks = Map.groupBy(facts.known.marks, (one) => one.siteId);
  return facts.known.sites.map((site) => ({
    site,
    harvestAt: knowledge.mark(site.siteId, harvestSeries, "")?.lastSuccess ?? null,
    dataTypes: dataTypes.map((dataType) => {
      const series = new Set(queriesFor(dataType, source).map((one) => one.series));
      const own = (marks.get(site.siteId) ?? []).filter((one) =>
        (one.dataType === dataType || series.has(one.series)) && one.series !== harvestSeries
      );
      return dataTypeStatus(dataType, site, own, knowledge, facts, source, now);
    }),
  }));
}

/** What is asked for a type of data, also where it comes along with another. */
function queriesFor(dataType: DataType, source: SourceFacts): Query[] {
  return source.queries.filter((one) => brings(one, new Set([dataType])));
}

function dataTypeStatus(
  dataType: DataType,
  site: SiteFacts,
  marks: readonly Mark[],
  knowledge: Knowledge,
  facts: StatusFacts,
  source: SourceFacts,
  now: Temporal.Instant,
): DataTypeStatus {
  const unavailable = source.lacks.find((one) => one.dataType === dataType)?.reason ??
    unavailability(marks);
  const stretches = unavailable === null
    ? historyOf(queriesFor(dataType, source), site, knowledge, now)
    : null;
  return {
    dataType,
    lastSync: newestOf(marks.map((one) => one.lastSuccess)),
    newestData: newestOf(
      marks.map((one) => facts.newest.get(`${site.siteId} ${one.series}`) ?? null),
    ),
    rows: facts.rowCounts.get(`${site.siteId} ${mainTables[dataType]}`) ?? 0,
    history: stretches && stretches.expected > 0
      ? 1 - stretches.missing / stretches.expected
      : null,
    gaps: stretches?.gaps ?? [],
    unavailable,
    errors: marks.flatMap((one) =>
      one.lastError !== null && one.lastErrorAt
        ? [{
          at: one.lastErrorAt,
          text: one.deviceKey ? `${one.deviceKey}: ${one.lastError}` : one.lastError,
        }]
        : []
    ),
  };
}

/** A type of data is not available when one of its series is not and none has ever been. */
function unavailability(marks: readonly Mark[]): string | null {
  if (marks.some((one) => !one.unavailableSince && one.lastSuccess)) return null;
  return marks.find((one) => one.unavailableSince)?.unavailableReason ?? null;
}

/** Expected and missing time of all the series and devices of a type of data; null: no time axis. */
function historyOf(
  queries: readonly Query[],
  site: SiteFacts,
  knowledge: Knowledge,
  now: Temporal.Instant,
): { expected: number; missing: number; gaps: DataTypeStatus["gaps"] } | null {
  // Added up per device: two devices that miss the same day miss two days.
  let [expected, missing] = [0, 0];
  const gaps: { deviceKey: string; interval: Interval }[] = [];
  let hasAxis = false;
  for (const query of queries) {
    for (const deviceKey of keysOf(query, site, knowledge)) {
      const facts = seriesFacts(query, deviceKey, site, knowledge, now);
      if (!facts) continue;
      hasAxis = true;
      const end = horizon(facts);
      const start = bucketStart(facts.from, facts.axis.bucket, facts.timeZone);
      expected += seconds([interval(start, later(start, end))]);
      const coverage = coveredByMeter(facts.coverage, { query, site, now });
      const never = neverAsked({ ...facts, coverage });
      missing += seconds(never);
      gaps.push(...never.map((one) => ({ deviceKey, interval: one })));
    }
  }
  return hasAxis ? { expected, missing, gaps } : null;
}

function keysOf(query: Query, site: SiteFacts, knowledge: Knowledge): string[] {
  if (query.scope !== "device") return [""];
  return devicesFor(query, knowledge.devices(site.siteId)).map((one) => one.deviceKey);
}

function seriesFacts(
  query: Query,
  deviceKey: string,
  site: SiteFacts,
  knowledge: Knowledge,
  now: Temporal.Instant,
): SeriesFacts | null {
  const { axis } = query;
  if (axis?.keeps !== "stretches" || !site.timeZone) return null;
  const mark = knowledge.mark(site.siteId, query.series, deviceKey);
  const coverage = knowledge.coverage(site.siteId, query.series, deviceKey);
  // What was never asked for (no sensors, a type that is skipped) is no gap in anything.
  if (!mark && coverage.length === 0) return null;
  if (mark?.unavailableSince) return null;
  const first = site.firstDay ? startOfDay(site.firstDay, site.timeZone) : mark?.wantedFrom;
  const from = first ?? coverage.at(0)?.interval.start;
  if (!from) return null;
  const { timeZone } = site;
  const reported = site.lastUpdate ?? now;
  const facts: SeriesFacts = {
    axis,
    maxDays: axis.maxDays ?? Number.MAX_SAFE_INTEGER,
    timeZone,
    from,
    // What is asked for once it has closed is no gap before.
    lastUpdate: query.rhythm === "when-closed"
      ? earlier(reported, closedUntil({ axis, timeZone, now }))
      : reported,
    coverage,
    now,
    overlapMinutes: 0,
  };
  return isEmpty({ start: from, end: horizon(facts) }) ? null : facts;
}

function newestOf(instants: readonly (Temporal.Instant | null)[]): Temporal.Instant | null {
  return instants.reduce((newest, one) => one && newest ? later(newest, one) : one ?? newest, null);
}
