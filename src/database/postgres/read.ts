import type { ColumnType, Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import type { Selection } from "../database.ts";
import { dateColumn, serialColumns } from "../selection.ts";
import { binaryArray } from "./binary_array.ts";
import { sqlTypes } from "./column_types.ts";
import type { Parameter, Session } from "./driver.ts";

/** Larger pages gain nothing and cost memory. */
const rowsPerPage = 1000;

/**
 * The selected rows in key order, page by page, from a cursor of the server inside the transaction of the
 * caller: neither side ever holds more than a page, and every page is a statement whose error is told.
 */
export async function* readPages(
  session: Session,
  selection: Selection,
): AsyncGenerator<readonly (readonly Value[])[]> {
  const table = factsOf(selection.table);
  const parameters: Parameter[] = [];
  const bound: Bind = (type, value, array = "") =>
    `$${parameters.push(value)}::${sqlTypes[type]}${array}`;
  const conditions = conditionsFor(table, selection, bound);
  await session.run(
    `declare pages no scroll cursor for
     select ${table.columns.map((one) => one.name).join(", ")} from ${table.name}
     ${conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`}
     order by ${table.key.join(", ")}`,
    parameters,
  );
  while (true) {
    const page = await session.rows(`fetch ${rowsPerPage} from pages`);
    if (page.length > 0) yield page;
    if (page.length < rowsPerPage) break;
  }
}

type Bind = (type: ColumnType, value: Parameter, array?: "" | "[]") => string;

function conditionsFor(
  table: Table,
  { siteIds, start, end, serial, after }: Selection,
  bound: Bind,
): string[] {
  const conditions: string[] = [];
  if (siteIds) {
    conditions.push(`site_id = any (${bound("integer", binaryArray("integer", siteIds), "[]")})`);
  }
  const date = dateColumn(table);
  if (date) {
    if (start) conditions.push(`${date.name} >= ${bound("date", start.toString())}`);
    // Midnight of the next day, so that the last day counts whole.
    if (end) conditions.push(`${date.name} < ${bound("date", end.add({ days: 1 }).toString())}`);
  }
  if (date?.type === "local") {
    // No zone is further than a day from UTC: these wider bounds let the key find the rows.
    const midnight = (day: Temporal.PlainDate) => bound("instant", `${day}T00:00:00Z`);
    if (start) conditions.push(`timestamp >= ${midnight(start.subtract({ days: 2 }))}`);
    if (end) conditions.push(`timestamp < ${midnight(end.add({ days: 3 }))}`);
  }
  if (serial !== undefined) {
    const wanted = bound("text", serial);
    conditions.push(`(${serialColumns(table).map((name) => `${name} = ${wanted}`).join(" or ")})`);
  }
  if (after) {
    const values = table.key.map((name, at) =>
      bound(table.columns.find((one) => one.name === name)!.type, after[at])
    );
    conditions.push(`(${table.key.join(", ")}) > (${values.join(", ")})`);
  }
  return conditions;
}
