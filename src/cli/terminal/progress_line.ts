import { counted } from "./human.ts";

/** What a long run is doing now. */
export interface ProgressState {
  /** How much of it is done; null: not known yet. */
  readonly percent: number | null;
  /** Name or number of the site being asked about. */
  readonly site: string;
  readonly dataType: string;
  readonly requests: number;
  /** Rows stored so far: new or changed. */
  readonly rows: number;
  /** What it waits for, if that lies ahead; null: nothing. */
  readonly wait: { readonly why: string; readonly until: Temporal.Instant } | null;
  /** Until the end, where that is known. */
  readonly minutesLeft: number | null;
}

/** `about 5 minutes`. */
export function minutesText(minutes: number): string {
  return `about ${counted(minutes, "minute")}`;
}

/** The state as one line that is shorter than the width: the fullest of several that fits. */
export function progressLine(
  state: ProgressState,
  columns: number,
  now: Temporal.Instant,
): string {
  const seconds = state.wait ? Math.ceil(now.until(state.wait.until).total("seconds")) : 0;
  const candidates = seconds > 0 ? waiting(state, seconds) : working(state, columns);
  const fits = candidates.find((one) => one.length < columns);
  return fits ?? candidates[candidates.length - 1].slice(0, Math.max(0, columns - 1));
}

function waiting(state: ProgressState, seconds: number): string[] {
  const goesOn = `goes on in ${seconds} s`;
  const why = `${state.wait!.why}; ${goesOn}`;
  const left = leftText(state);
  return [
    `${bar(state, 16)}waiting: ${why} · ${rowsText(state)} stored${left}`,
    `${bar(state, 6)}${why}${left}`,
    `${percent(state)}${why}`,
    `${percent(state)}${goesOn}${left}`,
    goesOn,
  ];
}

function working(state: ProgressState, columns: number): string[] {
  const { dataType, requests } = state;
  const tail = ` ${dataType} · ${counted(requests, "request")} · ${rowsText(state)}`;
  const left = leftText(state);
  // The name of the site gives way.
  const space = columns - 1 - bar(state, 16).length - tail.length;
  return [
    `${bar(state, 16)}${cut(state.site, space - left.length)}${tail}${left}`,
    `${bar(state, 16)}${cut(state.site, space)}${tail}`,
    `${bar(state, 6)}${dataType} · ${rowsText(state)}${left}`,
    `${percent(state)}${dataType} · ${rowsText(state)}`,
    `${percent(state)}${dataType}`,
  ];
}

/** A name that is cut to less than this helps nobody. */
const shortestName = 8;

/** The name in so many characters at most; where too few are left it stays whole, and the line does not fit. */
function cut(name: string, space: number): string {
  if (name.length <= space || space < shortestName) return name;
  return `${name.slice(0, space - 1)}…`;
}

function bar(state: ProgressState, width: number): string {
  const full = Math.floor((state.percent ?? 0) / 100 * width);
  return `${"█".repeat(full)}${"░".repeat(width - full)} ${percent(state)}`;
}

function percent({ percent }: ProgressState): string {
  return percent === null ? "" : `${percent}% `;
}

function rowsText({ rows }: ProgressState): string {
  return counted(rows, "row");
}

function leftText({ minutesLeft }: ProgressState): string {
  return minutesLeft === null ? "" : ` · ${minutesLeft} min left`;
}
