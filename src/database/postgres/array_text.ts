import type { Column, Value } from "../../model/table.ts";
import type { Row, RowBatch } from "../row_batch.ts";
import { IntegerArray } from "./integer_array.ts";

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
  readonly count: number;
  readonly parameters: readonly Value[];
}

/** What gives rows of a batch, with columns that are the same in all of it. */
export function givenRows(
  batch: RowBatch,
  constants: readonly { column: Column; value: Value }[] = [],
): (rows: readonly Row[]) => GivenRows {
  const { columns } = batch;
  const varying = batch.varying();
  const arrays = varying.length === 0 ? [0] : varying;
  const [first] = batch.rows(0, 1);
  const once = [
    ...columns.map((column, at) => ({ column, value: first[at] }))
      .filter((_, at) => !arrays.includes(at)),
    ...constants,
  ];
  const names = [...arrays.map((at) => columns[at].name), ...once.map(({ column }) => column.name)];
  const integers = arrays.map((at) => {
    const { type } = columns[at];
    return type === "real" || type === "instant" || type === "local"
      ? new IntegerArray(type)
      : undefined;
  });
  return (rows) => {
    for (const array of integers) array?.begin();
    // Row by row as they lie in memory.
    for (const row of rows) {
      for (let place = 0; place < arrays.length; place++) {
        integers[place]?.add(row[arrays[place]]);
      }
    }

    const parameters: Value[] = [];
    const bound = (value: Value) => `$${parameters.push(value)}`;
    const fields = [
      // Side by side they go in step; in FROM each would first fill a table of its own.
      ...arrays.map((at, place) => {
        const given = unnested(
          columns[at],
          () => rows.map((row) => row[at]),
          integers[place],
          bound,
        );
        return `${given} as ${columns[at].name}`;
      }),
      ...once.map(({ column, value }) =>
        `${bound(value === null ? null : String(value))}::${
          sqlTypes[column.type]
        } as ${column.name}`
      ),
    ];
    return {
      names,
      count: rows.length,
      sql: `select ${fields.join(", ")} offset 0`,
      parameters,
    };
  };
}

/** Rows of one statement: enough that it costs little. */
const rowsPerStatement = 500;
/** Of the first one, since the server waits while its text is made. */
export const firstRows = 100;

/** A statement for each stretch of so many rows. */
export function* statementsOf<T>(
  count: number,
  statement: (from: number, to: number) => Promise<T>,
): Generator<() => Promise<T>> {
  let from = 0;
  for (let to = firstRows; from < count; to += rowsPerStatement) {
    const [start, end] = [from, Math.min(to, count)];
    yield () => statement(start, end);
    from = end;
  }
}

/**
 * Values as an expression that gives one after another. The server reads an integer in a quarter of the time
 * that a double or an instant takes, so these cross as integers where that is exact.
 */
function unnested(
  { type }: Column,
  values: () => readonly Value[],
  array: IntegerArray | undefined,
  bound: (value: Value) => string,
): string {
  const text = array && (array.end() ?? array.retry(values()));
  if (array && typeof text === "string") {
    const given = `unnest(${bound(text)}::bigint[])`;
    if (type === "real") return `${given} / ${bound(array.divisor)}::double precision`;
    return type === "instant"
      ? `to_timestamp(${given})`
      : `(to_timestamp(${given}) at time zone 'UTC')`;
  }
  return `unnest(${bound(arrayText(values(), isText(type)))}::${sqlTypes[type]}[])`;
}

/** Whether values of this type stand in quotes. */
export function isText(type: Column["type"]): boolean {
  return type === "text" || type === "json";
}

function escaped(text: string): string {
  return /["\\]/.test(text) ? text.replace(/["\\]/g, "\\$&") : text;
}
