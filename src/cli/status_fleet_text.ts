import { type Period, periodLabels, periods } from "./site_energy.ts";
import type { Sorting } from "./site_sorting.ts";
import { siteName, type SiteView } from "./site_view.ts";
import { counted, countText, energyText } from "./terminal/human.ts";
import type { Cell, Look, TableColumn } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";
import { wrapped } from "./terminal/wrapped.ts";

/** So many troubles leave room for the rest on two screens of 24 lines. */
const mostTroubles = 18;
const fewBest = 3;

/** A fleet on two screens at most: totals, what is wrong, the best and the worst. */
export function fleetText(views: readonly SiteView[], look: Look): string {
  const troubled = views.filter((one) => one.trouble !== null);
  const parts = [
    totalsText(views, look.width),
    troublesText(troubled, look, mostTroubles),
    rankingText(views, look),
  ];
  const next = "A line for each site: `seh status --all`; one site: `seh status --site NAME`.";
  return `${parts.filter((one) => one !== "").join("\n")}\n${wrapped(next, look.width)}\n`;
}

function totalsText(views: readonly SiteView[], width: number): string {
  const failing = views.filter((one) => one.trouble?.kind === "failing").length;
  const stale = views.filter((one) => one.trouble?.kind === "stale").length;
  const states = [
    `${countText(views.length - failing - stale)} up to date`,
    ...stale > 0 ? [`${countText(stale)} not up to date`] : [],
    ...failing > 0 ? [`${countText(failing)} failing`] : [],
  ];
  const lines = [`${counted(views.length, "site")}: ${states.join(", ")}.`];
  for (const period of periods) {
    const values = views.map((one) => one.figures.energy[period].productionWh)
      .filter((one) => one !== null);
    const sum = values.length > 0 ? values.reduce((a, b) => a + b, 0) : null;
    const of = values.length < views.length && values.length > 0
      ? `   (${countText(values.length)} of ${counted(views.length, "site")})`
      : "";
    lines.push(`  ${periodLabels[period].padEnd(12)}${energyText(sum).padStart(16)}${of}`);
  }
  return lines.map((line) => `${wrapped(line, width)}\n`).join("");
}

/** A line for each of these sites and what is wrong with it; failing ones first. */
export function troublesText(views: readonly SiteView[], look: Look, most = Infinity): string {
  if (views.length === 0) return "";
  const sorted = views.toSorted((a, b) => a.trouble!.kind.localeCompare(b.trouble!.kind));
  const shown = sorted.slice(0, most);
  const table = renderTable(
    [
      { head: "site", align: "right", drops: 2 },
      { head: "name", shrinks: true },
      { head: "what is wrong", shrinks: "first" },
    ],
    shown.map(({ status: { site }, trouble }): Cell[] => [
      String(site.siteId),
      siteName(site),
      { text: trouble!.text, style: trouble!.kind === "failing" ? "red" : "yellow" },
    ]),
    { ...look, borders: false },
  );
  const rest = sorted.length - shown.length;
  return rest > 0 ? `${table}${countText(rest)} more: \`seh status --failing\`.\n` : table;
}

/** The best and the worst of yesterday by what they made of their modules. */
function rankingText(views: readonly SiteView[], look: Look): string {
  const rated = views.filter((one) => one.trouble === null && yieldOf(one) !== null)
    .sort((a, b) => yieldOf(b)! - yieldOf(a)!);
  if (rated.length < fewBest * 2 + 2) return "";
  return renderTable(
    [
      { head: "yesterday" },
      { head: "site", align: "right", drops: 1 },
      { head: "name", shrinks: true },
      { head: "kWh per kWp", align: "right" },
      { head: "produced", align: "right", drops: 2 },
    ],
    [...rated.slice(0, fewBest), ...rated.slice(-fewBest)].map((view, i): Cell[] => [
      i < fewBest ? "best" : "worst",
      String(view.status.site.siteId),
      siteName(view.status.site),
      yieldOf(view)!.toFixed(2),
      energyText(view.figures.energy.yesterday.productionWh),
    ]),
    { ...look, borders: false },
  );
}

/** kWh of yesterday per kWp of the modules; null where either is not known. */
function yieldOf({ figures }: SiteView): number | null {
  const { peakPowerKwp, energy } = figures;
  const made = energy.yesterday.productionWh;
  return peakPowerKwp && made !== null ? made / 1000 / peakPowerKwp : null;
}

/** A line for each site: what it made, in kWh, and whether it is as it should be. */
export function listText(views: readonly SiteView[], look: Look): string {
  const energy: readonly (TableColumn & { readonly period: Period })[] = [
    { period: "today", head: "today", align: "right", drops: 4 },
    { period: "yesterday", head: "yesterday", align: "right" },
    { period: "month", head: "month", align: "right", drops: 3 },
    { period: "year", head: "year", align: "right", drops: 2 },
    { period: "lifetime", head: "lifetime kWh", align: "right", drops: 1 },
  ];
  return renderTable(
    [
      { head: "site", align: "right", drops: 5 },
      { head: "name", shrinks: true },
      ...energy,
      { head: "state" },
    ],
    views.map(({ status: { site }, figures, trouble }): Cell[] => [
      String(site.siteId),
      siteName(site),
      ...energy.map(({ period }) => kwhText(figures.energy[period].productionWh)),
      trouble === null
        ? { text: "ok", style: "green" }
        : { text: trouble.kind, style: trouble.kind === "failing" ? "red" : "yellow" },
    ]),
    { ...look, borders: false },
  );
}

function kwhText(energyWh: number | null): string | null {
  return energyWh === null ? null : energyText(energyWh).replace(/ kWh$/, "");
}

const rank = { failing: 0, stale: 1, ok: 2 } as const;

/** The sites in the order that was asked for: names and ids upwards, energy and yield from the most down. */
export function sortedViews(views: readonly SiteView[], by: Sorting): readonly SiteView[] {
  const down = (value: (view: SiteView) => number | null) =>
    views.toSorted((a, b) => (value(b) ?? -1) - (value(a) ?? -1));
  switch (by) {
    case "id":
      return views.toSorted((a, b) => a.status.site.siteId - b.status.site.siteId);
    case "name":
      return views.toSorted((a, b) =>
        siteName(a.status.site).localeCompare(siteName(b.status.site), "en")
      );
    case "state":
      return views.toSorted((a, b) =>
        rank[a.trouble?.kind ?? "ok"] - rank[b.trouble?.kind ?? "ok"]
      );
    case "yield":
      return down(yieldOf);
    default:
      return down((view) => view.figures.energy[by].productionWh);
  }
}
