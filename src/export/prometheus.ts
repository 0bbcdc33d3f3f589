import type { Value } from "../model/table.ts";

type Row = Readonly<Record<string, Value>>;

/** What is known of a site now: rows of the questions `site_list`, `site_now` and `battery_now`. */
export interface SiteNow {
  readonly siteId: number;
  readonly name: string | null;
  readonly now: Row;
  /** Epoch seconds. */
  readonly lastUpdate: number | null;
  readonly batteries: readonly Row[];
}

interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  valueOf(site: SiteNow): number | null;
}

const metrics: readonly Metric[] = [
  gauge(
    "seh_peak_power_watts",
    "Installed peak power.",
    ({ now }) => times(now.peak_power_kwp, 1000),
  ),
  gauge(
    "seh_last_update_timestamp_seconds",
    "When the site last reported to SolarEdge.",
    ({ lastUpdate }) => lastUpdate,
  ),
  gauge("seh_power_watts", "Newest mean power of the site, by quarter-hour.", of("power_w")),
  gauge("seh_power_timestamp_seconds", "When that quarter-hour began.", secondsOf("power_at")),
  gauge("seh_production_watts", "AC output of the newest balance.", of("production_w")),
  gauge("seh_consumption_watts", "Consumption of the newest balance.", of("consumption_w")),
  gauge("seh_feed_in_watts", "Power to the grid in the newest balance.", of("feed_in_w")),
  gauge("seh_purchased_watts", "Power from the grid in the newest balance.", of("purchased_w")),
  gauge("seh_balance_timestamp_seconds", "When that balance began.", secondsOf("details_at")),
  gauge("seh_day_energy_watthours", "Energy of the day of the last update.", of("day_energy_wh")),
  gauge("seh_month_energy_watthours", "Energy of its month.", of("month_energy_wh")),
  gauge("seh_year_energy_watthours", "Energy of its year.", of("year_energy_wh")),
  {
    name: "seh_energy_watthours_total",
    type: "counter",
    help: "Energy of the life of the site.",
    valueOf: of("lifetime_energy_wh"),
  },
  gauge(
    "seh_battery_charge_ratio",
    "State of charge of the batteries, 0 to 1, by their capacity.",
    ({ batteries }) => chargeOf(batteries),
  ),
  gauge(
    "seh_battery_power_watts",
    "Power of the batteries; discharge positive, charge negative.",
    ({ batteries }) => {
      const powers = batteries.flatMap((one) => one.power_w === null ? [] : [Number(one.power_w)]);
      return powers.length === 0 ? null : powers.reduce((sum, one) => sum + one, 0);
    },
  ),
];

/**
 * The newest values of sites in the text format of Prometheus, for the textfile collector of its node exporter.
 * What is not known is left out. Times are metrics of their own: the collector takes no timestamps.
 */
export function prometheusText(sites: readonly SiteNow[]): string {
  const infos = sites.map(({ siteId, name }) =>
    `seh_site_info{site="${siteId}",name="${labelText(name ?? "")}"} 1\n`
  );
  const info = heading("seh_site_info", "gauge", "A site and its name.") + infos.join("");
  return (sites.length === 0 ? "" : info) + metrics.map(({ name, type, help, valueOf }) => {
    const lines = sites.flatMap((site) => {
      const value = valueOf(site);
      return value === null ? [] : [`${name}{site="${site.siteId}"} ${value}\n`];
    });
    return lines.length === 0 ? "" : heading(name, type, help) + lines.join("");
  }).join("");
}

function heading(name: string, type: Metric["type"], help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function gauge(name: string, help: string, valueOf: Metric["valueOf"]): Metric {
  return { name, type: "gauge", help, valueOf };
}

function of(column: string): Metric["valueOf"] {
  return ({ now }) => times(now[column], 1);
}

function secondsOf(column: string): Metric["valueOf"] {
  return ({ now }) => {
    const time = now[column];
    return typeof time === "string" ? Date.parse(time) / 1000 : null;
  };
}

function times(value: Value | undefined, factor: number): number | null {
  return value === null || value === undefined ? null : Number(value) * factor;
}

/** Batteries of unknown capacity count alike. */
function chargeOf(batteries: readonly Row[]): number | null {
  const weights = batteries.map((one) => Number(one.nameplate_capacity_wh ?? 0));
  const isKnown = weights.every((one) => one > 0);
  let sum = 0;
  let charge = 0;
  for (const [at, { state_of_charge_pct }] of batteries.entries()) {
    const weight = isKnown ? weights[at] : 1;
    sum += weight;
    charge += weight * Number(state_of_charge_pct) / 100;
  }
  return sum === 0 ? null : Math.round(charge / sum * 1e6) / 1e6;
}

/** The grammar escapes these three. */
function labelText(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll(
    "\n",
    "\\n",
  );
}
