import type { RowBatch } from "../row_batch.ts";
import type { Session } from "./driver.ts";
import { insertRows } from "./insert.ts";

/** Writes whole rows as they are, inside a transaction of the caller; gives how many. */
export async function writeRows(session: Session, batch: RowBatch): Promise<number> {
  const { table, columns, count } = batch;
  const set = columns.filter(({ name }) => !table.key.includes(name))
    .map(({ name }) => `${name} = values(${name})`);
  await insertRows(session, batch, [], set.join(",\n  "));
  return count;
}
