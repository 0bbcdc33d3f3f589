import { pathToFileURL } from "node:url";
import { allRecords, connect, type Connection, translating } from "../../database/sqlite/driver.ts";
import { type PythonPrefix, pythonSets } from "../../model/python_tool.ts";
import type { Value } from "../../model/table.ts";
import {
  type Columns,
  pages,
  type PythonDatabase,
  type PythonRow,
  rowsPerPage,
  wallText,
} from "./database.ts";

/**
 * A connection that only reads. One with a log that another program has left is read with that log.
 * Throws DatabaseError.
 */
export async function connectToRead(path: string): Promise<Connection> {
  const hasLog = await Deno.stat(`${path}-wal`).then(({ size }) => size > 0, () => false);
  if (hasLog || !await wantsLog(path)) return connect(path, { readOnly: true });
  try {
    // Otherwise SQLite makes an empty log beside the file, even for one who only reads.
    return connect(`${pathToFileURL(path).href}?immutable=1`, { readOnly: true });
  } catch {
    // Without --allow-all, Deno takes the address of a file for a relative path.
    return connect(path, { readOnly: true });
  }
}

/** Whether a database writes to a log beside it: byte 18 of its header is 2 then. */
async function wantsLog(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const header = new Uint8Array(20);
    return await file.read(header) === 20 && header[18] === 2;
  } catch {
    return false;
  }
}

/** Opens a file of the Python tool. Throws DatabaseError. */
export async function openPythonFile(path: string): Promise<PythonDatabase> {
  const connection = await connectToRead(path);
  const all = (sql: string, parameters: readonly Value[] = []) =>
    translating(path, () => allRecords(connection.statement(sql), parameters));
  try {
    const found = all(
      `select m.name as name, c.name as field from sqlite_schema m join pragma_table_xinfo(m.name) c
       where m.type = 'table'`,
    );
    const catalogue = new Map(
      [...Map.groupBy(found, (one) => String(one.name))]
        .map(([name, fields]) => [name, fields.map((one) => String(one.field))]),
    );
    return {
      address: path,
      burnsNumbers: false,
      storedZone: "UTC",
      serverZone: null,
      sets: pythonSets(catalogue),
      catalogue,
      isMixed: catalogue.has("schema_migrations") && catalogue.has("coverage"),
      count: (table) =>
        Promise.resolve(
          catalogue.has(table) ? Number(all(`select count(*) as n from ${table}`)[0].n) : 0,
        ),
      async *rows(prefix: PythonPrefix, table: string, columns: Columns) {
        const name = `${prefix}${table}`;
        const there = catalogue.get(name);
        if (!there) return;
        const names = Object.keys(columns);
        const fields = names.map((one) => there.includes(one) ? `"${one}"` : `null as "${one}"`);
        const sql = `select id, ${fields.join(", ")} from ${name} where id > ? order by id ` +
          `limit ${rowsPerPage}`;
        yield* pages((after) => all(sql, [after]).map((row) => read(row, columns)));
      },
      close: () => Promise.resolve(connection.database.close()),
    };
  } catch (error) {
    connection.database.close();
    throw error;
  }
}

function read(row: PythonRow, columns: Columns): PythonRow {
  const result: Record<string, Value> = { id: row.id };
  for (const [name, kind] of Object.entries(columns)) {
    result[name] = kind === "wall" || kind === "stored" ? wallText(row[name]) : row[name];
  }
  return result;
}
