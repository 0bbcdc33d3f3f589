import type { SiteFacts } from "../model/harvest.ts";
import type { Query, QuotaWindow } from "../source/source.ts";
import { fewestRationed, type NeedFacts, needOf } from "./need.ts";

/** Days of a billing month, on average. */
export const monthDays = 30.5;

/** The share of an allowance that is left for older days of all sites, while some lack them. */
const olderDaysShare = 0.5;

/** What decides what a plan pays for. */
export interface RationingFacts extends NeedFacts {
  readonly quota: readonly QuotaWindow[];
  readonly sites: readonly SiteFacts[];
  /** True where a site still misses days of what every site gets, the energy of days. */
  readonly missesDays: (site: SiteFacts) => boolean;
}

/**
 * Which query a request counts as: an answer that brings the rows of another query too is worth what that one
 * is worth, and the other costs nothing.
 */
export type PacedAs = (query: Query, siteId: number) => Query;

/** What a plan pays for that cannot pay for everything. */
export interface Rationed {
  readonly neededPerMonth: number;
  readonly limitPerMonth: number;
  /** Days between two requests for the energy of days. */
  readonly coarseDays: number;
  /** Sites that get finer data too. */
  readonly fineSites: number;
  readonly sites: number;
  /** Half of the month is left for older days, which some sites lack. */
  readonly olderDaysFirst: boolean;
}

/** What a plan pays for, query by query. */
export interface Ration {
  leastDays(query: Query): number;
  pays(query: Query, siteId: number): boolean;
  readonly rationed: Rationed | null;
}

/**
 * Where a month's allowance cannot pay what all sites need, tier by tier: what fits is paid for every site;
 * the first tier that does not is asked as seldom as it must be if it is the energy of days, else for as many
 * sites as fit; finer tiers are left out. While sites lack older days, half of the allowance is left for these:
 * they come before anything finer.
 */
export function rationing(
  facts: RationingFacts,
  queries: readonly Query[],
  paced: PacedAs,
): Ration {
  const { quota, sites } = facts;
  const window = quota.find((one) => one.per === "billing-month");
  const plain: Ration = {
    leastDays: (query) => query.leastDays ?? Infinity,
    pays: () => true,
    rationed: null,
  };
  if (!window || sites.length < fewestRationed) return plain;
  const perDay = window.amount / monthDays;
  const cost = (query: Query, some: readonly SiteFacts[]) =>
    query.scope === "account"
      ? 1 / query.leastDays!
      : some.filter((one) => paced(query, one.siteId) === query)
        .reduce((sum, site) => sum + needOf(query, site, facts, query.leastDays!), 0);
  const tiers = [...Map.groupBy(queries, (one) => one.tier)].sort(([a], [b]) => a - b);
  const whole = queries.reduce((sum, one) => sum + cost(one, sites), 0);
  if (whole <= perDay * 0.97) return plain;
  const olderDaysFirst = sites.some(facts.missesDays);
  let rest = perDay * 0.97 * (olderDaysFirst ? 1 - olderDaysShare : 1);
  let coarseDays = 1;
  let fine = sites.length;
  let firstFine: number | null = null;
  const paid = new Map<number, ReadonlySet<number> | "all">();
  for (const [tier, ofTier] of tiers) {
    const needed = ofTier.reduce((sum, one) => sum + cost(one, sites), 0);
    if (tier <= 1) {
      paid.set(tier, "all");
      // The list and the energy of days: half at the most goes there before finer kinds, all if it must.
      if (needed > rest) coarseDays = Math.ceil(needed / Math.max(rest, 0.001));
      rest = Math.max(0, rest - needed / coarseDays);
    } else if (needed <= rest && fine === sites.length) {
      paid.set(tier, "all");
      rest -= needed;
    } else {
      let bought = 0;
      for (; bought < fine; bought++) {
        const one = ofTier.reduce(
          (sum, query) => sum + (query.scope === "account" ? 0 : cost(query, [sites[bought]])),
          0,
        );
        if (one > rest) break;
        rest -= one;
      }
      fine = bought;
      firstFine ??= bought;
      paid.set(tier, new Set(sites.slice(0, bought).map((one) => one.siteId)));
    }
  }
  return {
    leastDays: (query) => (query.leastDays ?? Infinity) * (query.tier === 1 ? coarseDays : 1),
    pays(query, siteId) {
      const of = paid.get(query.tier);
      return of === undefined || of === "all" || of.has(siteId);
    },
    rationed: {
      neededPerMonth: Math.ceil(whole * monthDays),
      limitPerMonth: window.amount,
      coarseDays,
      fineSites: firstFine ?? sites.length,
      sites: sites.length,
      olderDaysFirst,
    },
  };
}
