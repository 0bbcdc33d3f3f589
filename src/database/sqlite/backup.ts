import { backup } from "node:sqlite";
import type { FileCopy } from "../database.ts";
import { DatabaseError } from "../database_error.ts";
import { allRows, connect, type Connection, leaveWriteAheadLog, translating } from "./driver.ts";

/**
 * Writes a copy of a database file, as it is at one moment, while other processes go on writing, and reads the copy
 * again: SQLite's own check of every page and index, and the number of rows of each table where nobody has written
 * meanwhile. The target is an empty file or none; who may read the file may read the copy. Throws DatabaseError.
 */
export async function copyDatabaseFile(path: string, target: string): Promise<FileCopy> {
  const { mode } = await Deno.stat(path);
  // Made here, so that it is never readable by more people than the original, not even for a moment.
  const file = await Deno.open(target, { write: true, createNew: true, mode: mode ?? 0o600 });
  file.close();
  if (mode !== null && Deno.build.os !== "windows") await Deno.chmod(target, mode & 0o777);
  const source = connect(path, { readOnly: true });
  try {
    const before = versionOf(source);
    // All pages in one step, which is one moment: in several it would start over whenever somebody writes. The
    // statement `vacuum into` would do too, but attaches a file, which the runtime's permissions forbid.
    await backup(source.database, target, { rate: -1 });
    const copy = connect(target);
    try {
      leaveWriteAheadLog(copy);
      checkPages(copy);
      const rows = rowsByTable(copy);
      const original = rowsByTable(source);
      if (versionOf(source) === before) compare(target, rows, original);
      return {
        tables: rows.size,
        rows: [...rows.values()].reduce((sum, one) => sum + one, 0),
        bytes: (await Deno.stat(target)).size,
      };
    } finally {
      copy.database.close();
    }
  } finally {
    source.database.close();
  }
}

/** Another number when another process has written. */
function versionOf(connection: Connection): number {
  return Number(allRows(connection.statement("pragma data_version"))[0][0]);
}

function checkPages(copy: Connection): void {
  const [[verdict]] = translating(
    copy.path,
    () => allRows(copy.statement("pragma integrity_check(1)")),
  );
  if (verdict !== "ok") {
    throw new DatabaseError("failed", `${copy.path}: the copy is damaged (${verdict})`);
  }
}

function rowsByTable(connection: Connection): Map<string, number> {
  const names = allRows(connection.statement(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
  )).map(([name]) => String(name));
  return new Map(names.map((name) => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const [[count]] = allRows(connection.statement(`select count(*) from ${quoted}`));
    return [name, Number(count)];
  }));
}

function compare(
  target: string,
  copy: ReadonlyMap<string, number>,
  original: ReadonlyMap<string, number>,
): void {
  const wrong = [...original].filter(([name, rows]) => copy.get(name) !== rows);
  if (wrong.length === 0) return;
  const names = wrong.map(([name]) => name).join(", ");
  throw new DatabaseError(
    "failed",
    `${target}: the copy has other rows than the original in ${names}`,
  );
}
