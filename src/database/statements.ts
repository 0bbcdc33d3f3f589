import type { ColumnType, Table, Value } from "../model/table.ts";
import type { Awaitable } from "./session.ts";
import type { RawRows } from "./database.ts";

/** A column compared with a value, or with several numbers. */
export type Comparison =
  | { readonly name: string; readonly is: "=" | "<" | "<=" | ">" | ">="; readonly value: Value }
  | { readonly name: string; readonly isOneOf: readonly number[] };

/** A comparison, or several of which one is enough. */
export type Condition = Comparison | { readonly anyOf: readonly Comparison[] };

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

function conditionOf(table: Table, where: readonly Condition[], words: Words): Statement {
  const parameters: Value[] = [];
  const textOf = (one: Comparison) => {
    if ("isOneOf" in one) return `${one.name} in (${one.isOneOf.join(", ")})`;
    const { type } = table.columns.find((column) => column.name === one.name)!;
    const number = parameters.push(words.given(type, one.value));
    return `${one.name} ${one.is} ${words.placeholder(number, type)}`;
  };
  const texts = where.map((one) =>
    "anyOf" in one ? `(${one.anyOf.map(textOf).join(" or ")})` : textOf(one)
  );
  return { sql: texts.length === 0 ? "" : ` where ${texts.join(" and ")}`, parameters };
}
