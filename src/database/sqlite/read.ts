import type { Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import type { Selection } from "../database.ts";
import { dateColumn, serialColumns } from "../selection.ts";
import { allRows, type Connection } from "./driver.ts";

/** Larger pages gain nothing and cost memory. */
const rowsPerPage = 1000;

interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/**
 * The selected rows in key order, page by page. Each page is asked for by the last key of the one before:
 * a cursor of the driver ends without a word when it meets an error midway.
 */
export function* readPages(
  connection: Connection,
  selection: Selection,
): Generator<readonly (readonly Value[])[]> {
  const table = factsOf(selection.table);
  const { key } = table;
  const columns = table.columns.map((one) => one.name);
  const keyAt = key.map((name) => columns.indexOf(name));
  const filters = filtersFor(table, selection);

  for (const scope of scopes(connection, table, selection)) {
    let last = selection.after ?? null;
    while (true) {
      const conditions: Condition[] = [...scope, ...filters];
      if (last) {
        conditions.push({
          sql: `(${key.join(", ")}) > (${key.map(() => "?").join(", ")})`,
          values: last,
        });
      }
      const where = conditions.length === 0
        ? ""
        : `where ${conditions.map((one) => one.sql).join(" and ")}`;
      const statement = connection.statement(
        `select ${columns.join(", ")} from ${table.name} ${where}
         order by ${key.join(", ")} limit ${rowsPerPage}`,
      );
      const page: Value[][] = allRows(statement, conditions.flatMap((one) => one.values));
      if (page.length > 0) yield page;
      if (page.length < rowsPerPage) break;
      last = keyAt.map((at) => page.at(-1)![at]);
    }
  }
}

/** One scope for each site where a bound in time follows, since the key finds times only within a site. */
function* scopes(
  connection: Connection,
  table: Table,
  { siteIds, start, end }: Selection,
): Generator<readonly Condition[]> {
  const ofSite = (siteId: Value) => [{ sql: "site_id = ?", values: [siteId] }];
  if (siteIds) {
    for (const siteId of [...new Set(siteIds)].sort((a, b) => a - b)) yield ofSite(siteId);
  } else if (start || end) {
    const next = connection.statement(
      `select min(site_id) from ${table.name} where site_id > ?`,
    );
    let [siteId] = allRows(connection.statement(`select min(site_id) from ${table.name}`))[0];
    while (siteId !== null) {
      yield ofSite(siteId);
      [siteId] = allRows(next, [siteId])[0];
    }
  } else yield [];
}

function filtersFor(table: Table, { start, end, serial }: Selection): Condition[] {
  const conditions: Condition[] = [];
  const date = dateColumn(table);
  if (date) {
    if (start) conditions.push({ sql: `${date.name} >= ?`, values: [start.toString()] });
    // Midnight of the next day, so that the last day counts whole.
    if (end) conditions.push({ sql: `${date.name} < ?`, values: [nextDay(end)] });
  }
  if (date?.type === "local") {
    // No zone is further than a day from UTC: these wider bounds let the key find the rows.
    if (start) {
      conditions.push({ sql: "timestamp >= ?", values: [start.subtract({ days: 2 }).toString()] });
    }
    if (end) {
      conditions.push({ sql: "timestamp < ?", values: [end.add({ days: 3 }).toString()] });
    }
  }
  if (serial !== undefined) {
    const columns = serialColumns(table);
    conditions.push({
      sql: `(${columns.map((name) => `${name} = ?`).join(" or ")})`,
      values: columns.map(() => serial),
    });
  }
  return conditions;
}

function nextDay(date: Temporal.PlainDate): string {
  return date.add({ days: 1 }).toString();
}
