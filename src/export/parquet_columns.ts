import { ByteWriter, type SchemaElement } from "hyparquet-writer";
import type { PackedColumn } from "../model/packed_column.ts";
import type { ColumnType } from "../model/table.ts";
import {
  deltaPacked,
  plainDoubles,
  plainFlags,
  plainTexts,
  writeSmallNumbers,
} from "./parquet_encoding.ts";

/** Values of a column, NULLs left out, as the bytes of a page. */
export interface EncodedValues {
  readonly encoding: "PLAIN" | "DELTA_BINARY_PACKED" | "RLE_DICTIONARY";
  readonly bytes: Uint8Array;
  /** The texts that the values are places in. */
  readonly dictionary?: { readonly count: number; readonly bytes: Uint8Array };
  readonly least?: number | bigint | string;
  readonly most?: number | bigint | string;
}

/** How a column type is stored, and what encodes its values. */
export interface StoredType {
  readonly schema: Omit<SchemaElement, "name" | "repetition_type">;
  encode(column: PackedColumn): EncodedValues;
}

/** An instant, or a wall clock of a place that is not said. */
function timestamp(isInstant: boolean): StoredType {
  return {
    schema: {
      type: "INT64",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: isInstant, unit: "MICROS" },
    },
    encode: (column) => wholeNumbers(column, BigInt),
  };
}

const text: StoredType = {
  schema: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  encode: (column) => encodedTexts([...column.texts.keys()], valuesOf(column)),
};

/** Every type of a column as Parquet stores it. */
export const storedTypes: Readonly<Record<ColumnType, StoredType>> = {
  integer: { schema: { type: "INT64" }, encode: (column) => wholeNumbers(column, BigInt) },
  real: {
    schema: { type: "DOUBLE" },
    encode(column) {
      const values = valuesOf(column);
      return { encoding: "PLAIN", bytes: plainDoubles(values), ...signedBounds(values) };
    },
  },
  text,
  instant: timestamp(true),
  local: timestamp(false),
  date: {
    schema: { type: "INT32", converted_type: "DATE" },
    encode: (column) => wholeNumbers(column, Number),
  },
  flag: {
    schema: { type: "BOOLEAN" },
    encode: (column) => ({ encoding: "PLAIN", bytes: plainFlags(valuesOf(column)) }),
  },
  json: text,
};

function valuesOf({ values, count }: PackedColumn): Float64Array {
  return values.subarray(0, count);
}

/** Within it differences of differences are exact. */
const widestSpan = 2 ** 52;

function wholeNumbers(
  column: PackedColumn,
  boundOf: (value: number) => number | bigint,
): EncodedValues {
  const values = valuesOf(column);
  const bounds = boundsOf(values);
  if (column.exact.size > 0 || (bounds && bounds.most - bounds.least > widestSpan)) {
    return exactNumbers(values, column.exact);
  }
  return {
    encoding: "DELTA_BINARY_PACKED",
    bytes: deltaPacked(values),
    ...bounds && { least: boundOf(bounds.least), most: boundOf(bounds.most) },
  };
}

function boundsOf(values: Float64Array): { least: number; most: number } | null {
  let least = Infinity;
  let most = -Infinity;
  let last = NaN;
  // By its place: to iterate over an array of numbers takes several times as long.
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === last) continue;
    last = value;
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
  writeSmallNumbers(writer, places, width, distinct.length === 1);
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
