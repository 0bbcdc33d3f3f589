import { createHash } from "node:crypto";
import type { ColumnType, Value } from "../../model/table.ts";
import { midnightOf, secondsReader } from "../calendar_text.ts";
import { GrowingBuffer } from "../growing_buffer.ts";
import type { Row, RowBatch, Span } from "../row_batch.ts";
import { arrayText, isText, sqlTypes } from "./array_text.ts";
import { kept, type Session } from "./driver.ts";

/** The numbers of the types in the catalogue of every server. */
const typeNumbers: Readonly<Record<ColumnType, number>> = {
  integer: 20,
  flag: 21,
  real: 701,
  text: 25,
  instant: 1184,
  local: 1114,
  date: 1082,
  json: 25,
};

/** The server counts from the beginning of 2000: seconds and days after that of 1970. */
const epochSeconds = 946_684_800;
const epochDays = 10_957;

/**
 * Tells whether rows are stored just as they are given, without sending them: the server hashes what it holds
 * from the first to the last time of each series among them, and the same is done here with what is given.
 *
 * Hashed is the binary form of `record_send`, in which no two values look alike; only the two zeros, which are
 * equal, look different. So where the hashes are the same, so are the rows; where they differ, something
 * may be there to be written. Columns that hold nothing but NULL are left out: they would change nothing.
 */
export class RowDigests {
  readonly #batch: RowBatch;
  readonly #source: string;
  readonly #places: readonly number[];
  /** The stretches of time that are asked about, as a relation, and what is stored in them. */
  readonly #given: string;
  readonly #there: string;
  readonly #image = new GrowingBuffer(4000);
  readonly #seconds = secondsReader();

  /** For a table of readings, which have a time in their key. */
  constructor(batch: RowBatch, source: string) {
    this.#batch = batch;
    this.#source = source;
    this.#places = batch.filled();

    const { table, series, time } = batch;
    const types = [...series, time, time].map((one) => sqlTypes[one.type]);
    this.#given = `unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(", ")})
  as given (${[...series.map((one) => one.name), "first", "last"].join(", ")})`;
    this.#there = `${table.name}
  where ${series.map(({ name }) => `${table.name}.${name} = given.${name} and `).join("")}
    ${table.name}.${time.name} between given.first and given.last`;
  }

  /** Whether nothing is stored from the first to the last time of any series. */
  async noneStored(session: Session): Promise<boolean> {
    const [[some]] = await session.rows(
      `select exists (
  select from ${this.#given} cross join lateral (select from ${this.#there}) as stored
)::integer`,
      this.#asArrays(this.#batch.spans()),
      kept,
    );
    return some === 0;
  }

  /** Whether the rows from one position up to another are stored, or `none` from their first time to their last. */
  async stored(session: Session, from: number, to: number): Promise<"same" | "none" | "other"> {
    const { columns, table } = this.#batch;
    const names = [...this.#places.map((at) => columns[at].name), "source"];
    const [[digest]] = await session.rows(
      `select encode(sha256(string_agg(image, '')), 'hex')
from ${this.#given} cross join lateral (
  select record_send(row(${names.join(", ")})) from ${this.#there}
  order by ${table.key.join(", ")}
  offset 0
) as stored (image)`,
      this.#asArrays(this.#batch.spans(from, to)),
      kept,
    );
    if (digest === null) return "none";
    return digest === this.digest(this.#batch.rows(from, to)) ? "same" : "other";
  }

  #asArrays(spans: readonly Span[]): string[] {
    return [
      ...this.#batch.series.map(({ type }, at) =>
        arrayText(spans.map((one) => one.series[at]), isText(type))
      ),
      arrayText(spans.map((one) => one.first), false),
      arrayText(spans.map((one) => one.last), false),
    ];
  }

  /** In hexadecimal digits; null when a value is a time that no clock shows, which is nowhere stored. */
  digest(rows: readonly Row[]): string | null {
    const image = this.#image;
    const types = this.#places.map((at) => this.#batch.columns[at].type);
    image.at = 0;
    for (const row of rows) {
      image.makeRoom(4);
      image.view.setInt32(image.at, types.length + 1);
      image.at += 4;
      for (let at = 0; at < types.length; at++) {
        if (!this.#add(types[at], row[this.#places[at]])) return null;
      }
      this.#text(this.#source);
    }
    return createHash("sha256").update(image.written).digest("hex");
  }

  #add(type: ColumnType, value: Value): boolean {
    const image = this.#image;
    if (value === null) {
      this.#begin(type, -1);
      return true;
    }
    switch (type) {
      case "real":
        this.#begin(type, 8);
        image.view.setFloat64(image.at, value as number);
        image.at += 8;
        return true;
      case "integer":
        this.#begin(type, 8);
        image.integer(value as number | bigint, false);
        return true;
      case "flag":
        this.#begin(type, 2);
        image.view.setInt16(image.at, value as number);
        image.at += 2;
        return true;
      case "text":
      case "json":
        this.#text(value as string);
        return true;
      case "date": {
        const days = midnightOf(value as string) / 86_400_000;
        this.#begin(type, 4);
        image.view.setInt32(image.at, days - epochDays);
        image.at += 4;
        return !Number.isNaN(days);
      }
      case "instant":
      case "local": {
        const seconds = this.#seconds(value as string);
        this.#begin(type, 8);
        image.integer((seconds - epochSeconds) * 1e6, false);
        return !Number.isNaN(seconds);
      }
    }
  }

  #text(text: string): void {
    this.#begin("text", 0);
    const start = this.#image.at;
    const length = this.#image.text(text);
    this.#image.view.setInt32(start - 4, length);
  }

  /** Writes what stands before a value of so many bytes, -1 for NULL, and makes room for a number. */
  #begin(type: ColumnType, bytes: number): void {
    const image = this.#image;
    image.makeRoom(16);
    image.view.setInt32(image.at, typeNumbers[type]);
    image.view.setInt32(image.at + 4, bytes);
    image.at += 8;
  }
}
