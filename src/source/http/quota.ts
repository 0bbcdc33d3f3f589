import type { Charge, QuotaWindow, Remaining } from "../source.ts";
import type { Clock } from "../../model/clock.ts";
import { createQuotaFile } from "./quota_file.ts";
import { type Account, instantOf, isLater, ledgerOf, perBucket } from "./quota_ledger.ts";
import type { QuotaRecord } from "./quota_record.ts";
import { mostCalls, withMinuteLimit } from "./server_hints.ts";
import { dayOf, mayAskToday, nextDay } from "./refused_month.ts";

/** What came of asking for quota: counted, or refused with the allowance that is spent. */
export type Spending =
  | { readonly granted: true; readonly left: Remaining; readonly receipt: Receipt }
  | {
    readonly granted: false;
    readonly allowance: string;
    readonly window: QuotaWindow;
    /** Null: never. */
    readonly freesAt: Temporal.Instant | null;
    /** Our count has some left, but the server calls the month spent; ours ends then. */
    readonly refusedUntil?: Temporal.Instant;
  };

/** What had been counted when a request was, itself included: to hold against the server's count later. */
export interface Receipt {
  used(allowance: string): number;
  /** Requests that this process had counted. */
  readonly counted: number;
  readonly charges: readonly Charge[];
  /** The one request of a day by which is found out whether the server still calls the month spent. */
  readonly isTrial: boolean;
}

/** The quota of one credential, as all processes that use the file have spent it. */
export interface Quota {
  /** Counts the charges if every window of every allowance allows them, else counts nothing. Throws StateFileError. */
  spend(charges: readonly Charge[]): Promise<Spending>;
  /**
   * The request is over, answered or not: until now it counted as under way, and from now on as of this moment,
   * since nobody knows when it arrived. Throws StateFileError.
   */
  isOver(receipt: Receipt): Promise<void>;
  /** Takes back what was counted for a request that did not leave this machine. Throws StateFileError. */
  giveBack(receipt: Receipt): Promise<void>;
  /** What is left for such charges. Throws StateFileError. */
  remaining(charges: readonly Charge[]): Promise<Remaining>;
  /**
   * Counts the calls that the server knows of and this file does not: other programs have made them. Gives
   * their number, which is never more than a minute allows, nor more than a small part of a month: one odd
   * answer must not spend it. Adopts the server's own limit of a minute. The receipt is that of the request
   * whose answer brought it. Throws StateFileError.
   */
  learn(count: ServerCount, receipt: Receipt): Promise<number>;
  /**
   * The server calls the month spent: from now on one request a day draws on it, until `monthIsAnswered`.
   * Throws StateFileError.
   */
  monthIsRefused(): Promise<void>;
  /**
   * The server answers again. Gives the end of the month by our count where the server had called that very
   * month spent: then ours and the server's begin on different days. Throws StateFileError.
   */
  monthIsAnswered(): Promise<Temporal.Instant | null>;
}

/** What the server says of the calls made in the window of an allowance, ours included. */
export interface ServerCount {
  readonly allowance: string;
  readonly used: number;
  /** How many calls the server allows in a minute, where it says: adopted in place of the setting. */
  readonly limit?: number;
  /** The allowances of which each of those calls has spent one. */
  readonly spends: readonly string[];
}

/** Reads the server's own count from the headers of an answer, where it has one. */
export type ReadServerCount = (headers: Headers) => ServerCount | null;

/** Whose quota it is, what it allows and where it is counted. */
export interface QuotaOptions {
  readonly path: string;
  /** Stands for the credential in the file: `quotaOwner(key)`. */
  readonly owner: string;
  readonly windows: readonly QuotaWindow[];
  /** Day of the month on which `billing-month` windows begin, at midnight UTC; default 1. */
  readonly billingDay?: number;
  /** How long a request is under way at the most, for one whose program dies meanwhile; 0 by default. */
  readonly timeoutSeconds?: number;
  readonly clock: Clock;
  /** Called once when the file was damaged, with what became of the count. */
  readonly onDamage?: (text: string) => void;
  /** Called inside the critical section, before the new count is in place; lets a test stop there. */
  readonly beforeCommit?: () => void | Promise<void>;
}

