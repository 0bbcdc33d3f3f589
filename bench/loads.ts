/** What the benches of the databases save: delivery after delivery, made when it is asked for. */
import type { Delivery } from "../src/database/database.ts";
import type { TableRows } from "../src/model/harvest.ts";
import type { Column, TableName, Value } from "../src/model/table.ts";
import { table as factsOf } from "../src/model/tables.ts";

const firstQuarter = Temporal.Instant.from("2020-01-01T00:00:00Z").epochMilliseconds;
/** A month of quarter-hours is what one request for power brings; a week of telemetry has about 2,000. */
export const rowsPerDelivery = 2976;

export interface Load {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly rowCount: number;
  deliveries(): Generator<Delivery>;
}

/** Ten sites with a power reading per quarter-hour, in key order, a month a delivery. */
export function powerLoad(rowCount: number): Load {
  const columns = ["site_id", "timestamp", "local_time", "interval_s", "power_w", "measured_by"];
  return load("power_readings", columns, rowCount, (site, timestamp, local, at) => [
    site + 1,
    timestamp,
    local,
    900,
    Math.round(Math.abs(Math.sin(at / 30)) * 8e6) / 1000,
    "INVERTER",
  ]);
}

/** Telemetry of ten inverters with every column filled. */
export function telemetryLoad(rowCount: number): Load {
  const facts = factsOf("inverter_telemetry");
  const columns = facts.columns.map((one) => one.name)
    .filter((name) => !["source", "extra", "updated_at"].includes(name));
  const data = facts.columns.filter((one) =>
    columns.includes(one.name) && !facts.key.includes(one.name) && one.name !== "local_time"
  );
  const value = ({ type }: Column, seed: number): Value => {
    if (type === "text") return "MPPT";
    return type === "integer" ? 0 : Math.round(Math.abs(Math.sin(seed)) * 4e5) / 1000;
  };
  return load("inverter_telemetry", columns, rowCount, (device, timestamp, local, at) => [
    1,
    `7E18${1000 + device}-00`,
    timestamp,
    local,
    0,
    ...data.map((column, number) => value(column, at / 30 + number)),
  ]);
}

function load(
  table: TableName,
  columns: readonly string[],
  rowCount: number,
  row: (series: number, timestamp: string, local: string, at: number) => Value[],
): Load {
  const series = 10;
  const perSeries = rowCount / series;
  return {
    table,
    columns,
    rowCount,
    *deliveries() {
      for (let one = 0; one < series; one++) {
        for (let first = 0; first < perSeries; first += rowsPerDelivery) {
          const length = Math.min(rowsPerDelivery, perSeries - first);
          const rows = Array.from({ length }, (_, next) => {
            const at = first + next;
            const local = new Date(firstQuarter + at * 900_000).toISOString().slice(0, 19);
            return row(one, `${local}Z`, local, at);
          });
          yield deliveryOf({ table, columns, rows });
        }
      }
    },
  };
}

const deliveryOf = (rows: TableRows): Delivery => ({
  source: "v1",
  series: "bench",
  dataType: "power",
  harvest: { rows: [rows] },
  ranges: [],
  marks: [],
  fetchedAt: Temporal.Instant.from("2026-06-01T12:00:00Z"),
});
