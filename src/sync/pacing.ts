import type { Purpose, SiteFacts, Spent } from "../model/harvest.ts";
import type { Query, QuotaWindow, Remaining } from "../source/source.ts";
import { followersOf, isFollowing } from "./follow.ts";
import { brings, devicesFor, type Knowledge } from "./knowledge.ts";
import type { Wanted } from "./wanted.ts";

/**
 * The one pacing rule, for every source and timer. Of each allowance (a day's of a site, a month's of an
 * account) what the sites need at the least comes first. The rest is spare: while history is wanted, half of it buys
 * history, the other half freshness. So no purpose can spend what another one needs, whatever the timer, and
 * the day on which history will be complete follows. Times in epoch seconds.
 */

const hour = 3600;
const day = 24 * hour;
/** Days of a billing month, on average. */
const monthDays = 30.5;
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
export interface PacingFacts {
  readonly knowledge: Knowledge;
  readonly queries: readonly Query[];
  readonly quota: readonly QuotaWindow[];
  readonly wanted: Pick<Wanted, "depth" | "spareQuota" | "dataTypes">;
  readonly sites: readonly SiteFacts[];
  readonly now: number;
  /** What is left of each billing month, by the bucket of its window. */
  readonly left: ReadonlyMap<string, Remaining>;
  /** True where a site still misses history that is wanted. */
  readonly misses: (site: SiteFacts) => boolean;
  /** Width of a request of a query now, in seconds. */
  readonly widthOf: (query: Query) => number;
  /** Days between the runs of this timer, 1 at the least. */
  readonly cadence: number;
  /** When the first run took place; null: this is it. */
  readonly since: number | null;
}

