import type { PackedColumn } from "../model/packed_column.ts";
import type { Value } from "../model/table.ts";
import type { Dataset } from "./dataset.ts";

/** A page of rows, values in the order of the dataset's columns. */
export type Page = readonly (readonly Value[])[];

/** Where the bytes go. */
export interface Sink {
  /** Resolves when they have been taken: a slow receiver is waited for, so that nothing piles up in memory. */
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * Writes rows as the bytes of one file: `open`, then for each dataset `openDataset`, its rows and
 * `closeDataset`, then `close`. Keeps no more rows in memory than its kind of file needs, however many there
 * are.
 */
export type Format = RowFormat | ColumnFormat;

interface AnyFormat {
  open(): Promise<void>;
  openDataset(dataset: Dataset): Promise<void>;
  closeDataset(): Promise<void>;
  close(): Promise<void>;
}

/** Takes the rows page by page. */
export interface RowFormat extends AnyFormat {
  rows(page: Page): Promise<void>;
}

/** Takes the rows as columns. */
export interface ColumnFormat extends AnyFormat {
  /** For each column of the dataset's table the one that its values are added to; null: it is left out. */
  columns(): readonly (PackedColumn | null)[];
  /** Comes after some rows have been added to all of them. */
  added(): Promise<void>;
}

/** For whom CSV is written. The plain one is for programs. */
export interface CsvStyle {
  /** Text that a spreadsheet would run as a formula gets an apostrophe before it. */
  readonly isSafe?: boolean;
  /** For Excel, as it reads files where this decimal sign is used. */
  readonly excel?: { readonly decimalSign: "." | "," };
}

/** How a file is written. */
export interface FormatOptions {
  /** The file holds more than one dataset. */
  readonly several: boolean;
  /** For CSV alone. */
  readonly csv: CsvStyle;
}

/** Begins a file of a format. */
export type CreateFormat = (sink: Sink, options: FormatOptions) => Format;

/** What was asked for does not fit into a file of this format. */
export class FileFull extends Error {
  override readonly name = "FileFull";
}
