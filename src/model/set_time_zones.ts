import type { Known } from "./harvest.ts";

/** What is known, with the zones that a person has set for sites in place of those that answers named. */
export function withTimeZones(known: Known, zones: ReadonlyMap<number, string>): Known {
  if (zones.size === 0) return known;
  return {
    ...known,
    sites: known.sites.map((site) => {
      const timeZone = zones.get(site.siteId);
      return timeZone === undefined ? site : { ...site, timeZone };
    }),
  };
}
