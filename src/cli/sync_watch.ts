import { getLog } from "../logging/log.ts";
import type { Clock } from "../model/clock.ts";
import { allowanceText } from "../source/http/counted_sending.ts";
import type { Wait } from "../source/http/retry.ts";
import type { RunEvent } from "../sync/run_state.ts";
import { failureText } from "./sync_failure_text.ts";
import { printable, printableName } from "./terminal/printable.ts";
import type { Progress } from "./terminal/progress.ts";
import { minutesText, type ProgressState } from "./terminal/progress_line.ts";

/** Follows a run: turns what happens into progress and log lines. */
export interface Watch {
  readonly onEvent: (event: RunEvent) => void;
  /** A request begins to wait. */
  readonly onWait: (wait: Wait) => void;
}

/** Watches one run from its first request on. */
export function watchRun(
  progress: Progress,
  { skipsFailures, maxRequests, say, clock, interrupted }: {
    readonly skipsFailures: boolean;
    /** The run ends after so many requests; null: it does not. */
    readonly maxRequests: number | null;
    /** Shows the person a line. */
    readonly say: (line: string) => void;
    readonly clock: Pick<Clock, "now">;
    /** Once aborted, nothing is waited for any more. */
    readonly interrupted: AbortSignal;
  },
): Watch {
  const log = getLog("sync");
  const steps = countSteps(maxRequests ?? Infinity);
  let state: ProgressState = {
    percent: null,
    site: "",
    dataType: "",
    requests: 0,
    rows: 0,
    wait: null,
    minutesLeft: null,
  };
  let perMinute: number | null = null;
  let lastFailure = "";
  const show = (change: Partial<ProgressState>) => {
    const minutesLeft = perMinute === null ? null : Math.ceil(steps.left() / perMinute);
    state = { ...state, percent: steps.percent(), minutesLeft, ...change };
    progress.update(state);
  };
  return {
    onWait({ isLimit, spentWindow, why, until }) {
      // A moment is not worth a word, nor is a wait that ends before it begins.
      if (interrupted.aborted || clock.now().until(until).total("milliseconds") < 1000) return;
      if (spentWindow?.per === "minute" && perMinute === null) {
        perMinute = spentWindow.amount;
        const minutes = Math.ceil(steps.left() / perMinute);
        say(
          `SolarEdge allows ${allowanceText(spentWindow)}: this sync takes ${
            minutesText(minutes)
          } ` +
            "more. It may be stopped at any time; the next one goes on from there.",
        );
      }
      const reason = spentWindow
        ? `SolarEdge allows ${allowanceText(spentWindow)}`
        : isLimit
        ? "SolarEdge asks to wait"
        : printable(why);
      show({ wait: { why: reason, until } });
    },
    onEvent(event) {
      switch (event.kind) {
        case "planned":
          return steps.plan(event.steps);
        case "asking": {
          const { request } = event;
          const site = request.sites.length > 1
            ? `${request.sites.length} sites`
            : request.sites.at(0)?.name ?? String(request.sites.at(0)?.siteId ?? "all sites");
          const dataType = request.query.dataType;
          show({ site: printableName(site), dataType, requests: event.requests });
          log.debug("asking", {
            query: request.query.name,
            sites: request.sites.map((one) => one.siteId),
            device: request.device?.deviceKey,
            from: request.window?.start.toString(),
            to: request.window?.end.toString(),
            reason: request.reason,
          });
          return;
        }
        case "saved": {
          const { inserted, changed, unchanged } = event.saved;
          steps.done();
          show({ rows: state.rows + inserted + changed, wait: null });
          log.debug("saved", { query: event.request.query.name, inserted, changed, unchanged });
          return;
        }
        case "failed":
          steps.done();
          if (skipsFailures) return;
          // A request for many sites fails for each of them, with the same words.
          if (failureText(event.failure) !== lastFailure) {
            lastFailure = failureText(event.failure);
            log.warning(lastFailure, { kind: event.failure.kind });
          }
          return;
        case "unavailable":
          // The summary says it, once for all sites.
          log.debug(
            `${siteText(event.request.sites[0]?.siteId)}${event.request.query.dataType}: ` +
              `not available: ${event.reason}`,
          );
          return;
        case "note":
          log[event.level](`${siteText(event.siteId)}${event.text}`);
      }
    },
  };
}

/** Counts steps of a plan that grows while it is followed: its percent never goes back. */
function countSteps(most: number) {
  let [done, total, highest] = [0, 0, 0];
  return {
    plan: (steps: number) => void (total = Math.min(done + steps, most)),
    done: () => void done++,
    left: () => Math.max(0, total - done),
    /** Null while nothing but the list of sites is planned; 100 is for the end. */
    percent(): number | null {
      if (total <= 1) return null;
      highest = Math.max(highest, Math.min(99, Math.floor(100 * done / total)));
      return highest;
    },
  };
}

function siteText(siteId: number | undefined): string {
  return siteId ? `site ${siteId}: ` : "";
}
