/** A database that knows a fleet, as a month of harvests leaves it: written, not harvested, so that it is quick. */
import type { Database } from "../../src/database/database.ts";
import type { TableName, Value } from "../../src/model/table.ts";
import { table as factsOf } from "../../src/model/tables.ts";

type Row = Readonly<Record<string, Value>>;

/** What may be different about a fleet. */
export interface FleetChoice {
  readonly sites: number;
  readonly now: Temporal.Instant;
  /** So many could not be fetched. */
  readonly failing?: number;
  /** So many others have not been fetched for three days. */
  readonly stale?: number;
  /** Days of energy that are there; 40 unless said otherwise. */
  readonly days?: number;
}

/** The number of the site at a place in the fleet. */
export const fleetSiteId = (at: number) => 5_000_001 + at;

const towns = ["Berlin", "Köln", "Ulm", "Bergheim", "Ostrau"];

/** Fills an empty database with a fleet whose sites are all in Berlin's zone. */
export async function fillFleet(database: Database, choice: FleetChoice): Promise<void> {
  const { sites, now, failing = 0, stale = 0, days = 40 } = choice;
  await database.migrate();
  const today = now.toZonedDateTimeISO("Europe/Berlin").toPlainDate();
  const text = (instant: Temporal.Instant) => instant.toString({ smallestUnit: "second" });
  const all = Array.from({ length: sites }, (_, at) => at);
  const harvestedAt = (at: number) =>
    now.subtract({ minutes: 20, hours: at >= failing && at < failing + stale ? 72 : 0 });
  await write(
    database,
    "sites",
    all.map((at) => ({
      site_id: fleetSiteId(at),
      name: `${towns[at % towns.length]} roof ${at + 1}`,
      status: "Active",
      time_zone: "Europe/Berlin",
      peak_power_kwp: 10 + at % 7,
      data_start_date: today.subtract({ days: days - 1 }).toString(),
      last_update_at: text(harvestedAt(at).subtract({ minutes: 10 })),
      last_seen: text(now.subtract({ minutes: 20 })),
    })),
  );
  await write(
    database,
    "energy_readings",
    all.flatMap((at) =>
      Array.from({ length: days }, (_, back) => ({
        site_id: fleetSiteId(at),
        time_unit: "DAY",
        reading_date: today.subtract({ days: back }).toString(),
        energy_wh: 20_000 + (at * 37 + back * 11) % 100 * 300,
        is_complete: back === 0 ? 0 : 1,
        source: "v2",
      }))
    ),
  );
  await write(
    database,
    "sync_metadata",
    all.flatMap((at): Row[] => [
      {
        site_id: fleetSiteId(at),
        series: "harvest",
        device_key: "",
        data_type: "sites",
        last_success_at: text(harvestedAt(at)),
        failures: 0,
      },
      {
        site_id: fleetSiteId(at),
        series: "power",
        device_key: "",
        data_type: "power",
        last_success_at: text(harvestedAt(at)),
        last_error_at: at < failing ? text(now.subtract({ minutes: 20 })) : null,
        last_error: at < failing
          ? "HTTP 500: the server is in trouble, and has been for a while"
          : null,
        failures: at < failing ? 3 : 0,
      },
    ]),
  );
}

const updatedAt = "2026-01-01T00:00:00Z";

async function write(database: Database, table: TableName, rows: readonly Row[]): Promise<void> {
  const { columns } = factsOf(table);
  for (let at = 0; at < rows.length; at += 5000) {
    const some = rows.slice(at, at + 5000);
    await database.write({
      table,
      rows: some.map((row) =>
        columns.map((one) => row[one.name] ?? (one.name === "updated_at" ? updatedAt : null))
      ),
    });
  }
}
