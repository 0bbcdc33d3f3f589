import type { ColumnType, Value } from "../../../model/table.ts";
import { midnightOf, secondOfDay, twoDigits } from "../../bulk/calendar_text.ts";
import { GrowingBuffer } from "../../bulk/growing_buffer.ts";

/** What the driver takes for a packet: four bytes of header, which it has written, and the rest. */
export interface Packet {
  readonly buffer: Uint8Array;
  length(): number;
  writeHeader(sequence: number): void;
}

/** Far below the smallest usual `max_allowed_packet`. */
const mostBytes = 1_000_000;

/** Numbers of the protocol. */
const bulkExecute = 0xfa;
const sendsTypes = 128;
const double = 5, wideInteger = 8, dateAndTime = 12, text = 253;

const binaryTypes: Readonly<Record<ColumnType, number>> = {
  integer: wideInteger,
  flag: wideInteger,
  real: double,
  instant: dateAndTime,
  local: dateAndTime,
  date: text,
  text,
  json: text,
};

/** Rows ready to be sent. */
export interface BulkRows {
  readonly packet: Packet;
  /** Where the rows after these begin. */
  readonly end: number;
}

/**
 * Rows from one position on as a packet, with a statement prepared on the same connection. Times and integers
 * cross in binary form, which takes the server less time than text, unless one of them has none: then it
 * is the server's to refuse.
 */
export function bulkRows(
  statement: number,
  columns: readonly ColumnType[],
  constants: readonly Value[],
  rows: readonly (readonly Value[])[],
  from: number,
): BulkRows {
  return packetOf(statement, columns, constants, rows, from, true) ??
    packetOf(statement, columns, constants, rows, from, false)!;
}

function packetOf(
  statement: number,
  columns: readonly ColumnType[],
  constants: readonly Value[],
  rows: readonly (readonly Value[])[],
  from: number,
  isBinary: boolean,
): BulkRows | null {
  const types = columns.map((type) => isBinary || type === "real" ? binaryTypes[type] : text);
  const own = types.length - constants.length;
  const bytes = new Bytes((rows.length - from + 10) * types.length * 10);
  bytes.at = 4;
  bytes.byte(bulkExecute);
  bytes.uint32(statement);
  bytes.uint16(sendsTypes);
  for (const type of types) bytes.uint16(type);

  const tail = new Bytes(1000);
  for (const [at, value] of constants.entries()) {
    if (!tail.value(types[own + at], columns[own + at], value)) return null;
  }
  const constant = tail.written;
  let end = from;
  for (; end < rows.length; end++) {
    if (bytes.at > mostBytes) break;
    const row = rows[end];
    for (let at = 0; at < own; at++) {
      if (!bytes.value(types[at], columns[at], row[at])) return null;
    }
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
  /** The last day that was found to be one. */
  #day = "";

  byte(value: number): void {
    this.makeRoom(1);
    this.buffer[this.at++] = value;
  }

  uint16(value: number): void {
    this.makeRoom(2);
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }

  uint32(value: number): void {
    this.makeRoom(4);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  all(bytes: Uint8Array): void {
    this.makeRoom(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Whether the value fits. Before each stands whether it is NULL. */
  value(type: number, column: ColumnType, value: Value): boolean {
    this.makeRoom(16);
    if (value === null) {
      this.buffer[this.at++] = 1;
      return true;
    }
    this.buffer[this.at++] = 0;
    switch (type) {
      case double:
        this.view.setFloat64(this.at, value as number, true);
        this.at += 8;
        return true;
      case wideInteger:
        this.integer(value as number | bigint, true);
        return typeof value !== "bigint" || BigInt.asIntN(64, value) === value;
      case dateAndTime:
        return this.#time(value as string);
      default:
        // The server refuses the Z of an instant.
        this.#text(column === "instant" ? (value as string).slice(0, 19) : String(value));
        return true;
    }
  }

  #time(value: string): boolean {
    const day = value.slice(0, 10);
    if (day !== this.#day && Number.isNaN(midnightOf(day))) return false;
    this.#day = day;
    const { buffer, at } = this;
    buffer[at] = 7;
    this.view.setUint16(at + 1, twoDigits(value, 0) * 100 + twoDigits(value, 2), true);
    buffer[at + 3] = twoDigits(value, 5);
    buffer[at + 4] = twoDigits(value, 8);
    buffer[at + 5] = twoDigits(value, 11);
    buffer[at + 6] = twoDigits(value, 14);
    buffer[at + 7] = twoDigits(value, 17);
    this.at += 8;
    return !Number.isNaN(secondOfDay(value));
  }

  #text(text: string): void {
    this.makeRoom(4);
    const start = this.at;
    const isShort = text.length * 3 <= 250;
    this.at += isShort ? 1 : 4;
    const length = this.text(text);
    if (isShort) {
      this.buffer[start] = length;
    } else {
      this.buffer[start] = 0xfd;
      this.buffer.writeUIntLE(length, start + 1, 3);
    }
  }
}
