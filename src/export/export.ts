import type { Reader, Selection } from "../database/database.ts";
import type { Dataset } from "./dataset.ts";
import type { Format } from "./format.ts";

/** One dataset and which of its rows: those of one selection after those of another. */
export interface ExportPart {
  readonly dataset: Dataset;
  readonly selections: readonly Omit<Selection, "table">[];
}

/**
 * Writes the datasets, one after another, into one file. Reads a page when the one before has been
 * written: memory does not grow with the rows. Gives the number of rows of each part.
 * Throws DatabaseError, what the sink throws, and the signal's reason when it is aborted.
 */
export async function writeExport(
  database: Pick<Reader, "read">,
  parts: readonly ExportPart[],
  format: Format,
  signal: AbortSignal,
): Promise<number[]> {
  await format.open();
  const counts: number[] = [];
  for (const { dataset, selections } of parts) {
    let rows = 0;
    await format.openDataset(dataset);
    for (const selection of selections) {
      for await (const page of database.read({ ...selection, table: dataset.table })) {
        signal.throwIfAborted();
        await format.rows(page);
        rows += page.length;
      }
    }
    await format.closeDataset();
    counts.push(rows);
  }
  await format.close();
  return counts;
}
