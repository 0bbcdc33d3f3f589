import type { DataType } from "../model/data_type.ts";
import type {
  Coverage,
  DeviceFacts,
  Known,
  Mark,
  Purpose,
  SiteFacts,
  Spent,
} from "../model/harvest.ts";
import { secondOf } from "../model/coverage.ts";
import type { Value } from "../model/table.ts";
import { storedZone } from "../model/time_zone.ts";

/** A row by the names of its columns; instants as UTC text. */
type Row = Readonly<Record<string, Value>>;

/** The answers to the questions of `sql/…/queries/known_….sql`, as they stood at one moment. */
export type KnownRows = Readonly<Record<keyof Known, readonly Row[]>>;

/** Asks a server the questions, one after another. */
export async function answersTo<Q>(
  questions: Readonly<Record<keyof Known, Q>>,
  ask: (question: Q) => Promise<readonly Row[]>,
): Promise<KnownRows> {
  return {
    sites: await ask(questions.sites),
    devices: await ask(questions.devices),
    marks: await ask(questions.marks),
    coverage: await ask(questions.coverage),
    spent: await ask(questions.spent),
  };
}

/** What those answers mean to the planner. */
export function knownOf(rows: KnownRows): Known {
  return {
    sites: rows.sites.map(siteOf),
    devices: rows.devices.map(deviceOf),
    marks: rows.marks.map(markOf),
    coverage: rows.coverage.map(coverageOf),
    spent: rows.spent.map(spentOf),
  };
}

function siteOf(row: Row): SiteFacts {
  return {
    siteId: row.site_id as number,
    name: row.name as string | null,
    timeZone: storedZone(row.time_zone),
    lastUpdateLabel: row.last_update_local as string | null,
    lastUpdate: instant(row.last_update_at),
    firstDay: typeof row.data_start_date === "string"
      ? Temporal.PlainDate.from(row.data_start_date)
      : null,
    lastSeen: Temporal.Instant.from(row.last_seen as string),
  };
}

function deviceOf(row: Row): DeviceFacts {
  return {
    siteId: row.site_id as number,
    deviceKey: row.device_key as string,
    serialNumber: row.serial_number as string,
    category: row.category as string | null,
    lastSeen: Temporal.Instant.from(row.last_seen as string),
  };
}

function markOf(row: Row): Mark {
  return {
    siteId: row.site_id as number,
    series: row.series as string,
    deviceKey: row.device_key as string,
    dataType: row.data_type as DataType,
    lastSuccess: instant(row.last_success_at),
    lastUpdateLabel: row.last_update_label as string | null,
    wantedFrom: instant(row.wanted_from),
    unavailableSince: instant(row.unavailable_since),
    unavailableReason: row.unavailable_reason as string | null,
    spanSeconds: row.span_s as number | null,
    lastErrorAt: instant(row.last_error_at),
    lastError: row.last_error as string | null,
    newestData: instant(row.newest_data_at),
    askedUntil: instant(row.asked_until),
    delivered: instant(row.delivered_at),
    failures: Number(row.failures ?? 0),
    failingSince: instant(row.failing_since),
    doubts: Number(row.doubts ?? 0),
    doubtedAt: instant(row.doubted_at),
    spanDoubtSeconds: row.span_doubt_s as number | null,
    spanAt: instant(row.span_at),
  };
}

function coverageOf(row: Row): Coverage {
  return {
    siteId: row.site_id as number,
    series: row.series as string,
    deviceKey: row.device_key as string,
    start: secondOf(row.start_at as string),
    end: secondOf(row.end_at as string),
    state: row.state as Coverage["state"],
    fetchedAt: secondOf(row.fetched_at as string),
    reportedAt: typeof row.reported_at === "string" ? secondOf(row.reported_at) : null,
    tries: Number(row.tries ?? 0),
  };
}

function spentOf(row: Row): Spent {
  return {
    bucket: row.bucket as string,
    hour: secondOf(row.hour_at as string),
    purpose: row.purpose as Purpose,
    requests: Number(row.requests),
  };
}

function instant(value: Value): Temporal.Instant | null {
  // A thousand sites have 75,000 of them.
  return typeof value === "string"
    ? Temporal.Instant.fromEpochMilliseconds(Date.parse(value))
    : null;
}
