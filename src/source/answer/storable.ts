import { createHash } from "node:crypto";
import type { Harvest, Note, TableRows } from "../../model/harvest.ts";
import type { Column, Value } from "../../model/table.ts";
import { table } from "../../model/tables.ts";
import { shown } from "./shown.ts";
import { stableText } from "./answer_fields.ts";
import { isPossible } from "./times.ts";

/** How long a text of a key may be, in characters: what the narrowest of the databases has for it. */
const keyWidths: Readonly<Record<string, number>> = { time_unit: 16, category: 64, meter_type: 64 };
/** Narrower than a column, because the revisions write a whole key as one text. */
const keyWidth = 200;
/** Up to here nobody needs to count how a text is written in JSON. */
const surelyShort = 64;
/** Of a text in characters: three bytes each, and 65,535 bytes in all. */
const textWidth = 21_000;
/** Of the fields without a column: far below what a statement may carry. */
const jsonWidth = 1_000_000;

/**
 * A harvest as every one of the databases can hold it. What a column cannot hold costs that value, and a row
 * only where it cannot be without; a note for each column counts them. Texts are cut, those of keys with a mark
 * that distinguishes them.
 */
export function storable<Found extends Harvest>(found: Found, siteId: number): Found {
  const problems = new Map<string, { level: Note["level"]; count: number; text: string }>();
  const rows = found.rows.map((one) =>
    storableRows(one, (where, what, level = "warning") => {
      const text = `${where}: ${what}`;
      const former = problems.get(text);
      if (former) former.count++;
      else problems.set(text, { level, count: 1, text });
    })
  );
  const notes: Note[] = [...problems.values()].map(({ level, count, text }) => ({
    siteId,
    level,
    text: count === 1 ? text : `${text} (${count} times)`,
  }));
  return {
    ...found,
    rows,
    ranges: found.ranges.map((one) => ({ ...one, deviceKey: keyText(one.deviceKey) })),
    absent: found.absent.map((one) => ({
      ...one,
      deviceKey: keyText(one.deviceKey),
      reason: shown(one.reason),
    })),
    notes: [...found.notes, ...notes].map((one) => ({ ...one, text: shown(one.text, 500) })),
  };
}

type Report = (where: string, what: string, level?: Note["level"]) => void;

function storableRows(given: TableRows, report: Report): TableRows {
  const facts = table(given.table);
  const byName = new Map(facts.columns.map((one) => [one.name, one]));
  const converters = given.columns.map((name) => {
    const column = byName.get(name);
    const isKey = facts.key.includes(name);
    return (value: Value): Value =>
      column && value !== null ? fitting(value, column, isKey, given.table, report) : value;
  });
  const limited = [...given.columns.keys()].flatMap((at) => {
    const within = byName.get(given.columns[at]!)?.within;
    return within ? [{ at, within }] : [];
  });
  const needed = [...given.columns.keys()].filter((at) => byName.get(given.columns[at]!)?.required);
  const rows = given.rows.map((row) => {
    let changed: Value[] | null = null;
    for (let at = 0; at < row.length; at++) {
      const value = converters[at]!(row[at]!);
      if (value === row[at]) continue;
      changed ??= [...row];
      changed[at] = value;
    }
    return withoutImpossible(changed ?? row, given, limited, report);
  });
  return { ...given, rows: rows.filter((row) => needed.every((at) => row[at] !== null)) };
}

/** A row whose values of a known range lie in it; what lies beyond stands in `extra`, as it came. */
function withoutImpossible(
  row: readonly Value[],
  { table: of, columns }: TableRows,
  limited: readonly { readonly at: number; readonly within: readonly [number, number] }[],
  report: Report,
): readonly Value[] {
  const beyond = limited.filter(({ at, within: [least, most] }) => {
    const value = row[at];
    return typeof value === "number" && !(value >= least && value <= most);
  });
  if (beyond.length === 0) return row;
  const changed = [...row];
  const aside: Record<string, Value> = {};
  for (const { at, within: [least, most] } of beyond) {
    const name = columns[at]!;
    aside[name] = row[at]!;
    changed[at] = null;
    const text = `a value that cannot be (below ${least} or above ${most}) is kept aside`;
    report(`${of}.${name}`, text, "loss");
  }
  const extra = columns.indexOf("extra");
  if (extra >= 0) {
    const text = row[extra];
    const rest = typeof text === "string" ? JSON.parse(text) : {};
    changed[extra] = stableText({ ...rest, ...aside });
  }
  return changed;
}

function fitting(
  value: Exclude<Value, null>,
  { name, type }: Column,
  isKey: boolean,
  of: string,
  report: Report,
): Value {
  const where = `${of}.${name}`;
  if (typeof value === "number") {
    const fits = type === "integer" || type === "flag"
      ? Number.isSafeInteger(value)
      : Number.isFinite(value);
    if (!fits) report(where, "a number that no database can hold is left out", "loss");
    return fits ? value : null;
  }
  if (typeof value !== "string") return value;
  if (type === "instant" || type === "local" || type === "date") {
    // Years before 0 and after 9999 are written with a sign.
    if (/^\d{4}-/.test(value) && isPossible({ year: Number(value.slice(0, 4)) })) return value;
    report(where, `${shown(value, 40)} is no time that can be, and is left out`);
    return null;
  }
  if (type === "json") {
    if (value.length <= jsonWidth) return value;
    report(
      where,
      `${value.length} characters of fields without a column are too many, and left out`,
      "loss",
    );
    return null;
  }
  const clean = cleanText(value);
  if (clean !== value) report(where, "characters that cannot be stored are replaced");
  if (isKey) {
    const key = keyText(clean, keyWidths[name]);
    if (key !== clean) {
      report(where, `a text of ${clean.length} characters is cut: ${shown(clean, 40)}`);
    }
    return key;
  }
  if (clean.length <= textWidth) return clean;
  report(where, `a text of ${clean.length} characters is cut: ${shown(clean, 40)}`);
  return clean.slice(0, textWidth - 1).toWellFormed() + "…";
}

/** A text of a key, cut where it is too long; the last sixteen characters distinguish it from others. */
function keyText(text: string, width = keyWidth): string {
  const clean = cleanText(text);
  if (clean.length <= Math.min(width, surelyShort) || written(clean) <= width) return clean;
  const mark = createHash("sha256").update(clean).digest("hex").slice(0, 16);
  let head = clean.slice(0, width - mark.length - 1).toWellFormed();
  while (written(head) > width - mark.length - 1) {
    head = head.slice(0, head.length >> 1).toWellFormed();
  }
  return `${head}#${mark}`;
}

/** Not every database takes a NUL, and none a half of a character. */
function cleanText(text: string): string {
  return text.isWellFormed() && !text.includes("\0")
    ? text
    : text.toWellFormed().replaceAll("\0", "\ufffd");
}

/** How many characters a text has in JSON. */
function written(text: string): number {
  return JSON.stringify(text).length - 2;
}
