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
  database: Pick<Reader, "read" | "readColumns">,
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
      const asked = { ...selection, table: dataset.table };
      for await (const count of handOver(database, asked, format, signal)) rows += count;
    }
    await format.closeDataset();
    counts.push(rows);
  }
  await format.close();
  return counts;
}

/** The rows as the format takes them; gives their number, some at a time. */
async function* handOver(
  database: Pick<Reader, "read" | "readColumns">,
  selection: Selection,
  format: Format,
  signal: AbortSignal,
): AsyncGenerator<number> {
  if ("columns" in format) {
    for await (const count of database.readColumns(selection, format.columns())) {
      signal.throwIfAborted();
      await format.added();
      yield count;
    }
    return;
  }
  for await (const page of database.read(selection)) {
    signal.throwIfAborted();
    await format.rows(page);
    yield page.length;
  }
}
