import type { DataType } from "../../model/data_type.ts";
import type { Known } from "../../model/harvest.ts";
import { span } from "../../model/interval.ts";
import type { Value } from "../../model/table.ts";
import { allRows, type Connection } from "./driver.ts";
import { knownQueries } from "./queries.ts";

/** Everything the planner needs, as it stands at one moment. */
export function readKnown(connection: Connection, siteIds?: readonly number[]): Known {
  const { database } = connection;
  const rows = (sql: string) =>
    allRows(connection.statement(sql), { site_ids: siteIds ? JSON.stringify(siteIds) : null });
  // One transaction, so that the four answers belong together.
  database.prepare("begin").run();
  try {
    return {
      sites: rows(knownQueries.sites).map((
        [siteId, name, timeZone, lastUpdateLabel, lastUpdate, firstDay, lastSeen, from, to],
      ) => ({
        siteId: siteId as number,
        name: name as string | null,
        timeZone: timeZone as string | null,
        lastUpdateLabel: lastUpdateLabel as string | null,
        lastUpdate: instant(lastUpdate),
        firstDay: typeof firstDay === "string" ? Temporal.PlainDate.from(firstDay) : null,
        lastSeen: Temporal.Instant.from(lastSeen as string),
        productionMetered: span(instant(from), instant(to)),
      })),
      devices: rows(knownQueries.devices).map((
        [siteId, deviceKey, serialNumber, category, lastSeen],
      ) => ({
        siteId: siteId as number,
        deviceKey: deviceKey as string,
        serialNumber: serialNumber as string,
        category: category as string | null,
        lastSeen: Temporal.Instant.from(lastSeen as string),
      })),
      marks: rows(knownQueries.marks).map((
        [
          siteId,
          series,
          deviceKey,
          dataType,
          lastSuccess,
          lastUpdateLabel,
          wantedFrom,
          unavailableSince,
          unavailableReason,
          spanSeconds,
          lastErrorAt,
          lastError,
        ],
      ) => ({
        siteId: siteId as number,
        series: series as string,
        deviceKey: deviceKey as string,
        dataType: dataType as DataType,
        lastSuccess: instant(lastSuccess),
        lastUpdateLabel: lastUpdateLabel as string | null,
        wantedFrom: instant(wantedFrom),
        unavailableSince: instant(unavailableSince),
        unavailableReason: unavailableReason as string | null,
        spanSeconds: spanSeconds as number | null,
        lastErrorAt: instant(lastErrorAt),
        lastError: lastError as string | null,
      })),
      coverage: rows(knownQueries.coverage).map((
        [siteId, series, deviceKey, startAt, endAt, state, fetchedAt],
      ) => ({
        siteId: siteId as number,
        series: series as string,
        deviceKey: deviceKey as string,
        interval: {
          start: Temporal.Instant.from(startAt as string),
          end: Temporal.Instant.from(endAt as string),
        },
        state: state as "covered" | "empty",
        fetchedAt: Temporal.Instant.from(fetchedAt as string),
      })),
    };
  } finally {
    database.prepare("commit").run();
  }
}

function instant(value: Value): Temporal.Instant | null {
  return typeof value === "string" ? Temporal.Instant.from(value) : null;
}
