import type { Column, Table } from "../../model/table.ts";
import { isSameValue } from "../same_value.ts";
import type { Revision } from "../database.ts";
import { hasOpenBuckets, isOwnedBy, type Rank, type Spelling } from "../rewrites.ts";
import type { RowBatch } from "../row_batch.ts";
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
import { exact, fewRows, insertRows, stored } from "./bulk/bulk.ts";
import type { MariadbSession } from "./driver.ts";

/** Keys of one statement that asks for old values. */
const keysPerStatement = 1000;

/**
 * The change-detecting bulk upsert, inside a transaction of the caller.
 *
 * Readings of a time of which nothing is stored are inserted as they are, which takes less time. Should another
 * process have put one of them there meanwhile, the server refuses the statement (`duplicateKey`), and
 * all is to be done again with `careful`.
 */
export async function upsert(
  session: MariadbSession,
  batch: RowBatch,
  options: UpsertOptions,
  careful: boolean,
): Promise<Written> {
  const { table, columns } = batch;
  const constants = constantsOf(table, columns, options);
  if (table.kind === "readings") {
    if (!careful && await noneStored(session, batch)) {
      return { ...await insertRows(session, batch, constants), revised: [] };
    }
    const revised = options.revisions ? await revisionsOf(session, batch, options.source) : [];
    const written = await insertRows(
      session,
      batch,
      constants,
      setReadings(table, columns, options.rank),
    );
    return { ...written, revised };
  }
  const written = await insertRows(session, batch, constants, setAttributes(table, columns));
  // By itself, because the server would count each row that was seen again as changed. Always, because
  // Spider counts a row that comes alone as inserted.
  const seen = "last_seen = greatest(last_seen, values(last_seen))";
  await insertRows(session, batch, constants, seen);
  return { ...written, revised: [] };
}

/**
 * Whether nothing is stored from the first to the last time of a batch; false too where it is not worth asking,
 * for few rows and for readings of several owners.
 */
async function noneStored(session: MariadbSession, batch: RowBatch): Promise<boolean> {
  if (batch.count < fewRows) return false;
  const [range, another] = batch.keyRanges();
  if (another) return false;
  const { table, owner, time } = batch;
  const equal = owner.map(({ name }) => `${name} = ? and `).join("");
  const [[some]] = await session.rows(
    `select exists (select 1 from ${table.name} where ${equal}${time.name} between ? and ?)`,
    [...range.owner.map(exact), stored(time.type, range.first), stored(time.type, range.last)],
  );
  return some === 0;
}

/** `updated_at` comes first, since each assignment sees what those before it have done. */
function setAttributes(table: Table, columns: readonly Column[]): string {
  const { set, differ } = attributeRules(table, columns, spelling);
  return [`updated_at = if(${differ}, values(updated_at), updated_at)`, ...set].join(",\n  ");
}

/**
 * Each assignment sees what those before it have done. So `updated_at`, which compares, comes first; then
 * `source`: once it is set, it says exactly where the row is rewritten.
 */
export function setReadings(
  table: Table,
  columns: readonly Column[],
  rank: Rank = "answer",
): string {
  const rules = readingRules(table, columns, spelling, rank);
  return [
    `updated_at = if(${rules.differ}, values(updated_at), updated_at)`,
    ...rules.setSource,
    ...rules.set(rank === "filling" ? "false" : isOwnedBy("source", "values(source)")),
  ].join(",\n  ");
}

const spelling: Spelling = {
  old: (name) => name,
  given: (name) => `values(${name})`,
  differ: (a, b) => `not (${a} <=> ${b})`,
};

/** The old values that a batch is about to rewrite; their rows stay locked until the transaction ends. */
async function revisionsOf(
  session: MariadbSession,
  batch: RowBatch,
  source: string,
): Promise<Revision[]> {
  const { table, columns, count } = batch;
  const withHistory = revisable(table, columns);
  const keyColumns = table.key.map((name) => columns.find((one) => one.name === name)!);
  const keyAt = keyColumns.map((one) => columns.indexOf(one));
  const dataAt = withHistory.map((one) => columns.indexOf(one));
  const statement = `select given.place, there.source, ${
    hasOpenBuckets(table) ? "there.is_complete" : "1"
  }, ${withHistory.map(({ name }) => `there.${name}`).join(", ")}
from json_table(?, '$[*]' columns (
  place for ordinality,
  ${keyColumns.map((one, at) => `key_${at} ${jsonTypes[one.type]} path '$[${at}]'`).join(",\n  ")}
)) as given
straight_join ${table.name} as there on ${
    keyColumns.map((one, at) =>
      `there.${one.name} = given.key_${at}${
        one.type === "text" ? ` collate ${session.binaryCollation}` : ""
      }`
    ).join(" and ")
  }
order by given.place
for update`;

  const revised: Revision[] = [];
  for (let from = 0; from < count; from += keysPerStatement) {
    const rows = batch.rows(from, from + keysPerStatement);
    const keys = rows.map((row) =>
      keyAt.map((at) => {
        const value = stored(columns[at].type, row[at]);
        return typeof value === "bigint" ? String(value) : value;
      })
    );
    const found = await session.rows(statement, [JSON.stringify(keys)]);
    for (const [place, oldSource, wasComplete, ...values] of found) {
      const row = rows[Number(place) - 1];
      // An open bucket is no revision when it fills, and another source revises nothing.
      if (oldSource !== source || wasComplete !== 1) continue;
      const old = values.map((before, number) => {
        const now = row[dataAt[number]];
        return now === null || before === null || isSameValue(before, now) ? null : before;
      });
      const revision = revisionOf(table, withHistory, [...keyAt.map((at) => row[at]), ...old]);
      if (revision) revised.push(revision);
    }
  }
  return revised;
}

const jsonTypes: Readonly<Record<Column["type"], string>> = {
  integer: "bigint",
  flag: "bigint",
  real: "double",
  text: "varchar(600) character set utf8mb4",
  instant: "datetime",
  local: "datetime",
  date: "date",
  json: "varchar(600) character set utf8mb4",
};

/** Writes whole rows as they are, inside a transaction of the caller; those that are there are replaced or kept. */
export async function writeRows(
  session: MariadbSession,
  batch: RowBatch,
  there: "replaced" | "kept",
): Promise<void> {
  const { table, columns } = batch;
  const set = there === "replaced"
    ? beyondKey(table, columns).map(({ name }) => `${name} = values(${name})`)
    : [`${table.key[0]} = ${table.name}.${table.key[0]}`];
  await insertRows(session, batch, [], set.join(",\n  "));
}
