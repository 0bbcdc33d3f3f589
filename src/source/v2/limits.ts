import type { ServerCount } from "../http/quota.ts";
import type { Charge, QuotaWindow } from "../source.ts";

/** What one account may ask; every call costs one credit, whatever comes of it. */
export interface Limits {
  /** Credits in a billing month. */
  readonly monthly: number;
  /** Calls in a minute. */
  readonly minute: number;
}

/** Both limits belong to the credential, not to a site. */
export function quotaWindows({ monthly, minute }: Limits): readonly QuotaWindow[] {
  return [
    { allowance: "minute", amount: minute, per: "minute" },
    { allowance: "credits", amount: monthly, per: "billing-month" },
  ];
}

/** What any call costs. */
export const charges: readonly Charge[] = [
  { allowance: "minute", amount: 1 },
  { allowance: "credits", amount: 1 },
];

/** What of it lasts: a minute passes by itself, what is worth knowing is the month. */
export const chargesOfMonth: readonly Charge[] = charges.filter((one) =>
  one.allowance !== "minute"
);

/** No plan allows as many calls in a minute: who names more means something else. */
const highestMinuteLimit = 10_000;

/**
 * The calls that the server has counted in this minute and how many it allows, as each of its answers says.
 * Null where it says nothing that can be true.
 */
export function callsOfMinute(headers: Headers): ServerCount | null {
  const limit = wholeNumber(headers.get("x-ratelimit-limit-minute"));
  const left = wholeNumber(headers.get("x-ratelimit-remaining-minute"));
  if (limit === null || limit < 1 || limit > highestMinuteLimit) return null;
  if (left === null || left > limit) return null;
  return { allowance: "minute", used: limit - left, limit, spends: ["minute", "credits"] };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}

/**
 * For an answer 429: whether the month's credits are spent, which no wait within a run can help. The server
 * shows it by what is missing: calls of this minute are left, and it names no time to come back.
 */
export function monthIsSpent(headers: Headers): boolean {
  const left = wholeNumber(headers.get("x-ratelimit-remaining-minute"));
  return left !== null && left > 0 && left <= highestMinuteLimit && !headers.has("retry-after");
}
