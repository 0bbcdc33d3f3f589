import type { AskedRange, MarkChange } from "../database/database.ts";
import type { PlannedRequest } from "../source/source.ts";
import type { Step } from "./plan.ts";
import type { Failure } from "./report.ts";
import type { RunState } from "./run_state.ts";

/** Saves a change of what is known about a series, without any rows. */
export async function saveMark(
  step: Step,
  state: RunState,
  mark: MarkChange,
  ranges: readonly AskedRange[] = [],
): Promise<void> {
  const { query } = step.request;
  await state.save({
    source: state.options.source.name,
    series: query.series,
    dataType: query.dataType,
    harvest: { rows: [] },
    ranges,
    marks: [mark],
    fetchedAt: state.options.clock.now(),
  });
}

/**
 * Remembers a failure: its message, how many there were in a row, and which time was asked for in vain. What
 * is known of other time stays.
 */
export async function recordFailure(
  step: Step,
  state: RunState,
  siteIds: readonly number[],
  facts: Pick<Failure, "kind" | "endpoint" | "message" | "remedy">,
): Promise<void> {
  const { request } = step;
  for (const siteId of siteIds.length ? siteIds : [0]) {
    state.fail(failure(request, siteId || null, facts));
    await saveMark(step, state, {
      siteId,
      deviceKey: request.device?.deviceKey ?? "",
      error: { at: state.options.clock.now(), text: facts.message },
      ...(step.wantedFrom.has(siteId) ? { wantedFrom: step.wantedFrom.get(siteId)! } : {}),
    }, failedRanges(step, siteId));
  }
}

/** Remembers time that was asked for in vain, beside a failure that is counted already. */
export async function rememberFailed(step: Step, state: RunState, siteId: number): Promise<void> {
  const deviceKey = step.request.device?.deviceKey ?? "";
  await saveMark(step, state, { siteId, deviceKey }, failedRanges(step, siteId));
}

/** A failure of a request, with its facts. */
export function failure(
  request: PlannedRequest,
  siteId: number | null,
  facts: Pick<Failure, "kind" | "endpoint" | "message" | "remedy">,
): Failure {
  return {
    siteId,
    dataType: request.query.dataType,
    device: request.device?.deviceKey ?? null,
    ...facts,
  };
}

function failedRanges({ request, needed }: Step, siteId: number): AskedRange[] {
  if (request.query.axis?.keeps !== "ranges" || siteId === 0) return [];
  return needed.filter((one) => Number.isFinite(one.start)).map(({ start, end }) => ({
    siteId,
    deviceKey: request.device?.deviceKey ?? "",
    start,
    end,
    state: "failed",
  }));
}
