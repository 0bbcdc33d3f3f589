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
    { bucket: "minute", amount: minute, per: "minute" },
    { bucket: "credits", amount: monthly, per: "billing-month" },
  ];
}

/** What any call costs. */
export const charges: readonly Charge[] = [
  { bucket: "minute", amount: 1 },
  { bucket: "credits", amount: 1 },
];

/** The calls that the server has counted in this minute, as each of its answers tells. */
export function callsOfMinute(headers: Headers): ServerCount | null {
  const [limit, left] = ["limit", "remaining"].map((word) =>
    Number(headers.get(`x-ratelimit-${word}-minute`) ?? NaN)
  );
  const used = limit! - left!;
  return used >= 0 ? { bucket: "minute", used, spends: ["minute", "credits"] } : null;
}

/**
 * For an answer 429: whether the month's credits are spent, which no wait within a run can mend. The server
 * tells it by what is missing: calls of this minute are left, and it names no time to come back.
 */
export function monthIsSpent(headers: Headers): boolean {
  const left = headers.get("x-ratelimit-remaining-minute");
  return left !== null && Number(left) > 0 && !headers.has("retry-after");
}
