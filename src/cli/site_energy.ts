import type { SiteFacts } from "../model/harvest.ts";
import type { Value } from "../model/table.ts";

/** The periods that a person asks about; of the site's own calendar. */
export const periods = ["today", "yesterday", "month", "year", "lifetime"] as const;
export type Period = typeof periods[number];

/** What people call them. */
export const periodLabels: Record<Period, string> = {
  today: "today",
  yesterday: "yesterday",
  month: "this month",
  year: "this year",
  lifetime: "lifetime",
};

/** Energy of one period, in Wh; null: not known. What a site used is given only where all of the period is known. */
export interface Energy {
  readonly productionWh: number | null;
  readonly consumptionWh: number | null;
  /** Production that the site kept for itself, batteries included. */
  readonly selfConsumptionWh: number | null;
  readonly fromGridWh: number | null;
}

/** A row of an answer by the names of its columns. */
export type Row = Readonly<Record<string, Value>>;

/** Sums by site id, of the sites whose today is `day`; `month` and `year` end before it. */
export interface Sums {
  readonly day: Temporal.PlainDate;
  readonly days: Readonly<Record<Exclude<Period, "lifetime">, ReadonlyMap<number, Row>>>;
  /** The month and the year as the server sums them; the months of this year before; the years before. */
  readonly monthRow: ReadonlyMap<number, Row>;
  readonly yearRow: ReadonlyMap<number, Row>;
  readonly monthsBefore: ReadonlyMap<number, Row>;
  readonly yearsBefore: ReadonlyMap<number, Row>;
  readonly details: Readonly<Record<Exclude<Period, "lifetime">, ReadonlyMap<number, Row>>>;
}

/** The energy of a site in each period, from our sums and from the server's own. Pure. */
export function energyOf(
  site: SiteFacts,
  state: Row,
  sums: Sums,
  now: Temporal.Instant,
): Record<Period, Energy> {
  const { siteId } = site;
  const { day, days, details } = sums;
  // What the server has summed up itself holds for the day, month and year of the site's last update.
  const lastUpdate = String(state.last_update_local ?? "").slice(0, 10);
  const overview = (name: string, length: number) =>
    lastUpdate.slice(0, length) === day.toString().slice(0, length) ? numberOf(state[name]) : null;
  const open = days.today.get(siteId);
  const sumOf = (rows: ReadonlyMap<number, Row>) => numberOf(rows.get(siteId)?.energy_wh);
  const today = open && Number(open.is_complete) === 1
    ? numberOf(open.energy_wh)
    : greatest(numberOf(open?.energy_wh), sumOf(details.today), overview("day_energy_wh", 10));
  const since = (first: Temporal.PlainDate) => {
    const start = site.firstDay && Temporal.PlainDate.compare(site.firstDay, first) > 0
      ? site.firstDay
      : first;
    return start.until(day, { largestUnit: "day" }).days;
  };
  // A part of a month would pass for the month.
  const wholeSumOf = (rows: ReadonlyMap<number, Row>, count: number) =>
    Number(rows.get(siteId)?.days ?? 0) >= count * wholeShare ? sumOf(rows) ?? 0 : null;
  const [monthStart, yearStart] = [day.with({ day: 1 }), day.with({ day: 1, month: 1 })];
  const monthsBefore = monthStart.month - 1 -
    (site.firstDay?.year === day.year ? site.firstDay.month - 1 : 0);
  const month = greatest(
    withOpen(wholeSumOf(days.month, since(monthStart)), today),
    sumOf(sums.monthRow),
    overview("month_energy_wh", 7),
  );
  const year = greatest(
    withOpen(wholeSumOf(days.year, since(yearStart)), today),
    withOpen(wholeSumOf(sums.monthsBefore, monthsBefore), month),
    sumOf(sums.yearRow),
    overview("year_energy_wh", 4),
  );
  const isFirstYear = site.firstDay !== null && site.firstDay.year >= day.year;
  const lifetime = greatest(
    numberOf(state.lifetime_energy_wh),
    isFirstYear
      ? year
      : knowsAllYears(site, day, sums)
      ? withOpen(sumOf(sums.yearsBefore) ?? 0, year)
      : null,
  );
  const current = balanceOfToday(open, details.today.get(siteId));
  const used = (period: "yesterday" | "month" | "year", first: Temporal.PlainDate) =>
    balanceOf(days[period].get(siteId), details[period].get(siteId), since(first));
  const thisYear = added(
    used("year", yearStart),
    current,
    hasNight(site, now),
  );
  return {
    today: { productionWh: today, ...shares(current) },
    yesterday: {
      productionWh: numberOf(days.yesterday.get(siteId)?.energy_wh) ?? sumOf(details.yesterday),
      ...shares(used("yesterday", day.subtract({ days: 1 }))),
    },
    month: {
      productionWh: month,
      ...shares(added(used("month", monthStart), current, hasNight(site, now))),
    },
    year: { productionWh: year, ...shares(thisYear) },
    lifetime: { productionWh: lifetime, ...shares(isFirstYear ? thisYear : null) },
  };
}

