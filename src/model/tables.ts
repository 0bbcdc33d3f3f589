import type { Table, TableName } from "./table.ts";
import { engineTables } from "./tables/engine_tables.ts";
import { deviceReadingTables } from "./tables/device_reading_tables.ts";
import { siteReadingTables } from "./tables/site_reading_tables.ts";
import { siteTables } from "./tables/site_tables.ts";

/** Every table, in the order of its creation. */
export const tables: readonly Table[] = [
  ...siteTables,
  ...siteReadingTables,
  ...deviceReadingTables,
  ...engineTables,
];

const byName = new Map(tables.map((one) => [one.name, one]));

/** The facts of one table. */
export function table(name: TableName): Table {
  return byName.get(name)!;
}
