import type { Value } from "../../model/table.ts";
import { readTimeZone } from "../../model/time_zone.ts";
import { isObject, type Json } from "./answer_body.ts";
import { isPossible, readWallClock } from "./times.ts";

/** How a value of the API becomes a value of ours; undefined for what does not fit, which is kept in `extra`. */
export type Converter<Result extends Value = Value> = (raw: unknown) => Result | undefined;

const numeral = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
/** A longer numeral is none, and the time that the expression takes grows with the square of its length. */
const longestNumeral = 64;

/** A finite number, also where it comes as text. */
export const real: Converter<number> = (raw) => {
  const isText = typeof raw === "string" && raw.length <= longestNumeral && numeral.test(raw);
  const number = isText ? Number(raw) : raw;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
};

/** A whole number that loses nothing, also as `3.0` and as text. */
export const integer: Converter<number> = (raw) => {
  const number = real(raw);
  return Number.isSafeInteger(number) ? number : undefined;
};

/** The number of a site: 1 or more. What belongs to no site is remembered under 0. */
export const siteNumber: Converter<number> = (raw) => {
  const number = integer(raw);
  return number !== undefined && number > 0 ? number : undefined;
};

/** Text; numbers and flags are written out. */
export const text: Converter<string> = (raw) =>
  typeof raw === "string"
    ? raw
    : typeof raw === "number" || typeof raw === "boolean"
    ? String(raw)
    : undefined;

/** What stands where a word is expected, as text; empty for what is none. An object may bring a toString of its own. */
export function wordOf(raw: unknown): string {
  return text(raw) ?? "";
}

/** What stands where a count is expected: null is none. */
export function countOf(raw: unknown): number {
  return raw === null ? 0 : Number(text(raw) ?? NaN);
}

const yes = new Set(["true", "1", "yes", "on", "y", "enabled"]);
const no = new Set(["false", "0", "no", "off", "n", "disabled"]);

/** 0 or 1. */
export const flag: Converter<number> = (raw) => {
  const word = wordOf(raw).slice(0, 10).toLowerCase();
  return yes.has(word) ? 1 : no.has(word) ? 0 : undefined;
};

/** The local date of a label; a time of day behind it is kept too. */
export const date: Converter<string> = (raw) => {
  const local = typeof raw === "string" ? readWallClock(raw) : null;
  return local && isPossible(local) ? local.toPlainDate().toString() : undefined;
};

/** The local date of a label whose time of day says nothing. */
export const day: Converter<string> = (raw) => date(raw);

/** The zone that a name means; a name that means none for certain does not fit. */
export const timeZone: Converter<string> = (raw) =>
  typeof raw === "string" ? readTimeZone(raw) ?? undefined : undefined;

/** Any JSON, as text with sorted keys, so that the same content is always the same text. */
export const json: Converter<string> = (raw) => stableText(raw);

/** A key of the API, and the column it fills. */
export type Field = readonly [column: string, converter: Converter];

/** Which key of an object of the API fills which column; objects inside objects are mirrored. */
export type Fields = { readonly [key: string]: Field | Fields };

/** Reads objects of one kind. */
export interface FieldReader {
  readonly columns: readonly string[];
  /** The values in the order of `columns`; `rest` has everything that fills none of them. */
  read(object: Json): { values: Value[]; rest: Json };
  /** Of what `read` gave back as `rest`, the first value that does not fit its column; undefined: there is none. */
  misfit(rest: Json): unknown;
  /**
   * For each column whether the object speaks of it, a null included: of what it does not name it says nothing,
   * and neither does a value that does not fit.
   */
  spoken(object: Json): boolean[];
}

/**
 * A reader of objects with these fields. Missing keys and nulls are NULL. Unknown keys, and values that
 * do not fit their column, come back in `rest`: nothing is dropped. Where two keys fill one column, the
 * first that has a value wins.
 */
export function fieldReader(fields: Fields): FieldReader {
  const columns = [...new Set(columnsOf(fields))];
  const position = new Map(columns.map((column, index) => [column, index]));

  function fill(object: Json, known: Fields, values: Value[]): Json {
    const rest: Json = {};
    for (const key of Object.keys(object)) {
      const raw = object[key];
      const field = Object.hasOwn(known, key) ? known[key] : undefined;
      if (field === undefined) rest[key] = raw;
      else if (raw === null) continue;
      else if (!isField(field)) {
        if (!isObject(raw)) rest[key] = raw;
        else {
          const inner = fill(raw, field, values);
          if (Object.keys(inner).length > 0) rest[key] = inner;
        }
      } else if (!put(raw, field, values)) rest[key] = raw;
    }
    return rest;
  }

  function put(raw: unknown, [column, convert]: Field, values: Value[]): boolean {
    const value = convert(raw);
    if (value === undefined) return false;
    const at = position.get(column)!;
    if (values[at] !== null) return values[at] === value;
    values[at] = value;
    return convert !== date || isMidnight(String(raw));
  }

  function name(object: Json, known: Fields, spoken: boolean[]): void {
    for (const [key, field] of Object.entries(known)) {
      if (!Object.hasOwn(object, key)) continue;
      const inner = object[key];
      if (isField(field)) {
        if (inner === null || isBlank(inner) || field[1](inner) !== undefined) {
          spoken[position.get(field[0])!] = true;
        }
      } else if (isObject(inner)) name(inner, field, spoken);
    }
  }

  return {
    columns,
    read(object) {
      const values: Value[] = columns.map(() => null);
      return { values, rest: fill(object, fields, values) };
    },
    misfit: (rest) => misfitIn(rest, fields),
    spoken(object) {
      const spoken = columns.map(() => false);
      name(object, fields, spoken);
      return spoken;
    },
  };
}

function misfitIn(rest: Json, fields: Fields): unknown {
  for (const key of Object.keys(rest)) {
    if (!Object.hasOwn(fields, key)) continue;
    const [raw, field] = [rest[key], fields[key]!];
    const found = !isField(field)
      ? isObject(raw) ? misfitIn(raw, field) : raw
      : isBlank(raw) || field[1](raw) !== undefined
      ? undefined
      : raw;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An empty text says as much as null. */
const isBlank = (raw: unknown) => typeof raw === "string" && raw.trim() === "";

/** What has no column, as the text of an `extra` column; null when there is nothing. */
export function extraText(rest: Json): string | null {
  return Object.keys(rest).length === 0 ? null : stableText(rest);
}

/** JSON text with sorted keys. */
export function stableText(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner) =>
      isObject(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
  );
}

function columnsOf(fields: Fields): string[] {
  return Object.values(fields).flatMap((one) => isField(one) ? [one[0]] : columnsOf(one));
}

function isField(one: Field | Fields): one is Field {
  return Array.isArray(one);
}

/** A time of day behind a date would be lost in a date column. */
function isMidnight(label: string): boolean {
  const local = readWallClock(label);
  return local === null ||
    Temporal.PlainTime.compare(local.toPlainTime(), new Temporal.PlainTime()) === 0;
}
