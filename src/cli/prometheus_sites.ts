import type { Database } from "../database/database.ts";
import { prometheusText, type SiteNow } from "../export/prometheus.ts";
import { readLabel } from "../model/site_time.ts";
import { storedZone } from "../model/time_zone.ts";
import type { ListedSite } from "./listed_site.ts";

/** The newest values of the sites for Prometheus. Throws DatabaseError. */
export async function* prometheusSites(
  database: Database,
  sites: readonly ListedSite[],
): AsyncGenerator<string> {
  yield prometheusText(await sitesNow(database, sites));
}

async function sitesNow(
  database: Database,
  sites: readonly ListedSite[],
): Promise<readonly SiteNow[]> {
  const ids = sites.map((one) => one.siteId);
  if (ids.length === 0) return [];
  const range = { first_site: Math.min(...ids), last_site: Math.max(...ids) };
  const bySite = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    Map.groupBy(rows, (one) => Number(one.site_id));
  const now = bySite(await database.query("site_now", range)) as Map<number, SiteNow["now"][]>;
  const batteries = bySite(await database.query("battery_now", range)) as Map<
    number,
    SiteNow["now"][]
  >;
  return sites.map(({ siteId, name, timeZone, lastUpdate }) => {
    const local = lastUpdate === null ? null : readLabel(lastUpdate);
    return {
      siteId,
      name,
      now: now.get(siteId)?.[0] ?? {},
      lastUpdate: local === null
        ? null
        : local.toZonedDateTime(storedZone(timeZone) ?? "UTC").epochMilliseconds / 1000,
      batteries: batteries.get(siteId) ?? [],
    };
  });
}
