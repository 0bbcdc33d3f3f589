import type { ColumnType, Table, Value } from "../model/table.ts";
import type { Awaitable } from "./session.ts";
import type { RawRows } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import { type Question, textOf } from "./questions.ts";
import type { DialectName } from "./rare_questions.ts";

/** A column compared with a value, or with several numbers. */
export type Comparison =
  | { readonly name: string; readonly is: "=" | "<" | "<=" | ">" | ">="; readonly value: Value }
  | { readonly name: string; readonly isOneOf: readonly number[] };

/** A comparison, or several of which one is enough; those of a list hold together. */
export type Condition =
  | Comparison
  | { readonly anyOf: readonly (Comparison | readonly Comparison[])[] };

/** How a dialect writes a parameter, and how its driver takes the value. */
export interface Words {
  /** What stands for the parameter with this number, counted from 1; with its type, where that must be said. */
  placeholder(number: number, type?: ColumnType): string;
  given(type: ColumnType, value: Value): Value;
}

/** A statement and the values of its parameters, in order. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/** What is done with whole rows, inside the transaction of a delivery. */
export interface RowStore {
  /** Some columns of the rows that meet all conditions; see `selection`. */
  select(
    table: Table,
    names: readonly string[],
    where: readonly Condition[],
  ): Awaitable<Value[][]>;
  remove(table: Table, where: readonly Condition[]): Awaitable<void>;
  /** Puts whole rows, as `Database.write` does; one whose key is there may also be kept as it is. */
  write(rows: RawRows, there?: "replaced" | "kept"): Awaitable<void>;
}

/** The condition that a column has a value. */
export function equals(name: string, value: Value): Comparison {
  return { name, is: "=", value };
}

/** Whole rows by the names of their columns. */
export async function recordsOf(
  store: RowStore,
  table: Table,
  where: readonly Condition[],
): Promise<Record<string, Value>[]> {
  const names = table.columns.map((one) => one.name);
  const found = await store.select(table, names, where);
  return found.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
}

/** Puts such rows; a column that a row does not name becomes NULL. */
export async function putRecords(
  store: RowStore,
  { name, columns }: Table,
  rows: readonly Readonly<Record<string, Value>>[],
): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map((row) => columns.map((one) => row[one.name] ?? null));
  await store.write({ table: name, rows: values });
}

/** Asks for some columns in key order; each combination once where the key is not among them. */
export function selection(
  table: Table,
  names: readonly string[],
  where: readonly Condition[],
  words: Words,
): Statement {
  const key = table.key.filter((name) => names.includes(name));
  const distinct = key.length < table.key.length ? "distinct " : "";
  const order = key.length > 0 ? ` order by ${key.join(", ")}` : "";
  const { sql, parameters } = conditionOf(table, where, words);
  return {
    sql: `select ${distinct}${names.join(", ")} from ${table.name}${sql}${order}`,
    parameters,
  };
}

/** Deletes rows. */
export function removal(table: Table, where: readonly Condition[], words: Words): Statement {
  const { sql, parameters } = conditionOf(table, where, words);
  return { sql: `delete from ${table.name}${sql}`, parameters };
}

/** The conditions as a clause, with a blank before it; of none, nothing. */
export function conditionOf(table: Table, where: readonly Condition[], words: Words): Statement {
  const parameters: Value[] = [];
  const comparisonText = (one: Comparison | readonly Comparison[]): string => {
    if (isList(one)) return `(${one.map(comparisonText).join(" and ")})`;
    if ("isOneOf" in one) return `${one.name} in (${one.isOneOf.join(", ")})`;
    const { type } = table.columns.find((column) => column.name === one.name)!;
    const number = parameters.push(words.given(type, one.value));
    return `${one.name} ${one.is} ${words.placeholder(number, type)}`;
  };
  const texts = where.map((one) =>
    "anyOf" in one ? `(${one.anyOf.map(comparisonText).join(" or ")})` : comparisonText(one)
  );
  return { sql: texts.length === 0 ? "" : ` where ${texts.join(" and ")}`, parameters };
}

function isList<T extends object>(one: T | readonly T[]): one is readonly T[] {
  return Array.isArray(one);
}

/** Parameters by name; `site_ids` is a JSON array of numbers, NULL: all sites. */
export type Parameters = Readonly<Record<string, Value>>;

/**
 * The statement of a question, its parameters in the order of their placeholders. `:of_sites` stands for the
 * condition that a row belongs to one of the sites that were asked for. Throws DatabaseError `failed` for a
 * parameter that the question does not have.
 */
export async function questionOf(
  question: Question,
  given: Parameters,
  { words, name: dialect }: { readonly words: Words; readonly name: DialectName },
): Promise<Statement> {
  const values = { ...given, ...daysFrom(given.since ?? null), of_sites: ofSites(given.site_ids) };
  const names: string[] = [];
  const parameters: Value[] = [];
  const text = await textOf(question, dialect);
  const sql = text.replace(/--.*$/gm, "").replace(/:([a-z_]+)/g, (_, name) => {
    names.push(name === "of_sites" ? "site_ids" : name);
    if (name === "of_sites") return values.of_sites;
    const value = (values as Parameters)[name] ?? null;
    return words.placeholder(parameters.push(words.given(types[name] ?? "instant", value)));
  });
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown) throw new DatabaseError("failed", `${question} has no parameter ${unknown}`);
  return { sql, parameters };
}

/** Of parameters that are no instant. */
const types: Readonly<Record<string, ColumnType>> = {
  site_id: "integer",
  least_days: "integer",
  first_site: "integer",
  last_site: "integer",
  from_date: "date",
  to_date: "date",
  time_unit: "text",
  table_name: "text",
  ...Object.fromEntries(
    ["least_w", "most_w", "bright_w", "least_wh", "share"].map((name) => [name, "real"]),
  ),
  since: "date",
  day_before_since: "date",
};

/** The numbers themselves stand in the statement: no two dialects take a list apart in the same words. */
function ofSites(siteIds: Value | undefined): string {
  if (typeof siteIds !== "string") return "true";
  const ids = (JSON.parse(siteIds) as unknown[]).map(Number).filter(Number.isSafeInteger);
  return ids.length === 0 ? "false" : `site_id in (${ids.join(", ")})`;
}

/** All history lies after the first of these days. */
function daysFrom(since: Value): { since: string; day_before_since: string } {
  const day = Temporal.PlainDate.from(String(since ?? "1970-01-02"));
  return { since: day.toString(), day_before_since: day.subtract({ days: 1 }).toString() };
}
