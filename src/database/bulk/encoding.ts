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
