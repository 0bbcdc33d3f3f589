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
 * The rows as their table can hold them, numbers in columns of text as text. Databases of other programs may hold
 * anything, whatever their columns are called: what does not fit stays empty, or costs its row where that cannot
 * be, and is handed to `onMisfit`.
 */
export function fittingRows(given: TableRows, onMisfit: (why: string) => void): TableRows {
  const facts = factsOf(given.table);
  const columns = given.columns.map((name) => facts.columns.find((one) => one.name === name)!);
  const rows = given.rows.flatMap((row): Row[] => {
    let isWhole = true;
    const values = row.map((value, at): Value => {
      const column = columns[at];
      const text = column.type === "text" && typeof value === "number" ? String(value) : value;
      const isNeeded = column.required === true || facts.key.includes(column.name);
      if (text === null ? !isNeeded : isFitting(text, column, facts)) return text;
      const key = facts.key.map((name) => row[given.columns.indexOf(name)]).join(" ");
      onMisfit(`${column.name} of ${given.table}, ${key}: it cannot be ${shown(text)}`);
      if (isNeeded) isWhole = false;
      return null;
    });
    return isWhole ? [values] : [];
  });
  return { ...given, rows };
}

function isFitting(value: Exclude<Value, null>, column: Column, facts: Table): boolean {
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
