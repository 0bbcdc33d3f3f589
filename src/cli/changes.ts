import type { Database } from "../database/database.ts";
import type { Table, Value } from "../model/table.ts";
import { table as factsOf, tables } from "../model/tables.ts";
import { type StoredRow, storedRows } from "./stored_row.ts";

/** One value that the server has changed. */
export interface Change {
  readonly siteId: number;
  readonly table: string;
  readonly key: Readonly<Record<string, Value>>;
  readonly column: string;
  readonly unit: string | null;
  readonly old: unknown;
  /** What took its place; null with `isGone`: the row is not there any more. */
  readonly new: unknown;
  readonly isGone: boolean;
  readonly changedAt: string;
  /** The wall clock that the value is about; null: the row is not there, or has none. */
  readonly localTime: string | null;
}

interface Revised {
  readonly siteId: number;
  readonly table: string;
  readonly rowKey: string;
  readonly at: string;
  readonly old: Readonly<Record<string, unknown>>;
}

/**
 * What the server has changed since an instant, in key order: the revisions of a row one after the other, the
 * new value of each being the old one of the next, that of the last the one stored now. Constant memory.
 */
export async function* changesOf(
  database: Pick<Database, "read">,
  siteIds: readonly number[] | null,
  since: (siteId: number) => string | null,
): AsyncGenerator<Change> {
  const find = storedRows(database);
  let ofRow: Revised[] = [];
  for await (const one of revisions(database, siteIds)) {
    const [first] = ofRow;
    if (first && (first.table !== one.table || first.rowKey !== one.rowKey)) {
      yield* changesOfRow(ofRow, find, since);
      ofRow = [];
    }
    ofRow.push(one);
  }
  if (ofRow.length > 0) yield* changesOfRow(ofRow, find, since);
}

async function* revisions(
  database: Pick<Database, "read">,
  siteIds: readonly number[] | null,
): AsyncGenerator<Revised> {
  const names = factsOf("revisions").columns.map((one) => one.name);
  const at = (name: string) => names.indexOf(name);
  const selection = { table: "revisions" as const, siteIds: siteIds ?? undefined };
  for await (const page of database.read(selection)) {
    for (const row of page) {
      yield {
        siteId: Number(row[at("site_id")]),
        table: String(row[at("table_name")]),
        rowKey: String(row[at("row_key")]),
        at: String(row[at("revised_at")]),
        old: JSON.parse(String(row[at("old_values")])),
      };
    }
  }
}

async function* changesOfRow(
  revised: readonly Revised[],
  find: (table: Table, key: readonly Value[]) => Promise<StoredRow | null>,
  since: (siteId: number) => string | null,
): AsyncGenerator<Change> {
  const [{ siteId, table: name, rowKey }] = revised;
  const from = since(siteId);
  if (from !== null && revised.at(-1)!.at < from) return;
  const table = tables.find((one) => one.name === name);
  if (!table) return;
  const key: Value[] = JSON.parse(rowKey);
  const stored = await find(table, key);
  const byName = Object.fromEntries(table.key.map((one, i) => [one, key[i]]));
  for (const [i, { at, old }] of revised.entries()) {
    if (from !== null && at < from) continue;
    for (const [column, value] of Object.entries(old)) {
      const next = revised.slice(i + 1).find((one) => column in one.old);
      yield {
        siteId,
        table: name,
        key: byName,
        column,
        unit: table.columns.find((one) => one.name === column)?.unit ?? null,
        old: value,
        new: next ? next.old[column] : asNumber(stored?.get(column)),
        isGone: !next && stored === null,
        changedAt: at,
        localTime: asText(stored?.get("local_time") ?? byName.reading_date ?? byName.timestamp),
      };
    }
  }
}

function asNumber(value: Value | undefined): string | number | null {
  return typeof value === "bigint" ? Number(value) : value ?? null;
}

function asText(value: Value | undefined): string | null {
  return value === undefined || value === null ? null : String(value);
}
