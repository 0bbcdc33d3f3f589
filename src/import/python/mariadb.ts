import { addressOf } from "../../database/mariadb/address.ts";
import { connect } from "../../database/mariadb/driver.ts";
import type { PythonPrefix } from "../../model/python_tool.ts";
import { isTimeZone } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import {
  type ColumnKind,
  type Columns,
  pages,
  type PythonDatabase,
  type PythonRow,
  rowsPerPage,
  shortened,
} from "./database.ts";
import { serverTables } from "./server.ts";

/**
 * Opens a database of the Python tool on MariaDB. Its numbers have 4 bytes there, of which a plain select shows six
 * digits; they are read in full. Throws SettingsError and DatabaseError.
 */
export async function openPythonMariadb(
  url: string,
  writtenIn: string | null,
): Promise<PythonDatabase> {
  const session = await connect(addressOf(url));
  try {
    await session.script("set session transaction read only");
    const tables = await serverTables(
      session,
      `select c.table_name, c.column_name from information_schema.columns c
       join information_schema.tables t
         on t.table_schema = c.table_schema and t.table_name = c.table_name
       where c.table_schema = database() and t.table_type = 'BASE TABLE'`,
    );
    const [[zone]] = await session.rows(
      "select if(@@global.time_zone = 'SYSTEM', @@system_time_zone, @@global.time_zone)",
    );
    return {
      ...tables,
      storedZone: writtenIn,
      serverZone: typeof zone === "string" && isTimeZone(zone) ? zone : null,
      async *rows(prefix: PythonPrefix, table: string, columns: Columns) {
        const name = `${prefix}${table}`;
        const there = tables.catalogue.get(name);
        if (!there) return;
        const fields = Object.entries(columns).map(([one, kind]) =>
          `${there.includes(one) ? expression(one, kind) : "null"} as \`${one}\``
        );
        const sql = `select id, ${fields.join(", ")} from ${name} where id > ? order by id ` +
          `limit ${rowsPerPage}`;
        yield* pages(async (after) =>
          (await session.records(sql, [BigInt(after)])).map((row) => read(row, columns))
        );
      },
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

function expression(name: string, kind: ColumnKind): string {
  switch (kind) {
    case "wall":
    case "stored":
      return `date_format(\`${name}\`, '%Y-%m-%dT%H:%i:%s')`;
    case "number":
      return `cast(\`${name}\` as double)`;
    case "date":
      return `date_format(\`${name}\`, '%Y-%m-%d')`;
    case "flag":
    case "plain":
      return `\`${name}\``;
  }
}

function read(row: PythonRow, columns: Columns): PythonRow {
  const result: Record<string, Value> = { id: row.id };
  for (const [name, kind] of Object.entries(columns)) {
    const value = row[name];
    result[name] = kind === "number" && typeof value === "number" ? shortened(value) : value;
  }
  return result;
}
