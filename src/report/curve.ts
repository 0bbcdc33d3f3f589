import { deflateRawSync } from "node:zlib";
import type { Quarter } from "./site_data.ts";

/** The curves of a site as the page carries them: small enough for ten years of quarter-hours. */
export interface PackedCurves {
  /** Epoch seconds of the first quarter-hour. */
  readonly start: number;
  /** How many quarter-hours follow one another from there on. */
  readonly count: number;
  /** W of one step. */
  readonly step: number;
  /** IANA. */
  readonly zone: string;
  /** Packed by `pack`; null: nothing is known. */
  readonly production: string | null;
  readonly consumption: string | null;
}

const quarterSeconds = 900;
/** Finer than a pixel of the highest screen. */
const steps = 500;

/** The curves of quarter-hours that are sorted by time; null where there are none. */
export function packCurves(quarters: readonly Quarter[], zone: string): PackedCurves | null {
  if (quarters.length === 0) return null;
  const start = quarters[0].at;
  const count = Math.round((quarters.at(-1)!.at - start) / quarterSeconds) + 1;
  const highest = quarters.reduce(
    (most, one) => Math.max(most, one.production ?? 0, one.consumption ?? 0),
    0,
  ) * 4;
  const step = Math.max(1, Math.ceil(highest / steps));
  const series = (of: (one: Quarter) => number | null) => {
    if (quarters.every((one) => of(one) === null)) return null;
    const values = new Array<number | null>(count).fill(null);
    for (const one of quarters) {
      const value = of(one);
      values[Math.round((one.at - start) / quarterSeconds)] = value === null
        ? null
        : Math.round(value * 4 / step);
    }
    return pack(values);
  };
  return {
    start,
    count,
    step,
    zone,
    production: series((one) => one.production),
    consumption: series((one) => one.consumption),
  };
}

/**
 * Whole numbers as base64 of raw deflate: each is one more than it is (0: null), less the one before, in
 * zigzag, seven bits a byte. The page's script holds the way back.
 */
export function pack(values: readonly (number | null)[]): string {
  const bytes: number[] = [];
  let before = 0;
  for (const one of values) {
    const value = one === null ? 0 : one + 1;
    const difference = value - before;
    before = value;
    let zigzag = difference < 0 ? -2 * difference - 1 : 2 * difference;
    while (zigzag > 127) {
      bytes.push(zigzag & 127 | 128);
      zigzag >>= 7;
    }
    bytes.push(zigzag);
  }
  return deflateRawSync(Uint8Array.from(bytes), { level: 9 }).toString("base64");
}
