import type { Column, Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import type { Selection } from "../database.ts";
import { dateColumn, serialColumns } from "../selection.ts";
import type { Session } from "./driver.ts";
import { stored } from "./insert.ts";
import { told } from "./upsert.ts";

/** Larger pages gain nothing and cost memory. */
const rowsPerPage = 1000;

interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/**
 * The selected rows in key order, page by page, inside the transaction of the caller. Each page is asked for
 * by the last key of the one before, so that neither side ever holds more than a page and a slow reader
 * runs into no time limit of the server.
 */
export async function* readPages(
  session: Session,
  selection: Selection,
): AsyncGenerator<readonly (readonly Value[])[]> {
  const table = factsOf(selection.table);
  const { columns, key } = table;
  const keyColumns = key.map((name) => columns.find((one) => one.name === name)!);
  const keyAt = keyColumns.map((one) => columns.indexOf(one));
  const instants = columns.map((_, at) => at).filter((at) => columns[at].type === "instant");
  const filters = filtersFor(table, selection);

  for await (const scope of scopes(session, table, selection)) {
    let last = selection.after ?? null;
    while (true) {
      const conditions: Condition[] = [...scope, ...filters];
      if (last) conditions.push(after(keyColumns, last));
      const where = conditions.length === 0
        ? ""
        : `where ${conditions.map((one) => one.sql).join(" and ")}`;
      const page = await session.rows(
        `select ${columns.map((one) => one.name).join(", ")} from ${table.name} ${where}
         order by ${key.join(", ")} limit ${rowsPerPage}`,
        conditions.flatMap((one) => one.values),
      );
      for (const at of instants) for (const row of page) row[at] = told(columns[at], row[at]);
      if (page.length > 0) yield page;
      if (page.length < rowsPerPage) break;
      last = keyAt.map((at) => page.at(-1)![at]);
    }
  }
}

/**
 * `(a, b) > (?, ?)` written out as ranges of the key, `a > ? or a = ? and b > ?`: only so does the server begin
 * where the page begins, and not with all rows of the site.
 */
function after(key: readonly Column[], last: readonly Value[]): Condition {
  const [{ name }] = key;
  const value = exact(stored(key[0], last[0]));
  if (key.length === 1) return { sql: `${name} > ?`, values: [value] };
  const rest = after(key.slice(1), last.slice(1));
  return {
    sql: `(${name} > ? or ${name} = ? and ${rest.sql})`,
    values: [value, value, ...rest.values],
  };
}

/** One scope for each site where a bound in time follows, since the key finds times only within a site. */
async function* scopes(
  session: Session,
  table: Table,
  { siteIds, start, end }: Selection,
): AsyncGenerator<readonly Condition[]> {
  const ofSite = (siteId: Value) => [{ sql: "site_id = ?", values: [exact(siteId)] }];
  if (siteIds) {
    for (const siteId of [...new Set(siteIds)].sort((a, b) => a - b)) yield ofSite(siteId);
  } else if (start || end) {
    let [[siteId]] = await session.rows(`select min(site_id) from ${table.name}`);
    while (siteId !== null) {
      yield ofSite(siteId);
      [[siteId]] = await session.rows(
        `select min(site_id) from ${table.name} where site_id > ?`,
        [exact(siteId)],
      );
    }
  } else yield [];
}

/** The driver sends a number as a double, which is not looked up in a key of integers. */
function exact(value: Value): Value {
  return typeof value === "number" ? BigInt(value) : value;
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
