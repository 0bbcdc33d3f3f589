import type { ColumnType, Value } from "../../../model/table.ts";
import { secondsReader, twoDigits } from "../../../model/time_digits.ts";
import { GrowingBuffer } from "../../bulk/encoding.ts";
import { DatabaseError } from "../../database_error.ts";

/** What the driver takes for a packet: four bytes of header, which it has written, and the rest. */
export interface Packet {
  readonly buffer: Uint8Array;
  length(): number;
  writeHeader(sequence: number): void;
}

/** Rows ready to be sent. */
export interface BulkRows {
  readonly packet: Packet;
  /** Where the rows after these begin. */
  readonly end: number;
}

/** Far below the smallest usual `max_allowed_packet`. */
const mostBytes = 1_000_000;

/** Numbers of the protocol. */
const bulkExecute = 0xfa;
const sendsTypes = 128;
const double = 5, wideInteger = 8, dateAndTime = 12, text = 253;

const typeNumbers: Readonly<Record<ColumnType, number>> = {
  integer: wideInteger,
  flag: wideInteger,
  real: double,
  instant: dateAndTime,
  local: dateAndTime,
  date: text,
  text,
  json: text,
};

/**
 * Rows from one position on as a packet, with a statement prepared on the same connection. Times and integers
 * cross in binary form, which takes the server less time than text. Throws DatabaseError `failed` for a time
 * that no clock shows, and an integer that is too large.
 */
export function bulkRows(
  statement: number,
  columns: readonly ColumnType[],
  constants: readonly Value[],
  rows: readonly (readonly Value[])[],
  from: number,
): BulkRows {
  const own = columns.length - constants.length;
  const tail = new Bytes(1000);
  for (const [at, value] of constants.entries()) tail.value(columns[own + at], value);
  const constant = tail.written;

  const bytes = new Bytes((rows.length - from + 10) * columns.length * 10);
  bytes.at = 4;
  bytes.head(statement, columns);
  let end = from;
  for (; end < rows.length && bytes.at <= mostBytes; end++) {
    const row = rows[end];
    for (let at = 0; at < own; at++) bytes.value(columns[at], row[at]);
    bytes.all(constant);
  }

  const buffer = bytes.written;
  return {
    end,
    packet: {
      buffer,
      length: () => buffer.length - 4,
      writeHeader(sequence) {
        buffer.writeUIntLE(buffer.length - 4, 0, 3);
        buffer[3] = sequence;
      },
    },
  };
}

/** Values in the binary form of the protocol. */
class Bytes extends GrowingBuffer {
  readonly #seconds = secondsReader();

  /** What stands before the rows. */
  head(statement: number, columns: readonly ColumnType[]): void {
    this.makeRoom(7 + 2 * columns.length);
    this.buffer[this.at] = bulkExecute;
    this.view.setUint32(this.at + 1, statement, true);
    this.view.setUint16(this.at + 5, sendsTypes, true);
    this.at += 7;
    for (const column of columns) {
      this.view.setUint16(this.at, typeNumbers[column], true);
      this.at += 2;
    }
  }

  all(bytes: Uint8Array): void {
    this.makeRoom(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Before each value stands whether it is NULL. */
  value(column: ColumnType, value: Value): void {
    this.makeRoom(16);
    this.buffer[this.at++] = value === null ? 1 : 0;
    if (value === null) return;
    switch (typeNumbers[column]) {
      case double:
        this.view.setFloat64(this.at, value as number, true);
        this.at += 8;
        return;
      case wideInteger:
        if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
          throw new DatabaseError("failed", `${value} is too large for an integer of 64 bits`);
        }
        return this.integer(value as number | bigint, true);
      case dateAndTime:
        return this.#time(value as string);
      default:
        return this.#text(String(value));
    }
  }

  #time(value: string): void {
    if (Number.isNaN(this.#seconds(value))) {
      throw new DatabaseError("failed", `no clock shows the time ${value}`);
    }
    const { buffer, at } = this;
    buffer[at] = 7;
    this.view.setUint16(at + 1, twoDigits(value, 0) * 100 + twoDigits(value, 2), true);
    buffer[at + 3] = twoDigits(value, 5);
    buffer[at + 4] = twoDigits(value, 8);
    buffer[at + 5] = twoDigits(value, 11);
    buffer[at + 6] = twoDigits(value, 14);
    buffer[at + 7] = twoDigits(value, 17);
    this.at += 8;
  }

  #text(text: string): void {
    this.makeRoom(4);
    const start = this.at;
    const isShort = text.length * 3 <= 250;
    this.at += isShort ? 1 : 4;
    const length = this.text(text);
    this.buffer[start] = isShort ? length : 0xfd;
    if (!isShort) this.buffer.writeUIntLE(length, start + 1, 3);
  }
}
