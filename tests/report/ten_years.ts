import type { Day, Quarter, SiteData } from "../../src/report/site_data.ts";

const quarterOf = (year: number) => Date.UTC(year, 0, 1) / 1000;

/** A home with a battery, ten years of it by quarter-hour: a sun that follows the year, clouds and noise. */
export function tenYears(from = 2016): SiteData {
  let seed = 42;
  const chance = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const quarters: Quarter[] = [];
  const days: Day[] = [];
  let clouds = 1;
  for (let at = quarterOf(from); at < quarterOf(from + 10); at += 900) {
    const date = new Date(at * 1000);
    const local = date.toISOString().slice(0, 19);
    const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
    if (hour === 0) clouds = 0.15 + 0.85 * chance();
    const season = (date.getUTCMonth() - 5.5) / 6;
    const sun = Math.cos((hour - 12.5) / (8 - 4 * season * season) * Math.PI / 2);
    const isDay = Math.abs(hour - 12.5) < 8 - 4 * season * season;
    const production = isDay
      ? Math.round(
        2200 * Math.max(0, sun) * clouds * (0.8 + 0.2 * chance()) * (1 - season * season / 2),
      )
      : null;
    const consumption = Math.round(70 + 500 * chance() ** 6 + (hour > 17 && hour < 22 ? 150 : 0));
    const made = production ?? 0;
    const own = Math.min(made, consumption);
    quarters.push({
      at,
      local,
      production,
      consumption,
      feedIn: made - own,
      purchased: consumption - own,
    });
  }
  for (const [day, some] of Map.groupBy(quarters, (one) => one.local.slice(0, 10))) {
    const total = (of: (one: Quarter) => number | null) =>
      some.reduce((sum, one) => sum + (of(one) ?? 0), 0);
    const [production, consumption] = [
      total((one) => one.production),
      total((one) => one.consumption),
    ];
    const feedIn = total((one) => one.feedIn);
    days.push({
      day,
      production,
      consumption,
      selfConsumption: production - feedIn,
      feedIn,
      purchased: total((one) => one.purchased),
      isComplete: true,
    });
  }
  const last = days.at(-1)!.day;
  return {
    siteId: 1,
    name: "Home",
    timeZone: "Europe/Berlin",
    peakPower: 9.8,
    lastUpdate: `${last}T23:45:00`,
    days,
    months: [...Map.groupBy(days, (one) => one.day.slice(0, 7))].map(([month, some]) => ({
      month: `${month}-01`,
      energy: some.reduce((sum, one) => sum + one.production!, 0),
    })),
    quarters,
    batteryMoments: quarters.slice(-192).map(({ at, local }) => ({
      at,
      local,
      power: 0,
      charge: 50,
    })),
    batteryDays: days.map(({ day }) => ({
      key: "B1",
      name: "Battery",
      day,
      charged: 8000,
      discharged: 7500,
      cycles: 0.75,
    })),
    inverterDays: ["Inverter 1", "Inverter 2"].flatMap((name) =>
      days.map(({ day, production }) => ({
        key: name,
        name,
        day,
        energy: production! / 2,
        specificYield: 2,
        availability: 99.5,
      }))
    ),
    quality: days.map(({ day }, at) => ({
      day,
      state: at % 97 === 0 ? "missing" : at % 31 === 0 ? "partial" : "complete",
    })),
  };
}
