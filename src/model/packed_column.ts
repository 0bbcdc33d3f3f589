import type { ColumnType, Value } from "./table.ts";
import { daysReader, secondsReader } from "./time_digits.ts";

const firstCapacity = 1024;

/**
 * One column of many rows, a number for each value: instants and wall clocks are microseconds since 1970, dates days
 * since 1970, texts their places among those that differ. Made once and used again: nothing is made for a row.
 */
export class PackedColumn {
  /** For each row 1, or 0 where it is NULL. */
  present = new Uint8Array(firstCapacity).fill(1);
  /** The values that are not NULL, one after the other. */
  values = new Float64Array(firstCapacity);
  rows = 0;
  count = 0;
  /** Whole numbers that a double does not hold, by their place in `values`. */
  readonly exact = new Map<number, bigint>();
  /** The place of each text. */
  readonly texts = new Map<string, number>();
  readonly #read: (value: Exclude<Value, null>) => number;

  constructor(readonly type: ColumnType) {
    this.#read = reader(type, this);
  }

  /** Makes room for so many more rows. */
  reserve(more: number): void {
    const least = this.rows + more;
    if (least <= this.present.length) return;
    const { present, values } = this;
    this.present = new Uint8Array(Math.max(least, present.length * 2)).fill(1);
    this.present.set(present);
    this.values = new Float64Array(this.present.length);
    this.values.set(values);
  }

  /** Adds this column's value of each row. Throws NoTime. */
  add(page: readonly (readonly Value[])[], at: number): void {
    this.reserve(page.length);
    // Times and names stand in many rows, one after the other.
    let last: Value = null;
    let number = 0;
    for (const row of page) {
      const value = row[at];
      if (value === null) {
        this.addNull();
        continue;
      }
      if (value !== last) {
        last = value;
        number = this.#read(value);
        if (Number.isNaN(number)) throw new NoTime(value);
      }
      if (typeof value === "bigint" && this.type === "integer") this.exact.set(this.count, value);
      this.addNumber(number);
    }
  }

  /** Where there is room. */
  addNull(): void {
    this.present[this.rows++] = 0;
  }

  /** Where there is room. */
  addNumber(number: number): void {
    this.rows++;
    this.values[this.count++] = number;
  }

  /** The place of a text among those that differ. */
  placeOf(text: string): number {
    const place = this.texts.get(text) ?? this.texts.size;
    if (place === this.texts.size) this.texts.set(text, place);
    return place;
  }

  /** Begins again. */
  clear(): void {
    // Few columns have a NULL at all.
    if (this.count < this.rows) this.present.fill(1, 0, this.rows);
    this.rows = this.count = 0;
    this.exact.clear();
    this.texts.clear();
  }
}

/** What is stored as a time is none. */
export class NoTime extends Error {
  override readonly name = "NoTime";
  constructor(readonly value: Value) {
    super("no time");
  }
}

function reader(
  type: ColumnType,
  column: PackedColumn,
): (value: Exclude<Value, null>) => number {
  switch (type) {
    case "instant":
    case "local": {
      const read = secondsReader();
      return (value) => read(String(value)) * 1e6;
    }
    case "date": {
      const read = daysReader();
      return (value) => read(String(value));
    }
    case "text":
    case "json":
      return (value) => column.placeOf(String(value));
    case "integer":
    case "real":
    case "flag":
      return Number;
  }
}
