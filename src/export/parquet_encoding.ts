// Encodings of Parquet that its library has only for 32 bits, or not for typed arrays.
import { ByteWriter } from "hyparquet-writer";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";

const blockSize = 128;
const miniblockSize = 32;

/**
 * DELTA_BINARY_PACKED: differences from one whole number to the next, in blocks, each with as many bits as it needs.
 * Times and numbers that stay alike take next to nothing. The numbers span no more than 2^52, so that doubles hold
 * all differences exactly.
 */
export function deltaPacked(values: Float64Array): Uint8Array {
  const writer = new ByteWriter(4096);
  writer.appendVarInt(blockSize);
  writer.appendVarInt(blockSize / miniblockSize);
  writer.appendVarInt(values.length);
  appendSigned(writer, values.length > 0 ? values[0] : 0);
  const deltas = new Float64Array(blockSize);
  for (let start = 1; start < values.length; start += blockSize) {
    const count = Math.min(blockSize, values.length - start);
    let least = Infinity;
    let most = -Infinity;
    for (let i = 0; i < count; i++) {
      const delta = values[start + i] - values[start + i - 1];
      deltas[i] = delta;
      if (delta < least) least = delta;
      if (delta > most) most = delta;
    }
    appendSigned(writer, least);
    if (least === most) writer.appendUint32(0);
    else {
      for (let i = 0; i < count; i++) deltas[i] -= least;
      deltas.fill(0, count);
      appendMiniblocks(writer, deltas);
    }
  }
  return writer.getBytes();
}

/** The widths of all miniblocks, then the bits of each, the lowest first. */
function appendMiniblocks(writer: ByteWriter, deltas: Float64Array): void {
  const parts: Float64Array[] = [];
  for (let at = 0; at < blockSize; at += miniblockSize) {
    parts.push(deltas.subarray(at, at + miniblockSize));
  }
  const widths = parts.map((part) => bitWidth(part.reduce((most, one) => Math.max(most, one))));
  for (const width of widths) writer.appendUint8(width);
  for (const [at, part] of parts.entries()) {
    if (widths[at] > 45) appendWide(writer, part, widths[at]);
    else appendBits(writer, part, widths[at]);
  }
}

/** Up to 45 bits beside fewer than 8 that wait are exact in a double. */
function appendBits(writer: ByteWriter, part: Float64Array, width: number): void {
  let waiting = 0;
  let bits = 0;
  for (let i = 0; i < part.length; i++) {
    waiting += part[i] * 2 ** bits;
    bits += width;
    while (bits >= 8) {
      const rest = Math.floor(waiting / 256);
      writer.appendUint8(waiting - rest * 256);
      waiting = rest;
      bits -= 8;
    }
  }
}

function appendWide(writer: ByteWriter, part: Float64Array, width: number): void {
  let all = 0n;
  for (let i = part.length - 1; i >= 0; i--) all = (all << BigInt(width)) | BigInt(part[i]);
  for (let byte = 0; byte < width * part.length / 8; byte++) {
    writer.appendUint8(Number(all & 255n));
    all >>= 8n;
  }
}

function bitWidth(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 32 + bitWidth(Math.floor(value / 2 ** 32));
}

/** Zigzag: the sign is the lowest bit. */
function appendSigned(writer: ByteWriter, value: number): void {
  writer.appendZigZag(Math.abs(value) < 2 ** 30 ? value : BigInt(value));
}

/** RLE: numbers of so many bits in runs; where all are the same one they need not be looked at. */
export function writeSmallNumbers(
  writer: ByteWriter,
  numbers: Uint8Array | Float64Array,
  width: number,
  isOneRun: boolean,
): void {
  if (!isOneRun) return void writeRleBitPackedHybrid(writer, numbers, width);
  writer.appendVarInt(numbers.length * 2);
  for (let shift = 0; shift < width; shift += 8) writer.appendUint8(numbers[0] >> shift & 255);
}

/** PLAIN text: the length of each in bytes, then its UTF-8. */
export function plainTexts(texts: Iterable<string>): Uint8Array {
  const encoder = new TextEncoder();
  const writer = new ByteWriter(4096);
  for (const text of texts) {
    const most = text.length * 3;
    writer.ensure(4 + most);
    const into = new Uint8Array(writer.buffer, writer.index + 4, most);
    const { written } = encoder.encodeInto(text, into);
    writer.appendUint32(written);
    writer.offset += written;
    writer.index += written;
  }
  return writer.getBytes();
}

/** PLAIN flags, eight to a byte. */
export function plainFlags(flags: Float64Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(flags.length / 8));
  for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) bytes[i >> 3] |= 1 << (i & 7);
  return bytes;
}

/** PLAIN doubles; processors that run this store them as Parquet does, the lowest byte first. */
export function plainDoubles(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
