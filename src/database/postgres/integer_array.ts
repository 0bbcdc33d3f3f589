import type { Value } from "../../model/table.ts";
import { secondsReader } from "../calendar_text.ts";
import { GrowingBuffer } from "../growing_buffer.ts";

/** What doubles are multiplied by; the first is right for nearly all measurements. */
const factors = [1e3, 1e6, 1e9, 1];

/** The most that one value takes: an integer, its sign, and what stands between two. */
const bytesOfValue = 24;

/**
 * Doubles, instants or wall clocks as the text of an array of integers, `{1500,NULL,-3000}`: one such text
 * after another for the same column.
 *
 * Doubles cross as multiples. Measurements have few decimals, and a division is rounded to the nearest double
 * just as their digits would be: exact wherever it is exact here. Times are whole seconds from the
 * beginning of 1970.
 *
 * Written as bytes, because a string for each number would cost more than all else that saving does here.
 */
export class IntegerArray {
  readonly #isTime: boolean;
  readonly #text = new GrowingBuffer(4000);
  readonly #seconds = secondsReader();
  #isExact = true;
  #factor = 0;

  constructor(type: "real" | "instant" | "local") {
    this.#isTime = type !== "real";
  }

  /** What the doubles of the text that was ended last are to be divided by. */
  get divisor(): number {
    return factors[this.#factor];
  }

  begin(): void {
    this.#text.at = 0;
    this.#byte(0x7b);
    this.#isExact = true;
  }

  add(value: Value): void {
    this.#text.makeRoom(bytesOfValue);
    if (value === null) {
      this.#text.text("NULL");
    } else if (this.#isTime) {
      this.#integer(this.#seconds(value as string));
    } else {
      const integer = Math.round(value as number * factors[this.#factor]);
      if (integer / factors[this.#factor] !== value) this.#isExact = false;
      this.#integer(integer);
    }
    this.#byte(0x2c);
  }

  /** Null when a value is not exactly what an integer gives back, or a time that no clock shows. */
  end(): string | null {
    const text = this.#text;
    // In the place of the last comma.
    text.at = Math.max(1, text.at - 1);
    this.#byte(0x7d);
    return this.#isExact ? text.written.toString("latin1") : null;
  }

  /** What `end` would give with another divisor, which stays for the texts to come. */
  retry(values: Iterable<Value>): string | null {
    if (this.#isTime) return null;
    for (let tried = 1; tried < factors.length; tried++) {
      this.#factor = (this.#factor + 1) % factors.length;
      this.begin();
      for (const value of values) this.add(value);
      const text = this.end();
      if (text !== null) return text;
    }
    return null;
  }

  #integer(integer: number): void {
    if (integer < 0) this.#byte(0x2d);
    const size = Math.abs(integer);
    if (size < 2 ** 31) {
      const { buffer, at } = this.#text;
      let end = at + 1;
      for (let limit = 10; limit <= size; limit *= 10) end++;
      let rest = size;
      for (let place = end - 1; place >= at; place--) {
        const tens = rest / 10 | 0;
        buffer[place] = 0x30 + rest - tens * 10;
        rest = tens;
      }
      this.#text.at = end;
    } else if (Number.isSafeInteger(size)) {
      this.#text.text(String(size));
    } else {
      this.#isExact = false;
    }
  }

  #byte(byte: number): void {
    this.#text.buffer[this.#text.at++] = byte;
  }
}
