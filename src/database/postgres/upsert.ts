import type { Column, Table } from "../../model/table.ts";
import type { Revision } from "../database.ts";
import type { Spelling } from "../rewrites.ts";
import type { RowBatch } from "../row_batch.ts";
import { planOnce } from "../session.ts";
import {
  attributeRules,
  beyondKey,
  constantsOf,
  readingRules,
  revisable,
  revisionOf,
  type UpsertOptions,
  type Written,
} from "../upsert_rules.ts";
import { type GivenRows, inBulk } from "./bulk/bulk.ts";
import type { PostgresSession } from "./driver.ts";

/**
 * The change-detecting bulk upsert, inside a transaction of the caller. It asks first and writes what has to be
 * written: an `on conflict do update` would lock every row that is there, which is written to disk, and could
 * not distinguish inserted from changed rows in a partitioned table.
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
  const constants = constantsOf(table, columns, options);
  // Rows that name their own sources have no single one to hash.
  const namesSource = columns.some((one) => one.name === "source");
  const source = isReadings && !careful && !namesSource ? options.source : null;
  const written = await inBulk(session, batch, { constants, source }, async (given, noneStored) => {
    const onConflict = noneStored ? "" : `\non conflict (${table.key.join(", ")}) do nothing`;
    const statement = insertion(table, given) + onConflict;
    const inserted = await session.run(statement, given.parameters, planOnce);
    return inserted === given.count
      ? { inserted, changed: 0, revised: [] }
      : { inserted, ...await change(session, table, columns, given, options) };
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
  const set = beyondKey(table, columns).map(({ name }) => `${name} = excluded.${name}`);
  await inBulk(session, batch, {}, (given) =>
    session.run(
      `${insertion(table, given)}
on conflict (${table.key.join(", ")}) do ${
        there === "kept" ? "nothing" : `update set\n  ${set.join(",\n  ")}`
      }`,
      given.parameters,
      planOnce,
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
  options: Pick<UpsertOptions, "revisions" | "rank">,
) => Promise<{ changed: number; revised: readonly Revision[] }>;

const changeAttributes: Change = async (session, table, columns, { sql, parameters }) => {
  const { set, differ } = attributeRules(table, columns, spellingFor(table));
  const from = `from (${sql}) as given\nwhere ${sameKey(table)}`;
  const seen = `last_seen = greatest(${table.name}.last_seen, given.last_seen)`;
  const changed = set.length === 0 ? 0 : await session.run(
    `update ${table.name} set
  ${[...set, "updated_at = given.updated_at", seen].join(",\n  ")}
${from} and ${differ}`,
    parameters,
  );
  await session.run(
    `update ${table.name} set last_seen = given.last_seen
${from} and given.last_seen > ${table.name}.last_seen`,
    parameters,
  );
  return { changed, revised: [] };
};

const changeReadings: Change = async (
  session,
  table,
  columns,
  { sql, parameters },
  { revisions, rank },
) => {
  const rules = readingRules(table, columns, spellingFor(table), rank);
  const found = `(${sql}) as given\nwhere ${sameKey(table)}\n  and ${rules.differ}`;
  const key = table.key.map((name) => `${table.name}.${name}`);
  const rows = !revisions ? [] : await session.rows(
    `select ${[...key, ...rules.revised].join(", ")}
from ${table.name}, ${found}
order by ${key.join(", ")}`,
    parameters,
  );
  const changed = await session.run(
    `update ${table.name} set
  ${[...rules.set(), ...rules.setSource, "updated_at = given.updated_at"].join(",\n  ")}
from ${found}`,
    parameters,
  );
  const withHistory = revisable(table, columns);
  const revised = rows.flatMap((row) => revisionOf(table, withHistory, row) ?? []);
  return { changed, revised };
};

function spellingFor({ name: table }: Table): Spelling {
  return {
    old: (name) => `${table}.${name}`,
    given: (name) => `given.${name}`,
    differ: (a, b) => `${a} is distinct from ${b}`,
  };
}

function sameKey({ name, key }: Table): string {
  return key.map((column) => `${name}.${column} = given.${column}`).join(" and ");
}
