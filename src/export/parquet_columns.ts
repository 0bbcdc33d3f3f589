import { ByteWriter, type SchemaElement } from "hyparquet-writer";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import type { ColumnType, Value } from "../model/table.ts";
import type { Page } from "./format.ts";
import { deltaPacked, plainDoubles, plainFlags, plainTexts } from "./parquet_encoding.ts";
import { daysReader, microsecondsReader } from "./parquet_times.ts";

/** Values of a column, NULLs left out, as the bytes of a page. */
export interface EncodedValues {
  readonly encoding: "PLAIN" | "DELTA_BINARY_PACKED" | "RLE_DICTIONARY";
  readonly bytes: Uint8Array;
  /** The texts that the values are places in. */
  readonly dictionary?: { readonly count: number; readonly bytes: Uint8Array };
  readonly least?: number | bigint | string;
  readonly most?: number | bigint | string;
}

/** A column of a group of rows while they come. */
export interface ColumnCells {
  /** Takes this column's value of each row. */
  add(page: Page, at: number): void;
  /** For each row that has come 1, or 0 where it is NULL; how many are NULL, and what the others are. */
  take(): {
    readonly present: Uint8Array;
    readonly nulls: number;
    readonly values: EncodedValues;
  };
  /** Begins again. */
  clear(): void;
}

/** How a column type is stored, and what collects its values. */
export interface StoredType {
  readonly schema: Omit<SchemaElement, "name" | "repetition_type">;
  collect(): ColumnCells;
}

/** An instant, or a wall clock of a place that is not said. */
function timestamp(isInstant: boolean): StoredType {
  return {
    schema: {
      type: "INT64",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: isInstant, unit: "MICROS" },
    },
    collect() {
      const read = microsecondsReader();
      return numbers((value) => read(String(value)), wholeNumbers(BigInt));
    },
  };
}

const text: StoredType = {
  schema: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  collect: texts,
};

/** Every type of a column as Parquet stores it. */
export const storedTypes: Readonly<Record<ColumnType, StoredType>> = {
  integer: {
    schema: { type: "INT64" },
    collect: () => numbers(Number, wholeNumbers(BigInt)),
  },
  real: {
    schema: { type: "DOUBLE" },
    collect: () =>
      numbers(
        Number,
        (values) => ({ encoding: "PLAIN", bytes: plainDoubles(values), ...signedBounds(values) }),
      ),
  },
  text,
  instant: timestamp(true),
  local: timestamp(false),
  date: {
    schema: { type: "INT32", converted_type: "DATE" },
    collect() {
      const read = daysReader();
      return numbers((value) => read(String(value)), wholeNumbers(Number));
    },
  },
  flag: {
    schema: { type: "BOOLEAN" },
    collect: () => numbers(Number, (values) => ({ encoding: "PLAIN", bytes: plainFlags(values) })),
  },
  json: text,
};

/** Within it differences of differences are exact. */
const widestSpan = 2 ** 52;

function wholeNumbers(boundOf: (value: number) => number | bigint) {
  return (values: Float64Array): EncodedValues => {
    const bounds = boundsOf(values);
    if (bounds && bounds.most - bounds.least > widestSpan) return exactNumbers(values, new Map());
    return {
      encoding: "DELTA_BINARY_PACKED",
      bytes: deltaPacked(values),
      ...bounds && { least: boundOf(bounds.least), most: boundOf(bounds.most) },
    };
  };
}

function boundsOf(values: Float64Array): { least: number; most: number } | null {
  let least = Infinity;
  let most = -Infinity;
  // By its place: to iterate over an array of numbers takes several times as long.
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return values.length === 0 ? null : { least, most };
}

/** A zero may be of either sign, which Parquet compares. */
function signedBounds(values: Float64Array): { least?: number; most?: number } {
  const bounds = boundsOf(values);
  return bounds ? { least: bounds.least || -0, most: bounds.most || 0 } : {};
}

const firstCapacity = 1024;

