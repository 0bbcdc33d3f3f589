import type { Day, InverterDay, SiteData } from "./site_data.ts";

/** Energies of a day, month or year, in Wh; null: not known. */
export interface Balance {
  readonly production: number | null;
  readonly consumption: number | null;
  readonly selfConsumption: number | null;
  readonly feedIn: number | null;
  readonly purchased: number | null;
  /** %, of the days of which both parts are known. */
  readonly selfSufficiencyPct: number | null;
  readonly selfConsumptionPct: number | null;
}

/** Adds up days; the percentages hold for those whose parts are known. */
export function balanceOf(days: readonly Day[]): Balance {
  const supplied = days.filter((one) => one.consumption !== null && one.purchased !== null);
  const used = days.filter((one) => one.selfConsumption !== null && one.feedIn !== null);
  const consumption = sum(supplied, (one) => one.consumption) ?? 0;
  const own = sum(used, (one) => one.selfConsumption) ?? 0;
  const made = own + (sum(used, (one) => one.feedIn) ?? 0);
  return {
    production: sum(days, (one) => one.production),
    consumption: sum(days, (one) => one.consumption),
    selfConsumption: sum(days, (one) => one.selfConsumption),
    feedIn: sum(days, (one) => one.feedIn),
    purchased: sum(days, (one) => one.purchased),
    selfSufficiencyPct: consumption > 0
      ? Math.max(0, 100 * (1 - (sum(supplied, (one) => one.purchased) ?? 0) / consumption))
      : null,
    selfConsumptionPct: made > 0 ? 100 * own / made : null,
  };
}

/** A calendar year. */
export interface Year extends Balance {
  readonly year: number;
  /** kWh/kWp. */
  readonly specificYield: number | null;
  /** Wh of January to December; null: not known. */
  readonly months: readonly (number | null)[];
}

/** The years of a site, oldest first. Production as the server sums the months, else the days. */
export function yearsOf({ days, months, peakPower }: SiteData): Year[] {
  const byYear = Map.groupBy(days, (one) => yearOf(one.day));
  const energies = new Map(months.map((one) => [one.month.slice(0, 7), one.energy]));
  const all = new Set([...byYear.keys(), ...months.map((one) => yearOf(one.month))]);
  return [...all].sort((a, b) => a - b).map((year) => {
    const balance = balanceOf(byYear.get(year) ?? []);
    const perMonth = Array.from(
      { length: 12 },
      (_, at) => energies.get(`${year}-${String(at + 1).padStart(2, "0")}`) ?? null,
    );
    const production = sum(perMonth, (one) => one) ?? balance.production;
    return {
      ...balance,
      year,
      production,
      specificYield: perKwp(production, peakPower),
      months: perMonth,
    };
  });
}

/** The best and the weakest of what is known. */
export interface Records {
  readonly bestDay: Day | null;
  readonly worstDay: Day | null;
  readonly bestMonth: { readonly month: string; readonly energy: number } | null;
  readonly bestYear: Year | null;
  /** W, the mean of a quarter-hour. */
  readonly highestPower: { readonly local: string; readonly power: number } | null;
}

/** The records of a site. Only whole days count as weak, and only where there is something to compare. */
export function recordsOf(data: SiteData, years: readonly Year[]): Records {
  const known = data.days.filter((one) => one.production !== null);
  const whole = known.filter((one) => one.isComplete && one.production! > 0);
  const strongest = best(data.quarters, (one) => one.production ?? -1);
  return {
    bestDay: best(known, (one) => one.production!),
    worstDay: whole.length > 1 ? best(whole, (one) => -one.production!) : null,
    bestMonth: best(data.months, (one) => one.energy),
    bestYear: years.length > 1 ? best(years, (one) => one.production ?? -1) : null,
    highestPower: strongest?.production
      ? { local: strongest.local, power: strongest.production * 4 }
      : null,
  };
}

/** The days whose quarter-hours are here, newest first: today or the last day of the data, and the one before. */
export function latestDays(data: SiteData): string[] {
  const newest = data.quarters.at(-1)?.local.slice(0, 10);
  if (!newest) return [];
  return [newest, Temporal.PlainDate.from(newest).subtract({ days: 1 }).toString()];
}

/** An inverter over the time that its telemetry covers. */
export interface InverterSum {
  readonly name: string;
  readonly days: number;
  /** Wh. */
  readonly energy: number | null;
  /** kWh/kWp a day. */
  readonly dailyYield: number | null;
  /** Mean of the days, %. */
  readonly availability: number | null;
}

/** The inverters side by side. */
export function invertersOf(days: readonly InverterDay[]): InverterSum[] {
  return [...Map.groupBy(days, (one) => one.key).values()].map((all) => ({
    name: all[0].name,
    days: all.length,
    energy: sum(all, (one) => one.energy),
    dailyYield: mean(all.map((one) => one.specificYield)),
    availability: mean(all.map((one) => one.availability)),
  }));
}

/** The sum of what is known; null where nothing is. */
export function sum<T>(all: readonly T[], of: (one: T) => number | null): number | null {
  let total: number | null = null;
  for (const one of all) {
    const value = of(one);
    if (value !== null) total = (total ?? 0) + value;
  }
  return total;
}

/** Wh by kWp, as kWh/kWp. */
export function perKwp(energy: number | null, peakPower: number | null): number | null {
  return energy === null || !peakPower ? null : energy / 1000 / peakPower;
}

function mean(all: readonly (number | null)[]): number | null {
  const known = all.filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

function best<T>(all: readonly T[], of: (one: T) => number): T | null {
  let found: T | null = null;
  for (const one of all) if (found === null || of(one) > of(found)) found = one;
  return found;
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}
