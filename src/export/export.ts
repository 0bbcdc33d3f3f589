import type { Database, Selection } from "../database/database.ts";
import type { Dataset } from "./dataset.ts";
import type { Format } from "./format.ts";

/** Where the bytes go. */
export interface Sink {
  /** Resolves when they have been taken: what is behind is waited for, nothing piles up. */
  write(bytes: Uint8Array): Promise<void>;
}

/** One dataset and which of its rows. */
export interface ExportPart {
  readonly dataset: Dataset;
  readonly selection: Omit<Selection, "table">;
}

/** Enough that a write costs little, little enough that memory stays small. */
const chunkCharacters = 64 * 1024;

/**
 * Writes the datasets, one after another, into one file. Reads a page when the one before has been
 * written: memory does not grow with the rows. Gives the number of rows of each part.
 * Throws DatabaseError, what the sink throws, and the signal's reason when it is aborted.
 */
export async function writeExport(
  database: Pick<Database, "read">,
  parts: readonly ExportPart[],
  format: Format,
  sink: Sink,
  signal: AbortSignal,
): Promise<number[]> {
  const encoder = new TextEncoder();
  // One buffer for all chunks: the sink has taken them when its write is done.
  let buffer = new Uint8Array(0);
  let text = format.open();
  const flush = async () => {
    if (buffer.length < text.length * 3) buffer = new Uint8Array(text.length * 4);
    const { written } = encoder.encodeInto(text, buffer);
    if (written > 0) await sink.write(buffer.subarray(0, written));
    text = "";
  };
  const counts: number[] = [];
  for (const { dataset, selection } of parts) {
    let rows = 0;
    text += format.openDataset(dataset);
    for await (const page of database.read({ ...selection, table: dataset.table })) {
      signal.throwIfAborted();
      text += format.rows(page);
      rows += page.length;
      if (text.length >= chunkCharacters) await flush();
    }
    text += format.closeDataset();
    counts.push(rows);
  }
  text += format.close();
  await flush();
  return counts;
}
