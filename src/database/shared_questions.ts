import batteryNow from "../../sql/shared/battery_now.sql" with { type: "text" };
import detailSums from "../../sql/shared/detail_sums.sql" with { type: "text" };
import energySums from "../../sql/shared/energy_sums.sql" with { type: "text" };
import siteNames from "../../sql/shared/site_names.sql" with { type: "text" };
import siteNow from "../../sql/shared/site_now.sql" with { type: "text" };

/**
 * Questions about the figures of sites in words that every dialect understands, for the sites from
 * `first_site` to `last_site`; sums over local dates, the end not included. And the names of all sites.
 */
export const sharedQuestions = {
  battery_now: batteryNow,
  detail_sums: detailSums,
  energy_sums: energySums,
  site_names: siteNames,
  site_now: siteNow,
} as const;
