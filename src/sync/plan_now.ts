import { epochOf } from "../model/coverage.ts";
import { type Plan, plan } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { rulesFor } from "./rules.ts";
import type { RunState } from "./run_state.ts";

/** History requests of one series that are spelled out at once: a run sends fewer of them. */
const historyAtOnce = 200;

/** What to ask now, beside what this run has asked for; with `nothingDone` what the next run will ask. */
export function planNow(state: RunState, progress: Progress = state): Plan {
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
  return plan({ ...rules, progress, atOnce: historyAtOnce });
}
