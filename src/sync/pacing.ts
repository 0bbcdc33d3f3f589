import type { Purpose, SiteFacts, Spent } from "../model/harvest.ts";
import type { Query, QuotaWindow, Remaining } from "../source/source.ts";
import { followersOf, isFollowing } from "./follow.ts";
import { brings, type Knowledge } from "./knowledge.ts";
import { devicesOf, isGone, longCharges, type NeedFacts, needOf, windowOf } from "./need.ts";
import { monthDays, type PacedAs, type Rationed, rationing } from "./rationing.ts";
import type { Wanted } from "./wanted.ts";

/**
 * The one pacing rule, for every source and timer. Of each allowance (a day's of a site, a month's of an
 * account) what the sites need at the least comes first. The rest is spare: while history is wanted, half of it buys
 * history, the other half freshness. So no purpose can spend what another one needs, whatever the timer, and
 * the day on which history will be complete follows. Times in epoch seconds.
 */

const hour = 3600;
const day = 24 * hour;
/** What is due comes in lumps: so many days' need is kept beyond what is planned. */
const keptDays = 2;
/** The share of what is spare that history takes while it is wanted. */
const historyShare = 0.5;
/** Repeats of what failed may use at most this share of an allowance. */
const repeatShare = 0.1;
/** Nothing is asked more often: values come in quarter-hours. */
const shortestInterval = 900;
/** How much more of what is spare a kind of value gets, by its worth to a person. */
const weights = { 1: 4, 2: 2, 3: 1 } as const;
/** A timer that runs less often than daily may use so many days' share at once. */
const longestCadence = 7;

/** What the rule needs to know. */
export interface PacingFacts extends NeedFacts {
  readonly queries: readonly Query[];
  readonly quota: readonly QuotaWindow[];
  readonly wanted: Pick<Wanted, "depth" | "spareQuota" | "dataTypes">;
  readonly sites: readonly SiteFacts[];
  readonly now: number;
  /** What is left of each billing month, by the allowance of its window. */
  readonly left: ReadonlyMap<string, Remaining>;
  /** True where a site still misses history that is wanted. */
  readonly misses: (site: SiteFacts) => boolean;
  /** True where it still misses days of the energy that every site gets. */
  readonly missesDays: (site: SiteFacts) => boolean;
  /** Days between the runs of this timer, 1 at the least. */
  readonly cadence: number;
  /** When the first run took place; null: this is it. */
  readonly since: number | null;
}

/** What of it decides what a plan pays for. */
export type RationedFacts =
  & Omit<
    PacingFacts,
    "left" | "misses" | "cadence" | "since" | "wanted"
  >
  & { readonly wanted: Pick<Wanted, "dataTypes"> };

/** What one allowance pays for. */
export interface Share {
  readonly allowance: string;
  readonly window: QuotaWindow;
  /** Requests a day at the least. */
  readonly needPerDay: number;
  /** What the allowance has for a day, on average. */
  readonly perDay: number;
  readonly freshPerDay: number;
  readonly historyPerDay: number;
  /** The same once the billing month is a new one; as now where there is none. */
  readonly laterHistoryPerDay: number;
  readonly repeatsPerDay: number;
  /** When the billing month ends. */
  readonly resetsAt: number | null;
}

/** The rule, worked out for one moment. */
export interface Pace {
  readonly shares: ReadonlyMap<string, Share>;
  /** The shares that a request for a site draws on. */
  sharesOf(query: Query, siteId: number | null): readonly Share[];
  /** Seconds after which newer values are worth a request; Infinity: never. */
  freshEvery(query: Query, siteId: number): number;
  /** Local days after which a query is due again. */
  leastDays(query: Query): number;
  /** Whether the plan pays for a query of a site at all. */
  pays(query: Query, siteId: number): boolean;
  /** Requests of a purpose that may be sent now, from a share. */
  allowed(share: Share, purpose: Purpose): number;
  /** What a plan too small for its sites pays for; null: it pays for everything. */
  readonly rationed: Rationed | null;
}

