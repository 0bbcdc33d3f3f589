/** A database that knows a thousand sites, as a year of harvests through v1 and v2 leaves it. */
import type { Database } from "../src/database/database.ts";
import { openDatabase } from "../src/database/open.ts";
import { epochOf } from "../src/model/coverage.ts";
import { textOfSecond } from "../src/model/site_time.ts";
import type { TableName, Value } from "../src/model/table.ts";
import { table as factsOf } from "../src/model/tables.ts";
import { homeSite } from "../src/simulator/scenarios.ts";
import type { SiteSpec } from "../src/simulator/site_spec.ts";
import type { Query } from "../src/source/source.ts";
import { takenOver } from "../src/sync/rules.ts";
import { siteDays } from "../src/sync/site_days.ts";
import { sources } from "./pace.ts";

/** How many sites, and the moment at which somebody looks at them. */
export const siteCount = 1000;
export const lookedAt = Temporal.Instant.from("2026-06-01T12:07:00Z");

/** Each has data since this day; what lies before the year that is there makes 40 requests of 6 and 25 days. */
export const firstDay = Temporal.PlainDate.from("2026-06-01").subtract({ years: 1, days: 96 });

const firstSite = 5_000_001;
const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];
const hour = 3600;
const fetched = epochOf(lookedAt) - 40 * 60;
const updatedAt = textOfSecond(fetched);

/** Makes such a database in a file. */
export async function makeThousandSites(file: string): Promise<void> {
  const database = await openDatabase(`sqlite:///${file}`);
  await database.migrate();
  const sites = Array.from({ length: siteCount }, (_, i) => firstSite + i);
  await write(
    database,
    "sites",
    sites.map((siteId, i) => siteRow(siteId, zones[i % zones.length])),
  );
  await write(database, "equipment", sites.flatMap(devicesOf));
  const marks: Row[] = [{
    site_id: 0,
    series: "sites",
    device_key: "",
    data_type: "sites",
    last_success_at: textOfSecond(fetched),
    failures: 0,
  }, {
    site_id: 0,
    series: takenOver,
    device_key: "",
    data_type: "sites",
    last_success_at: textOfSecond(fetched),
    failures: 0,
  }];
  const coverage: Row[] = [];
  const queries = new Map(
    Object.values(sources).flatMap((one) => one.queries).map((one) => [one.series, one]),
  );
  for (const query of queries.values()) {
    if (query.scope === "account" || query.leastDays === null || query.onlyWhereSensors) continue;
    for (const [i, siteId] of sites.entries()) {
      const deviceKey = query.scope === "device" ? `INV-${siteId}` : "";
      marks.push(markRow(siteId, query, deviceKey));
      if (query.axis?.keeps !== "ranges") continue;
      coverage.push(...rangesOf(siteId, query, deviceKey, zones[i % zones.length]));
    }
  }
  await write(database, "sync_metadata", marks);
  await write(database, "coverage", coverage);
  await database.close();
}

/**
 * The same sites as a simulated server has them. It knows two months of each: a year of a thousand models takes
 * gigabytes, and the widest answers, those of quarter-hours, reach 25 days back.
 */
export function simulatedSites(): SiteSpec[] {
  const home = homeSite();
  const since = "2026-04-01";
  return Array.from({ length: siteCount }, (_, i) => {
    const siteId = firstSite + i;
    return {
      ...home,
      siteId,
      name: `Fleet site ${i + 1}`,
      timeZone: zones[i % zones.length],
      firstDay: since,
      installationDate: since,
      inverters: home.inverters.map((one) => ({ ...one, serial: `INV-${siteId}` })),
      batteries: home.batteries.map((one) => ({ ...one, serial: `BAT-${siteId}` })),
      meters: home.meters.map((one) => one.serial ? { ...one, serial: `MTR-${siteId}` } : one),
    };
  });
}

type Row = Record<string, Value>;

function siteRow(siteId: number, zone: string): Row {
  const local = lookedAt.subtract({ minutes: 30 }).toZonedDateTimeISO(zone).toPlainDateTime();
  return {
    site_id: siteId,
    name: `Fleet site ${siteId - firstSite + 1}`,
    status: "Active",
    time_zone: zone,
    data_start_date: firstDay.toString(),
    last_update_local: local.toString({ smallestUnit: "second" }),
    last_update_at: lookedAt.subtract({ minutes: 30 }).toString({ smallestUnit: "second" }),
    last_seen: textOfSecond(fetched),
  };
}

function devicesOf(siteId: number): Row[] {
  return [["INV", "inverter"], ["BAT", "battery"], ["MTR", "meter"]].map(([short, category]) => ({
    site_id: siteId,
    device_key: `${short}-${siteId}`,
    serial_number: `${short}-${siteId}`,
    category,
    last_seen: textOfSecond(fetched),
  }));
}

function markRow(siteId: number, query: Query, deviceKey: string): Row {
  const hasData = query.dataType !== "sensors" && query.dataType !== "alerts" &&
    query.series !== "live-power-flow";
  return {
    site_id: siteId,
    series: query.series,
    device_key: deviceKey,
    data_type: query.dataType,
    last_success_at: textOfSecond(fetched),
    // The simulated sites have no sensors, and their accounts may read neither alerts nor the power flow of
    // v2; it never was different.
    newest_data_at: hasData ? textOfSecond(fetched - hour / 2) : null,
    asked_until: textOfSecond(fetched - hour / 3),
    delivered_at: hasData ? textOfSecond(fetched) : null,
    failures: 0,
  };
}

/** A year, and where the devices sleep the last night by itself: nobody has written it down yet. */
function rangesOf(siteId: number, { series, axis }: Query, deviceKey: string, zone: string): Row[] {
  const days = siteDays(zone);
  const end = Math.floor((fetched - hour / 2) / 900) * 900;
  const start = days.dateStart(Temporal.PlainDate.from("2025-06-01"));
  const night = { start: days.dayStart(end) - 2 * hour, end: days.dayStart(end) + 4 * hour };
  const range = (from: number, to: number, state: string): Row => ({
    site_id: siteId,
    series,
    device_key: deviceKey,
    start_at: textOfSecond(from),
    end_at: textOfSecond(to),
    state,
    fetched_at: textOfSecond(fetched),
    reported_at: textOfSecond(fetched - hour / 2),
    tries: 0,
  });
  if (axis!.bucket === "day") return [range(start, days.dayStart(end), "covered")];
  if (!axis!.sleeps || night.end >= end) return [range(start, end, "covered")];
  return [
    range(start, night.start, "covered"),
    range(night.start, night.end, "empty"),
    range(night.end, end, "covered"),
  ];
}

async function write(database: Database, table: TableName, rows: readonly Row[]): Promise<void> {
  const { columns } = factsOf(table);
  const unknown = Object.keys(rows[0]).filter((name) => !columns.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(", ")}`);
  const width = 5000;
  for (let at = 0; at < rows.length; at += width) {
    await database.write({
      table,
      rows: rows.slice(at, at + width).map((row) =>
        columns.map(({ name }) => name === "updated_at" ? updatedAt : row[name] ?? null)
      ),
    });
  }
}
