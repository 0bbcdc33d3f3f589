import { familySum } from "../../model/family_sum.ts";
import type { Compared, TableRows } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";
import {
  awakeOrNot,
  type DeviceBucket,
  familyOf,
  momentsOf,
  roundingW,
  type SitePower,
} from "./quarter_hours.ts";

/** By night everything agrees with everything. */
const litW = 10;
const quarter = 900;

/** The power of a site as the sum over its inverters, for the quarter-hours that begin within `[from, to)`, UTC text. */
export function sitePowerOf(
  siteId: number,
  all: readonly DeviceBucket[],
  from: string,
  to: string,
): TableRows {
  const { moments, sum } = powerOf(all, from, to);
  return {
    table: "power_readings",
    columns: ["site_id", "timestamp", "local_time", "interval_s", "power_w"],
    rows: [...moments].map(([timestamp, local]): Value[] => [
      siteId,
      timestamp,
      local,
      quarter,
      sum(Date.parse(timestamp)),
    ]),
  };
}

/**
 * That sum against the power that the server gave. Quarter-hours in which a single inverter is silent prove
 * nothing; those in which all of them are, while the site gives power, prove that it has more than inverters.
 */
export function comparePower(
  all: readonly DeviceBucket[],
  reported: readonly SitePower[],
  from: string,
  to: string,
): Compared {
  const { moments, sum, answered, inverters } = powerOf(all, from, to);
  const tolerance = roundingW * (inverters + 1);
  let [lit, different] = [0, 0];
  for (const { timestamp, power_w } of reported) {
    if (!moments.has(timestamp)) continue;
    const at = Date.parse(timestamp);
    const own = sum(at);
    if (own === null && answered(at)) continue;
    if (Math.max(own ?? 0, power_w ?? 0) >= litW) lit++;
    if (Math.abs((own ?? 0) - (power_w ?? 0)) > tolerance) different++;
  }
  return { lit, different };
}

function powerOf(all: readonly DeviceBucket[], from: string, to: string) {
  const buckets = all.filter((one) => one.meter_type === "" && one.interval_s === quarter);
  const family = familyOf(buckets, "power_w");
  return {
    moments: momentsOf(buckets, from, to),
    sum: familySum(awakeOrNot(family)),
    answered: (at: number) => family.some((one) => (one.get(at) ?? null) !== null),
    inverters: family.length,
  };
}