/** Works the rule out. Pure. */
export function paceOf(facts: PacingFacts): Pace {
  const { knowledge, quota, sites, now } = facts;
  const queries = pacedQueries(facts);
  const paced = pacedAs(facts, queries);
  const ration = rationing(facts, queries, paced);
  const needs = new Map<string, number>();
  const misses = new Map<string, boolean>();
  const candidates = new Map<
    string,
    { query: Query; site: SiteFacts; weight: number; most: number; cost: number }[]
  >();
  for (const query of queries) {
    for (const site of query.scope === "account" ? [null] : sites) {
      if (site && paced(query, site.siteId) !== query) continue;
      if (site && !ration.pays(query, site.siteId)) continue;
      const need = needOf(query, site, facts, ration.leastDays(query));
      for (const { allowance, amount } of longCharges(query, site, quota)) {
        needs.set(allowance, (needs.get(allowance) ?? 0) + need * amount);
        if (site && !misses.get(allowance)) misses.set(allowance, facts.misses(site));
        if (site && query.worth && !isGone(query, site, knowledge) && need > 0) {
          const seconds = activeSeconds(query, site, knowledge);
          const list = candidates.get(allowance) ?? [];
          candidates.set(allowance, list);
          const cost = amount *
            Math.max(1, query.scope === "device" ? devicesOf(query, site, knowledge) : 1);
          list.push({
            query,
            site,
            weight: weights[query.worth],
            most: seconds / shortestInterval,
            cost,
          });
        }
      }
    }
  }
  const shares = new Map<string, Share>();
  const every = new Map<string, number>();
  for (const [allowance, needPerDay] of needs) {
    const window = windowOf(allowance, quota)!;
    const share = shareOf(allowance, window, needPerDay, facts, {
      misses: misses.get(allowance) ?? false,
      isRationed: ration.rationed !== null,
    });
    shares.set(allowance, share);
    for (
      const { query, site, count } of spread(candidates.get(allowance) ?? [], share.freshPerDay)
    ) {
      const key = `${query.name} ${site.siteId}`;
      const interval = count < 0.25
        ? Infinity
        : Math.max(shortestInterval, activeSeconds(query, site, knowledge) / count);
      every.set(key, Math.max(every.get(key) ?? 0, interval));
    }
  }
  const spent = spentSince(knowledge.spent, now - day);
  return {
    shares,
    sharesOf: (query, siteId) =>
      longCharges(query, siteId === null ? null : knowledge.site(siteId) ?? null, quota)
        .flatMap(({ allowance }) => shares.get(allowance) ?? []),
    freshEvery: (query, siteId) => every.get(`${paced(query, siteId).name} ${siteId}`) ?? Infinity,
    leastDays: ration.leastDays,
    pays: (query, siteId) => ration.pays(paced(query, siteId), siteId),
    allowed(share, purpose) {
      const used = spent.get(`${share.allowance} ${purpose}`) ?? 0;
      switch (purpose) {
        case "due":
          return Infinity;
        case "fresh":
          return share.freshPerDay - used;
        case "history":
          return Math.floor(share.historyPerDay * facts.cadence + 1e-9) - used;
        case "repeat":
          return Math.max(1, Math.floor(share.repeatsPerDay)) - used;
      }
    },
    rationed: ration.rationed,
  };
}

/** Queries that are asked for by themselves, of what is wanted. */
function pacedQueries({ queries, wanted }: Pick<RationedFacts, "queries" | "wanted">): Query[] {
  return queries.filter((one) =>
    one.leastDays !== null && (one.role || brings(one, wanted.dataTypes))
  );
}

/** What a plan that is too small for its sites pays for; null: it pays for everything. Pure. */
export function rationedOf(facts: RationedFacts): Rationed | null {
  const queries = pacedQueries(facts);
  return rationing(facts, queries, pacedAs(facts, queries)).rationed;
}

function pacedAs(facts: RationedFacts, queries: readonly Query[]): PacedAs {
  const followers = new Map(queries.map((one) => [one, followersOf(one, queries)]));
  const context = { ...facts, queries };
  return (query, siteId) =>
    followers.get(query)?.find((one) => isFollowing(one, siteId, context)) ?? query;
}

