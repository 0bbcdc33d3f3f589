import type { QuotaWindow } from "../source.ts";
import type { Account } from "./quota_ledger.ts";
import { appliesTo } from "./quota_window.ts";

/** A header that speaks of others' calls is believed up to this part of a month, from one minute. */
const partOfMonth = 20;
const leastCalls = 10;

/**
 * The most calls of a minute that an answer can make us believe in: what a minute allows, and no more than a
 * twentieth of a month that they draw on.
 */
export function mostCalls(
  windows: readonly QuotaWindow[],
  allowance: string,
  spends: readonly string[],
): number {
  const minute = windows.filter((one) => one.per === "minute" && appliesTo(one, allowance))
    .map((one) => one.amount);
  const month = windows
    .filter((one) => one.per === "billing-month" && spends.some((name) => appliesTo(one, name)))
    .map((one) => Math.max(leastCalls, Math.floor(one.amount / partOfMonth)));
  return Math.min(...minute, ...month);
}

/** The account with the server's own limit of a minute, which a paid plan may have raised. */
export function withMinuteLimit(account: Account, allowance: string, limit: number): Account {
  const windows = account.windows.map((one) =>
    one.per === "minute" && appliesTo(one, allowance) ? { ...one, amount: limit } : one
  );
  return { ...account, windows };
}
