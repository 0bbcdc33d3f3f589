import type { DataType } from "../model/data_type.ts";
import type { SourceErrorKind } from "../source/source_error.ts";
import { type Forecast, forecast } from "./forecast.ts";
import { longCharges } from "./need.ts";
import type { Pace } from "./pacing.ts";
import type { Plan } from "./plan.ts";
import type { Rationed } from "./rationing.ts";
import type { QuotaWindow } from "../source/source.ts";

/** A request that failed; the others went on. */
export interface Failure {
  readonly siteId: number | null;
  readonly dataType: DataType;
  readonly device: string | null;
  readonly kind:
    | SourceErrorKind
    | "left-out"
    | "unknown-site"
    | "denied"
    | "lost-site"
    | "useless";
  readonly endpoint: string | null;
  readonly message: string;
  /** What the person can do, where the source knows. */
  readonly remedy?: string;
  /** For `useless`: nothing was asked for, because it was too early; epoch seconds. */
  readonly asksAgainAt?: number;
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
  /** What failed in earlier runs and was not asked for again in this one: it is too early. */
  readonly waiting: readonly DataType[];
  /** Newly found not available, by site and data type, with the reason. */
  readonly unavailable: readonly {
    readonly siteId: number;
    readonly dataType: DataType;
    readonly reason: string;
  }[];
  readonly notes: readonly string[];
  /** Values that came and could not be stored in their place; the rest of their answers is stored. */
  readonly losses: readonly string[];
  /** Requests by reason, and those that changed no row. */
  readonly reasons: readonly {
    readonly reason: string;
    readonly requests: number;
    readonly idle: number;
  }[];
  /** Requests that were due and not sent, because the quota or the limit of the run was reached. */
  readonly leftDue: number;
  /** When the quota frees again, where it was the reason. */
  readonly quotaFreesAt: Temporal.Instant | null;
  readonly quotaMessage: string | null;
  readonly history: HistoryLeft;
  /** What a plan too small for its sites pays for; null: it pays for everything. */
  readonly rationed: Rationed | null;
  /** The failure that ended the run, where one did. */
  readonly ended: Failure | null;
  /** Nobody answered: the failure that showed it. */
  readonly unreachable: Failure | null;
  readonly interrupted: boolean;
}

/** What remains of the history that is wanted, and when it will be complete. */
export type HistoryLeft = Forecast;

/** What is left of history after a plan, and the day on which the pace will have asked for it. */
export function historyLeft(
  { steps, older }: Pick<Plan, "steps" | "older">,
  pace: Pace,
  { quota, now, cadence }: {
    readonly quota: readonly QuotaWindow[];
    readonly now: number;
    readonly cadence: number;
  },
): HistoryLeft {
  const remaining = new Map<string, number>();
  let requests = 0;
  const add = (allowance: string, amount: number) =>
    remaining.set(allowance, (remaining.get(allowance) ?? 0) + amount);
  for (const { request } of steps) {
    if (request.necessity !== "history") continue;
    requests++;
    for (const site of request.sites) {
      for (const { allowance, amount } of longCharges(request.query, site, quota)) {
        add(allowance, amount);
      }
    }
  }
  for (const { query, site, count } of older) {
    requests += count;
    for (const { allowance, amount } of longCharges(query, site, quota)) {
      add(allowance, amount * count);
    }
  }
  return forecast(remaining, pace, { now, cadence, requests });
}
