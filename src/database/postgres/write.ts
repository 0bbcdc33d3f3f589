import { overlapping } from "../overlapping.ts";
import type { RowBatch } from "../row_batch.ts";
import { kept, type Session } from "./driver.ts";
import { givenRows, statementsOf } from "./given_rows.ts";

/** Writes whole rows as they are, inside a transaction of the caller; gives how many. */
export async function writeRows(session: Session, batch: RowBatch): Promise<number> {
  const { table, columns, count } = batch;
  if (count === 0) return 0;
  const given = givenRows(batch);
  const set = columns.filter(({ name }) => !table.key.includes(name))
    .map(({ name }) => `${name} = excluded.${name}`);
  await overlapping(statementsOf(count, (from, to) => {
    const { names, sql, parameters } = given(batch.rows(from, to));
    return session.run(
      `insert into ${table.name} (${names.join(", ")})
  ${sql}
on conflict (${table.key.join(", ")}) do update set
  ${set.join(",\n  ")}`,
      parameters,
      kept,
    );
  }));
  return count;
}
