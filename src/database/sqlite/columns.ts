import type { PackedColumn } from "../../model/packed_column.ts";
import { table as factsOf } from "../../model/tables.ts";
import type { TableName } from "../../model/table.ts";
import type { Selection } from "../database.ts";
import { damaged, type DatabaseFile, mostCells, readRecords } from "./database_file.ts";
import { allRows, type Connection } from "./driver.ts";
import { recordTaker } from "./record.ts";

/** Enough that what comes between costs little, few enough that memory stays small. */
const rowsAtOnce = 1000;

/**
 * Adds all rows of a table to columns, out of the pages of the file; null where they are to be read another way. The
 * connection is in a transaction, which keeps others from writing these pages. `open` opens the file, and keeps it
 * open as long as this process has a connection: whoever closes a file gives up all locks of the process on it.
 */
export function readWholeTable(
  connection: Connection,
  { table, ...filters }: Selection,
  columns: readonly (PackedColumn | null)[],
  open: (path: string) => DatabaseFile,
): Generator<number> | null {
  if (Object.values(filters).some((one) => one !== undefined)) return null;
  const stored = storedTable(connection, table);
  const names = factsOf(table).columns.map((one) => one.name);
  if (stored === null || !names.every((name) => stored.columns.includes(name))) return null;
  // What is in the log is not in the file yet. An empty one stays so for this transaction.
  if (sizeOf(`${stored.path}-wal`) > 0) return null;
  const file = open(stored.path);
  if (!file.isUtf8) return null;
  return addRecords(
    file,
    stored.root,
    stored.columns.map((name) => columns[names.indexOf(name)] ?? null),
  );
}

function* addRecords(
  file: DatabaseFile,
  root: number,
  columns: readonly (PackedColumn | null)[],
): Generator<number> {
  // Before the last page fewer than so many had come.
  const most = rowsAtOnce + mostCells(file);
  const reserve = () => columns.forEach((one) => one?.reserve(most));
  reserve();
  let count = 0;
  try {
    for (const more of readRecords(file, root, recordTaker(columns))) {
      count += more;
      if (count < rowsAtOnce) continue;
      yield count;
      count = 0;
      reserve();
    }
  } catch (error) {
    // A place that is none.
    throw error instanceof RangeError ? damaged() : error;
  }
  if (count > 0) yield count;
}

/** Where a table lies, and its columns as they stand in a row; null where it is not made as ours are. */
function storedTable(
  connection: Connection,
  table: TableName,
): { path: string; root: number; columns: string[] } | null {
  const rows = allRows(
    connection.statement(
      `select d.file, s.rootpage, x.name
      from sqlite_schema s, pragma_database_list d, pragma_table_list(s.name) t,
        pragma_index_list(s.name) i, pragma_index_xinfo(i.name) x
      where s.type = 'table' and s.name = ? and d.name = 'main' and t.schema = 'main' and t.wr and t.strict
        and i.origin = 'pk' and not exists (
          select 1 from pragma_table_xinfo(s.name) where dflt_value is not null or hidden)
      order by x.seqno`,
    ),
    [table],
  ) as [string, number, string][];
  if (rows.length === 0) return null;
  const [[path, root]] = rows;
  return { path, root, columns: rows.map(([, , name]) => name) };
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
