import type { TableName, Value } from "../model/table.ts";
import { table } from "../model/tables.ts";
import type { Database } from "./database.ts";

/**
 * All rows of a table, of one site when it is given, by column name and in key order: for tables of which a person
 * has few rows. Throws DatabaseError.
 */
export async function storedRecords(
  database: Pick<Database, "read">,
  name: TableName,
  siteId?: number,
): Promise<Record<string, Value>[]> {
  const names = table(name).columns.map((one) => one.name);
  const siteIds = siteId === undefined ? undefined : [siteId];
  const records: Record<string, Value>[] = [];
  for await (const page of database.read({ table: name, siteIds })) {
    for (const row of page) records.push(Object.fromEntries(names.map((one, i) => [one, row[i]])));
  }
  return records;
}
