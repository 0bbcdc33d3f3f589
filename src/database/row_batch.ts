import type { TableRows } from "../model/harvest.ts";
import type { Column, ColumnType, Table, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import type { RawRows } from "./database.ts";
import { DatabaseError } from "./database_error.ts";

/** Rows that any dialect may write: checked, sorted by key, each key once. */
export interface RowBatch {
  readonly table: Table;
  /** The facts of the columns that are given, in the order of the values. */
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

/** Columns that saving fills by itself. */
const filledBySaving = ["source", "last_seen", "updated_at"];

/**
 * Checks rows against the facts of their table and puts them in key order; of rows with the same key
 * the last stays. Drivers store NaN as NULL, numbers in text columns as "5.0" and a missing parameter as
 * NULL without a word, so nothing of that kind gets past here. A NUL within a text, which no database
 * gives back whole, becomes U+FFFD. Throws DatabaseError `failed`.
 */
export function rowBatch(given: TableRows): RowBatch {
  const table = factsOf(given.table);
  const columns = given.columns.map((name) => {
    const column = table.columns.find((one) => one.name === name);
    if (!column) throw mistake(`${table.name} has no column ${name}`);
    if (filledBySaving.includes(name)) throw mistake(`${table.name}.${name} is filled by saving`);
    return column;
  });
  if (new Set(given.columns).size < columns.length) {
    throw mistake(`a column of ${table.name} is given twice: ${given.columns.join(", ")}`);
  }
  for (const { name, required } of table.columns) {
    if (required && !given.columns.includes(name) && !filledBySaving.includes(name)) {
      throw mistake(`${table.name}.${name} is not given`);
    }
  }
  return batchOf(table, columns, given.rows);
}

/** Rows that hold every column of their table, checked and sorted as in `rowBatch`. */
export function wholeRows(given: RawRows): RowBatch {
  const table = factsOf(given.table);
  return batchOf(table, table.columns, given.rows);
}

/** Where the key of a row stands, in order. */
export function keyPlaces({ table, columns }: Pick<RowBatch, "table" | "columns">): number[] {
  return table.key.map((name) => columns.findIndex((one) => one.name === name));
}

/** For readings: where in a row the columns stand that name its series, and the time within the series. */
export function seriesPlaces(batch: RowBatch): { series: number[]; time: number } {
  const key = keyPlaces(batch);
  const time = key.findIndex((at) => ["instant", "date"].includes(batch.columns[at].type));
  return { series: key.slice(0, time), time: key[time] };
}

function batchOf(
  table: Table,
  columns: readonly Column[],
  given: readonly (readonly Value[])[],
): RowBatch {
  const isWhole = checked(table, columns, given);
  const rows = isWhole ? given : given.map((row) => row.map(withoutNul));
  return { table, columns, rows: sortedOnce(rows, keyPlaces({ table, columns })) };
}

/**
 * Throws for what does not fit; tells whether every text can be stored as it is. This runs for every value
 * that is ever saved: row by row as they lie in memory, and without a call that differs by column.
 */
function checked(
  table: Table,
  columns: readonly Column[],
  rows: readonly (readonly Value[])[],
): boolean {
  const types = columns.map((one) => one.type);
  const mayBeNull = columns.map((one) => one.required !== true);
  let isWhole = true;
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw mistake(`${table.name}: a row has ${row.length} values for ${columns.length} columns`);
    }
    for (let at = 0; at < row.length; at++) {
      const value = row[at];
      if (value === null ? mayBeNull[at] : fits(types[at], value)) {
        if (typeof value === "string" && value.includes("\0")) isWhole = false;
      } else {
        const { name, type } = columns[at];
        throw mistake(`${table.name}.${name} (${type}) cannot hold ${shown(value)}`);
      }
    }
  }
  return isWhole;
}

function fits(type: ColumnType, value: Exclude<Value, null>): boolean {
  switch (type) {
    case "real":
      return Number.isFinite(value);
    case "integer":
      return Number.isSafeInteger(value) || typeof value === "bigint";
    case "flag":
      return value === 0 || value === 1;
    case "instant":
      return typeof value === "string" && value.length === 20 && value.endsWith("Z");
    case "local":
      return typeof value === "string" && value.length === 19 && value[10] === "T";
    case "date":
      return typeof value === "string" && value.length === 10;
    case "text":
    case "json":
      return typeof value === "string";
  }
}

function withoutNul(value: Value): Value {
  return typeof value === "string" ? value.replaceAll("\0", "\uFFFD") : value;
}

function sortedOnce(
  rows: readonly (readonly Value[])[],
  key: readonly number[],
): readonly (readonly Value[])[] {
  const compare = (a: readonly Value[], b: readonly Value[]) => {
    for (const at of key) {
      if (a[at]! < b[at]!) return -1;
      if (a[at]! > b[at]!) return 1;
    }
    return 0;
  };
  // Most answers come in key order.
  if (rows.every((row, at) => at === 0 || compare(rows[at - 1], row) < 0)) return rows;
  const sorted = rows.toSorted(compare);
  return sorted.filter((row, at) => at === sorted.length - 1 || compare(row, sorted[at + 1]) < 0);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}

function mistake(what: string): DatabaseError {
  return new DatabaseError("failed", what);
}
