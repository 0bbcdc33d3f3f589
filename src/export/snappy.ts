// Snappy as its format description has it: what was there before is named by its distance and length. The library
// does the same, through a call for each byte, and takes twice as long.

const tableBits = 14;
const furthest = 65_535;
/** The last bytes are not looked for. */
const margin = 15;

/** Where four bytes stood last, by their hash; used again for each input. */
const places = new Int32Array(1 << tableBits);

/** These bytes as one Snappy block. */
export function snappy(input: Uint8Array): Uint8Array {
  const out = new SnappyWriter(input);
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  places.fill(-1);
  const end = input.length - margin;
  let literal = 0;
  // Where nothing comes again, fewer and fewer places are looked at.
  let misses = 32;
  for (let at = 0; at < end;) {
    const four = view.getInt32(at, true);
    const hash = hashOf(four);
    const from = places[hash];
    places[hash] = at;
    const back = at - from;
    if (from < 0 || back > furthest || view.getInt32(from, true) !== four) {
      at += misses++ >> 5;
      continue;
    }
    misses = 32;
    out.literal(literal, at);
    literal = at + 4;
    while (literal < input.length && input[literal] === input[literal - back]) literal++;
    out.copy(back, literal - at);
    at = literal;
    if (at < end) places[hashOf(view.getInt32(at - 1, true))] = at - 1;
  }
  out.literal(literal, input.length);
  return out.bytes();
}

function hashOf(four: number): number {
  return Math.imul(four, 0x1e35a7bd) >>> (32 - tableBits);
}

class SnappyWriter {
  readonly #input: Uint8Array;
  readonly #out: Uint8Array;
  #length = 0;

  /** Begins with the length of the input. */
  constructor(input: Uint8Array) {
    this.#input = input;
    this.#out = new Uint8Array(32 + input.length + Math.ceil(input.length / 6));
    let rest = input.length;
    for (; rest >= 128; rest >>>= 7) this.#out[this.#length++] = rest & 127 | 128;
    this.#out[this.#length++] = rest;
  }

  /** A piece of the input as it is. */
  literal(from: number, to: number): void {
    const out = this.#out;
    const last = to - from - 1;
    if (last < 0) return;
    if (last < 60) out[this.#length++] = last << 2;
    else {
      // Its length in three bytes.
      out[this.#length++] = 62 << 2;
      for (let shift = 0; shift < 24; shift += 8) out[this.#length++] = last >> shift;
    }
    if (last < 32) {
      for (let at = from; at < to; at++) out[this.#length++] = this.#input[at];
    } else {
      out.set(this.#input.subarray(from, to), this.#length);
      this.#length += to - from;
    }
  }

  /** What stands so far back, once more; at least four bytes of it. */
  copy(back: number, length: number): void {
    let rest = length;
    // No piece is shorter than four.
    for (; rest >= 68; rest -= 64) this.#far(back, 64);
    if (rest > 64) {
      this.#far(back, 60);
      rest -= 60;
    }
    if (rest < 12 && back < 2048) {
      this.#out[this.#length++] = 1 | rest - 4 << 2 | back >> 8 << 5;
      this.#out[this.#length++] = back;
    } else this.#far(back, rest);
  }

  bytes(): Uint8Array {
    return this.#out.subarray(0, this.#length);
  }

  #far(back: number, length: number): void {
    this.#out[this.#length++] = length - 1 << 2 | 2;
    this.#out[this.#length++] = back;
    this.#out[this.#length++] = back >> 8;
  }
}

/** So much of a page is tried at first. */
const sampleBytes = 16 * 1024;

/** The same where it saves a third or so, else null: to look for what comes again takes longer than all else. */
export function snappyWhereWorthwhile(input: Uint8Array): Uint8Array | null {
  if (input.length > 4 * sampleBytes) {
    const from = (input.length - sampleBytes) >> 1;
    const sample = input.subarray(from, from + sampleBytes);
    if (snappy(sample).length > 0.7 * sampleBytes) return null;
  }
  const compressed = snappy(input);
  return compressed.length < input.length ? compressed : null;
}
