import type { Database } from "../database/database.ts";
import type { TableName, Value } from "../model/table.ts";
import { table } from "../model/tables.ts";

type Row = Readonly<Record<string, Value>>;

/** A local day with its energies in Wh; null: not known. */
export interface Day {
  /** Local date, `2026-05-31`. */
  readonly day: string;
  readonly production: number | null;
  readonly consumption: number | null;
  readonly selfConsumption: number | null;
  readonly feedIn: number | null;
  readonly purchased: number | null;
  readonly isComplete: boolean;
}

/** A quarter-hour with its energies in Wh. */
export interface Quarter {
  /** Start, epoch seconds. */
  readonly at: number;
  /** Local wall clock, `2026-05-31T12:15:00`. */
  readonly local: string;
  readonly production: number | null;
  readonly consumption: number | null;
  readonly feedIn: number | null;
  readonly purchased: number | null;
}

/** A moment of a battery. */
export interface BatteryMoment {
  readonly at: number;
  readonly local: string;
  /** W, discharge positive. */
  readonly power: number | null;
  readonly charge: number | null;
}

/** A day of one device. */
export interface DeviceDay {
  readonly key: string;
  readonly name: string;
  readonly day: string;
}

/** In Wh. */
export interface BatteryDay extends DeviceDay {
  readonly charged: number | null;
  readonly discharged: number | null;
  readonly cycles: number | null;
}

export interface InverterDay extends DeviceDay {
  /** Wh. */
  readonly energy: number | null;
  /** kWh/kWp. */
  readonly specificYield: number | null;
  readonly availability: number | null;
}

export type DayState = "complete" | "partial" | "total only" | "missing";

/** What is stored of one site, as far as a report shows it. */
export interface SiteData {
  readonly siteId: number;
  readonly name: string;
  readonly timeZone: string | null;
  readonly peakPower: number | null;
  /** Local date and time of the site's last report. */
  readonly lastUpdate: string | null;
  readonly days: readonly Day[];
  /** The first day of the month and Wh, as the server sums them where it does. */
  readonly months: readonly { readonly month: string; readonly energy: number }[];
  readonly quarters: readonly Quarter[];
  /** Of the last days, for the curves of today and yesterday. */
  readonly batteryMoments: readonly BatteryMoment[];
  readonly batteryDays: readonly BatteryDay[];
  readonly inverterDays: readonly InverterDay[];
  readonly quality: readonly { readonly day: string; readonly state: DayState }[];
}

/** A row of the list of sites. */
export interface SiteHead {
  readonly siteId: number;
  readonly name: string;
  readonly timeZone: string | null;
  readonly peakPower: number | null;
  readonly lastUpdate: string | null;
  /** Its first local day with data. */
  readonly firstDay: string | null;
}

/** The sites that are there, in the order of their ids. Throws DatabaseError. */
export async function readSites(
  database: Database,
  siteIds: readonly number[] | null,
): Promise<SiteHead[]> {
  const rows = await database.query("site_list", {
    site_ids: siteIds === null ? null : JSON.stringify(siteIds),
  });
  return rows.map((row) => ({
    siteId: Number(row.site_id),
    name: text(row.name) ?? String(row.site_id),
    timeZone: text(row.time_zone),
    peakPower: number(row.peak_power_kwp),
    lastUpdate: text(row.last_update_local),
    firstDay: text(row.data_start_date),
  }));
}

/** Everything a report shows of a site; of one year only where a year is given. Throws DatabaseError. */
export async function readSite(
  database: Database,
  head: SiteHead,
  year: number | null,
): Promise<SiteData> {
  const { siteId } = head;
  const ask = (name: Parameters<Database["query"]>[0]) =>
    database.query(name, { site_id: siteId }) as Promise<Row[]>;
  const inYear = (day: string) => year === null || day.startsWith(`${year}-`);
  const kept = <T extends { readonly day: string }>(rows: readonly T[]) =>
    rows.filter((one) => inYear(one.day));
  const days = kept((await ask("report_days")).map(dayOf));
  const span = year === null ? {} : {
    start: Temporal.PlainDate.from({ year, month: 1, day: 1 }),
    end: Temporal.PlainDate.from({ year, month: 12, day: 31 }),
  };
  const quarters = await readQuarters(database, siteId, span);
  const newest = quarters.at(-1)?.local.slice(0, 10) ?? null;
  return {
    ...head,
    days,
    months: (await readMonths(database, siteId)).filter((one) => inYear(one.month)),
    quarters,
    batteryMoments: newest === null ? [] : await readBattery(database, siteId, newest),
    batteryDays: kept((await ask("report_batteries")).map((row) => ({
      ...deviceDay(row, row.battery_name),
      charged: number(row.charged_wh),
      discharged: number(row.discharged_wh),
      cycles: number(row.full_cycles),
    }))),
    inverterDays: kept((await ask("report_inverters")).map((row) => ({
      ...deviceDay(row, row.inverter_name),
      energy: number(row.energy_wh),
      specificYield: number(row.specific_yield_kwh_per_kwp),
      availability: number(row.availability_pct),
    }))),
    quality: kept(statesOf(days, quarters, head.firstDay)),
  };
}

