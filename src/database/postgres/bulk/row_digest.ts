import { createHash } from "node:crypto";
import type { ColumnType, Value } from "../../../model/table.ts";
import type { KeyRange, Row, RowBatch } from "../../row_batch.ts";
import { planOnce } from "../../session.ts";
import { sqlTypes, typeNumbers } from "../binary_parameters.ts";
import type { Parameter, PostgresSession } from "../driver.ts";
import { binaryArray, BinaryValues } from "./binary_values.ts";

/**
 * Finds out whether rows are stored just as they are given, without sending them: the server hashes what it
 * holds from the first to the last time of each owner among them, and the same is done here with what is given.
 *
 * Hashed is the binary form of `record_send`, in which no two values look alike; only the two zeros, which are
 * equal, look different. So where the hashes are the same, so are the rows; where they differ, something
 * may be there to be written. Columns that hold nothing but NULL are left out: they would change nothing.
 */
export class RowDigests {
  readonly #batch: RowBatch;
  readonly #source: string;
  readonly #places: readonly number[];
  /** The ranges of time that are asked about, as a relation, and what is stored in them. */
  readonly #given: string;
  readonly #there: string;
  readonly #image = new BinaryValues();

  /** For a table of readings, which have a time in their key. */
  constructor(batch: RowBatch, source: string) {
    this.#batch = batch;
    this.#source = source;
    this.#places = batch.filled();

    const { table, owner, time } = batch;
    const types = [...owner, time, time].map((one) => sqlTypes[one.type]);
    this.#given = `unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(", ")})
  as given (${[...owner.map((one) => one.name), "first", "last"].join(", ")})`;
    this.#there = `${table.name}
  where ${owner.map(({ name }) => `${table.name}.${name} = given.${name} and `).join("")}
    ${table.name}.${time.name} between given.first and given.last`;
  }

  /** Whether nothing is stored from the first to the last time of any owner. */
  async noneStored(session: PostgresSession): Promise<boolean> {
    const [[some]] = await session.rows(
      `select exists (
  select from ${this.#given} cross join lateral (select from ${this.#there}) as stored
)::integer`,
      this.#asArrays(this.#batch.keyRanges()),
      planOnce,
    );
    return some === 0;
  }

  /** Whether the rows from one position up to another are stored, or `none` from their first time to their last. */
  async stored(
    session: PostgresSession,
    from: number,
    to: number,
  ): Promise<"same" | "none" | "other"> {
    const { columns, table } = this.#batch;
    const names = [...this.#places.map((at) => columns[at].name), "source"];
    const [[digest]] = await session.rows(
      `select encode(sha256(string_agg(image, '')), 'hex')
from ${this.#given} cross join lateral (
  select record_send(row(${names.join(", ")})) from ${this.#there}
  order by ${table.key.join(", ")}
  offset 0
) as stored (image)`,
      this.#asArrays(this.#batch.keyRanges(from, to)),
      planOnce,
    );
    if (digest === null) return "none";
    return digest === this.digest(this.#batch.rows(from, to)) ? "same" : "other";
  }

  #asArrays(ranges: readonly KeyRange[]): Parameter[] {
    const { owner, time } = this.#batch;
    return [
      ...owner.map(({ type }, at) => binaryArray(type, ranges.map((one) => one.owner[at]))),
      binaryArray(time.type, ranges.map((one) => one.first)),
      binaryArray(time.type, ranges.map((one) => one.last)),
    ];
  }

  /** In hexadecimal digits. Throws DatabaseError `failed` for a value that can be stored nowhere. */
  digest(rows: readonly Row[]): string {
    const { bytes } = this.#image;
    const types = this.#places.map((at) => this.#batch.columns[at].type);
    bytes.at = 0;
    for (const row of rows) {
      bytes.makeRoom(4);
      this.#image.int32(types.length + 1);
      for (let at = 0; at < types.length; at++) this.#add(types[at], row[this.#places[at]]);
      this.#add("text", this.#source);
    }
    return createHash("sha256").update(bytes.written).digest("hex");
  }

  #add(type: ColumnType, value: Value): void {
    this.#image.bytes.makeRoom(4);
    this.#image.int32(typeNumbers[type]);
    this.#image.add(type, value);
  }
}
