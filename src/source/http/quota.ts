import type { Charge, QuotaWindow, Remaining } from "../source.ts";
import type { Clock } from "../../model/clock.ts";
import type { Secret } from "../../model/secret.ts";
import { SourceError } from "../source_error.ts";
import { createQuotaFile } from "./quota_file.ts";
import { type QuotaRecord, readSpends, writeSpends } from "./quota_record.ts";
import { appliesTo, type Spend, standing, stillCounting } from "./quota_window.ts";
import type { Send } from "./send.ts";

/** What came of asking for quota: counted, or refused with the bucket that is spent. */
export type Spending =
  | { readonly granted: true; readonly left: Remaining; readonly receipt: Receipt }
  | {
    readonly granted: false;
    readonly bucket: string;
    readonly window: QuotaWindow;
    /** Null: never. */
    readonly freesAt: Temporal.Instant | null;
  };

/** What had been counted when a request was, itself included: to hold against the server's count later. */
export interface Receipt {
  used(bucket: string): number;
  /** Requests that this process had counted. */
  readonly counted: number;
}

/** The quota of one credential, as all processes that use the file have spent it. */
export interface Quota {
  /** Counts the charges if every window of every bucket allows them, else counts nothing. Throws StateFileError. */
  spend(charges: readonly Charge[]): Promise<Spending>;
  /** What is left for such charges. Throws StateFileError. */
  remaining(charges: readonly Charge[]): Promise<Remaining>;
  /**
   * Counts the calls that the server knows of and this file does not: other programs have made them. Gives
   * their number. The receipt is that of the request whose answer tells. Throws StateFileError.
   */
  learn(told: ServerCount, receipt: Receipt): Promise<number>;
}

/** What the server says of the calls made in the window of a bucket, ours included. */
export interface ServerCount {
  readonly bucket: string;
  readonly used: number;
  /** The buckets of which each of those calls has spent one. */
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
  readonly clock: Clock;
  /** Called inside the critical section, before the new count is in place; lets a test stop there. */
  readonly beforeCommit?: () => void | Promise<void>;
}

const daySeconds = 86_400;
const sweepEverySeconds = 3600;

