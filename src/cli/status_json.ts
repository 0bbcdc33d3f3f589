import { instantText } from "../model/site_time.ts";
import type { Value } from "../model/table.ts";
import type { Remaining } from "../source/source.ts";
import type { QuotaLeft } from "./account_quota.ts";
import { type Energy, periods } from "./site_energy.ts";
import type { SiteView } from "./site_view.ts";
import type { Mishap } from "./status_report.ts";

/** What is not about one site. */
export interface Overview {
  /** Its address; in words why there is none. */
  readonly database: string;
  readonly isThere: boolean;
  readonly sizeBytes: number | null;
  readonly lastRun: Readonly<Record<string, Value>> | null;
  /** Of a last run that has no end yet: whether it still holds the lock; null: not known, or it has ended. */
  readonly isRunning: boolean | null;
  /** Null without credentials; in words where it is not known. */
  readonly quota: QuotaLeft | string | null;
  readonly source: string;
  /** What went wrong with the list of sites. */
  readonly listMishaps: readonly Mishap[];
}

/** A site whose data is older than `--max-age` allows; site null: nothing was harvested at all. */
export interface StaleSite {
  readonly siteId: number | null;
  readonly reason: string;
}

/** The status for programs: names as in the database, instants in UTC. */
export function statusJson(
  overview: Overview,
  sites: readonly SiteView[],
  stale: readonly StaleSite[],
  now: Temporal.Instant,
): unknown {
  const { quota, lastRun } = overview;
  return {
    generated_at: instantText(now),
    database: {
      address: overview.isThere ? overview.database : null,
      problem: overview.isThere ? null : overview.database,
      size_bytes: overview.sizeBytes,
    },
    source: overview.source,
    quota: typeof quota === "string" ? { problem: quota } : quota && {
      ...quotaJson(quota.account),
      scarcest_site: quota.site && quotaJson(quota.site),
    },
    last_run: lastRun && { ...lastRun, summary: parsed(lastRun.summary) },
    list_errors: overview.listMishaps.map(mishapJson),
    sites: sites.map(siteJson),
    stale: stale.map(({ siteId, reason }) => ({ site_id: siteId, reason })),
  };
}

function quotaJson({ requests, limit, freesAt }: Remaining): Record<string, unknown> {
  return { requests_left: requests, limit, frees_at: textOf(freesAt) };
}

function siteJson({ status, figures, trouble }: SiteView): unknown {
  const { site, harvestAt, dataTypes } = status;
  return {
    site_id: site.siteId,
    name: site.name,
    time_zone: site.timeZone,
    last_update_at: textOf(site.lastUpdate),
    first_day: site.firstDay?.toString() ?? null,
    harvest_complete_at: textOf(harvestAt),
    state: trouble?.kind ?? "ok",
    problem: trouble?.text ?? null,
    peak_power_kwp: figures.peakPowerKwp,
    energy: Object.fromEntries(periods.map((one) => [one, energyJson(figures.energy[one])])),
    now: figures.now && {
      at: instantText(figures.now.at),
      production_w: figures.now.productionW,
      consumption_w: figures.now.consumptionW,
      grid_w: figures.now.gridW,
    },
    battery: figures.battery && {
      at: instantText(figures.battery.at),
      state_of_charge_pct: figures.battery.stateOfChargePct,
      power_w: figures.battery.powerW,
    },
    data_types: dataTypes.map((one) => ({
      data_type: one.dataType,
      last_sync_at: textOf(one.lastSync),
      newest_data_at: textOf(one.newestData),
      rows: one.rows,
      history: one.history,
      days_here: one.days?.here ?? null,
      days_in_all: one.days?.all ?? null,
      gaps: one.gaps.map(({ deviceKey, interval }) => ({
        device_key: deviceKey,
        start_at: instantText(interval.start),
        end_at: instantText(interval.end),
      })),
      unavailable: one.unavailable,
      errors: one.errors.map(mishapJson),
    })),
  };
}

function mishapJson({ at, text, isLoss }: Mishap): unknown {
  return { at: instantText(at), kind: isLoss ? "not_stored" : "failed", text };
}

function energyJson(
  { productionWh, consumptionWh, selfConsumptionWh, fromGridWh }: Energy,
): Record<string, number | null> {
  return {
    production_wh: productionWh,
    consumption_wh: consumptionWh,
    self_consumption_wh: selfConsumptionWh,
    from_grid_wh: fromGridWh,
  };
}

function textOf(instant: Temporal.Instant | null): string | null {
  return instant && instantText(instant);
}

function parsed(summary: Value): unknown {
  try {
    return JSON.parse(String(summary));
  } catch {
    return summary;
  }
}
