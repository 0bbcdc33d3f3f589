import type { RowBatch } from "../row_batch.ts";
import type { Connection } from "./driver.ts";

/** Rows of one statement; as in the upsert, more gain nothing. */
const rowsPerStatement = 100;

/** Writes whole rows as they are, inside a transaction of the caller; gives how many. */
export function writeRows(connection: Connection, { table, columns, rows }: RowBatch): number {
  const names = columns.map((one) => one.name).join(", ");
  const row = `(${columns.map(() => "?").join(", ")})`;
  const insert = (count: number) =>
    connection.statement(
      `insert or replace into ${table.name} (${names}) values ${Array(count).fill(row).join(", ")}`,
    );
  let at = 0;
  for (; at + rowsPerStatement <= rows.length; at += rowsPerStatement) {
    insert(rowsPerStatement).run(...rows.slice(at, at + rowsPerStatement).flat());
  }
  for (; at < rows.length; at++) insert(1).run(...rows[at]);
  return rows.length;
}
