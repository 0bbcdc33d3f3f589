import type { Database } from "../../src/database/database.ts";
import type { Value } from "../../src/model/table.ts";
import { delivery, rowsOf } from "./deliveries.ts";

/** What `v_site_summary` shows of a site: its power, today, this month, this year and its life. */
export const figures = [
  "site_id",
  "current_power_w",
  "day_energy_wh",
  "month_energy_wh",
  "year_energy_wh",
  "lifetime_energy_wh",
].join(", ");

type Row = Record<string, Value>;

const overview = {
  current_power_w: 900,
  day_energy_wh: 800,
  month_energy_wh: 7000,
  year_energy_wh: 60_000,
  lifetime_energy_wh: 500_000,
  last_update_local: "2026-06-10T14:05:00",
};

/**
 * Four sites on 10 June: 1 with the overview of the first generation alone, 2 through the second, 3 that went
 * over to the second in May, 4 that has sent nothing yet. Stored in what `database` writes to.
 */
export async function saveLatestFigures(database: Database): Promise<void> {
  const none = Object.fromEntries(Object.keys(overview).map((name) => [name, null]));
  await database.save(delivery([
    rowsOf("sites", [{ site_id: 1, ...overview }, { site_id: 4, ...none }]),
    power(1, "12:00", 880),
  ]));
  await database.save(delivery([
    rowsOf("sites", [{ site_id: 3, ...overview, last_update_local: "2026-05-30T18:00:00" }]),
  ]));
  const second = { source: "v2" };
  for (const site of [2, 3]) {
    await database.save(delivery([
      ...site === 2 ? [rowsOf("sites", [{ site_id: 2, lifetime_energy_wh: 400_000 }])] : [],
      power(site, "12:00", 1000),
      power(site, "12:15", 1100),
      power(site, "12:30", null),
      quarterHours(site, [["09T21:45", 5000], ["10T12:00", 250], ["10T12:15", 275]]),
      energy(site, [
        ["DAY", "2026-06-08", 3000, 1],
        ["DAY", "2026-06-09", 4000, 1],
        // As it was asked in the morning.
        ["DAY", "2026-06-10", 100, 0],
        ["DAY", "2026-05-31", 2000, 1],
        // A week old.
        ["MONTH", "2026-06-01", 5000, 0],
        ["YEAR", "2026-01-01", 90_000, 0],
        ["YEAR", "2025-01-01", 350_000, 1],
      ]),
    ], second));
  }
}

/** What the view shows then. */
export const latestFigures: Value[][] = [
  [1, 900, 800, 7000, 60_000, 500_000],
  // 250 + 275 Wh in the quarter-hours of today; the year knows more than its days.
  [2, 1100, 525, 7525, 90_000, 440_000],
  // Nothing is left of the overview but a life that was longer than the rows know.
  [3, 1100, 525, 7525, 90_000, 500_000],
  [4, null, null, null, null, null],
];

function stamp(site: number, day: string, clock: string): Row {
  return {
    site_id: site,
    timestamp: `2026-06-${day}T${clock}:00Z`,
    local_time: `2026-06-${day}T${clock}:00`,
    interval_s: 900,
  };
}

function power(site: number, clock: string, watts: number | null) {
  return rowsOf("power_readings", [{ ...stamp(site, "10", clock), power_w: watts }]);
}

function quarterHours(site: number, values: readonly (readonly [at: string, wattHours: number])[]) {
  return rowsOf(
    "energy_details",
    values.map(([at, wattHours]) => {
      const [day, clock] = at.split("T");
      return { ...stamp(site, day, clock), production_wh: wattHours };
    }),
  );
}

function energy(site: number, values: readonly (readonly [string, string, number, number])[]) {
  return rowsOf(
    "energy_readings",
    values.map(([time_unit, reading_date, energy_wh, is_complete]) => ({
      site_id: site,
      time_unit,
      reading_date,
      energy_wh,
      is_complete,
    })),
  );
}
