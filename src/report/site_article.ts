import { balanceOf, perKwp, sum, type Year, yearsOf } from "./figures.ts";
import { escaped } from "./html.ts";
import type { Locale } from "./locale.ts";
import { curveSection, dayCurvesSections } from "./sections/curves.ts";
import { batterySection, invertersSection } from "./sections/devices.ts";
import { daysSection, heatSection, monthsSection, yearsSection } from "./sections/energy.ts";
import {
  findingsSection,
  type ReportFinding,
  type ReportMoney,
  savingsSection,
} from "./sections/findings.ts";
import { coverageSection, recordsSection } from "./sections/records.ts";
import type { SiteData } from "./site_data.ts";

/** What a report knows beside the stored data of its sites. */
export interface ReportContext {
  readonly locale: Locale;
  readonly now: Temporal.Instant;
  /** Null: everything. */
  readonly year: number | null;
  /** What `seh check` found; null: nobody looked. */
  readonly findings: readonly ReportFinding[] | null;
  /** Null: no tariff is known. */
  readonly money: ReportMoney | null;
}

/** Everything about one site, under a heading of its own where it stands among others. */
export function siteArticle(data: SiteData, context: ReportContext, heading: "h1" | "h2"): string {
  const { locale } = context;
  const { words } = locale;
  const today = context.now.toZonedDateTimeISO(data.timeZone ?? "UTC").toPlainDate().toString();
  const years = yearsOf(data);
  const head = heading === "h1" ? "" : `<h2>${escaped(data.name)}</h2>${subtitleOf(data, context)}`;
  const open = `<article id="site-${data.siteId}" aria-label="${escaped(data.name)}">${head}`;
  if (data.days.length === 0 && data.months.length === 0 && data.quarters.length === 0) {
    const text = context.year === null
      ? words.noData
      : words.noDataOf.replace("{n}", String(context.year));
    return `${open}<p>${escaped(text)}</p></article>`;
  }
  return `${open}${tilesOf(data, years, today, context)}<div class="grid">${
    [
      dayCurvesSections(data, today, locale),
      curveSection(data, locale),
      daysSection(data.days, context.year, locale),
      monthsSection(years, locale),
      heatSection(data.days, locale),
      yearsSection(years, locale),
      batterySection(data, locale),
      invertersSection(data, locale),
      recordsSection(data, years, locale),
      savingsSection(context.money, data.siteId, context.now, locale),
      findingsSection(context.findings, data.siteId, locale),
      coverageSection(data, locale),
    ].join("\n")
  }</div></article>`;
}

/** What and how large a site is, and how fresh its data. */
export function subtitleOf(data: SiteData, { locale, year }: ReportContext): string {
  const isOver = year !== null && !data.lastUpdate?.startsWith(`${year}-`);
  const parts = [
    ...data.peakPower === null ? [] : [`${locale.number(data.peakPower, 2)} kWp`],
    ...data.lastUpdate === null || isOver
      ? []
      : [`${locale.words.dataUntil} ${locale.dateAndTime(data.lastUpdate)}`],
  ];
  return `<p class="muted">${escaped(parts.join(" · "))}</p>`;
}

/** The figures that people ask for first. */
function tilesOf(
  data: SiteData,
  years: readonly Year[],
  today: string,
  { locale, year }: ReportContext,
): string {
  const { words } = locale;
  const known = data.days.findLast((one) => one.production !== null)?.day ?? today;
  const newestQuarter =
    data.quarters.findLast((one) => one.production !== null)?.local.slice(0, 10) ??
      known;
  const newest = known > newestQuarter ? known : newestQuarter;
  const ofMonth = data.days.filter((one) => one.day.startsWith(newest.slice(0, 7)));
  const latest = years.at(-1) ?? null;
  const last = data.days.filter((one) => one.production !== null).slice(-365);
  const span = year === null
    ? words.lastDays.replace("{n}", locale.number(last.length))
    : String(year);
  const balance = balanceOf(last);
  const newestDay = newest === today ? words.today : locale.date(newest);
  const quarters = data.quarters.filter((one) => one.local.startsWith(newest));
  const dayEnergy = Math.max(
    data.days.find((one) => one.day === newest)?.production ?? -1,
    sum(quarters, (one) => one.production) ?? -1,
  );
  const tiles: string[] = [];
  const tile = (name: string, value: string, note: string, pct: number | null = null) =>
    tiles.push(
      `<li${tiles.length === 0 ? ' class="main"' : ""}><small>${escaped(name)}</small>` +
        `<b>${withUnit(value)}</b><small>${escaped(note)}</small>${
          pct === null
            ? ""
            : `<span class="meter" aria-hidden="true"><i style="width:${
              Math.round(pct)
            }%"></i></span>`
        }</li>`,
    );
  if (year === null) {
    tile(newestDay, locale.energy(dayEnergy < 0 ? null : dayEnergy), words.production);
    tile(
      locale.monthAndYear(newest),
      locale.energy(sum(ofMonth, (one) => one.production)),
      words.production,
    );
  }
  if (latest) tile(String(latest.year), locale.energy(latest.production), words.production);
  if (years.length > 1) {
    tile(words.allTime, locale.energy(sum(years, (one) => one.production)), words.production);
  }
  if (data.peakPower) {
    const yielded = perKwp(balance.production, data.peakPower);
    tile(words.specificYield, `${locale.number(yielded)} kWh/kWp`, span);
  }
  if (balance.selfSufficiencyPct !== null) {
    const pct = balance.selfSufficiencyPct;
    tile(words.selfSufficiency, locale.percent(pct), span, pct);
  }
  if (balance.selfConsumptionPct !== null) {
    const pct = balance.selfConsumptionPct;
    tile(words.selfConsumption, locale.percent(pct), span, pct);
  }
  return `<ul class="tiles">${tiles.join("")}</ul>${
    balance.consumption === null ? `<p class="muted">${escaped(words.noMeter)}</p>` : ""
  }`;
}

/** The unit smaller than the number. */
function withUnit(value: string): string {
  const [, number, unit] = /^(.*?)[ \u00a0]([^\d]+)$/.exec(value) ?? [];
  return number ? `${escaped(number)}<span>${escaped(unit)}</span>` : escaped(value);
}