/** What an allowance has for each purpose on a day. */
function shareOf(
  allowance: string,
  window: QuotaWindow,
  needPerDay: number,
  { wanted, now, left: leftOf, since }: PacingFacts,
  { misses, isRationed }: { readonly misses: boolean; readonly isRationed: boolean },
): Share {
  const left = leftOf.get(window.allowance);
  const resetsAt = left?.resetsAt ? left.resetsAt.epochMilliseconds / 1000 : null;
  const spareOf = (amount: number, days: number) =>
    Math.max(0, (amount - needPerDay * (days + keptDays)) / Math.max(1, days));
  const whole = window.per === "rolling-day"
    ? Math.max(0, window.amount - needPerDay * keptDays - 5)
    : spareOf(window.amount, monthDays);
  const spare = window.per === "rolling-day" || !left || resetsAt === null
    ? whole
    : spareOf(left.requests, Math.max(0, (resetsAt - now) / day));
  // What freshness leaves of a day flows back into what is spare. History takes no more of it than was planned
  // at the first run of the month, so that its day holds.
  const first = since !== null && resetsAt !== null && since > resetsAt - 31 * day ? since : null;
  const planned = window.per === "rolling-day" || resetsAt === null ? whole : spareOf(
    window.amount,
    first === null && since !== null ? monthDays : (resetsAt - (first ?? now)) / day,
  );
  const isFull = wanted.depth === "full";
  const history = (of: number) => {
    if (!misses) return 0;
    // Where not even the day's own data are paid for, nothing is bought sooner than it must be.
    if (isRationed) return of;
    if (wanted.spareQuota === "keep") return isFull ? of : 0;
    return of * historyShare;
  };
  return {
    allowance,
    window,
    needPerDay,
    perDay: window.per === "rolling-day" ? window.amount : window.amount / monthDays,
    historyPerDay: history(Math.min(spare, planned)),
    laterHistoryPerDay: history(whole),
    freshPerDay: isRationed || wanted.spareQuota === "keep"
      ? 0
      : Math.max(0, spare - history(Math.min(spare, planned))),
    repeatsPerDay: (window.per === "rolling-day" ? window.amount : window.amount / monthDays) *
      repeatShare,
    resetsAt,
  };
}

/**
 * Spreads requests over what would be fresher with them, by worth, none more often than values come; what
 * one does not need goes to the others.
 */
function spread<T extends { weight: number; most: number; cost: number }>(
  candidates: readonly T[],
  perDay: number,
): (T & { count: number })[] {
  let rest = perDay;
  let open = [...candidates];
  const done: (T & { count: number })[] = [];
  while (open.length > 0) {
    const weights = open.reduce((sum, one) => sum + one.weight * one.cost, 0);
    const rate = rest / weights;
    const full = open.filter((one) => rate * one.weight >= one.most);
    if (full.length === 0) {
      return [...done, ...open.map((one) => ({ ...one, count: rate * one.weight }))];
    }
    for (const one of full) {
      done.push({ ...one, count: one.most });
      rest -= one.most * one.cost;
    }
    open = open.filter((one) => !full.includes(one));
  }
  return done;
}

function activeSeconds(query: Query, site: SiteFacts, knowledge: Knowledge): number {
  const light = query.axis?.sleeps ? knowledge.daylight(site.siteId) : null;
  return light ? Math.max(hour, (light.to - light.from + 60) * 60) : day;
}

function spentSince(spent: readonly Spent[], since: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const one of spent) {
    // An hour of which the beginning lies before is over by now; a second of it is not worth an error.
    if (one.hour <= since) continue;
    const key = `${one.allowance} ${one.purpose}`;
    sums.set(key, (sums.get(key) ?? 0) + one.requests);
  }
  return sums;
}

/** Days between the runs of a timer, as far as the last ones show it. */
export function cadenceOf(lastRun: number | null, now: number): number {
  if (lastRun === null || lastRun > now) return 1;
  return Math.min(longestCadence, Math.max(1, Math.round((now - lastRun) / day)));
}
