import type { Known } from "../model/harvest.ts";
import type { PlannedRequest, Query, QuotaWindow, Remaining } from "../source/source.ts";
import { arrange, brings, devicesFor } from "./knowledge.ts";
import type { Wanted } from "./wanted.ts";

/** The share of a day's quota that history leaves for what is due: explicit full syncs take more. */
const reserveShare = { full: 0.2, recent: 0.5 } as const;

/** Days of a billing month, on average. */
const monthDays = 30.5;
/** What is due comes in lumps, and holes are asked for again: so many days' need is kept beyond the month's. */
const keptDays = 2;

/** What decides whether quota is spare. */
export interface SpareFacts {
  readonly left: Remaining;
  readonly window: QuotaWindow | undefined;
  /** Requests a day that a complete harvest needs at the least. */
  readonly needPerDay: number;
  readonly wanted: Pick<Wanted, "depth" | "spareQuota">;
  readonly now: Temporal.Instant;
}

/**
 * Whether a request that could wait may be sent. Of a day's window, history leaves a share. Of a month's,
 * what is due until its end is set aside and the rest is spread evenly over its days: of each day's part,
 * freshness may take all, history half (all of it when a full sync asks for it).
 */
export function maySpend(necessity: "fresh" | "history", facts: SpareFacts): boolean {
  const { left, window, wanted, now } = facts;
  const isFull = necessity === "history" && wanted.depth === "full";
  if (wanted.spareQuota === "keep" && !isFull) return false;
  if (window?.per !== "billing-month") {
    return left.requests > left.limit * reserveShare[wanted.depth];
  }
  const end = left.resetsAt ?? now.add({ hours: 24 * 30 });
  const daysLeft = Math.max(0, (end.epochMilliseconds - now.epochMilliseconds) / 86_400_000);
  const sparePerDay = sparePerDayOf(left.limit, facts.needPerDay);
  const keepsToday = necessity === "fresh" || isFull ? 1 : 0.5;
  const setAside = facts.needPerDay * (daysLeft + keptDays) +
    sparePerDay * Math.max(0, daysLeft - keepsToday);
  return left.requests > setAside;
}

/**
 * Whether something was asked so lately that asking again would make it no fresher in the long run: as often as
 * this, a month's spare quota allows around the clock. So a timer that fires every few minutes does not spend
 * by dawn what was meant for the day.
 */
export function isTooSoon(
  lastAsked: Temporal.Instant | null,
  refreshes: number,
  { left, window, needPerDay, now }: SpareFacts,
): boolean {
  if (window?.per !== "billing-month" || lastAsked === null) return false;
  const rounds = sparePerDayOf(left.limit, needPerDay) / Math.max(1, refreshes);
  const seconds = (now.epochMilliseconds - lastAsked.epochMilliseconds) / 1000;
  return seconds * rounds < 86_400;
}

/** What a day of a billing month has left beside what is due. */
function sparePerDayOf(limit: number, needPerDay: number): number {
  return Math.max(0, (limit - needPerDay * keptDays) / monthDays - needPerDay);
}

/** What a day leaves for history at the least, as far as it can be known beforehand. */
export function historyPerDay(
  { per, amount }: QuotaWindow,
  depth: Wanted["depth"],
  needPerDay: number,
): number {
  switch (per) {
    case "rolling-day":
      return amount * (1 - reserveShare[depth]);
    case "billing-month":
      return sparePerDayOf(amount, needPerDay) * (depth === "full" ? 1 : 0.5);
    case "minute":
      return amount * 24 * 60;
  }
}

/** The window of quota that decides about waiting: minutes pass, days and months do not. */
export function longWindow(
  request: PlannedRequest,
  quota: readonly QuotaWindow[],
): QuotaWindow | undefined {
  const buckets = request.query.charges(request).map((one) => one.bucket);
  return quota.find((one) =>
    one.per !== "minute" && buckets.some((bucket) => bucket.startsWith(one.bucket))
  );
}

/** Requests a day that closed stretches and daily questions cost, for all sites that are known. */
export function needPerDay(known: Known, queries: readonly Query[], wanted: Wanted): number {
  const knowledge = arrange(known);
  const perDay = (query: Query): number => {
    switch (query.rhythm) {
      case "daily":
        return 1;
      case "weekly":
        return 1 / 7;
      case "when-closed":
        return Math.ceil(24 / query.axis!.maxHours!);
      case "always":
      case "on-change":
        return 0;
    }
  };
  const selected = queries.filter((one) => one.role || brings(one, wanted.dataTypes));
  const account = selected.filter((one) => one.scope === "account");
  const perSite = known.sites.flatMap((site) =>
    selected.filter((one) => one.scope !== "account").map((query) =>
      perDay(query) *
      (query.scope === "device" ? devicesFor(query, knowledge.devices(site.siteId)).length : 1) *
      (knowledge.mark(site.siteId, query.series, "")?.unavailableSince ? 0 : 1) *
      (query.yieldsToMeter && site.productionMetered ? 0 : 1)
    )
  );
  return [...account.map(perDay), ...perSite].reduce((sum, one) => sum + one, 0);
}
