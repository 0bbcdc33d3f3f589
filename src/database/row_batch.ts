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

function batchOf(
  table: Table,
  columns: readonly Column[],
  given: readonly (readonly Value[])[],
): RowBatch {
  for (const row of given) {
    if (row.length !== columns.length) {
      throw mistake(`${table.name}: a row has ${row.length} values for ${columns.length} columns`);
    }
  }
  let rows = given;
  for (const [at, column] of columns.entries()) rows = checked(table, column, rows, at);
  const key = table.key.map((name) => columns.findIndex((one) => one.name === name));
  return { table, columns, rows: sortedOnce(rows, key) };
}

/** Column by column, because this runs for every value that is ever saved. */
function checked(
  table: Table,
  column: Column,
  rows: readonly (readonly Value[])[],
  at: number,
): readonly (readonly Value[])[] {
  const fits = fitting[column.type];
  const mayHoldNul = column.type === "text" || column.type === "json";
  let nulFound = false;
  let last: Value = null;
  for (const row of rows) {
    const value = row[at];
    if (value === last && value !== null) continue;
    last = value;
    if (value === null ? column.required === true : !fits(value)) {
      throw mistake(`${table.name}.${column.name} (${column.type}) cannot hold ${shown(value)}`);
    }
    if (mayHoldNul && value !== null && (value as string).includes("\0")) nulFound = true;
  }
  if (!nulFound) return rows;
  return rows.map((row) => {
    const value = row[at];
    return typeof value === "string" ? row.with(at, value.replaceAll("\0", "\uFFFD")) : row;
  });
}

const fitting: Readonly<Record<ColumnType, (value: Exclude<Value, null>) => boolean>> = {
  integer: (value) => Number.isSafeInteger(value) || typeof value === "bigint",
  real: (value) => Number.isFinite(value),
  flag: (value) => value === 0 || value === 1,
  instant: (value) => typeof value === "string" && value.length === 20 && value.endsWith("Z"),
  local: (value) => typeof value === "string" && value.length === 19 && value[10] === "T",
  date: (value) => typeof value === "string" && value.length === 10,
  text: (value) => typeof value === "string",
  json: (value) => typeof value === "string",
};

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
