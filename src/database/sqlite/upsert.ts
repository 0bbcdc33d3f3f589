import type { SQLInputValue } from "node:sqlite";
import type { Column, Table, Value } from "../../model/table.ts";
import type { Revision } from "../database.ts";
import { dataColumns, type Rank, revisedRule, rewriteRule } from "../rewrites.ts";
import type { RowBatch } from "../row_batch.ts";
import { type Connection, numberWhereSafe } from "./driver.ts";

/** Rows of one statement: more gain nothing, fewer cost (a tenth: a fifth of the speed). */
const rowsPerStatement = 100;

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

/** Writes batches on one connection, inside a transaction of the caller. */
export type Upsert = (batch: RowBatch, options: UpsertOptions) => Written;

/**
 * The change-detecting bulk upsert. SQLite counts inserted and changed rows together, so functions of
 * ours stand in the SET clause, which runs for changed rows alone: they count, and see the old values.
 */
export function upsertOn(connection: Connection): Upsert {
  let changed = 0;
  let seen = 0;
  let revised: Revision[] = [];
  let shape: RevisionShape = { table: "sites", key: [], columns: [] };
  const { database } = connection;
  database.function("seh_changed", (updatedAt: unknown) => {
    changed++;
    return updatedAt as string;
  });
  database.function("seh_seen", (updatedAt: unknown) => {
    seen++;
    return updatedAt as string;
  });
  database.function(
    "seh_revised",
    { varargs: true, useBigIntArguments: true },
    (updatedAt: unknown, ...values: unknown[]) => {
      changed++;
      const revision = revisionOf(shape, (values as Value[]).map(numberWhereSafe));
      if (Object.keys(revision.old).length > 0) revised.push(revision);
      return updatedAt as string;
    },
  );

  return (batch, options) => {
    const { table, columns, count } = batch;
    changed = seen = 0;
    revised = [];
    const keepsRevisions = options.revisions && table.kind === "readings";
    shape = { table: table.name, key: table.key, columns: revisable(table, columns) };
    const sql = (shape: StatementShape) =>
      upsertStatement(table, columns, shape, keepsRevisions, options.rank);
    const constants = constantNames(table, columns)
      .map((name) => name === "source" ? options.source : options.fetchedAt);

    let touched = 0;
    let at = 0;
    if (count >= rowsPerStatement) {
      const varying = batch.varying();
      const statement = connection.statement(sql({ rows: rowsPerStatement, varying }));
      const parameters: SQLInputValue[] = [
        ...batch.rows(0, 1)[0].filter((_, column) => !varying.includes(column)),
        ...constants,
      ];
      const first = parameters.length;
      for (; at + rowsPerStatement <= count; at += rowsPerStatement) {
        let next = first;
        for (const row of batch.rows(at, at + rowsPerStatement)) {
          for (const column of varying) parameters[next++] = row[column];
        }
        touched += Number(statement.run(...parameters).changes);
      }
    }
    const all = columns.map((_, column) => column);
    const statement = connection.statement(sql({ rows: 1, varying: all }));
    for (const row of batch.rows(at)) {
      touched += Number(statement.run(...constants, ...row).changes);
    }
    return { inserted: touched - changed - seen, changed, revised };
  };
}

/** How the values of a statement are laid out. */
export interface StatementShape {
  readonly rows: number;
  /** Positions of the columns that are given for each row; the others are given once, before them. */
  readonly varying: readonly number[];
}

/**
 * The text of the upsert. What is the same in all rows (site, length of the bucket, source …) is bound
 * once, since binding costs. Only that has numbered parameters: a statement with many numbered ones
 * binds them in quadratic time. What it means, by kind of table:
 * - attributes: a given column follows the server, NULL included unless it keeps what is known;
 *   `last_seen` moves with every row given, `updated_at` only when a value differs
 * - readings: see `setReadings`
 */
export function upsertStatement(
  table: Table,
  columns: readonly Column[],
  { rows, varying }: StatementShape,
  revisions: boolean,
  rank: Rank = "answer",
): string {
  const names = columns.map((one) => one.name);
  const once = [
    ...names.filter((_, at) => !varying.includes(at)),
    ...constantNames(table, columns),
  ];
  const row = [...once.map((_, at) => `?${at + 1}`), ...varying.map(() => "?")].join(", ");
  return [
    `insert into ${table.name} (${[...once, ...varying.map((at) => names[at])].join(", ")})`,
    `values ${Array(rows).fill(`(${row})`).join(", ")}`,
    `on conflict (${table.key.join(", ")}) do update set`,
    table.kind === "readings"
      ? setReadings(table, columns, revisions, rank)
      : setAttributes(table, columns),
  ].join("\n");
}

