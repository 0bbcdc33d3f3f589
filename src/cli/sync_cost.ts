import { epochOf } from "../model/coverage.ts";
import type { Known } from "../model/harvest.ts";
import type { PlannedRequest, Remaining, Source } from "../source/source.ts";
import { arrange } from "../sync/knowledge.ts";
import { plan } from "../sync/plan.ts";
import { nothingDone } from "../sync/progress.ts";
import { monthsLeft, type Rules, rulesFor } from "../sync/rules.ts";
import type { Wanted } from "../sync/wanted.ts";
import { costOf } from "./sync_plan_text.ts";
import { counted, countText } from "./terminal/human.ts";

/** What a range that somebody has named costs, against what is left of the quota. */
export interface RangeCost {
  readonly requests: number;
  /** What they take from the allowance that has the least left. */
  readonly cost: number;
  /** Null: nothing is asked. */
  readonly left: Remaining | null;
  /** Whether the quota is one of credits a month. */
  readonly inCredits: boolean;
}

/** Without a person's word so many requests are sent for a range. */
export const mostUnasked = 100;

/** The rules of a run that would begin now, before anything is sent. */
export async function rulesNow(
  source: Source,
  known: Known,
  wanted: Wanted,
  now: Temporal.Instant,
): Promise<Rules> {
  return rulesFor({
    knowledge: arrange(known, epochOf(now)),
    source,
    wanted,
    now: epochOf(now),
    left: await monthsLeft(source, known.sites),
    cadence: 1,
    widths: new Map(),
  });
}

/** What the requests for a named range cost; nothing is sent. */
export async function rangeCost(
  source: Source,
  known: Known,
  wanted: Wanted,
  now: Temporal.Instant,
  maxRequests: number | null,
): Promise<RangeCost> {
  const rules = await rulesNow(source, known, wanted, now);
  const { steps } = plan({ ...rules, progress: nothingDone, atOnce: Infinity });
  const sent = steps.slice(0, maxRequests ?? Infinity).map((one) => one.request);
  const inCredits = source.quota.some((one) => one.per === "billing-month");
  return { requests: sent.length, ...await dearest(sent, source), inCredits };
}

/** The site (or the account) for which the requests leave the least, with what they take from it. */
async function dearest(
  requests: readonly PlannedRequest[],
  source: Source,
): Promise<{ cost: number; left: Remaining | null }> {
  const costs = new Map<string, { cost: number; request: PlannedRequest }>();
  for (const request of requests) {
    for (const { allowance, amount } of costOf(request, source.quota)) {
      costs.set(allowance, { request, cost: (costs.get(allowance)?.cost ?? 0) + amount });
    }
  }
  let worst: { cost: number; left: Remaining | null } = { cost: 0, left: null };
  for (const { cost, request } of costs.values()) {
    const left = await source.remaining(request);
    if (!worst.left || left.requests - cost < worst.left.requests - worst.cost) {
      worst = { cost, left };
    }
  }
  return worst;
}

/** What it costs, as a sentence or two. */
export function costText({ requests, cost, left, inCredits }: RangeCost): string {
  const amount = counted(cost, inCredits ? "credit" : "request");
  if (!left) return `This sends about ${counted(requests, "request")}.`;
  const has = inCredits
    ? `${countText(left.requests)} of this month's ${countText(left.limit)} credits are left`
    : `${countText(left.requests)} of ${countText(left.limit)} requests a day are left`;
  const sentence = inCredits || cost !== requests
    ? `This sends about ${counted(requests, "request")} and costs ${amount}; ${has}.`
    : `This sends about ${counted(requests, "request")}; ${has}.`;
  return cost <= left.requests
    ? sentence
    : `${sentence} When they are spent, seh stops; the same command goes on later.`;
}