/** A spring day has no more quarter-hours. */
const wholeDay = 92;

/** What is here of each day from the first to the newest, as `v_data_quality` judges it. */
export function statesOf(
  days: readonly Day[],
  quarters: readonly Quarter[],
  firstDay: string | null,
): { day: string; state: DayState }[] {
  const totals = new Set(days.filter((one) => one.production !== null).map((one) => one.day));
  const counts = new Map<string, number>();
  for (const { local } of quarters) {
    const day = local.slice(0, 10);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const known = [...totals, ...counts.keys(), ...firstDay === null ? [] : [firstDay]].sort();
  if (known.length === 0) return [];
  const states: { day: string; state: DayState }[] = [];
  // Read as dates: of a text that is none, the last day would never come.
  const [first, last] = [known[0], known.at(-1)!].map((day) => Temporal.PlainDate.from(day));
  for (let at = first; Temporal.PlainDate.compare(at, last) <= 0; at = at.add({ days: 1 })) {
    const day = at.toString();
    const count = counts.get(day) ?? 0;
    const total = totals.has(day);
    states.push({
      day,
      state: total && count >= wholeDay
        ? "complete"
        : count > 0
        ? "partial"
        : total
        ? "total only"
        : "missing",
    });
  }
  return states;
}

/** The balance of each day of a site, oldest first. Throws DatabaseError. */
export async function readDays(database: Database, siteId: number): Promise<Day[]> {
  return (await database.query("report_days", { site_id: siteId })).map(dayOf);
}

/** The months of a site that have energy, in Wh, oldest first. Throws DatabaseError. */
export async function readMonths(
  database: Database,
  siteId: number,
): Promise<{ month: string; energy: number }[]> {
  const rows = await database.query("report_months", { site_id: siteId });
  return rows.map((row) => ({ month: String(row.month), energy: Number(row.energy_wh) }));
}

function dayOf(row: Row): Day {
  return {
    day: String(row.day),
    production: number(row.production_wh),
    consumption: number(row.consumption_wh),
    selfConsumption: number(row.self_consumption_wh),
    feedIn: number(row.feed_in_wh),
    purchased: number(row.purchased_wh),
    isComplete: Number(row.is_complete) === 1,
  };
}

type Days = { readonly start?: Temporal.PlainDate; readonly end?: Temporal.PlainDate };

/** The quarter-hours of a site, oldest first. Throws DatabaseError. */
export async function readQuarters(
  database: Database,
  siteId: number,
  span: Days,
): Promise<Quarter[]> {
  const found: Quarter[] = [];
  const addQuarter = (row: (column: string) => Value) =>
    found.push({
      at: Date.parse(String(row("timestamp"))) / 1000,
      local: String(row("local_time")),
      production: number(row("production_wh")),
      consumption: number(row("consumption_wh")),
      feedIn: number(row("feed_in_wh")),
      purchased: number(row("purchased_wh")),
    });
  if (span.start || span.end) {
    for await (const row of rowsOf(database, "energy_details", siteId, span)) {
      if (row("interval_s") === 900) addQuarter(row);
    }
  } else {
    // Ten years are 350,000 rows: reading every column of them page by page takes ten times as long.
    for (const row of await database.query("report_quarters", { site_id: siteId })) {
      addQuarter((column) => row[column]);
    }
  }
  // Where no meter and no inverter gives energy, the site's own power is what there is.
  if (found.length === 0) {
    for await (const row of rowsOf(database, "power_readings", siteId, span)) {
      const power = number(row("power_w"));
      if (row("interval_s") !== 900) continue;
      found.push({
        at: Date.parse(String(row("timestamp"))) / 1000,
        local: String(row("local_time")),
        production: power === null ? null : power / 4,
        consumption: null,
        feedIn: null,
        purchased: null,
      });
    }
  }
  return found.sort((a, b) => a.at - b.at);
}

async function readBattery(
  database: Database,
  siteId: number,
  newest: string,
): Promise<BatteryMoment[]> {
  const end = Temporal.PlainDate.from(newest);
  const moments: BatteryMoment[] = [];
  const span = { start: end.subtract({ days: 1 }), end };
  for await (const row of rowsOf(database, "battery_telemetry", siteId, span)) {
    moments.push({
      at: Date.parse(String(row("timestamp"))) / 1000,
      local: String(row("local_time")),
      power: number(row("power_w")),
      charge: number(row("state_of_charge_pct")),
    });
  }
  return moments;
}

/** Rows as a look-up by column: an object for each of 350,000 rows would be slow. */
async function* rowsOf(
  database: Database,
  name: TableName,
  siteId: number,
  span: Days,
): AsyncGenerator<(column: string) => Value> {
  const at = new Map(table(name).columns.map((column, index) => [column.name, index]));
  for await (const page of database.read({ table: name, siteIds: [siteId], ...span })) {
    for (const row of page) yield (column) => row[at.get(column)!];
  }
}

function deviceDay(row: Row, name: Value): DeviceDay {
  const key = String(row.device_key);
  return { key, name: text(name) ?? key, day: String(row.day) };
}

function number(value: Value): number | null {
  return value === null ? null : Number(value);
}

function text(value: Value): string | null {
  return value === null ? null : String(value);
}
