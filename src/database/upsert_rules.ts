import type { Column, Table, TableName, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import type { Revision } from "./database.ts";

/** What is said of all rows of an upsert. */
export interface UpsertOptions {
  readonly source: string;
  /** UTC text. */
  readonly fetchedAt: string;
  /** Hand over the old values of readings that changed. */
  readonly revisions: boolean;
}

/** What writing a batch did; rows that are in neither were there already, with the same values. */
export interface Written {
  readonly inserted: number;
  readonly changed: number;
  readonly revised: readonly Revision[];
}

/** A column that has the same value in all rows and stands in no row of the batch. */
export interface Constant {
  readonly column: Column;
  readonly value: Value;
}

/** The columns that saving fills by itself. */
export function constantsOf(table: Table, { source, fetchedAt }: UpsertOptions): Constant[] {
  const first: [string, Value] = table.kind === "readings"
    ? ["source", source]
    : ["last_seen", fetchedAt];
  return [first, ["updated_at", fetchedAt] as const].map(([name, value]) => ({
    column: factsOf(table.name).columns.find((one) => one.name === name)!,
    value,
  }));
}

/** The columns that are given and not of the key. */
export function dataColumns(table: Table, columns: readonly Column[]): Column[] {
  return columns.filter((one) => !table.key.includes(one.name));
}

/** Those whose old values are worth keeping; what is kept from the first is never revised. */
export function revisable(table: Table, columns: readonly Column[]): Column[] {
  return dataColumns(table, columns).filter((one) => one.keep !== "first");
}

/** Whether a bucket may be open, and changes hands when another source tells more of it. */
export function hasOpenBuckets(table: Table): boolean {
  return table.columns.some((one) => one.name === "is_complete");
}

/** Old values in the order of their columns, NULL where nothing was revised; null: nowhere. */
export function revisionOf(
  table: TableName,
  key: readonly Value[],
  columns: readonly Column[],
  values: readonly Value[],
): Revision | null {
  const old = columns.flatMap(({ name }, at) => values[at] === null ? [] : [[name, values[at]]]);
  return old.length === 0 ? null : { table, key, old: Object.fromEntries(old) };
}

/** One of the conditions is enough. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "false" : `(${conditions.join(" or ")})`;
}
