import { InvalidArgumentError } from "@commander-js/extra-typings";
import { type DataType, dataTypes } from "../model/data_type.ts";

/**
 * Readers of what the user types after an option. Each throws InvalidArgumentError with what is
 * allowed, which ends in a usage error; nothing is guessed and nothing is ignored.
 */

/** Site numbers, comma-separated, added to those given before. */
export function readSiteIds(text: string, previous: readonly number[] = []): readonly number[] {
  const ids = text.split(",").map((part) => {
    const word = part.trim();
    const id = Number(word);
    if (!/^\d+$/.test(word) || id <= 0 || !Number.isSafeInteger(id)) {
      throw new InvalidArgumentError(
        "Give the number of a site, several with commas: 12345,67890.",
      );
    }
    return id;
  });
  return [...new Set([...previous, ...ids])];
}

/** A day of the calendar: `2026-05-31`. */
export function readDate(text: string): Temporal.PlainDate {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    try {
      return Temporal.PlainDate.from(text, { overflow: "reject" });
    } catch {
      throw new InvalidArgumentError("The calendar has no such day.");
    }
  }
  throw new InvalidArgumentError("Write the date like 2026-05-31.");
}

/** The decimal sign of a language and region: `de-DE`, or `de_DE.UTF-8` as the environment has it. */
export function readDecimalSign(text: string): "." | "," {
  const tag = text.replace(/[.@].*$/, "").replaceAll("_", "-");
  try {
    const parts = new Intl.NumberFormat(tag).formatToParts(1.5);
    return parts.find((one) => one.type === "decimal")?.value === "," ? "," : ".";
  } catch {
    throw new InvalidArgumentError("Write a language and region like de-DE or en-US.");
  }
}

/** A whole number above zero. */
export function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError("Give a whole number of 1 or more.");
  }
  return count;
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** A length of time such as `90m`, `2h` or `1d`, in seconds. */
export function readDurationSeconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/.exec(text.trim());
  const seconds = match
    ? Number(match[1]) * secondsOf[match[2][0] as keyof typeof secondsOf]
    : Number.NaN;
  if (!(seconds > 0) || !Number.isSafeInteger(Math.ceil(seconds))) {
    throw new InvalidArgumentError("Write the length of time like 90m, 2h or 1d.");
  }
  return seconds;
}

/** One of some words; for a near miss the error names the word that was probably meant. */
export function readWord<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((one) => one === text);
    if (found) return found;
    const close = nearest(text, words);
    const hint = close ? `Did you mean ${close}? ` : "";
    throw new InvalidArgumentError(`${hint}Allowed: ${words.join(", ")}.`);
  };
}

const readType = readWord<DataType>(dataTypes);

/** Types of data, comma-separated, added to those given before. */
export function readTypes(text: string, previous: readonly DataType[] = []): readonly DataType[] {
  const types = text.split(",").map((word) => readType(word.trim()));
  return [...new Set([...previous, ...types])];
}

/** The word that a mistyped one is nearest to, or null when none is near. */
function nearest<Word extends string>(text: string, words: readonly Word[]): Word | null {
  let best: Word | null = null;
  // Of two letters every word is near, and means nothing.
  let least = text.length < 3 ? 0 : Math.max(2, Math.floor(text.length * 0.4)) + 1;
  for (const word of words) {
    const distance = editDistance(text, word);
    if (distance > 1 && word[0] !== text[0]) continue;
    if (distance < least) [best, least] = [word, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