/** Whether the first minutes of the day may still be without any value. */
function hasNight(site: SiteFacts, now: Temporal.Instant): boolean {
  return now.toZonedDateTimeISO(site.timeZone ?? "UTC").hour < 6;
}

function knowsAllYears(site: SiteFacts, day: Temporal.PlainDate, sums: Sums): boolean {
  const years = Number(sums.yearsBefore.get(site.siteId)?.days ?? 0);
  return site.firstDay !== null && years >= day.year - site.firstDay.year;
}

/** What a site made, used, and exchanged with the grid, all in Wh and all known. */
interface Balance {
  readonly production: number;
  readonly consumption: number;
  readonly fromGrid: number;
  readonly toGrid: number;
}

const secondsOfDay = 86_400;
/** So many of the days make a month whole: now and then SolarEdge has nothing of a day. */
const wholeShare = 0.95;

/** Of `count` whole days: from their own balances where each day has one, else from quarter-hours that leave out little. */
function balanceOf(
  days: Row | undefined,
  quarters: Row | undefined,
  count: number,
): Balance | null {
  if (count <= 0) return { production: 0, consumption: 0, fromGrid: 0, toGrid: 0 };
  if (Number(days?.balance_days ?? 0) >= count) return balanceIn(days!, "energy_wh");
  const seconds = Number(quarters?.balance_s ?? 0);
  const isWhole = seconds >= count * secondsOfDay * 0.97;
  return isWhole ? balanceIn(quarters!, "production_wh") : null;
}

function balanceOfToday(day: Row | undefined, quarters: Row | undefined): Balance | null {
  const soFar = Number(quarters?.balance_s ?? 0) > 0 ? balanceIn(quarters!, "production_wh") : null;
  return soFar ?? (Number(day?.balance_days ?? 0) > 0 ? balanceIn(day!, "energy_wh") : null);
}

function balanceIn(row: Row, production: "energy_wh" | "production_wh"): Balance | null {
  const [made, consumption, fromGrid, toGrid] = [
    numberOf(row[production]),
    numberOf(row.consumption_wh),
    numberOf(row.from_grid_wh),
    numberOf(row.to_grid_wh),
  ];
  if (made === null || consumption === null || fromGrid === null || toGrid === null) return null;
  return { production: made, consumption, fromGrid, toGrid };
}

/** Days before today and today; null where either is not known, but for a day that has just begun. */
function added(before: Balance | null, today: Balance | null, mayLack: boolean): Balance | null {
  if (!before) return null;
  if (!today) return mayLack ? before : null;
  return {
    production: before.production + today.production,
    consumption: before.consumption + today.consumption,
    fromGrid: before.fromGrid + today.fromGrid,
    toGrid: before.toGrid + today.toGrid,
  };
}

function shares(balance: Balance | null): Omit<Energy, "productionWh"> {
  if (!balance) return { consumptionWh: null, selfConsumptionWh: null, fromGridWh: null };
  return {
    consumptionWh: balance.consumption,
    selfConsumptionWh: Math.max(0, balance.production - balance.toGrid),
    fromGridWh: balance.fromGrid,
  };
}

/** A number of an answer; null where there is none. */
export function numberOf(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** What has ended and what goes on; null where a part of the former is missing, or nothing is known. */
function withOpen(ended: number | null, open: number | null): number | null {
  if (ended === null || ended === 0 && open === null) return null;
  return ended + (open ?? 0);
}

function greatest(...values: readonly (number | null)[]): number | null {
  return values.reduce(
    (most, one) => most === null ? one : one === null ? most : Math.max(most, one),
    null,
  );
}
