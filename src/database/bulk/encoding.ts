import { Buffer } from "node:buffer";

/** Bytes that are written one value after another; room for a value is to be made before it is written. */
export class GrowingBuffer {
  /** Where the next byte goes. */
  at = 0;
  buffer: Buffer;
  view: DataView;

  constructor(expected: number) {
    this.buffer = Buffer.allocUnsafe(expected);
    this.view = viewOf(this.buffer);
  }

  /** What has been written; it is overwritten when `at` goes back. */
  get written(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  makeRoom(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes));
    larger.set(this.written);
    this.buffer = larger;
    this.view = viewOf(larger);
  }

  /** Writes an integer of 64 bits, for which there is room. */
  integer(value: number | bigint, littleEndian: boolean): void {
    const { view, at } = this;
    if (typeof value === "bigint") {
      view.setBigInt64(at, value, littleEndian);
    } else {
      const upper = Math.floor(value / 2 ** 32);
      view.setInt32(littleEndian ? at + 4 : at, upper, littleEndian);
      view.setUint32(littleEndian ? at : at + 4, value - upper * 2 ** 32, littleEndian);
    }
    this.at = at + 8;
  }

  /** Writes a text as UTF-8; gives how many bytes it took. */
  text(text: string): number {
    // A UTF-16 unit takes at most three.
    this.makeRoom(text.length * 3);
    const { buffer, at } = this;
    // A call of the runtime costs more than to write what is short.
    const isShort = text.length < 64;
    let length = 0;
    for (; isShort && length < text.length; length++) {
      const unit = text.charCodeAt(length);
      if (unit >= 0x80) break;
      buffer[at + length] = unit;
    }
    if (length < text.length) length = buffer.write(text, at);
    this.at += length;
    return length;
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Two digits of a text, `15` of `2026-03-29T01:15:00` at 14; NaN when something else stands there. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : NaN;
}

/** Seconds from midnight to the hour, minute and second of `2026-03-29T01:15:00`; NaN when there are none. */
function secondOfDay(text: string): number {
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  return hour < 24 && minute < 60 && second < 60 &&
      text[10] === "T" && text[13] === ":" && text[16] === ":"
    ? hour * 3600 + minute * 60 + second
    : NaN;
}

/** UTC milliseconds of the midnight with which `2026-03-29` begins; NaN for a day that no calendar has. */
export function midnightOf(day: string): number {
  // Years begin with 1.
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || day.startsWith("0000")) return NaN;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // 30 February would be taken for 2 March.
  const isReal = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return isReal ? midnight : NaN;
}

/**
 * Reads times like `2026-03-29T01:15:00`, one after another: seconds from the beginning of 1970, as if they
 * were UTC; NaN for a time that no clock shows. Fast where the day is that of the time before.
 */
export function secondsReader(): (text: string) => number {
  let day = "";
  let midnight = NaN;
  return (text) => {
    if (day === "" || !text.startsWith(day)) {
      day = text.slice(0, 10);
      midnight = midnightOf(day) / 1000;
    }
    return midnight + secondOfDay(text);
  };
}
