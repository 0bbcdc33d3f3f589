import type { Column, Table, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import type { Revision } from "./database.ts";
import {
  type Rank,
  revisedRule,
  rewriteRule,
  sourceAfterAnswer,
  type Spelling,
} from "./rewrites.ts";

/** What is said of all rows of an upsert. */
export interface UpsertOptions {
  readonly source: string;
  /** UTC text. */
  readonly fetchedAt: string;
  /** Hand over the old values of readings that changed. */
  readonly revisions: boolean;
  readonly rank: Rank;
}

/** What writing a batch did; rows that are in neither were there already, with the same values. */
export interface Written {
  readonly inserted: number;
  readonly changed: number;
  readonly revised: readonly Revision[];
}

/** A column that has the same value in all rows and stands in no row of the batch. */
export interface Constant {
  readonly column: Column;
  readonly value: Value;
}

/** The names of the columns that saving fills by itself, but for those that the rows bring. */
export function constantNames(table: Table, columns: readonly Column[]): string[] {
  return [table.kind === "readings" ? "source" : "last_seen", "updated_at"]
    .filter((name) => !columns.some((one) => one.name === name));
}

/** Those columns, with their values. */
export function constantsOf(
  table: Table,
  columns: readonly Column[],
  { source, fetchedAt }: UpsertOptions,
): Constant[] {
  return constantNames(table, columns).map((name) => ({
    column: factsOf(table.name).columns.find((one) => one.name === name)!,
    value: name === "source" ? source : fetchedAt,
  }));
}

/** Columns that a row of a filling import may bring, and that are written only where it is inserted. */
const ofTheRow = ["source", "updated_at"];

/** The columns that are given and not of the key. */
export function beyondKey(table: Table, columns: readonly Column[]): Column[] {
  return columns.filter((one) => !table.key.includes(one.name));
}

/** The columns that are compared and set where the row is there. */
export function dataColumns(table: Table, columns: readonly Column[]): Column[] {
  return beyondKey(table, columns).filter((one) => !ofTheRow.includes(one.name));
}

/** Those whose old values are worth keeping; what is kept from the first is never revised. */
export function revisable(table: Table, columns: readonly Column[]): Column[] {
  return dataColumns(table, columns).filter((one) => one.keep !== "first");
}

/** From a key and the old values of columns, NULL where nothing was revised; null: nowhere. */
export function revisionOf(
  { name: table, key: { length } }: Table,
  columns: readonly Column[],
  values: readonly Value[],
): Revision | null {
  const old = columns.map(({ name }, at) => [name, values[length + at]])
    .filter(([, value]) => value !== null);
  return old.length === 0
    ? null
    : { table, key: values.slice(0, length), old: Object.fromEntries(old) };
}

/**
 * What an upsert does with attributes that are there: a given column follows the server, NULL included unless it
 * keeps what is known. `last_seen` moves with every row given, `updated_at` only when a value differs.
 */
export function attributeRules(table: Table, columns: readonly Column[], spelling: Spelling) {
  const { old, given, differ } = spelling;
  const now = ({ name, keep }: Column) =>
    keep === "known" ? `coalesce(${given(name)}, ${old(name)})` : given(name);
  const data = dataColumns(table, columns);
  return {
    set: data.map((one) => `${one.name} = ${now(one)}`),
    differ: anyOf(data.map((one) => differ(now(one), old(one.name)))),
  };
}

/**
 * What an upsert does with readings that are there:
 * - A NULL never erases a value.
 * - Which rows are rewritten, and change hands, `rewriteRule` says. Of any other row the NULLs alone are filled.
 * - A column that keeps its first value is only ever filled.
 */
export function readingRules(
  table: Table,
  columns: readonly Column[],
  spelling: Spelling,
  rank: Rank = "answer",
) {
  const { old, given, differ } = spelling;
  const data = dataColumns(table, columns);
  const changesHands = rank === "answer";
  const rewrites = rewriteRule(table, data, spelling, rank);
  const fills = (name: string) => `(${old(name)} is null and ${given(name)} is not null)`;
  const changes = (name: string) =>
    `(${given(name)} is not null and ${differ(given(name), old(name))})`;
  const rewritten = data.map(({ name, keep }) => keep === "first" ? fills(name) : changes(name));
  const source = changesHands ? sourceAfterAnswer(table, data, spelling, rewrites) : "";
  if (changesHands) rewritten.push(`${source} <> ${old("source")}`);
  const isRevised = `${rewrites} and ${revisedRule(table, spelling)}`;
  return {
    /** Assignments of the data; where the row is rewritten, in the words of the rule or in others. */
    set: (whenRewritten = rewrites) =>
      data.map(({ name, keep }) => {
        const filled = `coalesce(${old(name)}, ${given(name)})`;
        return keep === "first"
          ? `${name} = ${filled}`
          : `${name} = case when ${whenRewritten} then coalesce(${given(name)}, ${old(name)}) ` +
            `else ${filled} end`;
      }),
    /** The assignment by which a row changes hands, where one can. */
    setSource: changesHands ? [`source = ${source}`] : [],
    /** Whether those assignments would change anything. */
    differ: `case when ${rewrites}
    then ${anyOf(rewritten)}
    else ${anyOf(data.map(({ name }) => fills(name)))}
  end`,
    /** The values that will be replaced, NULL where that is no revision: those of `revisable` columns. */
    revised: revisable(table, columns).map(({ name }) =>
      `case when ${isRevised} and ${given(name)} <> ${old(name)} then ${old(name)} end`
    ),
  };
}

/** One of the conditions is enough. */
function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "false" : `(${conditions.join(" or ")})`;
}
