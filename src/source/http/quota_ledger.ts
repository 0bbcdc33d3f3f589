import { compareInstants } from "../../model/interval.ts";
import type { Charge, QuotaWindow, Remaining } from "../source.ts";
import { type QuotaRecord, readSpends, writeSpends } from "./quota_record.ts";
import {
  newestBefore,
  type Seen,
  seenBy,
  spendNow,
  withPresent,
  worthKeeping,
} from "./quota_clock.ts";
import { appliesTo, type Spend, useOf, type WindowUse } from "./quota_window.ts";

/** Whose spends are looked at, and what limits them. */
export interface Account {
  readonly owner: string;
  readonly windows: readonly QuotaWindow[];
  readonly billingDay: number;
}

/** A record as one account sees it at one moment; its methods read and change the record. */
export interface Ledger {
  /** How each window stands that limits the allowance of a charge. */
  uses(charge: Charge): { readonly window: QuotaWindow; readonly use: WindowUse }[];
  /** What is left for such charges, one an allowance. */
  left(charges: readonly Charge[]): Remaining;
  /** What counts in the fullest window of an allowance. */
  used(allowance: string): number;
  /** Counts the charges of what arrives within so many seconds; gives the second under which they stand. */
  count(charges: readonly Charge[], arrivesWithin?: number): number;
  /**
   * Counts as of now what `count` has counted in that second: the answer has come, or it is under way still.
   * Gives the second under which it stands now.
   */
  moveToNow(charges: readonly Charge[], atSeconds: number, options: { underWay: boolean }): number;
  /** Takes back what `count` has counted in that second. */
  giveBack(charges: readonly Charge[], atSeconds: number): void;
  /** The billing month that one of the charges draws on; null where none does. */
  monthOf(
    charges: readonly Charge[],
  ):
    | { readonly allowance: string; readonly window: QuotaWindow; readonly end: Temporal.Instant }
    | null;
  /** The end of the billing month where a second of the past lies in the same one as now. */
  endOfSameMonth(atSeconds: number): Temporal.Instant | null;
  /** Now and then removes what no longer counts, in allowances that nobody asks for any more too. */
  sweep(): void;
  /** Writes down that spends of the future have happened by now; true where there are any. */
  settle(charges: readonly Charge[]): boolean;
}

const daySeconds = 86_400;
const sweepEverySeconds = 3600;

