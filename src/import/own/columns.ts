import { datasets } from "../../export/datasets.ts";
import type { Column, ColumnType, Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import { isDate, isTime, readNumber, readSiteId } from "../cells.ts";
import { ImportRefusal } from "../event.ts";

/** Tables that are exported. */
const exported: readonly Table[] = [...datasets.values()].map(factsOf);

/** Columns that nearly every table has: they distinguish none. */
const common = ["site_id", "extra", "source", "updated_at", "last_seen", "timestamp", "local_time"];

/** The table of ours that has these columns; null: none of them. Throws ImportRefusal for unknown columns. */
export function tableOf(names: readonly string[]): Table | null {
  let best: { table: Table; known: number; size: number } | null = null;
  for (const table of exported) {
    const own = table.columns.map((one) => one.name);
    if (!table.key.every((one) => names.includes(one))) continue;
    const known = names.filter((one) => own.includes(one) && !common.includes(one)).length;
    const isBetter = best === null || known > best.known ||
      known === best.known && own.length < best.size;
    if (isBetter) best = { table, known, size: own.length };
  }
  if (best === null) return null;
  const { table } = best;
  const unknown = names.filter((name) => !table.columns.some((one) => one.name === name));
  if (unknown.length === 0) return table;
  // A file of another program may have the columns of a key by chance.
  if (unknown.length > names.length / 2) return null;
  throw new ImportRefusal(
    `has columns that this version of seh does not know in ${table.name}: ${
      unknown.join(", ")
    }. It may come from a newer version; use that one, or take these columns out.`,
  );
}

/** Columns that an import fills itself where a file lacks them. */
const filled = ["source", "updated_at", "last_seen"];

/** The first column that every row of a table needs and that is not there; null: none is lacking. */
export function lackingColumn(table: Table, names: readonly string[]): string | null {
  const needed = table.columns.find(({ name, required }) =>
    (required === true || table.key.includes(name)) && !filled.includes(name) &&
    !names.includes(name)
  );
  return needed?.name ?? null;
}

/** The value of a cell as the column holds it; null is NULL. Throws RangeError for what it cannot hold. */
export function valueOf({ name, type }: Column, text: string): Value {
  const value = readers[type](text, name);
  if (value === undefined) {
    throw new RangeError(`${name} cannot be ${shown(text)} (${words[type]})`);
  }
  return value;
}

const words: Readonly<Record<ColumnType, string>> = {
  integer: "a whole number",
  real: "a number",
  text: "a text",
  instant: "a time such as 2026-03-29T01:15:00Z",
  local: "a time such as 2026-03-29T03:15:00",
  date: "a date such as 2026-03-29",
  flag: "0 or 1",
  json: "JSON",
};

const readers: Readonly<Record<ColumnType, (text: string, name: string) => Value | undefined>> = {
  integer: readInteger,
  real: (text) => readNumber(text) ?? undefined,
  text: (text) => text,
  instant: (text) => text.length === 20 && text.endsWith("Z") && isTime(text) ? text : undefined,
  local: (text) => text.length === 19 && isTime(text) ? text : undefined,
  date: (text) => isDate(text) ? text : undefined,
  flag: (text) =>
    text === "0" || text === "false" ? 0 : text === "1" || text === "true" ? 1 : undefined,
  json: (text) => isJson(text) ? text : undefined,
};

/** No bucket is longer. */
const longestInterval = 366 * 86_400;
const mostOfInteger = 2n ** 63n;

function readInteger(text: string, name: string): Value | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const number = Number(text);
  if (name === "site_id") return readSiteId(number) ?? undefined;
  if (name === "interval_s") return number >= 0 && number <= longestInterval ? number : undefined;
  if (Number.isSafeInteger(number)) return number;
  const exact = BigInt(text);
  return exact < mostOfInteger && exact >= -mostOfInteger ? exact : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
