/**
 * Facts about tables, in the form that the upsert, the exports, the documentation and the tests share.
 * The hand-written schema under `sql/` is the schema; a test holds these facts against each live database.
 */

/** A value as it crosses every boundary: times are text, flags are 0 or 1, `extra` is JSON text. */
export type Value = string | number | bigint | null;

/**
 * - `instant`: UTC, whole seconds, `2026-03-29T01:15:00Z`
 * - `local`: wall clock of the site without offset, `2026-03-29T03:15:00`
 * - `date`: local date, `2026-03-29`
 * - `flag`: 0 or 1
 * - `json`: JSON text
 */
export type ColumnType =
  | "integer"
  | "real"
  | "text"
  | "instant"
  | "local"
  | "date"
  | "flag"
  | "json";

/** One column: what it holds, in which unit, and where the value comes from. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly unit?: string;
  /** NOT NULL in the schema (key columns always are). */
  readonly required?: true;
  /**
   * - `first`, among readings: the first value known stays (for figures that depend on the request that
   *   asked for them)
   * - `known`, among attributes: a NULL, which says nothing here, never erases a value
   */
  readonly keep?: "first" | "known";
  readonly doc: string;
  /** The field of the API that fills it, with the name of the API: `v1 power.values[].value`. */
  readonly from?: string;
  /** The least and the most that can be, with what rounding may add: what lies beyond is no measurement. */
  readonly within?: readonly [number, number];
}

/**
 * - `attributes`: facts about a site or device; they follow the server, NULL included (but see `keep`), and
 *   carry `last_seen`
 * - `readings`: measurements; a NULL that arrives later never erases a value, and each row names its `source`
 * - `engine`: what the program itself remembers, and what a person has given it
 */
export type TableKind = "attributes" | "readings" | "engine";

/** One table of the database. */
export interface Table {
  readonly name: TableName;
  readonly kind: TableKind;
  readonly key: readonly string[];
  readonly columns: readonly Column[];
  readonly doc: string;
}

/**
 * Every table in the order in which they are exported and copied, with the name by which a user exports it, if
 * any: what a type of data is called in `sync --only`, its rows are called here. Not with the other facts of each:
 * the command line needs the names at every start.
 */
export const datasetsByTable = {
  sites: "sites",
  equipment: "equipment",
  energy_readings: "energy",
  power_readings: "power",
  power_details: "power-details",
  energy_details: "energy-details",
  power_flows: "power-flow",
  batteries: "batteries",
  battery_telemetry: "storage",
  meters: "meter-list",
  meter_readings: "meters",
  inverter_telemetry: "telemetry",
  optimizer_telemetry: "optimizers",
  inventory: "inventory",
  environmental_benefits: "environmental",
  alerts: "alerts",
  equipment_changes: "changes",
  sensors: "sensor-list",
  sensor_readings: "sensors",
  tariffs: null,
  investments: null,
  coverage: null,
  sync_metadata: null,
  spending: null,
  runs: null,
  revisions: null,
  schema_migrations: null,
} as const;

export type TableName = keyof typeof datasetsByTable;

/** Shorthand for a column in the tables of facts. */
export function column(
  name: string,
  type: ColumnType,
  doc: string,
  facts: Partial<Pick<Column, "unit" | "from" | "required" | "keep" | "within">> = {},
): Column {
  return { name, type, doc, ...facts };
}

/** From nothing to all, in percent; some devices round a little beyond. */
export const wholeShare = [0, 101] as const;
