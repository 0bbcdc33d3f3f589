import type { Dialect } from "./dialects.ts";
import type { Dashboard, Panel } from "./panel.ts";
import { dashboards, sitesQuery } from "./panels.ts";

const types = { figures: "stat", lines: "timeseries", bars: "barchart", table: "table" } as const;
const heights = { figures: 4, lines: 9, bars: 8, table: 8 } as const;

/** The file of a dashboard, as Grafana's provisioning reads it. */
export function dashboardJson(on: Dialect, dashboard: Dashboard): string {
  const places = placesOf(dashboard.panels);
  return JSON.stringify(
    {
      uid: `seh-${dashboard.name}`,
      title: dashboard.title,
      tags: ["solar", "seh"],
      schemaVersion: 39,
      editable: true,
      refresh: "5m",
      timezone: "browser",
      time: { from: dashboard.from, to: "now" },
      links: [{
        type: "dashboards",
        title: "Solar",
        tags: ["seh"],
        keepTime: true,
        includeVars: true,
      }],
      templating: { list: [siteVariable(on)] },
      panels: dashboard.panels.map((panel, at) => ({
        id: at + 1,
        title: panel.title,
        type: types[panel.kind],
        datasource: sourceOf(on),
        gridPos: places[at],
        fieldConfig: { defaults: fieldsOf(panel), overrides: [] },
        options: optionsOf(panel),
        targets: [{ refId: "A", datasource: sourceOf(on), ...targetOf(on, panel) }],
      })),
    },
    null,
    2,
  ) + "\n";
}

/** All files of `contrib/grafana` that are made: path under it, and text. */
export function madeFiles(dialects: readonly Dialect[]): { path: string; text: string }[] {
  return dialects.flatMap((on) =>
    dashboards.map((one) => ({
      path: `${on.name}/dashboards/${one.name}.json`,
      text: dashboardJson(on, one),
    }))
  );
}

function sourceOf(on: Dialect) {
  return { type: on.plugin, uid: "seh" };
}

/** The three plugins keep the same query under different names. */
function targetOf(on: Dialect, panel: Panel) {
  const sql = panel.sql(on);
  const isSeries = panel.kind === "lines";
  if (on.name === "sqlite") {
    return {
      queryType: isSeries ? "time series" : "table",
      rawQueryText: sql,
      queryText: sql,
      timeColumns: isSeries ? ["time"] : [],
    };
  }
  return {
    format: isSeries ? "time_series" : "table",
    editorMode: "code",
    rawQuery: true,
    rawSql: sql,
  };
}

function siteVariable(on: Dialect) {
  return {
    name: "site",
    label: "Site",
    type: "query",
    datasource: sourceOf(on),
    query: sitesQuery(on),
    definition: sitesQuery(on),
    regex: sitePattern,
    refresh: 1,
    sort: 0,
    multi: false,
    includeAll: false,
    current: {},
    options: [],
  };
}

/** How Grafana reads a choice of the variable `site`: the name is shown, the number is put into queries. */
export const sitePattern = "/^(?<text>.*) \\((?<value>\\d+)\\)$/";

function fieldsOf({ kind, unit, stacked }: Panel) {
  const percent = unit === "percent" ? { min: 0, max: 100 } : {};
  const custom = kind === "lines"
    ? { fillOpacity: 10, showPoints: "never" }
    : kind === "bars"
    ? { fillOpacity: 80, stacking: { mode: stacked ? "normal" : "none", group: "A" } }
    : {};
  // Where none are named, Grafana has thresholds of its own: every number from 80 on would be red.
  const thresholds = { mode: "absolute", steps: [{ color: "green", value: null }] };
  return { ...(unit ? { unit } : {}), ...percent, thresholds, custom };
}

function optionsOf({ kind, stacked }: Panel) {
  const legend = { showLegend: true, displayMode: "list", placement: "bottom" };
  if (kind === "lines") return { legend, tooltip: { mode: "multi" } };
  if (kind === "table") return { showHeader: true };
  if (kind === "figures") {
    return { reduceOptions: { calcs: ["lastNotNull"], values: false }, graphMode: "none" };
  }
  return {
    legend,
    stacking: stacked ? "normal" : "none",
    showValue: "never",
    xTickLabelSpacing: 100,
    tooltip: { mode: "multi" },
  };
}

/** Panels from left to right, a new line where the 24 columns are full. */
function placesOf(panels: readonly Panel[]) {
  let [x, y, height] = [0, 0, 0];
  return panels.map(({ kind, width = 12 }) => {
    if (x + width > 24) {
      [x, y, height] = [0, y + height, 0];
    }
    const place = { x, y, w: width, h: heights[kind] };
    x += width;
    height = Math.max(height, heights[kind]);
    return place;
  });
}
