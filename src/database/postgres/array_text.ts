import type { Column, Value } from "../../model/table.ts";
import type { RowBatch } from "../row_batch.ts";

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
} as const satisfies Record<Column["type"], string>;

/**
 * Values as the text of an array, so that thousands of rows are a handful of parameters. Compared with
 * COPY, which is a little faster, an error in it comes back as an error and does not hang.
 */
export function arrayText(values: readonly Value[], quoted: boolean): string {
  const texts = values.map((value) =>
    value === null ? "NULL" : quoted ? `"${escaped(value as string)}"` : value
  );
  return `{${texts.join(",")}}`;
}

/** Rows of a batch as a relation in a statement: what is the same in all rows is given once. */
export interface GivenRows {
  /**
   * A select that gives the rows in their order, its columns in the order of the names. Its `offset 0`
   * keeps the server from looking inside: told that all rows are of one site it may begin with that
   * site's whole table and compare each of its rows with each of these.
   */
  readonly sql: string;
  readonly names: readonly string[];
  /** The parameters for the rows from one position up to another. */
  parameters(from: number, to: number): Value[];
}

/** The batch, and columns whose value is the same in all its rows. */
export function givenRows(
  { columns, rows }: RowBatch,
  constants: readonly { column: Column; value: Value }[] = [],
): GivenRows {
  const varying = columns.map((_, at) => at)
    .filter((at) => rows.some((row) => row[at] !== rows[0][at]));
  const arrays = varying.length === 0 ? [0] : varying;
  const once = [
    ...columns.map((column, at) => ({ column, value: rows[0][at] }))
      .filter((_, at) => !arrays.includes(at)),
    ...constants,
  ];
  const fields = [
    // Side by side they go in step; in FROM each would first fill a table of its own.
    ...arrays.map((at, place) =>
      `unnest($${place + 1}::text::${sqlTypes[columns[at].type]}[]) as ${columns[at].name}`
    ),
    ...once.map(({ column }, at) =>
      `$${arrays.length + at + 1}::text::${sqlTypes[column.type]} as ${column.name}`
    ),
  ];
  return {
    names: [...arrays.map((at) => columns[at].name), ...once.map(({ column }) => column.name)],
    sql: `select ${fields.join(", ")} offset 0`,
    parameters: (from, to) => [
      ...arrays.map((at) =>
        arrayText(rows.slice(from, to).map((row) => row[at]), isText(columns[at]))
      ),
      ...once.map(({ value }) => value === null ? null : String(value)),
    ],
  };
}

function isText({ type }: Column): boolean {
  return type === "text" || type === "json";
}

function escaped(text: string): string {
  return /["\\]/.test(text) ? text.replace(/["\\]/g, "\\$&") : text;
}
