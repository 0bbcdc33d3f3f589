import type { Pace, Share } from "./pacing.ts";

const day = 86_400;

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
  for (const [allowance, amount] of remaining) {
    const share = pace.shares.get(allowance);
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
  // Requests are whole: of a rolling day what is left of one is lost; a month has it for the next day.
  const whole = (perDay: number) => perDay < 1 || !isRolling ? perDay : Math.floor(perDay);
  const early = whole(share.historyPerDay) / (isRolling ? cadence : 1);
  const possible = Number.isFinite(untilReset) ? early * Math.floor(untilReset) : Infinity;
  if (early > 0 && rest <= possible) return Math.ceil(rest / early);
  if (!Number.isFinite(untilReset)) return early > 0 ? Math.ceil(rest / early) : null;
  rest -= early > 0 ? possible : 0;
  const late = whole(share.laterHistoryPerDay) / (isRolling ? cadence : 1);
  return late > 0 ? untilReset + Math.ceil(rest / late) : null;
}
