import type { DataType } from "../model/data_type.ts";
import type { TableName } from "../model/table.ts";
import type { Cure } from "./finding.ts";
import type { CheckedSite } from "./site.ts";

/** Which data to ask for, to fetch a table's rows again. */
const dataTypeOf: Partial<Record<TableName, DataType>> = {
  power_readings: "power",
  power_details: "power-details",
  energy_details: "energy-details",
  energy_readings: "energy",
  inverter_telemetry: "telemetry",
  battery_telemetry: "storage",
  meter_readings: "meters",
};

/** Asks again for a table's data of some local days; null for a table whose past cannot be asked for. */
export function cureOf(site: CheckedSite, name: TableName, from: string, to = from): Cure | null {
  const dataType = dataTypeOf[name];
  return dataType ? { dataType, from, to, isMissing: !site.isFetched(name, from, to) } : null;
}
