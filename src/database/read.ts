import type { Table, TableName, Value } from "../model/table.ts";
import { dateColumn, table as factsOf } from "../model/tables.ts";
import type { Database, Selection } from "./database.ts";
import type { Session } from "./session.ts";
import {
  type Comparison,
  type Condition,
  equals,
  selection as statementOf,
  type Words,
} from "./statements.ts";

/** Larger pages gain nothing and cost memory. */
export const rowsPerPage = 1000;

/** The ways in which the rows of a table can be narrowed down. */
export type Filter = "site" | "dates" | "serial" | "unit";

/** The filters that a table has; asking for another one is a mistake of the caller. */
export function filtersOf(table: Table): readonly Filter[] {
  const filters: Filter[] = [];
  if (has(table, "site_id")) filters.push("site");
  if (dateColumn(table) !== null) filters.push("dates");
  if (serialColumns(table).length > 0) filters.push("serial");
  if (has(table, "time_unit")) filters.push("unit");
  return filters;
}

/** The columns in which a serial number may stand. */
function serialColumns(table: Table): readonly string[] {
  if (table.kind === "engine") return [];
  return ["device_key", "serial_number"].filter((name) => has(table, name));
}

function has(table: Table, name: string): boolean {
  return table.columns.some((one) => one.name === name);
}

/**
 * The selected rows in key order, page by page. Each page is asked for by the last key of the one before, so
 * that neither side ever holds more than a page and a slow reader runs into no time limit: a cursor of
 * SQLite's driver ends without a word when it meets an error midway.
 */
export async function* readPages(
  session: Session,
  words: Words,
  selection: Selection,
): AsyncGenerator<readonly (readonly Value[])[]> {
  const table = factsOf(selection.table);
  const names = table.columns.map((one) => one.name);
  const keyAt = table.key.map((name) => names.indexOf(name));
  const filters = conditionsOf(table, selection);

  for await (const scope of scopes(session, words, table, selection)) {
    let ranges = rangesAfter(table, selection.after);
    while (ranges.length > 0) {
      const where = [...scope, ...filters, ...ranges[0]];
      const { sql, parameters } = statementOf(table, names, where, words);
      const page = await session.rows(`${sql} limit ${rowsPerPage}`, parameters);
      if (page.length > 0) yield page;
      ranges = page.length < rowsPerPage
        ? ranges.slice(1)
        : rangesAfter(table, keyAt.map((at) => page.at(-1)![at]));
    }
  }
}

/**
 * The rows after a key as ranges in the order of the key, each of which a database finds through the key: first
 * the rows that share all of it but the last two columns. Of `(a, b, c) > (?, ?, ?)` in one condition
 * MariaDB would look at every row with that `a`, for each page again. Without a key: all rows.
 */
export function rangesAfter({ key }: Table, after?: readonly Value[]): (readonly Condition[])[] {
  if (!after) return [[]];
  const compared = (at: number, is: "=" | ">" | ">=") => ({ name: key[at], is, value: after[at] });
  const shared = (count: number) => key.slice(0, count).map((_, at) => compared(at, "="));
  const end = key.length - 1;
  if (end === 0) return [[compared(0, ">")]];
  const lastTwo = { anyOf: [compared(end - 1, ">"), compared(end, ">")] };
  const ranges: Condition[][] = [[...shared(end - 1), compared(end - 1, ">="), lastTwo]];
  for (let at = end - 2; at >= 0; at--) ranges.push([...shared(at), compared(at, ">")]);
  return ranges;
}

/** One scope for each site where a bound in time follows, since the key finds times only within a site. */
async function* scopes(
  session: Session,
  words: Words,
  table: Table,
  { siteIds, start, end }: Selection,
): AsyncGenerator<readonly Condition[]> {
  if (siteIds) {
    for (const siteId of [...new Set(siteIds)].sort((a, b) => a - b)) {
      yield [equals("site_id", siteId)];
    }
  } else if (start || end) {
    for await (const siteId of sitesIn(session, words, table)) yield [equals("site_id", siteId)];
  } else yield [];
}

/** The sites of a table, one by one from its key, as a table of years has it. */
export async function* sitesIn(
  session: Pick<Session, "rows">,
  words: Words,
  table: Table,
): AsyncGenerator<number> {
  const first = `select min(site_id) from ${table.name}`;
  const next = `${first} where site_id > ${words.placeholder(1, "integer")}`;
  let [[siteId]] = await session.rows(first);
  while (siteId !== null) {
    yield Number(siteId);
    [[siteId]] = await session.rows(next, [words.given("integer", siteId)]);
  }
}

/** Bounds by which the key finds the rows of some local days: no zone is further than a day from UTC. */
export function nearDays({ start, end }: Pick<Selection, "start" | "end">): Comparison[] {
  const bound = (is: "<" | ">=", day: Temporal.PlainDate): Comparison => ({
    name: "timestamp",
    is,
    value: `${day}T00:00:00Z`,
  });
  return [
    ...start ? [bound(">=", start.subtract({ days: 2 }))] : [],
    ...end ? [bound("<", end.add({ days: 3 }))] : [],
  ];
}

/** What narrows a selection down, but for its sites and the key that it begins after. */
export function conditionsOf(
  table: Table,
  { start, end, serial, timeUnit }: Selection,
): Condition[] {
  const conditions: Condition[] = [];
  if (timeUnit !== undefined) conditions.push(equals("time_unit", timeUnit));
  const date = dateColumn(table);
  if (date) {
    if (start) conditions.push({ name: date, is: ">=", value: start.toString() });
    // Midnight of the next day, so that the last day counts whole.
    if (end) conditions.push({ name: date, is: "<", value: end.add({ days: 1 }).toString() });
  }
  if (date === "local_time") conditions.push(...nearDays({ start, end }));
  if (serial !== undefined) {
    conditions.push({ anyOf: serialColumns(table).map((name) => equals(name, serial)) });
  }
  return conditions;
}

/**
 * All rows of a table, of one site when it is given, by column name and in key order: for tables of which a person
 * has few rows. Throws DatabaseError.
 */
export async function storedRecords(
  database: Pick<Database, "read">,
  name: TableName,
  siteId?: number,
): Promise<Record<string, Value>[]> {
  const names = factsOf(name).columns.map((one) => one.name);
  const siteIds = siteId === undefined ? undefined : [siteId];
  const records: Record<string, Value>[] = [];
  for await (const page of database.read({ table: name, siteIds })) {
    for (const row of page) records.push(Object.fromEntries(names.map((one, i) => [one, row[i]])));
  }
  return records;
}
