import type { TableRows } from "../model/harvest.ts";
import type { Column, ColumnType, Table, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import type { RawRows } from "./database.ts";
import { DatabaseError } from "./database_error.ts";

/** The values of a row in the order of the columns that are given. */
export type Row = readonly Value[];

/** The readings of one owner (a site, a device …), from the first to the last time that is given. */
export interface KeyRange {
  /** The values of its key before the time. */
  readonly owner: readonly Value[];
  readonly first: Value;
  readonly last: Value;
}

/** Columns that saving fills by itself. */
const filledBySaving = ["source", "last_seen", "updated_at"];

/**
 * Rows without the columns that saving fills by itself; with `mayNameSource`, readings may have them. Throws
 * DatabaseError `failed`.
 */
export function rowBatch(
  given: TableRows,
  { mayNameSource = false }: { readonly mayNameSource?: boolean } = {},
): RowBatch {
  const table = factsOf(given.table);
  const columns = given.columns.map((name) => {
    const column = table.columns.find((one) => one.name === name);
    if (!column) throw mistake(`${table.name} has no column ${name}`);
    if (filledBySaving.includes(name) && !mayNameSource) {
      throw mistake(`${table.name}.${name} is filled by saving`);
    }
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
  return new RowBatch(table, columns, given.rows);
}

/** Rows that hold every column of their table. Throws DatabaseError `failed`. */
export function wholeRows(given: RawRows): RowBatch {
  const table = factsOf(given.table);
  return new RowBatch(table, table.columns, given.rows);
}

/**
 * Rows that any dialect may write, in key order; of rows with the same key the last stays. They are checked
 * against the facts of their table: drivers store NaN as NULL, numbers in text columns as "5.0" and a missing
 * parameter as NULL without a word, so nothing of that kind gets past here. A NUL within a text, which no
 * database gives back whole, becomes U+FFFD.
 *
 * Keys are checked at once, the rest when rows are handed out: while a server works on the rows before, and
 * shortly before they are written, when they lie in memory close by.
 */
export class RowBatch {
  readonly table: Table;
  /** The facts of the columns that are given, in the order of the values. */
  readonly columns: readonly Column[];
  readonly #key: readonly number[];
  readonly #all: readonly number[];
  readonly #rows: readonly Row[];

  /** Throws DatabaseError `failed` for a row that is too short or long, or has a key that does not fit. */
  constructor(table: Table, columns: readonly Column[], rows: readonly Row[]) {
    this.table = table;
    this.columns = columns;
    this.#all = columns.map((_, at) => at);
    this.#key = table.key.map((name) => columns.findIndex((one) => one.name === name));
    for (const { length } of rows) {
      if (length !== columns.length) {
        throw mistake(`${table.name}: a row has ${length} values for ${columns.length} columns`);
      }
    }
    this.#rows = sortedOnce(this.#checked(rows, this.#key), this.#key);
  }

  get count(): number {
    return this.#rows.length;
  }

  /** The rows from one position up to another. Throws DatabaseError `failed` for a value that does not fit. */
  rows(from = 0, to = this.count): readonly Row[] {
    return this.#checked(this.#rows.slice(from, to), this.#all);
  }

  /** The positions of the columns whose value is not the same in all rows. */
  varying(): number[] {
    const [first] = this.#rows;
    return this.#all.filter((at) => this.#rows.some((row) => row[at] !== first[at]));
  }

  /** The positions of the columns that are not NULL in all rows. */
  filled(): number[] {
    return this.#all.filter((at) => this.#rows.some((row) => row[at] !== null));
  }

  /** Of readings, the columns of the key that say whose they are: all before the time. */
  get owner(): readonly Column[] {
    return this.#key.slice(0, this.#timePlace).map((at) => this.columns[at]);
  }

  /** Of readings, the column of their time. */
  get time(): Column {
    return this.columns[this.#key[this.#timePlace]];
  }

  /** The owners of the readings from one position up to another, each with its range of time. */
  keyRanges(from = 0, to = this.count): KeyRange[] {
    const rows = this.#rows;
    const owner = this.#key.slice(0, this.#timePlace);
    const time = this.#key[this.#timePlace];
    const ranges: KeyRange[] = [];
    for (let start = from, end = from + 1; start < to; end++) {
      if (end < to && owner.every((at) => rows[end][at] === rows[start][at])) continue;
      ranges.push({
        owner: owner.map((at) => rows[start][at]),
        first: rows[start][time],
        last: rows[end - 1][time],
      });
      start = end;
    }
    return ranges;
  }

  get #timePlace(): number {
    return this.#key.findIndex((at) => ["instant", "date"].includes(this.columns[at].type));
  }

  /** This runs for every value that is ever saved: row by row, and without a call that differs by column. */
  #checked(rows: readonly Row[], places: readonly number[]): readonly Row[] {
    const types = this.columns.map((one) => one.type);
    const mayBeNull = this.columns.map((one) => one.required !== true);
    let isWhole = true;
    for (const row of rows) {
      for (const at of places) {
        const value = row[at];
        if (value === null ? mayBeNull[at] : fits(types[at], value)) {
          if (typeof value === "string" && value.includes("\0")) isWhole = false;
        } else {
          const { name, type } = this.columns[at];
          throw mistake(`${this.table.name}.${name} (${type}) cannot hold ${shown(value)}`);
        }
      }
    }
    return isWhole ? rows : rows.map((row) => row.map(withoutNul));
  }
}

/** Whether a column of this type can hold a value. */
export function fits(type: ColumnType, value: Exclude<Value, null>): boolean {
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
  rows: readonly Row[],
  key: readonly number[],
): readonly Row[] {
  const compare = (a: Row, b: Row) => {
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
