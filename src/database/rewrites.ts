import { apiSources, importedSources, namesOf, sharedSource } from "../model/sources.ts";
import type { Column, Table } from "../model/table.ts";

/**
 * What given readings may do to stored ones:
 * - `answer`: an API's word. It rewrites what the same source gave, buckets that were open, and imported
 *   values; of other rows it fills the NULLs
 * - `renewal`: an import. It rewrites what the same kind of import brought; of other rows it fills the NULLs
 * - `filling`: an import that only fills NULLs; its rows may name their own source and time of change
 */
export type Rank = "answer" | "renewal" | "filling";

/** How a dialect writes a value of the row that is there, one of the row given for it, and that two differ. */
export interface Spelling {
  old(name: string): string;
  given(name: string): string;
  /** NULL is a value like others. */
  differ(a: string, b: string): string;
}

/** True for a table whose rows say whether their bucket had ended. */
export function hasOpenBuckets(table: Table): boolean {
  return table.columns.some((one) => one.name === "is_complete");
}

/**
 * Whether a given row rewrites the stored one, and takes it over; any other only fills its NULLs. In SQL. `data`:
 * the columns that are given, the key apart.
 */
export function rewriteRule(
  table: Table,
  data: readonly Column[],
  { old, given }: Spelling,
  rank: Rank,
): string {
  if (rank === "filling") return "false";
  const sameSource = `${old("source")} = ${given("source")}`;
  if (rank === "renewal") return sameSource;
  const hasValue = data
    .filter(({ type, required }) => !required && (type === "real" || type === "integer"))
    .map(({ name }) => `${given(name)} is not null`);
  const rules = [isOwnedBy(old("source"), given("source"))];
  if (hasOpenBuckets(table)) rules.push(`${old("is_complete")} = 0`);
  // Where the server gives nothing, the imported value stays, and its source with it.
  if (hasValue.length > 0) rules.push(`(${wasImported(old)} and (${hasValue.join(" or ")}))`);
  return `(${rules.join(" or ")})`;
}

/** Columns of readings that say something about a row, not about the world. */
const aside = ["source", "updated_at", "extra", "local_time", "is_complete"];

/**
 * Whose a row is that an answer is saved to: the API's, and the import's too where a value stays that the API
 * has not sent. In SQL; `rewrites` is the rule above.
 */
export function sourceAfterAnswer(
  table: Table,
  data: readonly Column[],
  { old, given }: Spelling,
  rewrites: string,
): string {
  const isGiven = (name: string) => data.some((one) => one.name === name);
  const left = table.columns
    .filter(({ name }) => !table.key.includes(name) && !aside.includes(name))
    .map(({ name }) =>
      isGiven(name)
        ? `(${given(name)} is null and ${old(name)} is not null)`
        : `${old(name)} is not null`
    );
  const shared = importedSources.flatMap((imported) =>
    apiSources.map((api) =>
      `when ${given("source")} = '${api}' and ${old("source")} in (${listOf(namesOf(imported))}) ` +
      `then '${sharedSource(api, imported)}'`
    )
  );
  return `case when not ${rewrites} then ${old("source")} when not (${wasImported(old)}) then ${
    given("source")
  } when not (${left.join(" or ")}) then ${given("source")} ${shared.join(" ")} else ${
    given("source")
  } end`;
}

/** That a row is the given API's, alone or beside an import. In SQL. */
export function isOwnedBy(now: string, given: string): string {
  const shared = apiSources.map((api) =>
    `(${given} = '${api}' and ${now} in (${
      listOf(importedSources.map((one) => sharedSource(api, one)))
    }))`
  );
  return `(${now} = ${given} or ${shared.join(" or ")})`;
}

/** Whether the stored value that is rewritten is worth a revision: the server itself had sent it. In SQL. */
export function revisedRule(table: Table, { old }: Spelling): string {
  const wasAnswered = `not (${wasImported(old)})`;
  return hasOpenBuckets(table) ? `${old("is_complete")} = 1 and ${wasAnswered}` : wasAnswered;
}

/** True of rows that an import and an API share, too: which value is whose they do not say. */
function wasImported(old: Spelling["old"]): string {
  return `${old("source")} in (${listOf(importedSources.flatMap(namesOf))})`;
}

function listOf(names: readonly string[]): string {
  return names.map((one) => `'${one}'`).join(", ");
}
