import type { SQLInputValue } from "node:sqlite";
import type { Column, Table, Value } from "../../model/table.ts";
import type { Revision } from "../database.ts";
import type { Rank, Spelling } from "../rewrites.ts";
import type { RowBatch } from "../row_batch.ts";
import {
  attributeRules,
  constantNames,
  constantsOf,
  readingRules,
  revisable,
  revisionOf,
  type UpsertOptions,
  type Written,
} from "../upsert_rules.ts";
import { type Connection, numberWhereSafe } from "./driver.ts";

/** Rows of one statement: more gain nothing, fewer cost (a tenth: a fifth of the speed). */
const rowsPerStatement = 100;

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
  let revise: (values: readonly Value[]) => Revision | null = () => null;
  const { database } = connection;
  database.function("seh_seen", (updatedAt: unknown) => {
    seen++;
    return updatedAt as string;
  });
  // Where revisions are kept, the key and the old values follow.
  database.function(
    "seh_changed",
    { varargs: true, useBigIntArguments: true },
    (updatedAt: unknown, ...values: unknown[]) => {
      changed++;
      const revision = values.length > 0 && revise((values as Value[]).map(numberWhereSafe));
      if (revision) revised.push(revision);
      return updatedAt as string;
    },
  );

  return (batch, options) => {
    const { table, columns, count } = batch;
    changed = seen = 0;
    revised = [];
    const keepsRevisions = options.revisions && table.kind === "readings";
    const withHistory = revisable(table, columns);
    revise = (values) => revisionOf(table, withHistory, values);
    const sql = (shape: StatementShape) =>
      upsertStatement(table, columns, shape, keepsRevisions, options.rank);
    const constants = constantsOf(table, columns, options).map(({ value }) => value);

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
 * binds them in quadratic time.
 */
export function upsertStatement(
  table: Table,
  columns: readonly Column[],
  { rows, varying }: StatementShape,
  revisions: boolean,
  rank?: Rank,
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

function setAttributes(table: Table, columns: readonly Column[]): string {
  const rules = attributeRules(table, columns, spellingFor(table));
  const old = `${table.name}.`;
  const set = [
    ...rules.set,
    `last_seen = max(${old}last_seen, excluded.last_seen)`,
    `updated_at = iif(${rules.differ}, seh_changed(excluded.updated_at), seh_seen(${old}updated_at))`,
  ];
  return `  ${set.join(",\n  ")}
where excluded.last_seen > ${old}last_seen
  or ${rules.differ}`;
}

function setReadings(
  table: Table,
  columns: readonly Column[],
  revisions: boolean,
  rank?: Rank,
): string {
  const rules = readingRules(table, columns, spellingFor(table), rank);
  const old = [...table.key.map((name) => `${table.name}.${name}`), ...rules.revised];
  const given = ["excluded.updated_at", ...revisions ? old : []].join(", ");
  const set = [...rules.set(), ...rules.setSource, `updated_at = seh_changed(${given})`];
  return `  ${set.join(",\n  ")}
where ${rules.differ}`;
}

function spellingFor(table: Table): Spelling {
  return {
    old: (name) => `${table.name}.${name}`,
    given: (name) => `excluded.${name}`,
    differ: (a, b) => `${a} is not ${b}`,
  };
}

/** Writes whole rows as they are, inside a transaction of the caller; those that are there are replaced or kept. */
export function writeRows(
  connection: Connection,
  batch: RowBatch,
  there: "replaced" | "kept",
): void {
  const { table, columns, count } = batch;
  const names = columns.map((one) => one.name).join(", ");
  const row = `(${columns.map(() => "?").join(", ")})`;
  const insert = (size: number) =>
    connection.statement(
      `insert or ${there === "kept" ? "ignore" : "replace"} into ${table.name} (${names})
       values ${Array(size).fill(row).join(", ")}`,
    );
  let at = 0;
  for (; at + rowsPerStatement <= count; at += rowsPerStatement) {
    insert(rowsPerStatement).run(...batch.rows(at, at + rowsPerStatement).flat());
  }
  for (const row of batch.rows(at)) insert(1).run(...row);
}
