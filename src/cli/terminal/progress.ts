import cliProgress from "cli-progress";
import type { Clock } from "../../model/clock.ts";
import type { Output } from "../world.ts";
import { counted, durationText } from "./human.ts";
import { minutesText, progressLine, type ProgressState } from "./progress_line.ts";

/** The part of cli-progress that is used here; it brings no types of its own. */
interface Bar {
  start(total: number, value: number, payload: ProgressState): void;
  update(value: number, payload: ProgressState): void;
  render(): void;
  stop(): void;
}
interface BarOptions {
  readonly stream: {
    readonly isTTY: boolean;
    readonly columns: number;
    write(text: string): boolean;
  };
  readonly format: (options: unknown, parameters: unknown, payload: ProgressState) => string;
  readonly forceRedraw: boolean;
  readonly clearOnComplete: boolean;
  readonly hideCursor: boolean;
  readonly linewrap: boolean;
  readonly fps: number;
  readonly gracefulExit: boolean;
  readonly emptyOnZero: boolean;
}
const { SingleBar } = cliProgress as { SingleBar: new (options: BarOptions) => Bar };

/** What follows a run: a line at the foot of the terminal, or a line a minute elsewhere. */
export interface Progress {
  update(state: ProgressState): void;
  /** Prints a line above the progress, without waiting for its next redraw. */
  log(line: string): void;
  /** Takes the line away and gives the cursor back, or prints the last line; safe to repeat. */
  stop(): void;
}

/** How progress is shown. */
export interface ProgressChoice {
  readonly quiet: boolean;
  /** A terminal that knows no control codes (`TERM=dumb`) gets lines, as a pipe does. */
  readonly isDumb: boolean;
  readonly clock: Pick<Clock, "now">;
}

/** Progress on this output; with quiet, only `log` writes. */
export function startProgress(output: Output, choice: ProgressChoice): Progress {
  const log = (line: string) => output.print(`${line}\n`);
  if (choice.quiet) return { update: () => {}, log, stop: () => {} };
  return output.isTerminal && !choice.isDumb
    ? foot(output, choice.clock)
    : lines(log, choice.clock);
}

/** Seconds between two lines where the last one cannot be overwritten. */
const secondsBetween = 60;

/** For pipes and journals: a line at the start, one a minute, one at the end. */
function lines(log: (line: string) => void, clock: Pick<Clock, "now">): Progress {
  let begun: Temporal.Instant | null = null;
  let reportedAt = clock.now();
  let last: ProgressState | null = null;
  const since = (then: Temporal.Instant) => then.until(clock.now()).total("seconds");
  return {
    update(state) {
      last = state;
      if (begun === null) {
        begun = reportedAt = clock.now();
        log("Sync started.");
      } else if (since(reportedAt) >= secondsBetween) {
        reportedAt = clock.now();
        const percent = state.percent === null ? "" : `${state.percent}%: `;
        const left = state.minutesLeft === null ? "" : `, ${minutesText(state.minutesLeft)} left`;
        log(
          `${percent}${counted(state.requests, "request")}, ${
            counted(state.rows, "row")
          } stored${left}.`,
        );
      }
    },
    log,
    stop() {
      if (begun !== null && last !== null) {
        log(`Sync ended after ${durationText(since(begun))}: ${counted(last.rows, "row")} stored.`);
      }
      begun = null;
    },
  };
}

function foot(output: Output, clock: Pick<Clock, "now">): Progress {
  const bar = new SingleBar({
    stream: terminalStream(output),
    // Drawn again and again, so that a wait is seen to pass.
    format: (_options, _parameters, state) => progressLine(state, output.columns, clock.now()),
    forceRedraw: true,
    clearOnComplete: true,
    hideCursor: true,
    // The line fits; without wrapping, lines that are logged meanwhile would be cut.
    linewrap: true,
    fps: 8,
    // The program's own handling of signals calls stop().
    gracefulExit: false,
    emptyOnZero: true,
  });
  let isRunning = false;
  const clear = () => output.print("\r\u001b[2K");
  return {
    update(state) {
      const percent = state.percent ?? 0;
      if (!isRunning) bar.start(100, percent, { ...state });
      else bar.update(percent, { ...state });
      isRunning = true;
    },
    log(line) {
      if (isRunning) clear();
      output.print(line + "\n");
      if (isRunning) bar.render();
    },
    stop() {
      if (isRunning) bar.stop();
      isRunning = false;
    },
  };
}

/** Just enough of a Node stream for cli-progress. */
function terminalStream(output: Output): BarOptions["stream"] {
  return {
    isTTY: true,
    get columns() {
      return output.columns;
    },
    write(text: string) {
      // Going back to where the progress began would erase a line that was logged since.
      if (text !== "\u001b7" && text !== "\u001b8") output.print(text);
      return true;
    },
  };
}
