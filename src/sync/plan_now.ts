import { epochOf } from "../model/coverage.ts";
import { type Plan, plan, planOfStage, type Step } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { rulesFor } from "./rules.ts";
import type { RunState } from "./run_state.ts";

/** History requests of one series that are spelled out at once: a run sends fewer of them. */
const historyAtOnce = 200;

/** What to ask now, beside what this run has asked for; with `nothingDone` what the next run will ask. */
export function planNow(state: RunState, progress: Progress = state): Plan {
  return plan(contextOf(state, progress));
}

/** Of what to ask now only what comes first; `see` is shown all of it. */
export function stageNow(state: RunState, see: (steps: Iterable<Step>) => void): Step[] {
  return planOfStage(contextOf(state, state), see);
}

function contextOf(state: RunState, progress: Progress): Parameters<typeof plan>[0] {
  const rules = rulesFor({
    knowledge: state.knowledge,
    source: state.options.source,
    wanted: state.options.wanted,
    now: epochOf(state.startedAt),
    left: state.left,
    cadence: state.cadence,
    widths: state.widths,
  });
  state.pace = rules.pace;
  return { ...rules, progress, atOnce: historyAtOnce };
}
