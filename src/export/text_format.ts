import type { Value } from "../model/table.ts";
import type { Dataset } from "./dataset.ts";
import type { RowFormat, Sink } from "./format.ts";

/**
 * Turns rows into the text of one file: `open`, then for each dataset `openDataset`, its pages and
 * `closeDataset`, then `close`. Keeps nothing of the rows it has seen.
 */
export interface TextFormat {
  open(): string;
  openDataset(dataset: Dataset): string;
  rows(page: readonly (readonly Value[])[]): string;
  closeDataset(): string;
  close(): string;
}

/** Enough that a write costs little, little enough that memory stays small. */
const chunkCharacters = 64 * 1024;

/** Writes what a format of text says, as UTF-8, in chunks. */
export function writeText(format: TextFormat, sink: Sink): RowFormat {
  const encoder = new TextEncoder();
  // One buffer for all chunks: the sink has taken them when its write is done.
  let buffer = new Uint8Array(0);
  let text = "";
  const flush = async () => {
    if (buffer.length < text.length * 3) buffer = new Uint8Array(text.length * 4);
    const { written } = encoder.encodeInto(text, buffer);
    if (written > 0) await sink.write(buffer.subarray(0, written));
    text = "";
  };
  const add = async (more: string) => {
    text += more;
    if (text.length >= chunkCharacters) await flush();
  };
  return {
    open: () => add(format.open()),
    openDataset: (dataset) => add(format.openDataset(dataset)),
    rows: (page) => add(format.rows(page)),
    closeDataset: () => add(format.closeDataset()),
    async close() {
      text += format.close();
      await flush();
    },
  };
}
