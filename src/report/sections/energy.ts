import { balanceOf, sum, type Year } from "../figures.ts";
import { escaped, figureOf, legendOf, tableOf } from "../html.ts";
import type { Locale } from "../locale.ts";
import { type BarGroup, barsPicture } from "../pictures/bars.ts";
import { calendarPicture } from "../pictures/calendar.ts";
import type { Day } from "../site_data.ts";
import { axisLabel, kwh, section, shownDays } from "./section.ts";

const comparedYears = 4;

/** The last days as bars, with their numbers. */
export function daysSection(days: readonly Day[], year: number | null, locale: Locale): string {
  const { words } = locale;
  const last = days.slice(-shownDays);
  if (last.length === 0) return "";
  const hasParts = last.some((one) => one.selfConsumption !== null);
  const hasConsumption = last.some((one) => one.consumption !== null);
  const groups = last.map((one, at): BarGroup => ({
    label: at % 5 === 0 ? String(Number(one.day.slice(8))) : "",
    title: `${locale.date(one.day)}: ${locale.energy(one.production)}`,
    bars: [
      one.selfConsumption === null || one.feedIn === null
        ? [{ style: "sun", value: kwh(one.production) }]
        : [
          { style: "own", value: kwh(one.selfConsumption) },
          { style: "sell", value: kwh(one.feedIn) },
        ],
    ],
    mark: kwh(one.consumption),
  }));
  const dates = locale.dates(last[0].day, last.at(-1)!.day);
  const title = year === null ? words.days.replace("{n}", locale.number(last.length)) : dates;
  const energy = locale.energyBeside(
    last.flatMap((one) => [one.production, one.consumption, one.feedIn, one.purchased]),
  );
  const numbers = tableOf(
    title,
    [words.day, ...balanceHead(locale)],
    last.toReversed().map((one) => [locale.date(one.day), ...balanceCells(one, locale, energy)]),
  );
  const legend = legendOf([
    ...hasParts
      ? [["own", words.usedAtHome], ["sell", words.feedIn]] as const
      : [["sun", words.production]] as const,
    ...hasConsumption ? [["use", words.consumption]] as const : [],
  ]);
  const name = `${title}: ${words.production} ${locale.energy(sum(last, (one) => one.production))}`;
  const shown = year === null ? `<p class="muted">${escaped(dates)}</p>` : "";
  return section(
    `${title}, kWh`,
    shown +
      figureOf(barsPicture(groups, name, axisLabel(locale)), {
        legend,
        numbers,
        show: words.table,
      }),
  );
}

/** The months of the last years side by side. */
export function monthsSection(years: readonly Year[], locale: Locale): string {
  const { words } = locale;
  const shown = years.slice(-comparedYears);
  if (shown.length === 0) return "";
  const style = (at: number) => `y${shown.length - 1 - at}`;
  const groups = Array.from({ length: 12 }, (_, month): BarGroup => ({
    label: locale.monthName(month + 1),
    title: shown.map((one) =>
      `${locale.monthName(month + 1)} ${one.year}: ${locale.energy(one.months[month])}`
    ).join("\n"),
    bars: shown.map((one, at) => [{ style: style(at), value: kwh(one.months[month]) }]),
  }));
  const energy = locale.energyBeside(years.flatMap((one) => one.months));
  const numbers = tableOf(
    words.months,
    [words.month, ...years.map((one) => String(one.year))],
    Array.from({ length: 12 }, (_, month) => [
      locale.monthName(month + 1),
      ...years.map((one) => energy(one.months[month])),
    ]),
  );
  const name = `${words.months}: ${
    shown.map((one) => `${one.year} ${locale.energy(one.production)}`).join(", ")
  }`;
  return section(
    `${words.months}, kWh`,
    figureOf(barsPicture(groups, name, axisLabel(locale)), {
      legend: legendOf(shown.map((one, at) => [style(at), String(one.year)])),
      numbers,
      show: words.table,
    }),
  );
}

/** Each year with its balance. */
export function yearsSection(years: readonly Year[], locale: Locale): string {
  const { words } = locale;
  if (years.length === 0) return "";
  const energy = locale.energyBeside(
    years.flatMap((one) => [one.production, one.consumption, one.feedIn, one.purchased]),
  );
  return section(
    words.years,
    tableOf(
      words.years,
      [
        words.year,
        words.production,
        "kWh/kWp",
        words.consumption,
        words.feedIn,
        words.purchased,
        words.selfSufficiency,
        words.selfConsumption,
      ],
      years.toReversed().map((one) => [
        String(one.year),
        energy(one.production),
        locale.number(one.specificYield),
        energy(one.consumption),
        energy(one.feedIn),
        energy(one.purchased),
        locale.percent(one.selfSufficiencyPct),
        locale.percent(one.selfConsumptionPct),
      ]),
    ),
    "wide",
  );
}

/** A field for each day of each year, the darker the more it gave. */
export function heatSection(days: readonly Day[], locale: Locale): string {
  const { words } = locale;
  const known = days.filter((one) => one.production !== null);
  if (known.length === 0) return "";
  const most = Math.max(...known.map((one) => one.production!));
  const step = (one: Day) =>
    !one.production ? 0 : Math.min(5, 1 + Math.floor(4.999 * one.production / most));
  const years = [...Map.groupBy(known, (one) => Number(one.day.slice(0, 4)))].toReversed();
  const pictures = years.map(([year, some]) => {
    const total = locale.energy(sum(some, (one) => one.production));
    const marked = some.map((one) => ({ day: one.day, style: `h${step(one)}` }));
    return `<div><h4>${year} · ${escaped(total)}</h4>${
      calendarPicture(year, marked, `${year}: ${words.production} ${total}`, locale)
    }</div>`;
  }).join("");
  const legend = legendOf([0, 1, 2, 3, 4, 5].map((one) => [
    `h${one}`,
    one === 0 ? words.less : one === 5 ? `${words.more} (${locale.energy(most)})` : "",
  ]));
  return section(
    words.calendar,
    `${legend}<div class="heat" style="position:relative"><div class="years">${pictures}</div>` +
      `<div class="tip" hidden></div><script type="application/json">${
        JSON.stringify(energiesOf(known))
      }</script></div>`,
    "wide",
  );
}

/** The days in a row from the first, in tenths of a kWh; null where nothing is known. */
function energiesOf(known: readonly Day[]): { first: string; energies: (number | null)[] } {
  const first = Temporal.PlainDate.from(known[0].day);
  const energies: (number | null)[] = [];
  for (const one of known) {
    const at = first.until(one.day).days;
    while (energies.length < at) energies.push(null);
    energies[at] = Math.round(one.production! / 100);
  }
  return { first: first.toString(), energies };
}

function balanceHead({ words }: Locale): string[] {
  return [
    words.production,
    words.consumption,
    words.feedIn,
    words.purchased,
    words.selfSufficiency,
    words.selfConsumption,
  ];
}

function balanceCells(
  day: Day,
  locale: Locale,
  energy: ReturnType<Locale["energyBeside"]>,
): string[] {
  const balance = balanceOf([day]);
  return [
    energy(balance.production),
    energy(balance.consumption),
    energy(balance.feedIn),
    energy(balance.purchased),
    locale.percent(balance.selfSufficiencyPct),
    locale.percent(balance.selfConsumptionPct),
  ];
}
