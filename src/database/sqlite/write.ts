import type { RowBatch } from "../row_batch.ts";
import type { Connection } from "./driver.ts";

/** Rows of one statement; as in the upsert, more gain nothing. */
const rowsPerStatement = 100;

/** Writes whole rows as they are, inside a transaction of the caller; gives how many. */
export function writeRows(connection: Connection, batch: RowBatch): number {
  const { table, columns, count } = batch;
  const names = columns.map((one) => one.name).join(", ");
  const row = `(${columns.map(() => "?").join(", ")})`;
  const insert = (size: number) =>
    connection.statement(
      `insert or replace into ${table.name} (${names}) values ${Array(size).fill(row).join(", ")}`,
    );
  let at = 0;
  for (; at + rowsPerStatement <= count; at += rowsPerStatement) {
    insert(rowsPerStatement).run(...batch.rows(at, at + rowsPerStatement).flat());
  }
  for (const row of batch.rows(at)) insert(1).run(...row);
  return count;
}
