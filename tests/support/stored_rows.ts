import type { Database } from "../../src/database/database.ts";
import type { TableName, Value } from "../../src/model/table.ts";
import { table } from "../../src/model/tables.ts";

/** All rows of a table, of one site when it is given, by column name and in key order. */
export async function storedRows(
  database: Database,
  name: TableName,
  siteId?: number,
): Promise<Record<string, Value>[]> {
  const names = table(name).columns.map((one) => one.name);
  const siteIds = siteId === undefined ? undefined : [siteId];
  const rows: Record<string, Value>[] = [];
  for await (const page of database.read({ table: name, siteIds })) {
    for (const row of page) rows.push(Object.fromEntries(names.map((one, i) => [one, row[i]])));
  }
  return rows;
}
