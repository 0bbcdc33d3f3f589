import type { Database } from "../database/database.ts";
import type { Value } from "../model/table.ts";
import { escaped } from "./html.ts";
import type { Locale } from "./locale.ts";
import type { SiteHead } from "./site_data.ts";

/** A site among others. */
export interface RankedSite {
  readonly siteId: number;
  readonly name: string;
  readonly peakPower: number | null;
  /** The local day of the site's last report, else the newest whole day that is here. */
  readonly dataUntil: string | null;
  readonly month: Yield;
  readonly year: Yield;
}

/** What a site gave in its last 30 or 365 days. */
export interface Yield {
  readonly days: number;
  readonly energyKwh: number | null;
  /** kWh/kWp a day; null: not known. */
  readonly perKwpDay: number | null;
}

/** These sites, the best of the last year first. Throws DatabaseError. */
export async function readRanking(
  database: Database,
  heads: readonly SiteHead[],
): Promise<RankedSite[]> {
  const lastUpdates = new Map(heads.map((one) => [one.siteId, one.lastUpdate?.slice(0, 10)]));
  const rows = await database.query("report_ranking");
  return rows.map((row) => ({
    siteId: Number(row.site_id),
    name: String(row.site_name ?? row.site_id),
    peakPower: number(row.peak_power_kwp),
    dataUntil: lastUpdates.get(Number(row.site_id)) ??
      (row.newest_day === null ? null : String(row.newest_day)),
    month: {
      days: Number(row.days_30),
      energyKwh: number(row.energy_30_days_kwh),
      perKwpDay: number(row.yield_30_days_kwh_per_kwp_day),
    },
    year: {
      days: Number(row.days_365),
      energyKwh: number(row.energy_365_days_kwh),
      perKwpDay: number(row.yield_365_days_kwh_per_kwp_day),
    },
  })).filter((one) => lastUpdates.has(one.siteId))
    .sort((a, b) => (b.year.perKwpDay ?? -1) - (a.year.perKwpDay ?? -1) || a.siteId - b.siteId);
}

/** All sites by what a kWp gave a day. */
export function fleetSection(
  sites: readonly RankedSite[],
  locale: Locale,
  linkTo: (siteId: number) => string | null,
): string {
  const { words } = locale;
  const most = Math.max(0.001, ...sites.map((one) => one.year.perKwpDay ?? 0));
  const span = (days: number) => words.lastDays.replace("{n}", String(days));
  const unit = `kWh/kWp ${words.perDay}`;
  const head = [
    words.rank,
    words.site,
    "kWp",
    `${unit}, ${span(365)}`,
    "",
    `${unit}, ${span(30)}`,
    `kWh, ${span(365)}`,
    words.dataUntil,
  ];
  const rows = sites.map((one, at) => {
    const link = linkTo(one.siteId);
    const name = link === null
      ? escaped(one.name)
      : `<a href="${escaped(link)}">${escaped(one.name)}</a>`;
    const share = Math.round(100 * (one.year.perKwpDay ?? 0) / most);
    return `<tr><td>${one.year.perKwpDay === null ? "–" : at + 1}</td><th scope="row">${name}</th>${
      [
        locale.number(one.peakPower, 1),
        locale.number(one.year.perKwpDay, 2),
        null,
        locale.number(one.month.perKwpDay, 2),
        locale.number(one.year.energyKwh),
        one.dataUntil === null ? "–" : locale.date(one.dataUntil),
      ].map((cell) =>
        cell === null
          ? `<td class="bar"><span class="meter" aria-hidden="true"><i style="width:${share}%"></i></span></td>`
          : `<td>${escaped(cell)}</td>`
      ).join("")
    }</tr>`;
  }).join("\n");
  return `<section class="fleet"><h2>${escaped(words.allSites)}</h2>` +
    `<div class="scroll" tabindex="0" role="region" aria-label="${
      escaped(words.allSites)
    }"><table>` +
    `<thead><tr>${
      head.map((one) => one === "" ? "<td></td>" : `<th scope="col">${escaped(one)}</th>`).join("")
    }</tr></thead>` +
    `<tbody>${rows}</tbody></table></div></section>`;
}

function number(value: Value): number | null {
  return value === null ? null : Number(value);
}
