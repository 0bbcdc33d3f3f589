/** A timer that runs the engine against the simulated server, and what its runs came to. */
import type { HarvestWorld, SyncChoice } from "../tests/support/harvest_world.ts";
import type { Report } from "../src/sync/report.ts";

/** How often a reason led to a request, and how many of those changed no row. */
export interface ReasonCount {
  requests: number;
  idle: number;
}

/** What several runs came to. */
export interface Runs {
  readonly reports: readonly Report[];
  readonly reasons: ReadonlyMap<string, Readonly<ReasonCount>>;
  /** Runs that failed somewhere or left something due. */
  readonly bad: number;
}

/** When runs take place, and what each of them wants. */
export interface Timer {
  readonly from: Temporal.Instant;
  readonly every: Temporal.Duration | Temporal.DurationLike;
  readonly count: number;
  /** What the run of a number wants; the first has 0. */
  readonly choice: (at: number) => SyncChoice;
  /** Called after each run; false: it was the last. */
  readonly after?: (report: Report, at: number) => Promise<boolean | void> | boolean | void;
}

/** Runs the engine as a timer does. A run that waits for a minute's quota does not move the next one. */
export async function runTimer(
  world: HarvestWorld,
  { from, every, count, choice, after }: Timer,
): Promise<Runs> {
  const reports: Report[] = [];
  const reasons = new Map<string, ReasonCount>();
  let bad = 0;
  let moment = from;
  for (let at = 0; at < count; at++) {
    if (Temporal.Instant.compare(moment, world.now()) > 0 || at === 0) world.setNow(moment);
    const report = await world.sync(choice(at));
    reports.push(report);
    for (const { reason, requests, idle } of report.reasons) {
      const sum = reasons.get(reason) ?? { requests: 0, idle: 0 };
      sum.requests += requests;
      sum.idle += idle;
      reasons.set(reason, sum);
    }
    if (report.failures.length > 0 || report.leftDue > 0 || report.ended || report.unreachable) {
      bad++;
      if (bad <= 5) console.log(`  ${moment}: ${whatWentWrong(report)}`);
    }
    if (await after?.(report, at) === false) break;
    moment = moment.add(every);
  }
  return { reports, reasons, bad };
}

/** A line with the requests of each reason, and those that changed nothing. */
export function reasonsText(reasons: Runs["reasons"]): string {
  return [...reasons].sort(([, a], [, b]) => b.requests - a.requests)
    .map(([reason, { requests, idle }]) => `${reason} ${requests} (${idle} changed nothing)`)
    .join(", ");
}

function whatWentWrong({ failures, leftDue, ended, unreachable, quotaMessage }: Report): string {
  const texts = [...failures, ended, unreachable].flatMap((one) =>
    one ? [`${one.dataType}: ${one.message}`] : []
  );
  return [
    ...texts.slice(0, 3),
    ...leftDue > 0 ? [`${leftDue} due requests left: ${quotaMessage ?? ""}`] : [],
  ].join("; ");
}
