import type { Column, Table } from "../../model/table.ts";
import type { Revision } from "../database.ts";
import type { RowBatch } from "../row_batch.ts";
import { kept } from "../session.ts";
import {
  anyOf,
  constantsOf,
  dataColumns,
  hasOpenBuckets,
  revisable,
  revisionOf,
  type UpsertOptions,
  type Written,
} from "../upsert_rules.ts";
import { type GivenRows, inBulk } from "./bulk/bulk.ts";
import type { PostgresSession } from "./driver.ts";

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
  session: PostgresSession,
  batch: RowBatch,
  options: UpsertOptions,
  careful: boolean,
): Promise<Written> {
  const { table, columns } = batch;
  const isReadings = table.kind === "readings";
  const change = isReadings ? changeReadings : changeAttributes;
  const constants = constantsOf(table, options);
  const source = isReadings && !careful ? options.source : null;
  const written = await inBulk(session, batch, { constants, source }, async (given, noneStored) => {
    const onConflict = noneStored ? "" : `\non conflict (${table.key.join(", ")}) do nothing`;
    const statement = insertion(table, given) + onConflict;
    const inserted = await session.run(statement, given.parameters, kept);
    return inserted === given.count
      ? { inserted, changed: 0, revised: [] }
      : { inserted, ...await change(session, table, columns, given, options.revisions) };
  });
  return {
    inserted: written.reduce((sum, one) => sum + one.inserted, 0),
    changed: written.reduce((sum, one) => sum + one.changed, 0),
    revised: written.flatMap((one) => one.revised),
  };
}

/** Writes whole rows as they are, inside a transaction of the caller; those that are there are replaced or kept. */
export async function writeRows(
  session: PostgresSession,
  batch: RowBatch,
  there: "replaced" | "kept",
): Promise<void> {
  const { table, columns } = batch;
  const set = dataColumns(table, columns).map(({ name }) => `${name} = excluded.${name}`);
  await inBulk(session, batch, {}, (given) =>
    session.run(
      `${insertion(table, given)}
on conflict (${table.key.join(", ")}) do ${
        there === "kept" ? "nothing" : `update set\n  ${set.join(",\n  ")}`
      }`,
      given.parameters,
      kept,
    ));
}

function insertion(table: Table, { names, sql }: GivenRows): string {
  return `insert into ${table.name} (${names.join(", ")})\n  ${sql}`;
}

type Change = (
  session: PostgresSession,
  table: Table,
  columns: readonly Column[],
  given: GivenRows,
  revisions: boolean,
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

const changeReadings: Change = async (session, table, columns, given, revisions) => {
  const found = `(${given.sql}) as given
where ${sameKey(table, table.name)}
  and ${readingsDiffer(table, columns, "given")}`;
  const revised = revisions ? await revisedBy(session, table, columns, found, given) : [];
  const changed = await session.run(
    `update ${table.name} set\n  ${readingsSet(table, columns, "given").join(",\n  ")}
from ${found}`,
    given.parameters,
  );
  return { changed, revised };
};

/** The old values that an update of the rows found will replace. */
async function revisedBy(
  session: PostgresSession,
  table: Table,
  columns: readonly Column[],
  found: string,
  { parameters }: GivenRows,
): Promise<Revision[]> {
  const old = (name: string) => `${table.name}.${name}`;
  const kept = revisable(table, columns);
  const rewrites = rewritesOf(table, table.name, "given") +
    (hasOpenBuckets(table) ? ` and ${old("is_complete")} = 1` : "");
  const oldValues = kept.map(({ name }) =>
    `case when ${rewrites} and given.${name} <> ${old(name)} then ${old(name)} end`
  );
  const rows = await session.rows(
    `select ${[...table.key.map(old), ...oldValues].join(", ")}
from ${table.name}, ${found}
order by ${table.key.map(old).join(", ")}`,
    parameters,
  );
  const place = table.key.length;
  return rows.flatMap((row) =>
    revisionOf(table.name, row.slice(0, place), kept, row.slice(place)) ?? []
  );
}

/**
 * The assignments of an update, `given` being the name of the new row:
 * - A NULL never erases a value.
 * - A row of the same source is rewritten; so is one whose bucket was still open, and it changes hands.
 *   Of any other row another source fills the NULLs alone.
 * - A column that keeps its first value is only ever filled.
 */
export function readingsSet(table: Table, columns: readonly Column[], given: string): string[] {
  const old = (name: string) => `${table.name}.${name}`;
  const rewrites = rewritesOf(table, table.name, given);
  const set = dataColumns(table, columns).map(({ name, keep }) => {
    const filled = `coalesce(${old(name)}, ${given}.${name})`;
    return keep === "first"
      ? `${name} = ${filled}`
      : `${name} = case when ${rewrites} then coalesce(${given}.${name}, ${
        old(name)
      }) else ${filled} end`;
  });
  if (hasOpenBuckets(table)) {
    set.push(`source = case when ${rewrites} then ${given}.source else ${old("source")} end`);
  }
  set.push(`updated_at = ${given}.updated_at`);
  return set;
}

/** Whether those assignments would change anything. */
export function readingsDiffer(table: Table, columns: readonly Column[], given: string): string {
  const data = dataColumns(table, columns);
  const old = (name: string) => `${table.name}.${name}`;
  const fills = (name: string) => `(${old(name)} is null and ${given}.${name} is not null)`;
  // Whatever <> tells of NULL, a NULL that comes later changes nothing.
  const rewritten = data.map(({ name, keep }) =>
    keep === "first"
      ? fills(name)
      : `(${given}.${name} is not null and ${given}.${name} is distinct from ${old(name)})`
  );
  if (hasOpenBuckets(table)) rewritten.push(`${given}.source <> ${old("source")}`);
  const filled = data.map(({ name }) => fills(name));
  return `case when ${rewritesOf(table, table.name, given)}
    then ${anyOf(rewritten)}
    else ${anyOf(filled)}
  end`;
}

function rewritesOf(table: Table, old: string, given: string): string {
  const sameSource = `${old}.source = ${given}.source`;
  return hasOpenBuckets(table) ? `(${sameSource} or ${old}.is_complete = 0)` : sameSource;
}

function sameKey(table: Table, alias: string): string {
  return table.key.map((name) => `${alias}.${name} = given.${name}`).join(" and ");
}
