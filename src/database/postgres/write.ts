import type { RowBatch } from "../row_batch.ts";
import { givenRows } from "./array_text.ts";
import type { Session } from "./driver.ts";
import { rowsPerStatement } from "./upsert.ts";

/** Writes whole rows as they are, inside a transaction of the caller; gives how many. */
export async function writeRows(session: Session, batch: RowBatch): Promise<number> {
  const { table, columns, rows } = batch;
  if (rows.length === 0) return 0;
  const given = givenRows(batch);
  const set = columns.filter(({ name }) => !table.key.includes(name))
    .map(({ name }) => `${name} = excluded.${name}`);
  const statement = `insert into ${table.name} (${given.names.join(", ")})
  ${given.sql}
on conflict (${table.key.join(", ")}) do update set
  ${set.join(",\n  ")}`;
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    const to = Math.min(from + rowsPerStatement, rows.length);
    await session.run(statement, given.parameters(from, to), { prepare: true });
  }
  return rows.length;
}
