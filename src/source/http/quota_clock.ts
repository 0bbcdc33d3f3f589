import type { QuotaWindow } from "../source.ts";
import { countsAt, freeing, slackSeconds, type Spend } from "./quota_window.ts";

/**
 * The rules for a clock that goes astray: a machine without a clock of its own starts in 1970 or in the year of
 * its build, another one in 2036. Nobody knows from one reading whether it or the readings before it are wrong,
 * so nothing is decided: a spend keeps every second at which it may have happened, and the window asks again at
 * each moment. Pure functions.
 */

/** Seconds that one spend keeps at the most. */
const mostReadings = 10;

/** Of the later readings of each clock that went astray the newest is kept, of so many at the most. */
const mostClocks = 6;

const daySeconds = 86_400;

/** How far apart two groups of readings are taken for those of two clocks, or of one that has jumped. */
const gapSeconds = 2 * daySeconds;

/**
 * The spends; those of the future with the seconds at which they may have happened, since by now they have:
 * the present, or as late as others that were counted by a later reading than the present and an earlier one
 * than theirs. Gives the same list where there are none.
 */
export function withPresent(
  spends: readonly Spend[],
  now: Temporal.Instant,
): readonly Spend[] {
  const nowSeconds = Math.ceil(now.epochMilliseconds / 1000);
  const isOfFuture = ({ atSeconds, orAtSeconds = [] }: Spend) =>
    [atSeconds, ...orAtSeconds].every((one) => one > nowSeconds + slackSeconds);
  if (!spends.some(isOfFuture)) return spends;
  const later = laterReadings(spends, nowSeconds);
  return spends.map((spend) => {
    if (!isOfFuture(spend)) return spend;
    const known = spend.orAtSeconds ?? [];
    const others = later.filter((one) => one < spend.atSeconds && !known.includes(one));
    const orAtSeconds = [...known, nowSeconds, ...others].slice(0, mostReadings - 1);
    return { ...spend, orAtSeconds };
  });
}

/**
 * A spend of now that arrives within so many seconds. Where others were counted by a later reading, it came
 * after them, and counts as late as they do once the clock is back at that time.
 */
export function spendNow(
  earlier: readonly Spend[],
  now: Temporal.Instant,
  amount: number,
  arrivesWithin: number,
): Spend {
  const atSeconds = Math.ceil(now.epochMilliseconds / 1000);
  const orAtSeconds = laterReadings(earlier, atSeconds);
  return {
    atSeconds,
    amount,
    ...(arrivesWithin > 0 ? { arrivesWithin } : {}),
    ...(orAtSeconds.length > 0 ? { orAtSeconds } : {}),
  };
}

/** The newest reading of each clock by which something was counted later than now. */
function laterReadings(spends: readonly Spend[], nowSeconds: number): number[] {
  const later = spends.map((spend) => spend.atSeconds)
    .filter((seconds) => seconds > nowSeconds + slackSeconds)
    .sort((a, b) => b - a);
  return later.filter((seconds, n) => n === 0 || later[n - 1]! - seconds > gapSeconds)
    .slice(0, mostClocks);
}

/** How long a window that has passed by is kept, so that a clock that jumped ahead does not wipe it out for good. */
const keptSeconds = { "billing-month": 7 * daySeconds, "rolling-day": daySeconds, "minute": 0 };

/** The same for what was also counted by a later reading than now: one of the two clocks was wrong. */
const doubtfulSeconds = {
  "billing-month": 40 * daySeconds,
  "rolling-day": 7 * daySeconds,
  "minute": 0,
};

/**
 * The spends that count in one of the windows now, or still did at the last time that was seen a while ago. A
 * clock that jumps years ahead has seen nothing between then and now, so what counted then stays.
 * `seen`: when other things were counted, see `seenBy`.
 */
export function worthKeeping(
  windows: readonly QuotaWindow[],
  spends: readonly Spend[],
  seen: Seen,
  now: Temporal.Instant,
  billingDay: number,
): Spend[] {
  const nowSeconds = now.epochMilliseconds / 1000;
  const isDoubtful = ({ atSeconds, orAtSeconds = [] }: Spend) =>
    Math.max(atSeconds, ...orAtSeconds) > nowSeconds + slackSeconds;
  const rules: ((spend: Spend) => boolean)[] = [];
  for (const window of windows) {
    const counts = (moment: number) => {
      const frees = freeing(window, instantAt(moment), billingDay);
      return (spend: Spend) => frees(countsAt(spend, moment)) > moment;
    };
    rules.push(counts(nowSeconds));
    if (keptSeconds[window.per] === 0) continue;
    const countedBefore = (seconds: number) => {
      const moments = [seen.surely, seen.perhaps].map((one) =>
        newestBefore(nowSeconds - seconds, one)
      );
      const counted = moments.map((one) => one === null ? () => true : counts(one));
      return (spend: Spend) => counted.some((one) => one(spend));
    };
    const sure = countedBefore(keptSeconds[window.per]);
    const doubtful = countedBefore(doubtfulSeconds[window.per]);
    rules.push((spend) => isDoubtful(spend) ? doubtful(spend) : sure(spend));
  }
  return spends.filter((spend) => rules.some((rule) => rule(spend)));
}

/** The times that have come: by the earliest and by the latest second at which each spend may have happened. */
export interface Seen {
  readonly surely: readonly number[];
  readonly perhaps: readonly number[];
}

/** What spends say about the times that have come. */
export function seenBy(spends: readonly Spend[]): Seen {
  const all = spends.map(({ atSeconds, orAtSeconds = [] }) => [atSeconds, ...orAtSeconds]);
  return { surely: all.map((one) => Math.min(...one)), perhaps: all.flat() };
}

/** The newest of some seconds up to one; null where there is none. */
export function newestBefore(limit: number, seconds: readonly number[]): number | null {
  let newest: number | null = null;
  for (const one of seconds) if (one <= limit && one > (newest ?? -1)) newest = one;
  return newest;
}

function instantAt(seconds: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(seconds * 1000));
}
