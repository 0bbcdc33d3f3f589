import { columnsByTable, type Session } from "../../database/session.ts";
import { pythonSets } from "../../model/python_tool.ts";
import type { PythonDatabase } from "./database.ts";

/** What a server says of the tables of the Python tool; `catalogue` asks for pairs of a table and a column. */
export async function serverTables(
  session: Session,
  catalogue: string,
): Promise<
  Pick<PythonDatabase, "address" | "burnsNumbers" | "sets" | "catalogue" | "isMixed" | "count">
> {
  const there = await columnsByTable(session, catalogue);
  return {
    address: session.address,
    burnsNumbers: true,
    sets: pythonSets(there),
    catalogue: there,
    isMixed: there.has("schema_migrations") && there.has("coverage"),
    async count(table) {
      if (!there.has(table)) return 0;
      const [[count]] = await session.rows(`select count(*) from ${table}`);
      return Number(count);
    },
  };
}
