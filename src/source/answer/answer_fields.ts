import { z } from "zod";
import type { Value } from "../../model/table.ts";
import { readLabel } from "../../model/site_time.ts";
import { readTimeZone } from "../../model/time_zone.ts";
import { isObject, type Json } from "./answer_body.ts";

/** How a value of the API becomes a value of ours; what does not fit is kept in `extra`. */
export type Schema = z.ZodType<Value>;

const numeral = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** A finite number, also where it comes as text. */
export const real = z.union([z.number(), z.string().regex(numeral).transform(Number)])
  .pipe(z.number());

/** A whole number, also as `3.0` and as text. */
export const integer = real.pipe(z.int());

/** Text; numbers and flags are written out. */
export const text = z.union([
  z.string(),
  z.number().transform(String),
  z.boolean().transform(String),
]);

/** 0 or 1. */
export const flag = z.union([
  z.boolean().transform(Number),
  z.literal([0, 1]),
  z.stringbool().transform(Number),
]);

/** The local date of a label, with or without a time behind it. */
export const date = z.string().transform((label, context) => {
  const local = readLabel(label);
  if (local) return local.toPlainDate().toString();
  context.addIssue("not a date");
  return z.NEVER;
});

/** The zone that a name means; a name that means none for certain does not fit. */
export const timeZone = z.string().transform((name, context) => {
  const zone = readTimeZone(name);
  if (zone !== null) return zone;
  context.addIssue("not a time zone");
  return z.NEVER;
});

/** Any JSON, as text with sorted keys, so that the same content is always the same text. */
export const json = z.unknown().transform(stableText);

/** A key of the API, and the column it fills. */
export type Field = readonly [column: string, schema: Schema];

/** Which key of an object of the API fills which column; objects inside objects are mirrored. */
export type Fields = { readonly [key: string]: Field | Fields };

/** Reads objects of one kind. */
export interface FieldReader {
  readonly columns: readonly string[];
  /** The values in the order of `columns`; `rest` has everything that fills none of them. */
  read(object: Json): { values: Value[]; rest: Json };
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
    for (const [key, raw] of Object.entries(object)) {
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

  function put(raw: unknown, [column, schema]: Field, values: Value[]): boolean {
    const read = schema.safeParse(raw);
    if (!read.success) return false;
    const at = position.get(column)!;
    if (values[at] !== null) return values[at] === read.data;
    values[at] = read.data;
    return schema !== date || isMidnight(String(raw));
  }

  return {
    columns,
    read(object) {
      const values: Value[] = columns.map(() => null);
      return { values, rest: fill(object, fields, values) };
    },
  };
}

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
  const local = readLabel(label);
  return local === null ||
    Temporal.PlainTime.compare(local.toPlainTime(), new Temporal.PlainTime()) === 0;
}
