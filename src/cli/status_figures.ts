import type { Database } from "../database/database.ts";
import type { SiteFacts } from "../model/harvest.ts";
import { compareInstants } from "../model/interval.ts";
import { instantText, readInstant } from "../model/site_time.ts";
import {
  type Energy,
  energyOf,
  numberOf,
  type Period,
  type Row,
  type Sums,
} from "./site_energy.ts";

/** What a site does at a moment; power in W, null: not known. */
export interface Moment {
  readonly at: Temporal.Instant;
  readonly productionW: number | null;
  readonly consumptionW: number | null;
  /** Net: from the grid positive, to it negative. */
  readonly gridW: number | null;
}

/** All batteries of a site together. */
export interface Battery {
  readonly at: Temporal.Instant;
  readonly stateOfChargePct: number;
  /** Net: discharge positive, charge negative; null: not known. */
  readonly powerW: number | null;
}

/** The picture of a site: its energy, and what it does now. */
export interface Figures {
  readonly energy: Readonly<Record<Period, Energy>>;
  readonly now: Moment | null;
  readonly battery: Battery | null;
  readonly peakPowerKwp: number | null;
  /** What it made on each of the last days before today, in Wh, null where that is not known; empty: not asked for. */
  readonly lastDaysWh: readonly (number | null)[];
}

/** Two weeks show the weather, and one bad day among good ones. */
const lastDays = 14;

const none: ReadonlyMap<number, Row> = new Map();

/** Reads the figures of these sites, by site id. Throws DatabaseError. */
export async function readFigures(
  database: Pick<Database, "query">,
  sites: readonly SiteFacts[],
  now: Temporal.Instant,
  { wholeBalance }: {
    /** What sites used in a month and a year too, out of quarter-hours: many rows for each site. */
    readonly wholeBalance: boolean;
  },
): Promise<Map<number, Figures>> {
  const figures = new Map<number, Figures>();
  if (sites.length === 0) return figures;
  const ids = sites.map((one) => one.siteId);
  const range = {
    first_site: ids.reduce((a, b) => Math.min(a, b)),
    last_site: ids.reduce((a, b) => Math.max(a, b)),
  };
  const states = byId(await database.query("site_now", range));
  const batteries = Map.groupBy(
    await database.query("battery_now", range),
    (row) => Number(row.site_id),
  );
  const byDay = Map.groupBy(sites, (one) => todayOf(one, now).toString());
  for (const [day, group] of byDay) {
    const today = Temporal.PlainDate.from(day);
    const sums = await readSums(database, range, today, wholeBalance);
    const made = wholeBalance ? await readLastDays(database, range, today) : null;
    for (const site of group) {
      const state = states.get(site.siteId) ?? {};
      figures.set(site.siteId, {
        energy: energyOf(site, state, sums, now),
        now: momentOf(state),
        battery: batteryOf(batteries.get(site.siteId) ?? []),
        peakPowerKwp: numberOf(state.peak_power_kwp),
        lastDaysWh: made?.(site.siteId) ?? [],
      });
    }
  }
  return figures;
}

function todayOf(site: SiteFacts, now: Temporal.Instant): Temporal.PlainDate {
  return now.toZonedDateTimeISO(site.timeZone ?? "UTC").toPlainDate();
}

/** Gives the energies of the last days of a site, oldest first. */
async function readLastDays(
  database: Pick<Database, "query">,
  range: { readonly first_site: number; readonly last_site: number },
  today: Temporal.PlainDate,
): Promise<(siteId: number) => readonly (number | null)[]> {
  const days = Array.from({ length: lastDays }, (_, i) => today.subtract({ days: lastDays - i }));
  const rows = await database.query("day_energies", {
    ...range,
    from_date: days[0]!.toString(),
    to_date: today.toString(),
  });
  const made = new Map(
    rows.map((row) => [`${row.site_id} ${row.reading_date}`, numberOf(row.energy_wh)]),
  );
  return (siteId) => days.map((day) => made.get(`${siteId} ${day}`) ?? null);
}

