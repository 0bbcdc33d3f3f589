import type { DataType } from "./data_type.ts";
import { datasetsByTable, type Table, type TableName } from "./table.ts";
import { engineTables } from "./tables/engine_tables.ts";
import { deviceReadingTables } from "./tables/device_reading_tables.ts";
import { siteReadingTables } from "./tables/site_reading_tables.ts";
import { moneyTables } from "./tables/money_tables.ts";
import { siteTables } from "./tables/site_tables.ts";

const byName: ReadonlyMap<string, Table> = new Map(
  [...siteTables, ...siteReadingTables, ...deviceReadingTables, ...moneyTables, ...engineTables]
    .map((one) => [one.name, one]),
);

/** The facts of one table. */
export function table(name: TableName): Table {
  return byName.get(name)!;
}

/** Every table, in the order of `datasetsByTable`. */
export const tables: readonly Table[] = (Object.keys(datasetsByTable) as TableName[]).map(table);

/** The table whose rows are counted for a type of data: what a user would look for. */
export function countedIn(dataType: DataType): Table {
  return tables.find((one) => datasetsByTable[one.name] === dataType)!;
}

/** The column that dates are compared with: the wall clock of a reading, else a local date in the key. */
export function dateColumn({ columns, key }: Table): string | null {
  if (columns.some((one) => one.name === "local_time")) return "local_time";
  const date = columns.find((one) => one.type === "date" && key.includes(one.name));
  return date?.name ?? null;
}
