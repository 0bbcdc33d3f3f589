import type { ColumnType, Value } from "../../../model/table.ts";
import { overlapping, slices } from "../../bulk/overlapping.ts";
import type { Row, RowBatch } from "../../row_batch.ts";
import type { Constant } from "../../upsert_rules.ts";
import type { MariadbSession, RowCounts } from "../driver.ts";

/** Rows of a packet: the driver sends the next when the last was answered, and the server waits. */
const rowsPerPacket = 2500;
/** Rows of one statement: few sizes, so that few statements are prepared; more rows gain nothing. */
const statementSizes = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1];
/** How much of a statement may be filled up with copies of its last row, which change nothing. */
const mostFilling = 0.25;
/** The protocol allows 65,535, but each takes memory of the server as long as the statement is kept. */
const mostPlaceholders = 20_000;
/** UTF-16 units of the texts in one statement: far below the smallest usual `max_allowed_packet`. */
const mostText = 1_000_000;
/** With fewer rows neither a question nor a preparation pays. */
export const fewRows = 10;

/**
 * The only way into this folder: inserts a batch fast, inside a transaction of the caller. `set` says what
 * becomes of a row that is there, which is an error without it.
 */
export async function insertRows(
  session: MariadbSession,
  batch: RowBatch,
  constants: readonly Constant[],
  set?: string,
): Promise<RowCounts> {
  const { table, count } = batch;
  const onDuplicateKey = set === undefined ? "" : `\non duplicate key update\n  ${set}`;
  if (count === 0) return { inserted: 0, changed: 0 };
  if (session.bulk === null || count < fewRows) {
    return await insertValues(session, batch, constants, onDuplicateKey);
  }
  const columns = [...batch.columns, ...constants.map((one) => one.column)];
  const bulk = await session.bulk(
    `insert into ${table.name} (${columns.map((one) => one.name).join(", ")})
values (${columns.map(() => "?").join(", ")})${onDuplicateKey}`,
    columns,
    constants.map((one) => one.value),
  );
  function* packets() {
    for (const [from, to] of slices(count, rowsPerPacket)) {
      const rows = batch.rows(from, to);
      for (let at = 0; at < rows.length;) {
        const some = bulk.packet(rows, at);
        at = some.end;
        yield () => bulk.run(some);
      }
    }
  }
  return sum(await overlapping(packets()));
}

function sum(parts: readonly RowCounts[]): RowCounts {
  return {
    inserted: parts.reduce((all, one) => all + one.inserted, 0),
    changed: parts.reduce((all, one) => all + one.changed, 0),
  };
}

/** With all values as parameters: for few rows, and for servers that have no bulk. */
async function insertValues(
  session: MariadbSession,
  batch: RowBatch,
  constants: readonly Constant[],
  onDuplicateKey: string,
): Promise<RowCounts> {
  const { table } = batch;
  const columns = [...batch.columns, ...constants.map((one) => one.column)];
  const names = columns.map((one) => one.name).join(", ");
  const row = columns.map(() => "?").join(", ");
  const tail = constants.map(({ column, value }) => stored(column.type, value));
  const rows = batch.rows();
  const texts = columns.map((_, at) => at).filter((at) =>
    ["text", "json"].includes(columns[at].type)
  );

  const filling = onDuplicateKey === "" ? 0 : mostFilling;
  let inserted = 0, changed = 0;
  for (let at = 0; at < rows.length;) {
    const left = rows.length - at;
    const size = statementSizes.find((size) =>
      size === 1 ||
      size * (1 - filling) <= left && size * columns.length <= mostPlaceholders &&
        textOf(rows, at, size, texts) <= mostText
    )!;
    const parameters: Value[] = [];
    for (let place = 0; place < size; place++) {
      const given = rows[Math.min(at + place, rows.length - 1)];
      parameters.push(...given.map((one, column) => stored(columns[column].type, one)), ...tail);
    }
    at += size;
    const did = await session.run(
      `insert into ${table.name} (${names}) values\n${
        Array(size).fill(`(${row})`).join(",\n")
      }${onDuplicateKey}`,
      parameters,
    );
    inserted += did.inserted;
    changed += did.changed;
  }
  return { inserted, changed };
}

/** A value as the server takes it: an instant without the Z, which it refuses. */
export function stored(type: ColumnType, value: Value): Value {
  return type === "instant" && typeof value === "string" ? value.slice(0, 19) : value;
}

/** The driver sends a number as a double, which is not looked up in a key of integers. */
export function exact(value: Value): Value {
  return typeof value === "number" ? BigInt(value) : value;
}

function textOf(
  rows: readonly Row[],
  from: number,
  count: number,
  texts: readonly number[],
): number {
  let length = 0;
  for (const at of texts) {
    for (const row of rows.slice(from, from + count)) length += String(row[at] ?? "").length;
  }
  return length;
}
