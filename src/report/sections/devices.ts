import { invertersOf, sum } from "../figures.ts";
import { escaped, legendOf, tableOf } from "../html.ts";
import type { Locale } from "../locale.ts";
import { type BarGroup, barsPicture } from "../pictures/bars.ts";
import type { SiteData } from "../site_data.ts";
import { axisLabel, kwh, section, shownDays } from "./section.ts";

/** What each battery took and gave. */
export function batterySection(data: SiteData, locale: Locale): string {
  const { words } = locale;
  const batteries = [...Map.groupBy(data.batteryDays, (one) => one.key).values()];
  if (batteries.length === 0) return "";
  const latest = data.batteryMoments.findLast((one) => one.charge !== null);
  const days = [...Map.groupBy(data.batteryDays, (one) => one.day)]
    .sort(([a], [b]) => a < b ? -1 : 1).slice(-shownDays);
  const groups = days.map(([day, some], at): BarGroup => {
    const charged = sum(some, (one) => one.charged);
    const discharged = sum(some, (one) => one.discharged);
    return {
      label: at % 5 === 0 ? String(Number(day.slice(8))) : "",
      title: `${locale.date(day)}: ${words.charged} ${locale.energy(charged)}, ` +
        `${words.discharged} ${locale.energy(discharged)}`,
      bars: [
        [{ style: "store", value: kwh(charged) }],
        [{ style: "buy", value: kwh(discharged) }],
      ],
    };
  });
  const totals = batteries.map((all) => ({
    all,
    charged: sum(all, (one) => one.charged),
    discharged: sum(all, (one) => one.discharged),
  }));
  const energy = locale.energyBeside(totals.flatMap((one) => [one.charged, one.discharged]));
  const numbers = tableOf(
    words.battery,
    [
      words.battery,
      words.dayCount,
      words.charged,
      words.discharged,
      words.cycles,
    ],
    totals.map(({ all, charged, discharged }) => [
      all[0].name,
      locale.number(all.length),
      energy(charged),
      energy(discharged),
      locale.number(sum(all, (one) => one.cycles), 1),
    ]),
  );
  const now = latest
    ? `<p class="muted">${
      escaped(
        `${words.charge}: ${locale.percent(latest.charge)} (${locale.dateAndTime(latest.local)})`,
      )
    }</p>`
    : "";
  const shown = days.flatMap(([, some]) => some);
  const name =
    `${words.battery}: ${words.charged} ${locale.energy(sum(shown, (one) => one.charged))}, ` +
    `${words.discharged} ${locale.energy(sum(shown, (one) => one.discharged))}`;
  const legend = legendOf([["store", words.charged], ["buy", words.discharged]]);
  return section(
    `${words.battery}, kWh`,
    `${now}${legend}${barsPicture(groups, name, axisLabel(locale))}${numbers}`,
  );
}

/** The inverters side by side. */
export function invertersSection(data: SiteData, locale: Locale): string {
  const { words } = locale;
  const inverters = invertersOf(data.inverterDays);
  if (inverters.length === 0) return "";
  // Over years: numbers of five digits have no room beside the picture.
  const isLong = inverters.some((one) => (one.energy ?? 0) >= 1e7);
  const title = inverters.length > 1
    ? `${words.inverters}, ${isLong ? "MWh" : "kWh"}`
    : words.inverters;
  const groups = inverters.map((one): BarGroup => ({
    label: inverters.length > 6 ? "" : one.name,
    title: `${one.name}: ${locale.energy(one.energy)}`,
    bars: [[{ style: "sun", value: kwh(isLong && one.energy ? one.energy / 1000 : one.energy) }]],
  }));
  const picture = inverters.length > 1 ? barsPicture(groups, title, axisLabel(locale)) : "";
  const energy = locale.energyBeside(inverters.map((one) => one.energy));
  return section(
    title,
    picture + tableOf(
      words.inverters,
      [
        words.inverters,
        words.dayCount,
        words.production,
        `kWh/kWp ${words.perDay}`,
        words.availability,
      ],
      inverters.map((one) => [
        one.name,
        locale.number(one.days),
        energy(one.energy),
        locale.number(one.dailyYield, 2),
        locale.percent(one.availability),
      ]),
    ),
  );
}
