import { type Range, secondOf } from "../../model/coverage.ts";
import type { DataType } from "../../model/data_type.ts";
import type { TableRows } from "../../model/harvest.ts";
import { apiSources, ownerOf } from "../../model/sources.ts";
import type { TableName, Value } from "../../model/table.ts";
import type { ImportContext, ImportEvent } from "../event.ts";
import { Presence, runsOverNights } from "../presence.ts";
import { coveredDays } from "../python/tool.ts";
import { SiteClock } from "../site_clock.ts";

/** Of rows with a source, which series they came from, and whether each device has one of its own. */
interface Origin {
  readonly series: string;
  readonly dataType: DataType;
  readonly byDevice: boolean;
}

const origins: Partial<Record<TableName, Readonly<Record<string, Origin>>>> = {
  power_readings: both("power", "power"),
  power_details: { v1: origin("power-details", "power-details") },
  energy_details: { v1: origin("energy-details", "energy-details") },
  battery_telemetry: {
    v1: origin("storage", "storage"),
    v2: origin("storage-900", "storage", true),
  },
  inverter_telemetry: {
    v1: origin("telemetry", "telemetry", true),
    v2: origin("telemetry-900", "telemetry", true),
  },
  meter_readings: { v1: origin("meters", "meters"), v2: origin("meters-900", "meters", true) },
  sensor_readings: { v1: origin("sensor-readings", "sensors") },
};

/** The power of devices that sleep by night: their silence is no hole then. */
const powers: Partial<Record<TableName, string>> = {
  inverter_telemetry: "total_active_power_w",
};

function origin(series: string, dataType: DataType, byDevice = false): Origin {
  return { series, dataType, byDevice };
}

function both(series: string, dataType: DataType): Record<string, Origin> {
  return { v1: origin(series, dataType), v2: origin(series, dataType) };
}

/** What fills a day: its energy, and of the second generation what meters and batteries counted in it. */
interface DaySeries {
  readonly series: string;
  readonly dataType: DataType;
  readonly source?: string;
  /** Any of them shows that it was fetched; null: the row does. */
  readonly columns: readonly string[] | null;
}

const daySeries: readonly DaySeries[] = [
  { series: "energy", dataType: "energy", columns: null },
  {
    series: "meters-day",
    dataType: "meters",
    source: "v2",
    columns: ["to_grid_wh", "from_grid_wh", "metered_production_wh", "metered_consumption_wh"],
  },
  {
    series: "storage-day",
    dataType: "storage",
    source: "v2",
    columns: ["to_storage_wh", "from_storage_wh"],
  },
];

interface Days {
  readonly siteId: number;
  readonly of: DaySeries;
  readonly dates: string[];
  fetchedAt: string;
}

interface Slots {
  readonly siteId: number;
  readonly deviceKey: string;
  readonly origin: Origin;
  readonly presence: Presence;
  fetchedAt: string;
}

/**
 * What rows of an export say about what was fetched: where there are rows, somebody has asked, NULL included.
 * Holes and the last day of each series are left out: the file does not say whether that day had ended.
 */
export class ExportedCoverage {
  readonly #slots = new Map<string, Slots>();
  readonly #days = new Map<string, Days>();

  add({ table, columns, rows }: TableRows): void {
    const at = (name: string) => columns.indexOf(name);
    const [site, source, changed] = ["site_id", "source", "updated_at"].map(at);
    if (source < 0 || changed < 0) return;
    if (table === "energy_readings") {
      const [unit, date, complete] = ["time_unit", "reading_date", "is_complete"].map(at);
      for (const row of rows) {
        if (row[unit] !== "DAY" || row[complete] !== 1) continue;
        if (!apiSources.includes(ownerOf(String(row[source])))) continue;
        for (const of of daySeries) {
          const isThere = of.source === undefined || ownerOf(String(row[source])) === of.source;
          const isFilled = of.columns?.some((name) => (row[at(name)] ?? null) !== null) ?? true;
          if (!isThere || !isFilled) continue;
          const siteId = Number(row[site]);
          const key = `${siteId} ${of.series}`;
          let days = this.#days.get(key);
          if (!days) this.#days.set(key, days = { siteId, of, dates: [], fetchedAt: "" });
          days.dates.push(String(row[date]));
          if (String(row[changed]) > days.fetchedAt) days.fetchedAt = String(row[changed]);
        }
      }
      return;
    }
    const known = origins[table];
    if (!known) return;
    const [device, time, local] = ["device_key", "timestamp", "local_time"].map(at);
    const power = at(powers[table] ?? "");
    let last: Slots | null = null;
    let lastRow: readonly Value[] | null = null;
    for (const row of rows) {
      // Rows of a series follow each other, and millions of keys would cost.
      const isSame = lastRow !== null && row[site] === lastRow[site] &&
        row[source] === lastRow[source] && (device < 0 || row[device] === lastRow[device]);
      lastRow = row;
      const from = known[ownerOf(row[source] as string)];
      if (!from) continue;
      if (last === null || !isSame) {
        const deviceKey = from.byDevice && device >= 0 ? String(row[device]) : "";
        const key = `${row[site]} ${from.series} ${deviceKey}`;
        last = this.#slots.get(key) ?? {
          siteId: Number(row[site]),
          deviceKey,
          origin: from,
          presence: new Presence(),
          fetchedAt: "",
        };
        this.#slots.set(key, last);
      }
      const moment = secondOf(row[time] as string);
      if (power < 0) last.presence.add(moment);
      else last.presence.addPower(moment, row[local] as string, Number(row[power] ?? 0));
      const changedAt = row[changed] as string;
      if (changedAt > last.fetchedAt) last.fetchedAt = changedAt;
    }
  }

  *events(context: ImportContext): Generator<ImportEvent> {
    for (const { siteId, deviceKey, origin, presence, fetchedAt } of this.#slots.values()) {
      const zone = context.zoneOf(siteId);
      if (zone === null) continue;
      const clock = new SiteClock(zone);
      const lastDay = clock.dayStart(clock.label(presence.newest).slice(0, 10));
      const ranges: Range[] = runsOverNights(presence, clock)
        .map(({ start, end }) => ({ start, end: Math.min(end, lastDay) }))
        .filter((one) => one.start < one.end);
      const { series, dataType } = origin;
      yield {
        kind: "covered",
        siteId,
        series,
        dataType,
        deviceKey,
        ranges,
        fetchedAt: secondOf(fetchedAt),
      };
    }
    for (const { siteId, of: { series, dataType }, dates, fetchedAt } of this.#days.values()) {
      const zone = context.zoneOf(siteId);
      if (zone === null) continue;
      const clock = new SiteClock(zone);
      yield { ...coveredDays(siteId, dates, clock, secondOf(fetchedAt)), series, dataType };
    }
  }
}

/** The zone of the sites among rows, for those that come after them. */
export function learnSites({ table, columns, rows }: TableRows, context: ImportContext): void {
  const at = (name: string) => columns.indexOf(name);
  if (table === "sites" && at("time_zone") >= 0) {
    for (const row of rows) {
      const zone = row[at("time_zone")];
      if (typeof zone === "string") context.learnZone(Number(row[at("site_id")]), zone);
    }
  }
  if (table !== "equipment") return;
  const text = (row: readonly unknown[], name: string) => {
    const value = at(name) < 0 ? null : row[at(name)];
    return value === null ? null : String(value);
  };
  for (const row of rows) {
    context.learnDevice({
      siteId: Number(row[at("site_id")]),
      deviceKey: String(row[at("device_key")]),
      name: text(row, "name"),
      category: text(row, "category"),
    });
  }
}