/** Of values that are a number each; those beyond 2^53 keep all their digits. */
function numbers(
  read: (value: Exclude<Value, null>) => number,
  encode: (values: Float64Array) => EncodedValues,
): ColumnCells {
  const exact = new Map<number, bigint>();
  return cells({
    read(value) {
      const number = read(value);
      if (Number.isNaN(number)) throw new Error(`the database holds ${value}, which is no time`);
      return number;
    },
    exact,
    encode: (values) => exact.size > 0 ? exactNumbers(values, exact) : encode(values),
    forget: () => exact.clear(),
  });
}

/** Texts and their places among those that differ. */
function texts(): ColumnCells {
  const known = new Map<string, number>();
  return cells({
    read(value) {
      const text = String(value);
      const place = known.get(text) ?? known.size;
      if (place === known.size) known.set(text, place);
      return place;
    },
    exact: null,
    encode: (places) => encodedTexts([...known.keys()], places),
    forget: () => known.clear(),
  });
}

/** The values of a column as a number each, and which rows have none. */
function cells(
  { read, exact, encode, forget }: {
    /** Called where a value is another one than in the row before. */
    readonly read: (value: Exclude<Value, null>) => number;
    /** Takes what a number cannot hold, by its place among the values; null: as `read` has it. */
    readonly exact: Map<number, bigint> | null;
    readonly encode: (values: Float64Array) => EncodedValues;
    /** What else is to begin again. */
    readonly forget: () => void;
  },
): ColumnCells {
  let present = new Uint8Array(firstCapacity);
  let values = new Float64Array(firstCapacity);
  let rows = 0;
  let count = 0;
  return {
    add(page, at) {
      if (rows + page.length > present.length) {
        present = grown(Uint8Array, present, rows + page.length);
        values = grown(Float64Array, values, rows + page.length);
      }
      // Times and names stand in many rows, one after the other.
      let last: Value = null;
      let number = 0;
      for (const row of page) {
        const value = row[at];
        if (value === null) {
          present[rows++] = 0;
          continue;
        }
        if (value !== last) {
          last = value;
          number = read(value);
        }
        if (exact !== null && typeof value === "bigint") exact.set(count, value);
        present[rows++] = 1;
        values[count++] = number;
      }
    },
    take: () => ({
      present: present.subarray(0, rows),
      nulls: rows - count,
      values: encode(values.subarray(0, count)),
    }),
    clear() {
      rows = count = 0;
      forget();
    },
  };
}

function exactNumbers(values: Float64Array, exact: ReadonlyMap<number, bigint>): EncodedValues {
  const all = BigInt64Array.from(values, (value, at) => exact.get(at) ?? BigInt(value));
  return { encoding: "PLAIN", bytes: new Uint8Array(all.buffer) };
}

function encodedTexts(distinct: readonly string[], places: Float64Array): EncodedValues {
  if (distinct.length * 2 >= places.length) {
    return { encoding: "PLAIN", bytes: plainTexts(Array.from(places, (one) => distinct[one])) };
  }
  const width = 32 - Math.clz32(distinct.length - 1);
  const writer = new ByteWriter(4096);
  writer.appendUint8(width);
  writeRleBitPackedHybrid(writer, places, width);
  return {
    encoding: "RLE_DICTIONARY",
    bytes: writer.getBytes(),
    dictionary: { count: distinct.length, bytes: plainTexts(distinct) },
    ...textBounds(distinct),
  };
}

/** Parquet compares bytes of UTF-8, which is the order of JavaScript up to the first surrogate. */
function textBounds(distinct: readonly string[]): { least?: string; most?: string } {
  if (distinct.some((one) => /[\ud800-\uffff]/.test(one))) return {};
  const bound = (isBeyond: (one: string, other: string) => boolean) =>
    distinct.reduce((found, one) => isBeyond(one, found) ? one : found);
  return { least: bound((one, other) => one < other), most: bound((one, other) => one > other) };
}

/** A larger array with the same beginning. */
function grown<T extends Uint8Array | Float64Array>(
  kind: new (length: number) => T,
  values: T,
  least: number,
): T {
  const larger = new kind(Math.max(least, values.length * 2));
  larger.set(values);
  return larger;
}
