import { fits } from "../database/row_batch.ts";
import type { TableRows } from "../model/harvest.ts";
import type { Column, Table, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";

type Row = readonly Value[];

/** What a text of a key, and any other, may hold in all three databases, in characters. */
const longestKey = 255;
const longestText = 16_000;

/** The longest text that a column takes. */
export function longestOf(column: Column, { key }: Table): number {
  return key.includes(column.name) ? longestKey : longestText;
}

/**
 * The rows that their table can hold, numbers in columns of text as text. Databases of other programs may hold
 * anything, whatever their columns are called; what does not fit is handed to `onMisfit`.
 */
export function fittingRows(given: TableRows, onMisfit: (why: string) => void): TableRows {
  const facts = factsOf(given.table);
  const columns = given.columns.map((name) => facts.columns.find((one) => one.name === name)!);
  const rows: Row[] = [];
  for (const row of given.rows) {
    const values = row.map((value, at) =>
      columns[at].type === "text" && typeof value === "number" ? String(value) : value ?? null
    );
    const odd = values.findIndex((value, at) => !isFitting(value, columns[at], facts));
    if (odd < 0) {
      rows.push(values);
      continue;
    }
    const key = facts.key.map((name) => row[given.columns.indexOf(name)]).join(" ");
    onMisfit(`${given.table}, ${key}: ${columns[odd].name} cannot be ${shown(values[odd])}`);
  }
  return { ...given, rows };
}

function isFitting(value: Value, column: Column, facts: Table): boolean {
  if (value === null) return column.required !== true && !facts.key.includes(column.name);
  return fits(column.type, value) &&
    (typeof value !== "string" || value.length <= longestOf(column, facts));
}

function shown(value: Value): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}

/** The rows without those whose key came before: the first stays. Rows in the order of their keys are taken as they are. */
export function firstOfEachKey({ table, columns, rows }: TableRows): readonly Row[] {
  const keyAt = factsOf(table).key.map((name) => columns.indexOf(name));
  const isAscending = rows.every((row, at) => at === 0 || isBefore(rows[at - 1], row, keyAt));
  if (isAscending) return rows;
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(keyAt.map((at) => String(row[at])));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isBefore(a: Row, b: Row, keyAt: readonly number[]): boolean {
  for (const at of keyAt) {
    if (a[at]! < b[at]!) return true;
    if (a[at] !== b[at]) return false;
  }
  return false;
}
