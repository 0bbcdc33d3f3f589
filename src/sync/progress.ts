import type { Interval } from "../model/interval.ts";
import type { PlannedRequest, Query } from "../source/source.ts";

/** What this run has done so far; planning again after each stage is how one answer leads to the next. */
export interface Progress {
  /** Requests sent, successful or not: none is sent twice in a run. */
  readonly attempted: ReadonlySet<string>;
  /** Sites whose last update was answered in this run. */
  readonly reported: ReadonlySet<number>;
  /** Sites that the credentials were refused for. */
  readonly refused: ReadonlySet<number>;
  /** True for a dry run: what the server would tell is assumed to be news. */
  readonly assumeChanged: boolean;
}

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
  return [query.name, siteId, deviceKey, window?.start ?? "", window?.end ?? ""].join(" ");
}
