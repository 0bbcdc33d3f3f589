import { createHash } from "node:crypto";
import type { Table, TableName } from "../model/table.ts";
import { tables } from "../model/tables.ts";
import type { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import type { Row } from "./row_batch.ts";
import { digits, isSameValue } from "./same_value.ts";

/** What a table holds, in a few letters; the same for the same rows in every kind of database. */
export interface TableSum {
  readonly rows: number;
  /** SHA-256 over the text of each row in key order, in hexadecimal. */
  readonly sha256: string;
}

/** What became of one table. */
export interface CopiedTable {
  readonly table: TableName;
  /** Rows that this copy wrote; those that were there already are not among them. */
  readonly written: number;
  readonly source: TableSum;
  readonly target: TableSum;
  /** The same rows, to the last digit. */
  readonly isEqual: boolean;
}

/** What a copy is doing now. */
export interface CopyProgress {
  /** `comparing` what the target holds already, `copying`, or `checking` the result. */
  readonly step: "comparing" | "copying" | "checking";
  readonly table: TableName;
  /** Rows of this table written or checked so far. */
  readonly rows: number;
}

/** How a copy runs. */
export interface CopyOptions {
  /** Ends the copy between two batches with its reason as the error; what was written stays. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
  /** Rows of one transaction of the target. */
  readonly rowsPerWrite?: number;
}

/**
 * What a copy moves, in this order: all but the list of migrations, which each database has of its own.
 * What the program remembers comes last, so that a copy that was cut off knows of no data it does not hold.
 */
const copied: readonly Table[] = tables.filter((one) => one.name !== "schema_migrations");

/** Throws DatabaseError where there is nothing to copy: no tables, tables of an older version, no site. */
export async function requireHarvest(source: Database): Promise<void> {
  const state = await source.state();
  if (state === "behind") {
    throw new DatabaseError(
      "failed",
      `${source.address} was made by an older version of seh; run \`seh init-db\` on it first`,
    );
  }
  if (state === "current") {
    for await (const page of source.read({ table: "sites" })) if (page.length > 0) return;
  }
  throw new DatabaseError("failed", `${source.address} holds no site; there is nothing to copy`);
}

/**
 * Brings every row of the source into the target, both with current tables and locked by the caller, then
 * reads both again and compares them. A copy that was cut off goes on where it stopped when it is started
 * again; rows that a sync has changed in the source since are brought up to date.
 * Throws DatabaseError, `foreign` before anything is written where the target holds other data; and the
 * reason of the signal.
 */
export async function copyHarvest(
  source: Database,
  target: Database,
  options: CopyOptions,
): Promise<readonly CopiedTable[]> {
  const { signal, onProgress = () => {} } = options;
  const starts = new Map<Table, Row | null>();
  for (const table of copied) {
    onProgress({ step: "comparing", table: table.name, rows: 0 });
    starts.set(table, await startOfCopy(source, target, table, signal));
  }
  const written = new Map<Table, number>();
  for (const [table, start] of starts) {
    written.set(table, await copyTable(source, target, table, start, options));
  }
  const results: CopiedTable[] = [];
  for (const table of copied) {
    const onRows = (rows: number) => onProgress({ step: "checking", table: table.name, rows });
    const [before, after] = [
      await sumOf(source, table, { signal, onRows }),
      await sumOf(target, table, { signal, onRows }),
    ];
    results.push({
      table: table.name,
      written: written.get(table)!,
      source: before,
      target: after,
      isEqual: before.rows === after.rows && before.sha256 === after.sha256,
    });
  }
  return results;
}

async function copyTable(
  source: Database,
  target: Database,
  { name }: Table,
  start: Row | null,
  { signal, onProgress = () => {}, rowsPerWrite = 10_000 }: CopyOptions,
): Promise<number> {
  let written = 0;
  let batch: Row[] = [];
  const write = async () => {
    signal.throwIfAborted();
    written += await target.write({ table: name, rows: batch });
    batch = [];
    onProgress({ step: "copying", table: name, rows: written });
  };
  for await (const page of source.read({ table: name, after: start ?? undefined })) {
    for (const row of page) {
      batch.push(row);
      if (batch.length >= rowsPerWrite) await write();
    }
  }
  if (batch.length > 0) await write();
  return written;
}

/**
 * Columns that say when a row was last written, whatever its table. Of two states of one row the later one has
 * the later of these.
 */
const writtenAt: ReadonlySet<string> = new Set([
  "updated_at",
  "last_seen",
  "fetched_at",
  "last_success_at",
  "last_error_at",
  "unavailable_since",
  "finished_at",
]);

/**
 * Where copying a table begins: after this key, or with the first row when null. Up to there the target
 * holds exactly the rows of the source; what it holds beyond, the source holds too, as it is or in a later
 * state. Reads only. Throws DatabaseError `foreign` where the target holds anything else, and the reason
 * of the signal.
 */
async function startOfCopy(
  source: Database,
  target: Database,
  table: Table,
  signal: AbortSignal,
): Promise<Row | null> {
  const names = table.columns.map((one) => one.name);
  const keyAt = table.key.map((name) => names.indexOf(name));
  const keyOf = (row: Row) => keyAt.map((at) => row[at]);
  const stampsAt = names.flatMap((name, at) => writtenAt.has(name) ? [at] : []);
  const refuse = (row: Row, how: string) =>
    new DatabaseError(
      "foreign",
      `${target.address} holds data of its own: in ${table.name} the row of ` +
        `${table.key.map((name, at) => `${name} ${keyOf(row)[at]}`).join(", ")} ${how} ` +
        `${source.address}. No row was changed; copy into an empty database`,
    );

  const sourcePages = source.read({ table: table.name })[Symbol.asyncIterator]();
  let originals: readonly Row[] = [];
  let next = 0;
  let start: Row | null = null;
  let isGapless = true;
  try {
    for await (const page of target.read({ table: table.name })) {
      signal.throwIfAborted();
      for (const row of page) {
        // Both come in the same order, so one pass finds each row of the target in the source.
        while (true) {
          if (next === originals.length) {
            const more = await sourcePages.next();
            if (more.done) throw refuse(row, "is not in");
            [originals, next] = [more.value, 0];
          }
          if (keyAt.every((at) => isSameValue(originals[next][at], row[at]))) break;
          isGapless = false;
          next++;
        }
        const original = originals[next++];
        if (!row.every((value, at) => isSameValue(original[at], value))) {
          if (lastStamp(original, stampsAt) <= lastStamp(row, stampsAt)) {
            throw refuse(row, "differs from that in");
          }
          isGapless = false;
        }
        if (isGapless) start = keyOf(original);
      }
    }
    return start;
  } finally {
    await sourcePages.return?.();
  }
}

/** Instants as text sort like the time; empty where the row has none. */
function lastStamp(row: Row, stampsAt: readonly number[]): string {
  return stampsAt.map((at) => String(row[at] ?? "")).reduce((a, b) => a > b ? a : b, "");
}

/** Reads a whole table and sums it up. Throws DatabaseError, or the reason of the signal. */
export async function sumOf(
  database: Database,
  table: Table,
  { signal, onRows }: { signal: AbortSignal; onRows?: (rows: number) => void },
): Promise<TableSum> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const page of database.read({ table: table.name })) {
    signal.throwIfAborted();
    hash.update(rowsText(page));
    rows += page.length;
    onRows?.(rows);
  }
  return { rows, sha256: hash.digest("hex") };
}

/**
 * A text that only the same values in the same rows have, to the last digit; the text of rows and of those
 * that follow them is the text of all. Whether a driver gave an integer as number or bigint does not show,
 * nor does the sign of 0, which not every database keeps.
 */
export function rowsText(rows: readonly Row[]): string {
  const hasBigints = rows.some((row) => row.some((value) => typeof value === "bigint"));
  return rows.length === 0
    ? ""
    : `${JSON.stringify(rows, hasBigints ? digits : undefined).slice(1, -1)},`;
}
