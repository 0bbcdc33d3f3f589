/**
 * How the tables of the Python tool of the same name are distinguished from ours. It has two sets of them with
 * the same columns: `sites` …, and since January 2026 `seh_sites` …; a database may hold both.
 */

/** The beginning of the names of its tables, in the order in which the newer comes first. */
export type PythonPrefix = "seh_" | "";

/** The tables that it makes, without the beginning of their names. */
const pythonTables = [
  "sites",
  "equipment",
  "batteries",
  "energy_readings",
  "power_readings",
  "power_details",
  "power_flows",
  "meters",
  "meter_readings",
  "alerts",
  "environmental_benefits",
  "inventory",
  "inverter_telemetry",
  "optimizer_telemetry",
  "sync_metadata",
] as const;

export type PythonTable = typeof pythonTables[number];

/** Columns that its tables have and ours have not. */
const marks = { sites: ["peak_power", "primary_module_power"], power_readings: ["power_watts"] };

/** Which of its sets of tables are there, by the columns of each table or view; the newer one first. */
export function pythonSets(catalogue: ReadonlyMap<string, readonly string[]>): PythonPrefix[] {
  const isThere = (prefix: PythonPrefix) =>
    Object.entries(marks).some(([name, columns]) => {
      const found = catalogue.get(`${prefix}${name}`);
      return found !== undefined && columns.every((one) => found.includes(one));
    });
  return (["seh_", ""] as const).filter(isThere);
}