/** What saving fills and the rows do not bring. */
function constantNames(table: Table, columns: readonly Column[]): string[] {
  return [table.kind === "readings" ? "source" : "last_seen", "updated_at"]
    .filter((name) => !columns.some((one) => one.name === name));
}

function setAttributes(table: Table, columns: readonly Column[]): string {
  const data = dataColumns(table, columns);
  const now = ({ name, keep }: Column) =>
    keep === "known" ? `coalesce(excluded.${name}, ${table.name}.${name})` : `excluded.${name}`;
  const differs = anyOf(data.map((one) => `${now(one)} is not ${table.name}.${one.name}`));
  const set = [
    ...data.map((one) => `${one.name} = ${now(one)}`),
    `last_seen = max(${table.name}.last_seen, excluded.last_seen)`,
    `updated_at = iif(${differs}, seh_changed(excluded.updated_at), seh_seen(${table.name}.updated_at))`,
  ];
  return `  ${set.join(",\n  ")}
where excluded.last_seen > ${table.name}.last_seen
  or ${differs}`;
}

/**
 * - A NULL never erases a value.
 * - Which rows are rewritten, and change hands, `rewriteRule` says. Of any other row the NULLs alone are filled.
 * - A column that keeps its first value is only ever filled.
 */
function setReadings(
  table: Table,
  columns: readonly Column[],
  revisions: boolean,
  rank: Rank,
): string {
  const data = dataColumns(table, columns);
  const old = (name: string) => `${table.name}.${name}`;
  const sides = { old, given: (name: string) => `excluded.${name}` };
  const rewritten = (name: string) => `coalesce(excluded.${name}, ${old(name)})`;
  const filled = (name: string) => `coalesce(${old(name)}, excluded.${name})`;
  const rewrites = rewriteRule(table, columns, sides, rank);
  const takesOver = rank === "answer";

  const set = data.map(({ name, keep }) =>
    keep === "first"
      ? `${name} = ${filled(name)}`
      : `${name} = iif(${rewrites}, ${rewritten(name)}, ${filled(name)})`
  );
  if (takesOver) set.push(`source = iif(${rewrites}, excluded.source, ${old("source")})`);
  const oldValues = [
    ...table.key.map(old),
    ...revisable(table, columns).map((name) =>
      `iif(${rewrites} and ${revisedRule(table, sides)} and ` +
      `excluded.${name} <> ${old(name)}, ${old(name)}, null)`
    ),
  ];
  set.push(
    revisions
      ? `updated_at = seh_revised(excluded.updated_at, ${oldValues.join(", ")})`
      : "updated_at = seh_changed(excluded.updated_at)",
  );

  const changesWhenRewritten = data.map(({ name, keep }) =>
    `${keep === "first" ? filled(name) : rewritten(name)} is not ${old(name)}`
  );
  if (takesOver) changesWhenRewritten.push(`excluded.source <> ${old("source")}`);
  const changesWhenFilled = data.map(({ name }) => `${filled(name)} is not ${old(name)}`);
  return `  ${set.join(",\n  ")}
where case when ${rewrites}
  then ${anyOf(changesWhenRewritten)}
  else ${anyOf(changesWhenFilled)}
end`;
}

interface RevisionShape {
  readonly table: Table["name"];
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

/** The columns whose old values are worth keeping; what is kept from the first is never revised. */
function revisable(table: Table, columns: readonly Column[]): string[] {
  return dataColumns(table, columns).filter((one) => one.keep !== "first").map((one) => one.name);
}

/** Old values stand in the order of the columns, NULL where nothing was revised. */
function revisionOf(shape: RevisionShape, values: readonly Value[]): Revision {
  const old = values.slice(shape.key.length);
  return {
    table: shape.table,
    key: values.slice(0, shape.key.length),
    old: Object.fromEntries(
      shape.columns.map((name, at) => [name, old[at]] as const).filter(([, value]) =>
        value !== null
      ),
    ),
  };
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "false" : `(${conditions.join(" or ")})`;
}
