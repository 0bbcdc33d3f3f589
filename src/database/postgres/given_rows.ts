import type { Column, Value } from "../../model/table.ts";
import { stretches } from "../overlapping.ts";
import type { Row, RowBatch } from "../row_batch.ts";
import { BinaryArray } from "./binary_array.ts";
import { sqlTypes } from "./column_types.ts";
import type { Parameter } from "./driver.ts";

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
  readonly parameters: readonly Parameter[];
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
  const fields = [
    // Side by side they go in step; in FROM each would first fill a table of its own.
    ...arrays.map((at, place) =>
      `unnest(${bound(columns[at], place, "[]")}) as ${columns[at].name}`
    ),
    ...once.map(({ column }, place) => `${bound(column, arrays.length + place)} as ${column.name}`),
  ];
  const sql = `select ${fields.join(", ")} offset 0`;
  const constant = once.map(({ value }) => value === null ? null : String(value));
  const writers = arrays.map((at) => new BinaryArray(columns[at].type));
  return (rows) => {
    // Row by row as they lie in memory.
    for (const row of rows) {
      for (let place = 0; place < arrays.length; place++) writers[place].add(row[arrays[place]]);
    }
    const parameters = [...writers.map((one) => one.end()), ...constant];
    return { names, count: rows.length, sql, parameters };
  };
}

function bound({ type }: Column, place: number, array = ""): string {
  return `$${place + 1}::${sqlTypes[type]}${array}`;
}

/** Rows of a statement: enough that it costs little. */
const rowsPerStatement = 500;

/** A statement for each stretch of so many rows. */
export function* statementsOf<T>(
  count: number,
  statement: (from: number, to: number) => Promise<T>,
): Generator<() => Promise<T>> {
  for (const [from, to] of stretches(count, rowsPerStatement)) {
    yield () => statement(from, to);
  }
}
