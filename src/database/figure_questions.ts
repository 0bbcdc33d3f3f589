import batteryNow from "../../sql/shared/battery_now.sql" with { type: "text" };
import dayEnergies from "../../sql/shared/day_energies.sql" with { type: "text" };
import detailSums from "../../sql/shared/detail_sums.sql" with { type: "text" };
import energySums from "../../sql/shared/energy_sums.sql" with { type: "text" };
import siteNow from "../../sql/shared/site_now.sql" with { type: "text" };

/**
 * Questions about the figures of sites in words that every dialect understands, for the sites from
 * `first_site` to `last_site`; sums over local dates, the end not included.
 */
export const figureQuestions = {
  battery_now: batteryNow,
  day_energies: dayEnergies,
  detail_sums: detailSums,
  energy_sums: energySums,
  site_now: siteNow,
} as const;

/** The name of one of them. */
export type FigureQuestion = keyof typeof figureQuestions;
