import type { QuotaWindow } from "../source.ts";

/**
 * The rules of quota windows: pure functions of what was spent and of the time. Seconds are seconds since
 * 1970 in UTC. A spend counts from its whole second upwards, so it never frees early.
 *
 * The server counts a request when it arrives, and nobody here knows when that is: after it was sent, and
 * before its answer came. So it counts as of now while it is under way, and as of its answer from then on:
 * whichever minute the server counts in, no more arrive in it than were allowed.
 */
export interface Spend {
  /** By the clock when it was counted, or when it was answered. */
  readonly atSeconds: number;
  readonly amount: number;
  /** No answer has come: it may arrive at the server so many seconds later still. */
  readonly arrivesWithin?: number;
  /** When else it may have happened, where the clock went astray: see `countsAt`. */
  readonly orAtSeconds?: readonly number[];
}

/** How a window stands. */
export interface WindowUse {
  /** Requests that count now. */
  readonly used: number;
  /** Requests that are still allowed, never below 0. */
  readonly left: number;
  /** When at least so many are allowed; null: never. Now, where they already are. */
  freesAtSeconds(amount: number): number | null;
  /** When the window itself ends; null for one that slides. */
  readonly endsAtSeconds: number | null;
}

const slidingSeconds = { "rolling-day": 86_400, "minute": 60 } as const;

/** True where the window limits the allowance. */
export function appliesTo(window: QuotaWindow, allowance: string): boolean {
  return allowance.startsWith(window.allowance);
}

/** Readings of one clock in several processes differ by less. */
export const slackSeconds = 2;

/**
 * The second under which a spend counts at a moment: the latest at which it may have happened and which the
 * clock has reached, so that nothing frees early; the present where it has reached none.
 */
export function countsAt(spend: Spend, nowSeconds: number): number {
  const reached = [spend.atSeconds, ...spend.orAtSeconds ?? []]
    .filter((seconds) => seconds <= nowSeconds + slackSeconds);
  if (reached.length === 0) return Math.ceil(nowSeconds);
  const latest = Math.max(...reached);
  return Math.max(latest, Math.min(latest + (spend.arrivesWithin ?? 0), Math.ceil(nowSeconds)));
}

/** How a window stands at a moment; what lies in the future counts as `countsAt` says. */
export function useOf(
  window: QuotaWindow,
  spends: readonly Spend[],
  now: Temporal.Instant,
  billingDay: number,
): WindowUse {
  const nowSeconds = now.epochMilliseconds / 1000;
  const frees = freeing(window, now, billingDay);
  const counted = spends.map((spend) => ({ ...spend, atSeconds: countsAt(spend, nowSeconds) }))
    .filter((spend) => frees(spend.atSeconds) > nowSeconds);
  counted.sort((a, b) => a.atSeconds - b.atSeconds);
  const used = counted.reduce((sum, spend) => sum + spend.amount, 0);
  return {
    used,
    left: Math.max(0, window.amount - used),
    freesAtSeconds(amount) {
      if (amount > window.amount) return null;
      let stillUsed = used;
      if (stillUsed + amount <= window.amount) return nowSeconds;
      for (const spend of counted) {
        stillUsed -= spend.amount;
        if (stillUsed + amount <= window.amount) return frees(spend.atSeconds);
      }
      return null;
    },
    endsAtSeconds: window.per === "billing-month" ? frees(nowSeconds) : null,
  };
}

/** The second in which something spent at a given second no longer counts. */
export function freeing(
  window: QuotaWindow,
  now: Temporal.Instant,
  billingDay: number,
): (atSeconds: number) => number {
  if (window.per !== "billing-month") {
    const length = slidingSeconds[window.per];
    return (atSeconds) => atSeconds + length;
  }
  const start = billingMonthStart(now, billingDay);
  const end = billingMonthStart(
    Temporal.Instant.fromEpochMilliseconds((start + 32 * 86_400) * 1000),
    billingDay,
  );
  return (atSeconds) => atSeconds < start ? start : end;
}

/** The midnight, in UTC, with which the billing month of a moment began; a short month ends on its last day. */
function billingMonthStart(now: Temporal.Instant, billingDay: number): number {
  const today = now.toZonedDateTimeISO("UTC").toPlainDate();
  const startIn = (month: Temporal.PlainYearMonth) =>
    month.toPlainDate({ day: Math.min(billingDay, month.daysInMonth) });
  const month = today.toPlainYearMonth();
  const thisMonth = startIn(month);
  const start = Temporal.PlainDate.compare(thisMonth, today) <= 0
    ? thisMonth
    : startIn(month.subtract({ months: 1 }));
  return start.toZonedDateTime("UTC").epochMilliseconds / 1000;
}
