import type { Column, Table, Value } from "../../model/table.ts";
import { isSameValue } from "../checksum.ts";
import type { Revision } from "../database.ts";
import { dataColumns, hasOpenBuckets, type Rank, rewriteRule } from "../rewrites.ts";
import type { RowBatch } from "../row_batch.ts";
import type { Session, Written } from "./driver.ts";
import { exact, fewRows, insertRows, stored } from "./insert.ts";

/** Keys of one statement that asks for old values. */
const keysPerStatement = 1000;

export interface UpsertOptions {
  readonly source: string;
  /** UTC text. */
  readonly fetchedAt: string;
  /** Hand over the old values of readings that changed. */
  readonly revisions: boolean;
  readonly rank: Rank;
}

/**
 * The change-detecting bulk upsert, inside a transaction of the caller.
 *
 * Readings of a time of which nothing is stored are inserted as they are, which takes less time. Should another
 * process have put one of them there meanwhile, the server refuses the statement (`duplicateKey`), and
 * all is to be done again with `careful`.
 */
export async function upsert(
  session: Session,
  batch: RowBatch,
  { source, fetchedAt, revisions, rank }: UpsertOptions,
  careful = false,
): Promise<Written & { readonly revised: readonly Revision[] }> {
  const { table, columns } = batch;
  if (table.kind === "readings") {
    const constants = ([["source", source], ["updated_at", fetchedAt]] as const)
      .filter(([name]) => !columns.some((one) => one.name === name));
    if (!careful && await noneStored(session, batch)) {
      return { ...await insertRows(session, batch, constants), revised: [] };
    }
    const revised = revisions ? await revisionsOf(session, batch, source) : [];
    const written = await insertRows(session, batch, constants, setReadings(table, columns, rank));
    return { ...written, revised };
  }
  const constants = [["last_seen", fetchedAt], ["updated_at", fetchedAt]] as const;
  const written = await insertRows(session, batch, constants, setAttributes(table, columns));
  // By itself, because the server would count each row that was seen again as changed. Always, because
  // Spider counts a row that comes alone as inserted.
  const seen = "last_seen = greatest(last_seen, values(last_seen))";
  await insertRows(session, batch, constants, seen);
  return { ...written, revised: [] };
}

/**
 * Whether nothing is stored from the first to the last time of a batch; false too where it is not worth asking,
 * for few rows and for several series.
 */
async function noneStored(session: Session, batch: RowBatch): Promise<boolean> {
  if (batch.count < fewRows) return false;
  const [span, another] = batch.spans();
  if (another) return false;
  const { table, series, time } = batch;
  const equal = series.map(({ name }) => `${name} = ? and `).join("");
  const [[some]] = await session.rows(
    `select exists (select 1 from ${table.name} where ${equal}${time.name} between ? and ?)`,
    [...span.series.map(exact), stored(time, span.first), stored(time, span.last)],
  );
  return some === 0;
}

/**
 * A given column follows the server, NULL included unless it keeps what is known; `updated_at` moves only
 * when a value differs. It comes first, since each assignment sees what those before it have done.
 */
function setAttributes(table: Table, columns: readonly Column[]): string {
  const data = dataColumns(table, columns);
  const now = ({ name, keep }: Column) =>
    keep === "known" ? `coalesce(values(${name}), ${name})` : `values(${name})`;
  const differs = anyOf(data.map((one) => `not (${now(one)} <=> ${one.name})`));
  return [
    `updated_at = if(${differs}, values(updated_at), updated_at)`,
    ...data.map((one) => `${one.name} = ${now(one)}`),
  ].join(",\n  ");
}

/**
 * What happens to a row that is there:
 * - A NULL never erases a value.
 * - Which rows are rewritten, and change hands, `rewriteRule` says. Of any other row the NULLs alone are filled.
 * - A column that keeps its first value is only ever filled.
 *
 * Each assignment sees what those before it have done. So `updated_at`, which compares, comes first; then
 * `source`: once it is set, it is that of the new row exactly where the row is rewritten.
 */
export function setReadings(
  table: Table,
  columns: readonly Column[],
  rank: Rank = "answer",
): string {
  const data = dataColumns(table, columns);
  const rewritten = (name: string) => `coalesce(values(${name}), ${name})`;
  const filled = (name: string) => `coalesce(${name}, values(${name}))`;
  const fills = (name: string) => `(${name} is null and values(${name}) is not null)`;
  const takesOver = rank === "answer";
  const sides = { old: (name: string) => name, given: (name: string) => `values(${name})` };
  const rewrites = rewriteRule(table, columns, sides, rank);

  const changesWhenRewritten = data.map(({ name, keep }) =>
    keep === "first" ? fills(name) : `not (${rewritten(name)} <=> ${name})`
  );
  if (takesOver) changesWhenRewritten.push("source <> values(source)");
  const changesWhenFilled = data.map(({ name }) => fills(name));
  const differs = `if(${rewrites},
    ${anyOf(changesWhenRewritten)},
    ${anyOf(changesWhenFilled)}
  )`;

  const set = [`updated_at = if(${differs}, values(updated_at), updated_at)`];
  if (takesOver) set.push(`source = if(${rewrites}, values(source), source)`);
  for (const { name, keep } of data) {
    set.push(
      keep === "first" || rank === "filling"
        ? `${name} = ${filled(name)}`
        : `${name} = if(source = values(source), ${rewritten(name)}, ${filled(name)})`,
    );
  }
  return set.join(",\n  ");
}

/** The old values that a batch is about to rewrite; their rows stay locked until the transaction ends. */
async function revisionsOf(
  session: Session,
  batch: RowBatch,
  source: string,
): Promise<Revision[]> {
  const { table, columns, count } = batch;
  // What is kept from the first is never revised.
  const revisable = dataColumns(table, columns).filter((one) => one.keep !== "first");
  const keyColumns = table.key.map((name) => columns.find((one) => one.name === name)!);
  const keyAt = keyColumns.map((one) => columns.indexOf(one));
  const dataAt = revisable.map((one) => columns.indexOf(one));
  const takesOver = hasOpenBuckets(table);
  const statement = `select given.place, there.source, ${takesOver ? "there.is_complete" : "1"}, ${
    revisable.map(({ name }) => `there.${name}`).join(", ")
  }
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
        const value = stored(columns[at], row[at]);
        return typeof value === "bigint" ? String(value) : value;
      })
    );
    const found = await session.rows(statement, [JSON.stringify(keys)]);
    for (const [place, oldSource, wasComplete, ...values] of found) {
      const row = rows[Number(place) - 1];
      // An open bucket is no revision when it fills, and another source revises nothing.
      if (oldSource !== source || wasComplete !== 1) continue;
      const old: Record<string, Value> = {};
      for (const [number, column] of revisable.entries()) {
        const [before, now] = [told(column, values[number]), row[dataAt[number]]];
        if (before !== null && now !== null && !isSameValue(before, now)) {
          old[column.name] = before;
        }
      }
      if (Object.keys(old).length === 0) continue;
      revised.push({ table: table.name, key: keyAt.map((at) => row[at]), old });
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

/** A value of the server as the program knows it: an instant with its Z. */
export function told({ type }: Column, value: Value): Value {
  return type === "instant" && typeof value === "string" ? `${value}Z` : value;
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "false" : `(${conditions.join(" or ")})`;
}
