import type { DataType } from "../model/data_type.ts";
import type { QuotaWindow } from "../source/source.ts";
import type { SourceErrorKind } from "../source/source_error.ts";
import type { Plan } from "./plan.ts";
import { historyPerDay } from "./spare.ts";
import type { Wanted } from "./wanted.ts";

/** A piece that failed; the others went on. */
export interface Failure {
  readonly siteId: number | null;
  readonly dataType: DataType;
  readonly device: string | null;
  readonly kind: SourceErrorKind | "left-out" | "unknown-site";
  readonly endpoint: string | null;
  readonly message: string;
  /** What the person can do, where the source knows. */
  readonly remedy?: string;
}

/** What a run did. The program's exit code follows from it. */
export interface Report {
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant;
  readonly sites: readonly number[];
  readonly requests: number;
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failures: readonly Failure[];
  /** Newly found not available, by site and data type, with the reason. */
  readonly unavailable: readonly {
    readonly siteId: number;
    readonly dataType: DataType;
    readonly reason: string;
  }[];
  readonly notes: readonly string[];
  /** Requests that were due and not sent, because the quota or the limit of the run was reached. */
  readonly leftDue: number;
  /** When the quota frees again, where it was the reason. */
  readonly quotaFreesAt: Temporal.Instant | null;
  readonly quotaMessage: string | null;
  readonly history: HistoryLeft;
  /** The failure that ended the run, where one did. */
  readonly ended: Failure | null;
  readonly interrupted: boolean;
}

/** What remains of the history that is wanted. */
export interface HistoryLeft {
  readonly requests: number;
  /** The day on which it will be complete when every day's spare quota is spent on it; null: it is. */
  readonly completeOn: Temporal.PlainDate | null;
}

/** How long the history of a plan takes, from the scarcest bucket of quota. */
export function historyLeft(
  { steps, older }: Pick<Plan, "steps" | "older">,
  quota: readonly QuotaWindow[],
  { depth, needPerDay, today }: {
    readonly depth: Wanted["depth"];
    /** Requests a day that a complete harvest needs beside the history. */
    readonly needPerDay: number;
    readonly today: Temporal.PlainDate;
  },
): HistoryLeft {
  const planned = steps.map((one) => one.request).filter((one) => one.necessity === "history");
  const left = [
    ...planned.map((one) => ({ ...one, count: 1 })),
    ...older.map(({ query, site, count }) => ({ query, sites: [site], count })),
  ];
  if (left.length === 0) return { requests: 0, completeOn: null };
  const spent = new Map<string, number>();
  for (const { query, sites, count } of left) {
    for (const { bucket, amount } of query.charges({ sites })) {
      spent.set(bucket, (spent.get(bucket) ?? 0) + amount * count);
    }
  }
  let days = 1;
  for (const [bucket, amount] of spent) {
    for (const window of quota.filter((one) => bucket.startsWith(one.bucket))) {
      const perDay = historyPerDay(window, depth, needPerDay);
      days = Math.max(days, Math.ceil(amount / Math.max(1, perDay)));
    }
  }
  const requests = left.reduce((sum, one) => sum + one.count, 0);
  return { requests, completeOn: today.add({ days }) };
}