/** Opens a record for an account. */
export function ledgerOf(record: QuotaRecord, account: Account, now: Temporal.Instant): Ledger {
  const { owner, windows, billingDay } = account;
  const windowsOf = (allowance: string) => windows.filter((window) => appliesTo(window, allowance));
  const endOf = (one: WindowUse) =>
    one.endsAtSeconds === null
      ? null
      : Temporal.Instant.fromEpochMilliseconds(one.endsAtSeconds * 1000);

  const ledger: Ledger = {
    uses({ allowance }) {
      const spends = readSpends(record.owners[owner]?.[allowance]);
      return windowsOf(allowance).map((window) => ({
        window,
        use: useOf(window, spends, now, billingDay),
      }));
    },
    left(charges) {
      let scarcest: Remaining = { requests: Infinity, limit: Infinity, freesAt: null };
      let resetsAt: Temporal.Instant | undefined;
      for (const charge of charges) {
        for (const { window, use } of ledger.uses(charge)) {
          const end = endOf(use);
          if (end && (!resetsAt || isLater(end, resetsAt))) resetsAt = end;
          const requests = Math.floor(use.left / charge.amount);
          if (requests >= scarcest.requests) continue;
          const limit = Math.floor(window.amount / charge.amount);
          const freesAt = requests < limit
            ? instantOf(use.freesAtSeconds((requests + 1) * charge.amount))
            : null;
          scarcest = { requests, limit, freesAt };
        }
      }
      return resetsAt ? { ...scarcest, resetsAt } : scarcest;
    },
    used: (allowance) =>
      Math.max(0, ...ledger.uses({ allowance, amount: 1 }).map(({ use }) => use.used)),
    count(charges, arrivesWithin = 0) {
      const atSeconds = Math.ceil(now.epochMilliseconds / 1000);
      const allowances = record.owners[owner] ??= {};
      for (const { allowance, amount } of charges) {
        const limits = windowsOf(allowance);
        if (limits.length === 0) continue;
        const all = readSpends(allowances[allowance]);
        const old = worthKeeping(limits, all, seenBy(all), now, billingDay);
        allowances[allowance] = writeSpends([...old, spendNow(old, now, amount, arrivesWithin)]);
      }
      return atSeconds;
    },
    moveToNow(charges, fromSeconds, { underWay }) {
      // A clock that was set back meanwhile frees nothing.
      const atSeconds = Math.max(fromSeconds, Math.ceil(now.epochMilliseconds / 1000));
      const allowances = record.owners[owner] ??= {};
      for (const { allowance, amount } of charges) {
        if (windowsOf(allowance).length === 0) continue;
        const spends = readSpends(allowances[allowance]);
        const then = spends.filter((one) => one.atSeconds === fromSeconds);
        const { taken, rest } = split(then, amount, fromSeconds);
        const moved = taken.map(({ arrivesWithin, ...spend }): Spend => ({
          ...spend,
          ...(underWay ? { arrivesWithin } : {}),
          atSeconds,
        }));
        // Another program may have swept it: it seemed to be long over.
        const missing = amount - taken.reduce((sum, one) => sum + one.amount, 0);
        if (missing > 0) moved.push({ atSeconds, amount: missing });
        const others = spends.filter((one) => one.atSeconds !== fromSeconds);
        allowances[allowance] = writeSpends([...others, ...rest, ...moved]);
      }
      return atSeconds;
    },
    giveBack(charges, atSeconds) {
      const allowances = record.owners[owner] ?? {};
      for (const { allowance, amount } of charges) {
        if (allowances[allowance] === undefined) continue;
        allowances[allowance] = writeSpends(
          split(readSpends(allowances[allowance]), amount, atSeconds).rest,
        );
      }
    },
    monthOf(charges) {
      for (const charge of charges) {
        for (const { window, use } of ledger.uses(charge)) {
          const end = endOf(use);
          if (end) return { allowance: charge.allowance, window, end };
        }
      }
      return null;
    },
    endOfSameMonth(atSeconds) {
      const month = windows.find((window) => window.per === "billing-month");
      if (!month) return null;
      const spend = { atSeconds, amount: 1 };
      const then = useOf(month, [spend], now, billingDay);
      return then.used > 0 ? endOf(then) : null;
    },
    sweep() {
      const nowSeconds = Math.floor(now.epochMilliseconds / 1000);
      if (Math.abs(nowSeconds - record.sweptAtSeconds) < sweepEverySeconds) return;
      record.sweptAtSeconds = nowSeconds;
      const texts = Object.values(record.owners).flatMap((allowances) => Object.values(allowances));
      const seen = seenBy(texts.flatMap((text) => readSpends(text)));
      for (const [name, allowances] of Object.entries(record.owners)) {
        for (const [allowance, text] of Object.entries(allowances)) {
          // The windows of others are not known here; none is longer than a month.
          const kept = name === owner
            ? worthKeeping(windowsOf(allowance), readSpends(text), seen, now, billingDay)
            : readSpends(text).filter((one) => isOfLastMonths(one, seen, nowSeconds));
          if (kept.length === 0) delete allowances[allowance];
          else allowances[allowance] = writeSpends(kept);
        }
        if (Object.keys(allowances).length === 0) delete record.owners[name];
      }
    },
    settle(charges) {
      let changed = false;
      const allowances = record.owners[owner] ?? {};
      for (const { allowance } of charges) {
        const spends = readSpends(allowances[allowance]);
        const settled = withPresent(spends, now);
        if (settled === spends) continue;
        allowances[allowance] = writeSpends(settled);
        changed = true;
      }
      return changed;
    },
  };
  return ledger;
}

/** One charge an allowance. */
export function perBucket(charges: readonly Charge[]): Charge[] {
  const sums = new Map<string, number>();
  for (const { allowance, amount } of charges) {
    sums.set(allowance, (sums.get(allowance) ?? 0) + amount);
  }
  return [...sums].map(([allowance, amount]) => ({ allowance, amount }));
}

/**
 * Takes an amount out of the spends: of that second, those without an answer first, or where it stands under
 * another one, of the newest.
 */
function split(spends: readonly Spend[], amount: number, atSeconds: number) {
  const [then, others] = [
    spends.filter((one) => one.atSeconds === atSeconds),
    spends.filter((one) => one.atSeconds !== atSeconds),
  ];
  const isOpen = (spend: Spend) => spend.arrivesWithin !== undefined;
  const order = [
    ...then.filter(isOpen),
    ...then.filter((one) => !isOpen(one)),
    ...others.reverse(),
  ];
  let open = amount;
  const [taken, rest]: [Spend[], Spend[]] = [[], []];
  for (const spend of order) {
    const part = Math.min(open, spend.amount);
    open -= part;
    if (part > 0) taken.push({ ...spend, amount: part });
    if (part < spend.amount) rest.push({ ...spend, amount: spend.amount - part });
  }
  return { taken, rest };
}

/** Two months before now, and before the last time that was seen a week ago: see `worthKeeping`. */
function isOfLastMonths(spend: Spend, seen: Seen, nowSeconds: number): boolean {
  const weekAgo = nowSeconds - 7 * daySeconds;
  const last = newestBefore(weekAgo, seen.surely) ?? 0;
  return spend.atSeconds > Math.min(nowSeconds, last) - 62 * daySeconds;
}

/** Null for null: never. */
export function instantOf(seconds: number | null): Temporal.Instant | null {
  return seconds === null
    ? null
    : Temporal.Instant.fromEpochMilliseconds(Math.ceil(seconds * 1000));
}

/** Null is never, and later than anything. */
export function isLater(a: Temporal.Instant | null, b: Temporal.Instant | null): boolean {
  if (a === null || b === null) return a === null && b !== null;
  return compareInstants(a, b) > 0;
}