/** The name under which a credential's quota is counted: a part of its SHA-256. */
export async function quotaOwner(credential: Secret): Promise<string> {
  const bytes = new TextEncoder().encode(`seh quota ${credential.reveal()}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.slice(0, 8).toHex();
}

/**
 * Spends the quota before each request, and refuses with a SourceError of kind `quota` when it is spent.
 * `onOthers` is told how many calls of other programs an answer has brought to light.
 */
export function withQuota(
  quota: Quota,
  send: Send,
  { readServerCount, onOthers }: {
    readonly readServerCount?: ReadServerCount;
    readonly onOthers?: (calls: number) => void;
  } = {},
): Send {
  return async (request) => {
    const spending = await quota.spend(request.charges);
    if (spending.granted) {
      const answer = await send(request);
      const told = readServerCount?.(answer.headers) ?? null;
      const others = told ? await quota.learn(told, spending.receipt) : 0;
      if (others > 0) onOthers?.(others);
      return { ...answer, left: spending.left };
    }
    const { bucket, window, freesAt } = spending;
    throw new SourceError({
      kind: "quota",
      endpoint: request.endpoint,
      detail: `the quota of ${window.amount} requests ${perWords[window.per]} is spent (${bucket})`,
      retryAt: freesAt ?? undefined,
    });
  };
}

const perWords = {
  "rolling-day": "in 24 hours",
  "minute": "a minute",
  "billing-month": "in a billing month",
} as const;

/** The quota of one credential, counted in a file that processes share. */
export function openQuota(options: QuotaOptions): Quota {
  const { owner, windows, clock } = options;
  const billingDay = options.billingDay ?? 1;
  const file = createQuotaFile(options);

  const standings = (record: QuotaRecord, charge: Charge, now: Temporal.Instant) => {
    const spends = readSpends(record.owners[owner]?.[charge.bucket])
      .map((spend) => notFarAhead(spend, now));
    return windows.filter((window) => appliesTo(window, charge.bucket)).map((window) => ({
      window,
      standing: standing(window, spends, now, billingDay),
    }));
  };

  const left = (record: QuotaRecord, charges: readonly Charge[], now: Temporal.Instant) => {
    let scarcest: Remaining = { requests: Infinity, limit: Infinity, freesAt: null };
    let resetsAt: Temporal.Instant | undefined;
    for (const charge of charges) {
      for (const { window, standing } of standings(record, charge, now)) {
        const end = instantOf(standing.endsAtSeconds);
        if (end && (!resetsAt || isLater(end, resetsAt))) resetsAt = end;
        const requests = Math.floor(standing.left / charge.amount);
        if (requests >= scarcest.requests) continue;
        const limit = Math.floor(window.amount / charge.amount);
        const freesAt = requests < limit
          ? instantOf(standing.freesAtSeconds((requests + 1) * charge.amount))
          : null;
        scarcest = { requests, limit, freesAt };
      }
    }
    return resetsAt ? { ...scarcest, resetsAt } : scarcest;
  };

  const usedOf = (record: QuotaRecord, bucket: string, now: Temporal.Instant) =>
    Math.max(
      0,
      ...standings(record, { bucket, amount: 1 }, now).map(({ standing }) => standing.used),
    );
  let counted = 0;

  const count = (record: QuotaRecord, charges: readonly Charge[], now: Temporal.Instant) => {
    const atSeconds = Math.ceil(now.epochMilliseconds / 1000);
    const buckets = record.owners[owner] ??= {};
    for (const { bucket, amount } of charges) {
      const limits = windows.filter((window) => appliesTo(window, bucket));
      if (limits.length === 0) continue;
      const old = stillCounting(limits, readSpends(buckets[bucket]), now, billingDay);
      buckets[bucket] = writeSpends([...old, { atSeconds, amount }]);
    }
  };

  return {
    spend: (given) =>
      file.change((record): { result: Spending; changed: boolean } => {
        const now = clock.now();
        const charges = perBucket(given);
        const tamed = tameFarAhead(record, owner, charges, now);
        let refused: Extract<Spending, { granted: false }> | null = null;
        for (const charge of charges) {
          for (const { window, standing } of standings(record, charge, now)) {
            if (standing.left >= charge.amount) continue;
            const freesAt = instantOf(standing.freesAtSeconds(charge.amount));
            if (refused && !isLater(freesAt, refused.freesAt)) continue;
            refused = { granted: false, bucket: charge.bucket, window, freesAt };
          }
        }
        if (refused) return { result: refused, changed: tamed };
        count(record, charges, now);
        sweep(record, options, billingDay, now);
        const used = new Map(charges.map(({ bucket }) => [bucket, usedOf(record, bucket, now)]));
        const receipt = { used: (bucket: string) => used.get(bucket) ?? 0, counted: ++counted };
        const result = { granted: true, left: left(record, charges, now), receipt } as const;
        return { result, changed: true };
      }),
    remaining: (charges) => file.read((record) => left(record, perBucket(charges), clock.now())),
    async learn({ bucket, used, spends }, receipt) {
      // All that the server has counted of ours was counted here before: by the time of the request, by this
      // process since, or by another one. An answer takes a while, and the window moves on meanwhile.
      const unknown = (record: QuotaRecord) => {
        const ours = receipt.used(bucket) + counted - receipt.counted;
        return Math.max(0, used - Math.max(ours, usedOf(record, bucket, clock.now())));
      };
      if (await file.read(unknown) === 0) return 0;
      return await file.change((record) => {
        const amount = unknown(record);
        count(record, spends.map((one) => ({ bucket: one, amount })), clock.now());
        return { result: amount, changed: amount > 0 };
      });
    },
  };
}

/** One charge a bucket. */
function perBucket(charges: readonly Charge[]): Charge[] {
  const sums = new Map<string, number>();
  for (const { bucket, amount } of charges) sums.set(bucket, (sums.get(bucket) ?? 0) + amount);
  return [...sums].map(([bucket, amount]) => ({ bucket, amount }));
}

/**
 * A spend more than a day ahead was counted by a clock that ran wild (a machine that starts in 2036). It
 * happened before now, so now is the latest moment at which it can have happened. Smaller leads stay as
 * they are: whichever of the two clocks was right, that frees nothing early.
 */
function notFarAhead(spend: Spend, now: Temporal.Instant): Spend {
  const nowSeconds = Math.ceil(now.epochMilliseconds / 1000);
  return spend.atSeconds > nowSeconds + daySeconds ? { ...spend, atSeconds: nowSeconds } : spend;
}

/** Writes down what `notFarAhead` made of spends, lest it be a new moment each time. True where it did. */
function tameFarAhead(
  record: QuotaRecord,
  owner: string,
  charges: readonly Charge[],
  now: Temporal.Instant,
): boolean {
  let changed = false;
  const buckets = record.owners[owner] ?? {};
  for (const { bucket } of charges) {
    const spends = readSpends(buckets[bucket]);
    const tamed = spends.map((spend) => notFarAhead(spend, now));
    if (tamed.every((spend, n) => spend === spends[n])) continue;
    buckets[bucket] = writeSpends(tamed);
    changed = true;
  }
  return changed;
}

/** Now and then removes what no longer counts, in buckets that nobody asks for any more too. */
function sweep(
  record: QuotaRecord,
  { owner: own, windows }: QuotaOptions,
  billingDay: number,
  now: Temporal.Instant,
): void {
  const nowSeconds = Math.floor(now.epochMilliseconds / 1000);
  if (Math.abs(nowSeconds - record.sweptAtSeconds) < sweepEverySeconds) return;
  record.sweptAtSeconds = nowSeconds;
  const monthAgo = nowSeconds - 32 * daySeconds;
  for (const [owner, buckets] of Object.entries(record.owners)) {
    for (const [bucket, text] of Object.entries(buckets)) {
      // The windows of others are not known here; none is longer than a month.
      const counting = owner === own
        ? stillCounting(
          windows.filter((one) => appliesTo(one, bucket)),
          readSpends(text),
          now,
          billingDay,
        )
        : readSpends(text).filter(({ atSeconds }) => atSeconds > monthAgo);
      if (counting.length === 0) delete buckets[bucket];
      else buckets[bucket] = writeSpends(counting);
    }
    if (Object.keys(buckets).length === 0) delete record.owners[owner];
  }
}

function instantOf(seconds: number | null): Temporal.Instant | null {
  return seconds === null
    ? null
    : Temporal.Instant.fromEpochMilliseconds(Math.ceil(seconds * 1000));
}

/** Null is never, and later than anything. */
function isLater(a: Temporal.Instant | null, b: Temporal.Instant | null): boolean {
  if (a === null || b === null) return a === null && b !== null;
  return Temporal.Instant.compare(a, b) > 0;
}
