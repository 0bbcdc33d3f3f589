import cliProgress from "cli-progress";
import type { Output } from "../world.ts";
import { counted } from "./human.ts";

/** The part of cli-progress that is used here; it brings no types of its own. */
interface Bar {
  start(total: number, value: number, payload: ProgressState): void;
  setTotal(total: number): void;
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
  readonly format: (
    options: unknown,
    parameters: { readonly progress: number },
    payload: ProgressState,
  ) => string;
  readonly forceRedraw: boolean;
  readonly clearOnComplete: boolean;
  readonly hideCursor: boolean;
  readonly linewrap: boolean;
  readonly fps: number;
  readonly gracefulExit: boolean;
  readonly emptyOnZero: boolean;
}
const { SingleBar } = cliProgress as { SingleBar: new (options: BarOptions) => Bar };

/** What a long run is doing now. */
export interface ProgressState {
  /** Steps done, and steps known so far. */
  readonly done: number;
  readonly total: number;
  /** Name or number of the site being asked about. */
  readonly site: string;
  readonly dataType: string;
  readonly requests: number;
  readonly rows: number;
}

/** A line at the foot of the terminal that follows a run. */
export interface Progress {
  update(state: ProgressState): void;
  /** Prints a line above the progress, without waiting for its next redraw. */
  log(line: string): void;
  /** Takes the line away and gives the cursor back; safe to repeat. */
  stop(): void;
}

/** Progress on this output; where that is no terminal, or quiet is wanted, only `log` writes. */
export function startProgress(output: Output, quiet: boolean): Progress {
  if (!output.isTerminal || quiet) {
    return { update: () => {}, log: (line) => output.print(line + "\n"), stop: () => {} };
  }
  const bar = new SingleBar({
    stream: terminalStream(output),
    format: (_options, parameters, payload) => progressLine(payload, parameters.progress, output),
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
      if (!isRunning) bar.start(state.total, state.done, { ...state });
      else {
        bar.setTotal(state.total);
        bar.update(state.done, { ...state });
      }
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

function progressLine(state: ProgressState, share: number, output: Output): string {
  const width = 16;
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  const bar = "█".repeat(full) + "░".repeat(width - full);
  const requests = counted(state.requests, "request");
  const rows = counted(state.rows, "row");
  const tail = ` ${state.dataType} · ${requests} · ${rows}`;
  // The name of the site gives way, so that the line never wraps.
  const space = output.columns - 1 - bar.length - 1 - tail.length;
  const site = state.site.length > space
    ? `${state.site.slice(0, Math.max(0, space - 1))}…`
    : state.site;
  return `${bar} ${site}${tail}`.slice(0, output.columns - 1);
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
