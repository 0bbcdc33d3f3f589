import { battery, devices } from "./device_panels.ts";
import type { Dialect } from "./dialects.ts";
import { fleet, quality } from "./fleet_panels.ts";
import { home } from "./home_panels.ts";
import type { Dashboard } from "./panel.ts";

/** All dashboards, as they stand in the list. */
export const dashboards: readonly Dashboard[] = [home, battery, devices, fleet, quality];

/** The choices of the variable `site`, `name (number)`; Grafana takes name and number from each by a pattern. */
export function sitesQuery(on: Dialect): string {
  const label = on.join("coalesce(s.name, 'Site')", "' ('", "s.site_id", "')'");
  return `select ${label} as "site" from sites s order by s.name, s.site_id`;
}
