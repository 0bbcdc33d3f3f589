import type { DataType } from "../model/data_type.ts";
import { dataTypes } from "../model/data_type.ts";
import type { Known, Mark, SiteFacts } from "../model/harvest.ts";
import { epochOf, instantOf } from "../model/coverage.ts";
import { type Interval, interval, later } from "../model/interval.ts";
import { countedIn } from "../model/tables.ts";
import type { Query, SourceFacts } from "../source/source.ts";
import { type Part, partsOf } from "../sync/gaps.ts";
import { arrange, brings, type Daylight, harvestSeries } from "../sync/knowledge.ts";
import { answersSeries } from "../sync/usefulness.ts";

/** What was read from the database, for the report. */
export interface StatusFacts {
  readonly known: Known;
  /** Newest value stored, by `${siteId} ${series}`. */
  readonly newest: ReadonlyMap<string, Temporal.Instant>;
  /** Rows, by `${siteId} ${table}`; empty where nobody wants to know. */
  readonly rowCounts: ReadonlyMap<string, number>;
  readonly daylight: ReadonlyMap<number, Daylight>;
}

/** How one type of data of a site stands. */
export interface DataTypeStatus {
  readonly dataType: DataType;
  readonly lastSync: Temporal.Instant | null;
  readonly newestData: Temporal.Instant | null;
  readonly rows: number;
  /** Share of the time since the site's first day that was fetched; null where there is no time axis. */
  readonly history: number | null;
  /** Days that are here, and days since the site's first day, of what reaches back least; null as above. */
  readonly days: { readonly here: number; readonly all: number } | null;
  /** Missing ranges, oldest first; of a device where the series is asked per device. */
  readonly gaps: readonly { readonly deviceKey: string; readonly interval: Interval }[];
  /** Why there is none; null: it is there, or was not asked for yet. */
  readonly unavailable: string | null;
  /** True where no site has it: this API does not give it. */
  readonly isNowhere: boolean;
  readonly errors: readonly Mishap[];
}

/** What went wrong with a kind of data when it was last asked for. */
export interface Mishap {
  readonly at: Temporal.Instant;
  readonly text: string;
  /** It was answered, and a part of the answer could not be stored in its place. */
  readonly isLoss: boolean;
}

/** How one site stands. */
export interface SiteStatus {
  readonly site: SiteFacts;
  readonly harvestAt: Temporal.Instant | null;
  readonly dataTypes: readonly DataTypeStatus[];
}

/** Every known site and type of data, from what is remembered of them. Pure. */
export function statusReport(
  facts: StatusFacts,
  source: SourceFacts,
  now: Temporal.Instant,
): SiteStatus[] {
  const second = epochOf(now);
  const knowledge = arrange(facts.known, second, facts.daylight);
  const marks = Map.groupBy(facts.known.marks, (one) => one.siteId);
  return facts.known.sites.map((site) => {
    const parts = partsOf(site, { knowledge, queries: source.queries, now: second });
    return {
      site,
      harvestAt: knowledge.mark(site.siteId, harvestSeries)?.lastSuccess ?? null,
      dataTypes: dataTypes.map((dataType) => {
        const queries = queriesFor(dataType, source);
        const series = new Set(queries.map((one) => one.series));
        const own = (marks.get(site.siteId) ?? []).filter((one) =>
          (one.dataType === dataType || series.has(one.series)) && one.series !== harvestSeries
        );
        const ofType = parts.filter((one) => queries.includes(one.query));
        const all = knowledge.mark(0, answersSeries(source));
        const told = dataType === "sites" && all && all.failures > 0 ? [...own, all] : own;
        return dataTypeStatus(dataType, site, told, ofType, facts, source);
      }),
    };
  });
}

/** What is asked for a type of data, also where it comes along with another. */
function queriesFor(dataType: DataType, source: SourceFacts): Query[] {
  return source.queries.filter((one) => brings(one, new Set([dataType])));
}

function dataTypeStatus(
  dataType: DataType,
  site: SiteFacts,
  marks: readonly Mark[],
  parts: readonly Part[],
  facts: StatusFacts,
  source: SourceFacts,
): DataTypeStatus {
  const lack = source.lacks.find((one) => one.dataType === dataType)?.reason;
  const unavailable = lack ?? unavailability(marks);
  // Added up per device: two devices that miss the same day miss two days.
  const wanted = parts.reduce((sum, one) => sum + one.wholeSeconds, 0);
  const missing = parts.reduce((sum, one) => sum + one.missing, 0);
  const gaps = parts.flatMap((one) => one.gaps).filter((one) => one.kind === "not-fetched");
  return {
    dataType,
    lastSync: newestOf(marks.map((one) => one.lastSuccess)),
    newestData: newestOf(
      marks.map((one) => facts.newest.get(`${site.siteId} ${one.series}`) ?? null),
    ),
    rows: facts.rowCounts.get(`${site.siteId} ${countedIn(dataType).name}`) ?? 0,
    history: unavailable === null && wanted > 0 ? 1 - missing / wanted : null,
    days: unavailable === null ? leastDays(parts) : null,
    gaps: unavailable !== null ? [] : gaps.map(({ deviceKey, range }) => ({
      deviceKey,
      interval: interval(instantOf(range!.start), instantOf(range!.end)),
    })),
    unavailable,
    isNowhere: lack !== undefined,
    errors: mishapsOf(marks),
  };
}

function mishapsOf(marks: readonly Mark[]): Mishap[] {
  return marks.flatMap((one) =>
    one.lastError !== null && one.lastErrorAt
      ? [{
        at: one.lastErrorAt,
        text: one.deviceKey ? `${one.deviceKey}: ${one.lastError}` : one.lastError,
        isLoss: one.failures === 0,
      }]
      : []
  );
}

/** What went wrong with the list of sites, which belongs to none of them. */
export function listMishaps({ known }: Pick<StatusFacts, "known">): Mishap[] {
  return mishapsOf(known.marks.filter((one) => one.siteId === 0 && one.dataType === "sites"));
}

const secondsOfDay = 86_400;

/** Days of the query that has the smallest share of its own, its devices taken together; null without any. */
function leastDays(parts: readonly Part[]): { here: number; all: number } | null {
  const queries = [...Map.groupBy(parts.filter((one) => one.wholeSeconds > 0), (one) => one.query)]
    .map(([, own]) => {
      const wanted = own.reduce((sum, one) => sum + one.wholeSeconds, 0);
      const missing = own.reduce((sum, one) => sum + one.missing, 0);
      const all = Math.ceil(Math.max(...own.map((one) => one.wholeSeconds)) / secondsOfDay);
      const here = Math.round(all * (1 - missing / wanted));
      return { here: missing === 0 ? all : Math.min(here, all - 1), all };
    });
  return queries.sort((a, b) => a.here / a.all - b.here / b.all).at(0) ?? null;
}

/** A type of data is not available when one of its series is not and none has ever been. */
function unavailability(marks: readonly Mark[]): string | null {
  if (marks.some((one) => !one.unavailableSince && one.lastSuccess)) return null;
  return marks.find((one) => one.unavailableSince)?.unavailableReason ?? null;
}

function newestOf(instants: readonly (Temporal.Instant | null)[]): Temporal.Instant | null {
  return instants.reduce((newest, one) => one && newest ? later(newest, one) : one ?? newest, null);
}
