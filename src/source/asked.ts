import type { DeviceFacts, SiteFacts } from "../model/harvest.ts";
import type { PlannedRequest } from "./source.ts";

/**
 * A request as it is written down beside its answer: with it the answer can be read again, by the same parser and
 * with what was known of the site then. Plain JSON; times as ISO text.
 */
export interface AskedRequest {
  /** The source and, of v2, how it was opened: `v1`, `v2 fleet`, `v2 site`. */
  readonly source: string;
  readonly query: string;
  readonly sites: readonly Readonly<
    & Record<Exclude<keyof SiteFacts, "shareFactor">, string | number | null>
    & Pick<SiteFacts, "shareFactor">
  >[];
  readonly device?: Readonly<Record<keyof DeviceFacts, string | number | null>>;
  readonly window?: { readonly start: string; readonly end: string };
  readonly page?: unknown;
}

/** What is written down of a request. */
export function askedOf(request: PlannedRequest, source: string): AskedRequest {
  const { query, sites, device, window, page } = request;
  return {
    source,
    query: query.name,
    sites: sites.map((one) => ({
      ...one,
      lastUpdate: one.lastUpdate?.toString() ?? null,
      firstDay: one.firstDay?.toString() ?? null,
      lastSeen: one.lastSeen.toString(),
    })),
    ...(device ? { device: { ...device, lastSeen: device.lastSeen.toString() } } : {}),
    ...(window ? { window: { start: window.start.toString(), end: window.end.toString() } } : {}),
    ...(page === undefined ? {} : { page }),
  };
}