/** What one allowance pays for. */
export interface Share {
  readonly bucket: string;
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

/** What a plan pays for that cannot pay for everything. */
export interface Rationed {
  readonly neededPerMonth: number;
  readonly limitPerMonth: number;
  /** Days between two requests for the energy of days. */
  readonly coarseDays: number;
  /** Sites that get finer data too. */
  readonly fineSites: number;
  readonly sites: number;
}

/** Works the rule out. Pure. */
export function paceOf(facts: PacingFacts): Pace {
  const { knowledge, quota, wanted, sites, now } = facts;
  const queries = facts.queries.filter((one) =>
    one.leastDays !== null && (one.role || brings(one, wanted.dataTypes))
  );
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
      for (const { bucket, amount } of longCharges(query, site, quota)) {
        needs.set(bucket, (needs.get(bucket) ?? 0) + need * amount);
        if (site && !misses.get(bucket)) misses.set(bucket, facts.misses(site));
        if (site && query.worth && !isGone(query, site, knowledge) && need > 0) {
          const seconds = activeSeconds(query, site, knowledge);
          const list = candidates.get(bucket) ?? [];
          candidates.set(bucket, list);
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
  for (const [bucket, needPerDay] of needs) {
    const window = windowOf(bucket, quota)!;
    const share = shareOf(bucket, window, needPerDay, misses.get(bucket) ?? false, facts);
    shares.set(bucket, share);
    for (const { query, site, count } of spread(candidates.get(bucket) ?? [], share.freshPerDay)) {
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
        .flatMap(({ bucket }) => shares.get(bucket) ?? []),
    freshEvery: (query, siteId) => every.get(`${paced(query, siteId).name} ${siteId}`) ?? Infinity,
    leastDays: ration.leastDays,
    pays: (query, siteId) => ration.pays(paced(query, siteId), siteId),
    allowed(share, purpose) {
      const used = spent.get(`${share.bucket} ${purpose}`) ?? 0;
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

/**
 * Which query a request counts as: an answer that brings the rows of another query too is worth what that one
 * is worth, and the other costs nothing.
 */
type PacedAs = (query: Query, siteId: number) => Query;

function pacedAs(facts: PacingFacts, queries: readonly Query[]): PacedAs {
  const followers = new Map(queries.map((one) => [one, followersOf(one, queries)]));
  const context = { ...facts, queries };
  return (query, siteId) =>
    followers.get(query)?.find((one) => isFollowing(one, siteId, context)) ?? query;
}

/** What an allowance has for each purpose on a day. */
function shareOf(
  bucket: string,
  window: QuotaWindow,
  needPerDay: number,
  misses: boolean,
  { wanted, now, left: leftOf, since }: PacingFacts,
): Share {
  const left = leftOf.get(window.bucket);
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
    if (wanted.spareQuota === "keep") return isFull ? of : 0;
    return of * historyShare;
  };
  return {
    bucket,
    window,
    needPerDay,
    perDay: window.per === "rolling-day" ? window.amount : window.amount / monthDays,
    historyPerDay: history(Math.min(spare, planned)),
    laterHistoryPerDay: history(whole),
    freshPerDay: wanted.spareQuota === "keep"
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

/** Requests a day that a query of a site needs at the least. */
function needOf(
  query: Query,
  site: SiteFacts | null,
  facts: PacingFacts,
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

function devicesOf(query: Query, site: SiteFacts, knowledge: Knowledge): number {
  return devicesFor(query, knowledge.devices(site.siteId)).length;
}

function isGone(query: Query, site: SiteFacts, knowledge: Knowledge): boolean {
  return isGoneSeries(query.series, site, knowledge);
}

/** Whether a series was found not available at a site. */
export function isGoneSeries(series: string, site: SiteFacts, knowledge: Knowledge): boolean {
  return !!knowledge.mark(site.siteId, series)?.unavailableSince;
}

function activeSeconds(query: Query, site: SiteFacts, knowledge: Knowledge): number {
  const light = query.axis?.sleeps ? knowledge.daylight(site.siteId) : null;
  return light ? Math.max(hour, (light.to - light.from + 60) * 60) : day;
}

interface Ration {
  leastDays(query: Query): number;
  pays(query: Query, siteId: number): boolean;
  readonly rationed: Rationed | null;
}

/**
 * Where a month's allowance cannot pay what all sites need, tier by tier: what fits is paid for every site;
 * the first tier that does not is asked as seldom as it must be if it is the energy of days, else for as many
 * sites as fit; finer tiers are left out.
 */
function rationing(facts: PacingFacts, queries: readonly Query[], paced: PacedAs): Ration {
  const { quota, sites } = facts;
  const window = quota.find((one) => one.per === "billing-month");
  const plain: Ration = {
    leastDays: (query) => query.leastDays ?? Infinity,
    pays: () => true,
    rationed: null,
  };
  if (!window || sites.length < 2) return plain;
  const perDay = window.amount / monthDays;
  const cost = (query: Query, some: readonly SiteFacts[]) =>
    query.scope === "account"
      ? 1 / query.leastDays!
      : some.filter((one) => paced(query, one.siteId) === query)
        .reduce((sum, site) => sum + needOf(query, site, facts, query.leastDays!), 0);
  const tiers = [...Map.groupBy(queries, (one) => one.tier)].sort(([a], [b]) => a - b);
  const whole = queries.reduce((sum, one) => sum + cost(one, sites), 0);
  if (whole <= perDay * 0.97) return plain;
  let rest = perDay * 0.97;
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
    },
  };
}

/** What a request spends that does not come back within minutes. */
export function longCharges(query: Query, site: SiteFacts | null, quota: readonly QuotaWindow[]) {
  return query.charges({ sites: site ? [site] : [] }).filter(({ bucket }) =>
    windowOf(bucket, quota) !== null
  );
}

function windowOf(bucket: string, quota: readonly QuotaWindow[]): QuotaWindow | null {
  return quota.find((one) => one.per !== "minute" && bucket.startsWith(one.bucket)) ?? null;
}

function spentSince(spent: readonly Spent[], since: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const one of spent) {
    // An hour of which the beginning lies before is over by now; a second of it is not worth an error.
    if (one.hour <= since) continue;
    const key = `${one.bucket} ${one.purpose}`;
    sums.set(key, (sums.get(key) ?? 0) + one.requests);
  }
  return sums;
}

/** Days between the runs of a timer, as far as the last ones tell. */
export function cadenceOf(lastRun: number | null, now: number): number {
  if (lastRun === null || lastRun > now) return 1;
  return Math.min(longestCadence, Math.max(1, Math.round((now - lastRun) / day)));
}

/** When history will be complete. */
export interface Forecast {
  readonly requests: number;
  /** Null: complete, or nothing is left for it at this pace (`isStuck`). */
  readonly completeOn: Temporal.PlainDate | null;
  readonly isStuck: boolean;
}

/** The day on which the rule will have asked for so many requests of each allowance. */
export function forecast(
  remaining: ReadonlyMap<string, number>,
  pace: Pick<Pace, "shares" | "allowed">,
  { now, cadence, requests }: {
    readonly now: number;
    readonly cadence: number;
    readonly requests: number;
  },
): Forecast {
  let latest = 0;
  for (const [bucket, amount] of remaining) {
    const share = pace.shares.get(bucket);
    if (!share || amount <= 0) continue;
    const days = daysFor(amount, share, Math.max(0, pace.allowed(share, "history")), now, cadence);
    if (days === null) return { requests, completeOn: null, isStuck: true };
    latest = Math.max(latest, days);
  }
  if (requests === 0) return { requests: 0, completeOn: null, isStuck: false };
  const today = Temporal.Instant.fromEpochMilliseconds(now * 1000).toZonedDateTimeISO("UTC")
    .toPlainDate();
  return { requests, completeOn: today.add({ days: Math.ceil(latest) }), isStuck: false };
}

function daysFor(
  amount: number,
  share: Share,
  today: number,
  now: number,
  cadence: number,
): number | null {
  let rest = amount - today;
  if (rest <= 0) return 0;
  // An allowance of a day does not grow while nobody runs.
  const isRolling = share.window.per === "rolling-day";
  const untilReset = share.resetsAt === null ? Infinity : Math.max(0, (share.resetsAt - now) / day);
  // Requests are whole: what is left of one is no request today.
  const whole = (perDay: number) => perDay < 1 ? perDay : Math.floor(perDay);
  const early = whole(share.historyPerDay) / (isRolling ? cadence : 1);
  const possible = Number.isFinite(untilReset) ? early * Math.floor(untilReset) : Infinity;
  if (early > 0 && rest <= possible) return Math.ceil(rest / early);
  if (!Number.isFinite(untilReset)) return early > 0 ? Math.ceil(rest / early) : null;
  rest -= early > 0 ? possible : 0;
  const late = whole(share.laterHistoryPerDay) / (isRolling ? cadence : 1);
  return late > 0 ? untilReset + Math.ceil(rest / late) : null;
}
