import type { Value } from "../../model/table.ts";
import { hasClock, midnightOf, twoDigits } from "../calendar_text.ts";

/** Few, because each may be tried for every value. */
const divisors = [1, 1e3, 1e6, 1e9];

/**
 * Doubles as integers and the number that gives them back. Measurements have few decimals, and a division
 * is rounded to the nearest double just as the digits would be: exact wherever it is exact here. Null
 * where no divisor is.
 */
export function asIntegers(
  values: readonly Value[],
): { readonly integers: readonly Value[]; readonly divisor: number } | null {
  const integers: Value[] = new Array(values.length);
  let tried = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === null) {
      integers[at] = null;
      continue;
    }
    const integer = Math.round(value as number * divisors[tried]);
    if (integer / divisors[tried] === value && Number.isSafeInteger(integer)) {
      integers[at] = integer;
    } else {
      if (++tried === divisors.length) return null;
      // Those before it have to be multiplied by the same.
      at = -1;
    }
  }
  return { integers, divisor: divisors[tried] };
}

/**
 * Instants or wall clocks as whole seconds from the beginning of 1970; null when one of them is none, for the
 * server to say so.
 */
export function asSeconds(values: readonly Value[]): Value[] | null {
  const seconds: Value[] = new Array(values.length);
  let day = "";
  let midnight = NaN;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === null) {
      seconds[at] = null;
      continue;
    }
    const text = value as string;
    if (text.slice(0, 10) !== day) {
      day = text.slice(0, 10);
      midnight = midnightOf(day) / 1000;
    }
    if (Number.isNaN(midnight) || !hasClock(text)) return null;
    seconds[at] = midnight + twoDigits(text, 11) * 3600 + twoDigits(text, 14) * 60 +
      twoDigits(text, 17);
  }
  return seconds;
}
