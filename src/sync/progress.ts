import type { Interval } from "../model/interval.ts";
import type { PlannedRequest, Query } from "../source/source.ts";

/** What this run has done so far; planning again after each stage is how one answer leads to the next. */
export interface Progress {
  /** Requests sent, successful or not: none is sent twice in a run. */
  readonly attempted: ReadonlySet<string>;
  /** Sites that the credentials were refused for. */
  readonly refused: ReadonlySet<number>;
  /** Series of sites or devices that were denied or failed in this run: nothing more is asked of them in it. */
  readonly given: ReadonlySet<string>;
  /** Series of sites that this run has compared with what follows from another. */
  readonly compared: { has(key: string): boolean };
  /** Widths that this run has found to be too much, in seconds, by the name of the query. */
  readonly widths: ReadonlyMap<string, number>;
}

/** A run that has done nothing yet, and a plan outside of any. */
export const nothingDone: Progress = {
  attempted: new Set(),
  refused: new Set(),
  given: new Set(),
  compared: new Set(),
  widths: new Map(),
};

/** Names what a request asks for within a run, a key for each of its sites. */
export function attemptKeys(request: PlannedRequest): string[] {
  const sites = request.sites.length > 0 ? request.sites.map((one) => one.siteId) : [0];
  return sites.map((siteId) =>
    attemptKey(request.query, siteId, request.device?.deviceKey, request.window)
  );
}

/** Names what a request asks of one site within a run. */
export function attemptKey(
  query: Query,
  siteId: number,
  deviceKey = "",
  window?: Interval,
): string {
  const times = window ? ` ${window.start.epochMilliseconds} ${window.end.epochMilliseconds}` : "";
  return `${query.name} ${siteId} ${deviceKey}${times}`;
}

/** Names a series of a site or device within a run. */
export function seriesKey(series: string, siteId: number, deviceKey = ""): string {
  return `${series} ${siteId} ${deviceKey}`;
}
