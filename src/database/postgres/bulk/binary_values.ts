import { Buffer } from "node:buffer";
import type { ColumnType, Value } from "../../../model/table.ts";
import { daysReader, secondsReader } from "../../../model/time_digits.ts";
import { GrowingBuffer } from "../../bulk/encoding.ts";
import { DatabaseError } from "../../database_error.ts";
import { Binary, typeNumbers } from "../binary_parameters.ts";

/** The server counts from the beginning of 2000: seconds and days after that of 1970. */
const epochSeconds = 946_684_800;
const epochDays = 10_957;

/** The most that a value takes which is no text, with its length. */
const mostBytes = 12;

/**
 * Values one after another as the server takes and gives them in binary form: the length, -1 for NULL, and
 * the bytes of the value.
 */
export class BinaryValues {
  readonly bytes = new GrowingBuffer(4000);
  readonly #seconds = secondsReader();
  readonly #days = daysReader();

  /** Throws DatabaseError `failed` for a day or time that no calendar has, and an integer that is too large. */
  add(type: ColumnType, value: Value): void {
    this.bytes.makeRoom(mostBytes);
    if (value === null) return this.int32(-1);
    switch (type) {
      case "real":
        return this.#real(value as number);
      case "integer":
        return this.#int64(value as number | bigint);
      case "flag":
        return this.#flag(value as number);
      case "text":
      case "json":
        return this.#text(value as string);
      case "date":
        return this.#date(value as string);
      case "instant":
      case "local":
        return this.#time(value as string);
    }
  }

  /** Writes a number of the protocol, for which there is room. */
  int32(value: number): void {
    const { bytes } = this;
    bytes.view.setInt32(bytes.at, value);
    bytes.at += 4;
  }

  #real(value: number): void {
    const { bytes } = this;
    bytes.view.setInt32(bytes.at, 8);
    bytes.view.setFloat64(bytes.at + 4, value);
    bytes.at += 12;
  }

  #int64(value: number | bigint): void {
    if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
      throw new DatabaseError("failed", `${value} is too large for an integer of 64 bits`);
    }
    this.int32(8);
    this.bytes.integer(value, false);
  }

  #flag(value: number): void {
    this.int32(2);
    this.bytes.view.setInt16(this.bytes.at, value);
    this.bytes.at += 2;
  }

  #text(text: string): void {
    this.int32(0);
    const start = this.bytes.at;
    const length = this.bytes.text(text);
    this.bytes.view.setInt32(start - 4, length);
  }

  #date(day: string): void {
    const days = this.#days(day);
    if (Number.isNaN(days)) throw new DatabaseError("failed", `no calendar has the day ${day}`);
    this.int32(4);
    this.int32(days - epochDays);
  }

  #time(time: string): void {
    const seconds = this.#seconds(time);
    if (Number.isNaN(seconds)) throw new DatabaseError("failed", `no clock shows the time ${time}`);
    this.int32(8);
    this.bytes.integer((seconds - epochSeconds) * 1e6, false);
  }
}

/** What stands before the values: dimensions, whether NULLs may be there, type, length, first subscript. */
const headerBytes = 20;

/**
 * Values as an array in binary form, so that thousands of rows are a handful of parameters: one such array after
 * another for the same column. The server reads a double from eight bytes much faster than from its digits.
 */
export class BinaryArray {
  readonly #type: ColumnType;
  readonly #values = new BinaryValues();
  #count = 0;

  constructor(type: ColumnType) {
    this.#type = type;
    this.#begin();
  }

  /** Throws DatabaseError `failed` for a value that this type does not have. */
  add(value: Value): void {
    this.#count++;
    this.#values.add(this.#type, value);
  }

  /** The array; what is added afterwards begins the next one. */
  end(): Binary {
    const { bytes } = this.#values;
    bytes.view.setInt32(12, this.#count);
    const array = new Binary(Buffer.from(bytes.written));
    this.#begin();
    return array;
  }

  #begin(): void {
    const values = this.#values;
    this.#count = 0;
    values.bytes.at = 0;
    values.bytes.makeRoom(headerBytes);
    for (const one of [1, 1, typeNumbers[this.#type], 0, 1]) values.int32(one);
  }
}

/** These values as an array. Throws DatabaseError `failed` for one that this type does not have. */
export function binaryArray(type: ColumnType, values: Iterable<Value>): Binary {
  const array = new BinaryArray(type);
  for (const value of values) array.add(value);
  return array.end();
}
