import { table as factsOf } from "../model/tables.ts";
import type { Dataset } from "./dataset.ts";
import type { Format } from "./format.ts";

/** The rows of a site in a local month. */
export interface Partition {
  readonly siteId: number;
  /** `2026-05` */
  readonly month: string;
}

/** Where the file of a partition lies in the folder of its dataset, as DuckDB, Spark and pandas find it. */
export function partitionPath({ siteId, month }: Partition, { name }: Dataset): string {
  return `site_id=${siteId}/month=${month}/${name}.parquet`;
}

/** The first and the last day of a partition. */
export function daysOfPartition({ month }: Partition): {
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
} {
  const start = Temporal.PlainDate.from(`${month}-01`);
  return { start, end: start.add({ months: 1 }).subtract({ days: 1 }) };
}

/** Writes rows without their site, which the folder says: a reader would meet the column twice. */
export function withoutSite(format: Format): Format {
  let at = 0;
  const openDataset = (dataset: Dataset) => {
    at = factsOf(dataset.table).columns.findIndex((one) => one.name === "site_id");
    return format.openDataset({ ...dataset, columns: dataset.columns.toSpliced(at, 1) });
  };
  return "columns" in format
    ? { ...format, openDataset, columns: () => format.columns().toSpliced(at, 0, null) }
    : {
      ...format,
      openDataset,
      rows: (page) => format.rows(page.map((row) => row.toSpliced(at, 1))),
    };
}
