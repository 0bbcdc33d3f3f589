import type { ColumnType, Value } from "../../model/table.ts";
import { midnightOf, secondsReader } from "../calendar_text.ts";
import { DatabaseError } from "../database_error.ts";
import { GrowingBuffer } from "../growing_buffer.ts";

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
    const days = midnightOf(day) / 86_400_000;
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
