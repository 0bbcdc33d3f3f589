import type { Value } from "../../model/table.ts";

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
      midnight = midnightOf(day);
    }
    const [hour, minute, second] = [digits(text, 11), digits(text, 14), digits(text, 17)];
    const isClock = hour < 24 && minute < 60 && second < 60 &&
      text[10] === "T" && text[13] === ":" && text[16] === ":";
    if (!isClock || Number.isNaN(midnight)) return null;
    seconds[at] = midnight + hour * 3600 + minute * 60 + second;
  }
  return seconds;
}

/** Two digits of a text; NaN when they are something else. */
function digits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : NaN;
}

/** NaN for a day that no calendar has; also for the year 0, which the server does not have. */
function midnightOf(day: string): number {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || day.startsWith("0000")) return NaN;
  const date = new Date(`${day}T00:00:00Z`);
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
  return isReal ? date.getTime() / 1000 : NaN;
}
