import type { ColumnType } from "../../model/table.ts";

/** The type of a column, by its facts. */
export const sqlTypes = {
  integer: "bigint",
  flag: "smallint",
  real: "double precision",
  text: "text",
  instant: "timestamptz",
  local: "timestamp",
  date: "date",
  json: "text",
} as const satisfies Record<ColumnType, string>;

/** The numbers of these types in the catalogue of every server. */
export const typeNumbers: Readonly<Record<ColumnType, number>> = {
  integer: 20,
  flag: 21,
  real: 701,
  text: 25,
  instant: 1184,
  local: 1114,
  date: 1082,
  json: 25,
};
