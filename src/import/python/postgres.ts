import { addressOf } from "../../database/postgres/address.ts";
import { connect } from "../../database/postgres/driver.ts";
import type { PythonPrefix } from "../../model/python_tool.ts";
import {
  type ColumnKind,
  type Columns,
  pages,
  type PythonDatabase,
  type PythonRow,
  rowsPerPage,
} from "./database.ts";
import { serverTables } from "./server.ts";

/**
 * Opens a database of the Python tool on PostgreSQL. Its wall clocks were taken for times in the zone of the
 * server, and are read back in that zone: the default of the server, unless `writtenIn` names the one that it
 * had then. Throws SettingsError and DatabaseError.
 */
export async function openPythonPostgres(
  url: string,
  writtenIn: string | null,
): Promise<PythonDatabase> {
  const session = await connect(addressOf(url));
  try {
    // What was sent before is taken back: the zone is that of the server, role or address again.
    await session.script(
      `set default_transaction_read_only = on; ${
        writtenIn === null ? "reset time zone" : `set time zone '${writtenIn.replaceAll("'", "")}'`
      }`,
    );
    const tables = await serverTables(
      session,
      `select table_name::text, column_name::text from information_schema.columns
       where table_schema = current_schema() order by table_name, ordinal_position`,
    );
    return {
      ...tables,
      storedZone: "UTC",
      serverZone: null,
      async *rows(prefix: PythonPrefix, table: string, columns: Columns) {
        const name = `${prefix}${table}`;
        const there = tables.catalogue.get(name);
        if (!there) return;
        const fields = Object.entries(columns).map(([one, kind]) =>
          `${there.includes(one) ? expression(one, kind) : "null"} as "${one}"`
        );
        const sql = `select id, ${fields.join(", ")} from ${name} where id > $1 order by id ` +
          `limit ${rowsPerPage}`;
        yield* pages(async (after) => await session.records(sql, [after]) as PythonRow[]);
      },
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

const shape = `'YYYY-MM-DD"T"HH24:MI:SS'`;

function expression(name: string, kind: ColumnKind): string {
  switch (kind) {
    case "wall":
      return `to_char("${name}"::timestamp, ${shape})`;
    case "stored":
      return `to_char("${name}"::timestamptz at time zone 'UTC', ${shape})`;
    case "flag":
      return `"${name}"::integer`;
    case "number":
      return `"${name}"::double precision`;
    case "date":
      return `"${name}"::date::text`;
    case "plain":
      return `"${name}"`;
  }
}
