import { createHash } from "node:crypto";
import type { Table, Value } from "../model/table.ts";
import type { Database } from "./database.ts";
import { digits } from "./same_value.ts";

/** What a table holds, in a few letters; the same for the same rows in every kind of database. */
export interface TableSum {
  readonly rows: number;
  /** SHA-256 over the text of each row in key order, in hexadecimal. */
  readonly sha256: string;
}

/** Reads a whole table and sums it up. Throws DatabaseError, or the reason of the signal. */
export async function sumOf(
  database: Database,
  table: Table,
  { signal, onRows }: { signal: AbortSignal; onRows?: (rows: number) => void },
): Promise<TableSum> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const page of database.read({ table: table.name })) {
    signal.throwIfAborted();
    hash.update(rowsText(page));
    rows += page.length;
    onRows?.(rows);
  }
  return { rows, sha256: hash.digest("hex") };
}

/**
 * A text that only the same values in the same rows have, to the last digit; the text of rows and of those
 * that follow them is the text of all. Whether a driver gave an integer as number or bigint does not show,
 * nor does the sign of 0, which not every database keeps.
 */
export function rowsText(rows: readonly (readonly Value[])[]): string {
  const hasBigints = rows.some((row) => row.some((value) => typeof value === "bigint"));
  return rows.length === 0
    ? ""
    : `${JSON.stringify(rows, hasBigints ? digits : undefined).slice(1, -1)},`;
}
