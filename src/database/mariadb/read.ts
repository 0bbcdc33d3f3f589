import type { Column, Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import type { Selection } from "../database.ts";
import { dateColumn, serialColumns } from "../selection.ts";
import type { Session } from "./driver.ts";
import { exact, stored } from "./insert.ts";
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
    let ranges = selection.after ? rangesAfter(keyColumns, selection.after) : [everything];
    while (ranges.length > 0) {
      const conditions = [...scope, ...filters, ...ranges[0]];
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
      ranges = page.length < rowsPerPage
        ? ranges.slice(1)
        : rangesAfter(keyColumns, keyAt.map((at) => page.at(-1)![at]));
    }
  }
}

const everything: readonly Condition[] = [];

/**
 * The rows after a key as ranges in the order of the key, each of which the server finds through the key:
 * first the rows that share all of it but the last two columns. Of `(a, b, c) > (?, ?, ?)` in one condition
 * it would look at every row with that `a`, for each page again.
 */
function rangesAfter(key: readonly Column[], last: readonly Value[]): (readonly Condition[])[] {
  const bound = key.map((column, at) => exact(stored(column, last[at])));
  const compared = (at: number, sign: "=" | ">" | ">="): Condition => ({
    sql: `${key[at].name} ${sign} ?`,
    values: [bound[at]],
  });
  const shared = (count: number) => key.slice(0, count).map((_, at) => compared(at, "="));
  const end = key.length - 1;
  if (end === 0) return [[compared(0, ">")]];
  const lastTwo: Condition = {
    sql: `(${key[end - 1].name} > ? or ${key[end].name} > ?)`,
    values: [bound[end - 1], bound[end]],
  };
  const ranges = [[...shared(end - 1), compared(end - 1, ">="), lastTwo]];
  for (let at = end - 2; at >= 0; at--) ranges.push([...shared(at), compared(at, ">")]);
  return ranges;
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
