import type { Table } from "../model/table.ts";

/** The ways in which the rows of a table can be narrowed down. */
export type Filter = "site" | "dates" | "serial";

/** The filters that a table has; asking for another one is a mistake of the caller. */
export function filtersOf(table: Table): readonly Filter[] {
  const filters: Filter[] = [];
  if (has(table, "site_id")) filters.push("site");
  if (dateColumn(table) !== null) filters.push("dates");
  if (serialColumns(table).length > 0) filters.push("serial");
  return filters;
}

/** The column that dates are compared with: the wall clock of a reading, else a local date in the key. */
export function dateColumn(table: Table): { name: string; type: "local" | "date" } | null {
  if (has(table, "local_time")) return { name: "local_time", type: "local" };
  const date = table.columns.find((one) => one.type === "date" && table.key.includes(one.name));
  return date ? { name: date.name, type: "date" } : null;
}

/** The columns in which a serial number may stand. */
export function serialColumns(table: Table): readonly string[] {
  if (table.kind === "engine") return [];
  return ["device_key", "serial_number"].filter((name) => has(table, name));
}

function has(table: Table, name: string): boolean {
  return table.columns.some((one) => one.name === name);
}
