import type { Column } from "../../../model/table.ts";
import { firstRows, overlapping, slices } from "../../bulk/overlapping.ts";
import type { Row, RowBatch } from "../../row_batch.ts";
import type { Constant } from "../../upsert_rules.ts";
import { sqlTypes } from "../binary_parameters.ts";
import type { Parameter, PostgresSession } from "../driver.ts";
import { BinaryArray } from "./binary_values.ts";
import { RowDigests } from "./row_digest.ts";

/** Rows of a statement: enough that it costs little. */
const rowsPerStatement = 500;

/** Rows of a batch as a relation in a statement: what is the same in all rows is given once. */
export interface GivenRows {
  /**
   * A select that gives the rows in their order, its columns in the order of the names. Its `offset 0` keeps
   * the server from looking inside: knowing that all rows are of one site it may begin with that site's whole
   * table and compare each of its rows with each of these.
   */
  readonly sql: string;
  readonly names: readonly string[];
  readonly count: number;
  readonly parameters: readonly Parameter[];
}

/**
 * The only way into this folder: hands the rows of a batch to statements, some hundreds at a time as binary
 * arrays, and prepares the next while the server works on the last.
 *
 * Where `source` says whose readings they are, those that are stored just as they are given are not even sent,
 * and of others the statement learns whether nothing is stored from their first time to their last.
 */
export async function inBulk<T>(
  session: PostgresSession,
  batch: RowBatch,
  { constants = [], source }: { constants?: readonly Constant[]; source?: string | null },
  statement: (given: GivenRows, noneStored: boolean) => Promise<T>,
): Promise<T[]> {
  const { count } = batch;
  if (count === 0) return [];
  const given = givenRows(batch, constants);
  const digests = typeof source === "string" ? new RowDigests(batch, source) : null;
  // One question instead of one for each statement; where there is one statement, its own question is enough.
  const allNew = digests !== null && count > firstRows && await digests.noneStored(session);
  function* statements() {
    for (const [from, to] of slices(count, rowsPerStatement)) {
      yield async () => {
        const stored = allNew ? "none" : await digests?.stored(session, from, to);
        if (stored === "same") return [];
        return [await statement(given(batch.rows(from, to)), stored === "none")];
      };
    }
  }
  return (await overlapping(statements())).flat();
}

/** What gives rows of a batch, with columns that are the same in all of it. */
function givenRows(
  batch: RowBatch,
  constants: readonly Constant[],
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
