import type { Column, Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import type { Revision } from "../database.ts";
import { firstRows, overlapping } from "../overlapping.ts";
import { dataColumns, type Rank, revisedRule, rewriteRule, type Sides } from "../rewrites.ts";
import type { RowBatch } from "../row_batch.ts";
import { kept, type Session } from "./driver.ts";
import { type GivenRows, givenRows, statementsOf } from "./given_rows.ts";
import { RowDigests } from "./row_digest.ts";

/** What writing a batch did; rows that are in neither were there already, with the same values. */
export interface Written {
  readonly inserted: number;
  readonly changed: number;
  readonly revised: readonly Revision[];
}

export interface UpsertOptions {
  readonly source: string;
  /** UTC text. */
  readonly fetchedAt: string;
  /** Hand over the old values of readings that changed. */
  readonly revisions: boolean;
  readonly rank: Rank;
}

/**
 * The change-detecting bulk upsert, inside a transaction of the caller. It asks first and writes what has to
 * be written: an `on conflict do update` would lock every row that is there, which is written to disk,
 * and could not tell inserted from changed rows in a partitioned table.
 *
 * Readings that are stored as they are given are not even sent. Those of a time of which nothing is stored are
 * inserted without looking for each key, which takes half the time. Should another process have put one
 * of them there meanwhile, the server refuses the statement (`duplicateKey`), and all is to be done
 * again with `careful`.
 */
export async function upsert(
  session: Session,
  batch: RowBatch,
  { source, fetchedAt, revisions, rank }: UpsertOptions,
  careful = false,
): Promise<Written> {
  const { table, columns, count } = batch;
  if (count === 0) return { inserted: 0, changed: 0, revised: [] };
  const constants = constantsOf(table, source, fetchedAt)
    .filter(({ column }) => !columns.some((one) => one.name === column.name));
  const given = givenRows(batch, constants);
  const isReadings = table.kind === "readings";
  // Of rows that name their source themselves no one source can be hashed.
  const namesSource = columns.some((one) => one.name === "source");
  const digests = isReadings && !careful && !namesSource ? new RowDigests(batch, source) : null;
  const change = isReadings ? changeReadings : changeAttributes;
  // One question instead of one for each statement; where there is one statement, its own tells it.
  const allNew = digests !== null && count > firstRows && await digests.noneStored(session);

  const written = await overlapping(statementsOf(count, async (from, to) => {
    const stored = allNew ? "none" : await digests?.stored(session, from, to);
    if (stored === "same") return { inserted: 0, changed: 0, revised: [] };
    const some = given(batch.rows(from, to));
    const onConflict = stored === "none"
      ? ""
      : `\non conflict (${table.key.join(", ")}) do nothing`;
    const inserted = await session.run(insertion(table, some) + onConflict, some.parameters, kept);
    return inserted === some.count
      ? { inserted, changed: 0, revised: [] }
      : { inserted, ...await change(session, table, columns, some, { revisions, rank }) };
  }));
  return {
    inserted: written.reduce((sum, one) => sum + one.inserted, 0),
    changed: written.reduce((sum, one) => sum + one.changed, 0),
    revised: written.flatMap((one) => one.revised),
  };
}

function constantsOf(table: Table, source: string, fetchedAt: string) {
  const values: [string, Value][] = table.kind === "readings"
    ? [["source", source], ["updated_at", fetchedAt]]
    : [["last_seen", fetchedAt], ["updated_at", fetchedAt]];
  return values.map(([name, value]) => ({
    column: factsOf(table.name).columns.find((one) => one.name === name)!,
    value,
  }));
}

function insertion(table: Table, { names, sql }: GivenRows): string {
  return `insert into ${table.name} (${names.join(", ")})\n  ${sql}`;
}

type Change = (
  session: Session,
  table: Table,
  columns: readonly Column[],
  given: GivenRows,
  how: { readonly revisions: boolean; readonly rank: Rank },
) => Promise<{ changed: number; revised: readonly Revision[] }>;

/**
 * A given column follows the server, NULL included unless it keeps what is known; `updated_at` moves only
 * when a value differs, `last_seen` with every row given.
 */
const changeAttributes: Change = async (session, table, columns, given) => {
  const data = dataColumns(table, columns);
  const now = ({ name, keep }: Column) =>
    keep === "known" ? `coalesce(given.${name}, ${table.name}.${name})` : `given.${name}`;
  const set = [...data.map((one) => `${one.name} = ${now(one)}`), "updated_at = given.updated_at"];
  const seen = `last_seen = greatest(${table.name}.last_seen, given.last_seen)`;
  const changed = data.length === 0 ? 0 : await session.run(
    `update ${table.name} set\n  ${[...set, seen].join(",\n  ")}
from (${given.sql}) as given
where ${sameKey(table, table.name)}
  and ${anyOf(data.map((one) => `${now(one)} is distinct from ${table.name}.${one.name}`))}`,
    given.parameters,
  );
  await session.run(
    `update ${table.name} set last_seen = given.last_seen
from (${given.sql}) as given
where ${sameKey(table, table.name)} and given.last_seen > ${table.name}.last_seen`,
    given.parameters,
  );
  return { changed, revised: [] };
};

const changeReadings: Change = async (session, table, columns, given, { revisions, rank }) => {
  const found = `(${given.sql}) as given
where ${sameKey(table, table.name)}
  and ${readingsDiffer(table, columns, "given", rank)}`;
  const revised = revisions ? await revisedBy(session, table, columns, found, given) : [];
  const changed = await session.run(
    `update ${table.name} set\n  ${readingsSet(table, columns, "given", rank).join(",\n  ")}
from ${found}`,
    given.parameters,
  );
  return { changed, revised };
};

/** The old values that an update of the rows found will replace. */
async function revisedBy(
  session: Session,
  table: Table,
  columns: readonly Column[],
  found: string,
  { parameters }: GivenRows,
): Promise<Revision[]> {
  const old = (name: string) => `${table.name}.${name}`;
  const names = revisable(table, columns);
  const sides = sidesOf(table, "given");
  const rewrites = `${rewriteRule(table, columns, sides, "answer")} and ${
    revisedRule(table, sides)
  }`;
  const oldValues = names.map((name) =>
    `case when ${rewrites} and given.${name} <> ${old(name)} then ${old(name)} end`
  );
  const rows = await session.rows(
    `select ${[...table.key.map(old), ...oldValues].join(", ")}
from ${table.name}, ${found}
order by ${table.key.map(old).join(", ")}`,
    parameters,
  );
  return rows.map((row) => revisionOf(table, names, row))
    .filter((one) => Object.keys(one.old).length > 0);
}

/**
 * The assignments of an update, `given` being the name of the new row:
 * - A NULL never erases a value.
 * - Which rows are rewritten, and change hands, `rewriteRule` says. Of any other row the NULLs alone are filled.
 * - A column that keeps its first value is only ever filled.
 */
export function readingsSet(
  table: Table,
  columns: readonly Column[],
  given: string,
  rank: Rank = "answer",
): string[] {
  const old = (name: string) => `${table.name}.${name}`;
  const rewrites = rewriteRule(table, columns, sidesOf(table, given), rank);
  const set = dataColumns(table, columns).map(({ name, keep }) => {
    const filled = `coalesce(${old(name)}, ${given}.${name})`;
    return keep === "first"
      ? `${name} = ${filled}`
      : `${name} = case when ${rewrites} then coalesce(${given}.${name}, ${
        old(name)
      }) else ${filled} end`;
  });
  if (rank === "answer") {
    set.push(`source = case when ${rewrites} then ${given}.source else ${old("source")} end`);
  }
  set.push(`updated_at = ${given}.updated_at`);
  return set;
}

/** Whether those assignments would change anything. */
export function readingsDiffer(
  table: Table,
  columns: readonly Column[],
  given: string,
  rank: Rank = "answer",
): string {
  const data = dataColumns(table, columns);
  const old = (name: string) => `${table.name}.${name}`;
  const fills = (name: string) => `(${old(name)} is null and ${given}.${name} is not null)`;
  // Whatever <> tells of NULL, a NULL that comes later changes nothing.
  const rewritten = data.map(({ name, keep }) =>
    keep === "first"
      ? fills(name)
      : `(${given}.${name} is not null and ${given}.${name} is distinct from ${old(name)})`
  );
  if (rank === "answer") rewritten.push(`${given}.source <> ${old("source")}`);
  const filled = data.map(({ name }) => fills(name));
  return `case when ${rewriteRule(table, columns, sidesOf(table, given), rank)}
    then ${anyOf(rewritten)}
    else ${anyOf(filled)}
  end`;
}

function sidesOf(table: Table, given: string): Sides {
  return { old: (name) => `${table.name}.${name}`, given: (name) => `${given}.${name}` };
}

function sameKey(table: Table, alias: string): string {
  return table.key.map((name) => `${alias}.${name} = given.${name}`).join(" and ");
}

/** The columns whose old values are worth keeping; what is kept from the first is never revised. */
function revisable(table: Table, columns: readonly Column[]): string[] {
  return dataColumns(table, columns).filter((one) => one.keep !== "first").map((one) => one.name);
}

/** Old values stand after the key in the order of the columns, NULL where nothing was revised. */
function revisionOf(table: Table, names: readonly string[], row: readonly Value[]): Revision {
  const old = row.slice(table.key.length);
  return {
    table: table.name,
    key: row.slice(0, table.key.length),
    old: Object.fromEntries(
      names.map((name, at) => [name, old[at]] as const).filter(([, value]) => value !== null),
    ),
  };
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "false" : `(${conditions.join(" or ")})`;
}
