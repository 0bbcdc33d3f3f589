import { withoutNoise } from "../../model/family_sum.ts";
import type { TableRows } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";

/** A day with the parts of its balance: a row of `sql/shared/days.sql`. */
export interface DayParts {
  readonly reading_date: string;
  readonly is_complete: number;
  readonly energy_wh: number | null;
  readonly metered_production_wh: number | null;
  readonly metered_consumption_wh: number | null;
  readonly to_grid_wh: number | null;
  readonly from_grid_wh: number | null;
  readonly to_storage_wh: number | null;
  readonly from_storage_wh: number | null;
  readonly devices: number;
  readonly batteries: number;
}

const columns = [
  "production_wh",
  "to_self_consumption_wh",
  "to_storage_wh",
  "consumption_wh",
  "from_pv_wh",
  "from_storage_wh",
];

/**
 * What follows from the parts of whole days: where their energy came from and went. `energy_wh` is what the
 * inverters gave, a battery's discharge included; what a battery took is added for what the modules gave.
 * A day of which nothing follows has no row.
 */
export function balanceOf(siteId: number, days: readonly DayParts[]): TableRows[] {
  const rows = days.filter((one) => one.is_complete === 1).flatMap((day): Value[][] => {
    const figures = figuresOf(day);
    if (figures.every((one) => one === null)) return [];
    return [[siteId, "DAY", day.reading_date, day.is_complete, ...figures]];
  });
  if (rows.length === 0) return [];
  return [{
    table: "energy_readings",
    columns: ["site_id", "time_unit", "reading_date", "is_complete", ...columns],
    rows,
  }];
}

/** In the order of the columns. */
function figuresOf(day: DayParts): Value[] {
  // Of a site whose devices are not listed, nobody knows that it has no battery.
  const none = day.devices > 0 && day.batteries === 0 ? 0 : null;
  const charged = day.to_storage_wh ?? none;
  const discharged = day.from_storage_wh ?? none;
  // Meters may count some of the inverters, the energy of the site is that of all.
  const output = day.energy_wh ?? day.metered_production_wh;
  const own = figure((made, exported) => made - exported, output, day.to_grid_wh);
  const consumption = day.metered_consumption_wh ??
    figure((used, bought) => used + bought, own, day.from_grid_wh);
  const direct = figure(
    (used, bought, stored) => used - bought - stored,
    consumption,
    day.from_grid_wh,
    discharged,
  );
  const sun = figure((made, took, gave) => made + took - gave, output, charged, discharged);
  return [sun, direct, charged, consumption, direct, discharged];
}

/** Never below zero; NULL where a part is not known. */
function figure<Parts extends readonly (number | null)[]>(
  of: (...parts: { [at in keyof Parts]: number }) => number,
  ...parts: Parts
): number | null {
  if (parts.includes(null)) return null;
  return withoutNoise(Math.max(0, of(...parts as { [at in keyof Parts]: number })));
}