/** The quota of one credential, counted in a file that processes share. */
export function openQuota(options: QuotaOptions): Quota {
  const { owner, clock } = options;
  let account: Account = {
    owner,
    windows: options.windows,
    billingDay: options.billingDay ?? 1,
  };
  const file = createQuotaFile(options);
  const arrivesWithin = Math.ceil(options.timeoutSeconds ?? 0);
  /** By this process, without what was given back. */
  let counted = 0;
  /** The requests of this process that are not over, and the second under which each stands. */
  const underWay = new Map<Receipt, number>();

  /** A request that takes longer than any may, because the machine slept meanwhile, is still under way. */
  function keepCounting(record: QuotaRecord): boolean {
    const now = clock.now();
    const late = [...underWay].filter(([, atSeconds]) =>
      atSeconds + arrivesWithin < now.epochMilliseconds / 1000
    );
    const ledger = ledgerOf(record, account, now);
    for (const [receipt, atSeconds] of late) {
      const at = ledger.moveToNow(receipt.charges, atSeconds, { underWay: true });
      underWay.set(receipt, at);
    }
    return late.length > 0;
  }

  function spend(record: QuotaRecord, given: readonly Charge[]): Spending {
    const now = clock.now();
    const charges = perBucket(given);
    const ledger = ledgerOf(record, account, now);
    let refused: Extract<Spending, { granted: false }> | null = null;
    for (const charge of charges) {
      for (const { window, use } of ledger.uses(charge)) {
        if (use.left >= charge.amount) continue;
        const freesAt = instantOf(use.freesAtSeconds(charge.amount));
        if (refused && !isLater(freesAt, refused.freesAt)) continue;
        refused = { granted: false, allowance: charge.allowance, window, freesAt };
      }
    }
    if (refused) return refused;
    const month = ledger.monthOf(charges);
    const refusal = month && record.refusals[owner];
    if (refusal && !mayAskToday(refusal, now)) {
      const { allowance, window } = month;
      const refusedUntil = month.end;
      return { granted: false, allowance, window, freesAt: nextDay(now), refusedUntil };
    }
    if (refusal) record.refusals[owner] = { ...refusal, askedOn: dayOf(now) };
    const atSeconds = ledger.count(charges, arrivesWithin);
    ledger.sweep();
    const used = new Map(charges.map(({ allowance }) => [allowance, ledger.used(allowance)]));
    const receipt = {
      used: (allowance: string) => used.get(allowance) ?? 0,
      counted: ++counted,
      charges,
      isTrial: Boolean(refusal),
    };
    underWay.set(receipt, atSeconds);
    return { granted: true, left: ledger.left(charges), receipt };
  }

  function left(record: QuotaRecord, charges: readonly Charge[]): Remaining {
    const now = clock.now();
    const ledger = ledgerOf(record, account, now);
    const all = ledger.left(charges);
    const refusal = ledger.monthOf(charges) && record.refusals[owner];
    if (!refusal) return all;
    const today = Math.min(mayAskToday(refusal, now) ? 1 : 0, all.requests);
    return { ...all, requests: today, freesAt: today < all.requests ? nextDay(now) : all.freesAt };
  }

  return {
    spend: (charges) =>
      file.change((record) => {
        const isMoved = keepCounting(record);
        const isSettled = ledgerOf(record, account, clock.now()).settle(charges);
        const result = spend(record, charges);
        return { result, changed: isMoved || isSettled || result.granted };
      }),
    isOver: (receipt) =>
      file.change((record) => {
        const atSeconds = underWay.get(receipt);
        if (atSeconds === undefined) return { result: undefined, changed: false };
        underWay.delete(receipt);
        const ledger = ledgerOf(record, account, clock.now());
        ledger.moveToNow(receipt.charges, atSeconds, { underWay: false });
        return { result: undefined, changed: true };
      }),
    giveBack: (receipt) =>
      file.change((record) => {
        const atSeconds = underWay.get(receipt);
        if (atSeconds === undefined) return { result: undefined, changed: false };
        underWay.delete(receipt);
        counted--;
        ledgerOf(record, account, clock.now()).giveBack(receipt.charges, atSeconds);
        return { result: undefined, changed: true };
      }),
    remaining: (charges) => file.read((record) => left(record, perBucket(charges))),
    async learn({ allowance, used: stated, limit, spends }, receipt) {
      const used = Math.min(stated, mostCalls(account.windows, allowance, spends));
      if (limit !== undefined) account = withMinuteLimit(account, allowance, limit);
      // All that the server has counted of ours was counted here before: by the time of the request, by this
      // process since, or by another one. An answer takes a while, and the window moves on meanwhile.
      const unknown = (record: QuotaRecord) => {
        const ours = receipt.used(allowance) + counted - receipt.counted;
        const ledger = ledgerOf(record, account, clock.now());
        return Math.max(0, used - Math.max(ours, ledger.used(allowance)));
      };
      if (await file.read(unknown) === 0) return 0;
      return await file.change((record) => {
        const amount = unknown(record);
        const charges = spends.map((one) => ({ allowance: one, amount }));
        if (amount > 0) ledgerOf(record, account, clock.now()).count(charges);
        return { result: amount, changed: amount > 0 };
      });
    },
    monthIsRefused: () =>
      file.change((record) => {
        const now = clock.now();
        const sinceSeconds = Math.floor(now.epochMilliseconds / 1000);
        record.refusals[owner] = { sinceSeconds, askedOn: dayOf(now) };
        return { result: undefined, changed: true };
      }),
    monthIsAnswered: () =>
      file.change((record) => {
        const refusal = record.refusals[owner];
        if (!refusal) return { result: null, changed: false };
        delete record.refusals[owner];
        const ledger = ledgerOf(record, account, clock.now());
        return { result: ledger.endOfSameMonth(refusal.sinceSeconds), changed: true };
      }),
  };
}