async function readSums(
  database: Pick<Database, "query">,
  range: { readonly first_site: number; readonly last_site: number },
  day: Temporal.PlainDate,
  wholeBalance: boolean,
): Promise<Sums> {
  const month = day.with({ day: 1 });
  const year = month.with({ month: 1 });
  const yesterday = day.subtract({ days: 1 });
  const tomorrow = day.add({ days: 1 });
  const energy = async (unit: string, from: Temporal.PlainDate, to: Temporal.PlainDate) =>
    byId(
      await database.query("energy_sums", {
        ...range,
        time_unit: unit,
        from_date: from.toString(),
        to_date: to.toString(),
      }),
    );
  const details = async (from: Temporal.PlainDate, to: Temporal.PlainDate) =>
    byId(
      await database.query("detail_sums", {
        ...range,
        from_date: from.toString(),
        to_date: to.toString(),
        from_at: instantText(from.subtract({ days: 1 }).toZonedDateTime("UTC").toInstant()),
        to_at: instantText(to.add({ days: 1 }).toZonedDateTime("UTC").toInstant()),
      }),
    );
  return {
    day,
    days: {
      today: await energy("DAY", day, tomorrow),
      yesterday: await energy("DAY", yesterday, day),
      month: await energy("DAY", month, day),
      year: await energy("DAY", year, day),
    },
    monthRow: await energy("MONTH", month, tomorrow),
    yearRow: await energy("YEAR", year, tomorrow),
    monthsBefore: await energy("MONTH", year, month),
    yearsBefore: await energy("YEAR", Temporal.PlainDate.from("1970-01-01"), year),
    details: {
      today: await details(day, tomorrow),
      yesterday: await details(yesterday, day),
      month: wholeBalance ? await details(month, day) : none,
      year: wholeBalance ? await details(year, day) : none,
    },
  };
}

/** The newest picture of the site; power flow says most, then quarter-hours, then power alone. */
function momentOf(row: Row): Moment | null {
  const [flow, details, power] = [row.flow_at, row.details_at, row.power_at].map((at) =>
    at === null || at === undefined ? null : momentAt(String(at))
  );
  const isNewest = (one: Temporal.Instant | null, others: readonly (Temporal.Instant | null)[]) =>
    one !== null && others.every((other) => !other || compareInstants(one, other) >= 0);
  if (flow && isNewest(flow, [details, power])) {
    return {
      at: flow,
      productionW: numberOf(row.pv_power_w),
      consumptionW: numberOf(row.load_power_w),
      gridW: numberOf(row.grid_power_w),
    };
  }
  if (details && isNewest(details, [power])) {
    const [purchased, feedIn] = [numberOf(row.purchased_w), numberOf(row.feed_in_w)];
    return {
      at: details,
      productionW: numberOf(row.production_w),
      consumptionW: numberOf(row.consumption_w),
      gridW: purchased === null || feedIn === null ? null : purchased - feedIn,
    };
  }
  return power &&
    { at: power, productionW: numberOf(row.power_w), consumptionW: null, gridW: null };
}

/** Batteries as one: charge in the middle by what they hold, power added up, as old as the oldest of them. */
function batteryOf(rows: readonly Row[]): Battery | null {
  if (rows.length === 0) return null;
  const weights = rows.map((one) => numberOf(one.nameplate_capacity_wh) ?? 1);
  const whole = weights.reduce((sum, one) => sum + one, 0);
  const charge = rows.reduce(
    (sum, one, i) => sum + Number(one.state_of_charge_pct) * weights[i],
    0,
  );
  const powers = rows.map((one) => numberOf(one.power_w));
  const [oldest] = rows.map((one) => String(one.timestamp)).sort();
  const at = momentAt(oldest!);
  return at && {
    at,
    stateOfChargePct: charge / whole,
    powerW: powers.every((one) => one !== null)
      ? powers.reduce<number>((sum, one) => sum + one!, 0)
      : null,
  };
}

/** A moment as a server writes it; MariaDB leaves out that it is UTC. Null for what is none. */
function momentAt(text: string): Temporal.Instant | null {
  const hasZone = /(Z|[+-]\d\d(:?\d\d)?)$/.test(text);
  try {
    return readInstant(hasZone ? text : `${text.replace(" ", "T")}Z`);
  } catch {
    return null;
  }
}

function byId(rows: readonly Row[]): Map<number, Row> {
  return new Map(rows.map((row) => [Number(row.site_id), row]));
}
