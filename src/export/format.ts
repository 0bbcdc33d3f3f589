import type { Value } from "../model/table.ts";
import { csvFormat, type CsvStyle } from "./csv.ts";
import type { Dataset } from "./dataset.ts";
import type { FormatName } from "./datasets.ts";
import { jsonFormat } from "./json.ts";
import { ndjsonFormat } from "./ndjson.ts";

/** A page of rows, values in the order of the dataset's columns. */
export type Page = readonly (readonly Value[])[];

/**
 * Turns rows into the text of one file: `open`, then for each dataset `openDataset`, its pages and
 * `closeDataset`, then `close`. Keeps nothing of the rows it has seen.
 */
export interface Format {
  open(): string;
  openDataset(dataset: Dataset): string;
  rows(page: Page): string;
  closeDataset(): string;
  close(): string;
}

/** A writer of the format; `several` when the file holds more than one dataset; `csv` for CSV alone. */
export function createFormat(name: FormatName, several: boolean, csv: CsvStyle = {}): Format {
  switch (name) {
    case "csv":
      return csvFormat(csv);
    case "json":
      return jsonFormat(several);
    case "ndjson":
      return ndjsonFormat(several);
  }
}
