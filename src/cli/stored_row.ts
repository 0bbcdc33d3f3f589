import type { Database } from "../database/database.ts";
import type { Table, Value } from "../model/table.ts";

/** A stored row, by column. */
export type StoredRow = ReadonlyMap<string, Value>;

/**
 * Finds rows by their keys. Keys that come in order mostly lie in the page of the row before, so that the rows
 * of years are read once and never held.
 */
export function storedRows(
  database: Pick<Database, "read">,
): (table: Table, key: readonly Value[]) => Promise<StoredRow | null> {
  let page = new Map<string, StoredRow>();
  return async (table, key) => {
    const name = nameOf(table, key);
    if (!page.has(name)) page = await pageFrom(database, table, key);
    return page.get(name) ?? null;
  };
}

/** The rows of a site from a key on: as many as one page holds. */
async function pageFrom(
  database: Pick<Database, "read">,
  table: Table,
  key: readonly Value[],
): Promise<Map<string, StoredRow>> {
  const names = table.columns.map((one) => one.name);
  const selection = {
    table: table.name,
    siteIds: [Number(key[table.key.indexOf("site_id")])],
    after: justBefore(table, key),
  };
  for await (const rows of database.read(selection)) {
    return new Map(rows.map((row) => {
      const values = new Map(names.map((one, at) => [one, row[at]]));
      return [nameOf(table, table.key.map((one) => values.get(one)!)), values];
    }));
  }
  return new Map();
}

function nameOf(table: Table, key: readonly Value[]): string {
  return JSON.stringify([table.name, ...key.map(String)]);
}

/** A key that comes before this one with nothing between them that could be there: its last part is one less. */
function justBefore(table: Table, key: readonly Value[]): Value[] {
  const last = key.at(-1)!;
  const type = table.columns.find((one) => one.name === table.key.at(-1))?.type;
  const start = key.slice(0, -1);
  if (type === "integer") return [...start, Number(last) - 1];
  if (type === "date") {
    return [...start, Temporal.PlainDate.from(String(last)).subtract({ days: 1 }).toString()];
  }
  if (type === "instant") {
    return [...start, Temporal.Instant.from(String(last)).subtract({ seconds: 1 }).toString()];
  }
  throw new Error(`${table.name}: a key that ends with a ${type}`);
}
