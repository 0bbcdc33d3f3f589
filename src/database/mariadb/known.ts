import type { DataType } from "../../model/data_type.ts";
import type { Known } from "../../model/harvest.ts";
import { span } from "../../model/interval.ts";
import type { Value } from "../../model/table.ts";
import { type Session, snapshot, transaction } from "./driver.ts";
import { knownQueries, type Question } from "./queries.ts";

/** Everything the planner needs, as it stands at one moment. */
export function readKnown(session: Session, siteIds?: readonly number[]): Promise<Known> {
  const wanted = siteIds ? JSON.stringify(siteIds) : null;
  const ask = ({ sql, parameters }: Question) => session.records(sql, parameters.map(() => wanted));
  return transaction(session, async () => ({
    sites: (await ask(knownQueries.sites)).map((row) => ({
      siteId: row.site_id as number,
      name: row.name as string | null,
      timeZone: row.time_zone as string | null,
      lastUpdateLabel: row.last_update_local as string | null,
      lastUpdate: instant(row.last_update_at),
      firstDay: typeof row.data_start_date === "string"
        ? Temporal.PlainDate.from(row.data_start_date)
        : null,
      lastSeen: Temporal.Instant.from(row.last_seen as string),
      productionMetered: span(
        instant(row.production_metered_from),
        instant(row.production_metered_to),
      ),
    })),
    devices: (await ask(knownQueries.devices)).map((row) => ({
      siteId: row.site_id as number,
      deviceKey: row.device_key as string,
      serialNumber: row.serial_number as string,
      category: row.category as string | null,
      lastSeen: Temporal.Instant.from(row.last_seen as string),
    })),
    marks: (await ask(knownQueries.marks)).map((row) => ({
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
    })),
    coverage: (await ask(knownQueries.coverage)).map((row) => ({
      siteId: row.site_id as number,
      series: row.series as string,
      deviceKey: row.device_key as string,
      interval: {
        start: Temporal.Instant.from(row.start_at as string),
        end: Temporal.Instant.from(row.end_at as string),
      },
      state: row.state as "covered" | "empty",
      fetchedAt: Temporal.Instant.from(row.fetched_at as string),
    })),
  }), snapshot);
}

function instant(value: Value): Temporal.Instant | null {
  return typeof value === "string" ? Temporal.Instant.from(value) : null;
}
