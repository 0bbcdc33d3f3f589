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
  /** The field of the API that fills it, by API generation: `v1 power.values[].value`. */
  readonly from?: string;
}

/**
 * - `attributes`: facts about a site or device; they follow the server, NULL included (but see `keep`), and
 *   carry `last_seen`
 * - `readings`: measurements; a NULL that arrives later never erases a value, and each row names its `source`
 * - `engine`: what the program itself remembers
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

export type TableName =
  | "sites"
  | "equipment"
  | "batteries"
  | "energy_readings"
  | "power_readings"
  | "power_details"
  | "energy_details"
  | "power_flows"
  | "battery_telemetry"
  | "meters"
  | "meter_readings"
  | "alerts"
  | "environmental_benefits"
  | "inventory"
  | "inverter_telemetry"
  | "optimizer_telemetry"
  | "equipment_changes"
  | "sensors"
  | "sensor_readings"
  | "sync_metadata"
  | "coverage"
  | "spending"
  | "runs"
  | "revisions"
  | "schema_migrations";

/** Shorthand for a column in the tables of facts. */
export function column(
  name: string,
  type: ColumnType,
  doc: string,
  facts: { unit?: string; from?: string; required?: true; keep?: Column["keep"] } = {},
): Column {
  return { name, type, doc, ...facts };
}
