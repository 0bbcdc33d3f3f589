import type { SiteFacts } from "../model/harvest.ts";
import type { Query, QuotaWindow } from "../source/source.ts";
import { devicesFor, type Knowledge } from "./knowledge.ts";

/** What queries need of a quota at the least, and from which of its windows they take it. */

const day = 86_400;

/** What a need is worked out from. */
export interface NeedFacts {
  readonly knowledge: Knowledge;
  /** Width of a request of a query now, in seconds. */
  readonly widthOf: (query: Query) => number;
}

/** A single site is never rationed: what it needs at the least is a small part of any plan. */
export const fewestRationed = 2;

/** Requests a day that a query of a site needs at the least. */
export function needOf(
  query: Query,
  site: SiteFacts | null,
  facts: NeedFacts,
  leastDays: number,
): number {
  if (!site) return 1 / leastDays;
  const { knowledge } = facts;
  if (isGone(query, site, knowledge)) return 1 / 7;
  if (
    query.onlyWhereSensors &&
    !knowledge.devices(site.siteId).some((one) => one.category === "sensor")
  ) {
    return 0;
  }
  const devices = query.scope === "device" ? devicesOf(query, site, knowledge) : 1;
  const width = query.axis?.keeps === "ranges" ? facts.widthOf(query) : Infinity;
  const windows = width < day ? Math.ceil(day / width) : 1;
  // Every few days totals are compared further back than one request reaches.
  const totals = query.role === "totals" && width < 41 * day ? 1 / 5 : 0;
  return (devices * windows + totals) / leastDays;
}

/** How many devices of a site a query is asked for. */
export function devicesOf(query: Query, site: SiteFacts, knowledge: Knowledge): number {
  return devicesFor(query, knowledge.devices(site.siteId)).length;
}

/** Whether what a query asks for was found not available at a site. */
export function isGone(query: Query, site: SiteFacts, knowledge: Knowledge): boolean {
  return isGoneSeries(query.series, site, knowledge);
}

/** Whether a series was found not available at a site. */
export function isGoneSeries(series: string, site: SiteFacts, knowledge: Knowledge): boolean {
  return !!knowledge.mark(site.siteId, series)?.unavailableSince;
}

/** What a request spends that does not come back within minutes. */
export function longCharges(query: Query, site: SiteFacts | null, quota: readonly QuotaWindow[]) {
  return query.charges({ sites: site ? [site] : [] }).filter(({ allowance }) =>
    windowOf(allowance, quota) !== null
  );
}

/** The window of a quota that an allowance belongs to; null: one of minutes. */
export function windowOf(allowance: string, quota: readonly QuotaWindow[]): QuotaWindow | null {
  return quota.find((one) => one.per !== "minute" && allowance.startsWith(one.allowance)) ?? null;
}
