import { recordsOf, type Year } from "../figures.ts";
import { escaped, legendOf } from "../html.ts";
import type { Locale } from "../locale.ts";
import { calendarPicture } from "../pictures/calendar.ts";
import type { DayState, SiteData } from "../site_data.ts";
import { section } from "./section.ts";

/** The best and the weakest. */
export function recordsSection(data: SiteData, years: readonly Year[], locale: Locale): string {
  const { words } = locale;
  const records = recordsOf(data, years);
  const entries: [string, string, string][] = [];
  if (records.bestDay) {
    const { day, production } = records.bestDay;
    entries.push([words.bestDay, locale.energy(production), locale.date(day)]);
  }
  if (records.bestMonth) {
    const { month, energy } = records.bestMonth;
    entries.push([words.bestMonth, locale.energy(energy), locale.monthAndYear(month)]);
  }
  if (records.bestYear) {
    const { year, production } = records.bestYear;
    entries.push([words.bestYear, locale.energy(production), String(year)]);
  }
  if (records.highestPower) {
    const { local, power } = records.highestPower;
    entries.push([words.highestPower, locale.power(power), locale.dateAndTime(local)]);
  }
  if (records.worstDay) {
    const { day, production } = records.worstDay;
    entries.push([words.worstDay, locale.energy(production), locale.date(day)]);
  }
  return section(
    words.records,
    entries.length === 0 ? "" : `<ul class="records">${
      entries.map((row) => {
        const [name, value, when] = row.map(escaped);
        return `<li><small>${name}</small><b>${value}</b><small>${when}</small></li>`;
      }).join("")
    }</ul>`,
    "wide",
  );
}

const stateStyles: Readonly<Record<DayState, string>> = {
  complete: "complete",
  partial: "partial",
  "total only": "total",
  missing: "missing",
};

/** Which days are here, wholly, in part or not. */
export function coverageSection(data: SiteData, locale: Locale): string {
  const { words } = locale;
  if (data.quality.length === 0) return "";
  const states = Object.keys(stateStyles) as DayState[];
  const count = (state: DayState) => data.quality.filter((one) => one.state === state).length;
  const legend = legendOf(states.map((one) => [
    stateStyles[one],
    `${words.coverageStates[one]} (${locale.number(count(one))})`,
  ]));
  const years = [...Map.groupBy(data.quality, (one) => Number(one.day.slice(0, 4)))].toReversed();
  const pictures = years.map(([year, some]) => {
    const marked = some.map((one) => ({ day: one.day, style: stateStyles[one.state] }));
    const missing = some.filter((one) => one.state === "missing").length;
    const name = `${year}: ${words.coverageStates.missing} ${locale.number(missing)}`;
    return `<div><h4>${year}</h4>${calendarPicture(year, marked, name, locale)}</div>`;
  }).join("");
  return section(words.coverage, `${legend}<div class="years">${pictures}</div>`, "wide");
}
