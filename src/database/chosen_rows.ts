import type { Column, Table, Value } from "../model/table.ts";

/** Which rows of a table: those with these values, and where a range is given, with both ends in it. */
export interface Chosen {
  readonly equal: Readonly<Record<string, Value>>;
  readonly between?: { readonly name: string; readonly first: Value; readonly last: Value };
}

/** A statement and its parameters in order, each with the column that it is compared with. */
export interface ChosenStatement {
  readonly sql: string;
  readonly parameters: readonly { readonly column: Column; readonly value: Value }[];
}

/** How a dialect writes the parameter with this number, counted from 1. */
export type Placeholder = (number: number, column: Column) => string;

/** Asks for some columns in key order; each combination once where the key is not among them. */
export function selection(
  table: Table,
  names: readonly string[],
  chosen: Chosen,
  placeholder?: Placeholder,
): ChosenStatement {
  const key = table.key.filter((name) => names.includes(name));
  const distinct = key.length < table.key.length ? "distinct " : "";
  const order = key.length > 0 ? ` order by ${key.join(", ")}` : "";
  const { sql, parameters } = condition(table, chosen, placeholder);
  return {
    sql: `select ${distinct}${names.join(", ")} from ${table.name} where ${sql}${order}`,
    parameters,
  };
}

/** Deletes rows. */
export function removal(table: Table, chosen: Chosen, placeholder?: Placeholder): ChosenStatement {
  const { sql, parameters } = condition(table, chosen, placeholder);
  return { sql: `delete from ${table.name} where ${sql}`, parameters };
}

/** The facts of some columns, in the order of their names. */
export function columnsOf(table: Table, names: readonly string[]): Column[] {
  return names.map((name) => table.columns.find((one) => one.name === name)!);
}

function condition(
  table: Table,
  { equal, between }: Chosen,
  placeholder: Placeholder = () => "?",
): ChosenStatement {
  const parameters: { column: Column; value: Value }[] = [];
  const parameter = (name: string, value: Value) => {
    const [column] = columnsOf(table, [name]);
    parameters.push({ column, value });
    return placeholder(parameters.length, column);
  };
  const conditions = Object.entries(equal).map(([name, value]) =>
    `${name} = ${parameter(name, value)}`
  );
  if (between) {
    const { name, first, last } = between;
    conditions.push(`${name} between ${parameter(name, first)} and ${parameter(name, last)}`);
  }
  return { sql: conditions.join(" and "), parameters };
}
