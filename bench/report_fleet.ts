/** Sites with years of days and quarter-hours, of which `seh report` is asked: written, not harvested. */
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../src/database/open.ts";

/** What stands in such a database. */
export interface ReportFleet {
  readonly sites: number;
  readonly years: number;
}

/** The moment at which somebody looks: the local evening of the last day that is there. */
export const lookedAt = Temporal.Instant.from("2026-05-31T21:50:00Z");

const firstSite = 5_000_001;
const lastDay = Temporal.PlainDate.from("2026-05-31");
const source = "v2";
const updatedAt = "2026-05-31T21:40:00Z";

/**
 * Makes it in a file, for sites an hour or two before UTC: energy by day, power and energy by quarter-hour day and
 * night, one inverter by daylight, and a battery at each third site. Gives the number of rows.
 */
export async function makeReportFleet(file: string, fleet: ReportFleet): Promise<number> {
  const made = await openDatabase(`sqlite:///${file}`);
  await made.migrate();
  await made.close();
  const database = new DatabaseSync(file);
  database.exec("pragma journal_mode = off; pragma synchronous = off; pragma temp_store = memory");
  modelOfASite(database, fleet.years);
  const first = lastDay.subtract({ years: fleet.years }).add({ days: 1 });
  let rows = 0;
  for (let at = 0; at < fleet.sites; at++) {
    database.exec("begin");
    for (const sql of statementsOf(at, first)) rows += Number(database.prepare(sql).run().changes);
    database.exec("commit");
  }
  database.close();
  return rows;
}

/** The quarter-hours of a site of 1 kWp: a sun that follows the year, clouds of a day, an evening. */
function modelOfASite(database: DatabaseSync, years: number): void {
  database.exec(`create temp table model (
    utc text, local text, day text, made real, used real, primary key (utc)) without rowid`);
  const add = database.prepare("insert into model values (?, ?, ?, ?, ?)");
  const end = Date.parse("2026-05-31T22:00:00Z");
  const start = Date.parse(`${lastDay.subtract({ years }).add({ days: 1 })}T00:00:00+02:00`);
  let seed = 42;
  const chance = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  let clouds = 1;
  database.exec("begin");
  for (let at = start; at < end; at += 900_000) {
    const local = new Date(at + 7_200_000);
    const hour = local.getUTCHours() + local.getUTCMinutes() / 60;
    if (hour === 0) clouds = 0.15 + 0.85 * chance();
    const winter = Math.abs(local.getUTCMonth() - 5.5) / 6;
    const half = 8 - 4 * winter * winter;
    const sun = Math.abs(hour - 12.5) < half ? Math.cos((hour - 12.5) / half * Math.PI / 2) : 0;
    const made = 220 * sun * clouds * (0.8 + 0.2 * chance()) * (1 - winter * winter / 2);
    const used = 7 + 50 * chance() ** 6 + (hour > 17 && hour < 22 ? 15 : 0);
    const text = local.toISOString().slice(0, 19);
    add.run(new Date(at).toISOString().slice(0, 19) + "Z", text, text.slice(0, 10), made, used);
  }
  database.exec("commit");
}

function statementsOf(at: number, first: Temporal.PlainDate): string[] {
  const site = firstSite + at;
  const kwp = 5 + at % 7;
  const made = `round(made * ${kwp} * ${1 - at % 11 / 50}, 1)`;
  const used = `round(used * 10, 1)`;
  const given = `'${source}', '${updatedAt}'`;
  const quarter = `${site}, utc, local, 900`;
  const days = (value: string) => `round(sum(${value}), 1)`;
  return [
    `insert into sites (site_id, name, status, time_zone, peak_power_kwp, data_start_date, data_end_date,
      last_update_local, last_update_at, last_seen, updated_at)
     values (${site}, 'Roof ${at + 1}', 'Active', 'Europe/Berlin', ${kwp}, '${first}', '${lastDay}',
      '${lastDay}T23:40:00', '${updatedAt}', '${updatedAt}', '${updatedAt}')`,
    `insert into equipment (site_id, device_key, serial_number, category, name, last_seen, updated_at)
     values (${site}, 'INV-${site}', 'INV-${site}', 'inverter', 'Inverter 1', '${updatedAt}', '${updatedAt}')`,
    `insert into energy_readings (site_id, time_unit, reading_date, energy_wh, is_complete, consumption_wh,
      to_grid_wh, from_grid_wh, source, updated_at)
     select ${site}, 'DAY', day, ${days(made)}, 1, ${days(used)}, ${
      days(`max(${made} - ${used}, 0)`)
    },
      ${days(`max(${used} - ${made}, 0)`)}, ${given} from model group by day`,
    `insert into power_readings (site_id, timestamp, local_time, interval_s, power_w, source, updated_at)
     select ${quarter}, ${made} * 4, ${given} from model`,
    `insert into energy_details (site_id, timestamp, local_time, interval_s, production_wh, consumption_wh,
      self_consumption_wh, feed_in_wh, purchased_wh, source, updated_at)
     select ${quarter}, ${made}, ${used}, min(${made}, ${used}), max(${made} - ${used}, 0),
      max(${used} - ${made}, 0), ${given} from model`,
    `insert into inverter_telemetry (site_id, device_key, timestamp, local_time, interval_s,
      total_active_power_w, ac_energy_wh, source, updated_at)
     select ${site}, 'INV-${site}', utc, local, 900, ${made} * 4, ${made}, ${given} from model where made > 0`,
    ...at % 3 > 0 ? [] : [
      `insert into batteries (site_id, device_key, serial_number, name, nameplate_capacity_wh, last_seen,
        updated_at)
       values (${site}, 'BAT-${site}', 'BAT-${site}', 'Battery 1', 10000, '${updatedAt}', '${updatedAt}')`,
      `insert into battery_telemetry (site_id, device_key, timestamp, local_time, interval_s, power_w,
        state_of_charge_pct, charge_energy_wh, discharge_energy_wh, source, updated_at)
       select ${site}, 'BAT-${site}', utc, local, 900, iif(made > used, -400, 300), iif(made > used, 80, 40),
        iif(made > used, 100, 0), iif(made > used, 0, 75), ${given} from model`,
    ],
  ];
}
